"""Values that suddenly cannot be read stop a source, and its last good numbers stand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grids import in_turns
from okrsync.config import Guards
from okrsync.model.table import CellError, CellValue
from several import Company
from team import AS_OF, CONFIG, ROWS, Team, edit, write_workbook

DAY = date(2026, 11, 20)


def company_of(tmp_path: Path, rows: int) -> Company:
    """A team `a` with so many key results of one objective, and a team `b` with one."""
    company = Company.of(tmp_path, "a", "b")
    tab = company.teams["a"].tabs["Q4"]
    tab[:] = [["Objective", "Key result", "Baseline", "Current", "Target", "Last check-in"]]
    for number in range(rows):
        tab.append(["" if number else "Grow", f"KR {number}", 0, 50, 100, DAY])
    return company


def spoil(company: Company, rows: int, column: int, value: CellValue) -> None:
    for row in company.teams["a"].tabs["Q4"][1 : rows + 1]:
        row[column] = value


@pytest.mark.parametrize(
    ("value", "column"), in_turns(["Loading...", CellError("#N/A"), None, "", "tbd"], [3, 4])
)
def test_values_that_cannot_be_read_any_more_stop_their_source(
    tmp_path: Path, value: CellValue, column: int
) -> None:
    company = company_of(tmp_path, 12)
    company.sync()
    stood = [list(row) for row in company.teams["a"].tabs["Q4"]]
    spoil(company, 12, column, value)
    plan = company.sync()
    assert plan.exit_code == 5
    assert [source.state for source in plan.sources] == ["refused", "ok"]
    [refusal] = plan.sources[0].refusals
    assert refusal.guard == "max-losses"
    assert "12 of 12 rows" in refusal.message
    assert "Q4!" in refusal.message
    assert plan.sources[0].changes == ()
    picture = company.picture()
    assert picture.measures["a/O1"].progress == Decimal("0.5")
    assert picture.sources[0].state == "kept"
    now = company.teams["a"].tabs["Q4"]
    assert [row[6:] for row in now] == [row[6:] for row in stood]
    again = company.sync()
    assert [one.guard for one in again.sources[0].refusals] == ["max-losses"]
    assert company.sync(allow=["max-losses"]).exit_code == 0
    assert company.sync().exit_code == 0
    assert company.picture().measures["a/O1"].progress is None


def test_check_ins_that_are_gone_stop_their_source(tmp_path: Path) -> None:
    company = company_of(tmp_path, 12)
    company.sync()
    spoil(company, 4, 5, None)
    plan = company.sync()
    assert [one.guard for one in plan.sources[0].refusals] == ["max-losses"]
    assert "4 of 12 rows" in plan.sources[0].refusals[0].message


@pytest.mark.parametrize(
    ("rows", "lost", "stops"),
    [(12, 3, False), (12, 4, True), (4, 2, False), (4, 3, True), (9, 3, True), (10, 3, False)],
)
def test_so_many_rows_may_lose_their_answer(
    tmp_path: Path, rows: int, lost: int, stops: bool
) -> None:
    company = company_of(tmp_path, rows)
    company.sync()
    spoil(company, lost, 3, None)
    assert (company.sync().exit_code == 5) is stops


def test_the_config_says_how_many(tmp_path: Path) -> None:
    company = company_of(tmp_path, 12)
    company.guards = Guards(max_losses=1)
    company.sync()
    spoil(company, 12, 3, None)
    assert company.sync().exit_code == 0


def test_rows_that_were_never_answered_lose_nothing(tmp_path: Path) -> None:
    company = company_of(tmp_path, 12)
    spoil(company, 12, 3, None)
    company.sync()
    company.teams["a"].tabs["Q4"][1][3] = 10
    assert company.sync().exit_code == 0
    company.teams["a"].tabs["Q4"][1][3] = None
    assert company.sync().exit_code == 0


def test_a_quarter_that_turns_empties_its_rows_in_peace(team: Team) -> None:
    rows: list[list[Any]] = [ROWS[0]]
    rows += [["Grow", f"KR {number}", "Mia", 0, 50, 100, DAY] for number in range(12)]
    write_workbook(team.folder / "growth.xlsx", rows, tab="Team")
    team.config(CONFIG.replace('cycle = "2026-Q4"', 'cycle = "auto"'))
    assert team.run("sync", "--as-of", AS_OF)[0] == 0

    def emptied(tab: Any) -> None:
        for number in range(2, 14):
            tab[f"E{number}"] = tab[f"G{number}"] = None

    edit(team.folder / "growth.xlsx", emptied, tab="Team")
    assert team.run("sync", "--as-of", AS_OF)[0] == 5
    assert team.run("sync", "--as-of", "2027-01-04")[0] == 0


def test_a_stopped_source_is_told_once_and_shows_no_changes(team: Team) -> None:
    rows = [ROWS[0], *([None, *row[1:]] if number else row for number, row in enumerate(ROWS[1:]))]
    write_workbook(team.folder / "growth.xlsx", rows)
    team.sync()
    edit(team.folder / "growth.xlsx", lambda q4: q4.delete_cols(8, 3))
    code, out = team.run("plan", "--as-of", AS_OF)
    assert code == 5
    assert out.count("  stopped ") == 1
    assert out.count("--allow vanished-header") == 1
    assert not [line for line in out.splitlines() if line.strip().startswith(("+", "~"))]
    planned = team.json("plan", "--as-of", AS_OF, code=5)
    assert planned["sources"][0]["changes"] == []
    assert len(planned["sources"][0]["refusals"]) == 1
    allowed = team.json("plan", "--as-of", AS_OF, "--allow", "vanished-header")
    assert len(allowed["sources"][0]["changes"]) > 3
