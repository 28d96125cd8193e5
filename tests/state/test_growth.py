"""What becomes of a state file after many runs: when old ones are forgotten, the ledger grows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import time_machine

from team import CONFIG, Team, edit

START = datetime(2026, 11, 20, 1, tzinfo=UTC)
A_DAY = 4
"""Runs a day."""
KEPT = '\n[history]\nkeep = "2 days"\n[summary]\nsince = "1 days"\n'


def counts(team: Team) -> dict[str, int]:
    """The rows of each table of the state file."""
    with closing(sqlite3.connect(team.folder / "okrsync.db")) as state:
        names = [
            name for (name,) in state.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {name: state.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def test_only_the_ledger_grows_once_old_runs_are_forgotten(team: Team) -> None:
    team.config(CONFIG + KEPT)
    standing: list[dict[str, int]] = []
    for number in range(12 * A_DAY + 1):
        # A minute more, so that what is two days old is so for certain.
        now = START + number * timedelta(hours=24 / A_DAY, minutes=1)

        def check_in(tab: Any, number: int = number, now: datetime = now) -> None:
            tab["E2"] = 50 + number % (2 * A_DAY)
            tab["G2"] = now.replace(tzinfo=None)

        with time_machine.travel(now):
            edit(team.folder / "growth.xlsx", check_in)
            assert team.run("sync")[0] == 0
        if number % (2 * A_DAY) == 0:
            standing.append(counts(team))
    # Two days until the first run is forgotten; two more until all that are kept are alike.
    settled = standing[3:]
    grown = {
        name: [each[name] for each in settled]
        for name in settled[0]
        if len({each[name] for each in settled}) > 1
    }
    assert list(grown) == ["observations"], grown
    more = [after - before for before, after in pairwise(grown["observations"])]
    # An entry a day for the key result and for its objective, however often they changed.
    assert more == [2 * 2] * len(more)
