"""The header of a table as it was read, and the context in which it is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import field as struct_field

from okrsync.mapping.header.judgement import Doubt, Judged
from okrsync.mapping.sheet import CheckInColumn
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle
from okrsync.model.table import CellValue

__all__ = ["Header", "HeaderContext"]


class Header(Frozen, frozen=True):
    """The header of a table: the number of its row (None where the source declares its columns),
    the column of each role, and the text of each column. `titles` are the columns that hold titles.
    `missing` are the headers that the mapping names and the table lacks, by role; `reason` says why
    there is no header, where `roles` is empty; `loose` are the columns of a row that has words for
    roles, whether it is the header of a list of OKRs or not. `periods` are the periods that have
    blocks of columns, and `cycle` is that of the chosen block; `labels` are the values of cells
    above the header that apply to the whole table, by role, with their row number and column.
    """

    row: int | None
    roles: Mapping[str, int]
    names: tuple[str, ...]
    missing: Mapping[str, tuple[str, ...]] = struct_field(default_factory=dict)
    titles: tuple[int, ...] = ()
    reason: str | None = None
    loose: Mapping[str, int] = struct_field(default_factory=dict)
    cycle: Cycle | None = None
    periods: tuple[str, ...] = ()
    labels: Mapping[str, tuple[CellValue, tuple[int, int]]] = struct_field(default_factory=dict)
    judged: Mapping[int, Judged] = struct_field(default_factory=dict)
    """What was judged of each column, with its evidence."""
    doubts: tuple[Doubt, ...] = ()
    """What words and content leave open. The role in question has no column here."""
    is_log: bool = False
    """Whether the rows may be check-ins of key results that stand in another table."""
    may_be_log: bool = False
    """The same of a list: it depends on whether another table states the same key results."""
    of_objectives: Mapping[str, int] = struct_field(default_factory=dict)
    """Columns that belong to the objective of a row, where other columns belong to its key result:
    `Objective owner`.
    """
    check_ins: tuple[CheckInColumn, ...] = ()
    """Columns that hold one check-in each, in the order of their days."""
    beside: tuple[range, ...] = ()
    """The columns of other tables that stand beside this one."""

    @property
    def own_names(self) -> tuple[str, ...]:
        """The text of each column, empty for those of other tables."""
        if not self.beside:
            return self.names
        others = {column for columns in self.beside for column in columns}
        return tuple("" if column in others else name for column, name in enumerate(self.names))


class HeaderContext(Frozen, frozen=True):
    """What reading a header depends on besides the table: okrsync's own columns by field, which are
    never read as input, today, and the configured cycle.
    """

    owned: Mapping[str, str]
    today: date
    cycle: Cycle
    fiscal_year_start: int = 1
