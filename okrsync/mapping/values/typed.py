"""Reads typed cells: days, yes and no, placeholders, errors. Numbers are read in
`okrsync.mapping.values.numbers`.

A text that cannot be read is None and never becomes 0.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from okrsync.mapping.values.numbers import Number, decimal_sign, read_number
from okrsync.mapping.values.set_aside import set_aside_word
from okrsync.mapping.words import is_doubted, lookup, normal, table
from okrsync.model.days import parse_date_text
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellError, CellValue, is_blank

__all__ = [
    "Number",
    "day_text",
    "decimal_sign",
    "is_error",
    "is_placeholder",
    "left_as_text",
    "order_of_days",
    "plain_numbers",
    "read_boolean",
    "read_date",
    "read_number",
    "shown",
    "why_no_number",
]

# Excel exports the names of errors in the language of its user: #WERT!, #BEZUG!, #VALEUR!.
_ERROR = lazy_pattern(
    r"#(?:REF|N/A|NV|DIV/0|VALUE|WERT|VALEUR|NAME|NUM|ZAHL|NULL|BEZUG|SPILL|CALC|ERROR|BUSY)[!?]?",
    re.IGNORECASE,
)


def read_date(value: CellValue, order: str | None) -> date | None:
    """The day in a cell: a date, a text, or a serial number of days since 30 December 1899; None
    where it holds none.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    # Serial numbers of the years 1954 to 2119; other numbers are amounts. Google uses the same
    # ones: https://developers.google.com/workspace/sheets/api/reference/rest/v4/DateTimeRenderOption
    if isinstance(value, int | float) and not isinstance(value, bool) and 20_000 <= value < 80_000:
        return date(1899, 12, 30) + timedelta(days=int(value))
    return parse_date_text(value, order) if isinstance(value, str) and len(value) <= 60 else None


def order_of_days(
    values: Iterable[CellValue], stated: str | None, locale: str | None
) -> str | None:
    """The order of day and month in texts, `dmy` or `mdy`: as stated, by the locale, or by a first
    or second number above 12, which must be a day; None where all of these are missing, or where
    the texts are in both orders.
    """
    if stated is not None:
        return stated
    if locale:
        return "mdy" if locale.replace("-", "_").lower() in ("en_us", "en") else "dmy"
    orders = set()
    for value in dict.fromkeys(each for each in values if isinstance(each, str)):
        match = re.match(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}", value)
        if match is not None and max(int(match[1]), int(match[2])) > 12:
            # A date that can be read in one way only decides for the column.
            orders.add("dmy" if int(match[1]) > 12 else "mdy")
    return orders.pop() if len(orders) == 1 else None


def left_as_text(values: Sequence[CellValue], order: str | None) -> str | None:
    """A text in a column of days that the spreadsheet did not take for one, because day and month
    stand in another order than it reads (`order`, where that is known). None where there is none,
    or where more of the days than of such texts are certain: those with a day above 12. A date with
    dots proves nothing: English spreadsheets take it for a text in any order.
    """
    texts = [text for text in values if isinstance(text, str) and "/" in text]
    orders = {text: order_of_days([text], None, None) for text in texts}
    odd = [text for text, its_order in orders.items() if its_order is not None]
    if not odd or len({orders[text] for text in odd}) > 1 or orders[odd[0]] == order:
        return None
    certain = sum(isinstance(day, date) and day.day > _MONTHS for day in values)
    return odd[0] if len(odd) >= certain else None


_MONTHS = 12


def read_boolean(value: CellValue) -> bool | None:
    """Yes or no, or None where a cell says neither."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or len(value) > 30 or is_doubted(value):
        return None
    meaning = lookup("booleans", value)
    if meaning == "true" and not value.isascii() and _warns(value):
        return None  # `✓ 🟡`
    return None if meaning is None else meaning == "true"


@lru_cache(maxsize=4096)
def _warns(text: str) -> bool:
    """Whether one of the signs of a text stands for a status that is not good."""
    statuses = {lookup("statuses", sign) for sign in text if ord(sign) > 0x2000}
    return not statuses <= {None, "achieved", "on-track"}


@lru_cache(maxsize=4096)
def _placeholder(text: str) -> bool:
    plain = text.strip().casefold()
    if plain in table("rows") or normal(plain) in table("rows"):
        return "placeholder" in (table("rows").get(plain) or table("rows").get(normal(plain)) or ())
    return (
        re.fullmatch(r"\[?x+\]?\s*%?|<.{1,30}>|\[.{1,30}\]\s*%?|_{2,}|[.…]{2,}|[-–—]+|[?]+", plain)
        is not None
    )


def is_placeholder(value: CellValue) -> bool:
    """Whether a cell holds a placeholder for a value to come: `TBD`, `-`, `[X]%`."""
    return isinstance(value, str) and len(value) <= 40 and _placeholder(value)


def is_error(value: CellValue) -> bool:
    """Whether a text is the error of a formula, as exports write it: `#REF!`, `#N/A`, `#WERT!`."""
    return isinstance(value, str) and "#" in value and _ERROR.fullmatch(value.strip()) is not None


def shown(value: CellValue) -> str:
    """A value short enough for a message, without line breaks or control characters."""
    text = str(value)
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else " " for sign in text)
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def plain_numbers(values: Sequence[CellValue]) -> list[Decimal]:
    """The bare numbers among values: without a percent sign and without a unit."""
    numbers = []
    for value in values:
        if isinstance(value, CellError) or is_blank(value):
            continue
        number = read_number(value)
        if number is not None and number.unit is None:
            numbers.append(number.value)
    return numbers


_SERIAL = lazy_pattern(r"\s*(?:3[6-9]|[4-6]\d)\d{3}\s*")
"""A day of the years 1998 to 2091 as a serial number, which an export may hold as a text."""


def day_text(text: CellValue, role: str) -> CellValue:
    """The last day of a range as Notion exports it, or its first one for `start_date`, and the
    number that a text of digits is; any other value as it is.
    """
    if not isinstance(text, str):
        return text
    if "\u2192" in text:
        return text.split("\u2192")[0 if role == "start_date" else -1].strip()
    return int(text) if text.strip().isdecimal() and _SERIAL.fullmatch(text) else text


def why_no_number(role: str, value: CellValue) -> tuple[str, str] | None:
    """The code and the text of the warning about a cell that should hold a number; None where what
    it holds is an answer, or says that there is none yet.
    """
    if is_placeholder(value) or isinstance(value, bool):
        return None
    if isinstance(value, str) and (not value.strip() or set_aside_word(value) is not None):
        return None
    text = shown(value)
    if isinstance(value, CellError) or is_error(value):
        return "cell-error", f"the cell shows {text}; fix its formula"
    code = "text-target" if role == "target" else "not-a-number"
    if isinstance(value, date):
        return code, (
            f"it holds the day {text}, not a number: a spreadsheet takes 4/5 for a day; write '4 of"
            " 5', or format the cell as text first"
        )
    if isinstance(value, time | timedelta):
        return code, (
            f"it holds the time {text}, not a number; enter it in one unit, such as 90 min or 1.5 h"
        )
    if role == "confidence":
        setting = f"{json.dumps(text, ensure_ascii=False)} = 0.5"
        return code, (
            f"{text!r} is no confidence that okrsync knows, so it is not read; add it to"
            f" [values.confidence] in the mapping, for example {setting}"
        )
    if role == "target":
        return code, (
            f"{text!r} is text, so nothing can be measured against it; enter a number such as 100"
            " or 80%, or Done for what is done or not"
        )
    if lookup("booleans", text) and role in ("baseline", "current"):
        return None  # `Done` instead of a number is an answer, and from no there is nothing to go.
    if lookup("statuses", text) and role == "current":
        return None
    if isinstance(value, float):
        return code, f"{text} is not a number that can be measured; expected one such as 62"
    return code, f"{text!r} is not a number; expected one such as 62, 48% or 1,200 EUR"
