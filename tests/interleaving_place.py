"""A sandbox in which people and okrsync work at the same time, and what happened there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from google_bench import GoogleBench
from okrsync_google_sheets import GoogleSheetsConnector

__all__ = [
    "BESIDE",
    "FORMS",
    "HEADER",
    "NAMELESS",
    "OURS",
    "SUMMARY",
    "TAB",
    "WORDS",
    "Form",
    "Story",
    "Workplace",
    "column_of",
    "is_ours",
    "main_tab",
    "opened",
]

Form = Literal["small", "large"]

FORMS: tuple[Form, ...] = ("small", "large")
"""A spreadsheet as it is, and one that okrsync takes for a large one: it reads what was entered
only, asks the feed who changed it, and keeps the answer for its next run.
"""

TAB = "Q4"

SUMMARY = "OKR summary"

BESIDE = 11
"""The first column to the right of the summary that people write into, from 0."""

HEADER = ["Objective", "Key result", "Current", "Target", "Owner"]

OURS = ("Progress", "Status")

WORDS = ("On track", "At risk", "Off track")


class Workplace:
    """One sandbox in which many interleavings take place, each in a spreadsheet of its own."""

    def __init__(self, base: Path) -> None:
        self.bench = GoogleBench(base)
        self.anna = self.bench.anna
        self.google = self.bench.google

    def close(self) -> None:
        """Stop the sandbox."""
        self.bench.close()


@dataclass
class Story:
    """What happened in one interleaving, for the message when it went wrong; which kinds of edits
    changed something; and the edits that the service refused.
    """

    seed: int
    lines: list[str] = field(default_factory=list)
    played: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)


def opened(place: Workplace, memory: dict[str, Any], form: Form) -> GoogleSheetsConnector:
    connector = GoogleSheetsConnector(place.bench.settings(), place.bench.context(memory=memory))
    if form == "large":
        connector.many_cells = 1
    return connector


def column_of(header: list[Any], name: str) -> int | None:
    """Where a column stands, also after people added something to its name."""
    for index, value in enumerate(header):
        if value == name or str(value).startswith(f"{name} "):
            return index
    return None


NAMELESS = "nameless"
"""The trial's own mark of a column of okrsync's whose name somebody took by a merge."""


def main_tab(place: Workplace, file_id: str) -> Any:
    """The tab with the OKRs, whatever its name; None where somebody deleted it."""
    return next((sheet for sheet in place.anna.book(file_id).sheets if sheet.id == 0), None)


def is_ours(header: Any) -> bool:
    return any(column_of([header], name) is not None for name in OURS)
