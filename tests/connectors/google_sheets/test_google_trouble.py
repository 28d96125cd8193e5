"""Whatever fails at whatever call ends in the same sheet, or says how to go on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from google_team import ROWS, WANTED, Meddle, Team
from grids import in_turns, kind_of_fault
from okrsync_sandbox import Fault, Sandbox

FAULTS = [
    *[{"status": status} for status in (429, 500, 502, 503, 504)],
    *[{"status": status, "after": True} for status in (500, 503)],
    {"drop": "before"},
    {"drop": "after"},
    {"keep": 20},
    {"status": 429, "headers": {"Retry-After": "1"}},
    {"status": 200, "body": b"<html>not json</html>"},
]


@pytest.mark.parametrize(
    ("fault", "number"),
    in_turns(FAULTS, [1, 2, 3, 4, 5], kind=kind_of_fault),
    ids=lambda value: json.dumps(value, default=str),
)
def test_whatever_fails_at_whatever_call_the_end_is_the_same(
    sandbox: Sandbox, tmp_path: Path, fault: dict[str, Any], number: int
) -> None:
    team = Team(sandbox, tmp_path)
    team.write_config("", 'summary = "OKR summary"\nnotify = "note"')
    traffic = team.google.traffic
    traffic.fail(
        Fault(lambda call: call.service == "sheets" and call.number >= number + 1, **fault)
    )
    team.run()
    traffic.faults.clear()
    done = team.one()
    assert done.error is None
    assert team.beside("Progress") == WANTED
    assert team.grid()[0] == [*ROWS[0], "Progress", "Status"]
    titles = [sheet.title for sheet in team.anna.book(team.file_id).sheets]
    assert titles == ["Q4", "OKR summary"]
    charts = team.anna.tab(team.file_id, "OKR summary").objects["charts"]
    assert len({chart["chartId"] for chart in charts}) == len(charts) == 3
    assert team.one().calls.write == 0


def test_trouble_that_does_not_end_is_told_and_ends(team: Team) -> None:
    team.google.traffic.fail(Fault(lambda call: call.service == "sheets", times=10_000, status=429))
    done = team.one()
    assert done.state == "failed"
    assert done.error is not None
    assert "too fast" in done.error
    assert team.grid() == ROWS


def test_other_sources_go_on(sandbox: Sandbox, tmp_path: Path) -> None:
    team = Team(sandbox, tmp_path)
    team.write_config("", "", team.source("gone", "1" * 44))
    done = team.run()
    assert [source.state for source in done.sources] == ["ok", "failed"]
    assert done.exit_code == 3
    assert team.beside("Progress") == WANTED


def broken_key(team: Team, how: Callable[[dict[str, Any]], Any]) -> None:
    path = team.folder / "key.json"
    made = how(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(made if isinstance(made, str) else json.dumps(made), encoding="utf-8")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (lambda key: "not json", "are not JSON"),
        (lambda key: {"installed": {}}, "those of an OAuth client"),
        (lambda key: {**key, "type": "robot"}, "have the type 'robot'"),
        (
            lambda key: {name: value for name, value in key.items() if name != "private_key"},
            "lacks private_key",
        ),
        (lambda key: {**key, "private_key": "nonsense"}, "private key that cannot be read"),
        (
            lambda key: {**key, "client_email": "nobody@acme.iam.gserviceaccount.com"},
            "there is no service account nobody@",
        ),
    ],
)
def test_a_key_that_cannot_be_used_is_told(
    team: Team, how: Callable[[dict[str, Any]], Any], said: str
) -> None:
    broken_key(team, how)
    done = team.run()
    assert done.exit_code == 4
    assert said in (done.sources[0].error or "")
    assert done.sources[0].hint


@pytest.mark.parametrize(
    ("meddle", "said"),
    [
        (lambda team: team.google.accounts.revoke_keys(), "does not accept the key"),
        (lambda team: team.anna.delete(team.file_id), "there is no such spreadsheet"),
        (
            lambda team: team.anna.unshare(team.file_id, team.address),
            "may not see this spreadsheet",
        ),
        (lambda team: team.google.disabled.add("sheets"), "the Google Sheets API is not enabled"),
        (
            lambda team: team.anna.share(team.file_id, team.address, "reader"),
            "may look but not edit",
        ),
        (
            lambda team: setattr(team.anna.file(team.file_id), "mime", "application/vnd.ms-excel"),
            "uploaded file",
        ),
    ],
    ids=["revoked", "deleted", "not shared", "not enabled", "view only", "uploaded"],
)
def test_lost_access_is_told_with_the_way_out(team: Team, meddle: Meddle, said: str) -> None:
    meddle(team)
    done = team.one()
    assert done.state == "failed"
    assert said in (done.error or "")
    assert done.hint


def test_a_wrong_clock_is_told(team: Team) -> None:
    team.google.clock = lambda: 1_000_000_000.0
    done = team.one()
    assert "clock is wrong" in (done.error or "")
