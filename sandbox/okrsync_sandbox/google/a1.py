"""Ranges: A1 notation as people and requests write it, and blocks of cells counted from 0."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

__all__ = [
    "CellBlock",
    "block_of",
    "cell_name",
    "grid_range",
    "letters",
    "number",
    "quoted",
    "read_a1",
    "split_a1",
]

_CELL = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9][0-9]{0,7})?")
# Ranges may be written in R1C1 as well:
# https://developers.google.com/workspace/sheets/api/guides/concepts#cell
_R1C1 = re.compile(r"R([0-9]+)C([0-9]+)(?::R([0-9]+)C([0-9]+))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CellBlock:
    """A block of cells: its first row and column, and the ones after its last; None is open on that
    side.
    """

    row: int = 0
    column: int = 0
    end_row: int | None = None
    end_column: int | None = None

    def within(self, rows: int, columns: int) -> tuple[int, int, int, int]:
        """Row, column, end row and end column, cut to a grid of that size."""
        return (
            self.row,
            self.column,
            rows if self.end_row is None else min(self.end_row, rows),
            columns if self.end_column is None else min(self.end_column, columns),
        )

    def meets(self, other: CellBlock) -> bool:
        """Whether two blocks have a cell in common."""
        return (
            (self.end_row is None or other.row < self.end_row)
            and (other.end_row is None or self.row < other.end_row)
            and (self.end_column is None or other.column < self.end_column)
            and (other.end_column is None or self.column < other.end_column)
        )

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return (
            self.row <= row
            and self.column <= column
            and (self.end_row is None or row < self.end_row)
            and (self.end_column is None or column < self.end_column)
        )

    def contains(self, other: CellBlock) -> bool:
        """Whether all of another block lies in it."""
        return (
            self.row <= other.row
            and self.column <= other.column
            and (
                self.end_row is None
                or (other.end_row is not None and other.end_row <= self.end_row)
            )
            and (
                self.end_column is None
                or (other.end_column is not None and other.end_column <= self.end_column)
            )
        )


def letters(column: int) -> str:
    """The letters of a column counted from 0."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def number(text: str) -> int:
    """The column, counted from 0, of its letters."""
    column_number = 0
    for letter in text.upper():
        column_number = column_number * 26 + ord(letter) - 64
    return column_number - 1


def cell_name(row: int, column: int) -> str:
    """`A1` of row 0 and column 0."""
    return f"{letters(column)}{row + 1}"


def quoted(title: str) -> str:
    """A tab's title as answers write it: quoted if it could be read as something else."""
    # A tab called Q4 would read as a cell, so that answers quote it: 'Q4'!A1.
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", title) and not _looks_like_a_cell(title)
    return title if plain else "'" + title.replace("'", "''") + "'"


def _looks_like_a_cell(title: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc]?[0-9]*", title))


def split_a1(text: str) -> tuple[str | None, str | None]:
    """Title and cells of a range: `'Q 4'!A1` is (`Q 4`, `A1`), `Sheet1` is (None, `Sheet1`), `'Q4'`
    is (`Q4`, None).
    """
    if text.startswith("'"):
        end = re.match(r"'((?:[^']|'')*)'", text)
        if end is not None:
            title, rest = end[1].replace("''", "'"), text[end.end() :]
            if not rest:
                return title, None
            if rest.startswith("!"):
                return title, rest[1:]
    if "!" in text:
        # From the right: a title may have an exclamation mark of its own.
        title, _, cells = text.rpartition("!")
        return title, cells
    return None, text


def read_a1(text: str) -> CellBlock | None:
    """The block of a range in A1 notation; None if the text is no such notation."""
    fixed = _R1C1.fullmatch(text)
    if fixed is not None:
        top, left = int(fixed[1]) - 1, int(fixed[2]) - 1
        bottom, right = (int(fixed[3]), int(fixed[4])) if fixed[3] else (top + 1, left + 1)
        return CellBlock(top, left, bottom, right)
    first, colon, last = text.partition(":")
    start = _CELL.fullmatch(first)
    if start is None or not first:
        return None
    column, row = _column(start[1]), _row(start[2])
    if not colon:
        return (
            None if column is None or row is None else CellBlock(row, column, row + 1, column + 1)
        )
    stop = _CELL.fullmatch(last)
    if stop is None or not last:
        return None
    end_column, end_row = _column(stop[1]), _row(stop[2])
    if (column is None and row is None) or (end_column is None and end_row is None):
        return None
    # Google takes the corners of a range in any order.
    if column is not None and end_column is not None and end_column < column:
        column, end_column = end_column, column
    if row is not None and end_row is not None and end_row < row:
        row, end_row = end_row, row
    return CellBlock(
        row or 0,
        column or 0,
        None if end_row is None else end_row + 1,
        None if end_column is None else end_column + 1,
    )


def _column(text: str | None) -> int | None:
    return None if text is None else number(text)


def _row(text: str | None) -> int | None:
    return None if text is None else int(text) - 1


def block_of(grid_range: dict[str, Any]) -> CellBlock:
    """The block of a GridRange."""
    return CellBlock(
        grid_range.get("startRowIndex", 0),
        grid_range.get("startColumnIndex", 0),
        grid_range.get("endRowIndex"),
        grid_range.get("endColumnIndex"),
    )


def grid_range(sheet_id: int, block: CellBlock) -> dict[str, Any]:
    """A block as a GridRange, which is open on the same sides."""
    cell_range: dict[str, Any] = {"sheetId": sheet_id, "startRowIndex": block.row}
    if block.end_row is not None:
        cell_range["endRowIndex"] = block.end_row
    cell_range["startColumnIndex"] = block.column
    if block.end_column is not None:
        cell_range["endColumnIndex"] = block.end_column
    return cell_range
