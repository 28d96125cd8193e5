"""`okrsync demo`: the whole job on a made-up company."""

from __future__ import annotations

from pathlib import Path

import click

from okrsync.cli.common import console, day


@click.command(name="demo", epilog="Example: okrsync demo --keep acme")
@click.option("--as-of", "as_of", metavar="DATE", help="The day to measure for (default: today).")
@click.option(
    "--keep",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Make the company in this folder and leave it there.",
)
@click.pass_context
def command(ctx: click.Context, as_of: str | None, keep: Path | None) -> int:
    """Run the whole job on a made-up company with OKRs in Notion, in a Google Sheet and in a
    workbook: plan, sync, sync again, explain, undo; then a quarter of a team: check-ins, a moved
    target, the forecast and what came of it, the close. You need no account.
    """
    from okrsync.demo import run

    return run(console(), keep, day(ctx, as_of))
