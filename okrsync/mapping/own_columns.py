"""okrsync's own columns are taken out of a table before anything is read of it, so that a table is
read in the same way whether they stand in it or not, whatever its layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from okrsync.model.okrs import Owned
from okrsync.model.table import CellValue, Row, Table, is_blank

__all__ = ["own_columns", "owned_by", "without_own_columns"]

_DEPTH = 200
"""So far down a header is looked for, as a title and remarks may stand above it."""


def own_columns(
    table: Table, owned_headers: Mapping[str, str]
) -> tuple[int | None, frozenset[int]]:
    """The columns that hold okrsync's answers, and the number of the row with their headers, None
    where there is none: those under the headers that the config names, in the row that has most of
    them, and those the place itself knows to be okrsync's.

    A table with declared columns is told nothing by its rows.
    """
    known = {column for name, column in table.owned.items() if name in owned_headers}
    if table.header is not None or not owned_headers:
        return None, frozenset(known)
    headers = {header.strip().casefold() for header in owned_headers.values()}
    header_row, found = None, set[int]()
    for row in table.rows[:_DEPTH]:
        here = {column for column, value in enumerate(row.values) if _folded(value) in headers}
        if len(here) > len(found):
            header_row, found = row.number, here
    return header_row, frozenset(known | found)


def without_own_columns(table: Table, owned_headers: Mapping[str, str]) -> Table:
    """The table as people keep it; the very same one where nothing of okrsync's stands in it.

    What stands above the headers is people's (a label that tells the team, a legend), unless the
    column stands right of all that is theirs.
    """
    header_row, columns = own_columns(table, owned_headers)
    if not columns or table.header is not None:
        return table
    edge = max((_last_of_people(row, columns) for row in table.rows), default=-1)
    made = frozenset(column for column in columns if column > edge)
    return replace(
        table,
        rows=tuple(
            _without(row, made if row.number < (header_row or 0) else columns) for row in table.rows
        ),
    )


def _last_of_people(row: Row, columns: frozenset[int]) -> int:
    """The last column of a row, own ones left out, in which something stands; -1 where none."""
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
    """Where answers go in a table as it was read, its own columns included. `names` are those of
    its header.
    """
    row = next((row for row in table.rows if row.number == header_row), None)
    texts = [value if isinstance(value, str) else "" for value in row.values] if row else []
    places: dict[str, tuple[int | None, str]] = {}
    for column, text in (*enumerate(texts), *enumerate(names)):
        places.setdefault(text.strip().casefold(), (column, text))
    columns: dict[str, int | None] = {}
    headers: dict[str, str] = {}
    for name, text in owned_headers.items():
        columns[name], headers[name] = places.get(text.strip().casefold(), (None, text))
        if name in table.owned:
            # The place knows the column whatever its header has become.
            columns[name] = known = table.owned[name]
            headers[name] = next((now for now in _at(known, texts, names) if now), text)
    return Owned(table.key, table.name, header_row, columns, headers)


def _at(column: int, *lines: Sequence[str]) -> Iterator[str]:
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


def _folded(value: CellValue) -> str | None:
    return value.strip().casefold() if isinstance(value, str) and len(value) < 200 else None
