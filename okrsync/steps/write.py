"""Carries the plan of every source out; those that moved since they were read are read and planned
again first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from okrsync.model.errors import SourceChanged
from okrsync.model.okrs import Skip
from okrsync.model.table import CellValue, same_value, text_of
from okrsync.plan.plan import Change, Plan, SourcePlan, owned_values
from okrsync.steps.apply import apply
from okrsync.steps.decide import decide_source, exit_code
from okrsync.steps.job import Job
from okrsync.steps.measure import measure
from okrsync.steps.read import read_places
from okrsync.steps.understand import Understood, let_go, understand_source

__all__ = ["carry_out"]

_ATTEMPTS = 3


def carry_out(job: Job, run: str, plan: Plan, understood: dict[str, Understood]) -> Plan:
    """The plan with what became of each change. `understood` is brought up to date for sources that
    had to be read again.
    """
    done: dict[str, SourcePlan] = {}
    plans: Sequence[SourcePlan] = plan.sources
    standing = {
        source.name: _standing(understood[source.name]) for source in plans if source.has_work
    }
    for source in plans:
        if not source.has_work:
            understood[source.name] = let_go(job, understood[source.name])
    for attempt in range(1, _ATTEMPTS + 1):
        moved: dict[str, SourceChanged] = {}
        for source, changed in apply(job, run, plans):
            done[source.name] = source
            if changed is not None:
                moved[source.name] = changed
        if not moved:
            break
        if attempt == _ATTEMPTS:
            done |= {name: _given_up(done[name], error) for name, error in moved.items()}
            break
        plans = _planned_again(job, moved, understood, standing)
    sources = tuple(done[source.name] for source in plan.sources)
    return replace(plan, sources=sources, exit_code=exit_code(sources))


def _planned_again(
    job: Job,
    moved: Collection[str],
    understood: dict[str, Understood],
    standing: Mapping[str, Mapping[tuple[str, str], CellValue]],
) -> list[SourcePlan]:
    """The plans of the sources that moved since they were read, from what they hold now."""
    job.say(f"{', '.join(moved)} changed meanwhile; reading again")
    understood |= {read.source: understand_source(job, read) for read in read_places(job, moved)}
    measuring = measure(job, understood)
    plans = [
        decide_source(job, understood[name], measuring) for name in job.connectors if name in moved
    ]
    return [spare_new_edits(plan, standing[plan.name]) for plan in plans]


def _given_up(plan: SourcePlan, error: SourceChanged) -> SourcePlan:
    hint = "Nothing was written there; the next run tries again."
    return replace(plan, state="failed", error=error.message, hint=hint)


def _standing(source: Understood) -> Mapping[tuple[str, str], CellValue]:
    if source.okrs is None or source.snapshot is None:
        return {}
    return owned_values(source.okrs, source.snapshot)


def spare_new_edits(plan: SourcePlan, standing: Mapping[tuple[str, str], CellValue]) -> SourcePlan:
    """The plan without the owned cells that somebody typed into since the first read; each becomes
    a conflict.

    `standing` holds, by natural key and field, what stood in the owned cells at the first read.
    """
    if plan.batch is None:
        return plan
    taken = [change for change in plan.changes if _typed_since(change, standing)]
    if not taken:
        return plan
    ids = {change.id for change in taken}
    batch = replace(
        plan.batch, cells=tuple(cell for cell in plan.batch.cells if cell.id not in ids)
    )
    conflicts = tuple(
        Skip(
            plan.name,
            change.at,
            f"somebody typed {text_of(change.before)!r} here while okrsync was at work; left alone"
            " in this run",
            "conflict",
        )
        for change in taken
    )
    return replace(
        plan,
        batch=batch,
        changes=tuple(change for change in plan.changes if change.id not in ids),
        conflicts=(*plan.conflicts, *conflicts),
    )


def _typed_since(change: Change, standing: Mapping[tuple[str, str], CellValue]) -> bool:
    at = (change.key, change.field)
    return at in standing and not same_value(standing[at], change.before)
