"""Tests the promises with random actions: people edit, rows move, writes fail before and after they
take effect, runs repeat and are undone.

`sync_machine` makes a Hypothesis state machine for any `Bench`. Every key result goes from 0 to
100, and no two ever stand at the same current value, so a progress tells which row it was measured
for: a value beside the wrong row cannot hide. Where rows have an order, some key results read
alike, and somebody inserts columns at the left and types into them, while okrsync writes as well.
Columns that okrsync reads are renamed, and for a while their values cannot be read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from okrsync.connector import State
from okrsync.model.errors import UnknownRun
from okrsync.model.table import CellValue
from okrsync.plan.plan import Plan
from okrsync.steps.undo import NothingToUndo
from okrsync.testing.bench import Bench, Grid
from okrsync.testing.runs import BenchRuns

__all__ = ["sync_machine"]

_HEADER: list[CellValue] = ["Objective", "Key result", "Current", "Target"]
# Guards would stop what random edits do all the time: empty a table or replace most of it.
_ALLOWED = frozenset({"max-changes", "max-shrink", "vanished-header", "empty"})
_CURRENT = 2
_FEW_LOST = 2
"""Below ten rows, so many may lose their answer in one run: `guards.max_losses`."""


def sync_machine(make_bench: Callable[[Path], Bench]) -> type[RuleBasedStateMachine]:
    """A state machine over the places a function makes, each in a folder of its own."""
    return type("SyncMachine", (_SyncMachine,), {"make_bench": staticmethod(make_bench)})


class _SyncMachine(RuleBasedStateMachine):
    make_bench: ClassVar[Callable[[Path], Bench]]

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="okrsync-machine-")
        self.base = Path(self._folder.name)
        self.bench = type(self).make_bench(self.base)
        self.runs = BenchRuns(self.bench, self.base, _ALLOWED)
        self.number = 0
        self.people: list[list[CellValue]] = []
        self.once: dict[int, set[int]] = {}
        """By current value, all that its row ever stood at: what tells rows apart here."""
        self.left = 0
        self.called = _HEADER[_CURRENT]
        self.is_settled = False

    @initialize(count=st.integers(1, 4))
    def begin(self, count: int) -> None:
        for _ in range(count):
            self.people.append(self._new_row())
        self.bench.fill([_HEADER, *[list(row) for row in self.people]])

    def _new_row(self, title: CellValue = None) -> list[CellValue]:
        self.number += 1
        row = ["Grow", title or f"Result {self.number}", self._new_current(set()), 100]
        return [*[None] * self.left, *row]

    def _new_current(self, before: set[int]) -> int:
        current = next(
            number for number in range(1, 10_000) if number % 100 and number not in self.once
        )
        before.add(current)
        self.once[current] = before
        return current

    def _edit(self, change: Callable[[Grid], Grid]) -> None:
        """What a person does to the table, owned columns moving along with their rows."""
        grid = self.bench.grid()
        self.bench.fill([grid[0], *change(grid[1:])])
        self.people = [self._human(row) for row in self.bench.grid()[1:]]
        self.is_settled = False

    def _human(self, row: list[CellValue]) -> list[CellValue]:
        width = self.left + len(_HEADER)
        return [_plain(value) for value in (row + [None] * width)[:width]]

    def _current(self, row: list[CellValue]) -> CellValue:
        return self._human(row)[self.left + _CURRENT]

    def _answer(self, row: list[CellValue]) -> CellValue:
        return row[self.left + 4] if len(row) > self.left + 4 else None

    def _person(self, kind: str, position: int) -> Callable[[Grid], Grid]:
        def change(rows: Grid) -> Grid:
            index = position % len(rows)
            if kind == "insert":
                return [*rows[:index], self._new_row(), *rows[index:]]
            if kind == "delete" and len(rows) > 2:
                return [*rows[:index], *rows[index + 1 :]]
            if kind == "reverse":
                return list(reversed(rows))
            if kind == "rotate":
                return [*rows[index:], *rows[:index]]
            row = list(rows[index])
            if kind == "copy" and self.bench.orders_rows:
                return [*rows[:index], self._new_row(row[self.left + 1]), *rows[index:]]
            current = self._current(row)
            assert isinstance(current, int)
            row[self.left + _CURRENT] = self._new_current(self.once[current])
            return [*rows[:index], row, *rows[index + 1 :]]

        return change

    people_do = st.sampled_from(["insert", "delete", "reverse", "rotate", "check in", "copy"])

    @rule(edit=people_do, position=st.integers(0, 9))
    def somebody_edits(self, edit: str, position: int) -> None:
        self._edit(self._person(edit, position))

    @rule(position=st.integers(0, 9))
    def somebody_types_over_an_answer(self, position: int) -> None:
        grid = self.bench.grid()
        if self._answer(grid[0]) is None:
            return
        index = 1 + position % (len(grid) - 1)
        row = [*grid[index], *[None] * (self.left + 5 - len(grid[index]))]
        row[self.left + 4] = "typed by hand"
        self.bench.fill([*grid[:index], row, *grid[index + 1 :]])
        self.is_settled = False

    def _insert_at_the_left(self) -> None:
        typed = [f"typed {self.left} {number}" for number in range(len(self.people))]
        if self.bench.insert_column(0, [f"Team {self.left}", *typed]):
            self.left += 1
            self.people = [self._human(row) for row in self.bench.grid()[1:]]
            self.is_settled = False

    @rule()
    @precondition(lambda self: self.left < 2)
    def somebody_inserts_a_column_at_the_left(self) -> None:
        self._insert_at_the_left()

    @rule()
    @precondition(lambda self: self.left < 2)
    def a_run_while_somebody_inserts_a_column_and_types_into_it(self) -> None:
        self._sync(meanwhile=self._insert_at_the_left)
        self.is_settled = False

    @rule()
    @precondition(lambda self: self.is_settled)
    def somebody_renames_a_column_that_is_read(self) -> None:
        name = "Xyzzy" if self.called == _HEADER[_CURRENT] else _HEADER[_CURRENT]
        if self.bench.rename_column(self.left + _CURRENT, str(name)):
            self.called = name
            self.is_settled = False

    @rule(value=st.sampled_from([None, "Loading...", "#N/A"]))
    def a_run_while_values_cannot_be_read(self, value: CellValue) -> None:
        if value is not None and self.bench.numbers_only:
            return
        header, *rows = self.bench.grid()
        column = self.left + _CURRENT
        self.bench.fill([header, *([*row[:column], value, *row[column + 1 :]] for row in rows)])
        before = [self._answer(row) for row in rows]
        self._sync()
        now_header, *now_rows = self.bench.grid()
        after = [self._answer(row) for row in now_rows]
        lost = [one for one, other in zip(before, after, strict=True) if one and not other]
        assert len(lost) <= _FEW_LOST, f"answers turned into nothing: {before} {after}"
        self.bench.fill(
            [
                now_header,
                *(
                    [*now[:column], row[column], *now[column + 1 :]]
                    for now, row in zip(now_rows, rows, strict=True)
                ),
            ]
        )
        self.is_settled = False

    @rule()
    def a_run(self) -> None:
        plan = self._sync()
        # A conflict leaves a row unanswered, and the next run may write it.
        self.is_settled = all(
            source.state == "ok" and not source.conflicts for source in plan.sources
        )

    @rule(fail=st.sampled_from(["before", "after"]))
    def a_run_that_breaks(self, fail: str) -> None:
        self._sync(fail=fail)
        self.is_settled = False

    @rule(edit=people_do, position=st.integers(0, 9))
    def a_run_while_somebody_edits(self, edit: str, position: int) -> None:
        self._sync(meanwhile=lambda: self._edit(self._person(edit, position)))
        self.is_settled = False

    @rule()
    @precondition(lambda self: self.is_settled)
    def a_second_run_changes_nothing(self) -> None:
        before = self.bench.grid()
        plan = self._sync()
        assert [source.calls.write for source in plan.sources] == [0]
        assert [change for source in plan.sources for change in source.changes] == []
        assert self.bench.grid() == before

    @rule()
    def a_run_is_put_back(self) -> None:
        # The random order may ask for an undo before the first run.
        with suppress(NothingToUndo, UnknownRun):
            self.runs.undo()
        self.is_settled = False

    @invariant()
    def people_lose_nothing(self) -> None:
        if self.people:
            assert [self._human(row) for row in self.bench.grid()[1:]] == self.people

    @invariant()
    def every_answer_stands_beside_its_row(self) -> None:
        for row in self.bench.grid()[1:]:
            answer, current = self._answer(row), self._current(row)
            if answer is not None and answer != "typed by hand":
                assert isinstance(current, int)
                # A run that died or an edit meanwhile can leave the answer to an earlier value
                # of the same row.
                shares = {_percent(min(before, 100)) for before in self.once[current]}
                assert _plain_share(answer) in shares, row

    @invariant()
    def after_a_clean_run_every_row_is_answered(self) -> None:
        if self.is_settled:
            for row in self.bench.grid()[1:]:
                current = self._current(row)
                assert isinstance(current, int)
                assert _plain_share(self._answer(row)) == _percent(min(current, 100)), row

    def teardown(self) -> None:
        self._folder.cleanup()

    def _sync(self, meanwhile: Callable[[], None] | None = None, fail: str | None = None) -> Plan:
        plan = self.runs.sync(meanwhile, fail)
        for source in plan.sources:
            for change in source.changes:
                assert change.outcome is not None or source.state != "ok"
                assert change.outcome is not State.WRITTEN or source.state == "ok"
        return plan


def _plain(value: Any) -> CellValue:
    """A cell of people's, numbers as numbers whatever the index keeps them as."""
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _plain_share(value: Any) -> str:
    return value if isinstance(value, str) else _percent(round(float(value) * 100))


def _percent(points: int) -> str:
    return f"{points}%"
