"""`okrsync compare`: compare okrsync's numbers with an export of another tool."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, console, day, print_json
from okrsync.cli.completing import complete_files


@click.command(name="compare", epilog="Example: okrsync compare viva-goals-export.csv")
@click.argument("export", metavar="FILE", shell_complete=complete_files)
@options
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.pass_context
def command(
    ctx: click.Context, export: str, config: str | None, as_of: str | None, as_json: bool
) -> int:
    """Compare okrsync's numbers with an export of your old tool: which differ, and which setting
    under [scoring] explains the difference.

    Items are matched by id, or else by title. Nothing is written.
    """
    loaded = configuration(ctx, config)
    from okrsync.init.exports import exported_progress
    from okrsync.init.looking import Times
    from okrsync.model.cycles import resolve_cycle
    from okrsync.report.comparison import print_comparison
    from okrsync.report.documents.compare import compare_document
    from okrsync.sync import compare

    # The export is read for the same day and cycle as our own sources.
    today = day(ctx, as_of) or datetime.now(loaded.timezone).date()
    cycle = resolve_cycle(loaded.cycle, today, loaded.fiscal_year_start)
    times = Times(today, loaded.timezone, cycle, loaded.fiscal_year_start)
    exported = exported_progress(export, Path.cwd(), times)
    comparison = compare(loaded, exported, as_of=today, say=chatter(loaded, quiet=as_json))
    if as_json:
        print_json(compare_document(comparison, today))
    else:
        print_comparison(console(), comparison)
    return 0
