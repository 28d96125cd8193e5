"""Google Sheets from config to cell: whole runs over HTTP against the local Google."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from google_team import ROWS, WANTED, Team
from okrsync.config import load
from okrsync.connector import State
from okrsync.steps.undo import undo
from okrsync.sync import repair
from okrsync_sandbox import Sandbox


def test_a_first_run_writes_beside_each_row_and_a_second_writes_nothing(team: Team) -> None:
    done = team.one()
    assert done.error is None
    assert team.beside("Progress") == WANTED
    assert team.beside("Status") == {
        "Sign-ups": "On track",
        "Revenue": "Off track",
        "Churn": "On track",
    }
    counted = (done.calls.read, done.calls.write)
    assert counted == (3, 1)  # two of the Sheets API, and whether it is in the trash
    team.google.traffic.forget()
    again = team.one()
    assert (again.calls.read, again.calls.write) == (1, 0)
    assert team.google.traffic.count() == 1


def test_repair_puts_the_marks_of_rows_right_and_touches_no_value(team: Team) -> None:
    team.one()
    team.anna.sort(team.file_id, "Q4", "A2:H4", "D")
    team.anna.insert_rows(team.file_id, "Q4", 2)
    grid = team.grid()
    config = load(team.folder / "okrsync.toml")
    said = [finding.message for finding in repair(config)["team"]]
    assert said == ["Q4: 2 marks taken away, 2 put at their rows"]
    assert team.grid() == grid
    assert [finding.message for finding in repair(config)["team"]] == [
        "Q4: the marks of 3 rows are right"
    ]


def test_undo_leaves_the_sheet_as_it_was(team: Team) -> None:
    team.write_config("", 'summary = "OKR summary"\nnotify = "note"')
    team.one()
    back = undo(load(team.folder / "okrsync.toml"), "last")
    assert [(source.state, source.conflicts) for source in back.sources] == [("ok", ())]
    assert {change.outcome for change in back.sources[0].changes} == {State.WRITTEN}
    assert team.grid() == ROWS
    assert [sheet.title for sheet in team.anna.book(team.file_id).sheets] == ["Q4"]
    assert all(cell.note is None for row in team.anna.tab(team.file_id, "Q4").rows for cell in row)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "'x"])
def test_text_that_begins_like_a_formula_stays_text(
    sandbox: Sandbox, tmp_path: Path, text: str
) -> None:
    rows: list[list[Any]] = [
        ["Objective", "Key result", "Start", "Current", "Target"],
        ["Grow", f"a{text}", 0, 50, 100],
    ]
    team = Team(sandbox, tmp_path, rows)
    team.write_config("", 'summary = "OKR summary"')
    team.one()
    for sheet in team.anna.book(team.file_id).sheets:
        assert all(cell.formula is None for row in sheet.rows for cell in row)


def test_tabs_are_chosen_by_title_and_misspelt_ones_named(team: Team) -> None:
    team.anna.add_tab(team.file_id, "Q4 ", [["x"]])
    team.write_config('tabs = ["Q4"]')
    assert team.one().error is None
    team.write_config('tabs = ["q4"]')
    assert "2 tabs are called 'q4'" in (team.one().error or "")
    team.write_config('tabs = ["Q5"]')
    done = team.one()
    assert "there is no tab 'Q5'" in (done.error or "")
    assert "Q4" in (done.hint or "")


def test_hidden_tabs_are_left_out_and_said_so(team: Team) -> None:
    team.anna.add_tab(team.file_id, "cache", ROWS)
    team.anna.hide_tab(team.file_id, "cache")
    team.one()
    assert team.grid("cache") == ROWS


def test_errors_texts_and_long_cells_spoil_their_row_only(sandbox: Sandbox, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        *ROWS,
        ["Odd", "Faulty", 0, "=1/0", 100, "x"],
        ["Odd", "Text date", 0, "55%", 1, "x" * 50_000],
        ["Odd", "=NA()", 0, 1, 2, "y"],
    ]
    team = Team(sandbox, tmp_path, rows)
    done = team.one()
    assert done.error is None
    assert {
        name: value for name, value in team.beside("Progress").items() if name in WANTED
    } == WANTED


def test_an_empty_tab_and_a_huge_one_do_not_stop_the_rest(team: Team) -> None:
    team.anna.add_tab(team.file_id, "empty")
    team.anna.do(
        team.file_id,
        addSheet={
            "properties": {
                "title": "huge",
                "gridProperties": {"rowCount": 200_000, "columnCount": 25},
            }
        },
    )
    done = team.one()
    assert done.error is None
    assert team.beside("Progress") == WANTED


def test_a_german_sheet_is_read_and_written_in_its_own_way(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    rows: list[list[Any]] = [
        ["Objective", "Key result", "Start", "Aktuell", "Zielwert"],
        ["Wachsen", "Umsatz", 0, None, None],
    ]
    team = Team(sandbox, tmp_path, rows, locale="de_DE")
    team.anna.type(team.file_id, "Q4", "D2", "1.250,5")
    team.anna.type(team.file_id, "Q4", "E2", "2.501")
    team.one()
    assert team.grid()[1][5] == 0.5
    assert team.anna.text(team.file_id, "Q4", "F2") == "50%"
