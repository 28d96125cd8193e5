"""What the cases of the contract share: a filled table, and references to its rows and cells."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from okrsync.connector import (
    Ability,
    Batch,
    CellValue,
    CellWrite,
    ColumnRef,
    Connector,
    Looks,
    Misfit,
    Row,
    Settings,
    Snapshot,
    SourceChanged,
    State,
    Table,
    row_ref,
)
from okrsync.testing.bench import Bench, Grid, trimmed

__all__ = ["ROWS", "ContractCases"]

ROWS: Grid = [
    ["Objective", "Key result", "Progress"],
    ["Grow", "Sign-ups", None],
    ["Grow", "Revenue", None],
    ["Keep", "Churn", None],
]


class ContractCases:
    """What the cases of the contract share."""

    def opened(self, bench: Bench) -> tuple[Connector[Settings], Snapshot, Table]:
        """A connector that has read the filled table."""
        bench.fill([list(row) for row in ROWS])
        connector = bench.connector()
        snapshot = connector.read()
        return connector, snapshot, snapshot.tables[0]

    def index_of(self, table: Table, name: str) -> int:
        """Where a column stands: where the place declares its columns, or in the order of
        `ROWS`.
        """
        return (
            table.header.index(name)
            if table.header is not None
            else [str(header) for header in ROWS[0]].index(name)
        )

    def row(self, table: Table, number: int) -> Row:
        """The row that stands at a number of `ROWS`, counted from 1; a header that the place
        declares is none of its rows.
        """
        return table.rows[number - 1 if table.header is None else number - 2]

    def column(self, table: Table, name: str) -> ColumnRef:
        """How a column is found again."""
        return ColumnRef(self.index_of(table, name), name, None if table.header is not None else 1)

    def progress(self, table: Table, number: int) -> CellValue:
        """What stands in the Progress column of a row."""
        return self.row(table, number).value(self.index_of(table, "Progress"))

    def cell(
        self, table: Table, number: int, after: CellValue, before: CellValue = None, id_: str = "c"
    ) -> CellWrite:
        """A write to the Progress column beside a key result, expecting what stands there."""
        ref = row_ref(self.row(table, number), {"key_result": self.column(table, "Key result")})
        return CellWrite(id_, table.key, ref, self.column(table, "Progress"), before, after)

    def fitted(
        self,
        connector: Connector[Settings],
        table: Table,
        value: CellValue,
        looks: Looks = Looks.TEXT,
    ) -> CellValue:
        """What a cell will hold once the value has been written."""
        fitted = connector.fit(table, self.index_of(table, "Progress"), looks, value)
        assert not isinstance(fitted, Misfit), fitted.reason
        return fitted

    def holds(self, bench: Bench, rows: Sequence[Sequence[CellValue]]) -> None:
        """Assert what stands in the table; the rows of a database have no order of their own."""
        grid, expected = bench.grid(), trimmed(rows)
        if not bench.orders_rows:
            grid, expected = (sorted(each, key=repr) for each in (grid, expected))
        assert grid == expected

    def written_late(self, connector: Connector[Settings], batch: Batch) -> State | None:
        """What became of the cell `c` when the place moved since it was read; None where the
        connector asks to plan again.
        """
        try:
            return connector.write(batch).outcomes["c"].state
        except SourceChanged:
            return None

    def slowest(self, connector: Connector[Settings]) -> float:
        """The share of its usual pace that the connector's slowest kind of request has. Skips,
        aloud, where the connector is not on the network floor.
        """
        if connector.network is None:
            pytest.skip("this connector says it is not on the network")
        return min(pace.share for pace in connector.network.paces.values())

    def needs(self, connector: Connector[Settings], ability: Ability) -> None:
        """Skip, aloud, what the place cannot do."""
        if ability not in connector.abilities:
            pytest.skip(f"this place says it cannot do {ability.value}")
