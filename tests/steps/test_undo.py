"""What `last` means, and whose a value is once a run was put back."""

from __future__ import annotations

from pathlib import Path

import forked
from sync.test_sync import KILLER
from team import CONFIG, ROWS, Team, edit, sheet, write_csv, write_workbook


def typed(team: Team, text: str = "mine") -> None:
    """A team that keeps a column of its own where okrsync is told to write, and nowhere else."""
    team.config(CONFIG.replace(', status = "Status", note = "okrsync note"', ""))
    write_workbook(
        team.folder / "growth.xlsx", [[*ROWS[0], "Progress"], *[[*row, text] for row in ROWS[1:]]]
    )


def progress(path: Path) -> list[object]:
    return [row[7] for row in sheet(path)[1:]]


def test_an_undo_that_could_not_reach_its_source_can_be_tried_again(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    team.sync()
    edit(path, lambda q4: q4.__setitem__("E2", 88))
    team.sync()
    path.rename(team.folder / "away.xlsx")
    assert team.run("undo", "last")[0] == 1
    (team.folder / "away.xlsx").rename(path)
    assert team.run("undo", "last")[0] == 0
    assert progress(path) == [0.37, 0.6, 1]


def test_last_passes_over_a_run_that_died_before_it_wrote(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    team.sync()
    edit(path, lambda q4: q4.__setitem__("E2", 88))
    died = forked.python(team.folder, KILLER, "before-write")
    assert died.returncode == 9, died.stderr
    assert team.run("undo", "last")[0] == 0
    assert progress_is_gone(path)


def test_what_undo_gave_back_to_people_is_theirs_again(team: Team) -> None:
    typed(team)
    team.sync(code=5)
    team.sync("--allow", "max-changes")
    team.run("undo", "last")
    assert progress(team.folder / "growth.xlsx") == ["mine", "mine", "mine"]
    stopped = team.sync(code=5)
    assert [refusal["guard"] for refusal in stopped["sources"][0]["refusals"]] == ["max-changes"]


def test_an_earlier_answer_that_undo_put_back_is_still_okrsyncs(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    team.sync()
    edit(path, lambda q4: q4.__setitem__("E2", 88))
    edit(path, lambda q4: q4.__setitem__("E3", 50))
    edit(path, lambda q4: q4.__setitem__("E4", 4))
    team.sync()
    team.run("undo", "last")
    assert progress(path) == [0.37, 0.6, 1]
    assert team.sync()["counts"]["refused"] == 0


def test_an_undo_can_be_put_back_and_the_run_counts_again(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    team.sync()
    written = sheet(path)
    undo = team.json("undo", "last")["run"]
    assert progress_is_gone(path)
    team.json("undo", undo)
    assert sheet(path) == written
    assert team.run("undo", "last")[0] == 0
    assert progress_is_gone(path)


def progress_is_gone(path: Path) -> bool:
    return all(value is None for row in sheet(path) for value in row[7:])


def test_undo_goes_on_where_one_of_two_sources_is_away(team: Team) -> None:
    write_csv(team.folder / "ops.csv", [["Key result", "Current", "Target"], ["Incidents", 5, 10]])
    team.config(
        CONFIG
        + '\n[sources.ops]\nconnector = "workbook"\npath = "ops.csv"\n[sources.ops.write]\ncolumns'
        ' = {progress = "Done"}\n'
    )
    team.sync()
    (team.folder / "growth.xlsx").rename(team.folder / "away.xlsx")
    assert team.run("undo", "last")[0] == 3
    assert "50%" not in (team.folder / "ops.csv").read_text()
    (team.folder / "away.xlsx").rename(team.folder / "growth.xlsx")
    assert team.run("undo", "last")[0] == 0
    assert progress_is_gone(team.folder / "growth.xlsx")


def test_the_last_run_of_all_that_were_put_back_is_named(team: Team) -> None:
    run = team.sync()["run"]
    back = team.json("undo", "last")["run"]
    code, _ = team.run("undo", "last")
    assert code == 2
    assert f"everything is put back already: run {run} was the last" in team.err
    assert back in team.err
