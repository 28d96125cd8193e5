"""A run over what did not change ends before anything is read, and says what it would have said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from okrsync_workbook import WorkbookConnector
from team import AS_OF, CONFIG, ROWS, Team, edit, write_csv, write_workbook

ODD = [*ROWS, ["Keep", "Text for a target", "Lea", 5, 2, "soon", date(2026, 11, 20)]]


class Reading(AssertionError):
    """A workbook was read."""


def refuse(connector: WorkbookConnector) -> Any:
    raise Reading(connector.place)


@pytest.fixture
def settled(team: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """A team whose last run had nothing to do; from here on, reading a workbook is an error."""
    write_workbook(team.folder / "growth.xlsx", ODD)
    monkeypatch.setenv("OKRSYNC_DEBUG", "1")
    team.sync()
    team.sync()
    with monkeypatch.context() as patch:
        patch.setattr(WorkbookConnector, "read", refuse)
        yield team


def reads(team: Team, *arguments: str) -> bool:
    """Whether a sync reads the workbook."""
    try:
        team.sync(*arguments)
    except Reading:
        return True
    return False


def test_it_says_the_same_and_is_a_run_like_any_other(team: Team) -> None:
    write_workbook(team.folder / "growth.xlsx", ODD)
    team.sync()
    second = team.sync()
    content = (team.folder / "growth.xlsx").read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WorkbookConnector, "read", refuse)
        third, fourth = team.sync(), team.sync()
    assert second["warnings"]
    for number, document in ((3, third), (4, fourth)):
        assert document["run"].endswith(f"-{number}")
        assert {**document, "run": second["run"]} == second
    assert (team.folder / "growth.xlsx").read_bytes() == content
    listed = team.json("history")["runs"]
    assert [(run["exit_code"], run["sources"][0]["calls"]) for run in listed[:3]] == [
        (0, {"read": 1, "write": 0})
    ] * 3
    assert team.run("undo", "last")[0] == 0


def test_a_run_that_wrote_is_followed_by_one_that_looks(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKRSYNC_DEBUG", "1")
    team.sync()
    monkeypatch.setattr(WorkbookConnector, "read", refuse)
    assert reads(team)


def test_nothing_is_read_while_nothing_changes(settled: Team) -> None:
    assert not reads(settled)
    assert not reads(settled)


@pytest.mark.parametrize(
    "change",
    [
        lambda team: edit(team.folder / "growth.xlsx", lambda sheet: sheet.cell(2, 5, 63)),
        lambda team: team.config(CONFIG + "[guards]\nmax_changes = 0.4\n"),
        lambda team: (team.folder / "growth.xlsx").rename(team.folder / "away.xlsx"),
    ],
    ids=["a cell", "the config", "the file is gone"],
)
def test_whatever_changes_is_looked_at(settled: Team, change: Any) -> None:
    change(settled)
    try:
        code = settled.run("sync", "--as-of", AS_OF)[0]
    except Reading:
        return
    assert code != 0, "it was taken for unchanged"


def test_another_day_is_looked_at(settled: Team) -> None:
    with pytest.raises(Reading):
        settled.run("sync", "--as-of", "2026-11-24")


def test_one_source_or_a_guard_let_through_is_looked_at(settled: Team) -> None:
    assert reads(settled, "--source", "growth")
    assert reads(settled, "--allow", "max-changes")
    assert reads(settled), "the last run was another one"


def test_a_mapping_that_was_edited_is_looked_at(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = team.folder / "growth.toml"
    mapping.write_text('[columns]\nowner = "Owner"\n', encoding="utf-8")
    team.config(CONFIG.replace('"growth.xlsx"\n', '"growth.xlsx"\nmapping = "growth.toml"\n'))
    monkeypatch.setenv("OKRSYNC_DEBUG", "1")
    team.sync()
    team.sync()
    monkeypatch.setattr(WorkbookConnector, "read", refuse)
    assert not reads(team)
    mapping.write_text('[columns]\nteam = "Owner"\n', encoding="utf-8")
    assert reads(team)


def test_a_file_under_another_name_is_looked_at(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.config('[sources.ops]\nconnector = "workbook"\npath = "ops*.csv"\n')
    write_csv(team.folder / "ops-a.csv", [["Key result", "Current", "Target"], ["Down", 5, 10]])
    monkeypatch.setenv("OKRSYNC_DEBUG", "1")
    team.sync()
    team.sync()
    monkeypatch.setattr(WorkbookConnector, "read", refuse)
    assert not reads(team)
    (team.folder / "ops-a.csv").rename(team.folder / "ops-b.csv")
    assert reads(team)


def test_last_good_numbers_are_those_of_the_last_look(team: Team) -> None:
    begin = time_machine.travel("2026-11-23T08:00:00+01:00", tick=False)
    with begin as clock:
        team.sync()
        team.sync()
        clock.shift(timedelta(hours=9))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(WorkbookConnector, "read", refuse)
            team.sync()
        Path("growth.xlsx").unlink()
        clock.shift(timedelta(hours=1))
        source = team.json("show", "--as-of", AS_OF, code=1)["sources"][0]
    assert (source["state"], source["read_at"][:16]) == ("kept", "2026-11-23T17:00")
