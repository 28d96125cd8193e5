"""Sync on a timetable until told to stop.

The timetable is kept by `schedule`. That library ends its loop when a job raises, so every run is wrapped: whatever goes wrong with one is told in
a line, and the next one comes all the same.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import datetime
from types import FrameType

import schedule

from okrsync.config import Config
from okrsync.errors import OkrsyncError
from okrsync.plan import Plan
from okrsync.report.plain import plural
from okrsync.sync import sync

__all__ = ["Stop", "guarded", "timetable", "watch"]

_INTERRUPTED = 130
_LONGEST_NAP_SECONDS = 30.0


class Stop:
    """Whether somebody asked the watch to end, and how it should leave then."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self.exit_code = 0

    def ask(self, number: int, _frame: FrameType | None = None) -> None:
        """What a signal does: the run in hand goes on to its end, and no other begins."""
        self.exit_code = _INTERRUPTED if number == signal.SIGINT else 0
        self._asked.set()

    def is_asked(self) -> bool:
        return self._asked.is_set()

    def wait(self, seconds: float) -> None:
        """Rest for so long, or until somebody asks."""
        self._asked.wait(seconds)


def watch(config: Config, say: Callable[[str], None], run: Callable[[Config], Plan] = sync) -> int:
    """Sync at once and then on the timetable of `[watch]`; answers with the exit code to leave with.

    SIGTERM and SIGINT let the run in hand finish: 0 after the one, 130 after the other.
    """
    stop = Stop()
    before = {number: signal.signal(number, stop.ask) for number in (signal.SIGTERM, signal.SIGINT)}
    times = timetable(config, guarded(config, say, run))
    try:
        say(
            f"okrsync watches {plural(len(config.sources), 'source')} {_in_words(config)}; stop it with Ctrl-C or SIGTERM"
        )
        if not config.watch.at:
            times.run_all()
        while not stop.is_asked():
            times.run_pending()
            idle = times.idle_seconds
            stop.wait(_LONGEST_NAP_SECONDS if idle is None else min(max(idle, 0.0), _LONGEST_NAP_SECONDS))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    say("okrsync stopped watching")
    return stop.exit_code


def timetable(config: Config, job: Callable[[], None]) -> schedule.Scheduler:
    """The timetable that `[watch]` asks for: at times of day in the config's time zone, or every so often."""
    times = schedule.Scheduler()
    if config.watch.at:
        for time_of_day in config.watch.at:
            # The library wants a pytz time zone; by the wall clock of the config's own zone the job looks itself up.
            times.every(1).minutes.do(_at(config, time_of_day, job))
    else:
        times.every(config.watch.minutes).minutes.do(job)
    return times


def guarded(config: Config, say: Callable[[str], None], run: Callable[[Config], Plan]) -> Callable[[], None]:
    """One run that never raises: how it ended is told in a line."""

    def once() -> None:
        try:
            done = run(config)
        except OkrsyncError as error:
            hint = f" {error.hint}" if error.hint else ""
            say(f"{_now(config)} failed: {error.message}.{hint}")
        except Exception as error:  # noqa: BLE001 - whatever went wrong with one run, the next one comes
            say(
                f"{_now(config)} failed: {type(error).__name__}, which should not have happened; the next run tries again"
            )
        else:
            say(f"{_now(config)} {_told(done)}")

    return once


def _at(config: Config, time_of_day: str, job: Callable[[], None]) -> Callable[[], None]:
    """A job that is looked at every minute and runs once on each day its time has come."""
    started = datetime.now(config.timezone)
    done_on = [started.date() if started.strftime("%H:%M") >= time_of_day else None]

    def look() -> None:
        now = datetime.now(config.timezone)
        if now.strftime("%H:%M") >= time_of_day and done_on[0] != now.date():
            done_on[0] = now.date()
            job()

    return look


def _told(done: Plan) -> str:
    written = sum(change.outcome == "written" for source in done.sources for change in source.changes)
    line = f"run {done.run}: {plural(written, 'change')} written"
    for source in done.sources:
        if source.error is not None:
            line += f"; {source.name} failed: {source.error}"
        for refusal in source.refusals:
            line += f"; {source.name} stopped: {refusal.message}"
        if source.conflicts:
            line += f"; {source.name}: {plural(len(source.conflicts), 'conflict')}"
    return line


def _in_words(config: Config) -> str:
    return (
        f"at {', '.join(config.watch.at)} ({config.timezone.key})" if config.watch.at else f"every {config.watch.every}"
    )


def _now(config: Config) -> str:
    return datetime.now(config.timezone).strftime("%Y-%m-%d %H:%M")
