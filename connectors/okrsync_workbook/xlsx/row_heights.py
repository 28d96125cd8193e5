"""Rows of the summary as high as their words need. LibreOffice fits no row when it opens a file:
words of two lines would stand over those of the next row.
"""

from __future__ import annotations

import re
from math import ceil

from okrsync.connector import WIDTHS, SummaryCell
from okrsync_workbook.xlsx.markup import masked, with_attribute
from okrsync_workbook.xlsx.rows import RowXml, rows_of_body
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.tables import Range

__all__ = ["fit_rows"]

_LINE, _MORE = 15, 0.75
"""The height of a line, in points, and what a row of several has more. By that much, which nobody
types, okrsync knows its own heights once a library that marks all as chosen has saved the file.
"""
_SIGNS = 1.1
"""A column of a width has room for so many times as many letters of a usual text as digits."""
_WRAPPED = ("text", "words", "level-1", "level-2", "level-3")
_HEIGHT = re.compile(rb"\s(?:ht|customHeight)\s*=\s*(?:\"[^\"]*\"|'[^']*')")


def fit_rows(sheet: SheetXml, cells: dict[tuple[int, int], SummaryCell], block: Range) -> None:
    """Set the heights of the rows of a block that shows these cells, by row and column. The height
    that a person chose stays.
    """
    lines = dict.fromkeys(range(block.first_row, block.last_row + 1), 1)
    for (row, column), cell in cells.items():
        if cell.look in _WRAPPED and row in lines:
            room = WIDTHS[column - block.first_column] * _SIGNS
            lines[row] = max(lines[row], ceil(len(str(cell.value or "")) / room))
    present = rows_of_body(sheet.body, sheet.prefix, lines)
    within = range(block.first_column, block.last_column + 1)

    def fitted(tag: re.Match[bytes]) -> bytes:
        row = present.get(int(tag["row"]))
        if row is None or _is_chosen(row):
            return tag[0]
        if lines[row.number] > 1:
            return with_attribute(tag[0], "ht", str(_LINE * lines[row.number] + _MORE))
        # What people typed beside the block may need the height that their program chose.
        return tag[0] if any(column not in within for column in row.cells) else without(tag[0])

    def without(tag: bytes) -> bytes:
        return _HEIGHT.sub(b"", tag)

    opening = re.compile(
        rb"<" + sheet.prefix + rb"row\s(?:[^<>]*\s)?r\s*=\s*[\"'](?P<row>[0-9]+)[\"'][^<>]*>"
    )
    data = masked(sheet.body)
    pieces, position = [], 0
    for tag in opening.finditer(data):
        pieces += [sheet.body[position : tag.start()], fitted(tag)]
        position = tag.end()
    sheet.set_body(b"".join([*pieces, sheet.body[position:]]))


def _is_chosen(row: RowXml) -> bool:
    """Whether a person chose the height of a row."""
    if row.facts.get("customHeight") not in ("1", "true"):
        return False
    try:
        height = float(row.facts.get("ht", ""))
    except ValueError:
        return True
    return height <= 2 * _LINE or height % _LINE != _MORE
