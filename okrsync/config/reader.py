"""Reads the complete configuration and reports everything that is wrong with it at once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from datetime import date
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import ValidationError

from okrsync.config.digest import DigestConfig, DigestKeys, with_digest_secrets
from okrsync.config.people import PeopleSettings, WorkingDays
from okrsync.config.problems import Problem, Problems, did_you_mean
from okrsync.config.secrets import (
    SecretMisnamed,
    SecretMissing,
    find_secret,
    is_named_secret,
)
from okrsync.config.section_reader import SectionReader
from okrsync.config.sections import (
    Config,
    CycleDays,
    Publish,
    PublishKeys,
    SourceConfig,
    SourceKeys,
    TopKeys,
)
from okrsync.config.state import StateMisplaced, state_address
from okrsync.config.toml_lines import KeyPath, TomlFile, read_toml
from okrsync.config.watch import WatchSettings
from okrsync.connector.registry import connector_type, installed
from okrsync.measures.fields import FIELDS
from okrsync.measures.rules import CheckIns, Rules
from okrsync.model.cycles import resolve_cycle
from okrsync.model.errors import ConfigError
from okrsync.model.okrs import Cycle
from okrsync.model.patterns import lazy_pattern
from okrsync.model.people import Person, PersonDirectory
from okrsync.model.regular_file import read_regular
from okrsync.model.state_address import StateAddress

__all__ = ["load", "load_watch"]

_Section = TypeVar("_Section")
_NAME = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_WATCH_SECTION = lazy_pattern(r"^\[watch\].*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
_ID = lazy_pattern(r"[^/]+/O\d+(?:/KR\d+)?")


def load(path: Path) -> Config:
    """Read a configuration.

    Raises `ConfigError` when the file cannot be read or is no TOML, and `Problems`, a `ConfigError`
    too, with everything else that is wrong at once.
    """
    try:
        file = read_toml(path, "the configuration")
    except ConfigError as error:
        if not path.exists():
            hint = (
                "`okrsync init` writes one for a spreadsheet of yours; --config or $OKRSYNC_CONFIG"
                " names another file."
            )
            raise ConfigError(error.message, hint=hint) from error
        raise
    return _ConfigReader(file).read()


def load_watch(path: Path) -> WatchSettings | None:
    """The section `[watch]` of a configuration that cannot be used otherwise, so that whoever waits
    for the run hears why it cannot begin. None where the section itself cannot be read.
    """
    try:
        file = read_toml(path, "the configuration")
    except ConfigError:
        try:
            text = read_regular(path).decode("utf-8-sig")
            # Broken elsewhere: the lines of the section up to the next one may be whole.
            section = _WATCH_SECTION.search(text)
            data = tomllib.loads(section[0]) if section is not None else {}
        except (OSError, ValueError):
            return None
        file = TomlFile(path, data, "")
    watch = file.data.get("watch", {})
    if not isinstance(watch, dict):
        return None
    heartbeat = watch.get("heartbeat")
    try:
        if isinstance(heartbeat, dict) and is_named_secret(heartbeat):
            watch = watch | {
                "heartbeat": find_secret(heartbeat, Path(os.path.realpath(path)).parent)
            }
    except (SecretMisnamed, SecretMissing):
        watch = {key: value for key, value in watch.items() if key != "heartbeat"}
    try:
        return WatchSettings.model_validate(watch)
    except ValidationError:
        return None


class _ConfigReader:
    """Reads one file and collects its problems."""

    def __init__(self, file: TomlFile) -> None:
        self.sections = SectionReader(file)
        self.data = dict(file.data)

    def read(self) -> Config:
        sections = self.sections
        # First of all, so that no later message can repeat a secret that was written out.
        sections.refuse_written_secrets(self.data, ())
        self._find_secrets()
        # One wrong key makes the whole model fail. The sections that are valid by themselves are
        # still read, so that their problems are reported in the same run.
        top = sections.read(TopKeys, self.data, ()) or TopKeys.model_construct(**self._good_part())
        zone = self._zone(top.timezone)
        scoring = sections.read(Rules, top.scoring, ("scoring",)) or Rules()
        names = set(top.sources)
        sources = _valid(top.sources, partial(self._source, top.checkins, top.scoring))
        publish = _valid(top.publish, self._publish)
        digests = _valid(top.digest, partial(self._digest, names))
        self._check_that_there_are_sources(top)
        self._check_parents(sources, names)
        people = self._people(top.people, names)
        self._check_boards(publish, top.sources)
        cycle = _days_of(top.cycle)
        self._check_cycles(cycle, sources, top.fiscal_year_start)
        state = self._state(top)
        if sections.problems:
            raise Problems(sorted(sections.problems, key=_position))
        missing_heartbeat = sections.missing.get(("watch", "heartbeat"))
        watch = top.watch
        if missing_heartbeat is not None:
            watch = watch.model_copy(update={"heartbeat": None})
        files = [*sections.files, *self._mapping_files(sources), *self._convention_file(scoring)]
        holidays = (top.holidays,) if isinstance(top.holidays, str) else top.holidays
        return Config(
            path=sections.file.path,
            base=sections.base,
            cycle=cycle,
            timezone=zone,
            fiscal_year_start=top.fiscal_year_start,
            is_fiscal_year_stated="fiscal_year_start" in top.model_fields_set,
            state=state,
            sources=sources,
            publish=publish,
            digests=digests,
            scoring=scoring,
            checkins=top.checkins,
            guards=top.guards,
            watch=watch,
            missing_heartbeat=missing_heartbeat,
            run=top.run,
            logs=top.logs,
            files=tuple(dict.fromkeys(files)),
            history=top.history,
            cycles=top.cycles,
            summary=top.summary,
            review=top.review,
            working_days=WorkingDays(holidays),
            people=people,
            people_tab=top.people.tab,
            people_source=top.people.source,
        )

    def _find_secrets(self) -> None:
        """Put the secrets that the top of the file names in their places."""
        watch = self.data.get("watch")
        if isinstance(watch, dict) and "heartbeat" in watch:
            heartbeat = self.sections.with_secrets(watch["heartbeat"], ("watch", "heartbeat"))
            self.data["watch"] = watch | {"heartbeat": heartbeat}
        if "state" in self.data:
            self.data["state"] = self.sections.with_secrets(self.data["state"], ("state",))

    def _check_that_there_are_sources(self, top: TopKeys) -> None:
        is_misspelt = get_close_matches("sources", [key for key in self.data if key != "sources"])
        if not top.sources and not is_misspelt and "sources" not in self.sections.problem_keys():
            self.sections.add(
                (),
                "there are no sources; add a section such as [sources.team] with connector and"
                " path",
            )

    def _check_boards(self, publish: Mapping[str, Publish], source_names: Collection[str]) -> None:
        for name, board in publish.items():
            for source in board.where.source:
                if source not in source_names:
                    self.sections.add(
                        ("publish", name, "where", "source"),
                        f"there is no source {source!r}{did_you_mean(source, source_names)}",
                    )

    def _state(self, top: TopKeys) -> StateAddress:
        try:
            return state_address(
                top.state, top.name, self.sections.base, self.sections.missing.get(("state",))
            )
        except StateMisplaced as error:
            # A name that is none is reported under its own key.
            if "name" not in self.sections.problem_keys():
                self.sections.add(("state",), str(error))
            return self.sections.base

    def _convention_file(self, scoring: Rules) -> list[Path]:
        name = scoring.convention
        return [self.sections.base / Path(name).expanduser()] if name.endswith(".toml") else []

    def _mapping_files(self, sources: Mapping[str, SourceConfig]) -> list[Path]:
        paths = [
            self.sections.base / Path(source.mapping).expanduser() for source in sources.values()
        ]
        return [path for path in paths if path.is_file()]

    def _good_part(self) -> dict[str, Any]:
        """The sections that are valid on their own, so that a mistake in one section does not hide
        the problems of another.
        """
        data = self.data
        good: dict[str, Any] = {}
        for name, known in TopKeys.model_fields.items():
            try:
                good[name] = getattr(
                    TopKeys.model_validate({name: data[name]} if name in data else {}), name
                )
            except ValidationError:
                good[name] = known.default
        return good

    def _source(
        self, checkins: CheckIns, scoring: Mapping[str, Any], name: str, data: Any
    ) -> SourceConfig | None:
        key_path: KeyPath = ("sources", name)
        if not isinstance(data, dict):
            self.sections.add(key_path, f"expected a section [sources.{name}]")
            return None
        if _NAME.fullmatch(name) is None:
            self.sections.add(
                key_path,
                "a source's name has letters, digits, - and _ only; it is the first part of"
                " every id",
            )
        data = self.sections.with_connector(data, key_path, {*SourceKeys.model_fields})
        common = {key: value for key, value in data.items() if key in SourceKeys.model_fields}
        keys = self.sections.read(SourceKeys, common, key_path)
        # Checked on its own above: a value that is no section is one problem, not two.
        cadence = data.get("checkins", {})
        merged = {**checkins.model_dump(), **cadence} if isinstance(cadence, dict) else {}
        own_checkins = self.sections.read(CheckIns, merged, (*key_path, "checkins"))
        settings = self.sections.settings(data, key_path, set(SourceKeys.model_fields))
        rules = self._rules(data.get("scoring", {}), scoring, (*key_path, "scoring"))
        if keys is None or settings is None or own_checkins is None or rules is None:
            return None
        self._check_columns(keys.write.columns, (*key_path, "write", "columns"))
        write = keys.write
        if write.review is not None and write.review == write.summary:
            self.sections.add(
                (*key_path, "write", "review"),
                f"the summary is kept at {write.review!r}; name another place for the review",
            )
        return SourceConfig(
            name,
            keys.connector,
            keys.mapping,
            keys.parent,
            keys.write,
            own_checkins,
            keys.limits,
            settings,
            rules,
            None if keys.cycle is None else _days_of(keys.cycle),
            self.sections.missing_in(key_path),
            keys.private,
        )

    def _rules(self, own: Any, everywhere: Mapping[str, Any], key_path: KeyPath) -> Rules | None:
        """The rules of a source: its own keys take precedence over `[scoring]`. A convention of its
        own replaces all of `[scoring]`, because switches of two conventions do not mix.
        """
        if not isinstance(own, dict):
            return Rules()  # reported with the source's other keys
        merged = own if "convention" in own else {**self._usable(everywhere), **own}
        return self.sections.read(Rules, merged, key_path)

    @staticmethod
    def _usable(scoring: Mapping[str, Any]) -> Mapping[str, Any]:
        """The `[scoring]` of the file; empty when it is invalid, which is reported there."""
        try:
            Rules.model_validate(scoring)
        except ValidationError:
            return {}
        return scoring

    def _publish(self, name: str, data: Any) -> Publish | None:
        key_path: KeyPath = ("publish", name)
        if not isinstance(data, dict):
            self.sections.add(key_path, f"expected a section [publish.{name}]")
            return None
        if _NAME.fullmatch(name) is None:
            self.sections.add(key_path, "a mirror's name has letters, digits, - and _ only")
        common = {*PublishKeys.model_fields}
        data = self.sections.with_connector(data, key_path, common)
        settings = self.sections.settings(data, key_path, common)
        if "connector" not in data:
            return None
        keys = self.sections.read(
            PublishKeys, {key: data[key] for key in data if key in common}, key_path
        )
        if settings is None or keys is None:
            return None
        if not connector_type(data["connector"]).keeps_tables:
            able = [
                connector for connector in installed() if connector_type(connector).keeps_tables
            ]
            self.sections.add(
                (*key_path, "connector"),
                f"the connector {data['connector']!r} cannot publish; these can: {', '.join(able)}",
            )
            return None
        return Publish(
            name,
            keys.connector,
            keys.limits,
            settings,
            self.sections.missing_in(key_path),
            keys.where,
            keys.review,
        )

    def _digest(self, source_names: set[str], name: str, data: Any) -> DigestConfig | None:
        key_path: KeyPath = ("digest", name)
        if not isinstance(data, dict):
            self.sections.add(key_path, f"expected a section [digest.{name}]")
            return None
        if _NAME.fullmatch(name) is None:
            self.sections.add(key_path, "a digest's name has letters, digits, - and _ only")
        data = with_digest_secrets(data, self.sections.with_secrets, key_path)
        keys = self.sections.read(DigestKeys, data, key_path)
        if keys is None:
            return None
        for number, source in enumerate(keys.sources):
            if source not in source_names:
                self.sections.add(
                    (*key_path, "sources", number),
                    f"there is no source {source!r}{did_you_mean(source, source_names)}",
                )
        return DigestConfig(name, keys, self.sections.missing_in(key_path))

    def _check_columns(self, columns: Mapping[str, str], key_path: KeyPath) -> None:
        headers: dict[str, str] = {}
        for name, header in columns.items():
            if name not in FIELDS:
                self.sections.add((*key_path, name), f"unknown field{did_you_mean(name, FIELDS)}")
            # Headers are compared like this when a sheet is read, too.
            folded = header.strip().casefold()
            if folded in headers:
                self.sections.add(
                    (*key_path, name), f"{header!r} is the column of {headers[folded]} already"
                )
            headers[folded] = name

    def _check_parents(self, sources: Mapping[str, SourceConfig], named: set[str]) -> None:
        for name, source in sources.items():
            # A text that is not an id may be a title with a slash; `check` looks it up.
            if source.parent is None or _ID.fullmatch(source.parent) is None:
                continue
            above = source.parent.split("/", 1)[0]
            if above not in named:
                self.sections.add(
                    ("sources", name, "parent"),
                    f"there is no source {above!r}{did_you_mean(above, named)}",
                )

    def _people(self, section: PeopleSettings, sources: set[str]) -> tuple[Person, ...]:
        """The people of the file. Two that read alike are one mistake, unless they are one
        person.
        """
        if section.source is not None and section.source not in sources:
            self.sections.add(
                ("people", "source"),
                f"there is no source {section.source!r}{did_you_mean(section.source, sources)}",
            )
        if section.source is not None and section.tab is None:
            self.sections.add(
                ("people", "source"), "is of no use without `tab`, which names a tab of it"
            )
        people: list[Person] = []
        for name, keys in section.people.items():
            line = self.sections.file.line(("people", name))
            named_at = (
                self.sections.file.path.name
                if line is None
                else f"{self.sections.file.path.name}:{line}"
            )
            known, email = PersonDirectory(tuple(people)).named(name), keys.email or ""
            if known is not None and (known.email or "").casefold() != email.casefold():
                self.sections.add(
                    ("people", name),
                    f"reads like {known.name!r}, which has another address; capital letters,"
                    " accents and the order of words do not tell people apart",
                )
            people.append(Person(name, keys.email, keys.lead, named_at))
        return tuple(people)

    def _check_cycles(
        self,
        cycle: str | tuple[date, date],
        sources: Mapping[str, SourceConfig],
        fiscal_year_start: int,
    ) -> None:
        """The cycle of the config and those of its sources: each is a period, and no two periods
        share a name.
        """
        settings: dict[KeyPath, str | tuple[date, date]] = {("cycle",): cycle}
        for name, source in sources.items():
            if source.cycle is not None:
                settings["sources", name, "cycle"] = source.cycle
        by_name: dict[str, tuple[KeyPath, Cycle]] = {}
        for key_path, setting in settings.items():
            if len(key_path) > 1 and str(setting).strip().lower() == "auto":
                # It would move the source's rows to a new quarter by the calendar alone.
                self.sections.add(
                    key_path,
                    '"auto" is no cycle of one source; leave the key out, and its rows follow'
                    " `cycle`",
                )
                continue
            try:
                # One fixed day for all of them: "auto" and a period without a year depend on it,
                # and what counts here is whether two settings mean the same days.
                period = resolve_cycle(setting, date(2026, 1, 1), fiscal_year_start)
            except ConfigError as error:
                message = error.message.removeprefix("cycle: ")
                self.sections.add(key_path, f"{message}. {error.hint or ''}".strip())
                continue
            first_path, first = by_name.setdefault(period.name, (key_path, period))
            if (first.start, first.end) != (period.start, period.end):
                self.sections.add(
                    key_path,
                    f"{period.name} is {period.start} to {period.end} here, and {first.start} to"
                    f" {first.end} under `{'.'.join(map(str, first_path))}`: two cycles of one"
                    " name cannot be distinguished; write one of them with its two days",
                )

    def _zone(self, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.sections.add(
                ("timezone",),
                f"there is no time zone {name!r}{did_you_mean(name, available_timezones())[:80]}",
            )
            return ZoneInfo("UTC")


def _valid(
    sections: Mapping[str, Any], read: Callable[[str, Any], _Section | None]
) -> dict[str, _Section]:
    """The sections of one kind that can be read, by name."""
    return {
        name: section
        for name, data in sections.items()
        if (section := read(name, data)) is not None
    }


def _days_of(cycle: str | CycleDays) -> str | tuple[date, date]:
    return (cycle.start, cycle.end) if isinstance(cycle, CycleDays) else cycle


def _position(problem: Problem) -> tuple[int, str]:
    _, _, line = problem.location.rpartition(":")
    return int(line) if line.isdigit() else 0, problem.key
