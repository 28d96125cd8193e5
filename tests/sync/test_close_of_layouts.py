"""A close over the layouts that carry over, in the places where people keep them: what is carried
is read back as it was meant, a second close finds it, and undo takes all of it away again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from closing import PLACES, SheetPlace, WorkbookPlace, tabs_of
from grids import in_part
from kills import KILLED, Killer
from layout_samples import SAMPLES
from okrsync.model.table import Snapshot
from okrsync_workbook.xlsx import copying
from plan.test_carry_over import SHAPES, STACKED, one_tab
from team import Team

AFTER_END = ("--as-of", "2027-01-02")
SYNC = ("sync", "--as-of", "2026-12-20")
LAYOUTS = (
    "joined",
    "outline",
    "blocks",
    "side-by-side",
    "matrix",
    "level-columns",
    "results-framework",
    "one-cell",
    "column-groups",
    "filled-down",
    "interleaved",
    "typed-rows",
    "headings",
)


def cases() -> dict[str, Snapshot]:
    found = {f"stacked {name}": one_tab("OKRs", grid) for name, grid in STACKED.items()}
    for layout in LAYOUTS:
        sample = next(each for each in SAMPLES if each.layout == layout)
        for shape, made in SHAPES.items():
            if (layout, shape) != ("matrix", "column"):
                found[f"{layout} {shape}"] = made(sample)
    return found


CASES = cases()


@pytest.fixture
def place(name: str, kind: str, team: Team) -> Iterator[Any]:
    made = PLACES[kind](team.folder, tabs_of(CASES[name]))
    yield made
    made.stop()


def outline(team: Team, cycle: str, *, is_open: bool = False) -> list[tuple[str, str]]:
    """The key results of a cycle with their objectives; without the achieved, if `is_open`."""
    document = team.json("show", *AFTER_END, "--all-cycles")
    objectives = [*document.get("closed", []), *document["objectives"]]
    named = {
        (objective["title"], result["title"]): None
        for objective in objectives
        for result in objective["key_results"]
        if (result.get("cycle") or objective["cycle"])["name"] == cycle
        and not (is_open and result["status"] == "achieved")
    }
    return list(named)


@pytest.mark.parametrize(("name", "kind"), in_part(product(CASES, PLACES), every=13))
def test_what_is_carried_is_found_again_and_put_back(place: Any, kind: str, team: Team) -> None:
    # With okrsync's columns there already, and without.
    if kind == "sheet":
        assert team.run(*SYNC)[0] == 0, team.err
    before = place.grids()
    old, unfinished = outline(team, "2026-Q4"), outline(team, "2026-Q4", is_open=True)
    assert unfinished
    document = team.json("close", "2026-Q4", "--carry-over", "--yes", *AFTER_END)
    assert document["carried"], document["sources"][0]["skips"]
    assert {change["outcome"] for change in document["sources"][0]["changes"]} <= {
        "written",
        "unchanged",
    }
    assert outline(team, "2027-Q1") == unfinished
    assert outline(team, "2026-Q4") == old
    after = place.grids()
    again = team.json("close", "2026-Q4", "--carry-over", "--yes", *AFTER_END)
    assert (again["counts"]["changes"], again["carried"]) == (0, [])
    states = {path: path.read_bytes() for path in Path().glob("okrsync.db*")}
    for path in states:
        path.unlink()
    again = team.json("close", "2026-Q4", "--carry-over", "--yes", *AFTER_END)
    assert (again["counts"]["changes"], again["carried"]) == (0, [])
    assert place.grids() == after
    for path in Path().glob("okrsync.db*"):
        path.unlink()
    for path, content in states.items():
        path.write_bytes(content)
    undone = team.json("undo", document["run"])
    assert undone["sources"][0]["conflicts"] == []
    assert place.grids() == before


def without_year(value: Any) -> Any:
    """How many teams call a quarter: `Q4` for `Q4 2026`."""
    return re.sub(r"(Q\d) ?2026|2026[- ](Q\d)", r"\1\2", value) if isinstance(value, str) else value


@pytest.mark.parametrize(("name", "kind"), in_part(product(CASES, PLACES), every=13))
def test_a_close_of_a_quarter_without_a_year_leaves_its_rows_as_they_ended(
    name: str, kind: str, team: Team
) -> None:
    tabs = {
        without_year(title): [[without_year(value) for value in row] for row in rows]
        for title, rows in tabs_of(CASES[name]).items()
    }
    place = PLACES[kind](team.folder, tabs)
    try:
        assert team.run(*SYNC)[0] == 0, team.err
        assert team.run("sync", *AFTER_END)[0] == 0, team.err
        before = place.grids()
        old, unfinished = outline(team, "2026-Q4"), outline(team, "2026-Q4", is_open=True)
        document = team.json(*CLOSE, *AFTER_END)
        assert document["carried"], document["sources"][0]["skips"]
        assert [each["reason"] for each in written_over(document)] == []
        assert rows_gone(before, place.grids()) == []
        assert outline(team, "2027-Q1") == unfinished
        assert outline(team, "2026-Q4") == old
        # The day after, the new rows get their answers, and the old ones keep theirs.
        next_day = team.json("sync", "--as-of", "2027-01-05")["sources"][0]
        assert rows_gone(before, place.grids()) == []
        assert not [each for each in next_day["changes"] if "somebody typed" in each["reason"]]
    finally:
        place.stop()


TITLED: list[list[Any]] = [
    ["Q4/26"],
    [],
    ["Objective", "Key result", "Start", "Current", "Target"],
    ["Grow", "Sign-ups", 0, 50, 100],
]


@pytest.mark.parametrize("kind", PLACES)
def test_a_copy_is_named_without_the_signs_that_no_tab_may_have(kind: str, team: Team) -> None:
    place = PLACES[kind](team.folder, {"OKRs": TITLED})
    assert team.run(*SYNC)[0] == 0, team.err
    assert team.json(*CLOSE, *AFTER_END)["carried"]
    assert list(place.grids()) == ["OKRs", "OKRs Q1-27"]
    assert outline(team, "2027-Q1") == [("Grow", "Sign-ups")]
    again = team.json(*CLOSE, *AFTER_END)
    place.stop()
    assert (again["counts"]["changes"], again["carried"]) == (0, [])


def test_a_name_that_is_too_long_for_a_workbook_is_said_in_the_plan(team: Team) -> None:
    title = "The objectives of all of us here"[:31]
    place = WorkbookPlace(team.folder, {title: TITLED})
    assert team.run(*SYNC)[0] == 0, team.err
    document = team.json("close", "--carry-over", *AFTER_END)
    assert document["carried"] == []
    (skip,) = document["sources"][0]["skips"]
    assert "31 characters at most" in skip["reason"]
    assert "copy it by hand" in skip["reason"]
    place.stop()


def test_what_did_not_arrive_is_not_told_as_carried_over_and_the_cycle_can_be_closed_again(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    WorkbookPlace(team.folder, {"OKRs": TITLED})
    assert team.run(*SYNC)[0] == 0, team.err
    with monkeypatch.context() as meanwhile:
        # Somebody takes the name in the moment of the write.
        meanwhile.setattr(copying, "name_trouble", lambda _: "a tab cannot have that name")
        document = team.json(*CLOSE, *AFTER_END)
    assert document["carried"] == []
    assert [each["outcome"] for each in document["sources"][0]["changes"]][-1] == "conflict"
    again = team.json("close", "--carry-over", "--yes", *AFTER_END)
    assert [each["title"] for each in again["carried"]] == ["Grow", "Sign-ups"]
    assert outline(team, "2027-Q1") == [("Grow", "Sign-ups")]


def written_over(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The changes of cells that held something."""
    return [
        change
        for change in document["sources"][0]["changes"]
        if change["field"] in ("status", "note") and change["before"] is not None
    ]


def rows_gone(before: dict[str, Any], after: dict[str, Any]) -> list[Any]:
    """The rows that stood in a tab and stand there no more."""
    return [row for title, rows in before.items() for row in rows if row not in after[title]]


CLOSE = ("close", "2026-Q4", "--carry-over", "--yes")
OFTEN = ("stacked under one header", "joined column", "side-by-side column", "blocks tab")
"""What is tried at each moment: layouts that differ in how rows are carried over."""


def closed_undisturbed(kind: str, folder: Path, name: str, team: Team) -> dict[str, Any]:
    """What stands in a place that was closed with nothing going wrong."""
    folder.mkdir()
    place = PLACES[kind](folder, tabs_of(CASES[name]))
    config = ("--config", str(folder / "okrsync.toml"))
    assert team.run(*SYNC, *config)[0] == 0, team.err
    assert team.run(*CLOSE, *AFTER_END, *config)[0] == 0, team.err
    grids: dict[str, Any] = place.grids()
    place.stop()
    return grids


def undo_all(team: Team) -> None:
    """Put back every run, the last first."""
    for run in team.json("history")["runs"]:
        if run["kind"] != "undo":
            team.run("undo", run["id"])


@pytest.mark.parametrize(
    ("name", "after"),
    # Layouts take turns in whether the write takes effect before the kill.
    in_part(
        [(name, bool((turn + way) % 2)) for turn, name in enumerate(OFTEN) for way in range(2)],
        every=5,
    ),
)
def test_a_close_that_is_killed_at_any_write_to_a_sheet_is_finished_by_the_next(
    name: str, after: bool, killer: Killer, team: Team, tmp_path: Path
) -> None:
    wanted = closed_undisturbed("sheet", tmp_path / "calm", name, team)
    number = 1
    while killed_at_write(killer, number, name, tmp_path, team, wanted, after=after):
        number += 1
    assert number > 1


def killed_at_write(
    killer: Killer,
    number: int,
    name: str,
    folder: Path,
    team: Team,
    wanted: dict[str, Any],
    *,
    after: bool,
) -> bool:
    """Kill a close at its nth write to the sheet, and close again. False where there are fewer."""
    for path in folder.glob("okrsync.db*"):
        path.unlink()
    place = SheetPlace(team.folder, tabs_of(CASES[name]))
    before = place.grids()
    assert team.run(*SYNC)[0] == 0, team.err
    seen = place.at_call(number, killer.kill, drop="after" if after else "before")
    code = killer.run(place, arguments=[*CLOSE, *AFTER_END])
    place.google.traffic.faults.clear()
    if seen[0] < number:
        assert code == 0
        place.stop()
        return False
    assert code == KILLED
    team.json(*CLOSE, *AFTER_END)
    assert place.grids() == wanted, f"{name}, killed at write {number}"
    again = team.json(*CLOSE, *AFTER_END)
    assert (again["counts"]["changes"], again["carried"]) == (0, [])
    undo_all(team)
    assert place.grids() == before, f"{name}, killed at write {number}, and put back"
    place.stop()
    return True


@pytest.mark.parametrize(("name", "first"), in_part(product(OFTEN, [1, 8, 15]), every=7))
def test_a_close_that_is_killed_at_any_statement_is_finished_by_the_next(
    name: str, first: int, killer: Killer, team: Team, tmp_path: Path
) -> None:
    wanted = closed_undisturbed("workbook", tmp_path / "calm", name, team)
    number = first
    while killed_at_statement(killer, number, name, tmp_path, team, wanted):
        number += 21
    assert number > 21


def killed_at_statement(
    killer: Killer, number: int, name: str, folder: Path, team: Team, wanted: dict[str, Any]
) -> bool:
    """Kill a close at its nth change of the state, and close again. False where there are fewer."""
    for path in folder.glob("okrsync.db*"):
        path.unlink()
    place = WorkbookPlace(team.folder, tabs_of(CASES[name]))
    before = place.grids()
    assert team.run(*SYNC)[0] == 0, team.err
    when = "after" if number % 2 else "before"
    code = killer.run(place, arguments=[*CLOSE, *AFTER_END], statement=number, when=when)
    if code == 0:
        return False
    assert code == KILLED
    team.json(*CLOSE, *AFTER_END)
    assert place.grids() == wanted, f"{name}, killed {when} statement {number}"
    again = team.json(*CLOSE, *AFTER_END)
    assert (again["counts"]["changes"], again["carried"]) == (0, [])
    undo_all(team)
    assert place.grids() == before, f"{name}, killed {when} statement {number}, and put back"
    return True


@pytest.mark.parametrize("name", in_part(OFTEN, every=2))
def test_people_insert_rows_while_a_close_writes(name: str, team: Team, tmp_path: Path) -> None:
    number = 1
    while inserted_at_write(number, name, tmp_path, team):
        number += 1
    assert number > 1


def inserted_at_write(number: int, name: str, folder: Path, team: Team) -> bool:
    """Somebody inserts a row above everything right before the nth write; then close again."""
    for path in folder.glob("okrsync.db*"):
        path.unlink()
    place = SheetPlace(team.folder, tabs_of(CASES[name]))
    before = place.grids()
    title = next(iter(before))
    assert team.run(*SYNC)[0] == 0, team.err
    unfinished = outline(team, "2026-Q4", is_open=True)
    seen = place.at_call(number, lambda: place.insert_row(title, 1, []))
    document = team.json(*CLOSE, *AFTER_END)
    place.google.traffic.faults.clear()
    if seen[0] < number:
        place.stop()
        return False
    if any(change["outcome"] == "conflict" for change in document["sources"][0]["changes"]):
        team.json(*CLOSE, *AFTER_END)
    where = f"{name}, a row inserted at write {number}"
    assert outline(team, "2027-Q1") == unfinished, where
    again = team.json(*CLOSE, *AFTER_END)
    assert (again["counts"]["changes"], again["carried"]) == (0, []), where
    undo_all(team)
    grids = place.grids()
    assert grids == {**before, title: [[], *before[title]]}, where
    place.stop()
    return True


COLUMNS = ["Objective", "Key result", "Start", "Current", "Target"]
EQUAL_ROWS: list[list[Any]] = [
    ["Q3 2026"],
    COLUMNS,
    ["Grow", "Sign-ups", 0, 50, 100],
    [],
    ["Q4 2026"],
    COLUMNS,
    ["Grow", "Sign-ups", 0, 50, 100],
    ["Keep", "Churn", 9, 5, 3],
]


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("is_moved", [False, True], ids=["", "moved"])
def test_of_equal_rows_under_two_headings_only_a_moved_one_is_left_alone(
    kind: str, is_moved: bool, team: Team
) -> None:
    place = PLACES[kind](team.folder, {"OKRs": EQUAL_ROWS})
    assert team.run(*SYNC)[0] == 0, team.err
    before = place.grids()["OKRs"]
    run = team.json(*CLOSE, *AFTER_END)["run"]
    closed = place.grids()["OKRs"]
    if is_moved:
        place.insert_row("OKRs", 1, ["Ours"])
    conflicts = team.json("undo", run)["sources"][0]["conflicts"]
    after = place.grids()["OKRs"]
    place.stop()
    if not is_moved:
        assert (after, conflicts) == (before, [])
        return
    # Nothing tells which of the two was written to: it keeps its answer, and that is named.
    assert after == [["Ours"], *before[:6], closed[6], *before[7:]]
    assert {(each["code"], each["at"]) for each in conflicts} == {
        ("changed-since", "OKRs!F7"),
        ("changed-since", "OKRs!G7"),
    }
