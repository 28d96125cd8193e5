"""`show --offline` answers from the last good numbers, and asks nobody."""

from __future__ import annotations

import pytest

from okrsync.connector import Connector
from okrsync.connector.registry import connector_type
from team import AS_OF, CONFIG, Team


@pytest.fixture
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> type[Connector]:  # type: ignore[type-arg]
    workbook = connector_type("workbook")

    def asked(*_: object) -> None:
        raise AssertionError("the source was asked")

    monkeypatch.setattr(workbook, "read", asked)
    return workbook


def test_the_last_good_numbers_are_shown_with_their_day(
    team: Team, request: pytest.FixtureRequest
) -> None:
    team.sync()
    online = team.json("show", "--as-of", AS_OF)
    before = {path.name: path.read_bytes() for path in team.folder.iterdir()}
    request.getfixturevalue("nobody_is_asked")
    shown = team.json("show", "--offline", "--as-of", AS_OF)
    assert [source["state"] for source in shown["sources"]] == ["kept"]
    numbers = [[kr["progress"] for kr in each["key_results"]] for each in shown["objectives"]]
    assert numbers == [
        [kr["progress"] for kr in each["key_results"]] for each in online["objectives"]
    ]
    code, out = team.run("show", "--offline", "sign", "--as-of", AS_OF)
    assert code == 0
    assert "not asked, because of --offline; the numbers shown are those of" in out
    assert {path.name: path.read_bytes() for path in team.folder.iterdir()} == before


def test_numbers_older_than_guards_allow_are_shown_all_the_same(team: Team) -> None:
    team.config(CONFIG + '\n[guards]\nmax_age = "1 minute"\n')
    team.sync()
    import time_machine

    with time_machine.travel("2030-01-01", tick=False):
        shown = team.json("show", "--offline", "--as-of", AS_OF)
    assert len(shown["objectives"]) == 2


@pytest.mark.usefixtures("nobody_is_asked")
def test_where_nothing_was_ever_kept_the_exit_code_is_1(team: Team) -> None:
    assert team.run("show", "--offline")[0] == 1


def test_no_secret_is_needed(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.sync()
    monkeypatch.delenv("NO_SUCH_TOKEN", raising=False)
    team.config(
        CONFIG + '\n[sources.company]\nconnector = "notion"\ntoken = {env = "NO_SUCH_TOKEN"}\n'
        'database = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"\n'
    )
    # The one that was never kept is missing: some sources failed.
    shown = team.json("show", "--offline", "--as-of", AS_OF, code=3)
    assert [source["state"] for source in shown["sources"]] == ["kept", "failed"]
