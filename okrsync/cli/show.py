"""`okrsync show`: the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, console, day, print_json, printer
from okrsync.cli.completing import complete_items, complete_runs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from okrsync.config import Config
    from okrsync.measures.picture import Picture
    from okrsync.model.okrs import LedgerEntry
    from okrsync.state.history import Since


@click.command(name="show", epilog="Example: okrsync show growth/O1")
@click.argument("words", metavar="[ITEM]", nargs=-1, shell_complete=complete_items)
@options
@click.option(
    "--since",
    metavar="WHEN",
    shell_complete=complete_runs,
    help=(
        "Show what moved since a run (its id), a day (its last sync), or a span such as `7 days`;"
        " with `last`, what moved in the last run that changed anything."
    ),
)
@click.option(
    "--history", "with_history", is_flag=True, help="Show the observations of each item, by day."
)
@click.option(
    "--offline",
    "is_offline",
    is_flag=True,
    help="Answer at once from the last good numbers, without asking any service.",
)
@click.option("--all-cycles", is_flag=True, help="Include items of other cycles.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON document instead of text (docs/show.schema.json).",
)
@click.pass_context
def command(
    ctx: click.Context,
    words: tuple[str, ...],
    config: str | None,
    as_of: str | None,
    since: str | None,
    with_history: bool,
    is_offline: bool,
    all_cycles: bool,
    as_json: bool,
) -> int:
    """Show the tree of objectives with progress, status, freshness and coverage. With an ITEM,
    which is an id or words of a title, show that objective and everything under it.
    """
    loaded = configuration(ctx, config)
    # Few people think of quotes around the words of a title.
    id_ = " ".join(words) or None
    from okrsync.measures.picture import narrowed, state_code
    from okrsync.sync import look

    today = day(ctx, as_of)
    # Before anything is read: a mistyped run should not cost a minute of requests.
    run = None if since is None else _run_since(loaded, since, today)
    # The tree of the terminal has no room for outlooks.
    whole = look(
        loaded,
        as_of=today,
        say=chatter(loaded, quiet=as_json),
        is_offline=is_offline,
        shows_outlooks=as_json,
    )
    picture = whole if id_ is None else narrowed(whole, id_)
    moved = None if run is None else _moved(loaded, run, whole, picture)
    histories = _histories(loaded, whole, picture) if with_history else None
    if as_json:
        from okrsync.report.documents.show import show_document

        document = show_document(picture, all_cycles=all_cycles, since=moved, histories=histories)
        print_json(document)
    else:
        _print(picture, moved, histories, all_cycles=all_cycles)
    return state_code(picture, is_offline=is_offline)


def _run_since(config: Config, since: str, today: date | None) -> str:
    from okrsync.steps.since import run_since

    return run_since(config, since, today)


def _print(
    picture: Picture,
    moved: Since | None,
    histories: Mapping[str, tuple[LedgerEntry, ...]] | None,
    *,
    all_cycles: bool,
) -> None:
    # What few people ask for is loaded for them only.
    from okrsync.report.terminal import print_picture

    if moved is not None:
        from okrsync.report.runs import print_since

        print_since(printer(), moved)
    print_picture(printer(), picture, all_cycles=all_cycles)
    if histories is not None:
        from okrsync.report.histories import print_histories

        print_histories(console(), picture, histories)


def _moved(config: Config, run: str, whole: Picture, picture: Picture) -> Since:
    """What moved since a run, among the items that are shown."""
    from okrsync.state.history import moves_since, narrowed_to
    from okrsync.state.store import Store

    with Store.open(config.state, readonly=True) as state:
        moved = moves_since(state, run, whole)
    return moved if picture is whole else narrowed_to(moved, picture)


def _histories(
    config: Config, whole: Picture, picture: Picture
) -> Mapping[str, tuple[LedgerEntry, ...]]:
    """The observations of the items that are shown, by item id."""
    from okrsync.state.ledger import histories
    from okrsync.state.store import Store

    with Store.open(config.state, readonly=True) as state:
        return histories(state, whole, picture)
