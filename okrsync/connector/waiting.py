"""Says what is waited for while a service does not answer: what, since when, and for how long yet.

A thread of its own looks at the requests under way, because whoever waits cannot speak. It logs to
`okrsync.waiting`; where no log is set up, Python prints such lines to standard error.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

__all__ = ["Wait", "waiting"]

_FIRST_SECONDS = 1.5
"""So long nobody minds; with the time between two looks it stays under two seconds."""
_AGAIN_SECONDS = 30.0
_LOOK_SECONDS = 0.25

_log = logging.getLogger("okrsync.waiting")


@dataclass(eq=False, slots=True)
class Wait:
    """A request under way. `begun` and `ends` are by the clock `now`; `what` is what it waits for
    just now.
    """

    location: str
    what: str
    begun: float
    ends: float
    now: Callable[[], float]
    last_line_at: float = field(default=float("-inf"))

    def line(self) -> str | None:
        """The line to print about it now; None while it is short, or was reported just now."""
        now = self.now()
        if now - self.begun < _FIRST_SECONDS or now - self.last_line_at < _AGAIN_SECONDS:
            return None
        self.last_line_at = now
        waited = timedelta(seconds=now - self.begun)
        since = (datetime.now().astimezone() - waited).strftime("%H:%M:%S")
        left = max(0, round(self.ends - now))
        return f"{self.location}: waiting for {self.what} since {since}, for {left} s more at most"


_waits: set[Wait] = set()
_changed = threading.Condition()
_watcher: threading.Thread | None = None


@contextmanager
def waiting(wait: Wait) -> Iterator[Wait]:
    """Report the wait inside once it becomes long. Its `what` may be set meanwhile."""
    global _watcher
    with _changed:
        _waits.add(wait)
        if _watcher is None:
            # A daemon: it must not keep the process from ending.
            _watcher = threading.Thread(target=_watch, name="okrsync-waiting", daemon=True)
            _watcher.start()
        _changed.notify()
    try:
        yield wait
    finally:
        with _changed:
            _waits.discard(wait)


def _watch() -> None:
    while True:
        with _changed:
            while not _waits:
                _changed.wait()
            lines = [line for wait in _waits if (line := wait.line()) is not None]
        for line in lines:
            _log.warning("%s", line)
        threading.Event().wait(_LOOK_SECONDS)
