"""Ids that were shown once stay, whatever people do to the sheet."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest

from team import AS_OF, CONFIG, ROWS, Team, edit, write_csv, write_workbook

READ_ONLY = CONFIG.partition("[sources.growth.write]")[0]
OPS = '\n[sources.ops]\nconnector = "workbook"\npath = "ops.csv"\nparent = "{}"\n'


def ids(team: Team, *more: str) -> dict[str, str]:
    """By title, the ids that `show` gives."""
    shown = team.json("show", "--as-of", AS_OF, *more)
    found = {}
    for objective in shown["objectives"]:
        found[objective["title"]] = objective["id"]
        found |= {item["title"]: item["id"] for item in objective["key_results"]}
    return found


@pytest.fixture(autouse=True)
def only_read(team: Team) -> None:
    """Rewriting the file must not look as if okrsync's own columns had been deleted."""
    team.config(READ_ONLY)


FIRST = {
    "Grow": "growth/O1",
    "Sign-ups": "growth/O1/KR1",
    "Revenue": "growth/O1/KR2",
    "Keep": "growth/O2",
    "Churn": "growth/O2/KR1",
}


def rewrite(team: Team, rows: list[list[Any]], tab: str = "Q4") -> None:
    write_workbook(team.folder / "growth.xlsx", rows, tab)


def full(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows with the objective in each, so that they can be sorted."""
    above, found = None, []
    for row in rows:
        above = row[0] or above
        found.append([above, *row[1:]])
    return found


def test_a_row_inserted_above_moves_no_id(team: Team) -> None:
    team.sync()
    assert ids(team) == FIRST
    new = [["First", "Newest", "Ann", 0, 1, 2, None], ["Grow", "New", "Mia", 0, 5, 10, None]]
    rewrite(team, [ROWS[0], *new, [None, *ROWS[1][1:]], *ROWS[2:]])
    planned = ids(team)
    assert planned == FIRST | {
        "First": "growth/O3",
        "Newest": "growth/O3/KR1",
        "New": "growth/O1/KR3",
    }
    team.sync()
    assert ids(team) == planned


def test_looking_numbers_what_is_new_and_keeps_nothing(team: Team) -> None:
    team.sync()
    state = (team.folder / "okrsync.db").read_bytes()
    rewrite(team, [*ROWS, ["Later", "Trial", "Ann", 0, 1, 2, None]])
    assert ids(team)["Later"] == "growth/O3"
    assert team.run("plan", "--as-of", AS_OF)[0] == 0
    assert (team.folder / "okrsync.db").read_bytes() == state
    rewrite(team, [*ROWS, ["Other", "Thing", "Ann", 0, 1, 2, None]])
    assert ids(team)["Other"] == "growth/O3"


def test_sorted_rows_keep_their_ids(team: Team) -> None:
    rewrite(team, full(ROWS))
    team.sync()
    rewrite(team, [full(ROWS)[0], *reversed(full(ROWS)[1:])])
    assert ids(team) == FIRST
    team.sync()
    assert ids(team) == FIRST


def test_rows_moved_to_another_tab_keep_their_ids(team: Team) -> None:
    rewrite(team, full(ROWS))
    book = openpyxl.load_workbook(team.folder / "growth.xlsx")
    book["Q4"].title = "Team"
    book.save(team.folder / "growth.xlsx")
    team.sync()
    book = openpyxl.load_workbook(team.folder / "growth.xlsx")
    first, second = book["Team"], book.create_sheet("Another", 0)
    for row in (full(ROWS)[0], full(ROWS)[3]):
        second.append(row)
    first.delete_rows(4)
    book.save(team.folder / "growth.xlsx")
    assert ids(team) == FIRST
    team.sync()
    assert ids(team) == FIRST


def test_a_number_is_never_given_twice(team: Team) -> None:
    team.sync()
    rewrite(team, ROWS[:3])
    team.sync()
    rewrite(team, [*ROWS[:3], ["Fresh", "Start", "Ann", 0, 1, 2, None]])
    team.sync()
    assert ids(team)["Fresh"] == "growth/O3"
    rewrite(team, [*ROWS, ["Fresh", "Start", "Ann", 0, 1, 2, None]])
    assert ids(team) == FIRST | {"Fresh": "growth/O3", "Start": "growth/O3/KR1"}


def test_a_reworded_item_keeps_its_id(team: Team) -> None:
    team.sync()
    edit(team.folder / "growth.xlsx", lambda q4: q4.__setitem__("B2", "Sign-ups a week"))
    assert ids(team)["Sign-ups a week"] == "growth/O1/KR1"


def test_without_a_state_ids_follow_the_reading_order(team: Team) -> None:
    team.sync()
    rewrite(team, [ROWS[0], ROWS[3], *ROWS[1:3]])
    assert ids(team)["Keep"] == "growth/O2"
    (team.folder / "okrsync.db").unlink()
    assert ids(team)["Keep"] == "growth/O1"


def test_an_id_that_people_gave_goes_before_one_that_okrsync_gave(team: Team) -> None:
    rows = [[*row] for row in full(ROWS)]
    team.sync()
    with_ids = [["ID", *rows[0]]]
    with_ids += [[None, *rows[1]], [None, *rows[2]], ["O1/KR2", *rows[3]]]
    rewrite(team, with_ids)
    found = ids(team)
    assert found["Churn"] == "growth/O1/KR2"
    assert found["Revenue"] == "growth/O1/KR3"
    assert found["Sign-ups"] == "growth/O1/KR1"
    team.sync()
    assert ids(team) == found


def test_a_parent_in_the_config_means_the_objective_it_meant_yesterday(team: Team) -> None:
    write_csv(team.folder / "ops.csv", [["Objective", "Key result", "Target"], ["Run", "Up", 3]])
    team.config(READ_ONLY + OPS.format("growth/O1"))
    team.sync()
    rewrite(team, [ROWS[0], ["First", "Newest", "Ann", 0, 1, 2, None], *ROWS[1:]])
    shown = team.json("show", "--as-of", AS_OF)
    parents = {one["title"]: one["parent"] for one in shown["objectives"]}
    assert parents["Run"] == ids(team)["Grow"] == "growth/O1"


@pytest.mark.parametrize("name", ["growth/O2", "Keep", "growth/Keep", "growth/ keep", "Keep/it"])
def test_a_parent_is_an_id_a_title_or_a_source_and_a_title(team: Team, name: str) -> None:
    write_csv(
        team.folder / "ops.csv",
        [["Objective", "Key result", "Target"], ["Run", "Up", 3]],
    )
    if name == "Keep/it":
        rewrite(team, [*ROWS[:3], [name, *ROWS[3][1:]]])
    team.config(READ_ONLY + OPS.format(name))
    shown = team.json("show", "--as-of", AS_OF)
    assert [one["parent"] for one in shown["objectives"]] == [None, None, "growth/O2"]
    assert team.run("check", "--as-of", AS_OF)[0] == 0


def test_a_parent_that_is_nowhere_is_a_problem_that_check_names(team: Team) -> None:
    write_csv(team.folder / "ops.csv", [["Objective", "Key result", "Target"], ["Run", "Up", 3]])
    team.config(READ_ONLY + OPS.format("growth/Grown"))
    code, out = team.run("check", "--as-of", AS_OF)
    assert code == 3
    assert "'growth/Grown'" in out
    assert "exact title" in " ".join(out.split())
    shown = team.json("show", "--as-of", AS_OF)
    assert [one["code"] for one in shown["warnings"]] == ["unknown-parent"]


def test_an_objective_that_is_gone_is_no_parent_any_more(team: Team) -> None:
    write_csv(team.folder / "ops.csv", [["Objective", "Key result", "Target"], ["Run", "Up", 3]])
    team.config(READ_ONLY + OPS.format("growth/O2"))
    team.sync()
    rewrite(team, [*ROWS[:3], ["Fresh", "Start", "Ann", 0, 1, 2, None]])
    shown = team.json("show", "--as-of", AS_OF)
    assert {one["title"]: one["parent"] for one in shown["objectives"]}["Run"] is None
    assert [one["code"] for one in shown["warnings"]] == ["unknown-parent"]
