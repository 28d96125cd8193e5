"""What many tests share."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from cryptography.hazmat.primitives import serialization
from hypothesis import HealthCheck, settings

import bytecode  # noqa: F401 - says that what follows is compiled once
from grids import leave_out_trials
from kills import Killer
from okrsync.model import secret
from okrsync.model.state_address import StateAddress
from okrsync.testing.clock import fake_time
from postgres_server import PostgresServer, running_server
from team import (
    Team,
    folder,  # noqa: F401 - a fixture
    head_of,
    team,  # noqa: F401 - a fixture that most tests use
)

# A machine that is busy with something else makes nothing wrong.
settings.register_profile("okrsync", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("okrsync")

_ENOUGH_BYTES = 2 << 30


def _in_memory() -> None:
    """Let the tests keep their files in memory where there is room: they commit some hundred
    thousand transactions, and a disk takes two milliseconds for each.
    """
    memory = Path("/dev/shm")
    if "TMPDIR" in os.environ or not os.access(memory, os.W_OK):
        return
    # Containers mount it without the right to execute, and tests start programs of their own.
    can_execute = not os.statvfs(memory).f_flag & os.ST_NOEXEC
    if can_execute and shutil.disk_usage(memory).free > _ENOUGH_BYTES:
        os.environ["TMPDIR"] = str(memory)
        tempfile.tempdir = None  # it was looked up before


_in_memory()
# A process that ends looks for garbage in all that it has once more; it takes a second.
atexit.register(gc.freeze)
# Each local Google of a process hands out the same keys, and OpenSSL takes 8 ms to check one.
serialization.load_pem_private_key = cache(serialization.load_pem_private_key)  # type: ignore[assignment]


def pytest_configure(config: pytest.Config) -> None:
    """Make no trials where none is played."""
    leave_out_trials(config.option.markexpr == "not trial")


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than there are cores: a quarter of their time, workers wait for servers and for
    processes of their own.
    """
    return (yield) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Tell nobody what went well around a test: from a worker every report costs both processes a
    quarter of a millisecond, and there would be three for each test.
    """
    if not hasattr(item.config, "workerinput"):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage in nothing that collecting makes: all of it stays to the end. From then on
    look for it as rarely as the command line does: looking through everything takes half a second.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests first that share a server or a process of their own, and then those of the
    house, which share what all modules say. Side by side, each worker begins with a row of tests,
    and the last ones go to whoever is free: so one makes what these need, and the others do not.
    """
    items.sort(key=lambda item: (not _shares_a_process(item), item.path.name != "test_house.py"))


def _shares_a_process(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function):
        return False
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return (
        not {"killer", "postgres"}.isdisjoint(item.fixturenames)
        or "postgresql" in map(str, parameters)
        or hasattr(item.module, "forked")
    )


SHARED = Path(__file__).parents[1].parent / "shared"


@pytest.fixture(autouse=True)
def bugs_surface(monkeypatch: pytest.MonkeyPatch) -> None:
    """What okrsync has no words for is raised, and never passes for trouble with a source."""
    monkeypatch.setenv("OKRSYNC_DEBUG", "1")


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Nobody waits for a service: the network floor goes by a clock that moves when it sleeps."""
    with fake_time():
        yield


@pytest.fixture(autouse=True)
def secrets_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test knows its own secrets: a process keeps those it has seen for good, and what one
    test calls a secret may be a word of another.
    """
    monkeypatch.setattr(secret, "_known", [])
    monkeypatch.setattr(secret, "_hidden", set())
    monkeypatch.setattr(secret, "_keys", [])


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; tests that need one are skipped, aloud, where there can be none."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def killer() -> Iterator[Killer]:
    """Starts runs and kills them. What it needs for that is loaded once for all tests."""
    with Killer() as made:
        yield made


@pytest.fixture(params=["file", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> StateAddress:
    """A place for a state, in which there is none yet."""
    if request.param == "file":
        return tmp_path / "okrsync.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.address()


@pytest.fixture
def either_store(address: StateAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has a team in a test keeps its state in each kind of place."""
    if not isinstance(address, Path):
        monkeypatch.setattr(Team, "head", head_of(address))


@pytest.fixture
def shared() -> Path:
    """The folder of real files beside the checkout; tests that need it are skipped, aloud, where it
    is not there.
    """
    if not SHARED.is_dir():
        pytest.skip("the folder of real files is not beside this checkout")
    return SHARED
