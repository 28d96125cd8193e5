"""Reads the configured sources, side by side; one that cannot be read spoils itself only."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from okrsync.connector import Connector, Settings
from okrsync.model.errors import OkrsyncError, SourceError
from okrsync.model.table import Snapshot
from okrsync.plan.plan import LEFT
from okrsync.steps.job import Job
from okrsync.steps.side_by_side import side_by_side

__all__ = ["Read", "read", "read_places", "read_source", "trouble"]

_log = logging.getLogger("okrsync.sources")


@dataclass(frozen=True, slots=True)
class Read:
    """What reading one source came to: a snapshot, or the error that stopped it."""

    source: str
    snapshot: Snapshot | None = None
    error: OkrsyncError | None = None


def read(job: Job) -> Iterator[Read]:
    """Every source as it is now, or why it could not be read, each as soon as it is there."""
    return read_places(job, job.connectors)


def read_places(job: Job, names: Iterable[str]) -> Iterator[Read]:
    """The named sources and boards as they are now, each as soon as it is there. KeyError for a
    name the config does not have.
    """
    for _, found in side_by_side(job.executor, _readings(job, names), job.workers):
        yield found


def _readings(job: Job, names: Iterable[str]) -> Iterator[tuple[str, Callable[[], Read]]]:
    places = job.places
    for name in names:
        if job.should_stop():
            yield name, partial(Read, name, error=SourceError(LEFT))
            continue
        job.say(f"reading {name}")
        yield name, partial(read_source, name, places[name])


def read_source(name: str, connector: Connector[Settings]) -> Read:
    """One source as it is now, or why it could not be read."""
    try:
        with connector.calls.timed():
            return Read(name, connector.read())
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one source, the others go on
        return Read(name, error=trouble(name, error))


def trouble(name: str, error: Exception) -> OkrsyncError:
    """What went wrong with a source, in words. What okrsync has no words for is raised where
    OKRSYNC_DEBUG asks for it.
    """
    if isinstance(error, OkrsyncError):
        return error
    if isinstance(error, OSError):
        return SourceError(f"{name}: {error.strerror or error}", hint="Try again.")
    if os.environ.get("OKRSYNC_DEBUG"):
        raise error
    _log.info("%s: %s, which nobody foresaw", name, type(error).__name__, exc_info=error)
    return SourceError(
        f"{name}: this should not have happened ({type(error).__name__})",
        hint="Run it again with OKRSYNC_DEBUG=1 to see where, and report that, please.",
    )
