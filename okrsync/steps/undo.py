"""Undoes a run: every value it wrote is restored, unless somebody has changed it since.

An undo is a run like any other: it is decided, recorded, then sent, and can itself be undone.
Columns and tabs that the run made are removed again, unless people have used them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from okrsync.config import Config, digest_name
from okrsync.connector import (
    NO_ROW,
    Batch,
    CellWrite,
    HistoryWrite,
    Looks,
    NewColumn,
    NewRow,
    NoteWrite,
    RemovedColumn,
    RemovedRow,
    RemovedTab,
    RemovedView,
    ReviewPage,
    State,
    SummaryWrite,
    TakenRow,
)
from okrsync.measures.fields import FIELDS
from okrsync.model.errors import OkrsyncError, SourceChanged
from okrsync.model.okrs import Skip
from okrsync.model.row_finder import column_ref, columns_named, row_ref
from okrsync.model.table import (
    CellValue,
    RowRef,
    Snapshot,
    Table,
    is_blank,
    same_value,
    text_of,
)
from okrsync.plan.ladder import LEAD
from okrsync.plan.plan import Change, Plan, SourcePlan
from okrsync.state.entries import lines_of
from okrsync.state.journal import EntryFinder, JournalEntry
from okrsync.state.lock import run_lock
from okrsync.state.messages import Messages
from okrsync.state.store import Store
from okrsync.steps.apply import apply
from okrsync.steps.decide import exit_code
from okrsync.steps.history_copy import taken_away
from okrsync.steps.job import Job, JobOptions, Say, open_job, quiet
from okrsync.steps.read import Read, read_places
from okrsync.steps.recover import recover
from okrsync.steps.trouble import attempt

__all__ = ["NothingToUndo", "put_back", "undo"]


class NothingToUndo(OkrsyncError):
    """The run wrote nothing that could be put back."""


def undo(config: Config, run: str, *, say: Say = quiet) -> Plan:
    """Put a run back, and report the outcome of each value. `last` is the newest run that wrote
    something.

    What is put back already is a Skip of the code `put-back`.

    Raises `UnknownRun`, `NothingToUndo`, `LockHeld`, `StateError` or `ConfigError`.
    """
    with (
        run_lock(config.state, "undo") as lease,
        Store.open(config.state, lease=lease) as state,
    ):
        with open_job(config, state, JobOptions(say=say)) as job:
            return put_back(job, run)


def put_back(job: Job, run: str) -> Plan:
    """Put a run back with an open job."""
    undone = job.journal.find(run)
    names = list(dict.fromkeys(entry.source for entry in job.journal.entries(undone.id)))
    reads = {read.source: read for read in recover(job, _read(job, names))}
    # A failed entry may have taken effect all the same; putting it back checks the source.
    standing = (State.WRITTEN, State.FAILED, None)
    entries = [entry for entry in job.journal.entries(undone.id) if entry.state in standing]
    if not entries and run == "last":
        # It died before it wrote anything: `last` means the run before it.
        return put_back(job, run)
    if not entries:
        raise NothingToUndo(
            f"run {undone.id} wrote nothing", hint="`okrsync history` lists the runs that did."
        )
    id_ = job.journal.begin("undo", as_of=job.today, now=datetime.now(UTC), undoes=undone.id)
    by_source: dict[str, list[JournalEntry]] = {name: [] for name in names}
    for entry in entries:
        by_source[entry.source].append(entry)
    plans = [
        _plan_back(
            name,
            by_source[name],
            reads[name],
            {header for _, _, header in job.journal.owned_headers(name)},
            job.journal.inserted_rows(name),
            undone.undone_by,
            job.journal.written_elsewhere(undone.id, name),
        )
        for name in names
    ]
    carried_out = {plan.name: _put_back(plan, changed) for plan, changed in apply(job, id_, plans)}
    done_plans = [carried_out[name] for name in names]
    plan = Plan(
        tuple(done_plans),
        run=id_,
        exit_code=exit_code(done_plans),
        digests=tuple(_stays(digest) for digest in Messages(job.journal.state).sent_by(undone.id)),
    )
    job.journal.finish(id_, plan, now=datetime.now(UTC))
    _forget(job, plan)
    job.memory.forget_closing(undone.id, names)
    return plan


def _read(job: Job, names: Sequence[str]) -> Iterator[Read]:
    missing_error = OkrsyncError(
        "is no longer in the config",
        hint="Put it back into the config to undo what was written there.",
    )
    connectors = job.all_connectors
    yield from (Read(name, error=missing_error) for name in names if name not in connectors)
    yield from read_places(job, [name for name in names if name in connectors])


def _plan_back(
    source: str,
    entries: Sequence[JournalEntry],
    read: Read,
    headers: Collection[str],
    inserted: Sequence[JournalEntry],
    undone_by: str | None,
    elsewhere: Collection[tuple[str, str]],
) -> SourcePlan:
    if read.snapshot is None:
        error = read.error or OkrsyncError("could not be read")
        return SourcePlan(source, "failed", error=error.message, hint=error.hint)
    answer = attempt(
        source,
        partial(
            plan_back,
            source,
            entries,
            read.snapshot,
            headers,
            inserted,
            undone_by=undone_by,
            elsewhere=elsewhere,
        ),
    )
    if isinstance(answer, SourcePlan):
        return answer
    return SourcePlan(source, "failed", error=answer.message, hint=answer.hint)


def _put_back(plan: SourcePlan, changed: SourceChanged | None) -> SourcePlan:
    if changed is None:
        return plan
    return replace(
        plan, state="failed", error=changed.message, hint="Nothing was put back there; undo again."
    )


def plan_back(
    source: str,
    entries: Sequence[JournalEntry],
    snapshot: Snapshot,
    headers: Collection[str] = frozenset(),
    inserted: Sequence[JournalEntry] = (),
    *,
    undone_by: str | None = None,
    elsewhere: Collection[tuple[str, str]] = (),
) -> SourcePlan:
    """The plan that puts these entries back, decided against the present source. `headers` are
    those of okrsync's own columns, `inserted` the rows that it ever inserted, `undone_by` the run
    that put all of them back before, `elsewhere` the columns that other runs wrote to.
    """
    finder = EntryFinder(snapshot, entries, inserted)
    planner = _UndoPlanner(source, finder, headers=headers, undone_by=undone_by)
    # Restored columns are made before they are filled; everything else goes back in reverse order.
    removed_columns = [entry for entry in entries if entry.kind == "removed-column"]
    others = [entry for entry in reversed(entries) if entry.kind != "removed-column"]
    for entry in (*sorted(removed_columns, key=_column_index), *others):
        planner.plan(entry)
    left_columns = frozenset(
        (entry.table_key or "", entry.field) for entry in entries if entry.kind == "cell"
    ).difference(elsewhere)
    return SourcePlan(
        source,
        "ok",
        planner.batch(snapshot, left_columns),
        tuple(planner.changes),
        skips=tuple(planner.skips),
        conflicts=tuple(planner.conflicts),
    )


@dataclass
class _UndoPlanner:
    """Collects what is put back in one source."""

    source: str
    finder: EntryFinder
    cells: list[CellWrite] = field(default_factory=list)
    new_columns: list[NewColumn] = field(default_factory=list)
    removed: list[RemovedColumn] = field(default_factory=list)
    notes: list[NoteWrite] = field(default_factory=list)
    new_rows: list[NewRow] = field(default_factory=list)
    removed_rows: list[RemovedRow] = field(default_factory=list)
    removed_views: list[RemovedView] = field(default_factory=list)
    taken_rows: list[TakenRow] = field(default_factory=list)
    removed_tabs: list[RemovedTab] = field(default_factory=list)
    headers: Collection[str] = ()
    """The headers of okrsync's own columns; what stands in them is no use by people."""
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Skip] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    undone_by: str | None = None
    summary: SummaryWrite | None = None
    closed_summary: SummaryWrite | None = None
    review: SummaryWrite | None = None
    history: HistoryWrite | None = None

    def plan(self, entry: JournalEntry) -> None:
        """Put back whatever the entry recorded, or note why that is left alone."""
        match entry.kind:
            case "summary":
                self._put_back_summary(entry)
            case "history":
                self._put_back_history(entry)
            case "tab" | "removed-tab":
                self._remove_tab(entry)
            case _:
                table = self.finder.table(entry)
                if table is None:
                    self._leave(entry, "its tab is no longer there")
                else:
                    self._plan_in(table, entry)

    def _plan_in(self, table: Table, entry: JournalEntry) -> None:
        match entry.kind:
            case "column":
                self._remove_column(entry, table)
            case "removed-column":
                self._make_column(entry, table)
            case "row" | "removed-row":
                self._put_back_row(entry, table)
            case "inserted-row" | "taken-row":
                self._take_row(entry, table)
            case "view" | "removed-view":
                self._put_back_view(entry, table)
            case "note":
                self._put_back_note(entry, table)
            case _:
                self._put_back_cell(entry, table)

    def batch(self, snapshot: Snapshot, left_columns: frozenset[tuple[str, str]]) -> Batch:
        """Everything that is put back. `left_columns` are those, by table key and field, that no
        other run wrote to.
        """
        return Batch(
            snapshot,
            tuple(self.cells),
            tuple(self.new_columns),
            tuple(self.removed),
            self.summary,
            tuple(self.notes),
            tuple(self.new_rows),
            tuple(self.removed_rows),
            removed_views=tuple(self.removed_views),
            taken_rows=tuple(self.taken_rows),
            removed_tabs=tuple(self.removed_tabs),
            closed_summary=self.closed_summary,
            review=self.review,
            history=self.history,
            puts_back=True,
            left_columns=left_columns,
        )

    def _put_back_cell(self, entry: JournalEntry, table: Table) -> None:
        """One cell, if it still says what the run wrote."""
        rows, row = self.finder.rows(table), self.finder.row(entry, table)
        if row is None or entry.row is None:
            return self._leave(entry, NO_ROW)
        column_now = self.finder.column(entry, table)
        is_column_gone = column_now is None and (
            entry.column is None or not self._is_new_column(entry.column.header)
        )
        if is_column_gone and is_blank(entry.before):
            return self._skip(entry)
        if entry.column is None or is_column_gone:
            return self._leave(entry, "its column is no longer there")
        now = None if column_now is None else row.value(column_now)
        if same_value(now, entry.before):
            address = None if column_now is None else str(table.ref(row, column_now))
            return self._skip(entry, address)
        if not same_value(now, entry.after):
            value_text = text_of(now) or "nothing"
            address = entry.at if column_now is None else str(table.ref(row, column_now))
            return self._leave(entry, f"changed since: it says {value_text!r} now", address)
        ref = self.finder.distinguished(rows.as_of_now(entry.row, row), row, table)
        column_ref_now = rows.column_as_of_now(entry.column, column_now)
        looks = entry.looks or Looks.TEXT
        self.cells.append(
            CellWrite(
                entry.id, table.key, ref, column_ref_now, now, entry.before, looks, entry.words
            )
        )
        address = entry.at if column_now is None else str(table.ref(row, column_now))
        self._change(entry, address, now, entry.before)
        return None

    def _put_back_note(self, entry: JournalEntry, table: Table) -> None:
        """One note or comment. The connector checks that it still says what the run wrote."""
        rows, row = self.finder.rows(table), self.finder.row(entry, table)
        if row is None or entry.row is None:
            return self._leave(entry, NO_ROW)
        ref = self.finder.distinguished(rows.as_of_now(entry.row, row), row, table)
        column, after, before = _column_index(entry), _text(entry.before), _text(entry.after)
        kind: Literal["note", "comment"] = "comment" if "comment" in entry.words else "note"
        self.notes.append(NoteWrite(entry.id, table.key, ref, column, after, before, kind=kind))
        self._change(entry, str(table.ref(row, column)), before, after)
        return None

    def _remove_column(self, entry: JournalEntry, table: Table) -> None:
        """A column the run made."""
        column_now = self.finder.column(entry, table)
        if column_now is None or entry.column is None:
            return self._skip(entry)
        column = self.finder.rows(table).column_as_of_now(entry.column, column_now)
        self.removed.append(RemovedColumn(entry.id, table.key, column))
        self._change(entry, entry.at, column.header, None)
        return None

    def _make_column(self, entry: JournalEntry, table: Table) -> None:
        """A column the run removed."""
        if entry.column is None or self.finder.column(entry, table) is not None:
            return self._skip(entry)
        column = self.finder.rows(table).column_as_of_now(entry.column, None)
        header, looks = column.header, entry.looks or Looks.TEXT
        self.new_columns.append(
            NewColumn(
                entry.id,
                table.key,
                entry.field,
                header,
                column.header_row,
                looks,
                entry.words,
            )
        )
        self._change(entry, entry.at, None, header)
        return None

    def _put_back_row(self, entry: JournalEntry, table: Table) -> None:
        """A row the run made is removed again; one it removed is made again."""
        matches, key = self.finder.rows_of_key(entry, table), entry.words[0]
        header = entry.column.header if entry.column is not None else ""
        name = next((text_of(cell.after) for cell in entry.cells if cell.field == "name"), key)
        if entry.kind == "removed-row":
            if matches:
                self._skip(entry)
            else:
                self.new_rows.append(NewRow(entry.id, table.key, header, key, entry.cells))
                self._change(entry, entry.at, None, name)
        elif len(matches) == 1:
            row, column = matches[0]
            ref = row_ref(row, {"id": column_ref(table, column, None)})
            self.removed_rows.append(RemovedRow(entry.id, table.key, ref, header, key, entry.cells))
            self._change(entry, entry.at, name, None)
        elif matches:
            self._leave(entry, f"{len(matches)} rows have the id {key!r}")
        else:
            self._skip(entry)

    def _put_back_view(self, entry: JournalEntry, table: Table) -> None:
        """A view the run made; one that it removed is made again by the next sync of a new board
        only.
        """
        if entry.kind == "removed-view":
            return self._leave(entry, "a view that was removed is not made again")
        self.removed_views.append(RemovedView(entry.id, table.key, text_of(entry.after)))
        self._change(entry, entry.at, entry.after, None)
        return None

    def _take_row(self, entry: JournalEntry, table: Table) -> None:
        """A row the run inserted; one that it took out is not made again."""
        title = entry.words[0]
        if entry.kind == "taken-row":
            return self._leave(entry, f"the row {title!r} was taken out; close the cycle again")
        rows = self.finder.inserted_rows(table)
        row = rows.find(entry.row) if entry.row is not None else None
        if row is None or entry.row is None:
            return self._leave(entry, NO_ROW)
        ref = rows.as_of_now(entry.row, row)
        ours = tuple(columns_named(table, self.headers))
        self.taken_rows.append(TakenRow(entry.id, table.key, ref, entry.holds, ours))
        address = str(table.ref(row, 0))
        self.changes.append(
            Change(entry.id, address, "inserted-row", title, None, "put back", entry.key)
        )
        return None

    def _remove_tab(self, entry: JournalEntry) -> None:
        """A tab the run copied; one that it removed is not made again."""
        digest, name = entry.words
        table = self.finder.named(name)
        if entry.kind == "removed-tab":
            return self._leave(entry, f"the tab {name!r} was removed; close the cycle again")
        if table is None:
            return self._leave(entry, "its tab is no longer there")
        ours = tuple(columns_named(table, self.headers))
        self.removed_tabs.append(RemovedTab(entry.id, table.key, name, digest, ours))
        self._change(entry, entry.at, name, None)
        return None

    def _is_new_column(self, header: str) -> bool:
        return any(column.header == header for column in self.new_columns)

    def _put_back_summary(self, entry: JournalEntry) -> None:
        """The summary as it was before the run; none, if the run made it."""
        cycle = entry.key or None
        place = entry.at.removesuffix(f" {cycle}") if cycle else entry.at
        write = SummaryWrite(
            entry.id,
            place,
            entry.before_summary,
            entry.after_summary,
            cycle=cycle,
            is_review=isinstance(entry.before_summary or entry.after_summary, ReviewPage),
        )
        if write.is_review:
            self.review = write
        elif cycle is None:
            self.summary = write
        else:
            self.closed_summary = write
        earlier = None if entry.before_summary is None else "the summary of an earlier run"
        self._change(entry, entry.at, "the summary of that run", earlier)

    def _put_back_history(self, entry: JournalEntry) -> None:
        """The lines that the run appended are taken away; those it took away are appended again."""
        lines, is_removal = lines_of(entry), entry.after is not None
        self.history = HistoryWrite(entry.id, entry.at, entry.words, lines, is_removal=is_removal)
        words = f"{len(lines)} observations"
        before, after = (words, None) if is_removal else (None, words)
        self._change(entry, entry.at, before, after)

    def _leave(self, entry: JournalEntry, reason: str, address: str | None = None) -> None:
        """Something that cannot or must not be put back."""
        self.conflicts.append(
            Skip(self.source, address or entry.at, f"{reason}; left alone", "changed-since")
        )

    def _skip(self, entry: JournalEntry, address: str | None = None) -> None:
        """Something that says what it said before the run, so that nothing is left to do."""
        reason = "put back already"
        if self.undone_by is not None:
            reason = f"put back already, by run {self.undone_by}"
        self.skips.append(Skip(self.source, address or entry.at, reason, "put-back"))

    def _change(
        self, entry: JournalEntry, address: str, before: CellValue, after: CellValue
    ) -> None:
        field_ = "column" if entry.kind in ("column", "removed-column") else entry.field
        title = "" if entry.row is None else _title(entry.row)
        self.changes.append(
            Change(entry.id, address, field_, before, after, "put back", entry.key, title=title)
        )


def _column_index(entry: JournalEntry) -> int:
    return entry.column.index if entry.column is not None and entry.column.index is not None else 0


def _title(row: RowRef) -> str:
    """The words of a row, by the cells that it is recognised by; empty where they hold none."""
    words = {cell.role: text_of(cell.value) for cell in row.identity}
    return words.get("key_result") or words.get("objective") or ""


def _text(value: CellValue) -> str | None:
    return None if value is None else text_of(value)


def _stays(digest: str) -> SourcePlan:
    """The part of a plan about a message that was sent."""
    name = digest_name(digest)
    reason = "its message was sent, and cannot be called back"
    return SourcePlan(name, "ok", skips=(Skip(name, None, reason, "sent"),))


def _forget(job: Job, plan: Plan) -> None:
    """A warning that was taken back may be given again, and a last answer is written again."""
    with job.memory.transaction():
        for source in plan.sources:
            if source.name in job.connectors:
                taken_away(job, source)
            back = [
                change
                for change in source.changes
                if change.outcome in (State.WRITTEN, State.UNCHANGED)
            ]
            job.memory.owe(source.name, {each.key for each in back if each.field in FIELDS})
            for change in back:
                if change.field == "warning":
                    rung = LEAD.memory if change.id.startswith(LEAD.sign) else ""
                    text = _text(change.after)
                    job.memory.remember_warning(source.name, f"{rung}{change.key}", "", text)
