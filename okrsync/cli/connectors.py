"""`okrsync connectors`: what is installed."""

from __future__ import annotations

import click

from okrsync.cli.common import console


@click.command(name="connectors", epilog='Example: write connector = "workbook" in a source of your config.')
def command() -> int:
    """List the connectors that are installed."""
    from okrsync.errors import ConfigError
    from okrsync.registry import connector_type, installed

    out = console()
    names = list(installed())
    width = max((len(name) for name in names), default=0)
    for name in names:
        try:
            out.print(f"{name:<{width}}  {connector_type(name).about}", markup=False)
        except ConfigError as error:
            out.print(f"{name:<{width}}  broken: {error.message}", markup=False)
    if not names:
        out.print("No connector is installed. Install okrsync again.")
    return 0
