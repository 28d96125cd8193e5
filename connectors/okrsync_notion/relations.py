"""Which side of a two-sided relation tells where a row belongs, and which is only the list of those
that do.

Objectives and key results in two databases, or parents and sub-items in one, are joined by a
relation that shows on both sides. The side of the key result, or of the sub-item, names where it
belongs. The other side repeats that as a list, which would read like a text of the row's own: it is
left out. Names tell the two apart where they can (`Objective` and `Key Results`, `Parent item` and
`Sub-items`), else how many pages rows name there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from okrsync_notion.reading import Source
from okrsync_notion.values import Property

__all__ = ["list_sides"]

_BELOW = re.compile(r"\bsub|\bchild|\bunter|key[ -]?results?|\bkrs?\b|initiative|\btasks?\b")


def list_sides(sources: Mapping[str, Source]) -> set[tuple[str, str]]:
    """Every property, by the id of its data source and its own, that lists what names it from the
    other side. Both sides must be among the sources.
    """
    found = set()
    for source, one, target, other in _pairs(sources):
        here, there = _rank(one.name), _rank(other.name)
        if here == there:
            here, there = _most(source, one), _most(target, other)
        if here > there:
            found.add((source.id, one.id))
    return found


def _pairs(sources: Mapping[str, Source]) -> Iterator[tuple[Source, Property, Source, Property]]:
    for source in sources.values():
        for one in source.properties:
            target = (
                sources.get(str(one.config.get("data_source_id")))
                if one.type == "relation"
                else None
            )
            synced = (one.config.get("dual_property") or {}).get("synced_property_id")
            if target is None or synced is None:
                continue
            # Ids of properties are encoded where they stand by themselves, and those in what goes
            # with a property are not.
            other = next(
                (each for each in target.properties if unquote(each.id) == unquote(str(synced))),
                None,
            )
            if other is not None:
                yield source, one, target, other


def _most(source: Source, one: Property) -> int:
    """How many pages a single row names there at most."""
    most = 0
    for page in source.pages.values():
        value = page["properties"].get(one.name) or {}
        if value.get("id") == one.id and not page.get("in_trash"):
            most = max(most, len(value.get("relation") or ()))
    return most


def _rank(name: str) -> int:
    """How much a name sounds like a list of what hangs below."""
    word = name.strip().casefold()
    return 2 if _BELOW.search(word) else int(word.endswith("s"))
