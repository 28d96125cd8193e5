"""A team whose OKRs are in a database of the local Notion, and the folder it runs okrsync in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from okrsync.config import load
from okrsync.plan.plan import Plan, SourcePlan
from okrsync.sync import sync
from okrsync_sandbox import Sandbox

__all__ = ["COLUMNS", "ROWS", "TODAY", "WANTED", "Team"]

TODAY = date(2026, 11, 24)

COLUMNS: dict[str, Any] = {
    "Objective": "title",
    "Key result": "rich_text",
    "Start": "number",
    "Current": "number",
    "Target": "number",
}

ROWS = [
    ("Grow", "Sign-ups", 0, 50, 100),
    ("Grow", "Revenue", 0, 20, 100),
    ("Keep", "Churn", 10, 5, 0),
]

WANTED = {"Sign-ups": 0.5, "Revenue": 0.2, "Churn": 0.5}


class Team:
    """A database of Ada's, a config, and a folder to run okrsync in."""

    def __init__(
        self,
        sandbox: Sandbox,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        columns: dict[str, Any] = COLUMNS,
    ) -> None:
        self.sandbox, self.folder, self.notion = sandbox, folder, sandbox.notion
        self.ada, self.bot = (
            self.notion.person("ada@acme.example", "Ada"),
            self.notion.connect("okrsync"),
        )
        self.home = self.ada.new_page("Home")
        self.database, self.source = self.ada.new_database("OKRs", columns, self.home)
        for row in ROWS:
            self.ada.new_row(self.source, dict(zip(COLUMNS, row, strict=True)))
        self.ada.share(self.home, self.bot)
        monkeypatch.setenv("NOTION_TOKEN", self.bot.token)
        self.write_config()

    def write_config(
        self, columns: str = 'progress = "Progress", status = "Status"', more: str = ""
    ) -> None:
        (self.folder / "okrsync.toml").write_text(
            'cycle = "2026-Q4"\n[sources.team]\nconnector = "notion"\ndatabase ='
            f' "{self.sandbox.notion_url(self.database)}"\ntoken = {{env ='
            ' "NOTION_TOKEN"}\napi_endpoint ='
            f' "{self.sandbox.endpoint}"\n[sources.team.limits]\nrequests_per_second ='
            " 100000\ntimeout_seconds = 20\ngive_up_seconds = 20\n[sources.team.write]\ncolumns ="
            f" {{{columns}}}\n{more}\n",
            encoding="utf-8",
        )

    def run(self) -> Plan:
        return sync(load(self.folder / "okrsync.toml"), as_of=TODAY)

    def one(self) -> SourcePlan:
        """A run's part for the one source."""
        return self.run().sources[0]

    def beside(self, column: str) -> dict[str, Any]:
        """By key result, what stands in a property."""
        rows = self.ada.rows(self.source)
        return {self.ada.read(row, "Key result"): self.ada.read(row, column) for row in rows}

    def page(self, key_result: str) -> str:
        """The page of a key result."""
        return next(
            row
            for row in self.ada.rows(self.source)
            if self.ada.read(row, "Key result") == key_result
        )
