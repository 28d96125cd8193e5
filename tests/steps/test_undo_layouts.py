"""Undo brings everything back on every layout, stacked twice as well, and finds its rows and
columns after a person has made room around them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grids import in_turns
from layout_samples import SAMPLES, Grid, Sample
from okrsync.connector import State
from okrsync.plan.plan import SourcePlan
from okrsync.testing import MemoryBench, trimmed
from okrsync.testing.runs import BenchRuns

Tabs = dict[str, Grid]


def _name(value: Any) -> str:
    return str(getattr(value, "name", getattr(value, "__name__", value)))


def grids(bench: MemoryBench) -> Tabs:
    return {name: trimmed(rows) for name, rows in bench.memory_place.tabs.items()}


def synced(folder: Path, tabs: Tabs) -> tuple[MemoryBench, BenchRuns, str]:
    """A place that holds these tabs, after a run that wrote all it meant to; rows that were copied
    with their ids are conflicts.
    """
    bench = MemoryBench(folder)
    bench.memory_place.tabs = {name: [list(row) for row in rows] for name, rows in tabs.items()}
    runs = BenchRuns(bench, folder)
    done = runs.sync()
    source = done.sources[0]
    assert {change.outcome for change in source.changes} <= {State.WRITTEN}
    assert all("has the same id" in conflict.reason for conflict in source.conflicts)
    return bench, runs, done.run or ""


def put_back(runs: BenchRuns, run: str) -> SourcePlan:
    try:
        return runs.undo(run).sources[0]
    except Exception as error:
        if type(error).__name__ != "NothingToUndo":
            raise
        pytest.skip("nothing is written beside rows of this layout")


@pytest.mark.parametrize(("sample", "times"), in_turns(SAMPLES, [1, 2]), ids=_name)
def test_undo_right_after_a_run_brings_everything_back(
    tmp_path: Path, sample: Sample, times: int
) -> None:
    tabs = {name: [*rows, *([[], *rows] * (times - 1))] for name, rows in sample.tabs.items()}
    bench, runs, run = synced(tmp_path, tabs)
    assert runs.sync().sources[0].changes == ()
    assert put_back(runs, run).conflicts == ()
    assert grids(bench) == {name: trimmed(rows) for name, rows in tabs.items()}


def at_the_left(rows: Grid) -> Grid:
    return [[None, *row] for row in rows]


def at_the_top(rows: Grid) -> Grid:
    return [["Our plan"], *rows]


def at_both(rows: Grid) -> Grid:
    return at_the_top(at_the_left(rows))


@pytest.mark.parametrize(
    ("sample", "made_room"), in_turns(SAMPLES, [at_the_left, at_the_top, at_both]), ids=_name
)
def test_undo_finds_its_cells_after_people_made_room(
    tmp_path: Path, sample: Sample, made_room: Callable[[Grid], Grid]
) -> None:
    bench, runs, run = synced(tmp_path, sample.tabs)
    bench.memory_place.tabs = {
        name: made_room(rows) for name, rows in bench.memory_place.tabs.items()
    }
    assert put_back(runs, run).conflicts == ()
    expected = {name: trimmed(made_room(rows)) for name, rows in sample.tabs.items()}
    assert grids(bench) == expected
