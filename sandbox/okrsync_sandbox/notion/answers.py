"""The objects of the service as they are answered, for one caller and one version of the
interface.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from okrsync_sandbox.notion.computed import ComputedReader
from okrsync_sandbox.notion.model import (
    Block,
    Comment,
    Database,
    DataSource,
    Integration,
    Json,
    Page,
    Parent,
    SchemaProperty,
    Stamps,
    Upload,
    View,
)
from okrsync_sandbox.notion.richtext import plain, shown_text
from okrsync_sandbox.notion.schema import shown_properties
from okrsync_sandbox.notion.workspace import Thing, Workspace, exact, whole_minute

__all__ = ["Answers", "columns_of", "link"]

SITE = "https://app.notion.com/p"


def link(one: str, title: str = "") -> str:
    """The address of a page or database."""
    slug = "-".join(re.findall(r"[A-Za-z0-9]+", title))
    return f"{SITE}/{slug + '-' if slug else ''}{one.replace('-', '')}"


def columns_of(page: Page, space: Workspace) -> list[SchemaProperty]:
    """The columns a page has values in: by id, title last."""
    source = space.things.get(page.parent.id or "")
    if not isinstance(source, DataSource):
        return [SchemaProperty("title", "title", "title", {})]
    return sorted(source.properties.values(), key=lambda one: (one.type == "title", one.id))


class Answers:
    """Tells things in the service's shapes. `archived` stands beside `in_trash` before version
    2026-03-11.
    """

    def __init__(self, space: Workspace, caller: Integration, version: str) -> None:
        self.space, self.caller, self.version = space, caller, version
        self.reader = ComputedReader(space, caller)

    def parent(self, parent: Parent) -> Json:
        """What a thing hangs on."""
        if parent.kind == "workspace":
            return {"type": "workspace", "workspace": True}
        made: Json = {"type": parent.kind, parent.kind: parent.id}
        if parent.kind == "data_source_id":
            made["database_id"] = self.space.things[parent.id or ""].parent.id
        return made

    def user(self, one: str) -> Json:
        """A user by id alone."""
        return {"object": "user", "id": one}

    def _stamps(self, stamps: Stamps) -> Json:
        return {
            "created_time": whole_minute(stamps.created),
            "last_edited_time": whole_minute(stamps.edited),
            "created_by": self.user(stamps.created_by),
            "last_edited_by": self.user(stamps.edited_by),
        }

    def _trash(self, in_trash: bool) -> Json:
        return {"in_trash": in_trash, **({"archived": in_trash} if self.version < "2026" else {})}

    def any(self, thing: Thing) -> Json:
        """Whatever it is."""
        if isinstance(thing, Page):
            return self.page(thing)
        if isinstance(thing, Database):
            return self.database(thing)
        return self.source(thing) if isinstance(thing, DataSource) else self.block(thing)

    def page(self, page: Page, only: list[str] | None = None) -> Json:
        """A page with its values; `only` names properties by id."""
        columns = columns_of(page, self.space)
        shown = {
            one.name: self.reader.shown(page, one)
            for one in columns
            if only is None or one.id in only
        }
        return {
            "object": "page",
            "id": page.id,
            **self._stamps(page.stamps),
            "cover": page.cover,
            "icon": page.icon,
            "parent": self.parent(page.parent),
            "is_archived": False,
            "is_locked": page.is_locked,
            "properties": shown,
            "url": link(page.id, self.title(page)),
            "public_url": None,
            **self._trash(page.in_trash),
        }

    def title(self, thing: Thing) -> str:
        """A name as people read it."""
        if isinstance(thing, Page):
            return plain(shown_text(thing.values.get("title", []), self.space, self.caller))
        return "" if isinstance(thing, Block) else plain(thing.title)

    def database(self, one: Database) -> Json:
        """A database with the names of its data sources."""
        return {
            "object": "database",
            "id": one.id,
            "title": shown_text(one.title, self.space, self.caller),
            "description": shown_text(one.description, self.space, self.caller),
            "parent": self.parent(one.parent),
            "is_inline": one.is_inline,
            "is_locked": one.is_locked,
            "created_time": exact(one.stamps.created),
            "last_edited_time": exact(one.stamps.edited),
            "data_sources": [
                {"id": each.id, "name": plain(each.title)} for each in self.space.sources_of(one)
            ],
            "icon": one.icon,
            "cover": one.cover,
            "url": link(one.id),
            "public_url": None,
            **self._trash(one.in_trash),
        }

    def source(self, one: DataSource) -> Json:
        """A data source with its columns."""
        database = self.space.things[one.parent.id or ""]
        assert isinstance(database, Database)
        return {
            "object": "data_source",
            "id": one.id,
            "cover": one.cover,
            "icon": one.icon,
            **self._stamps(one.stamps),
            "title": shown_text(one.title, self.space, self.caller),
            "description": shown_text(one.description, self.space, self.caller),
            "is_inline": database.is_inline,
            "properties": shown_properties(one, self.space, self.caller),
            "parent": self.parent(one.parent),
            "database_parent": self.parent(database.parent),
            "url": link(database.id),
            "public_url": None,
            **self._trash(one.in_trash),
        }

    def block(self, thing: Thing) -> Json:
        """A block; pages and databases read as blocks too."""
        if isinstance(thing, Block):
            kind, content = thing.type, self._content(thing)
        else:
            kind = "child_page" if isinstance(thing, Page) else "child_database"
            content = {"title": self.title(thing)}
        return {
            "object": "block",
            "id": thing.id,
            "parent": self.parent(thing.parent),
            **self._stamps(thing.stamps),
            "has_children": bool(self.space.content(thing.id)),
            "type": kind,
            kind: content,
            **self._trash(thing.in_trash),
        }

    def _content(self, block: Block) -> Json:
        made = dict(block.content)
        for name in ("rich_text", "caption"):
            if name in made:
                made[name] = shown_text(made[name], self.space, self.caller)
        if "cells" in made:
            made["cells"] = [shown_text(one, self.space, self.caller) for one in made["cells"]]
        return made

    def comment(self, one: Comment) -> Json:
        """A comment."""
        stamps = self._stamps(one.stamps)
        del stamps["last_edited_by"]
        name = one.display_name or {
            "type": "user",
            "resolved_name": self.space.users[one.stamps.created_by].name,
        }
        return {
            "object": "comment",
            "id": one.id,
            "parent": self.parent(one.parent),
            "discussion_id": one.discussion,
            **stamps,
            "rich_text": shown_text(one.rich_text, self.space, self.caller),
            "display_name": name,
            **({"attachments": one.attachments} if one.attachments else {}),
        }

    def view(self, one: View) -> Json:
        """A view, whole."""
        return {
            "object": "view",
            "id": one.id,
            "parent": {"type": "database_id", "database_id": one.database},
            "data_source_id": one.data_source,
            "name": one.name,
            "type": one.type,
            "created_time": exact(one.stamps.created),
            "created_by": self.user(one.stamps.created_by),
            "last_edited_time": exact(one.stamps.edited),
            "last_edited_by": self.user(one.stamps.edited_by),
            "url": f"{link(one.database)}?v={one.id.replace('-', '')}",
            "filter": one.filter,
            "sorts": one.sorts,
            "quick_filters": one.quick_filters,
            "configuration": one.configuration,
        }

    def upload(self, one: Upload) -> Json:
        """A file on its way."""
        parts: Json = {}
        if one.parts is not None:
            complete = f"https://api.notion.com/v1/file_uploads/{one.id}/complete"
            parts = {
                "complete_url": complete,
                "number_of_parts": {"total": one.parts, "sent": len(one.sent)},
            }
        address = (
            {"upload_url": f"https://api.notion.com/v1/file_uploads/{one.id}/send"}
            if one.status == "pending"
            else {}
        )
        return {
            "object": "file_upload",
            "id": one.id,
            "created_time": whole_minute(one.stamps.created),
            "created_by": {"id": one.stamps.created_by, "type": "bot"},
            "last_edited_time": whole_minute(one.stamps.edited),
            "expiry_time": None if one.is_attached else whole_minute(one.stamps.created + 3600),
            **address,
            **(parts if one.status == "pending" else {}),
            "status": one.status,
            "filename": one.filename,
            "content_type": one.content_type,
            "content_length": one.length,
            **self._trash(False),
        }

    def property_item(self, page: Page, column: SchemaProperty) -> list[Json] | Json:
        """A value as it is answered alone: a list of items for texts, people, relations and rollups
        of many.
        """
        base = {"object": "property_item", "type": column.type, "id": quote(column.id, safe="")}
        shown: Any = self.reader.shown(page, column, cut=False)[column.type]
        if column.type in ("title", "rich_text", "people", "relation"):
            return [{**base, column.type: one} for one in shown]
        if column.type == "rollup" and shown["type"] == "array":
            return [
                {**base, "type": one["type"], one["type"]: one[one["type"]]}
                for one in shown["array"]
            ]
        return {**base, column.type: shown}
