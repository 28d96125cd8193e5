"""`okrsync watch`: sync on a schedule."""

from __future__ import annotations

import click

from okrsync.cli import options
from okrsync.cli.common import config_path, configuration, log_option, set_up_logs
from okrsync.model.errors import ConfigError


@click.command(name="watch", epilog="Example: okrsync watch --config team.toml")
@options
@click.option(
    "--once",
    is_flag=True,
    help="Do one run with heartbeat and metrics, for cron and timers, and exit with its code.",
)
@log_option
@click.pass_context
def command(
    ctx: click.Context, config: str | None, as_of: str | None, once: bool, log_format: str | None
) -> int:
    """Sync on the schedule in [watch] until you stop it. A failed run does not end the watch;
    SIGTERM lets it finish what it is writing.

    The configuration is read again on SIGHUP, or when it or a mapping it names changes. If the new
    one is invalid, the old one stays in use.
    """
    if once:
        try:
            loaded = configuration(ctx, config)
        except ConfigError as error:
            from okrsync.report.logs import chosen, set_up
            from okrsync.watch import report_unusable
            from okrsync.watch.metrics import Metrics

            set_up(*chosen("auto", "info", log_format))
            report_unusable(config_path(ctx, config), error, Metrics())
            raise
    else:
        loaded = configuration(ctx, config)
    if as_of is not None or (ctx.obj or {}).get("as_of"):
        raise click.UsageError("watch always runs for today; use --as-of with plan, sync or show")
    from okrsync.watch import watch

    set_up_logs(loaded, log_format)
    return watch(loaded, once=once, set_up_logs=lambda new: set_up_logs(new, log_format))
