"""The header of a table as it was read, and what it is read for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from okrsync.mapping.header.judgement import Doubt, Judged
from okrsync.mapping.sheet import CheckInColumn
from okrsync.model.okrs import Cycle
from okrsync.model.table import CellValue

__all__ = ["Asked", "Header"]


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table: the number of its row (None where the place declares its columns), the
    column of each role, and the text of each column. `titles` are the columns in which titles
    stand. `missing` names headers the mapping asks for and the table lacks, by role; `reason` says
    why there is no header, where `roles` is empty; `loose` are the columns of a row that has words
    for roles, whether it heads a list of OKRs or not. `periods` are the blocks of columns there are
    for several periods, and `cycle` that of the block that was chosen; `labels` is what cells above
    the header say of the whole table, by role, with their row number and column.
    """

    row: int | None
    roles: Mapping[str, int]
    names: tuple[str, ...]
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles: tuple[int, ...] = ()
    reason: str | None = None
    loose: Mapping[str, int] = field(default_factory=dict)
    cycle: Cycle | None = None
    periods: tuple[str, ...] = ()
    labels: Mapping[str, tuple[CellValue, tuple[int, int]]] = field(default_factory=dict)
    judged: Mapping[int, Judged] = field(default_factory=dict)
    """What was judged of each column, with its evidence."""
    doubts: tuple[Doubt, ...] = ()
    """What words and content leave open. The role that is asked about has no column here."""
    is_log: bool = False
    """Whether the rows may be check-ins of key results that stand in another table."""
    of_objectives: Mapping[str, int] = field(default_factory=dict)
    """Columns that tell of the objective of a row, where others tell of its key result: `Objective
    owner`.
    """
    check_ins: tuple[CheckInColumn, ...] = ()
    """Columns of which each holds one check-in, in the order of their days."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the header is read for: okrsync's own columns by field, which are never read as input,
    today, and the configured cycle.
    """

    owned: Mapping[str, str]
    today: date
    cycle: Cycle
    fiscal_year_start: int = 1
