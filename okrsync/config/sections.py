"""The sections of the configuration: what each key means, its default, and what a valid
configuration holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from msgspec import field as struct_field
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from okrsync.config.digest import DigestConfig
from okrsync.config.people import HolidayName, PeopleSettings, WorkingDays
from okrsync.config.state import NAME
from okrsync.config.watch import Logs, WatchSettings, interval
from okrsync.connector import Secret, Settings
from okrsync.measures.rules import CheckIns, Rules
from okrsync.model.frozen import Frozen
from okrsync.model.people import Person
from okrsync.model.state_address import StateAddress

__all__ = [
    "Config",
    "CycleDays",
    "Cycles",
    "Guards",
    "History",
    "Limits",
    "Publish",
    "PublishKeys",
    "ReviewSettings",
    "RunSettings",
    "SourceConfig",
    "SourceKeys",
    "SummarySettings",
    "TopKeys",
    "Where",
    "Write",
    "board_name",
    "private_sources",
]


class _Section(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )


class CycleDays(_Section):
    """A cycle given by its two days."""

    start: date
    end: date


class Write(_Section):
    """What may be written to a source: headers by field, whether missing columns are made, whether
    a protection without a password is written over, where summary, review, history and
    retrospectives go, whether the summary names the day of the last run, how people are warned of
    stale check-ins.
    """

    columns: dict[str, Annotated[str, Field(min_length=1)]] = {}
    create: bool = True
    protected: bool = False
    summary: Annotated[str, Field(min_length=1)] | None = None
    summary_of: Literal["source", "all"] = "source"
    summary_day: bool = False
    review: Annotated[str, Field(min_length=1)] | None = None
    history: Annotated[str, Field(min_length=1)] | None = None
    retrospective: Annotated[str, Field(min_length=1)] | None = None
    notify: Literal["none", "note", "comment"] = "none"


class Limits(_Section):
    """How fast a service may be asked, and how long okrsync waits for it. None is the default of
    the connector.
    """

    reads_per_minute: Annotated[float, Field(gt=0)] | None = None
    writes_per_minute: Annotated[float, Field(gt=0)] | None = None
    requests_per_second: Annotated[float, Field(gt=0)] | None = None
    timeout_seconds: Annotated[float, Field(gt=0)] = 30
    give_up_seconds: Annotated[float, Field(gt=0)] = 180


def _known_age(text: str) -> str:
    if interval(text) is None:
        raise ValueError(f'{text!r} is not a span of time; write "36 hours", "7 days" or "2 weeks"')
    return text


class Guards(_Section):
    """When a source stops and asks, as shares from 0 to 1; and how old the last good numbers of a
    source may become that cannot be read.
    """

    # A source that lost a fifth of its items was more likely filtered or cut than replanned.
    max_shrink: Annotated[float, Field(ge=0, le=1)] = 0.2
    max_changes: Annotated[float, Field(ge=0, le=1)] = 0.5
    max_losses: Annotated[float, Field(ge=0, le=1)] = 0.3
    max_age: Annotated[str, AfterValidator(_known_age)] = "7 days"

    @property
    def oldest(self) -> timedelta:
        """`max_age` as a span of time."""
        return timedelta(minutes=interval(self.max_age) or 0)


class Cycles(_Section):
    """What happens after a cycle has ended: for how long its late values count for it, and for how
    long its items are shown beside the running ones.
    """

    settle: Annotated[str, AfterValidator(_known_age)] = "14 days"
    keep: Annotated[str, AfterValidator(_known_age)] = "90 days"

    @property
    def settle_span(self) -> timedelta:
        """`settle` as a span of time."""
        return timedelta(minutes=interval(self.settle) or 0)

    @property
    def keep_span(self) -> timedelta:
        """`keep` as a span of time."""
        return timedelta(minutes=interval(self.keep) or 0)


class SummarySettings(_Section):
    """What summaries and reports compare with: how far back the changes go that they list."""

    since: Annotated[str, AfterValidator(_known_age)] = "7 days"

    @property
    def since_span(self) -> timedelta:
        """`since` as a span of time."""
        return timedelta(minutes=interval(self.since) or 0)


class ReviewSettings(_Section):
    """When a new review begins: how often, and on which weekday."""

    cadence: (
        Annotated[int, Field(ge=1, le=366)] | Literal["daily", "weekly", "biweekly", "monthly"]
    ) = "weekly"
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = (
        "monday"
    )


class RunSettings(_Section):
    """How a run goes about it. `workers` sources are read or written at the same time."""

    # Nearly all of a run is waiting for services, so more workers than processors pay off.
    workers: Annotated[int, Field(ge=1, le=256)] = 8


def _known_span(text: str) -> str:
    if span_days(text) == 0:
        raise ValueError(
            f'{text!r} is not a span of time; write "180 days", "26 weeks", "2 years" or "forever"'
        )
    return text


def span_days(text: str) -> int | None:
    """The days of a span such as `180 days`; None for `forever`, 0 where it is none."""
    if text.strip().casefold() == "forever":
        return None
    match = re.fullmatch(r"\s*(\d{1,5})\s*(day|week|month|year)s?\s*", text, re.IGNORECASE)
    return (
        0
        if match is None
        # How long history is kept need not be exact to the day.
        else int(match[1]) * {"day": 1, "week": 7, "month": 30, "year": 365}[match[2].lower()]
    )


class History(_Section):
    """For how long past runs are kept. Whatever is needed to undo the last run, to end a
    run that broke off and to recognise okrsync's own values is kept in any case.
    """

    keep: Annotated[str, AfterValidator(_known_span)] = "180 days"

    @property
    def keep_days(self) -> int | None:
        """The days of `keep`; None is forever."""
        return span_days(self.keep)


def _in_a_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_Names = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(_in_a_list, json_schema_input_type=str | list[str]),
    Field(min_length=1),
]


class Where(_Section):
    """What a board shows: items with one of these teams, owners, sources and levels. A key that is
    missing leaves nothing out.
    """

    team: _Names = ()
    owner: _Names = ()
    source: _Names = ()
    level: _Names = ()


class PublishKeys(_Section):
    """The keys every board has, whatever its connector."""

    connector: str
    limits: Limits = Limits.model_construct()
    where: Where = Where.model_construct()
    review: Annotated[str, Field(min_length=1)] | None = None


class SourceKeys(_Section):
    """The keys every source has, whatever its connector."""

    connector: str
    mapping: str = "auto"
    parent: Annotated[str, Field(min_length=1)] | None = None
    private: bool = False
    cycle: str | CycleDays | None = None
    write: Write = Write.model_construct()
    checkins: dict[str, Any] = {}
    # Read later, once merged with the keys of the whole file.
    scoring: dict[str, Any] = {}
    limits: Limits = Limits.model_construct()


class TopKeys(_Section):
    """The file's own keys."""

    cycle: str | CycleDays = "auto"
    timezone: str = "UTC"
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = 1
    state: Annotated[str, Field(min_length=1)] | Secret = "okrsync.db"
    name: Annotated[str, Field(pattern=f"^{NAME}$")] | None = None
    sources: dict[str, Any] = {}
    publish: dict[str, Any] = {}
    digest: dict[str, Any] = {}
    scoring: dict[str, Any] = {}
    checkins: CheckIns = CheckIns.model_construct()
    guards: Guards = Guards.model_construct()
    cycles: Cycles = Cycles.model_construct()
    summary: SummarySettings = SummarySettings.model_construct()
    review: ReviewSettings = ReviewSettings.model_construct()
    run: RunSettings = RunSettings.model_construct()
    watch: WatchSettings = WatchSettings.model_construct()
    logs: Logs = Logs.model_construct()
    history: History = History.model_construct()
    people: PeopleSettings = PeopleSettings.model_construct()
    holidays: HolidayName | tuple[HolidayName, ...] = ()


class SourceConfig(Frozen, frozen=True):
    """One configured source. `settings` is the connector's own part. `cycle` is the cycle of rows
    that name none themselves, None where they follow the calendar of the config.
    """

    name: str
    connector: str
    mapping: str
    parent: str | None
    write: Write
    checkins: CheckIns
    limits: Limits
    settings: Settings
    scoring: Rules = struct_field(default_factory=Rules.model_construct)
    cycle: str | tuple[date, date] | None = None
    missing_secret: str | None = None
    """Where a secret is named that cannot be had, and why not; None where none is missing. The
    settings then hold an empty one, and the source cannot be opened.
    """
    private: bool = False
    """Whether its titles stay out of what others read."""


class Publish(Frozen, frozen=True):
    """One managed mirror: its connector, how fast that may be asked, and the connector's
    settings.
    """

    name: str
    connector: str
    limits: Limits
    settings: Settings
    missing_secret: str | None = None
    """As in `SourceConfig`."""
    where: Where = struct_field(default_factory=Where.model_construct)
    review: str | None = None
    """The page that keeps the review of what the board shows; None for none."""


class Config(Frozen, frozen=True):
    """A valid configuration. `base` is the folder that relative paths start from,
    `files` are those it is made of: itself, and the mappings and secrets it names that are files.
    """

    path: Path
    base: Path
    cycle: str | tuple[date, date]
    timezone: ZoneInfo
    fiscal_year_start: int
    state: StateAddress
    sources: Mapping[str, SourceConfig]
    publish: Mapping[str, Publish]
    scoring: Rules
    checkins: CheckIns
    guards: Guards
    watch: WatchSettings
    run: RunSettings
    logs: Logs = struct_field(default_factory=Logs.model_construct)
    is_fiscal_year_stated: bool = True
    """Whether the file says in which month the fiscal year begins."""
    history: History = struct_field(default_factory=History.model_construct)
    cycles: Cycles = struct_field(default_factory=Cycles.model_construct)
    summary: SummarySettings = struct_field(default_factory=SummarySettings.model_construct)
    review: ReviewSettings = struct_field(default_factory=ReviewSettings.model_construct)
    digests: Mapping[str, DigestConfig] = struct_field(default_factory=dict)
    files: tuple[Path, ...] = ()
    missing_heartbeat: str | None = None
    """Why the address of `watch.heartbeat` cannot be had; `watch` then has none."""
    working_days: WorkingDays = struct_field(default_factory=WorkingDays)
    """The days on which people are called."""
    people: tuple[Person, ...] = ()
    """The people whom the file itself names."""
    people_tab: str | None = None
    """The tab that names more people."""
    people_source: str | None = None
    """The source that has it; None where it is that of the first source with such a tab."""

    @property
    def missing_secrets(self) -> tuple[str, ...]:
        """Every secret that cannot be had, with its place and the reason."""
        places: tuple[SourceConfig | Publish | DigestConfig, ...] = (
            *self.sources.values(),
            *self.publish.values(),
            *self.digests.values(),
        )
        missing = (*(each.missing_secret for each in places), self.missing_heartbeat)
        return tuple(reason for reason in missing if reason is not None)


def private_sources(config: Config, reader: str | None = None) -> frozenset[str]:
    """The sources whose titles are withheld from a reader, which is another source or anybody."""
    return frozenset(
        name for name, source in config.sources.items() if source.private and name != reader
    )


def board_name(name: str) -> str:
    """What a mirror is called everywhere outside its section: no source has a name with a dot."""
    return f"publish.{name}"
