"""Tables kept in other words, in another layout or order are read the same, or asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutations import TABLES, difference, mutants, mutants_of, read
from okrsync.testing import context_for
from okrsync_workbook import WorkbookConnector, WorkbookSettings

COUNT = 12
"""Mutants of each table; `benchmarks/mutations.py` tries more."""


@pytest.mark.parametrize("name", TABLES)
def test_a_table_kept_differently_is_read_the_same_or_asked_about(name: str) -> None:
    before = read(TABLES[name][1])
    assert before.objectives
    for mutant in mutants(name, range(COUNT)):
        silent = difference(before, read(mutant.tabs))
        assert silent is None, (mutant.changes, silent, mutant.tabs)


def test_files_from_the_field_are_read_the_same_or_asked_about(shared: Path) -> None:
    paths = sorted((shared / "field").glob("*.csv"))
    assert paths
    for path in paths:
        if path.stem.startswith("untitled-kr"):
            continue  # Two files of one source.
        connector = WorkbookConnector(WorkbookSettings(path=str(path)), context_for(path.parent))
        tables = connector.read().tables
        tabs = {table.name: [list(row.values) for row in table.rows] for table in tables}
        before = read(tabs)
        for mutant in mutants_of(path.stem, tabs, range(COUNT // 2)):
            silent = difference(before, read(mutant.tabs))
            assert silent is None, (path.stem, mutant.changes, silent, mutant.tabs)


def test_a_silent_difference_is_seen() -> None:
    before = read(TABLES["Objective repeated"][1])
    header, *rows = TABLES["Objective repeated"][1]["Q4"]
    changed = [header, *([*row[:-1], 7] for row in rows)]
    assert difference(before, read({"Q4": changed})) is not None


def test_a_difference_that_is_asked_about_is_none() -> None:
    tabs = TABLES["Marks"][1]
    header, *rows = tabs["Q4"]
    changed = [[*header[:-1], "Reviewed"], *rows]
    assert difference(read(tabs), read({"Q4": changed})) is None
