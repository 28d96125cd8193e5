"""What a form of value is: one way of writing a number, by what follows its digits, or without
digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from okrsync.mapping.values.number import DecimalSign, Number
from okrsync.model.frozen import Frozen
from okrsync.model.patterns import lazy_pattern

__all__ = ["Form", "Lead", "is_unit"]

_UNIT_SIGNS = lazy_pattern(r"[^\d]{1,24}")


class Lead(Frozen, frozen=True):
    """The beginning of a cell: a number, the sign (such as `≤`) and the currency before it, whether
    its digits can be read as another number, and the decimal sign of the column if it is known.
    """

    value: Decimal
    bound: str | None
    currency: str | None
    is_doubtful: bool
    decimal: DecimalSign | None


class Form(Frozen, frozen=True, kw_only=True):
    """One way of writing a number. Each reader returns None for text in another form.

    `behind` reads the text after the first digits of a cell, which may be empty; `whole` reads a
    cell that does not begin like a number with digits.
    """

    behind: Callable[[Lead, str], Number | None] | None = None
    whole: Callable[[str, DecimalSign | None], Number | None] | None = None


def is_unit(text: str, *, may_count: bool = False) -> bool:
    """Whether a text is short enough for a unit and not a sentence. `may_count` also allows a
    number after a slash (`/5`).
    """
    plain = text.removeprefix("/") if may_count else text
    if may_count and re.fullmatch(r"\d+(?:[.,]\d+)?", plain):
        return True
    # A legend says what a number means (`1.0 = certain`); no unit begins so.
    if plain.startswith("="):
        return False
    return _UNIT_SIGNS.fullmatch(plain) is not None and plain.count(" ") <= 2
