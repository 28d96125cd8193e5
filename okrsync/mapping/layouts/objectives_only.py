"""Objectives only: a list of objectives without key results."""

from __future__ import annotations

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet

__all__ = ["LAYOUT"]


def _fits(sheet: Sheet) -> float:
    """0.6 where rows have objectives and none has a key result, otherwise 0."""
    both, objective_only, key_result_only = sheet.filled
    return 0.6 if objective_only and not both and not key_result_only else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Every row with an objective is one."""
    return [
        Record("objective", row, sheet.roles["objective"])
        for row in sheet.rows
        if sheet.text(row, "objective")
    ]


LAYOUT = Layout(
    because="no row has a key result",
    fits=_fits,
    records=_records,
    needs=("objective",),
)
