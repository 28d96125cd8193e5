"""Numbers as people type them: with units and currencies on either side, percents, multipliers,
fractions, ranges and bounds.

A text that is not a number is None and never becomes 0. A text that can be two numbers (`1,234` is
more than a thousand or a little more than one) is marked `is_doubtful` until the decimal sign is
known. Percentages are points with the unit `%`: 48, not 0.48.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import cache, lru_cache

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
from okrsync.mapping.words import lookup, table
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue

__all__ = [
    "DecimalSign",
    "Number",
    "decimal_sign",
    "has_digit",
    "light_beside",
    "names_two_numbers",
    "number_pattern",
    "read_number",
    "share_behind",
]


_NUMBERS = (int, float, Decimal)
_DIGITS = r"(?:\d[\d.,'’\s\u00a0\u202f]*|[.,]\d+)"
_NUMBER = lazy_pattern(
    rf"""\s*(?P<before>[^\W\d_][^\d$€£¥₹₽₩₺()\[\]<>≤≥]{{0,24}}?)??\s*(?P<bound>[<>≤≥~≈±=]{{0,2}})\s*
    (?P<sign>[-+(]?)\s*(?P<currency>{CURRENCY}|[A-Z]{{3}}(?=[\s\d-]))?\s*(?P<sign_after>[-+]?)
    (?P<digits>{_DIGITS})
    (?P<rest>.*)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = lazy_pattern(r"-?\d{1,15}(?:\.\d{1,2})?%?", re.ASCII)
_LIGHT = r"[🟢🟡🟠🔴🔵⚪⚫🟩🟨🟧🟥✅⚠]"
_LIGHTS = lazy_pattern(
    rf"\A\s*(?P<first>{_LIGHT})\ufe0f?\s*(?=\S*\d)|(?<=[\d%])\s*(?P<last>{_LIGHT})\ufe0f?\s*\Z"
)
"""A light beside a number: `🟢 8`. It says how the number stands and is no part of it."""
_FOOTNOTES = lazy_pattern(r"(?<=\d)[⁰¹²³⁴-⁹₀-₉]\s*\Z")
"""A raised digit behind a number refers to a note: NFKC would make it the last digit."""
_TREND = lazy_pattern(r"(?<=[\d%])\s*[↑↓↗↘⬆⬇▲▼]\ufe0f?\s*\Z")
"""An arrow behind a number: it says where the number comes from. One before it may mean a change,
or a minus in Japanese accounts.
"""
_DASH = lazy_pattern(r"\A\s*[–—](?=[\d$€£¥₹])")
"""A dash that a program made of a minus."""
_SHARE_BEHIND = lazy_pattern(r"(?<=[^\s%])\s*\(\s*(\d[\d.,]*\s*%)\s*\)\s*\Z")
"""The percent that an amount is, in brackets behind it: `50 (50%)`."""
_UNIT_TWICE = lazy_pattern(
    r"\A\s*(-?\d[\d.,]*)\s*(%|[^\W\d_]{1,12}|[$€£¥₹])\s*[-–—]\s*(-?\d[\d.,]*\s*\2)\s*\Z"
)
"""A range with its unit at both ends: `75 % - 85 %`."""
_WHOLE = lazy_pattern(r"\d+")
_THOUSANDS = lazy_pattern(r"(?<![\d.,])[1-9]\d{0,2}[.,]000(?!\d)")
_MONEY = lazy_pattern(rf"{CURRENCY}|EUR|USD|GBP|CHF|BRL|SEK|NOK|DKK|PLN|CZK", re.IGNORECASE)
_ABOUT = lazy_pattern(
    r"(?:approx|about|ca|circa|around|etwa|rund|env|environ|aprox|cerca de|около|约|約|약)\.?\s*",
    re.I,
)


_BETWEEN = lazy_pattern(
    r"\s*(?:between|zwischen|entre|tra|fra|tussen|między|mezi|mellan|mellem|mellom|между|od)\s+(\d[\d.,]*)\s*[^\s\d]{0,8}"
    r"\s+(?:and|und|et|y|e|en|i|a|och|og|и|do)\s+(\d.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_SIGNS = "█▓▒░▰▱■□▮▯▪▫◼◻◾◽⬛⬜🟩🟨🟧🟥🟦🟪🟫🔲🔳●○◉◯⚫⚪🔵🟢🟡🟠🔴🟣🟤★☆⭐☑☐✅"
_BAR_SIGNS = frozenset(f"[#{_SIGNS}")
_BAR = lazy_pattern(rf"\A\[?[#=>\-\ufe0f{_SIGNS}]{{3,}}\]?\s*(?=\d)")
"""A bar drawn with signs, such as `▓▓▓░░░ 50 %` or `🟩🟩⬜⬜ 50%`."""


def read_number(
    value: CellValue, decimal: DecimalSign | None = None, *, percent_format: bool = False
) -> Number | None:
    """The number in a cell, or None where it holds none.

    `decimal` is the decimal sign in texts; without it `1,234` is 1234 and `1.234` is 1.234, and
    both are doubtful. With `percent_format`, a stored 0.48 is 48 %.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, _NUMBERS):
        return _of_number(value, percent_format)
    return _read_text(value, decimal) if isinstance(value, str) else None


def share_behind(value: CellValue, decimal: DecimalSign | None = None) -> Number | None:
    """The percent in brackets behind a number: 50 % in `40 (50%)`; None where there is none."""
    match = _SHARE_BEHIND.search(value) if isinstance(value, str) and value[-1:] == ")" else None
    return None if match is None else _read_text(match[1], decimal)


def light_beside(text: str) -> str | None:
    """The light that stands beside a number: 🔴 in `🔴 38`; None where there is none."""
    match = _LIGHTS.search(text)
    return None if match is None else match["first"] or match["last"]


@lru_cache(maxsize=16_384, typed=True)
def _of_number(value: float | Decimal, percent_format: bool) -> Number | None:
    # Decimal(0.1) has 55 digits; repr() gives the shortest ones, which are those people typed.
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    # A file may hold -0.0, which equals 0.0: whichever is read first would stand for both.
    number = number if number else number.copy_abs()
    if not number.is_finite() or abs(number) > GREATEST or 0 < abs(number) < SMALLEST:
        return None
    return Number(number * 100, "%", is_share=True) if percent_format else Number(number)


@lru_cache(maxsize=16_384)
def _read_text(text: str, decimal: DecimalSign | None) -> Number | None:
    if _PLAIN.fullmatch(text) is not None:
        return Number(Decimal(text[:-1]), "%") if text[-1] == "%" else Number(Decimal(text))
    if len(text) > 120:
        return None
    if not text.isascii():
        text = _FOOTNOTES.sub("", _TREND.sub("", _LIGHTS.sub("", text)))
        text = _DASH.sub("-", text).replace("٪", "%")
    if text[:1] in _BAR_SIGNS:
        text = _BAR.sub("", text)
    if text[-1:] == ")":
        text = _SHARE_BEHIND.sub("", text)
    elif (ends := _UNIT_TWICE.match(text)) is not None:
        text = f"{ends[1]}-{ends[3]}"
    if text[:1] == "%":
        text = f"{text[1:]}%"  # Turkish writes the sign first: `%8`.
    elif (span := _BETWEEN.match(text)) is not None:
        text = f"{span[1]}-{span[2]}"
    elif (end := _at_most_behind().search(text)) is not None:
        number = _read_text(text[: end.start()], decimal)
        return None if number is None else number._replace(bound=number.bound or "<")
    # NFKC turns full-width digits and signs into plain ones; U+2212 is the minus of typesetters.
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace("\u2212", "-"))
    if match is None:
        readings = (form.whole(text, decimal) for form in FORMS if form.whole is not None)
        return next((number for number in readings if number is not None), None)
    before, bound, currency = (
        (match["before"] or "").strip(),
        match["bound"].strip("~≈±= ") or None,
        match["currency"],
    )
    # Words before a number are a bound ("at least 5") or a currency code ("SEK 5"); after any other
    # words ("Phase 2") the digits are part of a name.
    if before and _ABOUT.fullmatch(before) is None:
        worded_bound = _bound_in(before)
        if worded_bound is None and (currency or len(before) != 3 or not before.isupper()):
            return None
        bound, currency = (worded_bound, currency) if worded_bound is not None else (bound, before)
    digits, rest = match["digits"].rstrip(), match["rest"].strip()
    value, is_doubtful = digits_of(digits, decimal, currency)
    if value is None:
        return None
    # Accountants write minus 120 as (120), (120) k€ or (120 k€).
    is_closed = match["sign"] == "(" and (rest.startswith(")") or rest.endswith(")"))
    if "-" in (match["sign"], match["sign_after"]) or is_closed:
        value = -value
    rest = rest.strip(")").strip() if match["sign"] == "(" else rest
    lead = Lead(value, bound, currency, is_doubtful, decimal)
    readings = (form.behind(lead, rest) for form in FORMS if form.behind is not None)
    number = next((number for number in readings if number is not None), None)
    if number is None or number.power or _THOUSANDS.fullmatch(digits) is None:
        return number
    return _in_thousands(number) if _MONEY.fullmatch(number.unit or "") else number


def _in_thousands(number: Number) -> Number:
    """An amount of money whose only separator stands before three zeros: they are no decimals."""
    value = number.value if abs(number.value) >= _THOUSAND else number.value * _THOUSAND
    return number._replace(value=Decimal(int(value)), is_doubtful=False)


_THOUSAND = 1000


@cache
def _at_most_behind() -> re.Pattern[str]:
    """The words for an upper limit behind a number: `5 or less`, `1.0%以下`, `2h max.`"""
    words = (word for word, each in table("bounds").items() if "at-most-behind" in each)
    behind = "|".join(
        rf"\s+{re.escape(word)}"
        if word[0].isalpha() and word.isascii()
        else rf"\s*{re.escape(word)}"
        for word in words
    )
    return re.compile(rf"(?<=\S)(?:{behind})\.?\s*\Z", re.IGNORECASE)


def _bound_in(words: str) -> str | None:
    """The sign for words before a number: `at least` is `>`; None for other words."""
    meaning = lookup("directions", words.strip(" .:"))
    return {"stay-above": ">", "stay-below": "<"}.get(meaning or "")


def decimal_sign(
    values: Iterable[CellValue], stated: DecimalSign | None, locale: str | None
) -> tuple[DecimalSign | None, bool]:
    """The decimal sign of some texts, and whether one of them can be read in two ways.

    The mapping (`stated`) decides first, then the locale, then the texts: one that can be read in
    only one way decides for all. Where none can, three zeros behind the same separator in all
    texts are no decimals: `1,000` beside `1,250`; unless a bare number is as large as one of them
    without them, such as 95 beside `99.000`. None where the texts leave it open or contradict each
    other.
    """
    if stated is not None:
        return stated, False
    if locale:
        return _decimal_in(locale), False
    signs: set[str] = set()
    doubtful: list[str] = []
    bare: set[str] = set()
    for value in values:
        if type(value) is str and ("," in value or "." in value) and len(value) <= 60:
            sign = _sign_shown_by(value)
            if sign == "?":
                doubtful.append(value)
            elif sign is not None:
                signs.add(sign)
        elif type(value) is str and len(value) <= 3 and value.isdecimal():
            bare.add(value)
    if len(signs) == 1:
        return (",", False) if "," in signs else (".", False)
    if not signs and any(map(_THOUSANDS.search, doubtful)):
        separators = {sign for text in doubtful for sign in ",." if sign in text}
        if len(separators) == 1 and not _are_alike(bare, doubtful):
            return ("." if "," in separators else ","), False
    return None, bool(doubtful)


def _are_alike(bare: Iterable[str], doubtful: Iterable[str]) -> bool:
    """Whether a bare number is about as large as one of the others, taken for a decimal."""
    whole = {int(digits[0]) for text in doubtful if (digits := _WHOLE.search(text))}
    return any(0 < int(each) <= 2 * one and one <= 2 * int(each) for each in bare for one in whole)


@lru_cache(maxsize=16_384)
def _sign_shown_by(value: str) -> str | None:
    """The decimal sign that a text shows; `?` where its number can be read in two ways, None where
    the text has no number or no separator.
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
        return signs[-1]  # In `1.234,5` the last of the two separators is the decimal one.
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
# Regions whose decimal sign differs from that of their language, from the Unicode CLDR:
# https://cldr.unicode.org/
_DOT_REGIONS = frozenset(["CH", "LI", "MX", "US", "PR", "GT", "HN", "NI", "PA", "SV", "DO", "PE"])


def _decimal_in(locale: str) -> DecimalSign:
    language, _, rest = locale.replace("-", "_").partition("_")
    region = rest.rpartition("_")[2].upper()
    # CLDR: fr-CH writes a decimal comma although de-CH and it-CH write a point.
    if region in _DOT_REGIONS and not (language.lower() == "fr" and region == "CH"):
        return "."
    return (
        ","
        if language.lower() in _COMMA_LANGUAGES or (language.lower(), region) == ("en", "ZA")
        else "."
    )


def has_digit(title: str) -> bool:
    """Whether a title holds a digit of any script."""
    return _DIGIT.search(title) is not None if title.isascii() else any(map(str.isdigit, title))


def names_two_numbers(title: str) -> bool:
    """Whether digits stand in two places of a title: with fewer, it names no way from one number to
    another.
    """
    return _TWO_NUMBERS.search(title) is not None


_DIGIT = lazy_pattern(r"[0-9]")
_TWO_NUMBERS = lazy_pattern(r"\d\D++\d")


def number_pattern() -> str:
    """A pattern that finds a number within a sentence, with its currency, percent sign, fraction
    or multiplier.
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
