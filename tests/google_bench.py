"""The Google Sheets connector at its bench: the real clients, over HTTP, against the local
Google.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from google_sandbox import ANNA
from okrsync.connector import Connector, Context, Secret, Settings
from okrsync.model.table import CellValue
from okrsync.testing import Bench, Grid, trimmed
from okrsync_google_sheets import GoogleSheetsConnector, GoogleSheetsSettings
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.google.a1 import cell_name, letters

__all__ = ["GoogleBench"]

_LIMITS = {
    "reads_per_minute": 1e9,
    "writes_per_minute": 1e9,
    "timeout_seconds": 5.0,
    "give_up_seconds": 60.0,
}


class GoogleBench(Bench):
    """One spreadsheet of Anna's, shared with okrsync's service account."""

    knows_columns = True

    def __init__(self, base: Path) -> None:
        self._base = base
        self.sandbox = Sandbox()
        self.google = self.sandbox.google
        self.anna = self.google.person(ANNA)
        self.key: dict[str, str] = self.google.accounts.service_account()
        self.file_id = self.anna.new_spreadsheet("OKRs", {self.tab: [[]]})
        self.anna.share(self.file_id, self.key["client_email"])
        self.memory: dict[str, Any] = {}
        self._made: list[GoogleSheetsConnector] = []

    def close(self) -> None:
        """Let go of every connector, and stop the sandbox."""
        for connector in self._made:
            connector.close()
        self.sandbox.stop()

    def settings(self, **more: Any) -> GoogleSheetsSettings:
        """The settings of a source on this spreadsheet."""
        secret = Secret(json.dumps(self.key), "file key.json")
        endpoint = self.sandbox.endpoint
        return GoogleSheetsSettings(
            spreadsheet=self.file_id, credentials=secret, api_endpoint=endpoint, **more
        )

    def context(
        self, source: str = "team", memory: dict[str, Any] | None = None, **limits: float
    ) -> Context:
        """A context with no limits to speak of."""
        mine = self.memory if memory is None else memory
        now = lambda: datetime.now(UTC)  # noqa: E731 - a clock
        return Context(source, self._base, ZoneInfo("UTC"), now, mine, {**_LIMITS, **limits})

    def fill(self, rows: Grid) -> None:
        self.anna.fill(self.file_id, self.tab, rows)

    def connector(self) -> Connector[Settings]:
        self._made.append(GoogleSheetsConnector(self.settings(), self.context()))
        return self._made[-1]

    def grid(self) -> Grid:
        return trimmed(self.anna.grid(self.file_id, self.tab))

    def held(self, value: Any) -> Any:
        return value

    def put_formula(self, row: int, column: int) -> bool:
        self.anna.put(self.file_id, self.tab, cell_name(row - 1, column), "=1+1")
        return True

    def protect(self, row: int, column: int) -> bool:
        self.anna.protect(self.file_id, self.tab, cell_name(row - 1, column))
        return True

    def merge(self, row: int, first: int, last: int) -> bool:
        self.anna.merge(
            self.file_id, self.tab, f"{cell_name(row - 1, first)}:{cell_name(row - 1, last)}"
        )
        return True

    def insert_column(self, column: int, values: Sequence[CellValue]) -> bool:
        self.anna.insert_columns(self.file_id, self.tab, letters(column))
        for row, value in enumerate(values):
            if value is not None:
                self.anna.put(self.file_id, self.tab, cell_name(row, column), value)
        return True

    def insert_row(self, row: int, values: Sequence[CellValue]) -> bool:
        self.anna.insert_rows(self.file_id, self.tab, row)
        for column, value in enumerate(values):
            if value is not None:
                self.anna.put(self.file_id, self.tab, cell_name(row - 1, column), value)
        return True

    def copy_row(self, row: int, above: int) -> bool:
        self.anna.insert_rows(self.file_id, self.tab, above)
        start = row if above <= row else row - 1
        source, onto = (
            {"sheetId": 0, "startRowIndex": index, "endRowIndex": index + 1}
            for index in (start, above - 1)
        )
        paste = {"source": source, "destination": onto, "pasteType": "PASTE_NORMAL"}
        self.anna.do(self.file_id, copyPaste=paste)
        return True

    def around_write(self, before: Callable[[], None], after: Callable[[], None]) -> bool:
        self.google.traffic.before("write", 1, before)
        self.google.traffic.after("write", 1, after)
        return True

    def move_column(self, column: int, before: int) -> bool:
        self.anna.move_column(self.file_id, self.tab, letters(column), letters(before))
        return True

    def remove_column(self, column: int) -> bool:
        self.anna.delete_columns(self.file_id, self.tab, letters(column))
        return True

    def rename_column(self, column: int, header: str) -> bool:
        self.anna.put(self.file_id, self.tab, cell_name(0, column), header)
        return True

    def put_note(self, row: int, column: int, text: str) -> bool:
        self.anna.note(self.file_id, self.tab, cell_name(row - 1, column), text)
        return True

    def type_on_summary(self, row: int, column: int, text: str) -> bool:
        self.anna.put(self.file_id, self.summary_place, cell_name(row - 1, column), text)
        return True

    def protect_place(self, place: str) -> bool:
        tab = self.anna.tab(self.file_id, place)
        rule = {"protectedRange": {"range": {"sheetId": tab.id}}}
        self.anna.do(self.file_id, addProtectedRange=rule)
        return True

    def type_decision(self, text: str) -> bool:
        rows = self.anna.grid(self.file_id, self.review_place)
        end = max(number for number, row in enumerate(rows) if row and row[0] == "Decisions")
        free = end + 1
        while free < len(rows) and rows[free] and rows[free][0] not in (None, ""):
            free += 1
        self.anna.put(self.file_id, self.review_place, cell_name(free, 0), text)
        return True

    def insert_review_line(self, text: str) -> bool:
        row = self._row_of("Result 2")
        self.anna.insert_rows(self.file_id, self.review_place, row + 1)
        self.anna.put(self.file_id, self.review_place, cell_name(row, 0), text)
        # In the columns of okrsync's it may say what stands in other lines as well.
        self.anna.put(self.file_id, self.review_place, cell_name(row, 1), "Mia")
        return True

    def retype_review_line(self, text: str) -> bool:
        row = self._row_of("Result 2")
        self.anna.put(self.file_id, self.review_place, cell_name(row, 7), text)
        return True

    def review_texts(self) -> list[str]:
        rows = self.anna.grid(self.file_id, self.review_place)
        return [str(value) for row in rows for value in row if value is not None]

    def _row_of(self, text: str) -> int:
        rows = self.anna.grid(self.file_id, self.review_place)
        return next(number for number, row in enumerate(rows) if row[:1] == [text])

    def summary_grid(self) -> Grid:
        return trimmed(self.anna.grid(self.file_id, self.summary_place))

    def edit_history(self, edit: str, line: Sequence[CellValue]) -> bool:
        place = self.history_place
        if edit == "cut":
            self.anna.delete_rows(self.file_id, place, 2)
            return True
        end = len(trimmed(self.anna.grid(self.file_id, place)))
        row = 1 if edit == "insert" else end
        if edit == "insert":
            self.anna.insert_rows(self.file_id, place, 2)
        for column, value in enumerate(line):
            self.anna.put(self.file_id, place, cell_name(row, column), value)
        if edit == "sort":
            self.anna.sort(self.file_id, place, f"A2:E{end + 1}", "A")
        return True

    def lose_answer(self, when: Literal["before", "after"]) -> bool:
        self.google.traffic.fail(Fault(lambda call: call.kind == "write", drop=when))
        return True

    def put_tab(self, name: str, rows: Grid) -> bool:
        self.anna.add_tab(self.file_id, name, rows)
        return True

    def refuse(
        self, times: int, *, retry_after: float | None = None, at_once: bool = False
    ) -> bool:
        headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
        sheets = lambda call: call.service == "sheets"  # noqa: E731 - which calls
        gather = threading.Barrier(times) if at_once else None
        self.google.traffic.fail(Fault(sheets, times, 429, headers, gather=gather))
        return True

    def comments(self) -> list[tuple[str, str]]:
        return [
            (self.anna.text(self.file_id, self.tab, cell.partition("!")[2]), post["content"])
            for cell, comments in self.anna.comments(self.file_id).items()
            for comment in comments
            if comment["by"] == self.key["client_email"] and not comment["resolved"]
            for post in (comment, *comment["replies"])
            if post["by"] == self.key["client_email"]
        ]

    def answer_comments(self, text: str) -> bool:
        for comments in self.anna.comments(self.file_id).values():
            for comment in comments:
                self.anna.answer(self.file_id, comment["id"], text)
        return True

    def break_notes(self) -> bool:
        comments = lambda call: "insertComment" in call.updates  # noqa: E731
        self.google.traffic.fail(Fault(comments, times=10**6, status=500))
        return True

    def remove_tab(self) -> bool:
        if len(self.anna.book(self.file_id).sheets) == 1:
            self.anna.add_tab(self.file_id, "left")
        self.anna.delete_tab(self.file_id, self.tab)
        return True
