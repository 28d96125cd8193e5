"""Acme, the company of the demo: its files as three teams would keep them, each in its own way."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from okrsync.demo.sheet import Value, workbook

__all__ = ["config", "files"]

_CONFIG = """\
# Acme's OKRs: the company's own, and those of two teams that hang under them.
cycle = "auto"
timezone = "Europe/Berlin"

[sources.company]
connector = "workbook"
path = "company-okrs.xlsx"

[sources.company.write]
columns = {{progress = "Progress", status = "Status", coverage = "Reported", note = "okrsync note"}}
summary = "OKR summary"

[sources.growth]
connector = "google-sheets"
spreadsheet = "{spreadsheet}"
credentials = {{file = "service-account.json"}}
api_endpoint = "{endpoint}"          # the local Google of the demo; leave it out for the real one
parent = "company/O1"

[sources.growth.write]
columns = {{progress = "Progress", status = "Status", note = "okrsync note"}}
summary = "OKR summary"
notify = "note"

[sources.ops]
connector = "workbook"
path = "ops-okrs.csv"
parent = "company/O2"

[sources.ops.write]
columns = {{progress = "Progress", status = "Health", note = "Note"}}
"""


def files(today: date) -> dict[str, bytes]:
    """Acme's files by name, their check-ins told from `today`."""
    return {"company-okrs.xlsx": _company(), "ops-okrs.csv": _ops(today)}


def config(spreadsheet: str, endpoint: str) -> str:
    """Acme's configuration; the growth team's sheet is at an address, served from an endpoint."""
    return _CONFIG.format(spreadsheet=spreadsheet, endpoint=endpoint)


def _company() -> bytes:
    rows: list[list[Value]] = [
        ["ID", "Objective", "Owner"],
        ["O1", "Become the first choice of small teams", "Ada Ferro"],
        ["O2", "Run a company people rely on", "Noor Haddad"],
    ]
    return workbook("Company", rows, [8, 44, 18])


def _ops(today: date) -> bytes:
    recent = (today - timedelta(days=3)).isoformat()
    rows = [
        ["Objective", "Key result", "Owner", "Baseline", "Current", "Target", "Updated"],
        ["Nothing gets lost", "Backups restored in drills", "Kim", "0", "6", "6", recent],
        ["Nothing gets lost", "Incidents per month", "Ola", "9", "7", "3", recent],
        ["Invoices go out in time", "Days to invoice", "Kim", "12", "6", "5", recent],
    ]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
