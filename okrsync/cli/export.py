"""`okrsync export`: items or observations as a table in a file."""

from __future__ import annotations

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, console, day
from okrsync.cli.completing import complete_files


@click.command(name="export", epilog="Example: okrsync export okrs.csv")
@click.argument("file", metavar="FILE", shell_complete=complete_files)
@options
@click.option(
    "--what",
    type=click.Choice(["items", "observations"]),
    default="items",
    show_default=True,
    help="A row for each item as it stands, or for each observation of the history.",
)
@click.pass_context
def command(ctx: click.Context, file: str, config: str | None, as_of: str | None, what: str) -> int:
    """Write a table to a file: .csv, .jsonl or .parquet.

    The columns are the fields of `show --json`. An existing file is replaced.
    """
    loaded = configuration(ctx, config)
    from okrsync.measures.picture import state_code
    from okrsync.model.plain import plural
    from okrsync.report.documents.show import show_document
    from okrsync.report.export import (
        ITEM_FIELDS,
        OBSERVATION_FIELDS,
        item_rows,
        observation_rows,
        write_rows,
    )
    from okrsync.state.ledger import Ledger
    from okrsync.state.store import Store
    from okrsync.sync import look

    code = 0
    if what == "items":
        picture = look(loaded, as_of=day(ctx, as_of), say=chatter(loaded, quiet=False))
        rows, fields, code = item_rows(show_document(picture)), ITEM_FIELDS, state_code(picture)
    else:
        with Store.open(loaded.state, readonly=True) as state:
            rows, fields = observation_rows(Ledger(state).everything()), OBSERVATION_FIELDS
    # Written only if something differs, so that a scheduled export leaves the file date alone.
    is_new = write_rows(file, rows, fields)
    says = "written" if is_new else "unchanged"
    console().print(
        f"{file}: {plural(len(rows), what.removesuffix('s'))} {says}", markup=False, highlight=False
    )
    return code
