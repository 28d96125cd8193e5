"""Pace: where an item should be by the calendar, and what its progress means against that."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from okrsync.measures.rules import Rules
from okrsync.model.okrs import Status

__all__ = ["elapsed", "expected", "forecast", "pace_status"]

_ZERO, _ONE = Decimal(0), Decimal(1)
_TOO_EARLY = Decimal("0.1")


def elapsed(start: date, end: date, as_of: date, rules: Rules) -> Decimal:
    """The share of the days from start to end, both included, that have begun, today included: on
    15 April, 1 to 30 April is 15 / 30 = 0.5.

    With `elapsed = "days-done"` today does not count. From 0 to 1; where the end lies before the
    start, 1 from the start on.
    """
    days = (end - start).days + 1
    if days <= 0:
        return _ONE if as_of >= start else _ZERO
    begun = (as_of - start).days + (rules.elapsed == "days-begun")
    return Decimal(max(0, min(begun, days))) / days


def expected(start: date, end: date, as_of: date, rules: Rules) -> Decimal:
    """The progress an item should have by now: the elapsed share, bent through the phases where
    there are any.

    With phases (0.5, 0.2), half of the time expects 0.2, and three quarters expects 0.6, halfway
    from there to (1, 1).
    """
    share = elapsed(start, end, as_of, rules)
    if not rules.phases:
        return share
    before = (_ZERO, _ZERO)
    for after in (*rules.phases, (_ONE, _ONE)):
        if share <= after[0]:
            width = after[0] - before[0]
            return (
                after[1]
                if not width
                else before[1] + (after[1] - before[1]) * (share - before[0]) / width
            )
        before = after
    return _ONE


def pace_status(progress: Decimal, expected_progress: Decimal, rules: Rules) -> Status:
    """On track, at risk or off track, by how far the progress lies behind what is expected.

    The default looks at the gap: 0.49 where 0.59 is expected is 0.10 behind and on track; 0.34 is
    at risk; 0.33 is off track.
    """
    if rules.pace == "gap":
        gap = expected_progress - progress
        if gap <= rules.on_track_gap:
            return Status.ON_TRACK
        return Status.AT_RISK if gap <= rules.at_risk_gap else Status.OFF_TRACK
    if expected_progress <= 0:
        return Status.ON_TRACK
    ratio = progress / expected_progress
    if ratio >= rules.on_track_ratio:
        return Status.ON_TRACK
    return Status.AT_RISK if ratio >= rules.at_risk_ratio else Status.OFF_TRACK


def forecast(progress: Decimal, elapsed_share: Decimal) -> Decimal | None:
    """The progress at the end if it goes on as until now: 0.3 after half of the time is 0.6. None
    in the first tenth of the time.
    """
    return None if elapsed_share < _TOO_EARLY else progress / elapsed_share
