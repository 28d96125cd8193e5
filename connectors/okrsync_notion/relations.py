"""Which side of a two-sided relation names the parent of a row, and which side only lists the
children.

Objectives and key results in two databases, parents and sub-items in one, or key results and their
check-ins are joined by a relation with a property on both sides. One of them names the parent. The
other repeats that as a list, which would read like a text of the row itself: it is left out.

The names decide where both are known words of different levels (`Objective` and `Key Results`,
`Key Result` and `Check-ins`, `Parent item` and `Sub-items`). Else the list is the side that sounds
like one and names several pages in a row, or names several while the other never does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from okrsync_notion.reading import Source
from okrsync_notion.values import Property

__all__ = ["is_read_by_title", "list_sides", "lists_unread", "lists_work"]

_PARENTS = r"\bparent|\bsupports?\b|\büber"
_PARENT = re.compile(_PARENTS, re.IGNORECASE)
_LEVELS = tuple(
    re.compile(rf"(?:{words})", re.IGNORECASE)
    for words in (
        rf"{_PARENTS}|\bobje[ck]ti|\bobiettiv|\bgoals?\b|\bziele?\b|\bmeta\b|目标|目標|목표",
        r"key[ -]?results?|\bkrs?\b|schlüsselergebnis|resultados?[ -]c|résultats?[ -]clé|关键结果",
        r"initiative|iniciativ|iniziativ|\btasks?\b|\bprojects?\b|\bactions?\b|aufgabe|projekt|tâche|tarea|tarefa",
        r"check[ -]?ins?\b|\bupdates?\b|\blogs?\b|\bsub|\bchild|\bunter|\bsous",
    )
)
"""Words for what a property names, from the top level to the lowest."""
_WORK = 2
_OF_A_ROW = re.compile(
    r"quart|\bcycle|\bperiod|\bsprint|\byear\b|zyklus|zeitraum|jahr|trimestre|p[eé]riod|年度|季度"
    r"|\bteams?\b|\bdepartment|\babteilung|\b[ée]quip|\bsquad"
    r"|\bowner|\blead\b|\bassignee|\bresponsible|\bdri\b|\bpeople\b|\bperson|verantwort|respons",
    re.IGNORECASE,
)
"""Words for what belongs to each row: its period, its team, its owner."""


def list_sides(sources: Mapping[str, Source]) -> set[tuple[str, str]]:
    """The properties that only list children, each by the id of its data source and its own id. Of
    a relation to a source that is not among these, only the names can tell.
    """
    lists = {
        (source.id, prop.id)
        for source in sources.values()
        for prop in source.properties
        if lists_unread(prop, sources)
    }
    for source, prop, target, other in _pairs(sources):
        if _sides(source, prop, target, other) > 0:
            lists.add((source.id, prop.id))
    return lists


def lists_unread(prop: Property, sources: Mapping[str, Source]) -> bool:
    """Whether a property lists children in a source that is not among these."""
    other = (prop.config.get("dual_property") or {}).get("synced_property_name")
    is_unread = prop.type == "relation" and prop.config.get("data_source_id") not in sources
    if not is_unread or not isinstance(other, str):
        return False
    here, there = _level(prop.name), _level(other)
    return here is not None and there is not None and here > there


def lists_work(prop: Property) -> bool:
    """Whether a list of children is one of initiatives or tasks, which count for nothing."""
    return _level(prop.name) == _WORK


def is_read_by_title(prop: Property) -> bool:
    """Whether the titles of the pages that a relation names are read: those of objectives, periods,
    teams and people. A parent is another row of the same level, and found by its id.
    """
    if _PARENT.search(prop.name):
        return False
    return _level(prop.name) == 0 or _OF_A_ROW.search(prop.name) is not None


def _sides(source: Source, prop: Property, target: Source, other: Property) -> int:
    """Above 0 where a property is the list of the two sides of a relation, and below where the
    other one is.
    """
    here, there = _level(prop.name), _level(other.name)
    if here is not None and there is not None and here != there:
        return here - there
    most, most_there = _most(source, prop), _most(target, other)
    plural, plural_there = _is_plural(prop.name), _is_plural(other.name)
    by_name = (plural and bool(here)) - (plural_there and bool(there))
    # A row that names several may still be a key result of several objectives, called `Aligned to`
    # there, and `Key Results` on the other side.
    if by_name and (most > 1 if by_name > 0 else most_there > 1):
        return by_name
    if min(most, most_there) < 2 <= max(most, most_there):
        return most - most_there
    by_level = (bool(here) or there == 0) - (bool(there) or here == 0)
    return by_level or plural - plural_there or most - most_there


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


def _is_plural(name: str) -> bool:
    return name.strip().casefold().endswith("s")


def _level(name: str) -> int | None:
    """The level of what a property names, by the lowest word for one; None where it has none."""
    levels = [level for level, words in enumerate(_LEVELS) if words.search(name)]
    return max(levels, default=None)
