"""Tables kept in other words, in another layout or order are read the same, or asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from grids import in_part
from mutations import TABLES, difference, mutants, mutants_of, read, real_tables

COUNT = 12
"""Mutants of each table; `benchmarks/mutations.py` tries more."""


@pytest.mark.parametrize("name", in_part(TABLES, every=2))
def test_a_table_kept_differently_is_read_the_same_or_asked_about(name: str) -> None:
    before = read(TABLES[name][1])
    assert before.objectives
    for mutant in mutants(name, range(COUNT)):
        silent = difference(before, read(mutant.tabs), TABLES[name][1], mutant.tabs)
        assert silent is None, (mutant.changes, silent, mutant.tabs)


def test_real_files_are_read_the_same_or_asked_about(shared: Path) -> None:
    tables = list(real_tables(shared / "field", shared / "corpus"))
    assert len(tables) > 20
    for path, tabs in tables:
        before = read(tabs)
        for mutant in mutants_of(path.stem, tabs, range(COUNT // 2)):
            silent = difference(before, read(mutant.tabs), tabs, mutant.tabs)
            assert silent is None, (path.stem, mutant.changes, silent, mutant.tabs)


def test_a_silent_difference_is_seen() -> None:
    tabs = TABLES["Objective repeated"][1]
    header, *rows = tabs["Q4"]
    changed = {"Q4": [header, *([*row[:-1], 7] for row in rows)]}
    assert difference(read(tabs), read(changed), tabs, changed) is not None


def test_a_warning_about_another_row_asks_nothing_about_this_one() -> None:
    tabs = TABLES["Directions"][1]
    header, first, second, third = tabs["Q4"]
    changed = {"Q4": [header, [*first[:2], "sideways", *first[3:]], [*second[:-1], 7], third]}
    silent = difference(read(tabs), read(changed), tabs, changed)
    assert silent is not None
    assert "Answer time" in silent
    assert "Sign-ups" not in silent


def test_a_difference_that_is_asked_about_is_none() -> None:
    tabs = TABLES["Marks"][1]
    header, *rows = tabs["Q4"]
    changed = {"Q4": [[*header[:-1], "Reviewed"], *rows]}
    assert difference(read(tabs), read(changed), tabs, changed) is None
