"""Key results that state the same stand the same: what each states, to measure it only once."""

from __future__ import annotations

from okrsync.model.okrs import KeyResult, Kind, Objective

__all__ = ["numbers_stated"]


def numbers_stated(kr: KeyResult, objective: Objective) -> tuple[object, ...] | None:
    """Everything that the measure of a key result in `objective` rests on, beside its cycle. None
    for one that has something of its own: other days, a plan, limits, a cell to look at, or
    something typed in place of numbers.
    """
    direction = kr.direction
    if (
        kr.kind is not Kind.METRIC
        or kr.current is None
        or (direction is not None and direction.is_guard_rail)
        or not kr.checked_in_known
        or kr.given_progress is not None
        or kr.given_status is not None
        or kr.given_score is not None
        or kr.plan
        or kr.unclear
        or kr.start is not None
        or kr.due is not None
        or kr.set_aside is not None
        or objective.set_aside is not None
    ):
        return None
    return (
        kr.origin.source,
        kr.baseline,
        kr.target,
        kr.target_high,
        kr.stretch,
        kr.current,
        kr.milestones,
        direction,
        kr.confidence,
        kr.commitment,
        kr.checked_in,
    )
