"""How the watch handles signals and how it ends: after the current run, or at once when that takes
too long or a second signal arrives.
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

# 128 + 2, what shells report for a program that SIGINT ended.
INTERRUPTED = 130
_AT_ONCE = 0.5
"""A watch that ends within so many seconds need not say that it will."""
_ENDED = "ended"


class Signals:
    """SIGTERM and SIGINT ask the watch to end, SIGHUP to read its configuration again. Use it as a
    context manager, on the main thread.

    `stop_seconds` says how long the current run may go on after the first signal. After that, and
    on a second signal, `leave` ends the process, whatever the main thread waits for. The journal is
    in order even then: every entry is on disk before it is sent.
    """

    def __init__(
        self, stop_seconds: float, leave: Callable[[int, str], None] | None = None
    ) -> None:
        self.stop_seconds, self._leave = stop_seconds, leave or _leave
        # Sockets, because a signal handler may write to one: it could deadlock on a lock of
        # `threading` that the interrupted code holds.
        self._wake_receiver, self._wake_sender = socket.socketpair()
        self._stop_receiver, self._stop_sender = socket.socketpair()
        for end in (self._wake_receiver, self._wake_sender, self._stop_sender):
            # A handler must never block; a full socket has woken its reader already.
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
        self._before = {number: signal.signal(number, self._note) for number in numbers}
        # The system may hand a signal to any thread, and a main thread that waits for a service
        # learns of it when the answer comes. The overseer is told by the system itself:
        # https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
        self._fd_before = signal.set_wakeup_fd(
            self._stop_sender.fileno(), warn_on_full_buffer=False
        )
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
        signal.set_wakeup_fd(self._fd_before)
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

    def hear(self, number: int) -> None:
        """Do what a signal of this number does."""
        with suppress(OSError):
            self._stop_sender.send(bytes([number]))
        self._note(number)

    def _note(self, number: int, _frame: FrameType | None = None) -> None:
        name = signal.Signals(number).name
        if name == "SIGHUP":
            self.reload = True
        elif self.asked_by is None:
            self.asked_by = name
        with suppress(OSError):
            self._wake_sender.send(b"!")

    def wait(self, seconds: float) -> None:
        """Sleep for a number of seconds, or until a signal arrives."""
        ready, _, _ = select.select([self._wake_receiver], [], [], max(0.0, seconds))
        if ready:
            with suppress(OSError):
                self._wake_receiver.recv(64)

    def _oversee(self) -> None:
        """After the first signal, give the current run its time; after a second, none."""
        name = self._next_by(None)
        if name == _ENDED:
            return
        allowed = self.stop_seconds
        deadline = time.monotonic() + allowed
        again = self._next_by(min(deadline, time.monotonic() + _AT_ONCE))
        if again is None:
            # Somebody who pressed Ctrl-C sees that it was heard.
            _say(
                "info",
                "stopping",
                f"{name} was heard: okrsync ends after what it is sending, within"
                f" {plural(int(allowed), 'second')} (watch.stop_within); a second signal ends it at"
                " once",
            )
            again = self._next_by(deadline)
        if again is None:
            self._leave(
                INTERRUPTED,
                f"the current run did not end within {plural(int(allowed), 'second')}"
                " (watch.stop_within): okrsync stops anyway; what it had started is in the"
                " journal, and the next run checks it",
            )
        elif again != _ENDED:
            self._leave(
                INTERRUPTED,
                f"{again} came a second time: okrsync stops at once; what it had started is in the"
                " journal, and the next run checks it",
            )

    def _next_by(self, deadline: float | None) -> str | None:
        """The next signal that asks the watch to end, `_ENDED` once it has; None when neither came
        until a moment of the monotonic clock.
        """
        while True:
            seconds = None if deadline is None else max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([self._stop_receiver], [], [], seconds)
            if not ready:
                return None
            number = self._stop_receiver.recv(1)
            if not number:  # the other end was closed
                return _ENDED
            if number[0] in (signal.SIGTERM, signal.SIGINT):
                return signal.Signals(number[0]).name


def _leave(code: int, reason: str) -> None:
    _say("warning", "watch leaves", reason, exit_code=code)
    # sys.exit would wait for other threads.
    os._exit(code)


def _say(level: str, event: str, message: str, **facts: object) -> None:
    # print may wait for a lock.
    with suppress(OSError):
        os.write(2, f"{rendered(level, event, message=message, **facts)}\n".encode())
