"""How everything stood after a run: the same whether or not it was stored whole on the way, and
derived without reading on from the first run.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
import time_machine

from okrsync.measures.picture import Picture
from okrsync.model.okrs import Status
from okrsync.state import history
from okrsync.state.history import Stand
from okrsync.state.store import Store
from team import AS_OF, CONFIG, ROWS, Team, head_of, write_workbook

START = datetime(2026, 10, 5, 9, tzinfo=UTC)


def rows_of_day(day: int) -> list[list[Any]]:
    """The sheet of a day: values go up and down, a row comes, goes, and comes back."""
    rows = [list(row) for row in ROWS]
    rows[1][4] = 50 + day % 4 * 5
    rows[2][4] = float(rows[2][4]) + day % 2
    if day % 5 in (1, 2):
        rows.append(["Keep", f"Renewals {day // 5}", "Lea", 0, 3, 4, rows[3][6]])
    return rows


def a_history(team: Team, days: int, look: Callable[[], object] | None = None) -> list[str]:
    """The runs of a sync a day."""
    runs = []
    for day in range(days):
        with time_machine.travel(START + timedelta(days=day)):
            write_workbook(team.folder / "growth.xlsx", rows_of_day(day))
            as_of = (START + timedelta(days=day)).date().isoformat()
            allowed = ("--allow", "vanished-header", "--allow", "max-shrink")
            runs.append(team.json("sync", "--as-of", as_of, *allowed)["run"])
            if look is not None:
                look()
    return runs


def told_since(team: Team, runs: list[str]) -> list[Any]:
    with time_machine.travel(START + timedelta(days=60, hours=1)):
        told = [team.json("show", "--since", run, "--as-of", AS_OF)["since"] for run in runs]
    return [{**since, "run": runs.index(since["run"])} for since in told]


def whole_ones(team: Team) -> int:
    return sum(move["is_whole"] for move in team.json("state", "export")["moves"])


@pytest.mark.usefixtures("either_store")
def test_what_moved_since_any_run_does_not_depend_on_what_was_stored_whole(
    team: Team, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = 14
    runs = a_history(team, days)
    assert whole_ones(team) == 0
    by_moves = told_since(team, runs)
    assert any(since["moved"] for since in by_moves)
    assert any(since["vanished"] for since in by_moves)

    for kept in team.folder.glob("okrsync.db*"):
        kept.unlink()
    if "postgresql" in request.node.callspec.id:
        monkeypatch.setattr(Team, "head", head_of(request.getfixturevalue("postgres").address()))
        team.config(CONFIG)
    monkeypatch.setattr(history, "_PACKED_FROM", 3)
    monkeypatch.setattr(history, "_LONG_WAY", 1)
    runs = a_history(team, days)
    assert whole_ones(team) > 2
    assert told_since(team, runs) == by_moves

    # What is forgotten takes nothing from what is kept.
    with time_machine.travel(START + timedelta(days=60, hours=1)):
        dry = team.json("state", "prune", "--keep", "53", "--dry-run")
        done = team.json("state", "prune", "--keep", "53")
        assert 0 < dry["moves"] == done["moves"]
        kept_runs = [run["id"] for run in reversed(team.json("history")["runs"])]
    first = runs.index(kept_runs[0])
    assert 0 < first < days - 3
    for since, before in zip(told_since(team, kept_runs), by_moves[first:], strict=True):
        assert {**since, "run": 0} == {**before, "run": 0}


def test_a_run_reads_as_many_moves_however_many_runs_there_were(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_PACKED_FROM", 3)
    read: list[int] = []
    a_run: list[int] = []
    original = history._unpacked_moves

    def counted(*arguments: Any, **limits: Any) -> Any:
        for move in original(*arguments, **limits):
            a_run.append(1)
            yield move

    def look() -> None:
        read.append(len(a_run))
        a_run.clear()

    monkeypatch.setattr(history, "_unpacked_moves", counted)
    a_history(team, 30, look)
    assert whole_ones(team) >= 2
    assert max(read[-8:]) <= max(read[-16:-8])


@pytest.mark.parametrize("is_whole", [False, True])
def test_items_of_a_source_that_was_never_read_stay_as_they_stood(
    team: Team, monkeypatch: pytest.MonkeyPatch, is_whole: bool
) -> None:
    run = team.sync()["run"]
    if is_whole:
        monkeypatch.setattr(history, "_PACKED_FROM", 1)
    with Store.open(team.folder / "okrsync.db") as state:
        before = history._standing(state)
        stand = Stand("ops/O1", "Incidents", 0.5, Status.AT_RISK)
        monkeypatch.setattr(history, "_stand_of_items", lambda _: [(("ops", "Incidents"), stand)])
        picture = cast("Picture", SimpleNamespace(news=()))
        history.note_standing(state, run, picture, unknown={"growth"})
        assert history._standing(state) == {**before, ("ops", "Incidents"): stand}
        history.note_standing(state, run, picture, unknown=())
        assert history._standing(state) == {("ops", "Incidents"): stand}
    assert (whole_ones(team) > 0) is is_whole
