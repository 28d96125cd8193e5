"""State files of every older schema are brought up to date with all that they hold."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from okrsync.model.okrs import Cycle, LedgerEntry, Status
from okrsync.plan.placing import Placement
from okrsync.state.ledger import Ledger
from okrsync.state.memory import Memory
from okrsync.state.packed import unpacked
from okrsync.state.packed_map import remember_fact
from okrsync.state.schema import SCHEMA_VERSION, bring_up
from okrsync.state.sqlite import empty_database
from okrsync.state.store import Store
from team import Team, sheet

KEY = ("growth", "key-1")


def state_of(path: Path, version: int, *, filled: bool = True) -> None:
    """A state file as an okrsync of that schema left it, after two runs that moved an item."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        bring_up(database, path, to=version)
        if filled:
            fill(database.execute, version)


def fill(execute: Callable[[str, Sequence[object]], object], version: int) -> None:
    """What the two runs left in the tables."""
    for day, moved_to in (("2026-11-02", 1), ("2026-11-09", 2)):
        execute(
            "INSERT INTO runs (id, kind, as_of, started, finished, exit_code, moved_to)"
            " VALUES (?, 'sync', ?, ?, ?, 0, ?)",
            (f"{day}-1", day, f"{day}T09:00:00+00:00", f"{day}T09:00:01+00:00", moved_to),
        )
    for number, (share, status) in enumerate(((0.3, "at-risk"), (0.6, "on-track")), start=1):
        execute(
            "INSERT INTO moves (number, source, key, id, title, progress, status)"
            " VALUES (?, ?, ?, 'growth/O1/KR1', 'Sign-ups', ?, ?)",
            (number, *KEY, share, status),
        )
    if version >= 4:
        execute(
            "INSERT INTO ledger_items (number, source, key, id, title)"
            " VALUES (1, ?, ?, 'growth/O1/KR1', 'Sign-ups')",
            KEY,
        )
        for day, current, share, status in (
            ("2026-11-02", "30", 0.3, "at-risk"),
            ("2026-11-09", "60", 0.6, "on-track"),
        ):
            execute(
                "INSERT INTO observations (item, day, current, progress, status, origin)"
                " VALUES (1, ?, ?, ?, ?, 'run')",
                (day, current, share, status),
            )
    if version >= 5:
        execute(
            "INSERT INTO placements (source, key, cycle, starts, ends, how, since, plan, news)"
            " VALUES (?, ?, '2026-Q4', '2026-10-01', '2026-12-31', 'first-seen', '2026-11-02',"
            " '0|100|', '60||||')",
            KEY,
        )


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_file_of_any_older_schema_becomes_what_a_new_one_is(tmp_path: Path, version: int) -> None:
    older, new = tmp_path / "older.db", tmp_path / "new.db"
    state_of(older, version, filled=False)
    with Store.open(older), Store.open(new):
        pass
    with closing(empty_database()) as empty:
        assert _schema(older) == _schema(new) == _schema_of(empty)


def _schema(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return _schema_of(database)


def _schema_of(database: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Every table and index with its statement, and the version."""
    rows = database.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    return [*rows, *database.execute("PRAGMA user_version")]


@pytest.mark.parametrize("version", range(2, SCHEMA_VERSION))
def test_progress_and_status_of_an_older_file_are_in_the_ledger(
    tmp_path: Path, version: int
) -> None:
    path = tmp_path / "okrsync.db"
    state_of(path, version)
    values = (Decimal(30), Decimal(60)) if version >= 4 else (None, None)
    with Store.open(path) as state:
        assert Ledger(state).history(KEY) == (
            LedgerEntry(
                date(2026, 11, 2),
                current=values[0],
                progress=Decimal("0.3"),
                status=Status.AT_RISK,
            ),
            LedgerEntry(
                date(2026, 11, 9),
                current=values[1],
                progress=Decimal("0.6"),
                status=Status.ON_TRACK,
            ),
        )
        assert Ledger(state).newest_day() == date(2026, 11, 9)
        placements = Memory(state).placements("growth")
    quarter = Cycle(date(2026, 10, 1), date(2026, 12, 31), "2026-Q4")
    kept = Placement(quarter, "first-seen", date(2026, 11, 2), "0|100|", "60||||")
    assert placements == ({"key-1": kept} if version >= 5 else {})
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


def test_packed_placements_of_an_okrsync_that_kept_fewer_values_are_read(tmp_path: Path) -> None:
    quarter = Cycle(date(2026, 10, 1), date(2026, 12, 31), "2026-Q4")
    known = {
        str(number): Placement(quarter, "first-seen", date(2026, 11, 2)) for number in range(200)
    }
    with Store.open(tmp_path / "okrsync.db") as state:
        Memory(state).remember_placements("growth", known)
        ((text,),) = state.rows("SELECT value FROM facts WHERE name = 'packed placements'")
        *columns, begins = json.loads(unpacked(str(text)))
        assert begins == [None] * 200
        remember_fact(state, "growth", "packed placements", columns)
        assert Memory(state).placements("growth") == known
        begun = replace(known["7"], begins=date(2026, 10, 1))
        changed = {**known, **{str(number): begun for number in range(100)}}
        Memory(state).remember_placements("growth", changed)
        assert Memory(state).placements("growth") == changed


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_run_goes_on_with_a_file_of_any_older_schema(team: Team, version: int) -> None:
    with closing(sqlite3.connect(team.folder / "okrsync.db", isolation_level=None)) as database:
        bring_up(database, team.folder / "okrsync.db", to=version)
    team.sync()
    rows = sheet(team.folder / "growth.xlsx")
    assert rows[1][rows[0].index("Status")] == "At risk"
    history = team.json("show", "growth/O1/KR1", "--history", "--as-of", "2026-11-23")
    (entry,) = history["objectives"][0]["key_results"][0]["history"]
    assert (entry["day"], entry["current"]) == ("2026-11-20", 62)
    again = team.sync()
    assert [source["changes"] for source in again["sources"]] == [[]]
