"""Which properties change when okrsync itself writes: those computed from the time or the author of
the last edit.

The last edit itself is known for each row without okrsync's own edits (`DataSourceReader.take`).
Notion computes formulas and rollups from it with these edits included. Such a value is nobody's
check-in, and reads as empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from okrsync_notion.reading import LAST_EDIT, Source
from okrsync_notion.values import Property

__all__ = ["moved_by_us"]

_LAST_EDIT_WORDS = re.compile(r"last_?edited_?(?:time|by)", re.IGNORECASE)
# A formula may rest on rollups and on other formulas. The limit ends circles of relations.
_DEEPEST = 5


def moved_by_us(
    prop: Property, source: Source, sources: Mapping[str, Source], depth: int = 0
) -> bool:
    """Whether a formula or rollup depends on the last edit of a page. `sources` are the known data
    sources by id.
    """
    if depth > _DEEPEST:
        return False
    if prop.type == "formula":
        return _formula_moves(prop, source, sources, depth)
    if prop.type != "rollup":
        return False
    relation = _by_id(source, prop.config.get("relation_property_id"))
    target = None if relation is None else sources.get(str(relation.config.get("data_source_id")))
    rolled = None if target is None else _by_id(target, prop.config.get("rollup_property_id"))
    if rolled is None or target is None:
        return False
    return rolled.type in LAST_EDIT or moved_by_us(rolled, target, sources, depth + 1)


def _formula_moves(
    prop: Property, source: Source, sources: Mapping[str, Source], depth: int
) -> bool:
    """Whether a formula depends on the last edit. It names properties as `prop("Name")`, or by
    their ids in braces.
    """
    expression = str(prop.config.get("expression") or "")
    for other in source.properties:
        if other.id == prop.id or not (
            other.type in LAST_EDIT or other.type in ("formula", "rollup")
        ):
            continue
        is_named = (
            f'"{other.name}"' in expression
            or f":{other.id}:" in expression
            or f":{unquote(other.id)}:" in expression
        )
        if is_named and (other.type in LAST_EDIT or moved_by_us(other, source, sources, depth + 1)):
            return True
    # Words in quotes are texts or names of properties, and those were looked at above.
    return _LAST_EDIT_WORDS.search(re.sub(r'"[^"]*"', "", expression)) is not None


def _by_id(source: Source, wanted: object) -> Property | None:
    """The property of that id, None where there is none. Notion percent-encodes the ids of
    properties, but not those within a configuration.
    """
    return next(
        (prop for prop in source.properties if unquote(prop.id) == unquote(str(wanted))), None
    )
