"""A workspace: all its things by id, who may see them, what lies in the trash, and whose hand moved
them last.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from okrsync_sandbox.notion.model import (
    Block,
    Comment,
    Database,
    DataSource,
    Integration,
    Page,
    Parent,
    Stamps,
    Upload,
    User,
    View,
)

__all__ = ["Thing", "Workspace", "exact", "normal_id", "whole_minute"]

Thing = Page | Block | Database | DataSource


class Workspace:
    """Everything there is. `revision` moves with every change, `clock` gives seconds since the
    epoch.

    `block_edits_move_page` decides what reports disagree on: whether a change of a block moves its
    page's last edited time.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.id = "231674b6-2cc1-46bc-b742-c5c9fe4b9c73"
        self.name = "Workspace"
        self.users: dict[str, User] = {}
        self.integrations: dict[str, Integration] = {}
        self.things: dict[str, Thing] = {}
        self.children: dict[str, list[str]] = {}
        """What stands in a page or block, in order: blocks, pages and databases."""
        self.rows: dict[str, list[str]] = {}
        """Pages of each data source, as they were made."""
        self.comments: dict[str, Comment] = {}
        self.views: dict[str, View] = {}
        self.uploads: dict[str, Upload] = {}
        self.notified: list[tuple[str, str]] = []
        """Who was notified by a mention, and in which comment or page. It cannot be taken back."""
        self.revision = 0
        self.block_edits_move_page = True
        self._random = random.Random(20250903)  # noqa: S311 - ids need to differ, not to be secret

    def new_id(self) -> str:
        """An id nobody has. Ids say nothing about the order in which they were given."""
        while True:
            digits = f"{self._random.getrandbits(128):032x}"
            one = normal_id(f"{digits[:12]}8{digits[13:16]}8{digits[17:]}")
            if one is not None and one not in self.things:
                return one

    def short_id(self, taken: object) -> str:
        """An id of a property: a few signs, some of which have to be encoded in an address."""
        while True:
            made = "".join(
                self._random.choice("abcdefghijkABCDEFGHIJK0123456789:;<=>?@[]^`{|}~")
                for _ in range(4)
            )
            if made not in taken:  # type: ignore[operator] # any container of ids
                return made

    def stamps(self, user: str) -> Stamps:
        """Made just now."""
        now = self.clock()
        return Stamps(now, now, user, user)

    def add(self, thing: Thing, at: int | None = None) -> None:
        """Put a new thing in its place; `at` is its place among the others, the end where None."""
        self.things[thing.id] = thing
        if isinstance(thing, DataSource):
            self.rows.setdefault(thing.id, [])
        elif isinstance(thing, Page) and thing.parent.kind == "data_source_id":
            self.rows[thing.parent.id or ""].append(thing.id)
        elif thing.parent.id is not None:
            place = self.children.setdefault(thing.parent.id, [])
            place.insert(len(place) if at is None else at, thing.id)
        self.revision += 1

    def sources_of(self, database: Database) -> list[DataSource]:
        """The data sources in a database that are not in the trash, the oldest first."""
        found = [
            one
            for one in self.things.values()
            if isinstance(one, DataSource) and one.parent.id == database.id
        ]
        return [one for one in found if not one.in_trash]

    def share_names(self, changed: Database | DataSource, database: Database) -> None:
        """Carry title and description over: people see one name for a database and its only data
        source.
        """
        sources = self.sources_of(database)
        if len(sources) == 1:
            for other in (database, sources[0]):
                other.title, other.description = changed.title, changed.description

    def content(self, one: str) -> list[Thing]:
        """What stands in a page or block, without what is in the trash."""
        return [
            thing
            for child in self.children.get(one, ())
            if not (thing := self.things[child]).in_trash
        ]

    def above(self, thing: Thing) -> Iterator[Thing]:
        """What a thing stands in, from the nearest outwards."""
        parent = thing.parent
        while parent.id is not None:
            outer = self.things[parent.id]
            yield outer
            parent = outer.parent

    def is_shared(self, integration: Integration, thing: Thing) -> bool:
        """Whether the thing, or something it stands in, was shared with an integration."""
        return thing.id in integration.shared or any(
            one.id in integration.shared for one in self.above(thing)
        )

    def is_buried(self, thing: Thing) -> bool:
        """Whether something the thing stands in is in the trash."""
        return any(one.in_trash for one in self.above(thing))

    def page_of(self, thing: Thing) -> Page | None:
        """The page a block stands on, however deep."""
        return next((one for one in self.above(thing) if isinstance(one, Page)), None)

    def touch(self, thing: Thing | View | Comment | Upload, user: str) -> None:
        """Somebody changed it just now. A block's page moves with it, as `block_edits_move_page`
        says.
        """
        thing.stamps.edited, thing.stamps.edited_by = self.clock(), user
        self.revision += 1
        if isinstance(thing, Block) and self.block_edits_move_page:
            page = self.page_of(thing)
            if page is not None:
                page.stamps.edited, page.stamps.edited_by = self.clock(), user

    def touch_parent(self, parent: Parent, user: str) -> None:
        """Something was put into a page or block."""
        if parent.kind in ("page_id", "block_id") and parent.id is not None:
            self.touch(self.things[parent.id], user)

    def bot_of(self, token: str) -> Integration | None:
        """Whose token it is."""
        return next((one for one in self.integrations.values() if one.token == token), None)


def normal_id(text: Any) -> str | None:
    """An id with its dashes; None where the text is none."""
    digits = text.replace("-", "").lower() if isinstance(text, str) else ""
    if not re.fullmatch(r"[0-9a-f]{32}", digits):
        return None
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def whole_minute(moment: float) -> str:
    """A moment as most answers tell it: cut to the minute."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")


def exact(moment: float) -> str:
    """A moment as databases and views tell it: to the millisecond."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
