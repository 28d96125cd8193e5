"""Periods and days are understood in all the forms people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrsync.cycles import parse_cycle, resolve_cycle
from okrsync.days import parse_date_text
from okrsync.errors import ConfigError

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Q4", "2026-10-01", "2026-12-31"),
        ("Q1 2024", "2024-01-01", "2024-03-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("Q1-2026", "2026-01-01", "2026-03-31"),
        ("Q1 FY26", "2026-01-01", "2026-03-31"),
        ("FY26 Q1", "2026-01-01", "2026-03-31"),
        ("Q4'26", "2026-10-01", "2026-12-31"),
        ("Apr'26", "2026-04-01", "2026-04-30"),
        ("Q3 2023 - Jul - Sep", "2023-07-01", "2023-09-30"),
        ("2026-H2", "2026-07-01", "2026-12-31"),
        ("S1 2026", "2026-01-01", "2026-06-30"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("FY2025/26", "2026-01-01", "2026-12-31"),
        ("W52", "2026-12-21", "2026-12-27"),
        ("2026-W05", "2026-01-26", "2026-02-01"),
        ("2026-10", "2026-10-01", "2026-10-31"),
        ("Oct 2026", "2026-10-01", "2026-10-31"),
        ("Oct - Dec 2026", "2026-10-01", "2026-12-31"),
        ("01/07/2025 - 30/09/2025", "2025-07-01", "2025-09-30"),
        ("1º trimestre 2026", "2026-01-01", "2026-03-31"),
        ("T4 2025", "2025-10-01", "2025-12-31"),
        ("2026年第四季度", "2026-10-01", "2026-12-31"),
        ("2026년 4분기", "2026-10-01", "2026-12-31"),
        ("2026年10月", "2026-10-01", "2026-10-31"),
        ("Q2 24", "2024-04-01", "2024-06-30"),
        ("26Q4", "2026-10-01", "2026-12-31"),
        ("4Q26", "2026-10-01", "2026-12-31"),
        ("1H 2026", "2026-01-01", "2026-06-30"),
        ("2T 2025", "2025-04-01", "2025-06-30"),
        ("Q4_2026", "2026-10-01", "2026-12-31"),
        ("Q1-Q2 2026", "2026-01-01", "2026-06-30"),
        ("2026 Q3+Q4", "2026-07-01", "2026-12-31"),
        ("first quarter 2026", "2026-01-01", "2026-03-31"),
        ("Nov 2026 - Jan 2027", "2026-11-01", "2027-01-31"),
        ("Dec - Feb 2027", "2026-12-01", "2027-02-28"),
        ("2026-01-01/2026-03-31", "2026-01-01", "2026-03-31"),
        ("Annual 2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_is_read(text: str, start: str, end: str) -> None:
    found = parse_cycle(text, today=TODAY)
    assert found is not None
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Rolling",
        "Growth",
        "OKRs Q4",
        "KR1",
        "Q5 2026",
        "H3",
        "2026-13",
        "W54",
        "Team 4",
        "3 t",
        "2 s",
        "5Q",
        "Q2-Q1 2026",
        "KR1 2026",
    ],
)
def test_what_is_no_period_is_none(text: str) -> None:
    assert parse_cycle(text, today=TODAY) is None


def test_a_fiscal_year_is_named_after_the_year_it_ends_in() -> None:
    found = parse_cycle("2026-Q1", today=TODAY, fiscal_year_start=4)
    assert found is not None
    assert (found.start, found.end) == (date(2025, 4, 1), date(2025, 6, 30))


def test_a_quarter_that_names_its_months_means_those_whatever_the_fiscal_year() -> None:
    for text in ("Q1 2023 - Jan-Mar", "Q1 2023 (Jan - Mar)"):
        found = parse_cycle(text, today=TODAY, fiscal_year_start=7)
        assert found is not None
        assert (found.start, found.end) == (date(2023, 1, 1), date(2023, 3, 31))


@given(st.text(max_size=24), st.integers(1, 12))
def test_whatever_is_typed_is_a_period_or_none(text: str, fiscal_year_start: int) -> None:
    found = parse_cycle(text, today=TODAY, fiscal_year_start=fiscal_year_start)
    assert found is None or found.start <= found.end


def test_auto_is_the_quarter_today_falls_in() -> None:
    assert resolve_cycle("auto", TODAY).name == "2026-Q4"
    fiscal = resolve_cycle("auto", TODAY, 4)
    assert (fiscal.name, fiscal.start) == ("2027-Q3", date(2026, 10, 1))
    assert resolve_cycle("auto", date(2026, 1, 1)).name == "2026-Q1"


def test_every_day_lies_in_its_auto_cycle_whatever_the_fiscal_year() -> None:
    for month in range(1, 13):
        for first in range(1, 13):
            day = date(2026, month, 28)
            cycle = resolve_cycle("auto", day, first)
            assert cycle.start <= day <= cycle.end
            assert parse_cycle(cycle.name, today=day, fiscal_year_start=first) == cycle


def test_a_cycle_that_is_none_says_what_to_write() -> None:
    with pytest.raises(ConfigError, match="no period") as error:
        resolve_cycle("soon", TODAY)
    assert error.value.hint is not None
    assert "2026-Q4" in error.value.hint


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2025-07-20", None, "2025-07-20"),
        ("28 Mar 2016", None, "2016-03-28"),
        ("2-Jan-26", None, "2026-01-02"),
        ("3. November 2026", None, "2026-11-03"),
        ("Nov 3, 2026", None, "2026-11-03"),
        ("3 de noviembre de 2026", None, "2026-11-03"),
        ("2026-11-02T10:00:00.123+00:00", None, "2026-11-02"),
        ("2026年11月2日", None, "2026-11-02"),
        ("31/07/2025", None, "2025-07-31"),
        ("07/31/2025", None, "2025-07-31"),
        ("05/05/2025", None, "2025-05-05"),
        ("01/07/2025", "dmy", "2025-07-01"),
        ("01/07/2025", "mdy", "2025-01-07"),
        ("01/07/2025", None, None),
        ("31/02/2025", None, None),
        ("soon", None, None),
    ],
)
def test_a_day_is_read_or_left_open(text: str, order: str | None, day: str | None) -> None:
    found = parse_date_text(text, order)
    assert (found.isoformat() if found else None) == day
