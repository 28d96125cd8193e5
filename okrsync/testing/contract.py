"""The suite that every connector must pass; `okrsync.connector` describes the promises it tests."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from msgspec.structs import replace

from okrsync.connector import (
    Ability,
    Batch,
    Connector,
    Looks,
    NewColumn,
    NoteWrite,
    RemovedColumn,
    State,
    SummaryWrite,
)
from okrsync.connector.summary import Headline, Summary
from okrsync.model.errors import SourceError
from okrsync.model.okrs import Status
from okrsync.model.row_finder import twins_of
from okrsync.model.table import (
    FORMULA,
    LOCKED,
    CellValue,
    ColumnRef,
    same_value,
)
from okrsync.testing.bench import Bench, Grid, trimmed
from okrsync.testing.cases import ROWS
from okrsync.testing.clock import fake_time
from okrsync.testing.comment_contract import CommentContract
from okrsync.testing.history_contract import HistoryContract
from okrsync.testing.insertion_contract import InsertionContract
from okrsync.testing.review_contract import ReviewContract

__all__ = ["ConnectorContract"]

_BESIDE = 11
"""A column to the right of every summary, its charts' first one included."""


def _cell(grid: Grid, row: int, column: int) -> CellValue:
    """A cell of a grid, the row counted from 1; None beyond its edges."""
    values = grid[row - 1] if row <= len(grid) else []
    return values[column] if column < len(values) else None


class ConnectorContract(InsertionContract, HistoryContract, ReviewContract, CommentContract):
    """What every connector promises; see the manual in `okrsync.connector`."""

    def test_reading_gives_what_people_see_and_changes_nothing(self, bench: Bench) -> None:
        connector, _, table = self.opened(bench)
        before = bench.grid()
        # A database declares its columns; in a sheet the header is a row like any other.
        declared = [] if table.header is None else [table.header]
        assert trimmed([*declared, *(row.values for row in table.rows)]) == before == trimmed(ROWS)
        connector.read()
        assert bench.grid() == before
        assert connector.calls.write == 0

    def test_the_version_stays_while_nothing_changes(self, bench: Bench) -> None:
        connector, snapshot, _ = self.opened(bench)
        assert connector.read().version == snapshot.version

    def test_the_content_version_is_that_of_the_content(self, bench: Bench) -> None:
        _, snapshot, _ = self.opened(bench)
        again = bench.connector()
        if type(again).content_version is Connector.content_version:
            pytest.skip("only reading tells its version")
        assert again.read().version == snapshot.version
        # None where it cannot be told just now.
        assert bench.connector().content_version() in (None, snapshot.version)
        edited = [list(row) for row in ROWS]
        edited[1][0] = f"{edited[1][0]} and more"
        bench.fill(edited)
        fresh = bench.connector()
        assert fresh.content_version() != snapshot.version
        # Whoever asks first still reads what is there now.
        assert fresh.read().version == bench.connector().read().version != snapshot.version

    def test_what_a_write_says_it_left_is_what_is_read_then(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        value = self.fitted(connector, table, "on its way")
        receipt = connector.write(Batch(snapshot, (self.cell(table, 3, value),)))
        if receipt.after is None:
            pytest.skip("it does not say what it left")
        read = bench.connector().read()
        assert receipt.after == replace(read, read_at=receipt.after.read_at)

    def test_a_write_changes_its_cell_and_nothing_else(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        value = self.fitted(connector, table, "on its way")
        receipt = connector.write(Batch(snapshot, (self.cell(table, 3, value),)))
        assert receipt.outcomes["c"].state is State.WRITTEN
        expected = [list(row) for row in ROWS]
        expected[2][2] = value
        assert bench.grid() == trimmed(expected)

    def test_what_fit_says_is_what_reading_gives_afterwards(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        share = self.fitted(connector, table, Decimal("0.37"), Looks.SHARE)
        connector.write(
            Batch(snapshot, (dataclasses.replace(self.cell(table, 2, share), looks=Looks.SHARE),))
        )
        again = connector.read().tables[0]
        assert same_value(self.progress(again, 2), share)

    def test_carrying_a_batch_out_twice_is_the_same_as_once(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        batch = Batch(snapshot, (self.cell(table, 2, self.fitted(connector, table, "done")),))
        connector.write(batch)
        grid, writes = bench.grid(), connector.calls.write
        fresh = bench.connector()
        receipt = fresh.write(dataclasses.replace(batch, snapshot=fresh.read()))
        assert receipt.outcomes["c"].state is State.UNCHANGED
        assert bench.grid() == grid
        # Otherwise a connector that does not count its calls would pass the next line.
        assert writes >= 1
        assert fresh.calls.write == 0

    def test_asking_what_would_be_sent_changes_nothing(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        batch = Batch(snapshot, (self.cell(table, 2, self.fitted(connector, table, "done")),))
        before, memory = bench.grid(), dict(connector.context.memory)
        requests = connector.requests(batch)
        if requests is None:
            pytest.skip("cannot tell what it would send")
        previewed = len(list(requests))
        assert previewed >= 1
        assert (bench.grid(), connector.calls.write, dict(connector.context.memory)) == (
            before,
            0,
            memory,
        )
        assert connector.write(batch).outcomes["c"].state is State.WRITTEN
        assert connector.calls.write == previewed

    def test_an_empty_batch_sends_nothing(self, bench: Bench) -> None:
        connector, snapshot, _ = self.opened(bench)
        assert connector.write(Batch(snapshot)).outcomes == {}
        assert connector.calls.write == 0

    def test_a_receipt_tells_of_each_entry_and_of_nothing_else(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        value = self.fitted(connector, table, "On track")
        cells = [
            self.cell(table, 2, value, id_="written"),
            self.cell(table, 3, value, before="what nobody typed", id_="conflict"),
        ]
        columns = []
        if Ability.CREATE_COLUMNS in connector.abilities:
            header_row = None if table.header is not None else 1
            columns.append(NewColumn("made", table.key, "note", "Note", header_row, Looks.TEXT))
        batch = Batch(snapshot, tuple(cells), tuple(columns))
        assert set(connector.write(batch).outcomes) == {entry.id for entry in batch.entries}

    def test_a_value_somebody_changed_is_left_alone(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        rows = [list(row) for row in ROWS]
        rows[1][2] = "typed meanwhile"
        bench.fill(rows)
        outcome = self.written_late(connector, Batch(snapshot, (self.cell(table, 2, "ours"),)))
        assert outcome in (None, State.CONFLICT)
        assert bench.grid() == trimmed(rows)

    def test_a_row_that_moved_is_met_where_it_is_or_planned_again(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        value = self.fitted(connector, table, "ours")
        bench.fill([ROWS[0], ROWS[3], ["Grow", "Something new", None], ROWS[2], ROWS[1]])
        outcome = self.written_late(connector, Batch(snapshot, (self.cell(table, 2, value),)))
        beside = [row[1] for row in bench.grid()[1:] if len(row) > 2]
        # A connector may follow the row, ask to plan again or report a conflict; only the wrong row
        # is wrong.
        assert (outcome, beside) in (
            (None, []),
            (State.WRITTEN, ["Sign-ups"]),
            (State.CONFLICT, []),
        )

    def test_a_row_that_is_gone_is_nobodys(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        bench.fill([ROWS[0], ROWS[2], ROWS[3]])
        outcome = self.written_late(connector, Batch(snapshot, (self.cell(table, 2, "ours"),)))
        assert outcome in (None, State.CONFLICT)
        assert bench.grid() == trimmed([ROWS[0], ROWS[2], ROWS[3]])

    def test_rows_that_read_alike_are_told_apart_by_their_place(self, bench: Bench) -> None:
        rows: Grid = [ROWS[0], ROWS[1], ROWS[1], ROWS[3]]
        bench.fill([list(row) for row in rows])
        connector = bench.connector()
        snapshot = connector.read()
        table = snapshot.tables[0]
        people = [self.column(table, name) for name in ("Objective", "Key result")]
        twins = twins_of([self.row(table, number) for number in (2, 3)], people)
        values = {
            number: self.fitted(connector, table, text) for number, text in ((2, "one"), (3, "two"))
        }
        cells = []
        for number, value in values.items():
            cell = self.cell(table, number, value, id_=f"c{number}")
            ref = replace(cell.row, twins=twins[self.row(table, number).number])
            cells.append(dataclasses.replace(cell, row=ref))
        receipt = connector.write(Batch(snapshot, tuple(cells)))
        assert {outcome.state for outcome in receipt.outcomes.values()} == {State.WRITTEN}
        assert [row[2:] for row in bench.grid()[1:]] == [[values[2]], [values[3]], []]
        again = bench.connector()
        receipt = again.write(Batch(again.read(), tuple(cells)))
        assert {outcome.state for outcome in receipt.outcomes.values()} == {State.UNCHANGED}
        # In a database rows have no position; its own ids tell them apart.
        if not bench.orders_rows:
            return
        moved: Grid = [ROWS[0], ROWS[3], ROWS[1], ROWS[1]]
        bench.fill([list(row) for row in moved])
        late = bench.connector()
        receipt = late.write(Batch(late.read(), tuple(cells)))
        assert {outcome.state for outcome in receipt.outcomes.values()} == {State.CONFLICT}
        assert bench.grid() == trimmed(moved)

    def test_a_formula_is_never_replaced(self, bench: Bench) -> None:
        bench.fill([list(row) for row in ROWS])
        if not bench.put_formula(2, 2):
            pytest.skip("this place knows no formulas")
        connector = bench.connector()
        snapshot = connector.read()
        table = snapshot.tables[0]
        assert self.row(table, 2).mark(self.index_of(table, "Progress")) & FORMULA
        before = bench.grid()
        held = self.progress(table, 2)
        receipt = connector.write(Batch(snapshot, (self.cell(table, 2, "ours", held),)))
        # A service may calculate the formula anew before the write, and then the value differs.
        assert receipt.outcomes["c"].state in (State.SKIPPED, State.CONFLICT)
        assert bench.grid() == before

    def test_a_protected_cell_is_marked_for_the_plan_and_skipped(self, bench: Bench) -> None:
        bench.fill([list(row) for row in ROWS])
        if not bench.protect(2, 2):
            pytest.skip("this place knows no protections")
        connector = bench.connector()
        snapshot = connector.read()
        table = snapshot.tables[0]
        marks = [
            self.row(table, number).mark(self.index_of(table, "Progress")) for number in (2, 3)
        ]
        assert [mark & LOCKED for mark in marks] == [LOCKED, 0]
        before = bench.everything()
        value = self.fitted(connector, table, "ours")
        receipt = connector.write(Batch(snapshot, (self.cell(table, 2, value),)))
        assert receipt.outcomes["c"].state is State.SKIPPED
        assert "protect" in (receipt.outcomes["c"].reason or "")
        assert (bench.everything(), connector.calls.write) == (before, 0)

    def test_text_stays_text(self, bench: Bench) -> None:
        # Each of these is run or rewritten by some spreadsheet: formulas, signs, and a leading
        # quote.
        for text in ("=1+1", "+1", "-1", "@SUM(A1)", "'quoted", 'say "hello", twice'):
            connector, snapshot, table = self.opened(bench)
            value = self.fitted(connector, table, text)
            connector.write(Batch(snapshot, (self.cell(table, 2, value),)))
            again = connector.read().tables[0]
            assert same_value(self.progress(again, 2), value)
            assert not self.row(again, 2).mark(self.index_of(again, "Progress")) & FORMULA

    def test_a_new_column_stands_at_the_right_edge_and_is_made_once(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        self.needs(connector, Ability.CREATE_COLUMNS)
        header_row = None if table.header is not None else 1
        column = NewColumn("n", table.key, "status", "Status", header_row, Looks.TEXT)
        cell = dataclasses.replace(
            self.cell(table, 2, self.fitted(connector, table, "On track")),
            column=ColumnRef(None, "Status", header_row),
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
        header_row = None if table.header is not None else 1
        column = NewColumn("n", table.key, "status", "Status", header_row, Looks.TEXT)
        cell = dataclasses.replace(
            self.cell(table, 2, self.fitted(connector, table, "On track")),
            column=ColumnRef(None, "Status", header_row),
        )
        connector.write(Batch(snapshot, (cell,), (column,)))
        removed = RemovedColumn("r", table.key, ColumnRef(3, "Status", header_row))
        receipt = connector.write(Batch(connector.read(), removed_columns=(removed,)))
        assert receipt.outcomes["r"].state is State.CONFLICT
        emptied = dataclasses.replace(
            cell, column=ColumnRef(3, "Status", header_row), before=cell.after, after=None
        )
        connector.write(Batch(connector.read(), (emptied,), removed_columns=(removed,)))
        assert bench.grid() == trimmed(ROWS)

    def test_a_summary_is_made_left_alone_refreshed_and_removed(self, bench: Bench) -> None:
        connector, snapshot, _ = self.opened(bench)
        self.needs(connector, Ability.SUMMARY)
        summary_place = bench.summary_place
        first = Summary(
            "OKRs",
            "2026-Q4",
            (Headline("Progress", 0.58),),
            (),
            ((Status.ON_TRACK, 2),),
            (),
            (),
            (),
        )
        second = dataclasses.replace(first, cycle="2027-Q1")
        assert not connector.shows(summary_place, first)
        assert (
            connector.write(Batch(snapshot, summary=SummaryWrite("s", summary_place, first)))
            .outcomes["s"]
            .state
            is State.WRITTEN
        )
        fresh = bench.connector()
        assert [table.name for table in fresh.read().tables] == [bench.tab]
        assert fresh.shows(summary_place, first)
        assert not fresh.shows(summary_place, second)
        assert (
            fresh.write(
                Batch(fresh.read(), summary=SummaryWrite("s", summary_place, second, first))
            )
            .outcomes["s"]
            .state
            is State.WRITTEN
        )
        assert (
            fresh.write(Batch(fresh.read(), summary=SummaryWrite("s", summary_place, None, second)))
            .outcomes["s"]
            .state
            is State.WRITTEN
        )
        assert bench.grid() == trimmed(ROWS)

    def test_the_last_summary_of_a_cycle_stands_beside_that_of_the_running_one(
        self, bench: Bench
    ) -> None:
        connector, snapshot, _ = self.opened(bench)
        self.needs(connector, Ability.CLOSED_SUMMARIES)
        place = bench.summary_place
        running = Summary("OKRs", "2027-Q1", (Headline("Progress", 0.1),), (), (), (), (), ())
        last = dataclasses.replace(
            running, cycle="2026-Q4", headlines=(Headline("Progress", 0.58),)
        )
        corrected = dataclasses.replace(last, headlines=(Headline("Progress", 0.62),))

        def written(*, cycle: str | None, summary: Summary | None, before: Summary | None) -> State:
            fresh = bench.connector()
            entry = SummaryWrite("s", place, summary, before, cycle)
            batch = Batch(fresh.read())
            wanted = (
                dataclasses.replace(batch, summary=entry)
                if cycle is None
                else dataclasses.replace(batch, closed_summary=entry)
            )
            return fresh.write(wanted).outcomes["s"].state

        assert not connector.shows_closed(place, "2026-Q4", last)
        both = Batch(
            snapshot,
            summary=SummaryWrite("running", place, running),
            closed_summary=SummaryWrite("last", place, last, None, "2026-Q4"),
        )
        outcomes = connector.write(both).outcomes
        assert {id_: outcome.state for id_, outcome in outcomes.items()} == {
            "running": State.WRITTEN,
            "last": State.WRITTEN,
        }
        fresh = bench.connector()
        assert [table.name for table in fresh.read().tables] == [bench.tab]
        assert fresh.shows(place, running)
        assert fresh.shows_closed(place, "2026-Q4", last)
        assert written(cycle="2026-Q4", summary=last, before=last) is State.UNCHANGED
        assert written(cycle="2026-Q4", summary=corrected, before=last) is State.WRITTEN
        fresh = bench.connector()
        fresh.read()
        assert fresh.shows(place, running)
        assert fresh.shows_closed(place, "2026-Q4", corrected)
        assert not fresh.shows_closed(place, "2026-Q3", corrected)
        assert written(cycle="2026-Q4", summary=None, before=corrected) is State.WRITTEN
        fresh = bench.connector()
        fresh.read()
        assert fresh.shows(place, running)
        assert not fresh.shows_closed(place, "2026-Q4", corrected)

    def test_a_summary_whose_name_people_have_taken_gets_the_next_free_one(
        self, bench: Bench
    ) -> None:
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.CLOSED_SUMMARIES)
        place = bench.summary_place
        if not bench.put_tab(f"{place} 2026-Q4", [["Ours"]]):
            pytest.skip("this place has no tabs of people's")
        last = Summary("OKRs", "2026-Q4", (Headline("Progress", 0.58),), (), (), (), (), ())
        entry = SummaryWrite("s", place, last, None, "2026-Q4")
        fresh = bench.connector()
        receipt = fresh.write(Batch(fresh.read(), closed_summary=entry))
        assert receipt.outcomes["s"].state is State.WRITTEN
        again = bench.connector()
        names = [table.name for table in again.read().tables]
        assert sorted(names) == sorted([bench.tab, f"{place} 2026-Q4"])
        assert again.shows_closed(place, "2026-Q4", last)

    def test_a_summary_grows_and_shrinks_by_cells_beside_what_people_type(
        self, bench: Bench
    ) -> None:
        """What stands beside the managed block keeps its address. What stands below it moves down
        when it grows and stays when it shrinks; putting the run back puts it back as well.
        """
        connector, snapshot, _ = self.opened(bench)
        self.needs(connector, Ability.SUMMARY)
        summary_place = bench.summary_place
        small = Summary("OKRs", "2026-Q4", (Headline("Progress", 0.58),), (), (), (), (), ())
        large = dataclasses.replace(
            small, notices=tuple(f"Notice {number}" for number in range(1, 31))
        )
        connector.write(Batch(snapshot, summary=SummaryWrite("s", summary_place, small)))
        height = len(bench.summary_grid())
        beside, below = (height, _BESIDE), (height + 2, 0)
        if not bench.type_on_summary(*beside, "beside"):
            pytest.skip("this place keeps no summary in a tab")
        bench.type_on_summary(*below, "below")
        before = bench.summary_grid()

        def refreshed(wanted: Summary, standing: Summary, *, puts_back: bool = False) -> Grid:
            fresh = bench.connector()
            entry = SummaryWrite("s", summary_place, wanted, standing)
            outcome = fresh.write(Batch(fresh.read(), summary=entry, puts_back=puts_back))
            assert outcome.outcomes["s"].state is State.WRITTEN
            fresh.read()
            assert fresh.shows(summary_place, wanted)
            return bench.summary_grid()

        grown = refreshed(large, small)
        more = len(grown) - len(before)
        assert more > 0
        assert _cell(grown, *beside) == "beside"
        assert _cell(grown, below[0] + more, 0) == "below"
        assert refreshed(small, large, puts_back=True) == before
        grown = refreshed(large, small)
        shrunk = refreshed(small, large)
        assert _cell(shrunk, *beside) == "beside"
        assert _cell(shrunk, below[0] + more, 0) == "below"
        assert len([row for row in shrunk if row]) == len([row for row in before if row])
        assert refreshed(large, small, puts_back=True) == grown

    def test_a_summary_that_somebody_protected_is_left_and_nothing_is_sent(
        self, bench: Bench
    ) -> None:
        connector, snapshot, _ = self.opened(bench)
        self.needs(connector, Ability.SUMMARY)
        first = Summary("OKRs", "2026-Q4", (Headline("Progress", 0.58),), (), (), (), (), ())
        second = dataclasses.replace(first, cycle="2027-Q1")
        connector.write(Batch(snapshot, summary=SummaryWrite("s", bench.summary_place, first)))
        if not bench.protect_place(bench.summary_place):
            pytest.skip("this place keeps no summary in a tab that can be protected")
        fresh = bench.connector()
        wanted = SummaryWrite("s", bench.summary_place, second, first)
        batch = Batch(fresh.read(), summary=wanted)
        assert "protected" in (fresh.obstacle(wanted) or "")
        outcome = fresh.write(batch).outcomes["s"]
        assert (outcome.state, "protected" in (outcome.reason or "")) == (State.SKIPPED, True)
        assert fresh.calls.write == 0
        assert fresh.shows(bench.summary_place, first)

    def test_a_note_is_put_and_taken_back(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        self.needs(connector, Ability.NOTES)
        note = NoteWrite(
            "n",
            table.key,
            self.cell(table, 2, None).row,
            self.index_of(table, "Key result"),
            "No check-in since 2 Nov.",
        )
        assert connector.write(Batch(snapshot, notes=(note,))).outcomes["n"].state is State.WRITTEN
        back = dataclasses.replace(note, text=None, before=note.text)
        assert (
            connector.write(Batch(connector.read(), notes=(back,))).outcomes["n"].state
            is State.WRITTEN
        )
        assert bench.grid() == trimmed(ROWS)

    def test_a_note_that_fails_for_good_costs_itself(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        self.needs(connector, Ability.NOTES)
        value = self.fitted(connector, table, "on its way")
        cell = self.cell(table, 2, value)
        column = self.index_of(table, "Key result")
        note = NoteWrite("n", table.key, cell.row, column, "No check-in.", kind="comment")
        if not bench.break_notes():
            pytest.skip("notes cannot fail here")
        with fake_time():
            receipt = connector.write(Batch(snapshot, (cell,), notes=(note,)))
        outcomes = receipt.outcomes
        assert (outcomes["c"].state, outcomes["n"].state) == (State.WRITTEN, State.FAILED)
        assert outcomes["n"].reason
        assert self.progress(connector.read().tables[0], 2) == value

    def test_a_burst_of_refusals_is_one_lesson_and_the_pace_recovers(self, bench: Bench) -> None:
        bench.fill([list(row) for row in ROWS])
        with fake_time() as clock, ThreadPoolExecutor(8) as threads:
            connectors = [bench.connector() for _ in range(8)]
            self.slowest(connectors[0])
            if not bench.refuse(8, at_once=True):
                pytest.skip("this place refuses nobody")
            read = list(threads.map(lambda connector: connector.read(), connectors))
            assert len({len(snapshot.tables[0].rows) for snapshot in read}) == 1
            # Eight refusals, each repeated once, and together they halve the pace only once.
            assert sum(connector.calls.retries for connector in connectors) == 8
            assert self.slowest(connectors[0]) == 0.5
            # Far more than the recovery takes, so that the test does not depend on its rate.
            clock.go(3600)
            connectors[0].read()
            assert self.slowest(connectors[0]) == 1

    def test_a_wait_beyond_what_the_config_puts_up_with_is_said_at_once(self, bench: Bench) -> None:
        bench.fill([list(row) for row in ROWS])
        with fake_time() as clock:
            connector = bench.connector()
            self.slowest(connector)
            if not bench.refuse(10**6, retry_after=3600):
                pytest.skip("this place refuses nobody")
            begun = clock.now()
            with pytest.raises(SourceError, match="3600 s, and `give_up_seconds` is"):
                connector.read()
            assert (clock.now() - begun, connector.calls.read) == (0, 1)

    def test_trouble_that_lasts_ends_within_the_time_for_it(self, bench: Bench) -> None:
        bench.fill([list(row) for row in ROWS])
        with fake_time() as clock:
            connector = bench.connector()
            self.slowest(connector)
            if not bench.refuse(10**6):
                pytest.skip("this place refuses nobody")
            begun = clock.now()
            with pytest.raises(SourceError, match="gave up"):
                connector.read()
            assert connector.network is not None
            assert clock.now() - begun < connector.network.give_up + 0.001
            assert connector.calls.retries > 1

    def test_checking_writes_nothing(self, bench: Bench) -> None:
        connector, _, _ = self.opened(bench)
        before = bench.grid()
        assert all(finding.ok is not False for finding in connector.check())
        assert bench.grid() == before
        assert connector.calls.write == 0
