"""Cells that are to be written, and how they become one request to the service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal

from okrsync.connector import CellValue, Looks, is_blank

__all__ = [
    "FORMATS",
    "Edit",
    "Home",
    "Part",
    "entered_value",
    "inserted_columns",
    "requests_for",
    "serial_of",
]

Json = dict[str, Any]
Part = Literal["value", "note"]
Home = tuple[int, int | str]
"""A row and a column, from 0, of the look an edit was decided on; a column that is made with it
goes by its header.
"""
_EPOCH = datetime(1899, 12, 30)
FORMATS: Mapping[Looks, tuple[str, str]] = {
    Looks.SHARE: ("PERCENT", "0%"),
    Looks.NUMBER: ("NUMBER", "0.0"),
    Looks.DATE: ("DATE", "yyyy-mm-dd"),
}
"""Number formats, by type and pattern, for cells that nobody has formatted yet."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell of a tab at a place of the moment, from 0. `content` is what it shall hold: a
    `userEnteredValue` or a note; None empties it.

    `entry` is the batch's entry it is for, None where it puts back what was there. `home` is what
    is meant, in the look it was decided on. `looks` gives the cell a number format too.
    """

    tab_id: int
    row: int
    column: int
    part: Part
    content: Json | str | None
    entry: str | None
    home: Home
    looks: Looks | None = None


def entered_value(value: CellValue) -> Json | None:
    """A value as the service takes it, typed: text stays text whatever it begins with."""
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


def serial_of(value: date | timedelta) -> float | int:
    """A day, moment or duration as the service counts: in days since 30 December 1899."""
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    moment = (
        value.replace(tzinfo=None)
        if isinstance(value, datetime)
        else datetime(value.year, value.month, value.day)
    )
    days = (moment - _EPOCH) / timedelta(days=1)
    return int(days) if days.is_integer() else days


def inserted_columns(
    tab_id: int, at: int, count: int, open_rows: Iterable[tuple[int, int | None]]
) -> list[Json]:
    """Requests that make empty columns before what stands at `at` now, plain whatever stands beside
    them. Nothing anybody typed there meanwhile can be hit: it moves on.

    `open_rows` are the runs of rows that may be written to. At the very end of the grid a column
    can only take after the one before it, which `inheritFromBefore` says.
    """
    spot = {"sheetId": tab_id, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + count}
    made: list[Json] = [{"insertDimension": {"range": spot, "inheritFromBefore": at > 0}}]
    for start, end in open_rows:
        cells = {
            "sheetId": tab_id,
            "startRowIndex": start,
            "startColumnIndex": at,
            "endColumnIndex": at + count,
            **({} if end is None else {"endRowIndex": end}),
        }
        # An inserted column takes format and validation from its neighbour; under a list of allowed
        # words every answer would be marked as invalid.
        fields = "userEnteredFormat,dataValidation"
        made.append({"repeatCell": {"range": cells, "cell": {}, "fields": fields}})
    return made


def requests_for(edits: Iterable[Edit]) -> list[Json]:
    """The fewest requests that write these cells and touch no other: one for each run of cells
    below one another.
    """

    def run(edit: Edit) -> tuple[int, str, str, int]:
        return edit.tab_id, edit.part, "" if edit.looks is None else edit.looks.value, edit.column

    made: list[Json] = []
    for (tab_id, part, looks, column), group in groupby(
        sorted(edits, key=lambda edit: (run(edit), edit.row)), key=run
    ):
        for cells in _runs(list(group)):
            rows = [{"values": [_cell(edit)]} for edit in cells]
            start = {"sheetId": tab_id, "rowIndex": cells[0].row, "columnIndex": column}
            fields = (
                "note"
                if part == "note"
                else "userEnteredValue,userEnteredFormat.numberFormat"
                if looks
                else "userEnteredValue"
            )
            made.append({"updateCells": {"start": start, "rows": rows, "fields": fields}})
    return made


def _runs(edits: Sequence[Edit]) -> list[list[Edit]]:
    runs: list[list[Edit]] = []
    for edit in edits:
        if runs and runs[-1][-1].row == edit.row - 1:
            runs[-1].append(edit)
        else:
            runs.append([edit])
    return runs


def _cell(edit: Edit) -> Json:
    if edit.content is None:
        return {}
    if edit.part == "note":
        return {"note": edit.content}
    made: Json = {"userEnteredValue": edit.content}
    if edit.looks is not None:
        kind, pattern = FORMATS[edit.looks]
        made["userEnteredFormat"] = {"numberFormat": {"type": kind, "pattern": pattern}}
    return made
