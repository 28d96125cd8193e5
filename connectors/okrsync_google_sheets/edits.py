"""Cells to write, and how they become requests of one batch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any, Literal

from okrsync.connector import CellValue, Looks, TrendLine, is_blank

__all__ = [
    "FORMATS",
    "Edit",
    "Home",
    "Part",
    "entered_value",
    "fitting",
    "inserted_columns",
    "is_sparkline",
    "requests_for",
    "serial_of",
    "sparkline",
]

Json = dict[str, Any]
Part = Literal["value", "note"]
Home = tuple[int, int | str]
"""A row and a column, from 0, of the snapshot an edit was decided on. A column that the same batch
makes is named by its header.
"""
# Day 0 of serial numbers: https://developers.google.com/workspace/sheets/api/guides/formats
_EPOCH = datetime(1899, 12, 30)
# The most characters a cell can hold: https://support.google.com/drive/answer/37603
_LONGEST_TEXT = 50_000
FORMATS: Mapping[Looks, tuple[str, str]] = {
    Looks.SHARE: ("PERCENT", "0%"),
    Looks.NUMBER: ("NUMBER", "0.0"),
    Looks.DATE: ("DATE", "yyyy-mm-dd"),
}
"""Number formats (type and pattern) for cells that nobody has formatted yet."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A new content for one cell of a tab, at its current row and column, from 0. `content` is a
    `userEnteredValue` or a note; None empties the cell.

    `entry` is the id of the batch's entry; None if the edit puts back what was there. `home` is the
    cell in the snapshot the edit was decided on. `looks` adds a number format.
    """

    tab_id: int
    row: int
    column: int
    part: Part
    content: Json | str | None
    entry: str | None
    home: Home
    looks: Looks | None = None


def entered_value(value: CellValue, looks: Looks = Looks.TEXT) -> Json | None:
    """A value as a `userEnteredValue`. Text stays text even if it begins with `=` or a digit, but
    for the sparkline of a trend.
    """
    if looks is Looks.TREND and is_sparkline(value):
        return {"formulaValue": str(value)}
    if is_blank(value):
        return None
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int | float):
        return {"numberValue": value}
    if isinstance(value, Decimal):
        return {"numberValue": int(value) if value == value.to_integral_value() else float(value)}
    if isinstance(value, date | timedelta):
        return {"numberValue": serial_of(value)}
    return {"stringValue": str(value)}


# Semicolons separate the rows of an array in every locale; commas and points are decimal signs in
# some. Whole numbers and no options keep clear of both. The API reads formulas in the locale of the
# spreadsheet: https://github.com/googleapis/google-api-nodejs-client/issues/1994
_SPARKLINE = re.compile(r"=SPARKLINE\(\{-?\d+(;-?\d+)+\}\)")


def sparkline(points: Sequence[int]) -> str:
    """The formula that draws these points, in every locale."""
    return f"=SPARKLINE({{{';'.join(str(point) for point in points)}}})"


def is_sparkline(text: object) -> bool:
    """Whether a text is such a formula: it holds whole numbers and nothing else."""
    return isinstance(text, str) and _SPARKLINE.fullmatch(text) is not None


def serial_of(value: date | timedelta) -> float | int:
    """A day, moment or duration as a serial number: in days since 30 December 1899."""
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    moment = (
        value.replace(tzinfo=None)
        if isinstance(value, datetime)
        else datetime(value.year, value.month, value.day)
    )
    days = (moment - _EPOCH) / timedelta(days=1)
    return int(days) if days.is_integer() else days


def fitting(value: CellValue, looks: Looks) -> CellValue:
    """A value as a cell with these looks can hold it."""
    if (
        looks is Looks.SHARE
        and isinstance(value, int | float | Decimal)
        and not isinstance(value, bool)
    ):
        # Rounded to what the percent format shows, so that a cell holds what people see.
        return float(Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP))
    if isinstance(value, TrendLine):
        return sparkline(value.points)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str):
        return value[:_LONGEST_TEXT] or None
    return value


def inserted_columns(
    tab_id: int, index: int, count: int, open_rows: Iterable[tuple[int, int | None]]
) -> list[Json]:
    """Requests that insert empty columns at `index`, without the formatting of their neighbours.
    What people typed there meanwhile is not overwritten: it moves to the right.

    `open_rows` are the runs of rows that may be written to.
    """
    new_columns = {
        "sheetId": tab_id,
        "dimension": "COLUMNS",
        "startIndex": index,
        "endIndex": index + count,
    }
    # At the end of the grid there is no column after the new ones to inherit from; at index 0 there
    # is none before them, and `inheritFromBefore` is not allowed:
    # https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request
    requests: list[Json] = [
        {"insertDimension": {"range": new_columns, "inheritFromBefore": index > 0}}
    ]
    for start, end in open_rows:
        cells = {
            "sheetId": tab_id,
            "startRowIndex": start,
            "startColumnIndex": index,
            "endColumnIndex": index + count,
            **({} if end is None else {"endRowIndex": end}),
        }
        # An inserted column inherits formats and data validation. With its neighbour's list of
        # allowed words, every answer would be marked as invalid.
        fields = "userEnteredFormat,dataValidation"
        requests.append({"repeatCell": {"range": cells, "cell": {}, "fields": fields}})
    return requests


def requests_for(edits: Iterable[Edit]) -> list[Json]:
    """Few requests that write these cells and no others: one for each block of neighbours."""

    def kind(edit: Edit) -> tuple[int, str, str]:
        return edit.tab_id, edit.part, "" if edit.looks is None else edit.looks.value

    def order(edit: Edit) -> tuple[tuple[int, str, str], int, int]:
        return kind(edit), edit.row, edit.column

    requests: list[Json] = []
    for (tab_id, part, looks), group in groupby(sorted(edits, key=order), key=kind):
        for block in _blocks(list(group)):
            first = block[0][0]
            rows = [{"values": [_cell(edit) for edit in line]} for line in block]
            start = {"sheetId": tab_id, "rowIndex": first.row, "columnIndex": first.column}
            fields = (
                "note"
                if part == "note"
                else "userEnteredValue,userEnteredFormat.numberFormat"
                if looks
                else "userEnteredValue"
            )
            requests.append({"updateCells": {"start": start, "rows": rows, "fields": fields}})
    return requests


def _blocks(edits: Sequence[Edit]) -> list[list[list[Edit]]]:
    """Edits in the order of rows, as blocks of lines of neighbours: each is written by one
    request, and a request takes four times the room of a cell.
    """
    lines: list[list[Edit]] = []
    for edit in edits:
        last = lines[-1][-1] if lines else None
        if last is not None and (last.row, last.column + 1) == (edit.row, edit.column):
            lines[-1].append(edit)
        else:
            lines.append([edit])
    lines.sort(key=lambda line: (line[0].column, len(line), line[0].row))
    blocks: list[list[list[Edit]]] = []
    for line in lines:
        above = blocks[-1][-1] if blocks else None
        if above is not None and (above[0].row + 1, above[0].column, len(above)) == (
            line[0].row,
            line[0].column,
            len(line),
        ):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _cell(edit: Edit) -> Json:
    if edit.content is None:
        return {}
    if edit.part == "note":
        return {"note": edit.content}
    cell: Json = {"userEnteredValue": edit.content}
    if edit.looks is not None:
        kind, pattern = FORMATS[edit.looks]
        cell["userEnteredFormat"] = {"numberFormat": {"type": kind, "pattern": pattern}}
    return cell
