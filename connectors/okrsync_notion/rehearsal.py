"""A write that sends nothing: requests that would change something are recorded and answered as
Notion would answer, as far as the rest of the write needs it.

Requests that read are sent. Their answers include what was recorded where the rest of the write
looks for it: new properties and new blocks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

from notion_client import Client
from notion_client.client import ClientOptions

from okrsync.connector import Calls, RequestPreview
from okrsync_notion.api import NotionApi

__all__ = ["RehearsedApi"]

Json = dict[str, Any]
_MOMENT = "2000-01-01T00:00:00.000Z"
"""The time of every recorded request. It stands still, so that no row seems to need another look.
"""
_log = logging.getLogger("okrsync.notion.client")


class RehearsedApi(NotionApi):
    """Requests to a workspace that only read; writes are recorded in `previews`. `pages` are the
    known rows by id.
    """

    def __init__(
        self, real: NotionApi, pages: Mapping[str, Json], previews: list[RequestPreview]
    ) -> None:
        self.__dict__.update(real.__dict__)
        self.client: Any = _Notes(real.client, pages, previews)

    def put(self, calls: Calls, what: str, ask: Callable[[Any], Any]) -> Any:
        return ask(self.client)

    def add(self, calls: Calls, what: str, ask: Callable[[Any], Any]) -> Any:
        return ask(self.client)


class _Notes(Client):
    """The official client, which records every request that would change something."""

    def __init__(
        self, real: Any, pages: Mapping[str, Json], previews: list[RequestPreview]
    ) -> None:
        options: ClientOptions = real.options
        super().__init__(options, client=real.client)
        self._pages = dict(pages)
        self._previews = previews
        self._properties: dict[str, Json] = {}
        self._blocks: dict[str, list[Json]] = {}

    def request(
        self,
        path: str,
        method: str,
        query: Json | None = None,
        body: Json | None = None,
        form_data: Json | None = None,
        auth: Any = None,
    ) -> Any:
        holder = path.split("/")[1] if path.startswith("blocks/") else ""
        if method == "GET" and holder in self._blocks:
            return {
                "results": deepcopy(self._blocks[holder]),
                "has_more": False,
                "next_cursor": None,
            }
        # Notion reads with POST where a filter goes into the body.
        if method == "GET" or path == "search" or path.endswith("/query"):
            return self._with_properties(
                path, super().request(path, method, query, body, form_data, auth)
            )
        headers = {
            "Authorization": "Bearer ****",
            "Notion-Version": self.options.notion_version,
            "Content-Type": "application/json",
        }
        address = f"{self.options.base_url}/v1/{path}" + (f"?{urlencode(query)}" if query else "")
        self._previews.append(RequestPreview(method, address, deepcopy(body), headers))
        return self._answered(path, body or {})

    def _with_properties(self, path: str, answer: Json) -> Json:
        """The schema of a data source, with the properties that would have been created or removed
        by now.
        """
        kind, _, name = path.partition("/")
        for title, added in (
            self._properties.get(name, {}).items() if kind == "data_sources" else ()
        ):
            standing = {
                key: schema
                for key, schema in answer["properties"].items()
                if title not in (key, schema["id"])
            }
            answer["properties"] = (
                standing if added is None else {**standing, **_with_other_side(title, added)}
            )
        return answer

    def _answered(self, path: str, body: Json) -> Json:
        kind, _, rest = path.partition("/")
        if kind == "data_sources":
            self._properties.setdefault(rest, {}).update(body.get("properties", {}))
            return {"object": "data_source", "id": rest}
        if path.endswith("/children"):
            return {"results": self._grown(body.get("children", []), rest.split("/")[0])}
        if kind == "pages" and rest:
            page = deepcopy(self._pages.get(rest, {"id": rest, "properties": {}}))
            return {**page, "last_edited_time": _MOMENT, **_trash(body)}
        if kind == "pages":
            number = sum(
                preview.method == "POST" and preview.url.endswith("/pages")
                for preview in self._previews
            )
            fresh: Json = {
                "object": "page",
                "id": f"<id of new row {number}>",
                "properties": {},
                "parent": body["parent"],
            }
            times = {"created_time": _MOMENT, "last_edited_time": _MOMENT}
            return {**fresh, "in_trash": False, **times}
        word = kind.removesuffix("s")
        named = {"name": body["name"]} if "name" in body else {}
        return {"object": word, "id": f"<id of the new {word}>", **named}

    def _grown(self, children: list[Json], holder: str) -> list[Json]:
        """New blocks, each with an id of its own, and the blocks in them."""
        blocks = []
        for child in children:
            block = {**child, "id": f"<id of new block {1 + sum(map(len, self._blocks.values()))}>"}
            self._blocks.setdefault(f"below {holder}", []).append(block)
            self._blocks[block["id"]] = []
            inner = child.get(child["type"], {}).get("children", [])
            self._blocks[block["id"]] = self._grown(inner, block["id"])
            blocks.append(block)
        return blocks


def _property(title: str, config: Json) -> Json:
    kind = config.get("type") or next(iter(config))
    return {"id": f"<id of {title}>", "name": title, "type": kind, **config}


def _with_other_side(title: str, config: Json) -> Json:
    """A property that would have been created, and, for a two-sided relation, the property on its
    other side.
    """
    other = (config.get("relation") or {}).get("dual_property", {}).get("synced_property_name")
    if other is None:
        return {title: _property(title, config)}
    back = _property(other, {"relation": {"data_source_id": config["relation"]["data_source_id"]}})
    dual = {"synced_property_name": other, "synced_property_id": back["id"]}
    return {
        title: _property(title, {"relation": {**config["relation"], "dual_property": dual}}),
        other: back,
    }


def _trash(body: Json) -> Json:
    return {"in_trash": True} if body.get("in_trash") else {}
