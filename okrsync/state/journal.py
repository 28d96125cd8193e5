"""The journal: what each run meant to write, with the value before, and what became of it.

An entry is written, and synced to disk, before anything is sent (`intend`). It is settled with what
the connector says of it. An entry that is still open belongs to a run that died in between; the
next run looks what became of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from okrsync.connector import (
    Batch,
    CellWrite,
    Looks,
    NewColumn,
    NewRow,
    NewView,
    NoteWrite,
    Outcome,
    Receipt,
    RemovedColumn,
    RemovedRow,
    RemovedView,
    State,
)
from okrsync.connector.summary import Summary
from okrsync.model.errors import UnknownRun
from okrsync.model.row_finder import RowFinder
from okrsync.model.table import (
    CellValue,
    ColumnRef,
    Row,
    RowRef,
    Snapshot,
    Table,
    same_identity,
    same_value,
)
from okrsync.plan.plan import Change, Plan
from okrsync.state.history import SourceRun, note_sources, outcome_counts, sources_of
from okrsync.state.store import StateFile
from okrsync.state.values_json import (
    column_from_json,
    column_to_json,
    row_from_json,
    row_to_json,
    value_from_json,
    value_to_json,
)

__all__ = ["EntryFinder", "Journal", "JournalEntry", "RunRecord"]

EntryKind = Literal[
    "cell",
    "column",
    "removed-column",
    "summary",
    "note",
    "row",
    "removed-row",
    "view",
    "removed-view",
]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as history tells it. `finished` and `exit_code` are None for a run that died or is
    still at work; `counts` holds how many changes ended in which state; `undone_by` is the id of
    the run that put this one back.
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
    """What became of each source and board; nothing for a run that did not finish."""

    @property
    def seconds(self) -> float | None:
        """How long it took; None for a run that did not finish."""
        return None if self.finished is None else (self.finished - self.started).total_seconds()


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One thing a run meant to write. `state` is None while nobody knows what became of it. Of a
    row, `cells` are what it was made of, `column` is the one that holds its key, and the key is the
    only one of its `words`.
    """

    run: str
    source: str
    id: str
    kind: EntryKind
    field: str
    key: str
    at: str
    table_key: str | None
    row: RowRef | None
    column: ColumnRef | None
    looks: Looks | None
    words: tuple[str, ...]
    before: CellValue
    after: CellValue
    before_summary: Summary | None
    after_summary: Summary | None
    cells: tuple[CellWrite, ...]
    state: State | None
    why: str | None


class EntryFinder:
    """Finds the rows and columns of entries in the tables of a source as they are now."""

    def __init__(self, snapshot: Snapshot, entries: Sequence[JournalEntry]) -> None:
        rows: dict[str | None, list[RowRef]] = {}
        for entry in entries:
            if entry.row is not None:
                rows.setdefault(entry.table_key, []).append(entry.row)
        self._tables = {
            table.key: (table, RowFinder(table, rows.get(table.key, ())))
            for table in snapshot.tables
        }

    def table(self, entry: JournalEntry) -> Table | None:
        """The entry's table, or None when it is no longer there."""
        return self._tables[entry.table_key][0] if entry.table_key in self._tables else None

    def rows(self, table: Table) -> RowFinder:
        """The finder of a table's rows."""
        return self._tables[table.key][1]

    def column(self, entry: JournalEntry, table: Table) -> int | None:
        """Where the entry's column stands now, or None when it is not there."""
        if entry.field in table.owned:
            return table.owned[entry.field]
        return None if entry.column is None else self.rows(table).column(entry.column)

    def rows_of_key(self, entry: JournalEntry, table: Table) -> list[tuple[Row, int]]:
        """The rows that hold the key of a row's entry, each with the key's column."""
        column = None if entry.column is None else self.rows(table).column(entry.column)
        if column is None:
            return []
        key = entry.words[0]
        return [(row, column) for row in table.rows if same_identity(row.value(column), key)]


class Journal:
    """The journal in a state file."""

    def __init__(self, state: StateFile) -> None:
        self._state = state

    @property
    def state(self) -> StateFile:
        """The state file it is in."""
        return self._state

    def begin(self, kind: str, *, as_of: date, now: datetime, undoes: str | None = None) -> str:
        """A new run's id: the day it began and a running number, such as `2026-11-24-2`."""
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
        """Write down everything a batch would do, with the values before. It is on disk when this
        returns.
        """
        by_id = {change.id: change for change in changes}
        with self._state.transaction():
            self._state.run_many(
                "INSERT INTO entries (run, source, id, kind, field, key, at, table_key, row, col,"
                " looks, words, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ((run, source, *record) for record in _records(batch, by_id)),
            )

    def withdraw(self, run: str, source: str) -> None:
        """Take back what was written down for a source: it is known that nothing of it was sent."""
        self._state.run(
            "DELETE FROM entries WHERE run = ? AND source = ? AND state IS NULL", run, source
        )

    def settle(self, run: str, source: str, receipt: Receipt) -> None:
        """Write down what became of each entry.

        What failed may have taken effect all the same. Where a table will show whether it did, the
        entry stays open, and the next run looks.
        """
        with self._state.transaction():
            self._state.run_many(
                "UPDATE entries SET why = ?2, state = CASE WHEN ?1 = 'failed' AND kind IN ('cell',"
                " 'column', 'removed-column', 'row', 'removed-row') THEN NULL ELSE ?1 END"
                " WHERE run = ?3 AND source = ?4 AND id = ?5",
                (
                    (outcome.state.value, outcome.reason, run, source, id_)
                    for id_, outcome in receipt.outcomes.items()
                ),
            )
            self._note_written(run, source)

    def resolve(self, run: str, source: str, became: Mapping[str, State]) -> None:
        """Settle entries of a run that died, by their ids, as the source itself told what became of
        them.
        """
        reason = "the run ended before this was known; seen in the source since"
        self.settle(
            run, source, Receipt({id_: Outcome(state, reason) for id_, state in became.items()})
        )

    def finish(self, run: str, done: Plan, *, now: datetime) -> None:
        """Write down how the run ended, and what became of each source and board."""
        with self._state.transaction():
            self._state.run(
                "UPDATE runs SET finished = ?, exit_code = ?, counts = ? WHERE id = ?",
                now.isoformat(),
                done.exit_code,
                json.dumps(outcome_counts(*done.parts)),
                run,
            )
            note_sources(self._state, run, done)

    def unsettled(self) -> list[JournalEntry]:
        """Every open entry, oldest first."""
        return list(self._entries("state IS NULL"))

    def entries(self, run: str) -> list[JournalEntry]:
        """Everything a run meant to write, in the order it was written down."""
        return list(self._entries("run = ?", run))

    def runs(self, limit: int = 20, *, since: datetime | None = None) -> list[RunRecord]:
        """The latest runs, newest first, in the order in which they were made, whatever clocks
        said; with `since`, those that began at that moment or later.
        """
        start = "" if since is None else since.astimezone(UTC).isoformat()
        return self._records(
            "is_pruned = 0 AND started >= ? ORDER BY rowid DESC LIMIT ?", start, limit
        )

    def find(self, run: str) -> RunRecord:
        """One run by its id; `last` is the newest run of ours that wrote something, as far as is
        known, and was not put back since.

        Raises `UnknownRun`, naming the nearest.
        """
        if run == "last":
            wrote = (
                "kind IN ('sync', 'ids') AND is_pruned = 0 AND EXISTS (SELECT 1 FROM entries WHERE"
                " run = runs.id AND (state IS NULL OR state = 'written')) ORDER BY rowid DESC"
            )
            standing = [record for record in self._records(wrote) if record.undone_by is None]
            if not standing:
                raise UnknownRun(
                    "no run has written anything yet", hint="`okrsync history` lists all runs."
                )
            return standing[0]
        found = self._records("id = ? AND is_pruned = 0", run)
        if not found:
            if self._state.rows("SELECT 1 FROM runs WHERE id = ?", run):
                raise UnknownRun(
                    f"run {run} is older than what is kept",
                    hint="`keep` under [history] says for how long runs are kept.",
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
        return found[0]

    def up_to(self, day: str, zone: ZoneInfo) -> RunRecord | None:
        """The last sync that began up to the end of a day such as `2026-11-23`; None where that is
        no day. Raises `UnknownRun` when there is none.
        """
        try:
            until = datetime.combine(date.fromisoformat(day), time.max, zone)
        except ValueError:
            return None
        before = "kind = 'sync' AND is_pruned = 0 AND started <= ? ORDER BY rowid DESC LIMIT 1"
        found = self._records(before, until.astimezone(UTC).isoformat())
        if not found:
            raise UnknownRun(
                f"there is no run up to {day}", hint="`okrsync history` lists all runs."
            )
        return found[0]

    def last_written(self, source: str) -> dict[tuple[str, str], CellValue]:
        """By natural key and field, the value okrsync last wrote."""
        rows = self._state.rows("SELECT key, field, value FROM written WHERE source = ?", source)
        return {(str(key), str(field)): value_from_json(str(value)) for key, field, value in rows}

    def owned_headers(self, source: str) -> set[tuple[str, str, str]]:
        """Table key, field and header of every column okrsync has written to and not removed
        itself.
        """
        rows = self._state.rows(
            "SELECT table_key, field, header FROM headers WHERE source = ?", source
        )
        return {(str(table_key), str(field), str(header)) for table_key, field, header in rows}

    def last_summary(self, source: str, place: str) -> Summary | None:
        """The summary okrsync last left at a place, or None where it left none."""
        rows = self._state.rows(
            "SELECT after FROM entries WHERE source = ? AND kind = 'summary' AND at = ? AND state"
            " IN ('written', 'unchanged') ORDER BY number DESC LIMIT 1",
            source,
            place,
        )
        return _summary(str(rows[0][0])) if rows else None

    def _note_written(self, run: str, source: str) -> None:
        """Keep what okrsync's own values and columns are, for telling them from people's."""
        settled = "run = ? AND source = ? AND state IN ('written', 'unchanged')"
        self._state.run(
            "INSERT OR REPLACE INTO written (source, key, field, value) SELECT source, key, field,"
            f" after FROM entries WHERE {settled} AND kind = 'cell' ORDER BY number",
            run,
            source,
        )
        made = (
            entry
            for entry in self.entries(run)
            if entry.source == source and entry.kind == "row" and entry.state
        )
        self._state.run_many(
            "INSERT OR REPLACE INTO written (source, key, field, value) VALUES (?, ?, ?, ?)",
            (
                (source, entry.key, cell.field, value_to_json(cell.after))
                for entry in made
                if entry.state in (State.WRITTEN, State.UNCHANGED)
                for cell in entry.cells
            ),
        )
        self._disown(run, source)
        self._state.run(
            "INSERT OR IGNORE INTO headers (source, table_key, field, header) SELECT DISTINCT"
            f" source, table_key, field, json_extract(col, '$[1]') FROM entries WHERE {settled} AND"
            " kind IN ('cell', 'column') AND after <> 'null'",
            run,
            source,
        )
        self._state.run(
            "DELETE FROM headers WHERE (source, table_key, header) IN (SELECT source, table_key,"
            f" json_extract(col, '$[1]') FROM entries WHERE {settled} AND kind = 'removed-column')",
            run,
            source,
        )

    def _disown(self, run: str, source: str) -> None:
        """What an undo put back is okrsync's own only where okrsync had written it before; else it
        is a person's again.
        """
        put_back = (
            "SELECT key, field, after FROM entries"
            " WHERE run = ? AND source = ? AND kind = 'cell' AND state IN ('written', 'unchanged')"
        )
        undone = self._state.rows(
            "SELECT undoes FROM runs WHERE id = ? AND undoes IS NOT NULL", run
        )
        if not undone:
            return
        earlier = self._state.rows(
            "SELECT key, field, after FROM entries WHERE source = ? AND kind = 'cell' AND state IN"
            " ('written', 'unchanged') AND number < (SELECT min(number) FROM entries WHERE run ="
            " ?) AND run IN (SELECT id FROM runs WHERE kind = 'sync') AND (key, field) IN (SELECT"
            f" key, field FROM ({put_back})) ORDER BY number",
            source,
            undone[0][0],
            run,
            source,
        )
        ours = {(key, field): str(after) for key, field, after in earlier}
        peoples = [
            (source, key, field)
            for key, field, after in self._state.rows(put_back, run, source)
            if (key, field) not in ours
            or not same_value(value_from_json(ours[key, field]), value_from_json(str(after)))
        ]
        self._state.run_many(
            "DELETE FROM written WHERE source = ? AND key = ? AND field = ?", iter(peoples)
        )

    def _records(self, condition: str, *values: object) -> list[RunRecord]:
        rows = self._state.rows(
            "SELECT id, kind, as_of, started, finished, exit_code, undoes, counts, (SELECT"
            " group_concat(DISTINCT source) FROM entries WHERE run = runs.id) FROM runs WHERE"
            f" {condition}",
            *values,
        )
        undone_by = self._undone_by()
        parts = sources_of(self._state, [str(row[0]) for row in rows])
        return [
            _record(cast("tuple[Any, ...]", row), undone_by, parts.get(str(row[0]), ()))
            for row in rows
        ]

    def _undone_by(self) -> dict[str, str]:
        """The runs that were put back, each with the run that did it. Putting a run back counts
        once it went through everywhere, and until it is put back itself.
        """
        undone_by: dict[str, str] = {}
        newest_first = (
            "SELECT id, undoes FROM runs WHERE undoes IS NOT NULL AND exit_code = 0 ORDER BY rowid"
            " DESC"
        )
        for id_, undoes in self._state.rows(newest_first):
            if id_ not in undone_by:
                undone_by.setdefault(str(undoes), str(id_))
        return undone_by

    def _entries(self, condition: str, *values: object) -> Iterator[JournalEntry]:
        rows = self._state.rows(
            "SELECT run, source, id, kind, field, key, at, table_key, row, col, looks, words,"
            f" before, after, state, why FROM entries WHERE {condition} ORDER BY number",
            *values,
        )
        for row in rows:
            yield _entry(cast("tuple[Any, ...]", row))


def _records(batch: Batch, changes: Mapping[str, Change]) -> Iterator[tuple[object, ...]]:
    """Every entry of a batch as the columns of the table, from `id` on. Columns first: they are
    made before they are filled.
    """
    for column in batch.new_columns:
        yield _column(column, changes, "column")
    for cell in batch.cells:
        yield _cell(cell, changes[cell.id])
    for removed in batch.removed_columns:
        yield _column(removed, changes, "removed-column")
    for note in batch.notes:
        yield _note(note, changes[note.id])
    rows: tuple[NewRow | RemovedRow, ...] = (*batch.new_rows, *batch.removed_rows)
    for row in rows:
        yield _row(row, changes[row.id])
    views: tuple[NewView | RemovedView, ...] = (*batch.new_views, *batch.removed_views)
    for view in views:
        change = changes[view.id]
        kind = "view" if isinstance(view, NewView) else "removed-view"
        yield (
            view.id,
            kind,
            "view",
            "",
            str(change.at),
            view.table_key,
            None,
            None,
            None,
            None,
            value_to_json(change.before),
            value_to_json(change.after),
        )
    if batch.summary is not None:
        before, after = batch.summary.before, batch.summary.summary
        yield (
            batch.summary.id,
            "summary",
            "summary",
            "",
            batch.summary.place,
            None,
            None,
            None,
            None,
            None,
            _summary_text(before),
            _summary_text(after),
        )


def _cell(cell: CellWrite, change: Change) -> tuple[object, ...]:
    return (
        cell.id,
        "cell",
        change.field,
        change.key,
        str(change.at),
        cell.table_key,
        row_to_json(cell.row),
        column_to_json(cell.column),
        cell.looks.value,
        json.dumps(cell.words),
        value_to_json(cell.before),
        value_to_json(cell.after),
    )


def _column(
    entry: NewColumn | RemovedColumn, changes: Mapping[str, Change], kind: EntryKind
) -> tuple[object, ...]:
    change = changes[entry.id]
    made = entry if isinstance(entry, NewColumn) else None
    column = (
        entry.column
        if isinstance(entry, RemovedColumn)
        else ColumnRef(None, entry.header, entry.header_row)
    )
    return (
        entry.id,
        kind,
        made.field if made else change.field,
        "",
        str(change.at),
        entry.table_key,
        None,
        column_to_json(column),
        made.looks.value if made else None,
        json.dumps(made.words if made else ()),
        value_to_json(change.before),
        value_to_json(change.after),
    )


def _row(row: NewRow | RemovedRow, change: Change) -> tuple[object, ...]:
    cells = _cells_text(row.cells)
    is_new = isinstance(row, NewRow)
    return (
        row.id,
        "row" if is_new else "removed-row",
        "row",
        change.key,
        str(change.at),
        row.table_key,
        None,
        column_to_json(ColumnRef(None, row.key_header)),
        None,
        json.dumps((row.key,)),
        value_to_json(None if is_new else cells),
        value_to_json(cells if is_new else None),
    )


def _cells_text(cells: Sequence[CellWrite]) -> str:
    return json.dumps(
        [
            [
                one.id,
                one.field,
                one.column.header,
                one.looks.value,
                one.words,
                value_to_json(one.after),
            ]
            for one in cells
        ],
        ensure_ascii=False,
    )


def _cells(text: CellValue, table_key: str) -> tuple[CellWrite, ...]:
    """The cells `_cells_text` wrote down; none where it wrote none."""
    return tuple(
        CellWrite(
            id_,
            table_key,
            RowRef(0, None, ()),
            ColumnRef(None, header),
            None,
            value_from_json(value),
            Looks(looks),
            tuple(words),
            name,
        )
        for id_, name, header, looks, words, value in (
            json.loads(text) if isinstance(text, str) else ()
        )
    )


def _note(note: NoteWrite, change: Change) -> tuple[object, ...]:
    return (
        note.id,
        "note",
        "warning",
        change.key,
        str(change.at),
        note.table_key,
        row_to_json(note.row),
        column_to_json(ColumnRef(note.column, "")),
        None,
        json.dumps((note.kind,)),
        value_to_json(note.before),
        value_to_json(note.text),
    )


def _summary_text(summary: Summary | None) -> str:
    return "null" if summary is None else json.dumps(asdict(summary), ensure_ascii=False)


def _summary(text: str) -> Summary | None:
    data = json.loads(text)
    return None if data is None else Summary.from_json(data)


def _entry(row: tuple[Any, ...]) -> JournalEntry:
    (
        run,
        source,
        id_,
        kind,
        field,
        key,
        at,
        table_key,
        row_text,
        column,
        looks,
        words,
        before,
        after,
        state,
        why,
    ) = row
    is_summary = kind == "summary"
    held = (
        value_from_json(before if kind == "removed-row" else after)
        if kind in ("row", "removed-row")
        else None
    )
    return JournalEntry(
        run=run,
        source=source,
        id=id_,
        kind=kind,
        field=field,
        key=key,
        at=at,
        table_key=table_key,
        row=row_from_json(row_text) if row_text else None,
        column=column_from_json(column) if column else None,
        looks=Looks(looks) if looks else None,
        words=tuple(json.loads(words)) if words else (),
        before=None if is_summary else value_from_json(before),
        after=None if is_summary else value_from_json(after),
        before_summary=_summary(before) if is_summary else None,
        after_summary=_summary(after) if is_summary else None,
        cells=_cells(held, str(table_key)),
        state=State(state) if state else None,
        why=why,
    )


def _record(
    row: tuple[Any, ...], undone_by: Mapping[str, str], parts: tuple[SourceRun, ...]
) -> RunRecord:
    id_, kind, as_of, started, finished, exit_code, undoes, counts, sources = row
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
        sources=tuple(sorted(sources.split(","))) if sources else (),
        parts=parts,
    )
