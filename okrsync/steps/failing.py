"""Records since when a source has been failing: an hour of trouble and a week of it call for
different reactions.
"""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from okrsync.plan.plan import LEFT, Failing, Plan, SourcePlan
from okrsync.steps.job import Job

__all__ = ["since_when"]


def since_when(job: Job, plan: Plan) -> Plan:
    """The plan with the time since which each source and board has failed, which is remembered.

    A source that an interrupted run did not reach has not failed.
    """
    with job.memory.transaction():
        sources = tuple(_with_failing(job, part) for part in plan.sources)
        boards = tuple(_with_failing(job, part) for part in plan.boards)
        digests = tuple(_with_failing(job, part) for part in plan.digests)
    return replace(plan, sources=sources, boards=boards, digests=digests)


def _with_failing(job: Job, part: SourcePlan) -> SourcePlan:
    if part.error == LEFT:
        return part
    before = job.memory.failing(part.name)
    if part.state == "ok":
        if before is None:
            return part
        job.memory.forget_failing(part.name)
        return replace(part, failing=Failing(*before))
    since, runs = (datetime.now(UTC), 1) if before is None else (before[0], before[1] + 1)
    job.memory.remember_failing(part.name, since, runs)
    return replace(part, failing=Failing(since, runs))
