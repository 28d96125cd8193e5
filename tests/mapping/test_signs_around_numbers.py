"""Signs that stand around a number and are no part of it, or part of it in an odd form."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal

import pytest

from okrsync.mapping.values.number import DecimalSign
from okrsync.mapping.values.numbers import read_number
from okrsync.model.table import CellValue
from reading import item, read

HEADER = ("Objective", "Key Result", "Baseline", "Current", "Target")


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        *(("50 (50%)", 50, None), ("2 (40 %)", 2, None), ("10k users (20%)", 10_000, "users")),
        *(("–10", -10, None), ("—5", -5, None), ("–€5", -5, "€")),
        *(("12% ▼", 12, "%"), ("4.2 ↑", Decimal("4.2"), None), ("120 ⬇️", 120, None)),
    ],
)
def test_what_stands_around_a_number_is_no_part_of_it(
    text: str, number: Decimal, unit: str | None
) -> None:
    number_read = read_number(text)
    assert number_read is not None
    assert (number_read.value, number_read.unit) == (number, unit)


@pytest.mark.parametrize("text", ["▲4.2", "↑ 120", "– 10", "45% (9 of 20)", "12 (Nov)", "–", "—"])
def test_what_may_mean_something_else_is_no_number(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        *(("75%–85%", 75, 85, "%"), ("5 % - 7 %", 5, 7, "%"), ("10€-20€", 10, 20, "€")),
        ("3 days – 5 days", 3, 5, "days"),
    ],
)
def test_a_range_may_have_its_unit_at_both_ends(text: str, low: int, high: int, unit: str) -> None:
    number_read = read_number(text)
    assert number_read is not None
    assert (number_read.value, number_read.high, number_read.unit) == (
        Decimal(low),
        Decimal(high),
        unit,
    )


@pytest.mark.parametrize("decimal", [None, ".", ","])
@pytest.mark.parametrize("text", ["110.000 €", "110,000 €", "€110.000", "$110.000", "110.000 EUR"])
def test_money_before_three_zeros_is_thousands(text: str, decimal: DecimalSign | None) -> None:
    """Nobody writes three zeros behind the decimal sign of an amount of money."""
    number_read = read_number(text, decimal)
    assert number_read is not None
    assert (number_read.value, number_read.is_doubtful) == (Decimal(110_000), False)


def test_money_in_thousands_is_no_tiny_amount_beside_other_decimals() -> None:
    okrs = read(
        HEADER,
        ("Grow", "ARR", "$1.2M", "$1.5M", "$2M"),
        ("Save", "Cost", "€120k", "110.000 €", "€100k"),
    )
    assert item(okrs, "Cost").current == 110_000


def test_the_percent_in_brackets_is_the_value_beside_a_target_in_percent() -> None:
    okrs = read(
        HEADER, ("Grow", "Adoption", "0%", "40 (50%)", "80%"), ("Grow", "Teams", 0, "40 (50%)", 80)
    )
    assert item(okrs, "Adoption").current == 50
    assert item(okrs, "Teams").current == 40
    header = (*HEADER[:2], "Current (%)", "Target (%)")
    assert item(read(header, ("Grow", "Adoption", "40 (50%)", 80)), "Adoption").current == 50


@pytest.mark.parametrize(
    ("baseline", "target", "reached"),
    [("5%", "-2pp", "3"), ("40%", "+5 pp", "45"), (40, "−5 pp", "35")],
)
def test_points_with_a_sign_are_a_change_of_the_baseline(
    baseline: str | int, target: str, reached: str
) -> None:
    okrs = read(HEADER, ("Grow", "Share of the market", baseline, "42%", target))
    (warning,) = [each for each in okrs.warnings if each.code == "relative-target"]
    assert warning.message.endswith(f"for example {reached}")
    assert item(okrs, "Share of the market").target is None


def test_points_that_are_a_score_may_be_negative() -> None:
    okrs = read(HEADER, ("Grow", "NPS", "-20 points", "-10 points", "-5 points"))
    assert item(okrs, "NPS").target == -5


@pytest.mark.parametrize(
    "cells",
    [
        ("5:00", "3:30", "2:00"),
        ("05:00:00", "03:30:00", "02:00:00"),
        (time(5), time(3, 30), time(2)),
        (timedelta(hours=5), timedelta(hours=3.5), timedelta(hours=2)),
    ],
)
def test_times_on_a_clock_are_numbers_where_the_whole_row_is(cells: tuple[CellValue, ...]) -> None:
    okrs = read(HEADER, ("Fast", "Response time", *cells), ("Grow", "Teams", 0, 40, 80))
    kr = item(okrs, "Response time")
    assert (kr.baseline, kr.current, kr.target) == (Decimal(5), Decimal("3.5"), Decimal(2))
    assert okrs.warnings == ()


@pytest.mark.parametrize(
    "cells",
    [("5:00", "3:30", 2), ("5:00", "0:45", "30 min"), ("300", "3:30:00", "2:00"), ("", "3:30", "")],
)
def test_a_time_on_a_clock_beside_other_numbers_is_named(cells: tuple[CellValue, ...]) -> None:
    okrs = read(HEADER, ("Fast", "Response time", *cells), ("Grow", "Teams", 0, 40, 80))
    assert item(okrs, "Response time").current is None
    assert "not-a-number" in {warning.code for warning in okrs.warnings}


def test_a_confidence_that_is_not_known_says_how_to_explain_it() -> None:
    header = ("Objective", "Key Result", "Current", "Target", "Confidence")
    okrs = read(header, ("Grow", "Teams", 40, 80, "Somewhat"), ("Grow", "Deals", 4, 8, "High"))
    (warning,) = okrs.warnings
    assert '[values.confidence] in the mapping, for example "Somewhat" = 0.5' in warning.message


@pytest.mark.parametrize(
    ("text", "status"),
    [
        *(("On track (60%)", "on-track"), ("60% - at risk", "at-risk"), ("Rot 20 %", "off-track")),
        *(("Done (100%)", "achieved"), ("40% (on track)", "on-track"), ("Done (80%)", None)),
        *(("Not started (30%)", None), ("Cooking (30%)", None)),
    ],
)
def test_a_status_beside_a_percent_is_read_unless_they_contradict_each_other(
    text: str, status: str | None
) -> None:
    okrs = read(
        ("Objective", "Key Result", "Status"), ("Grow", "Teams", text), ("Grow", "Deals", "Red")
    )
    given = item(okrs, "Teams").given_status
    assert (None if given is None else given.value) == status
    assert ("unknown-status" in {warning.code for warning in okrs.warnings}) is (status is None)
