"""Rows with a column for each check-in: the last filled column holds the value and the day of the
check-in, even if empty columns follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from okrsync.mapping.sheet import CheckInColumn, Record, Sheet
from okrsync.mapping.values.typed import is_placeholder
from okrsync.model.table import Row, is_blank

__all__ = ["filled_check_ins", "with_latest"]


def with_latest(records: Sequence[Record], sheet: Sheet, today: date) -> list[Record]:
    """The records, each with the columns of its last filled check-in. A record with columns of its
    own keeps them.
    """
    if not sheet.check_ins:
        return list(records)
    has_days = "checked_in" not in sheet.roles and "checked_in" not in sheet.labels
    has_days = has_days and any(
        each.end is not None and each.role != "target" for each in sheet.check_ins
    )
    shared: dict[tuple[int, ...], Mapping[str, int]] = {}
    return [
        _latest(record, sheet, today, shared, has_days=has_days)
        if record.roles is None and record.states_row
        else record
        for record in records
    ]


def _latest(
    record: Record,
    sheet: Sheet,
    today: date,
    shared: dict[tuple[int, ...], Mapping[str, int]],
    *,
    has_days: bool,
) -> Record:
    check_ins = list(filled_check_ins(record.row, sheet, today))
    filled = {
        each.role: each for each in check_ins if not _has_its_own(record.row, sheet, each.role)
    }
    latest = [each for each in check_ins if each.role != "target" and each.end is not None]
    latest_dated = max(latest, key=lambda each: each.end or date.min, default=None)
    columns = (
        *(each.column for each in filled.values()),
        -1 if latest_dated is None else latest_dated.column,
    )
    roles = shared.get(columns)
    if roles is None:
        check_in_columns = {role: each.column for role, each in filled.items()}
        roles = shared[columns] = {**sheet.roles, **check_in_columns}
        if has_days:
            roles = shared[columns] = {
                **roles,
                "checked_in": sheet.check_ins[0].column
                if latest_dated is None
                else latest_dated.column,
            }
    if not has_days:
        return replace(record, roles=roles)
    values = {"checked_in": None if latest_dated is None else latest_dated.day(today)}
    if latest_dated is not None and latest_dated.end is not None and latest_dated.end > today:
        values["checked_in_until"] = latest_dated.end
    return replace(record, roles=roles, values={**record.values, **values})


def _has_its_own(row: Row, sheet: Sheet, role: str) -> bool:
    """Whether a role has a filled cell in a column other than those of check-ins."""
    column = sheet.roles.get(role)
    return (
        column is not None
        and all(each.column != column for each in sheet.check_ins)
        and not is_blank(row.value(column))
    )


def filled_check_ins(row: Row, sheet: Sheet, today: date) -> Iterator[CheckInColumn]:
    """The check-in columns that a row has filled; columns of future days are included only for
    targets.
    """
    for each in sheet.check_ins:
        value = row.value(each.column)
        if is_blank(value) or is_placeholder(value):
            continue
        if each.role == "target" or not each.is_ahead(today):
            yield each
