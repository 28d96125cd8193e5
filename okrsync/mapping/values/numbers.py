"""Numbers as people type them: with units and currencies on either side, percents, multipliers,
fractions, ranges and bounds.

A text that is no number is None and never becomes 0. A text that could be two numbers (`1,234` is a
thousand or a little more than one) says so in `is_doubtful`, until the decimal sign is known.
Percentages are points with the unit `%`: 48, not 0.48.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from okrsync.mapping.values.forms import FORMS, Lead
from okrsync.mapping.values.forms.unit import multipliers
from okrsync.mapping.values.number import (
    CURRENCY,
    GREATEST,
    SMALLEST,
    DecimalSign,
    Number,
    could_be_thousands,
    digits_of,
    without_spaces,
)
from okrsync.mapping.words import lookup
from okrsync.model.table import CellValue

__all__ = ["DecimalSign", "Number", "decimal_sign", "number_pattern", "read_number"]


_DIGITS = r"(?:\d[\d.,'’\s\u00a0\u202f]*|[.,]\d+)"
_NUMBER = re.compile(
    rf"""\s*(?P<before>[^\W\d_][^\d$€£¥₹₽₩₺()\[\]<>≤≥]{{0,24}}?)??\s*(?P<bound>[<>≤≥~≈±=]{{0,2}})\s*
    (?P<sign>[-+(]?)\s*(?P<currency>{CURRENCY}|[A-Z]{{3}}(?=[\s\d-]))?\s*(?P<sign_after>[-+]?)
    (?P<digits>{_DIGITS})
    (?P<rest>.*)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r"-?\d{1,15}(?:\.\d{1,2})?%?", re.ASCII)
_ABOUT = re.compile(
    r"(?:approx|about|ca|circa|around|etwa|rund|env|environ|aprox|cerca de|около|约|約|약)\.?\s*",
    re.I,
)


def read_number(
    value: CellValue, decimal: DecimalSign | None = None, *, percent_format: bool = False
) -> Number | None:
    """The number a cell holds, or None where it holds none.

    `decimal` is the decimal sign of texts; without it `1,234` is 1234 and `1.234` is 1.234, and
    both are doubtful. With `percent_format` a stored 0.48 is 48 %.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float | Decimal):
        return _of_number(value, percent_format)
    return _read_text(value, decimal) if isinstance(value, str) else None


@lru_cache(maxsize=65_536, typed=True)
def _of_number(value: float | Decimal, percent_format: bool) -> Number | None:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or abs(number) > GREATEST or 0 < abs(number) < SMALLEST:
        return None
    return Number(number * 100, "%", is_share=True) if percent_format else Number(number)


@lru_cache(maxsize=65_536)
def _read_text(text: str, decimal: DecimalSign | None) -> Number | None:
    if _PLAIN.fullmatch(text) is not None:
        return Number(Decimal(text[:-1]), "%") if text[-1] == "%" else Number(Decimal(text))
    if len(text) > 120:
        return None
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace("\u2212", "-"))
    if found is None:
        readings = (form.whole(text, decimal) for form in FORMS if form.whole is not None)
        return next((number for number in readings if number is not None), None)
    before, bound, currency = (
        (found["before"] or "").strip(),
        found["bound"].strip("~≈±= ") or None,
        found["currency"],
    )
    if before and _ABOUT.fullmatch(before) is None:
        said = _bound_in(before)
        if said is None and (currency or len(before) != 3 or not before.isupper()):
            return None
        bound, currency = (said, currency) if said is not None else (bound, before)
    digits, rest = found["digits"].rstrip(), found["rest"].strip()
    value, is_doubtful = digits_of(digits, decimal, currency)
    if value is None:
        return None
    if "-" in (found["sign"], found["sign_after"]) or (
        found["sign"] == "(" and rest.startswith(")")
    ):
        value = -value
    rest = rest.removeprefix(")").strip() if found["sign"] == "(" else rest
    lead = Lead(value, bound, currency, is_doubtful, decimal)
    readings = (form.behind(lead, rest) for form in FORMS if form.behind is not None)
    return next((number for number in readings if number is not None), None)


def _bound_in(words: str) -> str | None:
    """The sign a word before a number stands for: `at least` is `>`."""
    meaning = lookup("directions", words.strip(" .:"))
    return {"stay-above": ">", "stay-below": "<"}.get(meaning or "")


def decimal_sign(
    values: Iterable[CellValue], stated: DecimalSign | None, locale: str | None
) -> tuple[DecimalSign | None, bool]:
    """The decimal sign of some texts, and whether one of them could be read two ways with nothing
    to tell.

    What the mapping states comes first, then the sheet's locale, then the texts as a whole: one
    that can be read in one way only decides for all.
    """
    if stated is not None:
        return stated, False
    if locale:
        return _decimal_in(locale), False
    told: set[str] = set()
    doubtful = False
    for value in values:
        if type(value) is str and ("," in value or "." in value) and len(value) <= 60:
            told_here = _told_by(value)
            if told_here == "?":
                doubtful = True
            elif told_here is not None:
                told.add(told_here)
    if len(told) == 1:
        return (",", False) if "," in told else (".", False)
    return None, doubtful


@lru_cache(maxsize=65_536)
def _told_by(value: str) -> str | None:
    """The decimal sign a text shows; `?` where its number can be read in two ways, None where it
    tells nothing.
    """
    number = _read_text(value, None)
    if number is None:
        return None
    if number.is_doubtful:
        return "?"
    digits = re.search(r"\d[\d.,'’\s\u00a0\u202f]*\d", unicodedata.normalize("NFKC", value))
    text = without_spaces(digits[0]) if digits is not None else ""
    signs = [sign for sign in text if sign in ".,"]
    if not signs:
        return None
    if len(set(signs)) == 2:
        return signs[-1]
    if len(signs) > 1 or (could_be_thousands(text) and not number.value % 1):
        return "." if signs[0] == "," else ","
    return signs[0]


_COMMA_LANGUAGES = frozenset(
    [
        "de",
        "fr",
        "es",
        "pt",
        "it",
        "nl",
        "ru",
        "da",
        "sv",
        "nb",
        "no",
        "nn",
        "fi",
        "pl",
        "cs",
        "sk",
        "sl",
        "tr",
        "id",
        "vi",
        "uk",
        "bg",
        "hr",
        "hu",
        "ro",
        "el",
        "lt",
        "lv",
        "et",
        "ca",
        "gl",
        "eu",
        "is",
        "sr",
        "be",
        "az",
        "kk",
        "ka",
        "hy",
    ]
)
_DOT_PLACES = frozenset(["CH", "LI", "MX", "US", "PR", "GT", "HN", "NI", "PA", "SV", "DO", "PE"])


def _decimal_in(locale: str) -> DecimalSign:
    language, _, rest = locale.replace("-", "_").partition("_")
    place = rest.rpartition("_")[2].upper()
    if place in _DOT_PLACES and not (language.lower() == "fr" and place == "CH"):
        return "."
    return (
        ","
        if language.lower() in _COMMA_LANGUAGES or (language.lower(), place) == ("en", "ZA")
        else "."
    )


def number_pattern() -> str:
    """A pattern for a number with its currency, percent sign, fraction or multiplier, to be found
    within a sentence.
    """
    _, powers = multipliers()
    words = "|".join(re.escape(word) for word in sorted(powers, key=len)[::-1])
    behind = (
        rf"(?:\s?(?:%|percent\b|prozent\b)|\s?/\s?\d+(?:[.,]\d+)?(?![\d/])"
        rf"|\s?(?:{words})(?![^\W\d_])\.?)?"
        r"(?:\s?(?:[€$£₽元円]|(?:EUR|USD|GBP|CHF|INR|BRL)\b))?"
    )
    return (
        rf"(?:{CURRENCY}\s?)?(?<![0-9A-Za-z\u00c0-\u04ff.,/#-])-?\d+(?:[.,'’\u00a0\u202f"
        rf" ]\d{{3}}(?!\d))*(?:[.,]\d+)?{behind}"
    )
