"""Every parser takes time by the length of a cell, whatever stands in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from time import process_time

import pytest

from grids import in_part
from long_texts import LENGTH, LONG_TEXTS
from okrsync.mapping import Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.mapping.rows.identity import natural_key, without_number
from okrsync.mapping.values import outline_numbers
from okrsync.mapping.values.numbers import read_number
from okrsync.mapping.values.typed import is_placeholder, read_boolean, read_date, shown
from okrsync.mapping.values.wording import aims_in, unit_in_header, unit_in_title
from okrsync.mapping.words import lookup, meaning_of, normal, roles_of
from okrsync.model.cycles import parse_cycle, resolve_cycle
from okrsync.model.days import could_be_two_days, parse_date_text
from okrsync.model.people import names_in
from okrsync.model.table import CellValue, Snapshot, Table, rows_of

_TODAY = date(2026, 11, 23)
_CYCLE = resolve_cycle("2026-Q4", _TODAY)
_HEADER: list[CellValue] = [
    "ID",
    "Objective",
    "Key result",
    "Owner",
    "Baseline",
    "Target",
    "Current",
    "Status",
    "Confidence",
    "Due",
    "Last check-in",
    "Comment",
]
_ROW: list[CellValue] = ["KR-1", "Grow", "Sign-ups", "Mia", 0, 100, 50, "On track", "70%"]
_PARSERS: dict[str, Callable[[str], object]] = {
    "identity": lambda text: natural_key(None, text),
    "title": without_number,
    "outline number": outline_numbers.number_at,
    "outline number ahead": outline_numbers.number_ahead,
    "outline title": outline_numbers.without_number,
    "number": read_number,
    "aims": aims_in,
    "unit in a header": unit_in_header,
    "unit in a title": unit_in_title,
    "day": lambda text: read_date(text, "dmy"),
    "day as text": lambda text: parse_date_text(text, "dmy"),
    "two days": could_be_two_days,
    "yes or no": read_boolean,
    "placeholder": is_placeholder,
    "shown": shown,
    "period": lambda text: parse_cycle(text, today=_TODAY, fiscal_year_start=1, within=_CYCLE),
    "words": normal,
    "status": lambda text: lookup("statuses", text),
    "meaning of a header": meaning_of,
    "roles of a header": roles_of,
    "people in Notion": names_in,
}


def test_there_are_enough_long_texts() -> None:
    assert len(LONG_TEXTS) >= 63
    assert {len(text) for text in LONG_TEXTS.values()} == {LENGTH}


@pytest.mark.parametrize("name", LONG_TEXTS)
def test_no_parser_is_slow(name: str) -> None:
    seconds: dict[str, float] = {}
    for parser, parse in _PARSERS.items():
        began = process_time()
        parse(LONG_TEXTS[name])
        seconds[parser] = process_time() - began
    assert sum(seconds.values()) < 2, {key: value for key, value in seconds.items() if value > 0.1}


@pytest.mark.parametrize("name", in_part(LONG_TEXTS, every=8))
def test_no_sheet_is_read_slowly(name: str) -> None:
    text = LONG_TEXTS[name]
    row = [*_ROW, "2026-12-31", "2026-11-01", "fine"]
    again: list[CellValue] = ["KR-9", "Keep", "Churn", *row[3:]]
    rows: list[list[CellValue]] = [_HEADER, row, [text] * len(_HEADER), again]
    table = Table("Q4", "Q4", rows_of(rows))
    snapshot = Snapshot("team", (table,), "v", datetime(2026, 11, 23, tzinfo=UTC))
    began = process_time()
    understand(snapshot, Mapping_(), Reading("team", _TODAY, _CYCLE))
    assert process_time() - began < 2
