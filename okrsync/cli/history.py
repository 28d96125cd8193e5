"""`okrsync history`: past runs."""

from __future__ import annotations

from datetime import datetime

import click

from okrsync.cli.common import configuration, console, day_of, print_json, printer
from okrsync.cli.completing import complete_files, complete_runs


@click.command(name="history", epilog="Example: okrsync history 2026-11-24-1")
@click.argument("run", metavar="[RUN]", required=False, shell_complete=complete_runs)
@click.option(
    "--config",
    "config",
    metavar="FILE",
    shell_complete=complete_files,
    help="The configuration (default: okrsync.toml, then $OKRSYNC_CONFIG).",
)
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many runs."
)
@click.option("--since", metavar="DATE", help="Runs from this day on, such as 2026-11-23.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON document instead of text (docs/history.schema.json).",
)
@click.pass_context
def command(
    ctx: click.Context,
    run: str | None,
    config: str | None,
    limit: int,
    since: str | None,
    as_json: bool,
) -> int:
    """List past runs, newest first: how long each took, how it ended, and the result for each
    source. With a RUN (or `last`), list everything it wrote and the values before.
    """
    loaded = configuration(ctx, config)
    from okrsync.report.documents.history import history_document, run_document
    from okrsync.report.runs import print_entries, print_runs
    from okrsync.state.journal import Journal
    from okrsync.state.lock import lease_standing
    from okrsync.state.store import Store

    first = day_of(since, "--since")
    start = (
        None
        if first is None
        else datetime(first.year, first.month, first.day, tzinfo=loaded.timezone)
    )
    with Store.open(loaded.state, readonly=True) as state:
        journal = Journal(state)
        if run is None:
            runs = journal.runs(limit, since=start)
            # The newest run without an end is still at work only if a run holds the state;
            # otherwise it died.
            lease = lease_standing(loaded.state)
            is_held = lease is not None and not lease.is_over
            at_work = next(
                (
                    record_at_work.id
                    for record_at_work in journal.runs(1)
                    if is_held and record_at_work.finished is None
                ),
                None,
            )
            if as_json:
                print_json(history_document(runs, at_work))
            elif first is not None and not runs:
                console().print(f"No run since {first:%d %b %Y}.")
            else:
                print_runs(printer(), runs, at_work)
        else:
            record = journal.find(run)
            entries = journal.entries(record.id)
            if as_json:
                print_json(run_document(record, entries))
            else:
                print_entries(printer(), record, entries)
    return 0
