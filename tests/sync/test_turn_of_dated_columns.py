"""Tables with a column for each week, month or quarter, through the end of a cycle: the columns
mean the same days before and after it, so a row that nobody touches keeps its value and its last
answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest

from team import Team, edit, sheet

RANK = ["No data", "Missed", "Off track", "Stale", "At risk", "On track", "Achieved"]
CONFIG = """
cycle = "auto"
timezone = "UTC"
[sources.growth]
connector = "workbook"
path = "okrs.xlsx"
[sources.growth.write]
columns = {progress = "okr progress", status = "okr status", note = "okr note"}
"""
HEAD = ["Objective", "Key result", "Baseline", "Target"]
DAYS = ("2026-12-14", "2026-12-31", "2027-01-01", "2027-01-05", "2027-01-20", "2027-03-31")
WEEKS = [f"Wk {number}" for number in range(1, 14)]
MONDAYS = [date(2026, 10, 5) + timedelta(days=7 * week) for week in range(12)]


def _filled(count: int, last: int) -> list[int]:
    """`count` values that rise to the last one."""
    return [round(last * (each + 1) / count) for each in range(count)]


LAYOUTS: Mapping[str, tuple[str, str | None, Sequence[str]]] = {
    "months below a title": ("OKRs", "OKRs Q4 2026", ["Oct", "Nov", "Dec"]),
    "months in a tab of the quarter": ("Q4 2026", None, ["Oct", "Nov", "Dec"]),
    "months alone": ("OKRs", None, ["October", "November", "December"]),
    "months with their year": ("OKRs", None, ["Oct-26", "Nov-26", "Dec-26"]),
    "months of the next quarter beside": (
        "OKRs",
        None,
        ["Oct", "Nov", "Dec", "Jan", "Feb", "Mar"],
    ),
    "quarters": ("OKRs", None, ["Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026"]),
    "weeks of a quarter that the tab names": ("Q4 2026", None, WEEKS),
    "weeks of a quarter that nothing names": ("OKRs", None, WEEKS),
    "weeks of the year": ("OKRs", None, [f"KW {number}" for number in range(41, 54)]),
    "days": ("OKRs", None, [f"{day.day} {day:%b}" for day in MONDAYS]),
    "days in numbers": ("OKRs", None, [f"{day.day}.{day.month}." for day in MONDAYS]),
}


@pytest.fixture(params=LAYOUTS, ids=lambda name: name)
def tab(request: pytest.FixtureRequest, team: Team) -> str:
    name, title, columns = LAYOUTS[request.param]
    book = openpyxl.Workbook()
    made = book.active
    assert made is not None
    made.title = name
    for line in ([title], []) if title else ():
        made.append(line)
    made.append([*HEAD, *columns])
    count = 3 if "Dec" in columns else len(columns)
    made.append(["Grow", "Sign-ups", 0, 100, *_filled(count, 60)])
    made.append(["Grow", "Revenue", 0, 50, *_filled(count, 50)])
    book.save(team.folder / "okrs.xlsx")
    team.config(CONFIG)
    return name


def _answers(team: Team, tab: str) -> dict[str, tuple[object, str]]:
    """Progress and status beside each key result."""
    rows = sheet(team.folder / "okrs.xlsx", tab)
    head = next(row for row in rows if "Key result" in row)
    progress, status = head.index("okr progress"), head.index("okr status")
    return {
        str(row[1]): (row[progress], str(row[status]))
        for row in rows
        if row[1] in ("Sign-ups", "Revenue")
    }


def test_a_row_that_nobody_touches_keeps_its_last_answer(team: Team, tab: str) -> None:
    before: dict[str, tuple[object, str]] = {}
    for day in DAYS:
        team.json("sync", "--as-of", day)
        if day in DAYS[::2]:
            again = team.json("sync", "--as-of", day)
            assert again["counts"]["changes"] == 0, day
        now = _answers(team, tab)
        for title, (_, status) in before.items():
            assert RANK.index(now[title][1]) <= RANK.index(status), (day, title)
        if day >= "2026-12-31":
            before = now
        if day > "2026-12-31":
            assert now == {"Sign-ups": (0.6, "Missed"), "Revenue": (1, "Achieved")}, day


@pytest.mark.parametrize(
    ("column", "days"),
    [
        (8, ("2027-01-04", "2027-01-06", "2027-01-15", "2027-02-20")),
        (9, ("2027-01-12", "2027-01-14", "2027-01-15", "2027-01-18", "2027-02-20")),
    ],
)
def test_a_week_that_goes_on_is_no_second_check_in(
    team: Team, column: int, days: Sequence[str]
) -> None:
    """A value typed early in January is a late one of the quarter that ended; the next one opens
    the new quarter.
    """
    book = openpyxl.Workbook()
    made = book.active
    assert made is not None
    made.append([*HEAD, "KW 51", "KW 52", "KW 53", "KW 1", "KW 2", "KW 8"])
    made.append(["Grow", "Sign-ups", 0, 100, 30, 50, 60])
    book.save(team.folder / "okrs.xlsx")
    team.config(CONFIG)
    for day in ("2026-12-28", "2026-12-31", "2027-01-03"):
        team.json("sync", "--as-of", day)
    edit(team.folder / "okrs.xlsx", lambda tab: tab.cell(2, column, 65), "Sheet")
    for day in days:
        team.json("sync", "--as-of", day)
        assert _answers(team, "Sheet") == {"Sign-ups": (0.65, "Missed")}, day
    edit(team.folder / "okrs.xlsx", lambda tab: tab.cell(2, 10, 70), "Sheet")
    team.json("sync", "--as-of", "2027-02-24")
    assert _answers(team, "Sheet")["Sign-ups"][1] not in ("Missed", "No data")


def test_weeks_that_are_emptied_and_filled_anew_are_those_of_the_new_quarter(team: Team) -> None:
    book = openpyxl.Workbook()
    made = book.active
    assert made is not None
    made.append([*HEAD, *WEEKS])
    made.append(["Grow", "Sign-ups", 0, 100, *_filled(13, 60)])
    book.save(team.folder / "okrs.xlsx")
    team.config(CONFIG)
    for day in ("2026-12-14", "2026-12-31", "2027-01-01", "2027-01-15"):
        team.json("sync", "--as-of", day)

    def start_anew(tab: Any) -> None:
        tab.cell(2, 4, 200)
        for column in range(5, 18):
            tab.cell(2, column).value = 80 if column == 5 else None

    edit(team.folder / "okrs.xlsx", start_anew, "Sheet")
    for day in ("2027-01-18", "2027-01-19"):
        document = team.json("sync", "--as-of", day)
        assert _answers(team, "Sheet")["Sign-ups"][0] == 0.4, day
    assert document["counts"]["changes"] == 0
    shown = team.json("show", "--as-of", "2027-01-19")
    key_result = shown["objectives"][0]["key_results"][0]
    assert shown["cycle"]["name"] == "2027-Q1"
    assert (key_result["current"], key_result["checked_in"]) == (80, "2027-01-10")
