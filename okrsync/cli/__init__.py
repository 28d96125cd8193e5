"""The command line: commands by name, each imported only when it is asked for, so that `--help`
answers at once.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

from okrsync import __version__
from okrsync.cli.completing import complete_files

__all__ = ["COMMANDS", "main", "okrsync"]

COMMANDS = {
    "demo": "the whole job on a made-up company, no account needed",
    "init": "look at a spreadsheet or an address, and write a configuration for it",
    "check": "test every file, permission, column and setting; writes nothing",
    "plan": "show every change, row by row; writes nothing",
    "sync": "plan, and carry the plan out",
    "watch": "sync on a schedule until you stop it",
    "show": "the tree of objectives with progress, status and freshness",
    "explain": "how a number was calculated, down to the cells",
    "export": "items or observations as a table: CSV, JSON lines, Parquet",
    "compare": "compare okrsync's numbers with an export of your old tool",
    "lint": "what is weak about the OKRs themselves",
    "report": "everything on one HTML page",
    "review": "the weekly review: wins, what moved, what is stuck, who is silent",
    "ids": "add a column of ids, so that rows can always be recognised",
    "retry": "sync only what failed last time",
    "history": "past runs: how long they took, how they ended, what they wrote",
    "undo": "undo a run",
    "close": "end a cycle: last answers, a retrospective, and what is carried over",
    "state": "maintain the state file: check, export, prune, unlock",
    "fleet": "sync many configurations, or see how they stand",
    "mcp": "answer the questions of an assistant (Model Context Protocol)",
    "sandbox": "a local Google and Notion to try a configuration with",
    "mappings": "the mappings that come with okrsync",
    "connectors": "the connectors that are installed",
    "completion": "print the completion script for a shell",
}
"""Every command and what it does, in the order a new user meets them."""


class Commands(click.Group):
    """A group that knows its commands by name and loads one when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        # Importing all commands would load rich, pydantic and the connectors, and `--help` is to
        # answer in 0.3 s.
        module = importlib.import_module(f"okrsync.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # click's own message names no similar command.
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = (
                f"Did you mean `okrsync {near[0]}`?"
                if near
                else "`okrsync --help` lists the commands."
            )
            ctx.fail(f"there is no command {args[0]!r}. {hint}")
        return super().resolve_command(ctx, args)

    # click would import every command here to read its short help.
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(ctx: click.Context, _: click.Parameter, is_wanted: bool) -> None:
    if not is_wanted or ctx.resilient_parsing:
        return
    from okrsync.report.documents.schemas import schema_names
    from okrsync.state.schema import SCHEMA_VERSION

    names = ", ".join(schema_names())
    click.echo(
        f"okrsync {__version__}\nstate file: version {SCHEMA_VERSION}\nJSON documents: {names}"
    )
    ctx.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Begin with `okrsync demo`; then run `okrsync init` on a spreadsheet of your own.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version, with those of the state file and the JSON documents.",
)
@click.option(
    "--config",
    "config",
    metavar="FILE",
    shell_complete=complete_files,
    help="The configuration (default: okrsync.toml, then $OKRSYNC_CONFIG).",
)
@click.option(
    "--as-of",
    "as_of",
    metavar="DATE",
    help="The day to measure for, such as 2026-11-23 (default: today).",
)
@click.pass_context
def okrsync(ctx: click.Context, config: str | None, as_of: str | None) -> None:
    """Read OKRs where teams keep them, measure how they stand, and write the answer back beside
    each row.
    """
    # Both options are taken before and after the command; the command's own one wins.
    ctx.obj = {"config": config, "as_of": as_of}


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    # Python looks for garbage after every 700 new objects; loading okrsync makes 200,000.
    gc.set_threshold(50_000, 20, 20)
    # Otherwise pydantic looks through every installed package for plugins, which no command needs:
    # a twentieth of a start. https://docs.pydantic.dev/latest/concepts/plugins/
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from okrsync.cli.errors import INTERRUPTED, run
    from okrsync.cli.output import guarded_output

    # The traceback of a debug run is printed by Python itself, once all else has ended.
    with guarded_output():
        try:
            code = run(okrsync, arguments)
        except Exception:  # noqa: BLE001 - it is printed in full, and nothing runs after it
            sys.excepthook(*sys.exc_info())
            code = 1
    # Python looks through everything once more as it ends, and the memory is given back anyway:
    # a sixth of the time of a small plan.
    gc.freeze()
    if code == INTERRUPTED:
        # sys.exit would wait for threads that still wait for a service, and Python ends by SIGINT
        # itself where that came amid code which it had generated.
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def options(function: Any) -> Any:
    """The options every command has that reads a configuration: `--config` and `--as-of`."""
    function = click.option(
        "--as-of", "as_of", metavar="DATE", help="The day to measure for (default: today)."
    )(function)
    return click.option(
        "--config",
        "config",
        metavar="FILE",
        shell_complete=complete_files,
        help="The configuration (default: okrsync.toml, then $OKRSYNC_CONFIG).",
    )(function)
