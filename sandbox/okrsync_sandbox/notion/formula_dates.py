"""Days, moments and their ranges in formulas and answers.

A day has no time and stays a day. A moment is stated to the minute, with its offset. After
https://www.notion.com/help/formula-syntax.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from okrsync_sandbox.notion.model import Json

__all__ = ["DATE_FUNCTIONS", "Days", "as_moment", "between", "days_of", "shown_days"]


@dataclass(frozen=True, slots=True)
class Days:
    """A day or moment, or a range that ends with `end`."""

    start: date
    end: date | None = None


def days_of(value: Json | None) -> Days | None:
    """A stored date as a value for formulas."""
    if value is None:
        return None
    end = value.get("end")
    return Days(_read(value["start"]), None if end is None else _read(end))


def shown_days(value: Days | None) -> Json | None:
    """A date in the form of an answer."""
    if value is None:
        return None
    end = None if value.end is None else _shown(value.end)
    return {"start": _shown(value.start), "end": end, "time_zone": None}


def as_moment(value: date) -> datetime:
    """The moment at which a day begins; a moment itself."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _read(text: str) -> date:
    return date.fromisoformat(text) if len(text) == 10 else as_moment(datetime.fromisoformat(text))


def _shown(value: date) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    return value.replace(second=0, microsecond=0).isoformat(timespec="milliseconds")


def between(first: Any, second: Any, unit: str) -> int | None:
    """The whole units from one date to another."""
    if not isinstance(first, Days) or not isinstance(second, Days):
        return None
    later, earlier = as_moment(first.start), as_moment(second.start)
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    months -= months > 0 and (later.day, later.time()) < (earlier.day, earlier.time())
    whole = {"years": int(months / 12), "quarters": int(months / 3), "months": months}
    if unit in whole:
        return whole[unit]
    return int((later - earlier) / timedelta(**{_unit(unit): 1}))


def _unit(unit: Any) -> str:
    if unit not in ("weeks", "days", "hours", "minutes"):
        raise TypeError(f"unknown unit {unit}")
    return str(unit)


def _moved(value: Any, amount: Any, unit: str) -> Days | None:
    if not isinstance(value, Days):
        return None
    end = None if value.end is None else _added(value.end, int(amount), unit)
    return Days(_added(value.start, int(amount), unit), end)


def _added(value: date, amount: int, unit: str) -> date:
    months = {"years": 12, "quarters": 3, "months": 1}.get(unit)
    if months is None:
        unit = _unit(unit)
        if unit in ("hours", "minutes"):
            value = as_moment(value)
        return value + timedelta(**{unit: amount})
    year, month = divmod(value.year * 12 + value.month - 1 + amount * months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return value.replace(year=year, month=month + 1, day=min(value.day, last))


def _part(part: Callable[[datetime], int]) -> Callable[[Any], int | None]:
    return lambda value: part(as_moment(value.start)) if isinstance(value, Days) else None


_TOKENS = (
    ("YYYY", "%Y"),
    ("MMMM", "%B"),
    ("MMM", "%b"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("dddd", "%A"),
    ("HH", "%H"),
    ("mm", "%M"),
)


def _formatted(value: Any, pattern: str) -> str:
    if not isinstance(value, Days):
        return ""
    for token, sign in _TOKENS:
        pattern = pattern.replace(token, as_moment(value.start).strftime(sign))
    return pattern


def _parsed(text: Any) -> Days | None:
    try:
        return Days(_read(str(text)))
    except ValueError:
        return None


def _range(start: Any, end: Any) -> Days | None:
    both = isinstance(start, Days) and isinstance(end, Days)
    return Days(start.start, end.start) if both else None


DATE_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "dateAdd": _moved,
    "dateSubtract": lambda value, amount, unit: _moved(value, -amount, unit),
    "dateBetween": between,
    "dateRange": _range,
    "dateStart": lambda value: Days(value.start) if isinstance(value, Days) else None,
    "dateEnd": lambda value: Days(value.end or value.start) if isinstance(value, Days) else None,
    "parseDate": _parsed,
    "formatDate": _formatted,
    "timestamp": lambda value: (
        int(as_moment(value.start).timestamp() * 1000) if isinstance(value, Days) else None
    ),
    "fromTimestamp": lambda value: Days(datetime.fromtimestamp(value / 1000, UTC)),
    "year": _part(lambda moment: moment.year),
    "month": _part(lambda moment: moment.month),
    "week": _part(lambda moment: moment.isocalendar().week),
    "day": _part(lambda moment: moment.isoweekday()),
    "date": _part(lambda moment: moment.day),
    "hour": _part(lambda moment: moment.hour),
    "minute": _part(lambda moment: moment.minute),
}
"""The functions that take or return dates, by name."""
