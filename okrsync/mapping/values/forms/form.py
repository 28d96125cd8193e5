"""What a form of value is: how a number is written with what stands behind its digits, or without
any digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from okrsync.mapping.values.number import DecimalSign, Number

__all__ = ["Form", "Lead", "is_unit"]

_UNIT_SIGNS = re.compile(r"[^\d]{1,24}")


@dataclass(frozen=True, slots=True)
class Lead:
    """What a cell begins with: a number, a sign such as `≤` or a currency before it, whether its
    digits could be another number, and the decimal sign of the column where that is known.
    """

    value: Decimal
    bound: str | None
    currency: str | None
    is_doubtful: bool
    decimal: DecimalSign | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way of writing a number. Each reader answers None for what is written in another way.

    `behind` reads what stands behind the first digits of a cell (nothing at all is read before
    forms are asked); `whole` reads a cell in which no digits could be found where a number has
    them.
    """

    behind: Callable[[Lead, str], Number | None] | None = None
    whole: Callable[[str, DecimalSign | None], Number | None] | None = None


def is_unit(text: str, *, may_count: bool = False) -> bool:
    """Whether a text is short enough for a unit, and no sentence. `may_count` allows digits behind
    a slash.
    """
    plain = text.removeprefix("/") if may_count else text
    if may_count and re.fullmatch(r"\d+(?:[.,]\d+)?", plain):
        return True
    return _UNIT_SIGNS.fullmatch(plain) is not None and plain.count(" ") <= 2
