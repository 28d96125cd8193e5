"""A bar on standard error for work that takes longer than two seconds, at a terminal only."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["ProgressBar", "stop_progress"]

_AFTER_SECONDS = 2.0
_COUNTED = ("reading", "checking", "repairing")
"""What is done to every source and board; other work concerns some of them."""
_active: list[ProgressBar] = []


class ProgressBar:
    """Takes the lines that a run says about its work, such as `reading growth`, and shows the
    latest beside a bar. `places` is how many sources and boards there are, None where nobody knows.
    """

    def __init__(
        self,
        places: int | None = None,
        stream: TextIO | None = None,
        after_seconds: float = _AFTER_SECONDS,
    ) -> None:
        self._places, self._stream = places, stream or sys.stderr
        self._after_seconds = after_seconds
        self._lock = threading.Lock()
        self._line, self._begun = "", 0
        self._bar: Progress | None = None
        self._timer: threading.Timer | None = None
        self._start()

    def __call__(self, line: str) -> None:
        with self._lock:
            # After an answer or a question, work that goes on is timed anew.
            if self._timer is None:
                self._start()
            is_same_work = line.split(" ", 1)[0] == self._line.split(" ", 1)[0]
            self._begun = self._begun + 1 if is_same_work else 1
            self._line = line
            self._draw()

    def stop(self) -> None:
        """Take the bar away, so that an answer or a question stands alone, until work goes on."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            if self._bar is not None:
                self._bar.stop()
            self._timer = self._bar = None

    def _start(self) -> None:
        self._timer = threading.Timer(self._after_seconds, self._show)
        # A daemon: a bar that never came must not keep the process from ending.
        self._timer.daemon = True
        self._timer.start()
        _active.append(self)

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._timer is not threading.current_thread():
                return  # It was stopped just as its time came.
            self._bar = Progress(
                BarColumn(bar_width=30),
                # No markup: a source's name is printed as it is.
                TextColumn("{task.description}", markup=False),
                TimeElapsedColumn(),
                console=Console(file=self._stream, highlight=False),
                transient=True,
            )
            self._bar.add_task("", total=None)
            self._draw()
            self._bar.start()

    def _draw(self) -> None:
        if self._bar is None:
            return
        total = self._places if self._line.startswith(_COUNTED) else None
        # What was begun last is not done yet.
        done = max(0, self._begun - 1)
        count = "" if total is None else f"  {done} of {total}"
        self._bar.update(
            self._bar.task_ids[0], description=f"{self._line}{count}", total=total, completed=done
        )


def stop_progress() -> None:
    """Take every bar away."""
    while _active:
        _active.pop().stop()
