"""The items of a cycle that is closed: those it names, those that lie in it by their dates, and
those that were last placed in it. Values that came too late for it are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from msgspec.structs import replace

from okrsync.model.errors import ConfigError
from okrsync.model.okrs import Cycle, KeyResult, LedgerEntry, Objective
from okrsync.model.tree import Tree
from okrsync.plan.placing import Placement

__all__ = ["chosen_cycle", "cycles_of", "ended_by", "items_of", "same_span", "with_seen"]

_Item = TypeVar("_Item", KeyResult, Objective)


def same_span(cycle: Cycle | None, other: Cycle) -> bool:
    """Whether two cycles have the same first and last day, whatever they are called."""
    return cycle is not None and (cycle.start, cycle.end) == (other.start, other.end)


def cycles_of(cycles: Iterable[Cycle | None]) -> list[Cycle]:
    """The cycles that items lie in, each span once, by its last day."""
    spans = {(each.end, each.start): each for each in cycles if each is not None}
    return [spans[span] for span in sorted(spans)]


def chosen_cycle(
    named: str | None,
    cycles: Sequence[Cycle],
    closed: Sequence[Cycle],
    today: date,
    parse: Callable[[str], Cycle | None],
) -> Cycle | None:
    """The cycle to close: the one that is named, else the last one that ended. None where that one
    is closed already.

    Raises `ConfigError` where no cycle is meant, or more than one.
    """
    if named is not None:
        return _named_cycle(named, cycles, today, parse)
    ended = [cycle for cycle in cycles if cycle.end < today]
    if not ended:
        running = [cycle for cycle in cycles if cycle.start <= today <= cycle.end]
        if not running:
            raise ConfigError(
                "no cycle has ended yet", hint="`okrsync show` says which cycle runs."
            )
        last = running[0]
        raise ConfigError(
            f"no cycle has ended yet: {last.name} runs until {last.end.isoformat()}",
            hint=f"To end it before its time, name it: okrsync close {_quoted(last.name)}",
        )
    last = ended[-1]
    return None if any(same_span(each, last) for each in closed) else last


def _named_cycle(
    named: str,
    cycles: Sequence[Cycle],
    today: date,
    parse: Callable[[str], Cycle | None],
) -> Cycle:
    alike = [cycle for cycle in cycles if cycle.name.casefold() == named.strip().casefold()]
    if len(alike) > 1:
        spans = " and ".join(f"{each.start.isoformat()}/{each.end.isoformat()}" for each in alike)
        raise ConfigError(
            f"two cycles are called {named!r}: {spans}",
            hint=f"Name its days: okrsync close {alike[-1].start}/{alike[-1].end}",
        )
    cycle = alike[0] if alike else parse(named)
    if cycle is None:
        first, _, last = named.partition("/")
        if _is_day(first) and _is_day(last) and last.strip() < first.strip():
            raise ConfigError(
                f"the cycle {named!r} ends before it begins", hint="Swap the two days."
            )
        known = ", ".join(each.name for each in cycles) or "none"
        raise ConfigError(
            f"{named!r} is not a cycle", hint=f"There are: {known}. Write 2026-Q4, or two days."
        )
    if cycle.start > today:
        raise ConfigError(
            f"{cycle.name} has not begun: it starts on {cycle.start.isoformat()}",
            hint="Close a cycle that runs or has ended.",
        )
    return next((each for each in cycles if same_span(each, cycle)), cycle)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def items_of(
    objectives: Iterable[Objective], placements: Mapping[str, Placement], cycle: Cycle
) -> tuple[Objective, ...]:
    """The objectives of a source that have something in the cycle, each with its key results of
    that cycle only.
    """

    def is_inside(item: KeyResult | Objective) -> bool:
        placement = placements.get(item.key)
        return placement is not None and same_span(placement.cycle, cycle)

    chosen = []
    for objective in objectives:
        results = tuple(result for result in objective.key_results if is_inside(result))
        if results:
            chosen.append(replace(objective, key_results=results))
        elif not objective.key_results and is_inside(objective):
            chosen.append(objective)
    return tuple(chosen)


def ended_by(tree: Tree, cycle: Cycle, ending: Cycle) -> Tree:
    """The tree with `ending` as the cycle of all items of `cycle`."""

    def ended(item: _Item) -> _Item:
        return replace(item, cycle=ending) if same_span(item.cycle, cycle) else item

    return replace(
        tree,
        objectives={
            id_: replace(ended(objective), key_results=tuple(map(ended, objective.key_results)))
            for id_, objective in tree.objectives.items()
        },
    )


def with_seen(
    objectives: Iterable[Objective],
    history: Callable[[KeyResult], Sequence[LedgerEntry]],
    until: date,
) -> tuple[Objective, ...]:
    """The objectives with the values they had at the end of the day `until`. `history` is what was
    seen of a key result, oldest day first; one that has not changed since keeps its numbers.
    """

    def as_seen(result: KeyResult) -> KeyResult:
        days = history(result)
        entry = next((seen for seen in reversed(days) if seen.day <= until), None)
        if entry is None or entry.day == days[-1].day:
            return result
        return replace(
            result,
            current=entry.current,
            checked_in=entry.checked_in,
            confidence=entry.confidence,
        )

    return tuple(
        replace(objective, key_results=tuple(map(as_seen, objective.key_results)))
        for objective in objectives
    )
