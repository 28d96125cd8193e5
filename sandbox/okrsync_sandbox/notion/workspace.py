"""A workspace: all its objects by id, who may see them, what is in the trash, and who edited them
last.
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

__all__ = ["NotionObject", "Workspace", "exact", "normal_id", "whole_minute"]

NotionObject = Page | Block | Database | DataSource


class Workspace:
    """All objects. `revision` changes with every change, `clock` returns seconds since the epoch.

    `block_edits_move_page` decides what reports disagree on: whether an edit of a block changes the
    last edited time of its page.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.id = "231674b6-2cc1-46bc-b742-c5c9fe4b9c73"
        self.name = "Workspace"
        self.users: dict[str, User] = {}
        self.integrations: dict[str, Integration] = {}
        self.objects: dict[str, NotionObject] = {}
        self.children: dict[str, list[str]] = {}
        """The children of a page or block, in order: blocks, pages and databases."""
        self.rows: dict[str, list[str]] = {}
        """The pages of each data source, in the order of their creation."""
        self.comments: dict[str, Comment] = {}
        self.views: dict[str, View] = {}
        self.uploads: dict[str, Upload] = {}
        self.notified: list[tuple[str, str]] = []
        """Who was notified by a mention, and in which comment or page. It cannot be taken back."""
        self.revision = 0
        self.block_edits_move_page = True
        self._random = random.Random(20250903)  # noqa: S311 - ids need to differ, not to be secret

    def new_id(self) -> str:
        """A new id. Ids say nothing about the order of creation."""
        while True:
            digits = f"{self._random.getrandbits(128):032x}"
            id_ = normal_id(f"{digits[:12]}8{digits[13:16]}8{digits[17:]}")
            if id_ is not None and id_ not in self.objects:
                return id_

    def short_id(self, taken: object) -> str:
        """An id of a property: a few characters, some of which have to be encoded in an address."""
        # Real ids look like `f%5C%5C%3Ap`: a client that forgets to decode them finds out here.
        while True:
            id_ = "".join(
                self._random.choice("abcdefghijkABCDEFGHIJK0123456789:;<=>?@[]^`{|}~")
                for _ in range(4)
            )
            if id_ not in taken:  # type: ignore[operator] # any container of ids
                return id_

    def stamps(self, user: str) -> Stamps:
        """Made just now."""
        now = self.clock()
        return Stamps(now, now, user, user)

    def add(self, record: NotionObject, position: int | None = None) -> None:
        """Add a new object at a position among its siblings, or at their end where it is None."""
        self.objects[record.id] = record
        if isinstance(record, DataSource):
            self.rows.setdefault(record.id, [])
        elif isinstance(record, Page) and record.parent.kind == "data_source_id":
            self.rows[record.parent.id or ""].append(record.id)
        elif record.parent.id is not None:
            siblings = self.children.setdefault(record.parent.id, [])
            siblings.insert(len(siblings) if position is None else position, record.id)
        self.revision += 1

    def sources_of(self, database: Database) -> list[DataSource]:
        """The data sources in a database that are not in the trash, the oldest first."""
        sources = [
            record
            for record in self.objects.values()
            if isinstance(record, DataSource) and record.parent.id == database.id
        ]
        return [source for source in sources if not source.in_trash]

    def share_names(self, changed: Database | DataSource, database: Database) -> None:
        """Copy title and description: a database and its only data source have one name."""
        sources = self.sources_of(database)
        if len(sources) == 1:
            for other in (database, sources[0]):
                other.title, other.description = changed.title, changed.description

    def content(self, holder_id: str) -> list[NotionObject]:
        """The children of a page or block that are not in the trash."""
        return [
            record
            for child in self.children.get(holder_id, ())
            if not (record := self.objects[child]).in_trash
        ]

    def above(self, record: NotionObject) -> Iterator[NotionObject]:
        """The objects that hold an object, from the nearest outwards."""
        parent = record.parent
        while parent.id is not None:
            outer = self.objects[parent.id]
            yield outer
            parent = outer.parent

    def is_shared(self, integration: Integration, record: NotionObject) -> bool:
        """Whether the object, or something that holds it, was shared with an integration."""
        # Access is given for a page or database and holds for everything in it
        # (https://developers.notion.com/reference/capabilities).
        return record.id in integration.shared or any(
            outer.id in integration.shared for outer in self.above(record)
        )

    def is_buried(self, record: NotionObject) -> bool:
        """Whether something that holds the object is in the trash."""
        return any(outer.in_trash for outer in self.above(record))

    def page_of(self, record: NotionObject) -> Page | None:
        """The page a block stands on, however deep."""
        return next((outer for outer in self.above(record) if isinstance(outer, Page)), None)

    def touch(self, record: NotionObject | View | Comment | Upload, user: str) -> None:
        """Record an edit. An edit of a block also counts for its page, where
        `block_edits_move_page` is set.
        """
        record.stamps.edited, record.stamps.edited_by = self.clock(), user
        self.revision += 1
        if isinstance(record, Block) and self.block_edits_move_page:
            page = self.page_of(record)
            if page is not None:
                page.stamps.edited, page.stamps.edited_by = self.clock(), user

    def touch_parent(self, parent: Parent, user: str) -> None:
        """Record that something was added to a page or block."""
        if parent.kind in ("page_id", "block_id") and parent.id is not None:
            self.touch(self.objects[parent.id], user)

    def bot_of(self, token: str) -> Integration | None:
        """Whose token it is."""
        return next(
            (
                integration
                for integration in self.integrations.values()
                if integration.token == token
            ),
            None,
        )


def normal_id(text: Any) -> str | None:
    """An id with its dashes; None where the text is not an id."""
    digits = text.replace("-", "").lower() if isinstance(text, str) else ""
    if not re.fullmatch(r"[0-9a-f]{32}", digits):
        return None
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def whole_minute(moment: float) -> str:
    """A moment as most answers state it: cut to the minute
    (https://developers.notion.com/changelog/last-edited-time-is-now-rounded-to-the-nearest-minute).
    """
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")


def exact(moment: float) -> str:
    """A moment as databases and views state it: to the millisecond."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
