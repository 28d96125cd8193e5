"""What people type, as values: numbers with units, percents in all their forms, days, yes and no, statuses, confidence.

A text that is no value stays a text and never becomes 0. Percentages are points with the unit `%`: 48, not 0.48.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal, NamedTuple

from okrsync.cycles import parse_date_text
from okrsync.mapping.words import lookup, normal, table
from okrsync.table import CellError, CellValue, is_blank

__all__ = [
    "Number",
    "decimal_sign",
    "is_placeholder",
    "order_of_days",
    "read_boolean",
    "read_date",
    "read_number",
    "shown",
]

DecimalSign = Literal[",", "."]

_NUMBER = re.compile(
    r"""\s*(?P<bound>[<>≤≥~≈±=]{0,2})\s*
    (?P<sign>[-+(]?)\s*(?P<currency>[$€£¥₹₽₩₺]|US\$|R\$|[A-Z]{3}(?=[\s\d-]))?\s*(?P<sign_after>[-+]?)
    (?P<digits>\d[\d.,'’\s\u00a0\u202f]*|[.,]\d+)
    (?P<rest>.*)""",
    re.VERBOSE | re.DOTALL,
)
_FRACTION = re.compile(r"\s*/\s*(\d+(?:[.,]\d+)?)\s*\Z")
_RANGE = re.compile(r"\s*(?:-|–|—|to|bis|à|a|até|\.\.)\s*(\d[\d.,]*)\s*(.*)\Z", re.DOTALL)
_PERCENT = re.compile(
    r"(?:%|percent|per cent|pct|prozent|pour ?cent|por ?ciento|por ?cento|per ?cento|procent|процент\w*)\)?\s*\Z",
    re.IGNORECASE,
)
_MULTIPLIERS = {
    "k": 3,
    "tsd": 3,
    "mil": 3,
    "m": 6,
    "mm": 6,
    "mn": 6,
    "mio": 6,
    "million": 6,
    "millions": 6,
    "bn": 9,
    "b": 9,
    "mrd": 9,
    "billion": 9,
}
_COMMA_LOCALES = ("de", "fr", "es", "pt", "it", "nl", "ru", "da", "sv", "nb", "no", "fi", "pl", "cs", "tr", "id")
_GREATEST = Decimal(10) ** 18


class Number(NamedTuple):
    """A number as typed. `unit` is what stood beside it; `high` the upper end of a range; `bound` a sign such as `≤`; `of` what it was
    a part of (the 5 of `4.5/5`). `is_share` tells that a percent was stored as a share and has been turned into points."""

    value: Decimal
    unit: str | None = None
    high: Decimal | None = None
    bound: str | None = None
    of: Decimal | None = None
    is_share: bool = False


def read_number(value: CellValue, decimal: DecimalSign | None = None, *, percent_format: bool = False) -> Number | None:
    """The number a cell holds, or None where it holds none.

    `decimal` is the decimal sign of texts; without it, `1,234` is read the English way. With `percent_format` a stored 0.48 is 48 %.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float | Decimal):
        return _of_number(value, percent_format)
    return _read_text(value, decimal) if isinstance(value, str) else None


@lru_cache(maxsize=65_536, typed=True)
def _of_number(value: float | Decimal, percent_format: bool) -> Number | None:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or abs(number) > _GREATEST:
        return None
    return Number(number * 100, "%", is_share=True) if percent_format else Number(number)


@lru_cache(maxsize=65_536)
def _read_text(text: str, decimal: DecimalSign | None) -> Number | None:
    if len(text) > 120:
        return None
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace("\u2212", "-"))
    if found is None:
        return None
    digits, rest = found["digits"].rstrip(), found["rest"].strip()
    value = _digits(digits, decimal)
    if value is None:
        return None
    if "-" in (found["sign"], found["sign_after"]) or (found["sign"] == "(" and rest.startswith(")")):
        value = -value
    rest = rest.removeprefix(")").strip() if found["sign"] == "(" else rest
    bound = found["bound"].strip("~≈±= ") or None
    fraction = _FRACTION.fullmatch(rest) if rest else None
    if fraction is not None:
        of = _digits(fraction[1], decimal)
        return Number(value, f"/{fraction[1]}", bound=bound, of=of)
    span = _RANGE.fullmatch(rest) if rest else None
    high = None
    if span is not None:
        high, rest = _digits(span[1], decimal), span[2].strip()
        if high is None:
            return None
    if _PERCENT.fullmatch(rest):
        return Number(value, "%", high, bound)
    unit, power = _unit(rest, found["currency"])
    if unit is None and rest and power is None:
        return None
    factor = Decimal(10) ** (power or 0)
    if abs(value * factor) > _GREATEST:
        return None
    return Number(value * factor, unit or found["currency"], None if high is None else high * factor, bound)


def _unit(rest: str, currency: str | None) -> tuple[str | None, int | None]:
    """The unit that stands behind a number, and the power of ten of a multiplier such as `k`. (None, None) where it is a text and no unit."""
    if not rest:
        return None, 0
    word, _, after = rest.partition("/")
    power = _MULTIPLIERS.get(word.strip().casefold().rstrip("."))
    if power is not None and (
        currency or word.strip() in ("k", "K", "M", "bn", "Mio", "Mio.", "Mrd", "million", "Tsd", "Tsd.", "mn")
    ):
        unit = f"{currency or ''}/{after.strip()}" if after else currency
        return unit, power
    plain = rest.strip("() ").strip()
    if len(plain) > 24 or any(sign.isdigit() for sign in plain) or plain.count(" ") > 2:
        return None, None
    return (f"{currency}{plain}" if currency and plain.startswith("/") else plain), 0


def _digits(text: str, decimal: DecimalSign | None) -> Decimal | None:
    """The number some digits with separators stand for, or None where they stand for none (a date, a version)."""
    text = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        sign = "," if text.rfind(",") > text.rfind(".") else "."
    elif dots > 1 or commas > 1:
        sign = "," if dots else "."
    elif commas:
        groups = re.fullmatch(r"\d{1,3},\d{3}", text) is not None
        sign = decimal or ("." if groups else ",")
        sign = sign if groups else ","
    elif dots:
        groups = re.fullmatch(r"\d{1,3}\.\d{3}", text) is not None
        sign = "," if groups and decimal == "," else "."
    else:
        sign = "."
    separator = "." if sign == "," else ","
    whole = text.split(sign, 1)[0]
    if separator in text and re.fullmatch(rf"\d{{1,3}}(?:\{separator}\d{{2,3}})*", whole) is None:
        return None
    plain = text.replace(separator, "").replace(sign, ".")
    try:
        return Decimal(plain if not plain.endswith(".") else plain[:-1])
    except InvalidOperation:
        return None


def decimal_sign(
    values: Iterable[CellValue], stated: DecimalSign | None, locale: str | None
) -> tuple[DecimalSign | None, bool]:
    """The decimal sign of a column of texts, and whether some text could be read two ways with nothing to tell.

    What the mapping states comes first, then the sheet's locale, then the column as a whole.
    """
    if stated is not None:
        return stated, False
    if locale:
        return ("," if locale.lower().startswith(_COMMA_LOCALES) else "."), False
    commas = dots = doubtful = False
    for value in values:
        if not isinstance(value, str) or len(value) > 60:
            continue
        for digits in re.findall(r"\d[\d.,]*\d", value):
            if re.fullmatch(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3},\d{3}\.\d+|\d+\.(?:\d{1,2}|\d{4,})", digits):
                dots = True
            elif re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}\.\d{3},\d+|\d+,(?:\d{1,2}|\d{4,})", digits):
                commas = True
            elif re.fullmatch(r"\d{1,3},\d{3}", digits):
                doubtful = True
    if commas and not dots:
        return ",", False
    return ("." if dots else None), doubtful and not dots


def read_date(value: CellValue, order: str | None) -> date | None:
    """The day a cell holds: a date, a text, or a serial number of days since 30 December 1899; None where it holds none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 20_000 <= value < 80_000:
        return date(1899, 12, 30) + timedelta(days=int(value))
    return parse_date_text(value, order) if isinstance(value, str) and len(value) <= 60 else None


def order_of_days(values: Iterable[CellValue], stated: str | None, locale: str | None) -> str | None:
    """The order of day and month in a column of texts: as stated, by the locale, by a number above 12 somewhere in it; else None."""
    if stated is not None:
        return stated
    if locale:
        return "mdy" if locale.replace("-", "_").lower() in ("en_us", "en") else "dmy"
    for value in values:
        found = re.match(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}", value) if isinstance(value, str) else None
        if found is not None:
            if int(found[1]) > 12:
                return "dmy"
            if int(found[2]) > 12:
                return "mdy"
    return None


def read_boolean(value: CellValue) -> bool | None:
    """Yes or no, or None where a cell says neither."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or len(value) > 30:
        return None
    found = lookup("booleans", value)
    return None if found is None else found == "true"


@lru_cache(maxsize=4096)
def _placeholder(text: str) -> bool:
    plain = text.strip().casefold()
    if plain in table("rows") or normal(plain) in table("rows"):
        return "placeholder" in (table("rows").get(plain) or table("rows").get(normal(plain)) or ())
    return re.fullmatch(r"\[?x+\]?\s*%?|<.{1,30}>|\[.{1,30}\]\s*%?|_{2,}|[.…]{2,}|[-–—]+|[?]+", plain) is not None


def is_placeholder(value: CellValue) -> bool:
    """Whether a cell holds something that stands for nothing yet: `TBD`, `-`, `[X]%`."""
    return isinstance(value, str) and len(value) <= 40 and _placeholder(value)


def shown(value: CellValue) -> str:
    """A value short enough for a message, without line breaks or control characters."""
    text = "".join(sign if sign.isprintable() else " " for sign in str(value))
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def plain_numbers(values: Sequence[CellValue]) -> list[Decimal]:
    """The bare numbers of a column: those with a percent sign or a unit, and everything else, left out."""
    found = []
    for value in values:
        if isinstance(value, CellError) or is_blank(value):
            continue
        number = read_number(value)
        if number is not None and number.unit is None:
            found.append(number.value)
    return found
