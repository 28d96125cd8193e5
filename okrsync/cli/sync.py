"""`okrsync sync`: plan, and carry the plan out."""

from __future__ import annotations

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, console, day, print_json


@click.command(name="sync", epilog="Example: okrsync sync --source growth")
@options
@click.option("--source", "only", multiple=True, metavar="NAME", help="Write to this source only; may be given again.")
@click.option("--allow", multiple=True, metavar="GUARD", help="Let this guard pass once; may be given again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.pass_context
def command(
    ctx: click.Context,
    config: str | None,
    as_of: str | None,
    only: tuple[str, ...],
    allow: tuple[str, ...],
    as_json: bool,
) -> int:
    """Bring every source up to date, and say what became of each change. `okrsync undo last` puts it back."""
    loaded = configuration(ctx, config)
    from okrsync.report.as_json import plan_document
    from okrsync.report.terminal import print_plan
    from okrsync.sync import sync

    done = sync(loaded, as_of=day(ctx, as_of), only=only, allow=allow, say=chatter(quiet=as_json))
    if as_json:
        print_json(plan_document(done))
    else:
        print_plan(console(), done)
    return done.exit_code
