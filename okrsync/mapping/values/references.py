"""Parents as exports name them, with weight and id in brackets: `Grow (weight: 33 %, Id: 12)`.

Viva Goals exports `Title(weight: 33.33%, Id: 9003)`, with several parents one after the other, or a
slash between them.
"""

from __future__ import annotations

import re
from collections.abc import Container
from decimal import Decimal
from functools import lru_cache

from okrsync.mapping.values.numbers import read_number
from okrsync.model.frozen import Frozen
from okrsync.model.patterns import lazy_pattern

__all__ = ["Reference", "plain_references", "references_in"]

_WEIGHT = r"(?:weight|gewicht|poids|peso|waga|вес|权重|重み|가중치)"
_ID = r"(?:objective\s*)?(?:id|nr|no|ref)"
_PART = rf"(?:{_WEIGHT}\s*[:=]\s*(?P<weight%s>[\d.,]+)\s*%%?|{_ID}\s*[:=#]\s*(?P<id%s>[^,;()\s]+))"
_NAMED = lazy_pattern(
    rf"\s*(?P<title>[^\n]*?)\s*\(\s*{_PART % (1, 1)}(?:\s*[,;]\s*{_PART % (2, 2)})?\s*\)"
    r"\s*(?:[,;\n]|/\s|\Z)",
    re.IGNORECASE,
)


_LONGEST = 2_000
"""Characters of a cell that names parents."""


class Reference(Frozen, frozen=True):
    """A parent as a cell names it: its title, its id, and the weight of the item there as a share.
    None stands for an id or a weight that is not named.
    """

    title: str
    id: str | None
    weight: Decimal | None


@lru_cache(maxsize=16_384)
def references_in(text: str) -> tuple[Reference, ...]:
    """The parents that a cell names with weight or id in brackets; empty where any part of the cell
    is written in another way.
    """
    # The pattern takes time with the square of a text that has no brackets where it looks for them.
    if len(text) > _LONGEST or "(" not in text:
        return ()
    references: list[Reference] = []
    offset = 0
    while offset < len(text):
        match = _NAMED.match(text, offset)
        if match is None:
            return ()
        weight = read_number(match["weight1"] or match["weight2"] or "")
        share = None if weight is None or weight.is_doubtful else weight.value / 100
        references.append(Reference(match["title"], match["id1"] or match["id2"], share))
        offset = match.end()
    return tuple(references)


def plain_references(text: str, ids: Container[str]) -> str:
    """The same parents in plain form: by id where a row has that id, otherwise by title."""
    if "(" not in text or ")" not in text:
        return text
    references = references_in(text)
    return (
        "; ".join(
            each.id if each.id is not None and each.id in ids else each.title for each in references
        )
        or text
    )
