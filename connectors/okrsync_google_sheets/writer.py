"""Carries out a batch while people type: look, place, send, look where it landed, correct, until
nothing is left to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from okrsync.connector import (
    Batch,
    CellRef,
    CellValue,
    CellWrite,
    Entry,
    LostAnswer,
    NewColumn,
    Outcome,
    SourceError,
    State,
    cell_number,
    column_letters,
    same_value,
)
from okrsync.connector.network import LossBudget
from okrsync_google_sheets.account import GoogleRefused
from okrsync_google_sheets.anchors import (
    anchor_request,
    dressed_mark,
    drop_request,
    field_of,
    forget_rows_request,
    hold_requests,
    is_undressed,
    location_of,
    undressed_mark,
    was_plain,
)
from okrsync_google_sheets.edits import Edit, inserted_columns, requests_for
from okrsync_google_sheets.hiding import line_visibility
from okrsync_google_sheets.landing import strays
from okrsync_google_sheets.looks import Dress, is_plain, looks, undressing
from okrsync_google_sheets.placing import (
    InsertedColumns,
    Placed,
    RemovedAt,
    mark_value,
    place_batch,
)
from okrsync_google_sheets.rehearsal import landed
from okrsync_google_sheets.tab import Anchor, Book, GoogleTab

__all__ = ["WriteClient", "Writer"]

Json = dict[str, Any]
_ROUNDS = 8
"""How often the spreadsheet is looked at before a batch is left for the next run."""
_REFUSALS = 3
"""How often Google has to refuse the very same batch before the write fails: people may move a
column away and back.
"""
_STUCK = (
    "it was protected in the moment of a write and holds the value of another row: correct it by"
    " hand, or let okrsync edit it"
)
_STUCK_ELSEWHERE = (
    "was protected in the moment of a write and holds this value, which is another row's: correct"
    " it by hand, or let okrsync edit it"
)
_NOTHING_WRITTEN = "Nothing of this batch was written."
_FASTER = "somebody keeps changing the tab while okrsync writes; left for the next run"


class WriteClient(Protocol):
    """What writing needs from Google Sheets."""

    def look(self) -> Book:
        """The spreadsheet as it stands now."""

    def send(self, requests: list[Json], tabs: Iterable[str]) -> Book:
        """Carry out all requests or none, and return the named tabs as they stand right after."""


@dataclass(slots=True)
class Writer:
    """The write of one batch. `read` is the spreadsheet as it was when the batch was decided;
    `losses` limits how long lost answers are tolerated.
    """

    client: WriteClient
    batch: Batch
    read: Book
    losses: LossBudget
    dresses: tuple[Dress, ...] = ()
    """The formatting of columns that are made or written to for the first time."""
    now: Book | None = None
    """The spreadsheet as it was last seen."""
    _hidden: set[tuple[int, int | str]] = field(default_factory=set)
    """The columns, by tab and mark, that are hidden by now, to be deleted after one more look."""
    _sent: set[str] = field(default_factory=set)
    _stuck: dict[str, tuple[str, CellValue]] = field(default_factory=dict)
    """By address, the values beside the wrong row that cannot be removed, each after the key of its
    tab.
    """

    def run(self) -> dict[str, Outcome]:
        """Write cells, columns and notes, and return the outcome of each entry. Raises
        `SourceError` if Google keeps refusing.
        """
        now = self.client.look()
        landed_from: Book | None = None
        sent: list[Edit] = []
        refused: list[Json] | None = None
        refusals = 0
        is_lost = False
        for _ in range(_ROUNDS):
            placed = place_batch(self.batch, self.read, now)
            hiding = self._hidden_first(placed, now)
            astray = (
                strays(self.batch, sent, landed_from, now, is_lost=is_lost)
                if landed_from is not None
                else []
            )
            self.now = now
            edits = _distinct([*placed.edits, *self._allowed(astray)])
            if placed.is_empty and not edits and not hiding:
                return self._settled(placed)
            # After a refusal the batch is sent without formatting, in case that was refused.
            requests = self._requests(
                placed,
                edits,
                () if refused is not None else self.dresses,
                with_inputs=refused is None,
            )
            # First, since later requests of the batch move columns.
            requests = [*hiding, *requests]
            before = now
            try:
                with self.losses.within():
                    answered = self.client.send(requests, _titles(now, placed, edits))
                now = self._book_after(answered, now)
                landed_from, sent, is_lost, refused = before, edits, False, None
                self._remember(placed)
            except LostAnswer as error:
                self.losses.wait(error)
                with self.losses.within():
                    now = self.client.look()
                landed_from, sent, is_lost = before, edits, True
                self._remember(placed)
            except GoogleRefused as error:
                # Something changed in that moment: a column or tab was moved or deleted, or a cell
                # protected. The next look shows what. Nothing of this batch took effect, so only
                # earlier batches may need correcting.
                refusals = refusals + 1 if requests == refused else 1
                if refusals == _REFUSALS:
                    raise self._refused(error) from error
                refused = requests
                self._hidden.clear()
                now, is_lost = self.client.look(), True
        return self._unsettled(place_batch(self.batch, self.read, now))

    def _hidden_first(self, placed: Placed, now: Book) -> list[Json]:
        """Requests that hide the columns to be removed, and show those that are to stay after all.
        A column is removed, with what okrsync wrote into it, in the batch after the one that hid
        it, by what that batch's answer shows.
        """
        requests: list[Json] = []
        leaving = {(removed.tab.id, removed.mark.id): removed for removed in placed.removed}
        for key, removed in leaving.items():
            if key in self._hidden:
                continue
            self._hidden.add(key)
            placed.removed.remove(removed)
            place = (removed.tab.id, removed.column)
            placed.edits = [edit for edit in placed.edits if (edit.tab_id, edit.column) != place]
            placed.emptied = [
                emptied for emptied in placed.emptied if (emptied.tab.id, emptied.column) != place
            ]
            requests.append(line_visibility(place[0], "COLUMNS", place[1], hidden=True))
        for tab_id, mark in self._hidden - leaving.keys():
            self._hidden.discard((tab_id, mark))
            tab = now.tab(str(tab_id))
            columns = () if tab is None else tab.column_anchors.items()
            requests += [
                line_visibility(tab_id, "COLUMNS", column, hidden=False)
                for column, marks in columns
                if any(anchor.id == mark for anchor in marks)
            ]
        return requests

    def _allowed(self, astray: list[Edit]) -> Iterator[Edit]:
        """The corrections that are possible. Values in protected cells are kept for the report."""
        assert self.now is not None
        for edit in astray:
            tab = self.now.tab(str(edit.tab_id))
            if tab is None or not tab.locks.holds(edit.row, edit.column):
                yield edit
            else:
                address = CellRef(tab.title, f"{column_letters(edit.column)}{edit.row + 1}")
                value = tab.value_at(edit.row, edit.column)
                self._stuck[str(address)] = (str(edit.tab_id), value)

    def _is_stuck(self, entry: Entry, outcome: Outcome) -> bool:
        """Whether a protected cell holds a value that was meant for another row."""
        tab = self.now.tab(entry.table_key) if self.now is not None else None
        if outcome.at is None or tab is None or not isinstance(entry, CellWrite):
            return False
        number, column = cell_number(outcome.at.rpartition("!")[2])
        value = tab.value_at(number - 1, column)
        return not same_value(value, entry.before) and any(
            key == entry.table_key and same_value(value, stuck_value)
            for key, stuck_value in self._stuck.values()
        )

    def _refused(self, error: GoogleRefused) -> SourceError:
        hint = "The next run looks at what took effect." if self._sent else _NOTHING_WRITTEN
        return SourceError(error.message, hint=hint)

    def rehearse(self) -> dict[str, Outcome]:
        """Send what `run` would send to a client that only records it. The outcomes are those of a
        write that nobody disturbs.
        """
        now, outcomes = self.client.look(), {}
        for _ in range(2):  # columns get their marks in the first batch, their values in the second
            self.now, placed = now, place_batch(self.batch, self.read, now)
            edits = _distinct(placed.edits)
            if placed.is_empty:
                break
            requests = self._requests(placed, edits, self.dresses)
            self.client.send(requests, _titles(now, placed, edits))
            outcomes.update(placed.outcomes)
            for edit in edits:
                if edit.entry is not None:
                    outcomes[edit.entry] = Outcome(State.WRITTEN)
            is_done = not placed.marks
            marks = {
                (inserted.tab.id, index): mark
                for inserted in placed.inserted
                for index, _, mark in _new_marks(inserted, self.dresses)
            }
            now = landed(now, placed, marks)
            if is_done:
                break
        self.now = now
        return {**placed.outcomes, **outcomes}

    def _requests(
        self,
        placed: Placed,
        edits: list[Edit],
        dresses: tuple[Dress, ...],
        *,
        with_inputs: bool = True,
    ) -> list[Json]:
        """The requests of one batch. Columns are held in place before anything is written into
        them, and new columns are made before they are filled.
        """
        requests: list[Json] = []
        rules: Counter[int] = Counter()
        assert self.now is not None
        tabs = {tab.id: tab for tab in self.now.tabs}
        for (tab_id, column), mark in self._marks_to_hold(placed, edits).items():
            field_ = field_of(mark.value)
            tab, location = tabs.get(tab_id), location_of(tab_id, "COLUMNS", column)
            dress = _dress_of(dresses, tab, field_) if is_undressed(mark.value) else None
            if dress is None or tab is None:
                requests += hold_requests(mark.id, mark.value, location)
                continue
            value = dressed_mark(field_, was_plain=is_plain(tab, column))
            requests += hold_requests(mark.id, value, location)
            requests += looks(dress, tab, column, rules)
        for mark in placed.stale_marks:
            requests.append(drop_request(mark.id))
        # After a refusal these are left out: nothing that is to be written depends on them.
        input_marks = placed.input_marks if with_inputs else {}
        for (tab_id, column), value in {**placed.marks, **input_marks}.items():
            requests.append(anchor_request(value, location_of(tab_id, "COLUMNS", column)))
        for inserted in placed.inserted:
            requests += _insertion(inserted, dresses, rules)
        requests += requests_for(edits)
        # From the right, so that the columns to the left keep their index.
        for removed in sorted(
            placed.removed, key=lambda removed_column: removed_column.column, reverse=True
        ):
            requests += _removal(removed)
        for emptied in placed.emptied:
            if was_plain(emptied.mark.value):
                requests += undressing(emptied.tab, emptied.column, emptied.header_row)
            requests.append(drop_request(emptied.mark.id))
        leaving = [(removed.tab, removed.column) for removed in placed.removed]
        leaving += [(emptied.tab, emptied.column) for emptied in placed.emptied]
        for tab in {tab.id: tab for tab, _ in leaving}.values():
            if set(tab.column_anchors) <= {
                column for leaving_tab, column in leaving if leaving_tab is tab
            }:
                requests.append(forget_rows_request(tab.id))
                requests += [
                    drop_request(mark.id) for marks in tab.input_anchors.values() for mark in marks
                ]
        requests += [
            anchor_request(mark, location_of(tab_id, "ROWS", row))
            for tab_id, row, mark in placed.anchors
        ]
        return requests

    def _marks_to_hold(self, placed: Placed, edits: list[Edit]) -> dict[tuple[int, int], Anchor]:
        """The marks of all columns that are written to, including those with corrections."""
        holding_marks = dict(placed.holding_marks)
        for edit in edits:
            tab = self.now.tab(str(edit.tab_id)) if self.now is not None else None
            marks = tab.column_anchors.get(edit.column) if tab is not None else None
            if marks and edit.part == "value" and isinstance(edit.home[1], int):
                holding_marks.setdefault((edit.tab_id, edit.column), marks[0])
        return holding_marks

    def _book_after(self, answered: Book, before: Book) -> Book:
        """The tabs of an answer, and the older versions of those it leaves out."""
        tabs = {tab.id: tab for tab in before.tabs}
        tabs.update({tab.id: tab for tab in answered.tabs})
        return Book(before.title, before.locale, before.time_zone, list(tabs.values()))

    def _remember(self, placed: Placed) -> None:
        for edit in placed.edits:
            if edit.entry is not None:
                self._sent.add(edit.entry)

    def _settled(self, placed: Placed) -> dict[str, Outcome]:
        """The outcomes: what was sent and is there now is written; what was there before,
        unchanged.
        """
        outcomes: dict[str, Outcome] = {}
        removed = {
            (entry.table_key, entry.column.header)
            for entry in self.batch.removed_columns
            if entry.id in self._sent and placed.outcomes[entry.id].state is State.UNCHANGED
        }
        for entry in self.batch.entries:
            outcome = placed.outcomes.get(entry.id) or Outcome(State.UNCHANGED)
            # A cell that was emptied together with its column no longer exists to be looked at.
            left_with_column = (
                isinstance(entry, CellWrite) and (entry.table_key, entry.column.header) in removed
            )
            if entry.id in self._sent and (outcome.state is State.UNCHANGED or left_with_column):
                outcome = Outcome(State.WRITTEN, None, outcome.at or self._address(entry, placed))
            if outcome.state is State.SKIPPED and self._is_stuck(entry, outcome):
                outcome = Outcome(State.CONFLICT, _STUCK, outcome.at)
            outcomes[entry.id] = outcome
        return {**outcomes, **self._elsewhere(outcomes)}

    def _elsewhere(self, outcomes: dict[str, Outcome]) -> dict[str, Outcome]:
        """The outcomes that tell of values that cannot be removed from a row that no outcome is
        about: a copy of a row, for instance. Where all cells of such a value are written, one of
        them says so in its reason.
        """
        reported = {outcome.at for outcome in outcomes.values() if outcome.reason == _STUCK}
        elsewhere: dict[str, Outcome] = {}
        for address, (key, value) in self._stuck.items():
            if address in reported or value is None:
                continue
            meant = [
                cell
                for cell in self.batch.cells
                if cell.table_key == key and same_value(cell.after, value)
            ]
            words = f"{address} {_STUCK_ELSEWHERE}"
            unwritten = [
                cell
                for cell in meant
                if outcomes[cell.id].state not in (State.WRITTEN, State.UNCHANGED)
            ]
            for cell in unwritten:
                elsewhere[cell.id] = Outcome(State.CONFLICT, words, outcomes[cell.id].at)
            if not unwritten and meant and self._still_holds(address, key, value):
                outcome = outcomes[meant[0].id]
                elsewhere[meant[0].id] = Outcome(outcome.state, words, outcome.at)
        return elsewhere

    def _still_holds(self, address: str, key: str, value: CellValue) -> bool:
        """Whether a cell holds a value as far as was last seen."""
        tab = self.now.tab(key) if self.now is not None else None
        row, column = cell_number(address.rpartition("!")[2])
        return tab is not None and same_value(tab.value_at(row - 1, column), value)

    def _unsettled(self, placed: Placed) -> dict[str, Outcome]:
        outcomes = self._settled(placed)
        for edit in placed.edits:
            if edit.entry is not None:
                outcomes[edit.entry] = Outcome(State.CONFLICT, _FASTER)
        return outcomes

    def _address(self, entry: Entry, placed: Placed) -> str | None:
        tab = self.now.tab(entry.table_key) if self.now is not None else None
        if isinstance(entry, NewColumn) and tab is not None and entry.header_row is not None:
            column = placed.new_columns.get((entry.table_key, entry.header))
            return (
                None
                if column is None
                else str(CellRef(tab.title, f"{column_letters(column)}{entry.header_row}"))
            )
        return None


def _insertion(
    inserted: InsertedColumns, dresses: tuple[Dress, ...], rules: Counter[int]
) -> list[Json]:
    """Requests that make columns, with their marks and formatting. They need no holding: a batch is
    applied as a whole, so nobody can move them before it ends.
    """
    tab, start = inserted.tab, inserted.start
    requests = inserted_columns(tab.id, start, len(inserted.columns), tab.locks.open_rows(start))
    for index, dress, mark in _new_marks(inserted, dresses):
        requests.append(anchor_request(mark, location_of(tab.id, "COLUMNS", index)))
        if dress is not None:
            requests += looks(dress, tab, index, rules)
    return requests


def _new_marks(
    inserted: InsertedColumns, dresses: tuple[Dress, ...]
) -> Iterator[tuple[int, Dress | None, str]]:
    """The index, formatting and mark of each new column."""
    for index, (column, _) in enumerate(inserted.columns, start=inserted.start):
        dress, value = _dress_of(dresses, inserted.tab, column.field), mark_value(column)
        yield index, dress, value if dress is not None else undressed_mark(value)


def _removal(removed: RemovedAt) -> list[Json]:
    """Requests that delete a column of okrsync's, with its formatting and mark. The column is held
    in place at the beginning of the batch.
    """
    column_range = {
        "sheetId": removed.tab.id,
        "dimension": "COLUMNS",
        "startIndex": removed.column,
        "endIndex": removed.column + 1,
    }
    return [{"deleteDimension": {"range": column_range}}]


def _dress_of(dresses: Iterable[Dress], tab: GoogleTab | None, value: str) -> Dress | None:
    """The formatting of a column, by its tab and the field its mark names; None if the column keeps
    its formatting.
    """
    return next(
        (
            dress
            for dress in dresses
            if tab is not None and dress.table_key == str(tab.id) and dress.field == value
        ),
        None,
    )


def _distinct(edits: list[Edit]) -> list[Edit]:
    """One edit for each cell; the first one wins, so that a correction gives way to a new value."""
    by_cell: dict[tuple[int, int, int, str], Edit] = {}
    for edit in edits:
        by_cell.setdefault((edit.tab_id, edit.row, edit.column, edit.part), edit)
    return list(by_cell.values())


def _titles(book: Book, placed: Placed, edits: list[Edit]) -> list[str]:
    ids = {edit.tab_id for edit in edits} | {tab_id for tab_id, _ in placed.marks}
    return [tab.title for tab in book.tabs if tab.id in ids]
