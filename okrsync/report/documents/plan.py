"""A plan, or what became of one: `okrsync/plan/1`, `okrsync/sync/1`, and those of `undo`, `ids` and
`retry`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, SerializeAsAny

# Before Python 3.12 pydantic reads no other:
# https://docs.pydantic.dev/latest/errors/usage_errors/#typed-dict-version
from typing_extensions import TypedDict

from okrsync.connector import RequestPreview, State
from okrsync.model.okrs import Skip
from okrsync.plan.plan import Change, Plan, SourcePlan
from okrsync.report.documents.document import (
    CellJson,
    Document,
    Moment,
    WarningEntry,
    address,
    shown_value,
)

if TYPE_CHECKING:
    from okrsync.steps.retry import Retry

__all__ = ["PlanDocument", "PlannedSource", "change_counts", "plan_document", "retry_document"]

PlanSchema = Literal[
    "okrsync/plan/1", "okrsync/sync/1", "okrsync/undo/1", "okrsync/ids/1", "okrsync/retry/1"
]


class ChangeEntry(TypedDict):
    """One thing that would change, or has."""

    at: str
    field: str
    """An owned field, or `column`, `summary`, `warning`; of a board one of its own fields, or
    `row`, `view`; of a digest `message`.
    """
    before: CellJson
    after: CellJson
    reason: str
    outcome: State | None
    """Null until it has been carried out."""
    why: str | None
    """What stood in the way, or what else was done, such as words of people that were moved."""
    title: str | None
    """The words of the row; null where the change is about none."""


def _change_entry(change: Change) -> ChangeEntry:
    return {
        "at": str(change.at),
        "field": change.field,
        "before": None if change.before is None else shown_value(change.before),
        "after": shown_value(change.after),
        "reason": change.reason,
        "outcome": change.outcome,
        "why": change.why,
        "title": change.title or None,
    }


class SkipEntry(Document):
    """A thing left undone, and why."""

    at: str | None
    code: str
    reason: str

    @classmethod
    def of(cls, skip: Skip) -> SkipEntry:
        return cls(at=address(skip.at), code=skip.code, reason=skip.reason)


class RefusalEntry(Document):
    """A guard that stopped the source."""

    guard: str
    message: str


class RequestEntry(Document):
    """One request that would be sent."""

    method: str
    """An HTTP method, REPLACE for a file, or MAIL."""
    url: str
    headers: dict[str, str]
    body: Any

    @classmethod
    def of(cls, request: RequestPreview) -> RequestEntry:
        return cls(
            method=request.method,
            url=request.url,
            headers=dict(request.headers),
            body=request.body,
        )


class CallsEntry(Document):
    """Requests to the service, token exchanges left out."""

    read: int
    write: int


class FailingEntry(Document):
    """Since when, and for how many runs in a row, the source has not gone through."""

    since: Moment
    runs: int


class PlannedSource(Document):
    """All that one source or board would get, or what became of it."""

    name: str
    state: Literal["ok", "kept", "failed", "refused"]
    # A plan has a change for each cell: a model of each would take longer than the whole document.
    changes: SerializeAsAny[tuple[ChangeEntry, ...]]
    skips: tuple[SkipEntry, ...]
    conflicts: tuple[SkipEntry, ...]
    refusals: tuple[RefusalEntry, ...]
    calls: CallsEntry
    retries: int
    """How many of the calls were sent again, because trouble seemed to pass."""
    failing: FailingEntry | None
    """Null where the source has gone through, and in plans."""
    error: str | None
    hint: str | None
    kept_from: date | None
    """The day of the last good numbers, where they count."""
    requests: tuple[RequestEntry, ...] | None = None
    """What would be sent, in order; only with --show-requests, and not from a connector that cannot
    tell.
    """

    @classmethod
    def of(cls, source: SourcePlan) -> PlannedSource:
        # A source that has recovered still carries its past failures, for the log line that says
        # so.
        is_failing = source.failing is not None and source.state != "ok"
        asked: dict[str, Any] = (
            {}
            if source.requests is None
            else {"requests": tuple(RequestEntry.of(request) for request in source.requests)}
        )
        entry = cls(
            name=source.name,
            state=source.state,
            changes=(),
            skips=tuple(SkipEntry.of(skip) for skip in source.skips),
            conflicts=tuple(SkipEntry.of(skip) for skip in source.conflicts),
            refusals=tuple(
                RefusalEntry(guard=refusal.guard, message=refusal.message)
                for refusal in source.refusals
            ),
            calls=CallsEntry(read=source.calls.read, write=source.calls.write),
            retries=source.calls.retries,
            failing=(
                FailingEntry(since=source.failing.since, runs=source.failing.runs)
                if is_failing and source.failing is not None
                else None
            ),
            error=source.error,
            hint=source.hint,
            kept_from=source.kept_from,
            **asked,
        )
        # An update is not checked: that would copy the entries, which may take a hundred megabytes.
        changes = tuple([_change_entry(change) for change in source.changes])
        return entry.model_copy(update={"changes": changes})


class RetriesEntry(Document):
    """What was tried again and why, and what a guard holds back until --allow; by source."""

    after: str | None
    """The run it is about; null where there was none."""
    sources: dict[str, str]
    held_back: dict[str, str]

    @classmethod
    def of(cls, wanted: Retry) -> RetriesEntry:
        return cls(
            after=wanted.after, sources=dict(wanted.sources), held_back=dict(wanted.held_back)
        )


class PlanDocument(Document):
    """What `okrsync plan --json`, `sync --json`, `undo --json`, `ids --json` and `retry --json`
    print. Fields are added, never renamed.
    """

    schema_: Annotated[PlanSchema, Field(serialization_alias="schema")]
    run: str | None = None
    """The run's id; only once it has been carried out."""
    sources: tuple[PlannedSource, ...]
    publish: tuple[PlannedSource, ...]
    """The boards, each named as in the config: `publish.board`."""
    digests: tuple[PlannedSource, ...]
    """The digests whose message is due, or that failed, each named as in the config:
    `digest.team`. A change is a message to one place.
    """
    counts: dict[str, int]
    warnings: tuple[WarningEntry, ...]
    exit_code: int
    retries: RetriesEntry | None = None
    """Of `retry` only."""


def plan_document(
    plan: Plan, schema: PlanSchema | None = None, retries: RetriesEntry | None = None
) -> PlanDocument:
    """A plan, or, with a run, what became of one. Unless `schema` says otherwise, a plan that was
    carried out is one of `sync`.
    """
    asked: dict[str, Any] = {} if plan.run is None else {"run": plan.run}
    if retries is not None:
        asked["retries"] = retries
    return PlanDocument(
        schema_=schema or ("okrsync/plan/1" if plan.run is None else "okrsync/sync/1"),
        sources=tuple(PlannedSource.of(source) for source in plan.sources),
        publish=tuple(PlannedSource.of(board) for board in plan.boards),
        digests=tuple(PlannedSource.of(digest) for digest in plan.digests),
        counts=change_counts(plan),
        warnings=tuple(WarningEntry.of(warning) for warning in plan.warnings),
        exit_code=plan.exit_code,
        **asked,
    )


def retry_document(wanted: Retry, done: Plan | None) -> PlanDocument:
    """What was tried again, and what came of it; `done` is None where there was nothing to try."""
    if done is not None:
        return plan_document(done, "okrsync/retry/1", RetriesEntry.of(wanted))
    return PlanDocument(
        schema_="okrsync/retry/1",
        sources=(),
        publish=(),
        digests=(),
        counts={},
        warnings=(),
        exit_code=0,
        retries=RetriesEntry.of(wanted),
    )


def change_counts(plan: Plan) -> dict[str, int]:
    """How many changes, skips and conflicts a plan has, and, once carried out, each outcome."""
    changes = [change for part in plan.parts for change in part.changes]
    counts = {
        "sources": len(plan.sources),
        "changes": len(changes),
        "skips": sum(len(part.skips) for part in plan.parts),
        "conflicts": sum(len(part.conflicts) for part in plan.parts),
        "refused": sum(part.state == "refused" for part in plan.parts),
        # `kept` failed as well: only its last good numbers could be used.
        "failed": sum(part.state in ("failed", "kept") for part in plan.parts),
    }
    if plan.run is not None:
        counts |= {
            # `failed` counts sources, and did so before a change could fail by itself.
            f"{state.value}_changes" if state is State.FAILED else state.value: sum(
                change.outcome is state for change in changes
            )
            for state in State
        }
    return counts
