"""How the watch hears signals, and how it leaves: after the run in hand, or, where that takes too
long or somebody insists, at once.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self

from okrsync.model.plain import plural
from okrsync.report.logs import rendered

__all__ = ["INTERRUPTED", "Signals"]

INTERRUPTED = 130


class Signals:
    """SIGTERM and SIGINT ask the watch to end, SIGHUP to read its configuration again. Use it as a
    context manager, on the main thread.

    `stop_seconds` says how long the run in hand may go on once somebody asked; beyond it, and on a
    second signal, `leave` ends the process with the journal as it is: in order, since every entry
    is on disk before it is sent.
    """

    def __init__(
        self, stop_seconds: float, leave: Callable[[int, str], None] | None = None
    ) -> None:
        self.stop_seconds, self._leave = stop_seconds, leave or _leave
        # A bell one can ring inside a signal: the locks of threading are not safe there.
        self._wake_receiver, self._wake_sender = socket.socketpair()
        self._stop_receiver, self._stop_sender = socket.socketpair()
        for end in (self._wake_receiver, self._wake_sender, self._stop_sender):
            end.setblocking(False)
        self._before: dict[int, Any] = {}
        self.asked_by: str | None = None
        self.reload = False

    def __enter__(self) -> Self:
        numbers = [
            signal.SIGTERM,
            signal.SIGINT,
            *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []),
        ]
        self._before = {number: signal.signal(number, self.hear) for number in numbers}
        self._overseer = threading.Thread(
            target=self._oversee, name="okrsync-overseer", daemon=True
        )
        self._overseer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._stop_sender.close()
        self._overseer.join()
        for end in (self._wake_receiver, self._wake_sender, self._stop_receiver):
            end.close()

    @property
    def exit_code(self) -> int:
        """What to leave with: 0 after SIGTERM, 130 after SIGINT."""
        return INTERRUPTED if self.asked_by == "SIGINT" else 0

    def is_asked(self) -> bool:
        """Whether somebody asked the watch to end."""
        return self.asked_by is not None

    def hear(self, number: int, _frame: FrameType | None = None) -> None:
        """What a signal does."""
        name = signal.Signals(number).name
        if name == "SIGHUP":
            self.reload = True
        elif self.asked_by is not None:
            self._leave(
                INTERRUPTED,
                f"{name} came a second time: okrsync leaves at once; what was begun is in the"
                " journal, and the next run looks after it",
            )
            return
        else:
            self.asked_by = name
            with suppress(OSError):
                self._stop_sender.send(b"!")
        with suppress(OSError):
            self._wake_sender.send(b"!")

    def wait(self, seconds: float) -> None:
        """Rest for so long, or until a signal comes."""
        ready, _, _ = select.select([self._wake_receiver], [], [], max(0.0, seconds))
        if ready:
            with suppress(OSError):
                self._wake_receiver.recv(64)

    def _oversee(self) -> None:
        """Once somebody asked, give the run in hand its time, and not more."""
        if not self._stop_receiver.recv(1):
            return
        allowed = self.stop_seconds
        deadline = time.monotonic() + allowed
        ready, _, _ = select.select(
            [self._stop_receiver], [], [], max(0.0, deadline - time.monotonic())
        )
        if not ready:
            self._leave(
                INTERRUPTED,
                f"the run in hand did not end within {plural(int(allowed), 'second')}"
                " (watch.stop_within): okrsync leaves all the same; what was begun is in the"
                " journal, and the next run looks after it",
            )


def _leave(code: int, reason: str) -> None:
    line = rendered("warning", "watch leaves", message=reason, exit_code=code) + "\n"
    with suppress(OSError):
        os.write(2, line.encode())
    os._exit(code)
