"""Tabs and columns that the mapping ignores. Columns are removed from a table before anything else
reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from okrsync.mapping.file import Mapping_
from okrsync.mapping.words import normal, table
from okrsync.model.evidence import ColumnReading
from okrsync.model.okrs import Warning_
from okrsync.model.table import CellRef, Row, Snapshot, Table, is_blank, text_of

__all__ = ["IGNORED_TAB", "aside_tabs", "ignored_readings", "unknown_ignored", "without_ignored"]

_Value = TypeVar("_Value")
_DEPTH = 200
"""The number of rows searched for a header: a title and remarks may be above it."""
IGNORED_TAB = "the mapping lists this tab under ignore_tabs"


def aside_tabs(names: Sequence[str]) -> list[str]:
    """The tabs whose names say that their OKRs no longer count, or do not count yet: `Archive`,
    `Copy of OKRs`, `Draft`. None of them where all say so.
    """
    aside = [name for name in names if _is_aside(name)]
    return aside if len(aside) < len(names) else []


def _is_aside(name: str) -> bool:
    words = table("aside_tabs")
    plain = f" {normal(name)} "
    return any(f" {word} " in plain if word.isascii() else word in plain for word in words)


def without_ignored(table: Table, mapping: Mapping_) -> Table:
    """The table without the ignored columns, from their header downwards; the same object where the
    mapping names none of its columns.
    """
    header_row, columns = _ignored(table, mapping)
    if not columns:
        return table
    names = table.header
    return replace(
        table,
        header=None if names is None else _blanked(names, columns, ""),
        rows=tuple(
            row
            if header_row is not None and row.number < header_row
            else replace(row, values=_blanked(row.values, columns, None))
            for row in table.rows
        ),
    )


def ignored_readings(table: Table, mapping: Mapping_) -> tuple[ColumnReading, ...]:
    """The readings of the ignored columns. `table` still has them."""
    header_row, columns = _ignored(table, mapping)
    below = [row for row in table.rows if header_row is None or row.number > header_row]
    names = _header_names(table, header_row)
    return tuple(
        ColumnReading(
            column,
            names[column],
            None,
            1.0,
            "the mapping names it under ignore_columns",
            _samples(below, column),
        )
        for column in sorted(columns)
    )


def unknown_ignored(snapshot: Snapshot, mapping: Mapping_) -> list[Warning_]:
    """A warning for each ignored tab and column that does not exist: after a rename, it would be
    read again unnoticed.
    """
    present = ", ".join(repr(table.name) for table in snapshot.tables)
    tabs = {table.name.strip().casefold() for table in snapshot.tables}
    named_tabs = [("ignore_tabs", name) for name in mapping.ignore_tabs]
    if isinstance(mapping.header, dict):
        named_tabs += [("header", name) for name in mapping.header]
    warnings = [
        Warning_(
            "no-such-tab",
            snapshot.source,
            None,
            f"the mapping names the tab {name!r} under {key}, but the source has"
            f" {present or 'no tabs'}; correct the name, or remove it",
        )
        for key, name in named_tabs
        if name.strip().casefold() not in tabs
    ]
    for name in mapping.ignore_columns:
        alone = mapping.model_copy(update={"ignore_columns": (name,)})
        if snapshot.tables and not any(_ignored(table, alone)[1] for table in snapshot.tables):
            warnings.append(
                Warning_(
                    "no-such-column",
                    snapshot.source,
                    CellRef(snapshot.tables[0].name, "A1"),
                    f"the mapping names the column {name!r} under ignore_columns, but there is no"
                    " such column; correct the name, or remove it",
                )
            )
    return warnings


def _ignored(table: Table, mapping: Mapping_) -> tuple[int | None, frozenset[int]]:
    """The row with the headers of the ignored columns (None where the source declares them), and
    these columns. Unless the mapping names the row, it is the one with the most of them.
    """
    wanted = {_plain(name) for name in mapping.ignore_columns}
    if not wanted or mapping.ignores_tab(table.name):
        return None, frozenset()
    if table.header is not None:
        return None, _named(table.header, wanted)
    stated = mapping.header_row(table.name)
    header_row, columns = None, frozenset[int]()
    for row in table.rows if stated is not None else table.rows[:_DEPTH]:
        if stated in (None, row.number):
            here = _named(_texts(row), wanted)
            if len(here) > len(columns):
                header_row, columns = row.number, here
    return header_row, columns


def _named(names: Sequence[str], wanted: set[str]) -> frozenset[int]:
    """The columns with a wanted name; `Current #2` is the second of that name."""
    counts: dict[str, int] = {}
    columns = set()
    for column, name in enumerate(names):
        plain = normal(name)
        counts[plain] = number = counts.get(plain, 0) + 1
        if plain and (plain in wanted or f"{plain} #{number}" in wanted):
            columns.add(column)
    return frozenset(columns)


def _plain(name: str) -> str:
    """A name in the form in which it is compared; `Current #2` keeps its number."""
    header, sign, number = name.rpartition(" #")
    return f"{normal(header)} #{number}" if sign and number.isdecimal() else normal(name)


def _header_names(table: Table, header_row: int | None) -> Sequence[str]:
    if table.header is not None:
        return table.header
    return next((_texts(row) for row in table.rows if row.number == header_row), ())


def _texts(row: Row) -> list[str]:
    return [
        " ".join(value.split()) if isinstance(value, str) and len(value) < _DEPTH else ""
        for value in row.values
    ]


def _samples(rows: Sequence[Row], column: int) -> tuple[str, ...]:
    texts = (text_of(row.value(column)).strip() for row in rows if not is_blank(row.value(column)))
    return tuple(dict.fromkeys(texts))[:2]


def _blanked(
    values: tuple[_Value, ...], columns: frozenset[int], blank: _Value
) -> tuple[_Value, ...]:
    return tuple(blank if column in columns else value for column, value in enumerate(values))
