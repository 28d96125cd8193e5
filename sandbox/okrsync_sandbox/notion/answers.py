"""The objects of the service in the form of its answers, for one caller and one API version."""

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
from okrsync_sandbox.notion.workspace import NotionObject, Workspace, exact, whole_minute

__all__ = ["Answers", "columns_of", "link"]

# Addresses moved here from www.notion.so in 2026. No client may identify a page by its address.
SITE = "https://app.notion.com/p"
_LISTS = ("title", "rich_text", "people", "relation")
"""Types whose value is a list: each of its items is an item of an answer of its own."""


def link(id_: str, title: str = "") -> str:
    """The address of a page or database."""
    slug = "-".join(re.findall(r"[A-Za-z0-9]+", title))
    return f"{SITE}/{slug + '-' if slug else ''}{id_.replace('-', '')}"


def columns_of(page: Page, space: Workspace) -> list[SchemaProperty]:
    """The columns in which a page has values: by id, the title last."""
    # The order of the answers recorded from the service; it is not the order of the columns.
    source = space.objects.get(page.parent.id or "")
    if not isinstance(source, DataSource):
        return [SchemaProperty("title", "title", "title", {})]
    return sorted(
        source.properties.values(), key=lambda column: (column.type == "title", column.id)
    )


class Answers:
    """Builds answers in the shapes of the service. Before version 2026-03-11 they have `archived`
    beside `in_trash`.
    """

    def __init__(self, space: Workspace, caller: Integration, version: str) -> None:
        self.space, self.caller, self.version = space, caller, version
        self.reader = ComputedReader(space, caller)

    def parent(self, parent: Parent) -> Json:
        """The parent of a page, block, database or data source."""
        if parent.kind == "workspace":
            return {"type": "workspace", "workspace": True}
        shown: Json = {"type": parent.kind, parent.kind: parent.id}
        if parent.kind == "data_source_id":
            shown["database_id"] = self.space.objects[parent.id or ""].parent.id
        return shown

    def user(self, user_id: str) -> Json:
        """A user by id alone."""
        return {"object": "user", "id": user_id}

    def _stamps(self, stamps: Stamps) -> Json:
        return {
            "created_time": whole_minute(stamps.created),
            "last_edited_time": whole_minute(stamps.edited),
            "created_by": self.user(stamps.created_by),
            "last_edited_by": self.user(stamps.edited_by),
        }

    # https://developers.notion.com/guides/get-started/upgrade-guide-2026-03-11
    def _trash(self, in_trash: bool) -> Json:
        return {"in_trash": in_trash, **({"archived": in_trash} if self.version < "2026" else {})}

    def any(self, record: NotionObject) -> Json:
        """A page, database, data source or block."""
        if isinstance(record, Page):
            return self.page(record)
        if isinstance(record, Database):
            return self.database(record)
        return self.source(record) if isinstance(record, DataSource) else self.block(record)

    def page(self, page: Page, only: list[str] | None = None) -> Json:
        """A page with its values; `only` names properties by id."""
        columns = columns_of(page, self.space)
        shown = {
            column.name: self.reader.shown(page, column)
            for column in columns
            if only is None or column.id in only
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

    def title(self, record: NotionObject) -> str:
        """A name as people read it."""
        if isinstance(record, Page):
            return plain(shown_text(record.values.get("title", []), self.space, self.caller))
        return "" if isinstance(record, Block) else plain(record.title)

    def database(self, database: Database) -> Json:
        """A database with the names of its data sources."""
        return {
            "object": "database",
            "id": database.id,
            "title": shown_text(database.title, self.space, self.caller),
            "description": shown_text(database.description, self.space, self.caller),
            "parent": self.parent(database.parent),
            "is_inline": database.is_inline,
            "is_locked": database.is_locked,
            "created_time": exact(database.stamps.created),
            "last_edited_time": exact(database.stamps.edited),
            "data_sources": [
                {"id": source.id, "name": plain(source.title)}
                for source in self.space.sources_of(database)
            ],
            "icon": database.icon,
            "cover": database.cover,
            "url": link(database.id),
            "public_url": None,
            **self._trash(database.in_trash),
        }

    def source(self, source: DataSource) -> Json:
        """A data source with its columns."""
        database = self.space.objects[source.parent.id or ""]
        assert isinstance(database, Database)
        return {
            "object": "data_source",
            "id": source.id,
            "cover": source.cover,
            "icon": source.icon,
            **self._stamps(source.stamps),
            "title": shown_text(source.title, self.space, self.caller),
            "description": shown_text(source.description, self.space, self.caller),
            "is_inline": database.is_inline,
            "properties": shown_properties(source, self.space, self.caller),
            "parent": self.parent(source.parent),
            "database_parent": self.parent(database.parent),
            "url": link(database.id),
            "public_url": None,
            **self._trash(source.in_trash),
        }

    def block(self, record: NotionObject) -> Json:
        """A block; pages and databases read as blocks too."""
        if isinstance(record, Block):
            kind, content = record.type, self._content(record)
        else:
            kind = "child_page" if isinstance(record, Page) else "child_database"
            content = {"title": self.title(record)}
        return {
            "object": "block",
            "id": record.id,
            "parent": self.parent(record.parent),
            **self._stamps(record.stamps),
            "has_children": bool(self.space.content(record.id)),
            "type": kind,
            kind: content,
            **self._trash(record.in_trash),
        }

    def _content(self, block: Block) -> Json:
        content = dict(block.content)
        for name in ("rich_text", "caption"):
            if name in content:
                content[name] = shown_text(content[name], self.space, self.caller)
        if "cells" in content:
            content["cells"] = [
                shown_text(cell, self.space, self.caller) for cell in content["cells"]
            ]
        return content

    def comment(self, comment: Comment) -> Json:
        """A comment."""
        stamps = self._stamps(comment.stamps)
        del stamps["last_edited_by"]
        name = comment.display_name or {
            "type": "user",
            "resolved_name": self.space.users[comment.stamps.created_by].name,
        }
        return {
            "object": "comment",
            "id": comment.id,
            "parent": self.parent(comment.parent),
            "discussion_id": comment.discussion,
            **stamps,
            "rich_text": shown_text(comment.rich_text, self.space, self.caller),
            "display_name": name,
            **({"attachments": comment.attachments} if comment.attachments else {}),
        }

    def view(self, view: View) -> Json:
        """A view, whole."""
        return {
            "object": "view",
            "id": view.id,
            "parent": {"type": "database_id", "database_id": view.database},
            "data_source_id": view.data_source,
            "name": view.name,
            "type": view.type,
            "created_time": exact(view.stamps.created),
            "created_by": self.user(view.stamps.created_by),
            "last_edited_time": exact(view.stamps.edited),
            "last_edited_by": self.user(view.stamps.edited_by),
            "url": f"{link(view.database)}?v={view.id.replace('-', '')}",
            "filter": view.filter,
            "sorts": view.sorts,
            "quick_filters": view.quick_filters,
            "configuration": view.configuration,
            **({"dashboard_view_id": view.dashboard} if view.dashboard else {}),
        }

    def upload(self, upload: Upload) -> Json:
        """A file upload."""
        parts: Json = {}
        if upload.parts is not None:
            complete = f"https://api.notion.com/v1/file_uploads/{upload.id}/complete"
            parts = {
                "complete_url": complete,
                "number_of_parts": {"total": upload.parts, "sent": len(upload.sent)},
            }
        address = (
            {"upload_url": f"https://api.notion.com/v1/file_uploads/{upload.id}/send"}
            if upload.status == "pending"
            else {}
        )
        return {
            "object": "file_upload",
            "id": upload.id,
            "created_time": whole_minute(upload.stamps.created),
            "created_by": {"id": upload.stamps.created_by, "type": "bot"},
            "last_edited_time": whole_minute(upload.stamps.edited),
            "expiry_time": None
            if upload.is_attached
            else whole_minute(upload.stamps.created + 3600),
            **address,
            **(parts if upload.status == "pending" else {}),
            "status": upload.status,
            "filename": upload.filename,
            "content_type": upload.content_type,
            "content_length": upload.length,
            **self._trash(False),
        }

    def property_item(self, page: Page, column: SchemaProperty) -> list[Json] | Json:
        """A value in an answer of its own: a list of items for texts, people, relations and rollups
        of many values (https://developers.notion.com/reference/property-item-object).
        """
        base = {"object": "property_item", "type": column.type, "id": quote(column.id, safe="")}
        shown: Any = self.reader.shown(page, column, cut=False)[column.type]
        if column.type in _LISTS:
            return [{**base, column.type: item} for item in shown]
        if column.type == "rollup":
            return [
                {**base, "type": item["type"], item["type"]: value}
                for item in self._rollup_items(page, column, shown)
                for value in (
                    item[item["type"]] if item["type"] in _LISTS else [item[item["type"]]]
                )
            ]
        return {**base, column.type: shown}

    def _rollup_items(self, page: Page, column: SchemaProperty, shown: Json) -> list[Json]:
        """The values a rollup shows; of one that calculates, the pages that it does so from."""
        if shown["type"] == "array":
            return list(shown["array"])
        source = self.space.objects[page.parent.id or ""]
        assert isinstance(source, DataSource)
        relation = source.properties.get(column.config["relation_property_id"])
        return [] if relation is None else [self.reader.shown(page, relation, cut=False)]
