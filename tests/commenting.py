"""What tests of comments in Google Sheets share: people to call, and what was said to whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from google_team import TODAY, Team
from okrsync.config import load
from okrsync.connector import State
from okrsync.plan.plan import Plan
from okrsync.sync import sync

__all__ = [
    "LATER",
    "PEOPLE",
    "ROWS",
    "STALE",
    "called",
    "check_in",
    "comments",
    "configure",
    "run_in",
    "warnings_of",
]

ROWS: list[list[Any]] = [
    ["Objective", "Key result", "Start", "Current", "Target", "Owner", "Last check-in"],
    ["Grow", "Sign-ups", 0, 50, 100, "Mia <mia@acme.example>", "2026-11-09"],
    ["Grow", "Revenue", 0, 20, 100, "Jon", "2026-11-10"],
    ["Keep", "Churn", 10, 5, 0, "Lea <lea@acme.example>", "2026-11-22"],
]

PEOPLE = """
[people]
Mia = {email = "mia@acme.example", lead = "Ada"}
Jon = {email = "jon@acme.example", lead = "Ada"}
Ada = {email = "ada@acme.example"}
"""

STALE = ["jon@acme.example", "mia@acme.example"]

LATER = date(2026, 11, 30)
"""A Monday on which two check-ins in a row are missed at both rows."""


def configure(team: Team, people: str = PEOPLE, write: str = 'notify = "comment"') -> None:
    team.write_config("", write)
    path = team.folder / "okrsync.toml"
    path.write_text(path.read_text(encoding="utf-8") + people, encoding="utf-8")


def run_in(folder: Path, as_of: date = TODAY) -> Plan:
    return sync(load(folder / "okrsync.toml"), as_of=as_of)


def comments(team: Team) -> list[dict[str, Any]]:
    return [each for each in team.anna.file(team.file_id).comments if not each["deleted"]]


def called(team: Team) -> list[str]:
    """Whom the comments are assigned to that nobody deleted."""
    return sorted(each["assigneeEmailAddress"] for each in comments(team))


def warnings_of(done: Plan) -> list[State | None]:
    return [change.outcome for change in done.sources[0].changes if change.field == "warning"]


def check_in(team: Team, *cells: str) -> None:
    for cell in cells:
        team.anna.put(team.file_id, "Q4", cell, "2026-11-29")
