"""Rows that are inserted into tables of people, and tabs that are copied: what each holds, and
whether it is there already.

Every connector decides this in the same way; it only differs how a row gets into its place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from msgspec.structs import replace

from okrsync.connector.entries import (
    NO_ROW,
    CopiedTab,
    InsertedRow,
    Outcome,
    RemovedTab,
    State,
    TakenRow,
)
from okrsync.model.frozen import Frozen
from okrsync.model.row_finder import RowFinder, find_column
from okrsync.model.table import (
    FORMULA,
    LOCKED,
    CellValue,
    ColumnRef,
    IdentityCell,
    Row,
    RowRef,
    Table,
    identity_text,
    is_blank,
    same_value,
)

__all__ = [
    "FormulaReach",
    "PlacedRow",
    "copied_table",
    "is_as_copied",
    "place_rows",
    "tab_digest",
    "tab_verdict",
    "table_with_rows",
    "taken_verdict",
]


class FormulaReach(NamedTuple):
    """The first and last row that a formula looks at, counted from its own row (-1 is the row
    above). Cells named absolutely (`$B$1`) do not count.
    """

    first: int
    last: int

    @property
    def is_own_row(self) -> bool:
        """Whether it looks at its own row only."""
        return self.first == self.last == 0


class PlacedRow(Frozen, frozen=True):
    """An inserted row in terms of the table as it is now: the row it is like, the row it goes
    behind, the columns whose content is kept, and the values of all other columns that it fills.
    """

    entry: InsertedRow
    like: Row
    behind: Row
    kept: tuple[int, ...]
    values: Mapping[int, CellValue]

    @property
    def content(self) -> dict[int, CellValue]:
        """What the new row shows, by column."""
        kept = {column: self.like.value(column) for column in self.kept}
        return {**kept, **self.values}


def place_rows(
    entries: Sequence[InsertedRow], table: Table, finder: RowFinder, *, is_unmoved: bool
) -> tuple[list[PlacedRow], dict[str, Outcome]]:
    """The rows to insert, from the top down, and the outcomes of those that are not inserted: they
    stand there already, or have no place any more.
    """
    placed: list[PlacedRow] = []
    outcomes: dict[str, Outcome] = {}
    standing = _Standing(table, finder)
    for entry in entries:
        row = standing.take(entry.key)
        if row is not None:
            column = next(iter(_columns(finder, entry.key) or ()), 0)
            outcomes[entry.id] = Outcome(State.UNCHANGED, None, str(table.ref(row, column)))
            continue
        like, behind = (
            finder.find(ref) or (finder.in_place(ref) if is_unmoved else None)
            for ref in (entry.like, entry.behind)
        )
        kept = [_column_of(finder, column) for column in entry.kept]
        targets = [_column_of(finder, cell.column) for cell in entry.cells]
        if like is None or behind is None:
            outcomes[entry.id] = Outcome(State.CONFLICT, NO_ROW)
        elif None in kept or None in targets:
            outcomes[entry.id] = Outcome(State.CONFLICT, "a column is no longer there")
        else:
            values = {
                column: cell.after
                for column, cell in zip(targets, entry.cells, strict=True)
                if column is not None
            }
            columns = tuple(column for column in kept if column is not None)
            if any(like.mark(column) & LOCKED for column in (*columns, *values)):
                reason = table.lock or "its place is protected: allow editing there"
                outcomes[entry.id] = Outcome(State.SKIPPED, reason)
                continue
            placed.append(PlacedRow(entry, like, behind, columns, values))
    # From the top down; rows behind the same row stay in the order of the batch.
    return sorted(placed, key=lambda each: each.behind.number), outcomes


class _Standing:
    """The rows that hold the keys of inserted rows; each counts for one of them."""

    def __init__(self, table: Table, finder: RowFinder) -> None:
        self._table, self._finder = table, finder
        self._taken: set[int] = set()

    def take(self, key: Sequence[IdentityCell]) -> Row | None:
        columns = _columns(self._finder, key)
        if columns is None or not key:
            return None
        wanted = [identity_text(cell.value) for cell in key]
        for row in self._table.rows:
            if row.number not in self._taken and wanted == [
                identity_text(row.value(column)) for column in columns
            ]:
                self._taken.add(row.number)
                return row
        return None


def _columns(finder: RowFinder, cells: Iterable[IdentityCell]) -> list[int] | None:
    """Where cells stand now; None where one of their columns is gone."""
    columns = [_column_of(finder, cell.column) for cell in cells]
    present = [column for column in columns if column is not None]
    return present if len(present) == len(columns) else None


def taken_verdict(entry: TakenRow, table: Table, finder: RowFinder) -> Row | Outcome:
    """The row to take out, or the outcome if it stays or is gone."""
    row = finder.find(entry.row)
    if row is None:
        return Outcome(State.CONFLICT, NO_ROW)
    ours = {_column_of(finder, column) for column in entry.ours}
    holds = {_column_of(finder, cell.column): cell.value for cell in entry.holds}
    # The other side of a link, which the place fills by itself, has no name to people.
    ours |= {_column_of(finder, cell.column) for cell in entry.holds if cell.role == "link"}
    ours |= {column for column, name in enumerate(table.header or ()) if not name}
    for column in range(max(len(row.values), len(row.marks))):
        value = row.value(column)
        # What a formula comes to may change without anybody's doing.
        if column in ours or row.mark(column) & FORMULA or same_value(value, holds.get(column)):
            continue
        # A checkbox is never empty: nobody has ticked one that is False.
        if value is False and is_blank(holds.get(column)):
            continue
        address = table.ref(row, column)
        return Outcome(State.CONFLICT, f"somebody typed into {address}; the row stays")
    return row


def tab_digest(table: Table, ours: Collection[int] = ()) -> str:
    """What people's cells of a tab hold, in short. Formulas and the columns `ours` do not count."""
    lines = []
    for row in table.rows:
        texts = [
            ""
            if column in ours or row.mark(column) & FORMULA or value is False
            else identity_text(value)
            for column, value in enumerate(row.values)
        ]
        lines.append("\x1f".join(texts).rstrip("\x1f"))
    text = "\x1e".join(lines).rstrip("\x1e")
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def is_as_copied(entry: CopiedTab | RemovedTab, table: Table) -> bool:
    """Whether people's cells of a tab hold what the copy held when it was made."""
    ours = {find_column(table, column) for column in entry.ours}
    return tab_digest(table, {column for column in ours if column is not None}) == entry.digest


def tab_verdict(entry: CopiedTab | RemovedTab, table: Table | None) -> Outcome | None:
    """The outcome for a tab that needs no work, given the tab of that name; None for one to make or
    to remove.
    """
    if isinstance(entry, CopiedTab):
        if table is None:
            return None
        if is_as_copied(entry, table):
            return Outcome(State.UNCHANGED)
        return Outcome(State.CONFLICT, f"there is a tab {entry.name!r} already")
    if table is None:
        return Outcome(State.UNCHANGED, "it is gone already")
    if is_as_copied(entry, table):
        return None
    return Outcome(State.CONFLICT, f"somebody has used the tab {entry.name!r}; it stays")


def copied_table(entry: CopiedTab, table: Table) -> Table | None:
    """What the copy of a tab holds; None where a row that is meant is gone or changed."""
    finder = RowFinder(table, [*entry.left_out, *(cell.row for cell in entry.cells)])

    def meant(ref: RowRef) -> Row | None:
        return finder.find(ref) or finder.in_place(ref)

    left_out = [meant(ref) for ref in entry.left_out]
    if None in left_out:
        return None
    numbers = {row.number for row in left_out if row is not None}
    values: dict[int, dict[int, CellValue]] = {}
    for cell in entry.cells:
        row, column = meant(cell.row), _column_of(finder, cell.column)
        if row is None or column is None or not same_value(row.value(column), cell.before):
            return None
        values.setdefault(row.number, {})[column] = cell.after
    rows = [
        replace(_with_values(row, values.get(row.number, {})), anchor=None)
        for row in table.rows
        if row.number not in numbers
    ]
    shifted = _renumbered(rows, numbers)
    return Table(
        entry.name,
        entry.name,
        tuple(shifted),
        table.header,
        has_order=table.has_order,
        money=table.money,
    )


def _column_of(finder: RowFinder, column: ColumnRef) -> int | None:
    # A column without a name, and a label above the table, are recognised by their position; the
    # content of the row they belong to is compared as well.
    return finder.column(column) if column.header or column.id else column.index


def _with_values(row: Row, values: Mapping[int, CellValue]) -> Row:
    if not values:
        return row
    width = max(len(row.values), max(values) + 1)
    filled = tuple(values.get(column, row.value(column)) for column in range(width))
    marks = bytes(
        row.mark(column) & ~FORMULA if column in values else row.mark(column)
        for column in range(max(len(row.marks), width))
    )
    return replace(row, values=filled, marks=marks)


def _renumbered(rows: Iterable[Row], gone: Collection[int]) -> list[Row]:
    """The rows with the numbers they have once some are gone."""
    below = sorted(gone)
    return [replace(row, number=row.number - bisect_left(below, row.number)) for row in rows]


def table_with_rows(table: Table, placed: Sequence[PlacedRow]) -> Table:
    """The table as it reads once rows are inserted: those below them move down."""
    by_number: dict[int, list[PlacedRow]] = {}
    for each in placed:
        by_number.setdefault(each.behind.number, []).append(each)
    rows: list[Row] = []
    shift = 0
    for row in table.rows:
        rows.append(replace(row, number=row.number + shift))
        for each in by_number.get(row.number, ()):
            shift += 1
            content = each.content
            width = max(len(row.values), *(column + 1 for column in content), 0)
            values = tuple(content.get(column) for column in range(width))
            marks = bytes(
                each.like.mark(column) if column in each.kept else 0 for column in range(width)
            )
            rows.append(Row(row.number + shift, values, None, marks, each.like.label))
    return replace(table, rows=tuple(rows))
