"""One tab as Google answers it: as a table for okrsync, and with what is needed to put a cell back
exactly as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from okrsync.connector import (
    COVERED,
    FORMULA,
    LOCKED,
    PERCENT,
    CellError,
    CellValue,
    Merge,
    Row,
    Table,
    right_edge,
)

__all__ = ["FIELDS", "KEY", "Anchor", "Book", "GoogleTab", "book_from", "shown_title"]

Json = dict[str, Any]
KEY = "okrsync"
"""The key of okrsync's developer metadata."""

_CELL = "userEnteredValue,effectiveValue,note,effectiveFormat/numberFormat"
_METADATA = "developerMetadata(metadataId,metadataKey,metadataValue)"
_SHEET = (
    "properties(sheetId,title,index,hidden,sheetType,gridProperties(rowCount,columnCount)),merges,conditionalFormats,"
    "protectedRanges(range,namedRangeId,unprotectedRanges,description,warningOnly,requestingUserCanEdit),charts/chartId,"
    f"{_METADATA},data(startRow,startColumn,rowData/values({_CELL}),rowMetadata/{_METADATA},columnMetadata/{_METADATA})"
)
FIELDS = f"properties(title,locale,timeZone),sheets({_SHEET}),namedRanges(namedRangeId,range)"
"""All that is asked of a spreadsheet, in one answer."""

_MOST_NEW_COLUMNS = 32
"""More columns than okrsync has fields."""
_EPOCH = datetime(1899, 12, 30)
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
_YEAR_FIRST = ("ja", "zh", "ko", "hu", "lt", "sv", "mn")
_MONTH_FIRST = ("en_US", "en_PH", "es_US", "es_PR")


@dataclass(frozen=True, slots=True)
class Anchor:
    """okrsync's developer metadata at a row or column: its id, which stays, and its value. An id
    that the service has yet to give out is told in words.
    """

    id: int | str
    value: str


class Locks:
    """The protections that keep us out, as blocks; what they leave open is open."""

    def __init__(self, protections: Iterable[Json], named: Mapping[str, Json]) -> None:
        self.closed = [
            one
            for one in protections
            if not one.get("requestingUserCanEdit") and not one.get("warningOnly")
        ]
        self._blocks = [
            (
                _block(one.get("range") or named.get(one.get("namedRangeId", ""), {})),
                [_block(two) for two in one.get("unprotectedRanges", ())],
            )
            for one in self.closed
        ]

    def holds(self, row: int, column: int) -> bool:
        """Whether writing to a cell would be refused."""
        return any(
            _inside(block, row, column) and not any(_inside(free, row, column) for free in open_)
            for block, open_ in self._blocks
        )

    def reach(self, row: int, column: int) -> bool:
        """Whether writing to a cell would be refused in a column that is inserted before this one:
        a protection that goes on to its right takes it in.
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
        """Whether the whole tab is protected: then no column can be added, whatever is left
        open.
        """
        return any(block == (0, 0, _OPEN, _OPEN) for block, _ in self._blocks)

    def open_rows(self, column: int) -> list[tuple[int, int | None]]:
        """The runs of rows, from 0, that may be written to in a column that is inserted before this
        one: first row and the one after the last, None where there is no last.
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
        """What protects the cells, in the words of whoever protected them; None where there are
        none.
        """
        words = [one["description"] for one in self.closed if one.get("description")]
        if not words:
            return None
        named = "; ".join(dict.fromkeys(words))
        return f"the cell is protected ({named}): allow editing there, or give okrsync a column"


_OPEN = float("inf")
"""The end of a block that has none."""


def _block(spot: Json) -> tuple[int, int, float, float]:
    return (
        spot.get("startRowIndex", 0),
        spot.get("startColumnIndex", 0),
        spot.get("endRowIndex", _OPEN),
        spot.get("endColumnIndex", _OPEN),
    )


def _inside(block: tuple[int, int, float, float], row: int, column: int) -> bool:
    return block[0] <= row < block[2] and block[1] <= column < block[3]


def _spans(block: tuple[int, int, float, float], row: int, column: int) -> bool:
    """Whether a block takes in what is inserted before a column: it has to begin before that."""
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
    """What was put into each cell, as the service writes it (`userEnteredValue`)."""
    notes: dict[tuple[int, int], str] = field(default_factory=dict)
    formatted: set[tuple[int, int]] = field(default_factory=set)
    """The cells that have a number format already."""
    row_anchors: dict[int, tuple[Anchor, ...]] = field(default_factory=dict)
    column_anchors: dict[int, tuple[Anchor, ...]] = field(default_factory=dict)
    sheet_marks: dict[str, Anchor] = field(default_factory=dict)
    charts: frozenset[int] = frozenset()
    rules: list[Json] = field(default_factory=list)
    """The rules for colours, in their order."""
    locks: Locks = field(default_factory=lambda: Locks((), {}))
    metadata_room: int = 0
    """How many characters okrsync's and others' metadata take here."""

    def entered_at(self, row: int, column: int) -> Json | None:
        """What was put into a cell; None where nothing was."""
        if row < len(self.entered) and column < len(self.entered[row]):
            return self.entered[row][column]
        return None

    def value_at(self, row: int, column: int) -> CellValue:
        """What a cell comes to."""
        return self.table.rows[row].value(column) if row < len(self.table.rows) else None


@dataclass(slots=True)
class Book:
    """A spreadsheet as answered. `wanted` are the tabs okrsync reads, `others` those it leaves
    out.
    """

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
    """A tab's title in A1 notation, in quotes always: an unquoted one may be taken for a cell."""
    return "'" + title.replace("'", "''") + "'"


def book_from(answer: Json) -> Book:
    """A spreadsheet from the service's answer."""
    properties = answer.get("properties", {})
    locale = properties.get("locale", "en_US")
    named = {one["namedRangeId"]: one.get("range", {}) for one in answer.get("namedRanges", ())}
    tabs = [
        _tab(sheet, locale, named)
        for sheet in answer.get("sheets", ())
        if sheet["properties"].get("sheetType", "GRID") == "GRID"
    ]
    return Book(properties.get("title", ""), locale, properties.get("timeZone", ""), tabs)


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
        charts=frozenset(one["chartId"] for one in sheet.get("charts", ())),
        rules=list(sheet.get("conditionalFormats", ())),
    )
    tab.sheet_marks = {one.value.partition("=")[0]: one for one in _anchors(sheet)}
    merges = tuple(_merge(one, tab) for one in sheet.get("merges", ()))
    covered = {cell for merge in merges for cell in _covered(merge)}
    locks = Locks(sheet.get("protectedRanges", ()), named)
    tab.locks = locks
    rows: list[Row] = []
    for data in sheet.get("data", ()):
        _read_metadata(tab, data)
        for at, line in enumerate(data.get("rowData", ()), start=data.get("startRow", 0)):
            while len(rows) < at:
                rows.append(_row(tab, len(rows), [], covered, locks))
            rows.append(_row(tab, at, line.get("values", []), covered, locks))
    last = max(tab.row_anchors, default=-1)
    while len(rows) <= last:
        rows.append(_row(tab, len(rows), [], covered, locks))
    table = Table(
        str(tab.id),
        tab.title,
        tuple(rows),
        merges=merges,
        locale=locale,
        date_order=_date_order(locale),
        lock=locks.reason,
    )
    tab.table = table if locks.is_empty else replace(table, rows=_locked_beyond(table, locks))
    return tab


def _locked_beyond(table: Table, locks: Locks) -> tuple[Row, ...]:
    """The rows with the marks of the cells that new columns would have: they are inserted at the
    right edge, and what is protected there moves on unless it reaches across.
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
        Anchor(one["metadataId"], one.get("metadataValue", ""))
        for one in holder.get("developerMetadata", ())
        if one.get("metadataKey") == KEY
    ]


def _read_metadata(tab: GoogleTab, data: Json) -> None:
    for name, start, into in (
        ("rowMetadata", data.get("startRow", 0), tab.row_anchors),
        ("columnMetadata", data.get("startColumn", 0), tab.column_anchors),
    ):
        for at, one in enumerate(data.get(name, ()), start=start):
            for entry in one.get("developerMetadata", ()):
                tab.metadata_room += len(entry.get("metadataKey", "")) + len(
                    entry.get("metadataValue", "")
                )
            found = tuple(_anchors(one))
            if found:
                into[at] = found


def _merge(spot: Json, tab: GoogleTab) -> Merge:
    return Merge(
        spot.get("startRowIndex", 0),
        spot.get("startColumnIndex", 0),
        spot.get("endRowIndex", tab.row_count) - 1,
        spot.get("endColumnIndex", tab.column_count) - 1,
    )


def _covered(merge: Merge) -> Iterable[tuple[int, int]]:
    first = (merge.first_row, merge.first_column)
    for row in range(merge.first_row, merge.last_row + 1):
        for column in range(merge.first_column, merge.last_column + 1):
            if (row, column) != first:
                yield row, column


def _row(
    tab: GoogleTab, at: int, cells: list[Json], covered: set[tuple[int, int]], locks: Locks
) -> Row:
    values: list[CellValue] = []
    marks = bytearray()
    entered: list[Json | None] = []
    for column, cell in enumerate(cells):
        mine = cell.get("userEnteredValue")
        entered.append(mine)
        number_format = cell.get("effectiveFormat", {}).get("numberFormat", {})
        value = _value(cell.get("effectiveValue"), number_format.get("type"))
        values.append(value)
        if number_format:
            tab.formatted.add((at, column))
        mark = 0
        # What an array spilled here was entered by nobody, and is a formula's all the same.
        if (mine is not None and "formulaValue" in mine) or (mine is None and value is not None):
            mark |= FORMULA
        if number_format.get("type") == "PERCENT" or "%" in number_format.get("pattern", ""):
            mark |= PERCENT
        marks.append(mark)
        if "note" in cell:
            tab.notes[at, column] = cell["note"]
    if covered or not locks.is_empty:
        wide = max(len(values), tab.column_count)
        marks.extend(bytes(wide - len(marks)))
        for column in range(wide):
            marks[column] |= (COVERED if (at, column) in covered else 0) | (
                LOCKED if locks.holds(at, column) else 0
            )
        while len(marks) > len(values) and not marks[-1]:
            marks.pop()
        values.extend([None] * (len(marks) - len(values)))
    tab.entered.append(entered)
    anchors = tab.row_anchors.get(at, ())
    return Row(
        at + 1,
        tuple(values),
        str(anchors[0].id) if len(anchors) == 1 else None,
        bytes(marks) if any(marks) else b"",
    )


def _value(value: Json | None, kind: str | None) -> CellValue:
    if not value:
        return None
    if "numberValue" in value:
        number = value["numberValue"]
        if kind in ("DATE", "DATE_TIME"):
            return _moment(number)
        if kind == "TIME":
            return timedelta(seconds=round(number * 86400))
        return number  # type: ignore[no-any-return]
    if "errorValue" in value:
        return CellError(_ERRORS.get(value["errorValue"].get("type", ""), "#ERROR!"))
    return value.get("boolValue", value.get("stringValue"))


def _moment(number: float) -> CellValue:
    try:
        moment = _EPOCH + timedelta(seconds=round(number * 86400))
    except OverflowError:
        return number
    return date(moment.year, moment.month, moment.day) if float(number).is_integer() else moment
