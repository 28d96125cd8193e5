"""Column groups: one row per objective, with its key results side by side in numbered columns
(`KR1`, `KR1 Target`, `KR2`, ...).
"""

from __future__ import annotations

from collections.abc import Mapping

from okrsync.mapping.header.wide import groups_of
from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.rows.noise import is_left_over
from okrsync.mapping.sheet import Record, Sheet
from okrsync.model.table import Row, is_blank

__all__ = ["LAYOUT"]


def _fits(sheet: Sheet) -> float:
    """1.2 where the header numbers its key results, otherwise 0."""
    return 1.2 if groups_of(sheet.names) and not sheet.shares_a_column else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Each group with a title in a row is a key result of the objective in that row; columns
    outside the groups apply to all of them, except the id, which is that of the objective.
    """
    groups = groups_of(sheet.names)
    inside = {column_index for group in groups for column_index in group.values()}
    shared = {
        role: column_index
        for role, column_index in sheet.roles.items()
        if column_index not in inside and role != "id"
    }
    own = [(group, {**shared, **group}) for group in groups]
    objective = {
        role: column_index
        for role, column_index in sheet.roles.items()
        if column_index not in inside
    }
    column = sheet.roles.get("objective")
    records: list[Record] = []
    for row in sheet.rows:
        objective_index: int | None = None
        if column is not None and sheet.text_in(row, column):
            objective_index = len(records)
            records.append(Record("objective", row, column, roles=objective))
        records.extend(
            Record("key_result", row, roles["key_result"], objective_index, roles=roles)
            for group, roles in own
            if (title := sheet.text_in(row, roles["key_result"]))
            and not (is_left_over(title) and _is_bare(row, group))
        )
    return records


def _is_bare(row: Row, group: Mapping[str, int]) -> bool:
    """Whether a group has nothing in a row but its title."""
    return all(
        is_blank(row.value(column)) for role, column in group.items() if role != "key_result"
    )


LAYOUT = Layout(
    because="numbered columns hold several key results side by side",
    fits=_fits,
    records=_records,
)
