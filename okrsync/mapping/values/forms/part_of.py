"""A part of a whole: `4.5/5`, `3 of 8`, `14%/25%`, and `★★☆☆☆` or `●●○○○`, which are 2 of 5."""

from __future__ import annotations

import re
from decimal import Decimal

from okrsync.mapping.values.forms.form import Form, Lead, is_unit
from okrsync.mapping.values.number import DecimalSign, Number, digits_of
from okrsync.model.patterns import lazy_pattern

__all__ = ["FORM"]

_PART_OF = lazy_pattern(
    r"\s*(?:/|\bout"
    r" of\b|\bof\b|\bvon\b|\bsur\b|\bde\b|\bdi\b|\bvan\b|\bиз\b)\s*(\d+(?:[.,]\d+)?)(?!\d|"
    r"\s*/)\s*(.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_FULL_AND_EMPTY = tuple(map(tuple, ("★☆", "●○", "■□", "◆◇", "▮▯", "⬛⬜", "█░")))
_BOTH_PERCENT = lazy_pattern(r"%\s*/\s*\d+(?:[.,]\d+)?\s*%")


def _behind(lead: Lead, rest: str) -> Number | None:
    """Read a part of a whole. `of` holds the whole, which is also the unit where none follows."""
    if _BOTH_PERCENT.fullmatch(rest) is not None:
        rest = rest.removeprefix("%")  # `14%/25%` says the sign for both.
    # The pattern refuses a second slash, because `3/4/2026` is a date.
    part = _PART_OF.match(rest)
    if part is None:
        return None
    total, is_total_doubtful = digits_of(part[1], lead.decimal, None)
    unit = part[2].strip("() ") or f"/{part[1]}"
    if total is None or not is_unit(unit, may_count=True):
        return None
    is_doubtful = lead.is_doubtful or is_total_doubtful
    return Number(lead.value, unit, bound=lead.bound, of=total, is_doubtful=is_doubtful)


def _signs(text: str, _: DecimalSign | None) -> Number | None:
    """Read full signs of a whole, such as stars. Without empty ones they name no whole."""
    signs = "".join(text.split())
    for full, empty in _FULL_AND_EMPTY:
        count, rest = signs.count(full), signs.count(empty)
        if rest and count + rest == len(signs) and 3 <= len(signs) <= 10:
            return Number(Decimal(count), of=Decimal(len(signs)))
    return None


FORM = Form(whole=_signs, behind=_behind)
