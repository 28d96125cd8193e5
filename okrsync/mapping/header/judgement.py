"""The judgement of a table's columns: the role of each and why, and what is in doubt."""

from __future__ import annotations

from msgspec import Struct
from msgspec import field as struct_field

from okrsync.model.evidence import Answer
from okrsync.model.frozen import Frozen

__all__ = ["MEASURES", "Doubt", "Judged", "Judgement"]

MEASURES = ("baseline", "current", "target")
"""The three numbers of a key result, by role."""


class Judged(Frozen, frozen=True):
    """The role of one column (None: it is not read), the confidence in it from 0 to 1, and the
    reason. `others` are roles that it could have instead.
    """

    role: str | None
    confidence: float
    because: str
    others: tuple[str, ...] = ()
    is_plain_title: bool = False
    """Whether its header only says `title` or `name`, so that other columns must show what kind of
    titles it holds.
    """


class Doubt(Frozen, frozen=True):
    """Something that words and content leave open: the role in question, its column, and the
    possible answers, which go to `key` in the mapping.

    A doubt about titles affects the whole table.
    """

    role: str
    column: int
    text: str
    answers: tuple[Answer, ...]

    @property
    def is_about_titles(self) -> bool:
        """Whether the table cannot be read at all without an answer."""
        return self.role in ("objective", "key_result")

    @property
    def key(self) -> str:
        """The key of the mapping that takes the answer."""
        return f"columns.{self.role}"


class Judgement(Struct):
    """The roles of a header: the column of each, what was judged of every column with a header, and
    what is in doubt.
    """

    roles: dict[str, int]
    judged: dict[int, Judged]
    doubts: list[Doubt]
    of_objectives: dict[str, int] = struct_field(default_factory=dict)
    """Columns that belong to the objective. `roles` has the column of the key result, if any."""
