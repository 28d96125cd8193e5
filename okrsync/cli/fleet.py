"""`okrsync fleet`: many configurations at once."""

from __future__ import annotations

import os

import click

from okrsync.cli.common import day_of, print_json, printer


@click.group(name="fleet", epilog='Example: okrsync fleet run "companies/*"')
def command() -> None:
    """Sync many configurations, or see how they stand: one for each team or company.

    A PATTERN names configuration files, or folders that hold an okrsync.toml.
    """


@command.command(name="run", epilog='Example: okrsync fleet run "companies/*"')
@click.argument("patterns", metavar="PATTERN...", nargs=-1, required=True)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=lambda: os.cpu_count() or 1,
    show_default="the processors of this machine",
    help="How many processes of this machine run at once.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Run on the workers of a Dask scheduler, such as tcp://10.0.0.1:8786, one task each.",
)
@click.option("--as-of", "as_of", metavar="DATE", help="The day to measure for (default: today).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def run(
    patterns: tuple[str, ...],
    workers: int,
    scheduler: str | None,
    as_of: str | None,
    as_json: bool,
) -> int:
    """Sync every configuration, each with its own state.

    Those that share a credential keep within its limit together. With --scheduler every state must
    be in PostgreSQL. The exit code is the worst of all, in the order 0, 11, 3, 5, 4, 1, 2.
    """
    from okrsync.fleet import configs, worst
    from okrsync.fleet import run as run_all
    from okrsync.report.documents.fleet import FleetRunDocument, FleetRunEntry
    from okrsync.report.fleets import print_result, print_total

    paths = configs(patterns)
    entries: list[FleetRunEntry] = []
    day = day_of(as_of, "--as-of")
    if scheduler is None:
        results = run_all(paths, workers, day)
    else:
        from okrsync.fleet.cluster import run_on_cluster

        results = run_on_cluster(paths, scheduler, day)
    for entry in results:
        entries.append(entry)
        if not as_json:
            print_result(printer(), entry)
    document = FleetRunDocument(
        schema_="okrsync/fleet-run/1",
        configs=tuple(entries),
        exit_code=worst(entry.exit_code for entry in entries),
    )
    if as_json:
        print_json(document)
    else:
        print_total(printer(), document)
    return document.exit_code


@command.command(name="status", epilog='Example: okrsync fleet status "companies/*"')
@click.argument("patterns", metavar="PATTERN...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def status(patterns: tuple[str, ...], as_json: bool) -> int:
    """Show how each configuration stands, on a line.

    That is its last run that went through, and what it waits for. No source is asked. The exit code
    is 2 if a configuration cannot be used.
    """
    from okrsync.fleet import configs, standing
    from okrsync.report.documents.fleet import FleetStatusDocument
    from okrsync.report.fleets import print_standings

    entries = tuple(standing(path) for path in configs(patterns))
    if as_json:
        print_json(FleetStatusDocument(schema_="okrsync/fleet-status/1", configs=entries))
    else:
        print_standings(printer(), entries)
    return 2 if any(entry.state == "unusable" for entry in entries) else 0
