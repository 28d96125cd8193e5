"""Acme, the company of the demo: the file of its ops team, and the config with all of its
addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from okrsync.demo.sheet import Value, workbook

__all__ = ["Addresses", "config", "files"]

_CONFIG = """\
# Acme's OKRs: the company's own in Notion, and those of two teams that hang under them.
cycle = "auto"
timezone = "Europe/Berlin"

[sources.company]
connector = "notion"
database = "{database}"
token = {{file = "notion-token"}}
api_endpoint = "{endpoint}"          # the local Notion of the demo; leave it out for the real one
limits = {{requests_per_second = 1000}} # and this too

[sources.company.write]
columns = {{progress = "Progress", status = "Status", note = "okrsync note"}}
summary = "{home}"
notify = "comment"

[sources.growth]
connector = "google-sheets"
spreadsheet = "{spreadsheet}"
credentials = {{file = "service-account.json"}}
api_endpoint = "{endpoint}"          # the local Google of the demo; leave it out for the real one
parent = "Become the first choice of small teams"

[sources.growth.write]
columns = {{progress = "Progress", status = "Status", note = "okrsync note"}}
summary = "OKR summary"
notify = "note"

[sources.ops]
connector = "workbook"
path = "ops-okrs.xlsx"
parent = "Run a company people rely on"

[sources.ops.write]
columns = {{progress = "Progress", status = "Health", note = "Note"}}

[publish.board]                        # the whole tree as a database that managers browse
connector = "notion"
database = "{board}"
token = {{file = "notion-token"}}
api_endpoint = "{endpoint}"
limits = {{requests_per_second = 1000}}
"""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where Acme's documents are: the endpoint of the local services, the sheet, the database, its
    page, and the board.
    """

    endpoint: str
    spreadsheet: str
    database: str
    home: str
    board: str


def files(today: date) -> dict[str, bytes]:
    """Acme's files by name, with check-ins a few days before `today`."""
    return {"ops-okrs.xlsx": _ops(today)}


def config(addresses: Addresses) -> str:
    """Acme's configuration."""
    return _CONFIG.format(
        endpoint=addresses.endpoint,
        spreadsheet=addresses.spreadsheet,
        database=addresses.database,
        home=addresses.home,
        board=addresses.board,
    )


def _ops(today: date) -> bytes:
    recent = today - timedelta(days=3)
    rows: list[list[Value]] = [
        ["Objective", "Key result", "Owner", "Baseline", "Current", "Target", "Updated"],
        ["Nothing gets lost", "Backups restored in drills", "Kim", 0, 6, 6, recent],
        ["Nothing gets lost", "Incidents per month", "Ola", 9, 7, 3, recent],
        ["Invoices go out in time", "Days to invoice", "Kim", 12, 6, 5, recent],
    ]
    return workbook("Ops", rows, [26, 30, 10, 10, 10, 10, 12])
