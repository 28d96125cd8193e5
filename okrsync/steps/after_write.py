"""Whether a source holds, right after a write, what was read and what was written and nothing else.

Then the next run has nothing to find there: it would understand the same OKRs from the same cells
of people, and the answers beside them are those that stand there. Anything that somebody changed
between reading and writing is in the place's last answer, too, and must not pass for okrsync's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from okrsync.connector import Batch, Receipt, State
from okrsync.mapping.own_columns import own_columns, without_columns
from okrsync.model.table import CellValue, Snapshot, Table, is_blank, same_value, text_of
from okrsync.plan.plan import SourcePlan
from okrsync.steps.job import Job

__all__ = ["version_left"]

_DONE = (State.WRITTEN, State.UNCHANGED)


def version_left(job: Job, plan: SourcePlan, receipt: Receipt) -> str | None:
    """The version of what a source holds after its plan was carried out; None if it is unknown
    whether that is what was read and what was written, and nothing else.
    """
    batch, after, source = plan.batch, receipt.after, job.config.sources.get(plan.name)
    if after is None or batch is None or source is None or plan.error is not None or plan.conflicts:
        return None
    write = source.write
    # What okrsync keeps in tabs and notes of its own is in no snapshot.
    if write.summary or write.review or write.history or write.notify != "none":
        return None
    if not _is_of_cells(batch) or any(
        outcome.state not in _DONE or outcome.reason is not None
        for outcome in receipt.outcomes.values()
    ):
        return None
    own_before, own_after = (
        [_OwnColumns(*own_columns(table, write.columns)) for table in snapshot.tables]
        for snapshot in (batch.snapshot, after)
    )
    if _of_people(batch.snapshot, own_before) != _of_people(after, own_after):
        return None
    tables = zip(batch.snapshot.tables, own_before, after.tables, own_after, strict=True)
    if not all(_are_answers_as_written(batch, *pair) for pair in tables):
        return None
    return after.version


def _is_of_cells(batch: Batch) -> bool:
    """Whether a batch writes cells and makes their columns, and does nothing else."""
    only_cells = replace(batch, cells=(), new_columns=(), inputs={})
    return only_cells.is_empty and not batch.puts_back


class _OwnColumns(NamedTuple):
    """Okrsync's columns of a table, and the number of the row with their headers."""

    header_row: int | None
    columns: frozenset[int]


def _of_people(snapshot: Snapshot, own: Sequence[_OwnColumns]) -> object:
    """What of a snapshot okrsync did not write."""
    tables = [
        (
            # Where okrsync's columns are, and the marks by which it knows columns and rows, are its
            # own.
            replace(table, rows=(), owned={}, column_ids={}),
            tuple(_rows_of_people(table, own_columns_there)),
        )
        for table, own_columns_there in zip(snapshot.tables, own, strict=True)
    ]
    return snapshot.title, snapshot.notes, tables


def _rows_of_people(table: Table, own: _OwnColumns) -> Iterator[tuple[object, ...]]:
    """Each row in which anything of people's stands: its number, values, their types, and marks."""
    for row in without_columns(table, *own).rows:
        values = _trimmed(row.values)
        marks = bytearray(row.marks)
        for column in own.columns:
            if column < len(marks):
                marks[column] = 0
        # In Python, 1 is equal to True.
        kinds = tuple(value.__class__ for value in values)
        filled = (values, kinds, bytes(marks).rstrip(b"\0"), row.label)
        if any(filled):
            yield row.number, *filled


def _trimmed(values: tuple[CellValue, ...]) -> tuple[CellValue, ...]:
    end = len(values)
    while end and is_blank(values[end - 1]):
        end -= 1
    return values[:end]


def _are_answers_as_written(
    batch: Batch, before: Table, own_before: _OwnColumns, after: Table, own_after: _OwnColumns
) -> bool:
    """Whether each cell of okrsync's columns holds what was written into it, or what it held."""
    columns_before, (header_row, columns) = own_before.columns, own_after
    if not columns_before <= columns:
        return False
    rows_before = {row.number: row for row in before.rows}
    headers = {row.number: row for row in after.rows if row.number == header_row}
    made = {
        text_of(headers[number].value(column)).strip(): column
        for number in headers
        for column in columns - columns_before
    }
    written: dict[tuple[int, int | None], CellValue] = {
        (header_row or 0, column): header for header, column in made.items()
    }
    for cell in batch.cells:
        if cell.table_key == after.key:
            index = cell.column.index
            written[cell.row.number, made.get(cell.column.header) if index is None else index] = (
                cell.after
            )
    for row in after.rows:
        row_before = rows_before.get(row.number)
        for column in columns:
            is_new = column not in columns_before
            stood = None if is_new or row_before is None else row_before.value(column)
            if not same_value(row.value(column), written.get((row.number, column), stood)):
                return False
    return True
