"""The edits of a workbook as plain values: cells, columns, notes and the summary."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from okrsync.connector import (
    CellValue,
    Looks,
    ManagedPage,
    SourceError,
    SummaryWrite,
    column_letters,
)

__all__ = [
    "CellEdit",
    "ColumnEdit",
    "Edit",
    "EditRefused",
    "Edits",
    "HistoryEdit",
    "NoteEdit",
    "RemovedColumnEdit",
    "RemovedSheetEdit",
    "RowEdit",
    "SheetCopyEdit",
    "SummaryEdit",
    "TakenRowEdit",
]


class CellEdit(Struct, frozen=True, gc=False):
    """One cell and the value that it should hold; None or `""` empties it.

    `row` counts from 1, `column` from 0. `looks` decides the number format of a cell that has none.
    `words` are the texts of a status, in the order of the statuses, for their colours.
    """

    sheet: str
    row: int
    column: int
    value: CellValue
    looks: Looks = Looks.TEXT
    words: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return f"{self.sheet}!{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class ColumnEdit:
    """A column to create, with its header at `header_row` (from 1) and `column` (from 0). A cell
    that already holds the header is kept; anything else there is refused.
    """

    sheet: str
    column: int
    header_row: int
    header: str
    looks: Looks = Looks.TEXT
    words: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return f"{self.sheet}!{column_letters(self.column)}{self.header_row}"


@dataclass(frozen=True, slots=True)
class RemovedColumnEdit:
    """A column of okrsync's to remove. It must have this header and, after the cell edits of the
    same call, no other value.
    """

    sheet: str
    column: int
    header_row: int
    header: str

    @property
    def address(self) -> str:
        return f"{self.sheet}!{column_letters(self.column)}{self.header_row}"


@dataclass(frozen=True, slots=True)
class HistoryEdit:
    """Lines to be appended to the sheet `title` that holds the history, or to be taken away."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[tuple[CellValue, ...], ...]
    is_removal: bool = False

    @property
    def address(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class SummaryEdit:
    """The managed summary sheet with the name `title`; `summary` None removes it.

    `source` is the source that reads this workbook: lines of that source link to their rows.
    `puts_back` says that this undoes an earlier edit: cells below return to where they stood.
    `cycle` is the name of a cycle that ended, whose summary has a sheet of its own. `pages` are all
    whose lines okrsync may have written there.
    """

    title: str
    summary: ManagedPage | None
    source: str | None = None
    puts_back: bool = False
    cycle: str | None = None
    is_review: bool = False
    pages: tuple[ManagedPage, ...] = ()

    @classmethod
    def of(cls, write: SummaryWrite, source: str, *, puts_back: bool = False) -> SummaryEdit:
        """The edit that a batch asks for."""
        return cls(
            write.place,
            write.summary,
            source,
            puts_back,
            write.cycle,
            write.is_review,
            write.pages,
        )

    @property
    def address(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class NoteEdit:
    """A note at a cell; `text` None removes the note of `author`. `row` counts from 1, `column`
    from 0.
    """

    sheet: str
    row: int
    column: int
    text: str | None
    author: str = "okrsync"

    @property
    def address(self) -> str:
        return f"{self.sheet}!{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class RowEdit:
    """A row to be inserted behind the row `behind`, with the formats of the row `like`: it keeps
    what stands there in the columns `kept` and holds `values`, by column. Both rows are numbers
    from before the edits of the same call.
    """

    sheet: str
    behind: int
    like: int
    kept: tuple[int, ...]
    values: tuple[tuple[int, CellValue], ...]

    @property
    def address(self) -> str:
        return f"{self.sheet}!A{self.behind + 1}"


@dataclass(frozen=True, slots=True)
class TakenRowEdit:
    """A row to be taken out, by its number before the edits of the same call."""

    sheet: str
    row: int

    @property
    def address(self) -> str:
        return f"{self.sheet}!A{self.row}"


@dataclass(frozen=True, slots=True)
class SheetCopyEdit:
    """A copy of a sheet under another name, without some rows, and with other values in some cells
    (row, column, value), all by their place in the sheet.
    """

    sheet: str
    name: str
    left_out: tuple[int, ...]
    values: tuple[tuple[int, int, CellValue], ...]

    @property
    def address(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class RemovedSheetEdit:
    """A sheet to be removed."""

    sheet: str

    @property
    def address(self) -> str:
        return self.sheet


Edit = (
    CellEdit
    | ColumnEdit
    | RemovedColumnEdit
    | SummaryEdit
    | HistoryEdit
    | NoteEdit
    | RowEdit
    | TakenRowEdit
    | SheetCopyEdit
    | RemovedSheetEdit
)


@dataclass(frozen=True, slots=True)
class Edits:
    """All edits of one workbook in one patch."""

    cells: tuple[CellEdit, ...] = ()
    new_columns: tuple[ColumnEdit, ...] = ()
    removed_columns: tuple[RemovedColumnEdit, ...] = ()
    summaries: tuple[SummaryEdit, ...] = ()
    history: HistoryEdit | None = None
    notes: tuple[NoteEdit, ...] = ()
    rows: tuple[RowEdit, ...] = ()
    taken_rows: tuple[TakenRowEdit, ...] = ()
    copies: tuple[SheetCopyEdit, ...] = ()
    removed_sheets: tuple[RemovedSheetEdit, ...] = ()


class EditRefused(SourceError):
    """One edit is not possible without harm; nothing has been changed. `edit` is that edit, and
    `reason` says why without its address. The caller can leave it out, report it, and patch again
    with the rest.
    """

    def __init__(self, edit: Edit, reason: str, *, hint: str | None = None) -> None:
        self.edit = edit
        self.reason = reason
        super().__init__(f"{edit.address}: {reason}", hint=hint)
