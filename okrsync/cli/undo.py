"""`okrsync undo`: undo a run."""

from __future__ import annotations

import click

from okrsync.cli.common import chatter, configuration, print_json, printer
from okrsync.cli.completing import complete_files, complete_runs


@click.command(name="undo", epilog="Example: okrsync undo last")
@click.argument("run", metavar="RUN", shell_complete=complete_runs)
@click.option(
    "--config",
    "config",
    metavar="FILE",
    shell_complete=complete_files,
    help="The configuration (default: okrsync.toml, then $OKRSYNC_CONFIG).",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.pass_context
def command(ctx: click.Context, run: str, config: str | None, as_json: bool) -> int:
    """Undo a RUN: its id from `okrsync history`, or `last`. What people have changed since is
    listed and left alone.
    """
    loaded = configuration(ctx, config)
    from okrsync.report.documents.plan import plan_document
    from okrsync.report.plans import print_plan
    from okrsync.steps.undo import undo

    done = undo(loaded, run, say=chatter(loaded, quiet=as_json))
    if as_json:
        print_json(plan_document(done, "okrsync/undo/1"))
    else:
        print_plan(printer(), done)
    return done.exit_code
