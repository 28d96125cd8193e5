"""`okrsync mappings`: the shipped mappings."""

from __future__ import annotations

import click

from okrsync.cli.common import console, print_json


@click.command(
    name="mappings", epilog='Example: write mapping = "filled_down" in a source of your config.'
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def command(as_json: bool) -> int:
    """List the mappings that come with okrsync, for layouts and for files of other tools, and the
    folder they are in.
    """
    from okrsync.mapping import shipped

    if as_json:
        from okrsync.report.documents.lists import mappings_document

        print_json(mappings_document())
        return 0
    layouts, tools = shipped.names(), shipped.tools()
    out = console()
    width = max((len(name) for name in (*layouts, *tools)), default=0)
    out.print("Layouts", markup=False)
    for name in layouts:
        out.print(f"  {name:<{width}}  {shipped.about(name)}", markup=False)
    out.print("\nFiles of other tools, with the page that documents their columns", markup=False)
    for name in tools:
        out.print(f"  {name:<{width}}  {shipped.about(name)}", markup=False)
        out.print(f"  {'':<{width}}  {shipped.source(name)}", markup=False)
    out.print(
        f"\nThey are in {shipped.folder()}; copy one beside your config to change it.", markup=False
    )
    return 0
