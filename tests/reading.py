"""Reads a small grid as a source of one tab, for tests of what a row says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.cycles import resolve_cycle
from okrsync.model.okrs import KeyResult, Objective
from okrsync.model.table import CellValue, Row, Snapshot, Table, rows_of

__all__ = [
    "codes",
    "item",
    "key_results",
    "objective",
    "read",
    "read_database",
    "read_databases",
    "read_tabs",
]

TODAY = date(2026, 11, 29)


def read(*rows: Sequence[CellValue], mapping: Mapping_ | None = None, tab: str = "Q4") -> Okrs:
    """The OKRs of one tab."""
    return read_tabs({tab: rows}, mapping)


def read_tabs(
    tabs: Mapping[str, Sequence[Sequence[CellValue]]], mapping: Mapping_ | None = None
) -> Okrs:
    """The OKRs of several tabs of one source."""
    return _understood(
        [Table(name, name, tuple(rows_of(rows))) for name, rows in tabs.items()], mapping
    )


def read_databases(
    databases: Mapping[str, Sequence[Sequence[CellValue]]], mapping: Mapping_ | None = None
) -> Okrs:
    """The OKRs of several databases of one source, each with the names of its properties and then
    its pages.
    """
    tables = []
    for name, (names, *pages) in databases.items():
        rows = tuple(
            Row(number, tuple(page), f"{name}-{number}", label=str(page[0]))
            for number, page in enumerate(pages, start=1)
        )
        header = tuple(str(each) for each in names)
        tables.append(Table(name, name, rows, header, has_order=False))
    return _understood(tables, mapping)


def read_database(*rows: Sequence[CellValue], mapping: Mapping_ | None = None) -> Okrs:
    """The OKRs of one database: the names of its properties, and its pages."""
    return read_databases({"OKRs": rows}, mapping)


def _understood(tables: Sequence[Table], mapping: Mapping_ | None) -> Okrs:
    snapshot = Snapshot("growth", tuple(tables), "v1", datetime(2026, 11, 29, tzinfo=UTC))
    cycle = resolve_cycle("2026-Q4", TODAY, 1)
    reading = Reading("growth", TODAY, cycle, 1, {"progress": "okr progress"})
    return understand(snapshot, mapping or Mapping_(), reading)


def key_results(okrs: Okrs) -> list[KeyResult]:
    """All key results in reading order."""
    return [one for objective in okrs.objectives for one in objective.key_results]


def item(okrs: Okrs, title: str) -> KeyResult:
    """The key result of a title."""
    return next(one for one in key_results(okrs) if one.title == title)


def objective(okrs: Okrs, title: str) -> Objective:
    """The objective of a title."""
    return next(one for one in okrs.objectives if one.title == title)


def codes(okrs: Okrs) -> set[str]:
    """The codes of all warnings."""
    return {warning.code for warning in okrs.warnings}
