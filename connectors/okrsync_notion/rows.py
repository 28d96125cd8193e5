"""Rows as read: what a person sees in each property of a page, and how the page is called."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from okrsync.table import FORMULA, PERCENT, ROLLED, CellValue, text_of
from okrsync_notion.reading import BY_PEOPLE, LAST_EDIT
from okrsync_notion.values import COMPUTED, Property, shown

__all__ = ["title_of", "values_of"]

Json = dict[str, Any]


def title_of(page: Json) -> str:
    """A page's title; empty where it has none."""
    for value in page["properties"].values():
        if value.get("type") == "title":
            return text_of(shown(value, {}))
    return ""


def values_of(
    page: Json, properties: tuple[Property, ...], titles: Mapping[str, str], hidden: Collection[str] = ()
) -> tuple[tuple[CellValue, ...], bytes]:
    """The values of a page, in the order of the properties, and their marks. `titles` are those of other pages, by id; `hidden` are the ids of
    properties that read as empty."""
    by_id = {value["id"]: value for value in page["properties"].values()}
    by_people = page.get(BY_PEOPLE, page)
    for value in by_id.values():
        if value["type"] in LAST_EDIT:
            value[value["type"]] = by_people[value["type"]]
    values = tuple(
        shown(by_id[one.id], titles) if one.id in by_id and one.id not in hidden else None for one in properties
    )
    return values, bytes(_mark(one) for one in properties)


def _mark(one: Property) -> int:
    mark = FORMULA if one.type in COMPUTED else 0
    mark |= PERCENT if one.is_percent else 0
    return mark | (ROLLED if one.type == "rollup" else 0)
