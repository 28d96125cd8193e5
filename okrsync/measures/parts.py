"""What an item is made of, and the days it runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from okrsync.measures.result import Measure
from okrsync.measures.rollup import weighted_mean
from okrsync.measures.rules import Rules
from okrsync.model.okrs import Cycle, KeyResult, Objective

__all__ = ["confidence_of", "parts_of", "period_of"]

_PLAIN = Rules()


def period_of(item: KeyResult | Objective, cycle: Cycle) -> tuple[date, date]:
    """The first and last day of an item: its own dates, else those of its own cycle, else of the
    given one (a key result's is its objective's).

    A start after the item's own end cannot be meant; the cycle's stands in for it.
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


def confidence_of(
    objective: Objective, measures: Sequence[Measure], weights: Sequence[Decimal]
) -> Decimal | None:
    """The typed confidence, else the mean of the confidences below by their weights."""
    if objective.confidence is not None:
        return objective.confidence
    below = [m.confidence for m in measures]
    return (
        weighted_mean(list(zip(below, weights, strict=True)), _PLAIN)
        if any(one is not None for one in below)
        else None
    )
