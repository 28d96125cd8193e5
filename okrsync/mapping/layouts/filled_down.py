"""Filled down: the objective is given only in its first row, or in a merged cell, and applies to
the rows below.
"""

from __future__ import annotations

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet
from okrsync.model.table import CellValue

__all__ = ["LAYOUT"]

_SHARED = ("objective", "objective_id", "cycle", "team", "level", "parent")
"""The roles whose empty cells a row fills from the row that states its objective."""
_TELLING_APART = ("objective_id", "cycle", "team", "parent")
"""Roles that tell apart objectives of the same words."""


def _fits(sheet: Sheet) -> float:
    """1 with a merged cell of an objective; 0.9 where the first row has both, some rows below have
    no objective, and none repeats the objective directly above it; otherwise 0, as without an order
    of rows.
    """
    both, objective_only, key_result_only = sheet.filled
    if not both or not key_result_only or sheet.shares_a_column or objective_only > both:
        return 0.0
    if not sheet.has_order:
        return 0.0
    first = sheet.rows[0]
    if not sheet.text(first, "objective"):
        return 0.0
    column = sheet.roles["objective"]
    if any(
        merge.first_column <= column <= merge.last_column and merge.last_row > merge.first_row
        for merge in sheet.table.merges
    ):
        return 1.0
    for _, part in sheet.parts():
        before = ""
        texts = (part.texts(role) for role in ("objective", "cycle", "team"))
        for text, cycle, team in zip(*texts, strict=True):
            # An objective that goes on in the next cycle or team is stated again.
            stated = f"{text}\x1f{cycle}\x1f{team}"
            if text and stated == before:
                return 0.0
            before = stated if text else ""
    return 0.9


def _records(sheet: Sheet) -> list[Record]:
    """Each key result belongs to the last objective stated above it. One that is stated again in
    the same cycle, of the same team, goes on.
    """
    records: list[Record] = []
    objective_index: int | None = None
    before: tuple[str, ...] = ()
    shared: dict[str, tuple[int, int]] = {}
    values: dict[str, CellValue] = {}
    objective_column, key_result_column = sheet.roles["objective"], sheet.roles["key_result"]
    columns = {role: sheet.roles[role] for role in _SHARED if role in sheet.roles}
    for row in sheet.rows:
        title = sheet.text(row, "key_result")
        objective = sheet.text(row, "objective")
        if objective:
            stated = (objective, *(sheet.text(row, role) for role in _TELLING_APART))
            if stated != before or not title:
                objective_index = len(records)
                records.append(Record("objective", row, objective_column, states_row=not title))
            before = stated
            shared = {role: (row.number, column) for role, column in columns.items()}
            values = {role: row.value(column) for role, column in columns.items()}
        if title:
            own = {role for role in columns if sheet.text(row, role)}
            elsewhere = {role: cell for role, cell in shared.items() if role not in own}
            records.append(
                Record(
                    "key_result",
                    row,
                    key_result_column,
                    objective_index,
                    elsewhere,
                    {role: values[role] for role in elsewhere},
                )
            )
    return records


LAYOUT = Layout(
    because="an objective is given only in its first row and applies to the rows below",
    fits=_fits,
    records=_records,
    needs=("objective", "key_result"),
)
