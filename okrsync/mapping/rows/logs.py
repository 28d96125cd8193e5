"""Check-in logs: a table with one row per check-in of key results in another table. The latest row
gives the current value and its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from okrsync.mapping.header.check_in_log import NAMING_ROLES
from okrsync.mapping.sheet import Record, Sheet, folded
from okrsync.mapping.values.columns import Columns
from okrsync.model.okrs import KeyResult, Objective
from okrsync.model.table import CellRef

__all__ = ["CheckIn", "latest", "with_check_ins"]


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One check-in: its day, the value or the progress, and the cells by role."""

    day: date
    current: Decimal | None
    progress: Decimal | None
    cells: Mapping[str, CellRef]


def latest(
    sheet: Sheet, columns: Columns, known: Mapping[str, KeyResult]
) -> dict[str, CheckIn] | None:
    """The latest check-in by id of the key result; None where most rows name something other than
    the known key results.
    """
    check_ins: dict[str, CheckIn] = {}
    matched_rows = 0
    for row in sheet.rows:
        record = Record("key_result", row, next(iter(sheet.roles.values())))
        item = next(
            (
                known[name]
                for role in NAMING_ROLES
                if (name := folded(columns.text(record, role) or "")) in known
            ),
            None,
        )
        if item is None:
            continue
        matched_rows += 1
        day = columns.day(record, "checked_in")
        if day is None or (item.id in check_ins and check_ins[item.id].day > day):
            continue
        number = columns.number(record, "current") if "current" in sheet.roles else None
        share = columns.share(record, "progress") if "progress" in sheet.roles else None
        if number is not None or share is not None:
            cells = {
                role: columns.cell_ref(record, role)
                for role in ("current", "progress", "checked_in")
                if role in sheet.roles
            }
            check_ins[item.id] = CheckIn(
                day, None if number is None else number.value, share, cells
            )
    return check_ins if matched_rows * 2 >= len(sheet.rows) and matched_rows else None


def known_by_name(objectives: Iterable[Objective]) -> dict[str, KeyResult]:
    """Key results by id and title. A name that two of them share is left out."""
    by_name: dict[str, KeyResult] = {}
    ambiguous: set[str] = set()
    for objective in objectives:
        for item in objective.key_results:
            own = item.id.removeprefix(f"{objective.source}/")
            for name in {folded(item.title), folded(own), folded(own.rpartition("/")[2])}:
                if name in by_name and by_name[name].id != item.id:
                    ambiguous.add(name)
                by_name[name] = item
    return {name: item for name, item in by_name.items() if name not in ambiguous}


def with_check_ins(objective: Objective, check_ins: Mapping[str, CheckIn]) -> Objective:
    """The objective with the values of the latest check-ins, unless its table has later ones."""
    items = tuple(
        _with(item, check_ins[item.id]) if item.id in check_ins else item
        for item in objective.key_results
    )
    return replace(objective, key_results=items)


def _with(item: KeyResult, check_in: CheckIn) -> KeyResult:
    if item.checked_in is not None and item.checked_in > check_in.day:
        return item
    origin = replace(item.origin, beyond={**item.origin.beyond, **check_in.cells})
    return replace(
        item,
        current=check_in.current if check_in.current is not None else item.current,
        given_progress=check_in.progress if check_in.progress is not None else item.given_progress,
        checked_in=check_in.day,
        checked_in_known=True,
        origin=origin,
    )
