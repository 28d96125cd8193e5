"""Carries the plan of every source out; one that moved since it was read is read and planned again first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from okrsync.apply import apply
from okrsync.decide import decide_source, exit_code
from okrsync.errors import SourceChanged
from okrsync.job import Job
from okrsync.measuring import measure
from okrsync.model import Skip
from okrsync.plan import Change, Plan, SourcePlan, owned_values
from okrsync.sources import read_source
from okrsync.table import CellValue, same_value, text_of
from okrsync.understanding import Understood, understand_source

__all__ = ["carry_out"]

_ATTEMPTS = 3


def carry_out(job: Job, run: str, plan: Plan, understood: dict[str, Understood]) -> Plan:
    """The plan with what became of each change. `understood` is brought up to date for sources that had to be read again."""
    done = []
    for source in plan.sources:
        if source.state == "ok" and source.batch is not None and not source.batch.is_empty:
            job.say(f"writing {source.name}")
        done.append(_carry_out_source(job, run, source, understood))
    return replace(plan, sources=tuple(done), exit_code=exit_code(done))


def _carry_out_source(job: Job, run: str, plan: SourcePlan, understood: dict[str, Understood]) -> SourcePlan:
    connector = job.connectors[plan.name]
    standing = _standing(understood[plan.name])
    moved = "it keeps changing while okrsync is at work"
    for _ in range(_ATTEMPTS):
        try:
            return apply(plan, connector, job.journal, run)
        except SourceChanged as error:
            moved = error.message
            job.say(f"{plan.name} changed meanwhile; reading it again")
            understood[plan.name] = understand_source(job, read_source(plan.name, connector))
            plan = decide_source(job, understood[plan.name], measure(job, understood))
            plan = spare_new_edits(plan, standing)
    return replace(plan, state="failed", error=moved, hint="Nothing was written there; the next run tries again.")


def _standing(source: Understood) -> Mapping[tuple[str, str], CellValue]:
    if source.okrs is None or source.snapshot is None:
        return {}
    return owned_values(source.okrs, source.snapshot)


def spare_new_edits(plan: SourcePlan, standing: Mapping[tuple[str, str], CellValue]) -> SourcePlan:
    """The plan without the owned cells that somebody typed into since the first read; each becomes a conflict.

    `standing` holds, by natural key and field, what stood in the owned cells at the first read.
    """
    if plan.batch is None:
        return plan
    taken = [change for change in plan.changes if _typed_since(change, standing)]
    if not taken:
        return plan
    ids = {change.id for change in taken}
    batch = replace(plan.batch, cells=tuple(cell for cell in plan.batch.cells if cell.id not in ids))
    conflicts = tuple(
        Skip(
            plan.name,
            change.at,
            f"somebody typed {text_of(change.before)!r} here while okrsync was at work; left alone in this run",
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
