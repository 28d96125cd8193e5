"""How far a sheet reaches, and reading a sheet that reaches far but holds little.

The reader keeps a whole block of cells in memory, from the first to the last filled one. One stray
cell in XFD1048576 makes this block seventeen thousand million cells large, and the system would end
the process. Such a sheet is given to the reader without its empty rows and columns, and each value
is put back into its row and column afterwards: the cost depends on what a sheet holds, not on how
far it reaches.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from okrsync.connector import UnreadableSource, column_letters, column_number
from okrsync_workbook.xlsx.markup import with_attribute
from okrsync_workbook.xlsx.sheet import SheetXml

if TYPE_CHECKING:
    from okrsync_workbook.xlsx.rows import CellXml

__all__ = ["LAST_COLUMN", "LAST_ROW", "LONGEST_TEXT", "Folded", "fold", "unfold"]

# https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
LAST_ROW, LAST_COLUMN = 1_048_576, 16_383
"""The edge of a sheet, rows from 1 and columns from 0."""
LONGEST_TEXT = 32_767
"""Characters a cell can hold."""
LARGEST_BLOCK = 20_000_000
"""Cells of a block that may be kept in memory, filled or not."""

_ALWAYS_FINE = 200_000
"""Blocks up to this number of cells are read as they are."""
_PER_CELL = 16
"""A larger block is read as it is where it has at most this number of cells for each filled one."""
_LETTERS = 26
"""The columns of one letter, from A to Z."""
_GAP = 100
"""The number of successive empty rows to keep: empty rows separate tables."""


class Folded(Struct, frozen=True):
    """A sheet without its empty rows and columns: the pieces of its content, and the original
    number of each row and column.
    """

    content: tuple[bytes, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]


def fold(name: str, sheet: SheetXml) -> Folded | None:
    """The folded sheet, where it reaches much further than its content requires; None where it can
    be read as it is.

    Raises `UnreadableSource`, with the address, for a cell beyond the edge of a sheet, and for
    cells so far apart that the filled rows and columns alone are too many.
    """
    if _is_compact(sheet.masked_body, sheet.prefix):
        return None
    # Hardly any sheet reaches that far.
    from okrsync_workbook.xlsx.rows import every_row

    cells_by_row: dict[int, dict[int, CellXml]] = {}
    for row in every_row(sheet.body, sheet.prefix):
        cells = {column: cell for column, cell in row.cells.items() if not cell.tag.endswith(b"/")}
        if cells:
            cells_by_row.setdefault(row.number, {}).update(cells)
    filled = dict(sorted(cells_by_row.items()))
    _refuse_beyond_the_edge(name, filled)
    columns = sorted({column for cells in filled.values() for column in cells})
    if len(filled) * len(columns) > LARGEST_BLOCK:
        number = max(filled)
        raise UnreadableSource(
            f"{name}!{column_letters(max(filled[number]))}{number}: {len(filled):,} rows and"
            f" {len(columns):,} columns hold something, more than can be read at once",
            hint="Remove what is far from the table, or name the `tabs` to read.",
        )
    new_column = {column: index for index, column in enumerate(columns)}
    parts = []
    for number, cells in enumerate(filled.values(), start=1):
        parts.append(b'<%srow r="%d">' % (sheet.prefix, number))
        for column, cell in sorted(cells.items()):
            address = f"{column_letters(new_column[column])}{number}"
            end = cell.markup.index(b">") + 1
            parts += [with_attribute(cell.markup[:end], "r", address), cell.markup[end:]]
        parts.append(b"</%srow>" % sheet.prefix)
    return Folded(sheet.cells_only(b"".join(parts)), tuple(filled), tuple(columns))


def _is_compact(body: bytes, prefix: bytes) -> bool:
    """Whether the block of a sheet is small, or filled well enough to be read as it is."""
    # The `dimension` that a sheet states is not used: many programs write it wrongly.
    row = re.compile(rb"<" + prefix + rb'row(?=[\s/>])(?:[^<>]*?\sr\s*=\s*["\']([0-9]+))?')
    cell = re.compile(rb"<" + prefix + rb'c(?=[\s/>])(?:[^<>]*?\sr\s*=\s*["\']([A-Za-z]+))?')
    # All at once: a large sheet has a million cells.
    rows = row.findall(body)
    last_row = max((int(number[:20]) for number in rows if number), default=0)
    # Most tables have no column beyond Z: where each cell says so first, counting them is enough.
    beyond = re.compile(rb"<" + prefix + rb'c(?=[\s/>])(?! r="[A-Za-z][0-9])')
    if last_row <= LAST_ROW and beyond.search(body) is None:
        block = (last_row + len(rows)) * _LETTERS
        if block <= _PER_CELL * body.count(b"<" + prefix + b'c r="'):
            return True
    columns = cell.findall(body)
    letters = set(columns)
    if b"" in letters:  # A cell without an address.
        return False
    width = max((column_number(text[:8].decode()) for text in letters), default=0) + 1
    if width > LAST_COLUMN + 1 or last_row > LAST_ROW:
        return False
    block = (last_row + len(rows)) * width
    return block <= _ALWAYS_FINE or block <= _PER_CELL * len(columns)


def _refuse_beyond_the_edge(name: str, filled: Mapping[int, Mapping[int, CellXml]]) -> None:
    for number, cells in filled.items():
        furthest = max(cells)
        if not 1 <= number <= LAST_ROW or furthest > LAST_COLUMN:
            raise UnreadableSource(
                f"{name}!{column_letters(furthest)}{number} is beyond the edge of a sheet"
                f" ({column_letters(LAST_COLUMN)}{LAST_ROW})",
                hint="A program wrote this file wrongly: open it in Excel and save it again.",
            )


def unfold(grid: Sequence[Sequence[Any]], folded: Folded) -> list[tuple[int, list[Any]]]:
    """The rows of a folded sheet with their original numbers, each value in its column. Of a long
    run of empty rows the first are kept.
    """
    rows: list[tuple[int, list[Any]]] = []
    last = 0
    for number, line in zip(folded.rows, grid, strict=False):
        rows += [(empty, []) for empty in range(last + 1, min(number, last + 1 + _GAP))]
        filled = [index for index, value in enumerate(line) if value != ""]
        values: list[Any] = [""] * (folded.columns[filled[-1]] + 1 if filled else 0)
        for index in filled:
            values[folded.columns[index]] = line[index]
        rows.append((number, values))
        last = number
    return rows
