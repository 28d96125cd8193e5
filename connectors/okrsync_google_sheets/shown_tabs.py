"""Which tabs of a spreadsheet are read, and what okrsync is shown of them."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from okrsync.connector import Snapshot, SourceError
from okrsync_google_sheets.checks import tab_title
from okrsync_google_sheets.notices import MOST_CELLS, notices
from okrsync_google_sheets.owned import Written, owned_columns
from okrsync_google_sheets.read_columns import SeenMarks, column_ids
from okrsync_google_sheets.tab import Book, GoogleTab, book_from, grid_size, is_managed

__all__ = ["ShownTabs"]

Json = dict[str, Any]
_MANY_CELLS = 100_000
"""If the tabs that are not read have this many cells, later reads name the other tabs."""


@dataclass(frozen=True, slots=True)
class ShownTabs:
    """The choice of tabs of one source. `names` are those that the config names, None for all that
    are visible; `people` is the tab that lists people. `memory` lasts between runs. Messages call
    the spreadsheet `location`.
    """

    source: str
    location: str
    names: Sequence[str] | None
    people: str | None
    memory: MutableMapping[str, Any]

    def snapshot(self, answer: Json, book: Book, version: str, read_at: datetime) -> Snapshot:
        """The tables of a spreadsheet, from Google's answer and the tabs in it. Raises
        `SourceError` if a tab that the config names is missing.
        """
        shown_tabs = [tab for tab in book.tabs if not self._is_left_out(tab, answer)]
        written: Written = self.memory.get("written", {})
        seen: SeenMarks = self.memory.get("inputs", {})
        tables = tuple(
            replace(tab.table, owned=owned_columns(tab, written), column_ids=column_ids(tab, seen))
            for tab in shown_tabs
        )
        hidden = [
            sheet["properties"]["title"]
            for sheet in answer.get("sheets", ())
            if sheet["properties"].get("hidden")
        ]
        chosen = None if self.names is None else self._chosen(answer)
        notes = tuple(notices(chosen, hidden, book.tabs, shown_tabs))
        return Snapshot(self.source, tables, version, read_at, notes, book.title or None)

    def worth_asking_for(self, answer: Json) -> list[str] | None:
        """The tabs to name in the next read; None if requesting all of them costs little more."""
        if grid_size(answer) < _MANY_CELLS:
            return None
        book = book_from(answer)
        others = [tab for tab in book.tabs if self._is_left_out(tab, answer)]
        left_out = [tab for tab in others if not is_managed(tab, "summary")]
        if sum(tab.row_count * tab.column_count for tab in left_out) < _MANY_CELLS:
            return None
        histories = [tab.title for tab in left_out if is_managed(tab, "history")]
        self.memory["history"] = histories[0] if histories else None
        return [tab.title for tab in book.tabs if tab not in left_out]

    def _is_left_out(self, tab: GoogleTab, answer: Json) -> bool:
        if is_managed(tab):
            return True
        people = self.people
        if people is not None and tab.title.strip().casefold() == people.strip().casefold():
            return False
        if self.names is not None:
            return tab.id not in self._chosen(answer).values()
        hidden = {
            sheet["properties"].get("sheetId", 0)
            for sheet in answer["sheets"]
            if sheet["properties"].get("hidden")
        }
        return tab.id in hidden or tab.row_count * tab.column_count > MOST_CELLS

    def _chosen(self, answer: Json) -> dict[str, int]:
        """The ids of the tabs that the config names. A tab that was renamed is found by the id it
        had under the configured title. Raises `SourceError` if a tab is missing.
        """
        ids = {
            sheet["properties"]["title"]: sheet["properties"].get("sheetId", 0)
            for sheet in answer.get("sheets", ())
        }
        known: dict[str, int] = self.memory.get("tabs", {})
        chosen: dict[str, int] = {}
        for name in self.names or ():
            try:
                chosen[name] = ids[tab_title(name, list(ids), self.location)]
            except SourceError:
                if known.get(name) not in ids.values():
                    raise
                chosen[name] = known[name]
        if chosen and chosen != known:
            self.memory["tabs"] = chosen
        return chosen
