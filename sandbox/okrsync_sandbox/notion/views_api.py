"""Views of a database: created, retrieved, updated, deleted, listed, and queried for their rows.

After https://developers.notion.com/guides/data-apis/working-with-views.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from okrsync_sandbox.notion.asking import Ask
from okrsync_sandbox.notion.errors import an_object, failed, not_found, wrong
from okrsync_sandbox.notion.model import Database, DataSource, Json, Page, View
from okrsync_sandbox.notion.query import checked_filter, checked_sorts, ordered
from okrsync_sandbox.notion.workspace import exact, normal_id

__all__ = ["ViewsApi"]

_TYPES = (
    "table",
    "board",
    "calendar",
    "timeline",
    "gallery",
    "list",
    "form",
    "chart",
    "map",
    "dashboard",
)
_SUBTASKS = ("show", "hidden", "flattened", "disabled")
_GROUP_SORTS = ("manual", "ascending", "descending")
_HOLDERS = ("database_id", "view_id", "create_database")
_MOST_COLUMNS = 100
_KEPT = 15 * 60
"""Seconds for which the result of a view query can be paged through."""


@dataclass(slots=True)
class ViewsApi:
    """The handlers. `asked` holds the results of view queries, and when each expires."""

    asked: dict[str, tuple[str, float, Sequence[Page]]] = field(default_factory=dict)

    def create(self, ask: Ask) -> Json:
        """POST views"""
        ask.may("insert")
        body = ask.body
        if body.get("type") not in _TYPES:
            raise failed(
                "body.type", " or ".join(f'`"{type_}"`' for type_ in _TYPES), body.get("type", ...)
            )
        if not isinstance(body.get("name"), str):
            raise failed("body.name", "a string", body.get("name", ...))
        source = ask.source(self._id(body, "data_source_id"), editing=True)
        holders = [name for name in _HOLDERS if body.get(name) is not None]
        if len(holders) != 1:
            raise wrong(f"Exactly one of {', '.join(_HOLDERS)} must be provided.")
        view = View(
            ask.space.new_id(),
            "",
            source.id,
            body["name"],
            body["type"],
            ask.space.stamps(ask.caller.bot),
        )
        view.configuration = {"type": body["type"]}
        self._take(ask, view, source)
        if holders == ["create_database"]:
            view.database = self._linked_database(ask, source)
        elif holders == ["view_id"]:
            view.database, view.dashboard = self._dashboard(ask)
        else:
            database = ask.database(self._id(body, "database_id"), editing=True)
            if source.parent.id != database.id:
                raise wrong(f"Data source {source.id} is not in database {database.id}.")
            view.database = database.id
        ask.space.views[view.id] = view
        return ask.answers.view(view)

    def _linked_database(self, ask: Ask, source: DataSource) -> str:
        """The id of a new linked database on a page, which shows rows of a data source elsewhere
        and has none of its own.
        """
        path = "body.create_database"
        sent = an_object(ask.body["create_database"], path)
        kind, page_id = ask.parent_id(sent.get("parent"), "page_id")
        parent = ask.parent_of(kind, page_id)
        place = None
        if sent.get("position") is not None:
            position = an_object(sent["position"], f"{path}.position")
            if position.get("type") != "after_block":
                raise failed(f"{path}.position.type", '`"after_block"`', position.get("type", ...))
            block_id = normal_id(position.get("block_id"))
            siblings = ask.space.children.get(parent.id or "", [])
            if block_id is None or block_id not in siblings:
                raise wrong(f"Block {position.get('block_id')} is not a child of {parent.id}.")
            place = siblings.index(block_id) + 1
        bot = ask.caller.bot
        database = Database(ask.space.new_id(), parent, ask.space.stamps(bot), source.title)
        database.is_inline = True
        ask.space.add(database, place)
        ask.space.touch_parent(parent, bot)
        return database.id

    def _dashboard(self, ask: Ask) -> tuple[str, str]:
        """The database and the id of the dashboard that a view is added to as a widget."""
        dashboard = ask.space.views.get(self._id(ask.body, "view_id"))
        if dashboard is None or not ask.space.is_shared(
            ask.caller, ask.space.objects[dashboard.data_source]
        ):
            raise not_found("view", str(ask.body["view_id"]), ask.caller.name)
        if dashboard.type != "dashboard":
            raise wrong(f"View {dashboard.id} is not a dashboard.")
        return dashboard.database, dashboard.id

    def _id(self, body: Json, name: str) -> str:
        id_ = normal_id(body.get(name))
        if id_ is None:
            raise failed(
                f"body.{name}", "a valid uuid" if name in body else "defined", body.get(name, ...)
            )
        return id_

    def _take(self, ask: Ask, view: View, source: DataSource) -> None:
        body = ask.body
        if body.get("filter") is not None:
            checked_filter(source, body["filter"], ask.answers.reader)
        if body.get("sorts") is not None:
            checked_sorts(source, body["sorts"])
        if body.get("configuration") is not None:
            self._check_configuration(view, body["configuration"], source)
            view.configuration = {"type": view.type, **body["configuration"]}
        for name in ("name", "filter", "sorts", "quick_filters"):
            if name in body:
                setattr(view, name, body[name])

    def _check_configuration(self, view: View, sent: Any, source: DataSource) -> None:
        if not isinstance(sent, dict):
            raise failed("body.configuration", "an object", sent)
        if sent.get("type", view.type) != view.type:
            raise failed("body.configuration.type", f'`"{view.type}"`', sent["type"])
        if view.type == "board" and "group_by" not in sent and "group_by" not in view.configuration:
            raise failed("body.configuration.group_by", "defined")
        named = [
            sent[key] for key in ("group_by", "sub_group_by") if isinstance(sent.get(key), dict)
        ]
        for key in ("group_by", "sub_group_by"):
            if isinstance(sent.get(key), dict):
                self._check_group(sent[key], f"body.configuration.{key}", source)
        subtasks = sent.get("subtasks")
        if isinstance(subtasks, dict):
            if subtasks.get("display_mode", "show") not in _SUBTASKS:
                modes = " or ".join(f'`"{mode}"`' for mode in _SUBTASKS)
                raise failed(
                    "body.configuration.subtasks.display_mode", modes, subtasks["display_mode"]
                )
            named += [subtasks] if "property_id" in subtasks else []
        columns = sent.get("properties") or []
        if not isinstance(columns, list):
            raise failed("body.configuration.properties", "an array", columns)
        if len(columns) > _MOST_COLUMNS:
            raise failed(
                "body.configuration.properties.length", f"≤ `{_MOST_COLUMNS}`", len(columns)
            )
        for index, column in enumerate(columns):
            path = f"body.configuration.properties[{index}]"
            if not isinstance(column, dict) or not isinstance(column.get("property_id"), str):
                raise failed(f"{path}.property_id", "defined")
            if not isinstance(column.get("visible", True), bool):
                raise failed(f"{path}.visible", "a boolean", column["visible"])
        named += [column for column in columns if isinstance(column, dict)]
        for reference in named:
            if source.find(str(reference.get("property_id"))) is None:
                raise wrong(
                    f"Could not find property with name or id: {reference.get('property_id')}"
                )

    def _check_group(self, sent: Json, path: str, source: DataSource) -> None:
        column = source.find(sent.get("property_id"))
        for name in ("type", "property_id", "sort"):
            if name not in sent:
                raise failed(f"{path}.{name}", "defined")
        if column is not None and sent["type"] != column.type and column.type != "formula":
            raise failed(f"{path}.type", f'`"{column.type}"`', sent["type"])
        if not isinstance(sent["sort"], dict) or sent["sort"].get("type") not in _GROUP_SORTS:
            raise failed(
                f"{path}.sort.type",
                " or ".join(f'`"{sort}"`' for sort in _GROUP_SORTS),
                sent["sort"],
            )
        if sent["type"] == "status" and sent.get("group_by") not in ("group", "option"):
            raise failed(f"{path}.group_by", '`"group"` or `"option"`', sent.get("group_by", ...))

    def _view(self, ask: Ask) -> View:
        view_id = ask.id(1, "view_id")
        view = ask.space.views.get(view_id)
        if view is None or not ask.space.is_shared(ask.caller, ask.space.objects[view.data_source]):
            raise not_found("view", view_id, ask.caller.name)
        return view

    def retrieve(self, ask: Ask) -> Json:
        """GET views/{id}"""
        ask.may("read")
        return ask.answers.view(self._view(ask))

    def update(self, ask: Ask) -> Json:
        """PATCH views/{id}"""
        ask.may("update")
        view = self._view(ask)
        self._take(ask, view, ask.source(view.data_source, editing=True))
        ask.space.touch(view, ask.caller.bot)
        return ask.answers.view(view)

    def delete(self, ask: Ask) -> Json:
        """DELETE views/{id}"""
        ask.may("update")
        view = self._view(ask)
        if sum(other.database == view.database for other in ask.space.views.values()) == 1:
            raise wrong("Cannot delete the last view of a database.")
        del ask.space.views[view.id]
        return {
            "object": "view",
            "id": view.id,
            "parent": {"type": "database_id", "database_id": view.database},
            "type": view.type,
        }

    def list(self, ask: Ask) -> Json:
        """GET views?database_id=… or data_source_id=…: ids only"""
        ask.may("read")
        database, source = (
            normal_id(ask.first("database_id")),
            normal_id(ask.first("data_source_id")),
        )
        if database is None and source is None:
            raise failed("query.database_id", "defined")
        if database is not None:
            ask.database(database)
        if source is not None:
            ask.source(source)
        views = [
            view
            for view in ask.space.views.values()
            if database in (None, view.database) and source in (None, view.data_source)
        ]
        return ask.listed(views, "view", lambda view: {"object": "view", "id": view.id})

    def ask_rows(self, ask: Ask) -> Json:
        """POST views/{id}/queries"""
        ask.may("read")
        view = self._view(ask)
        source = ask.source(view.data_source)
        reader = ask.answers.reader
        test = None if view.filter is None else checked_filter(source, view.filter, reader)
        rows = [ask.space.objects[page_id] for page_id in ask.space.rows[source.id]]
        pages = [
            row
            for row in rows
            if isinstance(row, Page) and not row.in_trash and (test is None or test(row))
        ]
        pages = ordered(pages, checked_sorts(source, view.sorts or []), reader)
        query_id, until = ask.space.new_id(), ask.space.clock() + _KEPT
        self.asked[query_id] = (view.id, until, pages)
        listed = ask.listed(pages, "page", self._row, from_body=True)
        return {
            "object": "view_query",
            "id": query_id,
            "view_id": view.id,
            "expires_at": exact(until),
            "total_count": len(pages),
            **{name: listed[name] for name in ("results", "next_cursor", "has_more")},
        }

    def _row(self, page: Page) -> Json:
        return {"object": "page", "id": page.id}

    def rows(self, ask: Ask) -> Json:
        """GET views/{id}/queries/{query id}"""
        ask.may("read")
        view, query = self._view(ask), ask.id(3, "query_id")
        known = self.asked.get(query)
        if known is None or known[0] != view.id or known[1] < ask.space.clock():
            raise not_found("view_query", query, ask.caller.name)
        return ask.listed(known[2], "page", self._row)

    def forget_rows(self, ask: Ask) -> Json:
        """DELETE views/{id}/queries/{query id}"""
        view, query = self._view(ask), ask.id(3, "query_id")
        known = self.asked.get(query)
        if known is None or known[0] != view.id:
            raise not_found("view_query", query, ask.caller.name)
        del self.asked[query]
        return {"object": "view_query", "id": query, "deleted": True}
