"""`okrsync show`: the tree."""

from __future__ import annotations

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, console, day, print_json


@click.command(name="show", epilog="Example: okrsync show growth/O1")
@click.argument("id_", metavar="[ID]", required=False)
@options
@click.option("--all-cycles", is_flag=True, help="Items of other cycles too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text (docs/show.schema.json).")
@click.pass_context
def command(
    ctx: click.Context, id_: str | None, config: str | None, as_of: str | None, all_cycles: bool, as_json: bool
) -> int:
    """Show the tree of objectives with progress, status, freshness and coverage; with an ID, that objective and what hangs under it."""
    loaded = configuration(ctx, config)
    from okrsync.picture import narrowed, state_code
    from okrsync.report.as_json import show_document
    from okrsync.report.terminal import print_picture
    from okrsync.sync import look

    picture = look(loaded, as_of=day(ctx, as_of), say=chatter(quiet=as_json))
    if id_ is not None:
        picture = narrowed(picture, id_)
    if as_json:
        print_json(show_document(picture, all_cycles=all_cycles))
    else:
        print_picture(console(), picture, all_cycles=all_cycles)
    return state_code(picture)
