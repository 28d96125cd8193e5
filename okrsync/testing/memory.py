"""A place in memory and its connector, for tests of the engine and of the contract itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from okrsync.connector import (
    NO_ROW,
    Ability,
    Batch,
    CellWrite,
    Connector,
    Context,
    CopiedTab,
    Finding,
    FormulaReach,
    HistoryWrite,
    InsertedRow,
    Looks,
    ManagedPage,
    Misfit,
    NewColumn,
    NoteWrite,
    Outcome,
    PartialWrite,
    Receipt,
    RemovedColumn,
    RemovedTab,
    Secret,
    Settings,
    State,
    SummaryWrite,
    TakenRow,
    copied_table,
    place_rows,
    tab_verdict,
    taken_verdict,
)
from okrsync.connector.history import missing_lines, without_lines
from okrsync.connector.network import Network, Rate, TransientError, network_for
from okrsync.connector.review_page import ReviewPage
from okrsync.connector.summary import Summary
from okrsync.model.errors import LostAnswer, SourceError
from okrsync.model.row_finder import RowFinder, find_column
from okrsync.model.table import (
    COVERED,
    FORMULA,
    LOCKED,
    CellValue,
    ColumnRef,
    Row,
    RowRef,
    Snapshot,
    Table,
    is_blank,
    right_edge,
    same_value,
    text_of,
)
from okrsync.testing.bench import Grid
from okrsync.testing.memory_comments import MemoryComment, carry_out

__all__ = [
    "Formula",
    "MemoryConnector",
    "MemoryPlace",
    "MemorySettings",
    "no_anchor",
    "slot_anchor",
]


_refusing = threading.Lock()
_RATE = Rate(1e9)
"""A place in memory is as fast as can be, until it refuses."""


class Formula(str):
    """A cell of a memory place that holds a formula: it is read as its text, and stays a formula
    wherever people move it.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Formula({super().__repr__()})"


Anchor = Callable[[int, Sequence[CellValue]], str | None]
"""The anchor of a row, from its number and values."""


def no_anchor(_number: int, _values: Sequence[CellValue]) -> str | None:
    """Rows without anchors."""
    return None


def slot_anchor(number: int, _values: Sequence[CellValue]) -> str | None:
    """Anchors that stay behind when rows are sorted, as a place may do that promises nothing about
    it.
    """
    # It is documented nowhere whether Google's developer metadata follows a sort.
    return f"slot {number}"


@dataclass
class MemoryPlace:
    """Tabs of rows with notes and summaries, and a moment at which somebody edits or something
    fails.
    """

    tabs: dict[str, Grid] = field(default_factory=dict)
    notes: dict[tuple[str, int, int], str] = field(default_factory=dict)
    comments: list[MemoryComment] = field(default_factory=list)
    locked: set[tuple[str, int, int]] = field(default_factory=set)
    covered: set[tuple[str, int, int]] = field(default_factory=set)
    summaries: dict[str, Summary] = field(default_factory=dict)
    reviews: dict[str, ReviewPage] = field(default_factory=dict)
    rooms: dict[str, list[str]] = field(default_factory=dict)
    """By place, what people typed under "Decisions" of the review."""
    typed_rows: dict[str, list[str]] = field(default_factory=dict)
    """By place, what people typed into rows that they inserted among the lines of the review."""
    typed_over: dict[str, list[str]] = field(default_factory=dict)
    """By place, what people typed over the lines of the review."""
    histories: dict[str, list[Sequence[CellValue]]] = field(default_factory=dict)
    anchor: Anchor = no_anchor
    before_write: Callable[[], None] | None = None
    """Called once, right before the next write looks at the place: a person who is faster."""
    fail: str | None = None
    """`before` or `after` lets the next write fail, without or with effect."""
    unreadable: bool = False
    refusals: int = 0
    """So many requests are answered with "too fast", asking to wait `retry_after` seconds."""
    retry_after: float | None = None
    gather: threading.Barrier | None = None
    """Refusals are kept back until all of them are due."""
    broken_notes: bool = False
    """Nothing comes of any attempt to put a note."""

    def is_refused(self) -> bool:
        """Whether one more request comes too fast."""
        with _refusing:
            self.refusals -= 1
            is_refused = self.refusals >= 0
        if is_refused and self.gather is not None:
            self.gather.wait(timeout=60)
        return is_refused


class MemorySettings(Settings):
    """A memory place is handed over, not configured."""


class MemoryConnector(Connector[MemorySettings]):
    """A connector to a `MemoryPlace`. Honest: it looks for each row at the moment of writing, as
    the contract asks.
    """

    name = "memory"
    about = "tabs in memory, for tests"
    settings_type = MemorySettings

    def __init__(self, memory_place: MemoryPlace, context: Context) -> None:
        super().__init__(MemorySettings(), context)
        self._puts_back = False
        self._memory_place = memory_place
        # One place stands for one account with its limits.
        account = Secret(f"memory:{id(memory_place)}", "memory")
        # A memory place counts as a service, so that the suite can test pace and time limits.
        self._network = network_for("memory", account, None, context.limits, {"read": _RATE})

    @property
    def place(self) -> str:
        return f"memory:{id(self._memory_place)}"

    @property
    def network(self) -> Network:
        return self._network

    @property
    def abilities(self) -> frozenset[Ability]:
        return frozenset(Ability) - {Ability.ROWS}

    def check(self) -> Iterator[Finding]:
        yield Finding(True, f"{len(self._memory_place.tabs)} tabs in memory")

    def formula_reach(self, table: Table, row: Row, column: int) -> FormulaReach:
        return FormulaReach(0, 0)

    def read(self) -> Snapshot:
        tables = self._network.request("read", self.calls, self.place, self._tables)
        return Snapshot(self.context.source, tables, self._version(), self.context.now())

    def _tables(self) -> tuple[Table, ...]:
        if self._memory_place.is_refused():
            raise TransientError("too fast (429)", self._memory_place.retry_after, is_too_fast=True)
        if self._memory_place.unreadable:
            raise SourceError("the place does not answer", hint="Try again later.")
        return tuple(self._table(name) for name in self._memory_place.tabs)

    def fit(
        self, table: Table, column: int | None, looks: Looks, value: CellValue
    ) -> CellValue | Misfit:
        return value

    def shows(self, place: str, summary: ManagedPage) -> bool:
        if isinstance(summary, ReviewPage):
            is_touched = self._typed_rows(place) or self._typed_over(place)
            return not is_touched and self._memory_place.reviews.get(place) == summary
        return self._memory_place.summaries.get(place) == summary

    def decisions(self, place: str) -> Sequence[str]:
        return tuple(self._memory_place.rooms.get(place, ()))

    def has_history(self, place: str) -> bool:
        return place in self._memory_place.histories

    def history(self, place: str) -> Sequence[Sequence[CellValue]]:
        return tuple(self._memory_place.histories.get(place, ()))

    def shows_closed(self, place: str, cycle: str, summary: Summary) -> bool:
        return self._memory_place.summaries.get(f"{place} {cycle}") == summary

    def write(self, batch: Batch) -> Receipt:
        if self._memory_place.before_write is not None:
            meanwhile, self._memory_place.before_write = self._memory_place.before_write, None
            meanwhile()
        failing, self._memory_place.fail = self._memory_place.fail, None
        if failing == "before":
            raise SourceError("the connection broke", hint="Try again later.")
        # As late as possible: an edit between decision and write shows here.
        outcomes = self._carry_out(batch, is_unmoved=batch.snapshot.version == self._version())
        # A batch that changes nothing sends nothing, and counts as no call.
        if any(outcome.state is State.WRITTEN for outcome in outcomes.values()):
            self.calls.write += 1
        if failing == "after":
            raise LostAnswer("the answer was lost", hint="The next run looks.")
        return Receipt(outcomes)

    def _carry_out(self, batch: Batch, *, is_unmoved: bool) -> dict[str, Outcome]:
        self._puts_back = batch.puts_back
        outcomes: dict[str, Outcome] = {}
        new_columns: dict[tuple[str, str], int] = {}
        refs = {key: tuple(batch.rows(key)) for key in batch.table_keys}
        for entry in batch.entries:
            if entry.table_key not in self._memory_place.tabs and not isinstance(entry, RemovedTab):
                outcomes[entry.id] = Outcome(State.CONFLICT, "its tab is gone")
        # Tabs are copied as they were read, before anything is written into them.
        for copied in batch.copied_tabs:
            if copied.id not in outcomes:
                outcomes[copied.id] = self._copy_tab(copied)
        for column in batch.new_columns:
            if column.id not in outcomes:
                outcomes[column.id] = self._make_column(column, new_columns)
        for cell in batch.cells:
            if cell.id not in outcomes:
                outcomes[cell.id] = self._set(
                    cell, new_columns, refs[cell.table_key], is_unmoved=is_unmoved
                )
        for taken in batch.taken_rows:
            if taken.id not in outcomes:
                outcomes[taken.id] = self._take_row(taken, refs[taken.table_key])
        for removed in batch.removed_columns:
            if removed.id not in outcomes:
                outcomes[removed.id] = self._remove_column(removed)
        self._insert_rows(batch.inserted_rows, outcomes, refs, is_unmoved=is_unmoved)
        for removed_tab in batch.removed_tabs:
            outcomes[removed_tab.id] = self._remove_tab(removed_tab)
        doing = PartialWrite(self._network, outcomes)
        for note in batch.notes:
            if note.id not in outcomes:
                doing.carry_out(
                    [note.id], partial(self._noted, note, is_unmoved=is_unmoved), is_extra=True
                )
        for summary in batch.summaries:
            outcomes[summary.id] = self._summarise(summary)
        if batch.history is not None:
            outcomes[batch.history.id] = self._append(batch.history)
        return doing.settled()

    def _version(self) -> str:
        return repr(
            (
                self._memory_place.tabs,
                sorted(self._memory_place.locked),
                sorted(self._memory_place.covered),
            )
        )

    def _table(self, name: str) -> Table:
        rows = []
        for number, values in enumerate(self._memory_place.tabs[name], start=1):
            marks = bytes(
                self._marks(name, number, column, value) for column, value in enumerate(values)
            )
            plain = tuple(str(value) if isinstance(value, Formula) else value for value in values)
            rows.append(Row(number, plain, self._memory_place.anchor(number, values), marks))
        return Table(name, name, tuple(rows))

    def _marks(self, tab: str, number: int, column: int, value: CellValue) -> int:
        cell_key = (tab, number, column)
        return (
            FORMULA * isinstance(value, Formula)
            + LOCKED * (cell_key in self._memory_place.locked)
            + COVERED * (cell_key in self._memory_place.covered)
        )

    def _make_column(self, entry: NewColumn, new_columns: dict[tuple[str, str], int]) -> Outcome:
        grid = self._memory_place.tabs[entry.table_key]
        existing_column = find_column(
            self._table(entry.table_key), ColumnRef(None, entry.header, entry.header_row)
        )
        if existing_column is not None:
            new_columns[entry.table_key, entry.header] = existing_column
            return Outcome(State.UNCHANGED)
        if entry.header_row is None or entry.header_row > len(grid):
            return Outcome(State.CONFLICT, "the header row is gone")
        column = right_edge(self._table(entry.table_key))
        self._put(entry.table_key, entry.header_row, column, entry.header)
        new_columns[entry.table_key, entry.header] = column
        return Outcome(State.WRITTEN)

    def _set(
        self,
        cell: CellWrite,
        new_columns: dict[tuple[str, str], int],
        refs: Iterable[RowRef],
        *,
        is_unmoved: bool,
    ) -> Outcome:
        table = self._table(cell.table_key)
        finder = RowFinder(table, refs)
        row = finder.find(cell.row) or (finder.in_place(cell.row) if is_unmoved else None)
        if row is None:
            return Outcome(State.CONFLICT, NO_ROW)
        is_new = cell.column.index is None
        column = (
            new_columns.get((cell.table_key, cell.column.header))
            if is_new
            else finder.column(cell.column)
        )
        if column is None:
            return Outcome(State.CONFLICT, "the column is gone")
        now, mark, address = row.value(column), row.mark(column), str(table.ref(row, column))
        if same_value(now, cell.after):
            return Outcome(State.UNCHANGED, None, address)
        if mark & (FORMULA | COVERED | LOCKED):
            return Outcome(
                State.SKIPPED, "a formula, a merge or a protection is in the way", address
            )
        if not same_value(now, cell.before):
            return Outcome(State.CONFLICT, f"it says {text_of(now)!r} now", address)
        self._put(cell.table_key, row.number, column, cell.after)
        return Outcome(State.WRITTEN, None, address)

    def _remove_column(self, entry: RemovedColumn) -> Outcome:
        table = self._table(entry.table_key)
        column = find_column(table, entry.column)
        if column is None:
            return Outcome(State.UNCHANGED, "it is gone already")
        header_row = entry.column.header_row or 1
        if any(not is_blank(row.value(column)) for row in table.rows if row.number > header_row):
            return Outcome(State.CONFLICT, "the column is in use")
        for values in self._memory_place.tabs[entry.table_key]:
            if column < len(values):
                del values[column]
        return Outcome(State.WRITTEN)

    def _insert_rows(
        self,
        entries: Sequence[InsertedRow],
        outcomes: dict[str, Outcome],
        refs: Mapping[str, Sequence[RowRef]],
        *,
        is_unmoved: bool,
    ) -> None:
        for key in dict.fromkeys(entry.table_key for entry in entries if entry.id not in outcomes):
            table = self._table(key)
            wanted = [entry for entry in entries if entry.table_key == key]
            finder = RowFinder(table, refs[key])
            placed, decided = place_rows(wanted, table, finder, is_unmoved=is_unmoved)
            outcomes.update(decided)
            grid = [list(values) for values in self._memory_place.tabs[key]]
            # From the bottom up, so that the rows above keep their numbers.
            for row in reversed(placed):
                held = grid[row.like.number - 1]
                content = {column: held[column] for column in row.kept if column < len(held)}
                content.update(row.values)
                width = max(content, default=-1) + 1
                values = [content.get(column) for column in range(width)]
                self._move_rows(key, row.behind.number + 1, 1)
                self._memory_place.tabs[key].insert(row.behind.number, values)
                outcomes[row.entry.id] = Outcome(State.WRITTEN)

    def _move_rows(self, tab: str, first: int, by: int) -> None:
        """Move what is kept by row number along with the rows from `first` on."""

        def moved(number: int) -> int:
            return number + by if number >= first else number

        place = self._memory_place
        place.notes = {
            (name, moved(row) if name == tab else row, column): text
            for (name, row, column), text in place.notes.items()
        }
        place.comments = [
            each.in_row(moved(each.row)) if each.tab == tab else each for each in place.comments
        ]
        place.locked = {
            (name, moved(row) if name == tab else row, column) for name, row, column in place.locked
        }
        place.covered = {
            (name, moved(row) if name == tab else row, column)
            for name, row, column in place.covered
        }

    def _take_row(self, entry: TakenRow, refs: Iterable[RowRef]) -> Outcome:
        table = self._table(entry.table_key)
        verdict = taken_verdict(entry, table, RowFinder(table, refs))
        if isinstance(verdict, Outcome):
            return verdict
        del self._memory_place.tabs[entry.table_key][verdict.number - 1]
        self._move_rows(entry.table_key, verdict.number + 1, -1)
        return Outcome(State.WRITTEN)

    def _copy_tab(self, entry: CopiedTab) -> Outcome:
        name = entry.name
        verdict = tab_verdict(entry, self._table(name) if name in self._memory_place.tabs else None)
        copy = copied_table(entry, self._table(entry.table_key))
        if verdict is not None or copy is None:
            return verdict or Outcome(State.CONFLICT, "a row of it is gone or was changed")
        self._memory_place.tabs[name] = [
            [
                Formula(text_of(value)) if row.mark(column) & FORMULA else value
                for column, value in enumerate(row.values)
            ]
            for row in copy.rows
        ]
        return Outcome(State.WRITTEN)

    def _remove_tab(self, entry: RemovedTab) -> Outcome:
        is_there = entry.name in self._memory_place.tabs
        verdict = tab_verdict(entry, self._table(entry.name) if is_there else None)
        if verdict is None:
            del self._memory_place.tabs[entry.name]
        return verdict or Outcome(State.WRITTEN)

    def _noted(self, note: NoteWrite, *, is_unmoved: bool) -> dict[str, Outcome]:
        if self._memory_place.broken_notes:
            raise SourceError("notes do not answer", hint="Try again later.")
        if note.kind == "comment":
            return {note.id: self._commented(note, is_unmoved=is_unmoved)}
        return {note.id: self._note(note, is_unmoved=is_unmoved)}

    def _commented(self, note: NoteWrite, *, is_unmoved: bool) -> Outcome:
        finder = RowFinder(self._table(note.table_key))
        row = finder.find(note.row) or (finder.in_place(note.row) if is_unmoved else None)
        if row is None:
            return Outcome(State.CONFLICT, NO_ROW)
        cell = (note.table_key, row.number, note.column)
        return carry_out(self._memory_place.comments, note, cell, puts_back=self._puts_back)

    def _note(self, note: NoteWrite, *, is_unmoved: bool) -> Outcome:
        finder = RowFinder(self._table(note.table_key))
        row = finder.find(note.row) or (finder.in_place(note.row) if is_unmoved else None)
        if row is None:
            return Outcome(State.CONFLICT, NO_ROW)
        cell_key = (note.table_key, row.number, note.column)
        now = self._memory_place.notes.get(cell_key)
        if now == note.text:
            return Outcome(State.UNCHANGED)
        if now is not None and now != note.before:
            return Outcome(State.CONFLICT, "there is somebody's own note here")
        if note.text is None:
            del self._memory_place.notes[cell_key]
        else:
            self._memory_place.notes[cell_key] = note.text
        return Outcome(State.WRITTEN)

    def _append(self, entry: HistoryWrite) -> Outcome:
        rows = self._memory_place.histories.setdefault(entry.place, [entry.columns])
        if entry.is_removal:
            kept_rows, missing = without_lines(rows, entry.lines)
            if missing:
                return Outcome(State.CONFLICT, f"{missing} of its lines are no longer there")
            self._memory_place.histories[entry.place] = kept_rows
            if kept_rows == [entry.columns]:
                del self._memory_place.histories[entry.place]
            return Outcome(State.WRITTEN)
        lines = missing_lines(rows, entry)
        rows.extend(lines)
        return Outcome(State.WRITTEN if lines else State.UNCHANGED)

    def _summarise(self, entry: SummaryWrite) -> Outcome:
        place = entry.full_name
        summaries: dict[str, Any] = (
            self._memory_place.reviews if entry.is_review else self._memory_place.summaries
        )
        rows, over = self._typed_rows(place), self._typed_over(place)
        is_used = rows or over or self._memory_place.rooms.get(place)
        if entry.is_review and entry.summary is None and is_used:
            return Outcome(State.CONFLICT, "people wrote into the review; it stays")
        if entry.cycle is None and place in self._memory_place.tabs:
            return Outcome(State.CONFLICT, "a tab of somebody's has that name")
        if summaries.get(place) == entry.summary and not (entry.is_review and (rows or over)):
            return Outcome(State.UNCHANGED)
        if entry.summary is None:
            del summaries[place]
            return Outcome(State.WRITTEN)
        summaries[place] = entry.summary
        if not entry.is_review or not (rows or over):
            return Outcome(State.WRITTEN)
        self._memory_place.rooms.setdefault(place, [])[:0] = rows
        said = ", ".join(map(repr, [*rows, *over]))
        rows.clear()
        over.clear()
        return Outcome(State.WRITTEN, f"people's words are moved or replaced: {said}")

    def _typed_rows(self, place: str) -> list[str]:
        return self._memory_place.typed_rows.setdefault(place, [])

    def _typed_over(self, place: str) -> list[str]:
        return self._memory_place.typed_over.setdefault(place, [])

    def _put(self, tab: str, number: int, column: int, value: CellValue) -> None:
        row = self._memory_place.tabs[tab][number - 1]
        row.extend([None] * (column + 1 - len(row)))
        row[column] = value
