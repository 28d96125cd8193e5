"""Whole runs over every connector: in memory, on files, in a spreadsheet service and in a
database.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.test_connector_contract import CsvBench
from google_bench import GoogleBench
from notion_bench import NumbersBench
from okrsync.testing import Bench, MemoryBench, RunContract
from okrsync.testing.memory import slot_anchor
from workbook_bench import XlsxBench


class SlottedBench(MemoryBench):
    """Rows with anchors that stay behind when rows move."""

    anchor = staticmethod(slot_anchor)


class TestMemory(RunContract):
    @pytest.fixture(params=[MemoryBench, SlottedBench])
    def bench(self, request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
        made: Bench = request.param(tmp_path)
        return made


class TestXlsx(RunContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        return XlsxBench(tmp_path)


class TestCsv(RunContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        return CsvBench(tmp_path)


class TestNotionConnector(RunContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[Bench]:
        bench = NumbersBench(tmp_path)
        yield bench
        bench.close()


class TestGoogleSheetsConnector(RunContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[Bench]:
        bench = GoogleBench(tmp_path)
        yield bench
        bench.close()
