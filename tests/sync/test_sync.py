"""The whole job on real files: written once, safe twice, put back."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import forked
from team import AS_OF, CONFIG, ROWS, Team, edit, sheet, write_csv, write_workbook


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def outcomes(document: dict[str, Any]) -> set[str]:
    return {change["outcome"] for source in document["sources"] for change in source["changes"]}


def test_the_answer_stands_beside_each_row(team: Team) -> None:
    done = team.sync()
    rows = sheet(team.folder / "growth.xlsx")
    assert rows[0][7:] == ["Progress", "Status", "okrsync note"]
    assert [row[7:9] for row in rows[1:]] == [[0.37, "At risk"], [0.6, "Stale"], [1, "Achieved"]]
    assert rows[2][9].startswith("No check-in since 2 Oct 2026")
    assert [row[:6] for row in rows] == [row[:6] for row in ROWS]
    assert outcomes(done) == {"written"}


def test_a_second_run_changes_no_byte(team: Team) -> None:
    team.sync()
    before = digest(team.folder / "growth.xlsx")
    again = team.sync()
    assert digest(team.folder / "growth.xlsx") == before
    assert again["counts"]["changes"] == 0
    assert again["sources"][0]["calls"]["write"] == 0


def test_planning_and_looking_write_nothing_at_all(team: Team) -> None:
    before = digest(team.folder / "growth.xlsx")
    for command in ("plan", "show", "check"):
        assert team.run(command)[0] == 0
    assert team.run("explain", "growth/O1")[0] == 0
    assert digest(team.folder / "growth.xlsx") == before
    assert sorted(path.name for path in team.folder.iterdir()) == ["growth.xlsx", "okrsync.toml"]


def test_only_what_changed_is_written_the_next_time(team: Team) -> None:
    team.sync()
    edit(team.folder / "growth.xlsx", lambda q4: q4.__setitem__("E2", 88))
    done = team.sync()
    assert [
        (change["at"], change["before"], change["after"])
        for change in done["sources"][0]["changes"][:2]
    ] == [
        ("Q4!H2", 0.37, 0.8),
        ("Q4!I2", "At risk", "On track"),
    ]
    assert done["counts"]["changes"] == 3


def test_undo_puts_a_run_back_and_columns_go_again(team: Team) -> None:
    before = sheet(team.folder / "growth.xlsx")
    team.sync()
    code, out = team.run("undo", "last")
    assert code == 0, out
    assert sheet(team.folder / "growth.xlsx") == before
    assert team.run("undo", "last")[0] == 2
    assert "everything is put back already" in team.err


def test_undo_leaves_alone_what_people_changed_since_and_says_so(team: Team) -> None:
    team.sync()
    edit(team.folder / "growth.xlsx", lambda q4: q4.__setitem__("I2", "Mine"))
    document = team.json("undo", "last")
    rows = sheet(team.folder / "growth.xlsx")
    assert [row[8] for row in rows] == ["Status", "Mine", None, None]
    assert rows[0][7:] == [None, "Status"]
    reasons = [conflict["reason"] for conflict in document["sources"][0]["conflicts"]]
    assert any("'Mine'" in reason for reason in reasons)
    assert any("in use" in reason for reason in reasons)


def test_undo_finds_rows_that_moved(team: Team) -> None:
    team.sync()
    edit(team.folder / "growth.xlsx", lambda q4: q4.insert_rows(2, 2))
    assert team.run("undo", "last")[0] == 0
    assert all(value is None for row in sheet(team.folder / "growth.xlsx") for value in row[7:])


def test_one_tree_over_several_files(team: Team) -> None:
    write_csv(
        team.folder / "ops.csv",
        [
            ["Objective", "Key result", "Baseline", "Current", "Target"],
            ["Run", "Incidents", 9, 6, 3],
        ],
    )
    team.config(
        CONFIG + '\n[sources.ops]\nconnector = "workbook"\npath = "ops.csv"\nparent ='
        ' "growth/O2"\n[sources.ops.write]\ncolumns = {progress = "Done"}\n'
    )
    team.sync()
    shown = team.json("show", "--as-of", AS_OF)
    assert [(item["id"], item["parent"], item["children"]) for item in shown["objectives"]] == [
        ("growth/O1", None, []),
        ("growth/O2", None, ["ops/O1"]),
        ("ops/O1", "growth/O2", []),
    ]
    assert (
        team.folder / "ops.csv"
    ).read_text() == "Objective,Key result,Baseline,Current,Target,Done\nRun,Incidents,9,6,3,50%\n"


def test_a_csv_keeps_every_other_byte(team: Team) -> None:
    before = (
        b'\xef\xbb\xbf"Objective";"Key result";Current;Target\r\n"Gr\xc3\xb6w; more";"a'
        b' ""b""";5;10\n\nKeep;c;"1,5";3'
    )
    (team.folder / "a.csv").write_bytes(before)
    team.config(
        'cycle = "2026-Q4"\n[sources.a]\nconnector = "workbook"\npath ='
        ' "a.csv"\n[sources.a.write]\ncolumns = {progress = "P", status = "S"}\n'
    )
    team.sync()
    after = (team.folder / "a.csv").read_bytes()
    assert (
        after
        == b'\xef\xbb\xbf"Objective";"Key result";Current;Target;P;S\r\n"Gr\xc3\xb6w; more";"a'
        b' ""b""";5;10;50%;On track\n\nKeep;c;"1,5";3;50%;On track'
    )
    team.run("undo", "last")
    assert (team.folder / "a.csv").read_bytes() == before


def test_a_summary_tab_is_kept_beside_the_rest(team: Team) -> None:
    team.config(CONFIG + 'summary = "OKR summary"\nnotify = "note"\n')
    team.sync()
    book = openpyxl.load_workbook(team.folder / "growth.xlsx")
    assert book.sheetnames == ["Q4", "OKR summary"]
    texts = [
        str(cell.value)
        for row in book["OKR summary"].iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert {"Grow", "Keep", "Needs attention", "Achieved"} <= set(texts)
    note = book["Q4"]["B3"].comment
    assert note is not None
    assert "2 Oct 2026" in note.text
    assert team.sync()["counts"]["changes"] == 0
    team.run("undo", "last")
    book = openpyxl.load_workbook(team.folder / "growth.xlsx")
    assert (book.sheetnames, book["Q4"]["B3"].comment) == (["Q4"], None)


def test_a_stale_row_is_warned_about_once_and_the_warning_goes_when_the_check_in_comes(
    team: Team,
) -> None:
    team.config(CONFIG + 'notify = "note"\n')
    assert [
        change["at"]
        for change in team.sync()["sources"][0]["changes"]
        if change["field"] == "warning"
    ] == ["Q4!B3"]
    later = team.json("sync", "--as-of", "2026-11-24")
    assert [
        change for change in later["sources"][0]["changes"] if change["field"] == "warning"
    ] == []
    edit(team.folder / "growth.xlsx", lambda q4: q4.__setitem__("G3", date(2026, 11, 24)))
    gone = team.json("sync", "--as-of", "2026-11-24")
    assert [
        change["after"] for change in gone["sources"][0]["changes"] if change["field"] == "warning"
    ] == [None]
    assert openpyxl.load_workbook(team.folder / "growth.xlsx")["Q4"]["B3"].comment is None


def test_formulas_are_never_replaced(team: Team) -> None:
    write_workbook(
        team.folder / "growth.xlsx",
        [[*ROWS[0], "Progress"], [*ROWS[1], "=E2/F2"], [*ROWS[2], None], [*ROWS[3], None]],
    )
    done = team.sync()
    rows = sheet(team.folder / "growth.xlsx")
    assert [row[7] for row in rows[1:]] == ["=E2/F2", 0.6, 1]
    assert any(
        "formula" in skip["reason"] and skip["at"] == "Q4!H2"
        for skip in done["sources"][0]["skips"]
    )


def test_our_own_writes_never_count_as_a_check_in(team: Team) -> None:
    write_workbook(team.folder / "growth.xlsx", [row[:6] for row in ROWS])
    team.json("sync", "--as-of", "2026-11-01")
    team.json("sync", "--as-of", "2026-11-08")
    edit(team.folder / "growth.xlsx", lambda q4: q4.__setitem__("E3", 40))
    team.json("sync", "--as-of", "2026-11-10")
    team.json("sync", "--as-of", "2026-11-13")
    assert [row[7] for row in sheet(team.folder / "growth.xlsx")[1:]] == [
        "Stale",
        "On track",
        "Achieved",
    ]


class TestGuards:
    def test_a_source_gone_empty_stops_and_asks(self, team: Team) -> None:
        team.sync()
        edit(team.folder / "growth.xlsx", lambda q4: q4.delete_rows(2, 9))
        before = digest(team.folder / "growth.xlsx")
        stopped = team.sync(code=5)
        assert [refusal["guard"] for refusal in stopped["sources"][0]["refusals"]] == ["empty"]
        assert digest(team.folder / "growth.xlsx") == before
        assert team.sync("--allow", "empty")["counts"]["refused"] == 0

    def test_replacing_what_people_typed_stops_and_asks(self, team: Team) -> None:
        write_workbook(
            team.folder / "growth.xlsx",
            [[*ROWS[0], "Progress", "Status"], *[[*row, "some", "fine"] for row in ROWS[1:]]],
        )
        assert [refusal["guard"] for refusal in team.sync(code=5)["sources"][0]["refusals"]] == [
            "max-changes"
        ]
        code, out = team.run("plan", "--as-of", AS_OF)
        assert code == 5
        assert "--allow max-changes" in out
        team.sync("--allow", "max-changes")

    def test_an_id_twice_spoils_only_rows_of_the_same_words(self, team: Team) -> None:
        rows = [["K-1", *row] for row in ROWS[1:]]
        write_workbook(team.folder / "growth.xlsx", [["ID", *ROWS[0]], *rows, rows[0]])
        source = team.sync(code=0)["sources"][0]
        conflicts = {conflict["at"] for conflict in source["conflicts"]}
        assert len(conflicts) == 2
        written = {change["at"] for change in source["changes"] if change["outcome"] == "written"}
        assert len(written) > len(rows)
        assert team.sync(code=0)["sources"][0]["changes"] == []

    def test_a_vanished_column_stops_and_asks(self, team: Team) -> None:
        team.sync()
        edit(team.folder / "growth.xlsx", lambda q4: q4.__setitem__("H1", "Our progress"))
        stopped = team.sync(code=5)
        assert [refusal["guard"] for refusal in stopped["sources"][0]["refusals"]] == [
            "vanished-header"
        ]
        team.sync("--allow", "vanished-header")

    def test_a_column_that_undo_removed_may_be_made_again(self, team: Team) -> None:
        team.sync()
        team.run("undo", "last")
        team.sync()


class TestTrouble:
    def test_a_source_that_fails_leaves_the_others_alone(self, team: Team) -> None:
        write_csv(
            team.folder / "ops.csv", [["Key result", "Current", "Target"], ["Incidents", 5, 10]]
        )
        team.config(
            CONFIG + '\n[sources.ops]\nconnector = "workbook"\npath ='
            ' "ops.csv"\n[sources.ops.write]\ncolumns = {progress = "Done"}\n'
        )
        team.sync()
        (team.folder / "growth.xlsx").rename(team.folder / "elsewhere.xlsx")
        edit_csv = (team.folder / "ops.csv").read_text().replace("5,10,50%", "8,10,50%")
        (team.folder / "ops.csv").write_text(edit_csv)
        done = team.sync(code=3)
        assert [(source["name"], source["state"]) for source in done["sources"]] == [
            ("growth", "kept"),
            ("ops", "ok"),
        ]
        assert "8,10,80%" in (team.folder / "ops.csv").read_text()
        shown = team.json("show", "--as-of", AS_OF, code=3)
        assert [(source["state"], source["key_results"]) for source in shown["sources"]] == [
            ("kept", 3),
            ("ok", 1),
        ]
        (team.folder / "elsewhere.xlsx").rename(team.folder / "growth.xlsx")
        assert team.sync()["sources"][0]["state"] == "ok"

    def test_a_file_that_is_open_is_left_alone(self, team: Team) -> None:
        (team.folder / "~$growth.xlsx").write_bytes(b"\x03Mia" + b" " * 50)
        before = digest(team.folder / "growth.xlsx")
        done = team.sync(code=1)
        assert "by Mia" in done["sources"][0]["error"]
        assert digest(team.folder / "growth.xlsx") == before

    def test_a_read_only_file_is_left_alone(self, team: Team) -> None:
        (team.folder / "growth.xlsx").chmod(0o444)
        done = team.sync(code=4)
        assert "read-only" in done["sources"][0]["error"]

    def test_a_full_disk_leaves_the_file_as_it_was(
        self, team: Team, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = digest(team.folder / "growth.xlsx")

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        done = team.sync(code=1)
        monkeypatch.undo()
        assert "disk is full" in done["sources"][0]["error"]
        assert digest(team.folder / "growth.xlsx") == before
        assert [path.name for path in team.folder.iterdir() if path.name.endswith(".okrsync")] == []

    def test_two_runs_at_once_are_refused_and_the_holder_is_named(self, team: Team) -> None:
        from okrsync.state.lock import run_lock

        with run_lock(team.folder / "okrsync.db", "sync"):
            assert team.run("sync")[0] == 11
        assert f"process {os.getpid()}" in team.err

    def test_two_sources_on_one_file_are_refused(self, team: Team) -> None:
        team.config(CONFIG + '\n[sources.twin]\nconnector = "workbook"\npath = "./growth.xlsx"\n')
        assert team.run("plan")[0] == 2
        assert "are the same: " in team.err


KILLER = """
import os, sys
import okrsync.steps.apply, okrsync.state.journal
point, stop = sys.argv[1], os._exit
def dying(inner):
    def call(*args, **more):
        if point.startswith("before"): stop(9)
        result = inner(*args, **more)
        stop(9)
    return call
name = point.split("-")[1]
if name == "write":
    from okrsync_workbook import WorkbookConnector as target
else:
    from okrsync.state.journal import Journal as target
setattr(target, name, dying(getattr(target, name)))
from okrsync.cli import main
main(["sync", "--as-of", "2026-11-23"])
"""


@pytest.mark.parametrize(
    "point",
    [
        f"{when}-{what}"
        for what in ("begin", "intend", "write", "settle", "finish")
        for when in ("before", "after")
    ],
)
def test_killed_at_any_moment_the_next_run_ends_in_the_same_state(team: Team, point: str) -> None:
    undisturbed = team.folder / "undisturbed"
    undisturbed.mkdir()
    write_workbook(undisturbed / "growth.xlsx")
    done = forked.python(team.folder, KILLER, point)
    assert done.returncode == 9, done.stderr
    team.sync()
    assert sheet(team.folder / "growth.xlsx")[0][7:] == ["Progress", "Status", "okrsync note"]
    assert [row[7:9] for row in sheet(team.folder / "growth.xlsx")[1:]] == [
        [0.37, "At risk"],
        [0.6, "Stale"],
        [1, "Achieved"],
    ]
    assert team.sync()["counts"]["changes"] == 0
    assert [path.name for path in team.folder.iterdir() if path.name.endswith(".okrsync")] == []


def test_a_run_that_was_killed_after_writing_can_still_be_put_back(team: Team) -> None:
    before = sheet(team.folder / "growth.xlsx")
    forked.python(team.folder, KILLER, "after-write")
    assert sheet(team.folder / "growth.xlsx") != before
    assert team.run("undo", "last")[0] == 0
    assert sheet(team.folder / "growth.xlsx") == before


def test_watch_finishes_the_run_in_hand_when_it_is_told_to_stop(team: Team) -> None:
    team.config(CONFIG + '\n[watch]\nevery = "1 hour"\n')
    process = subprocess.Popen(
        [sys.executable, "-m", "okrsync", "watch"],
        cwd=team.folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not (team.folder / "okrsync.db").exists() or "Progress" not in str(
        sheet(team.folder / "growth.xlsx")[0]
    ):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "written" in err
    assert "stopped watching" in err
