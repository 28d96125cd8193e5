"""One request as the handlers see it: who asks, in which version, for what; and what all handlers
need to find and to check.
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
from okrsync_sandbox.notion.workspace import Thing, Workspace, normal_id

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
        """How things are told to this caller."""
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

    def id(self, at: int, name: str) -> str:
        """An id in the path."""
        sent = unquote(self.path[at])
        one = normal_id(sent)
        if one is None:
            raise failed(f"path.{name}", "a valid uuid", sent)
        return one

    def thing(self, one: str, kind: str, *, editing: bool = False) -> Thing:
        """What has an id, where it is shared. With `editing`, what is in the trash is refused."""
        thing = self.space.things.get(one)
        if thing is None or not self.space.is_shared(self.caller, thing):
            raise not_found(kind, one, self.caller.name)
        if editing:
            self.check_editable(thing)
        return thing

    def check_editable(self, thing: Thing, *, restores: bool = False) -> None:
        """Raises `NotionError` where the thing, or what it stands in, is in the trash."""
        if self.space.is_buried(thing):
            raise wrong(
                "Can't edit page on block with an archived ancestor. You must unarchive the"
                " ancestor before editing page."
            )
        if thing.in_trash and not restores:
            raise wrong(
                "Can't edit block that is archived. You must unarchive the block before editing."
            )

    def page(self, one: str, *, editing: bool = False) -> Page:
        """A page by its id."""
        thing = self.thing(one, "page")
        if isinstance(thing, Database):
            raise wrong(
                f"Provided ID {one} is a database, not a page. Use the retrieve database API"
                " instead."
            )
        if not isinstance(thing, Page):
            raise not_found("page", one, self.caller.name)
        if editing:
            self.check_editable(thing)
        return thing

    def database(self, one: str, *, editing: bool = False) -> Database:
        """A database by its id."""
        thing = self.thing(one, "database")
        if isinstance(thing, Page):
            raise wrong(
                f"Provided database_id {one} is a page, not a database. Use the retrieve page API"
                " instead."
            )
        if not isinstance(thing, Database):
            raise not_found("database", one, self.caller.name)
        if editing:
            self.check_editable(thing)
        return thing

    def source(self, one: str, *, editing: bool = False) -> DataSource:
        """A data source by its id; a database's id is none."""
        thing = self.thing(one, "data_source")
        if not isinstance(thing, DataSource):
            raise not_found("data_source", one, self.caller.name)
        if editing:
            self.check_editable(thing)
        return thing

    def holder(self, one: str, *, editing: bool = False) -> Page | Block:
        """A page or block that other blocks stand in."""
        thing = self.thing(one, "block")
        if not isinstance(thing, Page | Block):
            raise not_found("block", one, self.caller.name)
        if editing:
            self.check_editable(thing)
        return thing

    def parent_id(self, sent: Any, *kinds: str) -> tuple[str, str]:
        """The parent a request names: its kind and its id. Raises `NotionError` where it is none of
        `kinds`.
        """
        if not isinstance(sent, dict):
            raise failed("body.parent", "defined", ... if sent is None else sent)
        if sent.get("type") == "workspace" or sent.get("workspace"):
            raise wrong(
                "Internal integrations aren't owned by a single user, so creating workspace-level"
                " private pages is not supported."
            )
        kind = next((one for one in kinds if one in sent), None)
        if kind is None:
            lines = "\n".join(
                f"body.parent.{one} should be defined, instead was `undefined`." for one in kinds
            )
            raise wrong(f"body failed validation. Fix one:\n{lines}")
        one = normal_id(sent[kind])
        if one is None:
            raise failed(f"body.parent.{kind}", "a valid uuid", sent[kind])
        return kind, one

    def check_trash_words(self) -> bool | None:
        """What the body says about the trash; None for nothing. The word of the version is taken,
        the other refused.
        """
        if "archived" in self.body and self.is_new:
            raise failed("body.archived", "not present", self.body["archived"])
        word = next((one for one in ("in_trash", "archived") if one in self.body), None)
        if word is None:
            return None
        if not isinstance(self.body[word], bool):
            raise failed(f"body.{word}", "a boolean", self.body[word])
        return bool(self.body[word])

    def looks(self) -> Json:
        """Title, description, icon and cover that the body brings, checked."""
        made: Json = {}
        for name in ("title", "description"):
            if name in self.body:
                made[name] = checked_text(self.body[name], f"body.{name}", self.space)
        for name in ("icon", "cover"):
            value = self.body.get(name)
            if value is not None and not isinstance(value, dict):
                raise failed(f"body.{name}", "an object or `null`", value)
            if name in self.body:
                path = f"body.{name}"
                made[name] = shown_looks(value, path, self.space) if value else None
        return made

    def take_looks(self, thing: Page | Database | DataSource) -> None:
        """Let a thing look as the body says."""
        for name, value in self.looks().items():
            if name in ("icon", "cover") or not isinstance(thing, Page):
                setattr(thing, name, value)

    def parent_of(self, kind: str, one: str) -> Parent:
        """A page or block to put something into."""
        self.holder(one, editing=True)
        return Parent("page_id" if isinstance(self.space.things[one], Page) else "block_id", one)

    def page_size(self, sent: Any, where: str) -> int:
        """How many are asked for at once."""
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
        found: Sequence[Any],
        kind: str,
        shown: Callable[[Any], Json],
        *,
        from_body: bool = False,
    ) -> Json:
        """One page of a list; the cursor is the id of the first that is left."""
        where: Any = self.body.get if from_body else self.first
        size = self.page_size(where("page_size"), "body" if from_body else "query")
        start, begin = where("start_cursor"), 0
        if start is not None:
            one = normal_id(start)
            begin = next((at for at, each in enumerate(found) if each.id == one), -1)
            if begin < 0:
                raise wrong(f"The start_cursor provided is invalid: {start}")
        rest = found[begin + size :]
        return {
            "object": "list",
            "results": [shown(each) for each in found[begin : begin + size]],
            "next_cursor": rest[0].id if rest else None,
            "has_more": bool(rest),
            "type": kind,
            kind: {},
        }
