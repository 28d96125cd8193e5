"""`okrsync watch`: sync on the timetable."""

from __future__ import annotations

import click

from okrsync.cli import options
from okrsync.cli.common import configuration, log_option, set_up_logs


@click.command(name="watch", epilog="Example: okrsync watch --config team.toml")
@options
@click.option(
    "--once",
    is_flag=True,
    help="One run with heartbeat and metrics, for cron and timers; leaves with its exit code.",
)
@log_option
@click.pass_context
def command(
    ctx: click.Context, config: str | None, as_of: str | None, once: bool, log_format: str | None
) -> int:
    """Sync on the timetable of [watch] until told to stop. A run that fails never ends the watch;
    SIGTERM lets it finish what it is writing.

    SIGHUP, or a change of the configuration or of a mapping it names, has it read again; where the
    new one cannot be used, the old one stays.
    """
    loaded = configuration(ctx, config)
    if as_of is not None or (ctx.obj or {}).get("as_of"):
        raise click.UsageError(
            "watch runs for the day it is; --as-of goes with plan, sync and show"
        )
    from okrsync.watch import watch

    set_up_logs(loaded, log_format)
    return watch(loaded, once=once, set_up_logs=lambda new: set_up_logs(new, log_format))
