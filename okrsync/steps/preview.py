"""Previews the requests of a plan, as stated by each connector."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from okrsync.connector import Batch, Connector, RequestPreview, Settings
from okrsync.model.errors import OkrsyncError
from okrsync.model.okrs import Skip
from okrsync.plan.plan import Plan, SourcePlan
from okrsync.steps.job import Job
from okrsync.steps.trouble import attempt

__all__ = ["preview"]


def preview(job: Job, plan: Plan) -> Plan:
    """The plan with the requests that every source and board would get. Nothing is sent; a
    connector may read what it needs for the preview.
    """
    return replace(
        plan,
        sources=tuple(_with_requests(job, part) for part in plan.sources),
        boards=tuple(_with_requests(job, part) for part in plan.boards),
    )


def _with_requests(job: Job, part: SourcePlan) -> SourcePlan:
    connector = job.all_connectors.get(part.name)
    if part.state != "ok" or part.batch is None or connector is None:
        return replace(part, requests=())
    job.say(f"asking {part.name} what would be sent")
    previewed = replace(part, requests=(), calls=part.calls)
    if not part.batch.is_empty:
        previewed = _with_preview(part, connector)
    return replace(previewed, calls=replace(connector.calls))


def _with_preview(part: SourcePlan, connector: Connector[Settings]) -> SourcePlan:
    assert part.batch is not None
    requests = attempt(part.name, partial(_requests, connector, part.batch))
    if isinstance(requests, OkrsyncError):
        reason = f"the requests cannot be previewed: {requests.message}"
        return replace(
            part, requests=(), skips=(*part.skips, Skip(part.name, None, reason, "no-preview"))
        )
    if requests is None:
        reason = "this connector cannot tell what it would send"
        return replace(
            part, requests=None, skips=(*part.skips, Skip(part.name, None, reason, "no-preview"))
        )
    return replace(part, requests=requests)


def _requests(connector: Connector[Settings], batch: Batch) -> tuple[RequestPreview, ...] | None:
    requests = connector.requests(batch)
    return None if requests is None else tuple(requests)
