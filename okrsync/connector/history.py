"""Lines of a history: which of them stand in a table already, and the table without some of them.

Every connector decides this in the same way; it only differs how a line gets to the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from okrsync.connector.entries import HistoryWrite
from okrsync.model.table import CellValue, text_of

__all__ = ["WithoutLines", "as_text", "missing_lines", "without_lines"]

Line = tuple[CellValue, ...]


class WithoutLines(NamedTuple):
    """The rows that stay, and how many lines are not among the rows any more."""

    rows: list[Sequence[CellValue]]
    missing: int


def missing_lines(rows: Iterable[Sequence[CellValue]], write: HistoryWrite) -> tuple[Line, ...]:
    """The lines to append: all but those of an interrupted run that stand there already."""
    if not write.retried:
        return write.lines
    standing = Counter(as_text(row) for row in rows)
    missing = []
    for line in write.lines[: write.retried]:
        if standing[as_text(line)]:
            standing[as_text(line)] -= 1
        else:
            missing.append(line)
    return (*missing, *write.lines[write.retried :])


def without_lines(
    rows: Iterable[Sequence[CellValue]], lines: Iterable[Sequence[CellValue]]
) -> WithoutLines:
    """The rows without these lines, each where it stands exactly so; the last ones go first."""
    wanted = Counter(as_text(line) for line in lines)
    kept = []
    for row in reversed(list(rows)):
        if wanted[as_text(row)]:
            wanted[as_text(row)] -= 1
        else:
            kept.append(row)
    return WithoutLines(kept[::-1], wanted.total())


def as_text(row: Sequence[CellValue]) -> tuple[str, ...]:
    """A row as it reads, without empty cells at its end."""
    texts = [text_of(value) for value in row]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)
