"""Spreadsheets turn what people type into numbers and days; it is read as the same text is."""

from __future__ import annotations

from datetime import date

import pytest

from okrsync.mapping import Okrs
from okrsync.model.table import CellValue
from reading import codes, item, read


@pytest.mark.parametrize("names", [("0.3", "0.7", "1.0"), (0.3, 0.7, 1.0)])
def test_numbers_may_be_names_of_columns(names: tuple[CellValue, ...]) -> None:
    okrs = read(
        ("Objective", "Key Result", *names, "Current"), ("Grow", "Leads", 50, 150, 200, 120)
    )
    assert item(okrs, "Leads").current == 120
    assert "unread-numbers" in codes(okrs)


@pytest.mark.parametrize("names", [("2025", "2026"), (2025, 2026), (2025.0, 2026.0)])
def test_years_are_names_of_columns(names: tuple[CellValue, ...]) -> None:
    okrs = read(("Objective", "Key Result", "Target", *names), ("Grow", "Leads", 200, 20, 50))
    assert item(okrs, "Leads").current == 50


@pytest.mark.parametrize(
    "names", [("2026-11-02", "2026-11-09"), (date(2026, 11, 2), date(2026, 11, 9))]
)
def test_days_are_names_of_columns(names: tuple[CellValue, ...]) -> None:
    okrs = read(("Objective", "Key Result", "Target", *names), ("Grow", "Leads", 200, 20, 50))
    assert item(okrs, "Leads").current == 50


def _row(start: CellValue, current: CellValue, target: CellValue, title: str = "Leads") -> Okrs:
    header = ("Objective", "Key Result", "Start", "Current", "Target")
    return read(header, ("Grow", title, start, current, target))


@pytest.mark.parametrize(
    ("start", "current", "target"),
    [(100, 110, "20%"), (5000, 5200, "10 %"), ("1200", "1100", "15%"), (100, 110, "+20%")],
)
def test_a_percent_that_a_sheet_took_the_plus_from_is_no_value_to_reach(
    start: CellValue, current: CellValue, target: str
) -> None:
    okrs = _row(start, current, target)
    assert item(okrs, "Leads").target is None
    assert "relative-target" in codes(okrs)


@pytest.mark.parametrize(
    ("start", "current", "target", "title"),
    [
        (10, 12, "20%", "Leads"),
        (90, 95, "100%", "Leads"),
        (105, 110, "120%", "Retention"),
        ("105%", "110%", "80%", "Load"),
        (110, 105, "80%", "Load in %"),
    ],
)
def test_percents_beside_bare_numbers_may_be_values_to_reach(
    start: CellValue, current: CellValue, target: str, title: str
) -> None:
    okrs = _row(start, current, target, title)
    assert item(okrs, title).target is not None
    assert "relative-target" not in codes(okrs)


def test_a_part_that_a_sheet_took_for_a_day_spoils_its_row_only() -> None:
    okrs = read(
        ("Objective", "Key Result", "Start", "Current", "Target"),
        ("Grow", "Leads", 0, 5, 10),
        ("Grow", "Deals", 0, 5, 10),
        ("Grow", "Demos", 0, 5, 10),
        ("Grow", "Rating", 3, date(2026, 4, 5), date(2026, 5, 5)),
    )
    assert item(okrs, "Leads").target == 10
    assert item(okrs, "Rating").target is None
    told = {each.code: each.message for each in okrs.warnings}
    assert "day" in told["not-a-number"]
    assert "day" in told["text-target"]


_ODD = date(2026, 10, 11)  # 10/11/2026, typed on 10 November into a sheet that reads month/day


_LOG = ("Objective", "Key Result", "Current", "Target", "Last check-in")


@pytest.mark.parametrize("others", [["25/11/2026"], [date(2026, 11, 20), "25/11/2026"]])
def test_days_that_a_sheet_may_have_swapped_are_asked_about(others: list[CellValue]) -> None:
    okrs = read(_LOG, *[("Grow", f"KR {day}", 5, 10, day) for day in (_ODD, *others)])
    assert item(okrs, f"KR {_ODD}").checked_in is None
    assert item(okrs, "KR 25/11/2026").checked_in == date(2026, 11, 25)
    assert [each.code for each in okrs.warnings].count("ambiguous-date") == 1


@pytest.mark.parametrize(
    "others",
    [
        [date(2026, 11, 20), date(2026, 11, 21), "25/11/2026"],
        [date(2026, 11, 20)],
        ["soon"],
        ["25.11.2026"],
        ["25/11/2026", "11/26/2026"],
    ],
)
def test_days_are_read_where_little_speaks_against_them(others: list[CellValue]) -> None:
    okrs = read(_LOG, *[("Grow", f"KR {day}", 5, 10, day) for day in (_ODD, *others)])
    assert item(okrs, f"KR {_ODD}").checked_in == _ODD
