"""`okrsync mappings`: the shipped mappings."""

from __future__ import annotations

import click

from okrsync.cli.common import console


@click.command(name="mappings", epilog='Example: write mapping = "filled_down" in a source of your config.')
def command() -> int:
    """List the mappings that come with okrsync, and where they lie."""
    from okrsync.mapping import shipped

    out = console()
    names = shipped.names()
    width = max((len(name) for name in names), default=0)
    for name in names:
        out.print(f"{name:<{width}}  {shipped.about(name)}", markup=False)
    out.print(f"\nThey lie in {shipped.folder()}; copy one beside your config to change it.", markup=False)
    return 0
