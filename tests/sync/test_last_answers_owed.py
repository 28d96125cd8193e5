"""The last answers of a cycle, given by a run that comes after late values ceased to count: they
are owed until they stand beside their rows.
"""

from __future__ import annotations

import csv

import pytest

from team import Team

CONFIG = """\
timezone = "UTC"
[cycles]
settle = "3 days"
[sources.growth]
connector = "workbook"
path = "growth.csv"
[sources.growth.write]
columns = {status = "Status", score = "Score", note = "Note"}
[sources.ops]
connector = "workbook"
path = "ops.csv"
[sources.ops.write]
columns = {status = "Status", score = "Score", note = "Note"}
"""
ROWS = [
    "Objective,Key result,Cycle,Start,Current,Target,Last check-in",
    "Grow,Sign-ups,Q4 2026,0,40,100,2026-12-30",
    "Grow,Revenue,Q4 2026,0,100,100,2026-12-30",
]
ENDED = ["Missed", "Achieved"]
LATE = "2027-01-08"


@pytest.fixture
def company(team: Team) -> Team:
    synced(team, ROWS)
    assert statuses(team, "growth")[1] == "Achieved"
    return team


def synced(team: Team, rows: list[str]) -> None:
    """The last run before the end, over two sources that hold these rows."""
    (team.folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
    for name in ("growth", "ops"):
        (team.folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    team.json("sync", "--as-of", "2026-12-30")


def statuses(company: Team, name: str) -> list[str]:
    with (company.folder / f"{name}.csv").open(encoding="utf-8") as file:
        return [row["Status"] for row in csv.DictReader(file)]


def replaced(company: Team, before: str, after: str) -> None:
    path = company.folder / "growth.csv"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_a_run_that_was_put_back_is_repeated(company: Team) -> None:
    stood = statuses(company, "growth")
    document = company.json("sync", "--as-of", LATE)
    assert statuses(company, "growth") == ENDED
    company.json("undo", document["run"])
    assert statuses(company, "growth") == stood
    company.json("sync", "--as-of", "2027-01-09")
    assert statuses(company, "growth") == ENDED
    assert company.json("sync", "--as-of", "2027-01-10")["counts"]["changes"] == 0


def test_a_run_over_another_source_takes_nothing_from_this_one(company: Team) -> None:
    company.json("sync", "--as-of", LATE, "--source", "ops")
    assert statuses(company, "ops") == ENDED
    company.json("sync", "--as-of", "2027-01-09")
    assert statuses(company, "growth") == ENDED


def test_a_run_that_a_guard_stopped_is_made_up_for(company: Team) -> None:
    replaced(company, "Status", "Our status")
    company.json("sync", "--as-of", LATE, code=5)
    replaced(company, "Our status", "Status")
    company.json("sync", "--as-of", "2027-01-09")
    assert statuses(company, "growth") == ENDED


def test_what_is_typed_after_the_last_answers_arrived_is_left_alone(company: Team) -> None:
    company.json("sync", "--as-of", LATE)
    replaced(company, "Sign-ups,Q4 2026,0,40", "Sign-ups,Q4 2026,0,100")
    company.json("sync", "--as-of", "2027-01-09")
    assert statuses(company, "growth") == ENDED


def test_a_close_leaves_last_answers_as_the_sync_gave_them(team: Team) -> None:
    """The objective states when it is due, which says when its key results end."""
    rows = [
        "Objective,Key result,Due,Start,Current,Target,Last check-in",
        "Grow,,2026-12-29,,,,",
        ",Sign-ups,,0,40,100,2026-12-27",
    ]
    synced(team, rows)
    team.json("sync", "--as-of", LATE)
    assert statuses(team, "growth") == ["Missed", "Missed"]
    before = (team.folder / "growth.csv").read_bytes()
    document = team.json("close", "2026-Q4", "--yes", "--as-of", "2027-01-09")
    assert document["counts"]["changes"] == 0
    assert (team.folder / "growth.csv").read_bytes() == before
