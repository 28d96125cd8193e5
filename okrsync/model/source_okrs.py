"""The OKRs of one source, and how each of its tables was understood."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import field as struct_field

from okrsync.model.evidence import ColumnReading, Question
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Objective, Owned, Skip, Warning_

__all__ = ["Okrs", "TabReading"]


class TabReading(Frozen, frozen=True):
    """How one table was understood: its layout, its header's row number and the column of each
    role; or, with `layout` None, why it was not.

    `score` says how much it looks like a table of OKRs, from 0 to 1; `because` gives the reasons
    for the layout and the header; `columns` is how each column was read, if that was requested.
    """

    table: str
    layout: str | None
    header_row: int | None
    roles: Mapping[str, int]
    reason: str | None = None
    score: float = 0.0
    because: tuple[str, ...] = ()
    columns: tuple[ColumnReading, ...] = ()
    field_names: tuple[str, ...] | None = None
    """The names of the fields by their number from 0, where these are rows (a transposed table);
    None where fields are columns.
    """


class Okrs(Frozen, frozen=True):
    """The OKRs of one source, its warnings and skips, and the columns that okrsync may write."""

    source: str
    objectives: tuple[Objective, ...]
    warnings: tuple[Warning_, ...]
    skips: tuple[Skip, ...]
    owned: tuple[Owned, ...]
    tabs: tuple[TabReading, ...]
    questions: tuple[Question, ...] = ()
    """What only the owner of the source can answer. What a question is about is not read until the
    mapping answers it.
    """
    unclear: Mapping[tuple[str, int], str] = struct_field(default_factory=dict)
    """By table and row number, why nothing is written beside a row: nothing distinguishes it from
    another row with the same id.
    """
