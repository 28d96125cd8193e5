"""Why a table was understood as it was: what each column was taken for, how sure that is, and what
only its keeper can say.
"""

from __future__ import annotations

from dataclasses import dataclass

from okrsync.model.table import CellRef

__all__ = ["Answer", "ColumnReading", "Question"]


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """One column: its place (from 0), its header, the role it was given (None: it is not read) and
    how sure that is, from 0 to 1.

    `because` says in a sentence what told, words and content; `samples` are up to two values as
    they stand in it; `others` are roles it could have as well, the likeliest first.
    """

    column: int
    header: str
    role: str | None
    confidence: float
    because: str
    samples: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer a question can have: the words for people, and the value the mapping then says
    under the question's key.
    """

    words: str
    value: object


@dataclass(frozen=True, slots=True)
class Question:
    """Something that words and content leave open. Until it is answered nothing is guessed: what it
    is about is not read.

    `key` is where the answer goes in the mapping file, such as `values.date_order` or
    `columns.target`.
    """

    table: str
    at: CellRef
    text: str
    key: str
    answers: tuple[Answer, ...]
