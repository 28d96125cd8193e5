"""The shell completes ids, sources, runs, guards and files, and asks nobody for them."""

from __future__ import annotations

import pytest
from click.shell_completion import ShellComplete

from okrsync.cli import okrsync
from okrsync.connector.registry import connector_type
from team import CONFIG, Team


def completed(*words: str, incomplete: str = "") -> list[str]:
    shell = ShellComplete(okrsync, {}, "okrsync", "_OKRSYNC_COMPLETE")
    return [item.value for item in shell.get_completions(list(words), incomplete)]


@pytest.fixture(autouse=True)
def nobody_is_asked(team: Team, monkeypatch: pytest.MonkeyPatch) -> str:
    run = str(team.sync()["run"])

    def asked(*_: object) -> None:
        raise AssertionError("the source was asked")

    monkeypatch.setattr(connector_type("workbook"), "read", asked)
    return run


def test_ids_are_completed_from_the_state() -> None:
    for command in ("explain", "show"):
        assert completed(command, incomplete="growth/O1/") == ["growth/O1/KR1", "growth/O1/KR2"]
    assert "growth/O2" in completed("show")


def test_sources_runs_and_guards_are_completed(nobody_is_asked: str) -> None:
    for command in ("plan", "sync", "ids", "lint"):
        assert completed(command, "--source") == ["growth"]
    for command in ("undo", "history"):
        assert completed(command) == ["last", nobody_is_asked]
    assert completed("show", "--since", incomplete="20") == [nobody_is_asked]
    assert "max-changes" in completed("sync", "--allow", incomplete="max")


def test_files_are_left_to_the_shell() -> None:
    shell = ShellComplete(okrsync, {}, "okrsync", "_OKRSYNC_COMPLETE")
    for words in (["--config"], ["plan", "--config"], ["report", "--html"], ["compare"], ["init"]):
        assert [item.type for item in shell.get_completions(words, "x")] == ["file"]


def test_the_config_that_is_named_counts_and_its_secrets_are_not_needed(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_SUCH_TOKEN", raising=False)
    (team.folder / "other.toml").write_text(
        CONFIG.replace("growth", "ops") + '[sources.b]\nconnector = "notion"\ntoken = {env ='
        ' "NO_SUCH_TOKEN"}\n',
        encoding="utf-8",
    )
    assert completed("--config", "other.toml", "plan", "--source") == ["ops", "b"]
    assert completed("plan", "--config", "other.toml", "--source") == ["ops", "b"]


def test_trouble_proposes_nothing_and_says_nothing(
    team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    team.config("broken = [")
    capsys.readouterr()
    assert completed("show") == []
    assert completed("sync", "--source") == []
    assert capsys.readouterr() == ("", "")
