"""Removes okrsync's own columns from a table before anything else reads it, so that a table in any
layout is read the same way with and without them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from okrsync.model.okrs import Owned
from okrsync.model.table import CellValue, Row, Table, is_blank

__all__ = ["own_columns", "owned_by", "without_columns", "without_own_columns"]

_DEPTH = 200
"""The number of rows searched for a header: a title and remarks may be above it."""
_LONGEST = 200
"""A longer text is no header."""


def own_columns(
    table: Table, owned_headers: Mapping[str, str]
) -> tuple[int | None, frozenset[int]]:
    """The number of the row with the headers of okrsync's columns (None where there is none), and
    these columns: those with the headers that the config names, in the row that has most of them,
    and those that the source itself marks as okrsync's.

    In a table with declared columns, rows are not searched.
    """
    known = {column for name, column in table.owned.items() if name in owned_headers}
    if table.header is not None or not owned_headers:
        return None, frozenset(known)
    headers = {header.strip().casefold() for header in owned_headers.values()}
    header_row, columns = None, set[int]()
    for row in table.rows[:_DEPTH]:
        matches = {
            column
            for column, value in enumerate(row.values)
            if isinstance(value, str)
            and len(value) < _LONGEST
            and value.strip().casefold() in headers
        }
        # A word such as "Progress" may also be a value in another row; the header has most of them.
        if len(matches) > len(columns):
            header_row, columns = row.number, matches
    return header_row, frozenset(known | columns)


def without_own_columns(table: Table, owned_headers: Mapping[str, str]) -> Table:
    """The table as people fill it in; the same object where it has no columns of okrsync.

    Cells above the headers belong to people (a label with the team, a legend), unless the column is
    to the right of all their cells.
    """
    return without_columns(table, *own_columns(table, owned_headers))


def without_columns(table: Table, header_row: int | None, columns: frozenset[int]) -> Table:
    """The same for what `own_columns` answers about the table."""
    if not columns or table.header is not None:
        return table
    edge = max((_last_of_people(row, columns) for row in table.rows), default=-1)
    right_of_people = frozenset(column for column in columns if column > edge)
    return replace(
        table,
        rows=tuple(
            _without(row, right_of_people if row.number < (header_row or 0) else columns)
            for row in table.rows
        ),
    )


def _last_of_people(row: Row, columns: frozenset[int]) -> int:
    """The last filled column of a row, without okrsync's own; -1 where there is none."""
    return next(
        (
            column
            for column in reversed(range(len(row.values)))
            if column not in columns and not is_blank(row.values[column])
        ),
        -1,
    )


def owned_by(
    table: Table, header_row: int | None, names: tuple[str, ...], owned_headers: Mapping[str, str]
) -> Owned:
    """Where answers go in a table as it was read, with okrsync's columns. `names` are the texts of
    its header.
    """
    row = next((row for row in table.rows if row.number == header_row), None)
    texts = [value if isinstance(value, str) else "" for value in row.values] if row else []
    column_by_header: dict[str, tuple[int | None, str]] = {}
    for column, text in (*enumerate(texts), *enumerate(names)):
        column_by_header.setdefault(text.strip().casefold(), (column, text))
    columns: dict[str, int | None] = {}
    headers: dict[str, str] = {}
    for name, text in owned_headers.items():
        columns[name], headers[name] = column_by_header.get(text.strip().casefold(), (None, text))
        if name in table.owned:
            # The source's own mark identifies the column even after somebody renamed its header.
            columns[name] = known = table.owned[name]
            headers[name] = next(
                (header for header in _headers_of(known, texts, names) if header), text
            )
    return Owned(table.key, table.name, header_row, columns, headers)


def _headers_of(column: int, *lines: Sequence[str]) -> Iterator[str]:
    return (line[column] for line in lines if column < len(line))


def _without(row: Row, columns: frozenset[int]) -> Row:
    if not columns:
        return row
    values: list[CellValue] = [
        None if column in columns else value for column, value in enumerate(row.values)
    ]
    while values and len(values) - 1 in columns:
        values.pop()
    return replace(row, values=tuple(values))
