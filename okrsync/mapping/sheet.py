"""A table whose header is known, and the records that layouts make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from okrsync.mapping.words import normal
from okrsync.table import CellValue, Row, Table, is_blank, text_of

__all__ = ["Record", "Sheet", "folded"]

NO_CELLS: Mapping[str, tuple[int, int]] = {}


@dataclass(slots=True)
class Record:
    """One OKR in normal form: what it is, the row its answers go to, and, for a key result, the place of its objective among
    the records (None: it has none). `elsewhere` tells, by role, the row number and column of values that stand in another row; `values` what stands there."""

    kind: Literal["objective", "key_result"]
    row: Row
    title_column: int
    objective: int | None = None
    elsewhere: Mapping[str, tuple[int, int]] = field(default_factory=lambda: NO_CELLS)
    values: Mapping[str, CellValue] = field(default_factory=dict)
    states_row: bool = True
    """Whether the row speaks of this item; False for an objective that is only told beside its key results."""


class Sheet:
    """A table below its header, with the rows that are no OKRs left out."""

    def __init__(self, table: Table, roles: Mapping[str, int], rows: Sequence[Row]) -> None:
        self.table = table
        self.roles = roles
        self.rows = rows

    def text(self, row: Row, role: str) -> str:
        """The text of a role's cell, without blanks around; empty where there is no such column or nothing in it."""
        column = self.roles.get(role)
        if column is None or column >= len(row.values):
            return ""
        value = row.values[column]
        if type(value) is str:
            return value.strip()
        return "" if value is None else text_of(value).strip()

    @cached_property
    def filled(self) -> tuple[int, int, int]:
        """How many rows have both an objective and a key result, an objective only, a key result only."""
        objective, key_result = self.roles.get("objective"), self.roles.get("key_result")
        both = first = second = 0
        for row in self.rows:
            has_objective = objective is not None and not is_blank(row.value(objective))
            has_key_result = key_result is not None and not is_blank(row.value(key_result))
            both += has_objective and has_key_result
            first += has_objective and not has_key_result
            second += has_key_result and not has_objective
        return both, first, second

    @property
    def shares_a_column(self) -> bool:
        """Whether objectives and key results stand in one column."""
        return "objective" in self.roles and self.roles.get("objective") == self.roles.get("key_result")


def folded(text: str) -> str:
    """A text in the form in which titles are compared."""
    return normal(text) if len(text) <= 200 else " ".join(text.split()).casefold()
