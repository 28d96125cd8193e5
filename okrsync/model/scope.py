"""Selects the items that belong to the configured cycle.

An item belongs to the cycle if its own cycle, else its own dates, overlap it; an item with neither
belongs to every cycle. Items of other cycles are read and counted, but neither rolled up nor
written: their rows keep the answers they had when their cycle ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from msgspec.structs import replace

from okrsync.model.okrs import Cycle, KeyResult, Objective, Warning_

__all__ = ["namesakes", "split_by_cycle", "split_ended"]


def split_by_cycle(
    objectives: Iterable[Objective], cycle: Cycle
) -> tuple[tuple[Objective, ...], tuple[Objective, ...]]:
    """The objectives inside the cycle and those outside, each with the key results that belong
    there.

    An objective with key results on both sides is on both. An objective without a cycle of its own
    goes where its key results are, and is on each side in the latest cycle of those there; one that
    has a cycle stands in elsewhere for key results that name another one.
    """
    inside: list[Objective] = []
    outside: list[Objective] = []
    for objective in objectives:
        if not _touches(objective, cycle):
            here, elsewhere = _stand_in(objective, cycle)
            inside += [] if here is None else [here]
            outside.append(elsewhere)
            continue
        within = tuple([each for each in objective.key_results if _touches(each, cycle)])
        if len(within) == len(objective.key_results):
            inside.append(_in_latest_cycle(objective))
            continue
        beyond = tuple(
            key_result for key_result in objective.key_results if not _touches(key_result, cycle)
        )
        if within or _tells_time(objective):
            inside.append(_in_latest_cycle(replace(objective, key_results=within)))
        outside.append(replace(objective, key_results=beyond))
    return tuple(inside), tuple(outside)


def _stand_in(objective: Objective, cycle: Cycle) -> tuple[Objective | None, Objective]:
    """The objective of another cycle above those of its key results that name this one, None where
    none does; and the objective as it is in its own cycle, with the others.
    """
    named: list[KeyResult] = []
    others: list[KeyResult] = []
    for result in objective.key_results:
        is_here = result.cycle is not None and _touches(result, cycle)
        (named if is_here else others).append(result)
    if not named:
        return None, objective
    here = replace(
        objective,
        cycle=None,
        start=None,
        due=None,
        key_results=tuple(named),
        origin=replace(objective.origin, is_stand_in=True),
    )
    return _in_latest_cycle(here), replace(objective, key_results=tuple(others))


def _touches(item: KeyResult | Objective, cycle: Cycle) -> bool:
    if "cycle" in item.unclear:
        return False  # a period that cannot be read does not count as now
    if item.cycle is not None:
        return item.cycle.overlaps(cycle)
    # An open end reaches for ever: an item with a start only goes on until somebody ends it.
    start = item.start or date.min
    due = item.due or date.max
    return start <= cycle.end and cycle.start <= due


def _tells_time(item: KeyResult | Objective) -> bool:
    # A start alone says nothing about the end.
    return item.cycle is not None or item.due is not None


def _in_latest_cycle(objective: Objective) -> Objective:
    """The objective in the latest cycle of its key results, else from the first of their days to
    the last, where it has no time of its own.
    """
    if _tells_time(objective):
        return objective
    results = objective.key_results
    latest = max(
        (result for result in results if result.cycle is not None),
        key=lambda result: result.cycle.end if result.cycle is not None else date.min,
        default=None,
    )
    if latest is not None:
        return replace(objective, cycle=latest.cycle, cycle_from=latest.cycle_from)
    starts = [result.start for result in results if result.start is not None]
    dues = [result.due for result in results if result.due is not None]
    if not dues or not len(starts) == len(dues) == len(results):
        return objective
    return replace(objective, start=objective.start or min(starts), due=max(dues))


def split_ended(
    objectives: Iterable[Objective], is_kept: Callable[[KeyResult | Objective], bool]
) -> tuple[tuple[Objective, ...], tuple[Objective, ...]]:
    """The objectives that stay beside the running ones, and the rest, each with the key results
    that belong there.
    """
    ended: list[Objective] = []
    rest: list[Objective] = []
    for objective in objectives:
        results = objective.key_results
        kept = tuple(result for result in results if is_kept(result))
        beyond = tuple(result for result in results if not is_kept(result))
        is_ended = bool(kept) or (not results and is_kept(objective))
        if is_ended:
            above = replace(objective, key_results=kept) if beyond else objective
            ended.append(_in_latest_cycle(above))
        if beyond or not is_ended:
            rest.append(replace(objective, key_results=beyond) if kept else objective)
    return tuple(ended), tuple(rest)


def namesakes(objectives: Iterable[Objective]) -> Iterator[Warning_]:
    """A warning for every cycle that has the name of another one with other days, such as a fiscal
    and a calendar `2026-Q1`: at its first item.
    """
    seen: dict[str, dict[tuple[date, date], Objective | KeyResult]] = {}
    last: Cycle | None = None
    for objective in objectives:
        items: tuple[Objective | KeyResult, ...] = (objective, *objective.key_results)
        for item in items:
            # Most items share one cycle.
            if item.cycle is not None and item.cycle is not last:
                last = item.cycle
                days = (item.cycle.start, item.cycle.end)
                seen.setdefault(item.cycle.name, {}).setdefault(days, item)
    for name, by_days in seen.items():
        (first_days, first), *others = by_days.items()
        for days, item in others:
            yield Warning_(
                "cycles-alike",
                item.origin.source,
                item.origin.cell("cycle") or item.origin.title_cell,
                f"{name} is {days[0]} to {days[1]} here, and {first_days[0]} to {first_days[1]} at"
                f" {first.origin.source}: {first.origin.cell('cycle') or first.origin.title_cell};"
                " two cycles of one name are easily mixed up: write one of them with its two days",
            )
