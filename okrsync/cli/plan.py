"""`okrsync plan`: what a sync would change."""

from __future__ import annotations

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, day, print_json, printer
from okrsync.cli.completing import complete_guards, complete_sources


@click.command(name="plan", epilog="Example: okrsync plan --as-of 2026-11-23")
@options
@click.option(
    "--source",
    "only",
    multiple=True,
    metavar="NAME",
    shell_complete=complete_sources,
    help="Plan for this source only; may be repeated.",
)
@click.option(
    "--allow",
    multiple=True,
    metavar="GUARD",
    shell_complete=complete_guards,
    help="Let this guard pass; may be repeated.",
)
@click.option(
    "--show-requests",
    is_flag=True,
    help="Show each request that would be sent, with secrets masked.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.option(
    "--exit-code", "with_code", is_flag=True, help="Exit with code 6 if there are changes to make."
)
@click.pass_context
def command(
    ctx: click.Context,
    config: str | None,
    as_of: str | None,
    only: tuple[str, ...],
    allow: tuple[str, ...],
    show_requests: bool,
    as_json: bool,
    with_code: bool,
) -> int:
    """Show every change, row by row, with the values before and after. Writes nothing."""
    loaded = configuration(ctx, config)
    from okrsync.sync import make_plan

    plan = make_plan(
        loaded,
        as_of=day(ctx, as_of),
        only=only,
        allow=allow,
        say=chatter(loaded, quiet=as_json),
        with_requests=show_requests,
    )
    # A failure matters more than pending changes, so that its own code stays.
    is_pending = with_code and any(part.changes for part in plan.parts)
    code = 6 if is_pending and plan.exit_code == 0 else plan.exit_code
    # Only what prints is loaded: the model of a document and the terminal are slow to load.
    if as_json:
        from okrsync.report.documents.plan import plan_document

        document = plan_document(plan)
        # With all rows of its sources, it takes more room than the document.
        del plan
        print_json(document)
    else:
        from okrsync.report.plans import print_plan
        from okrsync.report.requests import print_requests

        print_plan(printer(), plan)
        if show_requests:
            print_requests(printer(), plan)
    return code
