"""`okrsync sync`: plan, and carry the plan out."""

from __future__ import annotations

import os
import sys
from functools import partial

import click

from okrsync.cli import options
from okrsync.cli.common import (
    chatter,
    configuration,
    day,
    log_option,
    print_json,
    printer,
    set_up_logs,
)
from okrsync.cli.completing import complete_guards, complete_sources
from okrsync.model.errors import OkrsyncError


@click.command(name="sync", epilog="Example: okrsync sync --source growth")
@options
@click.option(
    "--source",
    "only",
    multiple=True,
    metavar="NAME",
    shell_complete=complete_sources,
    help="Write to this source only; may be repeated.",
)
@click.option(
    "--allow",
    multiple=True,
    metavar="GUARD",
    shell_complete=complete_guards,
    help="Let this guard pass once; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@log_option
@click.pass_context
def command(
    ctx: click.Context,
    config: str | None,
    as_of: str | None,
    only: tuple[str, ...],
    allow: tuple[str, ...],
    as_json: bool,
    log_format: str | None,
) -> int:
    """Bring every source up to date, and print the outcome of each change. `okrsync undo last`
    undoes the run.

    Off a terminal, and with --log-format, progress is logged to standard error as `watch` does.
    """
    loaded = configuration(ctx, config)
    # Under cron and in containers the log lines are all that anybody keeps of a run.
    is_on_terminal = sys.stderr.isatty() and log_format is None and "OKRSYNC_LOG" not in os.environ
    set_up_logs(loaded, log_format, level="warning" if is_on_terminal else None)
    from okrsync.report.run_events import failed, logged
    from okrsync.sync import sync

    say = chatter(loaded, quiet=as_json or not is_on_terminal)
    run = partial(sync, loaded, as_of=day(ctx, as_of), only=only, allow=allow, say=say)
    try:
        plan = run() if is_on_terminal else logged(run, loaded)
    except OkrsyncError as error:
        if is_on_terminal:
            raise
        return failed(error)[0]
    if as_json:
        from okrsync.report.documents.plan import plan_document

        print_json(plan_document(plan))
    else:
        from okrsync.report.plans import print_plan

        print_plan(printer(), plan)
    return plan.exit_code
