"""Reads the configured sources; one that cannot be read spoils itself only."""

from __future__ import annotations

from dataclasses import dataclass

from okrsync.connector import Connector, Settings
from okrsync.errors import OkrsyncError, SourceError
from okrsync.job import Job
from okrsync.table import Snapshot

__all__ = ["Read", "read", "read_source"]


@dataclass(frozen=True, slots=True)
class Read:
    """What reading one source came to: a snapshot, or the error that stopped it."""

    source: str
    snapshot: Snapshot | None = None
    error: OkrsyncError | None = None


def read(job: Job) -> dict[str, Read]:
    """Every source as it is now, or why it could not be read, in the order of the config."""
    reads = {}
    for name, connector in job.connectors.items():
        job.say(f"reading {name}")
        reads[name] = read_source(name, connector)
    return reads


def read_source(name: str, connector: Connector[Settings]) -> Read:
    """One source as it is now, or why it could not be read."""
    try:
        return Read(name, connector.read())
    except OkrsyncError as error:
        return Read(name, error=error)
    except OSError as error:
        return Read(name, error=SourceError(f"{name}: {error.strerror or error}", hint="Try again."))
