"""Carries a plan out: written down first, then sent, then settled.

Nothing is decided here. What was planned goes into the journal with its value before, then to the connector, and what the
connector says of each entry goes back into the journal and into the report.
"""

from __future__ import annotations

from dataclasses import replace

from okrsync.connector import Calls, Connector, Outcome, Receipt, Settings, State
from okrsync.errors import AccessError, OkrsyncError, SourceChanged
from okrsync.journal import Journal
from okrsync.model import Skip
from okrsync.plan import Change, SourcePlan

__all__ = ["apply"]


def apply(plan: SourcePlan, connector: Connector[Settings], journal: Journal, run: str) -> SourcePlan:
    """Carry out one source's plan; the answer is the same plan with an outcome at every change.

    Trouble with the source makes its state `failed` and is told in `error`. Raises `SourceChanged` when the source moved since it was read
    and nothing was written: the caller reads and plans again.
    """
    if plan.state != "ok" or plan.batch is None or plan.batch.is_empty:
        return replace(plan, calls=_calls(connector))
    journal.intend(run, plan.name, plan.batch, plan.changes)
    try:
        receipt = connector.write(plan.batch)
    except SourceChanged:
        journal.withdraw(run, plan.name)
        raise
    except OkrsyncError as error:
        # Left unsettled on purpose: part of it may have taken effect, and the next run looks at the source to learn what.
        return _failed(plan, connector, error)
    journal.settle(run, plan.name, receipt)
    return told(plan, receipt, _calls(connector))


def told(plan: SourcePlan, receipt: Receipt, calls: Calls) -> SourcePlan:
    """The plan with the receipt's outcomes at its changes; what was not written stands among the conflicts and skips as well."""
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
        Skip(plan.name, change.at, change.why or "the row is not what it was when it was read", state.value)
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
