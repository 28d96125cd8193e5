"""Periods and days are understood in all the forms people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrsync.model.cycles import parse_cycle, resolve_cycle
from okrsync.model.days import parse_date_text
from okrsync.model.errors import ConfigError

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
        ("Q4 (Oct-Dec) 2025", "2025-10-01", "2025-12-31"),
        ("Q4 (Oct-Dec '25)", "2025-10-01", "2025-12-31"),
        ("Q4 CY2025", "2025-10-01", "2025-12-31"),
        ("KW 45-50 2026", "2026-11-02", "2026-12-13"),
        ("W45-W50 2025", "2025-11-03", "2025-12-14"),
        ("Oct-Nov-Dec 2026", "2026-10-01", "2026-12-31"),
        ("Oct/Nov/Dec 2026", "2026-10-01", "2026-12-31"),
        ("01.10.–31.12.2026", "2026-10-01", "2026-12-31"),
        ("2026-10-01..2026-12-31", "2026-10-01", "2026-12-31"),
        ("10/01/2026-12/31/2026", "2026-10-01", "2026-12-31"),
        ("IV kwartał 2026", "2026-10-01", "2026-12-31"),
        ("4. čtvrtletí 2026", "2026-10-01", "2026-12-31"),
        ("4º tri 2026", "2026-10-01", "2026-12-31"),
        ("II półrocze 2026", "2026-07-01", "2026-12-31"),
        ("Tertial 3 2026", "2026-09-01", "2026-12-31"),
        ("Q1-Q2 2026", "2026-01-01", "2026-06-30"),
        ("2026 Q3+Q4", "2026-07-01", "2026-12-31"),
        ("first quarter 2026", "2026-01-01", "2026-03-31"),
        ("Nov 2026 - Jan 2027", "2026-11-01", "2027-01-31"),
        ("Dec - Feb 2027", "2026-12-01", "2027-02-28"),
        ("2026-01-01/2026-03-31", "2026-01-01", "2026-03-31"),
        ("Annual 2026", "2026-01-01", "2026-12-31"),
        ("Q3 Y2025", "2025-07-01", "2025-09-30"),
        ("FY 25/26", "2026-01-01", "2026-12-31"),
        ("2025/26", "2026-01-01", "2026-12-31"),
        ("2025/2026", "2026-01-01", "2026-12-31"),
        ("2011-12", "2011-12-01", "2011-12-31"),
        ("1H26", "2026-01-01", "2026-06-30"),
        ("T3 2025", "2025-07-01", "2025-09-30"),
        ("Oct–Dec 2026", "2026-10-01", "2026-12-31"),
        ("Q42026", "2026-10-01", "2026-12-31"),
        ("3. Quartal 2026", "2026-07-01", "2026-09-30"),
        ("Erstes Quartal 2026", "2026-01-01", "2026-03-31"),
        ("1. Halbjahr 2026", "2026-01-01", "2026-06-30"),
        ("KW 48/2026", "2026-11-23", "2026-11-29"),
        ("2e trimestre 2026", "2026-04-01", "2026-06-30"),
        ("1er semestre 2026", "2026-01-01", "2026-06-30"),
        ("2º trimestre de 2026", "2026-04-01", "2026-06-30"),
        ("Tercer trimestre de 2026", "2026-07-01", "2026-09-30"),
        ("3e kwartaal 2026", "2026-07-01", "2026-09-30"),
        ("1er cuatrimestre 2026", "2026-01-01", "2026-04-30"),
        ("C1 2026", "2026-01-01", "2026-04-30"),
        ("Cuatrimestre 3", "2026-09-01", "2026-12-31"),
        ("Semana 48 2026", "2026-11-23", "2026-11-29"),
        ("2026年第3季度", "2026-07-01", "2026-09-30"),
        ("2026年上半年", "2026-01-01", "2026-06-30"),
        ("2026年度第3四半期", "2026-07-01", "2026-09-30"),
        ("2026年下半期", "2026-07-01", "2026-12-31"),
        ("4분기", "2026-10-01", "2026-12-31"),
        ("2026년 상반기", "2026-01-01", "2026-06-30"),
        ("IV квартал 2026", "2026-10-01", "2026-12-31"),
        ("4-й квартал 2026 г.", "2026-10-01", "2026-12-31"),
        ("I полугодие 2026", "2026-01-01", "2026-06-30"),
        ("ноябрь 2026", "2026-11-01", "2026-11-30"),
        ("November", "2026-11-01", "2026-11-30"),
        ("Jul 1 - Sep 30, 2025", "2025-07-01", "2025-09-30"),
        ("1. März 2026 bis 31. Mai 2026", "2026-03-01", "2026-05-31"),
        ("07/01/2025 - 09/30/2025", "2025-07-01", "2025-09-30"),
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
        "C1",
        "5Q",
        "Q2-Q1 2026",
        "KR1 2026",
        "01/07/2025 - 01/09/2025",
        "Out",
        "Set",
        "Summer 2026",
        "end of Q2",
    ],
)
def test_what_is_no_period_is_none(text: str) -> None:
    assert parse_cycle(text, today=TODAY) is None


def test_a_fiscal_year_is_named_after_the_year_it_ends_in() -> None:
    found = parse_cycle("2026-Q1", today=TODAY, fiscal_year_start=4)
    assert found is not None
    assert (found.start, found.end) == (date(2025, 4, 1), date(2025, 6, 30))


@pytest.mark.parametrize(
    ("text", "within", "name"),
    [
        ("Q1", "2026-Q4", "2026-Q1"),
        ("Q4", "2027-Q1", "2027-Q4"),
        ("W01", "2026-Q4", "2026-W01"),
        ("H2", "2025", "2025-H2"),
        ("Nov", "2024-Q1", "2024-11"),
        ("Q1 2020", "2026-Q4", "2020-Q1"),
        ("T2", "2026-Q4", "2026-Q2"),
        ("Q3-Q4", "2025-Q1", "2025-Q3 to Q4"),
        ("Jul - Sep", "2025-Q1", "2025-07 to 2025-09"),
    ],
)
def test_a_period_without_a_year_lies_in_the_year_around_it(
    text: str, within: str, name: str
) -> None:
    found = parse_cycle(text, today=TODAY, within=parse_cycle(within, today=TODAY))
    assert found is not None
    assert found.name == name


def test_the_year_around_it_is_the_fiscal_one() -> None:
    within = parse_cycle("2026-Q4", today=TODAY, fiscal_year_start=4)
    assert within is not None
    assert within.start == date(2026, 1, 1)
    for text, start in (
        ("Q1", date(2025, 4, 1)),
        ("May", None),
        ("November", date(2025, 11, 1)),
        ("February", date(2026, 2, 1)),
    ):
        found = parse_cycle(text, today=TODAY, fiscal_year_start=4, within=within)
        assert (found.start if found is not None else None) == start, text


def test_a_japanese_fiscal_year_is_named_after_the_year_it_starts_in() -> None:
    found = parse_cycle("2026年度第1四半期", today=TODAY, fiscal_year_start=4)
    assert found is not None
    assert found.start == date(2026, 4, 1)


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
    with pytest.raises(ConfigError, match="is not a period") as error:
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
        ("1er mars 2026", None, "2026-03-01"),
        ("1º de março de 2026", None, "2026-03-01"),
        ("1° marzo 2026", None, "2026-03-01"),
        ("3 maart 2026", None, "2026-03-03"),
        ("3 ноября 2026 г.", None, "2026-11-03"),
        ("2026년 11월 3일", None, "2026-11-03"),
        ("mardi 3 novembre 2026", None, "2026-11-03"),
        ("martes, 3 de noviembre de 2026", None, "2026-11-03"),
        ("3rd of November 2026", None, "2026-11-03"),
        ("Nov-03-2026", None, "2026-11-03"),
        ("20261103", None, "2026-11-03"),
        ("25/12/2026 14:30", None, "2026-12-25"),
        ("12/25/2026 2:30 PM", None, "2026-12-25"),
        ("2026-11-03 10:00:00.123456+00", None, "2026-11-03"),
        ("3. 11. 2026", "dmy", "2026-11-03"),
        ("26/11/03", "ymd", "2026-11-03"),
        ("next Friday", None, None),
        ("heute", None, None),
        ("3 Nov", None, None),
        ("end of March", None, None),
        ("01/07/2025", "ymd", None),
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
