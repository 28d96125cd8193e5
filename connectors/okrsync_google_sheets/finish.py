"""What follows once the values are written: the formatting of okrsync's columns, and the summary.
If either is due, one more call does both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from okrsync.connector import LostAnswer, Outcome, SourceError, State, SummaryWrite
from okrsync_google_sheets.account import GoogleRefused
from okrsync_google_sheets.hiding import tab_visibility
from okrsync_google_sheets.summary_tab import SummaryTab
from okrsync_google_sheets.tab import Book

__all__ = ["Finish"]

Json = dict[str, Any]


class FinishClient(Protocol):
    """What finishing needs of the spreadsheet service."""

    def look(self) -> Book:
        """The spreadsheet as it stands now."""

    def send_plain(self, requests: list[Json]) -> None:
        """Carry out all requests or none."""


@dataclass(slots=True)
class Finish:
    """`looks` are requests that format columns; `wanted` is the source's summary, None if none is
    due. Afterwards `dressed` says whether the formatting was applied: False if it was refused, None
    if unknown.
    """

    client: FinishClient
    source: str
    looks: list[Json]
    wanted: SummaryWrite | None
    puts_back: bool = False
    dressed: bool | None = True

    def run(self, now: Book) -> dict[str, Outcome]:
        """Send what is due, and return the outcome of the summary. Formatting that was not applied
        is left for the next run.
        """
        if self.wanted is None:
            self._dress()
            return {}
        tab = SummaryTab(
            self.source, self.wanted.place, self.wanted.cycle, is_review=self.wanted.is_review
        )
        if self.wanted.summary is None:
            now = self._hidden_first(tab, self.wanted, now)
        due = tab.requests(now, self.wanted, puts_back=self.puts_back)
        if isinstance(due, Outcome) or (
            self.wanted.summary is not None and tab.is_current(now, self.wanted.summary)
        ):
            self._dress()
            return {self.wanted.id: due if isinstance(due, Outcome) else Outcome(State.UNCHANGED)}
        remark = tab.remark(now, self.wanted)
        try:
            self.client.send_plain([*self.looks, *due])
        except GoogleRefused as error:
            # Somebody may have moved the summary in that moment: it is located again, once.
            now = self.client.look()
            new_requests = tab.requests(now, self.wanted, puts_back=self.puts_back)
            remark = tab.remark(now, self.wanted)
            if isinstance(new_requests, Outcome):
                self._dress()
                return {self.wanted.id: new_requests}
            is_moved = new_requests != due
            return {self.wanted.id: self._apart(new_requests, error, remark, is_moved=is_moved)}
        except LostAnswer:
            self.dressed = None
            outcome = self._after_a_lost_answer(tab, self.wanted, remark)
            self.dressed = True if outcome.state is State.WRITTEN else None
            return {self.wanted.id: outcome}
        except SourceError:
            self.dressed = None
            raise
        return {self.wanted.id: Outcome(State.WRITTEN, remark, self.wanted.full_name)}

    def _hidden_first(self, tab: SummaryTab, wanted: SummaryWrite, now: Book) -> Book:
        """The spreadsheet once the tab that is to be deleted is hidden; shown again if somebody
        wrote into it by then.
        """
        managed_tab = tab.tab(now)
        if managed_tab is None or isinstance(
            tab.requests(now, wanted, puts_back=self.puts_back), Outcome
        ):
            return now
        try:
            self.client.send_plain([tab_visibility(managed_tab.id, hidden=True)])
        except GoogleRefused:
            # It is the only tab that is not hidden, or gone. The last look counts.
            return self.client.look()
        except LostAnswer:
            pass  # Hidden or not: the look below counts, and showing it twice does no harm.
        now = self.client.look()
        if isinstance(tab.requests(now, wanted, puts_back=self.puts_back), Outcome):
            try:
                self._show(managed_tab.id)
            except GoogleRefused:
                now = self.client.look()
        return now

    def _show(self, tab_id: int) -> None:
        """Show a tab again, since somebody's words stand in it."""
        show = [tab_visibility(tab_id, hidden=False)]
        try:
            self.client.send_plain(show)
        except LostAnswer:
            self.client.send_plain(show)

    def _dress(self) -> None:
        """Send the formatting alone."""
        if not self.looks:
            return
        try:
            self.client.send_plain(self.looks)
        except GoogleRefused:
            self.dressed = False
        except SourceError:
            # The values are written, and formatting must not turn that into a failure. The next run
            # sees whether it was applied.
            self.dressed = None

    def _apart(
        self, due: list[Json], error: GoogleRefused, remark: str | None, *, is_moved: bool
    ) -> Outcome:
        """Send formatting and summary separately, since one of them made Google refuse both."""
        if not self.looks and not is_moved:
            return Outcome(State.CONFLICT, error.message)
        self._dress()
        try:
            self.client.send_plain(due)
        except GoogleRefused as second_error:
            return Outcome(State.CONFLICT, second_error.message)
        return Outcome(State.WRITTEN, remark)

    def _after_a_lost_answer(
        self, tab: SummaryTab, wanted: SummaryWrite, remark: str | None
    ) -> Outcome:
        """The outcome of a summary whose answer was lost. If it was not written, it is sent once
        more, together with the formatting.
        """
        now = self.client.look()
        is_there = (
            tab.tab(now) is None if wanted.summary is None else tab.is_current(now, wanted.summary)
        )
        if not is_there:
            due = tab.requests(now, wanted, puts_back=self.puts_back)
            if isinstance(due, Outcome):
                return due
            remark = tab.remark(now, wanted)
            self.client.send_plain([*self.looks, *due])
        return Outcome(State.WRITTEN, remark, wanted.full_name)
