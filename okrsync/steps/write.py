"""Carries out the plan of every source; sources that changed since they were read are read and
planned again first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from okrsync.model.okrs import Skip
from okrsync.model.table import CellValue, same_value, text_of
from okrsync.plan.plan import Change, Plan, SourcePlan
from okrsync.plan.speakers import owned_values
from okrsync.steps.apply import apply_to_moving
from okrsync.steps.decide import decide_sources, exit_code
from okrsync.steps.job import Job
from okrsync.steps.measure import Measuring, measure
from okrsync.steps.read import read_places
from okrsync.steps.understand import Understood, let_go, understand_source

__all__ = ["Written", "write"]


class Written(NamedTuple):
    """The result of carrying out a plan: the plan with the outcome of each change, and the sources
    and measures behind it, which are new if a source had to be read again.
    """

    understood: Mapping[str, Understood]
    measuring: Measuring
    plan: Plan


def write(
    job: Job, run: str, understood: Mapping[str, Understood], measuring: Measuring, plan: Plan
) -> Written:
    """Write the plan of every source, and report the outcome of each change."""
    with_work = [source.name for source in plan.sources if source.has_work]
    standing = {name: _standing(understood[name]) for name in with_work}
    idle = {source.name for source in plan.sources if not source.has_work}
    understood = {
        name: let_go(job, source) if name in idle else source for name, source in understood.items()
    }

    def planned_again(moved: Collection[str]) -> list[SourcePlan]:
        """New plans for the sources that changed since they were read. From then on, the OKRs and
        measures of all sources are those of now.
        """
        nonlocal understood, measuring
        again = {read.source: understand_source(job, read) for read in read_places(job, moved)}
        measuring = measure(
            job, {name: again.get(name, source) for name, source in understood.items()}
        )
        understood = measuring.understood
        plans = decide_sources(
            job, [understood[name] for name in understood if name in moved], measuring
        )
        return [spare_new_edits(plan, standing[plan.name]) for plan in plans]

    hint = "Nothing was written there; the next run tries again."
    done = apply_to_moving(job, run, plan.sources, planned_again, hint=hint)
    # What was read is needed no more, and that of a large sheet takes much of the memory.
    understood = {
        name: let_go(job, source) if name in with_work else source
        for name, source in understood.items()
    }
    measuring = replace(measuring, understood=understood)
    sources = tuple(_without_rows(done[source.name]) for source in plan.sources)
    warnings = measuring.picture.warnings
    done_plan = replace(plan, sources=sources, warnings=warnings, exit_code=exit_code(sources))
    return Written(understood, measuring, done_plan)


def _without_rows(plan: SourcePlan) -> SourcePlan:
    if plan.batch is None:
        return plan
    return replace(plan, batch=replace(plan.batch, snapshot=plan.batch.snapshot.without_rows()))


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
    edited_changes = [change for change in plan.changes if _typed_since(change, standing)]
    if not edited_changes:
        return plan
    ids = {change.id for change in edited_changes}
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
        for change in edited_changes
    )
    return replace(
        plan,
        batch=batch,
        changes=tuple(change for change in plan.changes if change.id not in ids),
        conflicts=(*plan.conflicts, *conflicts),
    )


def _typed_since(change: Change, standing: Mapping[tuple[str, str], CellValue]) -> bool:
    cell_key = (change.key, change.field)
    return cell_key in standing and not same_value(standing[cell_key], change.before)
