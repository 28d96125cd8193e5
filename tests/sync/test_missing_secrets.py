"""A secret that cannot be had costs what needs it, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from okrsync.config import load
from team import AS_OF, CONFIG, Team

NOTION = """
[sources.company]
connector = "notion"
database = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
token = {secret}
"""
MISSING = {
    '{env = "NO_SUCH_TOKEN"}': "the environment variable NO_SUCH_TOKEN is not set",
    '{file = "no-such-token"}': "no-such-token cannot be read (No such file or directory)",
    f'{{command = ["{sys.executable}", "-c", "raise SystemExit(7)"]}}': "failed with exit code 7",
}


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_TOKEN", raising=False)


@pytest.mark.parametrize("secret", MISSING)
def test_a_missing_secret_fails_its_own_source_only(team: Team, secret: str) -> None:
    team.config(CONFIG + NOTION.replace("{secret}", secret))
    done = team.sync(code=3)
    growth, company = done["sources"]
    assert growth["state"] == "ok"
    assert {change["outcome"] for change in growth["changes"]} == {"written"}
    assert company["state"] == "failed"
    assert MISSING[secret] in company["error"]
    assert "sources.company.token" in company["error"]
    assert company["calls"] == {"read": 0, "write": 0}
    # The next run says the same, and writes nothing again.
    again = team.sync(code=3)
    assert again["sources"][0]["changes"] == []


def test_where_no_source_is_left_the_exit_code_is_4(team: Team) -> None:
    head = CONFIG.split("[sources.growth]")[0]
    team.config(head + NOTION.replace("{secret}", '{env = "NO_SUCH_TOKEN"}'))
    team.sync(code=4)
    assert team.run("show", "--as-of", AS_OF)[0] == 4


def test_a_board_without_its_secret_holds_up_no_source(team: Team) -> None:
    board = NOTION.replace("sources.company", "publish.board")
    team.config(CONFIG + board.replace("{secret}", '{env = "NO_SUCH_TOKEN"}'))
    done = team.sync(code=3)
    assert done["sources"][0]["state"] == "ok"
    assert "NO_SUCH_TOKEN is not set" in done["publish"][0]["error"]


def test_check_names_a_missing_secret_and_goes_on(team: Team) -> None:
    heartbeat = '\n[watch]\nheartbeat = {env = "NO_SUCH_PING"}\n'
    team.config(CONFIG + NOTION.replace("{secret}", '{env = "NO_SUCH_TOKEN"}') + heartbeat)
    checked = {source["name"]: source for source in team.json("check", code=3)["sources"]}
    (problem,) = checked["company"]["findings"]
    assert problem["kind"] == "problem"
    assert "okrsync.toml:15: sources.company.token" in problem["message"]
    assert {finding["kind"] for finding in checked["growth"]["findings"]} <= {"ok", "remark"}
    assert "NO_SUCH_PING is not set" in checked["okrsync.toml"]["findings"][0]["message"]


@pytest.mark.parametrize("secret", ['{env = ""}', "{file = 5}", '{command = "pass show notion"}'])
def test_a_misnamed_secret_is_a_fault_of_the_file(team: Team, secret: str) -> None:
    team.config(CONFIG + NOTION.replace("{secret}", secret))
    assert team.run("plan")[0] == 2
    assert "sources.company.token: `" in team.err


def test_other_faults_beside_a_missing_secret_are_named(team: Team) -> None:
    broken = NOTION.replace("{secret}", '{env = "NO_SUCH_TOKEN"}').replace("database", "databse")
    team.config(CONFIG + broken)
    assert team.run("plan")[0] == 2
    assert "did you mean 'database'" in team.err


def test_what_is_missing_is_known_by_its_place(tmp_path: Path) -> None:
    path = tmp_path / "okrsync.toml"
    path.write_text(CONFIG + NOTION.replace("{secret}", '{env = "NO_SUCH_TOKEN"}'))
    (reason,) = load(path).missing_secrets
    assert reason.startswith(f"{path}:15: sources.company.token: the environment variable")
