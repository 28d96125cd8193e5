"""Which properties move when okrsync itself writes: those worked out from when, or by whom, a page
was last edited.

The last edit itself is known row by row, with our own left out (`Reader.take`). What a formula or a
rollup makes of it is worked out by Notion, our edits included, and cannot be told from a person's:
such a value is nobody's check-in, and reads as empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from okrsync_notion.reading import LAST_EDIT, Source
from okrsync_notion.values import Property

__all__ = ["moved_by_us"]

_LAST_EDIT_WORDS = re.compile(r"last_?edited_?(?:time|by)", re.IGNORECASE)
_DEEPEST = 5


def moved_by_us(
    found: Property, source: Source, sources: Mapping[str, Source], depth: int = 0
) -> bool:
    """Whether a formula or rollup rests on the last edit of a page. `sources` are those that are
    known, by id.
    """
    if depth > _DEEPEST:
        return False
    if found.type == "formula":
        return _formula_moves(found, source, sources, depth)
    if found.type != "rollup":
        return False
    relation = _by_id(source, found.config.get("relation_property_id"))
    target = None if relation is None else sources.get(str(relation.config.get("data_source_id")))
    rolled = None if target is None else _by_id(target, found.config.get("rollup_property_id"))
    if rolled is None or target is None:
        return False
    return rolled.type in LAST_EDIT or moved_by_us(rolled, target, sources, depth + 1)


def _formula_moves(
    found: Property, source: Source, sources: Mapping[str, Source], depth: int
) -> bool:
    """A formula names properties as `prop("Name")`, or by their ids in braces."""
    expression = str(found.config.get("expression") or "")
    for other in source.properties:
        if other.id == found.id or not (
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
    return _LAST_EDIT_WORDS.search(re.sub(r'"[^"]*"', "", expression)) is not None


def _by_id(source: Source, wanted: object) -> Property | None:
    """Ids of properties are encoded where they stand by themselves, and those in what goes with a
    property are not.
    """
    return next((one for one in source.properties if unquote(one.id) == unquote(str(wanted))), None)
