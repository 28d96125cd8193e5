"""A CSV file for each cycle: `okrsync close` makes the next one, and `undo` removes it again."""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from typing import Any

import pytest

from grids import in_part
from team import Team

CONFIG = """\
[sources.growth]
connector = "workbook"
path = "okrs-*.csv"
[sources.growth.write]
columns = {progress = "Progress", status = "Status", score = "Score", note = "Note"}
"""
LAST = "\ufeffObjective;Key result;Start;Current;Target;Last check-in\r\n"
ROWS = (
    "Grow;Sign-ups;0;40,5;100;2026-12-10\r\n"
    "Grow;Revenue;0;100;100;2026-12-14\r\n"
    "Keep;Churn;10;8;5;2026-12-14\r\n"
)
OLD, NEW = "okrs-2026-Q4.csv", "okrs-2027-Q1.csv"


@pytest.fixture
def company(team: Team) -> Team:
    team.config(CONFIG)
    (team.folder / OLD).write_bytes((LAST + ROWS).encode())
    return team


def close(company: Team, *arguments: str, code: int = 0) -> dict[str, Any]:
    command = ["close", "--carry-over", *arguments, "--as-of", "2027-01-02"]
    return company.json(*command, code=code)


def files(company: Team) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(company.folder.glob("*.csv"))}


def reasons(document: dict[str, Any]) -> str:
    return " ".join(skip["reason"] for skip in document["sources"][0]["skips"])


def test_the_next_file_is_made_in_the_form_of_the_last_one(company: Team) -> None:
    before = files(company)
    shown = close(company)
    assert files(company) == before
    assert [entry["title"] for entry in shown["carried"]] == ["Grow", "Sign-ups", "Keep", "Churn"]
    run = close(company, "--yes")["run"]
    made = (company.folder / NEW).read_bytes().decode()
    assert made.startswith("\ufeffObjective;")
    assert made.splitlines()[1:] == ["Grow;Sign-ups;40,5;;100;", "Keep;Churn;8;;5;"]
    assert {b.count(b"\n") - b.count(b"\r\n") for b in files(company).values()} == {0}
    # The next one reads it, writes beside its rows, and closing again finds it.
    company.json("sync", "--as-of", "2027-01-03")
    after = files(company)
    again = company.json("close", "2026-Q4", "--carry-over", "--yes", "--as-of", "2027-01-04")
    assert (again["carried"], files(company)) == ([], after)
    assert company.run("undo", run)[0] == 0, company.err
    assert set(files(company)) == {OLD}
    for state in company.folder.glob("okrsync.db*"):
        state.unlink()


def test_undo_right_after_it_leaves_every_byte_as_it_was(company: Team) -> None:
    before = files(company)
    run = close(company, "--yes")["run"]
    assert company.run("undo", run)[0] == 0, company.err
    assert files(company) == before


def test_a_file_that_people_have_typed_into_stays(company: Team) -> None:
    run = close(company, "--yes")["run"]
    path = company.folder / NEW
    path.write_bytes(path.read_bytes().replace(b"40,5;;", b"40,5;41;"))
    code, out = company.run("undo", run)
    assert b"40,5;41;" in path.read_bytes()
    assert code == 0
    assert "somebody has used the tab" in " ".join((out + company.err).split())


def test_a_file_that_is_there_already_is_left_as_it_is(company: Team) -> None:
    theirs = "Objective;Key result;Start;Current;Target\r\nNew;Ideas;0;1;9\r\n"
    (company.folder / NEW).write_bytes(theirs.encode())
    document = close(company, "--yes")
    assert "there is a tab 'okrs-2027-Q1' already, and it is left as it is" in reasons(document)
    assert (company.folder / NEW).read_bytes() == theirs.encode()


def test_a_file_that_would_not_be_read_is_not_made(company: Team) -> None:
    company.config(CONFIG.replace("okrs-*.csv", OLD))
    document = close(company, "--yes")
    assert f"`path` does not name {NEW}, so it would not be read" in reasons(document)
    assert 'such as path = "okrs-*.csv"' in reasons(document)
    assert set(files(company)) == {OLD}


def test_no_file_is_named_by_what_stands_in_a_cell(company: Team) -> None:
    (company.folder / OLD).unlink()
    text = "Q4 2026;;;;;\r\n" + LAST.removeprefix("\ufeff") + ROWS
    (company.folder / "okrs-growth.csv").write_bytes(text.encode())
    document = close(company, "--yes")
    assert "make a file for the next cycle yourself, beside okrs-growth.csv" in reasons(document)
    assert set(files(company)) == {"okrs-growth.csv"}


KILLED = """
import os, sys
from okrsync_workbook import files
real = files.{function}
def killed(*arguments):
    if {after}:
        real(*arguments)
    os._exit(9)
import okrsync_workbook.csv_file
okrsync_workbook.csv_file.{function} = killed
from okrsync.cli import main
sys.argv = ["okrsync", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize(
    ("function", "after"), in_part(product(["create_file", "replace_file"], [False, True]), every=3)
)
def test_a_close_that_was_killed_is_finished_by_the_next(
    company: Team, function: str, after: bool
) -> None:
    whole = files(company)
    code = KILLED.format(function=function, after=after)
    command = [sys.executable, "-c", code, "close", "--carry-over", "--yes"]
    done = subprocess.run([*command, "--as-of", "2027-01-02"], cwd=company.folder, check=False)
    assert done.returncode == 9
    run = close(company, "2026-Q4", "--yes")["run"]
    again = files(company)
    assert set(again) == {OLD, NEW}
    assert again[NEW].decode().splitlines()[1:] == ["Grow;Sign-ups;40,5;;100;", "Keep;Churn;8;;5;"]
    assert "Missed" in again[OLD].decode()
    close(company, "2026-Q4", "--yes")
    assert files(company) == again
    company.run("undo", run)
    # What the killed one had written is put back by its own name.
    for earlier in {entry["id"] for entry in company.json("history")["runs"]} - {run}:
        company.run("undo", earlier)
    assert files(company).keys() == whole.keys()
