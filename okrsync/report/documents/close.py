"""The close of a cycle, planned or carried out: `okrsync/close/1`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from okrsync.model.okrs import Status
from okrsync.plan.closing.carried import CarriedItem
from okrsync.plan.closing.retrospective import (
    Retrospective,
    ReviewedObjective,
    ReviewedResult,
)
from okrsync.report.documents.document import (
    CellJson,
    CycleEntry,
    Document,
    NumberJson,
    ShareOrNothing,
    WarningEntry,
)
from okrsync.report.documents.plan import PlannedSource, change_counts
from okrsync.steps.close import Closing

__all__ = ["CloseDocument", "close_document"]


class EarlierClose(Document):
    """A run that closed the cycle before."""

    run: str
    day: date


class CarriedEntry(Document):
    """An item that is carried over."""

    source: str
    kind: Literal["objective", "key_result"]
    objective: str
    title: str
    at: str
    """Where it stands in the cycle that is closed."""
    into: str
    """The table that takes it."""

    @classmethod
    def of(cls, item: CarriedItem) -> CarriedEntry:
        return cls(
            source=item.source,
            kind="objective" if item.title is None else "key_result",
            objective=item.objective,
            title=item.objective if item.title is None else item.title,
            at=str(item.at),
            into=item.into,
        )


class PastValueEntry(Document):
    """A value on a day, and the progress it came to."""

    day: date
    current: NumberJson
    progress: ShareOrNothing


class PastMoveEntry(Document):
    """A target, baseline or owner that changed."""

    day: date
    what: Literal["target", "baseline", "owner"]
    before: CellJson
    after: CellJson
    after_end: bool


class ReviewedResultEntry(Document):
    """How a key result went."""

    id: str
    title: str
    owner: str | None
    status: Status
    score: NumberJson
    progress: ShareOrNothing
    unit: str | None
    baseline: NumberJson
    current: NumberJson
    target: NumberJson
    values: tuple[PastValueEntry, ...]
    """The values in which it moved."""
    moves: tuple[PastMoveEntry, ...]
    silence_days: int | None
    """The longest time between two check-ins; null where it had fewer than two."""
    forecast: ShareOrNothing
    """The progress at the end that was expected at half-time."""

    @classmethod
    def of(cls, result: ReviewedResult) -> ReviewedResultEntry:
        return cls(
            id=result.id,
            title=result.title,
            owner=result.owner,
            status=result.status,
            score=result.score,
            progress=result.progress,
            unit=result.unit,
            baseline=result.baseline,
            current=result.current,
            target=result.target,
            values=tuple(
                PastValueEntry(day=value.day, current=value.current, progress=value.progress)
                for value in result.values
            ),
            moves=tuple(
                PastMoveEntry(
                    day=move.day,
                    what=move.what,
                    before=move.before,
                    after=move.after,
                    after_end=move.after_end,
                )
                for move in result.moves
            ),
            silence_days=result.silence_days,
            forecast=result.forecast,
        )


class ReviewedObjectiveEntry(Document):
    """How an objective went."""

    id: str
    title: str
    source: str
    owner: str | None
    status: Status
    score: NumberJson
    progress: ShareOrNothing
    key_results: tuple[ReviewedResultEntry, ...]

    @classmethod
    def of(cls, objective: ReviewedObjective) -> ReviewedObjectiveEntry:
        return cls(
            id=objective.id,
            title=objective.title,
            source=objective.source,
            owner=objective.owner,
            status=objective.status,
            score=objective.score,
            progress=objective.progress,
            key_results=tuple(map(ReviewedResultEntry.of, objective.results)),
        )


class RetrospectiveEntry(Document):
    """How the cycle went."""

    objectives: tuple[ReviewedObjectiveEntry, ...]
    wins: tuple[str, ...]
    """The ids of the key results that were achieved."""
    forecast_error: ShareOrNothing
    """How far the forecasts at half-time were from what it came to, on average."""

    @classmethod
    def of(cls, retrospective: Retrospective) -> RetrospectiveEntry:
        return cls(
            objectives=tuple(map(ReviewedObjectiveEntry.of, retrospective.objectives)),
            wins=tuple(result.id for result in retrospective.wins),
            forecast_error=retrospective.forecast_error,
        )


class CloseDocument(Document):
    """What `okrsync close --json` prints. Fields are added, never renamed."""

    schema_: Annotated[Literal["okrsync/close/1"], Field(serialization_alias="schema")]
    run: str | None = None
    """The run's id; only once it has been carried out."""
    cycle: CycleEntry | None
    """The cycle to close; null where the last one that ended is closed already."""
    next: CycleEntry | None
    closed_before: tuple[EarlierClose, ...]
    is_running: bool
    """Whether the cycle is ended before its time."""
    sources: tuple[PlannedSource, ...]
    carried: tuple[CarriedEntry, ...]
    retrospective: RetrospectiveEntry | None
    counts: dict[str, int]
    warnings: tuple[WarningEntry, ...]
    exit_code: int


def close_document(closing: Closing) -> CloseDocument:
    """The close of a cycle as a document."""
    plan = closing.plan
    asked: dict[str, Any] = {} if plan.run is None else {"run": plan.run}
    return CloseDocument(
        schema_="okrsync/close/1",
        cycle=None if closing.cycle is None else CycleEntry.of(closing.cycle),
        next=None if closing.following is None else CycleEntry.of(closing.following),
        closed_before=tuple(
            EarlierClose(run=each.run, day=each.day) for each in closing.closed_before
        ),
        is_running=closing.is_running,
        sources=tuple(PlannedSource.of(source) for source in plan.sources),
        carried=tuple(CarriedEntry.of(item) for item in closing.carried),
        retrospective=(
            None if closing.retrospective is None else RetrospectiveEntry.of(closing.retrospective)
        ),
        counts=change_counts(plan),
        warnings=tuple(WarningEntry.of(warning) for warning in plan.warnings),
        exit_code=plan.exit_code,
        **asked,
    )
