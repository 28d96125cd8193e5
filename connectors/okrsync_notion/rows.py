"""Rows as read: what a person sees in each property of a page, and what a page is called."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from okrsync.connector import FORMULA, MONEY, PERCENT, ROLLED, STRUCK, CellValue, text_of
from okrsync_notion.reading import BY_PEOPLE, LAST_EDIT
from okrsync_notion.values import COMPUTED, Display, Property, is_struck, shown

__all__ = ["labels_of", "title_of", "values_of"]

Json = dict[str, Any]


_TELLING = ("rich_text", "unique_id", "select", "status")
"""Types of properties by which people recognise a row among others of the same title."""


def title_of(page: Json) -> str:
    """The title of a page; empty where it has none."""
    for value in page["properties"].values():
        if value.get("type") == "title":
            return text_of(shown(value, Display()))
    return ""


def labels_of(pages: Sequence[Json], properties: tuple[Property, ...]) -> dict[str, str]:
    """The name of each page in addresses, by id: its title, and, where several pages share a title,
    the value that distinguishes them.
    """
    alike: dict[str, list[Json]] = {}
    for page in pages:
        alike.setdefault(title_of(page), []).append(page)
    labels: dict[str, str] = {}
    for title, group in alike.items():
        words = [""] * len(group) if len(group) == 1 or not title else _telling(group, properties)
        for page, word in zip(group, words, strict=True):
            labels[page["id"]] = (title or f"page {page['id'][:8]}") + (f", {word}" if word else "")
    return labels


def _telling(pages: Sequence[Json], properties: tuple[Property, ...]) -> list[str]:
    """The texts of the first property that differs on every page, else empty texts."""
    for prop in properties:
        if prop.type in _TELLING:
            texts = [
                text_of(shown(page["properties"].get(prop.name) or {}, Display()))[:60]
                for page in pages
            ]
            if len({text for text in texts if text}) == len(pages):
                return texts
    return [""] * len(pages)


def values_of(
    page: Json,
    properties: tuple[Property, ...],
    display: Display,
    hidden: Collection[str] = (),
) -> tuple[tuple[CellValue, ...], bytes]:
    """The values of a page, in the order of the properties, and their marks. `hidden` holds the ids
    of properties that read as empty.
    """
    # Notion keys values by name, and a rename changes that. Ids stay.
    by_id = {value["id"]: value for value in page["properties"].values()}
    by_people = page.get(BY_PEOPLE, page)
    for value in by_id.values():
        if value["type"] in LAST_EDIT:
            value[value["type"]] = by_people[value["type"]]
    values = tuple(
        shown(by_id[prop.id], display) if prop.id in by_id and prop.id not in hidden else None
        for prop in properties
    )
    return values, bytes(
        _mark(prop) | (STRUCK if is_struck(by_id.get(prop.id, {})) else 0) for prop in properties
    )


def _mark(prop: Property) -> int:
    mark = FORMULA if prop.type in COMPUTED else 0
    mark |= PERCENT if prop.is_percent else 0
    mark |= MONEY if prop.money is not None else 0
    return mark | (ROLLED if prop.type == "rollup" else 0)
