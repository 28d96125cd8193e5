"""A table whose header is known, and the records that layouts make of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from okrsync.mapping.values.kinds import row_kinds
from okrsync.mapping.values.references import plain_references
from okrsync.mapping.words import normal
from okrsync.model.okrs import Serves
from okrsync.model.table import CellError, CellValue, Row, Table, text_of

__all__ = ["CheckInColumn", "Drawn", "Record", "Sheet", "folded"]

_ROW_KINDS = ("objective", "key_result", "other")
NO_CELLS: Mapping[str, tuple[int, int]] = {}


@dataclass(slots=True)
class Record:
    """One OKR in normal form: what it is, the row its answers go to, and, for a key result, the
    place of its objective among the records (None: it has none). `elsewhere` tells, by role, the
    row number and column of values that stand in another row; `values` what stands there.
    """

    kind: Literal["objective", "key_result"]
    row: Row
    title_column: int
    objective: int | None = None
    elsewhere: Mapping[str, tuple[int, int]] = field(default_factory=lambda: NO_CELLS)
    values: Mapping[str, CellValue] = field(default_factory=dict)
    states_row: bool = True
    """Whether the row speaks of this item; False for an objective that is only told beside its key
    results.
    """
    roles: Mapping[str, int] | None = None
    """The columns of this record, where they are not those of the sheet: of several key results in
    one row each has its own.
    """
    title: str | None = None
    """The title, where it is not the whole text of its cell."""
    serves: tuple[Serves, ...] = ()
    """The objectives of a key result that names several, the one it stands under first."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a layout finds in a table that has no header of columns: its first row, the columns its
    titles stand in, and the rows that matter.
    """

    head: Row
    columns: tuple[int, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class CheckInColumn:
    """A column of one check-in: its role, and the first and last day it speaks of (None where its
    name tells no day).
    """

    column: int
    role: str
    start: date | None
    end: date | None

    def day(self, today: date) -> date | None:
        """The day its values are of: its last, or today where that is sooner."""
        return None if self.end is None else min(self.end, today)

    def is_ahead(self, today: date) -> bool:
        """Whether it speaks of days to come only."""
        return self.start is not None and self.start > today


class Sheet:
    """A table below its header, with the rows that are no OKRs left out.

    `names` are the texts of the header; `labels` what cells above it say of the whole table, by
    role: the value and its row number and column. A table that has no header of columns has been
    `drawn` by its layout instead. `kinds` are the mapping's own words for the kinds of rows.
    `of_objectives` are columns that tell of the objective in each row; `check_ins` columns of which
    each holds one check-in, in the order of their days. `header_row` is the number
    of the row with the names of columns, None where there is none.
    """

    def __init__(
        self,
        table: Table,
        roles: Mapping[str, int],
        rows: Sequence[Row],
        names: Sequence[str] = (),
        labels: Mapping[str, tuple[CellValue, tuple[int, int]]] = MappingProxyType({}),
        drawn: Drawn | None = None,
        kinds: Mapping[str, str] = MappingProxyType({}),
        of_objectives: Mapping[str, int] = MappingProxyType({}),
        check_ins: Sequence[CheckInColumn] = (),
        header_row: int | None = None,
    ) -> None:
        self.table = table
        self.header_row = header_row
        self.roles = roles
        self.rows = rows
        self.names = names
        self.labels = labels
        self.drawn = drawn
        self._kinds = {normal(word): kind for word, kind in kinds.items()}
        self._words_for_kinds = kinds
        self.of_objectives = of_objectives
        self.check_ins = check_ins
        self.index = {row.number: at for at, row in enumerate(rows)}
        self._texts: dict[int, list[str]] = {}

    def without(self, rows: Collection[int]) -> Sheet:
        """The same sheet without some of its rows, by their numbers."""
        return self._changed(self.roles, [row for row in self.rows if row.number not in rows])

    def with_roles(self, roles: Mapping[str, int]) -> Sheet:
        """The same sheet with other roles for its columns."""
        return self._changed(roles, self.rows)

    def _changed(self, roles: Mapping[str, int], rows: Sequence[Row]) -> Sheet:
        return Sheet(
            self.table,
            roles,
            rows,
            self.names,
            self.labels,
            self.drawn,
            self._words_for_kinds,
            self.of_objectives,
            self.check_ins,
            self.header_row,
        )

    def texts(self, role: str) -> list[str]:
        """The texts of a role's column, a row each, without blanks around; empty where there is no
        such column or nothing in the cell.

        A whole column is read at once, and once: a large sheet has a hundred thousand rows.
        """
        return self.texts_in(self.roles.get(role, -1))

    def texts_in(self, column: int) -> list[str]:
        """The same for a column; -1 is none."""
        found = self._texts.get(column)
        if found is None:
            found = self._texts[column] = (
                [""] * len(self.rows) if column < 0 else _column_texts(self.rows, column)
            )
            if column >= 0 and column == self.roles.get("parent"):
                ids = {*self.texts("id"), *self.texts("objective_id")}
                found[:] = [plain_references(text, ids) for text in found]
        return found

    def text_in(self, row: Row, column: int) -> str:
        """The text of a cell, without blanks around."""
        return self.texts_in(column)[self.index[row.number]]

    def text(self, row: Row, role: str) -> str:
        """The text of a role's cell in one row."""
        return self.texts(role)[self.index[row.number]]

    def kind(self, row: Row) -> str | None:
        """What the word for a row's kind means (`objective`, `key_result`, `other`, or a kind of
        measure such as `boolean`); None where it is not known.
        """
        text = self.text(row, "kind")
        return self.kinds[text] if text else None

    @cached_property
    def kinds(self) -> Mapping[str, str | None]:
        """What each word in the column of kinds means; None where it is not known."""
        return row_kinds({text for text in self.texts("kind") if text}, self._kinds)

    @cached_property
    def tells_kinds(self) -> bool:
        """Whether the column of kinds says which row is an objective and which a key result; one
        that says how each is measured (`Number`, `Boolean`) does not.
        """
        return any(kind in _ROW_KINDS for kind in self.kinds.values())

    @cached_property
    def filled(self) -> tuple[int, int, int]:
        """How many rows have both an objective and a key result, an objective only, a key result
        only.
        """
        both = first = second = 0
        for objective, key_result in zip(
            self.texts("objective"), self.texts("key_result"), strict=True
        ):
            if objective and key_result:
                both += 1
            elif objective:
                first += 1
            elif key_result:
                second += 1
        return both, first, second

    @property
    def shares_a_column(self) -> bool:
        """Whether objectives and key results stand in one column."""
        return "objective" in self.roles and self.roles.get("objective") == self.roles.get(
            "key_result"
        )


_PAGE = re.compile(
    r"\s*\((?:https://(?:www\.|app\.)?notion\.(?:so|com|site)/[^()\s]*|[^()]*[0-9a-f]{32}[^()]*\.(?:md|csv))\)"
)
"""The page that Notion's CSV export names behind each title of a relation: `Grow
(https://www.notion.so/Grow-0f1e2d...)`.
"""


def _column_texts(rows: Sequence[Row], column: int) -> list[str]:
    texts = []
    for row in rows:
        values = row.values
        value = values[column] if column < len(values) else None
        if type(value) is str:
            text = value.strip()
            texts.append(_PAGE.sub("", text) if text[-1:] == ")" and _PAGE.search(text) else text)
        else:
            texts.append(
                "" if value is None or isinstance(value, CellError) else text_of(value).strip()
            )
    return texts


def folded(text: str) -> str:
    """A text in the form in which titles are compared."""
    return normal(text) if len(text) <= 200 else " ".join(text.split()).casefold()
