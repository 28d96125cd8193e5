"""What somebody protected is left alone, and plan says so as sync does."""

from __future__ import annotations

from pathlib import Path

import pytest

from google_team import ROWS, TODAY, WANTED, Team
from okrsync.config import load
from okrsync.sync import make_plan
from okrsync_sandbox import Sandbox
from okrsync_sandbox.google.a1 import letters


def test_a_history_tab_that_somebody_protected_is_a_skip_in_plan_as_in_sync(team: Team) -> None:
    team.write_config("", 'history = "History"')
    team.run()
    lines = team.grid("History")
    rule = {"protectedRange": {"range": {"sheetId": team.anna.tab(team.file_id, "History").id}}}
    team.anna.do(team.file_id, addProtectedRange=rule)
    team.anna.put(team.file_id, "Q4", "D2", 60)
    config = load(team.folder / "okrsync.toml")
    planned, done = make_plan(config, as_of=TODAY).sources[0], team.one()
    for part in (planned, done):
        assert [str(skip.at) for skip in part.skips if "protected" in skip.reason] == [
            "History!history"
        ]
        assert "history" not in {change.field for change in part.changes}
    assert team.grid("History") == lines
    team.google.traffic.forget()
    assert team.one().changes == ()
    assert team.google.traffic.count("write") == 0
    team.anna.tab(team.file_id, "History").objects["protectedRanges"].clear()
    assert team.one().error is None
    assert len(team.grid("History")) == len(lines) + 2  # a key result and its objective


def test_a_protected_column_is_a_skip_and_spoils_nothing_else(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    rows = [[*row, extra] for row, extra in zip(ROWS, ["Progress", None, None, None], strict=True)]
    team = Team(sandbox, tmp_path, rows)
    team.anna.protect(team.file_id, "Q4", "G1:G9", "Anna's numbers")
    done = team.one()
    assert any("protected" in skip.reason for skip in done.skips)
    assert team.beside("Progress") == dict.fromkeys(WANTED)
    assert team.beside("Status")["Sign-ups"] == "On track"


def test_a_protection_that_comes_in_between_does_not_void_the_batch(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    rows = [[*row, extra] for row, extra in zip(ROWS, ["Progress", None, None, None], strict=True)]
    team = Team(sandbox, tmp_path, rows)
    team.google.traffic.before("write", 1, lambda: team.anna.protect(team.file_id, "Q4", "G3"))
    team.one()
    assert team.beside("Progress") == {"Sign-ups": 0.5, "Revenue": None, "Churn": 0.5}


@pytest.mark.parametrize("cells", ["3:3", "A3:Z3"], ids=["whole row", "past the edge"])
def test_a_protected_row_is_a_skip_when_the_columns_are_made(team: Team, cells: str) -> None:
    spot = {"sheetId": 0, "startRowIndex": 2, "endRowIndex": 3}
    if cells != "3:3":
        spot |= {"startColumnIndex": 0, "endColumnIndex": 26}
    rule = {"range": spot, "description": "Anna's row"}
    team.anna.do(team.file_id, addProtectedRange={"protectedRange": rule})
    planned = make_plan(load(team.folder / "okrsync.toml"), as_of=TODAY).sources[0]
    done = team.one()
    assert done.error is None
    assert team.beside("Progress") == {"Sign-ups": 0.5, "Revenue": None, "Churn": 0.5}
    assert planned.skips == done.skips
    assert {skip.reason for skip in done.skips if "Anna's row" in skip.reason}
    assert team.one().calls.write == 0


@pytest.mark.parametrize("rows", [None, (0, 1)], ids=["tab", "header row"])
def test_where_no_column_can_be_added_plan_says_so_as_sync_does(
    team: Team, rows: tuple[int, int] | None
) -> None:
    spot: dict[str, int] = {"sheetId": 0}
    if rows is not None:
        spot |= {"startRowIndex": rows[0], "endRowIndex": rows[1]}
    team.anna.do(team.file_id, addProtectedRange={"protectedRange": {"range": spot}})
    planned = make_plan(load(team.folder / "okrsync.toml"), as_of=TODAY).sources[0]
    done = team.one()
    assert done.error is None
    assert planned.changes == done.changes == ()
    assert planned.skips == done.skips
    assert {skip.code for skip in done.skips} == {"protected", "left-out"}
    assert done.calls.write == 0


def test_a_protected_summary_is_a_skip_in_plan_and_in_sync(team: Team) -> None:
    team.write_config(write='summary = "OKR summary"\nhistory = "OKR history"\n')
    assert team.one().error is None
    for title in ("OKR summary", "OKR history"):
        tab = team.anna.tab(team.file_id, title)
        rule = {"protectedRange": {"range": {"sheetId": tab.id}}}
        team.anna.do(team.file_id, addProtectedRange=rule)
    row = next(index for index, values in enumerate(team.grid(), 1) if "Sign-ups" in values)
    team.anna.put(team.file_id, "Q4", f"{letters(team.grid()[0].index('Current'))}{row}", 90)
    planned = make_plan(load(team.folder / "okrsync.toml"), as_of=TODAY).sources[0]
    assert "the tab 'OKR summary' is protected" in " ".join(skip.reason for skip in planned.skips)
    assert team.one().conflicts == ()
    again = team.one()
    assert (again.conflicts, again.calls.write) == ((), 0)
    assert "the tab 'OKR summary' is protected" in " ".join(skip.reason for skip in again.skips)
