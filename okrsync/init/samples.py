"""A few rows as they are understood and measured, for people to see at a glance whether it is
right.
"""

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
    """One item with the objective above it (None for an objective) and how it stands."""

    item: KeyResult | Objective
    above: Objective | None
    measure: Measure


def samples(look: Look, most: int = 3) -> tuple[Sample, ...]:
    """The items of today's cycle that tell the most, else those of other cycles, in reading order;
    key results before objectives.
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
    """How many of the facts that matter an item states."""
    facts: list[object] = [item.owner, item.checked_in, item.due, item.given_progress]
    if isinstance(item, KeyResult):
        facts += [item.baseline, item.current, item.target]
    return sum(fact is not None for fact in facts)
