"""The days that a summary names, and what it says of wins, outlook and typed statuses."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import openpyxl
import pytest

from team import Team, edit, write_workbook

CONFIG = """
cycle = "2026-Q4"

[sources.growth]
connector = "workbook"
path = "growth.xlsx"
[sources.growth.write]
summary = "Summary"
"""
HEADER = ["Objective", "Key result", "Owner", "Start", "Current", "Target", "Status"]


@pytest.fixture
def summed(team: Team) -> Team:
    team.config(CONFIG)
    # Without days that count, nothing of it moves with the calendar.
    rows: list[list[Any]] = [
        HEADER,
        ["Grow", "Sign-ups", "Mia", 0, 62, 100, "on track"],
        ["Grow", "Revenue", "Jon", 0, 100, 100, None],
    ]
    write_workbook(team.folder / "growth.xlsx", rows)
    return team


def cells(team: Team) -> list[list[Any]]:
    book = openpyxl.load_workbook(team.folder / "growth.xlsx")
    return [list(row) for row in book["Summary"].iter_rows(values_only=True)]


def type_current(value: float, sheet: Any) -> None:
    sheet["E2"] = value


def day_line(team: Team) -> Any:
    return cells(team)[1][0]


def test_it_names_the_day_of_its_last_change(summed: Team) -> None:
    summed.json("sync", "--as-of", "2027-01-20")
    assert day_line(summed) == "2026-Q4. Last change on 20 Jan 2027."
    before = (summed.folder / "growth.xlsx").read_bytes()
    assert summed.json("sync", "--as-of", "2027-02-20")["counts"]["changes"] == 0
    assert (summed.folder / "growth.xlsx").read_bytes() == before
    edit(summed.folder / "growth.xlsx", lambda sheet: sheet.__setitem__("B2", "Sign-ups a week"))
    summed.json("sync", "--as-of", "2027-02-21")
    assert day_line(summed) == "2026-Q4. Last change on 21 Feb 2027."


def test_it_names_the_day_of_the_last_run_where_the_config_wants_it(summed: Team) -> None:
    summed.config(CONFIG + "summary_day = true\n")
    for day in ("20", "21"):
        first = summed.json("sync", "--as-of", f"2027-01-{day}")
        assert first["counts"]["changes"] == 1
        expected = f"2026-Q4. Last change on 20 Jan 2027. Last run on {day} Jan 2027."
        assert day_line(summed) == expected
        again = summed.json("sync", "--as-of", f"2027-01-{day}")
        assert again["counts"]["changes"] == 0, "once a day, and not once a run"


def test_numbers_are_numbers(summed: Team) -> None:
    summed.json("sync", "--as-of", "2026-11-23")
    rows = cells(summed)
    figures = {row[0]: row[1] for row in rows if row[0] in ("Objectives", "Key results")}
    assert figures["Key results"] == 2
    heading = next(
        number for number, row in enumerate(rows) if "by objective and status" in str(row[0])
    )
    assert rows[heading + 1][:3] == ["Objective", "On track", "Achieved"]
    assert rows[heading + 2][:3] == ["Grow", 1, 1]


def test_wins_outlook_and_typed_statuses_stand_in_it(summed: Team) -> None:
    path = summed.folder / "growth.xlsx"
    edit(path, lambda sheet: sheet.delete_rows(3))
    for day, value in (
        ("2026-10-19", 2),
        ("2026-10-26", 3),
        ("2026-11-02", 4),
        ("2026-11-09", 60),
    ):
        edit(path, partial(type_current, value))
        summed.json("sync", "--as-of", day)
    rows = cells(summed)
    wins = next(number for number, row in enumerate(rows) if row[0] == "Wins")
    assert {row[0] for row in rows[wins + 2 : wins + 4]} == {"Grow", "Sign-ups"}
    sign_ups = next(row for row in rows[wins:] if row[0] == "Sign-ups")
    assert (sign_ups[2], sign_ups[3], sign_ups[4]) == (0.6, 0.04, "On track")
    edit(path, partial(type_current, 9))
    summed.json("sync", "--as-of", "2026-11-16")
    text = str(cells(summed))
    assert "Sign-ups: Off track by its numbers." in text
    assert re.search(r"1 of 1 reported; heading for \d+ %", text)
