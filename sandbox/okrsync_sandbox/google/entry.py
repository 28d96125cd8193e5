"""How a typed text is understood (USER_ENTERED): as a number, date, percentage, formula, or
text.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from okrsync_sandbox.google.locales import KNOWN, Locale
from okrsync_sandbox.google.serial import serial_of

__all__ = ["TypedEntry", "typed"]


class TypedEntry(NamedTuple):
    """An understood text, and the number format that comes with it. `formula` is a text beginning
    with `=`.
    """

    value: str | float | bool | None
    number_format: dict[str, str] | None = None
    is_formula: bool = False


def typed(text: str, locale: Locale, *, today: date | None = None) -> TypedEntry:
    """The content of a cell after a person types a text and presses Enter."""
    if text == "":
        return TypedEntry(None)
    # A leading apostrophe keeps what follows as text, and is not part of the value.
    if text.startswith("'"):
        return TypedEntry(text[1:])
    if text.startswith("=") and len(text) > 1:
        return TypedEntry(text, None, True)
    plain = text.strip()
    if plain.upper() in ("TRUE", "FALSE") or plain.upper() in (locale.true, locale.false):
        return TypedEntry(plain.upper() in ("TRUE", locale.true))
    parsed = _number(plain, locale) or _moment(plain, locale, today or date.today())
    if parsed is not None:
        return parsed
    # Only after numbers were ruled out: `+5` is a number, `+A1` a formula.
    if text.startswith("+") and len(text) > 1:
        return TypedEntry("=" + text, None, True)
    return TypedEntry(text)


def _number(text: str, locale: Locale) -> TypedEntry | None:
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    # Accountants write negative numbers in brackets.
    if rest.startswith("(") and rest.endswith(")"):
        sign, rest = -1, rest[1:-1]
    rest = rest.strip()
    percent = rest.endswith("%")
    rest = rest.removesuffix("%").strip()
    money = False
    for symbol in locale.symbols:
        if rest.startswith(symbol) or rest.endswith(symbol):
            rest, money = rest.removeprefix(symbol).removesuffix(symbol).strip(), True
            break
    decimal, group = re.escape(locale.decimal), re.escape(locale.group)
    # People type an ordinary space where the locale has a narrow one.
    groups = group if not locale.group.isspace() else r"[\s\u00a0\u202f]"
    form = (
        rf"(?:[0-9]{{1,3}}(?:{groups}[0-9]{{3}})+|[0-9]*)(?:{decimal}[0-9]*)?(?:[eE][+-]?[0-9]+)?"
    )
    if not re.search("[0-9]", rest) or not re.fullmatch(form, rest) or rest[:1] in "eE":
        return None
    plain = re.sub(groups, "", rest) if re.search(groups, rest) else rest
    plain = plain.replace(locale.decimal, ".")
    try:
        value = sign * float(plain)
    except (ValueError, OverflowError):
        return None
    # 1e999 is no number to Sheets either, and stays text.
    if value in (float("inf"), float("-inf")):
        return None
    fraction = locale.decimal in rest
    if percent:
        return TypedEntry(
            sign * float(Decimal(plain) / 100),
            {"type": "PERCENT", "pattern": "0.00%" if fraction else "0%"},
        )
    if money:
        return TypedEntry(value, {"type": "CURRENCY", "pattern": locale.currency})
    if re.search(groups, rest):
        return TypedEntry(value, {"type": "NUMBER", "pattern": "#,##0.00" if fraction else "#,##0"})
    if "e" in rest.lower():
        return TypedEntry(value, {"type": "SCIENTIFIC", "pattern": "0.00E+00"})
    return TypedEntry(value)


_DATE = re.compile(r"([0-9]{1,4})([/.\-])([0-9]{1,2})(?:\2([0-9]{1,4}))?\.?")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?\s*([aApP][mM])?")
_NAMED = re.compile(
    r"(?:([0-9]{1,2})\.?\s+)?([^\W\d_]{3,})\.?(?:\s+([0-9]{1,2}),?)?(?:,?\s+([0-9]{4}))?"
)


def _moment(text: str, locale: Locale, today: date) -> TypedEntry | None:
    clock = _TIME.fullmatch(text)
    if clock is not None:
        seconds = _seconds(clock)
        return (
            None
            if seconds is None
            else TypedEntry(seconds / 86400, {"type": "TIME", "pattern": locale.time})
        )
    head, _, tail = text.partition(" ")
    clock = _TIME.fullmatch(tail.strip()) if tail else None
    if clock is not None:
        day, seconds = _day(head, locale, today), _seconds(clock)
        if day is not None and seconds is not None:
            pattern = {"type": "DATE_TIME", "pattern": f"{locale.date} {locale.time}"}
            return TypedEntry(serial_of(day) + seconds / 86400, pattern)
        return None
    day = _day(text, locale, today)
    if day is not None:
        return TypedEntry(serial_of(day), {"type": "DATE", "pattern": _pattern(text, locale)})
    return _named_day(text, locale, today)


def _pattern(text: str, locale: Locale) -> str:
    return "yyyy-mm-dd" if re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", text) else locale.date


def _day(text: str, locale: Locale, today: date) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    first, mark, second, third = match[1], match[2], match[3], match[4]
    if len(first) == 4:
        return _date(int(first), int(second), int(third)) if third else None
    if third is None:
        # 1.5 is a number where the point is the decimal mark.
        if mark == "." and locale.decimal == ".":
            return None
        month, day = (
            (int(first), int(second)) if locale.order != "dmy" else (int(second), int(first))
        )
        return _date(today.year, month, day)
    # Americans write no dates with points.
    if mark == "." and locale.order == "mdy":
        return None
    # Two digits below 30 belong to this century, as in Excel.
    year = (
        int(third)
        if len(third) == 4
        else 2000 + int(third)
        if len(third) <= 2 and int(third) < 30
        else 1900 + int(third)
    )
    month, day = (int(second), int(first)) if locale.order == "dmy" else (int(first), int(second))
    return _date(year, month, day)


def _named_day(text: str, locale: Locale, today: date) -> TypedEntry | None:
    match = _NAMED.fullmatch(text)
    if match is None:
        return None
    word = match[2].casefold()
    for months in (locale.months, KNOWN["en_US"].months):
        for month_number, month in enumerate(months, start=1):
            if word in (month.casefold(), month.casefold()[:3]):
                day, year = match[1] or match[3], match[4]
                if day is None and year is None:
                    return None
                typed_day = _date(int(year or today.year), month_number, int(day or 1))
                pattern = "d mmm yyyy" if match[1] else "mmm d, yyyy" if day else "mmm yyyy"
                return (
                    None
                    if typed_day is None
                    else TypedEntry(serial_of(typed_day), {"type": "DATE", "pattern": pattern})
                )
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _seconds(clock: re.Match[str]) -> int | None:
    hours, minutes, seconds = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    half = (clock[4] or "").lower()
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    if minutes > 59 or seconds > 59:
        return None
    return int(timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds())
