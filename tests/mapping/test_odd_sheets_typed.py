"""Odd sheets are read alike as CSV files and as spreadsheets they were typed into, which turn texts
into numbers, days and money; and as databases, whatever the order of pages and properties.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from grids import in_part
from odd_blocks_cases import BLOCKS
from odd_columns_cases import COLUMNS
from odd_exports_cases import EXPORTS_OF_TOOLS
from odd_headings_cases import HEADINGS
from odd_periods_cases import PERIODS
from odd_sheets import OddSheet
from odd_sheets_cases import SHEETS
from odd_templates_cases import TEMPLATES
from odd_times_cases import TIMES
from odd_values_cases import VALUES
from okrsync.mapping import Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.cycles import resolve_cycle
from okrsync.model.table import MONEY, PERCENT, CellValue, Row, Snapshot, Table
from okrsync_sandbox.google.entry import typed
from okrsync_sandbox.google.locales import locale_of

_ALL = (
    *SHEETS,
    *TEMPLATES,
    *PERIODS,
    *HEADINGS,
    *BLOCKS,
    *COLUMNS,
    *EXPORTS_OF_TOOLS,
    *TIMES,
    *VALUES,
)
_ONE_TAB = [sheet for sheet in _ALL if isinstance(sheet.tabs, str) and not sheet.extra]
_OTHERWISE = {
    "Progress as so many of so many": "3/10 becomes a day",
    "Numbers with units": "4/5 becomes a day",
    "Three zeros behind the only separator": "the locale says what 1.000 is",
    "Days in two orders in one column": "the locale says what 11/12/2026 is",
    "A confidence of ten in each week beside a value": "7/10 becomes a day",
    "Confidence of ten in weeks alone": "7/10 becomes a day",
}
"""Sheets that a spreadsheet cannot hold as they were typed, and why."""
_BY_ORDER = {
    "Totals of objectives and remarks between the rows": "a total stands below what it sums up",
    "Averages of objectives by their numbers, and the end of a list": (
        "an average stands below what it is of"
    ),
}
"""Sheets that only their order explains, and why: as databases they are not read alike yet."""
_EPOCH = date(1899, 12, 30)


@pytest.mark.parametrize("sheet", in_part(_ONE_TAB, every=2), ids=lambda sheet: sheet.name)
def test_a_spreadsheet_is_read_like_the_csv_file_of_what_was_typed(sheet: OddSheet) -> None:
    if sheet.name in _OTHERWISE:
        pytest.skip(_OTHERWISE[sheet.name])
    cells = _cells(str(sheet.tabs))
    texts = tuple(Row(number, tuple(row)) for number, row in enumerate(cells, start=1))
    as_file = Table("okrs", "okrs", texts)
    assert list(_items(_typed(cells), sheet.as_of)) == list(_items(as_file, sheet.as_of))


@pytest.mark.parametrize(
    ("sheet", "turned"),
    in_part(product(_ONE_TAB, ["both", "pages", "properties"]), every=5),
    ids=lambda value: getattr(value, "name", value),
)
def test_a_database_is_read_alike_in_every_order(sheet: OddSheet, turned: str) -> None:
    if sheet.name in _BY_ORDER:
        pytest.skip(_BY_ORDER[sheet.name])
    header, *pages = _cells(str(sheet.tabs))
    if len({*header}) < len(header) or "" in header or not pages:
        pytest.skip("a database has one name for each property")
    pages = [[*page, *[""] * (len(header) - len(page))] for page in pages]
    first, *others = range(len(header))
    readings = [
        sorted(map(repr, _items(_database(header, ordered, columns), sheet.as_of)))
        for ordered, columns in (
            (pages, [first, *others]),
            (
                pages if turned == "properties" else pages[::-1],
                [first, *(others if turned == "pages" else others[::-1])],
            ),
        )
    ]
    assert readings[0] == readings[1]


def _database(header: list[str], pages: list[list[str]], columns: list[int]) -> Table:
    rows = tuple(
        Row(number, tuple(page[column] for column in columns), f"page {page}", label=page[0])
        for number, page in enumerate(pages, start=1)
    )
    return Table("okrs", "okrs", rows, tuple(header[each] for each in columns), has_order=False)


def _cells(text: str) -> list[list[str]]:
    lines = [line.strip().removeprefix("¦") for line in text.strip("\n").splitlines()]
    return [[cell.strip().replace("\\n", "\n") for cell in line.split("|")] for line in lines]


def _typed(cells: list[list[str]]) -> Table:
    """The sheet as a spreadsheet of the United States has it after somebody typed it."""
    signs: dict[int, set[str]] = {}
    rows = []
    for number, texts in enumerate(cells, start=1):
        values: list[CellValue] = []
        marks = bytearray()
        for column, text in enumerate(texts):
            value, number_format, _ = typed(text, locale_of("en_US"), today=date(2026, 11, 29))
            kind = (number_format or {}).get("type")
            marks.append({"PERCENT": PERCENT, "CURRENCY": MONEY}.get(kind or "", 0))
            if kind == "CURRENCY":
                signs.setdefault(column, set()).add("$")
            if kind == "DATE" and isinstance(value, float):
                values.append(_EPOCH + timedelta(days=int(value)))
            elif kind in ("TIME", "DATE_TIME"):
                values.append(text)
            else:
                whole = isinstance(value, float) and value.is_integer()
                values.append(int(value) if whole and isinstance(value, float) else value)
        rows.append(Row(number, tuple(values), marks=bytes(marks) if any(marks) else b""))
    money = {column: min(each) for column, each in signs.items()}
    return Table("okrs", "okrs", tuple(rows), date_order="mdy", locale="en_US", money=money)


def _items(table: Table, as_of: str) -> Iterator[tuple[object, ...]]:
    today = date.fromisoformat(as_of)
    snapshot = Snapshot("team", (table,), "v1", datetime(2026, 11, 29, tzinfo=UTC))
    reading = Reading("team", today, resolve_cycle("2026-Q4", today, 1), 1, {})
    for above in understand(snapshot, Mapping_(), reading).objectives:
        yield above.title, above.given_progress, above.typed_status, above.checked_in
        for each in above.key_results:
            numbers = (each.baseline, each.current, each.target, each.unit)
            said = (each.given_progress, each.typed_status, each.checked_in, each.direction)
            yield above.title, each.title, *numbers, *said
