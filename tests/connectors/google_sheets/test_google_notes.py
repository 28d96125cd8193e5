"""A stale check-in gets one note or comment, which goes when the check-in arrives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from google_team import ROWS, Team
from okrsync.config import load
from okrsync.connector import State
from okrsync.state.journal import Journal
from okrsync.state.store import Store
from okrsync.steps.undo import undo
from okrsync.testing import trimmed
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.traffic import Call

STALE: list[list[Any]] = [
    [*ROWS[0], "Last check-in"],
    ["Grow", "Sign-ups", 0, 50, 100, "Mia <mia@acme.example>", "2026-10-05"],
    ["Grow", "Revenue", 0, 20, 100, "Jon", "2026-11-23"],
]


def test_a_stale_check_in_gets_one_note_which_goes_when_it_arrives(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "note"')
    team.one()
    sheet = team.anna.tab(team.file_id, "Q4")
    assert (sheet.cell(1, 1).note or "").startswith("No check-in since")
    assert team.one().calls.write == 0
    team.anna.put(team.file_id, "Q4", "G2", "2026-11-22")
    team.one()
    assert team.anna.tab(team.file_id, "Q4").cell(1, 1).note is None


def test_a_stale_check_in_gets_one_comment_that_calls_the_owner_and_is_resolved(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "comment"')
    team.one()
    comments = team.anna.file(team.file_id).comments
    assert list(team.anna.comments(team.file_id)) == ["Q4!B2"]
    assert [comment["assigneeEmailAddress"] for comment in comments] == ["mia@acme.example"]
    assert comments[0]["content"].startswith('"Sign-ups": No check-in since 5 Oct 2026; one is')
    team.one()
    assert len(comments) == 1
    team.anna.put(team.file_id, "Q4", "G2", "2026-11-22")
    team.one()
    assert [comment["resolved"] for comment in comments] == [True]


def test_a_comment_whose_answer_is_lost_is_not_made_twice(sandbox: Sandbox, tmp_path: Path) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "comment"')
    team.google.traffic.fail(Fault(_makes_a_comment, drop="after"))
    team.run()
    team.run()
    assert len(team.anna.file(team.file_id).comments) == 1


def test_a_second_state_makes_no_second_comment_and_resolves_the_first(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "comment"')
    team.run()
    comments = team.anna.file(team.file_id).comments
    # Rows have moved, and nobody remembers the first run.
    team.anna.insert_rows(team.file_id, "Q4", 2, 3)
    (tmp_path / "okrsync.db").unlink()
    assert team.run().exit_code == 0
    assert len(comments) == 1
    team.anna.put(team.file_id, "Q4", "G5", "2026-11-22")
    team.run()
    assert [comment["resolved"] for comment in comments] == [True]


def test_undo_takes_a_comment_back_and_the_next_run_may_make_it_again(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "comment"')
    team.run()
    undo(load(team.folder / "okrsync.toml"), "last")
    comments = team.anna.file(team.file_id).comments
    assert [comment["deleted"] for comment in comments] == [True]
    team.run()
    assert [comment["deleted"] for comment in comments] == [True, False]


def _makes_a_comment(call: Call) -> bool:
    return "insertComment" in call.updates


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429}, {"drop": "before"}])
def test_a_comment_that_fails_once_is_made_all_the_same(
    sandbox: Sandbox, tmp_path: Path, fault: dict[str, Any]
) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "comment"')
    team.google.traffic.fail(Fault(_makes_a_comment, **fault))
    done = team.run()
    assert (done.exit_code, {change.outcome for change in done.sources[0].changes}) == (
        0,
        {State.WRITTEN},
    )
    assert len(team.anna.file(team.file_id).comments) == 1


def test_a_comment_that_fails_for_good_costs_itself(sandbox: Sandbox, tmp_path: Path) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "comment"')
    team.google.traffic.fail(Fault(_makes_a_comment, times=10**6, status=500))
    before = team.grid()
    done = team.run()
    (part,) = done.sources
    assert (done.exit_code, part.state, part.error) == (3, "ok", None)
    outcomes = {change.field: change.outcome for change in part.changes}
    assert outcomes.pop("warning") is State.FAILED
    assert set(outcomes.values()) == {State.WRITTEN}
    assert team.beside("Progress")["Sign-ups"] is not None
    with Store.open(tmp_path / "okrsync.db", readonly=True) as state:
        journal = Journal(state)
        assert done.run is not None
        states = {entry.kind: entry.state for entry in journal.entries(done.run)}
        assert (states["note"], states["cell"], journal.unsettled()) == (
            State.FAILED,
            State.WRITTEN,
            [],
        )
    team.google.traffic.faults.clear()
    again = team.run()
    assert (again.exit_code, [change.field for change in again.sources[0].changes]) == (
        0,
        ["warning"],
    )
    assert len(team.anna.file(team.file_id).comments) == 1
    assert undo(load(tmp_path / "okrsync.toml"), again.run or "").exit_code == 0
    assert undo(load(tmp_path / "okrsync.toml"), done.run).exit_code == 0
    assert trimmed(team.grid()) == trimmed(before)
