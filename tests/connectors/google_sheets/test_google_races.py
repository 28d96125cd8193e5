"""What people do in the very moment of a write or an undo: they merge the names of columns, and use
a row or a tab that okrsync is about to take away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest

from google_bench import GoogleBench
from google_team import ROWS, TODAY, WANTED, Team
from grids import in_part
from okrsync.config import load
from okrsync.connector import (
    Batch,
    CellWrite,
    CopiedTab,
    IdentityCell,
    InsertedRow,
    Outcome,
    RemovedTab,
    Snapshot,
    State,
    Table,
    TakenRow,
    column_ref,
    copied_table,
    row_ref,
    tab_digest,
)
from okrsync.steps.undo import undo
from okrsync.sync import sync
from okrsync.testing import fake_time
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.traffic import Call

When = Literal["before", "after"]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with fake_time(), Sandbox() as sandbox:
        yield Team(sandbox, tmp_path)


# Merges in the header


def beside_their_rows(grid: list[list[Any]], ours: list[Any]) -> list[dict[Any, Any]]:
    """By the name of the second column, what stands in each column of okrsync's."""
    columns = [
        index
        for index in range(len(ours), max(len(row) for row in grid))
        if any(len(row) > index and row[index] is not None for row in grid[1:])
    ]
    return [
        {row[1]: row[index] if len(row) > index else None for row in grid[1:]} for index in columns
    ]


@pytest.mark.parametrize(
    ("cells", "is_first", "when"),
    in_part(
        product(
            ["A1:B1", "C1:D1", "E1:F1", "F1:G1", "G1:H1", "E1:H1"],
            [True, False],
            ["before", "after"],
        ),
        every=5,
    ),
)
def test_names_that_are_merged_in_the_moment_of_a_write_cost_nothing(
    team: Team, cells: str, when: When, is_first: bool
) -> None:
    if not is_first:
        team.run()
        team.anna.put(team.file_id, "Q4", "D2", 60)
    merge = lambda: team.anna.merge(team.file_id, "Q4", cells)  # noqa: E731 - what a person does
    getattr(team.google.traffic, when)("write", 1, merge)
    plan = team.run()
    done = plan.sources[0]
    assert (done.error, done.conflicts) == (None, ())
    typed = [row[:6] for row in team.grid()[1:]]
    expected = [list(row) for row in ROWS[1:]]
    if not is_first:
        expected[0][3] = 60
    assert typed == expected
    progress, status = beside_their_rows(team.grid(), ROWS[0])
    assert progress == (WANTED if is_first else {**WANTED, "Sign-ups": 0.6})
    assert set(status.values()) == {"On track", "Off track"}
    assert {change.outcome for change in done.changes} <= {State.WRITTEN, State.UNCHANGED}
    team.google.traffic.forget()
    # Whatever names are left, the columns are used as they are, and none is made a second time.
    before = team.grid()
    assert team.one().changes == ()
    assert team.google.traffic.count("write") == 0
    back = undo(load(team.folder / "okrsync.toml"), plan.run or "").sources[0]
    assert [row[:6] for row in team.grid()[1:]] == expected
    kept = {str(conflict.at) for conflict in back.conflicts}
    for row, (was, now) in enumerate(zip(before, team.grid(), strict=True), start=1):
        for column, value in enumerate(was[6:], start=6):
            is_left = len(now) > column and now[column] == value
            at = f"Q4!{'ABCDEFGH'[column]}{row}"
            assert not (is_left and is_first and row > 1) or at in kept, "left without a word"


# A row or a tab that is hidden before it goes


def hides(call: Call) -> bool:
    """Whether a call hides or shows something."""
    return not {"updateDimensionProperties", "updateSheetProperties"}.isdisjoint(call.updates)


class Company:
    """A spreadsheet with a row that okrsync inserted, and with a tab that it copied."""

    def __init__(self, bench: GoogleBench) -> None:
        self.bench, self.anna = bench, bench.anna
        bench.fill([list(row[:4]) for row in ROWS])
        connector = bench.connector()
        snapshot = connector.read()
        table = snapshot.tables[0]
        titles = {"objective": 0, "key_result": 1}
        self._columns = [column_ref(table, index, table.rows[0]) for index in range(4)]
        like, behind = (
            row_ref(table.rows[index], {role: self._columns[at] for role, at in titles.items()})
            for index in (1, 2)
        )
        key = (
            IdentityCell("objective", self._columns[0], "Grow"),
            IdentityCell("key_result", self._columns[1], "Sign-ups 2027"),
        )
        title = CellWrite("c", table.key, like, self._columns[1], "Sign-ups", "Sign-ups 2027")
        new = InsertedRow("i", table.key, like, behind, key, (self._columns[0],), (title,))
        copy = CopiedTab("t", table.key, "2027", "", (), ())
        made = copied_table(copy, table)
        assert made is not None
        self._digest = tab_digest(made)
        batch = Batch(
            snapshot, inserted_rows=(new,), copied_tabs=(replace(copy, digest=self._digest),)
        )
        receipt = connector.write(batch)
        assert {outcome.state for outcome in receipt.outcomes.values()} == {State.WRITTEN}
        self._key = key

    def _take(self, snapshot: Snapshot) -> Batch:
        table = self._table(snapshot, self.bench.tab)
        row = next(row for row in table.rows if row.value(1) == "Sign-ups 2027")
        ref = row_ref(row, {"objective": self._columns[0], "key_result": self._columns[1]})
        return Batch(snapshot, taken_rows=(TakenRow("x", table.key, ref, self._key),))

    def _remove(self, snapshot: Snapshot) -> Batch:
        table = self._table(snapshot, "2027")
        removed = RemovedTab("x", table.key, "2027", self._digest)
        return Batch(snapshot, removed_tabs=(removed,))

    @staticmethod
    def _table(snapshot: Snapshot, name: str) -> Table:
        return next(table for table in snapshot.tables if table.name == name)

    def undo(self, what: str) -> Outcome:
        """Take the row or the tab away."""
        connector = self.bench.connector()
        decide = self._take if what == "row" else self._remove
        batch = replace(decide(connector.read()), puts_back=True)
        return connector.write(batch).outcomes["x"]

    def amid(self, edit: Callable[[], None]) -> None:
        """Have somebody edit right before something is hidden."""
        seen: list[Call] = []

        def meets(call: Call) -> bool:
            if hides(call) and not seen:
                seen.append(call)
                with self.bench.google.traffic.at_rest():
                    edit()
            return False

        self.bench.google.traffic.faults.insert(0, Fault(meets))

    @property
    def hidden(self) -> list[str]:
        """The titles of hidden tabs, and how many rows of others are hidden."""
        sheets = self.anna.book(self.bench.file_id).sheets
        rows = [
            f"{sheet.title} {row}"
            for sheet in sheets
            for row, info in sheet.row_info.items()
            if info.get("hiddenByUser")
        ]
        return [*rows, *(sheet.title for sheet in sheets if sheet.is_hidden)]


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with fake_time():
        bench = GoogleBench(tmp_path)
        yield Company(bench)
        bench.close()


@pytest.mark.parametrize("trouble", [None, "before", "after"])
@pytest.mark.parametrize(("what", "tab", "cell"), [("row", "Q4", "D4"), ("tab", "2027", "F2")])
def test_what_is_typed_into_a_row_or_tab_while_undo_hides_it_stays_and_is_shown(
    company: Company, what: str, tab: str, cell: str, trouble: When | None
) -> None:
    bench, anna = company.bench, company.anna
    company.amid(lambda: anna.put(bench.file_id, tab, cell, "my own words"))
    if trouble is not None:
        bench.google.traffic.fail(Fault(hides, drop=trouble))
    outcome = company.undo(what)
    assert outcome.state is State.CONFLICT
    assert anna.text(bench.file_id, tab, cell) == "my own words"
    assert company.hidden == []


@pytest.mark.parametrize("trouble", [None, "before", "after"])
@pytest.mark.parametrize("what", ["row", "tab"])
def test_rows_moved_while_undo_hides_one_keep_what_is_theirs(
    company: Company, what: str, trouble: When | None
) -> None:
    bench, anna = company.bench, company.anna

    def edit() -> None:
        anna.insert_rows(bench.file_id, "Q4", 2)
        anna.put(bench.file_id, "Q4", "B2", "A new one")

    company.amid(edit)
    if trouble is not None:
        bench.google.traffic.fail(Fault(hides, drop=trouble))
    assert company.undo(what).state is State.WRITTEN
    names = [row[1] for row in anna.grid(bench.file_id, "Q4") if len(row) > 1]
    left = ["Key result", "A new one", "Sign-ups", "Revenue", "Churn"]
    assert [name for name in names if name != "Sign-ups 2027"] == left
    assert ("Sign-ups 2027" in names) is (what == "tab")
    assert company.hidden == []


def test_what_is_typed_into_the_summary_stays_even_if_the_answer_to_hiding_it_is_lost(
    team: Team,
) -> None:
    team.write_config("", 'summary = "Summary"')
    run = sync(load(team.folder / "okrsync.toml"), as_of=TODAY).run or ""
    seen: list[Call] = []

    def types_first(call: Call) -> bool:
        if "updateSheetProperties" not in call.updates or seen:
            return False
        seen.append(call)
        with team.google.traffic.at_rest():
            team.anna.put(team.file_id, "Summary", "L3", "my own words")
        return True

    team.google.traffic.fail(Fault(types_first, drop="after"))
    done = undo(load(team.folder / "okrsync.toml"), run).sources[0]
    assert ["beside the summary" in conflict.reason for conflict in done.conflicts] == [True]
    tab = team.anna.tab(team.file_id, "Summary")
    assert (tab.is_hidden, tab.cell(2, 11).value) == (False, "my own words")
