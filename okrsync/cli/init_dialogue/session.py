"""The context that all parts of the conversation share: the options, the existing config, the day,
and the person to ask, if any.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from rich.console import Console
from rich.text import Text

from okrsync.cli.asking import Asker
from okrsync.config import Config, load
from okrsync.init.access import Access
from okrsync.init.looking import Times
from okrsync.init.places import in_config
from okrsync.init.toml_text import read_text
from okrsync.model.cycles import resolve_cycle
from okrsync.model.errors import AccessError, ConfigError, OkrsyncError
from okrsync.model.plain import clean
from okrsync.steps.job import Say

__all__ = ["InitOptions", "InitSession"]


@dataclass(frozen=True, slots=True)
class InitOptions:
    """The options of the command line. `answers` are by dotted key of a mapping."""

    yes: bool = False
    explain: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    token_env: str | None = None
    credentials: Path | None = None
    api_endpoint: str | None = None
    cycle: str | None = None
    timezone: str | None = None
    as_of: date | None = None


@dataclass
class InitSession:
    """The context of one conversation. `text` and `config` are None where there is no config yet;
    `base` is the config's folder; `errors` collects the errors for the exit code.
    """

    out: Console
    ask: Asker | None
    path: Path
    base: Path
    text: str | None
    config: Config | None
    options: InitOptions
    times: Times
    say: Say
    errors: list[OkrsyncError] = field(default_factory=list)

    @classmethod
    def open(
        cls, out: Console, ask: Asker | None, path: Path, options: InitOptions, say: Say
    ) -> InitSession:
        """Open the conversation. Raises `ConfigError` for an existing config with errors, and for
        an unknown cycle or time zone.
        """
        path = path.resolve()
        config = load(path) if path.exists() else None
        text = read_text(path) if config is not None else None
        return cls(out, ask, path, path.parent, text, config, options, _times(options, config), say)

    def access(self) -> Access:
        """The credentials that the command line names."""
        options = self.options
        credentials = (
            None if options.credentials is None else in_config(str(options.credentials), self.base)
        )
        return Access(options.token_env, credentials, options.api_endpoint)

    def show_error(self, error: OkrsyncError, guide: str | None = None) -> None:
        """Show an error, and what to do about it."""
        for line in error.message.splitlines():
            self.out.print(Text.assemble(("failed ", "red"), clean(line)))
        for hint in (error.hint, guide):
            if hint:
                self.out.print(Text(f"       {clean(hint)}"))

    def fail(self, error: OkrsyncError, guide: str | None = None) -> None:
        """Show an error, and remember it for the exit code."""
        self.show_error(error, guide)
        self.errors.append(error)

    def exit_code(self, code: int, *, went_through: bool = True) -> int:
        """The command's exit code; `code` is the one for a run without errors."""
        if not self.errors:
            return code
        if went_through:
            return code or 3
        if all(isinstance(error, AccessError) for error in self.errors):
            return 4
        return 2 if all(isinstance(error, ConfigError) for error in self.errors) else 1


def _times(options: InitOptions, config: Config | None) -> Times:
    zone = (
        _zone(options.timezone)
        if options.timezone
        else config.timezone
        if config
        else _local_zone()
    )
    today = options.as_of or datetime.now(zone).date()
    start = config.fiscal_year_start if config else 1
    setting = options.cycle or (config.cycle if config else "auto")
    return Times(today, zone, resolve_cycle(setting, today, start), start)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = get_close_matches(name, available_timezones(), n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "Zones are named like Europe/Berlin."
        raise ConfigError(f"--timezone: there is no time zone {name!r}", hint=hint) from error


def _local_zone() -> ZoneInfo:
    """The machine's time zone; UTC where it is unknown."""
    import tzlocal

    try:
        with warnings.catch_warnings():
            # tzlocal warns about contradicting settings of the machine; init is not the place to
            # report them.
            warnings.simplefilter("ignore")
            name = tzlocal.get_localzone_name()
        return ZoneInfo("UTC" if name in (None, "Etc/UTC") else name)
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")
