"""Spreadsheets turn what people type into numbers and days; it is read as the same text is."""

from __future__ import annotations

from datetime import date

import pytest

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
