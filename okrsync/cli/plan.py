"""`okrsync plan`: what a sync would do."""

from __future__ import annotations

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, console, day, print_json


@click.command(name="plan", epilog="Example: okrsync plan --as-of 2026-11-23")
@options
@click.option(
    "--source",
    "only",
    multiple=True,
    metavar="NAME",
    help="Plan for this source only; may be given again.",
)
@click.option(
    "--allow", multiple=True, metavar="GUARD", help="Let this guard pass; may be given again."
)
@click.option(
    "--show-requests",
    is_flag=True,
    help="What would be sent, request by request, with secrets masked.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.option(
    "--exit-code", "with_code", is_flag=True, help="Leave with 6 when there are changes to make."
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
    """Show every change by cell, before and after, with a count. Writes nothing."""
    loaded = configuration(ctx, config)
    from okrsync.report.documents.plan import plan_document
    from okrsync.report.requests import print_requests
    from okrsync.report.terminal import print_plan
    from okrsync.sync import make_plan

    plan = make_plan(
        loaded,
        as_of=day(ctx, as_of),
        only=only,
        allow=allow,
        say=chatter(quiet=as_json),
        with_requests=show_requests,
    )
    if as_json:
        print_json(plan_document(plan))
    else:
        print_plan(console(), plan)
        if show_requests:
            print_requests(console(), plan)
    if plan.exit_code == 0 and with_code and any(part.changes for part in plan.parts):
        return 6
    return plan.exit_code
