"""Freshness: the age of the last check-in against the cadence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from okrsync.measures.rules import CheckIns
from okrsync.model.okrs import Freshness, KeyResult, LedgerEntry, Objective

__all__ = [
    "OVERDUE",
    "UNCONFIRMED",
    "freshness",
    "is_confirmed",
    "last_change",
    "next_due",
    "stalest",
]

OVERDUE = (Freshness.STALE, Freshness.NEVER)
UNCONFIRMED = "unconfirmed"
"""The rule of a value to keep that nobody confirmed shortly before its end."""

_A_DAY = timedelta(days=1)
_ROUNDING = Decimal("0.0001")
_AHEAD_OF_A_WEEK, _AHEAD_OF_A_MONTH = timedelta(days=1), timedelta(days=7)
"""How early a check-in may come and still count for its due day."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDER = (Freshness.NEVER, Freshness.STALE, Freshness.DUE, Freshness.FRESH)


def freshness(checked_in: date | None, begun: date, as_of: date, checkins: CheckIns) -> Freshness:
    """How old the last check-in is: fresh within the cadence, due through the days of grace, stale
    beyond.

    Weekly with 3 days of grace: 7 days old is fresh, 10 is due, 11 is stale. Without any check-in
    the days are counted from the day the item's time began, and what would be stale is `never`.
    """
    if checkins.due_on is not None:
        due = next_due(None, checked_in or begun, checkins.due_on)
        if as_of <= due:
            return Freshness.FRESH
        if (as_of - due).days <= checkins.grace_days:
            return Freshness.DUE
        return Freshness.NEVER if checked_in is None else Freshness.STALE
    age_days = (as_of - (checked_in or begun)).days
    if age_days <= checkins.cadence_days:
        return Freshness.FRESH
    if age_days <= checkins.cadence_days + checkins.grace_days:
        return Freshness.DUE
    return Freshness.NEVER if checked_in is None else Freshness.STALE


def is_confirmed(checked_in: date | None, begun: date, end: date, checkins: CheckIns) -> bool:
    """Whether a check-in was not overdue on the last day of a period, or came after it.

    Weekly with 3 days of grace, until 31 December: 21 December confirms it, 20 December does not.
    """
    if checked_in is not None and checked_in > end:
        return True
    return freshness(checked_in, begun, end, checkins) not in OVERDUE


def last_change(item: KeyResult | Objective, entries: Sequence[LedgerEntry]) -> date | None:
    """The day on which an item was first seen with the value that it has, by what was seen of it,
    oldest first; None where the last entry has another value.
    """
    current, share = None, item.given_progress
    if isinstance(item, KeyResult):
        current = item.current
        if item.milestones is not None and item.milestones[1]:
            share = Decimal(item.milestones[0]) / item.milestones[1]
    day = None
    for entry in reversed(entries):
        seen, stands = (entry.progress, share) if current is None else (entry.current, current)
        if seen != stands and (seen is None or stands is None or abs(seen - stands) > _ROUNDING):
            break
        day = entry.seen_on
    return day


def next_due(due: date | None, checked_in: date, due_on: str) -> date:
    """The due day that follows a check-in on `checked_in`, where check-ins fall due on a fixed day.

    `due` is the day on which this check-in was due, None where that is unknown.

    Due on Friday 3 January: a check-in on that Friday, or a day before, makes the next Friday due;
    one that came much too early leaves its day as it is, and a late one makes the coming Friday
    due. Monthly check-ins may come a week early. (As in Operately's time_test.exs.)
    """
    ahead = _AHEAD_OF_A_MONTH if due_on == "first-of-month" else _AHEAD_OF_A_WEEK
    coming = due if due is not None else _on_or_after(checked_in, due_on)
    if checked_in >= coming:
        return _on_or_after(checked_in + _A_DAY, due_on)
    return _on_or_after(coming + _A_DAY, due_on) if coming - checked_in <= ahead else coming


def _on_or_after(moment: date, due_on: str) -> date:
    if due_on == "first-of-month":
        if moment.day == 1:
            return moment
        # No month has 32 days, so this lands in the next month, whose first day is wanted.
        # 32 days after a first of month always lie in the next month.
        return (moment.replace(day=1) + timedelta(days=32)).replace(day=1)
    return moment + timedelta(days=(_WEEKDAYS.index(due_on) - moment.weekday()) % 7)


def stalest(several: Iterable[Freshness]) -> Freshness:
    """The worst of several; fresh when there are none. An objective is as stale as its stalest key
    result.
    """
    present = set(several)
    for age in _ORDER:
        if age in present:
            return age
    return Freshness.FRESH
