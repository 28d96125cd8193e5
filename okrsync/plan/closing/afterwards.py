"""What a close means for later runs: rows of a closed cycle keep their last answers, and carried
items say where they come from until their first check-in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from okrsync.measures.result import Measure
from okrsync.model.okrs import Cycle, KeyResult, Objective
from okrsync.plan.closing.items import same_span
from okrsync.plan.placing import Placement

__all__ = ["Carried", "carried_note", "closed_ids", "told_origin"]


def carried_note(cycle: str) -> str:
    """How the note of an item that was carried over from a cycle begins until its first
    check-in.
    """
    return f"Carried over from {cycle}."


class Carried(Protocol):
    """An item that was carried over: its bare titles, and the cycles it comes from and stands
    in.
    """

    @property
    def objective(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def cycle(self) -> str: ...


def closed_ids(
    objectives: Iterable[Objective],
    placements: Mapping[str, Mapping[str, Placement]],
    closed: Collection[Cycle],
) -> frozenset[str]:
    """The ids of the items that lie in a closed cycle. Their answers are the last ones."""
    if not closed:
        return frozenset()

    def is_closed(item: KeyResult | Objective) -> bool:
        placement = placements.get(item.origin.source, {}).get(item.key)
        return placement is not None and any(same_span(each, placement.cycle) for each in closed)

    ids: set[str] = set()
    for objective in objectives:
        results = [result.id for result in objective.key_results if is_closed(result)]
        ids.update(results)
        is_whole = bool(results) and len(results) == len(objective.key_results)
        if is_whole or (not objective.key_results and is_closed(objective)):
            ids.add(objective.id)
    return frozenset(ids)


def told_origin(
    objectives: Iterable[Objective],
    measures: Mapping[str, Measure],
    carried: Mapping[str, Sequence[Carried]],
) -> Mapping[str, Measure]:
    """The measures, with the origin of carried items in their reasons until the first check-in.
    `carried` is by source.
    """
    if not any(carried.values()):
        return measures
    # Imported here: few items were carried over.
    from okrsync.mapping.rows.identity import bare_title

    origins = {
        (source, each.cycle, each.objective, each.title): each.origin
        for source, items in carried.items()
        for each in items
    }
    with_origins = dict(measures)
    for objective in objectives:
        above = bare_title(objective.title)
        items: tuple[KeyResult | Objective, ...] = (objective, *objective.key_results)
        for item in items:
            cycle = item.cycle or objective.cycle
            title = bare_title(item.title) if isinstance(item, KeyResult) else ""
            name = "" if cycle is None else cycle.name
            origin = origins.get((objective.source, name, above, title))
            if origin is not None and item.id in with_origins and not _is_checked_in(item):
                reason = f"{carried_note(origin)} {with_origins[item.id].reason}"
                with_origins[item.id] = with_origins[item.id]._replace(reason=reason)
    return with_origins


def _is_checked_in(item: KeyResult | Objective) -> bool:
    if isinstance(item, Objective):
        return item.checked_in is not None or any(map(_is_checked_in, item.key_results))
    if item.checked_in_known:
        return item.checked_in is not None
    has_begun = item.milestones is not None and item.milestones[0] > 0
    return has_begun or (item.current is not None and item.milestones is None)
