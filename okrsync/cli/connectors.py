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
    from okrsync.report.documents.lists import ConnectorEntry, connectors_document

    connectors: list[ConnectorEntry] = []
    for name in installed():
        try:
            about, works = connector_type(name).about, True
        except ConfigError as error:
            # A stranger's package that cannot be imported must not hide the others.
            about, works = f"broken: {error.message}", False
        connectors.append(ConnectorEntry(name=name, about=about, works=works))
    if as_json:
        print_json(connectors_document(connectors))
        return 0
    out = console()
    width = max((len(connector.name) for connector in connectors), default=0)
    for connector in connectors:
        out.print(f"{connector.name:<{width}}  {connector.about}", markup=False)
    if not connectors:
        out.print("No connector is installed. Install okrsync again.")
    return 0
