"""Sheets as people keep them, none made for okrsync: what each looks like, and what a person who
reads it says. `test_real_life.py` reads them.

A grid is written a row a line, cells between broken bars. A number is a number in a workbook and
text in a CSV file, `@2026-10-05` is a date, `\\n` a line break within a cell, `<` a cell merged
with the one above and `^` with the one to its left.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["File"]


@dataclass(frozen=True)
class File:
    """A workbook, or one or several CSV files, with what a person says of it.

    `roles` gives for a tab the role of each column that has a header, in order (`-`: it is not
    read; `a/b`: either will do). `asks`: a person would hesitate here, so a question is an answer
    too. `refused`: tabs of which a person says they hold no OKRs.
    """

    name: str
    layout: str
    objectives: int
    key_results: int
    tabs: dict[str, str]
    roles: dict[str, str] = field(default_factory=dict)
    header: dict[str, int] = field(default_factory=dict)
    format: str = "xlsx"
    hidden: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    asks: bool = False
