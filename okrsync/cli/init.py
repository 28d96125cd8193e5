"""`okrsync init`: set a source up."""

from __future__ import annotations

import os
from pathlib import Path

import click

from okrsync.cli.common import chatter, console, day
from okrsync.cli.completing import complete_files
from okrsync.model.errors import ConfigError


@click.command(
    name="init",
    epilog="Example: okrsync init team-okrs.xlsx",
)
@click.argument("places", metavar="[SOURCE]...", nargs=-1, shell_complete=complete_files)
@click.option(
    "--yes",
    "-y",
    is_flag=True,
    help="Ask nothing: accept every proposal, and leave open what only you can decide.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Show the evidence for each tab and column, and the keys for --answer.",
)
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="KEY=VALUE",
    help="How to read the source, such as values.date_order=dmy or header=3; may be repeated.",
)
@click.option(
    "--name", metavar="NAME", help="The name of the source (default: made from its title)."
)
@click.option("--token-env", metavar="NAME", help="The environment variable that holds the token.")
@click.option(
    "--credentials",
    metavar="FILE",
    shell_complete=complete_files,
    type=click.Path(path_type=Path),
    help="The file with the credentials.",
)
@click.option(
    "--api-endpoint",
    metavar="URL",
    help="Another address of the service, such as a gateway or the sandbox.",
)
@click.option(
    "--cycle",
    metavar="CYCLE",
    help='The cycle to measure, such as 2026-Q4 (default: "auto", the quarter today falls in).',
)
@click.option(
    "--timezone",
    metavar="ZONE",
    help="The time zone of your days, such as Europe/Berlin (default: this machine's).",
)
@click.option(
    "--config",
    "config",
    metavar="FILE",
    shell_complete=complete_files,
    help="The configuration to write or to add to (default: okrsync.toml, then $OKRSYNC_CONFIG).",
)
@click.option("--as-of", "as_of", metavar="DATE", help="The day to measure for (default: today).")
@click.pass_context
def command(
    ctx: click.Context,
    places: tuple[str, ...],
    yes: bool,
    explain: bool,
    answers: tuple[str, ...],
    name: str | None,
    token_env: str | None,
    credentials: Path | None,
    api_endpoint: str | None,
    cycle: str | None,
    timezone: str | None,
    config: str | None,
    as_of: str | None,
) -> int:
    """Look at each SOURCE (a file or a URL), show how okrsync reads it, and write a config for it.
    Nothing is written to the sheet.

    Without a SOURCE, okrsync offers the spreadsheets in this folder. Run it again to add sources;
    your own edits stay.
    """
    from okrsync.cli.asking import asker
    from okrsync.cli.init_dialogue import InitOptions, run_dialogue

    options = InitOptions(
        yes=yes,
        explain=explain,
        answers=dict(_answer(text) for text in answers),
        name=name,
        token_env=token_env,
        credentials=credentials,
        api_endpoint=api_endpoint,
        cycle=cycle,
        timezone=timezone,
        as_of=day(ctx, as_of),
    )
    try:
        return run_dialogue(
            console(), asker(yes=yes), _path(ctx, config), options, chatter(), places
        )
    except KeyboardInterrupt:
        click.echo("okrsync: interrupted; no spreadsheet was touched", err=True)
        return 130


def _answer(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise ConfigError(
            f"--answer: {text!r} is not an answer",
            hint="Write KEY=VALUE, such as values.date_order=dmy.",
        )
    return key.strip(), value.strip()


def _path(ctx: click.Context, named: str | None) -> Path:
    """The config to write or to add to."""
    chosen = named or (ctx.obj or {}).get("config")
    if chosen is None:
        chosen = "okrsync.toml"
        if not Path(chosen).exists() and os.environ.get("OKRSYNC_CONFIG"):
            chosen = os.environ["OKRSYNC_CONFIG"]
    return Path(chosen).expanduser()
