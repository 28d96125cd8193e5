"""A kill or a lost answer in the moment of a comment makes none twice and loses none."""

from __future__ import annotations

import os
import shutil
import signal
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commenting import (
    LATER,
    STALE,
    called,
    check_in,
    comments,
    run_in,
    warnings_of,
)
from google_team import TODAY, Team
from grids import in_turns
from kills import KILLED, Killer
from okrsync.config import load
from okrsync.connector import State
from okrsync.model.errors import UnknownRun
from okrsync.state.journal import Journal
from okrsync.state.store import Store
from okrsync.steps.undo import undo
from okrsync_sandbox import Fault
from okrsync_sandbox.traffic import Call


def makes_a_comment(call: Call) -> bool:
    return "insertComment" in call.updates


def answers_a_comment(call: Call) -> bool:
    return "addCommentReply" in call.updates


def kill_at(killer: Killer, team: Team, meets: Any, *, after: bool, as_of: date = TODAY) -> None:
    """A run that is killed at the first request of a kind, before or after that takes effect."""

    def is_it(call: Call) -> bool:
        if not meets(call):
            return False
        with suppress(ProcessLookupError):
            os.kill(killer.child, signal.SIGKILL)
        return True

    team.google.traffic.fail(Fault(is_it, drop="after" if after else "before"))
    assert killer.run(team, as_of=as_of.isoformat()) == KILLED
    # The request goes on without who sent it, and ends before anything is looked at.
    with team.google.traffic.at_rest():
        team.google.traffic.faults.clear()


def next_job(team: Team, whose: str, old_state: bytes | None) -> Path:
    """The folder of whoever runs next: with the state of the killed run, without it, with one from
    before that run, or a second job that has one of its own.
    """
    state = team.folder / "okrsync.db"
    if whose == "the same":
        return team.folder
    if whose == "a second job":
        other = team.folder / "elsewhere"
        other.mkdir()
        for name in ("okrsync.toml", "key.json"):
            shutil.copy(team.folder / name, other / name)
        return other
    for file in team.folder.glob("okrsync.db*"):
        file.unlink()
    if whose == "an older state" and old_state is not None:
        state.write_bytes(old_state)
    return team.folder


WHOSE = ["the same", "none", "an older state", "a second job"]

MOMENT = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
IN_TURNS = pytest.mark.parametrize(("whose", "after"), in_turns(WHOSE, [False, True]))


@IN_TURNS
def test_a_kill_in_the_moment_of_a_comment_makes_none_twice(
    killer: Killer, team: Team, whose: str, after: bool
) -> None:
    with Store.open(team.folder / "okrsync.db"):
        pass
    old_state = (team.folder / "okrsync.db").read_bytes()
    kill_at(killer, team, makes_a_comment, after=after)
    # All comments of a run go in one request, which takes effect or does not; where it does, the
    # local Google may still be at it when the process that sent it is dead.
    for _ in range(200):
        if len(called(team)) == 2 * after:
            break
        time.sleep(0.1)
    assert len(called(team)) == 2 * after
    folder = next_job(team, whose, old_state)
    done = run_in(folder)
    assert done.exit_code == 0
    assert called(team) == STALE
    said = [dict(comment) for comment in comments(team)]
    again = run_in(folder)
    assert (again.exit_code, again.sources[0].calls.write) == (0, 0)
    assert comments(team) == said
    with Store.open(folder / "okrsync.db", readonly=True) as state:
        assert Journal(state).unsettled() == []
    # Whoever made them, the next check-in resolves them.
    check_in(team, "G2", "G3")
    assert run_in(folder, LATER).exit_code == 0
    assert {comment["resolved"] for comment in comments(team)} == {True}


@pytest.mark.parametrize("whose", ["the same", "none"])
@MOMENT
def test_a_kill_in_the_moment_of_an_answer_resolves_once(
    killer: Killer, team: Team, whose: str, after: bool
) -> None:
    run_in(team.folder)
    check_in(team, "G2", "G3")
    kill_at(killer, team, answers_a_comment, after=after, as_of=LATER)
    folder = next_job(team, whose, None)
    assert run_in(folder, LATER).exit_code == 0
    said = comments(team)
    if whose == "the same":
        assert [comment["resolved"] for comment in said] == [True, True]
    assert [len(comment["replies"]) <= 1 for comment in said] == [True, True]
    assert called(team) == STALE


@IN_TURNS
def test_a_kill_in_the_moment_of_a_call_to_the_lead_calls_once(
    killer: Killer, team: Team, whose: str, after: bool
) -> None:
    run_in(team.folder)
    old_state = (team.folder / "okrsync.db").read_bytes()
    kill_at(killer, team, answers_a_comment, after=after, as_of=LATER)
    folder = next_job(team, whose, old_state)
    # Without a memory the owners' comments are found first, and a day later the lead's.
    for as_of in (LATER, date(2026, 12, 1), date(2026, 12, 2)):
        assert run_in(folder, as_of).exit_code == 0
    assert called(team) == STALE
    for comment in comments(team):
        assert [reply["assigneeEmailAddress"] for reply in comment["replies"]] == [
            "ada@acme.example"
        ]


@MOMENT
def test_undo_after_a_kill_takes_the_comments_back(killer: Killer, team: Team, after: bool) -> None:
    kill_at(killer, team, makes_a_comment, after=after)
    run_in(team.folder)
    with suppress(UnknownRun):
        # Every run that wrote something, until there is none left.
        while True:
            undo(load(team.folder / "okrsync.toml"), "last")
    assert called(team) == []


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": "after"}, {"drop": "before"}])
def test_a_lost_answer_makes_no_second_comment_in_the_same_run(
    team: Team, fault: dict[str, Any]
) -> None:
    team.google.traffic.fail(Fault(makes_a_comment, **fault))
    done = run_in(team.folder)
    assert (done.exit_code, warnings_of(done)) == (0, [State.WRITTEN, State.WRITTEN])
    assert called(team) == STALE
