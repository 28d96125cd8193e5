"""The part of the contract about rows inserted into tables of people, and about copied tabs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from okrsync.connector import (
    Ability,
    Batch,
    CellWrite,
    CopiedTab,
    IdentityCell,
    InsertedRow,
    RemovedTab,
    SourceChanged,
    State,
    Table,
    TakenRow,
    copied_table,
    row_ref,
    tab_digest,
)
from okrsync.testing.bench import Bench, Grid, trimmed
from okrsync.testing.cases import ROWS, ContractCases

__all__ = ["InsertionContract"]


class InsertionContract(ContractCases):
    """What a connector promises that inserts rows or copies tabs."""

    def inserted(
        self, table: Table, title: str, id_: str = "i", like: int = 2, behind: int = 4
    ) -> InsertedRow:
        """A row under the objective of another row, with a key result of its own."""
        columns = [self.column(table, name) for name in ("Objective", "Key result")]
        like_ref, behind_ref = (
            row_ref(self.row(table, number), {"key_result": columns[1]})
            for number in (like, behind)
        )
        objective = self.row(table, like).value(self.index_of(table, "Objective"))
        key = (
            IdentityCell("objective", columns[0], objective),
            IdentityCell("key_result", columns[1], title),
        )
        before = self.row(table, like).value(self.index_of(table, "Key result"))
        cell = CellWrite(f"{id_} title", table.key, like_ref, columns[1], before, title)
        return InsertedRow(id_, table.key, like_ref, behind_ref, key, (columns[0],), (cell,))

    def test_rows_are_inserted_behind_their_row_once_and_what_is_below_moves_down(
        self, bench: Bench
    ) -> None:
        rows: Grid = [list(row) for row in ROWS]
        if bench.orders_rows:
            rows += [[], ["Total", None, None]]
        bench.fill([list(row) for row in rows])
        connector = bench.connector()
        self.needs(connector, Ability.INSERT_ROWS)
        snapshot = connector.read()
        table = snapshot.tables[0]
        new = (self.inserted(table, "Sign-ups 2"), self.inserted(table, "Churn 2", "j", like=4))
        receipt = connector.write(Batch(snapshot, inserted_rows=new))
        assert {outcome.state for outcome in receipt.outcomes.values()} == {State.WRITTEN}
        made: Grid = [["Grow", "Sign-ups 2"], ["Keep", "Churn 2"]]
        expected = [*rows[:4], *made, *rows[4:]]
        self.holds(bench, expected)
        again = bench.connector()
        receipt = again.write(Batch(again.read(), inserted_rows=new))
        assert {outcome.state for outcome in receipt.outcomes.values()} == {State.UNCHANGED}
        assert again.calls.write == 0
        self.holds(bench, expected)

    def test_a_row_is_inserted_beside_what_people_do_in_the_meantime(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        self.needs(connector, Ability.INSERT_ROWS)
        new = self.inserted(table, "Sign-ups 2")
        batch = Batch(snapshot, inserted_rows=(new,))
        rows: Grid = [ROWS[0], ["Grow", "New", None], *ROWS[1:], ["Win", "Trials", None]]
        bench.fill([list(row) for row in rows])
        try:
            state = connector.write(batch).outcomes["i"].state
        except SourceChanged:
            fresh = bench.connector()
            receipt = fresh.write(replace(batch, snapshot=fresh.read()))
            state = receipt.outcomes["i"].state
        assert state is State.WRITTEN
        self.holds(bench, [*rows[:5], ["Grow", "Sign-ups 2"], *rows[5:]])

    def test_a_row_is_not_inserted_behind_one_that_is_gone(self, bench: Bench) -> None:
        connector, _, table = self.opened(bench)
        self.needs(connector, Ability.INSERT_ROWS)
        if not bench.orders_rows:
            pytest.skip("rows are not inserted behind others here")
        new = self.inserted(table, "Sign-ups 2")
        bench.fill([list(row) for row in ROWS[:3]])
        fresh = bench.connector()
        receipt = fresh.write(Batch(fresh.read(), inserted_rows=(new,)))
        assert receipt.outcomes["i"].state is State.CONFLICT
        assert bench.grid() == trimmed(ROWS[:3])

    def test_an_inserted_row_is_taken_out_again_unless_people_used_it(self, bench: Bench) -> None:
        connector, snapshot, table = self.opened(bench)
        self.needs(connector, Ability.INSERT_ROWS)
        new = self.inserted(table, "Sign-ups 2")
        connector.write(Batch(snapshot, inserted_rows=(new,)))
        snapshot = connector.read()
        table = snapshot.tables[0]
        row = next(
            row
            for row in table.rows
            if row.value(self.index_of(table, "Key result")) == "Sign-ups 2"
        )
        ref = row_ref(row, {"key_result": self.column(table, "Key result")})
        progress = self.column(table, "Progress")
        value = self.fitted(connector, table, "typed")
        typed = CellWrite("c", table.key, ref, progress, None, value)
        connector.write(Batch(snapshot, (typed,)))
        taken = TakenRow("t", table.key, ref, new.key)
        before = bench.grid()
        receipt = connector.write(Batch(connector.read(), taken_rows=(taken,)))
        assert receipt.outcomes["t"].state is State.CONFLICT
        assert bench.grid() == before
        ours = replace(taken, ours=(progress,))
        receipt = connector.write(Batch(connector.read(), taken_rows=(ours,)))
        assert receipt.outcomes["t"].state is State.WRITTEN
        self.holds(bench, [list(row) for row in ROWS])

    def test_a_copy_in_whose_way_nothing_is_said_to_stand_can_be_made_and_is_read(
        self, bench: Bench
    ) -> None:
        connector, snapshot, table = self.opened(bench)
        self.needs(connector, Ability.COPY_TABS)
        calls = replace(connector.calls)
        obstacle = connector.tab_obstacle(table, "Q1")
        assert connector.calls == calls, "it makes no requests"
        if obstacle is not None:
            assert obstacle.strip(), "people are told what stands in the way"
            return
        entry = CopiedTab("t", table.key, "Q1", tab_digest(table))
        receipt = connector.write(Batch(snapshot, copied_tabs=(entry,)))
        assert receipt.outcomes["t"].state is State.WRITTEN
        names = [each.name for each in bench.connector().read().tables]
        assert sorted(names) == sorted([table.name, "Q1"])

    def test_a_tab_is_copied_once_and_removed_again_unless_people_used_it(
        self, bench: Bench
    ) -> None:
        connector, snapshot, table = self.opened(bench)
        self.needs(connector, Ability.COPY_TABS)
        column = {"key_result": self.column(table, "Key result")}
        value = self.fitted(connector, table, "on its way")
        entry = CopiedTab(
            "t",
            table.key,
            "Q1",
            "",
            (row_ref(self.row(table, 3), column),),
            (self.cell(table, 4, value),),
        )
        copy = copied_table(entry, table)
        assert copy is not None
        entry = replace(entry, digest=tab_digest(copy))
        batch = Batch(snapshot, copied_tabs=(entry,))
        assert connector.write(batch).outcomes["t"].state is State.WRITTEN
        assert bench.grid() == trimmed(ROWS)
        fresh = bench.connector()
        again = fresh.read()
        made = next(each for each in again.tables if each.name == "Q1")
        expected = [ROWS[0], ROWS[1], [*ROWS[3][:2], value]]
        assert trimmed([row.values for row in made.rows]) == trimmed(expected)
        receipt = fresh.write(replace(batch, snapshot=again))
        assert (receipt.outcomes["t"].state, fresh.calls.write) == (State.UNCHANGED, 0)
        taken = replace(entry, id="u", name=table.name)
        outcome = fresh.write(Batch(fresh.read(), copied_tabs=(taken,))).outcomes["u"]
        assert outcome.state is State.CONFLICT
        removed = RemovedTab("r", made.key, "Q1", entry.digest)
        typed = self.cell(made, 2, self.fitted(fresh, made, "typed"))
        fresh.write(Batch(fresh.read(), (typed,)))
        receipt = fresh.write(Batch(fresh.read(), removed_tabs=(removed,)))
        assert receipt.outcomes["r"].state is State.CONFLICT
        fresh.write(Batch(fresh.read(), (replace(typed, before=typed.after, after=None),)))
        receipt = fresh.write(Batch(fresh.read(), removed_tabs=(removed,)))
        assert receipt.outcomes["r"].state is State.WRITTEN
        assert [each.name for each in fresh.read().tables] == [table.name]
        assert bench.grid() == trimmed(ROWS)
