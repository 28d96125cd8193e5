"""The promises hold whatever people and networks do, in memory, on real files, in a spreadsheet
service and in a database.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import TestCase

import pytest
from hypothesis import HealthCheck, settings

from connector.test_connector_contract import CsvBench
from google_bench import GoogleBench
from notion_bench import NumbersBench
from okrsync.testing import Bench, MemoryBench
from okrsync.testing.machine import sync_machine
from workbook_bench import XlsxBench

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def _played(bench: Callable[[Path], Bench], examples: int, steps: int) -> type[TestCase]:
    """People at work on a bench, so many times and with so many steps each."""
    case: type[TestCase] = sync_machine(bench).TestCase
    case.settings = settings(  # type: ignore[attr-defined]
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=_SLOW,
    )
    return case


@pytest.mark.parametrize("bench", [MemoryBench, CsvBench, XlsxBench, NumbersBench, GoogleBench])
def test_a_row_that_only_a_broken_run_answered_counts_among_those_that_had_an_answer(
    bench: Callable[[Path], Bench],
) -> None:
    people: Any = sync_machine(bench)()
    try:
        people.begin(count=2)
        people.a_run()
        people.somebody_edits(edit="insert", position=0)
        people.a_run_that_breaks(fail="after")
        people.a_run_while_values_cannot_be_read(value=None)
    finally:
        people.teardown()


TestInMemory = _played(MemoryBench, 12, 16)
TestInCsv = _played(CsvBench, 5, 12)
TestInXlsx = _played(XlsxBench, 3, 12)
TestInNotion = _played(NumbersBench, 4, 12)
TestInGoogleSheets = _played(GoogleBench, 4, 12)

TestInMemoryAtLength = pytest.mark.trial(_played(MemoryBench, 200, 20))
TestInCsvAtLength = pytest.mark.trial(_played(CsvBench, 80, 15))
TestInXlsxAtLength = pytest.mark.trial(_played(XlsxBench, 40, 12))
TestInNotionAtLength = pytest.mark.trial(_played(NumbersBench, 40, 12))
TestInGoogleSheetsAtLength = pytest.mark.trial(_played(GoogleBench, 40, 12))
