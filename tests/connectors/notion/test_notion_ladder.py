"""Warnings that climb, and runs that are killed at any of their requests: nobody is called twice
for one miss, with the state as it was, without it, and by a second job.
"""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import suppress
from datetime import timedelta
from itertools import count, product
from pathlib import Path

import pytest

from connectors.notion.test_notion_people import FIRST_MISS, SECOND_MISS, Team, lead_it
from grids import in_part
from kills import KILLED, Killer
from okrsync.config import load
from okrsync.sync import sync
from okrsync.testing import fake_time
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.traffic import Call


def killed(killer: Killer, team: Team, number: int, *, after: bool) -> bool:
    """Kill the run of the second miss at its nth request; False where it makes fewer."""
    seen = [0]

    def meets(_call: Call) -> bool:
        seen[0] += 1
        if seen[0] != number:
            return False
        with suppress(ProcessLookupError):
            os.kill(killer.child, signal.SIGKILL)
        return True

    team.notion.traffic.fail(Fault(meets, drop="after" if after else "before"))
    code = killer.run(team, as_of=SECOND_MISS.isoformat())
    # The request goes on without who sent it, and ends before anything is looked at.
    with team.notion.traffic.at_rest():
        team.notion.traffic.faults.clear()
    assert code == (KILLED if seen[0] >= number else 0), (code, number)
    return code == KILLED


def run_in(folder: Path, days: int) -> None:
    done = sync(load(folder / "okrsync.toml"), as_of=SECOND_MISS + timedelta(days=days))
    assert done.exit_code == 0, [part.error for part in done.parts]


@pytest.mark.parametrize(
    ("later", "first"),
    # Each way to go on meets other requests.
    in_part(product(["the same state", "a lost state", "a second job"], [1, 2, 3]), every=4),
)
def test_nobody_is_called_twice_whenever_a_run_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killer: Killer, later: str, first: int
) -> None:
    with Sandbox() as sandbox:
        bot = sandbox.notion.connect("okrsync")
        # All teams are of one workspace, under one token.
        monkeypatch.setattr(sandbox.notion, "connect", lambda _name: bot)
        monkeypatch.setenv("NOTION_TOKEN", bot.token)
        with fake_time():
            for number in count(first, 3):
                folder, second = tmp_path / str(number), tmp_path / f"{number} again"
                folder.mkdir()
                team = Team(sandbox, folder, monkeypatch)
                lead_it(team)
                team.run(FIRST_MISS)
                shutil.copytree(folder, second)
                team.notion.space.notified.clear()
                # A request that took effect is the harder case; some have none.
                if not killed(killer, team, number, after=number % 4 != 0):
                    break
                if later == "a lost state":
                    (folder / "okrsync.db").unlink()
                then = second if later == "a second job" else folder
                for days in (0, 1):
                    run_in(then, days)
                run_in(folder, 1)
                assert team.notified() == ["Ada"], number
                assert len(team.comments()) == 2, number
    assert number > 4, "every request of the run was tried"
