"""The evidence for how a table was read: the meaning of each column, the confidence in it, and the
questions that only its owner can answer.
"""

from __future__ import annotations

from okrsync.model.frozen import Frozen
from okrsync.model.table import CellRef

__all__ = ["Answer", "ColumnReading", "Question"]


class ColumnReading(Frozen, frozen=True):
    """One column: its index (from 0), its header, its role (None: it is not read) and the
    confidence in that, from 0 to 1.

    `because` gives the reason in a sentence; `samples` are up to two of its values; `others` are
    other roles it could have, the likeliest first.
    """

    column: int
    header: str
    role: str | None
    confidence: float
    because: str
    samples: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class Answer(Frozen, frozen=True):
    """One possible answer to a question: its text for people, and the value that the mapping then
    gets under the question's key.
    """

    words: str
    value: object


class Question(Frozen, frozen=True):
    """Something that words and content leave open. okrsync does not guess: until the question is
    answered, what it is about is not read.

    `key` is the key of the mapping file that takes the answer, such as `values.date_order` or
    `columns.target`.
    """

    table: str
    at: CellRef
    text: str
    key: str
    answers: tuple[Answer, ...]
