"""Uses what the last run found where nothing changed since: same content, config, day and version
give the same answer, which is not worked out again.

It is only used where every source can tell its version without being read, and not where a board
may have been edited. A look takes the OKRs of each source that holds what it held, as they were
understood then, and reads the others. A run ends before it begins if the last one left nothing to
do: it wrote nothing, or the place told with its last answer that what was written stands there
beside what was read, and nothing else changed. If a message may be due, if a page is being served,
or if the run before failed or met a conflict, then the whole run takes place. It reads the sources
that changed, and those whose rows get other answers than they have, since what they support or rest
on changed elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
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
from okrsync.model.okrs import Warning_
from okrsync.model.regular_file import read_regular
from okrsync.plan.plan import Plan, SourceAnswer, SourcePlan
from okrsync.steps.job import Job, Mappings, with_mappings
from okrsync.steps.trouble import attempt

if TYPE_CHECKING:
    from okrsync.steps.measure import Measuring
    from okrsync.steps.understand import Understood

__all__ = [
    "answered_alike",
    "basis_of",
    "left_unread",
    "note_answer",
    "repeat",
    "understood_now",
]


class _LastRun(Frozen, frozen=True):
    """What is kept of the last run. If the next one over the same content has nothing to do
    (`is_idle`), this is all that its answer holds.
    """

    run: str
    basis: str
    is_idle: bool
    sources: tuple[SourceAnswer, ...]
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
        _forget_looks(job, job.connectors)
    return done


def _forget_looks(job: Job, names: Iterable[str]) -> None:
    """Files were looked at for nothing. A request that was made counts."""
    for name in names:
        if job.connectors[name].network is None:
            job.connectors[name].calls = Calls()


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
        tuple(source.plan(job.connectors[source.name].calls) for source in before.sources),
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
    lasting = {}
    if not job.options.is_offline:
        lasting = _still_understood(job, basis_of(job.config, job.today))
    if len(lasting) == len(job.connectors):
        return lasting
    from okrsync.steps.read import read, read_places
    from okrsync.steps.understand import understand

    job = with_mappings(job, None)
    left = [name for name in job.connectors if name not in lasting]
    reads = read_places(job, left) if lasting else read(job)
    return understand(job, reads, lasting)


def left_unread(job: Job, basis: str | None) -> Mapping[str, Understood]:
    """The OKRs of every source that holds what it held in the last run, which left nothing to do
    there; none if the content of a source decides more than the answers beside its rows.
    """
    if basis is None or not _may_leave_unread(job.config):
        return {}
    left_open = {entry.source for entry in job.journal.unsettled()}
    unread = _still_understood(
        job, basis, lambda answer: bool(answer.measures) and answer.name not in left_open
    )
    _forget_looks(job, [name for name in job.connectors if name not in unread])
    return unread


def _may_leave_unread(config: Config) -> bool:
    """Whether a run over several sources has nothing to say but beside rows: messages, summaries
    and copies look at more than the OKRs of a source.
    """
    writes = [source.write for source in config.sources.values()]
    says_more = bool(config.digests) or any(
        write.summary or write.review or write.history or write.notify != "none" for write in writes
    )
    return len(writes) > 1 and not says_more


def answered_alike(job: Job, measuring: Measuring) -> Measuring:
    """The measures, with all sources read whose rows get other answers than in the last run."""
    from okrsync.steps.measure import measure
    from okrsync.steps.read import read_places
    from okrsync.steps.understand import understand

    while True:
        unread = {
            name: source.answer.measures
            for name, source in measuring.understood.items()
            if source.answer is not None
        }
        answers = _answers(measuring, unread)
        changed = [name for name, answer in unread.items() if answer != answers[name]]
        if not changed:
            return measuring
        _forget_looks(job, changed)
        again = understand(job, read_places(job, changed))
        measuring = measure(job, {**measuring.understood, **again})


def _answers(measuring: Measuring, names: Iterable[str]) -> dict[str, str]:
    """By source, the digest of all that its rows are answered by, beside its own content."""
    from okrsync.steps.decide import other_cycles

    others, digests = other_cycles(measuring), {}
    for name in names:
        okrs = measuring.understood[name].okrs
        objectives = () if okrs is None else okrs.objectives
        ids = [id_ for each in objectives for id_ in (each.id, *(kr.id for kr in each.key_results))]
        measures = [measuring.written.get(id_) for id_ in ids]
        digests[name] = sha256(msgspec.json.encode((measures, others.get(name)))).hexdigest()
    return digests


def _still_understood(
    job: Job, basis: str | None, is_wanted: Callable[[SourceAnswer], bool] = lambda _: True
) -> dict[str, Understood]:
    """The OKRs of every wanted source that holds what it held in the last run."""
    before = None if basis is None else _last_run(job, basis)
    if before is None or job.journal.last_id() != before.run:
        return {}
    from okrsync.steps.understand import Understood, kept_okrs

    understood = {}
    for source in filter(is_wanted, before.sources):
        job.say(f"reading {source.name}")
        if _version_now(source.name, job.connectors[source.name]) != source.version:
            continue
        read_at = datetime.now(UTC)
        okrs = kept_okrs(job, source.name)
        if okrs is not None:
            okrs = replace(okrs, warnings=source.warnings)
            understood[source.name] = Understood(
                source.name, "ok", okrs, read_at=read_at, answer=source
            )
    # Once more: a run that has begun meanwhile may have kept other OKRs.
    return understood if job.journal.last_id() == before.run else {}


def note_answer(
    job: Job, basis: str | None, decided: Measuring, measuring: Measuring, done: Plan
) -> None:
    """Keep what the run found, so that as long as nothing changes it is not worked out again.
    `decided` are the measures that it was decided by, `measuring` those of its end.
    """
    if basis is None or done.run is None or job.options.only or job.options.allow:
        return
    settled = [
        part.name
        for part in (done.sources if _may_leave_unread(job.config) else ())
        if _is_settled(part) and measuring.understood[part.name].answer is None
    ]
    measures = _answers(measuring, settled)
    # Otherwise a source moved meanwhile, and only its own rows were answered by what came out then.
    is_answered = decided.written is measuring.written
    if not is_answered:
        before = _answers(decided, settled)
        measures = {name: digest for name, digest in measures.items() if digest == before[name]}
    answers = []
    for part in done.sources:
        source = measuring.understood[part.name]
        if source.answer is not None:
            answers.append(source.answer)
        elif part.state == "ok" and source.is_lasting and source.okrs is not None:
            answers.append(
                SourceAnswer(
                    part.name,
                    part.version_left
                    or ("" if source.snapshot is None else source.snapshot.version),
                    source.okrs.warnings,
                    part.skips,
                    part.owned_cells,
                    # What was replaced is okrsync's own from now on.
                    part.replaced if part.version_left is None else 0,
                    measures.get(part.name, ""),
                )
            )
    is_idle = (
        not done.exit_code
        and is_answered
        and len(answers) == len(done.sources)
        and all(_is_settled(part) for part in done.sources)
    )
    kept = (done.warnings, dict(done.standings)) if is_idle else ((), {})
    job.memory.remember_last_run(_text(_LastRun(done.run, basis, is_idle, tuple(answers), *kept)))


def _is_settled(part: SourcePlan) -> bool:
    """Whether nothing is left to do in a source, or to say about this run."""
    return not (
        part.state != "ok"
        or part.error
        or part.failures
        or part.failing
        or part.conflicts
        or (part.version_left is None and (part.batch or part.changes))
    )


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
