"""Looks after runs that died between writing a plan down and hearing what became of it.

What such a run meant to write is in the journal, unsettled. Whether it was written is told by the source itself: a cell that
holds the value after was written, one that holds the value before was not, and anything else was changed by somebody since.
"""

from __future__ import annotations

from collections.abc import Mapping

from okrsync.connector import State
from okrsync.job import Job
from okrsync.journal import Entry
from okrsync.sources import Read
from okrsync.table import Snapshot, same_value

__all__ = ["recover"]


def recover(job: Job, reads: Mapping[str, Read]) -> None:
    """Settle every entry that an earlier run left open, as far as its source could be read now."""
    for entry in job.journal.unsettled():
        read = reads.get(entry.source)
        if read is not None and read.snapshot is not None:
            job.journal.resolve(entry, _what_became(entry, read.snapshot))


def _what_became(entry: Entry, snapshot: Snapshot) -> State:
    """What the source says of one open entry. What cannot be seen in a table counts as written: undoing it looks once more."""
    table = snapshot.table(entry.table_key) if entry.table_key else None
    if entry.kind == "column":
        return State.WRITTEN if table is not None and entry.column_now(table) is not None else State.SKIPPED
    if entry.kind != "cell" or entry.row is None:
        return State.WRITTEN
    row = entry.row.locate(table.rows) if table is not None else None
    column = entry.column_now(table) if table is not None else None
    if row is None or column is None:
        return State.CONFLICT
    if same_value(row.value(column), entry.after):
        return State.WRITTEN
    return State.SKIPPED if same_value(row.value(column), entry.before) else State.CONFLICT
