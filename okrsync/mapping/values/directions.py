"""Which way is good: from a column, from the numbers, from a sign beside them, or from words in the
title.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from okrsync.mapping.values.typed import Number
from okrsync.mapping.words import lookup, table
from okrsync.model.okrs import Direction

__all__ = ["direction_of"]

_BOUNDS = {
    ">": Direction.STAY_ABOVE,
    "≥": Direction.STAY_ABOVE,
    ">=": Direction.STAY_ABOVE,
    "<": Direction.STAY_BELOW,
    "≤": Direction.STAY_BELOW,
    "<=": Direction.STAY_BELOW,
}


def direction_of(
    column: str | None,
    baseline: Decimal | None,
    target: Number | None,
    high: Decimal | None,
    title: str,
) -> tuple[Direction | None, bool]:
    """The direction, and whether okrsync concluded it itself. None where nothing tells."""
    stated = lookup("directions", column) if column else None
    if stated is not None:
        return Direction(stated), False
    if high is not None:
        return Direction.BETWEEN, True
    if baseline is not None and target is not None and baseline != target.value:
        return (Direction.INCREASE if target.value > baseline else Direction.DECREASE), True
    by_words = _by_words(title)
    if by_words is not None and by_words.is_guard_rail:
        return by_words, True
    if target is not None and target.bound in _BOUNDS and baseline is None:
        return _BOUNDS[target.bound], True
    return by_words, by_words is not None


@cache
def _patterns() -> tuple[tuple[Direction, re.Pattern[str]], ...]:
    meanings: dict[str, list[str]] = {}
    for word, found in table("title_words").items():
        meanings.setdefault(found[0], []).append(word)
    order = ("between", "stay-above", "stay-below", "decrease", "increase")
    return tuple((Direction(name), _any_of(meanings[name])) for name in order)


def _any_of(words: list[str]) -> re.Pattern[str]:
    """A pattern that finds any of the words; whole words in scripts that set them apart."""
    parts = []
    for word in words:
        if word.isascii() or re.match(r"[\u0400-\u04ff]", word):
            # "keep below" is meant by "Keep support answers below 4 hours" as well.
            parts.append(
                r"\b" + r"\b.{0,40}?\b".join(re.escape(part) for part in word.split()) + r"\b"
            )
        else:
            parts.append(re.escape(word))
    return re.compile("|".join(parts), re.IGNORECASE)


def _by_words(title: str) -> Direction | None:
    start = title[:200]
    found = [
        (match.start(), direction)
        for direction, pattern in _patterns()
        if (match := pattern.search(start))
    ]
    guard_rails = [direction for _, direction in found if direction.is_guard_rail]
    if guard_rails:
        return guard_rails[0]
    return min(found)[1] if found else None
