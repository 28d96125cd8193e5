"""A property that is read and that somebody renames is followed by its id; one that is gone stops
the source.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from notion_team import WANTED, Team
from okrsync_sandbox import Sandbox


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    with Sandbox() as sandbox:
        yield Team(sandbox, tmp_path, monkeypatch)


def test_a_renamed_property_is_read_on_though_its_values_changed_with_it(team: Team) -> None:
    team.one()
    team.ada.rename_column(team.source, "Current", "Xyzzy")
    team.ada.edit(team.page("Sign-ups"), {"Xyzzy": 75})
    for _ in range(2):
        done = team.run()
        assert done.exit_code == 0
        [warning] = [one for one in done.warnings if one.code == "renamed-column"]
        assert 'current = ["Current", "Xyzzy"]' in warning.message
        assert team.beside("Progress") == {**WANTED, "Sign-ups": 0.75}
    assert done.sources[0].calls.write == 0


def test_a_property_that_is_gone_stops_the_source_and_blanks_nothing(team: Team) -> None:
    team.one()
    team.ada.delete_column(team.source, "Current")
    done = team.run()
    assert done.exit_code == 5
    [refusal] = done.sources[0].refusals
    assert refusal.guard == "vanished-input"
    assert "'Current'" in refusal.message
    assert team.beside("Progress") == WANTED
