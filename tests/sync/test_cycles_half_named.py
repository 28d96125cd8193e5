"""Columns of cycles that are half blank, merged or mixed: each row is in the cycle that it names,
that its objective names, or in which it was first seen; and no turn makes one of them better.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest

from closing import PLACES, SheetPlace
from grids import in_turns
from team import Team

HEADER = ["Objective", "Key result", "Cycle", "Start", "Current", "Target", "Last check-in"]
NUMBERS: list[list[Any]] = [
    [0, 40, 100, "2026-12-10"],
    [0, 80, 100, "2026-12-14"],
    [0, 95, 100, "2026-12-14"],
    [0, 10, 100, "2026-12-14"],
]
Q4, Q1 = "2026-Q4", "2027-Q1"
CASES: dict[str, tuple[list[tuple[str | None, str | None]], list[tuple[str, str]]]] = {
    "blank in the middle": (
        [("Grow", "Q4 2026"), ("Grow", None), ("Keep", None), ("Keep", "Q4 2026")],
        [(Q4, "named"), (Q4, "first-seen"), (Q4, "first-seen"), (Q4, "named")],
    ),
    "only above": (
        [("Grow", "Q4 2026"), ("Grow", None), ("Keep", None), ("Keep", None)],
        [(Q4, "named"), *[(Q4, "first-seen")] * 3],
    ),
    "blank under a merged look": (
        [("Grow", "Q4 2026"), (None, None), ("Keep", "Q1 2027"), (None, None)],
        [(Q4, "named"), (Q4, "named"), (Q1, "named"), (Q1, "named")],
    ),
    "without a year, of a year, of a fiscal year, blank": (
        [("Grow", "Q4"), ("Grow", "2026"), ("Keep", "FY27 Q1"), ("Keep", None)],
        [(Q4, "named"), ("2026", "named"), (Q1, "named"), (Q4, "first-seen")],
    ),
    "placeholders": (
        [("Grow", "Q4 2026"), ("Grow", "n/a"), ("Keep", "-"), ("Keep", "ongoing")],
        [(Q4, "named"), *[(Q4, "first-seen")] * 3],
    ),
    "what is no period": (
        [("Grow", "Q4 2026"), ("Grow", "Sprint Zyx"), ("Keep", "Q4 2026"), ("Keep", "Q5 2026")],
        [(Q4, "named"), ("", ""), (Q4, "named"), ("", "")],
    ),
}
CASES["merged"] = CASES["blank under a merged look"]
FINAL = ["missed 0.4", "missed 0.8", "missed 1.0", "missed 0.1"]


@pytest.fixture
def place(kind: str, name: str, team: Team) -> Iterator[Any]:
    made = PLACES[kind](team.folder, {"OKRs": [HEADER, *rows_of(name)]})
    if name == "merged":
        merge(made)
    yield made
    made.stop()


def rows_of(name: str) -> list[list[Any]]:
    return [
        [objective, f"Result {index}", cycle, *NUMBERS[index]]
        for index, (objective, cycle) in enumerate(CASES[name][0])
    ]


def merge(place: Any) -> None:
    """Each objective and its cycle in cells that span two rows."""
    cells = [f"{column}{row}:{column}{row + 1}" for column in "AC" for row in (2, 4)]
    if isinstance(place, SheetPlace):
        for each in cells:
            place.anna.merge(place.file, "OKRs", each)
        return
    book = openpyxl.load_workbook(place.path)
    for each in cells:
        book["OKRs"].merge_cells(each)
    book.save(place.path)


def items(team: Team, day: str) -> dict[str, dict[str, Any]]:
    """The key results on a day, by title, after a run."""
    assert team.run("sync", "--as-of", day)[0] == 0, team.err
    document = team.json("show", "--all-cycles", "--as-of", day)
    return {
        result["title"]: result
        for part in ("objectives", "closed")
        for objective in document[part]
        for result in objective["key_results"]
    }


@pytest.mark.parametrize(("name", "kind"), in_turns(CASES, list(PLACES)))
def test_each_row_is_in_a_cycle_of_its_own_and_none_is_better_off(
    place: Any, name: str, team: Team
) -> None:
    wanted = CASES[name][1]
    before = items(team, "2026-12-15")
    for index, (cycle, how) in enumerate(wanted):
        item = before.get(f"Result {index}")
        seen = ("", "") if item is None else (item["cycle"]["name"], item["cycle_from"])
        assert seen == (cycle, how), f"row {index}"
    for day in ("2027-01-01", "2027-01-16"):
        after = items(team, day)
        assert set(after) == set(before)
        for index, (cycle, _) in enumerate(wanted):
            item = after.get(f"Result {index}")
            if item is None:
                continue
            assert item["cycle"]["name"] == cycle
            if cycle != Q1:
                assert f"{item['status']} {item['score']}" == FINAL[index], f"{index} on {day}"
            else:
                # It began with nobody checking in.
                assert item["status"] in ("stale", "off-track"), f"{index} on {day}"
    written = place.grids()
    assert team.run("sync", "--as-of", "2027-01-17")[0] == 0, team.err
    assert place.grids() == written


@pytest.mark.parametrize("kind", PLACES)
def test_what_is_no_period_is_named_and_is_not_written_to(kind: str, team: Team) -> None:
    rows = rows_of("what is no period")
    made = PLACES[kind](team.folder, {"OKRs": [HEADER, *rows]})
    items(team, "2026-12-15")
    warnings = team.json("show", "--as-of", "2026-12-15")["warnings"]
    assert [(each["code"], each["at"]) for each in warnings] == [
        ("unread-period", "OKRs!C3"),
        ("unread-period", "OKRs!C5"),
    ]
    assert [len(row) > len(HEADER) for row in made.grids()["OKRs"][1:]] == [
        True,
        False,
        True,
        False,
    ]
    made.stop()
