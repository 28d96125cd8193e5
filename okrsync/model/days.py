"""Parses days as people write them: in numbers in any order, in words in eleven languages, with or
without a time.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from okrsync.model.patterns import lazy_pattern
from okrsync.model.period_words import MONTHS, plain

__all__ = ["could_be_two_days", "day_of", "full_year", "parse_date_text", "parse_day_of_year"]

_ISO_DAY = lazy_pattern(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ].*)?\Z")
# Only years from 2000: eight digits are as likely an amount or an id.
_COMPACT_DAY = lazy_pattern(r"(20\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])\Z")
_PLAIN_DAY = lazy_pattern(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})\Z")
_WEEKDAY = r"(?:[^\W\d_]{1,12}\.?,?\s+)?"
_MONTH = r"([^\W\d_]{3,})"
_YEAR = r"'?(\d{4}|\d\d)"
_NAMED_DAY = lazy_pattern(
    rf"{_WEEKDAY}(\d{{1,2}})(?:\.|st|nd|rd|th|er|°|o)?[\s/-]*(?:de\s+|of\s+|d')?{_MONTH}\.?,?[\s/-]*(?:de\s+|del\s+)?{_YEAR}\Z"
)
_AMERICAN_DAY = lazy_pattern(
    rf"{_WEEKDAY}{_MONTH}\.?[\s/-]+(\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|[\s/-]+){_YEAR}\Z"
)
_DAY_AND_MONTH = lazy_pattern(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er|°|o)?[\s/-]*(?:de\s+|of\s+|d')?(?P<month>{_MONTH})\.?\Z"
)
_MONTH_AND_DAY = lazy_pattern(
    rf"{_WEEKDAY}(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\Z"
)
_NUMBERED_DAY = lazy_pattern(r"(?P<first>\d{1,2})\s*[/.-]\s*(?P<last>\d{1,2})\.?\Z")
_EAST_ASIAN_MONTH_DAY = lazy_pattern(r"(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]?\Z")
_EAST_ASIAN_DAY = lazy_pattern(r"(\d{4})\s*[年년]?\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?\Z")
_DIGIT = lazy_pattern("[0-9]")
_LONGEST = 200
"""No day is written in more signs; a longer text would keep the pattern of times busy for long."""
_TIME = lazy_pattern(
    r"(?:,?\s+|t)\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?(?:\s*(?:z|utc|[+-]\d\d:?\d?\d?))?\Z"
)


# A column of days repeats few texts, and its content is judged before it is read.
@lru_cache(maxsize=16_384)
def parse_date_text(text: str, date_order: str | None) -> date | None:
    """The day that a text states. None if it states none (`next Friday`), or if day and month could
    be swapped and `date_order` is None.

    `date_order` is `dmy`, `mdy` or `ymd`. A number above 12 settles the order by itself.
    """
    if len(text) > _LONGEST or (text.isascii() and _DIGIT.search(text) is None):
        return None
    words = _TIME.sub("", plain(text))
    for pattern in (_ISO_DAY, _COMPACT_DAY, _EAST_ASIAN_DAY):
        match = pattern.match(words)
        if match is not None:
            return day_of(int(match[1]), int(match[2]), int(match[3]))
    match = _NAMED_DAY.match(words)
    if match is not None and match[2] in MONTHS:
        return day_of(full_year(match[3]), MONTHS[match[2]], int(match[1]))
    match = _AMERICAN_DAY.match(words)
    if match is not None and match[1] in MONTHS:
        return day_of(full_year(match[3]), MONTHS[match[1]], int(match[2]))
    match = _PLAIN_DAY.match(words)
    return None if match is None else _in_numbers(match, date_order)


@lru_cache(maxsize=16_384)
def parse_day_of_year(
    text: str, date_order: str | None = None, *, in_numbers: bool = False
) -> tuple[int, int] | None:
    """The month and the day of a text that leaves the year open: `31 Dec`, `December 31st`,
    `31. Dezember`, `12月31日`. None where it names none.

    `15/12` is as likely a fraction, and one only with `in_numbers`; `date_order` is needed where
    day and month could be swapped.
    """
    if len(text) > _LONGEST or (text.isascii() and _DIGIT.search(text) is None):
        return None
    words = _TIME.sub("", plain(text))
    for pattern in (_DAY_AND_MONTH, _MONTH_AND_DAY):
        match = pattern.match(words)
        if match is not None and match["month"] in MONTHS:
            return _month_and_day(MONTHS[match["month"]], int(match["day"]))
    match = _EAST_ASIAN_MONTH_DAY.match(words)
    if match is not None:
        return _month_and_day(int(match["month"]), int(match["day"]))
    match = _NUMBERED_DAY.match(words) if in_numbers else None
    if match is None:
        return None
    first, last = int(match["first"]), int(match["last"])
    if first > 12 or date_order == "dmy":
        return _month_and_day(last, first)
    return _month_and_day(first, last) if last > 12 or date_order == "mdy" else None


def _month_and_day(month: int, day: int) -> tuple[int, int] | None:
    # 2028 is a leap year: 29 February is a day, too.
    return None if day_of(2028, month, day) is None else (month, day)


def could_be_two_days(text: str) -> bool:
    """Whether a text states a different day in another order of day and month: `01/07/2025`."""
    return parse_date_text(text, None) is None and parse_date_text(text, "dmy") is not None


def full_year(text: str) -> int:
    """The year that two or four digits stand for: `26` is 2026, `98` is 1998."""
    # POSIX splits two digits at 69; due dates of the 2070s are likelier here than days of 1970.
    number = int(text)
    return number if number > 99 else 2000 + number if number < 80 else 1900 + number


def _in_numbers(match: re.Match[str], date_order: str | None) -> date | None:
    first, second, year = int(match[1]), int(match[2]), full_year(match[3])
    if date_order == "ymd" and len(match[3]) == 2:
        return day_of(full_year(match[1]), second, int(match[3])) if len(match[1]) == 2 else None
    # 03/03/2026 is one day in either order.
    if first > 12 or (date_order == "dmy" and second <= 12) or first == second:
        return day_of(year, second, first)
    if second > 12 or date_order == "mdy":
        return day_of(year, first, second)
    return None


def day_of(year: int, month: int, day: int) -> date | None:
    """A day, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
