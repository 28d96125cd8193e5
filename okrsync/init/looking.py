"""Looks at a place that is not configured yet: reads it once, and interprets it again after each
answer.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from pydantic import ValidationError

from okrsync.config.secrets import SecretMisnamed, SecretMissing, find_secret, is_named_secret
from okrsync.connector import Ability, Connector, Context, Settings
from okrsync.connector.registry import connector_type
from okrsync.init.access import secret_setting
from okrsync.init.places import Given
from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.errors import ConfigError
from okrsync.model.okrs import Cycle
from okrsync.model.secret import Secret
from okrsync.model.table import Snapshot

__all__ = ["Look", "Seen", "Times", "connector_for", "look", "place_of", "see"]


@dataclass(frozen=True, slots=True)
class Times:
    """The times that reading depends on: today, the time zone, the cycle, and the first month of
    the fiscal year.
    """

    today: date
    timezone: ZoneInfo
    cycle: Cycle
    fiscal_year_start: int = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """A place as it was read, and whether okrsync can write there."""

    given: Given
    snapshot: Snapshot
    is_writable: bool


@dataclass(frozen=True, slots=True)
class Look:
    """A place as read with a mapping, and the name that its source would have. `owned` are the
    headers of okrsync's own columns by field, if a config already names them.
    """

    name: str
    seen: Seen
    mapping: Mapping_
    okrs: Okrs
    times: Times
    owned: Mapping[str, str] = field(default_factory=dict)
    tool: str | None = None
    """The shipped mapping that it is read with, where it is an export of another tool."""

    @property
    def items(self) -> tuple[int, int]:
        """The numbers of objectives and key results; an objective without a row or cell of its own
        does not count.
        """
        objectives = self.okrs.objectives
        return sum(not objective.implied for objective in objectives), sum(
            len(objective.key_results) for objective in objectives
        )

    @property
    def is_understood(self) -> bool:
        """Whether any OKR was found."""
        return any(self.items)

    def under(self, mapping: Mapping_) -> Look:
        """The same place read with another mapping. Raises `MappingError` for one that does not fit
        at all.
        """
        return look(self.seen, self.name, self.times, mapping, self.owned)


def see(given: Given, base: Path, times: Times) -> Seen:
    """Read a place, once. Raises `ConfigError` for settings its connector refuses, and what reading
    it raises.
    """
    connector = connector_for(given, base, times.timezone)
    try:
        snapshot = connector.read()
        return Seen(given, snapshot, {Ability.WRITE, Ability.CREATE_COLUMNS} <= connector.abilities)
    finally:
        connector.close()


def look(
    seen: Seen,
    name: str,
    times: Times,
    mapping: Mapping_ | None = None,
    owned: Mapping[str, str] | None = None,
) -> Look:
    """Interpret a place as a mapping says, or by its words and content."""
    mapping = mapping or Mapping_()
    owned = owned or {}
    first_month = times.fiscal_year_start
    reading = Reading(
        name,
        times.today,
        times.cycle,
        first_month,
        owned,
        # A config that is not written yet has the default.
        is_fiscal_year_stated=first_month != 1,
    )
    snapshot = replace(seen.snapshot, source=name)
    return Look(
        name,
        dataclasses.replace(seen, snapshot=snapshot),
        mapping,
        understand(snapshot, mapping, reading),
        times,
        owned,
    )


def place_of(given: Given, base: Path, timezone: ZoneInfo) -> frozenset[str]:
    """The connector's identifiers of the place or places, which need no credentials. Two sources
    with the same place are the same source.
    """
    setting = secret_setting(given.connector)
    unknown = {} if setting is None or not setting[1] else {setting[0]: Secret("", "nowhere")}
    settings = {name: value for name, value in given.settings.items() if not is_named_secret(value)}
    connector = connector_for(
        dataclasses.replace(given, settings={**settings, **unknown}), base, timezone
    )
    try:
        return frozenset(connector.place.splitlines())
    finally:
        connector.close()


def connector_for(given: Given, base: Path, timezone: ZoneInfo) -> Connector[Settings]:
    """The connector of a place, with its secrets looked up. Raises `ConfigError` for settings it
    refuses.
    """
    connector = connector_type(given.connector)
    try:
        settings = {
            name: find_secret(value, base) if is_named_secret(value) else value
            for name, value in given.settings.items()
        }
        checked = connector.settings_type.model_validate(settings, context={"base": base})
    except (SecretMisnamed, SecretMissing) as error:
        raise ConfigError(f"{given.text}: {error}") from error
    except ValidationError as error:
        reason = str(error.errors(include_url=False)[0]["msg"]).removeprefix("Value error, ")
        raise ConfigError(reason if given.text in reason else f"{given.text}: {reason}") from error
    return connector(checked, Context("init", base, timezone, lambda: datetime.now(UTC)))
