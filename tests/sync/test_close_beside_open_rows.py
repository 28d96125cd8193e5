"""Carrying over from a sheet in which objectives have rows of their own without a cycle, and in
which somebody left the cycle of a row empty.
"""

from __future__ import annotations

import csv
from typing import Any

import pytest

from team import Team

HEADER = ["Objective", "Key result", "From", "Current", "Target", "Last check-in", "Cycle"]
CONFIG = """\
[sources.growth]
connector = "workbook"
path = "team.csv"
[sources.growth.write]
columns = {progress = "Progress", status = "Status", score = "Score", note = "Note"}
"""
ROWS = [
    ["Grow", "", "", "", "", "", ""],
    ["", "Sign-ups", "0", "40", "100", "2026-12-28", "Q4 2026"],
    ["", "Revenue", "0", "", "100", "", "Q4 2026"],
    ["", "Margin", "0", "50", "100", "2026-12-28", ""],
    ["Keep", "", "", "", "", "", ""],
    ["", "Churn", "10", "8", "5", "2026-12-28", "Q4 2026"],
    ["", "Stories", "0", "", "5", "", "Q4 2026"],
]


@pytest.fixture
def company(team: Team) -> Team:
    return ended(team, ROWS)


def ended(team: Team, rows: list[list[str]], config: str = CONFIG) -> Team:
    """A company with these rows, shortly after the end of its cycle."""
    (team.folder / "okrsync.toml").write_text(config, encoding="utf-8")
    keep(team, rows)
    team.json("sync", "--as-of", "2026-12-28")
    team.json("sync", "--as-of", "2027-01-02")
    return team


def keep(company: Team, rows: list[list[str]]) -> None:
    with (company.folder / "team.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADER, *rows])


def rows_of(company: Team) -> list[list[str]]:
    with (company.folder / "team.csv").open(encoding="utf-8") as file:
        return [row[: len(HEADER)] for row in csv.reader(file)]


def close(company: Team) -> Any:
    return company.json("close", "2026-Q4", "--carry-over", "--yes", "--as-of", "2027-01-04")


def test_the_rows_that_name_a_cycle_go_on_below_their_objective(company: Team) -> None:
    document = close(company)
    assert rows_of(company)[1:] == [
        *ROWS[:4],
        ["", "Sign-ups", "40", "", "100", "", "Q1 2027"],
        ["", "Revenue", "0", "", "100", "", "Q1 2027"],
        *ROWS[4:],
        ["", "Churn", "8", "", "5", "", "Q1 2027"],
        ["", "Stories", "0", "", "5", "", "Q1 2027"],
    ]
    titles = [item["title"] for item in document["carried"]]
    assert titles == ["Sign-ups", "Revenue", "Churn", "Stories"]
    (skip,) = document["sources"][0]["skips"]
    assert skip["at"] == "team!B5"
    assert skip["reason"].startswith("not carried over: the row names no cycle")
    shown = company.json("show", "--as-of", "2027-01-05")
    found = {
        objective["title"]: [result["title"] for result in objective["key_results"]]
        for objective in shown["objectives"]
    }
    assert found == {"Grow": ["Sign-ups", "Revenue"], "Keep": ["Churn", "Stories"]}


def test_closing_again_changes_nothing_though_rows_moved_down(company: Team) -> None:
    document = close(company)
    written = (company.folder / "team.csv").read_bytes()
    again = close(company)
    assert again["counts"]["changes"] == 0
    assert (company.folder / "team.csv").read_bytes() == written
    company.json("undo", document["run"])
    assert rows_of(company)[1:] == ROWS


def test_a_row_below_an_open_objective_comes_before_new_blocks(team: Team) -> None:
    rows = [[*ROWS[0][:6], "Q4 2026"], *ROWS[1:3], *ROWS[4:]]
    company = ended(team, rows)
    close(company)
    assert rows_of(company)[1:] == [
        *rows,
        ["", "Churn", "8", "", "5", "", "Q1 2027"],
        ["", "Stories", "0", "", "5", "", "Q1 2027"],
        ["Grow", "", "", "", "", "", "Q1 2027"],
        ["", "Sign-ups", "40", "", "100", "", "Q1 2027"],
        ["", "Revenue", "0", "", "100", "", "Q1 2027"],
    ]


def test_a_prepared_row_below_an_objective_of_this_cycle_keeps_nobody_from_going_on(
    team: Team,
) -> None:
    rows = [
        ["Grow", "Sign-ups", "0", "40", "100", "2026-12-28", "Q4 2026"],
        ["", "Prepared", "0", "", "100", "", "Q1 2027"],
        ["", "Revenue", "0", "", "100", "", "Q4 2026"],
    ]
    company = ended(team, rows)
    close(company)
    assert rows_of(company)[1:] == [
        *rows,
        ["Grow", "Sign-ups", "40", "", "100", "", "Q1 2027"],
        ["", "Revenue", "0", "", "100", "", "Q1 2027"],
    ]


def test_rows_whose_cycle_the_config_names_go_on_with_it(team: Team) -> None:
    text = CONFIG.replace("[sources.growth.write]", "cycle = '2026-Q4'\n[sources.growth.write]")
    document = close(ended(team, [[*row[:6], ""] for row in ROWS], text))
    reasons = {skip["reason"] for skip in document["sources"][0]["skips"]}
    (reason,) = reasons
    assert reason == (
        "nothing is carried over: the config names 2026-Q4 for rows that name no cycle; once it"
        " names 2027-Q1 there, they go on in that"
    )


def test_a_note_names_its_own_cell_though_its_row_moved_down(company: Team) -> None:
    close(company)
    company.json("sync", "--as-of", "2027-01-05")
    with (company.folder / "team.csv").open(encoding="utf-8") as file:
        notes = {
            row["Key result"]: row["Note"]
            for row in csv.DictReader(file)
            if row["Cycle"] == "Q4 2026"
        }
    assert notes["Stories"] == "No current value: type the latest number in team!D10."
    assert company.json("sync", "--as-of", "2027-01-05")["counts"]["changes"] == 0
