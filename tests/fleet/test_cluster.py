"""Many configurations on a Dask cluster: workers that die lose nothing, states in files are
refused, and those that share a credential keep one pace.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dask_cluster import DaskCluster
from fleet.test_fleet import CONFIG, company
from okrsync.config import load
from okrsync.connector.network import Pace, Rate
from okrsync.state.journal import Journal
from okrsync.state.lease import LASTS_SECONDS
from okrsync.state.store import Store
from okrsync.sync import sync
from postgres_server import PostgresServer
from state.test_postgresql import hold
from team import AS_OF, head_of

DAY = date.fromisoformat(AS_OF)


def fleet(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "okrsync", "fleet", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.stdout, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def texts(folder: Path) -> dict[str, str]:
    return {
        path.parent.name: path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("*/team.csv"))
    }


@pytest.mark.parametrize(
    ("workers", "count", "most_kills"), [(2, 4, 1), pytest.param(4, 8, 6, marks=pytest.mark.trial)]
)
def test_workers_that_are_killed_lose_nothing(
    tmp_path: Path, postgres: PostgresServer, workers: int, count: int, most_kills: int
) -> None:
    for number in range(count):
        calm = company(tmp_path / "calm" / f"c{number}", current=40 + number)
        sync(load(calm), as_of=DAY)
    addresses = [postgres.address() for _ in range(count)]
    for number, address in enumerate(addresses):
        head = head_of(address)
        company(tmp_path / "storm" / f"c{number}", current=40 + number, config=head + CONFIG)
    storm = str(tmp_path / "storm" / "*")
    before = texts(tmp_path / "storm")
    dice, done = random.Random(20261130), threading.Event()
    with DaskCluster(workers, tmp_path) as cluster:

        def kill_some() -> None:
            # As soon as one is synced, the others are under way.
            while texts(tmp_path / "storm") == before and not done.wait(0.02):
                pass
            while not done.is_set() and cluster.kills < most_kills:
                cluster.kill_worker(dice.randrange(workers))
                done.wait(dice.uniform(0.5, 1.5))

        killer = threading.Thread(target=kill_some)
        killer.start()
        document = fleet("run", storm, "--scheduler", cluster.address, "--as-of", AS_OF)
        done.set()
        killer.join()
        assert cluster.kills > 0
        assert {entry["exit_code"] for entry in document["configs"]} == {0}
        assert len(document["configs"]) == count
        assert texts(tmp_path / "storm") == texts(tmp_path / "calm")
    for number in range(count):
        again = sync(load(tmp_path / "storm" / f"c{number}" / "okrsync.toml"), as_of=DAY)
        assert [part.changes for part in again.parts] == [()]
    for address in addresses:
        with Store.open(address, readonly=True) as state:
            assert Journal(state).unsettled() == []
    standings = fleet("status", storm)["configs"]
    assert {entry["state"] for entry in standings} == {"well"}


def test_a_state_in_a_file_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    path = company(tmp_path / "acme")
    before = texts(tmp_path)
    document = fleet("run", str(path), "--scheduler", "tcp://127.0.0.1:1")
    (entry,) = document["configs"]
    assert (document["exit_code"], entry["exit_code"]) == (2, 2)
    assert "its state is a file, okrsync.db, which other machines cannot use" in entry["message"]
    assert 'name = "acme"' in entry["message"]
    assert texts(tmp_path) == before


def test_a_scheduler_that_does_not_answer_is_named(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    pytest.importorskip("distributed")
    path = company(tmp_path / "acme", config=head_of(postgres.address()) + CONFIG)
    environment = {**os.environ, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "okrsync", "fleet", "run", str(path)),
            *("--scheduler", "tcp://127.0.0.1:1"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 1
    assert "tcp://127.0.0.1:1: no Dask scheduler answers" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_turns_of_a_credential_follow_one_another_whoever_asks(
    postgres: PostgresServer,
) -> None:
    from okrsync.state.postgresql_pace import TurnTable

    credential = f"test-{os.getpid()}-{time.monotonic_ns()}"
    tables = [TurnTable(postgres.address()) for _ in range(4)]
    turns = [table.turns(credential, "read") for table in tables]
    with ThreadPoolExecutor(4) as pool:
        waits = sorted(pool.map(lambda number: turns[number % 4].take(10, 1000) or 0, range(20)))
    # Each ten seconds after the one before it, but for what taking them took.
    assert [round(wait, -1) for wait in waits] == [10.0 * number for number in range(20)]
    assert turns[0].take(10, 100) is None
    turns[1].hold(500)
    held = turns[2].take(10, 1000)
    assert held is not None
    assert 480 < held <= 500
    other = tables[0].turns(f"{credential}-other", "read").take(10, 1)
    assert other == pytest.approx(0, abs=1)
    # A connection that was cut is made anew.
    postgres.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'okrsync'"
    )
    with pytest.raises(Exception, match="does not answer"):
        turns[3].take(10, 1000)
    assert turns[3].take(10, 1000) is not None
    for table in tables:
        table.close()


def test_a_pace_waits_for_the_turn_of_all(postgres: PostgresServer) -> None:
    from okrsync.state.postgresql_pace import TurnTable

    table = TurnTable(postgres.address())
    credential = f"test-{os.getpid()}-{time.monotonic_ns()}"
    # Two processes that know nothing of each other but the table.
    paces = [Pace(Rate(60)) for _ in range(2)]
    for pace in paces:
        pace.share_turns(table.turns(credential, "read"))
    begun = min(pace.take(float("inf")) for pace in paces[:1])
    moments = [paces[number % 2].take(begun + 1000) for number in range(30)]
    # By themselves, both would have begun sixty requests at once.
    assert moments[-1] - begun > 25
    table.close()


def test_a_task_waits_until_the_lease_of_a_worker_that_died_elsewhere_is_over(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    from okrsync.fleet.cluster import sync_task

    address = postgres.address()
    path = str(company(tmp_path / "acme", config=head_of(address) + CONFIG))
    with Store.open(address):
        hold(postgres, address, age=LASTS_SECONDS - 1)
    result = sync_task(path, None, AS_OF)
    assert (result["exit_code"], result["written"]) == (0, 42)
    # One that gives signs of life is at work, and nobody waits for it.
    hold(postgres, address)
    done = threading.Event()

    def keep_fresh() -> None:
        while not done.wait(0.2):
            hold(postgres, address)

    keeper = threading.Thread(target=keep_fresh)
    keeper.start()
    try:
        assert sync_task(path, None, AS_OF)["exit_code"] == 11
    finally:
        done.set()
        keeper.join()
