"""`okrsync close`: end a cycle."""

from __future__ import annotations

from typing import Literal, cast

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, day, print_json, printer
from okrsync.cli.completing import complete_files


@click.command(name="close", epilog="Example: okrsync close 2026-Q4 --carry-over --yes")
@options
@click.argument("cycle", metavar="[CYCLE]", required=False)
@click.option(
    "--carry-over",
    "carry_over",
    is_flag=True,
    help="Write what is unfinished as the next cycle's: as rows, tabs or pages.",
)
@click.option(
    "--targets",
    type=click.Choice(["keep", "clear"]),
    default="keep",
    help="What carried key results aim at: the same target (default), or none yet.",
)
@click.option(
    "--retrospective",
    metavar="FILE",
    shell_complete=complete_files,
    help="Write how the cycle went to this Markdown file (with --yes).",
)
@click.option("--yes", "is_confirmed", is_flag=True, help="Do it; without, it is only shown.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.pass_context
def command(
    ctx: click.Context,
    config: str | None,
    as_of: str | None,
    cycle: str | None,
    carry_over: bool,
    targets: str,
    retrospective: str | None,
    is_confirmed: bool,
    as_json: bool,
) -> int:
    """End a CYCLE: write what is missing of its last answers, and say how it went.

    Without CYCLE: the last one that ended and is not closed. One that still runs must be named.
    Nothing is written without --yes; `okrsync undo last` puts it back.
    """
    loaded = configuration(ctx, config)
    from okrsync.report.closing import print_closing
    from okrsync.report.documents.close import close_document
    from okrsync.report.retrospective import refuse_other_file, write_retrospective
    from okrsync.steps.close import Closing, Wishes, close

    def look_at(planned: Closing) -> None:
        if retrospective is not None and planned.retrospective is not None:
            refuse_other_file(retrospective, planned.retrospective)

    wishes = Wishes(cycle, carry_over, cast("Literal['keep', 'clear']", targets))
    closing = close(
        loaded,
        wishes,
        as_of=day(ctx, as_of),
        is_confirmed=is_confirmed,
        look_at=look_at,
        say=chatter(loaded, quiet=as_json),
    )
    if is_confirmed and retrospective is not None and closing.retrospective is not None:
        write_retrospective(retrospective, closing.retrospective)
    if as_json:
        print_json(close_document(closing))
    else:
        print_closing(printer(), closing)
    return closing.plan.exit_code
