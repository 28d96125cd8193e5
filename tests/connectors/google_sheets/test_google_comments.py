"""Comments at stale rows when the run is killed in the moment of a request: each is made once, by
whichever state file and job comes next.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from connectors.google_sheets.test_google_sheets import TODAY, Team
from kills import KILLED, Killer
from okrsync.config import load
from okrsync.model.errors import UnknownRun
from okrsync.plan.plan import Plan
from okrsync.state.journal import Journal
from okrsync.state.store import Store
from okrsync.steps.undo import undo
from okrsync.sync import sync
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.traffic import Call

ROWS: list[list[Any]] = [
    ["Objective", "Key result", "Start", "Current", "Target", "Owner", "Last check-in"],
    ["Grow", "Sign-ups", 0, 50, 100, "Mia <mia@acme.example>", "2026-10-02"],
    ["Grow", "Revenue", 0, 20, 100, "Jon <jon@acme.example>", "2026-10-05"],
    ["Keep", "Churn", 10, 5, 0, "Lea <lea@acme.example>", "2026-11-22"],
]
STALE = {"jon@acme.example", "mia@acme.example"}


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    with Killer() as made:
        yield made


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with Sandbox() as sandbox:
        made = Team(sandbox, tmp_path, ROWS)
        made.write_config("", 'notify = "comment"')
        yield made


def makes_a_comment(call: Call) -> bool:
    return call.method == "POST" and call.path.endswith("/comments")


def answers_a_comment(call: Call) -> bool:
    return call.method == "POST" and call.path.endswith("/replies")


def kill_at(killer: Killer, team: Team, meets: Any, number: int, *, after: bool) -> None:
    """A run that is killed at the nth request of a kind, before or after that takes effect."""
    count = [0]

    def is_it(call: Call) -> bool:
        count[0] += bool(meets(call))
        if not meets(call) or count[0] != number:
            return False
        with suppress(ProcessLookupError):
            os.kill(killer.child, signal.SIGKILL)
        return True

    team.google.traffic.fail(Fault(is_it, drop="after" if after else "before"))
    assert killer.run(team, as_of=TODAY.isoformat()) == KILLED
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


def run_in(folder: Path) -> Plan:
    return sync(load(folder / "okrsync.toml"), as_of=TODAY)


def called(team: Team) -> list[str]:
    """Whom the comments call that nobody deleted."""
    return sorted(
        address
        for comment in team.anna.file(team.file_id).comments
        if not comment.get("deleted")
        for address in comment["mentionedEmailAddresses"]
    )


@pytest.mark.parametrize("whose", ["the same", "none", "an older state", "a second job"])
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_kill_in_the_moment_of_a_comment_makes_none_twice(
    killer: Killer, team: Team, whose: str, number: int, after: bool
) -> None:
    with Store.open(team.folder / "okrsync.db"):
        pass
    old_state = (team.folder / "okrsync.db").read_bytes()
    kill_at(killer, team, makes_a_comment, number, after=after)
    assert len(called(team)) == number - 1 + after
    folder = next_job(team, whose, old_state)
    done = run_in(folder)
    assert done.exit_code == 0
    assert called(team) == sorted(STALE)
    comments = [dict(comment) for comment in team.anna.file(team.file_id).comments]
    again = run_in(folder)
    assert (again.exit_code, again.sources[0].calls.write) == (0, 0)
    assert team.anna.file(team.file_id).comments == comments
    with Store.open(folder / "okrsync.db", readonly=True) as state:
        assert Journal(state).unsettled() == []
    # Whoever made them, the next check-in resolves them.
    for cell in ("G2", "G3"):
        team.anna.put(team.file_id, "Q4", cell, "2026-11-23")
    assert run_in(folder).exit_code == 0
    assert {comment["resolved"] for comment in team.anna.file(team.file_id).comments} == {True}


@pytest.mark.parametrize("whose", ["the same", "none"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_kill_in_the_moment_of_an_answer_resolves_once(
    killer: Killer, team: Team, whose: str, after: bool
) -> None:
    run_in(team.folder)
    for cell in ("G2", "G3"):
        team.anna.put(team.file_id, "Q4", cell, "2026-11-23")
    kill_at(killer, team, answers_a_comment, 1, after=after)
    folder = next_job(team, whose, None)
    assert run_in(folder).exit_code == 0
    comments = team.anna.file(team.file_id).comments
    if whose == "the same":
        assert [comment["resolved"] for comment in comments] == [True, True]
    assert [len(comment.get("replies", ())) <= 1 for comment in comments] == [True, True]
    assert called(team) == sorted(STALE)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_undo_after_a_kill_takes_the_comments_back(killer: Killer, team: Team, after: bool) -> None:
    kill_at(killer, team, makes_a_comment, 2, after=after)
    run_in(team.folder)
    with suppress(UnknownRun):
        # Every run that wrote something, until there is none left.
        while True:
            undo(load(team.folder / "okrsync.toml"), "last")
    assert called(team) == []
