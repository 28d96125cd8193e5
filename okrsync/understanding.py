"""Makes objectives of tables, one source at a time; a source that could not be read speaks with its last good numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from okrsync.errors import MappingError, OkrsyncError
from okrsync.identity import Aliases, lasting
from okrsync.job import Job
from okrsync.kept import okrs_from_text
from okrsync.mapping import Okrs, Reading
from okrsync.mapping import understand as understand_tables
from okrsync.model import Objective
from okrsync.sources import Read
from okrsync.table import Snapshot

__all__ = ["Understood", "understand", "understand_source"]


@dataclass(frozen=True, slots=True)
class Understood:
    """One source's OKRs. `state` is `ok`, `kept` (its last good ones, read at `read_at`), or `failed`, when `okrs` is None. `error` says why.
    `aliases` tell, by natural key, what an item is remembered by since it was reworded."""

    source: str
    state: Literal["ok", "kept", "failed"]
    okrs: Okrs | None
    snapshot: Snapshot | None = None
    read_at: datetime | None = None
    error: OkrsyncError | None = None
    aliases: Aliases = field(default_factory=dict)


def understand(job: Job, reads: Iterable[Read]) -> dict[str, Understood]:
    """The OKRs of every source, in the order of the config. What only reading needed is let go as soon as a source is understood."""
    found = {read.source: understand_source(job, read) for read in reads}
    return {name: found[name] for name in job.connectors}


def understand_source(job: Job, read: Read) -> Understood:
    """The OKRs of one source as read, or its last good ones, or neither."""
    if read.snapshot is None:
        return _kept(job, read.source, read.error)
    reading = Reading(
        source=read.source,
        today=job.today,
        cycle=job.cycle,
        fiscal_year_start=job.config.fiscal_year_start,
        owned_headers=job.config.sources[read.source].write.columns,
    )
    try:
        okrs = understand_tables(read.snapshot, job.mappings[read.source], reading)
    except MappingError as error:
        return _kept(job, read.source, error)
    known, aliases = job.memory.identities(read.source)
    known_again = lasting(okrs, aliases, lambda: _remembered(job, read.source), known)
    return Understood(
        read.source, "ok", known_again.okrs, read.snapshot, read.snapshot.read_at, aliases=known_again.aliases
    )


def _remembered(job: Job, source: str) -> Sequence[Objective]:
    """The source's items as they were at its last good run."""
    kept = job.memory.kept(source)
    return okrs_from_text(kept[0]).objectives if kept is not None else ()


def _kept(job: Job, source: str, error: OkrsyncError | None) -> Understood:
    kept = job.memory.kept(source)
    if kept is None:
        return Understood(source, "failed", None, error=error)
    text, read_at = kept
    return Understood(source, "kept", okrs_from_text(text), read_at=read_at, error=error)
