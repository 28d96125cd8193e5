"""Databases and data sources: created, retrieved, updated; and the query, which ends after 10,000
rows and states that only in `request_status`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from okrsync_sandbox.notion import templates
from okrsync_sandbox.notion.asking import Ask
from okrsync_sandbox.notion.errors import failed, not_found, wrong
from okrsync_sandbox.notion.model import (
    Database,
    DataSource,
    Json,
    Page,
    Parent,
    SchemaProperty,
    View,
)
from okrsync_sandbox.notion.query import checked_filter, checked_sorts, ordered
from okrsync_sandbox.notion.richtext import checked_text
from okrsync_sandbox.notion.schema import changed_properties, take_back

__all__ = ["MOST", "DataApi"]

# https://developers.notion.com/guides/data-apis/query-large-data-sources
MOST = 10_000
"""Rows that one query returns at most."""


@dataclass(slots=True)
class _LastQuery:
    """The last query and its pages, so that they need not be searched again."""

    revision: int = -1
    key: str = ""
    pages: Sequence[Page] = ()


@dataclass(slots=True)
class DataApi:
    """The handlers. `cursors` holds the issued cursors: the query of each, and the number of rows
    before it.
    """

    cursors: dict[str, tuple[str, int]] = field(default_factory=dict)
    _last: _LastQuery = field(default_factory=_LastQuery)

    def create_database(self, ask: Ask) -> Json:
        """POST databases"""
        ask.may("insert")
        kind, page_id = ask.parent_id(ask.body.get("parent"), "page_id")
        parent = ask.parent_of(kind, page_id)
        ask.looks()
        space, bot = ask.space, ask.caller.bot
        title = checked_text(ask.body.get("title", []), "body.title", space)
        database = Database(space.new_id(), parent, space.stamps(bot), title)
        source = DataSource(
            space.new_id(), Parent("database_id", database.id), space.stamps(bot), title, {}
        )
        initial = ask.body.get("initial_data_source") or {}
        if not isinstance(initial, dict):
            raise failed("body.initial_data_source", "an object", initial)
        sent = initial.get("properties")
        space.objects[source.id] = source
        space.objects[database.id] = database
        try:
            self._first_columns(ask, source, sent, "body.initial_data_source.properties")
        finally:
            del space.objects[source.id], space.objects[database.id]
        space.add(database)
        space.add(source)
        ask.take_looks(database)
        source.description = database.description
        database.is_inline = bool(ask.body.get("is_inline", False))
        self._first_view(ask, database, source)
        space.touch_parent(parent, bot)
        return ask.answers.database(database)

    def _first_columns(self, ask: Ask, source: DataSource, sent: object, path: str) -> None:
        if sent is None:
            source.properties["title"] = SchemaProperty("title", "Name", "title", {})
            return
        changed_properties(source, sent, ask.space, ask.caller, version=ask.version, path=path)
        if "title" not in source.properties:
            take_back(source, {}, ask.space)
            raise wrong("Title is not provided. A data source must have one title property.")

    def _first_view(self, ask: Ask, database: Database, source: DataSource) -> None:
        stamps = ask.space.stamps(ask.caller.bot)
        view_id = ask.space.new_id()
        view = View(
            view_id,
            database.id,
            source.id,
            "Default view",
            "table",
            stamps,
            configuration={"type": "table"},
        )
        ask.space.views[view_id] = view

    def retrieve_database(self, ask: Ask) -> Json:
        """GET databases/{id}"""
        ask.may("read")
        return ask.answers.database(ask.database(ask.id(1, "database_id")))

    def update_database(self, ask: Ask) -> Json:
        """PATCH databases/{id}"""
        ask.may("update")
        database = ask.database(ask.id(1, "database_id"))
        trash = ask.check_trash_words()
        ask.check_editable(database, restores=trash is False)
        ask.take_looks(database)
        ask.space.share_names(database, database)
        if "parent" in ask.body:
            self._move_database(ask, database)
        for name in ("is_inline", "is_locked"):
            if name in ask.body:
                setattr(database, name, bool(ask.body[name]))
        if trash is not None:
            database.in_trash = trash
        ask.space.touch(database, ask.caller.bot)
        return ask.answers.database(database)

    def _move_database(self, ask: Ask, database: Database) -> None:
        kind, page_id = ask.parent_id(ask.body["parent"], "page_id")
        parent, before = ask.parent_of(kind, page_id), database.parent
        if before.id is not None:
            ask.space.children[before.id].remove(database.id)
        database.parent = parent
        ask.space.add(database)

    def create(self, ask: Ask) -> Json:
        """POST data_sources"""
        ask.may("insert")
        _, database_id = ask.parent_id(ask.body.get("parent"), "database_id")
        database = ask.database(database_id, editing=True)
        ask.looks()
        if "properties" not in ask.body:
            raise failed("body.properties", "defined")
        space = ask.space
        source = DataSource(
            space.new_id(), Parent("database_id", database_id), space.stamps(ask.caller.bot), [], {}
        )
        space.objects[source.id] = source
        try:
            self._first_columns(ask, source, ask.body["properties"], "body.properties")
        finally:
            del space.objects[source.id]
        ask.take_looks(source)
        space.add(source)
        self._first_view(ask, database, source)
        space.touch(database, ask.caller.bot)
        return ask.answers.source(source)

    def retrieve(self, ask: Ask) -> Json:
        """GET data_sources/{id}"""
        ask.may("read")
        return ask.answers.source(ask.source(ask.id(1, "data_source_id")))

    def update(self, ask: Ask) -> Json:
        """PATCH data_sources/{id}"""
        ask.may("update")
        source = ask.source(ask.id(1, "data_source_id"))
        trash = ask.check_trash_words()
        ask.check_editable(source, restores=trash is False)
        ask.looks()
        if "properties" in ask.body:
            changed_properties(
                source, ask.body["properties"], ask.space, ask.caller, version=ask.version
            )
        ask.take_looks(source)
        database = ask.space.objects[source.parent.id or ""]
        assert isinstance(database, Database)
        ask.space.share_names(source, database)
        if "parent" in ask.body:
            _, database_id = ask.parent_id(ask.body["parent"], "database_id")
            ask.database(database_id, editing=True)
            source.parent = Parent("database_id", database_id)
        if trash is not None:
            source.in_trash = trash
        ask.space.touch(source, ask.caller.bot)
        return ask.answers.source(source)

    def templates(self, ask: Ask) -> Json:
        """GET data_sources/{id}/templates"""
        ask.may("read")
        return templates.listed(ask, ask.source(ask.id(1, "data_source_id")))

    def query(self, ask: Ask) -> Json:
        """POST data_sources/{id}/query"""
        ask.may("read")
        source = ask.source(ask.id(1, "data_source_id"))
        if source.in_trash or ask.space.is_buried(source):
            raise not_found("data_source", source.id, ask.caller.name)
        trash = ask.check_trash_words()
        size = ask.page_size(ask.body.get("page_size"), "body")
        wanted = [
            unquote(value)
            for key, value in ask.query
            if key in ("filter_properties", "filter_properties[]")
        ]
        only = [self._column(source, name) for name in wanted] if wanted else None
        query = {name: ask.body.get(name) for name in ("filter", "sorts", "result_type")}
        key = json.dumps([source.id, ask.caller.token, trash, query], sort_keys=True)
        begin = self._begin(ask.body.get("start_cursor"), key)
        pages = self._pages_of(ask, source, key, in_trash=bool(trash))
        has_more = begin + size < min(len(pages), MOST)
        cursor = None
        if has_more:
            cursor = ask.space.new_id()
            self.cursors[cursor] = (key, begin + size)
        answer: Json = {
            "object": "list",
            "results": [
                ask.answers.page(page, only) for page in pages[begin : min(begin + size, MOST)]
            ],
            "next_cursor": cursor,
            "has_more": has_more,
            "type": "page_or_data_source",
            "page_or_data_source": {},
        }
        # Every page of the result carries the status, and `has_more` still ends as false: a client
        # that follows the cursor alone does not notice.
        if len(pages) > MOST:
            answer["request_status"] = {
                "type": "incomplete",
                "incomplete_reason": "query_result_limit_reached",
            }
        return answer

    def _column(self, source: DataSource, sent: str) -> str:
        property_id = sent if sent in source.properties else unquote(sent)
        if property_id not in source.properties:
            raise wrong(f"Could not find property with id: {sent}")
        return property_id

    def _begin(self, cursor: object, key: str) -> int:
        if cursor is None:
            return 0
        known = self.cursors.get(str(cursor))
        # A cursor belongs to one query: another filter or sort makes it invalid.
        if known is None or known[0] != key:
            raise wrong(f"The start_cursor provided is invalid: {cursor}")
        return known[1]

    def _pages_of(
        self, ask: Ask, source: DataSource, key: str, *, in_trash: bool
    ) -> Sequence[Page]:
        if self._last.revision == ask.space.revision and self._last.key == key:
            return self._last.pages
        reader = ask.answers.reader
        test = (
            None
            if ask.body.get("filter") is None
            else checked_filter(source, ask.body["filter"], reader)
        )
        sorts = checked_sorts(source, ask.body.get("sorts") or [])
        rows = [ask.space.objects[page_id] for page_id in ask.space.rows[source.id]]
        pages = [row for row in rows if isinstance(row, Page) and row.in_trash == in_trash]
        if ask.body.get("result_type") == "data_source":
            pages = []
        pages = ordered([page for page in pages if test is None or test(page)], sorts, reader)
        self._last = _LastQuery(ask.space.revision, key, pages)
        return pages
