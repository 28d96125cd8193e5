"""Compares the cycles of a place's OKRs with the configured cycle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from okrsync.init.looking import Times
from okrsync.model.cycles import resolve_cycle
from okrsync.model.errors import ConfigError
from okrsync.model.okrs import Cycle, KeyResult, Objective
from okrsync.model.scope import split_by_cycle

__all__ = ["Fit", "cycle_fit", "setting_for"]


@dataclass(frozen=True, slots=True)
class Fit:
    """The numbers of items inside and outside the configured cycle, and the cycle of most of the
    others (the latest, if several are equally frequent); None where none is outside.
    """

    cycle: Cycle
    inside: int
    outside: int
    others: Cycle | None

    @property
    def is_mostly_outside(self) -> bool:
        return self.outside > self.inside


def cycle_fit(objectives: Iterable[Objective], times: Times) -> Fit:
    """Compare the cycles of items with the configured cycle."""
    inside, outside = split_by_cycle(objectives, times.cycle)
    outside_items = _items(outside)
    counts: Counter[Cycle] = Counter()
    for item in outside_items:
        cycle = _cycle_of(item, times)
        if cycle is not None:
            counts[cycle] += 1
    most = max(counts.values(), default=0)
    others = max((cycle for cycle, count in counts.items() if count == most), default=None)
    return Fit(times.cycle, len(_items(inside)), len(outside_items), others)


def setting_for(cycle: Cycle, times: Times) -> str | dict[str, date]:
    """The config's value for a cycle: its name if that means exactly these days, otherwise its
    first and last day.
    """
    try:
        named = resolve_cycle(cycle.name, times.today, times.fiscal_year_start)
    except ConfigError:
        named = None
    if named is not None and (named.start, named.end) == (cycle.start, cycle.end):
        return cycle.name
    return {"start": cycle.start, "end": cycle.end}


def _items(objectives: Iterable[Objective]) -> list[KeyResult | Objective]:
    items: list[KeyResult | Objective] = []
    for objective in objectives:
        items.extend(objective.key_results or (objective,))
    return items


def _cycle_of(item: KeyResult | Objective, times: Times) -> Cycle | None:
    """The item's own cycle, otherwise the quarter in which it is due or starts."""
    if item.cycle is not None:
        return item.cycle
    day = item.due or item.start
    return None if day is None else resolve_cycle("auto", day, times.fiscal_year_start)
