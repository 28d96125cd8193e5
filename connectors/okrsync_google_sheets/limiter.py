"""How fast one credential may ask: so many reads and writes in any minute, fewer after Google has
said that it is too fast.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Literal

__all__ = ["Kind", "Limiter"]

Kind = Literal["read", "write", "drive"]
MINUTE = 60.0


class Limiter:
    """Shared by everything that uses one credential; safe across threads. `clock` and `sleep` are
    in seconds.
    """

    def __init__(
        self,
        reads: float,
        writes: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limits: dict[Kind, float] = {"read": reads, "write": writes, "drive": 600.0}
        self._taken: dict[Kind, deque[float]] = {
            "read": deque(),
            "write": deque(),
            "drive": deque(),
        }
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()

    def limit(self, kind: Kind) -> float:
        """How many in a minute are allowed now."""
        return self._limits[kind]

    def take(self, kind: Kind) -> None:
        """Wait until one more may be sent, and count it."""
        while True:
            with self._lock:
                now, taken = self._clock(), self._taken[kind]
                while taken and taken[0] <= now - MINUTE:
                    taken.popleft()
                if len(taken) < max(1, int(self._limits[kind])):
                    taken.append(now)
                    return
                wait = taken[0] + MINUTE - now
            self._sleep(max(wait, 0.01))

    def too_fast(self, kind: Kind) -> None:
        """Google said so: others share the quota. From now on half as much in a minute."""
        with self._lock:
            self._limits[kind] = max(1.0, self._limits[kind] / 2)
