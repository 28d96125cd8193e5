"""Values stay beside their rows whatever people move, rename or insert while okrsync works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from google_team import ROWS, WANTED, Meddle, Team
from grids import in_turns
from okrsync.connector import State
from okrsync_sandbox import Fault, Sandbox


@pytest.mark.parametrize("follows", [False, True], ids=["metadata stays", "metadata follows"])
@pytest.mark.parametrize("moment", ["read", "write"])
def test_a_sort_in_the_middle_leaves_each_value_beside_its_row(
    team: Team, follows: bool, moment: Any
) -> None:
    team.google.switches.metadata_follows_sort = follows
    team.one()
    for row, current in ((2, "70"), (3, "30"), (4, "2")):
        team.anna.type(team.file_id, "Q4", f"D{row}", current)
    number = 2 if moment == "read" else 1
    team.google.traffic.before(
        moment, number, lambda: team.anna.sort(team.file_id, "Q4", "A2:H4", "D")
    )
    done = team.one()
    assert [row[1] for row in team.grid()[1:]] == ["Churn", "Revenue", "Sign-ups"]
    assert team.beside("Progress") == {"Sign-ups": 0.7, "Revenue": 0.3, "Churn": 0.8}
    assert {change.outcome for change in done.changes} == {State.WRITTEN}


MOVES: dict[str, Meddle] = {
    "insert row": lambda team: team.anna.insert_rows(team.file_id, "Q4", 2),
    "insert first column": lambda team: team.anna.insert_columns(team.file_id, "Q4", "A"),
    "insert beside ours": lambda team: team.anna.insert_columns(team.file_id, "Q4", "G"),
    "move row": lambda team: team.anna.move_row(team.file_id, "Q4", 4, 2),
    "move our column": lambda team: team.anna.move_column(team.file_id, "Q4", "G", "A"),
    "move a column": lambda team: team.anna.move_column(team.file_id, "Q4", "A", "D"),
    "delete a column": lambda team: team.anna.delete_columns(team.file_id, "Q4", "F"),
}


@pytest.mark.parametrize(("move", "had_run"), in_turns(MOVES, [False, True]))
def test_what_people_move_while_okrsync_writes_keeps_its_values(
    team: Team, move: str, had_run: bool
) -> None:
    meddle = MOVES[move]
    if had_run:
        team.one()
        for row, current in ((2, "70"), (3, "30"), (4, "2")):
            team.anna.type(team.file_id, "Q4", f"D{row}", current)
    wanted = {"Sign-ups": 0.7, "Revenue": 0.3, "Churn": 0.8} if had_run else WANTED
    team.google.traffic.before("write", 1, lambda: meddle(team))
    team.one()
    assert team.beside("Progress") == wanted
    header = team.grid()[0]
    assert header.count("Progress") == header.count("Status") == 1
    owners = team.beside("Owner") if "Owner" in header else {}
    assert not owners or owners["Revenue"] == "Jon"
    again = team.one()
    assert again.calls.write == 0


def test_a_deleted_row_is_a_conflict_and_the_others_are_written(team: Team) -> None:
    team.google.traffic.after("read", 1, lambda: team.anna.delete_rows(team.file_id, "Q4", 3))
    done = team.one()
    assert team.beside("Progress") == {"Sign-ups": 0.5, "Churn": 0.5}
    assert {"row is gone" in conflict.reason for conflict in done.conflicts} == {True}


def test_a_deleted_tab_is_a_conflict(team: Team) -> None:
    team.anna.add_tab(team.file_id, "left", [["x"]])
    team.google.traffic.before("write", 1, lambda: team.anna.delete_tab(team.file_id, "Q4"))
    done = team.one()
    assert done.conflicts
    assert all("tab" in conflict.reason for conflict in done.conflicts)


def test_a_tab_renamed_in_the_middle_is_written_under_its_new_name(team: Team) -> None:
    team.google.traffic.before(
        "write", 1, lambda: team.anna.rename_tab(team.file_id, "Q4", "Quarter")
    )
    done = team.one()
    assert done.conflicts == ()
    assert {change.outcome for change in done.changes} == {State.WRITTEN}
    header, *rows = team.grid("Quarter")
    assert header.count("Progress") == header.count("Status") == 1
    assert {row[1]: row[header.index("Progress")] for row in rows} == WANTED


def test_a_renamed_header_is_followed(team: Team) -> None:
    team.one()
    team.anna.type(team.file_id, "Q4", "G1", "How far")
    team.anna.type(team.file_id, "Q4", "D2", "75")
    done = team.one()
    assert team.grid()[0] == [*ROWS[0], "How far", "Status"]
    assert team.beside("How far")["Sign-ups"] == 0.75
    assert done.conflicts == ()


def test_a_column_that_is_no_longer_ours_is_not_taken_for_it(team: Team) -> None:
    """Somebody cuts our column away and pastes another in its place: the mark stays there, and is
    not believed.
    """
    team.one()
    for row, text in enumerate(["Comments", "good", "bad", "so so"], start=1):
        team.anna.put(team.file_id, "Q4", f"G{row}", text)
    team.anna.type(team.file_id, "Q4", "D2", "75")
    team.one()
    assert team.beside("Comments") == {"Sign-ups": "good", "Revenue": "bad", "Churn": "so so"}


def test_two_rows_that_read_alike_are_told_apart_by_their_marks(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    rows = [
        ROWS[0],
        ["Grow", "Sign-ups", 0, 50, 100, "Mia"],
        ["Grow", "Sign-ups", 0, 20, 100, "Jon"],
    ]
    team = Team(sandbox, tmp_path, rows)
    team.one()
    assert [row[6] for row in team.grid()[1:]] == [0.5, 0.2]
    team.anna.type(team.file_id, "Q4", "D2", "60")
    team.one()
    assert [row[6] for row in team.grid()[1:]] == [0.6, 0.2]


def test_a_copied_tab_is_a_tab_of_its_own(team: Team) -> None:
    team.one()
    team.anna.do(team.file_id, duplicateSheet={"sourceSheetId": 0, "newSheetName": "Q4 (2)"})
    team.anna.type(team.file_id, "Q4 (2)", "D2", "90")
    team.one()
    assert team.beside("Progress")["Sign-ups"] == 0.5
    assert team.anna.grid(team.file_id, "Q4 (2)")[1][6] == 0.9


def _filled_beside(team: Team, column: str) -> None:
    """Somebody inserts a column and fills it, with words that okrsync uses too."""
    team.anna.insert_columns(team.file_id, "Q4", column)
    for row, text in enumerate(["Mood", "On track", "half", "On track"], start=1):
        team.anna.type(team.file_id, "Q4", f"{column}{row}", text)


@pytest.mark.parametrize(("had_run", "number"), [(False, 1), (False, 2), (True, 1)])
def test_a_column_that_is_inserted_and_filled_in_that_moment_keeps_what_was_typed(
    sandbox: Sandbox, tmp_path: Path, had_run: bool, number: int
) -> None:
    rows = [[*ROWS[0], "Progress", "Status"], *ROWS[1:]]
    team = Team(sandbox, tmp_path, rows)
    if had_run:
        team.one()
        for row, current in ((2, "70"), (3, "30"), (4, "2")):
            team.anna.type(team.file_id, "Q4", f"D{row}", current)
    team.google.traffic.before("write", number, lambda: _filled_beside(team, "G"))
    done = team.one()
    assert done.error is None
    assert team.beside("Mood") == {"Sign-ups": "On track", "Revenue": "half", "Churn": "On track"}
    assert team.beside("Progress") == (
        {"Sign-ups": 0.7, "Revenue": 0.3, "Churn": 0.8} if had_run else WANTED
    )


@pytest.mark.parametrize(
    "trouble",
    [{"drop": "before"}, {"drop": "after"}, {"status": 503}, {"status": 503, "after": True}],
    ids=str,
)
def test_what_people_type_in_their_own_columns_is_never_put_right(
    team: Team, trouble: dict[str, Any]
) -> None:
    """Whatever became of the write: words that okrsync sent may be people's words as well."""
    team.one()
    team.anna.type(team.file_id, "Q4", "D2", "5")
    traffic = team.google.traffic
    traffic.fail(Fault(lambda call: call.kind == "write", **trouble))
    traffic.before("read", 3, lambda: team.anna.type(team.file_id, "Q4", "F3", "Off track"))
    done = team.one()
    assert done.error is None
    assert team.beside("Owner")["Revenue"] == "Off track"
    assert team.beside("Status")["Sign-ups"] == "Off track"


def test_a_tab_that_is_renamed_while_its_rows_move_keeps_each_value_beside_its_row(
    team: Team,
) -> None:
    team.one()
    for row, current in ((2, "70"), (3, "30"), (4, "2")):
        team.anna.type(team.file_id, "Q4", f"D{row}", current)

    def meanwhile() -> None:
        team.anna.sort(team.file_id, "Q4", "A2:H4", "D")
        team.anna.rename_tab(team.file_id, "Q4", "Quarter")

    team.google.traffic.before("write", 1, meanwhile)
    assert team.one().error is None
    header, *rows = team.grid("Quarter")
    at = header.index("Progress")
    assert {row[1]: row[at] for row in rows} == {"Sign-ups": 0.7, "Revenue": 0.3, "Churn": 0.8}
    assert team.one().calls.write == 0


def test_a_tab_that_the_config_names_is_followed_when_it_is_renamed(team: Team) -> None:
    team.write_config('tabs = ["Q4"]')
    team.one()
    team.anna.rename_tab(team.file_id, "Q4", "Quarter")
    team.anna.type(team.file_id, "Quarter", "D2", "75")
    done = team.one()
    assert done.error is None
    assert team.grid("Quarter")[1][6] == 0.75
    assert team.one().calls.write == 0
