"""People whose smart chips stand in a cell, with their addresses.

A chip is part of the cell's text, which shows the person's name:
https://developers.google.com/workspace/sheets/api/guides/chips
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["read_chips"]

Json = dict[str, Any]


def read_chips(text: str, runs: Sequence[Json]) -> tuple[str, list[tuple[str, str]]]:
    """The text of a cell, and the people in it, each by name and address. Where nothing but blanks
    stands between two people, a comma is put there: "Mia Lopez, Jon" names two.
    """
    # Indexes count UTF-16 code units, of which an emoji has two.
    units = text.encode("utf-16-le")
    starts = [2 * run.get("startIndex", 0) for run in runs]
    people: list[tuple[str, str]] = []
    pieces: list[tuple[str, bool]] = []
    previous = 0
    for run, start, end in zip(runs, starts, [*starts[1:], len(units)], strict=True):
        if not previous <= start <= end <= len(units):
            # Not as documented: the text itself still says what people read.
            return text, []
        pieces.append((_text(units[previous:start]), False))
        words, previous = _text(units[start:end]), end
        # What is no person (a file, an event) is a run without anything okrsync asked for.
        email = run.get("chip", {}).get("personProperties", {}).get("email")
        pieces.append((words, bool(email and words.strip())))
        if email and words.strip():
            people.append((words.strip(), email))
    return _separated(pieces), people


def _separated(pieces: Sequence[tuple[str, bool]]) -> str:
    text, is_after_person = "", False
    for words, is_person in pieces:
        if is_person:
            text = f"{text.rstrip()}, {words}" if is_after_person else text + words
            is_after_person = True
        else:
            text += words
            is_after_person = is_after_person and not words.strip()
    return text


def _text(units: bytes) -> str:
    return units.decode("utf-16-le", errors="replace")
