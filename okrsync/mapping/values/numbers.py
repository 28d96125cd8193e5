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
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from okrsync.mapping.words import lookup, table
from okrsync.model.table import CellValue

__all__ = ["DecimalSign", "Number", "decimal_sign", "number_pattern", "read_number"]

DecimalSign = Literal[",", "."]

_CURRENCY = r"(?:(?:US|R|A|C|HK|NZ|S|MX|Z)\$|[$€£¥₹₽₩₺₴₫฿₪₱₦]|Rs\.?(?=[\s\d]))"
_DIGITS = r"(?:\d[\d.,'’\s\u00a0\u202f]*|[.,]\d+)"
_NUMBER = re.compile(
    rf"""\s*(?P<before>[^\W\d_][^\d$€£¥₹₽₩₺()\[\]<>≤≥]{{0,24}}?)??\s*(?P<bound>[<>≤≥~≈±=]{{0,2}})\s*
    (?P<sign>[-+(]?)\s*(?P<currency>{_CURRENCY}|[A-Z]{{3}}(?=[\s\d-]))?\s*(?P<sign_after>[-+]?)
    (?P<digits>{_DIGITS})
    (?P<rest>.*)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r"-?\d{1,15}(?:\.\d{1,2})?%?", re.ASCII)
_ABOUT = re.compile(
    r"(?:approx|about|ca|circa|around|etwa|rund|env|environ|aprox|cerca de|около|约|約|약)\.?\s*",
    re.I,
)
_PART_OF = re.compile(
    r"\s*(?:/|\bout"
    r" of\b|\bof\b|\bvon\b|\bsur\b|\bde\b|\bdi\b|\bvan\b|\bиз\b)\s*(\d+(?:[.,]\d+)?)(?!\d|"
    r"\s*/)\s*(.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_BOTH_PERCENT = re.compile(r"%\s*/\s*\d+(?:[.,]\d+)?\s*%")
_RANGE = re.compile(r"\s*(?:-|–|—|to|bis|à|a|até|до|\.\.|~)\s*(\d[\d.,]*)\s*(.*)\Z", re.DOTALL)
_PERCENT = re.compile(
    r"(?:%|percent|per cent|pct|prozent|pour ?cent|por ?ciento|por ?cento|per"
    r" ?cento|procent|процент\w*|パーセント|퍼센트)"
    r"(?P<after>[^\d]{0,24})\Z",
    re.IGNORECASE,
)
_GREATEST, _SMALLEST = Decimal(10) ** 18, Decimal(10) ** -30
"""Beyond these nobody means what stands in a cell, and calculating with it would end in errors."""
_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
_SPACED = re.compile(r"\d{1,3}(?:[\s\u00a0\u202f'’]\d{3})+(?:[.,]\d*)?")
_UNIT_SIGNS = re.compile(r"[^\d]{1,24}")
_ORDINALS = ("st", "nd", "rd", "th")


class Number(NamedTuple):
    """A number as typed. `unit` is what stood beside it; `high` the upper end of a range; `bound` a
    sign such as `≤`; `of` what it was a part of (the 5 of `4.5/5`). `is_share` tells that a percent
    was stored as a share and has been turned into points; `power` the power of ten that a word such
    as `k` stood for, and which `value` holds already. `is_doubtful` tells that it could be another
    number as well.
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
        """The same number in another scale, all of its parts."""
        high = None if self.high is None else self.high * factor
        return self._replace(value=self.value * factor, high=high, unit=unit)


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
    if not number.is_finite() or abs(number) > _GREATEST or 0 < abs(number) < _SMALLEST:
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
        return None
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
    value, is_doubtful = _digits(digits, decimal, currency)
    if value is None:
        return None
    if "-" in (found["sign"], found["sign_after"]) or (
        found["sign"] == "(" and rest.startswith(")")
    ):
        value = -value
    rest = rest.removeprefix(")").strip() if found["sign"] == "(" else rest
    if _BOTH_PERCENT.fullmatch(rest) is not None:
        rest = rest.removeprefix("%")  # `14%/25%` says the sign for both.
    part = _PART_OF.match(rest) if rest else None
    if part is not None:
        of, of_doubtful = _digits(part[1], decimal, None)
        unit = part[2].strip("() ") or f"/{part[1]}"
        if of is None or not _is_unit(unit, may_count=True):
            return None
        return Number(
            value,
            "%" if unit == "%" else unit,
            bound=bound,
            of=of,
            is_doubtful=is_doubtful or of_doubtful,
        )
    span = _RANGE.fullmatch(rest) if rest else None
    high = None
    if span is not None:
        high, _ = _digits(span[1], decimal, currency)
        rest = span[2].strip()
        if high is None or high <= value:
            return None
    percent = _PERCENT.match(rest)
    if percent is not None and _is_unit(percent["after"].strip("()+ ") or "x"):
        return Number(value, "%", high, bound, is_doubtful=is_doubtful)
    unit, power = _unit(rest, currency)
    if power is None or abs(value) > _GREATEST / Decimal(10) ** power:
        return None
    factor = Decimal(10) ** power
    return Number(
        value * factor if power else value,
        unit or currency,
        high if high is None or not power else high * factor,
        bound,
        power=power,
        is_doubtful=is_doubtful,
    )


def _bound_in(words: str) -> str | None:
    """The sign a word before a number stands for: `at least` is `>`."""
    meaning = lookup("directions", words.strip(" .:"))
    return {"stay-above": ">", "stay-below": "<"}.get(meaning or "")


@cache
def _multipliers() -> tuple[re.Pattern[str], dict[str, int]]:
    """A pattern that finds a multiplier at the start of what follows a number, and the powers of
    ten by word.
    """
    powers = {
        word: int(meanings[0].removeprefix("e")) for word, meanings in table("multipliers").items()
    }
    letters = sorted(
        (word for word in powers if word.isascii() or "\u0400" <= word[0] <= "\u04ff"), key=len
    )[::-1]
    glued = sorted((word for word in powers if word not in letters), key=len)[::-1]
    spelled = "|".join(map(re.escape, letters))
    signs = "|".join(map(re.escape, glued))
    pattern = rf"(?P<word>(?:{spelled})(?![^\W\d_])\.?|(?:{signs}))"
    return re.compile(pattern, re.IGNORECASE), powers


def _unit(rest: str, currency: str | None) -> tuple[str | None, int | None]:
    """The unit that stands behind a number, and the power of ten of a multiplier such as `k`, which
    is None where it is a text and no unit.
    """
    if not rest:
        return None, 0
    pattern, powers = _multipliers()
    found = pattern.match(rest)
    power = 0
    if found is not None:
        word = found["word"].rstrip(".")
        # A small m or b is a metre or anything else, unless it stands beside money.
        if word not in ("m", "b", "t") or currency is not None:
            power = powers[word.casefold()]
            rest = rest[found.end() :].strip()
    plain = rest.strip("()+ ").strip()
    if not plain or plain.casefold() in _ORDINALS:
        return None, power
    if not _is_unit(plain):
        return None, None
    return (f"{currency}{plain}" if currency and plain.startswith("/") else plain), power


def _is_unit(text: str, *, may_count: bool = False) -> bool:
    """Whether a text is short enough for a unit, and no sentence. `may_count` allows digits behind
    a slash.
    """
    plain = text.removeprefix("/") if may_count else text
    if may_count and re.fullmatch(r"\d+(?:[.,]\d+)?", plain):
        return True
    return _UNIT_SIGNS.fullmatch(plain) is not None and plain.count(" ") <= 2


def _digits(
    text: str, decimal: DecimalSign | None, currency: str | None
) -> tuple[Decimal | None, bool]:
    """The number some digits with separators stand for, None where they stand for none (a date, a
    version); and whether it could be another.
    """
    if _SPACES.search(text) is not None:
        if _SPACED.fullmatch(text) is None:
            return None, False
        text = _SPACES.sub("", text)
        decimal = decimal if "." in text and "," in text else "," if "," in text else "."
    dots, commas = text.count("."), text.count(",")
    doubtful = False
    if dots and commas:
        sign = "," if text.rfind(",") > text.rfind(".") else "."
    elif dots > 1 or commas > 1:
        sign = "," if dots else "."
    elif dots or commas:
        sign = "." if dots else ","
        if _could_be_thousands(text):
            told = decimal or _decimal_of(currency, sign)
            doubtful, sign = told is None, told or "."
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


def _could_be_thousands(text: str) -> bool:
    """Whether the one separator of some digits may part thousands: `1,234`, but not `0,375` or
    `1234,567`.
    """
    return re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", text) is not None


def _is_grouped(whole: str, separator: str) -> bool:
    """Whether digits are grouped as people group them: by threes, or the Indian way."""
    sign = re.escape(separator)
    return (
        re.fullmatch(
            rf"\d{{1,3}}(?:{sign}\d{{3}})+|\d{{1,2}}(?:{sign}\d{{2}})*{sign}\d{{3}}", whole
        )
        is not None
    )


def _decimal_of(currency: str | None, sign: str) -> DecimalSign | None:
    """The decimal sign that goes with a currency. Where a dollar is written with a comma and three
    digits, these are thousands: money has no three decimals.
    """
    if currency in ("£", "₹", "¥", "₩", "US$", "Rs", "Rs."):
        return "."
    if currency == "R$":
        return ","
    return "." if currency is not None and currency.endswith("$") and sign == "," else None


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
    text = _SPACES.sub("", digits[0]) if digits is not None else ""
    signs = [sign for sign in text if sign in ".,"]
    if not signs:
        return None
    if len(set(signs)) == 2:
        return signs[-1]
    if len(signs) > 1 or (_could_be_thousands(text) and not number.value % 1):
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
    _, powers = _multipliers()
    words = "|".join(re.escape(word) for word in sorted(powers, key=len)[::-1])
    behind = (
        rf"(?:\s?(?:%|percent\b|prozent\b)|\s?/\s?\d+(?:[.,]\d+)?(?![\d/])"
        rf"|\s?(?:{words})(?![^\W\d_])\.?)?"
        r"(?:\s?(?:[€$£₽元円]|(?:EUR|USD|GBP|CHF|INR|BRL)\b))?"
    )
    return (
        rf"(?:{_CURRENCY}\s?)?(?<![0-9A-Za-z\u00c0-\u04ff.,/#-])-?\d+(?:[.,'’\u00a0\u202f"
        rf" ]\d{{3}}(?!\d))*(?:[.,]\d+)?{behind}"
    )
