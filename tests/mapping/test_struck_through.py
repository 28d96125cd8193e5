"""What people struck through is dropped: it is shown as set aside and does not count."""

from __future__ import annotations

from collections.abc import Sequence

import openpyxl
import pytest
from openpyxl.styles import Font

from team import CONFIG, Team, edit, team

__all__ = ["team"]

HEADER = ["Objective", "Key result", "Owner", "Start", "Current", "Target"]


def _items(team: Team, rows: Sequence[Sequence[object]], struck: str) -> dict[str, object]:
    """By title, the word that sets each item aside, and the progress of the objectives; `struck`
    are the cells that are struck through.
    """
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Q4"
    for row in (HEADER, *rows):
        sheet.append(list(row))
    for address in struck.split():
        sheet[address].font = Font(strike=True)
    book.save(team.folder / "growth.xlsx")
    team.config(CONFIG)
    document = team.json("show", "--as-of", "2026-11-23")
    words: dict[str, object] = {}
    for objective in document["objectives"]:
        words[objective["title"]] = objective.get("set_aside") or objective["progress"]
        for item in objective["key_results"]:
            words[item["title"]] = item.get("set_aside")
    return words


REPEATED = [
    ["Grow", "Old idea", "Mia", 0, 0, 10],
    ["Grow", "Sign-ups", "Mia", 0, 50, 100],
]
INTERLEAVED = [
    ["Grow", None, "Mia", None, None, None],
    [None, "Sign-ups", "Mia", 0, 50, 100],
    ["Old aim", None, "Mia", None, None, None],
    [None, "Revenue", "Mia", 0, 50, 100],
]


def test_a_row_that_is_struck_through_leaves_the_mean(team: Team) -> None:
    words = _items(team, REPEATED, "A2 B2 C2 D2 E2 F2")
    assert words == {"Grow": 0.5, "Old idea": "struck through", "Sign-ups": None}


def test_a_title_that_is_struck_through_is_enough(team: Team) -> None:
    assert _items(team, REPEATED, "B2")["Old idea"] == "struck through"


def test_a_value_that_is_struck_through_is_no_dropped_item(team: Team) -> None:
    assert _items(team, REPEATED, "E2") == {"Grow": 0.25, "Old idea": None, "Sign-ups": None}


@pytest.mark.parametrize("rows", [INTERLEAVED, [["Old aim", *REPEATED[1][1:]]]])
def test_an_objective_that_is_struck_through_is_set_aside(
    team: Team, rows: list[list[object]]
) -> None:
    title = next(index for index, row in enumerate(rows, start=2) if row[0] == "Old aim")
    assert _items(team, rows, f"A{title}")["Old aim"] == "struck through"


def test_what_is_finished_and_struck_through_counts(team: Team) -> None:
    rows = [["Grow", "Hires", "Mia", 0, 10, 10], REPEATED[1]]
    assert _items(team, rows, "A2 B2 E2") == {"Grow": 0.75, "Hires": None, "Sign-ups": None}


def test_a_row_is_struck_through_between_two_runs(team: Team) -> None:
    team.sync()
    edit(team.folder / "growth.xlsx", lambda q4: setattr(q4["B3"], "font", Font(strike=True)))
    plan = team.sync()
    revenue = [each for each in plan["sources"][0]["changes"] if each["at"].endswith("3")]
    assert {each["field"]: each["after"] for each in revenue} == {
        "status": None,
        "note": "Set aside: struck through. It does not count.",
    }
    synced = (team.folder / "growth.xlsx").read_bytes()
    assert not team.sync()["sources"][0]["changes"]
    assert (team.folder / "growth.xlsx").read_bytes() == synced
