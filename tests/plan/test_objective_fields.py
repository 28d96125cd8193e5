"""What is said of an objective that has no row of its own, and of rows that people set aside."""

from __future__ import annotations

import csv
from pathlib import Path

from team import AS_OF, Team

CONFIG = """\
cycle = "2026-Q4"
[sources.growth]
connector = "workbook"
path = "team.csv"
[sources.growth.write]
columns = {progress = "Progress", status = "Status", objective_progress = "Objective", \
objective_status = "Objective status"}
"""
ROWS = """\
Goal,Key result,Start,Current,Target,State
Grow,Sign-ups,0,50,100,
Grow,Revenue,0,90,100,
Keep,Churn,0,10,100,Cancelled
Keep,Renewals,0,80,100,
"""


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_first_row_of_an_objective_says_how_the_objective_stands(team: Team) -> None:
    config = CONFIG.replace('"Objective",', '"Goal progress",')
    (team.folder / "okrsync.toml").write_text(config, encoding="utf-8")
    path = team.folder / "team.csv"
    path.write_text(ROWS, encoding="utf-8")
    assert team.run("sync", "--as-of", AS_OF)[0] == 0
    said = [(row["Goal progress"], row["Objective status"]) for row in rows_of(path)]
    assert said == [("70%", "On track"), ("", ""), ("80%", "On track"), ("", "")]
    assert [row["Status"] for row in rows_of(path)][2] == ""
    written = path.read_bytes()
    assert team.run("sync", "--as-of", AS_OF)[0] == 0
    assert path.read_bytes() == written
    assert team.run("undo", "last")[0] == 0
    assert path.read_text(encoding="utf-8") == ROWS


def test_the_document_tells_what_is_set_aside_and_what_people_typed(team: Team) -> None:
    (team.folder / "okrsync.toml").write_text(
        CONFIG.replace('"Objective",', '"Goal progress",'), encoding="utf-8"
    )
    (team.folder / "team.csv").write_text(ROWS, encoding="utf-8")
    objectives = team.json("show", "--as-of", AS_OF)["objectives"]
    churn = objectives[1]["key_results"][0]
    assert (churn["inactive"], churn["set_aside"]) == (True, "Cancelled")
    assert objectives[1]["progress"] == 0.8
    assert "Set aside" in team.run("show", "--as-of", AS_OF)[1]
