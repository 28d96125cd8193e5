"""Pace: the progress the calendar expects of an item, and how its progress compares with it."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from okrsync.measures.rules import Rules
from okrsync.model.okrs import Status

__all__ = ["elapsed", "expected", "is_ahead", "pace_status", "planned"]

_ZERO, _ONE = Decimal(0), Decimal(1)
_A_POINT = Decimal("0.01")


def elapsed(start: date, end: date, as_of: date, rules: Rules) -> Decimal:
    """The share of the days from start to end, both included, that have begun, today included: on
    15 April, 1 to 30 April is 15 / 30 = 0.5.

    With `elapsed = "days-done"` today does not count; with `"between-days"` the first day is 0 and
    the last is 1, so that 15 April is 14 / 29. From 0 to 1; where the end lies before the start, 1
    from the start on.
    """
    return _elapsed(start, end, as_of, rules.elapsed)


# The items of a company share a few periods and days.
@lru_cache(maxsize=4_096)
def _elapsed(start: date, end: date, as_of: date, counted: str) -> Decimal:
    days = (end - start).days + 1
    if days <= 0:
        return _ONE if as_of >= start else _ZERO
    # A period of one day has no way between its first day and its last.
    if counted == "between-days" and days > 1:
        return Decimal(max(0, min((as_of - start).days, days - 1))) / (days - 1)
    begun = (as_of - start).days + (counted != "days-done")
    return Decimal(max(0, min(begun, days))) / days


def expected(start: date, end: date, as_of: date, rules: Rules) -> Decimal:
    """The progress an item should have by now: what is planned for the elapsed share.

    With `expectation = "plan"` the whole target is expected from the first day on: tools that work
    this way compare with a plan in the row, never with the calendar.
    """
    if rules.expectation == "plan":
        return _ONE if as_of >= start else _ZERO
    return planned(elapsed(start, end, as_of, rules), rules)


def pace_status(progress: Decimal, expected_progress: Decimal, rules: Rules) -> Status:
    """On track, at risk or off track, by how far the progress lies behind what is expected.

    The default looks at the gap: 0.49 where 0.59 is expected is 0.10 behind and on track; 0.34 is
    at risk; 0.33 is off track. With `pace = "ratio"` 0.45 of 0.50 is 0.9, and on track.
    """
    if rules.judged == "whole-percent":
        progress, expected_progress = whole(progress), whole(expected_progress)
    if rules.pace == "gap":
        behind = expected_progress - progress
        limits = rules.on_track_gap, rules.at_risk_gap
    elif expected_progress <= 0:
        # A ratio has no meaning while nothing is expected, and nobody can be behind nothing.
        return Status.ON_TRACK
    else:
        behind = -progress / expected_progress
        limits = -rules.on_track_ratio, -rules.at_risk_ratio
    for limit, status in zip(limits, (Status.ON_TRACK, Status.AT_RISK), strict=True):
        if behind < limit or (behind == limit and rules.at_the_limit == "better"):
            return status
    return Status.OFF_TRACK


def is_ahead(progress: Decimal, expected_progress: Decimal, rules: Rules) -> bool:
    """Whether a progress leads what is expected by `ahead_gap` or more: with 0.10, 0.60 where 0.50
    is expected.
    """
    if rules.judged == "whole-percent":
        progress, expected_progress = whole(progress), whole(expected_progress)
    return rules.ahead_gap is not None and progress - expected_progress >= rules.ahead_gap


def whole(share: Decimal) -> Decimal:
    """A share in whole percent: 0.4449 is 0.44."""
    return share.quantize(_A_POINT, ROUND_HALF_UP)


def planned(elapsed_share: Decimal, rules: Rules) -> Decimal:
    """The progress planned for a share of the time: that share, bent through the phases where there
    are any.

    With phases (0.5, 0.2), half of the time plans 0.2, and three quarters plans 0.6, halfway from
    there to (1, 1).
    """
    before = (_ZERO, _ZERO)
    for after in (*rules.phases, (_ONE, _ONE)):
        if elapsed_share <= after[0]:
            width = after[0] - before[0]
            way = after[1] - before[1]
            return after[1] if not width else before[1] + way * (elapsed_share - before[0]) / width
        before = after
    return _ONE
