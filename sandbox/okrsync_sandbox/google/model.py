"""The stored content: spreadsheets of sheets of cells, and everything attached to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from okrsync_sandbox.google.a1 import CellBlock
from okrsync_sandbox.google.errors import invalid

__all__ = ["EMPTY", "Cell", "GridSheet", "Json", "Spreadsheet"]

Json = dict[str, Any]
# Limits of a spreadsheet and of a cell: https://support.google.com/drive/answer/37603
MOST_CELLS = 10_000_000
MOST_COLUMNS = 18_278  # column ZZZ
LONGEST_TEXT = 50_000


@dataclass(frozen=True, slots=True)
class Cell:
    """The entered content of one cell. It is replaced, never changed.

    `formula` is its text with the `=`; `value` is then None. `format` is the userEnteredFormat,
    `extra` what else a CellData may bring.
    """

    value: str | float | bool | None = None
    formula: str | None = None
    format: Json | None = None
    note: str | None = None
    validation: Json | None = None
    extra: Json | None = None

    @property
    def is_blank(self) -> bool:
        """Whether it holds no value."""
        return self.formula is None and (self.value is None or self.value == "")

    @property
    def is_nothing(self) -> bool:
        """Whether nothing at all hangs on it."""
        return self == EMPTY

    def without_value(self) -> Cell:
        """The same cell, emptied."""
        return replace(self, value=None, formula=None)


EMPTY = Cell()


@dataclass(slots=True)
class GridSheet:
    """One tab. Rows and columns count from 0; `rows` may be shorter than the grid, and so may each
    row.
    """

    id: int
    title: str
    row_count: int = 1000
    column_count: int = 26
    rows: list[list[Cell]] = field(default_factory=list)
    properties: Json = field(default_factory=dict)
    """What SheetProperties hold beyond id, title, index and the size of the grid."""
    grid: Json = field(default_factory=dict)
    """What GridProperties hold beyond the size: frozen rows, hidden gridlines."""
    row_info: dict[int, Json] = field(default_factory=dict)
    column_info: dict[int, Json] = field(default_factory=dict)
    merges: list[CellBlock] = field(default_factory=list)
    objects: dict[str, list[Json]] = field(default_factory=dict)
    """By the name a Sheet's answer has for them: conditionalFormats, protectedRanges, charts,
    bandedRanges, tables, filterViews, slicers, rowGroups, columnGroups.
    """
    basic_filter: Json | None = None

    def cell(self, row: int, column: int) -> Cell:
        """The cell at an index; an empty one if nothing was entered."""
        if row < len(self.rows):
            cells = self.rows[row]
            if column < len(cells):
                return cells[column]
        return EMPTY

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Replace a cell of the grid."""
        if row >= len(self.rows):
            if cell.is_nothing:
                return
            self.rows.extend([] for _ in range(row + 1 - len(self.rows)))
        cells = self.rows[row]
        if column >= len(cells):
            if cell.is_nothing:
                return
            cells.extend([EMPTY] * (column + 1 - len(cells)))
        cells[column] = cell

    def change(self, row: int, column: int, how: Callable[[Cell], Cell]) -> None:
        """Replace a cell with the result of `how`."""
        self.put(row, column, how(self.cell(row, column)))

    def list_of(self, name: str) -> list[Json]:
        """The objects of one kind, to be changed in place."""
        return self.objects.setdefault(name, [])

    @property
    def is_hidden(self) -> bool:
        return bool(self.properties.get("hidden"))

    @property
    def used(self) -> tuple[int, int]:
        """How many rows and columns reach to the last cell with a value."""
        last_row = last_column = 0
        for number, cells in enumerate(self.rows):
            for column in range(len(cells) - 1, -1, -1):
                if not cells[column].is_blank:
                    last_row, last_column = number + 1, max(last_column, column + 1)
                    break
        return last_row, last_column

    def covered_by(self, row: int, column: int) -> CellBlock | None:
        """The merge that covers a cell and does not begin with it."""
        for merge in self.merges:
            if merge.holds(row, column) and (merge.row, merge.column) != (row, column):
                return merge
        return None

    def resize(self, rows: int, columns: int) -> None:
        """Give the grid another size; cells outside it are lost."""
        if rows < 1 or columns < 1:
            raise invalid(
                "You can't delete all the rows on the sheet."
                if rows < 1
                else "You can't delete all the columns on the sheet."
            )
        self.row_count, self.column_count = rows, columns
        del self.rows[rows:]
        for cells in self.rows:
            del cells[columns:]
        self.merges = [
            merge for merge in self.merges if merge.row < rows and merge.column < columns
        ]

    def copied(self) -> GridSheet:
        """The same sheet, to be changed on its own."""
        return replace(
            self,
            rows=[list(cells) for cells in self.rows],
            properties=deepcopy(self.properties),
            grid=deepcopy(self.grid),
            row_info=deepcopy(self.row_info),
            column_info=deepcopy(self.column_info),
            merges=list(self.merges),
            objects=deepcopy(self.objects),
            basic_filter=deepcopy(self.basic_filter),
        )


@dataclass(slots=True)
class Spreadsheet:
    """One spreadsheet. `version` grows with every change; computed values are cached by version."""

    id: str
    properties: Json
    sheets: list[GridSheet] = field(default_factory=list)
    named_ranges: list[Json] = field(default_factory=list)
    metadata: list[Json] = field(default_factory=list)
    """Developer metadata of all places, each with its location."""
    version: int = 0
    comments: list[Json] = field(default_factory=list)
    """The comments of the file, as `threads` describes them."""
    anchors: list[Json] = field(default_factory=list)
    """Where comments are anchored: an id and the cell's range each."""

    @property
    def title(self) -> str:
        return str(self.properties.get("title", ""))

    @property
    def locale(self) -> str:
        return str(self.properties.get("locale", "en_US"))

    def sheet(self, sheet_id: int) -> GridSheet | None:
        """A sheet by its id."""
        return next((sheet for sheet in self.sheets if sheet.id == sheet_id), None)

    def titled(self, title: str) -> GridSheet | None:
        """A sheet by its title, whatever the case where no other fits."""
        # Titles are unique without regard to case, so that the second search cannot be ambiguous.
        exact = next((sheet for sheet in self.sheets if sheet.title == title), None)
        return exact or next(
            (sheet for sheet in self.sheets if sheet.title.casefold() == title.casefold()), None
        )

    def cells(self) -> int:
        """How many cells all grids have."""
        return sum(sheet.row_count * sheet.column_count for sheet in self.sheets)

    def copied(self) -> Spreadsheet:
        """The same spreadsheet, to be changed on its own."""
        return replace(
            self,
            properties=deepcopy(self.properties),
            sheets=[sheet.copied() for sheet in self.sheets],
            named_ranges=deepcopy(self.named_ranges),
            metadata=deepcopy(self.metadata),
            comments=deepcopy(self.comments),
            anchors=deepcopy(self.anchors),
        )

    def take(self, other: Spreadsheet) -> None:
        """Take over the content of a changed copy, with a new version."""
        self.properties, self.sheets = other.properties, other.sheets
        self.named_ranges, self.metadata = other.named_ranges, other.metadata
        # The list belongs to the file, and Drive shows it as well.
        self.comments[:], self.anchors = other.comments, other.anchors
        self.version += 1

    def formulas(self) -> Iterator[tuple[GridSheet, int, int, str]]:
        """Every formula with its place."""
        for sheet in self.sheets:
            for row, cells in enumerate(sheet.rows):
                for column, cell in enumerate(cells):
                    if cell.formula is not None:
                        yield sheet, row, column, cell.formula
