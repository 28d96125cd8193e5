"""Rows of people's that are carried over: new pages in the form of others, and pages taken back.

What a page keeps is copied as Notion gives it, so that people stay people and relations relations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from okrsync.connector import (
    CellWrite,
    InsertedRow,
    Looks,
    Outcome,
    RowFinder,
    State,
    Table,
    TakenRow,
    place_rows,
    taken_verdict,
    text_of,
)
from okrsync_notion.api import NotionRefused
from okrsync_notion.values import COMPUTED, Property, plain_text, sent
from okrsync_notion.writing import Writing

__all__ = ["PageCarrying"]

Json = dict[str, Any]
_TEXT_STYLES = ("bold", "italic", "strikethrough", "underline", "code", "color")


@dataclass(slots=True)
class PageCarrying:
    """Inserts and takes back pages of one data source. `table` reads it as it stands now."""

    writing: Writing
    table: Callable[[], Table]

    def insert(self, entry: InsertedRow) -> Outcome:
        """Create a page, unless one with its key has appeared. The pages are searched for it again
        after each lost answer.
        """
        reader, source = self.writing.reader, self.writing.source
        # Pages have no order of their own: it only counts that the page to copy is there.
        wanted = replace(entry, behind=entry.like)

        def make(attempt: int) -> Outcome:
            self.writing.look_again()
            table = self.table()
            finder = RowFinder(table, [entry.like])
            placed, outcomes = place_rows([wanted], table, finder, is_unmoved=False)
            if not placed:
                outcome = outcomes[entry.id]
                self._remember(entry, table)
                is_ours = attempt > 1 and outcome.state is State.UNCHANGED
                return Outcome(State.WRITTEN) if is_ours else outcome
            body = self._properties(entry, placed[0].like.anchor or "")
            parent = {"type": "data_source_id", "data_source_id": source.id}
            try:
                answer = reader.api.add(
                    reader.calls,
                    "a carried row",
                    lambda client: client.pages.create(parent=parent, properties=body),
                )
            except NotionRefused as error:
                return Outcome(State.CONFLICT, error.message)
            reader.take(source, [answer], self.writing.context.now())
            self.writing.created_rows[entry.id] = answer["id"]
            return Outcome(State.WRITTEN)

        outcome: Outcome = reader.api.repeat_lost(make)
        return outcome

    def take(self, entry: TakenRow) -> Outcome:
        """Move a page to the trash, unless people put something into it."""
        self.writing.look_again()
        table = self.table()
        finder = RowFinder(table, [entry.row])
        if not finder.matching(entry.row):
            return Outcome(State.UNCHANGED, "it is gone already")
        verdict = taken_verdict(entry, table, finder)
        if isinstance(verdict, Outcome):
            return verdict
        return self.writing.trash(verdict.anchor or "")

    def _remember(self, entry: InsertedRow, table: Table) -> None:
        """Remember the page that is there already: later rows of the batch may lead to it."""
        for row in table.rows:
            if row.anchor is not None and all(
                text_of(row.value(cell.column.index or 0)) == text_of(cell.value)
                for cell in entry.key
            ):
                self.writing.created_rows.setdefault(entry.id, row.anchor)

    def _properties(self, entry: InsertedRow, like: str) -> Json:
        source = self.writing.source
        page = source.pages[like]
        by_id = {value["id"]: value for value in page["properties"].values()}
        body: Json = {}
        for column in entry.kept:
            prop = self._named(column.header)
            value = by_id.get(prop.id) if prop is not None else None
            if prop is not None and value is not None and prop.type not in COMPUTED:
                copied = _copied(value)
                if copied is not None:
                    body[prop.id] = copied
        for cell in entry.cells:
            prop = self._named(cell.column.header)
            content = None if prop is None else self._content(cell, prop)
            if prop is not None and content is not None:
                body[prop.id] = content
        return body

    def _content(self, cell: CellWrite, prop: Property) -> Json | None:
        if cell.looks is Looks.LINK:
            target = text_of(cell.after)
            # A page that stood there before is named by its own id, one of this batch by its entry.
            is_entry = target.startswith(">")
            page_id = self.writing.created_rows.get(target) if is_entry else target
            return None if page_id is None else {"relation": [{"id": page_id}]}
        return None if cell.after is None else sent(prop, cell.after)

    def _named(self, header: str) -> Property | None:
        return next(
            (p for p in self.writing.source.properties if p.name.strip() == header.strip()), None
        )


def _copied(value: Json) -> Json | None:
    """A property value as a request may send it; None for an empty one.

    https://developers.notion.com/reference/page-property-values
    """
    kind = value["type"]
    content = value.get(kind)
    if content in (None, [], ""):
        return None
    match kind:
        case "title" | "rich_text":
            return {kind: [_piece(piece) for piece in content]}
        case "people" | "relation":
            return {kind: [{"id": each["id"]} for each in content]}
        case "select" | "status":
            return {kind: {"name": content["name"]}}
        case "multi_select":
            return {kind: [{"name": option["name"]} for option in content]}
        case "date":
            return {kind: {key: content[key] for key in ("start", "end") if content.get(key)}}
        case "number" | "checkbox" | "url" | "email" | "phone_number":
            return {kind: content}
    return None


def _piece(piece: Json) -> Json:
    text: Json = {"content": plain_text([piece])}
    if piece.get("href"):
        text["link"] = {"url": piece["href"]}
    styles = piece.get("annotations") or {}
    return {
        "type": "text",
        "text": text,
        "annotations": {name: styles[name] for name in _TEXT_STYLES if name in styles},
    }
