"""Decides what is carried over into the next cycle, and how each table takes it: as rows behind its
last item, or as a copy of its tab.

All layouts are treated alike. A carried row is a copy of its row in which some cells differ, and
whatever comes of it is read once more before it counts (`reread`): a table whose copy would not be
understood as meant carries nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from msgspec.structs import replace

from okrsync.connector import Ability
from okrsync.model.okrs import Cycle, KeyResult, Objective, Skip
from okrsync.model.period_names import period_in, period_in_heading
from okrsync.model.source_okrs import Okrs
from okrsync.model.table import Snapshot, text_of
from okrsync.plan.closing.carried import CarriedTable, CarryOver, merged
from okrsync.plan.closing.inserted_rows import inserted_rows
from okrsync.plan.closing.items import same_span
from okrsync.plan.closing.links import standing_objectives
from okrsync.plan.closing.new_ids import goes_along, new_ids
from okrsync.plan.closing.rows import RowContents, Tables, Targets, items_with_objective
from okrsync.plan.closing.tab_copy import tab_copy

__all__ = ["carry_over"]


def carry_over(
    okrs: Okrs,
    snapshot: Snapshot,
    cycle: Cycle,
    following: Cycle,
    unfinished: Sequence[Objective],
    parse: Callable[[str], Cycle | None],
    connector: Tables,
    *,
    targets: Targets = "keep",
    own_headers: Collection[str] = (),
    is_named: bool = False,
) -> CarryOver:
    """The rows and tabs that take the `unfinished` items of `cycle` into the `following` one.

    `unfinished` holds the objectives with the key results that are to be carried; `parse` reads a
    period as the source's reading does. `own_headers` are those of okrsync's columns: what stands
    there in a copy is no use of it by people. `is_named` says that the config names the cycle of
    rows that name none.
    """
    parts = []
    standing = standing_objectives(okrs.objectives, unfinished, following)
    unfinished = [
        replace(objective, cycle=following) if objective.key in standing else objective
        for objective in unfinished
    ]
    unfinished, skips = _that_name_a_cycle(okrs.source, unfinished, is_named=is_named)
    carried = [objective for objective in unfinished if goes_along(objective, cycle)]
    ids = {
        **new_ids(okrs.objectives, carried, snapshot, following),
        **{
            objective.own_id: standing[objective.key].own_id or ""
            for objective in unfinished
            if objective.own_id and objective.key in standing
        },
    }
    keys = dict.fromkeys(
        item.origin.table_key
        for objective in unfinished
        for item in items_with_objective(objective)
    )
    for key in keys:
        table = snapshot.table(key)
        if table is not None:
            content = RowContents(
                okrs, table, cycle, following, unfinished, parse, connector, targets, ids
            )
            table_with_items = CarriedTable(content, snapshot, own_headers, standing)
            parts.append(_of_table(table_with_items, is_named=is_named))
    return merged((*parts, CarryOver(skips=skips)))


def _that_name_a_cycle(
    source: str, unfinished: Sequence[Objective], *, is_named: bool
) -> tuple[list[Objective], tuple[Skip, ...]]:
    """The objectives without the items that name no cycle in a table in which others do: a copy
    would not say which of the two it is. They go on by themselves.
    """
    tables = {
        item.origin.table_key
        for objective in unfinished
        for item in items_with_objective(objective)
        if (item.cycle or objective.cycle) is not None
    }

    def goes_on(item: KeyResult | Objective, objective: Objective) -> bool:
        return (item.cycle or objective.cycle) is None and item.origin.table_key in tables

    kept: list[Objective] = []
    left: list[KeyResult | Objective] = []
    for objective in unfinished:
        results = tuple(each for each in objective.key_results if not goes_on(each, objective))
        if len(results) < len(objective.key_results):
            left += [each for each in objective.key_results if goes_on(each, objective)]
            if results:
                kept.append(replace(objective, key_results=results))
        elif not results and goes_on(objective, objective):
            left.append(objective)
        else:
            kept.append(objective)
    when = "the config names that" if is_named else "somebody works on it"
    reason = f"not carried over: the row names no cycle, so it goes on in the next one once {when}"
    return kept, tuple(Skip(source, item.origin.title_cell, reason, "not-carried") for item in left)


def _of_table(carried: CarriedTable, *, is_named: bool) -> CarryOver:
    """Rows where the items name their cycle in a column, a copy where the tab names it."""
    content = carried.content
    if not content.carried:
        return CarryOver()
    reason = _obstacle(content)
    if reason is not None:
        return carried.left(reason)
    label = _tab_label(content)
    if label is not None:
        return tab_copy(carried, label)
    items = [item for of_row in content.carried.values() for item in of_row]
    names = [content.cycle_text(item.origin.row.number, [item]) for item in items]
    if any(names) and all(map(content.names_cycle, items)):
        return inserted_rows(carried)
    if is_named:
        return carried.left(
            f"the config names {content.cycle.name} for rows that name no cycle; once it names"
            f" {content.following.name} there, they go on in that"
        )
    if any(item.cycle for item in items):
        return carried.left(
            f"{content.cycle.name} is named for the whole file or table, and a row cannot say"
            " another: copy the rows by hand to where the next cycle is named"
        )
    return carried.left(
        "the table names no cycle, so its rows go on in the next one once somebody works on"
        " them; rows that name theirs in a column 'Cycle' are copied"
    )


def _obstacle(content: RowContents) -> str | None:
    """Why nothing of this table is carried over, whatever names its cycle."""
    layouts = {tab.table: tab.layout for tab in content.okrs.tabs}
    if Ability.WRITE not in content.connector.abilities:
        return "this kind of file is only read"
    if layouts.get(content.table.name) == "transposed":
        return (
            "each column is a record here: copy the tab by hand, or turn the table (copy it and"
            " paste it transposed), and it is carried over from then on"
        )
    if layouts.get(content.table.name) == "period-blocks":
        return (
            "each cycle has columns of its own here: add those of"
            f" {content.following.name} beside them"
        )
    if any((content.table.key, number) in content.okrs.unclear for number in content.carried):
        return "two of its rows cannot be told apart: give each an id or another wording"
    return None


def _tab_label(content: RowContents) -> str | None:
    """The text that names the cycle for the whole tab: its name or a part of it, or a cell
    above its table.
    """
    named = period_in(content.table.name, content.parse)
    if named is not None:
        return named[0] if same_span(named[1], content.cycle) else None
    for row in content.table.rows:
        if content.header_row is None or row.number >= content.header_row:
            break
        for value in row.values:
            heading = period_in_heading(text_of(value), content.parse)
            if heading is not None and same_span(heading[1], content.cycle):
                return heading[0]
    return None
