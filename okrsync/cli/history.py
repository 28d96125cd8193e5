"""`okrsync history`: past runs."""

from __future__ import annotations

import click

from okrsync.cli.common import configuration, console


@click.command(name="history", epilog="Example: okrsync history 2026-11-24-1")
@click.argument("run", metavar="[RUN]", required=False)
@click.option(
    "--config", "config", metavar="FILE", help="The configuration (default: okrsync.toml, then $OKRSYNC_CONFIG)."
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many runs.")
@click.pass_context
def command(ctx: click.Context, run: str | None, config: str | None, limit: int) -> int:
    """List past runs, newest first; with a RUN, everything it wrote with the values before."""
    loaded = configuration(ctx, config)
    from okrsync.journal import Journal
    from okrsync.report.terminal import print_entries, print_runs
    from okrsync.state import State

    with State.open(loaded.state, readonly=True) as state:
        journal = Journal(state)
        if run is None:
            print_runs(console(), journal.runs(limit))
        else:
            record = journal.find(run)
            print_entries(console(), record, journal.entries(record.id))
    return 0
