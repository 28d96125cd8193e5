"""`okrsync connectors`: what is installed."""

from __future__ import annotations

import click

from okrsync.cli.common import console, print_json


@click.command(
    name="connectors", epilog='Example: write connector = "workbook" in a source of your config.'
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def command(as_json: bool) -> int:
    """List the connectors that are installed."""
    from okrsync.connector.registry import connector_type, installed
    from okrsync.model.errors import ConfigError

    found: list[dict[str, str | bool]] = []
    for name in installed():
        try:
            found.append({"name": name, "about": connector_type(name).about, "works": True})
        except ConfigError as error:
            found.append({"name": name, "about": f"broken: {error.message}", "works": False})
    if as_json:
        print_json({"schema": "okrsync/connectors/1", "connectors": found})
        return 0
    out = console()
    width = max((len(str(one["name"])) for one in found), default=0)
    for one in found:
        out.print(f"{one['name']:<{width}}  {one['about']}", markup=False)
    if not found:
        out.print("No connector is installed. Install okrsync again.")
    return 0
