"""Carries a batch out while people type: look, place, send, look at where it landed, put right,
until nothing is left to do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from okrsync.connector import (
    Batch,
    CellRef,
    CellWrite,
    Entry,
    LostAnswer,
    NewColumn,
    Outcome,
    SourceError,
    State,
    column_letters,
)
from okrsync_google_sheets.account import GoogleRefused
from okrsync_google_sheets.anchors import anchor_request, forget_request, place_of
from okrsync_google_sheets.edits import Edit, inserted_columns, requests_for
from okrsync_google_sheets.placing import Placed, place, strays
from okrsync_google_sheets.rehearsal import landed
from okrsync_google_sheets.tab import Book

__all__ = ["WriteClient", "Writer"]

Json = dict[str, Any]
_ROUNDS = 8
_FASTER = "somebody keeps changing the tab while okrsync writes; left for the next run"


class WriteClient(Protocol):
    """What writing needs of the spreadsheet service."""

    def look(self) -> Book:
        """The spreadsheet as it stands now."""

    def send(self, requests: list[Json], tabs: Iterable[str]) -> Book:
        """Carry requests out, all or none, and answer with the named tabs as they stand right
        after.
        """


@dataclass(slots=True)
class Writer:
    """One batch. `read` is the spreadsheet as it was when the batch was decided. `give_up` is how
    long lost answers are put up with, in seconds.
    """

    wire: WriteClient
    batch: Batch
    read: Book
    give_up: float
    sleep: Callable[[float], None] = time.sleep
    now: Book | None = None
    """The spreadsheet as it was last seen."""
    _sent: set[str] = field(default_factory=set)
    _at: dict[str, str] = field(default_factory=dict)

    def run(self) -> dict[str, Outcome]:
        """Write cells, columns and notes, and say what became of each entry. Raises `SourceError`
        where the service refuses.
        """
        now = self.wire.look()
        before: Book | None = None
        sent: list[Edit] = []
        refused: GoogleRefused | None = None
        started, losses, is_lost = time.monotonic(), 0, False
        for _ in range(_ROUNDS):
            placed = place(self.batch, self.read, now)
            astray = (
                strays(self.batch, sent, before, now, is_lost=is_lost)
                if before is not None and sent
                else []
            )
            edits = _distinct([*placed.edits, *astray])
            self.now = now
            if not edits and not placed.columns:
                return self._settled(placed)
            before, sent, is_lost = now, edits, False
            try:
                now = self._seen(self.wire.send(_requests(placed, edits), _titles(now, edits)), now)
                refused = None
            except LostAnswer:
                losses, is_lost = losses + 1, True
                if time.monotonic() - started > self.give_up:
                    raise
                self.sleep(min(0.1 * 2.0**losses, 20.0))
                now = self.wire.look()
            except GoogleRefused as error:
                # Something changed in the very moment: a tab is gone, a cell protected. Looked at
                # again, it says which.
                if refused is not None and refused.message == error.message:
                    raise SourceError(
                        error.message, hint="Nothing of this batch was written."
                    ) from error
                refused, is_lost = error, True
                now = self.wire.look()
            self._remember(placed)
        return self._unsettled(place(self.batch, self.read, now))

    def rehearse(self) -> dict[str, Outcome]:
        """Send what the first round of `run` would, to a wire that only takes notes; the outcomes
        are those of a write that nobody disturbs.
        """
        now = self.wire.look()
        placed = place(self.batch, self.read, now)
        edits = _distinct(placed.edits)
        if edits or placed.columns:
            self.wire.send(_requests(placed, edits), _titles(now, edits))
        self.now = landed(now, placed)
        written = {edit.entry: Outcome(State.WRITTEN) for edit in edits if edit.entry is not None}
        return {**placed.outcomes, **written}

    def _seen(self, answered: Book, before: Book) -> Book:
        """The tabs of an answer, and those it left out as they were."""
        tabs = {tab.id: tab for tab in before.tabs}
        tabs.update({tab.id: tab for tab in answered.tabs})
        return Book(before.title, before.locale, before.time_zone, list(tabs.values()))

    def _remember(self, placed: Placed) -> None:
        for edit in placed.edits:
            if edit.entry is not None:
                self._sent.add(edit.entry)

    def _settled(self, placed: Placed) -> dict[str, Outcome]:
        """What was sent and now stands there is written; what stood there before is unchanged."""
        outcomes: dict[str, Outcome] = {}
        removed = {
            (entry.table_key, entry.column.header)
            for entry in self.batch.removed_columns
            if entry.id in self._sent and placed.outcomes[entry.id].state is State.UNCHANGED
        }
        for entry in self.batch.entries:
            outcome = placed.outcomes.get(entry.id) or Outcome(State.UNCHANGED)
            # A cell that was emptied together with its column has no place any more to be looked
            # at.
            left_with = (
                isinstance(entry, CellWrite) and (entry.table_key, entry.column.header) in removed
            )
            if entry.id in self._sent and (outcome.state is State.UNCHANGED or left_with):
                outcome = Outcome(State.WRITTEN, None, outcome.at or self._address(entry, placed))
            outcomes[entry.id] = outcome
        return outcomes

    def _unsettled(self, placed: Placed) -> dict[str, Outcome]:
        outcomes = self._settled(placed)
        for edit in placed.edits:
            if edit.entry is not None:
                outcomes[edit.entry] = Outcome(State.CONFLICT, _FASTER)
        return outcomes

    def _address(self, entry: Entry, placed: Placed) -> str | None:
        tab = self.now.tab(entry.table_key) if self.now is not None else None
        if isinstance(entry, NewColumn) and tab is not None and entry.header_row is not None:
            column = placed.made.get((entry.table_key, entry.header))
            return (
                None
                if column is None
                else str(CellRef(tab.title, f"{column_letters(column)}{entry.header_row}"))
            )
        return None


def _distinct(edits: list[Edit]) -> list[Edit]:
    """One edit a cell: what puts right comes after what is meant, and gives way to it."""
    found: dict[tuple[int, int, int, str], Edit] = {}
    for edit in edits:
        found.setdefault((edit.tab_id, edit.row, edit.column, edit.part), edit)
    return list(found.values())


def _requests(placed: Placed, edits: list[Edit]) -> list[Json]:
    made: list[Json] = []
    for tab, at, count in placed.columns:
        made += inserted_columns(tab.id, at, count, tab.column_count)
    made += requests_for(edits)
    for tab, column, header in placed.cleared:
        spot = {
            "sheetId": tab.id,
            "startRowIndex": header,
            "startColumnIndex": column,
            "endColumnIndex": column + 1,
        }
        made.append({"repeatCell": {"range": spot, "cell": {}, "fields": "userEnteredFormat"}})
        made.append(forget_request(place_of(tab.id, "COLUMNS", column)))
    made += [
        anchor_request(mark, place_of(tab_id, "ROWS", row)) for tab_id, row, mark in placed.anchors
    ]
    return made


def _titles(book: Book, edits: list[Edit]) -> list[str]:
    ids = {edit.tab_id for edit in edits}
    return [tab.title for tab in book.tabs if tab.id in ids]
