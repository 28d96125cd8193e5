"""One request as the handlers see it: the caller, the version, the path and the body, and the
lookups and checks that all handlers share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from okrsync_sandbox.notion.answers import Answers
from okrsync_sandbox.notion.errors import NotionError, failed, not_found, wrong
from okrsync_sandbox.notion.model import (
    Block,
    Database,
    DataSource,
    Integration,
    Json,
    Page,
    Parent,
)
from okrsync_sandbox.notion.richtext import checked_text
from okrsync_sandbox.notion.uploads import shown_looks
from okrsync_sandbox.notion.workspace import NotionObject, Workspace, normal_id

__all__ = ["Ask"]


@dataclass(slots=True)
class Ask:
    """A request by an integration. `body` is empty where none was sent."""

    space: Workspace
    caller: Integration
    version: str
    path: Sequence[str]
    query: tuple[tuple[str, str], ...]
    body: Json

    @property
    def answers(self) -> Answers:
        """The answers for this caller."""
        return Answers(self.space, self.caller, self.version)

    @property
    def is_new(self) -> bool:
        """Whether the version is 2026-03-11 or later."""
        return self.version >= "2026"

    def first(self, name: str) -> str | None:
        """A parameter of the address."""
        return next((unquote(value) for key, value in self.query if key == name), None)

    def may(self, capability: str) -> None:
        """Raises `NotionError` 403 where the integration lacks a capability."""
        if capability not in self.caller.capabilities:
            raise NotionError(
                403, "restricted_resource", "Insufficient permissions for this endpoint."
            )

    def id(self, index: int, name: str) -> str:
        """An id in the path."""
        sent = unquote(self.path[index])
        id_ = normal_id(sent)
        if id_ is None:
            raise failed(f"path.{name}", "a valid uuid", sent)
        return id_

    def object_of(self, id_: str, kind: str, *, editing: bool = False) -> NotionObject:
        """The object of an id, where it is shared. With `editing`, one in the trash is refused."""
        record = self.space.objects.get(id_)
        if record is None or not self.space.is_shared(self.caller, record):
            raise not_found(kind, id_, self.caller.name)
        if editing:
            self.check_editable(record)
        return record

    def check_editable(self, record: NotionObject, *, restores: bool = False) -> None:
        """Raise `NotionError` where the object, or something that holds it, is in the trash."""
        # Reading what is in the trash succeeds, with `in_trash` true; only writing is refused.
        if self.space.is_buried(record):
            raise wrong(
                "Can't edit page on block with an archived ancestor. You must unarchive the"
                " ancestor before editing page."
            )
        if record.in_trash and not restores:
            raise wrong(
                "Can't edit block that is archived. You must unarchive the block before editing."
            )

    def page(self, page_id: str, *, editing: bool = False) -> Page:
        """A page by its id."""
        record = self.object_of(page_id, "page")
        if isinstance(record, Database):
            raise wrong(
                f"Provided ID {page_id} is a database, not a page. Use the retrieve database API"
                " instead."
            )
        if not isinstance(record, Page):
            raise not_found("page", page_id, self.caller.name)
        if editing:
            self.check_editable(record)
        return record

    def database(self, database_id: str, *, editing: bool = False) -> Database:
        """A database by its id."""
        record = self.object_of(database_id, "database")
        if isinstance(record, Page):
            raise wrong(
                f"Provided database_id {database_id} is a page, not a database. Use the retrieve"
                " page API instead."
            )
        if not isinstance(record, Database):
            raise not_found("database", database_id, self.caller.name)
        if editing:
            self.check_editable(record)
        return record

    def source(self, source_id: str, *, editing: bool = False) -> DataSource:
        """A data source by its id; the id of a database does not count."""
        # Since 2025-09-03 rows are in data sources, and the two have different ids
        # (https://developers.notion.com/guides/get-started/upgrade-guide-2025-09-03).
        record = self.object_of(source_id, "data_source")
        if not isinstance(record, DataSource):
            raise not_found("data_source", source_id, self.caller.name)
        if editing:
            self.check_editable(record)
        return record

    def holder(self, holder_id: str, *, editing: bool = False) -> Page | Block:
        """A page or block that other blocks stand in."""
        record = self.object_of(holder_id, "block")
        if not isinstance(record, Page | Block):
            raise not_found("block", holder_id, self.caller.name)
        if editing:
            self.check_editable(record)
        return record

    def parent_id(self, sent: Any, *kinds: str) -> tuple[str, str]:
        """The kind and the id of the parent that a request names. Raises `NotionError` for none of
        `kinds`.
        """
        if not isinstance(sent, dict):
            raise failed("body.parent", "defined", ... if sent is None else sent)
        if sent.get("type") == "workspace" or sent.get("workspace"):
            raise wrong(
                "Internal integrations aren't owned by a single user, so creating workspace-level"
                " private pages is not supported."
            )
        kind = next((name for name in kinds if name in sent), None)
        if kind is None:
            lines = "\n".join(
                f"body.parent.{name} should be defined, instead was `undefined`." for name in kinds
            )
            raise wrong(f"body failed validation. Fix one:\n{lines}")
        parent_id = normal_id(sent[kind])
        if parent_id is None:
            raise failed(f"body.parent.{kind}", "a valid uuid", sent[kind])
        return kind, parent_id

    def check_trash_words(self) -> bool | None:
        """What the body says about the trash; None for nothing. The word of the version is
        accepted, the other one refused.
        """
        # https://developers.notion.com/reference/trash-page
        if "archived" in self.body and self.is_new:
            raise failed("body.archived", "not present", self.body["archived"])
        word = next((name for name in ("in_trash", "archived") if name in self.body), None)
        if word is None:
            return None
        if not isinstance(self.body[word], bool):
            raise failed(f"body.{word}", "a boolean", self.body[word])
        return bool(self.body[word])

    def looks(self) -> Json:
        """Title, description, icon and cover that the body brings, checked."""
        looks: Json = {}
        for name in ("title", "description"):
            if name in self.body:
                looks[name] = checked_text(self.body[name], f"body.{name}", self.space)
        for name in ("icon", "cover"):
            value = self.body.get(name)
            if value is not None and not isinstance(value, dict):
                raise failed(f"body.{name}", "an object or `null`", value)
            if name in self.body:
                path = f"body.{name}"
                looks[name] = shown_looks(value, path, self.space) if value else None
        return looks

    def take_looks(self, record: Page | Database | DataSource) -> None:
        """Let an object look as the body says."""
        for name, value in self.looks().items():
            if name in ("icon", "cover") or not isinstance(record, Page):
                setattr(record, name, value)

    def parent_of(self, kind: str, id_: str) -> Parent:
        """A page or block to put something into."""
        self.holder(id_, editing=True)
        return Parent("page_id" if isinstance(self.space.objects[id_], Page) else "block_id", id_)

    def page_size(self, sent: Any, where: str) -> int:
        """The number of results for one answer (https://developers.notion.com/reference/intro)."""
        if sent is None:
            return 100
        if isinstance(sent, str) and sent.isdigit():
            sent = int(sent)
        if isinstance(sent, bool) or not isinstance(sent, int):
            raise failed(f"{where}.page_size", "a number", sent)
        if sent > 100:
            raise failed(f"{where}.page_size", "≤ `100`", sent)
        if sent < 1:
            raise failed(f"{where}.page_size", "≥ `1`", sent)
        return sent

    def listed(
        self,
        items: Sequence[Any],
        kind: str,
        shown: Callable[[Any], Json],
        *,
        from_body: bool = False,
    ) -> Json:
        """One page of a list; the cursor is the id of the first item that follows."""
        where: Any = self.body.get if from_body else self.first
        size = self.page_size(where("page_size"), "body" if from_body else "query")
        start, begin = where("start_cursor"), 0
        if start is not None:
            first_id = normal_id(start)
            begin = next((index for index, item in enumerate(items) if item.id == first_id), -1)
            if begin < 0:
                raise wrong(f"The start_cursor provided is invalid: {start}")
        rest = items[begin + size :]
        return {
            "object": "list",
            "results": [shown(item) for item in items[begin : begin + size]],
            "next_cursor": rest[0].id if rest else None,
            "has_more": bool(rest),
            "type": kind,
            kind: {},
        }
