"""`okrsync ids`: add columns of ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from okrsync.cli.common import chatter, configuration, print_json, printer
from okrsync.cli.completing import complete_files, complete_sources

if TYPE_CHECKING:
    from okrsync.config import Config


@click.command(name="ids", epilog="Example: okrsync ids --source growth")
@click.option(
    "--config",
    "config",
    metavar="FILE",
    shell_complete=complete_files,
    help="The configuration (default: okrsync.toml, then $OKRSYNC_CONFIG).",
)
@click.option(
    "--source",
    "only",
    multiple=True,
    metavar="NAME",
    shell_complete=complete_sources,
    help="For this source only; may be repeated.",
)
@click.option("--yes", "-y", is_flag=True, help="Add them without asking.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.pass_context
def command(
    ctx: click.Context, config: str | None, only: tuple[str, ...], yes: bool, as_json: bool
) -> int:
    """Show which tables have no ids, and offer to add a column of them, so that rows can be
    recognised even if their text changes.

    No cell that has a value is changed. `okrsync undo last` removes the ids again.
    """
    loaded = configuration(ctx, config)
    if as_json:
        return _in_json(loaded, only, yes=yes)
    from okrsync.cli.asking import asker
    from okrsync.model.plain import plural
    from okrsync.report.plans import print_plan
    from okrsync.steps.ids import add_ids, look_for_ids

    out = printer()
    plan = look_for_ids(loaded, only=only, say=chatter(loaded))
    count = sum(change.field != "column" for source in plan.sources for change in source.changes)
    if not count or not yes:
        print_plan(out, plan)
    if not count:
        out.print("There is no row that needs an id.")
        return plan.exit_code
    if not yes:
        ask = asker(yes=False)
        if ask is None:
            out.print("\nNothing was written. Run it again with --yes to add the ids.")
            return plan.exit_code
        if not ask.choose(
            f"Add {plural(count, 'id')}?",
            [("add them", True), ("leave everything as it is", False)],
        ):
            out.print("Nothing was written.")
            return plan.exit_code
    done = add_ids(loaded, only=only, say=chatter(loaded))
    print_plan(out, done)
    return done.exit_code


def _in_json(loaded: Config, only: tuple[str, ...], *, yes: bool) -> int:
    """The same as a JSON document. It asks nothing."""
    from okrsync.report.documents.plan import plan_document
    from okrsync.steps.ids import add_ids, look_for_ids

    done = (add_ids if yes else look_for_ids)(loaded, only=only)
    print_json(plan_document(done, "okrsync/ids/1"))
    return done.exit_code
