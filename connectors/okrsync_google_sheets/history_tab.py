"""The tab that holds the history: lines are appended after its last row, and never written again.

Google appends at the end of a tab whatever people do to it in the same moment, and applies a batch
completely or not at all, so that no line is ever torn.
https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request#appendcellsrequest
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from okrsync.connector import (
    CellValue,
    HistoryWrite,
    Outcome,
    State,
    as_text,
    missing_lines,
    without_lines,
)
from okrsync.connector.network import Network
from okrsync_google_sheets.account import GoogleRefused
from okrsync_google_sheets.anchors import anchor_request
from okrsync_google_sheets.edits import entered_value
from okrsync_google_sheets.summary_tab import id_of
from okrsync_google_sheets.tab import Book, GoogleTab

__all__ = ["HistoryTab"]

Json = dict[str, Any]


class HistoryClient(Protocol):
    """What keeping the history needs of the spreadsheet service."""

    def book_of(self, titles: Sequence[str] | None) -> Book:
        """The tabs with these titles as they are now, or all."""

    def send_plain(self, requests: list[Json]) -> None:
        """Carry out all requests or none."""


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

    def keep(
        self, client: HistoryClient, network: Network, write: HistoryWrite, now: Book
    ) -> dict[str, Outcome]:
        """Append the lines, or take them away. `now` is the spreadsheet as it stands, of this tab
        perhaps only the header.
        """

        def bring_about(attempt: int) -> Outcome:
            # After a lost answer all of them may stand there.
            wanted = write if attempt == 1 else replace(write, retried=len(write.lines))
            book = now
            if wanted.retried or wanted.is_removal:
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
        """Requests that append what is missing, or take lines away; or an outcome that says why
        there is nothing to do, or nothing that can be done.
        """
        tab = self.tab(book)
        if write.is_removal:
            return _removal(tab, write)
        if tab is None and book.titled(self.title) is not None:
            return Outcome(
                State.CONFLICT,
                f"a tab called {self.title!r} is there already and is not okrsync's: rename it, or"
                " choose another name",
            )
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


def _removal(tab: GoogleTab | None, write: HistoryWrite) -> list[Json] | Outcome:
    if tab is None:
        return Outcome(State.UNCHANGED, "it is gone already")
    filled = [row for row in tab.table.rows if as_text(row.values)]
    kept, missing = without_lines([row.values for row in filled], write.lines)
    if missing:
        return Outcome(State.CONFLICT, f"{missing} of its lines are no longer there; they stay")
    if [as_text(values) for values in kept] in ([], [as_text(write.columns)]) and not tab.notes:
        return [{"deleteSheet": {"sheetId": tab.id}}]
    texts = [as_text(line) for line in write.lines]
    requests: list[Json] = []
    for row in reversed(filled):
        if as_text(row.values) in texts:
            texts.remove(as_text(row.values))
            rows = {
                "sheetId": tab.id,
                "dimension": "ROWS",
                "startIndex": row.number - 1,
                "endIndex": row.number,
            }
            requests.append({"deleteDimension": {"range": rows}})
    return requests
