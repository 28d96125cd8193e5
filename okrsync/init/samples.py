"""A few rows as they are read and measured, so that people can see at a glance if this is right."""

from __future__ import annotations

from dataclasses import dataclass

from okrsync.init.looking import Look
from okrsync.measures import Measure, measure
from okrsync.measures.rules import CheckIns, Rules
from okrsync.model.okrs import KeyResult, Objective
from okrsync.model.scope import split_by_cycle
from okrsync.model.tree import join

__all__ = ["Sample", "samples"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One item with its objective (None for an objective itself) and its measure."""

    item: KeyResult | Objective
    above: Objective | None
    measure: Measure


def samples(look: Look, most: int = 3) -> tuple[Sample, ...]:
    """The items of today's cycle with the most facts, otherwise those of other cycles, in reading
    order. Objectives are used only if there are no key results.
    """
    inside, outside = split_by_cycle(look.okrs.objectives, look.times.cycle)
    return _of(inside, look, most) or _of(outside, look, most)


def _of(objectives: tuple[Objective, ...], look: Look, most: int) -> tuple[Sample, ...]:
    tree = join(objectives, {})
    measures = measure(
        tree,
        Rules(),
        as_of=look.times.today,
        cycle=look.times.cycle,
        checkins={"": CheckIns()},
        seen={},
    ).items
    above = {
        result.id: objective
        for objective in tree.objectives.values()
        for result in objective.key_results
    }
    results = [result for objective in tree.objectives.values() for result in objective.key_results]
    items: list[KeyResult | Objective] = [*results] or [*tree.objectives.values()]
    chosen = sorted(range(len(items)), key=lambda index: (-_facts(items[index]), index))[:most]
    chosen.sort(
        key=lambda index: (items[index].origin.table, items[index].origin.row.number, index)
    )
    return tuple(
        Sample(items[index], above.get(items[index].id), measures[items[index].id])
        for index in chosen
    )


def _facts(item: KeyResult | Objective) -> int:
    """The number of important facts that an item states."""
    facts: list[object] = [item.owner, item.checked_in, item.due, item.given_progress]
    if isinstance(item, KeyResult):
        facts += [item.baseline, item.current, item.target]
    return sum(fact is not None for fact in facts)
