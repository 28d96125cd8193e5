"""`okrsync mcp`: a server for assistants."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout

import click

from okrsync.cli import options
from okrsync.cli.common import configuration, day


@click.command(name="mcp", epilog="Example: okrsync --config okrsync.toml mcp")
@options
@click.pass_context
def command(ctx: click.Context, config: str | None, as_of: str | None) -> int:
    """Answer the questions of an assistant, over the Model Context Protocol on standard input and
    output.

    It only reads. The tools: tree, item, history, explain, attention and lint. Needs the extra
    `mcp`.
    """
    loaded = configuration(ctx, config)
    from okrsync import Company
    from okrsync.model.errors import ConfigError

    try:
        from okrsync.assistants import server
    except ImportError as error:
        raise ConfigError(
            "`okrsync mcp` needs the package mcp", hint="Install okrsync with the extra `mcp`."
        ) from error
    if sys.stdin.isatty():
        click.echo("Waiting for an assistant on standard input; Ctrl-C ends.", err=True)
    # The library writes bytes, and closes what it wrote to: it gets an output of its own.
    with (
        os.fdopen(os.dup(1), "w") as output,
        redirect_stdout(output),
        Company(loaded, day(ctx, as_of)) as company,
    ):
        server(company).run("stdio")
    return 0
