"""`okrsync review`: what the team talks about once a week."""

from __future__ import annotations

import sys

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, day, print_json
from okrsync.cli.completing import complete_files, complete_runs
from okrsync.cli.output import is_writable


@click.command(name="review", epilog="Example: okrsync review --team Sales --output review.md")
@options
@click.option("--team", metavar="TEAM", help="Only the items of this team.")
@click.option("--owner", metavar="WHO", help="Only the items of this owner.")
@click.option(
    "--since",
    metavar="WHEN",
    shell_complete=complete_runs,
    help=(
        "Look back to a day, a run (its id), `last` or a span such as `7 days` (default: to the"
        " last review by `[review]`)."
    ),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html", "json"]),
    default="markdown",
    help="Markdown (default), an HTML page, or one JSON document (docs/review.schema.json).",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--output",
    metavar="FILE",
    shell_complete=complete_files,
    help="Write to this file; what was typed under Decisions in a Markdown file stays.",
)
@click.pass_context
def command(
    ctx: click.Context,
    config: str | None,
    as_of: str | None,
    team: str | None,
    owner: str | None,
    since: str | None,
    form: str,
    as_json: bool,
    output: str | None,
) -> int:
    """Show the review of the week: what was won, what is off track, what moved, what is stuck, who
    is silent, which targets were changed, who asks something, and what was decided.
    """
    loaded = configuration(ctx, config)
    from okrsync.measures.picture import state_code
    from okrsync.plan.review import ReviewFilter
    from okrsync.report.documents.review import review_document
    from okrsync.report.review import review_html, review_markdown, write_review
    from okrsync.report.writing import write_page
    from okrsync.steps.review import review

    form = "json" if as_json else form
    about = ReviewFilter(team, owner)
    say = chatter(loaded, quiet=output is None)
    made, picture = review(loaded, about=about, since=since, as_of=day(ctx, as_of), say=say)
    if output is not None:
        if form == "markdown":
            is_new = write_review(output, made)
        elif form == "html":
            is_new = write_page(output, review_html(made))
        else:
            is_new = write_page(output, review_document(made).to_text() + "\n")
        click.echo(f"{'Wrote' if is_new else 'No change to'} {output}")
    elif form == "json":
        print_json(review_document(made))
    else:
        text = review_markdown(made) if form == "markdown" else review_html(made)
        is_plain = is_writable(text, sys.stdout)
        # Replaced rather than refused: a review is for people.
        shown = text if is_plain else text.encode("ascii", "replace").decode()
        click.echo(shown, nl=False)
    return state_code(picture)
