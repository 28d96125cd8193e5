"""The connector for workbooks and CSV files: which files a source names, and which class reads and
writes each of them.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fnmatch import fnmatch
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator

from okrsync.connector import (
    Ability,
    Batch,
    CellValue,
    ConfigError,
    Connector,
    Context,
    Finding,
    FormulaReach,
    HistoryWrite,
    Looks,
    ManagedPage,
    Misfit,
    OkrsyncError,
    Outcome,
    Receipt,
    RequestPreview,
    Row,
    Settings,
    Snapshot,
    SourceChanged,
    SourceError,
    State,
    Summary,
    SummaryWrite,
    Table,
)
from okrsync_workbook.file_kind import KINDS, STRANGERS, refuse_wrong_ending
from okrsync_workbook.files import read_file
from okrsync_workbook.history_file import HistoryFile, is_history_file
from okrsync_workbook.originals import Originals
from okrsync_workbook.source_file import SourceFile

__all__ = ["WorkbookConnector", "WorkbookSettings"]


class WorkbookSettings(Settings):
    """`path` is a workbook, one or several CSV files, or a pattern of them. Each CSV file is a tab.
    `tabs` chooses among the tabs of a workbook.
    """

    path: Annotated[str, Field(min_length=1)] | tuple[Annotated[str, Field(min_length=1)], ...]
    tabs: tuple[str, ...] | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: str | None = None

    @field_validator("path")
    @classmethod
    def _known_ending(cls, path: str | tuple[str, ...]) -> str | tuple[str, ...]:
        names = (path,) if isinstance(path, str) else path
        if not names:
            raise ValueError("names no file")
        for name in names:
            refuse_wrong_ending(name)
        if len(names) > 1 and any(KINDS[Path(name).suffix.lower()] != "csv" for name in names):
            raise ValueError(
                "a list may hold CSV and TSV files only; give each workbook a source of its own"
            )
        return path


class WorkbookConnector(Connector[WorkbookSettings]):
    """Excel workbooks and CSV files on a disk."""

    name = "workbook"
    about = (
        "Excel workbooks (.xlsx, .xlsm) and CSV files (.csv, .tsv); OpenDocument sheets (.ods) are"
        " only read"
    )
    settings_type = WorkbookSettings

    def __init__(self, settings: WorkbookSettings, context: Context) -> None:
        super().__init__(settings, context)
        self._files: tuple[SourceFile, ...] | None = None

    @classmethod
    def recognise(cls, text: str) -> Mapping[str, Any] | None:
        is_file = "://" not in text and Path(text).suffix.lower() in {*KINDS, *STRANGERS}
        return {"path": text} if is_file else None

    @classmethod
    def together(cls, settings: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
        paths = [str(each["path"]) for each in settings]
        if any(KINDS.get(Path(path).suffix.lower()) != "csv" for path in paths):
            return None
        return {"path": paths}

    @property
    def abilities(self) -> frozenset[Ability]:
        # A batch may touch every file, so that the source can do what each of its files can.
        abilities = [file.abilities for file in self._opened()]
        return frozenset.intersection(*abilities) if abilities else frozenset()

    @property
    def place(self) -> str:
        return "\n".join(os.path.realpath(path) for path in self._paths())

    def check(self) -> Iterator[Finding]:
        try:
            files = self._opened(again=True)
        except OkrsyncError as error:
            yield Finding(False, error.message, error.hint)
            return
        for file in files:
            yield from file.check()

    def read(self) -> Snapshot:
        files = self._opened(again=True)
        tables: list[Table] = []
        notes: list[str] = []
        digests: list[str] = []
        for file in files:
            self.calls.read += 1
            file_tables = file.read()
            tables.extend(file_tables.tables)
            notes.extend(file_tables.notes)
            digests.append(file_tables.digest)
        version = self._version([file.path for file in files], digests)
        title = _common_name([file.path.stem for file in files])
        return Snapshot(
            self.context.source, tuple(tables), version, self.context.now(), tuple(notes), title
        )

    def content_version(self) -> str | None:
        history = self.context.history
        if history is not None and is_history_file(history):
            return None  # it stands in a file of its own, which nothing here looks at
        paths = self._present_paths()
        self.calls.read += len(paths)
        return self._version(paths, [read_file(path).digest for path in paths])

    def _version(self, paths: Sequence[Path], digests: Sequence[str]) -> str:
        if isinstance(self.settings.path, str) and not glob.has_magic(self.settings.path):
            return digests[0]
        # A pattern may match other files now, and each name is that of a tab.
        named = (f"{path}\0{digest}" for path, digest in zip(paths, digests, strict=True))
        return sha256("\n".join(named).encode()).hexdigest()

    def let_go(self) -> None:
        self._files = None

    def fit(
        self, table: Table, column: int | None, looks: Looks, value: CellValue
    ) -> CellValue | Misfit:
        if looks is Looks.SHARE and isinstance(value, int | float | Decimal):
            value = Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return self._of(table.key).fit(looks, value)

    def formula_reach(self, table: Table, row: Row, column: int) -> FormulaReach | None:
        return self._of(table.key).formula_reach(table, row, column)

    def tab_obstacle(self, table: Table, name: str) -> str | None:
        """A CSV file for each cycle: the next one is made where the settings will read it."""
        path = self._of(table.key).path
        if KINDS[path.suffix.lower()] != "csv":
            # Imported here: only a close copies tabs.
            from okrsync_workbook.xlsx.sheet_names import name_trouble

            trouble = name_trouble(name)
            return None if trouble is None else f"{trouble}, so copy it by hand: {name!r}"
        new = path.with_name(f"{name}{path.suffix}")
        # No file is named by what stands in a sheet: only the period in its own name is another.
        if table.name != path.stem or _signs_of(name) != _signs_of(path.stem):
            return f"make a file for the next cycle yourself, beside {path.name}"
        if self._names(new):
            return None
        return (
            f"`path` does not name {new.name}, so it would not be read: write a pattern there, such"
            f' as path = "{_pattern_of(path.stem, name)}{path.suffix}", or make the file and name'
            " it yourself"
        )

    def _names(self, path: Path) -> bool:
        """Whether the settings name a file, once it is there."""
        named = (self.settings.path,) if isinstance(self.settings.path, str) else self.settings.path
        full = [(name, self.context.base / Path(name).expanduser()) for name in named]
        return any(
            fnmatch(str(path), str(each)) if glob.has_magic(name) else path == each
            for name, each in full
        )

    def decisions(self, place: str) -> Sequence[str]:
        return [line for file in self._opened() for line in file.decisions()]

    def shows(self, place: str, summary: ManagedPage) -> bool:
        return any(file.shows(place, summary) for file in self._opened())

    def obstacle(self, summary: SummaryWrite) -> str | None:
        reasons = (file.obstacle(summary) for file in self._opened())
        return next((reason for reason in reasons if reason is not None), None)

    def history_obstacle(self, history: HistoryWrite) -> str | None:
        if is_history_file(history.place):
            return None
        reasons = (file.history_obstacle(history) for file in self._opened())
        return next((reason for reason in reasons if reason is not None), None)

    def shows_closed(self, place: str, cycle: str, summary: Summary) -> bool:
        return any(file.shows(place, summary, cycle) for file in self._opened())

    def has_history(self, place: str) -> bool:
        if is_history_file(place):
            return self._history_file(place).exists
        return any(file.has_history for file in self._opened())

    def history(self, place: str) -> Sequence[Sequence[CellValue]]:
        if is_history_file(place):
            return self._history_file(place).rows()
        return [row for file in self._opened() for row in file.history()]

    def _history_file(self, place: str) -> HistoryFile:
        return HistoryFile(self.context.base / Path(place).expanduser())

    def _keep_history(self, history: HistoryWrite) -> Outcome:
        if not is_history_file(history.place):
            reason = "files of this kind have no tabs: name a .csv file under `history`"
            return Outcome(State.SKIPPED, reason)
        file = self._history_file(history.place)
        outcome = file.take_away(history) if history.is_removal else file.append(history)
        self.calls.write += outcome.state is State.WRITTEN
        return outcome

    def write(self, batch: Batch) -> Receipt:
        outcomes: dict[str, Outcome] = {}
        if batch.is_empty:
            return Receipt(outcomes)
        for file in self._opened():
            self.calls.read += 1
            try:
                result = file.write(batch)
            except SourceChanged as error:
                if all(outcome.state is not State.WRITTEN for outcome in outcomes.values()):
                    raise
                # Another file of this source is already written, and its outcomes must not be lost.
                # What clashes in this file waits for the next run.
                outcomes.update(_conflicts(batch, file, error.message))
                continue
            self.calls.write += result.wrote
            outcomes.update(result.outcomes)
        gone = Outcome(State.CONFLICT, "its tab is no longer there")
        for entry in batch.entries:
            outcomes.setdefault(entry.id, gone)
        for summary in batch.summaries:
            outcomes.setdefault(
                summary.id, Outcome(State.SKIPPED, "this kind of file keeps no summary")
            )
        if batch.history is not None and batch.history.id not in outcomes:
            outcomes[batch.history.id] = self._keep_history(batch.history)
        return Receipt(outcomes)

    def requests(self, batch: Batch) -> Iterator[RequestPreview]:
        if batch.is_empty:
            return iter(())
        previews = [file.request(batch) for file in self._opened()]
        return iter([preview for preview in previews if preview is not None])

    def _paths(self) -> list[Path]:
        """The files that the settings name; those that a pattern matches are sorted."""
        named = (self.settings.path,) if isinstance(self.settings.path, str) else self.settings.path
        paths: list[Path] = []
        for name in named:
            full = self.context.base / Path(name).expanduser()
            # A file may have brackets in its name ("OKRs [Q3].csv"), and then it is no pattern.
            if glob.has_magic(name) and not full.exists():
                matches = sorted(Path(path) for path in glob.glob(str(full), recursive=True))  # noqa: PTH207 - the pattern may be absolute
                # Files that begin so are hidden, or owner files that Excel puts beside open ones.
                paths += [path for path in matches if not path.name.startswith((".", "~$"))]
            else:
                paths.append(full)
        history = self.context.history
        own = None
        if history is not None and is_history_file(history):
            own = os.path.realpath(self._history_file(history).path)
        return [path for path in dict.fromkeys(paths) if os.path.realpath(path) != own]

    def _opened(self, *, again: bool = False) -> tuple[SourceFile, ...]:
        if self._files is None or again:
            paths = self._present_paths()
            self._files = tuple(self._file(path, paths) for path in paths)
        return self._files

    def _present_paths(self) -> list[Path]:
        paths = self._paths()
        if not paths:
            raise SourceError(
                f"{self.settings.path}: no file matches this pattern",
                hint=f"It is relative to the folder {self.context.base}.",
            )
        if self.settings.tabs is not None and len(paths) > 1:
            raise ConfigError(
                "tabs chooses among the tabs of a workbook; with several CSV files, name the"
                " files you mean"
            )
        return paths

    def _file(self, path: Path, paths: list[Path]) -> SourceFile:
        kind = KINDS[path.suffix.lower()]
        originals = Originals(self.context.memory, path)
        # Imported here: whoever compares digests opens no file, and what guesses encodings loads
        # slowly.
        if kind == "csv":
            from okrsync_workbook.csv_file import CsvFile

            return CsvFile(
                path,
                _tab_name(path, paths),
                self.settings.delimiter,
                self.settings.encoding,
                originals,
            )
        if kind == "ods":
            from okrsync_workbook.ods_file import OdsFile

            return OdsFile(path, self.settings.tabs, self.context.people)
        from okrsync_workbook.xlsx_file import XlsxFile

        return XlsxFile(
            path,
            self.settings.tabs,
            self.context.source,
            originals,
            may_lift_protection=self.context.may_lift_protection,
            people=self.context.people,
        )

    def _of(self, table_key: str) -> SourceFile:
        files = self._opened()
        return next((file for file in files if file.holds(table_key)), files[0])


def _conflicts(batch: Batch, file: SourceFile, reason: str) -> dict[str, Outcome]:
    return {
        entry.id: Outcome(State.CONFLICT, reason)
        for entry in batch.entries
        if file.holds(entry.table_key)
    }


def _common_name(names: Sequence[str]) -> str | None:
    """The name of a file, or the common beginning of several names; None where there is none."""
    return _beginning(names).strip(" -_.") or None


def _beginning(names: Sequence[str]) -> str:
    """What all names begin with."""
    alike = takewhile(lambda signs: len(set(signs)) == 1, zip(*names, strict=False))
    return "".join(signs[0] for signs in alike)


def _signs_of(name: str) -> str:
    """A name without its letters and digits."""
    return "".join(sign for sign in name if not sign.isalnum())


def _pattern_of(name: str, other: str) -> str:
    """A pattern that matches both names: `okrs-*` for `okrs-2026-Q4` and `okrs-2027-Q1`."""
    # Not in the middle of a number: the next year may share none of its digits.
    first = _beginning([name, other]).rstrip("0123456789")
    last = _beginning([name[len(first) :][::-1], other[len(first) :][::-1]])[::-1]
    return f"{first}*{last.lstrip('0123456789')}"


def _tab_name(path: Path, paths: list[Path]) -> str:
    """The name of the tab of a file: its name without the ending, or, where two files share that,
    its name with the folder.
    """
    alike = [other for other in paths if other.stem == path.stem]
    return path.stem if len(alike) == 1 else f"{path.parent.name}/{path.name}"
