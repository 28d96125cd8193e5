"""Rows as read: what a person sees in each property of a page, and how the page is called."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from okrsync.connector import FORMULA, PERCENT, ROLLED, CellValue, text_of
from okrsync_notion.reading import BY_PEOPLE, LAST_EDIT
from okrsync_notion.values import COMPUTED, Display, Property, shown

__all__ = ["labels_of", "title_of", "values_of"]

Json = dict[str, Any]


_TELLING = ("rich_text", "unique_id", "select", "status")
"""Types of properties that people tell rows of one title apart by."""


def title_of(page: Json) -> str:
    """A page's title; empty where it has none."""
    for value in page["properties"].values():
        if value.get("type") == "title":
            return text_of(shown(value, Display()))
    return ""


def labels_of(pages: Sequence[Json], properties: tuple[Property, ...]) -> dict[str, str]:
    """What each page is called in addresses, by its id: its title, and, where several have one
    title, what tells them apart.
    """
    alike: dict[str, list[Json]] = {}
    for page in pages:
        alike.setdefault(title_of(page), []).append(page)
    labels: dict[str, str] = {}
    for title, some in alike.items():
        words = [""] * len(some) if len(some) == 1 or not title else _telling(some, properties)
        for page, word in zip(some, words, strict=True):
            labels[page["id"]] = (title or f"page {page['id'][:8]}") + (f", {word}" if word else "")
    return labels


def _telling(pages: Sequence[Json], properties: tuple[Property, ...]) -> list[str]:
    """The texts of the first property that is another on every page; nothing where none is."""
    for one in properties:
        if one.type in _TELLING:
            texts = [
                text_of(shown(page["properties"].get(one.name) or {}, Display()))[:60]
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
    """The values of a page, in the order of the properties, and their marks. `hidden` are the ids
    of those that read as empty.
    """
    by_id = {value["id"]: value for value in page["properties"].values()}
    by_people = page.get(BY_PEOPLE, page)
    for value in by_id.values():
        if value["type"] in LAST_EDIT:
            value[value["type"]] = by_people[value["type"]]
    values = tuple(
        shown(by_id[one.id], display) if one.id in by_id and one.id not in hidden else None
        for one in properties
    )
    return values, bytes(_mark(one) for one in properties)


def _mark(one: Property) -> int:
    mark = FORMULA if one.type in COMPUTED else 0
    mark |= PERCENT if one.is_percent else 0
    return mark | (ROLLED if one.type == "rollup" else 0)
