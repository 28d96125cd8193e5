"""A table with a known header, and the records that layouts read from it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from operator import is_
from types import MappingProxyType
from typing import Literal

from msgspec import Struct
from msgspec import field as struct_field

from okrsync.mapping.values.kinds import row_kinds
from okrsync.mapping.values.references import plain_references
from okrsync.mapping.words import normal
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Serves
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellError, CellRef, CellValue, Row, Table, text_of

__all__ = ["CheckInColumn", "Drawn", "Record", "Section", "Sheet", "folded"]

_ROW_KINDS = ("objective", "key_result", "other")
# One for all rows, instead of an empty dictionary for each.
NO_CELLS: Mapping[str, tuple[int, int]] = {}
NO_REFS: Mapping[str, CellRef] = {}
_NO_VALUES: Mapping[str, CellValue] = MappingProxyType({})


class Record(Struct, gc=False):
    """One OKR in the common form of all layouts: its kind, the row its answers are written to, and,
    for a key result, the index of its objective among the records (None: it has none). `elsewhere`
    are the row number and column of values in another row, by role; `values` are those values.
    """

    kind: Literal["objective", "key_result"]
    row: Row
    title_column: int
    objective: int | None = None
    # It becomes part of an `Origin`, which the state file keeps: msgspec writes dictionaries only.
    elsewhere: Mapping[str, tuple[int, int]] = struct_field(default_factory=lambda: NO_CELLS)
    values: Mapping[str, CellValue] = _NO_VALUES
    states_row: bool = True
    """Whether the row belongs to this item; False for an objective that is only named in the rows
    of its key results.
    """
    roles: Mapping[str, int] | None = None
    """The columns of this record, where they differ from those of the sheet: several key results in
    one row have different columns.
    """
    title: str | None = None
    """The title, where it is not the whole text of its cell."""
    serves: tuple[Serves, ...] = ()
    """The objectives of a key result that names several, the one it is placed under first."""


class Drawn(Frozen, frozen=True):
    """What a layout finds in a table without a header of columns: its first row, the columns of its
    titles, and the rows with OKRs.
    """

    head: Row
    columns: tuple[int, ...]
    rows: tuple[Row, ...]


class Section(Frozen, frozen=True):
    """A heading inside a table, and what it says of the rows below it: `text` is the value of
    `role`, a period or a team (None: it names a part that has no role).
    """

    row_number: int
    column: int
    text: str
    role: str | None = "cycle"


class CheckInColumn(Frozen, frozen=True):
    """A column of one check-in: its role, and its first and last day (None where its name gives no
    day).
    """

    column: int
    role: str
    start: date | None
    end: date | None

    def day(self, today: date) -> date | None:
        """The day of its values: its last day, or today if that is earlier."""
        return None if self.end is None else min(self.end, today)

    def is_ahead(self, today: date) -> bool:
        """Whether all of its days are in the future."""
        return self.start is not None and self.start > today


class Sheet:
    """A table below its header, without the rows that are no OKRs.

    `names` are the texts of the header; `labels` are values above it that apply to the whole table,
    by role, with their row number and column. For a table without a header of columns, `drawn` is
    what its layout found. `kinds` are the mapping's own words for the kinds of rows.
    `of_objectives` are columns that belong to the objective in each row; `check_ins` are columns
    with one check-in each, in the order of their days. `header_row` is the number of the row with
    the column names, None where there is none. `sections` are the headings that name a period, by
    row number.
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
        sections: Mapping[int, Section] = MappingProxyType({}),
    ) -> None:
        self.table = table
        self.sections = sections
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
        self.index = {row.number: index for index, row in enumerate(rows)}
        self._texts: dict[int, list[str]] = {}

    @property
    def has_order(self) -> bool:
        """Whether a row can be understood from the rows above it."""
        return self.table.has_order

    def without(self, rows: Collection[int]) -> Sheet:
        """The same sheet without some of its rows, by their numbers."""
        return self._changed(self.roles, [row for row in self.rows if row.number not in rows])

    def of_rows(self, rows: Sequence[Row]) -> Sheet:
        """The same sheet with these of its rows only, in this order."""
        is_all = len(rows) == len(self.rows) and all(map(is_, rows, self.rows))
        return self if is_all else self._changed(self.roles, rows)

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
            self.sections,
        )

    def parts(self) -> Iterator[tuple[Section | None, Sheet]]:
        """The sheet cut at its sections, each with its own rows; what stands above the first of
        them has none.
        """
        starts = sorted(self.sections)
        rows: dict[int, list[Row]] = {}
        for row in self.rows:
            rows.setdefault(bisect_right(starts, row.number), []).append(row)
        for index, of_section in rows.items():
            section = self.sections[starts[index - 1]] if index else None
            yield section, self._changed(self.roles, of_section)

    def texts(self, role: str) -> list[str]:
        """The stripped texts of a role's column, one per row; empty where there is no such column
        or the cell is empty.

        A whole column is read at once and only once: a large sheet has a hundred thousand rows.
        """
        return self.texts_in(self.roles.get(role, -1))

    def texts_in(self, column: int) -> list[str]:
        """The same for a column; -1 is none."""
        texts = self._texts.get(column)
        if texts is None:
            texts = self._texts[column] = (
                [""] * len(self.rows) if column < 0 else _column_texts(self.rows, column)
            )
            if column >= 0 and column == self.roles.get("parent"):
                ids = {*self.texts("id"), *self.texts("objective_id")}
                texts[:] = [plain_references(text, ids) for text in texts]
        return texts

    def text_in(self, row: Row, column: int) -> str:
        """The stripped text of a cell."""
        return self.texts_in(column)[self.index[row.number]]

    def text(self, row: Row, role: str) -> str:
        """The text of a role's cell in one row."""
        return self.texts(role)[self.index[row.number]]

    def kind(self, row: Row) -> str | None:
        """The meaning of the word for a row's kind (`objective`, `key_result`, `other`, or a kind
        of measure such as `boolean`); None where it is unknown.
        """
        text = self.text(row, "kind")
        return self.kinds[text] if text else None

    @cached_property
    def kinds(self) -> Mapping[str, str | None]:
        """The meaning of each word in the column of kinds; None where it is unknown."""
        return row_kinds({text for text in self.texts("kind") if text}, self._kinds)

    @cached_property
    def separates_kinds(self) -> bool:
        """Whether the column of kinds separates objectives from key results; a column that says how
        each is measured (`Number`, `Boolean`) does not.
        """
        return any(kind in _ROW_KINDS for kind in self.kinds.values())

    @cached_property
    def filled(self) -> tuple[int, int, int]:
        """The numbers of rows with both an objective and a key result, with only an objective, and
        with only a key result.
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
        """Whether objectives and key results share one column."""
        return "objective" in self.roles and self.roles.get("objective") == self.roles.get(
            "key_result"
        )


_PAGE = lazy_pattern(
    r"\s*\((?:https://(?:www\.|app\.)?notion\.(?:so|com|site)/[^()\s]*|[^()]*[0-9a-f]{32}[^()]*\.(?:md|csv))\)"
)
"""The page that Notion's CSV export names behind each title of a relation: `Grow
(https://www.notion.so/Grow-0f1e2d...)`.
"""


def without_pages(text: str) -> str:
    """A text without the pages of Notion that it names."""
    return _PAGE.sub("", text) if text[-1:] == ")" else text


_REPEATED = (int, float, date)
"""Of each of these types, equal values have equal texts."""


def _column_texts(rows: Sequence[Row], column: int) -> list[str]:
    texts = []
    # A column of numbers or days repeats few.
    read: dict[tuple[type, CellValue], str] = {}
    for row in rows:
        values = row.values
        value = values[column] if column < len(values) else None
        if type(value) is str:
            text = value.strip()
            if text[-1:] == ")":
                text = without_pages(text)
        elif value is None or isinstance(value, CellError):
            text = ""
        elif type(value) in _REPEATED:
            key = (type(value), value)
            known = read.get(key)
            text = known if known is not None else read.setdefault(key, text_of(value))
        else:
            text = text_of(value).strip()
        texts.append(text)
    return texts


def folded(text: str) -> str:
    """A text in the form in which titles are compared. Long texts skip the costly normal form."""
    return normal(text) if len(text) <= 200 else " ".join(text.split()).casefold()
