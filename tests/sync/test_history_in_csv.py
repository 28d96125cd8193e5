"""The copy of the ledger in a CSV file under processes that die, that append at once, and people
who save it in that moment.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kills import KILLED, Killer
from okrsync.connector import without_lines
from okrsync.model.table import text_of
from okrsync_workbook import history_file
from okrsync_workbook.owner_files import holder_of
from team import ROWS, Team, write_csv

PLACE = "okr-history.csv"
CONFIG = """
cycle = "2026-Q4"
[sources.{name}]
connector = "workbook"
path = "{name}.csv"
[sources.{name}.write]
columns = {{progress = "Progress", status = "Status"}}
history = "okr-history.csv"
"""
FIRST, SECOND = date(2026, 10, 5), date(2026, 10, 12)


def config_of(folder: Path, name: str) -> Path:
    """The config of one source, in a file of its own and with a state of its own."""
    path = folder / f"{name}.toml"
    path.write_text(f'state = "{name}.db"\n{CONFIG.format(name=name)}', encoding="utf-8")
    return path


def type_values(folder: Path, name: str, day: date, value: float) -> None:
    """Everybody types a value and its day; okrsync's answers beside them stay."""
    path = folder / f"{name}.csv"
    header, *rows = [[text_of(cell) for cell in row] for row in ROWS]
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
    for index, row in enumerate(rows):
        row[4], row[6] = f"{value + index}", day.isoformat()
    write_csv(path, [header, *rows])


def lines(folder: Path) -> list[tuple[str, ...]]:
    """Every line of the copy: key, day and value; the header among them."""
    with (folder / PLACE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    header = rows[0]
    assert {len(row) for row in rows} == {len(header)}
    columns = [header.index(name) for name in ("okrsync key", "Day", "Current")]
    return [tuple(row[column] for column in columns) for row in rows]


@pytest.fixture
def company(team: Team) -> Team:
    """A team with a first run behind it, and values typed since."""
    team.config(CONFIG.format(name="growth"))
    type_values(team.folder, "growth", FIRST, 20)
    assert team.run("sync", "--as-of", FIRST.isoformat())[0] == 0, team.err
    type_values(team.folder, "growth", SECOND, 30)
    return team


def killed_while_appending(company: Team, killer: Killer, size: int) -> None:
    code = killer.run(company, arguments=["sync", "--as-of", SECOND.isoformat()], torn=size)
    assert code == KILLED


def saved(folder: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for path in (*folder.glob("okrsync.db*"), folder / PLACE, folder / "growth.csv")
    }


def put_back(folder: Path, before: dict[Path, bytes]) -> None:
    for path in folder.glob("okrsync.db*"):
        path.unlink()
    for path, content in before.items():
        path.write_bytes(content)


def test_a_run_that_dies_while_it_appends_leaves_each_observation_once(
    company: Team, killer: Killer
) -> None:
    before = saved(company.folder)
    assert company.run("sync", "--as-of", SECOND.isoformat())[0] == 0, company.err
    wanted = (company.folder / PLACE).read_bytes()
    added = len(wanted) - len(before[company.folder / PLACE])
    assert added > 100
    for size in (0, 17, added // 2, added - 1, added):
        put_back(company.folder, before)
        killed_while_appending(company, killer, size)
        torn = (company.folder / PLACE).read_bytes()
        assert len(torn) == len(wanted) - added + size
        for _ in range(2):
            assert company.run("sync", "--as-of", SECOND.isoformat())[0] == 0, company.err
            assert sorted(lines(company.folder)) == sorted(
                tuple(row) for row in lines_of(wanted)
            ), f"killed after {size} bytes"


def lines_of(data: bytes) -> Iterator[tuple[str, ...]]:
    rows = list(csv.reader(data.decode("utf-8").splitlines()))
    columns = [rows[0].index(name) for name in ("okrsync key", "Day", "Current")]
    for row in rows:
        yield tuple(row[column] for column in columns)


def test_two_processes_that_append_at_once_lose_no_line(team: Team) -> None:
    names = ("growth", "sales")
    configs = {name: config_of(team.folder, name) for name in names}
    for week in range(2):
        day = FIRST + timedelta(days=7 * week)
        for name in names:
            type_values(team.folder, name, day, 10 * week + 5)
        runs = [
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "okrsync",
                    "--config",
                    str(path),
                    "sync",
                    "--as-of",
                    f"{day}",
                ],
                cwd=team.folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            for path in configs.values()
        ]
        for each in runs:
            said = each.communicate()[0]
            assert each.returncode == 0, said.decode()
    standing = Counter(lines(team.folder))
    keys = {name: [line for line in standing if line[0].startswith(f"{name}:")] for name in names}
    # Three key results, and objectives without a value of their own.
    for name in names:
        with_values = [line for line in keys[name] if line[2]]
        assert len(with_values) == 6, name
        assert all(standing[line] == 1 for line in keys[name])


@pytest.mark.parametrize("moment", ["sorted", "cut", "without its last line end", "deleted"])
def test_people_who_save_the_file_in_that_moment_lose_and_spoil_nothing(
    company: Team, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    path = company.folder / PLACE
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    contents = {
        "sorted": "\n".join([header, *reversed(rows)]) + "\n",
        "cut": "\n".join([header, *rows[1:]]) + "\n",
        "without its last line end": "\n".join([header, *rows]),
        "deleted": None,
    }
    asked = [0]

    def while_somebody_saves(place: Path) -> Any:
        # okrsync has read the file, and is about to append.
        if place == path and not asked[0]:
            asked[0] += 1
            content = contents[moment]
            if content is None:
                path.unlink()
            else:
                path.write_text(content, encoding="utf-8")
        return holder_of(place)

    with monkeypatch.context() as patch:
        patch.setattr(history_file, "holder_of", while_somebody_saves)
        assert company.run("sync", "--as-of", SECOND.isoformat())[0] == 0, company.err
    assert asked == [1]
    # A file that was deleted is made anew by the next run, with all of it.
    assert path.exists() == (contents[moment] is not None)
    kept = contents[moment] or ""
    if kept:
        assert path.read_text(encoding="utf-8").startswith(kept)
    for day in (SECOND, SECOND + timedelta(days=1)):
        assert company.run("sync", "--as-of", day.isoformat())[0] == 0, company.err
    standing = Counter(lines(company.folder))
    assert max(standing.values()) == 1
    by_day = Counter(day for _, day, value in standing if value)
    assert by_day[SECOND.isoformat()] == 3
    assert by_day[FIRST.isoformat()] == (2 if moment == "cut" and not _is_objective(rows[0]) else 3)


def _is_objective(line: str) -> bool:
    return next(csv.reader([line]))[6] == ""


def test_an_undo_takes_no_line_away_that_somebody_appends_in_that_moment(
    company: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = company.json("sync", "--as-of", SECOND.isoformat())["run"]
    path = company.folder / PLACE
    theirs = b"a line of somebody else's\n"

    def while_somebody_appends(*arguments: Any) -> Any:
        if not path.read_bytes().endswith(theirs):
            with path.open("ab") as file:
                file.write(theirs)
        return without_lines(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(history_file, "without_lines", while_somebody_appends)
        company.run("undo", run)
    assert path.read_bytes().endswith(theirs)
    company.run("undo", run)
    assert theirs in path.read_bytes()
    assert SECOND.isoformat() not in path.read_text(encoding="utf-8")
