"""What follows once the values stand: how okrsync's columns look, and the summary, in one more call
where either is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from okrsync.connector import LostAnswer, Outcome, SourceError, State, SummaryWrite
from okrsync_google_sheets.account import GoogleRefused
from okrsync_google_sheets.summary_tab import SummaryTab
from okrsync_google_sheets.tab import Book

__all__ = ["Finish"]

Json = dict[str, Any]


class FinishClient(Protocol):
    """What finishing needs of the spreadsheet service."""

    def look(self) -> Book:
        """The spreadsheet as it stands now."""

    def send_plain(self, requests: list[Json]) -> None:
        """Carry requests out, all or none."""


@dataclass(slots=True)
class Finish:
    """`looks` are requests that dress columns; a source's `wanted` summary is None where none is
    due. Afterwards `dressed` says whether the looks are there: False where they were refused, None
    where nobody knows.
    """

    wire: FinishClient
    source: str
    looks: list[Json]
    wanted: SummaryWrite | None
    puts_back: bool = False
    dressed: bool | None = True

    def run(self, now: Book) -> dict[str, Outcome]:
        """Send what is due, and say what became of the summary. Looks that did not come through are
        left for the next run.
        """
        if self.wanted is None:
            self._dress()
            return {}
        tab = SummaryTab(self.source, self.wanted.place)
        due = tab.requests(now, self.wanted, puts_back=self.puts_back)
        if isinstance(due, Outcome) or (
            self.wanted.summary is not None and tab.is_current(now, self.wanted.summary)
        ):
            self._dress()
            return {self.wanted.id: due if isinstance(due, Outcome) else Outcome(State.UNCHANGED)}
        try:
            self.wire.send_plain([*self.looks, *due])
        except GoogleRefused as error:
            # Somebody may have moved the block in that moment: it is looked for again, once.
            again = tab.requests(self.wire.look(), self.wanted, puts_back=self.puts_back)
            if isinstance(again, Outcome):
                self._dress()
                return {self.wanted.id: again}
            return {self.wanted.id: self._apart(again, error, is_moved=again != due)}
        except LostAnswer:
            self.dressed = None
            outcome = self._after_a_lost_answer(tab, self.wanted)
            self.dressed = True if outcome.state is State.WRITTEN else None
            return {self.wanted.id: outcome}
        except SourceError:
            self.dressed = None
            raise
        return {self.wanted.id: Outcome(State.WRITTEN, None, self.wanted.place)}

    def _dress(self) -> None:
        """Send the looks alone."""
        if not self.looks:
            return
        try:
            self.wire.send_plain(self.looks)
        except GoogleRefused:
            self.dressed = False
        except SourceError:
            # The values stand, and that is what counts; whether the looks do is seen by the next
            # run.
            self.dressed = None

    def _apart(self, due: list[Json], error: GoogleRefused, *, is_moved: bool) -> Outcome:
        """One of the two was refused, and with it both: what can be done of them is done by
        itself.
        """
        if not self.looks and not is_moved:
            return Outcome(State.CONFLICT, error.message)
        self._dress()
        try:
            self.wire.send_plain(due)
        except GoogleRefused as again:
            return Outcome(State.CONFLICT, again.message)
        return Outcome(State.WRITTEN)

    def _after_a_lost_answer(self, tab: SummaryTab, wanted: SummaryWrite) -> Outcome:
        """Whether a summary whose answer was lost stands there, and the looks with it; both are
        sent once more where it does not.
        """
        now = self.wire.look()
        is_there = (
            tab.tab(now) is None if wanted.summary is None else tab.is_current(now, wanted.summary)
        )
        if not is_there:
            due = tab.requests(now, wanted, puts_back=self.puts_back)
            if isinstance(due, Outcome):
                return due
            self.wire.send_plain([*self.looks, *due])
        return Outcome(State.WRITTEN, None, wanted.place)
