"""Somebody inserts rows above the header in the moment in which okrsync makes its columns: the
words of the headers follow it, wherever the first values land.
"""

from __future__ import annotations

from itertools import product

import pytest

from closing import SheetPlace
from grids import in_part
from team import Team

HEADER = ["Objective", "Key Result", "Start", "Current", "Target"]
FLAT = [HEADER, ["Grow", "Sign-ups", 0, 50, 100], ["Keep", "Churn", 9, 5, 3]]
STACKED = [
    HEADER,
    ["Q3 2026"],
    ["Grow", "Sign-ups", 0, 40, 50],
    ["Q4 2026"],
    ["Grow", "Leads", 0, 50, 100],
    ["Keep", "Churn", 9, 5, 3],
]
SYNC = ("sync", "--as-of", "2026-12-20")


@pytest.mark.parametrize(
    ("grid", "rows", "write"), in_part(product([FLAT, STACKED], [1, 2, 3, 5], [1, 2]), every=3)
)
def test_the_words_of_new_headers_follow_the_header_row(
    grid: list[list[object]], rows: int, write: int, team: Team
) -> None:
    place = SheetPlace(team.folder, {"OKRs": grid})
    before = place.grids()["OKRs"]

    def insert() -> None:
        for _ in range(rows):
            place.insert_row("OKRs", 1, [])

    seen = place.at_call(write, insert)
    document = team.json(*SYNC)["sources"][0]
    place.google.traffic.faults.clear()
    is_met = seen[0] >= write
    moved: list[list[object]] = [[]] * rows if is_met else []
    after = place.grids()["OKRs"]
    assert after[: len(moved)] == moved
    assert after[len(moved)] == [*HEADER, "okr status", "okr note"]
    assert [line[5:6] for line in after[-2:]] == [["Off track"], ["At risk"]]
    assert {change["outcome"] for change in document["changes"]} == {"written"}
    assert team.json(*SYNC)["sources"][0]["changes"] == []
    undone = team.json("undo", "last")["sources"][0]
    assert undone["conflicts"] == []
    assert place.grids()["OKRs"] == [*moved, *before]
    place.stop()
