"""`okrsync watch`: sync on the timetable."""

from __future__ import annotations

import click

from okrsync.cli import options
from okrsync.cli.common import configuration


@click.command(name="watch", epilog="Example: okrsync watch --config team.toml")
@options
@click.pass_context
def command(ctx: click.Context, config: str | None, as_of: str | None) -> int:
    """Sync on the timetable of [watch] until told to stop. A run that fails never ends the watch; SIGTERM lets the run in hand finish."""
    loaded = configuration(ctx, config)
    if as_of is not None or (ctx.obj or {}).get("as_of"):
        raise click.UsageError("watch runs for the day it is; --as-of goes with plan, sync and show")
    from okrsync.watch import watch

    return watch(loaded, lambda line: click.echo(line, err=True))
