"""Decides what one source gets.

`plan_source` compares a source as read with the measures of its items, and decides every cell that
should change. It sends nothing: looking at a plan is free.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from okrsync.connector import (
    Ability,
    Batch,
    CellWrite,
    HistoryWrite,
    Looks,
    Misfit,
    NewColumn,
    NoteWrite,
    SummaryWrite,
)
from okrsync.measures.fields import FIELDS, STATUS_WORDS, MeasuredItem
from okrsync.measures.result import Measure
from okrsync.model.okrs import KeyResult, Objective, Origin, Owned, Skip, Status
from okrsync.model.table import (
    LOCKED,
    CellRef,
    CellValue,
    ColumnRef,
    Row,
    Snapshot,
    Table,
    column_letters,
    is_blank,
    look_of,
    right_edge,
    same_value,
)
from okrsync.plan.plan import REPLACES, Change, SourcePlan, summary_change
from okrsync.plan.speakers import answering, first_rows
from okrsync.plan.target import Facts, Target, Writable
from okrsync.plan.untouchable import lock_of_new_column, marks_of, untouchable

if TYPE_CHECKING:
    from okrsync.model.source_okrs import Okrs

__all__ = ["plan_source"]


def plan_source(
    okrs: Okrs,
    snapshot: Snapshot,
    measures: Mapping[str, Measure],
    target: Target,
    writable: Writable,
    facts: Facts,
    words: Mapping[Status, str] = STATUS_WORDS,
    summaries: Iterable[SummaryWrite] = (),
    history: HistoryWrite | None = None,
) -> SourcePlan:
    """Every change one source should get. Items without a measure (those of other cycles) are left
    as they are.
    """
    if Ability.WRITE not in writable.abilities:
        reason = "this kind of file is only read; nothing is written back"
        skips = (Skip(okrs.source, None, reason, "read-only"),) if target.columns else ()
        return SourcePlan(okrs.source, "ok", skips=(*okrs.skips, *skips))
    planner = _SourcePlanner(okrs.source, snapshot, target, writable, facts, words)
    for owned in okrs.owned:
        table = snapshot.table(owned.table_key)
        if table is not None:
            speakers = answering(okrs.objectives, owned.table_key)
            heads = first_rows(okrs.objectives, owned.table_key, speakers)
            above = {number: measures[id_] for number, id_ in heads.items() if id_ in measures}
            clear = planner.leave_unclear(speakers, okrs.unclear, owned.table_key)
            planner.add_table(table, owned, clear, measures, above)
    if target.notify != "none" or facts.warned:
        for item in _items(okrs.objectives):
            if (item.origin.table_key, item.origin.row.number) not in okrs.unclear:
                planner.add_warnings(item, measures.get(item.id))
    for summary in summaries:
        planner.add_summary(summary)
    if history is not None:
        planner.add_history(history)
    batch = Batch(
        snapshot,
        tuple(planner.cells),
        tuple(planner.columns),
        (),
        planner.summary,
        tuple(planner.notes),
        closed_summary=planner.closed_summary,
        review=planner.review,
        history=planner.history,
    )
    return SourcePlan(
        okrs.source,
        "ok",
        batch=batch,
        changes=tuple(planner.changes),
        skips=(*okrs.skips, *planner.skips),
        conflicts=tuple(planner.conflicts),
        owned_cells=planner.owned_cells,
        replaced=planner.replaced,
    )


def _items(objectives: Collection[Objective]) -> Iterator[KeyResult | Objective]:
    for objective in objectives:
        yield objective
        yield from objective.key_results


class _SourcePlanner:
    """Collects the plan of one source."""

    def __init__(
        self,
        source: str,
        snapshot: Snapshot,
        target: Target,
        writable: Writable,
        facts: Facts,
        words: Mapping[Status, str],
    ) -> None:
        self.source = source
        self._snapshot = snapshot
        self._rows: dict[str, dict[int, Row]] = {}
        self.target = target
        self.writable = writable
        self.facts = facts
        self.words = words
        self.status_texts = tuple(words[status] for status in Status)
        self.changes: list[Change] = []
        self.cells: list[CellWrite] = []
        self.columns: list[NewColumn] = []
        self.notes: list[NoteWrite] = []
        self.missed: dict[str, str] = {}
        """By natural key, the answers about missed check-ins that okrsync does not remember."""
        self.skips: list[Skip] = []
        self.conflicts: list[Skip] = []
        self.summary: SummaryWrite | None = None
        self.review: SummaryWrite | None = None
        self.history: HistoryWrite | None = None
        self.closed_summary: SummaryWrite | None = None
        self.edges: dict[tuple[str, str], int] = {}
        self.owned_cells = 0
        self.replaced = 0
        self._twins = _last_written_to_twins(facts)

    def leave_unclear(
        self,
        speakers: Mapping[int, KeyResult | Objective],
        unclear: Mapping[tuple[str, int], str],
        table_key: str,
    ) -> Mapping[int, KeyResult | Objective]:
        """The rows of a table that can be told apart, by number; all others are conflicts."""
        if not unclear:
            return speakers
        clear = {}
        for number, item in speakers.items():
            reason = unclear.get((table_key, number))
            if reason is None:
                clear[number] = item
            else:
                self.conflicts.append(Skip(self.source, item.origin.title_cell, reason, "conflict"))
        return clear

    def _is_ours(self, item: KeyResult | Objective, name: str, value: CellValue) -> bool:
        """Whether okrsync itself wrote the value of a cell: to this item, to one that stood in its
        row before or that was copied, to one that reads alike, since such rows may have changed
        places, or to any row in a run that died.
        """
        keys = (item.key, *self.facts.predecessors.get(item.key, ()))
        written = self.facts.last_written
        if is_blank(value) or any(same_value(value, written.get((key, name))) for key in keys):
            return True
        # Rows that read alike share a key and are numbered in reading order: `key#2`.
        alike = self._twins.get((item.key.partition("#")[0], name), ())
        return any(same_value(value, other) for other in alike) or (
            bool(self.facts.strayed) and look_of(value) in self.facts.strayed.get(name, ())
        )

    def add_table(
        self,
        table: Table,
        owned: Owned,
        speakers: Mapping[int, KeyResult | Objective],
        measures: Mapping[str, Measure],
        above: Mapping[int, Measure],
    ) -> None:
        """Compare every owned cell of one table with what should stand there. `above` holds, by row
        number, the measures of objectives that begin there and have no row of their own.
        """
        fields = [name for name in FIELDS if name in self.target.columns]
        if not fields:
            return
        # Lists side by side take half the room of tuples: a large sheet has 100,000 rows.
        rows_by_number = {row.number: row for row in table.rows}
        measured = {number: item for number, item in speakers.items() if item.id in measures}
        rows = [rows_by_number[number] for number in measured]
        items = [
            MeasuredItem(item, measures[item.id], self.words, above.get(number))
            for number, item in measured.items()
        ]
        del rows_by_number, measured
        for name in fields:
            values = list(map(FIELDS[name].value, items))
            column = self._column(table, owned, name, items, values)
            if column is not None:
                self._fill(table, column, name, rows, items, values)

    def _column(
        self,
        table: Table,
        owned: Owned,
        name: str,
        items: Sequence[MeasuredItem],
        values: Sequence[CellValue],
    ) -> ColumnRef | None:
        """The column of a field in this table, a planned one if there is none. None if it has no
        column, with the reason in a Skip.
        """
        header = owned.headers.get(name) or self.target.columns[name]
        index = owned.columns.get(name)
        if index is not None:
            return ColumnRef(index, header, owned.header_row)
        replaced = self.facts.replaced
        # The first of them nearly always says all.
        answered = (
            each.item.origin.row.number
            for each, value in zip(items, values, strict=True)
            if not is_blank(value) and each.item.id not in replaced
        )
        # A column without a single answer would only take room in the sheet.
        if (first := next(answered, None)) is None:
            return None
        if not self.target.create:
            reason = f"there is no column {header!r}, and `create = false` forbids making one"
            self.skips.append(Skip(self.source, CellRef(table.name, header), reason, "no-column"))
            return None
        if Ability.CREATE_COLUMNS not in self.writable.abilities:
            reason = (
                f"there is no column {header!r}, and okrsync cannot make one here: add it yourself"
            )
            self.skips.append(Skip(self.source, CellRef(table.name, header), reason, "no-column"))
            return None
        # Columns planned earlier in this run are not in the table yet.
        edge = right_edge(table) + sum(column.table_key == table.key for column in self.columns)
        numbers = chain((first,), answered)
        if (locked := lock_of_new_column(table, owned.header_row, edge, numbers)) is not None:
            reason = f"no column {header!r} is made: {locked}"
            self.skips.append(Skip(self.source, CellRef(table.name, header), reason, "protected"))
            return None
        looks = FIELDS[name].looks
        texts = self.status_texts if looks is Looks.STATUS else ()
        self.edges[table.key, header] = edge
        entry = NewColumn(
            f"+{table.key}:{name}", table.key, name, header, owned.header_row, looks, texts
        )
        self.columns.append(entry)
        cell = CellRef(table.name, f"{header} (new)")
        if owned.header_row is not None:
            cell = CellRef(
                table.name, f"{column_letters(self.edges[table.key, header])}{owned.header_row}"
            )
        self.changes.append(
            Change(entry.id, cell, "column", None, header, f"a new column for {name}")
        )
        return ColumnRef(None, header, owned.header_row)

    def _fill(
        self,
        table: Table,
        column: ColumnRef,
        name: str,
        rows: Sequence[Row],
        items: Sequence[MeasuredItem],
        values: Sequence[CellValue],
    ) -> None:
        looks = FIELDS[name].looks
        texts = self.status_texts if looks is Looks.STATUS else ()
        index = column.index
        column_index = self.edges.get((table.key, column.header)) if index is None else index
        letters = (
            None
            if column_index is None or table.header is not None
            else column_letters(column_index)
        )
        fitted: dict[CellValue, tuple[CellValue | Misfit, bool]] = {}
        replaced = self.facts.replaced
        looks_for_misses = self.facts.is_new and self.target.notify == "comment"
        for row, measured, value in zip(rows, items, values, strict=True):
            item = measured.item
            # A column repeats few values (the words of a status), and fitting one can be costly.
            if value not in fitted:
                fits = value if value is None else self.writable.fit(table, index, looks, value)
                fitted[value] = fits, not isinstance(fits, Misfit) and is_blank(fits)
            after, is_empty = fitted[value]
            before = None if index is None else row.value(index)
            if replaced and is_blank(before) and item.id in replaced:
                continue
            self.owned_cells += 1
            if isinstance(after, Misfit):
                self.skips.append(
                    Skip(
                        self.source,
                        self._address(table, row, column, letters),
                        after.reason,
                        "misfit",
                    )
                )
                continue
            if looks_for_misses:
                self._note_a_miss(item.key, name, before)
            # A new column is empty, and most answers go into one.
            if is_empty if before is None else same_value(before, after):
                continue
            cell = self._address(table, row, column, letters)
            is_ours = before is None or self._is_ours(item, name, before)
            marks = marks_of(table, row, index, column_index) if row.marks else 0
            refused = untouchable(table, marks) if marks else None
            if refused is None and after is None and not is_ours:
                refused = "typed by a person, and okrsync has no value for it: left as it is"
            if refused is not None:
                self.skips.append(Skip(self.source, cell, refused, "left-alone"))
                continue
            if not is_ours:
                self.replaced += 1
            entry = f"{table.key}:{row.number}:{name}"
            self.cells.append(
                CellWrite(
                    entry, table.key, item.origin.row, column, before, after, looks, texts, name
                )
            )
            reason = measured.measure.reason + ("" if is_ours else REPLACES)
            self.changes.append(
                Change(entry, cell, name, before, after, reason, item.key, title=item.title)
            )

    @staticmethod
    def _address(table: Table, row: Row, column: ColumnRef, letters: str | None) -> CellRef:
        """The cell's address; in a column that is yet to be made the one it will have, or, where
        columns have names, its name.
        """
        if letters is not None:
            return CellRef(table.name, f"{letters}{row.number}")
        if column.index is not None:
            return table.ref(row, column.index)
        return CellRef(table.name, f"{row.label or f'row {row.number}'} · {column.header}")

    def add_warnings(self, item: KeyResult | Objective, measure: Measure | None) -> None:
        """Plan the warnings beside a row that is silent, and their removal after the next
        check-in.
        """
        if measure is None:
            return
        # Imported here: many configs warn nobody.
        from okrsync.plan.ladder import warnings_of

        for planned in warnings_of(
            item,
            measure,
            self.source,
            self.target,
            self.facts,
            self.writable.abilities,
            self._is_locked,
            self.missed.get(item.key),
        ):
            if isinstance(planned, Skip):
                self.skips.append(planned)
                continue
            note, reason = planned
            self.notes.append(note)
            cell = item.origin.title_cell
            self.changes.append(
                Change(
                    note.id,
                    cell,
                    "warning",
                    note.before,
                    note.text,
                    reason,
                    item.key,
                    title=item.title,
                )
            )

    def _note_a_miss(self, key: str, name: str, before: CellValue) -> None:
        """Keep the answer of a row about a missed check-in; the note says more than the status."""
        from okrsync.plan.ladder import names_a_miss

        if names_a_miss(name, before, self.words) and (name == "note" or key not in self.missed):
            self.missed[key] = str(before)

    def _is_locked(self, origin: Origin, column: int) -> bool:
        if origin.table_key not in self._rows:
            table = self._snapshot.table(origin.table_key)
            rows = table.rows if table is not None else ()
            self._rows[origin.table_key] = {row.number: row for row in rows}
        row = self._rows[origin.table_key].get(origin.row.number)
        return row is not None and bool(row.mark(column) & LOCKED)

    def add_summary(self, summary: SummaryWrite) -> None:
        """Put the summary, or the review, into the plan."""
        noun = "review" if summary.is_review else "summary"
        if Ability(noun) not in self.writable.abilities:
            reason = (
                f"this kind of file cannot have a {noun}; use a workbook (.xlsx), or leave out"
                f" `{noun}`"
            )
            self.skips.append(Skip(self.source, CellRef(summary.place, noun), reason, f"no-{noun}"))
            return
        obstacle = self.writable.obstacle(summary)
        if obstacle is not None:
            cell = CellRef(summary.full_name, noun)
            self.skips.append(Skip(self.source, cell, obstacle, "protected"))
            return
        if summary.is_review:
            self.review = summary
        elif summary.cycle is None:
            self.summary = summary
        else:
            self.closed_summary = summary
        self.changes.append(summary_change(summary))

    def add_history(self, history: HistoryWrite) -> None:
        """Put lines of the history into the plan."""
        obstacle = self.writable.history_obstacle(history)
        if obstacle is not None:
            cell = CellRef(history.place, "history")
            self.skips.append(Skip(self.source, cell, obstacle, "protected"))
            return
        self.history = history
        count = len(history.lines) - history.retried or len(history.lines)
        words = "1 observation" if count == 1 else f"{count} observations"
        reason = "what was seen for the first time, or anew"
        self.changes.append(Change(history.id, history.place, "history", None, words, reason))


def _last_written_to_twins(facts: Facts) -> Mapping[tuple[str, str], list[CellValue]]:
    """The values okrsync wrote to rows that share one key, by that key and field."""
    shared = {key.partition("#")[0] for key, _ in facts.last_written if "#" in key}
    values: dict[tuple[str, str], list[CellValue]] = {}
    for (key, name), value in facts.last_written.items():
        if (plain := key.partition("#")[0]) in shared:
            values.setdefault((plain, name), []).append(value)
    return values
