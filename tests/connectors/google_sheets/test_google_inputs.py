"""A column that a sheet is read from and that somebody renames is followed; one that is gone stops
the source.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.google_sheets.test_google_sheets import ROWS, WANTED, Team
from okrsync_sandbox import Sandbox


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with Sandbox() as sandbox:
        yield Team(sandbox, tmp_path)


def column(name: str) -> str:
    return "ABCDEFGH"[ROWS[0].index(name)]


def test_a_renamed_column_is_read_on_and_every_run_says_so(team: Team) -> None:
    team.one()
    team.anna.type(team.file_id, "Q4", f"{column('Current')}1", "Xyzzy")
    for _ in range(2):
        done = team.run()
        assert done.exit_code == 0
        [warning] = [one for one in done.warnings if one.code == "renamed-column"]
        assert str(warning.at) == f"Q4!{column('Current')}1"
        assert 'current = ["Current", "Xyzzy"]' in warning.message
        assert team.beside("Progress") == WANTED
    team.anna.type(team.file_id, "Q4", f"{column('Current')}2", "75")
    assert team.run().exit_code == 0
    assert team.beside("Progress")["Sign-ups"] == 0.75


def test_values_that_turn_into_errors_and_columns_that_go_blank_nothing(team: Team) -> None:
    team.one()
    for number in range(2, 5):
        team.anna.type(team.file_id, "Q4", f"{column('Current')}{number}", "Loading...")
    done = team.run()
    assert [one.guard for one in done.sources[0].refusals] == ["max-losses"]
    assert team.beside("Progress") == WANTED
    for number in range(1, 5):
        team.anna.type(team.file_id, "Q4", f"{column('Current')}{number}", "")
    done = team.run()
    assert [one.guard for one in done.sources[0].refusals] == ["vanished-input"]
    assert team.beside("Progress") == WANTED
