"""Which columns of a tab are okrsync's, whatever their headers say: those that carry its mark and
mostly hold what it wrote there. A mark alone is never trusted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from okrsync.connector import Batch, is_blank, text_of
from okrsync_google_sheets.anchors import field_of
from okrsync_google_sheets.tab import Book, GoogleTab

__all__ = ["Written", "owned_columns", "written_by"]

Written = Mapping[str, Sequence[str]]
"""Short digests of the values in okrsync's columns, by tab id and field, such as `0:progress`."""
_HEADER_ROWS = 50
"""How many rows from the top are searched for a column's header."""


def owned_columns(tab: GoogleTab, written: Written) -> dict[str, int]:
    """The columns of a tab that are okrsync's, from 0, by field."""
    columns: dict[str, int] = {}
    doubled: set[str] = set()
    for column, anchors in tab.column_anchors.items():
        for anchor in anchors:
            name = field_of(anchor.value)
            if name in columns:
                doubled.add(name)
            columns[name] = column
    return {
        name: column
        for name, column in columns.items()
        if name not in doubled and _is_ours(tab, column, set(written.get(f"{tab.id}:{name}", ())))
    }


def written_by(batch: Batch, now: Book, written: Written) -> Written:
    """The digests after a batch was carried out; `now` is the spreadsheet afterwards."""
    fields = {
        (cell.table_key, cell.field, cell.column.header) for cell in batch.cells if cell.field
    }
    sums: dict[str, Sequence[str]] = dict(written)
    for key, name, header in fields:
        tab = now.tab(key)
        if tab is None:
            continue
        values = {
            text_of(cell.after)
            for cell in batch.cells
            if (cell.table_key, cell.field) == (key, name)
        }
        for column in _columns_named(tab, header):
            values |= {text_of(row.value(column)) for row in tab.table.rows}
        sums[f"{tab.id}:{name}"] = sorted(_sum(value) for value in values if value)
    return sums


def _is_ours(tab: GoogleTab, column: int, written: set[str]) -> bool:
    values = [
        text_of(row.value(column)) for row in tab.table.rows if not is_blank(row.value(column))
    ]
    # At least half: people may correct some of the values. In a column of theirs that carries a
    # copied mark, hardly any value matches.
    known = sum(_sum(value) in written for value in values)
    return known > 0 and known * 2 >= len(values)


def _columns_named(tab: GoogleTab, header: str) -> set[int]:
    return {
        column
        for row in tab.table.rows[:_HEADER_ROWS]
        for column, value in enumerate(row.values)
        if value == header
    }


def _sum(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
