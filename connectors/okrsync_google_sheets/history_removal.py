"""Takes lines of the history away, whatever people type, insert or sort in that moment.

Google deletes rows by their position only. So rows are first moved to a hidden tab, and the answer
to that very batch shows which rows those were: lines of the history go with that tab, and all other
rows move back. The tab itself is hidden before it is deleted, and looked at once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from okrsync.connector import HistoryWrite, Outcome, State, as_text
from okrsync_google_sheets.anchors import anchor_request, forget_request
from okrsync_google_sheets.hiding import tab_visibility
from okrsync_google_sheets.summary_tab import id_of
from okrsync_google_sheets.tab import Book, GoogleTab

__all__ = ["HistoryClient", "Removal"]

Json = dict[str, Any]
Line = tuple[str, ...]
_ROUNDS = 12
_FASTER = "somebody keeps changing the tab; its lines stay"


class HistoryClient(Protocol):
    """What keeping the history needs of the spreadsheet service."""

    def book_of(self, titles: Sequence[str] | None) -> Book:
        """The tabs with these titles as they are now, or all."""

    def send_plain(self, requests: list[Json]) -> None:
        """Carry out all requests or none."""

    def send_carried(self, requests: list[Json]) -> Book:
        """Carry out all requests or none, and return the spreadsheet as it stands right after."""


@dataclass(slots=True)
class Removal:
    """The removal of lines from the history's tab, which `tab_of` finds; `mark` is the tab's."""

    client: HistoryClient
    write: HistoryWrite
    mark: str
    tab_of: Callable[[Book], GoogleTab | None]
    _left: Counter[Line] = field(init=False, default_factory=Counter)
    """The lines that are still to be taken away."""
    _is_hidden: bool = field(init=False, default=False)

    def run(self, *, is_repeated: bool = False) -> Outcome:
        """Take the lines away, and the tab with the last of them. `is_repeated` says that an
        earlier attempt may have done so already. Raises `GoogleRefused`.
        """
        book = self.client.book_of(None)
        self._left = Counter(as_text(line) for line in self.write.lines)
        is_begun = is_repeated or self._aside(book) is not None
        if not is_begun:
            tab = self.tab_of(book)
            if tab is None:
                return Outcome(State.UNCHANGED, "it is gone already")
            missing = self._left - Counter(_lines(tab).values())
            if missing:
                words = f"{missing.total()} of its lines are no longer there; they stay"
                return Outcome(State.CONFLICT, words)
        for _ in range(_ROUNDS):
            requests = self._next_step(book)
            if not requests:
                return Outcome(State.WRITTEN, None, self.write.place)
            book = self.client.send_carried(requests)
        return Outcome(State.CONFLICT, _FASTER)

    def _next_step(self, book: Book) -> list[Json]:
        """The requests that come next; none where nothing is left to do."""
        aside, tab = self._aside(book), self.tab_of(book)
        if aside is not None:
            return self._emptied(aside, tab)
        if tab is None:
            return []
        left, rows = self._left.copy(), []
        for row, line in reversed(_lines(tab).items()):
            if left[line]:
                left[line] -= 1
                rows.append(row)
        others = [line for row, line in _lines(tab).items() if row not in rows]
        is_used = others not in ([], [as_text(self.write.columns)]) or bool(tab.notes)
        if self._is_hidden:
            if not is_used:
                return [{"deleteSheet": {"sheetId": tab.id}}]
            self._is_hidden = False
            return [tab_visibility(tab.id, hidden=False)]
        if not is_used and not left.total():
            self._is_hidden = True
            return [tab_visibility(tab.id, hidden=True)]
        return self._moved_aside(tab, rows) if rows else []

    def _moved_aside(self, tab: GoogleTab, rows: list[int]) -> list[Json]:
        """Requests that move rows, given from the last one up, to a hidden tab."""
        aside_id = self._aside_id
        properties = {
            "sheetId": aside_id,
            "title": f"{tab.title} (taken back)",
            "hidden": True,
            "gridProperties": {"rowCount": len(rows), "columnCount": tab.column_count},
        }
        requests: list[Json] = [
            {"addSheet": {"properties": properties}},
            anchor_request(f"{self.mark} aside", {"sheetId": aside_id}),
        ]
        for index, row in enumerate(rows):
            requests.append(_move(tab, row, aside_id, index))
            requests.append({"deleteDimension": {"range": _rows(tab, row)}})
        return requests

    def _emptied(self, aside: GoogleTab, tab: GoogleTab | None) -> list[Json]:
        """Requests that move rows of people's back below the history, and delete the hidden tab.
        Where the history is gone, the tab with their rows is shown to them.
        """
        noted = {row for row, _ in aside.notes}
        others = []
        for row, line in _lines(aside).items():
            if self._left[line] and row not in noted:
                self._left[line] -= 1
            else:
                others.append(row)
        others += sorted(noted - _lines(aside).keys())
        if tab is None and others:
            return [
                forget_request({"sheetId": aside.id}),
                tab_visibility(aside.id, hidden=False),
            ]
        requests: list[Json] = []
        if tab is not None and others:
            room = {"sheetId": tab.id, "dimension": "ROWS", "length": len(others)}
            requests.append({"appendDimension": room})
            requests += [
                _move(aside, row, tab.id, tab.row_count + index) for index, row in enumerate(others)
            ]
        return [*requests, {"deleteSheet": {"sheetId": aside.id}}]

    @property
    def _aside_id(self) -> int:
        return id_of(f"{self.mark}\x1faside")

    def _aside(self, book: Book) -> GoogleTab | None:
        mark = f"{self.mark} aside"
        return next((tab for tab in book.tabs if mark in tab.sheet_marks), None)


def _lines(tab: GoogleTab) -> dict[int, Line]:
    """The filled rows of a tab as they read, by their index."""
    lines = {row.number - 1: as_text(row.values) for row in tab.table.rows}
    return {row: line for row, line in lines.items() if line}


def _rows(tab: GoogleTab, row: int) -> Json:
    return {"sheetId": tab.id, "dimension": "ROWS", "startIndex": row, "endIndex": row + 1}


def _move(tab: GoogleTab, row: int, target_id: int, target_row: int) -> Json:
    source = {"sheetId": tab.id, "startRowIndex": row, "endRowIndex": row + 1}
    onto = {"sheetId": target_id, "rowIndex": target_row, "columnIndex": 0}
    # Cutting keeps formulas as they are; copying would shift what they refer to.
    return {"cutPaste": {"source": source, "destination": onto, "pasteType": "PASTE_NORMAL"}}
