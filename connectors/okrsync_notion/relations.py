"""Which side of a two-sided relation names the parent of a row, and which side only lists the
children.

Objectives and key results in two databases, or parents and sub-items in one, are joined by a
relation with a property on both sides. The property of the key result, or of the sub-item, names
the parent. The other property repeats that as a list, which would read like a text of the row
itself: it is left out. The names decide where they can (`Objective` and `Key Results`,
`Parent item` and `Sub-items`), else the number of pages that rows name there.
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
    """The properties that only list children, each by the id of its data source and its own id.
    Relations count whose two sides are both among the sources.
    """
    lists = set()
    for source, prop, target, other in _pairs(sources):
        here, there = _rank(prop.name), _rank(other.name)
        if here == there:
            here, there = _most(source, prop), _most(target, other)
        if here > there:
            lists.add((source.id, prop.id))
    return lists


def _pairs(sources: Mapping[str, Source]) -> Iterator[tuple[Source, Property, Source, Property]]:
    for source in sources.values():
        for prop in source.properties:
            target = (
                sources.get(str(prop.config.get("data_source_id")))
                if prop.type == "relation"
                else None
            )
            synced = (prop.config.get("dual_property") or {}).get("synced_property_id")
            if target is None or synced is None:
                continue
            # Notion percent-encodes the ids of properties, but not those within a configuration.
            other = next(
                (prop for prop in target.properties if unquote(prop.id) == unquote(str(synced))),
                None,
            )
            if other is not None:
                yield source, prop, target, other


def _most(source: Source, prop: Property) -> int:
    """The largest number of pages that a single row names in a relation."""
    most = 0
    for page in source.pages.values():
        value = page["properties"].get(prop.name) or {}
        if value.get("id") == prop.id and not page.get("in_trash"):
            most = max(most, len(value.get("relation") or ()))
    return most


def _rank(name: str) -> int:
    """How much a name sounds like a list of children: 2 for a known word, 1 for a plural."""
    word = name.strip().casefold()
    return 2 if _BELOW.search(word) else int(word.endswith("s"))
