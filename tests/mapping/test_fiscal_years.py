"""A fiscal year is not taken for the calendar's without a word."""

from __future__ import annotations

import pytest

from team import Team, team, write_csv

__all__ = ["team"]

LIST: list[object] = ["Objective", "Key Result", "Target", "Current"]
ROW: list[object] = ["Grow", "Sign-ups", 10, 5]
SHEETS: dict[str, tuple[list[list[object]], str]] = {
    "a column of cycles": ([["Quarter", *LIST], ["FY26 Q4", *ROW]], "A2"),
    "a title above the header": ([["OKRs Q4 FY2026"], LIST, ROW], "A1"),
    "the headers of columns": ([[*LIST[:2], "Q4 FY26 Target", "Q4 FY26 Current"], ROW], "C1"),
    "a German fiscal year": ([["Quartal", *LIST], ["Q4 GJ26", *ROW]], "A2"),
}


def _config(team: Team, rows: list[list[object]], more: str = "") -> None:
    write_csv(team.folder / "okrs.csv", rows)
    team.config(
        f'cycle = "2026-Q4"\n{more}\n[sources.team]\nconnector = "workbook"\npath = "okrs.csv"\n'
    )


def _remarks(team: Team) -> list[tuple[str, str]]:
    warnings = team.json("show", "--as-of", "2026-11-29")["warnings"]
    return [(each["at"], each["message"]) for each in warnings if each["code"] == "fiscal-year"]


@pytest.mark.parametrize("name", SHEETS)
def test_a_fiscal_year_without_its_first_month_is_named_once(team: Team, name: str) -> None:
    rows, address = SHEETS[name]
    _config(team, rows)
    remarks = _remarks(team)
    assert [at for at, _ in remarks] == [f"okrs!{address}"]
    assert "`fiscal_year_start`" in remarks[0][1]


@pytest.mark.parametrize("month", [1, 4])
def test_with_its_first_month_in_the_config_nothing_is_said(team: Team, month: int) -> None:
    for rows, _ in SHEETS.values():
        _config(team, rows, f"fiscal_year_start = {month}")
        assert not _remarks(team)


def test_a_calendar_quarter_is_no_fiscal_year(team: Team) -> None:
    _config(team, [["Quarter", *LIST], ["Q4 2026", *ROW], ["Verify 26 Q4 deals", *ROW]])
    assert not _remarks(team)


def test_init_says_so(team: Team) -> None:
    (team.folder / "okrsync.toml").unlink(missing_ok=True)
    write_csv(team.folder / "okrs.csv", SHEETS["a column of cycles"][0])
    _, out = team.run("init", "okrs.csv", "--yes", "--as-of", "2026-11-29", "--cycle", "2026-Q4")
    assert "'FY26 Q4' names a fiscal year" in " ".join((out + team.err).split())
