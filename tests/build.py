"""Small builders for tests of the engine: items, tables and measures with numbers one can check in
one's head.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from okrsync.connector import Ability, Looks, Misfit
from okrsync.mapping import Okrs
from okrsync.measures.result import Measure
from okrsync.model.okrs import Freshness, KeyResult, Objective, Origin, Owned, Status
from okrsync.model.table import (
    CellValue,
    ColumnRef,
    IdentityCell,
    Row,
    RowRef,
    Snapshot,
    Table,
    rows_of,
)

HEADER = ("Objective", "Key result", "Current", "Progress", "Status")


def table(
    *rows: Sequence[CellValue],
    header: Sequence[CellValue] = HEADER,
    marks: Mapping[int, bytes] | None = None,
) -> Table:
    """A tab `Q4` with the header in row 1; `marks` by row number."""
    plain = rows_of([header, *rows])
    marked = tuple(
        Row(row.number, row.values, None, (marks or {}).get(row.number, b"")) for row in plain
    )
    return Table("Q4", "Q4", marked)


def snapshot(*tables: Table) -> Snapshot:
    return Snapshot("growth", tables, "v1", datetime(2026, 11, 23, tzinfo=UTC))


def row(number: int, title: str, column: int = 1) -> RowRef:
    """A row of `table`, known by its title."""
    role, header = ("objective", "key_result")[column], HEADER[column]
    return RowRef(number, None, (IdentityCell(role, ColumnRef(column, header, 1), title),))


def origin(number: int, title: str, column: int = 1) -> Origin:
    return Origin(
        "growth",
        "Q4",
        "Q4",
        row(number, title, column),
        {"objective": 0, "key_result": 1, "current": 2},
    )


def key_result(number: int, title: str, **more: Any) -> KeyResult:
    return KeyResult(
        f"growth/O1/KR{number - 1}", f"key-{title}", title, origin(number, title), **more
    )


def objective(title: str, *key_results: KeyResult, number: int = 2, **more: Any) -> Objective:
    return Objective(
        "growth/O1",
        f"key-{title}",
        title,
        "growth",
        origin(number, title, 0),
        tuple(key_results),
        **more,
    )


def measured(
    progress: str | None, status: Status = Status.ON_TRACK, reason: str = "On pace.", **more: Any
) -> Measure:
    share = None if progress is None else Decimal(progress)
    defaults: dict[str, Any] = {
        "expected": None,
        "score": None,
        "freshness": Freshness.STALE if status is Status.STALE else None,
        "checked_in": date(2026, 11, 2),
        "confidence": None,
        "reported": (1, 1),
    }
    return Measure(
        progress=share, raw_progress=share, status=status, reason=reason, **{**defaults, **more}
    )


def okrs(
    *objectives: Objective, columns: Mapping[str, int | None] | None = None, **more: Any
) -> Okrs:
    """What a source came to, with its owned columns in table `Q4`."""
    places = {"progress": 3, "status": 4} if columns is None else dict(columns)
    names = {"progress": "Progress", "status": "Status", "note": "okrsync note"}
    owned = Owned("Q4", "Q4", 1, places, {field: names[field] for field in places})
    defaults: dict[str, Any] = {"warnings": (), "skips": (), "owned": (owned,), "tabs": ()}
    return Okrs(source="growth", objectives=objectives, **{**defaults, **more})


class Paper:
    """A place that can do everything and holds shares as plain numbers."""

    abilities = frozenset(Ability)

    def obstacle(self, _summary: object) -> None:
        return None

    def history_obstacle(self, _history: object) -> None:
        return None

    def fit(
        self, table: Table, column: int | None, looks: Looks, value: CellValue
    ) -> CellValue | Misfit:
        return float(value) if isinstance(value, Decimal) else value
