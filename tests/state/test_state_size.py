"""What many rows leave in the state file: few bytes each, all of which undo finds again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from okrsync.config import load
from okrsync.connector import State
from okrsync.state.journal import Journal
from okrsync.state.memory import Memory
from okrsync.state.store import Store
from okrsync.steps.undo import undo
from okrsync.sync import sync
from team import write_csv

ROWS = 1_000
BYTES_A_ROW = 450
"""In a state after the first sync, its empty tables counted; it was 1,400 with a row for each cell
and each item.
"""
CONFIG = """
cycle = "2026-Q4"
[sources.growth]
connector = "workbook"
path = "growth.csv"
[sources.growth.write]
columns = {progress = "Progress", status = "Status"}
"""


def test_many_rows_take_few_bytes_each_and_are_put_back_whole(tmp_path: Path) -> None:
    header = ["Objective", "Key result", "Start", "Current", "Target", "Last check-in"]
    rows = [
        [f"Objective {n // 5}", f"Key result {n}", 10, 10 + n % 90, 100, "2026-11-20"]
        for n in range(ROWS)
    ]
    write_csv(tmp_path / "growth.csv", [header, *rows])
    before = (tmp_path / "growth.csv").read_text(encoding="utf-8")
    (tmp_path / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
    config = load(tmp_path / "okrsync.toml")
    done = sync(config, as_of=date(2026, 11, 23), allow=["max-changes"])
    assert done.exit_code == 0
    path = tmp_path / "okrsync.db"
    assert path.stat().st_size < BYTES_A_ROW * ROWS
    with closing(sqlite3.connect(path)) as database:
        ((count,),) = database.execute("SELECT count(*) FROM entries")
    assert count < 10

    with Store.open(path, readonly=True) as state:
        journal = Journal(state)
        entries = journal.entries(done.run or "")
        cells = [entry for entry in entries if entry.kind == "cell"]
        assert len(cells) == 2 * ROWS
        assert {entry.state for entry in cells} == {State.WRITTEN}
        assert journal.unsettled() == []
        assert len(journal.last_written("growth")) == 2 * ROWS
        assert len(Memory(state).placements("growth")) == ROWS + ROWS // 5

    undone = undo(config, "last")
    assert undone.exit_code == 0
    assert (tmp_path / "growth.csv").read_text(encoding="utf-8") == before
    with Store.open(path, readonly=True) as state:
        assert Journal(state).last_written("growth") == {}
