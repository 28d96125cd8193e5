"""A range, a percent sign, a multiplier and a unit, each optional and in this order: `10-20 %`, `3k
users`, `5 Mio. €`, `48 percent`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from okrsync.mapping.values.forms.form import Form, Lead, is_unit
from okrsync.mapping.values.number import GREATEST, Number, digits_of
from okrsync.mapping.words import table
from okrsync.model.days import parse_day_of_year
from okrsync.model.patterns import lazy_pattern

__all__ = ["FORM", "multipliers"]

_RANGE = lazy_pattern(r"\s*(?:-|–|—|to|bis|à|a|até|до|\.\.|~)\s*(\d[\d.,]*)\s*(.*)\Z", re.DOTALL)
_PERCENT = lazy_pattern(
    r"(?:%|percent|per cent|pct|prozent|pour ?cent|por ?ciento|por ?cento|per"
    r" ?cento|procent|процент\w*|パーセント|퍼센트)"
    r"(?P<after>[^\d]{0,24})\Z",
    re.IGNORECASE,
)
# In Spanish and Portuguese mil is a thousand, and never abbreviated.
_IS_MILLION = lazy_pattern(r"mil(?:\.|\s*(?:kč|czk|lei|ron)\b)", re.IGNORECASE)
_ORDINALS = ("st", "nd", "rd", "th")


def _behind(lead: Lead, rest: str) -> Number | None:
    """Read a number with its unit. `high` holds the upper end of a range; `value` includes the
    multiplier.
    """
    span = _RANGE.fullmatch(rest)
    high = None
    if span is not None:
        high, _ = digits_of(span[1], lead.decimal, lead.currency)
        rest = span[2].strip()
        if high is None or high <= lead.value:
            return None
    percent = _PERCENT.match(rest)
    # "x" stands in for no text at all, which is fine after a percent sign but is no unit by itself.
    if percent is not None and is_unit(percent["after"].strip("()+ ") or "x"):
        return Number(lead.value, "%", high, lead.bound, is_doubtful=lead.is_doubtful)
    unit, power = _unit(rest, lead.currency)
    if power is None or abs(lead.value) > GREATEST / Decimal(10) ** power:
        return None
    factor = Decimal(10) ** power
    return Number(
        lead.value * factor if power else lead.value,
        unit or lead.currency,
        high if high is None or not power else high * factor,
        lead.bound,
        power=power,
        is_doubtful=lead.is_doubtful,
    )


FORM = Form(behind=_behind)


def _unit(rest: str, currency: str | None) -> tuple[str | None, int | None]:
    """The unit after a number, and the power of ten of a multiplier such as `k`. The power is None
    where the text is not a unit.
    """
    if not rest:
        return None, 0
    pattern, powers = multipliers()
    match = pattern.match(rest)
    power = 0
    if match is not None:
        word = match["word"].rstrip(".")
        # A small m, b or t is a metre, a byte or a ton, and mi a mile, unless it stands beside a
        # currency.
        if word not in ("m", "b", "t", "mi") or currency is not None:
            power = 6 if _IS_MILLION.match(rest) else powers[word.casefold()]
            rest = rest[match.end() :].strip()
    plain = rest.strip("()+ ").strip()
    if not plain or plain.casefold() in _ORDINALS:
        return None, power
    if parse_day_of_year(f"1 {plain.lstrip('- ')}") is not None:
        return None, None  # `31 Dec` is a day, not an amount.
    if not is_unit(plain):
        return None, None
    return (f"{currency}{plain}" if currency and plain.startswith("/") else plain), power


@cache
def multipliers() -> tuple[re.Pattern[str], dict[str, int]]:
    """A pattern that matches a multiplier at the start of the text after a number, and the powers
    of ten by word.
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
