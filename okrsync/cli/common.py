"""What commands share: finding the configuration, reading a date, talking to people and to
machines.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from okrsync.cli.output import is_writable
from okrsync.model.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import Console

    from okrsync.config import Config
    from okrsync.report.documents.document import Document

__all__ = [
    "chatter",
    "configuration",
    "console",
    "day",
    "day_of",
    "log_option",
    "print_json",
    "set_up_logs",
]

log_option = click.option(
    "--log-format",
    "log_format",
    type=click.Choice(["auto", "text", "json"]),
    help=(
        "Log as text or as JSON lines (default: logs.format, which is text on a terminal and JSON"
        " elsewhere)."
    ),
)


def configuration(ctx: click.Context, named: str | None) -> Config:
    """The configuration the command line means. Raises `ConfigError`."""
    from okrsync.config import load

    chosen = named or (ctx.obj or {}).get("config")
    if chosen is None:
        chosen = "okrsync.toml"
        if not Path(chosen).exists() and os.environ.get("OKRSYNC_CONFIG"):
            chosen = os.environ["OKRSYNC_CONFIG"]
    return load(Path(chosen).expanduser())


def day(ctx: click.Context, text: str | None) -> date | None:
    """The day the command line asks for; None is today. Raises `ConfigError` for what is none."""
    return day_of(text or (ctx.obj or {}).get("as_of"), "--as-of")


def day_of(text: str | None, option: str) -> date | None:
    """The day an option names; None where it is not given. Raises `ConfigError` for what is
    none.
    """
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError as error:
        raise ConfigError(
            f"{option}: {text!r} is not a date", hint="Write it as 2026-11-23."
        ) from error


def console(*, err: bool = False) -> Console:
    """Where people read; without colour off a terminal, and as wide as it needs to be there."""
    from rich.console import Console

    class Pipe(Console):
        """A console that leaves it to the command line to say what a reader that has gone away
        means.
        """

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    stream = sys.stderr if err else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else 160
    return Pipe(file=stream, highlight=False, width=width, soft_wrap=not stream.isatty())


def chatter(*, quiet: bool = False) -> Callable[[str], None]:
    """Takes what a run says of what it is doing: on standard error, and only where somebody is
    watching.
    """
    if quiet or not sys.stderr.isatty():
        return lambda _: None
    return lambda line: click.echo(click.style(f"{line} ...", dim=True), err=True)


def set_up_logs(config: Config, log_format: str | None, *, level: str | None = None) -> None:
    """Log as the config says, unless `$OKRSYNC_LOG` or the command line says otherwise. `level`
    overrides the config's. Raises `ConfigError`.
    """
    from okrsync.report.logs import chosen, set_up

    form, chosen_level = chosen(config.logs.format, level or config.logs.level, log_format)
    set_up(form, chosen_level, contents=config.logs.contents, zone=config.timezone)


def print_json(document: Document | dict[str, Any]) -> None:
    """One document on standard output, and nothing else. What the reader's encoding lacks is
    escaped, so that the document says the same everywhere.
    """
    # Python's own encoder is many times slower as soon as it indents.
    from pydantic_core import to_json

    if isinstance(document, dict):
        text = to_json(document, indent=2).decode()
    else:
        text = document.to_text()
    if not is_writable(text, sys.stdout):
        text = json.dumps(json.loads(text), indent=2)
    click.echo(text)
