"""The turn of a quarter for a company that keeps its OKRs in every other way: cycles in another
language, under headings, without a year, in the name of a file, of six weeks, and key results of a
quarter under an objective of the year; in time zones far from UTC and fiscal years of their own.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from grids import in_part
from team import Team

RANK = ["No data", "Missed", "Off track", "Stale", "At risk", "On track", "Achieved"]
GREEN = {"On track", "Achieved"}
SOURCE = """
[sources.{name}]
connector = "workbook"
path = "{path}"
[sources.{name}.write]
columns = {{progress = "okr progress", status = "okr status", score = "okr score"}}
history = "history-{name}.csv"
"""
NUMBERS = {
    "Sign-ups": ("0", "40", "100", "2026-12-10"),
    "Revenue": ("0", "100", "100", "2026-12-14"),
    "Churn": ("0", "80", "100", "2026-12-14"),
}
FINAL = {"Sign-ups": ("Missed", "0.4"), "Revenue": ("Achieved", "1"), "Churn": ("Missed", "0.8")}
QUARTER = {1: (4, 2026), 4: (3, 2027), 7: (2, 2027)}
"""The number and the year of the quarter from October to December, by the fiscal year's month."""


def rows(*between: str) -> list[str]:
    return [
        ",".join((objective, title, *between, *NUMBERS[title]))
        for objective, title in (("Grow", "Sign-ups"), ("Grow", "Revenue"), ("Keep", "Churn"))
    ]


def places(fiscal: int) -> dict[str, tuple[str, list[str]]]:
    """By source, its file and the lines of it."""
    number, year = QUARTER[fiscal]
    english = "Objective,Key result,Start,Current,Target,Last check-in"
    german = "Ziel,Schlüsselergebnis,Zyklus,Startwert,Aktuell,Zielwert,Letzter Check-in"
    before = ["Grow,Sign-ups,0,9,10,2026-09-10", "Keep,Churn,0,2,10,2026-09-10"]
    typed = [
        f"K{n},Key Result,{t},O1,Oct - Dec 2026,{','.join(NUMBERS[t])}"
        for n, t in enumerate(NUMBERS)
    ]
    return {
        "deutsch": ("deutsch.csv", [german, *rows(f"{number}. Quartal {year}")]),
        "bare": ("bare.csv", [english.replace("Start", "Cycle,Start"), *rows(f"Q{number}")]),
        "named": (f"Sales Q{number} {year}.csv", [english, *rows()]),
        "stacked": (
            "stacked.csv",
            [english, f"Q{number - 1} {year},,,,,", *before, f"Q{number} {year},,,,,", *rows()],
        ),
        "weeks": (
            "weeks.csv",
            [english.replace("Start", "Cycle,Start"), *rows("2026-11-20 to 2026-12-31")],
        ),
        "year": (
            "year.csv",
            [
                "ID,Type,Title,Parent,Cycle,Start,Current,Target,Last check-in",
                "O1,Objective,Grow,,2026-10-01 to 2027-09-30,,,,",
                *typed,
            ],
        ),
        "unnamed": ("unnamed.csv", [english, *rows()]),
    }


def answers(folder: Path, path: str) -> dict[str, tuple[str, str]]:
    """The status and score beside the key results of the quarter; the last of a title counts."""
    with (folder / path).open(encoding="utf-8") as file:
        header, *lines = list(csv.reader(file))
    said = {}
    for line in lines:
        cells = dict(zip(header, line, strict=False))
        title = next((text for text in line[:3] if text in NUMBERS), None)
        if title is not None:
            said[title] = cells.get("okr status", ""), cells.get("okr score", "")
    return said


@pytest.mark.parametrize(
    ("zone", "fiscal"),
    in_part([("Pacific/Kiritimati", 1), ("Asia/Kathmandu", 7), ("Pacific/Honolulu", 4)], every=3),
)
def test_no_untouched_row_of_theirs_is_ever_better_than_it_was(
    team: Team, zone: str, fiscal: int
) -> None:
    kept = places(fiscal)
    for path, lines in kept.values():
        (team.folder / path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    sources = "".join(SOURCE.format(name=name, path=path) for name, (path, _) in kept.items())
    team.config(f'timezone = "{zone}"\nfiscal_year_start = {fiscal}\n{sources}')
    before: dict[str, dict[str, tuple[str, str]]] = {}
    day = date(2026, 12, 15)
    while day <= date(2027, 1, 15):
        assert team.run("sync", "--as-of", day.isoformat())[0] == 0, team.err
        for name, (path, _) in kept.items():
            after = answers(team.folder, path)
            for title, (now, _) in after.items():
                was = before.get(name, after)[title][0]
                assert RANK.index(now) <= RANK.index(was), f"{name}/{title} on {day}: {was}, {now}"
                assert now not in GREEN or was in GREEN, f"{name}/{title} on {day}"
            before[name] = after
            if day >= date(2027, 1, 1):
                assert after == FINAL, f"{name} on {day}"
        # Every day around the turn, every fourth before and after.
        near = date(2026, 12, 29) <= day <= date(2027, 1, 2)
        day += timedelta(days=1 if near else 4)
        day = date(2026, 12, 29) if date(2026, 12, 27) <= day < date(2026, 12, 29) else day
    document = team.json("show", "--as-of", "2027-01-15")
    assert document["cycle"]["state"] == "closed"
