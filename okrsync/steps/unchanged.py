"""Uses what the last run found where nothing changed since: same content, config, day and version
give the same answer, which is not worked out again.

It is only used where every source can tell its version without being read, and not where a board
may have been edited. A look takes the OKRs of each source that holds what it held, as they were
understood then, and reads the others. A run ends before it begins if the last one left nothing to
do: it wrote nothing, or the place told with its last answer that what was written stands there
beside what was read, and nothing else changed. If a message may be due, if a page is being served,
or if the run before failed or met a conflict, then the whole run takes place.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from copy import copy
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from okrsync.config import Config
from okrsync.connector import Calls, Connector, Settings
from okrsync.connector.registry import connector_type
from okrsync.measures.picture import SourceStanding
from okrsync.model.errors import ConfigError
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Skip, Warning_
from okrsync.model.regular_file import read_regular
from okrsync.plan.plan import Plan, SourcePlan
from okrsync.steps.job import Job, Mappings, with_mappings
from okrsync.steps.trouble import attempt

if TYPE_CHECKING:
    from okrsync.steps.understand import Understood

__all__ = ["basis_of", "note_answer", "repeat", "understood_now"]


class _Answer(Frozen, frozen=True):
    """What is kept of the answer about one source, whose next reading will be the same as long as
    its content is: `warnings` are those of its content.
    """

    name: str
    version: str
    warnings: tuple[Warning_, ...]
    skips: tuple[Skip, ...]
    owned_cells: int
    replaced: int


class _LastRun(Frozen, frozen=True):
    """What is kept of the last run. If the next one over the same content has nothing to do
    (`is_idle`), this is all that its answer holds.
    """

    run: str
    basis: str
    is_idle: bool
    sources: tuple[_Answer, ...]
    warnings: tuple[Warning_, ...]
    standings: dict[str, SourceStanding]


def basis_of(config: Config, today: date, mappings: Mappings | None = None) -> str | None:
    """The digest of all that a run rests on beside the content of its sources. None if the answer
    of a run also rests on what no digest covers. `mappings` as in `JobOptions`.
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
    parts = [_own_version(), today.isoformat(), repr(config), repr(mappings)]
    for path in config.files if mappings is None else ():
        try:
            parts.append(sha256(read_regular(path)).hexdigest())
        except OSError:
            return None
    return sha256("\n".join(parts).encode()).hexdigest()


@cache
def _own_version() -> str:
    """The version of okrsync. A process looks at the files of the installation once."""
    return version("okrsync")


def repeat(job: Job, basis: str) -> Plan | None:
    """The answer of the last run as that of a new one, recorded as such; None if anything differs
    from what it was. No mapping is needed: nothing is understood anew.
    """
    done = _repeated(job, basis)
    if done is None:
        for connector in job.connectors.values():
            if connector.network is None:
                # Files were looked at for nothing. A request that was made counts.
                connector.calls = Calls()
    return done


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
    before = _last_run(job, basis)
    if before is None or not before.is_idle or job.journal.last_id() != before.run:
        return None
    for source in before.sources:
        job.say(f"reading {source.name}")
        if _version_now(source.name, job.connectors[source.name]) != source.version:
            return None
    run = job.journal.begin("sync", as_of=job.today, now=datetime.now(UTC))
    job.options.begun(run)
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
        job.memory.remember_last_run(_text(replace(before, run=run)))
        job.journal.finish(run, done, now=datetime.now(UTC))
    return done


def understood_now(job: Job) -> Mapping[str, Understood]:
    """The OKRs of all sources as they are now; those of sources that hold what they held are those
    that the last run understood.

    The mappings are loaded if they are needed. Raises `Problems` for those that cannot be used.
    """
    lasting = {} if job.options.is_offline else _still_understood(job)
    if len(lasting) == len(job.connectors):
        return lasting
    from okrsync.steps.read import read, read_places
    from okrsync.steps.understand import understand

    job = with_mappings(job, None)
    left = [name for name in job.connectors if name not in lasting]
    reads = read_places(job, left) if lasting else read(job)
    understood = {**lasting, **understand(job, reads)}
    return {name: understood[name] for name in job.connectors}


def _still_understood(job: Job) -> dict[str, Understood]:
    """The OKRs of every source that holds what it held in the last run."""
    basis = basis_of(job.config, job.today)
    before = None if basis is None else _last_run(job, basis)
    if before is None or job.journal.last_id() != before.run:
        return {}
    from okrsync.steps.understand import Understood, kept_okrs

    understood = {}
    for source in before.sources:
        job.say(f"reading {source.name}")
        if _version_now(source.name, job.connectors[source.name]) != source.version:
            continue
        read_at = datetime.now(UTC)
        okrs = kept_okrs(job, source.name)
        if okrs is not None:
            okrs = replace(okrs, warnings=source.warnings)
            understood[source.name] = Understood(source.name, "ok", okrs, read_at=read_at)
    # Once more: a run that has begun meanwhile may have kept other OKRs.
    return understood if job.journal.last_id() == before.run else {}


def note_answer(
    job: Job, basis: str | None, understood: Mapping[str, Understood], done: Plan
) -> None:
    """Keep what the run found, so that as long as nothing changes it is not worked out again."""
    if basis is None or done.run is None or job.options.only or job.options.allow:
        return
    answers = []
    for part in done.sources:
        source = understood[part.name]
        if part.state == "ok" and source.is_lasting and source.okrs is not None:
            answers.append(
                _Answer(
                    part.name,
                    part.version_left
                    or ("" if source.snapshot is None else source.snapshot.version),
                    source.okrs.warnings,
                    part.skips,
                    part.owned_cells,
                    # What was replaced is okrsync's own from now on.
                    part.replaced if part.version_left is None else 0,
                )
            )
    is_idle = (
        not done.exit_code
        and len(answers) == len(done.sources)
        and not any(
            part.failing
            or part.conflicts
            or (part.version_left is None and (part.batch or part.changes))
            for part in done.sources
        )
    )
    kept = (done.warnings, dict(done.standings)) if is_idle else ((), {})
    job.memory.remember_last_run(_text(_LastRun(done.run, basis, is_idle, tuple(answers), *kept)))


def _last_run(job: Job, basis: str) -> _LastRun | None:
    """What was kept of the last run over this basis; None where nothing was."""
    text = job.memory.last_run()
    before = None
    with suppress(msgspec.MsgspecError):  # kept by a version of okrsync with another format
        before = None if text is None else msgspec.json.decode(text, type=_LastRun)
    return before if before is not None and before.basis == basis else None


def _version_now(name: str, connector: Connector[Settings]) -> str | None:
    def version_now() -> str | None:
        with connector.calls.timed():
            return connector.content_version()

    answer = attempt(name, version_now)
    return answer if isinstance(answer, str) else None


def _text(last_run: _LastRun) -> str:
    return msgspec.json.encode(last_run).decode()
