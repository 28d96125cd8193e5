"""What the commands share: finding the configuration, reading a date, and printing for people and
for machines.
"""

from __future__ import annotations

import codecs
import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from okrsync.cli.output import is_unicode, is_writable
from okrsync.cli.progress import stop_progress
from okrsync.model.errors import ConfigError
from okrsync.report.lines import PlainPrinter, Printer

if TYPE_CHECKING:
    from rich.console import Console

    from okrsync.config import Config
    from okrsync.report.documents.document import Document

__all__ = [
    "chatter",
    "config_path",
    "configuration",
    "console",
    "day",
    "day_of",
    "log_option",
    "print_json",
    "printer",
    "set_up_logs",
]

_PIECE = 1_000_000
"""So many bytes of a document are printed at once."""

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
    """The configuration that the command line names. Raises `ConfigError`."""
    from okrsync.config import load

    return load(config_path(ctx, named))


def config_path(ctx: click.Context, named: str | None) -> Path:
    """The file of the configuration that the command line names, whether it is there or not."""
    chosen = named or (ctx.obj or {}).get("config")
    if chosen is None:
        chosen = "okrsync.toml"
        # A config in this folder wins: a variable set long ago must not choose another one in
        # silence.
        if not Path(chosen).exists() and os.environ.get("OKRSYNC_CONFIG"):
            chosen = os.environ["OKRSYNC_CONFIG"]
    return Path(chosen).expanduser()


def day(ctx: click.Context, text: str | None) -> date | None:
    """The day given with `--as-of`; None stands for today. Raises `ConfigError` if it is no day."""
    return day_of(text or (ctx.obj or {}).get("as_of"), "--as-of")


def day_of(text: str | None, option: str) -> date | None:
    """The day an option names; None if it is not given. Raises `ConfigError` if it is no day."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError as error:
        raise ConfigError(
            f"{option}: {text!r} is not a date", hint="Write it as 2026-11-23."
        ) from error


def printer() -> Printer:
    """What prints lines for people on standard output. Off a terminal nothing of rich is loaded."""
    # What else makes rich take a pipe for a terminal:
    # https://rich.readthedocs.io/en/stable/console.html#terminal-detection
    forced = os.environ.keys() & {"FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"}
    if sys.stdout.isatty() or forced:
        return console()
    stop_progress()
    return PlainPrinter(sys.stdout, console)


def console(*, err: bool = False) -> Console:
    """A console for people. Off a terminal it has no colour and does not wrap lines."""
    from rich.console import Console

    class Pipe(Console):
        """A console that leaves a closed pipe to the command line, and prints where no bar is."""

        def print(self, *objects: Any, **options: Any) -> None:
            stop_progress()
            super().print(*objects, **options)

        def on_broken_pipe(self) -> None:
            # rich would exit with code 1; `okrsync plan | head` is no failure.
            raise BrokenPipeError

    stop_progress()
    stream = sys.stderr if err else sys.stdout
    # rich assumes 80 columns off a terminal, which would cut addresses in logs and pipes.
    width = None if stream.isatty() or os.environ.get("COLUMNS") else 160
    return Pipe(file=stream, highlight=False, width=width, soft_wrap=not stream.isatty())


def chatter(config: Config | None = None, *, quiet: bool = False) -> Callable[[str], None]:
    """A function that shows a run's progress on standard error, if somebody is watching there: as a
    bar, once the run takes longer than two seconds.
    """
    if quiet or not sys.stderr.isatty():
        return lambda _: None
    from okrsync.cli.progress import ProgressBar

    return ProgressBar(None if config is None else len(config.sources) + len(config.publish))


def set_up_logs(config: Config, log_format: str | None, *, level: str | None = None) -> None:
    """Log as the config says, unless `$OKRSYNC_LOG` or the command line says otherwise. `level`
    overrides the config's. Raises `ConfigError`.
    """
    from okrsync.report.logs import chosen, set_up

    form, chosen_level = chosen(config.logs.format, level or config.logs.level, log_format)
    set_up(form, chosen_level, contents=config.logs.contents, zone=config.timezone)


def print_json(document: Document) -> None:
    """Print one document to standard output, and nothing else. Characters that the output's
    encoding lacks are escaped, so that the document means the same everywhere.
    """
    stop_progress()
    data = document.to_bytes()
    if not (
        is_unicode(sys.stdout) or all(is_writable(piece, sys.stdout) for piece in _pieces(data))
    ):
        # `\u` escapes are plain ASCII, which every encoding of a terminal or pipe has.
        data = json.dumps(json.loads(data), indent=2).encode()
    for piece in _pieces(data):
        # With colours allowed, click does not search megabytes for them; JSON escapes them.
        click.echo(piece, nl=False, color=True)
    click.echo()


def _pieces(data: bytes) -> Iterator[str]:
    """The text of a document in pieces: it may have 50 MB, and what guards the output makes several
    copies of what it gets.
    """
    starts = range(0, len(data), _PIECE)
    return codecs.iterdecode((data[start : start + _PIECE] for start in starts), "utf-8")
