"""What can be asked of a workbook: cells, columns, notes and the summary, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from okrsync.connector import CellValue, Looks, SourceError, Summary, column_letters

__all__ = [
    "CellEdit",
    "ColumnEdit",
    "EditRefused",
    "Edits",
    "NoteEdit",
    "RemovedColumnEdit",
    "SummaryEdit",
]


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell and the value it shall hold; None or `""` empties it.

    `row` counts from 1, `column` from 0. `looks` decides the number format of a cell that has none
    of its own. `words` are the texts a status may show, in the order of the statuses, for their
    colours.
    """

    sheet: str
    row: int
    column: int
    value: CellValue
    looks: Looks = Looks.TEXT
    words: tuple[str, ...] = ()

    @property
    def at(self) -> str:
        return f"{self.sheet}!{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class ColumnEdit:
    """A column to be made: its header at `header_row` (from 1) and `column` (from 0). A cell there
    that already says so is taken as it is; anything else there is refused.
    """

    sheet: str
    column: int
    header_row: int
    header: str
    looks: Looks = Looks.TEXT
    words: tuple[str, ...] = ()

    @property
    def at(self) -> str:
        return f"{self.sheet}!{column_letters(self.column)}{self.header_row}"


@dataclass(frozen=True, slots=True)
class RemovedColumnEdit:
    """A column that okrsync once made, to be taken away again. It must have this header and, once
    the cell edits of the same call are done, nothing else in it.
    """

    sheet: str
    column: int
    header_row: int
    header: str

    @property
    def at(self) -> str:
        return f"{self.sheet}!{column_letters(self.column)}{self.header_row}"


@dataclass(frozen=True, slots=True)
class SummaryEdit:
    """The managed summary sheet called `title`; `summary` None takes it away.

    `source` is the name of the source that this workbook is: lines of that source link to their
    rows.
    """

    title: str
    summary: Summary | None
    source: str | None = None

    @property
    def at(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class NoteEdit:
    """A note at a cell; `text` None takes back the one `author` left there. `row` counts from 1,
    `column` from 0.
    """

    sheet: str
    row: int
    column: int
    text: str | None
    author: str = "okrsync"

    @property
    def at(self) -> str:
        return f"{self.sheet}!{column_letters(self.column)}{self.row}"


Edit = CellEdit | ColumnEdit | RemovedColumnEdit | SummaryEdit | NoteEdit


@dataclass(frozen=True, slots=True)
class Edits:
    """Everything wanted of one workbook in one go."""

    cells: tuple[CellEdit, ...] = ()
    new_columns: tuple[ColumnEdit, ...] = ()
    removed_columns: tuple[RemovedColumnEdit, ...] = ()
    summary: SummaryEdit | None = None
    notes: tuple[NoteEdit, ...] = ()


class EditRefused(SourceError):
    """One edit cannot be done without harm; nothing has been changed. `edit` is the one in the way
    and `reason` says why without its address, so that the caller can leave it out, report it, and
    patch again with the rest.
    """

    def __init__(self, edit: Edit, reason: str, *, hint: str | None = None) -> None:
        self.edit = edit
        self.reason = reason
        super().__init__(f"{edit.at}: {reason}", hint=hint)
