"""`okrsync explain`: how a number was calculated."""

from __future__ import annotations

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, day, print_json, printer
from okrsync.cli.completing import complete_items


@click.command(name="explain", epilog="Example: okrsync explain growth/O1/KR2")
@click.argument("words", metavar="ITEM", nargs=-1, required=True, shell_complete=complete_items)
@options
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.pass_context
def command(
    ctx: click.Context, words: tuple[str, ...], config: str | None, as_of: str | None, as_json: bool
) -> int:
    """Explain how the numbers of an objective or key result were calculated, step by step, with the
    cells they come from. ITEM is its id, or words of its title.
    """
    loaded = configuration(ctx, config)
    # Few people think of quotes around the words of a title.
    id_ = " ".join(words)
    from okrsync.report.documents.explain import explain_document
    from okrsync.report.terminal import print_steps
    from okrsync.sync import explain

    steps = explain(loaded, id_, as_of=day(ctx, as_of), say=chatter(loaded, quiet=as_json))
    if as_json:
        print_json(explain_document(id_, steps))
    else:
        print_steps(printer(), steps)
    return 0
