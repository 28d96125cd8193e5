"""Column groups: one row an objective, with its key results side by side in numbered columns
(`KR1`, `KR1 Target`, `KR2`, ...).
"""

from __future__ import annotations

from okrsync.mapping.header.wide import groups_of
from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet

__all__ = ["LAYOUT"]


def _fits(sheet: Sheet) -> float:
    """Well, as soon as the header numbers its key results."""
    return 1.2 if groups_of(sheet.names) and not sheet.shares_a_column else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Each group with a title in a row is a key result of the objective in that row; what stands
    outside the groups holds for all of them.
    """
    groups = groups_of(sheet.names)
    inside = {place for group in groups for place in group.values()}
    shared = {
        role: place for role, place in sheet.roles.items() if place not in inside and role != "id"
    }
    own = [{**shared, **group} for group in groups]
    objective = {role: place for role, place in sheet.roles.items() if place not in inside}
    column = sheet.roles.get("objective")
    found: list[Record] = []
    for row in sheet.rows:
        at: int | None = None
        if column is not None and sheet.text_in(row, column):
            at = len(found)
            found.append(Record("objective", row, column, roles=objective))
        found.extend(
            Record("key_result", row, roles["key_result"], at, roles=roles)
            for roles in own
            if sheet.text_in(row, roles["key_result"])
        )
    return found


LAYOUT = Layout(
    because="numbered columns hold several key results side by side",
    fits=_fits,
    records=_records,
)
