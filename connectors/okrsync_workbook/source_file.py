"""The interface of one file of a source: the part of the connector that differs between kinds of
files.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from okrsync.connector import (
    Ability,
    Batch,
    CellValue,
    Finding,
    FormulaReach,
    HistoryWrite,
    Looks,
    ManagedPage,
    Outcome,
    RequestPreview,
    Row,
    SummaryWrite,
    Table,
)
from okrsync_workbook.files import obstacle_of
from okrsync_workbook.owner_files import holder_of

__all__ = ["FileOutcome", "FileTables", "SourceFile"]

Json = dict[str, Any]


class FileTables(Struct, frozen=True):
    """A file as read: its tables, notes on what was left out, and the digest of its content."""

    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    digest: str


class FileOutcome(Struct, frozen=True):
    """The outcomes of a batch in one file, and whether the file was written."""

    outcomes: dict[str, Outcome]
    wrote: bool


class SourceFile(ABC):
    """One file of a source."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    @abstractmethod
    def abilities(self) -> frozenset[Ability]:
        """What okrsync can do with files of this kind."""

    @abstractmethod
    def read(self) -> FileTables:
        """The tables of the file as they are now."""

    @abstractmethod
    def fit(self, looks: Looks, value: CellValue) -> CellValue:
        """The value that a cell will hold after this value has been written."""

    @abstractmethod
    def write(self, batch: Batch) -> FileOutcome:
        """Carry out the part of a batch that concerns this file."""

    @abstractmethod
    def would_be(self, batch: Batch) -> tuple[bytes, bytes]:
        """The current content of the file, and the content that `write` would produce. Raises the
        same errors.
        """

    @abstractmethod
    def parts(self, before: bytes, after: bytes) -> Json:
        """The parts of the file that differ between two contents, for a preview."""

    def request(self, batch: Batch) -> RequestPreview | None:
        """The preview of how `write` would replace the file; None where it would not."""
        before, after = self.would_be(batch)
        if before == after:
            return None
        sizes = {"bytes_before": len(before), "bytes_after": len(after)}
        return RequestPreview("REPLACE", str(self.path), {**self.parts(before, after), **sizes})

    @abstractmethod
    def holds(self, table_key: str) -> bool:
        """Whether a table was in this file at the last read."""

    def formula_reach(self, table: Table, row: Row, column: int) -> FormulaReach | None:
        """How far from its own row a formula looks; None where it cannot be carried."""
        return None

    def shows(self, place: str, summary: ManagedPage, cycle: str | None = None) -> bool:
        """Whether its managed summary, or that of a cycle that ended, showed exactly this at the
        last read.
        """
        return False

    def obstacle(self, summary: SummaryWrite) -> str | None:
        """Why its managed summary cannot be written where it stood at the last read; None if
        nothing is in the way.
        """
        return None

    @property
    def has_history(self) -> bool:
        """Whether the file had a sheet with the history at the last read."""
        return False

    def history(self) -> Sequence[Sequence[CellValue]]:
        """The rows of the sheet with the history, as they are now."""
        return ()

    def history_obstacle(self, history: HistoryWrite) -> str | None:
        """Why no lines can be appended to the history; None if nothing is in the way."""
        return None

    def decisions(self) -> tuple[str, ...]:
        """What people typed under the last heading of its managed review."""
        return ()

    def check(self) -> Iterator[Finding]:
        """What can be checked without writing."""
        tables = self.read()
        count = len(tables.tables)
        yield Finding(True, f"{self.path}: readable, {count} tab{'' if count == 1 else 's'}")
        for note in tables.notes:
            yield Finding(None, f"{self.path}: {note}")
        obstacle = obstacle_of(self.path) if Ability.WRITE in self.abilities else None
        if obstacle is not None:
            yield Finding(False, obstacle.message, obstacle.hint)
        holder = holder_of(Path(os.path.realpath(self.path)))
        if holder is not None and holder.is_left_over:
            yield Finding(
                None,
                f"{self.path}: open {holder}, says {holder.owner_file.name}; it is so old that it"
                " counts as left over, and the file is written. Delete it to end this message",
            )
        elif holder is not None:
            yield Finding(
                False,
                f"{self.path}: open {holder}",
                "Close it there before syncing; if nobody has it open any more, delete"
                f" {holder.owner_file.name}.",
            )
