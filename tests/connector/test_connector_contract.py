"""The connector in memory the workbook connector, for workbooks and for CSV files, and the Google
Sheets and Notion connectors keep the contract.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Protection

from google_bench import GoogleBench
from notion_bench import NotionBench
from okrsync.connector import Connector, Settings
from okrsync.testing import Bench, ConnectorContract, Grid, MemoryBench, context_for, trimmed
from okrsync_workbook import WorkbookConnector, WorkbookSettings


class XlsxBench(Bench):
    def __init__(self, folder: Path) -> None:
        self.path = folder / "team.xlsx"

    def fill(self, rows: Grid) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = self.tab
        for row in rows:
            sheet.append(list(row))
        book.save(self.path)

    def connector(self) -> Connector[Settings]:
        return WorkbookConnector(
            WorkbookSettings(path=self.path.name), context_for(self.path.parent)
        )

    def grid(self) -> Grid:
        sheet = openpyxl.load_workbook(self.path)[self.tab]
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        return [_cut(row) for row in rows]

    def put_formula(self, row: int, column: int) -> bool:
        book = openpyxl.load_workbook(self.path)
        book[self.tab].cell(row, column + 1, "=1+1")
        book.save(self.path)
        return True

    def protect(self, row: int, column: int) -> bool:
        book = openpyxl.load_workbook(self.path)
        sheet = book[self.tab]
        for line in sheet.iter_rows(max_col=26):
            for cell in line:
                cell.protection = Protection(locked=(cell.row, cell.column) == (row, column + 1))
        sheet.protection.sheet = True
        book.save(self.path)
        return True

    def type_on_summary(self, row: int, column: int, text: str) -> bool:
        book = openpyxl.load_workbook(self.path)
        book[self.summary_place].cell(row, column + 1, text)
        book.save(self.path)
        return True

    def protect_summary(self) -> bool:
        book = openpyxl.load_workbook(self.path)
        book[self.summary_place].protection.sheet = True
        book.save(self.path)
        return True

    def type_decision(self, text: str) -> bool:
        book = openpyxl.load_workbook(self.path)
        sheet = book[self.review_place]
        values = [row[0] for row in sheet.iter_rows(max_col=1, values_only=True)]
        end = max(number for number, value in enumerate(values, 1) if value == "Decisions")
        free = end + 1
        while sheet.cell(free, 1).value is not None:
            free += 1
        sheet.cell(free, 1, text)
        book.save(self.path)
        return True

    def summary_grid(self) -> Grid:
        sheet = openpyxl.load_workbook(self.path)[self.summary_place]
        rows: list[list[Any]] = [list(row) for row in sheet.iter_rows(values_only=True)]
        return trimmed(rows)

    def everything(self) -> object:
        return self.path.read_bytes()


class CsvBench(Bench):
    tab = "team"
    history_place = "history.csv"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "team.csv"

    def fill(self, rows: Grid) -> None:
        with self.path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(
                [["" if value is None else value for value in row] for row in rows]
            )

    def connector(self) -> Connector[Settings]:
        return WorkbookConnector(
            WorkbookSettings(path=self.path.name), context_for(self.path.parent)
        )

    def everything(self) -> object:
        return self.path.read_bytes()

    def grid(self) -> Grid:
        with self.path.open(newline="", encoding="utf-8") as file:
            return [_cut([value or None for value in row]) for row in csv.reader(file)]


def _cut(row: list[Any]) -> list[Any]:
    while row and row[-1] is None:
        row.pop()
    return row


class TestMemory(ConnectorContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        return MemoryBench(tmp_path)


class TestXlsx(ConnectorContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        return XlsxBench(tmp_path)


class TestCsv(ConnectorContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        return CsvBench(tmp_path)


class TestNotionConnector(ConnectorContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[Bench]:
        bench = NotionBench(tmp_path)
        yield bench
        bench.close()


class TestGoogleSheetsConnector(ConnectorContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[Bench]:
        bench = GoogleBench(tmp_path)
        yield bench
        bench.close()
