"""What a run works with: the config, the open sources, the memory, and the day it measures for."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeAlias

from msgspec import field as struct_field
from msgspec.structs import replace

from okrsync.config import Config, Publish, SourceConfig, board_name, digest_name
from okrsync.config.problems import Problem, Problems, problem
from okrsync.config.toml_lines import read_toml
from okrsync.connector import Ability, Connector, Context, Settings
from okrsync.connector.registry import connector_type
from okrsync.measures.rules import CheckIns, Rules
from okrsync.model.cycles import resolve_cycle
from okrsync.model.errors import AccessError, ConfigError, OkrsyncError
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle
from okrsync.plan.guards import GUARDS, GuardLimits
from okrsync.state.journal import Journal
from okrsync.state.memory import Memory
from okrsync.state.store import Store
from okrsync.steps.side_by_side import AtOnce, Workers
from okrsync.steps.trouble import attempt

if TYPE_CHECKING:
    from okrsync.mapping.file import Mapping_
    from okrsync.plan.review import Overview

__all__ = [
    "Job",
    "JobOptions",
    "Mappings",
    "Say",
    "load_mappings",
    "never",
    "open_job",
    "open_readonly_job",
    "quiet",
    "with_mappings",
]

Mappings: TypeAlias = "Mapping[str, Mapping_]"
"""The mapping of each source, by its name."""
Say = Callable[[str], None]
"""Receives a line about what is being done."""
Shown: TypeAlias = "Callable[[Callable[[], Overview]], None]"
"""Receives what makes the overview of a run, once, and only while the run goes on."""


def quiet(line: str) -> None:
    """Says nothing."""


def unseen(make_overview: Callable[[], Overview]) -> None:
    """Nobody looks at the run."""


def never() -> bool:
    """Never stop this run."""
    return False


class JobOptions(Frozen, frozen=True, kw_only=True):
    """What whoever starts a run may say about it."""

    as_of: date | None = None
    """The day it is about (`--as-of`); None for today."""
    only: Collection[str] = ()
    """The sources, boards and digests that may be written to; empty for all of them."""
    allow: Collection[str] = ()
    """The guards that may pass this once."""
    say: Say = quiet
    executor: Executor | None = None
    """Runs the requests to the services, and is left open; None for threads of the job's own, as
    many as `run.workers` says.
    """
    should_stop: Callable[[], bool] = never
    """Asked before each source is read or written. Once it says yes, what is left waits for the
    next run.
    """
    begun: Say = quiet
    """Receives the id of the run when there is one."""
    shown: Shown = unseen
    mappings: Mappings | None = None
    """Those of the sources, where they are loaded already."""
    is_offline: bool = False
    """Whether no service is asked, and the last good numbers count however old they are."""
    shows_trends: bool = True
    """Whether anybody sees trends: without them the ledger is read for the last weeks only. The
    config may ask for them all the same.
    """
    shows_outlooks: bool = True
    """Whether anybody sees how items moved and where they end up. Without that, the past tells only
    which targets, baselines and owners changed.
    """


_PLAIN = JobOptions()


class Job(Frozen, frozen=True):
    """Everything the steps of a run share. `boards` are the mirrors under `publish`, named as
    there: `publish.board`. Requests run through `executor`, at most `workers` of them at once.
    """

    config: Config
    connectors: Mapping[str, Connector[Settings]]
    mappings: Mappings
    journal: Journal
    memory: Memory
    today: date
    cycle: Cycle
    options: JobOptions = _PLAIN
    boards: Mapping[str, Connector[Settings]] = struct_field(default_factory=dict)
    now: datetime = struct_field(default_factory=lambda: datetime.now(UTC))
    """The moment the run began; how long ago something was read is counted from it, whatever day
    the run is about.
    """
    executor: Executor = struct_field(default_factory=AtOnce)
    workers: int = 1

    def say(self, line: str) -> None:
        """Report what is being done."""
        self.options.say(line)

    @property
    def is_asked_for_news(self) -> bool:
        """Whether anybody looks at what the ledger does not have yet: a run that notes it, `show`
        and reports, digests, boards, reviews, and copies of the history.
        """
        writes = (source.write for source in self.config.sources.values())
        return (
            self.journal.state.is_writable
            or self.options.shows_trends
            or bool(self.config.digests or self.config.publish)
            or any(write.review is not None or write.history is not None for write in writes)
        )

    @property
    def all_connectors(self) -> Mapping[str, Connector[Settings]]:
        """The connectors of sources and boards alike, by name, in the order of the config."""
        return {**self.connectors, **self.boards}

    def by_credential(self, names: Iterable[str]) -> list[list[str]]:
        """Sources and boards, by name, in groups that share one limit; those that are on no network
        are a group as well.
        """
        connectors = self.all_connectors
        groups: dict[str, list[str]] = {}
        for name in names:
            network = connectors[name].network if name in connectors else None
            groups.setdefault("" if network is None else network.credential, []).append(name)
        return list(groups.values())

    @property
    def checkins(self) -> Mapping[str, CheckIns]:
        """The cadence of each source by its name, and under the empty name that of everything
        else.
        """
        return {
            "": self.config.checkins,
            **{name: source.checkins for name, source in self.config.sources.items()},
        }

    @property
    def source_rules(self) -> Mapping[str, Rules]:
        """By source, the rules its items are measured by."""
        return {name: source.scoring for name, source in self.config.sources.items()}

    def cycle_named_for(self, source: str) -> Cycle | None:
        """The cycle that the config gives to rows of a source that name none; None where it
        gives none.
        """
        setting = self.config.sources[source].cycle
        if setting is None:
            return None
        return resolve_cycle(setting, self.today, self.config.fiscal_year_start)

    @property
    def limits(self) -> GuardLimits:
        """How much the guards of the config let pass."""
        guards = self.config.guards
        return GuardLimits(guards.max_shrink, guards.max_changes, guards.max_losses)

    def is_written(self, source: str) -> bool:
        """Whether this run may write to a source."""
        return not self.options.only or source in self.options.only

    def writes_to(self, source: str) -> bool:
        """Whether this run may write anything to a source: beside its rows, or its summary."""
        write = self.config.sources[source].write
        return self.is_written(source) and bool(
            write.columns
            or write.summary
            or write.review
            or write.history
            or write.notify != "none"
        )


@contextmanager
def open_job(config: Config, state: Store, options: JobOptions = _PLAIN) -> Iterator[Job]:
    """A job with every source opened, in the order of the config; the sources are closed at the
    end.

    Raises `ConfigError` for a source or guard that is not there, for a mapping that cannot be used,
    and when two sources are the same place.
    """
    _refuse_unknown(
        options.only,
        [
            *config.sources,
            *(board_name(name) for name in config.publish),
            *(digest_name(name) for name in config.digests),
        ],
        "source",
        "--source",
    )
    _refuse_unknown(options.allow, GUARDS, "guard", "--allow")
    if options.shown is not unseen or _asks_for_trends(config):
        options = replace(options, shows_trends=True)
    today = options.as_of or datetime.now(config.timezone).date()
    memory = Memory(state)
    connectors: dict[str, Connector[Settings]] = {}
    boards: dict[str, Connector[Settings]] = {}
    workers = min(config.run.workers, len(config.sources) + len(config.publish))
    own_executor: Executor | None = None
    if options.executor is None:
        own_executor = Workers(workers) if workers > 1 else AtOnce()
    was_collecting = gc.isenabled()
    try:
        for name, source in config.sources.items():
            connectors[name] = _connector(config, name, source, memory)
        for name, board in config.publish.items():
            boards[board_name(name)] = _connector(config, board_name(name), board, memory)
        _refuse_shared_places({**connectors, **boards})
        # What a run makes is kept to its end and has no cycles; looking for garbage among it would
        # take a third of the time.
        gc.disable()
        yield Job(
            config=config,
            options=options,
            connectors=connectors,
            boards=boards,
            mappings=load_mappings(config) if options.mappings is None else options.mappings,
            journal=Journal(state),
            memory=memory,
            today=today,
            cycle=resolve_cycle(config.cycle, today, config.fiscal_year_start),
            executor=options.executor or own_executor or AtOnce(),
            workers=workers,
        )
    finally:
        if was_collecting:
            # Moves everything to the oldest generation, which is collected rarely: otherwise all
            # new objects would be examined now. https://docs.python.org/3/library/gc.html#gc.freeze
            gc.freeze()
            gc.unfreeze()
            gc.enable()
        if own_executor is not None:
            # An answer that may take a minute more must not hold up Ctrl-C.
            own_executor.shutdown(wait=False, cancel_futures=True)
        for name, connector in {**connectors, **boards}.items():
            # A connector that fails to close must not hide the error that ended the run.
            attempt(name, connector.close)


@contextmanager
def open_readonly_job(config: Config, options: JobOptions = _PLAIN) -> Iterator[Job]:
    """The same over the state of the config, in which nothing is written."""
    with (
        Store.open(config.state, readonly=True) as state,
        open_job(config, state, options) as job,
    ):
        yield job


def _asks_for_trends(config: Config) -> bool:
    return bool(config.publish) or any(
        "trend" in source.write.columns for source in config.sources.values()
    )


def with_mappings(job: Job, mappings: Mappings | None) -> Job:
    """The job with the mappings of its sources: these, or those that its config names. Raises as
    `load_mappings` does.
    """
    if job.mappings:
        return job
    return replace(job, mappings=load_mappings(job.config) if mappings is None else mappings)


def load_mappings(config: Config) -> dict[str, Mapping_]:
    """The mapping of every source. Raises `Problems` for all that cannot be used."""
    # Imported here: a run that repeats the last one understands nothing anew.
    from okrsync.mapping.file import load_mapping

    mappings: dict[str, Mapping_] = {}
    problems, hint = list[Problem](), None
    for name, source in config.sources.items():
        try:
            mappings[name] = load_mapping(source.mapping, config.base)
        except Problems as error:
            problems += error.problems
        except ConfigError as error:
            hint = hint or error.hint
            message = error.message.removeprefix("mapping: ")
            file = read_toml(config.path, "the configuration")
            problems.append(problem(file, ("sources", name, "mapping"), message))
    if problems:
        # Two sources may name one mapping.
        raise Problems(dict.fromkeys(problems), hint=hint)
    return mappings


def _connector(
    config: Config, name: str, source: SourceConfig | Publish, memory: Memory
) -> Connector[Settings]:
    context = Context(
        source=name,
        base=config.base,
        timezone=config.timezone,
        now=lambda: datetime.now(UTC),
        memory=memory.of(name),
        limits=source.limits.model_dump(exclude_none=True),
        keeps_table=isinstance(source, Publish),
        wanted=_needed_abilities(source),
        summary=None if isinstance(source, Publish) else source.write.summary,
        review=source.review if isinstance(source, Publish) else source.write.review,
        history=None if isinstance(source, Publish) else source.write.history,
        people=config.people_tab if config.people_source in (None, name) else None,
        may_lift_protection=not isinstance(source, Publish) and source.write.protected,
    )
    opened: Connector[Settings] | OkrsyncError
    if source.missing_secret is None:
        opened = attempt(name, lambda: connector_type(source.connector)(source.settings, context))
    else:
        hint = "Once it is there, run okrsync again."
        opened = AccessError(f"{name}: {source.missing_secret}", hint=hint)
    # A wrong config ends the command; a secret that cannot be had costs only its source.
    if isinstance(opened, ConfigError):
        raise opened
    if isinstance(opened, OkrsyncError):
        # Imported here: most runs open every source.
        from okrsync.steps.unopened import Unopened

        return Unopened(source.settings, context, opened)
    return opened


def _needed_abilities(source: SourceConfig | Publish) -> frozenset[Ability]:
    """What a place must be able to do for what the config asks of it."""
    if isinstance(source, Publish):
        review = {Ability.REVIEW} if source.review is not None else set()
        return frozenset({Ability.WRITE, Ability.CREATE_COLUMNS, Ability.ROWS, *review})
    write = source.write
    asked = {
        Ability.WRITE: bool(write.columns),
        Ability.CREATE_COLUMNS: bool(write.columns) and write.create,
        Ability.SUMMARY: write.summary is not None,
        Ability.REVIEW: write.review is not None,
        Ability.HISTORY: write.history is not None,
        Ability.NOTES: write.notify != "none",
    }
    return frozenset(ability for ability, is_asked in asked.items() if is_asked)


def _refuse_unknown(
    names: Collection[str], known_names: Collection[str], noun: str, option: str
) -> None:
    for name in names:
        if name not in known_names:
            near_names = get_close_matches(name, known_names, n=1)
            hint = (
                f"Did you mean {near_names[0]!r}?"
                if near_names
                else f"There are: {', '.join(known_names)}."
            )
            raise ConfigError(f"{option}: there is no {noun} {name!r}", hint=hint)


def _refuse_shared_places(connectors: Mapping[str, Connector[Settings]]) -> None:
    by_place: dict[str, str] = {}
    for name, connector in connectors.items():
        for place in connector.place.splitlines():
            if place in by_place:
                raise ConfigError(
                    f"the sources {by_place[place]!r} and {name!r} are the same: {place}",
                    hint=(
                        "They would overwrite each other. Make them one source, and choose its"
                        " `tabs`."
                    ),
                )
            by_place[place] = name
