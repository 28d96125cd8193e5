"""A whole company for reliability tests: two Google Sheets, a Notion database, a workbook, a CSV
file and the board, and all that people see of them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Self

import openpyxl

from okrsync.config import Config, load
from okrsync.plan.plan import Plan
from okrsync.state.journal import Journal
from okrsync.state.store import Store
from okrsync.sync import sync
from okrsync_sandbox import Sandbox
from okrsync_sandbox.notion.model import Block, DataSource, Page
from okrsync_sandbox.notion.richtext import plain, shown_text
from okrsync_sandbox.seed import company_board, growth_sheet
from okrsync_sandbox.traffic import Call, Fault
from team import write_csv, write_workbook

__all__ = ["TODAY", "Company"]

TODAY = date(2026, 11, 24)
NOON = 1795521600.0
"""2026-11-24 12:00:00 UTC."""
LIMITS = (
    (
        "limits = {reads_per_minute = 1000000, writes_per_minute = 1000000, timeout_seconds = 20,"
        " give_up_seconds = 30}"
    ),
    "limits = {requests_per_second = 1000000, timeout_seconds = 20, give_up_seconds = 30}",
)
CONFIG = """
cycle = "2026-Q4"
timezone = "Europe/Berlin"

[sources.company]
connector = "notion"
database = "{database}"
token = {{file = "notion-token"}}
api_endpoint = "{endpoint}"
{notion_limits}
[sources.company.write]
columns = {{progress = "Progress", status = "Status", note = "okrsync note"}}
summary = "{home}"
notify = "comment"

[sources.growth]
connector = "google-sheets"
spreadsheet = "{growth}"
credentials = {{file = "service-account.json"}}
api_endpoint = "{endpoint}"
parent = "Become the first choice of small teams"
{google_limits}
[sources.growth.write]
columns = {{progress = "Progress", status = "Status", note = "okrsync note"}}
summary = "OKR summary"
notify = "note"

[sources.care]
connector = "google-sheets"
spreadsheet = "{care}"
credentials = {{file = "service-account.json"}}
api_endpoint = "{endpoint}"
{google_limits}
[sources.care.write]
columns = {{progress = "Progress", status = "Status"}}

[sources.ops]
connector = "workbook"
path = "ops.xlsx"
parent = "Run a company people rely on"
[sources.ops.write]
columns = {{progress = "Progress", status = "Health", note = "Note"}}
summary = "OKR summary"
notify = "note"

[sources.sales]
connector = "workbook"
path = "sales.csv"
[sources.sales.write]
columns = {{progress = "Progress", status = "Status"}}

[publish.board]
connector = "notion"
database = "{board}"
token = {{file = "notion-token"}}
api_endpoint = "{endpoint}"
{notion_limits}
"""
CARE: list[list[Any]] = [
    ["Objective", "Key result", "Start", "Current", "Target"],
    ["Answer at once", "First reply (hours)", 9, 5, 3],
    ["Answer at once", "Solved on first contact", 40, 52, 60],
]
OPS: list[list[Any]] = [
    ["Objective", "Key result", "Owner", "Baseline", "Current", "Target", "Updated"],
    ["Nothing gets lost", "Backups restored", "Kim", 0, 6, 6, date(2026, 11, 20)],
    ["Nothing gets lost", "Incidents", "Ola", 9, 7, 3, date(2026, 10, 2)],
]
SALES: list[list[Any]] = [
    ["Objective", "Key result", "Start", "Current", "Target"],
    ["Sell more", "New contracts", "0", "12", "40"],
    ["Sell more", "Renewals", "50%", "70%", "90%"],
]


class Company:
    """The company's places, each run over them, and what stands in them. A context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sandbox = Sandbox()
        self.google, self.notion = self.sandbox.google, self.sandbox.notion
        self.notion.clock = lambda: NOON
        address = self.sandbox.key_file(folder / "service-account.json")
        self.mia = self.google.person("mia@acme.example")
        self.growth = growth_sheet(self.mia, TODAY, address)
        self.care = self.mia.new_spreadsheet("Care", {"Q4": CARE})
        self.mia.share(self.care, address)
        for file_id in (self.growth, self.care):
            # A small grid: the service answers with every row of it, and there are many answers.
            tab = self.mia.tab(file_id, "Q4")
            tab.row_count, tab.column_count = 60, 16
        self.bot, self.ada = (
            self.notion.connect("okrsync"),
            self.notion.person("ada@acme.example", "Ada Ferro"),
        )
        self.home, self.database = company_board(self.ada, TODAY, self.bot)
        self.board, self.board_source = self.ada.new_database(
            "OKR board", {"Name": "title"}, self.home
        )
        token = folder / "notion-token"
        token.touch(0o600)
        token.write_text(self.bot.token, encoding="utf-8")
        write_workbook(folder / "ops.xlsx", OPS, "Ops")
        write_csv(folder / "sales.csv", SALES)
        os.utime(folder / "sales.csv", (NOON, NOON))
        self.write_config()
        self._asked = 0
        self._counting = threading.Lock()
        self.has_edited = False

    def write_config(self, top: str = "", sections: str = "", endpoint: str | None = None) -> None:
        """Write the configuration, with more keys at its top and more sections at its end;
        `endpoint` is where both services are looked for, where that is not the sandbox.
        """
        text = CONFIG.format(
            endpoint=endpoint or self.sandbox.endpoint,
            growth=self.growth,
            care=self.care,
            database=self.database,
            home=self.home,
            board=self.board,
            google_limits=LIMITS[0],
            notion_limits=LIMITS[1],
        )
        (self.folder / "okrsync.toml").write_text(f"{top}{text}\n{sections}", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sandbox.stop()

    @property
    def config(self) -> Config:
        """The configuration, read anew."""
        return load(self.folder / "okrsync.toml")

    def sync(self) -> Plan:
        """One run over everything."""
        return sync(self.config, as_of=TODAY)

    def empty_trash(self) -> None:
        """Throw away for good what lies in Notion's trash: the sandbox keeps it, as the service
        does for a month.
        """
        space = self.notion.space
        waiting = [
            one.id for one in space.objects.values() if isinstance(one, Block) and one.in_trash
        ]
        while waiting:
            gone = waiting.pop()
            waiting += space.children.pop(gone, [])
            space.objects.pop(gone, None)
        for inside in space.children.values():
            inside[:] = [one for one in inside if one in space.objects]

    # what goes wrong

    def fail(self, number: int, fault: dict[str, Any], *, lasting: bool = False) -> None:
        """Let the nth call to either service go wrong, counted from now over both, tokens included;
        `lasting` also all behind it.
        """
        self._asked = 0
        for traffic in (self.google.traffic, self.notion.traffic):
            traffic.fail(
                Fault(
                    self._counted(number, lasting=lasting),
                    **{"times": 10**6 if lasting else 1, **fault},
                )
            )

    def _counted(self, number: int, *, lasting: bool) -> Any:
        def meets(_call: Call) -> bool:
            with self._counting:
                self._asked += 1
                return self._asked >= number if lasting else self._asked == number

        return meets

    def meanwhile(self, number: int, edit: Callable[[], None]) -> None:
        """Somebody does something right before the nth call to either service is carried out."""
        seen = [0]
        self.has_edited = False

        def meets(_call: Call) -> bool:
            with self._counting:
                seen[0] += 1
                is_due = seen[0] == number
            if is_due:
                # The services answer side by side; a person's edit is one step to both.
                with self.google.traffic.at_rest(), self.notion.traffic.at_rest():
                    edit()
                self.has_edited = True
            return False

        for traffic in (self.google.traffic, self.notion.traffic):
            # Looked at before the faults that are there, which a call that meets one of them would
            # hide it behind.
            traffic.faults.insert(0, Fault(meets))

    def heal(self) -> None:
        """Nothing goes wrong any more, and counting starts anew."""
        for traffic in (self.google.traffic, self.notion.traffic):
            traffic.faults.clear()
            traffic.forget()

    @property
    def calls(self) -> int:
        """How many calls both services have met since counting started."""
        return len(self.google.traffic.calls) + len(self.notion.traffic.calls)

    @property
    def writes(self) -> int:
        """How many of them were writes."""
        return self.google.traffic.count("write") + self.notion.traffic.count("write")

    @property
    def written(self) -> list[Call]:
        """The writes that both services have met since counting started."""
        calls = (*self.google.traffic.calls, *self.notion.traffic.calls)
        return [call for call in calls if call.kind == "write"]

    @property
    def open_entries(self) -> int:
        """How many entries of the journal nobody knows the end of."""
        with Store.open(self.config.state, readonly=True) as state:
            return len(Journal(state).unsettled())

    # what stands there

    def world(self) -> dict[str, Any]:
        """Everything people see, in a form that is the same for two companies in the same state."""
        return {
            "growth": self._spreadsheet(self.growth),
            "care": self._spreadsheet(self.care),
            "company": self._rows(self.database_source, ("Objective", "Key result")),
            "home": self.ada.outline(self.home),
            "comments": self._comments(),
            "board": self._rows(self.board_source, ("okrsync ID",)),
            "views": sorted(
                one.name
                for one in self.notion.space.views.values()
                if one.data_source == self.board_source
            ),
            "ops": self._workbook(),
            "sales": (self.folder / "sales.csv").read_bytes(),
            "folder": sorted(
                path.name
                for path in self.folder.iterdir()
                if not path.name.startswith((".", "okrsync.db"))
            ),
        }

    @property
    def database_source(self) -> str:
        """The data source of the company's database."""
        return next(
            one.id
            for one in self.notion.space.objects.values()
            if isinstance(one, DataSource) and one.parent.id == self.database
        )

    def _spreadsheet(self, file_id: str) -> dict[str, Any]:
        book, made = self.mia.book(file_id), {}
        for sheet in book.sheets:
            cells = {
                (row, column): (cell.value, cell.formula, cell.note)
                for row, line in enumerate(sheet.rows)
                for column, cell in enumerate(line)
                if (cell.value, cell.formula, cell.note) != (None, None, None)
            }
            made[sheet.title] = (
                cells,
                {name: len(things) for name, things in sheet.objects.items()},
            )
        return made

    def _rows(self, source: str, key: tuple[str, ...]) -> dict[str, dict[str, Any]]:
        # A trend tells what runs have seen: a run that broke off after it had read may have seen an
        # older value, and none of an undisturbed company ever did.
        names = [
            one.name for one in self.ada.source(source).properties.values() if one.name != "Trend"
        ]
        titles = {
            page: str(plain(self.ada.page(page).values.get("title", [])))
            for page in self.ada.rows(source)
        }
        made: dict[str, dict[str, Any]] = {}
        for page in self.ada.rows(source):
            values = {name: self.ada.read(page, name) for name in names}
            shown = {
                name: (
                    sorted(str(titles.get(one, one)) for one in value)
                    if isinstance(value, list)
                    else str(value).replace(self.sandbox.endpoint, "")
                )
                for name, value in values.items()
            }
            shown = {name: _without_ids(value) for name, value in shown.items()}
            name = " / ".join(str(values[part]) for part in key)
            assert name not in made, f"the row {name!r} stands there twice"
            made[name] = shown
        return made

    def _comments(self) -> list[tuple[str, str]]:
        told = []
        for one in self.notion.space.comments.values():
            if not one.is_resolved:
                page = self.notion.space.objects.get(one.parent.id or "")
                told.append(
                    (
                        plain(page.values.get("title", [])) if isinstance(page, Page) else "?",
                        plain(shown_text(one.rich_text, self.notion.space, None)),
                    )
                )
        return sorted(told)

    def _workbook(self) -> dict[str, Any]:
        book = openpyxl.load_workbook(self.folder / "ops.xlsx")
        made: dict[str, Any] = {}
        for sheet in book.worksheets:
            rows = [
                tuple((cell.value, cell.comment.text if cell.comment else None) for cell in row)
                for row in sheet.iter_rows()
            ]
            # How many empty rows stand above a summary's last line depends on how long it once was.
            made[sheet.title] = [row for row in rows if any(cell != (None, None) for cell in row)]
        return made


def _without_ids(value: Any) -> Any:
    """An address without the id of the thing it leads to, which is another in each company."""
    if isinstance(value, str) and value.startswith("http"):
        return value.partition("//")[2].partition("/")[0]
    return value
