"""Interleaved: an objective has a row of its own, and its key results follow in the rows below."""

from __future__ import annotations

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet

__all__ = ["LAYOUT"]


def _fits(sheet: Sheet) -> float:
    """0.95 where rows have an objective or a key result and hardly any has both; otherwise, or
    without an order of rows, 0.
    """
    both, objective_only, key_result_only = sheet.filled
    if sheet.shares_a_column or not objective_only or not key_result_only or not sheet.has_order:
        return 0.0
    return 0.95 if both <= objective_only // 4 else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Each key result belongs to the last objective above it; a row that has both starts an
    objective with its first key result.
    """
    records: list[Record] = []
    objective_index: int | None = None
    for row in sheet.rows:
        title = sheet.text(row, "key_result")
        if sheet.text(row, "objective"):
            objective_index = len(records)
            records.append(Record("objective", row, sheet.roles["objective"], states_row=not title))
        if title:
            records.append(Record("key_result", row, sheet.roles["key_result"], objective_index))
    return records


LAYOUT = Layout(
    because="objectives have rows of their own, and rows of key results follow",
    fits=_fits,
    records=_records,
    needs=("objective", "key_result"),
)
