"""A team whose OKRs are in a spreadsheet of the local Google, and the folder it runs okrsync in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from google_sandbox import ANNA
from okrsync.config import load
from okrsync.plan.plan import Plan, SourcePlan
from okrsync.sync import sync
from okrsync_sandbox import Sandbox

__all__ = ["ROWS", "TODAY", "WANTED", "Meddle", "Team"]

TODAY = date(2026, 11, 24)
ROWS: list[list[Any]] = [
    ["Objective", "Key result", "Start", "Current", "Target", "Owner"],
    ["Grow", "Sign-ups", 0, 50, 100, "Mia <mia@acme.example>"],
    ["Grow", "Revenue", 0, 20, 100, "Jon"],
    ["Keep", "Churn", 10, 5, 0, "Lea"],
]
WANTED = {"Sign-ups": 0.5, "Revenue": 0.2, "Churn": 0.5}


class Team:
    """A spreadsheet of Anna's, a config, and a folder to run okrsync in."""

    def __init__(
        self, sandbox: Sandbox, folder: Path, rows: list[list[Any]] = ROWS, **spreadsheet: Any
    ) -> None:
        self.sandbox, self.folder = sandbox, folder
        self.google = sandbox.google
        self.anna = sandbox.google.person(ANNA)
        self.address = sandbox.key_file(folder / "key.json")
        self.file_id = self.anna.new_spreadsheet("OKRs", {"Q4": rows}, **spreadsheet)
        self.anna.share(self.file_id, self.address)
        self.write_config()

    def source(self, name: str, file_id: str, more: str = "", write: str = "") -> str:
        columns = 'columns = {progress = "Progress", status = "Status"}'
        return (
            f'[sources.{name}]\nconnector = "google-sheets"\nspreadsheet = "{file_id}"\ncredentials'
            ' = {file = "key.json"}\napi_endpoint ='
            f' "{self.sandbox.endpoint}"\n{more}\n[sources.{name}.limits]\nreads_per_minute ='
            " 100000\nwrites_per_minute = 100000\ntimeout_seconds = 20\ngive_up_seconds ="
            f" 20\n[sources.{name}.write]\n{columns}\n{write}\n"
        )

    def write_config(self, more: str = "", write: str = "", *others: str) -> None:
        text = (
            'cycle = "2026-Q4"\n' + self.source("team", self.file_id, more, write) + "".join(others)
        )
        (self.folder / "okrsync.toml").write_text(text, encoding="utf-8")

    def run(self) -> Plan:
        return sync(load(self.folder / "okrsync.toml"), as_of=TODAY)

    def one(self) -> SourcePlan:
        """A run's part for the one source."""
        return self.run().sources[0]

    def grid(self, tab: str = "Q4") -> list[list[Any]]:
        return self.anna.grid(self.file_id, tab)

    def beside(self, column: str) -> dict[str, Any]:
        """By key result, what stands in a column."""
        header, *rows = self.grid()
        at, key = header.index(column), header.index("Key result")
        return {
            row[key]: row[at] if len(row) > at else None
            for row in rows
            if len(row) > key and row[key]
        }


Meddle = Callable[[Team], None]
"""What somebody does to the spreadsheet of a team."""
