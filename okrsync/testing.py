"""For connector authors: a place in memory, and the suite every connector has to pass.

To try a connector of your own, subclass `ConnectorContract` in a test module and hand it a bench:

    class TestMine(ConnectorContract):
        @pytest.fixture
        def bench(self, tmp_path):
            return MyBench(tmp_path)

A `Bench` is the far side as a person sees it: it can be filled, looked at and edited while the connector is at work. What a connector cannot
do it says in `abilities`; the tests for that are then skipped, aloud.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from okrsync.connector import (
    Ability,
    Batch,
    CellWrite,
    Connector,
    Context,
    Finding,
    Looks,
    Misfit,
    NewColumn,
    NoteWrite,
    Outcome,
    Receipt,
    RemovedColumn,
    Settings,
    State,
    SummaryWrite,
)
from okrsync.errors import LostAnswer, SourceChanged, SourceError
from okrsync.model import Status
from okrsync.summary import Headline, Summary
from okrsync.table import (
    FORMULA,
    CellValue,
    ColumnRef,
    Row,
    RowFinder,
    RowRef,
    Snapshot,
    Table,
    find_column,
    is_blank,
    same_value,
)

__all__ = ["Bench", "ConnectorContract", "MemoryBench", "MemoryConnector", "MemoryPlace", "context_for"]

Grid = list[list[CellValue]]


def context_for(base: Path, source: str = "team") -> Context:
    """A context as okrsync would give it, with a memory of its own."""
    return Context(source, base, ZoneInfo("UTC"), lambda: datetime.now(UTC))


class Bench(ABC):
    """The far side of a connector under test: one table named `tab`, filled and edited as people do."""

    tab = "Q4"

    @abstractmethod
    def fill(self, rows: Grid) -> None:
        """Make the table hold these rows and nothing else."""

    @abstractmethod
    def connector(self) -> Connector[Settings]:
        """A fresh connector to the place."""

    @abstractmethod
    def grid(self) -> Grid:
        """What stands in the table now, as a person sees it; empty cells are None."""

    def put_formula(self, row: int, column: int) -> bool:
        """Put a formula into a cell (row from 1, column from 0). False where the place knows no formulas."""
        return False


@dataclass
class MemoryPlace:
    """A place in memory: tabs of rows, with formulas, notes and a summary, and a moment at which somebody edits or something fails."""

    tabs: dict[str, Grid] = field(default_factory=dict)
    formulas: set[tuple[str, int, int]] = field(default_factory=set)
    notes: dict[tuple[str, int, int], str] = field(default_factory=dict)
    summaries: dict[str, Summary] = field(default_factory=dict)
    reads: int = 0
    writes: int = 0
    before_write: Callable[[], None] | None = None
    """Called once, right before the next write looks at the place: a person who is faster."""
    fail: str | None = None
    """`before` or `after` lets the next write fail, without or with effect."""
    unreadable: bool = False


class MemorySettings(Settings):
    """A memory place is handed over, not configured."""


class MemoryConnector(Connector[MemorySettings]):
    """A connector to a `MemoryPlace`. Honest: it looks for each row at the moment of writing, as the contract asks."""

    name = "memory"
    about = "tabs in memory, for tests"
    settings_type = MemorySettings

    def __init__(self, at: MemoryPlace, context: Context) -> None:
        super().__init__(MemorySettings(), context)
        self._at = at

    @property
    def place(self) -> str:
        return f"memory:{id(self._at)}"

    def check(self) -> Iterator[Finding]:
        yield Finding(True, f"{len(self._at.tabs)} tabs in memory")

    def read(self) -> Snapshot:
        self._at.reads += 1
        self.calls.read += 1
        if self._at.unreadable:
            raise SourceError("the place does not answer", hint="Try again later.")
        tables = tuple(self._table(name) for name in self._at.tabs)
        return Snapshot(self.context.source, tables, repr(self._at.tabs), self.context.now())

    def fit(self, table: Table, column: int | None, looks: Looks, value: CellValue) -> CellValue | Misfit:
        return value

    def shows(self, place: str, summary: Summary) -> bool:
        return self._at.summaries.get(place) == summary

    def write(self, batch: Batch) -> Receipt:
        if self._at.before_write is not None:
            meanwhile, self._at.before_write = self._at.before_write, None
            meanwhile()
        failing, self._at.fail = self._at.fail, None
        if failing == "before":
            raise SourceError("the connection broke", hint="Try again later.")
        outcomes: dict[str, Outcome] = {}
        made: dict[tuple[str, str], int] = {}
        for column in batch.new_columns:
            outcomes[column.id] = self._make_column(column, made)
        for cell in batch.cells:
            outcomes[cell.id] = self._set(cell, made)
        for removed in batch.removed_columns:
            outcomes[removed.id] = self._remove_column(removed)
        for note in batch.notes:
            outcomes[note.id] = self._note(note)
        if batch.summary is not None:
            outcomes[batch.summary.id] = self._summarise(batch.summary)
        if any(outcome.state is State.WRITTEN for outcome in outcomes.values()):
            self._at.writes += 1
            self.calls.write += 1
        if failing == "after":
            raise LostAnswer("the answer was lost", hint="The next run looks.")
        return Receipt(outcomes)

    def _table(self, name: str) -> Table:
        rows = []
        for number, values in enumerate(self._at.tabs[name], start=1):
            marks = bytes(FORMULA * ((name, number, column) in self._at.formulas) for column in range(len(values)))
            rows.append(Row(number, tuple(values), None, marks))
        return Table(name, name, tuple(rows))

    def _make_column(self, entry: NewColumn, made: dict[tuple[str, str], int]) -> Outcome:
        if entry.table_key not in self._at.tabs:
            return Outcome(State.CONFLICT, "its tab is gone")
        grid = self._at.tabs[entry.table_key]
        there = find_column(self._table(entry.table_key), ColumnRef(None, entry.header, entry.header_row))
        if there is not None:
            made[entry.table_key, entry.header] = there
            return Outcome(State.UNCHANGED)
        if entry.header_row is None or entry.header_row > len(grid):
            return Outcome(State.CONFLICT, "the header row is gone")
        column = max(len(row) for row in grid)
        self._put(entry.table_key, entry.header_row, column, entry.header)
        made[entry.table_key, entry.header] = column
        return Outcome(State.WRITTEN)

    def _set(self, cell: CellWrite, made: dict[tuple[str, str], int]) -> Outcome:
        if cell.table_key not in self._at.tabs:
            return Outcome(State.CONFLICT, "its tab is gone")
        table = self._table(cell.table_key)
        row = _the_row(table, cell.row)
        if row is None:
            return Outcome(State.CONFLICT, "the row is gone, or can no longer be told from another")
        column = (
            made.get((cell.table_key, cell.column.header))
            if cell.column.index is None
            else find_column(table, cell.column)
        )
        if column is None:
            return Outcome(State.CONFLICT, "the column is gone")
        now, at = row.value(column), str(table.ref(row, column))
        if same_value(now, cell.after):
            return Outcome(State.UNCHANGED, None, at)
        if row.mark(column) & FORMULA:
            return Outcome(State.SKIPPED, "a formula stands here")
        if not same_value(now, cell.before):
            return Outcome(State.CONFLICT, f"it says {now!r} now", at)
        self._put(cell.table_key, row.number, column, cell.after)
        return Outcome(State.WRITTEN, None, at)

    def _remove_column(self, entry: RemovedColumn) -> Outcome:
        table = self._table(entry.table_key) if entry.table_key in self._at.tabs else None
        column = find_column(table, entry.column) if table is not None else None
        if table is None or column is None:
            return Outcome(State.UNCHANGED, "it is gone already")
        header_row = entry.column.header_row or 1
        if any(not is_blank(row.value(column)) for row in table.rows if row.number > header_row):
            return Outcome(State.CONFLICT, "the column is in use")
        for values in self._at.tabs[entry.table_key]:
            if column < len(values):
                del values[column]
        return Outcome(State.WRITTEN)

    def _note(self, note: NoteWrite) -> Outcome:
        table = self._table(note.table_key)
        row = _the_row(table, note.row)
        if row is None:
            return Outcome(State.CONFLICT, "the row is gone")
        place = (note.table_key, row.number, note.column)
        if self._at.notes.get(place) == note.text:
            return Outcome(State.UNCHANGED)
        if note.text is None:
            self._at.notes.pop(place, None)
        else:
            self._at.notes[place] = note.text
        return Outcome(State.WRITTEN)

    def _summarise(self, wanted: SummaryWrite) -> Outcome:
        if self._at.summaries.get(wanted.place) == wanted.summary:
            return Outcome(State.UNCHANGED)
        if wanted.summary is None:
            self._at.summaries.pop(wanted.place, None)
        else:
            self._at.summaries[wanted.place] = wanted.summary
        return Outcome(State.WRITTEN)

    def _put(self, tab: str, number: int, column: int, value: CellValue) -> None:
        row = self._at.tabs[tab][number - 1]
        row.extend([None] * (column + 1 - len(row)))
        row[column] = value


def _the_row(table: Table, ref: RowRef) -> Row | None:
    """The meant row now: the one that matches, or, among rows that are alike, the one that has not moved."""
    found = RowFinder(table.rows).find(ref)
    if found is not None:
        return found
    there = next((row for row in table.rows if row.number == ref.number), None)
    return there if there is not None and ref.matches(there) else None


class MemoryBench(Bench):
    """A bench over a `MemoryPlace`."""

    def __init__(self, base: Path) -> None:
        self.at = MemoryPlace()
        self._base = base

    def fill(self, rows: Grid) -> None:
        self.at.tabs[self.tab] = [list(row) for row in rows]

    def connector(self) -> Connector[Settings]:
        return MemoryConnector(self.at, context_for(self._base))

    def grid(self) -> Grid:
        return _trimmed(self.at.tabs[self.tab])

    def put_formula(self, row: int, column: int) -> bool:
        self.at.formulas.add((self.tab, row, column))
        return True


def _trimmed(rows: Sequence[Sequence[CellValue]]) -> Grid:
    """Rows without the empty cells at their ends, and without the empty rows at the end."""
    grid = []
    for row in rows:
        values = [None if is_blank(value) else value for value in row]
        while values and values[-1] is None:
            values.pop()
        grid.append(values)
    while grid and not grid[-1]:
        grid.pop()
    return grid


ROWS: Grid = [
    ["Objective", "Key result", "Progress"],
    ["Grow", "Sign-ups", None],
    ["Grow", "Revenue", None],
    ["Keep", "Churn", None],
]


class ConnectorContract:
    """What every connector promises; see the manual in `okrsync.connector`."""

    def opened(self, bench: Bench) -> tuple[Connector[Settings], Snapshot, Table]:
        """A connector that has read the filled table."""
        bench.fill([list(row) for row in ROWS])
        connector = bench.connector()
        snapshot = connector.read()
        return connector, snapshot, snapshot.tables[0]

    def cell(self, table: Table, number: int, after: CellValue, before: CellValue = None, id_: str = "c") -> CellWrite:
        """A write to the Progress column beside a key result, expecting what stands there."""
        row = table.rows[number - 1]
        ref = RowRef(number, row.anchor, ((1, row.value(1)),), row.label)
        return CellWrite(id_, table.key, ref, ColumnRef(2, "Progress", 1), before, after)

    def fitted(
        self, connector: Connector[Settings], table: Table, value: CellValue, looks: Looks = Looks.TEXT
    ) -> CellValue:
        """What a cell will hold once the value has been written."""
        fitted = connector.fit(table, 2, looks, value)
        assert not isinstance(fitted, Misfit), fitted.reason
        return fitted

    def test_reading_gives_what_people_see_and_changes_nothing(self, bench: Bench) -> None:
        connector, _, table = self.opened(bench)
        before = bench.grid()
        assert _trimmed([row.values for row in table.rows]) == before == _trimmed(ROWS)
        connector.read()
        assert bench.grid() == before
        assert connector.calls.write == 0

    def test_the_version_stays_while_nothing_changes(self, bench: Bench) -> None:
        connector, snapshot, _ = self.opened(bench)
        assert connector.read().version == snapshot.version

    def test_a_write_changes_its_cell_and_nothing_else(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        value = self.fitted(connector, table, "on its way")
        receipt = connector.write(Batch(snapshot, (self.cell(table, 3, value),)))
        assert receipt.outcomes["c"].state is State.WRITTEN
        expected = [list(row) for row in ROWS]
        expected[2][2] = value
        assert bench.grid() == _trimmed(expected)

    def test_what_fit_says_is_what_reading_gives_afterwards(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        from decimal import Decimal

        share = self.fitted(connector, table, Decimal("0.37"), Looks.SHARE)
        connector.write(Batch(snapshot, (replace(self.cell(table, 2, share), looks=Looks.SHARE),)))
        again = connector.read().tables[0]
        assert same_value(again.rows[1].value(2), share)

    def test_carrying_a_batch_out_twice_is_the_same_as_once(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        batch = Batch(snapshot, (self.cell(table, 2, self.fitted(connector, table, "done")),))
        connector.write(batch)
        grid, writes = bench.grid(), connector.calls.write
        fresh = bench.connector()
        receipt = fresh.write(replace(batch, snapshot=fresh.read()))
        assert receipt.outcomes["c"].state is State.UNCHANGED
        assert bench.grid() == grid
        assert (writes, fresh.calls.write) == (1, 0)

    def test_an_empty_batch_sends_nothing(self, bench: Bench) -> None:
        connector, snapshot, _ = self.opened(bench)
        assert connector.write(Batch(snapshot)).outcomes == {}
        assert connector.calls.write == 0

    def test_a_value_somebody_changed_is_left_alone(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        rows = [list(row) for row in ROWS]
        rows[1][2] = "typed meanwhile"
        bench.fill(rows)
        outcome = self.written_late(connector, Batch(snapshot, (self.cell(table, 2, "ours"),)))
        assert outcome in (None, State.CONFLICT)
        assert bench.grid() == _trimmed(rows)

    def test_a_row_that_moved_is_met_where_it_is_or_planned_again(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        value = self.fitted(connector, table, "ours")
        bench.fill([ROWS[0], ROWS[3], ["Grow", "Something new", None], ROWS[2], ROWS[1]])
        outcome = self.written_late(connector, Batch(snapshot, (self.cell(table, 2, value),)))
        beside = [row[1] for row in bench.grid()[1:] if len(row) > 2]
        assert (outcome, beside) in ((None, []), (State.WRITTEN, ["Sign-ups"]), (State.CONFLICT, []))

    def test_a_row_that_is_gone_is_nobodys(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        bench.fill([ROWS[0], ROWS[2], ROWS[3]])
        outcome = self.written_late(connector, Batch(snapshot, (self.cell(table, 2, "ours"),)))
        assert outcome in (None, State.CONFLICT)
        assert bench.grid() == _trimmed([ROWS[0], ROWS[2], ROWS[3]])

    def test_a_formula_is_never_replaced(self, bench: Bench) -> None:
        bench.fill([list(row) for row in ROWS])
        if not bench.put_formula(2, 2):
            import pytest

            pytest.skip("this place knows no formulas")
        connector = bench.connector()
        snapshot = connector.read()
        table = snapshot.tables[0]
        assert table.rows[1].mark(2) & FORMULA
        before = bench.grid()
        held = table.rows[1].value(2)
        receipt = connector.write(Batch(snapshot, (self.cell(table, 2, "ours", held),)))
        assert receipt.outcomes["c"].state in (State.SKIPPED, State.CONFLICT)
        assert bench.grid() == before

    def test_text_stays_text(self, bench: Bench) -> None:
        for text in ("=1+1", "+1", "-1", "@SUM(A1)", "'quoted", 'say "hello", twice'):
            connector, snapshot, table = self.opened(bench)
            value = self.fitted(connector, table, text)
            connector.write(Batch(snapshot, (self.cell(table, 2, value),)))
            again = connector.read().tables[0].rows[1]
            assert same_value(again.value(2), value)
            assert not again.mark(2) & FORMULA

    def test_a_new_column_stands_at_the_right_edge_and_is_made_once(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        self.needs(connector, Ability.CREATE_COLUMNS)
        column = NewColumn("n", table.key, "status", "Status", 1, Looks.TEXT)
        cell = replace(
            self.cell(table, 2, self.fitted(connector, table, "On track")), column=ColumnRef(None, "Status", 1)
        )
        receipt = connector.write(Batch(snapshot, (cell,), (column,)))
        assert {outcome.state for outcome in receipt.outcomes.values()} == {State.WRITTEN}
        assert bench.grid()[:2] == [[*ROWS[0], "Status"], ["Grow", "Sign-ups", None, "On track"]]
        fresh = bench.connector()
        fresh.write(Batch(fresh.read(), (cell,), (column,)))
        assert bench.grid()[0] == [*ROWS[0], "Status"]

    def test_a_column_is_removed_again_only_when_it_is_empty(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        self.needs(connector, Ability.CREATE_COLUMNS)
        column = NewColumn("n", table.key, "status", "Status", 1, Looks.TEXT)
        cell = replace(
            self.cell(table, 2, self.fitted(connector, table, "On track")), column=ColumnRef(None, "Status", 1)
        )
        connector.write(Batch(snapshot, (cell,), (column,)))
        removed = RemovedColumn("r", table.key, ColumnRef(3, "Status", 1))
        receipt = connector.write(Batch(connector.read(), removed_columns=(removed,)))
        assert receipt.outcomes["r"].state is State.CONFLICT
        emptied = replace(cell, column=ColumnRef(3, "Status", 1), before=cell.after, after=None)
        connector.write(Batch(connector.read(), (emptied,), removed_columns=(removed,)))
        assert bench.grid() == _trimmed(ROWS)

    def test_a_summary_is_made_left_alone_refreshed_and_removed(self, bench: Bench) -> None:
        connector, snapshot, _ = self.opened(bench)
        self.needs(connector, Ability.SUMMARY)
        place = "OKR summary"
        one = Summary("OKRs", "2026-Q4", (Headline("Progress", 0.58),), (), ((Status.ON_TRACK, 2),), (), (), ())
        two = replace(one, cycle="2027-Q1")
        assert not connector.shows(place, one)
        assert (
            connector.write(Batch(snapshot, summary=SummaryWrite("s", place, one))).outcomes["s"].state is State.WRITTEN
        )
        fresh = bench.connector()
        assert [table.name for table in fresh.read().tables] == [bench.tab]
        assert fresh.shows(place, one)
        assert not fresh.shows(place, two)
        assert (
            fresh.write(Batch(fresh.read(), summary=SummaryWrite("s", place, two, one))).outcomes["s"].state
            is State.WRITTEN
        )
        assert (
            fresh.write(Batch(fresh.read(), summary=SummaryWrite("s", place, None, two))).outcomes["s"].state
            is State.WRITTEN
        )
        assert bench.grid() == _trimmed(ROWS)

    def test_a_note_is_put_and_taken_back(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        self.needs(connector, Ability.NOTES)
        note = NoteWrite("n", table.key, self.cell(table, 2, None).row, 1, "No check-in since 2 Nov.")
        assert connector.write(Batch(snapshot, notes=(note,))).outcomes["n"].state is State.WRITTEN
        back = replace(note, text=None, before=note.text)
        assert connector.write(Batch(connector.read(), notes=(back,))).outcomes["n"].state is State.WRITTEN
        assert bench.grid() == _trimmed(ROWS)

    def test_checking_writes_nothing(self, bench: Bench) -> None:
        connector, _, _ = self.opened(bench)
        before = bench.grid()
        assert all(finding.ok is not False for finding in connector.check())
        assert bench.grid() == before
        assert connector.calls.write == 0

    def written_late(self, connector: Connector[Settings], batch: Batch) -> State | None:
        """What became of the cell `c` when the place moved since it was read; None where the connector asks to plan again."""
        try:
            return connector.write(batch).outcomes["c"].state
        except SourceChanged:
            return None

    def needs(self, connector: Connector[Settings], ability: Ability) -> None:
        """Skip, aloud, what the place cannot do."""
        if ability not in connector.abilities:
            import pytest

            pytest.skip(f"this place says it cannot do {ability.value}")
