"""What can be wrong with time and with a close, in a workbook and in a Google Sheet: a clear word,
an exit code, and nothing lost.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from closing import NO_CYCLES, PLACES, tabs_of
from sync.test_close_of_layouts import CASES
from team import Team

CLOSE = ("close", "2026-Q4", "--carry-over", "--yes")


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, team: Team) -> Iterator[Any]:
    made = PLACES[request.param](team.folder, tabs_of(CASES["filled-down tab"]))
    yield made
    made.stop()


def sync(team: Team, day: str) -> None:
    assert team.run("sync", "--as-of", day)[0] == 0, team.err


def test_a_clock_that_was_set_back_is_named_and_nothing_seen_is_lost(
    place: Any, team: Team
) -> None:
    sync(team, "2027-01-05")
    before = history(team)
    assert before
    code, out = team.run("sync", "--as-of", "2026-12-20")
    assert code == 0
    assert "nothing of this run is kept in the history" in out
    document = team.json("close", "2026-Q4", "--as-of", "2027-01-02")
    assert "clock-set-back" in [warning["code"] for warning in document["warnings"]]
    assert history(team) == before


def test_a_close_that_comes_a_cycle_late_is_told_where_its_items_go(place: Any, team: Team) -> None:
    sync(team, "2026-12-20")
    late = team.json("close", "--carry-over", "--as-of", "2027-04-03")
    assert [warning["code"] for warning in late["warnings"]] == ["next-cycle-ended"]
    assert "2027-Q1" in late["warnings"][0]["message"]
    for arguments in (["--as-of", "2027-04-03"], ["--carry-over", "--as-of", "2027-03-31"]):
        assert team.json("close", *arguments)["warnings"] == []


def history(team: Team) -> list[dict[str, Any]]:
    """All that was seen of the first key result."""
    document = team.json("show", "growth/O1/KR1", "--history", "--as-of", "2027-01-05")
    objectives = [*document["objectives"], *document.get("closed", [])]
    (entries,) = [
        result["history"]
        for objective in objectives
        for result in objective["key_results"]
        if result["id"] == "growth/O1/KR1"
    ]
    found: list[dict[str, Any]] = entries
    return found


@pytest.mark.parametrize(("cycle", "words"), NO_CYCLES)
def test_a_cycle_that_is_none_is_refused_and_nothing_is_touched(
    place: Any, team: Team, cycle: str, words: str
) -> None:
    before = place.grids()
    code = team.run("close", cycle, "--carry-over", "--yes", "--as-of", "2027-01-02")[0]
    assert (code, words in team.err) == (2, True), team.err
    assert place.grids() == before


def test_a_cycle_that_runs_must_be_named_and_is_put_back_whole(place: Any, team: Team) -> None:
    sync(team, "2026-11-20")
    before = place.grids()
    code = team.run("close", "--carry-over", "--yes", "--as-of", "2026-11-21")[0]
    assert code == 2
    assert "okrsync close 2026-Q4" in team.err
    assert place.grids() == before
    document = team.json(*CLOSE, "--as-of", "2026-11-21")
    assert document["is_running"]
    assert "Q1 2027" in place.grids()
    assert team.run("undo", document["run"])[0] == 0, team.err
    assert place.grids() == before


def test_closing_twice_makes_nothing_twice(place: Any, team: Team) -> None:
    sync(team, "2026-12-20")
    run = team.json(*CLOSE, "--as-of", "2027-01-02")["run"]
    after = place.grids()
    again = team.json("close", "--carry-over", "--yes", "--as-of", "2027-01-03")
    assert again["cycle"] is None
    assert again["closed_before"] == [{"run": run, "day": "2027-01-02"}]
    again = team.json(*CLOSE, "--as-of", "2027-01-03")
    assert (again["counts"]["changes"], again["carried"]) == (0, [])
    assert place.grids() == after


def test_a_tab_that_is_there_already_is_left_and_named(place: Any, team: Team) -> None:
    place.add_tab("Q1 2027")
    document = team.json(*CLOSE, "--as-of", "2027-01-02")
    skips = [each for each in document["sources"][0]["skips"] if each["code"] == "not-carried"]
    assert "there is a tab 'Q1 2027' already" in skips[0]["reason"]
    assert document["carried"] == []
    grids = place.grids()
    assert grids["Q1 2027"] == [["ours"]]
    assert "Missed" in str(grids["Q4 2026"]), "its last answers are written all the same"


def test_a_state_of_last_month_carries_nothing_over_twice(place: Any, team: Team) -> None:
    sync(team, "2026-12-02")
    state = team.folder / "okrsync.db"
    shutil.copy(state, team.folder / "old.db")
    document = team.json(*CLOSE, "--as-of", "2027-01-02")
    assert document["carried"]
    after = place.grids()
    shutil.copy(team.folder / "old.db", state)
    for more in ("okrsync.db-wal", "okrsync.db-shm"):
        (team.folder / more).unlink(missing_ok=True)
    with closing(sqlite3.connect(state, isolation_level=None)) as database:
        database.execute("UPDATE runs SET finished = '2026-12-02T00:00:00+00:00'")
    code, out = team.run("sync", "--as-of", "2027-01-03", "--allow", "max-changes")
    assert code == 0, team.err + out
    again = team.json(*CLOSE, "--as-of", "2027-01-03")
    assert again["carried"] == []
    grids = place.grids()
    assert list(grids) == list(after)
    assert [row[:4] for row in grids["Q1 2027"]] == [row[:4] for row in after["Q1 2027"]]
