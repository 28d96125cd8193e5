"""Turns tables into objectives, one source at a time. For a source that could not be read, its last
good numbers are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from msgspec import field as struct_field
from msgspec.structs import replace

from okrsync.model.errors import OkrsyncError, SourceError
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import KeyResult, Objective, Status, Warning_
from okrsync.model.people import Person
from okrsync.model.source_okrs import Okrs
from okrsync.model.table import Snapshot
from okrsync.model.tree import parents_elsewhere
from okrsync.plan.answers import AnsweredRows, answers_written, losses, with_more
from okrsync.plan.guards import Remembered, doubts
from okrsync.plan.numbering import given_ids, with_lasting_ids
from okrsync.plan.plan import Refusal, SourceAnswer
from okrsync.state.kept import okrs_from_text
from okrsync.steps.job import Job
from okrsync.steps.read import Read
from okrsync.steps.trouble import attempt

if TYPE_CHECKING:
    from okrsync.mapping import KnownTable, Reading
    from okrsync.mapping.file import Mapping_
    from okrsync.mapping.inputs import Followed, InputTable
    from okrsync.plan.identity import Aliases, Predecessors

__all__ = [
    "Understood",
    "kept_okrs",
    "key_elsewhere",
    "last_good",
    "let_go",
    "remembered",
    "understand",
    "understand_source",
]


class Understood(Frozen, frozen=True):
    """One source's OKRs. `state` is `ok`, `kept` (its last good ones, read at `read_at`), or
    `failed`, when `okrs` is None. `error` says why. `aliases` tell, by natural key, what an item is
    remembered by since it was reworded, and `predecessors` what stood in the rows of new ones.

    `refusals` are the guards that what was read did not get past, so that it is not believed.
    `parents` are the names of what the objectives of a failed source last hung under. `before` is
    what guards compare the source with; `inputs` are the columns it was read from, by table key,
    empty where they are those of the last run.

    `is_lasting` says that the next run will understand the same content in the same way: nothing
    here rests on what was remembered of other content, such as the old words of a reworded row.
    """

    source: str
    state: Literal["ok", "kept", "failed"]
    okrs: Okrs | None
    snapshot: Snapshot | None = None
    read_at: datetime | None = None
    error: OkrsyncError | None = None
    aliases: Aliases = struct_field(default_factory=dict)
    predecessors: Predecessors = struct_field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    parents: tuple[str, ...] = ()
    before: Remembered = struct_field(default_factory=Remembered)
    inputs: Mapping[str, InputTable] = struct_field(default_factory=dict)
    people: tuple[Person, ...] | None = None
    """Whom its tab of people lists; None where it has no such tab."""
    is_lasting: bool = False
    answer: SourceAnswer | None = None
    """The answer of the last run, if the source was left unread since it holds what it held."""

    @property
    def copied_sources(self) -> frozenset[str]:
        """The other sources whose rows may have been copied into this one."""
        keys = chain.from_iterable(self.predecessors.values())
        return frozenset(key.rpartition("/")[0] for key in keys) - {""}


def understand(
    job: Job, reads: Iterable[Read], unread: Mapping[str, Understood] = MappingProxyType({})
) -> Mapping[str, Understood]:
    """The OKRs of every source that was read and of those left unread, in the order of the config.
    What only reading needed is let go as soon as a source is understood.
    """
    by_name = dict(unread)
    for read in reads:
        source = understand_source(job, read)
        by_name[source.source] = source if job.writes_to(source.source) else let_go(job, source)
    return {name: by_name[name] for name in job.connectors if name in by_name}


def let_go(job: Job, source: Understood) -> Understood:
    """The source without the content it was understood from: nothing is to be written beside it."""
    answer = attempt(source.source, job.connectors[source.source].let_go)
    if source.snapshot is not None:
        source = replace(source, snapshot=source.snapshot.without_rows())
    return source if answer is None else replace(source, error=answer)


def understand_source(job: Job, read: Read, *, with_evidence: bool = False) -> Understood:
    """The OKRs of one source as read, or its last good ones, or neither; `with_evidence` also says
    what each column was taken for.
    """
    if read.snapshot is None:
        return last_good(job, read.source, read.error)
    answer = attempt(
        read.source, partial(_understood, job, read.source, read.snapshot, with_evidence)
    )
    return answer if isinstance(answer, Understood) else last_good(job, read.source, answer)


def _understood(job: Job, name: str, snapshot: Snapshot, with_evidence: bool) -> Understood:
    """The OKRs of a snapshot, or the last good ones where a guard does not believe them."""
    # Imported here: a look at what did not change understands nothing anew.
    from okrsync.plan.identity import keys_of, lasting

    snapshot, people, people_warnings = _without_people(job, name, snapshot)
    known_keys, aliases, known_predecessors = job.memory.identities(name)
    predecessors: Predecessors = known_predecessors
    version, inputs = job.memory.inputs(name)
    reading = _reading(job, name, known_keys, with_evidence)
    okrs, followed = _okrs_of(snapshot, job.mappings[name], reading, inputs)
    okrs = replace(okrs, warnings=(*okrs.warnings, *people_warnings))
    if not known_keys:
        predecessors = _copied(job, name, okrs, snapshot)
    lasting_okrs = lasting(okrs, aliases, lambda: remembered(job, name), known_keys, predecessors)
    new_keys = frozenset(keys_of(lasting_okrs.okrs.objectives)) - known_keys
    before = Remembered(
        job.memory.items(name),
        losses=losses(
            lasting_okrs.okrs.objectives,
            _answers_before(job, name, new_keys),
            job.config.sources[name].scoring,
            job.cycle,
        ),
        vanished=() if followed is None else followed.vanished,
        exchanged=() if followed is None else followed.exchanged,
    )
    refusals = doubts(lasting_okrs.okrs, before, job.limits, job.options.allow)
    if refusals:
        kept_source = last_good(job, name, _refused_error(refusals), refusals)
        if kept_source.read_at is not None:
            return kept_source
    # A state of an earlier okrsync has no ids of its own: the last good numbers show them.
    ids = job.memory.ids(name) or given_ids(remembered(job, name) if known_keys else ())
    okrs_now = with_lasting_ids(lasting_okrs.okrs, ids)
    is_as_before = followed is None and version == snapshot.version
    is_lasting = (
        job.journal.state.is_writable
        and people is None
        and followed is None
        and _are_remembered(okrs_now, lasting_okrs.aliases, known_keys, aliases)
    )
    return Understood(
        name,
        "ok",
        okrs_now,
        snapshot,
        snapshot.read_at,
        aliases=lasting_okrs.aliases,
        predecessors=lasting_okrs.predecessors,
        before=before,
        inputs={} if is_as_before else _inputs_now(job, okrs, snapshot, followed),
        people=people,
        is_lasting=is_lasting,
    )


def _copied(job: Job, name: str, okrs: Okrs, snapshot: Snapshot) -> Predecessors:
    """Whose answers may stand in a source that is new, and in which columns of okrsync's stand."""
    from okrsync.mapping.own_columns import own_columns
    from okrsync.plan.identity import copied_from

    headers = job.config.sources[name].write.columns
    if not any(own_columns(table, headers)[1] for table in snapshot.tables):
        return {}
    kept_sources = [other for other in job.memory.sources_kept() if other != name]
    others = [each for other in kept_sources for each in remembered(job, other)]
    twins = copied_from(okrs.objectives, others)
    return {key: [key_elsewhere(*twin) for twin in of_item] for key, of_item in twins.items()}


def key_elsewhere(source: str, key: str) -> str:
    """What the key of an item is called among the predecessors of those of another source."""
    return f"{source}/{key}"


def _without_people(
    job: Job, name: str, snapshot: Snapshot
) -> tuple[Snapshot, tuple[Person, ...] | None, tuple[Warning_, ...]]:
    """The snapshot without its tab of people, whom it lists, and what is odd about it. None where
    it has no such tab.
    """
    tab = job.config.people_tab
    if tab is None or job.config.people_source not in (None, name):
        return snapshot, None, ()
    # Imported here: few configs name such a tab.
    from okrsync.mapping.people import listed_people

    return listed_people(snapshot, tab)


def _reading(job: Job, name: str, known_keys: frozenset[str], with_evidence: bool) -> Reading:
    from okrsync.mapping import Reading

    return Reading(
        source=name,
        today=job.today,
        cycle=job.cycle_named_for(name) or job.cycle,
        fiscal_year_start=job.config.fiscal_year_start,
        owned_headers=job.config.sources[name].write.columns,
        with_evidence=with_evidence,
        known_keys=known_keys,
        is_fiscal_year_stated=job.config.is_fiscal_year_stated,
        are_tabs_chosen=bool(getattr(job.connectors[name].settings, "tabs", None)),
        known_tables=cache(partial(_known_tables, job, name)),
    )


def _known_tables(job: Job, name: str) -> dict[str, KnownTable]:
    """By table key, the latest cycle and check-in that the items of a table had in the last run."""
    from okrsync.mapping import KnownTable

    placements = job.memory.placements(name)
    tables: dict[str, KnownTable] = {}
    for objective in remembered(job, name):
        items: tuple[Objective | KeyResult, ...] = (objective, *objective.key_results)
        for item in items:
            placement, key = placements.get(item.key), item.origin.table_key
            if placement is None:
                continue
            known = tables.get(key) or KnownTable(placement.cycle)
            tables[key] = KnownTable(
                max(known.cycle, placement.cycle, key=lambda each: each.end),
                max(filter(None, (known.checked_in, item.checked_in)), default=None),
            )
    return tables


def _okrs_of(
    snapshot: Snapshot, mapping: Mapping_, reading: Reading, inputs: Mapping[str, InputTable]
) -> tuple[Okrs, Followed | None]:
    """The OKRs of a snapshot, and the columns that were renamed since `inputs` and followed; None
    where all of them are as they were.
    """
    from okrsync.mapping import understand as understand_tables
    from okrsync.mapping.inputs import follow

    okrs = understand_tables(snapshot, mapping, reading)
    followed = follow(okrs, snapshot, inputs)
    if followed is not None and followed.called:
        okrs = understand_tables(followed.snapshot, mapping, reading)
        okrs = replace(okrs, warnings=(*okrs.warnings, *followed.warnings))
    return okrs, followed


def _inputs_now(
    job: Job, okrs: Okrs, snapshot: Snapshot, followed: Followed | None
) -> Mapping[str, InputTable]:
    """The columns that a source was read from."""
    from okrsync.mapping.inputs import inputs_of

    return inputs_of(
        okrs,
        snapshot if followed is None else followed.snapshot,
        {} if followed is None else followed.called,
        with_contents=job.journal.state.is_writable,
    )


def _are_remembered(
    okrs: Okrs, aliases: Aliases, known_keys: frozenset[str], known_aliases: Aliases
) -> bool:
    """Whether what is remembered of the items after this run gives them the keys and ids that they
    have in it.
    """
    from okrsync.plan.identity import keys_of

    if known_keys:
        return aliases == known_aliases and known_keys == frozenset(keys_of(okrs.objectives))
    # A first run. The numbers that it gave must not be ids that people gave other items.
    return not aliases and with_lasting_ids(okrs, given_ids(okrs.objectives)) == okrs


def _answers_before(job: Job, source: str, new_keys: frozenset[str]) -> AnsweredRows:
    """The answers of the last run. Of items that are new to it, and where no run could remember any
    answers, those that were written: a run that broke off may have.
    """
    answers = job.memory.answers(source)
    is_remembered = bool(answers.answered or answers.checked_in)
    if is_remembered and not new_keys:
        return answers
    no_data = job.mappings[source].status_words[Status.NO_DATA]
    written = job.journal.last_written(source)
    if not is_remembered:
        return answers_written(written, no_data, job.cycle)
    of_new = {place: value for place, value in written.items() if place[0] in new_keys}
    return with_more(answers, answers_written(of_new, no_data, job.cycle))


def remembered(job: Job, source: str) -> Sequence[Objective]:
    """The source's items as they were at its last good run."""
    okrs = kept_okrs(job, source)
    return okrs.objectives if okrs is not None else ()


def kept_okrs(job: Job, source: str) -> Okrs | None:
    """The source's OKRs as they were at its last good run, without warnings; None if there are
    none.
    """
    kept_text = job.memory.last_okrs(source)
    return None if kept_text is None else _from_text(kept_text[0])


def past_objectives(job: Job, source: str) -> Sequence[Objective]:
    """The items of cycles that ended whose rows in the source have moved on since."""
    text = job.memory.past_items(source)
    okrs = None if text is None else _from_text(text)
    return okrs.objectives if okrs is not None else ()


def last_good(
    job: Job, source: str, error: OkrsyncError | None, refusals: tuple[Refusal, ...] = ()
) -> Understood:
    """The source with its last good OKRs; without them where there are none, or where they are
    older than the config allows.
    """
    kept_text = job.memory.last_okrs(source)
    okrs = _from_text(kept_text[0]) if kept_text is not None else None
    if kept_text is None or okrs is None:
        return Understood(source, "failed", None, error=error, refusals=refusals)
    read_at = kept_text[1]
    if job.now - read_at > job.config.guards.oldest and not job.options.is_offline:
        parents = parents_elsewhere(okrs.objectives)
        return Understood(
            source, "failed", None, None, read_at, error, refusals=refusals, parents=parents
        )
    return Understood(source, "kept", okrs, None, read_at, error, refusals=refusals)


def _from_text(text: str) -> Okrs | None:
    try:
        return okrs_from_text(text)
    except ValueError:
        return None  # kept by a version of okrsync with another format


def _refused_error(refusals: Sequence[Refusal]) -> SourceError:
    allow = " ".join(f"--allow {refusal.guard}" for refusal in refusals)
    return SourceError(
        "; ".join(refusal.message for refusal in refusals),
        hint=f"If that is right: okrsync sync {allow}",
    )
