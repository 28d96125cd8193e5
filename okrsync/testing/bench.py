"""The service or file behind a connector under test, as a person sees it: tests fill, read and edit
it while the connector is at work.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from okrsync.connector import Connector, Context, Settings
from okrsync.model.table import CellValue, is_blank

__all__ = ["Bench", "Grid", "context_for", "trimmed"]

Grid = list[list[CellValue]]


def context_for(base: Path, source: str = "team") -> Context:
    """A context as okrsync would give it, with a memory of its own."""
    return Context(source, base, ZoneInfo("UTC"), lambda: datetime.now(UTC))


class Bench(ABC):
    """One table named `tab`. Rows are counted from 1 and columns from 0, as in a `Row`.

    Methods for what only some services have (formulas, protections, merges, notes, more tabs)
    return False unless overridden; tests that need it are then skipped with a reason.
    """

    tab = "Q4"
    summary_place = "OKR summary"
    """The place of the summary, as in the config."""
    review_place = "Weekly review"
    """The place of the review, as in the config."""
    history_place = "OKR history"
    """The place of the history, as in the config."""
    knows_columns = False
    """Whether the place itself knows a column for good, whatever its header says and holds."""
    numbers_only = False
    """Whether a column of numbers takes nothing but numbers, as in a database."""
    orders_rows = True
    """Whether people can move rows, as in a sheet; those of a database have no order of their
    own.
    """

    @abstractmethod
    def fill(self, rows: Grid) -> None:
        """Make the table hold these rows and nothing else."""

    @abstractmethod
    def connector(self) -> Connector[Settings]:
        """A fresh connector to the place."""

    @abstractmethod
    def grid(self) -> Grid:
        """What stands in the table now, as a person sees it; empty cells are None."""

    def everything(self) -> object:
        """All the place holds, for comparing: a file's bytes. The grid alone, unless overridden."""
        return self.grid()

    def held(self, value: CellValue) -> CellValue:
        """What reading gives for a value a person put into a cell: the value itself, unless
        overridden.
        """
        return value

    def put_formula(self, row: int, column: int) -> bool:
        """Put a formula into a cell. False where the place knows none."""
        return False

    def protect(self, row: int, column: int) -> bool:
        """Protect one cell, so that it cannot be written to. False where the place cannot."""
        return False

    def merge(self, row: int, first: int, last: int) -> bool:
        """Merge cells of one row into the first of them. False where the place cannot."""
        return False

    def can_hold(self, header: str) -> bool:
        """Whether `fill` can make a column of this name; a database has those it was made with."""
        return True

    def insert_column(self, column: int, values: Sequence[CellValue]) -> bool:
        """A person inserts a column left of another; `values` stand in it from the first row on.
        False where columns have no order.
        """
        rows = self.grid()
        # A table may have more rows than the column has values; those get an empty cell.
        for row, value in zip_longest(rows, values[: len(rows)]):
            row.extend([None] * (column - len(row)))
            row.insert(column, value)
        self.fill(rows)
        return True

    def insert_row(self, row: int, values: Sequence[CellValue]) -> bool:
        """A person inserts a row above another. False where rows have no order."""
        rows = self.grid()
        self.fill([*rows[: row - 1], list(values), *rows[row - 1 :]])
        return True

    def copy_row(self, row: int, above: int) -> bool:
        """A person copies a whole row, okrsync's cells too, to above another. False where rows
        have no order.
        """
        return self.insert_row(above, self.grid()[row - 1])

    def around_write(self, before: Callable[[], None], after: Callable[[], None]) -> bool:
        """People edit in the midst of the next write: right before its first request takes effect,
        and right after that, before it is answered. False where a write is a single step.
        """
        return False

    def rename_column(self, column: int, header: str) -> bool:
        """A person gives a column another header. False where that cannot be."""
        rows = self.grid()
        rows[0][column] = header
        self.fill(rows)
        return True

    def move_column(self, column: int, before: int) -> bool:
        """A person moves a column left of another. False where columns have no order."""
        rows = []
        for row in self.grid():
            row.extend([None] * (column + 1 - len(row)))
            value = row.pop(column)
            rows.append([*row[:before], value, *row[before:]])
        self.fill(rows)
        return True

    def remove_column(self, column: int) -> bool:
        """A person deletes a column. False where that cannot be."""
        self.fill([[*row[:column], *row[column + 1 :]] for row in self.grid()])
        return True

    def put_note(self, row: int, column: int, text: str) -> bool:
        """A person leaves a note at a cell. False where the place knows none."""
        return False

    def comments(self) -> list[tuple[str, str]]:
        """The comments of okrsync's that are open, each with the words of the key result that it
        stands at; asked for only where the connector has the ability `calls`.
        """
        return []

    def answer_comments(self, text: str) -> bool:
        """A person answers every comment of okrsync's. False where comments have no answers."""
        return False

    def type_on_summary(self, row: int, column: int, text: str) -> bool:
        """A person types into a cell of the tab that the summary is kept in. False where it is not
        kept in a tab.
        """
        return False

    def summary_grid(self) -> Grid:
        """What stands in the summary's tab, as `grid`; asked for only where `type_on_summary`
        answers True.
        """
        return []

    def protect_place(self, place: str) -> bool:
        """Somebody protects the tab that the summary or the history is kept in. False where that
        cannot be.
        """
        return False

    def type_decision(self, text: str) -> bool:
        """A person types a line below the last heading of the review. False where there is none."""
        return False

    def insert_review_line(self, text: str) -> bool:
        """A person inserts a line among okrsync's own lines of the review, and types into it. False
        where there is none.
        """
        return False

    def retype_review_line(self, text: str) -> bool:
        """A person types over the words of one of okrsync's own lines of the review. False where
        that cannot be.
        """
        return False

    def review_texts(self) -> list[str]:
        """What stands at the place of the review, okrsync's own words or not; asked for only where
        `insert_review_line` answers True.
        """
        return []

    def edit_history(self, edit: str, line: Sequence[CellValue]) -> bool:
        """A person adds a line to the history: `type` below the others, `insert` above the others,
        or `sort` all lines by the first column after typing it; or, with `cut`, deletes the first
        line. False where the history is no tab.
        """
        return False

    def lose_answer(self, when: Literal["before", "after"]) -> bool:
        """The connection breaks at the next write, before or after it takes effect. False where
        there is no connection.
        """
        return False

    def put_tab(self, name: str, rows: Grid) -> bool:
        """A person adds a tab beside the table. False where there is only one."""
        return False

    def refuse(
        self, times: int, *, retry_after: float | None = None, at_once: bool = False
    ) -> bool:
        """The service answers the next so many requests with "too fast" (429), asking to wait so
        many seconds where `retry_after` says so; `at_once` answers only when all of them have come.
        False where the place is no service.
        """
        return False

    def break_notes(self) -> bool:
        """From now on nothing comes of any attempt to put a note or a comment. False where the
        place cannot do that.
        """
        return False

    def remove_tab(self) -> bool:
        """A person deletes the table. False where that cannot be."""
        return False


def trimmed(rows: Sequence[Sequence[CellValue]]) -> Grid:
    """Rows without the empty cells at their ends, and without the empty rows at the end."""
    grid = []
    for row in rows:
        values = [None if is_blank(value) else value for value in row]
        while values and values[-1] is None:
            values.pop()
        grid.append(values)
    while grid and not grid[-1]:
        grid.pop()
    return grid
