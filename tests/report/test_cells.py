"""How a terminal prints what is written to a cell."""

from __future__ import annotations

from datetime import date

import pytest

from okrsync.connector import Looks
from okrsync.measures.fields import FIELDS
from okrsync.model.table import CellValue
from okrsync.plan.boards.rows import FIELDS as BOARD_FIELDS
from okrsync.report.cells import printed_value


@pytest.mark.parametrize(
    ("field", "value", "printed"),
    [
        ("progress", 0.37, "37%"),
        ("progress", 2.5, "250%"),
        ("forecast", 1.03, "103%"),
        ("delta", 0.0, "0"),
        ("delta", 1.5, "1.5"),
        ("delta", -20.0, "-20"),
        ("score", 0.7, "0.7"),
        ("needed", 2.0, "2"),
        ("progress", "about half", "about half"),
        ("status", "On track", "On track"),
        ("note", None, "(empty)"),
        ("status", date(2026, 11, 2), "2026-11-02"),
    ],
)
def test_a_value_is_printed_as_what_its_field_holds(
    field: str, value: CellValue, printed: str
) -> None:
    assert printed_value(value, field) == printed


def test_every_share_of_columns_and_boards_is_printed_in_percent() -> None:
    for name, looks in {
        **{name: field.looks for name, field in FIELDS.items()},
        **{name: field.looks for name, field in BOARD_FIELDS.items()},
    }.items():
        assert (printed_value(0.5, name) == "50%") == (looks is Looks.SHARE), name
