"""The connector for Google Sheets. It reads a spreadsheet in one call and writes all changes in
one, beside the right rows even if people move them meanwhile.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from gspread.urls import SPREADSHEET_URL

from okrsync.connector import (
    Ability,
    Batch,
    CellValue,
    Connector,
    Context,
    Finding,
    FormulaReach,
    HistoryWrite,
    Looks,
    LostAnswer,
    ManagedPage,
    Misfit,
    PartialWrite,
    Receipt,
    RequestPreview,
    ReviewPage,
    Row,
    RowRef,
    Snapshot,
    SourceChanged,
    SourceError,
    State,
    Summary,
    SummaryWrite,
    Table,
    column_letters,
)
from okrsync.connector.network import Network
from okrsync_google_sheets.account import (
    Account,
    GoogleRefused,
    account_for,
    google_network,
    users_of,
)
from okrsync_google_sheets.batches import Batches
from okrsync_google_sheets.carrying import Carrying, formula_reach
from okrsync_google_sheets.checks import check_access, trash_state
from okrsync_google_sheets.comment_service import CommentService, say
from okrsync_google_sheets.dress_memory import DressMemory
from okrsync_google_sheets.drive_comments import DriveComments, row_address
from okrsync_google_sheets.edits import fitting
from okrsync_google_sheets.finish import Finish
from okrsync_google_sheets.history_tab import HistoryTab
from okrsync_google_sheets.kept import DAY, KeptAnswer, version_of
from okrsync_google_sheets.looks import dressing
from okrsync_google_sheets.owned import written_by
from okrsync_google_sheets.plain import PLAIN_FIELDS, FormulaMemory, completed, enters_formulas
from okrsync_google_sheets.read_columns import marks_seen
from okrsync_google_sheets.rehearsal import Rehearsal
from okrsync_google_sheets.repairs import row_repairs
from okrsync_google_sheets.settings import GoogleSheetsSettings, in_address
from okrsync_google_sheets.shown_tabs import ShownTabs
from okrsync_google_sheets.summary_tab import SummaryTab
from okrsync_google_sheets.tab import (
    COMPACT,
    FIELDS,
    Book,
    book_from,
    shown_title,
)
from okrsync_google_sheets.writer import Writer

__all__ = ["GoogleSheetsConnector"]

Json = dict[str, Any]
_FRAMES = "sheets(properties/sheetId,basicFilter,tables(tableId,range),bandedRanges)"


class GoogleSheetsConnector(Connector[GoogleSheetsSettings]):
    """One Google spreadsheet."""

    name = "google-sheets"
    about = "Google Sheets, with a service account or your own credentials"
    settings_type = GoogleSheetsSettings
    knows_rows = True
    guide = (
        "Make a service account, share the spreadsheet with its address as Editor, and give its key"
        " file with --credentials; docs/google-sheets.md tells each step. Without one, `gcloud auth"
        " application-default login` lends your own account."
    )
    usual_secrets = ({"file": "service-account.json"},)
    many_cells = 1_000
    """From so many cells on a spreadsheet is large: the feed is asked about it even if it is the
    only one, and if it has no formulas, what its cells show is not requested. The trials set it to
    1, so that small spreadsheets are treated so, too.
    """

    @classmethod
    def recognise(cls, text: str) -> Mapping[str, Any] | None:
        return {"spreadsheet": text} if in_address(text) is not None else None

    def __init__(self, settings: GoogleSheetsSettings, context: Context) -> None:
        super().__init__(settings, context)
        self._opened: Account | None = None
        self._books: dict[str, Book] = {}
        self._last: Book | None = None
        self._reads = 0
        self._since = time.monotonic()
        self._kept_answer: KeptAnswer | None = None
        self._latest: Json | None = None
        """Google's last answer about the spreadsheet; None if it may be out of date."""
        self._sent: tuple[Json, Book] | None = None
        """The last answer to a write that told of all tabs, with what was made of it."""
        self._read_answer: Json | None = None
        """The answer that `_last` was made of; None once a later one was compared with it."""
        self._network = google_network(settings.credentials, settings.api_endpoint, context.limits)
        self._users = users_of(self._network)
        self._users.add(self)

    @property
    def place(self) -> str:
        return f"https://docs.google.com/spreadsheets/d/{self.settings.spreadsheet}"

    @property
    def network(self) -> Network:
        return self._network

    @property
    def _account(self) -> Account:
        if self._opened is None:
            self._opened = account_for(
                self.settings.credentials, self.settings.api_endpoint, self._network, comments=False
            )
        return self._opened

    def let_go(self) -> None:
        self._books, self._last, self._latest, self._read_answer = {}, None, None, None
        self._sent = None

    def close(self) -> None:
        self._users.discard(self)
        if self._opened is not None:
            # Other sources may share the account: their next request opens a connection again.
            self._opened.close()
        self._opened = None

    # reading

    def read(self) -> Snapshot:
        self._reads += 1
        if self._reads == 1 and self._asks_feed:
            answer, version = self._last_answer.renewed(self._account.feed, self._answer)
        else:
            answer, version = self._answer(), None
        self._latest = answer
        return self._snapshot(answer, self.context.now(), version or version_of(answer))

    def content_version(self) -> str | None:
        # Without the feed, only reading would tell.
        is_known = self._asks_feed and self._last_answer.is_unchanged(self._account.feed)
        return self._last_answer.version if is_known else None

    @property
    def _asks_feed(self) -> bool:
        # One call of the feed answers for all sources of a credential, and for a large one it costs
        # fewer bytes than reading. The first call of a small one might as well be the read itself.
        return len(self._users) > 1 or self._last_answer.is_large

    @property
    def _last_answer(self) -> KeptAnswer:
        if self._kept_answer is None:
            self._kept_answer = KeptAnswer(
                self.settings.spreadsheet,
                self.place,
                self.calls,
                self.context.memory,
                self.context.now,
                self._since,
            )
        return self._kept_answer

    def _answer(self) -> Json:
        """The spreadsheet in one answer. If tabs that are not read are large, only the other tabs
        are requested, by name; once a day, all are.
        """
        memory = self.context.memory
        ranges, whole_at = memory.get("ranges"), memory.get("whole_at")
        if ranges and whole_at and self.context.now() - datetime.fromisoformat(whole_at) <= DAY:
            try:
                return self._cells(ranges, memory.get("history"))
            except GoogleRefused:
                # A tab that was known was renamed or deleted. Reading all tabs finds out which.
                del memory["ranges"]
        answer = self._cells(None)
        ranges = self._shown_tabs.worth_asking_for(answer)
        if ranges is None:
            memory.pop("ranges", None)
        else:
            memory.update(ranges=ranges, whole_at=self.context.now().isoformat())
        return answer

    def _cells(self, titles: Iterable[str] | None, history: str | None = None) -> Json:
        """What the cells of these tabs hold and show. If a large spreadsheet is known to have no
        formulas, only what they hold is requested.
        """
        formulas = FormulaMemory(self.context.memory, self.context.now, self.many_cells)
        if formulas.are_absent:
            answer = completed(self._get(PLAIN_FIELDS, titles, history))
            if answer is not None:
                return answer
        answer = self._get(FIELDS, titles, history)
        formulas.learn(answer)
        return answer

    def _get(self, fields: str, titles: Iterable[str] | None, history: str | None = None) -> Json:
        """The tabs with these titles, or all; of the tab with the history only its header."""
        query: Json = {"fields": fields, **COMPACT}
        if titles is not None:
            query["ranges"] = [shown_title(title) for title in titles]
            query["ranges"] += [f"{shown_title(history)}!1:1"] if history is not None else []
        answer: Json = self._account.ask(
            "read",
            self.calls,
            "get",
            SPREADSHEET_URL % self.settings.spreadsheet,
            self.place,
            "sheets",
            params=query,
        )
        return answer

    def _snapshot(self, answer: Json, read_at: datetime, version: str) -> Snapshot:
        book = book_from(answer)
        self._last, self._read_answer = book, answer
        cells = sum(len(row) for tab in book.tabs for row in tab.entered)
        self._last_answer.measure(is_large=cells >= self.many_cells)
        self._books = {version: book}
        return self._shown_tabs.snapshot(answer, book, version, read_at)

    @property
    def _shown_tabs(self) -> ShownTabs:
        context = self.context
        return ShownTabs(
            context.source, self.place, self.settings.tabs, context.people, context.memory
        )

    # deciding

    @property
    def abilities(self) -> frozenset[Ability]:
        return frozenset(Ability)

    def fit(
        self, table: Table, column: int | None, looks: Looks, value: CellValue
    ) -> CellValue | Misfit:
        return fitting(value, looks)

    def formula_reach(self, table: Table, row: Row, column: int) -> FormulaReach | None:
        tab = None if self._last is None else self._last.tab(table.key)
        return None if tab is None else formula_reach(tab, row.number - 1, column)

    def link(self, table: Table, row: RowRef, column: int) -> str | None:
        return f"{self.place}/edit#gid={table.key}&range={column_letters(column)}{row.number}"

    def shows(self, place: str, summary: ManagedPage) -> bool:
        is_review = isinstance(summary, ReviewPage)
        tab = SummaryTab(self.context.source, place, is_review=is_review)
        return self._last is not None and tab.is_current(self._last, summary)

    def obstacle(self, summary: SummaryWrite) -> str | None:
        source, is_review = self.context.source, summary.is_review
        tab = SummaryTab(source, summary.place, summary.cycle, is_review=is_review)
        return None if self._last is None else tab.obstacle(self._last, summary)

    def decisions(self, place: str) -> Sequence[str]:
        tab = SummaryTab(self.context.source, place, is_review=True)
        return () if self._last is None else tab.decisions(self._last)

    def shows_closed(self, place: str, cycle: str, summary: Summary) -> bool:
        tab = SummaryTab(self.context.source, place, cycle)
        return self._last is not None and tab.is_current(self._last, summary)

    def history_obstacle(self, history: HistoryWrite) -> str | None:
        return None if self._last is None else self._history(history.place).obstacle(self._last)

    def has_history(self, place: str) -> bool:
        return self._last is None or self._history(place).tab(self._last) is not None

    def history(self, place: str) -> Sequence[Sequence[CellValue]]:
        return self._history(place).rows(self, self._last)

    def _history(self, place: str) -> HistoryTab:
        return HistoryTab(self.context.source, place)

    def book_of(self, titles: Sequence[str] | None) -> Book:
        """The tabs with these titles as they are now, or all."""
        return book_from(self._get(FIELDS, titles))

    # writing

    def write(self, batch: Batch) -> Receipt:
        return self._carry_out(batch)

    def requests(self, batch: Batch) -> Iterator[RequestPreview]:
        previews: list[RequestPreview] = []
        account, memory = self._account, self.context.memory
        self._opened, self.context.memory = (
            Rehearsal(account, self.settings.api_endpoint, previews),
            dict(memory),
        )
        try:
            self._carry_out(batch, rehearsing=True)
        finally:
            self._opened, self.context.memory = account, memory
        return iter(previews)

    def _carry_out(self, batch: Batch, *, rehearsing: bool = False) -> Receipt:
        if batch.is_empty and not self.is_unfinished:
            return Receipt({})
        read = self._books.get(batch.snapshot.version)
        if read is None:
            raise SourceChanged(f"{self.place}: read anew since this was decided")
        cells = _only_cells(batch)
        if not rehearsing:
            if cells.cells and self._last_answer.is_large and not self._last_answer.is_used:
                # From here on the feed tells what changes: the look that follows is kept.
                self._last_answer.begin_with_next(self._account.feed)
                self._latest = None
            self._refuse_trash()
            self._last_answer.before_write()
        dress_memory = DressMemory(self.context.memory)
        pending = dress_memory.pending(batch, read)
        now = read
        partial_write = PartialWrite(self._network)
        carrying = Carrying(self, batch, read, self._network.losses(), is_rehearsal=rehearsing)
        carrying.copy_tabs()
        carrying.take_back()
        if not cells.is_empty:
            writer = Writer(self, cells, read, self._network.losses(), pending)
            partial_write.outcomes.update(writer.rehearse() if rehearsing else writer.run())
            now = writer.now or read
        else:
            now = carrying.now or read
        if batch.inserted_rows:
            carrying.now = None if cells.is_empty else now
            carrying.insert_rows()
            now = carrying.now or now
        partial_write.outcomes.update(carrying.outcomes)
        memory, learned = self.context.memory, Json()
        if cells.cells:
            learned["written"] = written_by(cells, now, memory.get("written", {}))
        if batch.inputs and not rehearsing and now is not read:
            learned["inputs"] = marks_seen(batch, now, memory.get("inputs", {}))
        memory.update(learned)
        finish = Finish(
            self,
            self.context.source,
            dressing(pending, read, now),
            batch.summary,
            batch.puts_back,
        )
        partial_write.carry_out(
            [batch.summary.id] if batch.summary is not None else [],
            partial(finish.run, now),
            is_extra=True,
        )
        dress_memory.settle(pending, finish.dressed)
        self._keep_pages(batch, now, partial_write)
        self._say_comments(batch, now, partial_write, rehearsing=rehearsing)
        if any(outcome.state is State.WRITTEN for outcome in partial_write.outcomes.values()):
            self._last_answer.after_write(self._latest)
            memory.pop("ranges", None)
            if not rehearsing:
                return Receipt(partial_write.settled(), self._left())
        return Receipt(partial_write.settled())

    def _keep_pages(self, batch: Batch, now: Book, partial_write: PartialWrite) -> None:
        """Write the last summary of a cycle, the review and the history, each in its own tab."""
        for page in (batch.closed_summary, batch.review):
            if page is not None:
                finish_page = Finish(self, self.context.source, [], page, batch.puts_back)
                partial_write.carry_out([page.id], partial(finish_page.run, now), is_extra=True)
        if batch.history is not None:
            history = self._history(batch.history.place)
            keep = partial(history.keep, self, self._network, batch.history, now)
            partial_write.carry_out([batch.history.id], keep, is_extra=True)

    def _say_comments(
        self, batch: Batch, now: Book, partial_write: PartialWrite, *, rehearsing: bool
    ) -> None:
        """Put and withdraw the comments of a batch."""
        comments = tuple(note for note in batch.notes if note.kind == "comment")
        if not comments:
            return
        service = CommentService(
            self._account,
            self.settings.spreadsheet,
            self.place,
            self.calls,
            self.context.memory.get("ranges"),
            self._batches,
            self._see,
        )
        say(
            service,
            comments,
            partial_write,
            lambda: self._drive_comments(rehearsing=rehearsing),
            lambda note: row_address(note.table_key, note.row, now),
            puts_back=batch.puts_back,
        )

    def _left(self) -> Snapshot | None:
        """What the spreadsheet holds after the last request, if its answer told all of it; None if
        a later run has something to complete.
        """
        version = self._last_answer.version
        if self._sent is None or self._sent[0] is not self._latest or version is None:
            return None
        answer, book = self._sent
        if DressMemory(self.context.memory).left(book):
            return None
        return self._shown_tabs.snapshot(answer, book, version, self.context.now())

    def _see(self, answer: Json | None) -> None:
        """Take an answer for Google's last one about the spreadsheet; None if that is unknown."""
        self._latest = answer

    def _refuse_trash(self) -> None:
        """Raise `SourceError` if the spreadsheet is in the trash: Google would write to it all the
        same.
        """
        is_trashed = self._last_answer.is_trashed
        if is_trashed is None:
            is_trashed = trash_state(
                self._account, self.settings.spreadsheet, self.calls, self.place
            )
        if is_trashed:
            title = self._last.title if self._last is not None else ""
            raise SourceError(
                f"{self.place}: the spreadsheet {title!r} is in the trash; nothing is written to"
                " it",
                hint="Restore it in Google Drive, or take the source out of the config.",
            )

    @property
    def is_unfinished(self) -> bool:
        """Whether a column has its values but not its formatting, because an earlier run was
        interrupted.
        """
        return self._last is not None and bool(DressMemory(self.context.memory).left(self._last))

    def look(self) -> Book:
        """The spreadsheet as it stands now."""
        before, self._read_answer = self._read_answer, None
        self._latest = self._answer()
        if before == self._latest and self._last is not None:
            # Nobody changed anything since it was read, and nothing has to be made of it again.
            return dataclasses.replace(self._last)
        return book_from(self._latest)

    def send(self, requests: list[Json], tabs: Iterable[str]) -> Book:
        """Carry out all requests or none, and return the tabs as they stand right after."""
        if self._last_answer.is_used and not self.context.memory.get("ranges"):
            # The answer is kept for the next run: all tabs, since somebody may have made one.
            return self.send_carried(requests)
        return book_from(self._send_and_see(requests, [shown_title(title) for title in tabs]))

    def send_carried(self, requests: list[Json]) -> Book:
        """Carry out all requests or none, and return the spreadsheet as it stands right after."""
        answer = self._send_and_see(requests, None)
        self._sent = answer, book_from(answer)
        return self._sent[1]

    def look_at_frames(self) -> Json:
        """The filters, tables and bandings of all tabs."""
        return self._get(_FRAMES, None)

    def send_plain(self, requests: list[Json]) -> None:
        """Carry out all requests or none. The resulting content is requested only if that saves the
        next run a read.
        """
        if self._last_answer.is_used and not self.context.memory.get("ranges"):
            self._send_and_see(requests, None)
            return
        self._latest = None
        self._post(requests, {}, "spreadsheetId", "spreadsheetId")

    def _send_and_see(self, requests: list[Json], ranges: list[str] | None) -> Json:
        self._latest = None
        options: Json = {"includeSpreadsheetInResponse": True, "responseIncludeGridData": True}
        if ranges is not None:
            options["responseRanges"] = ranges
        formulas = FormulaMemory(self.context.memory, self.context.now, self.many_cells)
        is_plain = formulas.are_absent and not enters_formulas(requests)
        fields = f"spreadsheetId,updatedSpreadsheet({PLAIN_FIELDS if is_plain else FIELDS})"
        try:
            answer = self._post(requests, options, fields, "updatedSpreadsheet")
        except GoogleRefused as error:
            # `responseRanges` takes titles only, no ids. If a tab is renamed in that moment, Google
            # refuses the range, and does not say whether the batch took effect.
            if "Unable to parse range" in error.message:
                raise LostAnswer(error.message) from error
            raise
        updated: Json = answer.get("updatedSpreadsheet", {})
        if is_plain and completed(updated) is None:
            raise LostAnswer(f"{self.place}: somebody entered a formula while okrsync wrote")
        if ranges is None:
            self._latest = updated
        return updated

    def _post(self, requests: list[Json], options: Json, fields: str, answer_key: str) -> Json:
        params = {"fields": fields, **COMPACT}
        return self._batches.send(requests, options, params, answer_key)

    @property
    def _batches(self) -> Batches:
        context, spreadsheet = self.context, self.settings.spreadsheet
        return Batches(
            self._account, spreadsheet, self.place, self.calls, context.memory, context.now
        )

    def _drive_comments(self, *, rehearsing: bool) -> DriveComments:
        account = account_for(
            self.settings.credentials, self.settings.api_endpoint, self._network, comments=True
        )
        if rehearsing and isinstance(self._opened, Rehearsal):
            account = Rehearsal(account, self.settings.api_endpoint, self._opened.seen)
        return DriveComments(
            account, self.settings.spreadsheet, self.place, self.calls, self.context.memory
        )

    # checking

    def check(self) -> Iterator[Finding]:
        return check_access(self._account, self.settings, self.calls, self.place)

    def repair(self, rows: Mapping[str, Sequence[RowRef]]) -> Iterator[Finding]:
        for repair in row_repairs(self.look(), rows):
            if repair.requests:
                self.send_plain(repair.requests)
            yield Finding(True, repair.words)


def _only_cells(batch: Batch) -> Batch:
    """The cells, columns and notes of a batch, without what is carried out on its own."""
    return dataclasses.replace(
        batch,
        notes=tuple(note for note in batch.notes if note.kind != "comment"),
        summary=None,
        closed_summary=None,
        review=None,
        inserted_rows=(),
        taken_rows=(),
        copied_tabs=(),
        removed_tabs=(),
        history=None,
    )
