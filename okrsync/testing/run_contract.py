"""The suite of whole runs that every connector must pass: a sync writes beside the right row, the
next run changes nothing, and undo and recovery find the rows again, whatever people did in between.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from okrsync.connector import State
from okrsync.model.table import CellValue
from okrsync.plan.plan import Plan
from okrsync.testing.bench import Bench, Grid, trimmed
from okrsync.testing.runs import BenchRuns

__all__ = ["RunContract"]

HEADER: list[CellValue] = ["Objective", "Key result", "Current", "Target"]
APART: Grid = [
    HEADER,
    ["Grow", "Sign-ups", 10, 100],
    ["Grow", "Revenue", 20, 100],
    ["Keep", "Churn", 30, 100],
]
ALIKE: Grid = [
    HEADER,
    ["Grow", "Sign-ups", 10, 100],
    ["Grow", "Revenue", 20, 100],
    ["Grow", "Sign-ups", 30, 100],
]
THE_SAME: Grid = [
    HEADER,
    ["Grow", "Sign-ups", 10, 100],
    ["Grow", "Sign-ups", 10, 100],
    ["Keep", "Churn", 30, 100],
]


# As floats these ids would agree in twelve digits, and a tolerance would take them for one.
LONG_IDS: Grid = [
    ["ID", *HEADER],
    [1234567890123, "Grow", "Reach", 10, 100],
    [1234567890124, "Grow", "Reach", 20, 100],
    [1234567890125, "Grow", "Reach", 30, 100],
]
# People copy a row and forget to change its id; the words still tell the two apart.
ONE_ID_TWICE: Grid = [
    ["ID", *HEADER],
    ["K-1", "Grow", "Sign-ups", 10, 100],
    ["K-1", "Grow", "Revenue", 20, 100],
    ["K-2", "Keep", "Churn", 30, 100],
]
# Here nothing tells the two apart, and a value beside one of them would be a guess.
ONE_ROW_TWICE: Grid = [
    ["ID", *HEADER],
    ["K-1", "Grow", "Sign-ups", 10, 100],
    ["K-2", "Keep", "Churn", 30, 100],
    ["K-1", "Grow", "Sign-ups", 20, 100],
]


UNREADABLE: tuple[CellValue, ...] = ("Loading...", "#N/A", "tbd", None)
"""What stands in a cell whose value cannot be read at the moment."""


class RunContract:
    """What every connector promises over whole runs. The bench's table has the columns Objective,
    Key result, Current and Target, the last two of numbers.
    """

    @pytest.fixture
    def runs(self, bench: Bench, tmp_path: Path) -> BenchRuns:
        """Runs over the bench."""
        return BenchRuns(bench, tmp_path)

    @pytest.mark.parametrize("rows", [APART, ALIKE, THE_SAME, LONG_IDS, ONE_ID_TWICE])
    def test_a_run_writes_every_row_and_undo_brings_everything_back(
        self, runs: BenchRuns, rows: Grid
    ) -> None:
        before = self.filled(runs, rows)
        plan = runs.sync()
        self.all_written(runs, plan)
        assert self.answers(runs.bench.grid()) == [row[-2] for row in rows[1:]]
        again = runs.sync()
        assert [source.calls.write for source in again.sources] == [0]
        assert [source.conflicts for source in again.sources] == [()]
        put_back = runs.undo(plan.run or "")
        assert [source.conflicts for source in put_back.sources] == [()]
        assert runs.bench.grid() == before

    def test_a_protected_answer_is_left_out_of_the_plan_and_that_is_said(
        self, runs: BenchRuns
    ) -> None:
        header, *rows = APART
        self.filled(runs, [[*header, "Progress"], *([*row, None] for row in rows)])
        if not runs.bench.protect(2, 4):
            pytest.skip("this place knows no protections")
        for _ in range(2):
            plan = runs.sync()
            reasons = [skip.reason for skip in plan.sources[0].skips]
            assert reasons
            assert all("protect" in reason for reason in reasons), reasons
            assert State.SKIPPED not in {change.outcome for change in plan.sources[0].changes}
            assert self.answers(runs.bench.grid()) == [None, 20, 30]
        assert [source.calls.write for source in plan.sources] == [0]

    @pytest.mark.parametrize("rows", [APART, ALIKE])
    def test_undo_finds_rows_that_moved(self, runs: BenchRuns, rows: Grid) -> None:
        self.needs_order(runs)
        self.filled(runs, rows)
        plan = runs.sync()
        header, *answered = runs.bench.grid()
        runs.bench.fill([header, *reversed(answered)])
        moved = runs.bench.grid()
        runs.undo(plan.run or "")
        assert runs.bench.grid() == trimmed([row[:4] for row in moved])

    @pytest.mark.parametrize("rows", [LONG_IDS, ONE_ID_TWICE])
    def test_a_value_stands_beside_its_id_whatever_moves_meanwhile(
        self, runs: BenchRuns, rows: Grid
    ) -> None:
        self.filled(runs, rows)
        bench = runs.bench

        def one_goes_and_the_rest_turns() -> None:
            header, *others = bench.grid()
            bench.fill([header, *reversed(others[:-1])])

        plan = runs.sync(one_goes_and_the_rest_turns)
        grid = bench.grid()
        # A run that gave up before it made the column has kept its promise as well.
        if "Progress" in grid[0]:
            for row, answer in zip(grid[1:], self.answers(grid), strict=True):
                assert answer in (None, int(row[3]))  # type: ignore[arg-type]
        runs.undo(plan.run or "")
        assert [row[:5] for row in bench.grid()] == [row[:5] for row in grid]

    def test_rows_with_one_id_and_the_same_words_are_conflicts_and_no_others(
        self, runs: BenchRuns
    ) -> None:
        before = self.filled(runs, ONE_ROW_TWICE)
        plan = runs.sync()
        assert self.answers(runs.bench.grid()) == [None, 30, None]
        assert len(plan.sources[0].conflicts) == 2
        again = runs.sync()
        assert [source.calls.write for source in again.sources] == [0]
        runs.undo(plan.run or "")
        assert runs.bench.grid() == before

    def test_rows_that_read_alike_and_moved_are_left_alone(self, runs: BenchRuns) -> None:
        self.needs_order(runs)
        self.filled(runs, THE_SAME)
        plan = runs.sync()
        header, first, second, other = runs.bench.grid()
        runs.bench.fill([header, other, first, second])
        put_back = runs.undo(plan.run or "")
        assert [row[4:] for row in runs.bench.grid()[1:]] == [[], first[4:], second[4:]]
        reasons = [conflict.reason for conflict in put_back.sources[0].conflicts]
        assert sum("told apart from another" in reason for reason in reasons) == 2

    def test_a_run_meets_rows_that_read_alike_where_they_moved_to(self, runs: BenchRuns) -> None:
        self.needs_order(runs)
        self.filled(runs, ALIKE)
        bench = runs.bench

        def turn() -> None:
            header, *rows = bench.grid()
            bench.fill([header, *reversed(rows)])

        runs.sync(turn)
        for row, answer in zip(bench.grid()[1:], self.answers(bench.grid()), strict=True):
            assert answer in (None, int(row[2]))  # type: ignore[arg-type]

    @pytest.mark.parametrize("rows", [APART, ALIKE, THE_SAME])
    def test_undo_finds_rows_after_a_column_was_inserted_at_the_left(
        self, runs: BenchRuns, rows: Grid
    ) -> None:
        before = self.filled(runs, rows)
        plan = runs.sync()
        self.insert_a_column(runs)
        put_back = runs.undo(plan.run or "")
        assert [source.conflicts for source in put_back.sources] == [()]
        assert runs.bench.grid() == [["Team", *before[0]], *([None, *row] for row in before[1:])]

    @pytest.mark.parametrize("rows", [APART, ALIKE, THE_SAME])
    def test_a_run_that_broke_is_understood_after_a_column_was_inserted_at_the_left(
        self, runs: BenchRuns, rows: Grid
    ) -> None:
        before = self.filled(runs, rows)
        broken = runs.sync(fail="after")
        self.insert_a_column(runs)
        again = runs.sync()
        assert [source.calls.write for source in again.sources] == [0]
        entries = runs.entries(broken.run or "")
        assert {entry.state for entry in entries} == {State.WRITTEN}
        runs.undo(broken.run or "")
        assert runs.bench.grid() == [["Team", *before[0]], *([None, *row] for row in before[1:])]

    def test_undo_finds_rows_below_a_title_and_right_of_a_column(self, runs: BenchRuns) -> None:
        before = self.filled(runs, APART)
        plan = runs.sync()
        self.insert_a_column(runs)
        runs.bench.fill([["OKRs of the team"], *runs.bench.grid()])
        put_back = runs.undo(plan.run or "")
        assert [source.conflicts for source in put_back.sources] == [()]
        header, *rows = before
        assert runs.bench.grid() == [
            ["OKRs of the team"],
            ["Team", *header],
            *([None, *row] for row in rows),
        ]

    def test_undo_finds_rows_after_their_column_was_renamed(self, runs: BenchRuns) -> None:
        self.filled(runs, APART)
        plan = runs.sync()
        rows = runs.bench.grid()[1:]
        if not runs.bench.rename_column(1, "Measure"):
            pytest.skip("columns cannot be renamed here")
        runs.undo(plan.run or "")
        assert runs.bench.grid()[0] == ["Objective", "Measure", "Current", "Target"]
        assert [row[:4] for row in runs.bench.grid()[1:]] == [row[:4] for row in rows]

    def test_a_renamed_input_is_read_on_and_every_run_says_so(self, runs: BenchRuns) -> None:
        self.filled(runs, APART)
        self.all_written(runs, runs.sync())
        self.rename(runs, "Current", "Xyzzy")
        stood = runs.bench.grid()
        for _ in range(2):
            plan = runs.sync()
            assert (plan.exit_code, plan.sources[0].calls.write) == (0, 0)
            [words] = [one.message for one in plan.warnings if one.code == "renamed-column"]
            assert 'current = ["Current", "Xyzzy"]' in words
            assert runs.bench.grid() == stood
        self.edit(runs, "Xyzzy", [40, 50, 60])
        plan = runs.sync()
        assert plan.exit_code == 0
        assert self.answers(runs.bench.grid()) == [40, 50, 60]
        runs.undo(plan.run or "")
        assert self.answers(runs.bench.grid()) == [10, 20, 30]

    @pytest.mark.parametrize("header", ["Objective", "Key result"])
    def test_rows_are_answered_on_after_a_column_of_their_words_was_renamed(
        self, runs: BenchRuns, header: str
    ) -> None:
        before = self.filled(runs, APART)
        self.all_written(runs, runs.sync())
        self.rename(runs, header, "Xyzzy")
        self.edit(runs, "Current", [40, 50, 60])
        plan = runs.sync()
        assert (plan.exit_code, plan.sources[0].conflicts) == (0, ())
        assert "renamed-column" in {warning.code for warning in plan.warnings}
        assert self.answers(runs.bench.grid()) == [40, 50, 60]
        assert runs.sync().sources[0].calls.write == 0
        runs.undo(plan.run or "")
        assert self.answers(runs.bench.grid()) == [10, 20, 30]
        assert [row[0:2] for row in runs.bench.grid()[1:]] == [row[0:2] for row in before[1:]]

    def test_a_renamed_input_whose_values_changed_is_known_by_its_id_or_stops_the_source(
        self, runs: BenchRuns
    ) -> None:
        self.filled(runs, APART)
        self.all_written(runs, runs.sync())
        self.rename(runs, "Current", "Xyzzy")
        self.edit(runs, "Xyzzy", [40, 50, 60])
        self.followed_or_stopped(runs, [40, 50, 60])

    def test_a_renamed_input_that_moved_is_known_by_its_id_or_stops_the_source(
        self, runs: BenchRuns
    ) -> None:
        self.filled(runs, APART)
        self.all_written(runs, runs.sync())
        self.rename(runs, "Current", "Xyzzy")
        if not runs.bench.move_column(2, 0):
            pytest.skip("columns have no order here")
        self.edit(runs, "Xyzzy", [40, 50, 60])
        self.followed_or_stopped(runs, [40, 50, 60])

    def test_an_input_that_vanished_stops_the_source_and_blanks_nothing(
        self, runs: BenchRuns
    ) -> None:
        self.filled(runs, APART)
        self.all_written(runs, runs.sync())
        if not runs.bench.remove_column(2):
            pytest.skip("columns cannot be deleted here")
        stood = runs.bench.grid()
        for _ in range(2):
            plan = runs.sync()
            assert plan.exit_code == 5
            [refusal] = plan.sources[0].refusals
            assert refusal.guard == "vanished-input"
            assert "'Current'" in refusal.message
            assert plan.sources[0].changes == ()
            assert runs.bench.grid() == stood

    @pytest.mark.parametrize(
        "names", [("Current", "Target"), ("Key result", "Objective")], ids=" and ".join
    )
    def test_columns_that_exchanged_their_names_stop_the_source_until_a_person_decides(
        self, runs: BenchRuns, names: tuple[str, str]
    ) -> None:
        self.filled(runs, APART)
        self.all_written(runs, runs.sync())
        before = runs.bench.grid()
        self.exchange(runs, names)
        stood = runs.bench.grid()
        for _ in range(2):
            plan = runs.sync()
            assert plan.exit_code == 5
            [refusal] = plan.sources[0].refusals
            assert refusal.guard == "exchanged-inputs"
            assert all(repr(name) in refusal.message for name in names)
            assert plan.sources[0].changes == ()
            assert runs.bench.grid() == stood
        self.exchange(runs, names)
        plan = runs.sync()
        assert (plan.exit_code, plan.sources[0].calls.write) == (0, 0)
        assert runs.bench.grid() == before

    def test_columns_that_exchanged_their_names_are_read_so_where_that_is_allowed(
        self, runs: BenchRuns
    ) -> None:
        header, *rows = APART
        self.filled(runs, [header, *([*row[:2], 100, row[2]] for row in rows)])
        runs.sync()
        # Somebody sees that the two names stand at the wrong columns.
        self.exchange(runs, ("Current", "Target"))
        assert runs.sync().exit_code == 5
        allowing = BenchRuns(runs.bench, runs.base, frozenset({"exchanged-inputs"}))
        assert allowing.sync().exit_code == 0
        assert self.answers(runs.bench.grid()) == [10, 20, 30]
        plan = runs.sync()
        assert (plan.exit_code, plan.sources[0].calls.write) == (0, 0)

    def test_a_column_that_was_moved_or_typed_over_has_exchanged_nothing(
        self, runs: BenchRuns
    ) -> None:
        self.filled(runs, APART)
        self.all_written(runs, runs.sync())
        if not runs.bench.move_column(3, 2):
            pytest.skip("columns have no order here")
        self.edit(runs, "Current", [100, 100, 100])
        plan = runs.sync()
        assert plan.exit_code == 0
        assert self.answers(runs.bench.grid()) == [100, 100, 100]

    @pytest.mark.parametrize("value", UNREADABLE)
    def test_values_that_cannot_be_read_any_more_stop_the_source_and_blank_nothing(
        self, runs: BenchRuns, value: CellValue
    ) -> None:
        self.filled(runs, APART)
        self.all_written(runs, runs.sync())
        if value is not None and runs.bench.numbers_only:
            pytest.skip("a column of numbers takes nothing else here")
        before = runs.bench.grid()
        self.edit(runs, "Current", [value] * 3)
        stood = runs.bench.grid()
        for _ in range(2):
            plan = runs.sync()
            assert plan.exit_code == 5
            assert [one.guard for one in plan.sources[0].refusals] == ["max-losses"]
            assert plan.sources[0].changes == ()
            assert runs.bench.grid() == stood
        self.edit(runs, "Current", [10, 20, 30])
        plan = runs.sync()
        assert (plan.exit_code, plan.sources[0].calls.write) == (0, 0)
        assert self.answers(runs.bench.grid()) == self.answers(before)

    def test_values_that_cannot_be_read_after_a_run_that_broke_blank_nothing(
        self, runs: BenchRuns
    ) -> None:
        """The run that wrote the answers could not remember them; what it wrote is known."""
        self.filled(runs, APART)
        runs.sync(fail="after")
        self.edit(runs, "Current", [None] * 3)
        stood = runs.bench.grid()
        plan = runs.sync()
        assert [one.guard for one in plan.sources[0].refusals] == ["max-losses"]
        assert runs.bench.grid() == stood

    def test_a_row_that_is_used_again_keeps_no_answer_of_the_item_before(
        self, runs: BenchRuns
    ) -> None:
        self.needs_order(runs)
        self.filled(runs, APART)
        self.all_written(runs, runs.sync())
        header, first, *rest = runs.bench.grid()
        first[:4] = ["Learn", "Interviews", None, 12]
        runs.bench.fill([header, first, *rest])
        used = runs.bench.grid()
        plan = runs.sync()
        assert [source.skips for source in plan.sources] == [()]
        assert self.answers(runs.bench.grid()) == [None, 20, 30]
        assert [source.calls.write for source in runs.sync().sources] == [0]
        if any(source.changes for source in plan.sources):
            runs.undo(plan.run or "")
        assert runs.bench.grid() == used

    @pytest.mark.parametrize("copied", [2, 3, 4])
    @pytest.mark.parametrize("above", [2, 6])
    def test_a_row_copied_in_the_midst_of_a_write_keeps_no_value_of_another(
        self, runs: BenchRuns, copied: int, above: int
    ) -> None:
        """Somebody inserts a row, so that values land one row too high, and copies a row before
        that is put right.
        """
        self.needs_order(runs)
        self.filled(runs, APART)
        self.all_written(runs, runs.sync())
        self.edit(runs, "Current", [40, 50, 60])
        bench = runs.bench

        def insert() -> None:
            bench.insert_row(2, [None, "Ideas"])

        def copy() -> None:
            bench.copy_row(copied + 1, above)

        if not bench.around_write(insert, copy):
            pytest.skip("a write is a single step here")
        runs.sync()
        own: dict[CellValue, set[int | None]] = {
            40: {10, 40},
            50: {20, 50},
            60: {30, 60},
            None: {None},
        }
        grid = bench.grid()
        column = grid[0].index("Current")
        for row, answer in zip(grid[1:], self.answers(grid), strict=True):
            current = row[column] if len(row) > column else None
            assert answer in own[current], grid
        runs.sync()
        plan = runs.sync()
        assert [source.calls.write for source in plan.sources] == [0]
        assert [row[:4] for row in grid] == [row[:4] for row in bench.grid()]

    def followed_or_stopped(self, runs: BenchRuns, values: list[CellValue]) -> None:
        """After a column was renamed and all its values changed: where the place knows columns,
        the answers follow; elsewhere the last ones stand. Nothing is blank in either case.
        """
        stood = runs.bench.grid()
        plan = runs.sync()
        if runs.bench.knows_columns:
            assert plan.exit_code == 0
            assert "renamed-column" in {one.code for one in plan.warnings}
            assert self.answers(runs.bench.grid()) == values
            assert runs.sync().sources[0].calls.write == 0
            return
        assert [one.guard for one in plan.sources[0].refusals] == ["vanished-input"]
        assert runs.bench.grid() == stood

    def rename(self, runs: BenchRuns, before: str, after: str) -> None:
        """A person gives a column another name; skip, aloud, where that cannot be."""
        if not runs.bench.rename_column(runs.bench.grid()[0].index(before), after):
            pytest.skip("columns cannot be renamed here")

    def exchange(self, runs: BenchRuns, names: tuple[str, str]) -> None:
        """A person gives each of two columns the name of the other."""
        first, second = names
        self.rename(runs, first, "Xyzzy")
        self.rename(runs, second, first)
        self.rename(runs, "Xyzzy", second)

    def edit(self, runs: BenchRuns, header: str, values: list[CellValue]) -> None:
        """A person types into a column, from the first row below the header on."""
        grid = runs.bench.grid()
        column = grid[0].index(header)
        for row, value in zip(grid[1:], values, strict=True):
            row.extend([None] * (column + 1 - len(row)))
            row[column] = value
        runs.bench.fill(grid)

    def filled(self, runs: BenchRuns, rows: Grid) -> Grid:
        """The table as it stands once it holds these rows; skip, aloud, what it cannot hold."""
        if not all(runs.bench.can_hold(str(header)) for header in rows[0]):
            pytest.skip("this table has other columns")
        runs.bench.fill([list(row) for row in rows])
        return runs.bench.grid()

    def all_written(self, runs: BenchRuns, plan: Plan) -> None:
        """Every change of a run was written, and the journal says so."""
        assert {change.outcome for source in plan.sources for change in source.changes} == {
            State.WRITTEN
        }
        assert [source.conflicts for source in plan.sources] == [()]
        entries = runs.entries(plan.run or "")
        assert {entry.state for entry in entries} == {State.WRITTEN}
        assert len(entries) == sum(len(source.changes) for source in plan.sources)

    def answers(self, grid: Grid) -> list[CellValue]:
        """What stands in the column of answers, in points; None where nothing does."""
        column = grid[0].index("Progress")
        return [_points(row[column]) if len(row) > column else None for row in grid[1:]]

    def needs_order(self, runs: BenchRuns) -> None:
        """Skip, aloud, what people can only do where rows have an order."""
        if not runs.bench.orders_rows:
            pytest.skip("rows have no order here")

    def insert_a_column(self, runs: BenchRuns) -> None:
        """Somebody inserts a column at the left; skip, aloud, where columns have no order."""
        if not runs.bench.insert_column(0, ["Team"]):
            pytest.skip("columns have no order here")


def _points(value: CellValue) -> int | None:
    if value is None:
        return None
    return int(value.rstrip("%")) if isinstance(value, str) else round(float(value) * 100)  # type: ignore[arg-type]
