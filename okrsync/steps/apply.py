"""Carries out plans in parallel: each is recorded first, then sent, then settled.

Nothing is decided here. Each planned change goes into the journal with its value before, then to
the connector, and its outcome goes back into the journal and into the report. Only the sending is
done by other threads; the journal is kept by one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from copy import copy
from functools import partial

from msgspec import structs
from msgspec.structs import replace

from okrsync.connector import Batch, Calls, Connector, Outcome, Receipt, Settings, State
from okrsync.model.errors import AccessError, OkrsyncError, SourceChanged, SourceError
from okrsync.model.okrs import Skip
from okrsync.plan.plan import LEFT, Change, SourcePlan
from okrsync.steps.job import Job
from okrsync.steps.side_by_side import in_fair_turns
from okrsync.steps.trouble import attempt

__all__ = ["apply", "apply_to_moving"]

_ATTEMPTS = 3
"""How often a source that changes between reading and writing is tried."""
_LISTED = 5
"""A message names at most this many entries."""
_PATIENCE_SECONDS = 5.0
"""How long an interrupted run still waits for the outcomes of writes under way."""


def apply(
    job: Job, run: str, plans: Iterable[SourcePlan]
) -> Iterator[tuple[SourcePlan, SourceChanged | None]]:
    """Carry out the plans, and return each as soon as it is done, with an outcome for every change.

    A source with an error has the state `failed` and the reason in `error`. A `SourceChanged` comes
    with the unchanged plan: the source changed since it was read and nothing was written, so that
    it can be read and planned again.
    """
    connectors = job.all_connectors
    by_name = {plan.name: plan for plan in plans}
    queues = [
        _sendings(job, run, [by_name[name] for name in group])
        for group in job.by_credential(by_name)
    ]
    for plan, answer in in_fair_turns(job.executor, queues, job.workers, _PATIENCE_SECONDS):
        connector = connectors[plan.name]
        if isinstance(answer, Receipt):
            # Entries without an outcome stay open: the next run finds out what became of them.
            job.journal.settle(run, plan.name, answer)
            done = _with_outcomes(plan, answer, _calls(connector))
            if answer.after is not None:
                from okrsync.steps.after_write import version_left

                done = replace(done, version_left=version_left(job, done, answer))
            yield done, None
        elif isinstance(answer, SourceChanged):
            job.journal.withdraw(run, plan.name)
            yield plan, answer
        elif answer is not None:
            # Left unsettled on purpose: part of it may have taken effect, and the next run looks at
            # the source to learn what.
            yield _failed(plan, connector, answer), None
        else:
            yield replace(plan, calls=_calls(connector)), None


def apply_to_moving(
    job: Job,
    run: str,
    plans: Iterable[SourcePlan],
    replan: Callable[[Collection[str]], Iterable[SourcePlan]],
    *,
    hint: str,
) -> dict[str, SourcePlan]:
    """Carry out the plans, and return each by its source, with an outcome for every change.

    `replan` reads the sources that changed since they were read, and plans them again. A source
    that never holds still fails with this `hint`; nothing was written there.
    """
    done: dict[str, SourcePlan] = {}
    attempt_number = 1
    while True:
        moved: dict[str, SourceChanged] = {}
        for plan, changed in apply(job, run, plans):
            done[plan.name] = plan
            if changed is not None:
                moved[plan.name] = changed
        if not moved:
            return done
        if attempt_number == _ATTEMPTS:
            return done | {
                name: _given_up(done[name], error, hint) for name, error in moved.items()
            }
        attempt_number += 1
        job.say(f"{', '.join(moved)} changed meanwhile; reading again")
        plans = replan(moved)


def _given_up(plan: SourcePlan, error: SourceChanged, hint: str) -> SourcePlan:
    return replace(plan, state="failed", error=error.message, hint=hint)


Answer = Receipt | OkrsyncError | None


def _sendings(
    job: Job, run: str, plans: Iterable[SourcePlan]
) -> Iterator[tuple[SourcePlan, Callable[[], Answer]]]:
    """The write of each plan, recorded in the journal just before it is sent."""
    connectors = job.all_connectors
    for plan in plans:
        if plan.batch is None or not plan.has_work:
            yield plan, lambda: None
            continue
        if job.options.should_stop():
            yield replace(plan, state="failed", error=LEFT), lambda: None
            continue
        job.say(f"writing {plan.name}")
        # Before the request leaves: a run killed at any moment later finds its intention there.
        job.journal.intend(run, plan.name, plan.batch, plan.changes)
        yield plan, partial(_send, connectors[plan.name], plan.name, plan.batch)


def _send(connector: Connector[Settings], name: str, batch: Batch) -> Answer:
    return attempt(name, partial(_timed_write, connector, batch))


def _timed_write(connector: Connector[Settings], batch: Batch) -> Receipt:
    with connector.calls.timed():
        receipt = connector.write(batch)
    # A stranger's connector may return anything.
    if not isinstance(receipt, Receipt):
        raise SourceError(
            f"the connector {connector.name!r} did not say what became of the batch",
            hint="The next run looks what became of it. Report that to its author.",
        )
    return receipt


def _with_outcomes(plan: SourcePlan, receipt: Receipt, calls: Calls) -> SourcePlan:
    """The plan with the receipt's outcomes at its changes; changes that were not written are added
    to its conflicts and skips.
    """
    changes = tuple(
        _with_outcome(change, receipt.outcomes.get(change.id, _UNHEARD)) for change in plan.changes
    )
    error = _incomplete(plan, receipt)
    return replace(
        plan,
        changes=changes,
        error=error,
        hint=None if error is None else "Report that to the author of the connector.",
        conflicts=(*plan.conflicts, *_not_written(plan, changes, State.CONFLICT)),
        skips=(*plan.skips, *_not_written(plan, changes, State.SKIPPED)),
        calls=calls,
    )


_UNHEARD = Outcome(State.FAILED, "the connector did not say what became of it")


def _incomplete(plan: SourcePlan, receipt: Receipt) -> str | None:
    """What is wrong with a receipt; None if it has exactly one outcome for each entry."""
    assert plan.batch is not None
    batch = plan.batch
    planned_ids = {entry.id for entry in (*batch.entries, *batch.summaries)}
    if batch.history is not None:
        planned_ids.add(batch.history.id)
    answered_ids = set(receipt.outcomes)
    addresses = {change.id: str(change.at) for change in plan.changes}
    faults = []
    if planned_ids - answered_ids:
        missing = _some(
            addresses.get(id_, id_) for id_ in addresses if id_ in planned_ids - answered_ids
        )
        faults.append(f"did not say what became of {missing}; the next run looks at what is there")
    if answered_ids - planned_ids:
        faults.append(
            f"reported entries that nobody asked for: {_some(sorted(answered_ids - planned_ids))}"
        )
    return f"the connector {'; it '.join(faults)}" if faults else None


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
    return f"{', '.join(listed[:_LISTED])}{more}"


def _with_outcome(change: Change, outcome: Outcome) -> Change:
    return structs.replace(
        change, outcome=outcome.state, why=outcome.reason, at=outcome.at or change.at
    )


def _not_written(plan: SourcePlan, changes: tuple[Change, ...], state: State) -> tuple[Skip, ...]:
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
    return copy(connector.calls)
