"""Reads the configured sources in parallel. One that cannot be read does not affect the others."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from functools import partial

from okrsync.connector import Connector, Settings
from okrsync.model.errors import OkrsyncError, SourceError
from okrsync.model.frozen import Frozen
from okrsync.model.table import Snapshot
from okrsync.plan.plan import LEFT
from okrsync.steps.job import Job
from okrsync.steps.side_by_side import in_fair_turns
from okrsync.steps.trouble import attempt

__all__ = ["Read", "read", "read_one", "read_places", "read_source"]


class Read(Frozen, frozen=True):
    """The result of reading one source: a snapshot, or the error that prevented it."""

    source: str
    snapshot: Snapshot | None = None
    error: OkrsyncError | None = None


def read(job: Job, left_out: Container[str] = ()) -> Iterator[Read]:
    """Every source as it is now, or why it could not be read, each as soon as it is there; without
    those that are left out.
    """
    if job.options.is_offline:
        error = SourceError("not asked, because of --offline")
        return (Read(name, error=error) for name in job.connectors)
    return read_places(job, [name for name in job.connectors if name not in left_out])


def read_places(job: Job, names: Iterable[str]) -> Iterator[Read]:
    """The named sources and boards as they are now, each as soon as it is there. KeyError for a
    name the config does not have.
    """
    queues = [_readings(job, group) for group in job.by_credential(names)]
    for _, source_read in in_fair_turns(job.executor, queues, job.workers):
        yield source_read


def read_one(job: Job, name: str) -> Snapshot:
    """One source or board as it is now. Raises what keeps it from being read."""
    answer = read_source(name, job.all_connectors[name])
    if answer.snapshot is None:
        raise answer.error or SourceError(f"{name}: nothing could be read")
    return answer.snapshot


def _readings(job: Job, names: Iterable[str]) -> Iterator[tuple[str, Callable[[], Read]]]:
    connectors = job.all_connectors
    for name in names:
        if job.options.should_stop():
            yield name, partial(Read, name, error=SourceError(LEFT))
            continue
        job.say(f"reading {name}")
        yield name, partial(read_source, name, connectors[name])


def read_source(name: str, connector: Connector[Settings]) -> Read:
    """One source as it is now, or why it could not be read."""
    answer = attempt(name, lambda: _timed_read(connector))
    return Read(name, answer) if isinstance(answer, Snapshot) else Read(name, error=answer)


def _timed_read(connector: Connector[Settings]) -> Snapshot:
    with connector.calls.timed():
        return connector.read()
