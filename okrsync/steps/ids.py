"""Adds columns of ids in the steps of a sync: read, understand, plan, apply. The run is in the
journal, and can be undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from okrsync.config import Config
from okrsync.mapping import Reading
from okrsync.model.okrs import Skip
from okrsync.plan.ids import plan_ids
from okrsync.plan.plan import Plan, SourcePlan
from okrsync.state.lock import run_lock
from okrsync.state.store import Store
from okrsync.steps.apply import apply
from okrsync.steps.decide import exit_code, failed
from okrsync.steps.job import Job, JobOptions, Say, open_job, quiet
from okrsync.steps.read import Read, read
from okrsync.steps.recover import recover
from okrsync.steps.trouble import attempt
from okrsync.steps.understand import Understood, understand_source

__all__ = ["add_ids", "look_for_ids"]


def look_for_ids(config: Config, *, only: Sequence[str] = (), say: Say = quiet) -> Plan:
    """The ids that would be added. Writes nothing, not even to the state file."""
    with (
        Store.open(config.state, readonly=True) as state,
        open_job(config, state, JobOptions(only=only, say=say)) as job,
    ):
        return _plan(job, _understood(job, read(job)))


def add_ids(config: Config, *, only: Sequence[str] = (), say: Say = quiet) -> Plan:
    """Add them, and say what became of each. Raises as `sync` does."""
    with run_lock(config.state, "ids") as lease, Store.open(config.state, lease=lease) as state:
        with open_job(config, state, JobOptions(only=only, say=say)) as job:
            plan = _plan(job, _understood(job, recover(job, read(job))))
            if all(source.batch is None or source.batch.is_empty for source in plan.sources):
                return plan
            run = job.journal.begin("ids", as_of=job.today, now=datetime.now(UTC))
            sources: dict[str, SourcePlan] = {}
            for source, changed in apply(job, run, plan.sources):
                sources[source.name] = source
                if changed is not None:
                    hint = "Nothing was written there; run it again."
                    sources[source.name] = replace(
                        source, state="failed", error=changed.message, hint=hint
                    )
            sources_done = tuple(sources[source.name] for source in plan.sources)
            plan = replace(plan, sources=sources_done, run=run, exit_code=exit_code(sources_done))
            job.journal.finish(run, plan, now=datetime.now(UTC))
            return plan


def _understood(job: Job, reads: Iterable[Read]) -> dict[str, Understood]:
    """Every source with its content, in the order of the config; ids may be asked for where nothing
    else is written.
    """
    by_name = {source_read.source: understand_source(job, source_read) for source_read in reads}
    return {name: by_name[name] for name in job.connectors}


def _plan(job: Job, understood: dict[str, Understood]) -> Plan:
    sources = tuple(
        _plan_or_trouble(job, source) for name, source in understood.items() if job.is_written(name)
    )
    return Plan(sources, exit_code=exit_code(sources))


def _plan_or_trouble(job: Job, source: Understood) -> SourcePlan:
    answer = attempt(source.source, partial(_plan_source, job, source))
    if isinstance(answer, SourcePlan):
        return answer
    return failed(source.source, answer, job.connectors[source.source].calls)


def _plan_source(job: Job, source: Understood) -> SourcePlan:
    if source.snapshot is None or source.okrs is None:
        return failed(source.source, source.error, job.connectors[source.source].calls)
    write, is_asked = job.config.sources[source.source].write, source.source in job.options.only
    if not is_asked and not (
        write.columns or write.summary or write.review or write.notify != "none"
    ):
        reason = f"the config only reads it; `--source {source.source}` adds ids anyway"
        return SourcePlan(
            source.source, "ok", skips=(Skip(source.source, None, reason, "read-only"),)
        )
    reading = Reading(
        source.source,
        job.today,
        job.cycle_named_for(source.source) or job.cycle,
        job.config.fiscal_year_start,
        write.columns,
    )
    return plan_ids(
        source.okrs,
        source.snapshot,
        job.mappings[source.source],
        reading,
        job.connectors[source.source],
        is_asked=is_asked,
    )
