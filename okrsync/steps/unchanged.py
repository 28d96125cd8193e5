"""Ends a run before it begins if nothing changed since a run that had nothing to do.

Same content, config, day and version: the answer is the same as well, and is not worked out again.
It is only asked where all of that can be told from digests of content. A source on a network, a
board, a message that may be due, a page that is being served, or a run before that wrote, failed or
met a conflict: then the whole run takes place.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from copy import copy
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING

import msgspec

from okrsync.config import Config
from okrsync.connector import Connector, Settings
from okrsync.connector.registry import connector_type
from okrsync.measures.picture import SourceStanding
from okrsync.model.errors import ConfigError
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Skip, Warning_
from okrsync.model.regular_file import read_regular
from okrsync.plan.plan import Plan, SourcePlan
from okrsync.state.store import Store
from okrsync.steps.job import Job, Mappings, Say, open_job
from okrsync.steps.side_by_side import AtOnce
from okrsync.steps.trouble import attempt

if TYPE_CHECKING:
    from okrsync.steps.understand import Understood

__all__ = ["basis_of", "note_idle", "repeat"]


class _IdleSource(Frozen, frozen=True):
    name: str
    version: str
    skips: tuple[Skip, ...]
    owned_cells: int
    replaced: int


class _IdleRun(Frozen, frozen=True):
    """What is kept of a run that had nothing to do: all that its answer holds."""

    run: str
    basis: str
    sources: tuple[_IdleSource, ...]
    warnings: tuple[Warning_, ...]
    standings: dict[str, SourceStanding]


def basis_of(config: Config, today: date, mappings: Mappings | None = None) -> str | None:
    """The digest of all that a run rests on beside the content of its sources. None if the answer
    of a run also rests on what no digest tells. `mappings` as in `open_job`.
    """
    # A board may have been edited.
    if config.publish or config.missing_secrets or not config.sources:
        return None
    for source in config.sources.values():
        try:
            kind = connector_type(source.connector)
        except ConfigError:
            return None
        if kind.content_version is Connector.content_version:
            return None
    parts = [version("okrsync"), today.isoformat(), repr(config), repr(mappings)]
    for path in config.files if mappings is None else ():
        try:
            parts.append(sha256(read_regular(path)).hexdigest())
        except OSError:
            return None
    return sha256("\n".join(parts).encode()).hexdigest()


def repeat(
    config: Config, state: Store, basis: str, today: date, say: Say, begun: Say
) -> Plan | None:
    """The answer of the last run as that of a new one, recorded as such; None if anything differs
    from what it was.
    """
    # No mapping is needed: nothing is understood anew.
    with open_job(
        config, state, as_of=today, say=say, begun=begun, executor=AtOnce(), mappings={}
    ) as job:
        return _repeated(job, basis)


def _is_message_due(job: Job) -> bool:
    """Whether a digest has something to send, or to find that there is nothing."""
    if not job.config.digests:
        return False
    from okrsync.state.messages import Messages
    from okrsync.steps.due_digests import due_digests

    messages = Messages(job.journal.state)
    return any(due_digests(job.config.digests.values(), messages, job.now, job.config.timezone))


def _repeated(job: Job, basis: str) -> Plan | None:
    if _is_message_due(job):
        return None
    text = job.memory.idle_run()
    before = None
    with suppress(msgspec.MsgspecError):  # kept by a version of okrsync with another format
        before = None if text is None else msgspec.json.decode(text, type=_IdleRun)
    if before is None or before.basis != basis or job.journal.last_id() != before.run:
        return None
    for source in before.sources:
        job.say(f"reading {source.name}")
        if _version_now(source.name, job.connectors[source.name]) != source.version:
            return None
    run = job.journal.begin("sync", as_of=job.today, now=datetime.now(UTC))
    job.begun(run)
    done = Plan(
        tuple(
            SourcePlan(
                source.name,
                "ok",
                skips=source.skips,
                calls=copy(job.connectors[source.name].calls),
                owned_cells=source.owned_cells,
                replaced=source.replaced,
            )
            for source in before.sources
        ),
        before.warnings,
        run,
        standings=before.standings,
    )
    with job.memory.transaction():
        for source in before.sources:
            job.memory.remember_read(source.name, job.now)
        job.memory.remember_idle_run(_text(msgspec.structs.replace(before, run=run)))
        job.journal.finish(run, done, now=datetime.now(UTC))
    return done


def note_idle(
    job: Job, basis: str | None, understood: Mapping[str, Understood], done: Plan
) -> None:
    """Keep the answer of a run that had nothing to do, so that the next one can give it again."""
    if basis is None or done.run is None or job.only or job.allow or done.exit_code:
        return
    sources = []
    for part in done.sources:
        snapshot = understood[part.name].snapshot
        is_idle = part.state == "ok" and part.batch is None and part.failing is None
        if not is_idle or part.changes or part.conflicts or snapshot is None:
            return
        sources.append(
            _IdleSource(part.name, snapshot.version, part.skips, part.owned_cells, part.replaced)
        )
    idle = _IdleRun(done.run, basis, tuple(sources), done.warnings, dict(done.standings))
    job.memory.remember_idle_run(_text(idle))


def _version_now(name: str, connector: Connector[Settings]) -> str | None:
    def version_now() -> str | None:
        with connector.calls.timed():
            return connector.content_version()

    answer = attempt(name, version_now)
    return answer if isinstance(answer, str) else None


def _text(idle: _IdleRun) -> str:
    return msgspec.json.encode(idle).decode()
