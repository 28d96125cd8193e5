"""What an item is made of, and the days it runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from okrsync.measures.result import Measure
from okrsync.measures.rollup import weighted_mean, worst
from okrsync.measures.rules import Rules
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle, KeyResult, Objective, Status
from okrsync.model.tree import Shared, Tree

__all__ = [
    "UNANSWERED",
    "WeightedParts",
    "confidence_of",
    "first_with_status",
    "home_share",
    "parts_of",
    "period_of",
    "shared_weight",
    "statuses_of",
    "weighted_parts",
]

UNANSWERED = "unanswered"
"""The rule of an item whose time is over, and of which a person typed only how it stood before."""

_MIXED = ("both", "key-results-as-one")
_ONE = Decimal(1)
_PLAIN = Rules.model_construct()


def period_of(item: KeyResult | Objective, cycle: Cycle) -> tuple[date, date]:
    """The first and last day of an item: its own dates, else those of its own cycle, else those of
    `cycle` (for a key result, the cycle of its objective).

    A start after the item's own end is a mistake; the start of the cycle is used instead.
    """
    within = item.cycle or cycle
    start, due = item.start or within.start, item.due or within.end
    return (
        within.start if item.start is not None and item.due is not None and start > due else start
    ), due


def parts_of(
    objective: Objective, children: Sequence[Objective], rules: Rules
) -> tuple[bool, bool]:
    """Whether an objective is made of its key results, and whether of its children, under the
    rules.
    """
    has_key_results, has_children = bool(objective.key_results), bool(children)
    match rules.rollup:
        case "key-results":
            return has_key_results, has_children and not has_key_results
        case "children":
            return has_key_results and not has_children, has_children
    return has_key_results, has_children


class WeightedParts(Frozen, frozen=True):
    """What an objective is made of, with weights; its own and shared key results come first."""

    weighted: tuple[tuple[KeyResult | Objective, Decimal], ...]
    from_key_results: bool
    from_children: bool


def weighted_parts(tree: Tree, objective: Objective, rules: Rules) -> WeightedParts:
    """The parts of an objective under the rules, set-aside ones among them; none where it has
    neither key results nor children.
    """
    below = tree.children.get(objective.id)
    children = [tree.objectives[id_] for id_ in below] if below else ()
    shared = tree.shared.get(objective.id, ())
    from_key_results, from_children = parts_of(objective, children, rules)
    if shared and not from_key_results and rules.rollup != "children":
        from_key_results, from_children = True, from_children and rules.rollup in _MIXED
    weighted: list[tuple[KeyResult | Objective, Decimal]] = []
    if from_key_results:
        weighted += [
            (kr, kr.weight * home_share(kr) if kr.serves else kr.weight)
            for kr in objective.key_results
        ]
        weighted += [(each.key_result, shared_weight(each)) for each in shared]
    if from_children:
        weighted += [(child, child.weight) for child in children]
    return WeightedParts(tuple(weighted), from_key_results, from_children)


def confidence_of(
    objective: Objective, measures: Sequence[Measure], weights: Sequence[Decimal]
) -> Decimal | None:
    """The typed confidence, else the mean of the confidences below by their weights."""
    if objective.confidence is not None:
        return objective.confidence
    below = [m.confidence for m in measures]
    return (
        weighted_mean(list(zip(below, weights, strict=True)), _PLAIN)
        if any(confidence is not None for confidence in below)
        else None
    )


def home_share(key_result: KeyResult) -> Decimal:
    """The share of a key result that counts in the objective it belongs to."""
    share = key_result.serves[0].share if key_result.serves else None
    return _ONE if share is None else share


def shared_weight(shared: Shared) -> Decimal:
    """The weight of a key result in another objective that it serves."""
    share = _ONE if shared.share is None else shared.share
    return shared.key_result.weight * share


def first_with_status(
    status: Status,
    parts: Sequence[KeyResult | Objective],
    measures: Sequence[Measure],
    weights: Sequence[Decimal],
) -> str | None:
    """The title of the first part that counts and has this status."""
    none_counts = not any(weights)
    for part, m, weight in zip(parts, measures, weights, strict=True):
        if (weight or none_counts) and _status_in_parent(part, m) is status:
            return part.title
    return None


def statuses_of(parts: Sequence[tuple[KeyResult | Objective, Measure]]) -> list[Status]:
    """The status by which each part counts in its objective.

    What a person typed while a part ran is no answer about its end, and the part has no data then.
    Beside parts that were achieved, its objective is not achieved: it was not the day before.
    """
    statuses = [measure.status for _, measure in parts]
    if not any(UNANSWERED in measure.rules for _, measure in parts):
        return statuses
    if worst(statuses) is Status.NO_DATA:
        return statuses
    return [_status_in_parent(part, measure) for part, measure in parts]


def _status_in_parent(part: KeyResult | Objective, measure: Measure) -> Status:
    if UNANSWERED not in measure.rules:
        return measure.status
    return worst((part.given_status or Status.STALE, Status.STALE))
