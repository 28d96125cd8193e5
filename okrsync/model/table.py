"""What every source looks like once read: tables of rows of cells.

A connector turns its place, whatever it is, into a `Snapshot` of `Table`s. Values keep the type the
place gave them; what they *mean* is for the mapping to say. A row may carry an anchor, a mark that
stays with the row when it moves (a page id, developer metadata); where a place has none, rows are
told apart by what stands in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import field as struct_field
from msgspec.structs import replace

from okrsync.model.frozen import Frozen
from okrsync.model.patterns import lazy_pattern

__all__ = [
    "COVERED",
    "FORMULA",
    "LOCKED",
    "MONEY",
    "PERCENT",
    "ROLLED",
    "STRUCK",
    "UNCALCULATED",
    "CellError",
    "CellRef",
    "CellValue",
    "ColumnRef",
    "IdentityCell",
    "Merge",
    "Row",
    "RowRef",
    "Snapshot",
    "Table",
    "Twins",
    "cell_number",
    "column_letters",
    "column_number",
    "identity_text",
    "is_blank",
    "look_of",
    "right_edge",
    "rows_of",
    "same_identity",
    "same_value",
    "text_of",
]


class CellError(Frozen, frozen=True):
    """An error value in a cell, such as `#REF!`. It is neither a number nor a text."""

    code: str

    def __str__(self) -> str:
        return self.code


CellValue = (
    str | int | float | Decimal | bool | date | datetime | time | timedelta | CellError | None
)
"""What a cell can hold. None is an empty cell; `""` counts as empty too (`is_blank`)."""

if TYPE_CHECKING:
    HeldValue = CellValue
else:
    # msgspec reads no union of several types that are texts in JSON: days and decimals come back
    # from the state file as texts (https://jcristharif.com/msgspec/supported-types.html#union-optional).
    HeldValue = str | int | float | bool | CellError | None

# Marks of single cells, kept as one byte a cell in `Row.marks`; they can be added up.
FORMULA = 1
"""The value comes from a formula; nobody but its author may replace it."""
PERCENT = 2
"""The cell has a percent format, so 0.48 is shown as 48 %."""
COVERED = 4
"""The cell is part of a merged cell, but not its first; it cannot hold a value of its own."""
LOCKED = 8
"""A protection refuses writes to the cell."""
UNCALCULATED = 32
"""The cell has a formula without a stored value: the program that wrote the file never calculated
it.
"""
STRUCK = 64
"""The whole text of the cell is struck through: its item was dropped."""
ROLLED = 16
"""The service calculates the value from other rows (a rollup). It can be compared with, but nobody
entered it.
"""


MONEY = 128
"""The number is shown with the sign of money that `Table.money` holds for its column."""


class CellRef(Frozen, frozen=True, gc=False):
    """An address as people say it: `KRs!F7` in a sheet, `OKRs!Grow revenue · Progress` in a
    database.
    """

    table: str
    address: str

    def __str__(self) -> str:
        return f"{self.table}!{self.address}"


class Merge(Frozen, frozen=True):
    """A merged block, counted from 0, both ends included. Its value stands in the first cell."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class Row(Frozen, frozen=True, gc=False):
    """One row as read.

    `number` is what a person sees at its side, from 1. `values` may be shorter than the table is
    wide: what is beyond its end is empty. `marks` is empty, or holds one byte of marks for each
    value; it may reach further, where a formula shows nothing or a protection covers empty cells.
    `anchor` stays with the row when it moves and is None where the place has nothing of the kind.
    `label` names the row in addresses, where a row number means nothing (a page's title); None
    means the number is used.
    """

    number: int
    values: tuple[CellValue, ...]
    anchor: str | None = None
    marks: bytes = b""
    label: str | None = None

    def value(self, column: int) -> CellValue:
        """The value in a column counted from 0; None beyond the end of the row."""
        return self.values[column] if column < len(self.values) else None

    def mark(self, column: int) -> int:
        """The marks of a cell, added up; 0 where it has none."""
        return self.marks[column] if column < len(self.marks) else 0

    @property
    def is_empty(self) -> bool:
        """Whether no cell of the row holds anything."""
        # Of most rows the first cell tells; all rows are asked this several times.
        for value in self.values:
            if value is not None and (not isinstance(value, str) or value.strip()):
                return False
        return True

    @property
    def is_lone(self) -> bool:
        """Whether a single cell of the row holds something."""
        return not self.fills_more_than(1) and not self.is_empty

    def fills_more_than(self, count: int) -> bool:
        """Whether more than so many cells of the row hold something."""
        for value in self.values:
            if value is not None and (not isinstance(value, str) or value.strip()):
                if not count:
                    return True
                count -= 1
        return False


class Table(Frozen, frozen=True):
    """One tab, file or database as read.

    `key` is what the place itself calls it for good (a sheet id, a data source id); `name` is what
    people call it and what addresses begin with. `header` holds the column names where the place
    declares them (a database); it is None where the names stand in some row, which the mapping then
    finds. `owned` tells, for the fields okrsync writes, in which column the place itself knows them
    to be (a property id, column metadata); it is empty where the place has nothing of the kind and
    the header decides. `column_ids` holds, by column from 0, what the place itself calls a column
    for good, whatever its header says (a property id, column metadata); a column that is not in it
    has nothing of the kind. `date_order` is the order in which the place writes days and months
    where it says so: `"dmy"`, `"mdy"` or `"ymd"`. `lock` says in words what locks the cells marked
    `LOCKED` and how they are opened; None where there is nothing special to say. `people` are names
    in its cells of which the place itself knows the e-mail address, each with that address.
    `has_order` is False where rows and columns come in any order, whatever people see: nothing can
    then be understood from what stands above or beside. `money` holds, by column, the sign that the
    cells marked `MONEY` are shown with; a column with several signs is not in it.
    """

    key: str
    name: str
    rows: tuple[Row, ...]
    header: tuple[str, ...] | None = None
    merges: tuple[Merge, ...] = ()
    owned: Mapping[str, int] = struct_field(default_factory=dict)
    column_ids: Mapping[int, str] = struct_field(default_factory=dict)
    locale: str | None = None
    date_order: str | None = None
    note: str | None = None
    lock: str | None = None
    people: tuple[tuple[str, str], ...] = ()
    has_order: bool = True
    money: Mapping[int, str] = struct_field(default_factory=dict)

    @property
    def width(self) -> int:
        """How many columns the widest row has, or the declared header."""
        return max((len(row.values) for row in self.rows), default=len(self.header or ()))

    def ref(self, row: Row, column: int) -> CellRef:
        """The address of a cell as people say it."""
        return CellRef(self.name, self.address(row, column))

    def head_ref(self, column: int, row_number: int | None) -> CellRef:
        """The address of the name of a column; `row_number` is the row it stands in, if any."""
        if self.header is not None and column < len(self.header):
            return CellRef(self.name, self.header[column])
        return CellRef(self.name, f"{column_letters(column)}{row_number or 1}")

    def address(self, row: Row, column: int) -> str:
        """The part of an address after the table's name."""
        if self.header is not None:
            name = self.header[column] if column < len(self.header) else column_letters(column)
            return f"{row.label or f'row {row.number}'} · {name}"
        return f"{column_letters(column)}{row.number}"


class Snapshot(Frozen, frozen=True):
    """All tables of one source at one moment.

    `version` changes whenever the content does and is compared for equality only. `read_at` is the
    moment of reading, with its time zone. `notes` are remarks of the connector about what it left
    out and why, in sentences. `title` is what people call the place as a whole (a spreadsheet's
    title, a file's name), None where it has no name.
    """

    source: str
    tables: tuple[Table, ...]
    version: str
    read_at: datetime
    notes: tuple[str, ...] = ()
    title: str | None = None

    def table(self, key: str) -> Table | None:
        """The table with that key, or None when it is no longer there."""
        return next((table for table in self.tables if table.key == key), None)

    def without_rows(self) -> Snapshot:
        """What is left to keep once nothing will be compared or written any more: which tables
        there were.
        """
        return replace(
            self, tables=tuple(replace(table, rows=(), merges=()) for table in self.tables)
        )


class ColumnRef(Frozen, frozen=True, gc=False):
    """How a column is found again: by the id its place has for it (None where it has none), else by
    its header and the row number the header stands in (None where the place declares its columns).
    `index` says where it was (from 0, None when it is yet to be made).
    """

    index: int | None
    header: str
    header_row: int | None = None
    id: str | None = None


class IdentityCell(Frozen, frozen=True, gc=False):
    """One of the cells that make a row this row: its role (empty where it has none), its column and
    its value as read.
    """

    role: str
    column: ColumnRef
    value: HeldValue


class Twins(Frozen, frozen=True):
    """Tells a row apart from those that read alike, as long as none of them moved.

    `columns` are the columns that people fill in, okrsync's own left out; `own` sums up what stood
    in them in this row, `others` where the other rows stood and what they held. `is_alone` says
    that no other row held the same, so that the row is known by its content after it moved.
    """

    columns: tuple[ColumnRef, ...]
    own: str
    others: str
    is_alone: bool


class RowRef(Frozen, frozen=True, gc=False):
    """How a row is found again at the moment of writing, whatever moved meanwhile.

    `number` and `anchor` say where it was and how the place knows it; `identity` holds the cells
    that make it this row. A row is the right one only if its identity cells still hold these very
    values; the anchor and the number only tell where to look first. `twins` is None where no other
    row read alike. `okrsync.model.row_finder` finds it.
    """

    number: int
    anchor: str | None
    identity: tuple[IdentityCell, ...]
    label: str | None = None
    twins: Twins | None = None


_LETTERS = lazy_pattern(r"([A-Z]{1,3})([0-9]+)")
# A float has at most 308 digits before the point.
_MOST_DIGITS = 400
"""Numbers with more digits than this are not written out: `1E999999` would take a megabyte."""


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The column, counted from 0, that has these letters: A is 0, AA is 26. Case does not
    matter.
    """
    number = 0
    # Base 26 without a zero: after Z comes AA, so every letter counts from 1.
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_number(address: str) -> tuple[int, int]:
    """Row number (from 1) and column (from 0) of an address such as `D7`. ValueError when it is
    none.
    """
    match = _LETTERS.fullmatch(address.replace("$", "").upper())
    if match is None:
        raise ValueError(f"not a cell address: {address!r}")
    return int(match[2]), column_number(match[1])


_STRETCH = 50
"""Empty columns between a table and what stands far from it."""


def right_edge(table: Table) -> int:
    """The first column to the right of everything a table holds: where a new column belongs.

    Formulas count although they may show nothing, and so do merges. A format or a protection is no
    content. What stands far out, behind an empty stretch that takes all columns okrsync may make,
    does not count: nobody would look for answers there.
    """
    taken_marks = FORMULA | COVERED
    widest = max((max(len(row.values), len(row.marks)) for row in table.rows), default=0)
    while widest and all(
        is_blank(row.value(widest - 1)) and not row.mark(widest - 1) & taken_marks
        for row in table.rows
    ):
        widest -= 1
    widest = max(widest, max((merge.last_column + 1 for merge in table.merges), default=0))
    return widest if widest <= 2 * _STRETCH else _before_empty_stretch(table, taken_marks, widest)


def _before_empty_stretch(table: Table, taken_marks: int, widest: int) -> int:
    """Where the first empty stretch of a very wide table begins; its right edge where there is
    none.
    """
    filled_columns = {
        column
        for row in table.rows
        for column in range(max(len(row.values), len(row.marks)))
        if not is_blank(row.value(column)) or row.mark(column) & taken_marks
    }
    for merge in table.merges:
        filled_columns.update(range(merge.first_column, merge.last_column + 1))
    last = min(filled_columns, default=0)
    for column in sorted(filled_columns):
        if column - last > _STRETCH:
            return last + 1
        last = column
    return widest


def is_blank(value: CellValue) -> bool:
    """Whether a cell holds nothing a person would see. Zero and False are something."""
    return value is None or (isinstance(value, str) and not value.strip())


def same_value(value: CellValue, other: CellValue) -> bool:
    """Whether two answers look the same to a person.

    Numbers are equal across types (1, 1.0, Decimal("1")) up to the twelve digits a spreadsheet
    shows; empty and None are one; a text and a number never are. What makes a row this row is
    compared by `same_identity`.
    """
    if value is None:
        return is_blank(other)
    if is_blank(value) or is_blank(other):
        return is_blank(value) and is_blank(other)
    # Python counts True as 1; to a person a ticked box and a 1 are different answers.
    if isinstance(value, bool) or isinstance(other, bool):
        return isinstance(value, bool) and isinstance(other, bool) and value == other
    if isinstance(value, int | float | Decimal) and isinstance(other, int | float | Decimal):
        # Sheets and Excel keep 15 digits and show fewer: 0.1 + 0.2 must equal 0.3 here.
        return value == other or abs(float(value) - float(other)) <= 1e-12 * max(
            abs(float(value)), abs(float(other))
        )
    if isinstance(value, date) and isinstance(other, date):
        return _moment(value) == _moment(other)
    return type(value) is type(other) and value == other


def look_of(value: CellValue) -> tuple[str, str]:
    """What a person sees of a value: equal for values that are `same_value`, in a form that can be
    kept in a set. Of numbers, twelve digits count.
    """
    if is_blank(value):
        return "", ""
    if isinstance(value, bool):
        return "bool", str(value)
    if isinstance(value, int | float | Decimal):
        return "number", f"{float(value):.12g}"
    if isinstance(value, date):
        return "date", _moment(value).isoformat()
    return type(value).__name__, str(value)


def _moment(day: date) -> datetime:
    return (
        day.replace(tzinfo=None)
        if isinstance(day, datetime)
        else datetime(day.year, day.month, day.day)
    )


def same_identity(value: CellValue, other: CellValue) -> bool:
    """Whether two cells name the same thing: digit by digit and letter by letter.

    A service may give 7 as 7, 7.0 or "7", which are one; no two different numbers ever are.
    """
    return identity_text(value) == identity_text(other)


def identity_text(value: CellValue) -> str:
    """A value as identities compare it: exact, whatever type the place gave it. Empty for an empty
    cell.
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < _MOST_DIGITS:
        digits = format(value, "f")
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    return text_of(value)


def text_of(value: CellValue) -> str:
    """The value as a person would read it in a message: 0.5 not 0.50, 2026-11-02, nothing for an
    empty cell.
    """
    if value is None:
        return ""
    # Above 2**53 a float no longer has every integer, and its digits would be invented.
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, Decimal):
        text = str(value)
        # Most numbers are short, and the normal form takes five times as long.
        if len(text) <= 28 and "E" not in text:
            return text.rstrip("0").rstrip(".") if "." in text else text
        return format(value.normalize(), "f") if value.is_finite() else text
    return str(value)


def rows_of(grid: Iterable[Sequence[CellValue]]) -> tuple[Row, ...]:
    """Rows made from plain lists, numbered from 1: for tests and for sources that have no more to
    say.
    """
    return tuple(Row(number, tuple(values)) for number, values in enumerate(grid, start=1))
