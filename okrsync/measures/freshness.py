"""Freshness: the age of the last check-in against the cadence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from okrsync.measures.rules import CheckIns
from okrsync.model.okrs import Freshness

__all__ = ["freshness", "stalest"]

_ORDER = (Freshness.NEVER, Freshness.STALE, Freshness.DUE, Freshness.FRESH)


def freshness(checked_in: date | None, begun: date, as_of: date, checkins: CheckIns) -> Freshness:
    """How old the last check-in is: fresh within the cadence, due through the days of grace, stale
    beyond.

    Weekly with 3 days of grace: 7 days old is fresh, 10 is due, 11 is stale. Without any check-in
    the days are counted from the day the item's time began, and what would be stale is `never`.
    """
    age_days = (as_of - (checked_in or begun)).days
    if age_days <= checkins.cadence_days:
        return Freshness.FRESH
    if age_days <= checkins.cadence_days + checkins.grace_days:
        return Freshness.DUE
    return Freshness.NEVER if checked_in is None else Freshness.STALE


def stalest(several: Iterable[Freshness]) -> Freshness:
    """The worst of several; fresh where there are none. An objective is as old as its stalest key
    result.
    """
    present = set(several)
    for age in _ORDER:
        if age in present:
            return age
    return Freshness.FRESH
