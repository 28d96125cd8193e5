"""Everything one run would do, decided and not yet done.

`plan_source` looks at one source as it was read and at how its items stand, and decides every cell
that should change. It sends nothing and asks nobody: looking at a plan is free.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from okrsync.connector import (
    Ability,
    Batch,
    Calls,
    CellWrite,
    Looks,
    Misfit,
    NewColumn,
    NoteWrite,
    RequestPreview,
    State,
    SummaryWrite,
)
from okrsync.mapping import Okrs
from okrsync.measures.fields import FIELDS, STATUS_WORDS, answer
from okrsync.measures.result import Measure
from okrsync.model.okrs import (
    Freshness,
    KeyResult,
    Objective,
    Origin,
    Owned,
    Skip,
    Status,
    Warning_,
)
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
    right_edge,
    same_value,
)
from okrsync.plan.target import Facts, Target, Writable
from okrsync.plan.untouchable import lock_of_new_column, marks_of, untouchable

__all__ = [
    "FIELDS",
    "LEFT",
    "Change",
    "Facts",
    "Failing",
    "Plan",
    "Refusal",
    "SourcePlan",
    "Target",
    "answering",
    "lock_of_new_column",
    "owned_values",
    "plan_source",
]

_SILENT = (Freshness.STALE, Freshness.NEVER)
"""Of what is off track as well: it stays so however silent it is, and its owner hears of it."""


LEFT = "left for the next run: okrsync was told to stop"
"""The error of a source that a run did not get to any more, because it was told to stop."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would change, as people see it. `id` is that of the entry in the batch;
    `field` is one of `FIELDS`, or `column`, `summary`, `warning`, and on a board one of its own
    fields, or `row`, `view`. `key` is the item's natural key, empty where no item is meant.
    `outcome` is None until it has been applied, and `why` then says what stood in the way.
    """

    id: str
    at: CellRef | str
    field: str
    before: CellValue
    after: CellValue
    reason: str
    key: str = ""
    outcome: State | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A guard that stopped a source: its name (`max-changes`), and what it saw. `--allow NAME` lets
    it pass for one run.
    """

    guard: str
    message: str


@dataclass(frozen=True, slots=True)
class Failing:
    """How long a source has not gone through: the first failed run's moment, and how many runs in a
    row.
    """

    since: datetime
    runs: int


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """All that one source would get, or, once applied, what became of it.

    `state` is `ok`, `kept` (could not be read, last good numbers), `failed` or `refused` (a guard).
    `owned_cells` counts the cells okrsync answers for, `replaced` those of them that would lose a
    value okrsync did not write. `failing` tells since when runs have failed here; where this one
    went through, it tells of the failures before it.
    """

    name: str
    state: Literal["ok", "kept", "failed", "refused"]
    batch: Batch | None = None
    changes: tuple[Change, ...] = ()
    skips: tuple[Skip, ...] = ()
    conflicts: tuple[Skip, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    error: str | None = None
    hint: str | None = None
    calls: Calls = field(default_factory=Calls)
    denied: bool = False
    owned_cells: int = 0
    replaced: int = 0
    failing: Failing | None = None
    requests: tuple[RequestPreview, ...] | None = None
    """What would be sent, where somebody asked; None where nobody did, or the connector cannot
    tell.
    """
    kept_from: date | None = None
    """The day the last good numbers are of, where they count in place of what could not be read or
    is not believed.
    """
    is_unfinished: bool = False
    """Whether an earlier run was broken off between values and what goes with them, so that there
    is something to complete.
    """

    @property
    def failures(self) -> tuple[Change, ...]:
        """The changes that failed for good while others went through: the source is done in
        part.
        """
        return tuple(change for change in self.changes if change.outcome is State.FAILED)

    @property
    def has_work(self) -> bool:
        """Whether anything is to be sent."""
        return (
            self.state == "ok"
            and self.batch is not None
            and (self.is_unfinished or not self.batch.is_empty)
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """All of a run. `run` is None while it is only looked at; `exit_code` is the command's (see the
    README). `boards` are the mirrors under `publish`, each named as in the config: `publish.board`.
    """

    sources: tuple[SourcePlan, ...]
    warnings: tuple[Warning_, ...] = ()
    run: str | None = None
    exit_code: int = 0
    boards: tuple[SourcePlan, ...] = ()

    @property
    def parts(self) -> tuple[SourcePlan, ...]:
        """Sources and boards alike, in the order of the config."""
        return (*self.sources, *self.boards)


def plan_source(
    okrs: Okrs,
    snapshot: Snapshot,
    measures: Mapping[str, Measure],
    target: Target,
    place: Writable,
    facts: Facts,
    words: Mapping[Status, str] = STATUS_WORDS,
    summary: SummaryWrite | None = None,
) -> SourcePlan:
    """Every change one source should get. Items without a measure (those of other cycles) are left
    as they are.
    """
    if Ability.WRITE not in place.abilities:
        reason = "this kind of file is only read; nothing is written back"
        skips = (Skip(okrs.source, None, reason, "read-only"),) if target.columns else ()
        return SourcePlan(okrs.source, "ok", skips=(*okrs.skips, *skips))
    draft = _SourcePlanner(okrs.source, snapshot, target, place, facts, words)
    for owned in okrs.owned:
        table = snapshot.table(owned.table_key)
        if table is not None:
            speakers = answering(okrs.objectives, owned.table_key)
            heads = _first_rows(okrs.objectives, owned.table_key, speakers)
            above = {number: measures[id_] for number, id_ in heads.items() if id_ in measures}
            clear = draft.leave_unclear(speakers, okrs.unclear, owned.table_key)
            draft.add_table(table, owned, clear, measures, above)
    for item in _items(okrs.objectives):
        if (item.origin.table_key, item.origin.row.number) not in okrs.unclear:
            draft.add_note(item, measures.get(item.id))
    if summary is not None:
        draft.add_summary(summary)
    batch = Batch(
        snapshot, tuple(draft.cells), tuple(draft.columns), (), draft.summary, tuple(draft.notes)
    )
    return SourcePlan(
        okrs.source,
        "ok",
        batch=batch,
        changes=tuple(draft.changes),
        skips=(*okrs.skips, *draft.skips),
        conflicts=tuple(draft.conflicts),
        owned_cells=draft.owned_cells,
        replaced=draft.replaced,
    )


def owned_values(okrs: Okrs, snapshot: Snapshot) -> dict[tuple[str, str], CellValue]:
    """What stands in the owned cells of a source, by natural key and field."""
    values: dict[tuple[str, str], CellValue] = {}
    for owned in okrs.owned:
        table = snapshot.table(owned.table_key)
        if table is None:
            continue
        rows = {row.number: row for row in table.rows}
        columns = [(name, column) for name, column in owned.columns.items() if column is not None]
        for number, item in answering(okrs.objectives, owned.table_key).items():
            for name, column in columns:
                values[item.key, name] = rows[number].value(column)
    return values


def _items(objectives: Collection[Objective]) -> Iterator[KeyResult | Objective]:
    for objective in objectives:
        yield objective
        yield from objective.key_results


def answering(
    objectives: Collection[Objective], table_key: str
) -> dict[int, KeyResult | Objective]:
    """By row number, the item that the row's owned cells speak of.

    A key result on a row of its own, or that shares it with its objective only, has the row. Where
    several key results stand in one row, the row speaks of their objective.
    """
    speakers: dict[int, KeyResult | Objective] = {}
    shared: set[int] = set()
    for objective in objectives:
        for key_result in objective.key_results:
            if key_result.origin.table_key == table_key:
                number = key_result.origin.row.number
                if number in speakers:
                    shared.add(number)
                speakers[number] = key_result
    for objective in objectives:
        number = objective.origin.row.number
        if objective.implied or objective.origin.table_key != table_key:
            continue
        if number in shared or number not in speakers:
            speakers[number] = objective
    return dict(sorted(speakers.items()))


def _first_rows(
    objectives: Collection[Objective], table_key: str, speakers: Mapping[int, KeyResult | Objective]
) -> dict[int, str]:
    """By row number, the id of the objective that begins there and has no row of its own."""
    return {
        objective.origin.row.number: objective.id
        for objective in objectives
        if not objective.implied
        and objective.origin.table_key == table_key
        and isinstance(speakers.get(objective.origin.row.number), KeyResult)
    }


class _SourcePlanner:
    """A plan for one source in the making."""

    def __init__(
        self,
        source: str,
        snapshot: Snapshot,
        target: Target,
        place: Writable,
        facts: Facts,
        words: Mapping[Status, str],
    ) -> None:
        self.source = source
        self._snapshot = snapshot
        self._rows: dict[str, dict[int, Row]] = {}
        self.target = target
        self.place = place
        self.facts = facts
        self.words = words
        self.status_texts = tuple(words[status] for status in Status)
        self.changes: list[Change] = []
        self.cells: list[CellWrite] = []
        self.columns: list[NewColumn] = []
        self.notes: list[NoteWrite] = []
        self.skips: list[Skip] = []
        self.conflicts: list[Skip] = []
        self.summary: SummaryWrite | None = None
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
        """The rows of a table that something tells apart, by number; each of the others is a
        conflict.
        """
        clear = {}
        for number, item in speakers.items():
            reason = unclear.get((table_key, number))
            if reason is None:
                clear[number] = item
            else:
                self.conflicts.append(Skip(self.source, item.origin.title_cell, reason, "conflict"))
        return clear

    def _is_ours(self, item: KeyResult | Objective, name: str, value: CellValue) -> bool:
        """Whether okrsync itself wrote what stands in a cell: to this row, or to one that reads
        alike, since such rows may have changed places.
        """
        if is_blank(value) or same_value(value, self.facts.last_written.get((item.key, name))):
            return True
        alike = self._twins.get((item.key.partition("#")[0], name), ())
        return any(same_value(value, other) for other in alike)

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
        measured = [
            (number, item, measures[item.id])
            for number, item in speakers.items()
            if item.id in measures
        ]
        if not fields or not measured:
            return
        rows = {row.number: row for row in table.rows}
        for name in fields:
            values = {
                number: answer(name, item, measure, self.words, above.get(number))
                for number, item, measure in measured
            }
            column = self._column(table, owned, name, values)
            if column is not None:
                self._fill(table, rows, column, name, measured, values)

    def _column(
        self,
        table: Table,
        owned: Owned,
        name: str,
        values: Mapping[int, CellValue],
    ) -> ColumnRef | None:
        """Where a field goes in this table, deciding on a new column where there is none. None:
        nowhere, and a Skip says why.
        """
        header = owned.headers.get(name) or self.target.columns[name]
        index = owned.columns.get(name)
        if index is not None:
            return ColumnRef(index, header, owned.header_row)
        answered = [number for number, value in values.items() if not is_blank(value)]
        if not answered:
            return None
        if not self.target.create:
            reason = f"there is no column {header!r}, and `create = false` says not to make one"
            self.skips.append(Skip(self.source, CellRef(table.name, header), reason, "no-column"))
            return None
        if Ability.CREATE_COLUMNS not in self.place.abilities:
            reason = (
                f"there is no column {header!r}, and columns cannot be made here: add it yourself"
            )
            self.skips.append(Skip(self.source, CellRef(table.name, header), reason, "no-column"))
            return None
        edge = right_edge(table) + sum(column.table_key == table.key for column in self.columns)
        if (locked := lock_of_new_column(table, owned.header_row, edge, answered)) is not None:
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
        at = CellRef(table.name, f"{header} (new)")
        if owned.header_row is not None:
            at = CellRef(
                table.name, f"{column_letters(self.edges[table.key, header])}{owned.header_row}"
            )
        self.changes.append(
            Change(entry.id, at, "column", None, header, f"a new column for {name}")
        )
        return ColumnRef(None, header, owned.header_row)

    def _fill(
        self,
        table: Table,
        rows: Mapping[int, Row],
        column: ColumnRef,
        name: str,
        measured: list[tuple[int, KeyResult | Objective, Measure]],
        values: Mapping[int, CellValue],
    ) -> None:
        looks = FIELDS[name].looks
        texts = self.status_texts if looks is Looks.STATUS else ()
        index = column.index
        place = self.edges.get((table.key, column.header)) if index is None else index
        letters = None if place is None or table.header is not None else column_letters(place)
        fitted: dict[CellValue, CellValue | Misfit] = {}
        for number, item, measure in measured:
            row = rows[number]
            value = values[number]
            if value not in fitted:
                fitted[value] = (
                    value if value is None else self.place.fit(table, index, looks, value)
                )
            after = fitted[value]
            before = None if index is None else row.value(index)
            self.owned_cells += 1
            if isinstance(after, Misfit):
                self.skips.append(
                    Skip(self.source, self._at(table, row, column, letters), after.reason, "misfit")
                )
                continue
            if same_value(before, after):
                continue
            at = self._at(table, row, column, letters)
            ours = self._is_ours(item, name, before)
            refused = untouchable(table, marks_of(table, row, index, place))
            if refused is None and after is None and not ours:
                refused = (
                    "typed by a person, and okrsync has nothing to measure here: left as it is"
                )
            if refused is not None:
                self.skips.append(Skip(self.source, at, refused, "left-alone"))
                continue
            if not ours:
                self.replaced += 1
            entry = f"{table.key}:{number}:{name}"
            self.cells.append(
                CellWrite(
                    entry, table.key, item.origin.row, column, before, after, looks, texts, name
                )
            )
            reason = (
                measure.reason if ours else f"{measure.reason} (replaces a value somebody typed)"
            )
            self.changes.append(Change(entry, at, name, before, after, reason, item.key))

    @staticmethod
    def _at(table: Table, row: Row, column: ColumnRef, letters: str | None) -> CellRef:
        """The cell's address; in a column that is yet to be made the one it will have, or, where
        columns have names, its name.
        """
        if letters is not None:
            return CellRef(table.name, f"{letters}{row.number}")
        if column.index is not None:
            return table.ref(row, column.index)
        return CellRef(table.name, f"{row.label or f'row {row.number}'} · {column.header}")

    def add_note(self, item: KeyResult | Objective, measure: Measure | None) -> None:
        """Warn at the row of a stale check-in, once for each missed one, and take the warning back
        when it has arrived.
        """
        standing = self.facts.warned.get(item.key)
        if measure is None or (standing is None and self.target.notify == "none"):
            return
        column = item.origin.columns.get("key_result", item.origin.columns.get("objective"))
        if column is None or (isinstance(item, Objective) and (item.implied or item.key_results)):
            return
        missed = measure.checked_in.isoformat() if measure.checked_in is not None else "never"
        is_silent = measure.status is Status.STALE or (
            measure.status is Status.OFF_TRACK and measure.freshness in _SILENT
        )
        if is_silent and self.target.notify != "none":
            text = None if standing is not None and standing[0] == missed else measure.reason
        elif standing is not None and not is_silent:
            text = ""
        else:
            return
        if text is None:
            return
        if Ability.NOTES not in self.place.abilities:
            if text:
                reason = (
                    "notes cannot be put at cells here; the warning stands in the note column, if"
                    " there is one"
                )
                self.skips.append(Skip(self.source, item.origin.title_cell, reason, "no-notes"))
            return
        if text and self._is_locked(item.origin, column):
            reason = "the cell is protected: no note can be put there"
            self.skips.append(Skip(self.source, item.origin.title_cell, reason, "protected"))
            return
        entry = f"!{item.origin.table_key}:{item.key}"
        before = standing[1] if standing is not None else None
        kind: Literal["note", "comment"] = "comment" if self.target.notify == "comment" else "note"
        self.notes.append(
            NoteWrite(
                entry,
                item.origin.table_key,
                item.origin.row,
                column,
                text or None,
                before,
                item.owner,
                kind,
            )
        )
        reason = f"check-in missed; last one {missed}" if text else "the check-in has arrived"
        self.changes.append(
            Change(entry, item.origin.title_cell, "warning", before, text or None, reason, item.key)
        )

    def _is_locked(self, origin: Origin, column: int) -> bool:
        if origin.table_key not in self._rows:
            table = self._snapshot.table(origin.table_key)
            rows = table.rows if table is not None else ()
            self._rows[origin.table_key] = {row.number: row for row in rows}
        row = self._rows[origin.table_key].get(origin.row.number)
        return row is not None and bool(row.mark(column) & LOCKED)

    def add_summary(self, summary: SummaryWrite) -> None:
        """Put the summary into the plan."""
        if Ability.SUMMARY not in self.place.abilities:
            reason = (
                "a summary cannot be kept in this kind of file; use a workbook (.xlsx), or leave"
                " `summary` out"
            )
            self.skips.append(
                Skip(self.source, CellRef(summary.place, "summary"), reason, "no-summary")
            )
            return
        self.summary = summary
        before = None if summary.before is None else "the summary of an earlier run"
        reason = "the summary is not there yet" if before is None else "what it says has changed"
        self.changes.append(
            Change(summary.id, summary.place, "summary", before, "the summary of now", reason)
        )


def _last_written_to_twins(facts: Facts) -> Mapping[tuple[str, str], list[CellValue]]:
    """By the key that several rows share and by field, the values okrsync wrote to them."""
    shared = {key.partition("#")[0] for key, _ in facts.last_written if "#" in key}
    found: dict[tuple[str, str], list[CellValue]] = {}
    for (key, name), value in facts.last_written.items():
        if (plain := key.partition("#")[0]) in shared:
            found.setdefault((plain, name), []).append(value)
    return found
