"""Several CSV files that make one source: one of them may change while okrsync is at work on
another.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from okrsync.connector import Batch
from okrsync_workbook.csv_file import CsvFile
from okrsync_workbook.source_file import FileOutcome
from team import Team, write_csv

CONFIG = """
cycle = "2026-Q4"
[sources.teams]
connector = "workbook"
path = "*.csv"
[sources.teams.write]
columns = {progress = "Progress"}
"""


@pytest.fixture
def two(team: Team) -> Team:
    """A team with two CSV files, `a` and `b`."""
    for name in "ab":
        write_csv(
            team.folder / f"{name}.csv",
            [["Key result", "Current", "Target"], [f"Result {name}", 5, 10]],
        )
    team.config(CONFIG)
    return team


def meanwhile(monkeypatch: pytest.MonkeyPatch, file: str, edit: Callable[[Path], None]) -> None:
    """Somebody edits a file once, right before it is written."""
    write = CsvFile.write
    edits = [edit]

    def late(self: CsvFile, batch: Batch) -> FileOutcome:
        if self.path.name == file and edits:
            edits.pop()(self.path)
        return write(self, batch)

    monkeypatch.setattr(CsvFile, "write", late)


def add_row(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("Another,1,10\n")


def test_a_file_that_changed_waits_and_what_was_written_in_the_other_is_in_the_journal(
    two: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (two.folder / "a.csv").read_text()
    meanwhile(monkeypatch, "b.csv", add_row)
    done = two.sync()
    assert {(change["at"][0], change["outcome"]) for change in done["sources"][0]["changes"]} == {
        ("a", "written"),
        ("b", "conflict"),
    }
    assert "50%" in (two.folder / "a.csv").read_text()
    assert two.run("undo", "last")[0] == 0
    assert (two.folder / "a.csv").read_text() == before


def test_the_next_run_writes_what_waited(two: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, "b.csv", add_row)
    two.sync()
    assert {change["at"][0] for change in two.sync()["sources"][0]["changes"]} == {"b"}
    assert [line.rsplit(",", 1)[1] for line in (two.folder / "b.csv").read_text().splitlines()] == [
        "Progress",
        "50%",
        "10%",
    ]
    assert two.sync()["counts"]["changes"] == 0


def test_a_file_that_changed_before_anything_was_written_is_planned_again(
    two: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, "a.csv", add_row)
    done = two.sync()
    assert {change["outcome"] for change in done["sources"][0]["changes"]} == {"written"}
    assert (two.folder / "a.csv").read_text().endswith("Another,1,10,10%\n")
