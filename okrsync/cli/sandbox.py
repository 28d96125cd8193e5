"""`okrsync sandbox`: a local Google and a local Notion to try a configuration with."""

from __future__ import annotations

import signal
import tempfile
import threading
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from okrsync.cli.common import print_json
from okrsync.cli.completing import complete_files
from okrsync.cli.output import openly

if TYPE_CHECKING:
    from okrsync.report.documents.sandbox import SandboxDocument, SandboxNotion
    from okrsync_sandbox import Sandbox


@click.command(name="sandbox", epilog="Example: okrsync sandbox --port 8787 --file google.json")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print endpoint, key file and addresses as one JSON document.",
)
@click.option(
    "--port", default=0, metavar="PORT", help="The port to listen on (default: any free port)."
)
@click.option(
    "--file",
    "kept",
    metavar="FILE",
    shell_complete=complete_files,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep everything in this file between runs (default: in memory only).",
)
@click.option(
    "--quota",
    is_flag=True,
    help="Limit reads and writes of sheets to 60 a minute each, as Google does.",
)
def command(as_json: bool, port: int, kept: Path | None, quota: bool) -> int:
    """Start a local Google and a local Notion with sample OKRs, and run them until you press
    Ctrl-C. Nothing leaves this machine.
    """
    from okrsync_sandbox import Sandbox

    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with (
        tempfile.TemporaryDirectory(prefix="okrsync-sandbox-") as folder,
        Sandbox(port, kept) as sandbox,
    ):
        if quota:
            # Per minute and user, as in https://developers.google.com/workspace/sheets/api/limits
            sandbox.google.quota.reads = sandbox.google.quota.writes = 60
        document = _seeded(sandbox, Path(folder) / "service-account.json")
        # The token is of no use anywhere else, and a masked one could not be tried.
        with openly():
            if as_json:
                print_json(document)
            else:
                _say(document)
        while not stop.wait(0.5):
            continue
    return 0


def _seeded(sandbox: Sandbox, key: Path) -> SandboxDocument:
    """A key file and, where nothing was kept, the sample spreadsheet, shared with its account."""
    from okrsync.report.documents.sandbox import SandboxDocument, SandboxGoogle
    from okrsync_sandbox.google.files import SHEET_TYPE
    from okrsync_sandbox.seed import growth_sheet

    address = sandbox.key_file(key)
    google = sandbox.google
    books = [file for file in google.files.files.values() if file.mime == SHEET_TYPE]
    if not books:
        growth_sheet(google.person("mia@acme.example"), date.today(), address)
        books = list(google.files.files.values())
    for file in books:
        google.files.share(file, address, "writer")
    urls = [sandbox.spreadsheet_url(file.id) for file in books]
    return SandboxDocument(
        google=SandboxGoogle(
            api_endpoint=sandbox.endpoint, credentials=str(key), spreadsheets=tuple(urls)
        ),
        notion=_notion(sandbox),
        page=f"{sandbox.endpoint}/",
    )


def _notion(sandbox: Sandbox) -> SandboxNotion:
    """A token and, where nothing was kept, the sample database on a page that is shared with it."""
    from okrsync.report.documents.sandbox import SandboxNotion
    from okrsync_sandbox.notion.model import Database, Page
    from okrsync_sandbox.seed import company_board

    notion = sandbox.notion
    integration, ada = notion.connect("okrsync"), notion.person("ada@acme.example", "Ada Ferro")
    blocks = notion.space.objects
    databases = [block.id for block in blocks.values() if isinstance(block, Database)]
    pages = [
        block.id
        for block in blocks.values()
        if isinstance(block, Page) and block.parent.kind == "workspace"
    ]
    if pages and databases:
        for page in pages:
            ada.share(page, integration)
        root = pages[0]
    else:
        root, database = company_board(ada, date.today(), integration)
        databases = [database]
    urls = [sandbox.notion_url(block) for block in databases]
    return SandboxNotion(
        api_endpoint=sandbox.endpoint,
        token=integration.token,
        root_page=root,
        databases=tuple(urls),
    )


def _say(document: SandboxDocument) -> None:
    google, notion = document.google, document.notion
    click.echo(
        f"A local Google listens at {google.api_endpoint}; look at its sheets at {document.page}"
    )
    click.echo("\nTo try it, put this into okrsync.toml and run `okrsync sync`:\n")
    click.echo("[sources.growth]")
    click.echo('connector = "google-sheets"')
    click.echo(f'spreadsheet = "{google.spreadsheets[0]}"')
    click.echo(f'credentials = {{file = "{google.credentials}"}}')
    click.echo(f'api_endpoint = "{google.api_endpoint}"\n')
    click.echo("[sources.growth.write]")
    click.echo('columns = {progress = "Progress", status = "Status", note = "okrsync note"}')
    click.echo('summary = "OKR summary"')
    click.echo(f"\nA local Notion listens there too, with a database at {notion.databases[0]}")
    click.echo(f"and the token {notion.token} (it opens nothing else).")
    click.echo("\nCtrl-C stops it.")
