"""What a close carries over: which items are unfinished, which of them stand in the next cycle
already, and which arrived there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from okrsync.connector import State
from okrsync.mapping import Okrs
from okrsync.mapping.rows.identity import bare_title
from okrsync.measures.result import Measure
from okrsync.model.okrs import Cycle, KeyResult, Objective, Status
from okrsync.model.tree import Tree
from okrsync.plan.closing.carried import CarriedItem
from okrsync.plan.closing.reread import named_items
from okrsync.plan.plan import Change, SourcePlan

__all__ = ["arrived", "not_yet_there", "refused", "unfinished_of"]


def unfinished_of(
    objectives: Sequence[Objective], measures: Mapping[str, Measure], tree: Tree
) -> tuple[Objective, ...]:
    """What is carried over: key results that are neither achieved nor set aside, with their
    objectives and those above; an objective that nothing hangs under as if it were a key result.
    """

    def is_unfinished(item: KeyResult | Objective) -> bool:
        measure = measures.get(item.id)
        return (
            measure is not None
            and measure.status is not Status.ACHIEVED
            and measure.set_aside is None
            and item.set_aside is None
        )

    carried: dict[str, Objective] = {}
    for objective in objectives:
        results = tuple(filter(is_unfinished, objective.key_results))
        is_leaf = not objective.key_results and objective.id not in tree.children
        if objective.set_aside is None and (results or (is_leaf and is_unfinished(objective))):
            carried[objective.id] = replace(objective, key_results=results)
    above = {id_ for each in carried for id_ in _ancestors(each, tree) if id_ not in carried}
    return tuple(
        carried.get(objective.id, objective)
        for objective in objectives
        if objective.id in carried or (objective.id in above and not objective.key_results)
    )


def _ancestors(id_: str, tree: Tree) -> Iterator[str]:
    parent = tree.parents.get(id_)
    while parent is not None:
        yield parent
        parent = tree.parents.get(parent)


def not_yet_there(
    unfinished: Sequence[Objective], okrs: Okrs, following: Cycle
) -> tuple[Objective, ...]:
    """Without the items that stand in the next cycle already, by their titles."""
    present = named_items(okrs.objectives, following)
    wanted = []
    for objective in unfinished:
        above = "" if objective.implied else bare_title(objective.title)
        results = tuple(
            result
            for result in objective.key_results
            if not present[above, bare_title(result.title)]
        )
        if results or (not objective.key_results and not present[above, None]):
            wanted.append(replace(objective, key_results=results))
    return tuple(wanted)


def refused(plan: SourcePlan) -> tuple[Change, ...]:
    """The new rows and tabs of a plan that are not there, once it was carried out."""
    return tuple(
        change
        for change in plan.changes
        if change.field in ("inserted-row", "tab")
        and change.outcome not in (State.WRITTEN, State.UNCHANGED)
    )


def arrived(items: Sequence[CarriedItem], plan: SourcePlan) -> list[CarriedItem]:
    """The items of a source whose new row or tab is there, once its plan was carried out."""
    missing = refused(plan)
    tabs = {change.after for change in missing if change.field == "tab"}
    # A row may stand for an objective and a key result.
    titles = {
        title
        for change in missing
        if change.field == "inserted-row"
        for title in str(change.after).split(" / ")
    }
    return [
        item
        for item in items
        if item.into not in tabs and (item.title or item.objective) not in titles
    ]
