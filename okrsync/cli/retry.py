"""`okrsync retry`: sync only what failed last time."""

from __future__ import annotations

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, day, print_json, printer
from okrsync.cli.completing import complete_guards


@click.command(name="retry", epilog="Example: okrsync retry --allow max-changes")
@options
@click.option(
    "--allow",
    multiple=True,
    metavar="GUARD",
    shell_complete=complete_guards,
    help="Let this guard pass once; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.pass_context
def command(
    ctx: click.Context, config: str | None, as_of: str | None, allow: tuple[str, ...], as_json: bool
) -> int:
    """Sync only the sources that failed or had conflicts in the last run and, with --allow, those
    that a guard stopped. All sources are read, but only these are written to.
    """
    loaded = configuration(ctx, config)
    from okrsync.model.plain import clean
    from okrsync.report.documents.plan import retry_document
    from okrsync.report.lines import Line
    from okrsync.report.plans import print_plan
    from okrsync.sync import retry

    wanted, done = retry(
        loaded, as_of=day(ctx, as_of), allow=allow, say=chatter(loaded, quiet=as_json)
    )
    if as_json:
        print_json(retry_document(wanted, done))
        return 0 if done is None else done.exit_code
    out = printer()
    for name, why in wanted.sources.items():
        out.print(Line(f"trying {name} again: {clean(why, 160)}"))
    for name, why in wanted.held_back.items():
        out.print(Line(f"{name} was stopped by a guard, and waits for --allow: {clean(why, 160)}"))
    if done is None:
        outcome = "left nothing else undone" if wanted.held_back else "left nothing undone"
        after = "there is no run yet" if wanted.after is None else f"run {wanted.after} {outcome}"
        out.print(Line(f"Nothing to retry: {after}."))
        return 0
    out.print()
    print_plan(out, done)
    return done.exit_code
