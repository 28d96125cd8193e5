"""Deadlines such as `31 Dec`: a day in the year nearest to the cycle, never the number 31."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from okrsync.mapping import Okrs
from okrsync.model.days import parse_day_of_year
from okrsync.model.okrs import KeyResult
from okrsync.model.table import CellValue
from reading import codes, read


def deadlines(*days: CellValue, header: str = "Deadline") -> Okrs:
    """A sheet of 29 November 2026 whose key results differ in their deadline."""
    rows = [("Grow", f"Reach {place + 1}00 users", day, 38) for place, day in enumerate(days)]
    return read(("Objective", "Key Result", header, "Current"), *rows)


def results(okrs: Okrs) -> list[KeyResult]:
    return [each for objective in okrs.objectives for each in objective.key_results]


@pytest.mark.parametrize(
    "text",
    [
        "31 Dec",
        "Dec 31",
        "31. Dezember",
        "31-Dec",
        "December 31st",
        "31 décembre",
        "31 de diciembre",
        "Thu, 31 Dec",
        "31/12",
        "31.12.",
        "12/31",
        "12月31日",
    ],
)
def test_a_day_without_a_year_is_a_deadline_and_no_target(text: str) -> None:
    found = deadlines(text, text)
    assert [(kr.due, kr.target) for kr in results(found)] == [
        (date(2026, 12, 31), Decimal(100)),
        (date(2026, 12, 31), Decimal(200)),
    ]
    assert not codes(found)


def test_the_year_is_the_one_nearest_to_the_cycle_and_named_where_it_is_another() -> None:
    found = deadlines("10 Mar", "31 Aug")
    assert [kr.due for kr in results(found)] == [date(2027, 3, 10), date(2026, 8, 31)]
    assert [(each.code, each.message) for each in found.warnings] == [
        (
            "assumed-year",
            (
                f"{text!r} has no year, and is taken for {day}; type the whole date if another year"
                " is meant"
            ),
        )
        for text, day in (("10 Mar", "2027-03-10"), ("31 Aug", "2026-08-31"))
    ]


@pytest.mark.parametrize("text", ["Dec 27", "Nov 28"])
def test_a_day_that_can_be_a_month_is_not_read(text: str) -> None:
    found = deadlines(text)
    assert [kr.due for kr in results(found)] == [None]
    assert codes(found) == {"not-a-date"}
    assert "has no year; type the whole date" in found.warnings[0].message


def test_a_month_of_this_year_is_its_last_day() -> None:
    assert [kr.due for kr in results(deadlines("Dec 26", "Dec 2026"))] == [date(2026, 12, 31)] * 2


def test_a_check_in_needs_its_year() -> None:
    found = read(
        ("Objective", "Key Result", "Target", "Current", "Last update"),
        ("Grow", "Users", 100, 38, "24 Nov"),
    )
    assert results(found)[0].checked_in is None
    assert "type the whole date, such as 2026-11-24" in found.warnings[0].message


@pytest.mark.parametrize("header", ["Deadline", "Due date", "Frist", "Échéance"])
def test_amounts_under_a_deadline_are_named_and_are_no_target(header: str) -> None:
    found = deadlines(15, "8 weeks", header=header)
    assert [(kr.due, kr.target) for kr in results(found)] == [
        (None, Decimal(100)),
        (None, Decimal(200)),
    ]
    assert codes(found) == {"not-a-date"}


def test_a_day_is_no_amount() -> None:
    found = read(
        ("Objective", "Key Result", "Target", "Current"),
        ("Grow", "Users", 100, "31 Dec"),
        ("Grow", "Shops", 10, 4),
        ("Grow", "Towns", 10, 6),
    )
    assert results(found)[0].current is None
    assert codes(found) == {"not-a-number"}


@pytest.mark.parametrize(
    "text", ["30 Feb", "5 users", "10 days", "Dec", "Dec-26", "31/12", "13/13"]
)
def test_what_names_no_day_is_none(text: str) -> None:
    assert parse_day_of_year(text) is None


@pytest.mark.parametrize(
    ("text", "order", "parts"),
    [
        ("31/12", None, (12, 31)),
        ("12/31", None, (12, 31)),
        ("3/4", None, None),
        ("3/4", "dmy", (4, 3)),
        ("3/4", "mdy", (3, 4)),
        ("29 Feb", None, (2, 29)),
        ("13/13", "dmy", None),
    ],
)
def test_numbers_need_an_order_where_they_can_be_swapped(
    text: str, order: str | None, parts: tuple[int, int] | None
) -> None:
    assert parse_day_of_year(text, order, in_numbers=True) == parts


def test_a_start_after_the_due_date_does_not_count_and_is_named() -> None:
    header = ("Objective", "Key Result", "Current", "Target", "Begins", "Due")
    rows = [
        ("Grow", "Users", 3, 10, date(2026, 12, 1), date(2026, 10, 1)),
        ("Grow", "Sales", 3, 10, date(2026, 10, 1), date(2026, 10, 1)),
    ]
    found = read(header, *rows)
    assert [(kr.start, kr.due) for kr in results(found)] == [
        (None, date(2026, 10, 1)),
        (date(2026, 10, 1), date(2026, 10, 1)),
    ]
    assert [(warning.code, str(warning.at)) for warning in found.warnings] == [
        ("start-after-due", "Q4!E2")
    ]
    assert "2026-12-01 is after the due date, 2026-10-01" in found.warnings[0].message
