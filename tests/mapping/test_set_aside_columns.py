"""A column called Cancelled or Archived sets aside each row that says yes in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.cycles import resolve_cycle
from okrsync.model.table import Row, Snapshot, Table

TODAY = date(2026, 11, 23)


def _read(header: str, first: Any, second: Any) -> Okrs:
    grid: list[list[Any]] = [
        ["Objective", "Key result", "Current", "Target", header],
        ["Grow", "Sign-ups", 62, 100, first],
        ["Grow", "Revenue", 34, 50, second],
    ]
    rows = tuple(Row(number, tuple(values)) for number, values in enumerate(grid, 1))
    at = datetime(2026, 11, 23, tzinfo=UTC)
    snapshot = Snapshot("growth", (Table("Q4", "Q4", rows),), "1", at)
    reading = Reading("growth", TODAY, resolve_cycle("auto", TODAY, 1))
    return understand(snapshot, Mapping_(), reading)


def _set_aside(okrs: Okrs) -> list[str | None]:
    return [kr.set_aside for kr in okrs.objectives[0].key_results]


@pytest.mark.parametrize(
    "header", ["Cancelled", "Archived?", "Is archived", "On hold", "Dropped", "Abgebrochen"]
)
@pytest.mark.parametrize(
    ("yes", "no"), [(True, False), ("yes", "no"), ("TRUE", "FALSE"), ("☑", "☐"), ("x", None)]
)
def test_a_yes_sets_its_row_aside(header: str, yes: Any, no: Any) -> None:
    okrs = _read(header, yes, no)
    assert _set_aside(okrs) == [header, None]
    assert "sets aside its row" in okrs.tabs[0].columns[4].because


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        ("Cancelled", False, False),
        ("Cancelled", "by Mia", "yes"),
        ("Shipped", True, False),
        ("Reviewed", "yes", "no"),
    ],
)
def test_other_columns_set_nothing_aside(header: str, first: Any, second: Any) -> None:
    assert _set_aside(_read(header, first, second)) == [None, None]
