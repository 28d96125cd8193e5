"""The Notion connector at its bench: the real client, over HTTP, against the local Notion."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from okrsync.connector import Connector, Context, Secret, Settings
from okrsync.model.table import CellValue
from okrsync.testing import Bench, Grid, trimmed
from okrsync_notion import NotionConnector, NotionSettings
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.notion.richtext import plain, shown_text

__all__ = ["NotionBench"]

_LIMITS = {"requests_per_second": 1e6, "timeout_seconds": 5.0, "give_up_seconds": 60.0}


class NotionBench(Bench):
    """One database of Ada's, shared with okrsync's connection. Rows that read alike are the same
    pages from one filling to the next.
    """

    tab = "OKRs"
    orders_rows = False
    knows_columns = True
    numbers_only = True
    columns: ClassVar[dict[str, str]] = {
        "Objective": "title",
        "Key result": "rich_text",
        "Progress": "rich_text",
    }

    def __init__(self, base: Path) -> None:
        self._base = base
        self.sandbox = Sandbox()
        self.notion = self.sandbox.notion
        self._moment = time.time()
        self.notion.clock = lambda: self._moment
        self.ada, self.bot = (
            self.notion.person("ada@acme.example", "Ada"),
            self.notion.connect("okrsync"),
        )
        self.home = self.ada.new_page("Home")
        self.summary_place = self.sandbox.notion_url(self.home)
        self.review_page = self.ada.new_page("Weekly review")
        self.review_place = self.sandbox.notion_url(self.review_page)
        self.database, self.source = self.ada.new_database("OKRs", self.columns, self.home)
        history, self.history_source = self.ada.new_database(
            "OKR history", {"Name": "title"}, self.home
        )
        self.history_place = self.sandbox.notion_url(history)
        self.ada.share(self.home, self.bot)
        self.ada.share(self.review_page, self.bot)
        self.memory: dict[str, Any] = {}
        self._made: list[NotionConnector] = []

    def close(self) -> None:
        """Let go of every connector, and stop the sandbox."""
        for connector in self._made:
            connector.close()
        self.sandbox.stop()

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self._moment += seconds

    def settings(self) -> NotionSettings:
        """The settings of a source on this database."""
        token = Secret(self.bot.token, "env NOTION_TOKEN")
        return NotionSettings(
            database=self.database, token=token, api_endpoint=self.sandbox.endpoint
        )

    def context(self, **limits: float) -> Context:
        """A context with no limits to speak of."""
        now = lambda: datetime.fromtimestamp(self._moment, UTC)  # noqa: E731 - a clock
        return Context("team", self._base, ZoneInfo("UTC"), now, self.memory, {**_LIMITS, **limits})

    def type_decision(self, text: str) -> bool:
        callout = self._review_callout()
        said = {"rich_text": [{"type": "text", "text": {"content": text}}]}
        self.ada.write(callout, [{"type": "paragraph", "paragraph": said}])
        return True

    def insert_review_line(self, text: str) -> bool:
        callout = self._review_callout()
        said = {"rich_text": [{"type": "text", "text": {"content": text}}]}
        self.ada.write(callout, [{"type": "paragraph", "paragraph": said}], 1)
        return True

    def retype_review_line(self, text: str) -> bool:
        space = self.notion.space
        block = next(
            each.id for each in space.content(self._review_callout()) if "Result 2" in str(each)
        )
        self.ada.type(block, text)
        return True

    def review_texts(self) -> list[str]:
        # Without the kind of each block.
        return [line.partition(": ")[2] for line in self.ada.outline(self.review_page)]

    def _review_callout(self) -> str:
        content = self.notion.space.content(self.review_page)
        (callout,) = [each.id for each in content if getattr(each, "type", "") == "callout"]
        return callout

    def fill(self, rows: Grid) -> None:
        header = [str(name) for name in rows[0]]
        left: dict[tuple[str, ...], list[str]] = {}
        for row_id in self.ada.rows(self.source):
            left.setdefault(self._words(row_id), []).append(row_id)
        for row in rows[1:]:
            values = dict(zip(header, [*row, *[None] * len(header)], strict=False))
            words = tuple(str(values[name]) for name in self._named)
            page = left[words].pop(0) if left.get(words) else None
            # A minute goes by from row to row, so that the order in which they were made can be
            # told.
            self._moment += 60
            if page is None:
                self.ada.new_row(
                    self.source,
                    {name: value for name, value in values.items() if value is not None},
                )
            else:
                self.ada.edit(page, dict(self._typable(values)))
        for alike in left.values():
            for gone in alike:
                self.ada.trash(gone)

    def _typable(self, values: dict[str, CellValue]) -> Iterator[tuple[str, Any]]:
        """What a person can type: words do not go into a number, and an emptied text is empty."""
        types = {one.name: one.type for one in self.ada.source(self.source).properties.values()}
        for name, value in values.items():
            if types[name] != "number":
                yield name, "" if value is None else value
            elif not isinstance(value, str):
                yield name, value

    def can_hold(self, header: str) -> bool:
        return header in self.columns

    def insert_column(self, column: int, values: Sequence[CellValue]) -> bool:
        return False

    def rename_column(self, column: int, header: str) -> bool:
        names = list(self.columns)
        self.ada.rename_column(self.source, names[column], header)
        # A database keeps the order of its columns whatever they are called.
        kinds = list(self.columns.values())
        names[column] = header
        self.columns = dict(zip(names, kinds, strict=True))  # type: ignore[misc]
        return True

    def move_column(self, column: int, before: int) -> bool:
        return False

    def remove_column(self, column: int) -> bool:
        names = list(self.columns)
        self.ada.delete_column(self.source, names[column])
        self.columns = {name: kind for name, kind in self.columns.items() if name != names[column]}  # type: ignore[misc]
        return True

    def put_formula(self, row: int, column: int) -> bool:
        """In a database a formula is a whole column."""
        name = list(self.columns)[column]
        self.ada.retype_column(self.source, name, "formula")
        self.ada.column(self.source, name).config = {"expression": '"worked out"'}
        return True

    def refuse(
        self, times: int, *, retry_after: float | None = None, at_once: bool = False
    ) -> bool:
        headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
        gather = threading.Barrier(times) if at_once else None
        fault = Fault(times=times, status=429, headers=headers, gather=gather)
        self.notion.traffic.fail(fault)
        return True

    def edit_history(self, edit: str, line: Sequence[CellValue]) -> bool:
        if edit == "cut":
            first = self.ada.rows(self.history_source)[0]
            self.ada.trash(first)
            return True
        # Its title property keeps the name that people gave it.
        names = ("okrsync key", "Day", "Name", "Current", "Origin")
        typed = dict(zip(names, line, strict=True))
        # Rows of a database have no order: to insert and to sort is to add a row.
        self.ada.new_row(self.history_source, typed)
        return True

    def lose_answer(self, when: Literal["before", "after"]) -> bool:
        self.notion.traffic.fail(Fault(lambda call: call.kind == "write", drop=when))
        return True

    def comments(self) -> list[tuple[str, str]]:
        space = self.notion.space
        return [
            (
                self._words(str(comment.parent.id))[1],
                plain(shown_text(comment.rich_text, space, self.bot)),
            )
            for comment in space.comments.values()
            if comment.stamps.created_by == self.bot.bot and not comment.is_resolved
        ]

    def answer_comments(self, text: str) -> bool:
        for comment in list(self.notion.space.comments.values()):
            answer = self.ada.comment(str(comment.parent.id), text)
            self.notion.space.comments[answer].discussion = comment.discussion
        return True

    def break_notes(self) -> bool:
        comments = lambda call: call.method == "POST" and "/comments" in call.path  # noqa: E731
        self.notion.traffic.fail(Fault(comments, times=10**6, status=500))
        return True

    @property
    def _named(self) -> list[str]:
        """The columns that tell rows apart, whatever they are called by now."""
        return list(self.columns)[:2]

    def _words(self, page: str) -> tuple[str, ...]:
        return tuple(str(self.ada.read(page, name)) for name in self._named)

    def connector(self) -> Connector[Settings]:
        self._made.append(NotionConnector(self.settings(), self.context()))
        return self._made[-1]

    def grid(self) -> Grid:
        names = [one.name for one in self.ada.source(self.source).properties.values()]
        places = {name: place for place, name in enumerate(self.columns)}
        names.sort(key=lambda name: (places.get(name, len(places)), name))
        rows = [
            [None if (held := self.ada.read(page, name)) == "" else held for name in names]
            for page in self.ada.rows(self.source)
        ]
        return trimmed([names, *rows])


class NumbersBench(NotionBench):
    """The same with numbers to measure, as the state machine wants it."""

    columns: ClassVar[dict[str, str]] = {
        "Objective": "title",
        "Key result": "rich_text",
        "Current": "number",
        "Target": "number",
    }
