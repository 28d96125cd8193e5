"""The shell completes ids, sources, runs, guards and files, and asks nobody for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from grids import in_part
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


SHELLS = {
    # What each shell's own script asks, and how its answer names a completion.
    "bash": ({"COMP_WORDS": "okrsync sync --source g", "COMP_CWORD": "3"}, "plain,growth"),
    "zsh": ({"COMP_WORDS": "okrsync sync --source g", "COMP_CWORD": "3"}, "plain\ngrowth\n"),
    "fish": ({"COMP_WORDS": "okrsync sync --source ", "COMP_CWORD": "g"}, "growth"),
}


@pytest.mark.parametrize("shell", SHELLS)
def test_the_program_itself_answers_each_shell(shell: str, team: Team) -> None:
    asked, answer = SHELLS[shell]
    done = subprocess.run(
        [str(Path(sys.executable).with_name("okrsync"))],
        cwd=team.folder,
        env={**os.environ, **asked, "_OKRSYNC_COMPLETE": f"{shell}_complete"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert answer in done.stdout


@pytest.mark.parametrize(
    ("line", "expected"),
    in_part(
        [
            ("okrsync expl", "explain"),
            ("okrsync explain growth/O1/KR", "growth/O1/KR1 growth/O1/KR2"),
            ("okrsync sync --allow max-c", "max-changes"),
            ("okrsync sync --source g", "growth"),
            ("okrsync undo l", "last"),
        ],
        every=3,
    ),
)
def test_a_real_bash_completes(line: str, expected: str, team: Team) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash on this machine")
    (team.folder / "completion").write_text(team.run("completion", "bash")[1], encoding="utf-8")
    script = f"""
        source ./completion
        COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        _okrsync_completion okrsync
        echo "${{COMPREPLY[*]}}"
    """
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        [bash, "-c", script],
        cwd=team.folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout.split(), done.stderr) == (expected.split(), "")
