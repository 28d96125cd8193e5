"""One run of the watch, reported to the log, the heartbeat and the metrics. It never raises."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from okrsync.config import load_watch
from okrsync.model.errors import ConfigError, LockHeld, OkrsyncError, exit_code_of
from okrsync.plan.plan import Plan
from okrsync.report.logs import in_run, log
from okrsync.report.run_events import (
    RESULTS,
    events,
    failed,
    log_events,
    on_one_line,
    outcome_line,
    result_of,
    trouble_text,
)
from okrsync.sync import sync
from okrsync.watch.heartbeat import Heartbeat
from okrsync.watch.metrics import Metrics
from okrsync.watch.page import ServedPage
from okrsync.watch.reloading import Loaded

__all__ = ["Runner", "Sync", "report_unusable"]

Sync = Callable[..., Plan]
"""`okrsync.sync.sync`, or a replacement for it."""


class Runner:
    """Runs the loaded configuration once per call. `should_stop` is called before each source."""

    def __init__(
        self,
        loaded: Loaded,
        metrics: Metrics,
        should_stop: Callable[[], bool],
        run: Sync = sync,
        page: ServedPage | None = None,
    ) -> None:
        self._page = page
        self.loaded, self._metrics, self._should_stop, self._run = loaded, metrics, should_stop, run
        self.runs = 0
        self._locked_out = 0
        self._failing: tuple[datetime, int] | None = None

    def once(self) -> int:
        """Run once, and return the exit code."""
        config, started = self.loaded.config, time.monotonic()
        heartbeat = None if config.watch.heartbeat is None else Heartbeat(config.watch.heartbeat)
        with in_run() as run_context:

            def on_begin(run: str) -> None:
                run_context["run"] = run
                log.info("run begins", message=f"run {run} begins")
                if heartbeat is not None:
                    heartbeat.started(run)

            if config.missing_heartbeat is not None:
                log.warning(
                    "heartbeat missing",
                    message=f"{config.missing_heartbeat}; no ping is sent, and the run goes on",
                )
            arguments: dict[str, Any] = {
                "begun": on_begin,
                "should_stop": self._should_stop,
                "mappings": self.loaded.mappings,
            }
            if self._page is not None and config.watch.address is not None:
                arguments["shown"] = self._page.update
            try:
                done = self._run(
                    config, say=lambda line: log.debug("step", message=line), **arguments
                )
            except LockHeld as error:
                code, reason, result, plan = *self._overlap(error), None
            except Exception as error:  # noqa: BLE001 - whatever went wrong with one run, the next one comes
                code, reason, result, plan = *self._broke(error), None
            else:
                code, reason, result, plan = *self._went(done, time.monotonic() - started), done
            if heartbeat is not None:
                # A run that ended before it had an id has begun all the same.
                if "run" not in run_context and result != "locked":
                    heartbeat.started("without an id")
                _send_heartbeat(heartbeat, code, reason, result)
            self._metrics.record(result, code, time.monotonic() - started, plan)
            if config.watch.metrics_file is not None:
                self._metrics.write(config.base / config.watch.metrics_file)
        self.runs += result != "locked"
        return code

    def _went(self, done: Plan, seconds: float) -> tuple[int, str, str]:
        config = self.loaded.config
        self._locked_out, self._failing = 0, None
        log_events(
            events(done, seconds=seconds, zone=config.timezone, contents=config.logs.contents)
        )
        troubles = [text for part in done.parts if (text := trouble_text(part, config.timezone))]
        return done.exit_code, "; ".join([outcome_line(done), *troubles[:1]]), result_of(done)

    def _overlap(self, error: LockHeld) -> tuple[int, str, str]:
        self._locked_out += 1
        again = f" ({self._locked_out} times in a row)" if self._locked_out > 1 else ""
        log.warning(
            "run left out",
            message=(
                f"{error.message}; this run is skipped{again}, and the next one starts on schedule"
            ),
        )
        return exit_code_of(error), error.message, "locked"

    def _broke(self, error: Exception) -> tuple[int, str, str]:
        """Report a run that failed before it reached its sources."""
        since, runs = self._failing or (datetime.now(UTC), 0)
        self._failing, self._locked_out = (since, runs + 1), 0
        when = (
            f" (since {since.astimezone(self.loaded.config.timezone):%Y-%m-%d %H:%M}, {runs + 1}"
            " runs)"
            if runs
            else ""
        )
        facts = {"failing_since": since.isoformat(timespec="seconds"), "failing_runs": runs + 1}
        if isinstance(error, OkrsyncError):
            code, message = failed(error, when, **facts)
            return code, message, RESULTS[code]
        message = (
            f"the run failed: {type(error).__name__}, which should not have happened{when}; the"
            " next run tries again. Please report it with the lines under `where`"
        )
        log.error(
            "run failed", message=message, exit_code=1, result="error", exc_info=error, **facts
        )
        return 1, message, "error"


def report_unusable(path: Path, error: ConfigError, metrics: Metrics) -> None:
    """Report a run that could not begin, because its configuration cannot be used: to the heartbeat
    and the metrics file, where `[watch]` can be read at all.
    """
    code, reason = exit_code_of(error), on_one_line(error)
    watch = load_watch(path)
    if watch is None:
        return
    if watch.heartbeat is not None:
        heartbeat = Heartbeat(watch.heartbeat)
        heartbeat.started("without an id")
        heartbeat.failed(code, reason)
    if watch.metrics_file is not None:
        file = path.resolve().parent / watch.metrics_file
        metrics.go_on_from(file)
        metrics.record(RESULTS[code], code, 0.0)
        metrics.write(file)


def _send_heartbeat(heartbeat: Heartbeat, code: int, reason: str, result: str) -> None:
    """Report the result of a run. A skipped run sends nothing, since the run that holds the lock
    reports for itself; nor does one that was told to stop, since somebody meant it to end.
    """
    if result == "ok":
        heartbeat.went_through(reason)
    elif result not in ("locked", "stopped"):
        heartbeat.failed(code, reason)
