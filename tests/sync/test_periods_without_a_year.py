"""A period without a year (`Q4`) belongs to the year in which okrsync met it, and its items get
their last answers as all others do.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from grids import in_turns
from team import Team

HEADER = "Objective,Key result,Cycle,Start,Current,Target,Last check-in"
ROWS = [
    "Grow,Sign-ups,{cycle},0,40,100,2026-12-10",
    "Grow,Revenue,{cycle},0,100,100,2026-12-14",
    "Keep,Churn,{cycle},0,80,100,2026-12-14",
]
CONFIG = """\
[sources.growth]
connector = "workbook"
path = "{path}"
[sources.growth.write]
columns = {{progress = "Progress", status = "Status", score = "Score", note = "Note"}}
"""
FINAL = {
    "Sign-ups": ("Missed", "0.4"),
    "Revenue": ("Achieved", "1"),
    "Churn": ("Missed", "0.8"),
}


def write(team: Team, path: str, rows: list[str], *, top: str = "") -> None:
    (team.folder / path).write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    (team.folder / "okrsync.toml").write_text(top + CONFIG.format(path=path), encoding="utf-8")


def on_day(team: Team, path: str, day: date) -> dict[str, dict[str, str]]:
    assert team.run("sync", "--as-of", day.isoformat())[0] == 0, team.err
    with (team.folder / path).open(encoding="utf-8") as file:
        return {row["Key result"]: row for row in csv.DictReader(file)}


def said(rows: dict[str, dict[str, str]]) -> dict[str, tuple[str, str]]:
    return {title: (row["Status"], row["Score"]) for title, row in rows.items()}


def edit(team: Team, path: str, before: str, after: str) -> None:
    file = Path(team.folder / path)
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "top"),
    in_turns(
        ["team.csv", "Sales Q4.csv", "okrs-Q4.csv", "Q4.csv"],
        ["", "fiscal_year_start = 4\n", 'timezone = "Pacific/Auckland"\n'],
    ),
)
def test_its_items_get_their_last_answers_and_keep_them(team: Team, path: str, top: str) -> None:
    in_column = path == "team.csv"
    word = "Q3" if top.startswith("fiscal") else "Q4"
    path = path.replace("Q4", word)
    rows = [row.format(cycle=word if in_column else "") for row in ROWS]
    write(team, path, rows, top=top)
    for day in (date(2026, 12, 15), date(2026, 12, 31)):
        on_day(team, path, day)
    after = on_day(team, path, date(2027, 1, 1))
    assert said(after) == FINAL
    written = (team.folder / path).read_bytes()
    day = date(2027, 1, 2)
    while day < date(2028, 6, 1):
        on_day(team, path, day)
        assert (team.folder / path).read_bytes() == written, day
        day += timedelta(days=41)


def test_rows_planned_for_a_later_quarter_of_the_running_year_have_not_begun(team: Team) -> None:
    write(team, "team.csv", [row.format(cycle="Q4") for row in ROWS])
    edit(team, "team.csv", "Sign-ups,Q4,0,40,100,2026-12-10", "Sign-ups,Q4,0,,100,")
    edit(team, "team.csv", "Revenue,Q4,0,100,100,2026-12-14", "Revenue,Q4,0,,100,")
    edit(team, "team.csv", "Churn,Q4,0,80,100,2026-12-14", "Churn,Q4,0,,100,")
    on_day(team, "team.csv", date(2027, 1, 20))
    document = team.json("show", "--as-of", "2027-01-20", "--all-cycles")
    cycles = {kr["cycle"]["name"] for each in document["objectives"] for kr in each["key_results"]}
    assert cycles == {"2027-Q4"}


def test_a_row_that_is_prepared_below_those_of_the_running_quarter_is_of_its_year(
    team: Team,
) -> None:
    rows = [row.format(cycle="Q3").replace("2026-12", "2026-09") for row in ROWS]
    write(team, "team.csv", [*rows, "Prepare,Next,Q4,0,,100,"])
    for day in ("2026-09-20", "2026-10-02"):
        on_day(team, "team.csv", date.fromisoformat(day))
        document = team.json("show", "--as-of", day, "--all-cycles")
        results = [kr for each in document["objectives"] for kr in each["key_results"]]
        (prepared,) = [kr for kr in results if kr["title"] == "Next"]
        assert prepared["cycle"]["name"] == "2026-Q4"


def test_rows_first_seen_after_the_quarter_are_of_the_one_they_were_checked_in_for(
    team: Team,
) -> None:
    write(team, "team.csv", [row.format(cycle="Q4") for row in ROWS])
    assert said(on_day(team, "team.csv", date(2027, 1, 5))) == FINAL


def test_the_same_quarter_of_the_next_year_begins_with_a_row_that_people_work_on(
    team: Team,
) -> None:
    write(team, "team.csv", [row.format(cycle="Q4") for row in ROWS])
    for day in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 10, 4)):
        assert day < date(2027, 1, 1) or said(on_day(team, "team.csv", day)) == FINAL
        on_day(team, "team.csv", day)
    edit(team, "team.csv", "Churn,Q4,0,80,100,2026-12-14", "Churn,Q4,0,10,100,2027-10-05")
    rows = on_day(team, "team.csv", date(2027, 10, 5))
    assert said(rows)["Sign-ups"] == FINAL["Sign-ups"]
    assert rows["Churn"]["Status"] == "On track"
    document = team.json("show", "--as-of", "2027-10-05")
    assert document["cycle"]["name"] == "2027-Q4"
    (keep,) = document["objectives"]
    assert keep["key_results"][0]["cycle"]["name"] == "2027-Q4"


def test_a_target_that_is_changed_after_the_end_leaves_the_score(team: Team) -> None:
    write(team, "team.csv", [row.format(cycle="Q4") for row in ROWS])
    on_day(team, "team.csv", date(2026, 12, 31))
    on_day(team, "team.csv", date(2027, 1, 1))
    edit(team, "team.csv", "Sign-ups,Q4,0,40,100", "Sign-ups,Q4,0,40,50")
    assert said(on_day(team, "team.csv", date(2027, 1, 4))) == FINAL
    document = team.json("show", "--as-of", "2027-01-04", "--all-cycles")
    assert "target-moved" in {warning["code"] for warning in document["warnings"]}
