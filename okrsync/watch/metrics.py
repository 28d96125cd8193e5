"""The job's Prometheus metrics for a monitoring system, kept in memory and, if configured, in a
text file.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, write_to_textfile
from prometheus_client.parser import text_string_to_metric_families

from okrsync import __version__
from okrsync.connector import State
from okrsync.plan.plan import LEFT, Plan, SourcePlan
from okrsync.report.logs import log

__all__ = ["Metrics"]

STATES = ("ok", "kept", "failed", "refused")


class Metrics:
    """The metrics of one watch. `now` is in seconds since 1970."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.registry = CollectorRegistry()
        self._now = now
        self._good: dict[str, float] = {}
        self._names: set[str] = set()
        gauge = self._gauge
        self._info = gauge("okrsync_info", "Always 1; the version is a label", ["version"])
        self._info.labels(__version__).set(1)
        self._last_run = gauge("okrsync_last_run_timestamp_seconds", "When the last run ended")
        self._last_success = gauge(
            "okrsync_last_success_timestamp_seconds", "When a run last went through at every source"
        )
        self._duration = gauge("okrsync_last_run_duration_seconds", "How long the last run took")
        self._exit_code = gauge(
            "okrsync_last_run_exit_code", "The exit code of the last run, as in the README"
        )
        self._runs = Counter(
            "okrsync_runs",
            "Runs by how they ended; `locked` are times at which another run held the lock",
            ["result"],
            registry=self.registry,
        )
        self._state = gauge(
            "okrsync_source_state",
            "1 for the state the source was in at the last run",
            ["source", "state"],
        )
        self._age = gauge(
            "okrsync_source_age_seconds",
            "Seconds since the source was last read and written whole",
            ["source"],
        )
        self._last_good = gauge(
            "okrsync_source_last_success_timestamp_seconds",
            "When the source was last read and written whole",
            ["source"],
        )
        self._failing = gauge(
            "okrsync_source_failing_runs", "Runs in a row that failed at the source", ["source"]
        )
        self._changes = gauge(
            "okrsync_source_changes", "Cells and other things written at the last run", ["source"]
        )
        self._conflicts = gauge("okrsync_source_conflicts", "Conflicts at the last run", ["source"])
        self._skips = gauge("okrsync_source_skips", "Things skipped at the last run", ["source"])
        self._calls = gauge(
            "okrsync_source_calls", "Requests to the service at the last run", ["source", "kind"]
        )
        self._retries = gauge(
            "okrsync_source_retries", "Requests repeated at the last run", ["source"]
        )
        self._key_results = gauge(
            "okrsync_key_results",
            "Key results of the shown cycle by status, at the last run",
            ["source", "status"],
        )
        self._progress = gauge(
            "okrsync_progress",
            "Mean progress of the source's top objectives at the last run, as a share",
            ["source"],
        )

    def _gauge(self, name: str, about: str, labels: list[str] | None = None) -> Gauge:
        return Gauge(name, about, labels or [], registry=self.registry)

    @property
    def last_success(self) -> float | None:
        """When a run last succeeded for every source; None when none is known."""
        # A gauge that was never set reads 0.
        return self.registry.get_sample_value("okrsync_last_success_timestamp_seconds") or None

    def record(self, result: str, exit_code: int, seconds: float, done: Plan | None = None) -> None:
        """Count a run. `done` is None when the run did not get as far as its sources."""
        now = self._now()
        self._runs.labels(result).inc()
        # The run that holds the lock reports for itself; this one measured nothing.
        if result == "locked":
            return
        self._last_run.set(now)
        self._duration.set(seconds)
        self._exit_code.set(exit_code)
        if result == "ok":
            self._last_success.set(now)
        if done is not None:
            for part in done.parts:
                self._record_source(part, now)
            self._forget_others({part.name for part in done.parts})
            self._record_standings(done)
        self._age_now()

    def go_on_from(self, path: Path) -> None:
        """Take over totals and times from the file of an earlier process, so that they do not
        start from zero. A file that cannot be read is ignored.
        """
        try:
            families = list(text_string_to_metric_families(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            log.warning(
                "metrics file unread",
                message=(
                    f"{path}: the earlier metrics cannot be read ({type(error).__name__}); they"
                    " start from zero"
                ),
            )
            return
        for sample in (sample for family in families for sample in family.samples):
            source = sample.labels.get("source")
            # The client library appends `_total` to the name of a counter.
            if sample.name == "okrsync_runs_total":
                self._runs.labels(sample.labels.get("result", "")).inc(max(0.0, sample.value))
            elif sample.name == "okrsync_last_success_timestamp_seconds" and sample.value > 0:
                self._last_success.set(sample.value)
            elif (
                sample.name == "okrsync_source_last_success_timestamp_seconds"
                and source is not None
            ):
                self._good[source] = sample.value
                self._last_good.labels(source).set(sample.value)
                self._names.add(source)
        self._age_now()

    def write(self, path: Path) -> None:
        """Write everything to a text file. An error is logged and never fails a run."""
        self._age_now()
        # The library writes a temporary file and renames it, as the textfile collector asks:
        # https://github.com/prometheus/node_exporter#textfile-collector
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_to_textfile(str(path), self.registry)
        except OSError as error:
            log.warning(
                "metrics file unwritten",
                message=(
                    f"{path}: the metrics cannot be written ({error.strerror}). Name a writable"
                    " file under watch.metrics_file"
                ),
            )

    def refresh(self) -> None:
        """Update the metrics that grow with time."""
        self._age_now()

    def is_healthy(self, since: float, allowed: timedelta) -> bool:
        """Whether a run has succeeded within the time allowed, counted from the later of the last
        success and `since`.
        """
        return self._now() - max(since, self.last_success or 0.0) <= allowed.total_seconds()

    def _record_source(self, part: SourcePlan, now: float) -> None:
        name = part.name
        if part.error == LEFT:
            return
        self._names.add(name)
        for state in STATES:
            self._state.labels(name, state).set(state == part.state)
        if part.state == "ok":
            self._good[name] = now
            self._last_good.labels(name).set(now)
        self._failing.labels(name).set(
            part.failing.runs if part.failing is not None and part.state != "ok" else 0
        )
        self._changes.labels(name).set(
            sum(change.outcome is State.WRITTEN for change in part.changes)
        )
        self._conflicts.labels(name).set(len(part.conflicts))
        self._skips.labels(name).set(len(part.skips))
        self._calls.labels(name, "read").set(part.calls.read)
        self._calls.labels(name, "write").set(part.calls.write)
        self._retries.labels(name).set(part.calls.retries)

    def _record_standings(self, done: Plan) -> None:
        """How the OKRs stand. Sources whose numbers are not known have no such metrics."""
        if not done.standings:
            return
        self._key_results.clear()
        self._progress.clear()
        for name, standing in done.standings.items():
            for status, count in standing.key_results.items():
                self._key_results.labels(name, status.value).set(count)
            if standing.progress is not None:
                self._progress.labels(name).set(float(standing.progress))

    def _forget_others(self, names: set[str]) -> None:
        """Remove the metrics of sources that are no longer in the config."""
        for name in self._names - names:
            self._good.pop(name, None)
            by_source = (
                self._age,
                self._last_good,
                self._failing,
                self._changes,
                self._conflicts,
                self._skips,
                self._retries,
            )
            for gauge in (*by_source, self._state, self._calls):
                gauge.remove_by_labels({"source": name})
        self._names &= names

    def _age_now(self) -> None:
        for name, moment in self._good.items():
            self._age.labels(name).set(max(0.0, self._now() - moment))
