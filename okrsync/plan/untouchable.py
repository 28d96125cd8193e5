"""Why okrsync never writes to a cell, or makes no column: formulas, merges, protections."""

from __future__ import annotations

from collections.abc import Iterable

from okrsync.model.table import COVERED, FORMULA, LOCKED, Row, Table

__all__ = ["lock_of_new_column", "marks_of", "untouchable"]


def lock_of_new_column(
    table: Table, header_row: int | None, column: int, numbers: Iterable[int]
) -> str | None:
    """Why a protection keeps a new column from being made: its header, or every row that would be
    answered, is locked there. None where it can be made.
    """
    # Notion has no protected properties; where columns have names the service itself refuses.
    if table.header is not None:
        return None
    locked = {row.number for row in table.rows if row.marks and row.mark(column) & LOCKED}
    if (header_row or 0) in locked or all(number in locked for number in numbers):
        return untouchable(table, LOCKED)
    return None


def marks_of(table: Table, row: Row, index: int | None, edge: int | None) -> int:
    """The marks of an owned cell; in a column yet to be made, those that stand at its place."""
    if index is not None:
        return row.mark(index)
    return row.mark(edge) if edge is not None and table.header is None else 0


def untouchable(table: Table, marks: int) -> str | None:
    """Why a cell of the table with these marks is never written, or None."""
    if marks & FORMULA:
        return (
            "there is a formula here, and okrsync never replaces formulas: give okrsync a column"
            " of its own"
        )
    if marks & COVERED:
        return "the cell is part of a merged cell: unmerge it, or give okrsync a column of its own"
    if marks & LOCKED:
        return table.lock or (
            "the cell is protected: allow editing there, or give okrsync a column of its own"
        )
    return None
