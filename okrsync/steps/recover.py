"""Settles runs that died after a plan was recorded and before its outcome was known.

The entries of such a run are in the journal, unsettled. The source itself shows what became of
them: a cell with the value after was written, a cell with the value before was not, and any other
value was typed by somebody since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from okrsync.connector import Connector, Settings, State
from okrsync.connector.summary import Summary
from okrsync.model.errors import OkrsyncError
from okrsync.model.table import Snapshot, Table, same_value
from okrsync.state.journal import EntryFinder, JournalEntry
from okrsync.steps.job import Job
from okrsync.steps.read import Read
from okrsync.steps.trouble import attempt

__all__ = ["recover"]


def recover(job: Job, reads: Iterable[Read]) -> Iterator[Read]:
    """Settle every entry that an earlier run left open, if its source could be read now. The reads
    are passed on.
    """
    left_open: dict[str, dict[str, list[JournalEntry]]] = {}
    for entry in job.journal.unsettled():
        left_open.setdefault(entry.source, {}).setdefault(entry.run, []).append(entry)
    for read in reads:
        runs = left_open.get(read.source)
        if runs and read.snapshot is not None:
            inserted = job.journal.inserted_rows(read.source)
            connector = job.all_connectors[read.source]
            states_by_run = attempt(
                read.source, partial(_states_of, read.snapshot, runs, inserted, connector)
            )
            if isinstance(states_by_run, OkrsyncError):
                yield Read(read.source, error=states_by_run)
                continue
            for run, states in states_by_run.items():
                job.journal.resolve(run, read.source, states)
                job.journal.note_strayed(read.source, _strayed(runs[run], states))
        yield read


def _strayed(entries: Sequence[JournalEntry], states: Mapping[str, State]) -> list[JournalEntry]:
    """The cells of the columns in which a cell holds neither the value before nor that after."""
    cells = [entry for entry in entries if entry.kind == "cell"]
    fields = {entry.field for entry in cells if states[entry.id] is State.CONFLICT}
    return [entry for entry in cells if entry.field in fields]


def _states_of(
    snapshot: Snapshot,
    runs: Mapping[str, Sequence[JournalEntry]],
    inserted: Sequence[JournalEntry],
    connector: Connector[Settings],
) -> dict[str, dict[str, State]]:
    """The states of open entries, as the source shows them, by run and id."""
    return {
        run: {entry.id: witness.says(entry) for entry in entries}
        for run, entries in runs.items()
        for witness in [_Witness(EntryFinder(snapshot, entries, inserted), connector)]
    }


class _Witness:
    """Finds in the present source what became of each entry."""

    def __init__(self, finder: EntryFinder, connector: Connector[Settings]) -> None:
        self._finder, self._connector = finder, connector

    def says(self, entry: JournalEntry) -> State:
        """What became of one open entry. An entry that no table shows counts as written: undo
        checks it again.
        """
        table = self._finder.table(entry)
        if entry.kind == "column":
            return (
                State.WRITTEN
                if table is not None and self._finder.column(entry, table) is not None
                else State.SKIPPED
            )
        if entry.kind in ("row", "removed-row"):
            is_there = table is not None and len(self._finder.rows_of_key(entry, table)) > 0
            return State.WRITTEN if is_there == (entry.kind == "row") else State.SKIPPED
        if entry.kind in ("inserted-row", "taken-row"):
            is_there = table is not None and self._finder.has_row(entry, table)
            return State.WRITTEN if is_there == (entry.kind == "inserted-row") else State.SKIPPED
        if entry.kind in ("tab", "removed-tab"):
            is_there = self._finder.named(entry.words[1]) is not None
            return State.WRITTEN if is_there == (entry.kind == "tab") else State.SKIPPED
        if entry.kind == "summary" and entry.key:
            return self._says_closed(entry)
        # Notes and summaries leave no value to compare with; the next plan looks at them anyway.
        if entry.kind != "cell" or entry.row is None:
            return State.WRITTEN
        return self._says_cell(entry, table)

    def _says_closed(self, entry: JournalEntry) -> State:
        """What became of the page of a cycle that ended, which no later plan writes again once it
        stands there. What is not known to be there is written by the next plan, and undo looks.
        """
        page, cycle = entry.after_summary, entry.key
        place = entry.at.removesuffix(f" {cycle}")
        if isinstance(page, Summary) and self._connector.shows_closed(place, cycle, page):
            return State.WRITTEN
        return State.FAILED

    def _says_cell(self, entry: JournalEntry, table: Table | None) -> State:
        column = self._finder.column(entry, table) if table is not None else None
        if table is None or entry.row is None or column is None:
            return State.CONFLICT
        row = self._finder.row(entry, table)
        if row is None:
            return State.CONFLICT
        if same_value(row.value(column), entry.after):
            return State.WRITTEN
        # The value before shows that the request never took effect, or that somebody restored it.
        return State.SKIPPED if same_value(row.value(column), entry.before) else State.CONFLICT
