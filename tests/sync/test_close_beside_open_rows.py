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
    (team.folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
    keep(team, ROWS)
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
