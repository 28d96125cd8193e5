"""The connector in memory the workbook connector, for workbooks and for CSV files, and the Google
Sheets and Notion connectors keep the contract.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from google_bench import GoogleBench
from notion_bench import NotionBench
from okrsync.connector import CellValue, Connector, Settings
from okrsync.testing import Bench, ConnectorContract, Grid, MemoryBench, context_for
from okrsync_workbook import WorkbookConnector, WorkbookSettings
from workbook_bench import XlsxBench


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
            # A pattern, so that a file that is made beside it is read as well.
            WorkbookSettings(path="*.csv"),
            replace(context_for(self.path.parent), history=self.history_place),
        )

    def edit_history(self, edit: str, line: Sequence[CellValue]) -> bool:
        path = self.path.parent / self.history_place
        with path.open(newline="", encoding="utf-8") as file:
            header, *rows = list(csv.reader(file))
        if edit == "cut":
            rows = rows[1:]
        else:
            rows.insert(0 if edit == "insert" else len(rows), [str(value) for value in line])
        if edit == "sort":
            rows.sort()
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        return True

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
