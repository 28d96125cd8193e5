"""Reads a source as it will be once its carried rows and tabs are there: only what is understood as
it was meant is carried over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from okrsync.connector import (
    CopiedTab,
    InsertedRow,
    Looks,
    PlacedRow,
    copied_table,
    place_rows,
    table_with_rows,
)
from okrsync.mapping.rows.identity import bare_title
from okrsync.model.okrs import Cycle, KeyResult, Objective, Skip
from okrsync.model.row_finder import RowFinder
from okrsync.model.source_okrs import Okrs
from okrsync.model.table import CellRef, CellValue, RowRef, Snapshot, Table, text_of
from okrsync.plan.closing.carried import CarryOver, merged
from okrsync.plan.closing.items import same_span
from okrsync.plan.placing import Placement, is_same_part

__all__ = ["Named", "as_carried", "in_their_years", "named_items", "understood_as_meant"]

_Item = TypeVar("_Item", KeyResult, Objective)
Named = tuple[str, str | None]
"""The bare titles of an objective and of a key result; None for the objective itself."""


def in_their_years(okrs: Okrs, placements_by_source: Mapping[str, Mapping[str, Placement]]) -> Okrs:
    """The OKRs with the cycle that each item was placed in where it names one without a year: a
    `Q4` is read as that of the running year. Beside its copies an item may have another key; then
    it lies where all others of that `Q4` do.
    """
    placements = placements_by_source.get(okrs.source, {})
    cycles = list(dict.fromkeys(each.cycle for each in placements.values()))

    def in_its_year(item: _Item) -> _Item:
        if not item.is_year_open or item.cycle is None:
            return item
        placement = placements.get(item.key)
        alike = [each for each in cycles if is_same_part(each, item.cycle)]
        if placement is None and len(alike) != 1:
            return item
        return replace(item, cycle=alike[0] if placement is None else placement.cycle)

    objectives = tuple(
        replace(in_its_year(objective), key_results=tuple(map(in_its_year, objective.key_results)))
        for objective in okrs.objectives
    )
    return replace(okrs, objectives=objectives)


def named_items(objectives: Iterable[Objective], cycle: Cycle) -> Counter[Named]:
    """How often each item stands in a cycle that it, or its objective, names."""
    counts: Counter[Named] = Counter()
    for objective in objectives:
        is_named = False
        above = "" if objective.implied else bare_title(objective.title)
        for result in objective.key_results:
            if same_span(result.cycle or objective.cycle, cycle):
                counts[above, bare_title(result.title)] += 1
                is_named = True
        if not objective.implied and (is_named or same_span(objective.cycle, cycle)):
            counts[above, None] += 1
    return counts


def understood_as_meant(
    okrs: Okrs,
    snapshot: Snapshot,
    carry_over: CarryOver,
    wanted: Sequence[Objective],
    following: Cycle,
    read: Callable[[Snapshot], Okrs],
) -> CarryOver:
    """The part of a carry-over after which the source reads as meant: the items of `wanted` stand
    in the `following` cycle as well, and all others are what they were.

    `read` understands a snapshot. What would read otherwise becomes a Skip.
    """
    if _is_meant(okrs, snapshot, carry_over, wanted, following, read):
        return carry_over
    parts = []
    keys = [row.table_key for row in carry_over.inserted]
    keys += [tab.table_key for tab in carry_over.copied]
    for table in dict.fromkeys(keys):
        part = _of_table(carry_over, table)
        if _is_meant(okrs, snapshot, part, wanted, following, read):
            parts.append(part)
        else:
            parts.append(_refused(okrs, snapshot, table))
    return merged((*parts, CarryOver(skips=carry_over.skips)))


def _of_table(carry_over: CarryOver, key: str) -> CarryOver:
    inserted = tuple(row for row in carry_over.inserted if row.table_key == key)
    copied = tuple(tab for tab in carry_over.copied if tab.table_key == key)
    ids = {*(row.id for row in inserted), *(tab.id for tab in copied)}
    changes = tuple(change for change in carry_over.changes if change.id in ids)
    items = tuple(item for item in carry_over.items if item.table_key == key)
    return CarryOver(items, inserted, copied, changes)


def _refused(okrs: Okrs, snapshot: Snapshot, key: str) -> CarryOver:
    table = snapshot.table(key)
    cell = CellRef(table.name if table is not None else key, "A1")
    reason = (
        "nothing is carried over: its rows are joined by ids or laid out in a way in which copies"
        " would be read as something else; copy them by hand"
    )
    return CarryOver(skips=(Skip(okrs.source, cell, reason, "not-carried"),))


def as_carried(
    snapshot: Snapshot, inserted: Sequence[InsertedRow], copied: Sequence[CopiedTab]
) -> Snapshot | None:
    """The snapshot with the rows and tabs; None where one of them has no place in it."""
    tables: list[Table] = []
    likes = {row.id: row.like for row in inserted}
    for table in snapshot.tables:
        entries = [row for row in inserted if row.table_key == table.key]
        refs = [ref for row in entries for ref in (row.like, row.behind)]
        placed, outcomes = place_rows(entries, table, RowFinder(table, refs), is_unmoved=True)
        if outcomes:
            return None
        linked = _with_doubled_links(table, inserted, likes)
        tables.append(_anchored(table_with_rows(linked, placed), placed) if placed else linked)
        for entry in copied:
            if entry.table_key == table.key:
                copy = copied_table(entry, table)
                if copy is None:
                    return None
                tables.append(replace(copy, locale=table.locale, date_order=table.date_order))
    return replace(snapshot, tables=tuple(tables))


def _with_doubled_links(
    table: Table, inserted: Sequence[InsertedRow], likes: Mapping[str, RowRef]
) -> Table:
    """The table as its links read once a title has two pages: they say which of them is meant."""
    anchors: dict[tuple[int, CellValue], str | None] = {
        (cell.column.index, cell.before): likes[text_of(cell.after)].anchor
        for row in inserted
        if row.table_key == table.key
        for cell in row.cells
        if cell.looks is Looks.LINK and cell.column.index is not None and cell.after in likes
    }
    if not anchors:
        return table
    columns = {column for column, _ in anchors}
    rows = [
        replace(
            row,
            values=tuple(
                (anchors.get((column, value)) or value) if column in columns else value
                for column, value in enumerate(row.values)
            ),
        )
        for row in table.rows
    ]
    return replace(table, rows=tuple(rows))


def _anchored(table: Table, placed: Sequence[PlacedRow]) -> Table:
    """The table with the ids of entries for the anchors that a database gives its new rows."""
    if table.header is None:
        return table
    ids = iter([row.entry.id for row in placed])
    rows = [row if row.anchor is not None else replace(row, anchor=next(ids)) for row in table.rows]
    return replace(table, rows=tuple(rows))


def _is_meant(
    okrs: Okrs,
    snapshot: Snapshot,
    carry_over: CarryOver,
    wanted: Sequence[Objective],
    following: Cycle,
    read: Callable[[Snapshot], Okrs],
) -> bool:
    carried = as_carried(snapshot, carry_over.inserted, carry_over.copied)
    if carried is None or _has_bare_objective(carry_over, wanted):
        return False
    after = read(carried).objectives
    if _all(after, other_than=following) != _all(okrs.objectives, other_than=following):
        return False
    meant = named_items(okrs.objectives, following)
    for item in carry_over.items:
        above = "" if item.is_implied else bare_title(item.objective)
        meant[above, None if item.title is None else bare_title(item.title)] += 1
    stated = {bare_title(item.objective) for item in carry_over.items if item.title is None}
    if _hanging_elsewhere(after, stated, following) - _hanging_elsewhere(
        okrs.objectives, stated, following
    ):
        return False
    present = named_items(after, following)
    results = {named for named in (*meant, *present) if named[1] is not None}
    leaves: set[Named] = {
        (bare_title(objective.title), None)
        for objective in wanted
        if not objective.key_results and bare_title(objective.title) in stated
    }
    return all(present[named] == meant[named] for named in results | leaves)


def _hanging_elsewhere(
    objectives: Iterable[Objective], stated: Container[str], following: Cycle
) -> Counter[Named]:
    """The key results of the next cycle that are read under the row of another cycle, though their
    objective has a row of its own there.
    """
    return Counter(
        (bare_title(objective.title), bare_title(result.title))
        for objective in objectives
        if objective.cycle is not None
        and not same_span(objective.cycle, following)
        and bare_title(objective.title) in stated
        for result in objective.key_results
        if same_span(result.cycle, following)
    )


def _has_bare_objective(carry_over: CarryOver, wanted: Sequence[Objective]) -> bool:
    """Whether an objective would be carried without any of its key results, which stand in another
    table.
    """
    with_results = {objective.title for objective in wanted if objective.key_results}
    carried = {item.objective for item in carry_over.items if item.title is not None}
    stated = {item.objective for item in carry_over.items if item.title is None}
    return not (stated & with_results) <= carried


def _all(objectives: Iterable[Objective], other_than: Cycle) -> Counter[tuple[str, str, str]]:
    """What stands in all other cycles: titles with the name of their cycle."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for objective in objectives:
        above = "" if objective.implied else bare_title(objective.title)
        results: tuple[KeyResult, ...] = objective.key_results
        for result in results:
            cycle = result.cycle or objective.cycle
            if not same_span(cycle, other_than):
                counts[above, bare_title(result.title), cycle.name if cycle else ""] += 1
        if not results and not same_span(objective.cycle, other_than):
            counts[above, "", objective.cycle.name if objective.cycle else ""] += 1
    return counts
