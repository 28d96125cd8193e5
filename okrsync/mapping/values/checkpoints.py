"""Reads the checkpoints of a key result: values on its way, each with the progress it stands for:
`50 = 40 %, 80 = 70 %`, or `40 % at 50; 70 % at 80`.
"""

from __future__ import annotations

import re
from decimal import Decimal

from okrsync.mapping.values.typed import read_number
from okrsync.model.patterns import lazy_pattern

__all__ = ["read_checkpoints"]

_PARTS = lazy_pattern(r"\s*(?:[;\n|]|,\s)\s*")
_EQUALS = lazy_pattern(r"\s*(?:=|:|→|->|⇒|=>)\s*")
_AT = lazy_pattern(r"\s*(?:\bat\b|\bbei\b|\bà\b|\ba\b|@)\s*", re.IGNORECASE)
_HUNDRED = Decimal(100)


def read_checkpoints(text: str) -> tuple[tuple[Decimal, Decimal], ...] | None:
    """The values and shares of a text, in its order; None where one part is not understood."""
    points: dict[Decimal, Decimal] = {}
    for part in _PARTS.split(text.strip(" ;\n|,")):
        sides = _EQUALS.split(part)
        if len(sides) != 2:
            sides = _AT.split(part)[::-1]
        if len(sides) != 2:
            return None
        value, share = read_number(sides[0]), read_number(sides[1])
        if value is None or share is None or value.is_doubtful or not 0 <= share.value <= _HUNDRED:
            return None
        is_share = share.unit is None and share.value <= 1
        if share.unit not in (None, "%"):
            return None
        points[value.value] = share.value if is_share else share.value / _HUNDRED
    return tuple(points.items())
