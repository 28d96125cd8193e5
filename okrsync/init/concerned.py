"""The rows that a question or a correction is about, so that people see them before they answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from okrsync.init.looking import Look
from okrsync.model.evidence import Question
from okrsync.model.table import Row, Table, column_number, is_blank, text_of

__all__ = ["ConcernedRow", "rows_of_column", "rows_of_question", "rows_of_table"]

MOST = 3


@dataclass(frozen=True, slots=True)
class ConcernedRow:
    """A row for people: its label (`row 4`, or a page's title), its texts, and the index of the
    text that the question is about, None where it is about all of them.
    """

    label: str
    texts: tuple[str, ...]
    asked: int | None


def rows_of_question(look: Look, question: Question) -> tuple[ConcernedRow, ...]:
    """The first rows that a question is about: those with the word it asks about, otherwise those
    with a value in its column.
    """
    table = _table(look, question.table)
    if table is None:
        return ()
    column = _column(table, question.at.address)
    _, *setting = question.key.split(".", 2)
    if len(setting) == 2:
        word = setting[1].strip().casefold()
        return _first(look, table, column, lambda row: word in map(_folded, row.values))
    return rows_of_column(look, question.table, column)


def rows_of_column(look: Look, table_name: str, column: int | None) -> tuple[ConcernedRow, ...]:
    """The first rows with a value in a column; with None as the column, the first rows."""
    table = _table(look, table_name)
    if table is None:
        return ()
    return _first(
        look, table, column, lambda row: column is None or not is_blank(row.value(column))
    )


def rows_of_table(look: Look, table_name: str) -> tuple[ConcernedRow, ...]:
    """The first rows below the header of a table."""
    return rows_of_column(look, table_name, None)


def _first(
    look: Look, table: Table, column: int | None, is_concerned: Callable[[Row], bool]
) -> tuple[ConcernedRow, ...]:
    header_row = next((tab.header_row for tab in look.okrs.tabs if tab.table == table.name), None)
    rows = (
        row
        for row in table.rows
        if row.number > (header_row or 0) and not row.is_empty and is_concerned(row)
    )
    return tuple(_shown(row, column) for row in islice(rows, MOST))


def _shown(row: Row, column: int | None) -> ConcernedRow:
    filled = [index for index, value in enumerate(row.values) if not is_blank(value)]
    return ConcernedRow(
        row.label or f"row {row.number}",
        tuple(text_of(row.values[index]).strip() for index in filled),
        filled.index(column) if column in filled else None,
    )


def _table(look: Look, name: str) -> Table | None:
    return next((table for table in look.seen.snapshot.tables if table.name == name), None)


def _column(table: Table, address: str) -> int | None:
    """The column of an address such as `C4`, `C` or `Grow revenue · Target`; None where it names
    none.
    """
    if table.header is not None:
        name = address.rpartition(" · ")[2]
        return table.header.index(name) if name in table.header else None
    letters = re.match(r"[A-Z]+(?=\d*\Z)", address)
    return column_number(letters.group()) if letters is not None else None


def _folded(value: object) -> str:
    return value.strip().casefold() if isinstance(value, str) else ""
