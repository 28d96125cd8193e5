"""A number as it was typed, and how its digits and separators are read."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from okrsync.model.patterns import lazy_pattern

__all__ = [
    "CURRENCY",
    "GREATEST",
    "SMALLEST",
    "DecimalSign",
    "Number",
    "could_be_thousands",
    "digits_of",
    "without_spaces",
]

DecimalSign = Literal[",", "."]

CURRENCY = r"(?:(?:US|R|A|C|HK|NZ|S|MX|Z)\$|[$€£¥₹₽₩₺₴₫฿₪₱₦]|Rs\.?(?=[\s\d]))"
"""A pattern for a currency sign."""
GREATEST, SMALLEST = Decimal(10) ** 18, Decimal(10) ** -30
"""Numbers beyond these limits are typing errors, and calculations with them would fail."""
# French and Swiss spreadsheets group digits with no-break spaces (U+00A0, U+202F).
_SPACES = lazy_pattern(r"[\s\u00a0\u202f'’]")
_SPACED = lazy_pattern(r"\d{1,3}(?:[\s\u00a0\u202f'’]\d{3})+(?:[.,]\d*)?")


class Number(NamedTuple):
    """A number as typed. `unit` is the unit beside it; `high` the upper end of a range; `bound` a
    sign such as `≤`; `of` the whole it is a part of (the 5 of `4.5/5`). `is_share` says that a
    percent was stored as a share and is now in points; `power` is the power of ten of a word such
    as `k`, which `value` already includes. `is_doubtful` says that its text can also be read as
    another number.
    """

    value: Decimal
    unit: str | None = None
    high: Decimal | None = None
    bound: str | None = None
    of: Decimal | None = None
    is_share: bool = False
    power: int = 0
    is_doubtful: bool = False

    def scaled(self, factor: Decimal, unit: str | None) -> Number:
        """The same number on another scale, with the upper end of its range."""
        high = None if self.high is None else self.high * factor
        return self._replace(value=self.value * factor, high=high, unit=unit)


def digits_of(
    text: str, decimal: DecimalSign | None, currency: str | None
) -> tuple[Decimal | None, bool]:
    """The number that digits with separators stand for, and whether they can also be read as
    another. None where they are not a number, but a date or a version, for example.
    """
    if _SPACES.search(text) is not None:
        if _SPACED.fullmatch(text) is None:
            return None, False
        text = without_spaces(text)
        # Spaces already group the thousands, so a single comma or point is the decimal separator.
        decimal = decimal if "." in text and "," in text else "," if "," in text else "."
    dots, commas = text.count("."), text.count(",")
    doubtful = False
    if dots and commas:
        # In `1.234,5` and `1,234.5` the last separator is the decimal one.
        sign = "," if text.rfind(",") > text.rfind(".") else "."
    elif dots > 1 or commas > 1:
        sign = "," if dots else "."
    elif dots or commas:
        sign = "." if dots else ","
        if could_be_thousands(text):
            known = decimal or _decimal_of(currency, sign)
            doubtful, sign = known is None, known or "."
    else:
        sign = "."
    separator = "." if sign == "," else ","
    whole, _, _ = text.partition(sign)
    if text.count(sign) > 1 or (separator in text and not _is_grouped(whole, separator)):
        return None, False
    plain = text.replace(separator, "").replace(sign, ".")
    try:
        return Decimal(plain.removesuffix(".")), doubtful
    except InvalidOperation:
        return None, False


def could_be_thousands(text: str) -> bool:
    """Whether the only separator in some digits may separate thousands: `1,234`, but not `0,375`
    or `1234,567`.
    """
    return re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", text) is not None


def _is_grouped(whole: str, separator: str) -> bool:
    """Whether digits are grouped by threes, or the Indian way (`12,34,567`)."""
    sign = re.escape(separator)
    return (
        re.fullmatch(
            rf"\d{{1,3}}(?:{sign}\d{{3}})+|\d{{1,2}}(?:{sign}\d{{2}})*{sign}\d{{3}}", whole
        )
        is not None
    )


def _decimal_of(currency: str | None, sign: str) -> DecimalSign | None:
    """The decimal sign that goes with a currency; None where a currency is written both ways, as
    the euro is. In a dollar amount, a comma before three digits separates thousands.
    """
    if currency in ("£", "₹", "¥", "₩", "US$", "Rs", "Rs."):
        return "."
    if currency == "R$":
        return ","
    return "." if currency is not None and currency.endswith("$") and sign == "," else None


def without_spaces(digits: str) -> str:
    """Digits without the spaces and apostrophes between groups (Swiss `1'000`, French `1 000`)."""
    return _SPACES.sub("", digits)
