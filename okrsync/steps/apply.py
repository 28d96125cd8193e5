"""Carries plans out, side by side: each is written down first, then sent, then settled.

Nothing is decided here. What was planned goes into the journal with its value before, then to the
connector, and what the connector says of each entry goes back into the journal and into the report.
Only the sending is done by others; the journal is kept by one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from okrsync.connector import Batch, Calls, Connector, Outcome, Receipt, Settings, State
from okrsync.model.errors import AccessError, OkrsyncError, SourceChanged
from okrsync.model.okrs import Skip
from okrsync.plan.plan import LEFT, Change, SourcePlan
from okrsync.steps.job import Job
from okrsync.steps.read import trouble
from okrsync.steps.side_by_side import side_by_side

__all__ = ["apply"]

_PATIENCE_SECONDS = 5.0
"""How long an interrupted run still listens to what became of the writes that are under way."""


def apply(
    job: Job, run: str, plans: Iterable[SourcePlan]
) -> Iterator[tuple[SourcePlan, SourceChanged | None]]:
    """Carry out the plans; each comes back, as soon as it is done, with an outcome at every change.

    Trouble with a source makes its state `failed` and is told in `error`. With a `SourceChanged`
    comes the plan as it was: the source moved since it was read and nothing was written there, so
    that it can be read and planned again.
    """
    places = job.places
    for plan, answer in side_by_side(
        job.executor, _sendings(job, run, plans), job.workers, _PATIENCE_SECONDS
    ):
        connector = places[plan.name]
        if isinstance(answer, Receipt):
            job.journal.settle(run, plan.name, answer)
            yield told(plan, answer, _calls(connector)), None
        elif isinstance(answer, SourceChanged):
            job.journal.withdraw(run, plan.name)
            yield plan, answer
        elif answer is not None:
            # Left unsettled on purpose: part of it may have taken effect, and the next run looks at
            # the source to learn what.
            yield _failed(plan, connector, answer), None
        else:
            yield replace(plan, calls=_calls(connector)), None


Answer = Receipt | OkrsyncError | None


def _sendings(
    job: Job, run: str, plans: Iterable[SourcePlan]
) -> Iterator[tuple[SourcePlan, Callable[[], Answer]]]:
    """What is to be sent for each plan, written down when its turn has come."""
    places = job.places
    for plan in plans:
        if plan.batch is None or not plan.has_work:
            yield plan, lambda: None
            continue
        if job.should_stop():
            yield replace(plan, state="failed", error=LEFT), lambda: None
            continue
        job.say(f"writing {plan.name}")
        job.journal.intend(run, plan.name, plan.batch, plan.changes)
        yield plan, partial(_send, places[plan.name], plan.name, plan.batch)


def _send(connector: Connector[Settings], name: str, batch: Batch) -> Answer:
    try:
        with connector.calls.timed():
            return connector.write(batch)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one source, the others go on
        return trouble(name, error)


def told(plan: SourcePlan, receipt: Receipt, calls: Calls) -> SourcePlan:
    """The plan with the receipt's outcomes at its changes; what was not written stands among the
    conflicts and skips as well.
    """
    changes = tuple(_with_outcome(change, receipt.outcomes[change.id]) for change in plan.changes)
    return replace(
        plan,
        changes=changes,
        conflicts=(*plan.conflicts, *_left(plan, changes, State.CONFLICT)),
        skips=(*plan.skips, *_left(plan, changes, State.SKIPPED)),
        calls=calls,
    )


def _with_outcome(change: Change, outcome: Outcome) -> Change:
    return replace(change, outcome=outcome.state, why=outcome.reason, at=outcome.at or change.at)


def _left(plan: SourcePlan, changes: tuple[Change, ...], state: State) -> tuple[Skip, ...]:
    return tuple(
        Skip(
            plan.name,
            change.at,
            change.why or "the row is not what it was when it was read",
            state.value,
        )
        for change in changes
        if change.outcome is state
    )


def _failed(plan: SourcePlan, connector: Connector[Settings], error: OkrsyncError) -> SourcePlan:
    return replace(
        plan,
        state="failed",
        error=error.message,
        hint=error.hint,
        denied=isinstance(error, AccessError),
        calls=_calls(connector),
    )


def _calls(connector: Connector[Settings]) -> Calls:
    return replace(connector.calls)
