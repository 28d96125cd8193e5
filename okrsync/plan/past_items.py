"""The items of a cycle that ended whose rows hold something else by now: people go on in the same
row with a new target, or type the next cycle over the last one.

Their cycle keeps them as okrsync last saw them there, so that its summary, its retrospective and
whatever else shows the cycle before do not change with the next one. They are never written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from okrsync.model.okrs import KeyResult, LedgerEntry, Objective
from okrsync.plan.placing import Placement

__all__ = ["moved_on", "saw", "still_past", "with_past_items"]

_Item = TypeVar("_Item", KeyResult, Objective)


def moved_on(
    before: Callable[[], Iterable[Objective]],
    remembered: Mapping[str, Placement],
    placements: Mapping[str, Placement],
    predecessors: Mapping[str, Sequence[str]],
    is_kept: Callable[[Placement], bool],
    known: Iterable[Objective],
) -> tuple[Objective, ...]:
    """The items of a source that were in a cycle which ended, and whose rows have moved on since:
    each as an item of that cycle. `before` returns the OKRs of the run before, and `remembered` are
    their placements; `predecessors` say by the key of a new item what its row held; `is_kept` says
    whether the cycle of an item ended and is still shown; those that are `known` are left out.

    A row that a person deleted has not moved on, and neither has one with days of its own: it goes
    on when these are put off.
    """
    kept = {
        key: placement
        for key, placement in remembered.items()
        if placement.how != "dates" and is_kept(placement)
    }
    used_again = {
        key
        for new, keys in predecessors.items()
        if new in placements
        for key in keys
        if key in kept and placements[new].cycle.start > kept[key].cycle.end
    }
    moved = {
        key: placement
        for key, placement in kept.items()
        if (
            placements[key].cycle.start > placement.cycle.end
            if key in placements
            else key in used_again
        )
    }
    for objective in known:
        items: tuple[KeyResult | Objective, ...] = (objective, *objective.key_results)
        for item in items:
            if item.key in moved and moved[item.key].cycle == item.cycle:
                del moved[item.key]
    return _as_past(before(), moved) if moved else ()


def still_past(
    objectives: Iterable[Objective],
    placements: Mapping[str, Placement],
    is_kept: Callable[[Placement], bool],
) -> tuple[Objective, ...]:
    """Those of the past items that count on: their cycle is still shown, and nobody has put them
    back into it. `placements` are those of the items that stand in the source.
    """

    def counts(item: KeyResult | Objective) -> bool:
        if item.cycle is None or not is_kept(Placement(item.cycle, "named", item.cycle.start)):
            return False
        now = placements.get(item.key)
        return now is None or now.cycle.start > item.cycle.end

    chosen = []
    for objective in objectives:
        results = tuple(filter(counts, objective.key_results))
        if results or (not objective.key_results and counts(objective)):
            chosen.append(replace(objective, key_results=results))
    return tuple(chosen)


def with_past_items(
    objectives: Iterable[Objective], past: Iterable[Objective]
) -> tuple[Objective, ...]:
    """The objectives of a cycle together with its past items: under the objective that they had,
    where that is still in the cycle.
    """
    together = {objective.id: objective for objective in objectives}
    # One that was typed over has another id than the one whose words it keeps.
    by_words = {_words(objective): objective.id for objective in together.values()}
    taken = {result.id for each in together.values() for result in each.key_results}
    for objective in past:
        results = [result for result in objective.key_results if result.id not in taken]
        taken |= {result.id for result in results}
        id_ = objective.id if objective.id in together else by_words.get(_words(objective), "")
        if there := together.get(id_):
            both = sorted((*there.key_results, *results), key=lambda each: each.origin.row.number)
            together[there.id] = replace(there, key_results=tuple(both))
        elif results or not objective.key_results:
            together[objective.id] = replace(objective, key_results=tuple(results))
    return tuple(together.values())


def saw(item: KeyResult | Objective, entry: LedgerEntry) -> bool:
    """Whether an entry of the ledger is about a past item, and not about how its row went on."""
    numbers = item if isinstance(item, KeyResult) else item.numbers
    if item.cycle is None or entry.seen_on <= item.cycle.end or numbers is None:
        return True
    return (numbers.baseline, numbers.target, numbers.current) == (
        entry.baseline,
        entry.target,
        entry.current,
    )


def _as_past(
    objectives: Iterable[Objective], placements: Mapping[str, Placement]
) -> tuple[Objective, ...]:
    """The objectives that are placed or hold key results that are, without any others."""
    chosen = []
    for objective in objectives:
        results = tuple(
            _in_the_past(result, placements[result.key])
            for result in objective.key_results
            if result.key in placements
        )
        if results:
            above = replace(objective, key_results=results)
            chosen.append(_in_the_past(above, placements[results[0].key]))
        elif not objective.key_results and objective.key in placements:
            chosen.append(_in_the_past(objective, placements[objective.key]))
    return tuple(chosen)


def _in_the_past(item: _Item, placement: Placement) -> _Item:
    return replace(
        item,
        cycle=placement.cycle,
        cycle_from=placement.how,
        origin=replace(item.origin, is_stand_in=True),
    )


def _words(objective: Objective) -> tuple[str, str, str]:
    return objective.origin.source, objective.origin.table_key, objective.title
