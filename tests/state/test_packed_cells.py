"""Many cells in one row of the journal: what is withdrawn and what is forgotten is the same as of
single cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from build import row as row_of
from build import snapshot, table
from okrsync.connector import Batch, CellWrite, Looks, Outcome, Receipt, State
from okrsync.model.table import CellValue, ColumnRef
from okrsync.plan.plan import Change
from okrsync.state import packed_cells
from okrsync.state.journal import Journal, JournalEntry
from okrsync.state.retention import prune
from okrsync.state.store import Store

FIRST = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
MANY = 150
"""More cells than stay rows of their own."""


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "okrsync.db") as opened:
        yield opened


def intend(
    journal: Journal, day: int, after: dict[int, CellValue], *, undoes: str | None = None
) -> str:
    """A run of some day that means to write values into the cells of some rows."""
    now = FIRST + timedelta(days=day)
    run = journal.begin(
        "sync" if undoes is None else "undo", as_of=now.date(), now=now, undoes=undoes
    )
    writes = tuple(
        CellWrite(
            f"c{number}",
            "Q4",
            row_of(number, f"Key result {number}"),
            ColumnRef(3, "Progress", 1),
            None,
            value,
            Looks.SHARE,
        )
        for number, value in after.items()
    )
    changes = [
        Change(
            write.id,
            f"Q4!D{number}",
            "progress",
            write.before,
            write.after,
            "why",
            f"key-{number}",
        )
        for number, write in zip(after, writes, strict=True)
    ]
    journal.intend(run, "growth", Batch(snapshot(table()), writes), changes)
    return run


def settle(journal: Journal, run: str, numbers: Iterable[int], state: State) -> None:
    outcomes = {f"c{number}": Outcome(state, None) for number in numbers}
    journal.settle(run, "growth", Receipt(outcomes))


def whole(journal: Journal, *runs: str) -> set[tuple[str, str, CellValue, State | None]]:
    """What the journal holds of some runs."""

    def facts(entry: JournalEntry) -> tuple[str, str, CellValue, State | None]:
        return (entry.run, entry.id, entry.after, entry.state)

    return {facts(entry) for run in runs for entry in journal.entries(run)}


def packs(state: Store) -> int:
    return len(state.rows("SELECT 1 FROM entries WHERE kind = 'cells'"))


def test_what_was_settled_of_many_cells_stays_when_the_rest_is_withdrawn(state: Store) -> None:
    journal = Journal(state)
    run = intend(journal, 0, dict.fromkeys(range(2, 2 + MANY), 0.5))
    settle(journal, run, range(2, 52), State.WRITTEN)
    settle(journal, run, range(52, 62), State.CONFLICT)
    assert packs(state) == 1
    assert len(journal.unsettled()) == MANY - 60

    journal.withdraw(run, "growth")

    assert journal.unsettled() == []
    kept = {entry.id: entry.state for entry in journal.entries(run)}
    assert kept == {
        **{f"c{number}": State.WRITTEN for number in range(2, 52)},
        **{f"c{number}": State.CONFLICT for number in range(52, 62)},
    }
    ((size, open_size),) = state.rows("SELECT size, open_size FROM entries")
    assert (size, open_size) == (60, 0)
    # It is what undo puts back, and can be meant again.
    assert journal.find("last").id == run
    assert set(journal.last_written("growth")) == {
        (f"key-{number}", "progress") for number in range(2, 52)
    }
    journal.withdraw(run, "growth")
    assert len(journal.entries(run)) == 60


def test_many_cells_of_which_none_was_settled_are_withdrawn_whole(state: Store) -> None:
    journal = Journal(state)
    settled = intend(journal, 0, dict.fromkeys(range(2, 2 + MANY), 0.4))
    settle(journal, settled, range(2, 2 + MANY), State.WRITTEN)
    before = whole(journal, settled)
    run = intend(journal, 1, dict.fromkeys(range(2, 2 + MANY), 0.5))
    journal.withdraw(run, "growth")
    assert journal.entries(run) == []
    assert whole(journal, settled) == before


def test_another_source_keeps_its_open_cells(state: Store) -> None:
    journal = Journal(state)
    run = intend(journal, 0, dict.fromkeys(range(2, 2 + MANY), 0.5))
    journal.withdraw(run, "people")
    assert len(journal.unsettled()) == MANY


def history_of_a_month(journal: Journal) -> list[str]:
    """Runs that wrote many cells, few cells, met people's values, were put back, and died."""
    cells = range(2, 2 + MANY)
    first = intend(journal, 0, dict.fromkeys(cells, 0.1))
    settle(journal, first, cells, State.WRITTEN)
    second = intend(journal, 1, dict.fromkeys(cells[:120], 0.2))
    settle(journal, second, cells[:100], State.WRITTEN)
    settle(journal, second, cells[100:110], State.CONFLICT)
    settle(journal, second, cells[110:120], State.UNCHANGED)
    few = intend(journal, 2, dict.fromkeys(cells[:7], 0.3))
    settle(journal, few, cells[:7], State.WRITTEN)
    third = intend(journal, 3, dict.fromkeys(cells[30:], 0.4))
    settle(journal, third, cells[30:], State.WRITTEN)
    back = intend(journal, 4, dict.fromkeys(cells[30:], 0.2), undoes=third)
    settle(journal, back, cells[30:], State.WRITTEN)
    died = intend(journal, 5, dict.fromkeys(cells, 0.5))
    settle(journal, died, cells[:40], State.WRITTEN)
    recent = intend(journal, 25, dict.fromkeys(cells[:110], 0.6))
    settle(journal, recent, cells[:110], State.WRITTEN)
    return [first, second, few, third, back, died, recent]


def test_of_many_cells_the_same_is_forgotten_as_of_single_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = []
    for least in (100, 10_000):
        monkeypatch.setattr(packed_cells, "_LEAST", least)
        with Store.open(tmp_path / f"{least}.db") as state:
            journal = Journal(state)
            runs = history_of_a_month(journal)
            assert bool(packs(state)) is (least == 100)
            written = journal.last_written("growth")
            looked = prune(state, FIRST + timedelta(days=20), dry_run=True)
            pruned = prune(state, FIRST + timedelta(days=20))
            assert looked == pruned
            assert journal.last_written("growth") == written
            left = whole(journal, *runs)
            assert prune(state, FIRST + timedelta(days=20)).entries == 0
            assert whole(journal, *runs) == left
            known.append((pruned, left, {entry.id for entry in journal.unsettled()}, written))
    assert known[0] == known[1]

    _, left, unsettled, _ = known[0]
    first, second, few, third, back, died, recent = runs
    by_run = {run: sum(entry[0] == run for entry in left) for run in runs}
    # The run that died and the latest stay whole. Of the others the last value of each cell by a
    # sync stays: the third run's of 120, the few's of 7, and the second's of the 23 between.
    assert by_run == {first: 0, second: 23, few: 7, third: 120, back: 0, died: 150, recent: 110}
    assert len(unsettled) == 110


def test_an_undo_after_old_runs_are_forgotten_tells_okrsyncs_values_from_peoples(
    state: Store,
) -> None:
    journal = Journal(state)
    cells = range(2, 2 + MANY)
    first = intend(journal, 0, dict.fromkeys(cells[:130], 0.1))
    settle(journal, first, cells[:130], State.WRITTEN)
    last = intend(journal, 25, dict.fromkeys(cells, 0.2))
    settle(journal, last, cells, State.WRITTEN)
    prune(state, FIRST + timedelta(days=20))
    assert len(journal.entries(first)) == 130

    back = intend(journal, 26, dict.fromkeys(cells, 0.1), undoes=last)
    settle(journal, back, cells, State.WRITTEN)

    # okrsync had written 0.1 to the first 130 itself; the others are people's again.
    assert set(journal.last_written("growth")) == {
        (f"key-{number}", "progress") for number in cells[:130]
    }
