"""The promises hold whatever people and networks do, in memory, on real files, in a spreadsheet
service and in a database.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from connector.test_connector_contract import CsvBench
from google_bench import GoogleBench
from notion_bench import NumbersBench
from okrsync.testing import MemoryBench
from okrsync.testing.machine import sync_machine
from workbook_bench import XlsxBench

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

TestInMemory = sync_machine(MemoryBench).TestCase
TestInMemory.settings = settings(
    max_examples=60, stateful_step_count=20, deadline=None, suppress_health_check=_SLOW
)

TestInCsv = sync_machine(CsvBench).TestCase
TestInCsv.settings = settings(
    max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=_SLOW
)

TestInXlsx = sync_machine(XlsxBench).TestCase
TestInXlsx.settings = settings(
    max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=_SLOW
)

TestInNotion = sync_machine(NumbersBench).TestCase
TestInNotion.settings = settings(
    max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=_SLOW
)

TestInGoogleSheets = sync_machine(GoogleBench).TestCase
TestInGoogleSheets.settings = settings(
    max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=_SLOW
)
