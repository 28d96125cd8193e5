"""`okrsync lint`: what is weak about the OKRs themselves."""

from __future__ import annotations

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, day, print_json, printer
from okrsync.cli.completing import complete_sources


@click.command(name="lint", epilog="Example: okrsync lint --level warning")
@options
@click.option(
    "--source",
    "only",
    multiple=True,
    metavar="NAME",
    shell_complete=complete_sources,
    help="Items of this source only; may be repeated.",
)
@click.option(
    "--level",
    type=click.Choice(["error", "warning", "hint"]),
    default="hint",
    show_default=True,
    help="The lowest level to show.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.pass_context
def command(
    ctx: click.Context,
    config: str | None,
    as_of: str | None,
    only: tuple[str, ...],
    level: str,
    as_json: bool,
) -> int:
    """Point out weak OKRs: no target, no owner, activities instead of results, too many, and so on.

    Each remark names its cell, says why it matters and what to do. It is advice only: nothing is
    written, and no number changes.
    """
    loaded = configuration(ctx, config)
    from okrsync.lint import Level, lint
    from okrsync.measures.picture import state_code
    from okrsync.report.documents.lint import lint_document
    from okrsync.report.remarks import print_remarks
    from okrsync.sync import look

    picture = look(loaded, as_of=day(ctx, as_of), only=only, say=chatter(loaded, quiet=as_json))
    remarks = [remark for remark in lint(picture) if not only or remark.source in only]
    levels = list(Level)
    shown = [
        remark for remark in remarks if levels.index(remark.level) <= levels.index(Level(level))
    ]
    if as_json:
        print_json(lint_document(picture, shown))
    else:
        print_remarks(printer(), shown, left_out=len(remarks) - len(shown))
    return state_code(picture)
