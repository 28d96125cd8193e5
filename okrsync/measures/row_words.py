"""What the team itself says of an item, beside what is measured: its typed status, commitment,
stretch goal, confidence and comment, each as a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from okrsync.measures.reasons import percent
from okrsync.measures.result import Measure
from okrsync.model.okrs import Commitment, KeyResult, Objective
from okrsync.model.table import text_of

__all__ = ["RowWords", "disagreement", "row_words"]

_LONGEST = 300
"""Characters of a comment that are repeated; the whole of it stands in its cell."""


class RowWords(NamedTuple):
    """A sentence about an item, and the role of the cell it comes from."""

    role: str
    text: str


def row_words(item: KeyResult | Objective, measure: Measure) -> Iterator[RowWords]:
    """The sentences about an item: `Typed as “On track”.`, `Committed.`, `Stretch goal: 150.`,
    `Confidence: 40 %.`, `Comment: two deals late`.
    """
    typed = disagreement(item, measure)
    if typed is not None:
        yield RowWords("status", typed)
    if item.commitment is not None:
        words = f"{item.commitment.value.capitalize()}.{_passing(item, measure)}"
        yield RowWords("commitment", words)
    elif measure.passes is not None:
        yield RowWords("score", _passing(item, measure).strip())
    if measure.band is not None:
        yield RowWords("score", f"Its score is \u201c{measure.band}\u201d.")
    stretch = item.stretch if isinstance(item, KeyResult) else None
    if stretch is not None:
        unit = f" {item.unit}" if isinstance(item, KeyResult) and item.unit else ""
        yield RowWords("stretch", f"Stretch goal: {text_of(stretch)}{unit}.")
    if item.confidence is not None:
        yield RowWords("confidence", f"Confidence: {percent(item.confidence)}.")
    if item.comment is not None:
        comment = " ".join(item.comment.split())
        shown = comment if len(comment) <= _LONGEST else f"{comment[: _LONGEST - 3]}..."
        yield RowWords("comment", f"Comment: {shown}")


def disagreement(item: KeyResult | Objective, measure: Measure) -> str | None:
    """`Typed as “On track”.` where the team's own status is another one than that of okrsync; None
    where they agree, or where the typed one is taken.
    """
    if item.typed_status is None or item.given_status is None or measure.set_aside is not None:
        return None
    if item.given_status is measure.status or "given-status" in measure.rules:
        return None
    return f"Typed as \u201c{' '.join(item.typed_status.split())[:60]}\u201d."


def _passing(item: KeyResult | Objective, measure: Measure) -> str:
    if measure.passes is None:
        return ""
    if measure.passes:
        return " It passes."
    is_committed = item.commitment is Commitment.COMMITTED
    return " It does not pass: only 100 % does." if is_committed else " It does not pass."
