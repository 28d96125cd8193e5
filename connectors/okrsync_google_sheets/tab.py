"""One tab from Google's answer: as a table for okrsync, and with all that is needed to restore a
cell exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from okrsync.connector import (
    COVERED,
    FORMULA,
    LOCKED,
    MONEY,
    PERCENT,
    STRUCK,
    CellError,
    CellValue,
    Merge,
    Row,
    Table,
    right_edge,
)
from okrsync_google_sheets.chips import read_chips
from okrsync_google_sheets.edits import is_sparkline

__all__ = [
    "COMPACT",
    "FIELDS",
    "INPUT",
    "KEY",
    "Anchor",
    "Book",
    "GoogleTab",
    "book_from",
    "grid_size",
    "is_managed",
    "shown_title",
]

Json = dict[str, Any]
KEY = "okrsync"
"""The key of okrsync's developer metadata."""
INPUT = "="
"""What the value of a mark begins with at a column that okrsync only reads."""

_CELL = (
    "userEnteredValue,effectiveValue,note,effectiveFormat/numberFormat,"
    "userEnteredFormat/textFormat/strikethrough,"
    "chipRuns(startIndex,chip/personProperties/email)"
)
_METADATA = "developerMetadata(metadataId,metadataKey,metadataValue)"
_SHEET = (
    "properties(sheetId,title,index,hidden,sheetType,gridProperties(rowCount,columnCount)),merges,conditionalFormats,"
    "protectedRanges(range,namedRangeId,unprotectedRanges,description,warningOnly,requestingUserCanEdit),charts/chartId,"
    f"{_METADATA},data(startRow,startColumn,rowData/values({_CELL}),rowMetadata/{_METADATA},columnMetadata/{_METADATA})"
)
FIELDS = f"properties(title,locale,timeZone),sheets({_SHEET}),namedRanges(namedRangeId,range)"
"""The fields okrsync requests, in one answer:
https://developers.google.com/workspace/sheets/api/guides/field-masks
"""

COMPACT = {"prettyPrint": "false"}
"""Without it two thirds of an answer are blanks that indent it:
https://cloud.google.com/apis/docs/system-parameters
"""
_MOST_NEW_COLUMNS = 32
"""More columns than okrsync has fields."""
# Day 0 of serial numbers: https://developers.google.com/workspace/sheets/api/guides/formats
_EPOCH = datetime(1899, 12, 30)
_SIGN = re.compile(r'(?<=\[\$)[^\]-]+|(?<=")[^"]+(?=")|(?<!\[)[$€£¥₹₽₩₺₴₫฿₪₱₦]')
"""The sign of money in a number format: `"$"#,##0.00`, `#,##0.00 [$€-407]`."""
_ERRORS = {
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "LOADING": "Loading...",
}
# A spreadsheet's answer has no order of dates, only a locale; these are the orders of CLDR.
_YEAR_FIRST = ("ja", "zh", "ko", "hu", "lt", "sv", "mn")
_MONTH_FIRST = ("en_US", "en_PH", "es_US", "es_PR")


@dataclass(frozen=True, slots=True)
class Anchor:
    """okrsync's developer metadata at a row or column: its permanent id, and its value. In a
    preview, an id that Google has yet to give out is a phrase.
    """

    id: int | str
    value: str


class Locks:
    """The protected ranges that okrsync may not edit, without the ranges they leave unprotected."""

    def __init__(self, protections: Iterable[Json], named: Mapping[str, Json]) -> None:
        self.closed = [
            protection
            for protection in protections
            if not protection.get("requestingUserCanEdit") and not protection.get("warningOnly")
        ]
        self._blocks = [
            (
                _block(
                    protection.get("range") or named.get(protection.get("namedRangeId", ""), {})
                ),
                [_block(unprotected) for unprotected in protection.get("unprotectedRanges", ())],
            )
            for protection in self.closed
        ]

    def holds(self, row: int, column: int) -> bool:
        """Whether writing to a cell would be refused."""
        return any(
            _inside(block, row, column) and not any(_inside(free, row, column) for free in open_)
            for block, open_ in self._blocks
        )

    def reach(self, row: int, column: int) -> bool:
        """Whether writing to a cell would be refused in a column inserted before this one: it
        becomes part of a protected range that it is inserted into.
        """
        return any(
            _spans(block, row, column) and not any(_spans(free, row, column) for free in open_)
            for block, open_ in self._blocks
        )

    def cross(self, column: int) -> bool:
        """Whether any cell of a column is protected, so that the column cannot be deleted."""
        return any(block[1] <= column < block[3] for block, _ in self._blocks)

    @property
    def cover_tab(self) -> bool:
        """Whether the whole tab is protected. Then no column can be added, even if some ranges are
        left unprotected.
        """
        return any(block == (0, 0, _OPEN, _OPEN) for block, _ in self._blocks)

    def open_rows(self, column: int) -> list[tuple[int, int | None]]:
        """The runs of rows, from 0, that may be written to in a column inserted before this one:
        the first row, and the row after the last; None if the run has no end.
        """
        edges: set[int] = {0}
        for block, open_ in self._blocks:
            for first, _, last, _ in (block, *open_):
                edges |= {first, *([int(last)] if last != _OPEN else [])}
        starts = sorted(edges)
        runs: list[tuple[int, int | None]] = []
        for start, end in zip(starts, [*starts[1:], None], strict=True):
            if self.reach(start, column):
                continue
            if runs and runs[-1][1] == start:
                runs[-1] = (runs[-1][0], end)
            else:
                runs.append((start, end))
        return runs

    @property
    def is_empty(self) -> bool:
        return not self._blocks

    @property
    def reason(self) -> str | None:
        """The descriptions of the protected ranges, in a sentence; None if nobody wrote any."""
        descriptions = [
            protection["description"] for protection in self.closed if protection.get("description")
        ]
        if not descriptions:
            return None
        description = "; ".join(dict.fromkeys(descriptions))
        return (
            f"the cell is protected ({description}): allow editing there, or give okrsync a column"
        )


_OPEN = float("inf")
"""The end of a block without an end."""


def _block(cell_range: Json) -> tuple[int, int, float, float]:
    # A missing index means no bound on that side:
    # https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/other#GridRange
    return (
        cell_range.get("startRowIndex", 0),
        cell_range.get("startColumnIndex", 0),
        cell_range.get("endRowIndex", _OPEN),
        cell_range.get("endColumnIndex", _OPEN),
    )


def _inside(block: tuple[int, int, float, float], row: int, column: int) -> bool:
    return block[0] <= row < block[2] and block[1] <= column < block[3]


def _spans(block: tuple[int, int, float, float], row: int, column: int) -> bool:
    """Whether a block extends over a column inserted there: it has to begin before it."""
    begins_before = block[1] < column or (block[1] == 0 and block[3] == _OPEN)
    return begins_before and _inside(block, row, column)


@dataclass(slots=True)
class GoogleTab:
    """One tab. Rows and columns count from 0 here; a `Row` of the table counts from 1."""

    id: int
    title: str
    index: int
    row_count: int
    column_count: int
    table: Table
    entered: list[list[Json | None]] = field(default_factory=list)
    """The `userEnteredValue` of each cell."""
    notes: dict[tuple[int, int], str] = field(default_factory=dict)
    formatted: set[tuple[int, int]] = field(default_factory=set)
    """The cells that have a number format already."""
    row_anchors: dict[int, tuple[Anchor, ...]] = field(default_factory=dict)
    column_anchors: dict[int, tuple[Anchor, ...]] = field(default_factory=dict)
    input_anchors: dict[int, tuple[Anchor, ...]] = field(default_factory=dict)
    """The marks of columns that okrsync only reads."""
    sheet_marks: dict[str, Anchor] = field(default_factory=dict)
    charts: frozenset[int] = frozenset()
    rules: list[Json] = field(default_factory=list)
    """The conditional formats, in order of priority."""
    people: dict[tuple[str, str], None] = field(default_factory=dict)
    """The people whose chips stand in cells: name and address."""
    locks: Locks = field(default_factory=lambda: Locks((), {}))
    money: dict[int, set[str]] = field(default_factory=dict)
    """By column, the signs of money that its numbers are shown with."""
    metadata_room: int = 0
    """How many characters all metadata of the tab takes, okrsync's and others'."""

    def entered_at(self, row: int, column: int) -> Json | None:
        """The `userEnteredValue` of a cell; None if it is empty."""
        if row < len(self.entered) and column < len(self.entered[row]):
            return self.entered[row][column]
        return None

    def value_at(self, row: int, column: int) -> CellValue:
        """The value that a cell shows."""
        return self.table.rows[row].value(column) if row < len(self.table.rows) else None


@dataclass(slots=True)
class Book:
    """A spreadsheet from Google's answer, with the tabs that the answer contains."""

    title: str
    locale: str
    time_zone: str
    tabs: list[GoogleTab]

    def tab(self, key: str) -> GoogleTab | None:
        """A tab by its table's key."""
        return next((tab for tab in self.tabs if str(tab.id) == key), None)

    def titled(self, title: str) -> GoogleTab | None:
        """A tab by its exact title."""
        return next((tab for tab in self.tabs if tab.title == title), None)


def shown_title(title: str) -> str:
    """A tab's title in A1 notation. Always quoted: `Q1` without quotes is read as a cell."""
    return "'" + title.replace("'", "''") + "'"


def book_from(answer: Json) -> Book:
    """The spreadsheet in Google's answer."""
    properties = answer.get("properties", {})
    locale = properties.get("locale", "en_US")
    named = {
        named_range["namedRangeId"]: named_range.get("range", {})
        for named_range in answer.get("namedRanges", ())
    }
    tabs = [
        _tab(sheet, locale, named)
        for sheet in answer.get("sheets", ())
        if sheet["properties"].get("sheetType", "GRID") == "GRID"
    ]
    return Book(properties.get("title", ""), locale, properties.get("timeZone", ""), tabs)


def grid_size(answer: Json) -> int:
    """How many cells the tabs in Google's answer have, empty ones too."""
    grids = (sheet["properties"].get("gridProperties", {}) for sheet in answer.get("sheets", ()))
    return sum(grid.get("rowCount", 0) * grid.get("columnCount", 0) for grid in grids)


def _tab(sheet: Json, locale: str, named: Mapping[str, Json]) -> GoogleTab:
    properties = sheet["properties"]
    grid = properties.get("gridProperties", {})
    tab = GoogleTab(
        properties.get("sheetId", 0),
        properties.get("title", ""),
        properties.get("index", 0),
        grid.get("rowCount", 0),
        grid.get("columnCount", 0),
        Table(str(properties.get("sheetId", 0)), properties.get("title", ""), ()),
        charts=frozenset(chart["chartId"] for chart in sheet.get("charts", ())),
        rules=list(sheet.get("conditionalFormats", ())),
    )
    tab.sheet_marks = {mark.value.partition("=")[0]: mark for mark in _anchors(sheet)}
    merges = tuple(_merge(merged, tab) for merged in sheet.get("merges", ()))
    covered = {cell for merge in merges for cell in _covered(merge)}
    locks = Locks(sheet.get("protectedRanges", ()), named)
    tab.locks = locks
    rows: list[Row] = []
    for data in sheet.get("data", ()):
        _read_metadata(tab, data)
        for row_index, row_data in enumerate(
            data.get("rowData", ()), start=data.get("startRow", 0)
        ):
            while len(rows) < row_index:
                rows.append(_row(tab, len(rows), [], covered, locks))
            rows.append(_row(tab, row_index, row_data.get("values", []), covered, locks))
    last_anchored = max(tab.row_anchors, default=-1)
    while len(rows) <= last_anchored:
        rows.append(_row(tab, len(rows), [], covered, locks))
    table = Table(
        str(tab.id),
        tab.title,
        tuple(rows),
        merges=merges,
        locale=locale,
        date_order=_date_order(locale),
        lock=locks.reason,
        people=tuple(tab.people),
        money={column: min(signs) for column, signs in tab.money.items() if len(signs) == 1},
    )
    tab.table = table if locks.is_empty else replace(table, rows=_locked_beyond(table, locks))
    return tab


def _locked_beyond(table: Table, locks: Locks) -> tuple[Row, ...]:
    """The rows, with marks for the cells that new columns would have. New columns are inserted at
    the right edge: a protected range there moves on, unless it begins further left.
    """
    edge = right_edge(table)
    rows = []
    for row in table.rows:
        marks = bytearray(row.marks[:edge])
        if locks.cover_tab or locks.reach(row.number - 1, edge):
            marks.extend(bytes(edge - len(marks)))
            marks.extend([LOCKED] * _MOST_NEW_COLUMNS)
        rows.append(replace(row, marks=bytes(marks) if any(marks) else b""))
    return tuple(rows)


def _date_order(locale: str) -> str:
    if locale in _MONTH_FIRST:
        return "mdy"
    return "ymd" if locale.split("_")[0] in _YEAR_FIRST or locale == "en_CA" else "dmy"


def _anchors(holder: Json) -> list[Anchor]:
    return [
        Anchor(entry["metadataId"], entry.get("metadataValue", ""))
        for entry in holder.get("developerMetadata", ())
        if entry.get("metadataKey") == KEY
    ]


def _read_metadata(tab: GoogleTab, data: Json) -> None:
    for name, start, anchors_by_index in (
        ("rowMetadata", data.get("startRow", 0), tab.row_anchors),
        ("columnMetadata", data.get("startColumn", 0), tab.column_anchors),
    ):
        for index, holder in enumerate(data.get(name, ()), start=start):
            if "developerMetadata" not in holder:
                continue
            for entry in holder.get("developerMetadata", ()):
                tab.metadata_room += len(entry.get("metadataKey", "")) + len(
                    entry.get("metadataValue", "")
                )
            anchors = _anchors(holder)
            inputs = tuple(anchor for anchor in anchors if anchor.value.startswith(INPUT))
            others = tuple(anchor for anchor in anchors if anchor not in inputs)
            if others:
                anchors_by_index[index] = others
            if inputs:
                tab.input_anchors[index] = inputs


def _merge(cell_range: Json, tab: GoogleTab) -> Merge:
    return Merge(
        cell_range.get("startRowIndex", 0),
        cell_range.get("startColumnIndex", 0),
        cell_range.get("endRowIndex", tab.row_count) - 1,
        cell_range.get("endColumnIndex", tab.column_count) - 1,
    )


def _covered(merge: Merge) -> Iterable[tuple[int, int]]:
    first = (merge.first_row, merge.first_column)
    for row in range(merge.first_row, merge.last_row + 1):
        for column in range(merge.first_column, merge.last_column + 1):
            if (row, column) != first:
                yield row, column


def _row(
    tab: GoogleTab, row_index: int, cells: list[Json], covered: set[tuple[int, int]], locks: Locks
) -> Row:
    values: list[CellValue] = []
    marks = bytearray()
    entered: list[Json | None] = []
    for column, cell in enumerate(cells):
        if not cell:  # as most are: nothing is in it, and it looks like nothing
            entered.append(None)
            values.append(None)
            marks.append(0)
            continue
        entered_value = cell.get("userEnteredValue")
        entered.append(entered_value)
        formula = None if entered_value is None else entered_value.get("formulaValue")
        mark, kind = 0, None
        if "effectiveFormat" in cell:
            number_format = cell["effectiveFormat"].get("numberFormat")
            if number_format:
                tab.formatted.add((row_index, column))  # a default format is not in the answer
                kind = number_format.get("type")
                # A custom pattern such as `0%" done"` has the type NUMBER.
                pattern = number_format.get("pattern", "")
                if kind == "PERCENT" or "%" in pattern:
                    mark |= PERCENT
                elif kind == "CURRENCY" and (sign := _SIGN.search(pattern)) is not None:
                    mark |= MONEY
                    tab.money.setdefault(column, set()).add(sign[0].strip())
        value = _value(cell.get("effectiveValue"), kind)
        if formula is not None and is_sparkline(formula):
            # A trend of okrsync's own: the picture has no value, so the formula stands for it.
            value = formula
        # A value that nobody entered is spilled here by an array formula in another cell.
        elif formula is not None or (entered_value is None and value is not None):
            mark |= FORMULA
        if "chipRuns" in cell and isinstance(value, str):
            value, people = read_chips(value, cell["chipRuns"])
            tab.people.update(dict.fromkeys(people))
        values.append(value)
        if "userEnteredFormat" in cell:
            looks = cell["userEnteredFormat"]
            if looks.get("textFormat", {}).get("strikethrough"):
                mark |= STRUCK
        marks.append(mark)
        if "note" in cell:
            tab.notes[row_index, column] = cell["note"]
    if covered or not locks.is_empty:
        width = max(len(values), tab.column_count)
        marks.extend(bytes(width - len(marks)))
        for column in range(width):
            marks[column] |= (COVERED if (row_index, column) in covered else 0) | (
                LOCKED if locks.holds(row_index, column) else 0
            )
        while len(marks) > len(values) and not marks[-1]:
            marks.pop()
        values.extend([None] * (len(marks) - len(values)))
    tab.entered.append(entered)
    anchors = tab.row_anchors.get(row_index, ())
    return Row(
        row_index + 1,
        tuple(values),
        str(anchors[0].id) if len(anchors) == 1 else None,
        bytes(marks) if any(marks) else b"",
    )


def _value(value: Json | None, kind: str | None) -> CellValue:
    if not value:
        return None
    if "numberValue" in value:
        number = value["numberValue"]
        # Dates are serial numbers; only the number format tells them from other numbers.
        if kind in ("DATE", "DATE_TIME"):
            return _moment(number)
        if kind == "TIME":
            return timedelta(seconds=round(number * 86400))
        return number  # type: ignore[no-any-return]
    if "errorValue" in value:
        return CellError(_ERRORS.get(value["errorValue"].get("type", ""), "#ERROR!"))
    return value.get("boolValue", value.get("stringValue"))


def _moment(number: float) -> CellValue:
    # Whole seconds: a serial number is a binary fraction of a day, and 09:00 would come out as
    # 08:59:59.999999.
    try:
        moment = _EPOCH + timedelta(seconds=round(number * 86400))
    except OverflowError:
        return number
    return date(moment.year, moment.month, moment.day) if float(number).is_integer() else moment


def is_managed(tab: GoogleTab, *kinds: str) -> bool:
    """Whether okrsync keeps the tab itself: for a summary, or for the history."""
    return any(
        mark.partition(" ")[0] in (kinds or ("summary", "history")) for mark in tab.sheet_marks
    )
