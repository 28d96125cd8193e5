"""`okrsync check`: test everything that can be tested without writing."""

from __future__ import annotations

import click

from okrsync.cli import options
from okrsync.cli.common import chatter, configuration, day, print_json, printer


@click.command(name="check", epilog="Example: okrsync check")
@click.option(
    "--repair",
    is_flag=True,
    help="Repair the marks by which okrsync recognises rows; no value changes.",
)
@options
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.pass_context
def command(
    ctx: click.Context, repair: bool, config: str | None, as_of: str | None, as_json: bool
) -> int:
    """Test every file, permission, column and setting, and say how to repair what is wrong. Writes
    nothing unless --repair is given.
    """
    loaded = configuration(ctx, config)
    from okrsync import sync
    from okrsync.report.documents.findings import check_document
    from okrsync.report.terminal import print_findings

    if repair:
        findings = sync.repair(loaded, say=chatter(loaded, quiet=as_json))
    else:
        findings = sync.check(loaded, as_of=day(ctx, as_of), say=chatter(loaded, quiet=as_json))
    failing_sources = [
        name
        for name, source_findings in findings.items()
        if any(finding.ok is False for finding in source_findings)
    ]
    # The same codes as `sync` has: 3 where some sources are usable, 1 where none is.
    code = 0 if not failing_sources else 1 if len(failing_sources) == len(findings) else 3
    if as_json:
        print_json(check_document(findings, code))
    else:
        print_findings(printer(), findings)
    return code
