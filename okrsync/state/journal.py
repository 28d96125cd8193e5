"""The journal: what each run meant to write, the value before, and the outcome.

An entry is written and synced to disk before anything is sent (`intend`). It is settled with the
outcome that the connector reports. An entry that is still open belongs to a run that died in
between; the next run finds out what became of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from okrsync.connector import (
    Batch,
    ManagedPage,
    Outcome,
    Receipt,
    State,
)
from okrsync.model.errors import UnknownRun
from okrsync.model.frozen import Frozen
from okrsync.model.table import (
    CellValue,
    look_of,
    same_value,
)
from okrsync.plan.plan import Change, Plan
from okrsync.state.entries import EntryFinder, JournalEntry, entry_of, entry_rows, summary_of
from okrsync.state.history import SourceRun, note_sources, outcome_counts, sources_of
from okrsync.state.packed_map import PackedMap
from okrsync.state.store import Store, placeholders
from okrsync.state.values_json import (
    value_from_json,
    value_to_json,
)

if TYPE_CHECKING:
    from okrsync.state.packed_cells import CellRecord, PackedCells

__all__ = ["EntryFinder", "Journal", "JournalEntry", "RunRecord"]


class RunRecord(Frozen, frozen=True):
    """One run as `okrsync history` shows it. `finished` and `exit_code` are None for a run that
    died or is still running; `counts` holds the number of changes by outcome; `undone_by` is the
    id of the run that undid this one.
    """

    id: str
    kind: str
    as_of: date
    started: datetime
    finished: datetime | None
    exit_code: int | None
    undoes: str | None
    undone_by: str | None
    counts: Mapping[str, int]
    sources: tuple[str, ...]
    parts: tuple[SourceRun, ...] = ()
    """The result of each source and board; empty for a run that did not finish."""

    @property
    def seconds(self) -> float | None:
        """How long it took; None for a run that did not finish."""
        return None if self.finished is None else (self.finished - self.started).total_seconds()


class Journal:
    """The journal in a state file."""

    def __init__(self, state: Store) -> None:
        self._state = state
        self._written = PackedMap(state, "written", ("key", "field"), ("value",))
        self._strayed: dict[str, dict[str, set[tuple[str, str]]]] = {}

    @property
    def state(self) -> Store:
        """The state file it is in."""
        return self._state

    def begin(self, kind: str, *, as_of: date, now: datetime, undoes: str | None = None) -> str:
        """A new run's id: the day it began and a running number, such as `2026-11-24-2`."""
        # The transaction keeps two runs from taking the same number.
        with self._state.transaction():
            day = now.date().isoformat()
            taken = [
                str(row[0])
                for row in self._state.rows("SELECT id FROM runs WHERE id LIKE ?", f"{day}-%")
            ]
            run = f"{day}-{1 + max((int(id_.rsplit('-', 1)[1]) for id_ in taken), default=0)}"
            self._state.run(
                "INSERT INTO runs (id, kind, as_of, started, undoes, moved_to)"
                " VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(number), 0) FROM moves))",
                run,
                kind,
                as_of.isoformat(),
                now.isoformat(),
                undoes,
            )
        return run

    def intend(self, run: str, source: str, batch: Batch, changes: Sequence[Change]) -> None:
        """Record everything that a batch would do, with the values before. The record is on disk
        when this returns.
        """
        # Imported here: a run that writes nothing has no use for it.
        from okrsync.state.packed_cells import with_packed_cells

        by_id = {change.id: change for change in changes}
        with self._state.transaction():
            self._state.run_many(
                "INSERT INTO entries (run, source, id, kind, field, key, at, table_key, row, col,"
                " looks, words, before, after, size, open_size)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ((run, source, *record) for record in with_packed_cells(entry_rows(batch, by_id))),
            )

    def warned_on(self, source: str) -> dict[str, date]:
        """By natural key, the day of the last run that called the owner of an item."""
        rows = self._state.rows(
            "SELECT entries.key, max(runs.as_of) FROM entries JOIN runs ON runs.id = entries.run"
            " WHERE entries.source = ? AND entries.field = 'warning' AND entries.id LIKE '!%'"
            " AND entries.state IN ('written', 'unchanged') AND runs.kind = 'sync'"
            " GROUP BY entries.key",
            source,
        )
        return {str(key): date.fromisoformat(str(day)) for key, day in rows}

    def withdraw(self, run: str, source: str) -> None:
        """Remove the open entries of a source; the caller knows that none of them was sent."""
        with self._state.transaction():
            for number, cells in self.packed_cells("run = ? AND source = ?", run, source):
                if 0 < cells.open_size < len(cells.cells):
                    settled = [state is not None for state, _ in cells.outcomes]
                    self.keep_cells(number, cells.only(settled))
            self._state.run(
                "DELETE FROM entries WHERE run = ? AND source = ? AND state IS NULL", run, source
            )

    def settle(self, run: str, source: str, receipt: Receipt) -> None:
        """Record the outcome of each entry.

        A write that failed may have taken effect all the same. When a table will show whether it
        did, the entry stays open and the next run checks.
        """
        with self._state.transaction():
            left = set(receipt.outcomes)
            for number, cells in self.packed_cells("run = ? AND source = ?", run, source):
                left.difference_update(cell.id for cell in cells.cells)
                self.keep_cells(number, cells.settled(receipt.outcomes))
            self._state.run_many(
                "UPDATE entries SET why = ?2, state = CASE WHEN ?1 = 'failed' AND kind IN ('cell',"
                " 'column', 'removed-column', 'row', 'removed-row', 'inserted-row', 'taken-row',"
                " 'tab', 'removed-tab', 'history') THEN NULL ELSE ?1 END"
                " WHERE run = ?3 AND source = ?4 AND id = ?5",
                (
                    (outcome.state.value, outcome.reason, run, source, id_)
                    for id_, outcome in receipt.outcomes.items()
                    if id_ in left
                ),
            )
            self._note_written(run, source)

    def resolve(self, run: str, source: str, states: Mapping[str, State]) -> None:
        """Settle entries of a run that died, by id, with the states that the source itself
        shows.
        """
        reason = "the run ended before this was known; seen in the source since"
        self.settle(
            run, source, Receipt({id_: Outcome(state, reason) for id_, state in states.items()})
        )

    def note_strayed(self, source: str, entries: Iterable[JournalEntry]) -> None:
        """Note the cells of a run that died of which none can tell where their values stand: rows
        may have moved in that moment, so that a value stands beside another row.
        """
        by_field = self._strayed.setdefault(source, {})
        for entry in entries:
            by_field.setdefault(entry.field, set()).add(look_of(entry.after))

    def strayed(self, source: str) -> Mapping[str, AbstractSet[tuple[str, str]]]:
        """By field, the looks of the values that okrsync sent to a column and that may stand beside
        any row.
        """
        return self._strayed.get(source, {})

    def finish(self, run: str, done: Plan, *, now: datetime) -> None:
        """Record how the run ended, and the result of each source and board."""
        with self._state.transaction():
            self._state.run(
                "UPDATE runs SET finished = ?, exit_code = ?, counts = ? WHERE id = ?",
                now.isoformat(),
                done.exit_code,
                json.dumps(outcome_counts(*done.parts)),
                run,
            )
            note_sources(self._state, run, done)

    def last_id(self) -> str | None:
        """The id of the run that began last, whatever it did; None before the first."""
        rows = self._state.rows("SELECT id FROM runs ORDER BY rowid DESC LIMIT 1")
        return str(rows[0][0]) if rows else None

    def last_finished(self) -> datetime | None:
        """The moment at which the last sync ended; None before the first."""
        ((finished,),) = self._state.rows(
            "SELECT max(finished) FROM runs WHERE kind = 'sync' AND finished IS NOT NULL"
        )
        return None if finished is None else datetime.fromisoformat(str(finished))

    def unsettled(self) -> list[JournalEntry]:
        """Every open entry, oldest first."""
        return [entry for entry in self._entries("state IS NULL") if entry.state is None]

    def entries(self, run: str) -> list[JournalEntry]:
        """Everything a run meant to write, in the order it was recorded."""
        return list(self._entries("run = ?", run))

    def inserted_rows(self, source: str) -> list[JournalEntry]:
        """The rows that okrsync inserted into a source, or may have."""
        return list(
            self._entries(
                "source = ? AND kind = 'inserted-row' AND (state IS NULL OR state = 'written')",
                source,
            )
        )

    def runs(self, limit: int = 20, *, since: datetime | None = None) -> list[RunRecord]:
        """The latest runs, newest first; with `since`, those that began at that time or later."""
        # Ordered by rowid, not by `started`: the clock may have been set back between two runs.
        start = "" if since is None else since.astimezone(UTC).isoformat()
        return self._records(
            "is_pruned = 0 AND started >= ? ORDER BY rowid DESC LIMIT ?", start, limit
        )

    def find(self, run: str) -> RunRecord:
        """One run by its id; `last` is the newest run that wrote something, or may have, and has
        not been undone since.

        Raises `UnknownRun`, naming the closest ids.
        """
        if run == "last":
            wrote = (
                "kind IN ('sync', 'ids', 'close') AND is_pruned = 0 AND EXISTS (SELECT 1 FROM"
                " entries WHERE run = runs.id AND (state IS NULL OR state = 'written'))"
                " ORDER BY rowid DESC"
            )
            writing = list(self._records(wrote))
            standing = [record for record in writing if record.undone_by is None]
            if not standing and writing:
                raise UnknownRun(
                    f"everything is put back already: run {writing[0].id} was the last that wrote"
                    f" something, and {writing[0].undone_by} put it back",
                    hint="`okrsync history` lists all runs.",
                )
            if not standing:
                raise UnknownRun(
                    "no run has written anything yet", hint="`okrsync history` lists all runs."
                )
            return standing[0]
        records = self._records("id = ? AND is_pruned = 0", run)
        if not records:
            if self._state.rows("SELECT 1 FROM runs WHERE id = ?", run):
                raise UnknownRun(
                    f"run {run} is older than what is kept",
                    hint="`keep` under [history] sets how long runs are kept.",
                )
            known = [
                str(row[0]) for row in self._state.rows("SELECT id FROM runs WHERE is_pruned = 0")
            ]
            near = get_close_matches(run, known, n=3)
            hint = (
                f"Did you mean {' or '.join(near)}?"
                if near
                else "`okrsync history` lists all runs."
            )
            raise UnknownRun(f"there is no run {run!r}", hint=hint)
        return records[0]

    def last_written(self, source: str) -> dict[tuple[str, str], CellValue]:
        """By natural key and field, the value okrsync last wrote."""
        return {
            (key, field): value_from_json(value)
            for (key, field), (value,) in self._written.of(source).items()
        }

    def answered(self, source: str) -> set[str]:
        """The natural keys of the items beside which okrsync has written something."""
        return {key for key, _ in self._written.of(source)}

    def written_elsewhere(self, run: str, source: str) -> set[tuple[str, str]]:
        """Table key and field of the columns that other runs wrote to which were not put back."""
        rows = self._state.rows(
            "SELECT DISTINCT table_key, field FROM entries WHERE source = ?1 AND kind = 'cell'"
            " AND (state IS NULL OR state IN ('written', 'unchanged'))"
            " AND run IN (SELECT id FROM runs WHERE kind IN ('sync', 'close') AND id <> ?2"
            " AND id NOT IN (SELECT undoes FROM runs WHERE undoes IS NOT NULL))",
            source,
            run,
        )
        written = {(str(table_key), str(field)) for table_key, field in rows}
        for _, cells in self.packed_cells(
            "source = ?1 AND run IN (SELECT id FROM runs WHERE kind IN ('sync', 'close') AND"
            " id <> ?2 AND id NOT IN (SELECT undoes FROM runs WHERE undoes IS NOT NULL))",
            source,
            run,
        ):
            written.update((str(cell.table_key), cell.field) for cell in cells.own(or_open=True))
        return written

    def owned_headers(self, source: str) -> set[tuple[str, str, str]]:
        """Table key, field and header of every column that okrsync has written to and has not
        removed itself.
        """
        rows = self._state.rows(
            "SELECT table_key, field, header FROM headers WHERE source = ?", source
        )
        return {(str(table_key), str(field), str(header)) for table_key, field, header in rows}

    def last_summary(self, source: str, place: str) -> ManagedPage | None:
        """The summary or review that okrsync last wrote to a place, or None when it wrote none."""
        rows = self._state.rows(
            "SELECT after FROM entries WHERE source = ? AND kind = 'summary' AND at = ? AND state"
            " IN ('written', 'unchanged') ORDER BY number DESC LIMIT 1",
            source,
            place,
        )
        return summary_of(str(rows[0][0])) if rows else None

    def earlier_summary(self, source: str, place: str) -> ManagedPage | None:
        """The summary or review that the place held before the last one, by what was known then;
        None when there was none.
        """
        rows = self._state.rows(
            "SELECT before FROM entries WHERE source = ? AND kind = 'summary' AND at = ?"
            " ORDER BY number DESC LIMIT 1",
            source,
            place,
        )
        return summary_of(str(rows[0][0])) if rows else None

    def last_history(self, source: str, place: str) -> tuple[int, JournalEntry] | None:
        """The number of the entry by which a run last appended to the history of a source, or may
        have, with the entry; None if no run did.
        """
        rows = self._state.rows(
            "SELECT number, run, id FROM entries WHERE source = ? AND kind = 'history' AND at = ?"
            " AND after <> 'null' AND (state IS NULL OR state <> 'skipped')"
            " ORDER BY number DESC LIMIT 1",
            source,
            place,
        )
        if not rows:
            return None
        number, run, id_ = rows[0]
        (entry,) = self._entries("run = ? AND source = ? AND id = ?", run, source, id_)
        return cast("int", number), entry

    def _note_written(self, run: str, source: str) -> None:
        """Store which values and columns are okrsync's own, to tell them from people's."""
        settled = "run = ? AND source = ? AND state IN ('written', 'unchanged')"
        values: dict[tuple[str, ...], tuple[object]] = {}
        filled: set[tuple[object, object, object]] = set()
        # Many cells hold the same, such as the words of a status.
        alike: dict[str, tuple[object]] = {}
        for cell in self._own_cells("run = ? AND source = ?", run, source):
            values[cell.key, cell.field] = alike.setdefault(cell.after, (cell.after,))
            if cell.after != "null":
                filled.add((cell.table_key, cell.field, cell.col))
        for entry in self._entries(f"{settled} AND kind = 'row'", run, source):
            values.update(
                ((entry.key, cell.field), (value_to_json(cell.after),)) for cell in entry.cells
            )
        self._written.note(source, values)
        self._disown(run, source)
        columns = f"SELECT DISTINCT table_key, field, col FROM entries WHERE {settled} AND"
        made = self._state.rows(f"{columns} kind = 'column' AND after <> 'null'", run, source)
        self._state.run_many(
            "INSERT INTO headers (source, table_key, field, header) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            ((source, table, field, _header(col)) for table, field, col in (*made, *filled)),
        )
        removed_columns = self._state.rows(f"{columns} kind = 'removed-column'", run, source)
        self._state.run_many(
            "DELETE FROM headers WHERE source = ? AND table_key = ? AND header = ?",
            ((source, table, _header(col)) for table, _, col in removed_columns),
        )

    def _disown(self, run: str, source: str) -> None:
        """A value that an undo restored is okrsync's own only if okrsync had written it before;
        otherwise it belongs to people again.
        """
        undone = self._state.rows(
            "SELECT undoes FROM runs WHERE id = ? AND undoes IS NOT NULL", run
        )
        if not undone:
            return
        earlier = self._own_cells(
            "source = ?1 AND number < (SELECT min(number) FROM entries WHERE run = ?2 AND"
            " source = ?1) AND run IN (SELECT id FROM runs WHERE kind IN ('sync', 'close'))",
            source,
            undone[0][0],
        )
        ours = {(cell.key, cell.field): cell.after for cell in earlier}
        self._written.forget(
            source,
            (
                (cell.key, cell.field)
                for cell in self._own_cells("run = ? AND source = ?", run, source)
                if (cell.key, cell.field) not in ours
                or not same_value(
                    value_from_json(ours[cell.key, cell.field]), value_from_json(cell.after)
                )
            ),
        )

    def _own_cells(self, condition: str, *values: object) -> Iterator[CellRecord]:
        """The cells that hold what okrsync meant them to, oldest first."""
        from okrsync.state.packed_cells import CELLS, CellRecord, PackedCells

        rows = self._state.rows(
            "SELECT id, kind, field, key, at, table_key, row, col, looks, words, before, after, why"
            f" FROM entries WHERE ({condition}) AND (kind = 'cells' OR kind = 'cell' AND state IN"
            " ('written', 'unchanged')) ORDER BY number",
            *values,
        )
        for *record, why in cast("list[tuple[Any, ...]]", rows):
            cell = CellRecord(*record)
            if cell.kind == CELLS:
                yield from PackedCells.of(cell.before, why).own()
            else:
                yield cell

    def packed_cells(self, condition: str, *values: object) -> Iterator[tuple[int, PackedCells]]:
        """The rows that hold many cells, oldest first, each with its number. One after the other:
        those of a large sheet would take a hundred megabytes.
        """
        rows = self._state.rows(
            f"SELECT number, before, why FROM entries WHERE ({condition}) AND kind = 'cells'"
            " ORDER BY number",
            *values,
        )
        if not rows:
            return
        from okrsync.state.packed_cells import PackedCells

        for number, cells, outcomes in cast("list[tuple[Any, ...]]", rows):
            yield number, PackedCells.of(cells, outcomes)

    def keep_cells(self, number: int, cells: PackedCells) -> None:
        """Store the cells of a row with their outcomes, or remove the row when none is left."""
        if not cells.cells:
            self._state.run("DELETE FROM entries WHERE number = ?", number)
            return
        text, outcomes = cells.texts()
        self._state.run(
            "UPDATE entries SET before = ?, why = ?, state = ?, size = ?, open_size = ?"
            " WHERE number = ?",
            text,
            outcomes,
            cells.state,
            len(cells.cells),
            cells.open_size,
            number,
        )

    def _records(self, condition: str, *values: object) -> list[RunRecord]:
        rows = self._state.rows(
            "SELECT id, kind, as_of, started, finished, exit_code, undoes, counts FROM runs WHERE"
            f" {condition}",
            *values,
        )
        undone_by = self._undone_by()
        ids = [str(row[0]) for row in rows]
        parts = sources_of(self._state, ids)
        sources: dict[str, list[str]] = {}
        wrote = self._state.rows(
            f"SELECT DISTINCT run, source FROM entries WHERE run IN ({placeholders(ids)})", *ids
        )
        for run, source in wrote:
            sources.setdefault(str(run), []).append(str(source))
        return [
            _record(
                cast("tuple[Any, ...]", row),
                undone_by,
                parts.get(id_, ()),
                tuple(sorted(sources.get(id_, ()))),
            )
            for id_, row in zip(ids, rows, strict=True)
        ]

    def _undone_by(self) -> dict[str, str]:
        """The runs that were undone, each with the run that undid it. An undo counts once it
        succeeded everywhere, and until it is undone itself.
        """
        undone_by: dict[str, str] = {}
        newest_first = (
            "SELECT id, undoes FROM runs WHERE undoes IS NOT NULL AND exit_code = 0 ORDER BY rowid"
            " DESC"
        )
        # Newest first, so that an undo is known to be undone before its own target is looked at.
        for id_, undoes in self._state.rows(newest_first):
            if id_ not in undone_by:
                # The oldest one that stands did it; those after it found it done.
                undone_by[str(undoes)] = str(id_)
        return undone_by

    def _entries(self, condition: str, *values: object) -> Iterator[JournalEntry]:
        rows = self._state.rows(
            "SELECT run, source, id, kind, field, key, at, table_key, row, col, looks, words,"
            f" before, after, state, why FROM entries WHERE {condition} ORDER BY number",
            *values,
        )
        for row in cast("list[tuple[Any, ...]]", rows):
            run, source, _, kind = row[:4]
            if kind != "cells":
                yield entry_of(row)
                continue
            from okrsync.state.packed_cells import PackedCells

            packed_cells = PackedCells.of(row[12], row[15])
            for cell, outcome in zip(packed_cells.cells, packed_cells.outcomes, strict=True):
                yield entry_of((run, source, *cell, *outcome))


def _header(col: object) -> object:
    """The header of a column, out of its text in the journal."""
    return json.loads(str(col))[1]


def _record(
    row: tuple[Any, ...],
    undone_by: Mapping[str, str],
    parts: tuple[SourceRun, ...],
    sources: tuple[str, ...],
) -> RunRecord:
    id_, kind, as_of, started, finished, exit_code, undoes, counts = row
    return RunRecord(
        id=id_,
        kind=kind,
        as_of=date.fromisoformat(as_of),
        started=datetime.fromisoformat(started),
        finished=datetime.fromisoformat(finished) if finished else None,
        exit_code=exit_code,
        undoes=undoes,
        undone_by=undone_by.get(id_),
        counts=json.loads(counts),
        sources=sources,
        parts=parts,
    )
