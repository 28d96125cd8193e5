"""What a run says of columns that it does not read although they matter: numbers of a table that
nothing can be measured in, and strategies between goals and their measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.header import Header
from okrsync.mapping.header.wide import groups_of, is_period
from okrsync.mapping.values.numbers import read_number
from okrsync.mapping.words import normal, table
from okrsync.model.okrs import Warning_
from okrsync.model.table import Row, Table, column_letters

__all__ = ["unread_columns"]

_SAMPLE = 200
_TOLD = frozenset({"progress", "score", "status"})
"""Roles whose values are taken as typed; without them a target and a current value are needed."""
_AIMS = frozenset({"target", "target_high", "stretch"})


def unread_columns(
    sheet: Table, header: Header, rows: Sequence[Row], source: str
) -> Iterator[Warning_]:
    """A warning for each kind of such columns; none where a question is open."""
    read = {*header.roles.values(), *header.of_objectives.values(), *header.titles}
    read |= {each.column for each in header.check_ins}
    free = [column for column, name in enumerate(header.own_names) if name and column not in read]
    is_open = bool(header.doubts or header.missing)
    if is_open or groups_of(header.own_names):
        return
    contents = Contents(rows[:_SAMPLE])
    if header.row is not None:
        yield from _amounts_of_periods(sheet, header, contents, source)
    if not free:
        return
    lacks_aims = _AIMS.isdisjoint(header.roles)
    is_measured = not lacks_aims and "current" in header.roles
    # Columns of other periods are no current values.
    is_dated = bool(header.check_ins or header.periods)
    if _TOLD.isdisjoint(header.roles) and not is_measured and not is_dated:
        numbers = [column for column in free if contents.of(column).are_numbers]
        numbers = [
            column
            for column in numbers
            if not contents.of(column).are_ids and not _is_milestone(header.names[column])
        ]
        if numbers:
            listed = _listed(numbers, header)
            role = "target" if "current" in header.roles else "current"
            name = header.names[numbers[-1]]
            what = (
                f"{listed} hold{'s' * (len(numbers) == 1)} numbers and"
                f" {'is' if len(numbers) == 1 else 'are'} not read, and no column has"
                f" {'targets' if lacks_aims else 'current values'}, a progress or a status; name"
                " the columns of targets and current values in the mapping, for example"
                f' `columns.{role} = "{name}"`'
            )
            yield Warning_("unread-numbers", source, sheet.head_ref(numbers[0], header.row), what)
    key_result = header.roles.get("key_result", -1)
    between = [
        column
        for column in free
        if (not sheet.has_order or min(header.titles, default=key_result) < column < key_result)
        and normal(header.names[column]) in table("strategies")
        and contents.of(column).are_texts
    ]
    if between:
        what = (
            f"{_listed(between, header)} between the goals and their measures"
            f" {'is' if len(between) == 1 else 'are'} not read: okrsync reads objectives and key"
            " results; to read a strategy as an objective, give it a row of its own"
        )
        yield Warning_("unread-strategies", source, sheet.head_ref(between[0], header.row), what)


def _amounts_of_periods(
    sheet: Table, header: Header, contents: Contents, source: str
) -> Iterator[Warning_]:
    """A warning where columns of periods may hold what came in each, of which the last is read as
    the total so far: they fall in a row, and together are within its target.
    """
    roles, last = header.roles, header.roles.get("current", -1)
    periods = {each.column for each in header.check_ins if each.role == "current"}
    periods |= {column for column, name in enumerate(header.own_names) if is_period(name)}
    if last not in periods or "target" not in roles or "baseline" in roles:
        return
    columns = sorted(column for column in periods if column <= last)
    for row in contents.rows:
        target = read_number(row.value(roles["target"]))
        numbers = [number for column in columns if (number := read_number(row.value(column)))]
        if target is None or any(each.unit == "%" or each.of for each in (target, *numbers)):
            continue
        values = [each.value for each in numbers]
        total = sum(values, Decimal(0))
        falls = any(second < first for first, second in pairwise(values))
        if falls and min(values) >= 0 and total <= target.value:
            what = (
                f"{_listed(columns, header)} fall in this row, so they may hold what came in each"
                f" period: {total.normalize():f} in all; {header.names[last]!r} counts as"
                " the total so far; if it is none, add a column 'Current' with the total"
            )
            yield Warning_("per-period", source, sheet.ref(row, last), what)
            return


def _is_milestone(name: str) -> bool:
    """Whether a column holds targets on the way, which are neither current values nor targets."""
    kinds = table("kinds")
    return any("milestones" in kinds.get(word, ()) for word in normal(name).split())


def _listed(columns: Sequence[int], header: Header) -> str:
    names = [
        f"{header.names[column]!r}"
        + (f" ({column_letters(column)})" if header.row is not None else "")
        for column in columns
    ]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
