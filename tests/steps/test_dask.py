"""A Dask client's executor talks to the places; skipped, aloud, where Dask is not installed."""

from __future__ import annotations

from datetime import date

import pytest

from okrsync.config import load
from okrsync.sync import sync
from team import AS_OF, Team, sheet


def test_a_dask_clients_executor_is_taken(team: Team) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.Client(
        processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None
    ) as client:
        config = load(team.folder / "okrsync.toml")
        done = sync(config, as_of=date.fromisoformat(AS_OF), executor=client.get_executor())
    assert [source.state for source in done.sources] == ["ok"]
    assert [row[7] for row in sheet(team.folder / "growth.xlsx")[1:]] == [0.37, 0.6, 1]
