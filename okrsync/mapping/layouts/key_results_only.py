"""Key results only: a list of key results without objectives."""

from __future__ import annotations

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet

__all__ = ["LAYOUT"]


def _fits(sheet: Sheet) -> float:
    """0.6 where rows have key results and none has an objective, otherwise 0."""
    both, objective_only, key_result_only = sheet.filled
    return 0.6 if key_result_only and not both and not objective_only else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Every row with a key result is one; the tab becomes their implied objective."""
    return [
        Record("key_result", row, sheet.roles["key_result"])
        for row in sheet.rows
        if sheet.text(row, "key_result")
    ]


LAYOUT = Layout(
    because="no row has an objective",
    fits=_fits,
    records=_records,
    needs=("key_result",),
)
