"""The days on which reviews begin, and the moments at which digests are due."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

__all__ = ["WEEKDAYS", "last_moment", "review_before", "review_began"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# A Monday: reviews every two weeks or every so many days are counted from it.
_ORIGIN = date(2024, 1, 1)


def review_began(today: date, cadence: str | int, day: str) -> date:
    """The day on which the review began that is current today. A review a month begins on the first
    such weekday of the month; one every so many days does so whatever the weekday.
    """
    weekday = WEEKDAYS.index(day)
    latest = today - timedelta(days=(today.weekday() - weekday) % 7)
    if cadence == "monthly":
        first = _first(today.replace(day=1), weekday)
        return first if first <= today else _first(_month_before(today), weekday)
    if cadence == "weekly":
        return latest
    days = 14 if cadence == "biweekly" else 1 if cadence == "daily" else int(cadence)
    origin = _ORIGIN + timedelta(days=weekday)
    return today - timedelta(days=(today - origin).days % days)


def review_before(began: date, cadence: str | int, day: str) -> date:
    """The day on which the review before the one of `began` began."""
    return review_began(began - timedelta(days=1), cadence, day)


def last_moment(now: datetime, weekday: int, time_of_day: time) -> datetime:
    """The latest moment, not after `now`, that is this time of day on this weekday (Monday is 0),
    on the clocks where `now` is.
    """
    day = now.date() - timedelta(days=(now.weekday() - weekday) % 7)
    moment = datetime.combine(day, time_of_day, tzinfo=now.tzinfo)
    return moment if moment <= now else moment - timedelta(days=7)


def _first(day: date, weekday: int) -> date:
    """The first such weekday from a day on."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
