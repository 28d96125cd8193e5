"""Runs the job when the timetable says so, whatever happens to the clock.

The library `schedule` keeps the job and decides when it is due. On its own it waits an hour too
long when the machine's clock goes back, stops when a job raises, and counts from the end of a run.
So the due time is set again at every look, from the time left on the timetable, and the job must
not raise.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import schedule

from okrsync.watch.timetable import Timetable

__all__ = ["Alarm"]

_NOTABLE = timedelta(minutes=1)
"""A smaller jump is only the clock being adjusted."""
_WRONG = timedelta(hours=12)
"""If the last run lies further in the future than this, the clock was wrong when it ran."""


class Alarm:
    """Calls `job`, which must not raise, at the times of a timetable. One run makes up for all
    missed times.

    `warn` takes a sentence about a clock that jumped, or about missed times. `first` is the first
    time to run.
    """

    def __init__(
        self,
        table: Timetable,
        job: Callable[[], object],
        first: datetime,
        *,
        jitter_seconds: float = 0,
        warn: Callable[[str], None] = lambda _: None,
        monotonic: Callable[[], float] = time.monotonic,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._table, self._job, self._warn = table, job, warn
        self._jitter, self._draw, self._monotonic = jitter_seconds, draw, monotonic
        self._served: datetime | None = None
        self._aim(first)
        self._seen = (datetime.now(UTC), monotonic())
        self._scheduler = schedule.Scheduler()
        self._pending = self._scheduler.every().day.do(self._run)

    @property
    def due(self) -> datetime:
        """When the next run begins, in UTC."""
        return self._due

    def look(self) -> float:
        """Run the job if it is due, and return the seconds until the next time; 0 when that has
        passed already.
        """
        now = datetime.now(UTC)
        self._mind_the_clock(now)
        # `schedule` compares naive local times, which a clock change shifts by an hour
        # (https://schedule.readthedocs.io/en/stable/timezones.html). The time left is computed in
        # UTC and added to the local clock as it is now.
        self._pending.next_run = datetime.now() + (self._due - now)  # noqa: DTZ005 - the library compares with this
        self._scheduler.run_pending()
        self._seen = (datetime.now(UTC), self._monotonic())
        return max(0.0, (self._due - datetime.now(UTC)).total_seconds())

    def _run(self) -> None:
        begun = datetime.now(UTC)
        missed = self._table.passed(self._base, begun) - 1
        if missed > 0:
            times = f"{missed} times were" if missed > 1 else "1 time was"
            self._warn(
                f"{times} missed; this one run makes up for {'them' if missed > 1 else 'it'}"
            )
        self._job()
        self._served = max(begun, self._base)
        self._aim(self._table.after(self._served, self._base))

    def _aim(self, base: datetime) -> None:
        self._base = base
        self._due = base + timedelta(seconds=self._draw(0, self._jitter) if self._jitter else 0)

    def _mind_the_clock(self, now: datetime) -> None:
        wall, ran = self._seen
        jump = (now - wall) - timedelta(seconds=self._monotonic() - ran)
        if jump >= _NOTABLE:
            self._warn(
                f"the clock is {_long(jump)} ahead: this machine slept, or the clock was set"
            )
        if jump <= -_NOTABLE:
            self._warn(f"the clock was set back by {_long(-jump)}")
        if not self._table.at:
            if self._base > now + self._table.every:
                self._aim(now + self._table.every)
            return
        sooner = self._table.after(now, now)
        was_wrong = self._served is not None and self._served > now + _WRONG
        # After a small step back the same time must not run twice. After a clock that was days
        # ahead, the next run must not wait for days.
        if sooner < self._base and (self._served is None or sooner > self._served or was_wrong):
            self._aim(sooner)


def _long(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} minutes" if minutes != 1 else "1 minute"
    return f"{minutes / 60:.0f} hours" if minutes < 2880 else f"{minutes / 1440:.0f} days"
