"""Past runs: `okrsync/history/1`, which `okrsync history --json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from okrsync.connector import State
from okrsync.report.documents.document import CellJson, Document, Moment
from okrsync.report.documents.plan import CallsEntry
from okrsync.report.endings import ending, reason_of
from okrsync.state.history import SourceRun
from okrsync.state.journal import JournalEntry, RunRecord

__all__ = ["HistoryDocument", "history_document", "run_document"]


class SourceRunEntry(Document):
    """What became of one source or board in one run."""

    name: str
    state: str
    seconds: float
    """How long okrsync waited for it."""
    calls: CallsEntry
    counts: dict[str, int]
    reason: str | None

    @classmethod
    def of(cls, part: SourceRun) -> SourceRunEntry:
        return cls(
            name=part.source,
            state=part.state,
            seconds=part.seconds,
            calls=CallsEntry(read=part.reads, write=part.writes),
            counts=dict(part.counts),
            reason=part.reason,
        )


class RunEntry(Document):
    """One run."""

    id: str
    kind: str
    as_of: date
    started: Moment
    finished: Moment | None
    """Null for a run that died or is still at work."""
    seconds: float | None
    exit_code: int | None
    ended: str
    """The exit code in words."""
    reason: str | None
    """Which sources did not go through, and why."""
    counts: dict[str, int]
    undoes: str | None
    undone_by: str | None
    sources: tuple[SourceRunEntry, ...]

    @classmethod
    def of(cls, record: RunRecord, at_work: str | None) -> RunEntry:
        return cls(
            id=record.id,
            kind=record.kind,
            as_of=record.as_of,
            started=record.started,
            finished=record.finished,
            seconds=None if record.seconds is None else round(record.seconds, 3),
            exit_code=record.exit_code,
            ended=ending(record.exit_code, is_at_work=record.id == at_work),
            reason=reason_of(record),
            counts=dict(record.counts),
            undoes=record.undoes,
            undone_by=record.undone_by,
            sources=tuple(SourceRunEntry.of(part) for part in record.parts),
        )


class WrittenEntry(Document):
    """One thing that a run meant to write."""

    source: str
    at: str
    kind: str
    field: str
    before: CellJson
    after: CellJson
    outcome: State | None
    """Null while nobody knows what became of it."""
    why: str | None

    @classmethod
    def of(cls, entry: JournalEntry) -> WrittenEntry:
        is_summary = entry.kind == "summary"
        return cls(
            source=entry.source,
            at=entry.at,
            kind=entry.kind,
            field=entry.field,
            # A summary is pages long; the journal keeps it for `undo`, and nobody reads it here.
            before=None if is_summary else entry.before,
            after=None if is_summary else entry.after,
            outcome=entry.state,
            why=entry.why,
        )


class HistoryDocument(Document):
    """What `okrsync history --json` prints; with a RUN, `changes` as well. Fields are added, never
    renamed.
    """

    schema_: Annotated[Literal["okrsync/history/1"], Field(serialization_alias="schema")]
    runs: tuple[RunEntry, ...]
    changes: tuple[WrittenEntry, ...] | None = None
    """Everything the run meant to write; only with a RUN."""


def history_document(runs: Sequence[RunRecord], at_work: str | None = None) -> HistoryDocument:
    """Past runs, newest first. `at_work` is the run that is under way."""
    return _document(runs, at_work)


def run_document(record: RunRecord, entries: Sequence[JournalEntry]) -> HistoryDocument:
    """One run with every change it meant to make."""
    return _document([record], None, changes=tuple(WrittenEntry.of(entry) for entry in entries))


def _document(runs: Sequence[RunRecord], at_work: str | None, **more: Any) -> HistoryDocument:
    return HistoryDocument(
        schema_="okrsync/history/1",
        runs=tuple(RunEntry.of(record, at_work) for record in runs),
        **more,
    )
