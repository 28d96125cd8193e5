"""`okrsync state`: maintain the state file."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from okrsync.cli.common import configuration, console, print_json, printer
from okrsync.cli.completing import complete_files

_CONFIG = click.option(
    "--config",
    "config",
    metavar="FILE",
    shell_complete=complete_files,
    help="The configuration (default: okrsync.toml, then $OKRSYNC_CONFIG).",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")


@click.group(name="state", epilog="Example: okrsync state check")
def command() -> None:
    """Maintain the state file: the journal, the history, and what okrsync remembers. docs/state.md
    describes its contents.
    """


@command.command(
    name="check",
    short_help="test that the state file is sound; changes nothing",
    epilog="Example: okrsync state check --json",
)
@_CONFIG
@_JSON
@click.pass_context
def check(ctx: click.Context, config: str | None, as_json: bool) -> int:
    """Test that the state file is sound, private and writable, and that its disk has room, and say
    how to repair what is wrong. Changes nothing.
    """
    loaded = configuration(ctx, config)
    from okrsync.report.documents.state import state_check_document
    from okrsync.report.runs import print_state
    from okrsync.steps.upkeep import examine

    findings = examine(loaded)
    if as_json:
        print_json(state_check_document(loaded.state, findings))
    else:
        print_state(printer(), findings)
    return int(any(finding.ok is False for finding in findings))


@command.command(
    name="export",
    short_help="write all of it as one JSON document",
    epilog="Example: okrsync state export --output okrsync-state.json",
)
@_CONFIG
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    shell_complete=complete_files,
    help="Write to this file, readable by its owner only.",
)
@click.option(
    "--json",
    is_flag=True,
    expose_value=False,
    help="Accepted for symmetry; the document is always JSON.",
)
@click.pass_context
def export(ctx: click.Context, config: str | None, output: str | None) -> int:
    """Write everything in the state file as one JSON document. It contains values from your sheets,
    but no secrets.
    """
    loaded = configuration(ctx, config)
    from okrsync.report.documents.state import state_export_document
    from okrsync.steps import upkeep

    document = state_export_document(loaded.state, upkeep.export(loaded.state))
    if output is None:
        print_json(document)
        return 0
    upkeep.write_down(f"{document.to_text()}\n", Path(output).expanduser())
    click.echo(f"written to {output}", err=True)
    return 0


@command.command(
    name="prune",
    short_help="delete old runs",
    epilog="Example: okrsync state prune --keep 90 --dry-run",
)
@_CONFIG
@click.option(
    "--keep",
    metavar="DAYS",
    type=click.IntRange(0, 100_000),
    help="How many days to keep (default: [history] keep).",
)
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, but delete nothing.")
@_JSON
@click.pass_context
def prune(
    ctx: click.Context, config: str | None, keep: int | None, dry_run: bool, as_json: bool
) -> int:
    """Delete old runs, and free their disk space. What okrsync needs to undo the last run and to
    recognise its own values always stays.
    """
    loaded = configuration(ctx, config)
    from okrsync.report.documents.state import state_prune_document
    from okrsync.report.runs import print_pruned
    from okrsync.state import retention
    from okrsync.state.lock import run_lock
    from okrsync.state.store import Store

    days = loaded.history.keep_days if keep is None else keep
    if days is None:
        raise click.UsageError(
            "[history] keeps runs forever; say how many days to keep, such as --keep 365"
        )
    before = datetime.now(UTC) - timedelta(days=days)
    pruned = retention.Pruned(before, 0, 0, 0)
    if not isinstance(loaded.state, Path) or loaded.state.exists():
        with (
            run_lock(loaded.state, "state prune") as lease,
            Store.open(loaded.state, lease=lease) as state,
        ):
            pruned = retention.prune(state, before, dry_run=dry_run)
            if pruned.runs and not dry_run:
                state.give_back()
    if as_json:
        print_json(state_prune_document(pruned, dry_run=dry_run))
    else:
        print_pruned(printer(), pruned, dry_run=dry_run)
    return 0


@command.command(
    name="unlock",
    short_help="release the lock of a dead run",
    epilog="Example: okrsync state unlock",
)
@_CONFIG
@click.option("--yes", is_flag=True, help="Do not ask.")
@_JSON
@click.pass_context
def unlock(ctx: click.Context, config: str | None, yes: bool, as_json: bool) -> int:
    """Release the lock of a run that died on another machine. Make sure first that it is dead. A
    run that is alive on this machine is never unlocked.
    """
    loaded = configuration(ctx, config)
    from okrsync.model.plain import clean
    from okrsync.report.documents.state import state_unlock_document
    from okrsync.state import lock

    standing = lock.lease_standing(loaded.state)
    if standing is not None and not standing.is_over and not standing.is_alive_here and not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(
                f"{clean(standing.description)} holds the state. Make sure that this run is dead,"
                " then confirm with --yes."
            )
        click.confirm(
            f"{clean(standing.description)}\nIs that run dead for certain?", abort=True, err=True
        )
    ended = lock.unlock(loaded.state)
    if as_json:
        print_json(state_unlock_document(ended))
    else:
        message = (
            "Nobody holds the state." if ended is None else f"Ended the hold of {clean(ended)}."
        )
        console().print(message, markup=False)
    return 0
