"""Teams that close a cycle in the layouts of the samples: in a workbook, and in a Google Sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import openpyxl

from okrsync.model.table import Snapshot
from okrsync.testing import trimmed
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.traffic import Call

__all__ = ["NO_CYCLES", "PLACES", "ClosingPlace", "SheetPlace", "WorkbookPlace"]

WRITE = """\
[sources.growth.write]
columns = {status = "okr status", note = "okr note"}
"""
LIMITS = (
    "limits = {reads_per_minute = 1000000, writes_per_minute = 1000000, timeout_seconds = 20,"
    " give_up_seconds = 30}"
)
NO_CYCLES = (
    ("2026-12-31/2026-10-01", "ends before it begins"),
    ("2027-Q3", "has not begun"),
    ("Sprint 12", "is not a cycle"),
)
"""What `close` refuses as a cycle, and the words of the refusal."""
Grid = list[list[Any]]


class ClosingPlace(Protocol):
    """A place with the tabs of a sample, a config over it, and people who work there."""

    folder: Path

    def grids(self) -> dict[str, Grid]:
        """What stands in each tab, by its title, formulas as they were typed."""

    def insert_row(self, title: str, number: int, values: list[Any]) -> None:
        """A person inserts a row above the one of that number."""

    def add_tab(self, title: str) -> None:
        """A person adds a tab."""

    def stop(self) -> None:
        """Nobody works there any more."""


class WorkbookPlace:
    """The tabs in an .xlsx file."""

    def __init__(self, folder: Path, tabs: dict[str, Grid]) -> None:
        self.folder = folder
        self.path = folder / "team.xlsx"
        book = openpyxl.Workbook()
        first = book.active
        assert first is not None
        book.remove(first)
        for title, rows in tabs.items():
            tab = book.create_sheet(title)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row, start=1):
                    tab.cell(number, column, value)
        book.save(self.path)
        head = '[sources.growth]\nconnector = "workbook"\npath = "team.xlsx"\n'
        (folder / "okrsync.toml").write_text(head + WRITE, encoding="utf-8")

    def grids(self) -> dict[str, Grid]:
        book = openpyxl.load_workbook(self.path)
        return {
            tab.title: trimmed([list[Any](row) for row in tab.iter_rows(values_only=True)])
            for tab in book.worksheets
        }

    def insert_row(self, title: str, number: int, values: list[Any]) -> None:
        book = openpyxl.load_workbook(self.path)
        book[title].insert_rows(number)
        for column, value in enumerate(values, start=1):
            book[title].cell(number, column, value)
        book.save(self.path)

    def add_tab(self, title: str) -> None:
        book = openpyxl.load_workbook(self.path)
        book.create_sheet(title)["A1"] = "ours"
        book.save(self.path)

    def stop(self) -> None:
        """Nothing runs for a file."""


class SheetPlace:
    """The tabs in a Google Sheet of the sandbox."""

    def __init__(self, folder: Path, tabs: Mapping[str, Grid]) -> None:
        self.folder = folder
        self.sandbox = Sandbox()
        self.google = self.sandbox.google
        address = self.sandbox.key_file(folder / "key.json")
        self.anna = self.google.person("anna@acme.example")
        self.file = self.anna.new_spreadsheet("Team", dict(tabs))
        self.anna.share(self.file, address)
        head = (
            '[sources.growth]\nconnector = "google-sheets"\n'
            f'spreadsheet = "{self.file}"\ncredentials = {{file = "key.json"}}\n'
            f'api_endpoint = "{self.sandbox.endpoint}"\n{LIMITS}\n'
        )
        (folder / "okrsync.toml").write_text(head + WRITE, encoding="utf-8")

    def grids(self) -> dict[str, Grid]:
        book = self.anna.book(self.file)
        return {
            tab.title: trimmed([[cell.formula or cell.value for cell in row] for row in tab.rows])
            for tab in book.sheets
        }

    def insert_row(self, title: str, number: int, values: list[Any]) -> None:
        self.anna.insert_rows(self.file, title, number)
        for column, value in enumerate(values):
            if value is not None:
                self.anna.put(self.file, title, f"{'ABCDEFGHIJKL'[column]}{number}", value)

    def add_tab(self, title: str) -> None:
        self.anna.add_tab(self.file, title, [["ours"]])

    def at_call(self, number: int, act: Callable[[], Any], drop: str | None = None) -> list[int]:
        """Do something right before the nth call that writes; the list counts those calls."""
        seen = [0]

        def meets(call: Call) -> bool:
            is_write = call.kind == "write"
            seen[0] += is_write
            if is_write and seen[0] == number:
                with self.google.traffic.at_rest():
                    act()
                return drop is not None
            return False

        self.google.traffic.faults.insert(0, Fault(meets, drop=drop))  # type: ignore[arg-type]
        return seen

    def stop(self) -> None:
        self.sandbox.stop()


PLACES: dict[str, Callable[[Path, dict[str, Grid]], Any]] = {
    "workbook": WorkbookPlace,
    "sheet": SheetPlace,
}


def tabs_of(snapshot: Snapshot) -> dict[str, Grid]:
    """The tabs of a sample, as they are typed into a place."""
    return {table.name: [list(row.values) for row in table.rows] for table in snapshot.tables}
