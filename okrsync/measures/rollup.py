"""Rollup: combines parts into a whole, by weight, whether or not all have data."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from okrsync.measures.rules import Rules
from okrsync.model.okrs import Status

__all__ = ["WORST_FIRST", "mean_status", "rank", "weighted_mean", "worst"]

_ZERO, _HUNDRED = Decimal(0), Decimal(100)

WORST_FIRST = (
    Status.MISSED,
    Status.OFF_TRACK,
    Status.STALE,
    Status.AT_RISK,
    Status.NOT_STARTED,
    Status.ON_TRACK,
    Status.ACHIEVED,
)
"""Statuses from worst to best. `no-data` is not among them: it counts only when nothing is
reported.
"""

_RANK = {status: rank for rank, status in enumerate(WORST_FIRST)}


def weighted_mean(parts: Sequence[tuple[Decimal | None, Decimal]], rules: Rules) -> Decimal | None:
    """The mean progress of the parts by their weights; None where no part has data, unless missing
    data counts as 0. A part is its progress, None without data, and its weight, not negative.

    Parts of 1 (weight 40) and 0.4 (weight 60) come to 0.64. A part without data is left out, or
    counts as 0 when `missing = "zero"`; a part of weight 0 is left out. Where all weights are 0
    every part counts the same, or the whole is 0 when `zero_weights = "zero"`. With
    `weights = "of-100"` the first of the two parts alone comes to 0.4.
    """
    total = weights = _ZERO
    reported = False
    for progress, weight in parts:
        if progress is None:
            if rules.missing == "zero":
                weights += weight
            continue
        reported = True
        total += progress * weight
        weights += weight
    if not reported:
        return _ZERO if parts and rules.missing == "zero" else None
    if weights:
        # Weights that add up to more than 100 are their own whole: a mean never exceeds its parts.
        return total / (max(weights, _HUNDRED) if rules.weights == "of-100" else weights)
    if any(weight for _, weight in parts):
        return None
    if rules.zero_weights == "zero":
        return _ZERO
    shares = [
        progress or _ZERO
        for progress, _ in parts
        if progress is not None or rules.missing == "zero"
    ]
    return sum(shares, _ZERO) / len(shares)


def worst(statuses: Sequence[Status]) -> Status:
    """The worst status other than `no-data`; `no-data` if there is no other."""
    present = set(statuses)
    for status in WORST_FIRST:
        if status in present:
            return status
    return Status.NO_DATA


def rank(status: Status) -> int:
    """The rank of a status, 0 being the worst; `no-data` ranks after the best."""
    return _RANK.get(status, len(WORST_FIRST))


def mean_status(statuses: Sequence[Status]) -> Status:
    """The status at the mean of the ranks, `no-data` aside, with halves rounded to the worse one;
    `no-data` if there is no other status.
    """
    ranked = [_RANK[status] for status in statuses if status is not Status.NO_DATA]
    if not ranked:
        return Status.NO_DATA
    return WORST_FIRST[(2 * sum(ranked) + len(ranked) - 1) // (2 * len(ranked))]
