"""What many tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from okrsync.model import secret
from okrsync.testing.clock import fake_time
from team import team  # noqa: F401 - a fixture that most tests use

# A machine that is busy with something else makes nothing wrong.
settings.register_profile("okrsync", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("okrsync")

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
    monkeypatch.setattr(secret, "_keys", [])


@pytest.fixture
def shared() -> Path:
    """The folder of real files beside the checkout; tests that need it are skipped, aloud, where it
    is not there.
    """
    if not SHARED.is_dir():
        pytest.skip("the folder of real files is not beside this checkout")
    return SHARED
