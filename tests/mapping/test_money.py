"""A sign of money that a place shows and does not store is the unit of the number."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.cycles import resolve_cycle
from okrsync.model.table import MONEY, CellValue, Row, Snapshot, Table
from reading import TODAY, codes, item

_HEADER = ("Objective", "Key Result", "Start", "Current", "Target")


def _read(signs: dict[int, str], *rows: tuple[CellValue, ...], bare: bool = False) -> Okrs:
    """The OKRs of a sheet whose columns show these signs; the last row shows none if `bare`."""
    marks = bytes(MONEY if column in signs else 0 for column in range(len(_HEADER)))
    table_rows = [Row(1, _HEADER)]
    for number, row in enumerate(rows, start=2):
        is_bare = bare and number == len(rows) + 1
        table_rows.append(Row(number, row, marks=b"" if is_bare else marks))
    table = Table("Q4", "Q4", tuple(table_rows), money=signs)
    snapshot = Snapshot("growth", (table,), "v1", datetime(2026, 11, 29, tzinfo=UTC))
    cycle = resolve_cycle("2026-Q4", TODAY, 1)
    return understand(snapshot, Mapping_(), Reading("growth", TODAY, cycle, 1, {}))


def test_the_sign_that_is_shown_is_the_unit() -> None:
    rows = (("Grow", "Revenue", 0, 50, 100), ("Grow", "Visits", 0, 5, 10))
    okrs = _read({2: "$", 3: "$", 4: "$"}, *rows, bare=True)
    assert (item(okrs, "Revenue").unit, item(okrs, "Revenue").current) == ("$", Decimal(50))
    assert (item(okrs, "Visits").unit, item(okrs, "Visits").current) == (None, Decimal(5))
    assert not codes(okrs)


def test_numbers_shown_in_two_currencies_are_not_compared() -> None:
    okrs = _read({3: "€", 4: "$"}, ("Grow", "Revenue", None, 50, 100))
    assert "mixed-units" in codes(okrs)
    assert "current" in item(okrs, "Revenue").unclear


def test_a_sign_that_is_typed_counts_before_the_one_that_is_shown() -> None:
    okrs = _read({3: "€"}, ("Grow", "Revenue", "0 $", "50 $", "100 $"))
    assert item(okrs, "Revenue").unit == "$"
    assert not codes(okrs)
