"""The ids of carried objectives that other rows refer to, and outline numbers that go on: the only
ids that a carried row gets, since its rows would not belong together without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from okrsync.mapping.values.outline_numbers import number_at
from okrsync.model.okrs import Cycle, KeyResult, Objective
from okrsync.model.table import CellValue, Row, Snapshot, is_blank, text_of

__all__ = ["REFERENCES", "goes_along", "new_ids", "next_numbers"]

REFERENCES = ("objective_id", "parent")
"""The roles of cells that name another row."""
_NUMBERED = re.compile(r"(.*?)(\d+)(\D*)", re.DOTALL)


def goes_along(objective: Objective, cycle: Cycle) -> bool:
    """Whether an objective is carried over with its key results. One of another cycle stays above
    them, as an annual objective does, and so does one with a row of its own that names no cycle
    where its key results do.
    """
    if objective.cycle is not None:
        return (objective.cycle.start, objective.cycle.end) == (cycle.start, cycle.end)
    own = objective.origin
    rows = {
        (result.origin.table_key, result.origin.row.number)
        for result in objective.key_results
        if result.cycle is not None
    }
    return objective.implied or not rows or (own.table_key, own.row.number) in rows


def new_ids(
    objectives: Sequence[Objective],
    carried: Iterable[Objective],
    snapshot: Snapshot,
    following: Cycle,
) -> Mapping[str, str]:
    """By the id of an objective that is carried over and that a carried row refers to, the id of
    its row in the next cycle: the next number of its series, `OB-3` after `OB-2`, or the old id
    with the cycle's name.
    """
    carried = tuple(carried)
    rows = {(table.key, row.number): row for table in snapshot.tables for row in table.rows}
    named = {
        text
        for objective in carried
        for item in _items(objective)
        for text in _references(item, rows)
    }
    taken = {
        item.own_id
        for objective in objectives
        for item in _items(objective)
        if item.own_id is not None
    }
    ids: dict[str, str] = {}
    for objective in carried:
        id_ = objective.own_id
        if id_ is not None and id_ in named and id_ not in ids:
            ids[id_] = _next_id(id_, taken, following)
            taken.add(ids[id_])
    return ids


def _items(objective: Objective) -> Iterator[KeyResult | Objective]:
    yield objective
    yield from objective.key_results


def _references(item: KeyResult | Objective, rows: Mapping[tuple[str, int], Row]) -> Iterable[str]:
    row = rows.get((item.origin.table_key, item.origin.row.number))
    for role in REFERENCES:
        column = item.origin.columns.get(role)
        if row is not None and column is not None and not is_blank(row.value(column)):
            text = text_of(row.value(column)).strip()
            # The id in an objective's own row names no other.
            if role == "parent" or isinstance(item, KeyResult) or text != item.own_id:
                yield text


def _next_id(id_: str, taken: Iterable[str], following: Cycle) -> str:
    match = _NUMBERED.fullmatch(id_)
    if match is None:
        return f"{id_}-{following.name}"
    before, number, after = match.groups()
    numbers = [
        int(other[2])
        for each in taken
        if (other := _NUMBERED.fullmatch(each)) is not None
        and (other[1], other[3]) == (before, after)
    ]
    return f"{before}{max(numbers) + 1:0{len(number)}}{after}"


def next_numbers(
    rows: Mapping[int, Row], column: int, carried: Sequence[int]
) -> Mapping[int, CellValue]:
    """By row, the outline numbers of carried rows: 3 and 3.1 where 1 and 1.1 were, if 2 is the last
    top number of the table.
    """
    typed = {number: number_at(row.value(column)) for number, row in rows.items()}
    last = max((each[0] for each in typed.values() if each is not None), default=0)
    tops: dict[int, int] = {}
    numbers: dict[int, CellValue] = {}
    for row_number in carried:
        outline = typed.get(row_number)
        if outline is None:
            continue
        top = tops.setdefault(outline[0], last + len(tops) + 1)
        text = ".".join(map(str, (top, *outline[1:])))
        value = rows[row_number].value(column)
        if isinstance(value, str):
            numbers[row_number] = re.sub(r"\d+(?:\.\d+)*", text, value, count=1)
        elif isinstance(value, int) or len(outline) == 1:
            numbers[row_number] = top
        else:
            numbers[row_number] = Decimal(text) if isinstance(value, Decimal) else float(text)
    return numbers
