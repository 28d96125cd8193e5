"""The tab that holds the history: lines are appended after its last row, and never written again.

Google appends at the end of a tab whatever people do to it in the same moment, and applies a batch
completely or not at all, so that no line is ever torn.
https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request#appendcellsrequest

Lines are taken away in two steps (`history_removal`), so that nothing that people type or sort in
that moment goes with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from okrsync.connector import (
    CellValue,
    HistoryWrite,
    Outcome,
    State,
    missing_lines,
)
from okrsync.connector.network import Network
from okrsync_google_sheets.account import GoogleRefused
from okrsync_google_sheets.anchors import anchor_request
from okrsync_google_sheets.edits import entered_value
from okrsync_google_sheets.history_removal import HistoryClient, Removal
from okrsync_google_sheets.summary_tab import id_of
from okrsync_google_sheets.tab import Book, GoogleTab

__all__ = ["HistoryTab"]

Json = dict[str, Any]


class HistoryTab:
    """The history of one source in one spreadsheet, on a tab with a given title."""

    def __init__(self, source: str, title: str) -> None:
        self.title = title
        self.sheet_id = id_of(f"{source}\x1fhistory\x1f{title}")
        self._mark = f"history {source}"

    def tab(self, book: Book) -> GoogleTab | None:
        """The tab, found by its mark or its id even if it was renamed."""
        marked = next((tab for tab in book.tabs if self._mark in tab.sheet_marks), None)
        return marked or next((tab for tab in book.tabs if tab.id == self.sheet_id), None)

    def rows(self, client: HistoryClient, last: Book | None) -> list[tuple[CellValue, ...]]:
        """The rows of the tab as they are now; `last` is the spreadsheet as it was last read."""
        known = None if last is None else self.tab(last)
        tab = self.tab(client.book_of(None if known is None else [known.title]))
        return [] if tab is None else _rows(tab)

    def obstacle(self, book: Book) -> str | None:
        """Why no lines can be appended: the tab is protected. None if they can."""
        tab = self.tab(book)
        if tab is None or not any(
            tab.locks.holds(row, 0) for row in (len(tab.table.rows), tab.row_count)
        ):
            return None
        return f"the tab {tab.title!r} is protected: let okrsync edit it"

    def keep(
        self, client: HistoryClient, network: Network, write: HistoryWrite, now: Book
    ) -> dict[str, Outcome]:
        """Append the lines, or take them away. `now` is the spreadsheet as it stands, of this tab
        perhaps only the header.
        """

        def bring_about(attempt: int) -> Outcome:
            if write.is_removal:
                return Removal(client, write, self._mark, self.tab).run(is_repeated=attempt > 1)
            # After a lost answer all of them may stand there.
            wanted = write if attempt == 1 else replace(write, retried=len(write.lines))
            book = now
            if wanted.retried:
                tab = self.tab(now)
                book = client.book_of(None if tab is None else [tab.title])
            due = self._requests(book, wanted)
            if isinstance(due, Outcome):
                return due
            client.send_plain(due)
            return Outcome(State.WRITTEN, None, write.place)

        try:
            return {write.id: network.repeat_lost(bring_about)}
        except GoogleRefused as error:
            return {write.id: Outcome(State.CONFLICT, error.message)}

    def _requests(self, book: Book, write: HistoryWrite) -> list[Json] | Outcome:
        """Requests that append what is missing, or an outcome that says why there is nothing to
        do, or nothing that can be done.
        """
        tab = self.tab(book)
        if tab is None and book.titled(self.title) is not None:
            return Outcome(
                State.CONFLICT,
                f"a tab called {self.title!r} is there already and is not okrsync's: rename it, or"
                " choose another name",
            )
        if (obstacle := self.obstacle(book)) is not None:
            return Outcome(State.SKIPPED, obstacle)
        lines = write.lines if tab is None else missing_lines(_rows(tab), write)
        if not lines:
            return Outcome(State.UNCHANGED)
        requests = self._new_tab(write.columns, len(lines)) if tab is None else []
        sheet_id = self.sheet_id if tab is None else tab.id
        cells = [_row(line) for line in lines]
        requests.append(
            {"appendCells": {"sheetId": sheet_id, "rows": cells, "fields": "userEnteredValue"}}
        )
        return requests

    def _new_tab(self, columns: Sequence[str], count: int) -> list[Json]:
        grid = {"rowCount": count + 100, "columnCount": len(columns), "frozenRowCount": 1}
        properties = {"sheetId": self.sheet_id, "title": self.title, "gridProperties": grid}
        start = {"sheetId": self.sheet_id, "rowIndex": 0, "columnIndex": 0}
        header = {"start": start, "rows": [_row(tuple(columns))], "fields": "userEnteredValue"}
        return [
            {"addSheet": {"properties": properties}},
            anchor_request(self._mark, {"sheetId": self.sheet_id}),
            {"updateCells": header},
        ]


def _rows(tab: GoogleTab) -> list[tuple[CellValue, ...]]:
    return [row.values for row in tab.table.rows]


def _row(line: Sequence[CellValue]) -> Json:
    return {
        "values": [
            {} if (content := entered_value(value)) is None else {"userEnteredValue": content}
            for value in line
        ]
    }
