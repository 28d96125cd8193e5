"""`okrsync report`: everything on one HTML page."""

from __future__ import annotations

import sys

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, day
from okrsync.cli.completing import complete_files
from okrsync.cli.output import is_writable


@click.command(name="report", epilog="Example: okrsync report --html okrs.html")
@options
@click.option(
    "--html",
    "html",
    metavar="FILE",
    shell_complete=complete_files,
    required=True,
    help="The file to write; - is standard output.",
)
@click.option("--all-cycles", is_flag=True, help="Include items of other cycles.")
@click.pass_context
def command(
    ctx: click.Context, config: str | None, as_of: str | None, html: str, all_cycles: bool
) -> int:
    """Write one self-contained HTML page: what to celebrate, what is off track, who must act, what
    moved, where it ends up, and the tree with trends, filters, teams by status, and sources.

    The page loads nothing. A new file is readable by you only; an existing one keeps its
    permissions.
    """
    loaded = configuration(ctx, config)
    from okrsync.measures.picture import state_code
    from okrsync.report.html import render
    from okrsync.report.writing import write_page
    from okrsync.steps.review import overview

    shown_overview = overview(loaded, as_of=day(ctx, as_of), say=chatter(loaded, quiet=html == "-"))
    page = render(shown_overview, all_cycles=all_cycles)
    if html == "-":
        # Character references such as `&#8217;` say the same in every encoding.
        is_plain = is_writable(page, sys.stdout)
        shown = page if is_plain else page.encode("ascii", "xmlcharrefreplace").decode()
        click.echo(shown, nl=False)
    else:
        click.echo(f"{'Wrote' if write_page(html, page) else 'No change to'} {html}")
    return state_code(shown_overview.picture)
