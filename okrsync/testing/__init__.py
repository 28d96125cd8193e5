"""For connector authors: a place in memory, and the suite every connector has to pass.

To try a connector of your own, write a `Bench` for it and subclass `ConnectorContract` in a test
module:

class TestMine(ConnectorContract):
    @pytest.fixture
    def bench(self, tmp_path):
        return MyBench(tmp_path)

`RunContract`, subclassed the same way, tries whole runs: a sync, the next one, undo, recovery.

A connector declares in `abilities` what it cannot do; the tests for that are then skipped with a
reason. Once the suite passes, let `okrsync.testing.machine.sync_machine(MyBench)` try the promises
at random (it needs Hypothesis).
"""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "okrsync.testing.cases",
    "okrsync.testing.contract",
    "okrsync.testing.insertion_contract",
    "okrsync.testing.machine",
    "okrsync.testing.review_contract",
    "okrsync.testing.run_contract",
)

# pytest rewrites asserts while a module is imported, and does so unasked for test files only.
# https://docs.pytest.org/en/stable/how-to/writing_plugins.html#assertion-rewriting
from okrsync.testing.bench import Bench, Grid, context_for, trimmed  # noqa: E402
from okrsync.testing.clock import FakeClock, fake_time  # noqa: E402
from okrsync.testing.contract import ConnectorContract  # noqa: E402
from okrsync.testing.memory import Formula, MemoryConnector, MemoryPlace  # noqa: E402
from okrsync.testing.memory_bench import MemoryBench  # noqa: E402
from okrsync.testing.run_contract import RunContract  # noqa: E402

__all__ = [
    "Bench",
    "ConnectorContract",
    "FakeClock",
    "Formula",
    "Grid",
    "MemoryBench",
    "MemoryConnector",
    "MemoryPlace",
    "RunContract",
    "context_for",
    "fake_time",
    "trimmed",
]
