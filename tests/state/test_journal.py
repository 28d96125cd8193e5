"""What the journal makes of runs that went wrong, and that it stays quick when there is much
in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from build import row as row_of
from build import snapshot, table
from okrsync.connector import Batch, CellWrite, Looks, NewColumn, NoteWrite, Outcome, Receipt
from okrsync.connector import State as Became
from okrsync.model.errors import OkrsyncError, UnknownRun
from okrsync.model.state_address import StateAddress
from okrsync.model.table import CellValue, ColumnRef
from okrsync.plan.plan import Change, Plan
from okrsync.state.journal import Journal
from okrsync.state.sqlite import SqliteDatabase
from okrsync.state.store import Store
from okrsync.steps.job import Job
from okrsync.steps.read import Read
from okrsync.steps.recover import recover

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


class CountingState(Store):
    """A state file that counts how often something was asked of it."""

    statements = 0

    def run(self, sql: str, *values: object) -> None:
        self.statements += 1
        super().run(sql, *values)

    def run_many(self, sql: str, values: Iterator[tuple[object, ...]]) -> None:
        self.statements += 1
        super().run_many(sql, values)


@pytest.fixture
def state(address: StateAddress) -> Iterator[CountingState]:
    with CountingState.open(address) as opened:
        yield opened


def cell(number: int, title: str, after: CellValue, before: CellValue = None) -> CellWrite:
    row = row_of(number, title)
    return CellWrite(
        f"c{number}", "Q4", row, ColumnRef(3, "Progress", 1), before, after, Looks.SHARE
    )


def meant(
    journal: Journal, *cells: CellWrite, kind: str = "sync", undoes: str | None = None
) -> str:
    """A run that wrote down what it means to do, and got no further."""
    run = journal.begin(kind, as_of=TODAY, now=NOW, undoes=undoes)
    changes = [
        Change(
            write.id,
            f"Q4!D{write.row.number}",
            "progress",
            write.before,
            write.after,
            "why",
            f"key-{write.id}",
        )
        for write in cells
    ]
    journal.intend(run, "growth", Batch(snapshot(table()), cells), changes)
    return run


def settled(
    journal: Journal,
    *cells: CellWrite,
    became: Became = Became.WRITTEN,
    kind: str = "sync",
    undoes: str | None = None,
    code: int = 0,
) -> str:
    run = meant(journal, *cells, kind=kind, undoes=undoes)
    journal.settle(run, "growth", Receipt({write.id: Outcome(became) for write in cells}))
    journal.finish(run, Plan((), exit_code=code), now=NOW)
    return run


def job(journal: Journal) -> Job:
    """As much of a job as recovering asks for."""
    return cast("Job", SimpleNamespace(journal=journal, all_connectors={"growth": None}))


class TestLast:
    def test_a_run_that_only_met_conflicts_is_passed_over(self, state: Store) -> None:
        journal = Journal(state)
        wrote = settled(journal, cell(2, "a", 1))
        settled(journal, cell(2, "a", 2), became=Became.CONFLICT)
        settled(journal)
        assert journal.find("last").id == wrote

    def test_a_run_of_which_nobody_knows_may_be_the_last(self, state: Store) -> None:
        journal = Journal(state)
        settled(journal, cell(2, "a", 1))
        open_run = meant(journal, cell(2, "a", 2))
        assert journal.find("last").id == open_run

    def test_a_run_that_was_put_back_is_passed_over(self, state: Store) -> None:
        journal = Journal(state)
        first = settled(journal, cell(2, "a", 1))
        second = settled(journal, cell(2, "a", 2, 1))
        undo = settled(journal, cell(2, "a", 1, 2), kind="undo", undoes=second)
        assert journal.find("last").id == first
        assert [record.undone_by for record in journal.runs()] == [None, undo, None]

    @pytest.mark.parametrize("code", [1, 3, 4])
    def test_an_undo_that_did_not_go_through_does_not_count(self, state: Store, code: int) -> None:
        journal = Journal(state)
        run = settled(journal, cell(2, "a", 1))
        settled(journal, kind="undo", undoes=run, code=code)
        assert journal.find("last").id == run

    def test_an_undo_that_died_does_not_count(self, state: Store) -> None:
        journal = Journal(state)
        run = settled(journal, cell(2, "a", 1))
        meant(journal, cell(2, "a", None, 1), kind="undo", undoes=run)
        assert journal.find("last").id == run

    def test_a_run_whose_undo_was_put_back_counts_again(self, state: Store) -> None:
        journal = Journal(state)
        run = settled(journal, cell(2, "a", 1))
        undo = settled(journal, cell(2, "a", None, 1), kind="undo", undoes=run)
        with pytest.raises(UnknownRun):
            journal.find("last")
        settled(journal, cell(2, "a", 1), kind="undo", undoes=undo)
        assert journal.find("last").id == run


class TestWhoseValue:
    def test_what_an_undo_gave_back_is_okrsyncs_only_where_it_was(self, state: Store) -> None:
        journal = Journal(state)
        settled(journal, cell(2, "ours", Decimal("0.3")))
        run = settled(journal, cell(2, "ours", 0.5, 0.3), cell(3, "theirs", 0.5, "typed"))
        settled(
            journal,
            cell(2, "ours", 0.3, 0.5),
            cell(3, "theirs", "typed", 0.5),
            kind="undo",
            undoes=run,
        )
        assert journal.last_written("growth") == {("key-c2", "progress"): 0.3}

    def test_an_undo_that_met_conflicts_changes_nothing(self, state: Store) -> None:
        journal = Journal(state)
        run = settled(journal, cell(3, "theirs", 0.5, "typed"))
        settled(
            journal,
            cell(3, "theirs", "typed", 0.5),
            became=Became.CONFLICT,
            kind="undo",
            undoes=run,
        )
        assert journal.last_written("growth") == {("key-c3", "progress"): 0.5}

    def test_one_source_is_not_the_other(self, state: Store) -> None:
        journal = Journal(state)
        run = settled(journal, cell(2, "a", 1))
        assert (journal.last_written("ops"), journal.owned_headers("ops")) == ({}, set())
        assert journal.find(run).sources == ("growth",)


class TestRecovering:
    def read(self, *rows: Sequence[CellValue]) -> list[Read]:
        return [Read("growth", snapshot(table(*rows)))]

    def test_the_source_tells_what_became_of_each_cell(self, state: Store) -> None:
        journal = Journal(state)
        run = meant(
            journal,
            *(
                cell(number, title, 0.5)
                for number, title in ((2, "a"), (3, "b"), (4, "c"), (5, "d"))
            ),
        )
        seen = self.read(["O", "c", 1, "typed since"], ["O", "a", 1, 0.5], ["O", "b", 1, None])
        list(recover(job(journal), seen))
        became = {entry.id: entry.state for entry in journal.entries(run)}
        assert became == {
            "c2": Became.WRITTEN,
            "c3": Became.SKIPPED,
            "c4": Became.CONFLICT,
            "c5": Became.CONFLICT,
        }
        assert journal.last_written("growth") == {("key-c2", "progress"): 0.5}

    def test_columns_are_looked_for_and_notes_are_taken_for_written(self, state: Store) -> None:
        journal = Journal(state)
        run = journal.begin("sync", as_of=TODAY, now=NOW)
        made = [
            NewColumn("s", "Q4", "status", "Status", 1, Looks.STATUS),
            NewColumn("x", "Q4", "score", "Score", 1, Looks.NUMBER),
        ]
        note = NoteWrite("n", "Q4", row_of(2, "a"), 1, "late")
        batch = Batch(snapshot(table()), new_columns=tuple(made), notes=(note,))
        changes = [
            Change(id_, "Q4", field, None, "new", "why")
            for id_, field in (("s", "column"), ("x", "column"), ("n", "warning"))
        ]
        journal.intend(run, "growth", batch, changes)
        list(recover(job(journal), self.read(["O", "a", 1])))
        assert {entry.id: entry.state for entry in journal.entries(run)} == {
            "s": Became.WRITTEN,
            "x": Became.SKIPPED,
            "n": Became.WRITTEN,
        }

    def test_a_source_that_cannot_be_read_keeps_its_entries_open(self, state: Store) -> None:
        journal = Journal(state)
        meant(journal, cell(2, "a", 1))
        unread: list[list[Read]] = [[], [Read("growth", error=OkrsyncError("gone"))]]
        for reads in unread:
            assert list(recover(job(journal), reads)) == reads
            assert len(journal.unsettled()) == 1

    def test_many_open_entries_take_no_more_statements_than_few(self, state: CountingState) -> None:
        journal = Journal(state)
        counts = []
        # Few are rows of their own; many are packed.
        for many in (2, 90, 200, 800):
            meant(journal, *(cell(number, f"row {number}", 0.5) for number in range(2, 2 + many)))
            state.statements = 0
            rows: list[list[CellValue]] = [
                ["O", f"row {number}", 1, 0.5] for number in range(2, 2 + many)
            ]
            list(recover(job(journal), self.read(*rows)))
            counts.append(state.statements)
            assert journal.unsettled() == []
        assert counts[0] == counts[1]
        assert counts[2] == counts[3]


def test_runs_are_listed_newest_first_with_what_they_came_to(state: Store) -> None:
    journal = Journal(state)
    run = settled(journal, cell(2, "a", 1), code=3)
    open_run = journal.begin("sync", as_of=date(2026, 11, 1), now=NOW)
    newest, oldest = journal.runs()
    assert (newest.id, newest.finished, newest.exit_code, newest.sources) == (
        open_run,
        None,
        None,
        (),
    )
    assert newest.as_of == date(2026, 11, 1)
    assert (oldest.id, oldest.finished, oldest.exit_code, oldest.sources) == (
        run,
        NOW,
        3,
        ("growth",),
    )
    assert [record.id for record in journal.runs(limit=1)] == [open_run]


def test_nothing_of_a_failed_transaction_stays(state: Store) -> None:
    journal = Journal(state)
    run = journal.begin("sync", as_of=TODAY, now=NOW)
    broken: Any = [Change("c2", "Q4!D2", "progress", None, 1, "why")]
    with pytest.raises(KeyError):
        journal.intend(
            run, "growth", Batch(snapshot(table()), (cell(2, "a", 1), cell(3, "b", 1))), broken
        )
    assert journal.entries(run) == []
    journal.intend(run, "growth", Batch(snapshot(table()), (cell(2, "a", 1),)), broken)
    assert len(journal.entries(run)) == 1


@pytest.mark.parametrize("kind", ["sync", "undo"])
def test_settling_a_source_takes_no_longer_for_the_others_in_the_run(
    tmp_path: Path, kind: str
) -> None:
    def steps_a_source(sources: int) -> float:
        """How many steps SQLite takes to settle one source of a run, on average."""
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return 0

        with CountingState.open(tmp_path / f"{kind}-{sources}.db") as state:
            journal = Journal(state)
            cells = tuple(cell(row, f"KR {row}", row) for row in range(2, 7))
            changes = [
                Change(one.id, "Q4!D2", "progress", None, one.after, "why", f"key-{one.id}")
                for one in cells
            ]
            undoes = None
            for purpose in ("sync", "undo") if kind == "undo" else ("sync",):
                run = journal.begin(purpose, as_of=TODAY, now=NOW, undoes=undoes)
                undoes = run
                for number in range(sources):
                    journal.intend(
                        run, f"source-{number}", Batch(snapshot(table()), cells), changes
                    )
                steps = 0
                assert isinstance(state._database, SqliteDatabase)
                state._database.connection.set_progress_handler(count, 1)
                for number in range(sources):
                    done = {one.id: Outcome(Became.WRITTEN) for one in cells}
                    journal.settle(run, f"source-{number}", Receipt(done))
                state._database.connection.set_progress_handler(None, 1)
        return steps / sources

    assert steps_a_source(80) < 1.5 * steps_a_source(20)
