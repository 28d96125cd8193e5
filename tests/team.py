"""A team's files and the command line over them, as a new user has them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from okrsync.cli import okrsync
from okrsync.cli.errors import run
from okrsync.model.state_address import StateAddress

AS_OF = "2026-11-23"
CHECKED = date(2026, 11, 20)
ROWS: list[list[Any]] = [
    ["Objective", "Key result", "Owner", "Start", "Current", "Target", "Last check-in"],
    ["Grow", "Sign-ups", "Mia", 40, 62, 100, CHECKED],
    [None, "Revenue", "Jon", 10, 34, 50, date(2026, 10, 2)],
    ["Keep", "Churn", "Lea", 5, 2, 2, CHECKED],
]
CONFIG = """
cycle = "2026-Q4"
timezone = "Europe/Berlin"

[sources.growth]
connector = "workbook"
path = "growth.xlsx"

[sources.growth.write]
columns = {progress = "Progress", status = "Status", note = "okrsync note"}
"""


def write_workbook(path: Path, rows: Sequence[Sequence[Any]] = ROWS, tab: str = "Q4") -> None:
    path.write_bytes(_workbook(tuple(map(tuple, rows)), repr(rows), tab))


@lru_cache(maxsize=200)
def _workbook(rows: tuple[tuple[Any, ...], ...], _exactly: str, tab: str) -> bytes:
    """The file that holds these rows. Many tests begin with the same ones; to a cache 1 and 1.0
    are the same, so that it is also told what they are exactly.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = tab
    for row in rows:
        sheet.append(list(row))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def write_csv(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [["" if value is None else value for value in row] for row in rows]
        )


def sheet(path: Path, tab: str = "Q4") -> list[list[Any]]:
    return [list(row) for row in openpyxl.load_workbook(path)[tab].iter_rows(values_only=True)]


def head_of(address: StateAddress) -> str:
    """The lines of a config that name the place of a state."""
    if isinstance(address, Path):
        return f'state = "{address}"\n'
    assert address.secret is not None
    return f'state = "{address.secret.reveal()}"\nname = "{address.name}"\n'


class Team:
    """A folder with a config and the command line in it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self.err = ""

    head = ""
    """What stands at the top of every config, where the state is kept elsewhere."""

    def config(self, text: str) -> None:
        (self.folder / "okrsync.toml").write_text(self.head + text, encoding="utf-8")

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit code and standard output of a command; standard error is kept in `err`."""
        self._capsys.readouterr()
        code = run(okrsync, list(arguments))
        out, self.err = self._capsys.readouterr()
        return code, out

    def json(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        found, out = self.run(*arguments, "--json")
        assert found == code, self.err + out
        document: dict[str, Any] = json.loads(out)
        return document

    def sync(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        return self.json("sync", "--as-of", AS_OF, *arguments, code=code)


@pytest.fixture
def team(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Team:
    """A team that keeps its OKRs in growth.xlsx."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OKRSYNC_CONFIG", raising=False)
    write_workbook(tmp_path / "growth.xlsx")
    made = Team(tmp_path, capsys)
    made.config(CONFIG)
    return made


@pytest.fixture
def folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Team:
    """A folder with the command line in it, and nothing else."""
    monkeypatch.chdir(tmp_path)
    for name in ("OKRSYNC_CONFIG", "NOTION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "Europe/Berlin")
    return Team(tmp_path, capsys)


Change = Callable[[Any], None]


def edit(path: Path, change: Change, tab: str = "Q4") -> None:
    """What a person does to a workbook."""
    book = openpyxl.load_workbook(path)
    change(book[tab])
    book.save(path)
