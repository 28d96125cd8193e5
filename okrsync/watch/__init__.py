"""Sync on a schedule until stopped.

`Alarm` decides when to run, `Runner` runs and reports, `Reloader` watches the configuration and
`Signals` handles signals. This module puts them together.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from okrsync.config import Config
from okrsync.model.errors import ConfigError, OkrsyncError
from okrsync.model.plain import plural
from okrsync.report.logs import log
from okrsync.report.run_events import on_one_line
from okrsync.state.journal import Journal
from okrsync.state.store import Store
from okrsync.steps.job import load_mappings
from okrsync.sync import sync
from okrsync.watch.clock import Alarm
from okrsync.watch.metrics import Metrics
from okrsync.watch.page import ServedPage
from okrsync.watch.reloading import Loaded, Reloader
from okrsync.watch.running import Runner, Sync, report_unusable
from okrsync.watch.serving import Serving
from okrsync.watch.stopping import Signals
from okrsync.watch.timetable import timetable_of

__all__ = ["Watch", "report_unusable", "watch"]

_LONGEST_NAP_SECONDS = 2.0
"""How often the configuration files and the clock are checked."""
LogSetUp = Callable[[Config], None]


def watch(
    config: Config, *, once: bool = False, set_up_logs: LogSetUp = lambda _: None, run: Sync = sync
) -> int:
    """Sync on the timetable of `[watch]`, and return the exit code.

    SIGTERM and SIGINT let the current run finish what it is writing; the exit code is then 0 or
    130. With `once` there is one run, and its exit code. Raises `ConfigError` for a mapping that
    cannot be used, or an address that cannot be listened on.
    """
    metrics = Metrics()
    if config.watch.metrics_file is not None:
        metrics.go_on_from(config.base / config.watch.metrics_file)
    # With --once the run loads the mappings itself: a broken mapping then fails the run, so that
    # the heartbeat and the metrics report it like any other failure.
    loaded = Loaded(config, None if once else load_mappings(config))
    with Signals(config.watch.stop_seconds) as signals:
        watching = Watch(loaded, signals, metrics, set_up_logs, run)
        return watching.run_once() if once else watching.go_on()


class Watch:
    """One watch. `nap` sleeps for a number of seconds, or until a signal arrives."""

    def __init__(
        self,
        loaded: Loaded,
        signals: Signals,
        metrics: Metrics,
        set_up_logs: LogSetUp = lambda _: None,
        run: Sync = sync,
        nap: Callable[[float], None] | None = None,
    ) -> None:
        self._signals, self._metrics, self._set_up_logs = signals, metrics, set_up_logs
        self._nap = nap or signals.wait
        self._files = Reloader(loaded)
        self._page = ServedPage()
        self._runner = Runner(loaded, metrics, signals.is_asked, run, self._page)
        self._since = time.time()
        self._serving: Serving | None = None
        self._alarm = self._new_alarm(
            timetable_of(self.config).first(datetime.now(UTC), self._last_run())
        )

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self._runner.loaded.config

    def run_once(self) -> int:
        """Run once, now, and return the exit code."""
        code = self._runner.once()
        if self._signals.is_asked():
            log.info(
                "watch ends",
                message=f"okrsync stops: received {self._signals.asked_by}",
                exit_code=code,
            )
        return code

    def go_on(self) -> int:
        """Run on the schedule until stopped, and return the exit code."""
        started = time.monotonic()
        self._serve()
        try:
            log.info(
                "watch begins",
                message=f"okrsync watches {self._in_words()}; Ctrl-C or SIGTERM stops it",
            )
            while not self._signals.is_asked():
                self._look_at_files()
                seconds = self._alarm.look()
                if not self._signals.is_asked():
                    self._nap(min(seconds, _LONGEST_NAP_SECONDS))
        except Exception as error:  # noqa: BLE001 - nobody is there to read a traceback, and whoever started it starts it again
            reason = (
                f"{type(error).__name__}, which should not have happened. Please report it with the"
                " lines under `where`"
            )
            log.error(
                "watch ends",
                message=f"okrsync stopped watching: {reason}",
                exit_code=1,
                exc_info=error,
            )
            return 1
        finally:
            if self._serving is not None:
                self._serving.close()
        lasted = timedelta(seconds=round(time.monotonic() - started))
        reason = f"received {self._signals.asked_by}"
        done = f"{plural(self._runner.runs, 'run')} in {lasted}"
        code = self._signals.exit_code
        log.info(
            "watch ends", message=f"okrsync stopped watching: {reason}; {done}", exit_code=code
        )
        return code

    def health(self) -> tuple[bool, str]:
        """Whether a run has succeeded within `unhealthy_after` intervals, and a line that says
        so.
        """
        every = timetable_of(self.config).longest_gap
        allowed = every * self.config.watch.unhealthy_after + timedelta(
            seconds=self.config.watch.jitter_seconds
        )
        is_well = self._metrics.is_healthy(self._since, allowed)
        last = self._metrics.last_success
        when = (
            "no run has gone through yet"
            if last is None
            else f"the last run that went through ended at {self._local(last)}"
        )
        return is_well, f"{'ok' if is_well else 'unhealthy'}: {when}; {allowed} are allowed"

    def _look_at_files(self) -> None:
        """Read the configuration again after SIGHUP, or when one of its files has changed."""
        was_asked, self._signals.reload = self._signals.reload, False
        if not was_asked and not self._files.has_changed():
            return
        before = self.config
        try:
            loaded = self._files.reload()
        except ConfigError as error:
            log.error(
                "config not reloaded",
                message=(
                    "the new configuration cannot be used, the old one stays in force:"
                    f" {on_one_line(error)}"
                ),
            )
            return
        self._runner.loaded = loaded
        self._set_up_logs(loaded.config)
        self._follow(before)
        reason = "SIGHUP" if was_asked else "it changed"
        log.info(
            "config reloaded",
            message=(
                f"the configuration was read again ({reason}); okrsync watches {self._in_words()}"
            ),
        )

    def _follow(self, before: Config) -> None:
        """Apply what differs between the old configuration and the new one."""
        config = self.config
        self._signals.stop_seconds = config.watch.stop_seconds
        if (
            timetable_of(config) != timetable_of(before)
            or config.watch.jitter != before.watch.jitter
        ):
            # Any other change keeps the alarm: a new one would start the interval over again.
            table, now = timetable_of(config), datetime.now(UTC)
            self._alarm = self._new_alarm(table.after(now, now))
        if config.watch.address != before.watch.address:
            if self._serving is not None:
                self._serving.close()
                self._serving = None
            try:
                self._serve()
            except ConfigError as error:
                log.error(
                    "not listening",
                    message=f"{error.message}. {error.hint} Until then nothing answers",
                )

    def _serve(self) -> None:
        address = self.config.watch.address
        if address is not None:
            self._serving = Serving(address, self._metrics, self.health, self._page)
            log.info(
                "listening",
                message=(
                    f"the report at http://{address[0]}:{self._serving.port}, with /metrics and"
                    " /healthz beside it"
                ),
            )

    def _new_alarm(self, first: datetime) -> Alarm:
        return Alarm(
            timetable_of(self.config),
            self._run,
            first,
            jitter_seconds=self.config.watch.jitter_seconds,
            warn=lambda line: log.warning("clock", message=line),
        )

    def _run(self) -> None:
        self._look_for_secrets()
        self._runner.once()
        # A run pauses garbage collection; this is the quiet moment for it.
        gc.collect()

    def _look_for_secrets(self) -> None:
        """Ask again for secrets that could not be had: a store may have been away for a while."""
        before = self.config.missing_secrets
        if not before:
            return
        try:
            loaded = self._files.reload()
        except ConfigError:
            # The file is being changed as well, which `_look_at_files` will report.
            return
        self._runner.loaded = loaded
        if len(loaded.config.missing_secrets) < len(before):
            log.info("secrets found", message="secrets that were missing are there now")

    def _last_run(self) -> datetime | None:
        """When the last sync began, according to the journal; None when there was none, or the
        journal cannot be read.
        """
        try:
            with Store.open(self.config.state, readonly=True) as state:
                return next(
                    (run.started for run in Journal(state).runs(50) if run.kind == "sync"), None
                )
        except OkrsyncError as error:
            log.warning("state unread", message=f"{error.message}. {error.hint or ''}".strip())
            return None

    def _in_words(self) -> str:
        config = self.config
        times = (
            f"at {', '.join(config.watch.at)} ({config.timezone.key})"
            if config.watch.at
            else f"every {config.watch.every}"
        )
        due = self._alarm.due
        first = "now" if due <= datetime.now(UTC) else f"at {self._local(due.timestamp())}"
        return f"{plural(len(config.sources), 'source')} {times}, the next run comes {first}"

    def _local(self, seconds: float) -> str:
        return datetime.fromtimestamp(seconds, self.config.timezone).strftime("%Y-%m-%d %H:%M")
