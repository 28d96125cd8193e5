"""A clock for the network module that moves only when somebody sleeps, so that hours of waiting
take no time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from okrsync.connector.network import use_clock

__all__ = ["FakeClock", "fake_time"]


class FakeClock:
    """Any number of threads may sleep by it at once: those who look at the same moment and sleep
    for five seconds all wake five seconds later. `sleeps` is every sleep, in the order begun.
    """

    def __init__(self) -> None:
        self._now = time.monotonic()
        self._lock = threading.Lock()
        self._seen = threading.local()
        self.sleeps: list[float] = []

    def now(self) -> float:
        """The moment it shows."""
        with self._lock:
            # Threads sleep at the same time, as in life: each counts from the moment it last
            # looked.
            self._seen.moment = self._now
            return self._now

    def sleep(self, seconds: float) -> None:
        """Move on, counted from when this thread last looked."""
        with self._lock:
            self.sleeps.append(seconds)
            self._now = max(self._now, getattr(self._seen, "moment", self._now) + seconds)

    def go(self, seconds: float) -> None:
        """Let so much time go by."""
        with self._lock:
            self._now += seconds


@contextmanager
def fake_time() -> Iterator[FakeClock]:
    """Let the network module use a clock that moves only when somebody sleeps."""
    clock = FakeClock()
    with use_clock(clock):
        yield clock
