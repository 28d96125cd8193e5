"""Numbers and units in the words of a key result: `Increase NPS from 30 to 50`, `Maintain a 4.5/5
rating`, `Revenue (in k€)`.

Only what can be read in one way is used: a title with two numbers gives none, unless they are in
"from ... to ...". A change (`by 15%`), a day, a year, a quarter or a deadline gives none either. A
unit in a header or in brackets is used where okrsync knows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from okrsync.mapping.values.numbers import (
    DecimalSign,
    Number,
    has_digit,
    names_two_numbers,
    number_pattern,
    read_number,
)
from okrsync.mapping.words import normal, roles_of, table
from okrsync.model.frozen import Frozen
from okrsync.model.patterns import lazy_pattern
from okrsync.model.period_words import MONTHS

__all__ = [
    "Aims",
    "aims_in",
    "baseline_in",
    "unit_in_header",
    "unit_in_title",
    "unit_power",
]

_CODES = (
    r"(?:EUR|USD|GBP|CHF|INR|BRL|CNY|RMB|JPY|KRW|RUB|AUD|CAD|SGD|HKD|MXN|ARS|CLP|COP|PLN|CZK"
    r"|SEK|NOK|DKK|TRY|ZAR|[€$£¥₹₽₩元円원])"
)
_MONEY = lazy_pattern(
    rf"(?:k|K|M|m|Mio\.?|mn|bn|Tsd\.?|万|億|亿|百万|만|억|тыс\.?|млн)?\s?{_CODES}(?:\s?(?:k|K|M|m|Mio\.?|mn|bn|Cr|crore|lakh|Lakhs?))?"
)
_BRACKETS = lazy_pattern(
    r"[(\[（【]\s*+(?:in |en |em |im |us\. )?([^()\[\]（）【】]{1,16}?)\s*+[)\]）】]"
)
_REMARKED_NUMBER = lazy_pattern(
    r"[(\[（【]\s*(?P<words>[^\W\d][^()\[\]（）【】\d]{1,30}?)\s*[:：=]?\s*(?P<number>[-€$£¥]?\s?\d[^()\[\]（）【】]{0,15}?)"
    r"\s*[)\]）】]"
)
_IN_HEADER = lazy_pattern(rf"(?:(?:\bin\s+|\s)(?P<money>{_MONEY.pattern})|(?P<percent>%))\s*\Z")
_NUMBERING = lazy_pattern(
    r"\A\s*(?:kr|key"
    r" result|o|obj|objective)?\s*[-_#]?\d+(?:\.\d+)*\s*[.):]\s+|\A\s*(?:kr|"
    r"o)\s*[-_#]?\d+(?:\.\d+)*\s*[-–]\s+",
    re.I,
)
_OUTLINE = lazy_pattern(r"\A\s*\d{1,3}(?:\.\d{1,3})+\s+([^\W\d_]+)")
# Numbers in a deadline or a period are never the target: "in 30 days", "by Q3", "24/7".
_DEADLINE = lazy_pattern(
    r"\b(?:in|within|in under|innerhalb(?: von)?|binnen|dans|sous|en(?: menos de)?|dentro"
    r" de|em|entro|in meno di|binnen|за|в течение)\s+\d+\s+"
    r"(?:days?|weeks?|months?|quarters?|years?|sprints?|tagen?|wochen|monaten?|jours|semaines|mois|d[ií]as|semanas|meses|dias|giorni|settimane|mesi|dagen|weken|maanden|дней|недель|месяц\w*)\b"
    r"|\b24\s?/\s?7\b|\b(?:[QHTSW]|FY|KW)\s?'?\d{1,4}(?:["
    r" /-]*(?:FY)?'?\d{2,4})?\b|\b\d[QHTS]\s?'?\d{2}\b|\b\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?\b"
    r"|\b\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b|(?<![\d.,$€£])(?:19|20)\d\d(?![\d.,%])|\d{1,4}\s?[年月日]",
    re.IGNORECASE,
)
_ARROW = r"(?:→|➔|➜|➡|⇒|⟶|->|=>)\ufe0f?"
_ARROWS = lazy_pattern(_ARROW)
_MONTHS = "|".join(sorted(MONTHS, key=len)[::-1])
_LONG_MONTHS = "|".join(sorted((name for name in MONTHS if len(name) > 2), key=len)[::-1])
_MONTH_DAY = lazy_pattern(
    rf"\b(?:{_LONG_MONTHS})\b\.?\s*\d{{0,2}}(?:st|nd|rd|th)?"
    rf"|\b\d{{1,2}}(?:\.|st|nd|rd|th|er|º)?\s+(?:de\s+)?(?:{_MONTHS})\b",
    re.IGNORECASE,
)


class Aims(Frozen, frozen=True):
    """The baseline and the target that a title names; None where it names none."""

    baseline: Number | None = None
    target: Number | None = None


@lru_cache(maxsize=16_384)
def aims_in(title: str, decimal: DecimalSign | None = None) -> Aims:
    """The baseline and target in a title, each None where it names none that can be read in only
    one way.
    """
    # Longer texts are descriptions; their numbers are rarely the target.
    if len(title) > 400 or not has_digit(title):
        return Aims()
    text = _without_numbering(title)
    if len(_ARROWS.findall(text)) > 1:
        return Aims()  # A way with a step between (`12 -> 9 -> 3`) is more than a start and an end.
    spans = [
        match
        for pattern in (_from_to() if names_two_numbers(text) else ())
        for match in pattern.finditer(text)
    ]
    if spans:
        return _both(spans[0]["first"], spans[0]["last"], decimal) if len(spans) == 1 else Aims()
    text = _MONTH_DAY.sub(" ", _DEADLINE.sub(" ", text))
    matches = list(_number().finditer(text))
    if len(matches) != 1 or any(
        sign.isdigit() for sign in text[: matches[0].start()] + text[matches[0].end() :]
    ):
        return Aims()
    before, after = text[: matches[0].start()], text[matches[0].end() :]
    if not _is_aim(before, matches[0][0], after):
        return Aims()
    number = _sure(matches[0][0], decimal)
    return Aims(None, number if number is None else _bounded(number, before))


def _without_numbering(title: str) -> str:
    """A title without the number at its beginning: `KR 2: ...`, or `1.2` before a verb, where it is
    no amount.
    """
    outline = _OUTLINE.match(title)
    if outline is not None and normal(outline[1]) in (_words("do") | _change_words()):
        return title[outline.start(1) :]
    return _NUMBERING.sub("", title, count=1)


@lru_cache(maxsize=16_384)
def baseline_in(title: str, decimal: DecimalSign | None = None) -> Number | None:
    """The baseline that a title names in brackets: `Deals (baseline: 10)`, `NPS [from 30]`. None
    where it names none.
    """
    for match in _REMARKED_NUMBER.finditer(title[:400]):
        words = match["words"]
        if roles_of(words)[:1] == ("baseline",) or normal(words) in _words("from"):
            return _sure(match["number"], decimal)
    return None


def _both(first: str, last: str, decimal: DecimalSign | None) -> Aims:
    baseline, target = _sure(first, decimal), _sure(last, decimal)
    if baseline is None or target is None or baseline.value == target.value:
        return Aims()
    if baseline.unit is None and not baseline.power:
        # "from 9 to 3%" and "von 1 auf 2 Mio." name the unit once for both numbers.
        factor = 10**target.power
        baseline = baseline._replace(
            value=baseline.value * factor, unit=target.unit, power=target.power
        )
    return Aims(baseline, target)


def _sure(text: str, decimal: DecimalSign | None) -> Number | None:
    number = read_number(text.strip(), decimal)
    return None if number is None or number.is_doubtful else number


def _bounded(number: Number, before: str) -> Number:
    sign = re.search(r"([<>≤≥])=?\s*\Z", before)
    return number if sign is None else number._replace(bound=sign[1])


def _is_aim(before: str, number: str, after: str) -> bool:
    """Whether the only number in a title is its target, and not a name (`iOS 17`), an ordinal
    (`1st`) or a change (`by 15%`).
    """
    words = re.findall(r"[^\W\d_]+", before)
    last = normal(" ".join(words[-3:])).split()
    if re.match(r"(?:st|nd|rd|th|º|ª|°)\b", after):
        return False
    if last and (last[-1] in _words("by") or " ".join(last[-2:]) in _words("by")):
        return False
    says_to = bool(last) and any(" ".join(last[-size:]) in _words("to") for size in (1, 2, 3))
    if says_to or re.search(r"[<>≤≥]=?\s*\Z", before):
        return True
    if any(normal(word) in _change_words() for word in words) or _has_glued(
        before, _change_words()
    ):
        return False
    has_unit = re.search(r"%|/\s?\d|[$€£¥₹₽]|percent|prozent", number, re.IGNORECASE) is not None
    return has_unit or not words or (len(words) == 1 and normal(words[0]) in _words("do"))


def _has_glued(text: str, words: frozenset[str]) -> bool:
    return not text.isascii() and any(word in text for word in words if not word.isascii())


@cache
def _number() -> re.Pattern[str]:
    return re.compile(rf"{number_pattern()}(?![0-9A-Za-z\u00c0-\u04ff/])", re.IGNORECASE)


@cache
def _from_to() -> tuple[re.Pattern[str], ...]:
    """Patterns for "from 30 to 50" in all languages. In Japanese and Korean the words stand behind
    the numbers, in Chinese around them.
    """
    number = number_pattern()
    first, last = rf"(?P<first>{number})", rf"(?P<last>{number})"
    lead, to = (
        _any([*_words(name), *more])
        for name, more in (("from", ("från",)), ("to_after_from", ("à", "até")))
    )
    unit = r"(?:\s?[^\W\d_]{1,12}){0,2}?"
    return (
        re.compile(
            rf"(?:\b(?:{lead})\s+){first}{unit}\s+(?:{to})\s+(?:[^\W\d_]+\s+)?{last}(?![\w.,]*\d)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"[从由自]\s?{first}[^\d]{{0,4}}?(?:提高|提升|增加|增长|增|升|降低|下降|减少|降|减|缩短)?[到至为]\s?{last}"
        ),
        re.compile(rf"{first}[^\d]{{0,4}}?(?:から|에서)\s?{last}"),
        re.compile(rf"{first}{unit}\s?{_ARROW}\s?{last}(?![\w.,]*\d)"),
    )


def _any(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len)[::-1])


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(word for word, meanings in table("aims").items() if name in meanings)


@cache
def _change_words() -> frozenset[str]:
    return frozenset(
        word
        for word, meanings in table("title_words").items()
        if {"increase", "decrease"} & set(meanings)
    )


@cache
def unit_in_header(header: str) -> str | None:
    """The unit in a header: `Target (INR Cr)`, `Umsatz in k€`, `Target %`; None where there is
    none.
    """
    match = _IN_HEADER.search(header)
    if match is not None:
        return match["money"].strip() if match["money"] else "%"
    for inside in _BRACKETS.findall(header):
        if _is_unit(inside) and not roles_of(inside):
            return str(inside).strip()
    return None


@lru_cache(maxsize=16_384)
def unit_in_title(title: str) -> str | None:
    """The unit in brackets in a title: `Conversion (%)`, `Monthly revenue [k€]`; None where there
    is none.
    """
    if "(" not in title and "[" not in title and "（" not in title and "【" not in title:
        return None
    return next((inside.strip() for inside in _BRACKETS.findall(title) if _is_unit(inside)), None)


def _is_unit(text: str) -> bool:
    plain = text.strip()
    return (
        plain in ("%", "percent")
        or normal(plain) in table("units")
        or _MONEY.fullmatch(plain) is not None
    )


@lru_cache(maxsize=4096)
def unit_power(unit: str) -> int:
    """The power of ten of a unit: 4 for `万元`, 7 for `INR Cr`, 3 for `k€`; 0 for `EUR`."""
    probe = read_number(f"1 {unit}")
    if probe is not None and probe.power:
        return probe.power
    for word in re.split(r"[\s€$£¥₹]+", unit):
        # A single m, b or t is more often metres, bytes or tons than millions, billions, trillions.
        number = read_number(f"1 {word}") if word not in ("", "m", "b", "t") else None
        if number is not None and number.power:
            return number.power
    return 0
