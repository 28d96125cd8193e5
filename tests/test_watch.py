"""The watch: a run that fails never ends it, and the timetable is the config's."""

from __future__ import annotations

import signal
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from okrsync.config import Config, Watch, load
from okrsync.errors import SourceError
from okrsync.plan import Plan, SourcePlan
from okrsync.watch import Stop, guarded, timetable, watch


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "okrsync.toml"
    path.write_text(
        'timezone = "Europe/Berlin"\n[sources.team]\nconnector = "workbook"\npath = "a.csv"\n', encoding="utf-8"
    )
    return load(path)


def test_whatever_goes_wrong_with_a_run_is_told_in_a_line(config: Config) -> None:
    lines: list[str] = []

    def fails(_: Config) -> Plan:
        raise SourceError("a.csv: gone", hint="Put it back.")

    def breaks(_: Config) -> Plan:
        raise RuntimeError("inner secrets")

    guarded(config, lines.append, fails)()
    guarded(config, lines.append, breaks)()
    guarded(
        config, lines.append, lambda _: Plan((SourcePlan("team", "failed", error="no such file"),), run="2026-11-24-1")
    )()
    assert "failed: a.csv: gone. Put it back." in lines[0]
    assert "RuntimeError" in lines[1]
    assert "secrets" not in lines[1]
    assert "run 2026-11-24-1: no changes written; team failed: no such file" in lines[2]


def test_every_so_often_means_just_that(config: Config) -> None:
    seen: list[int] = []
    often = replace(config, watch=Watch(every="2 hours"))
    with time_machine.travel(datetime(2026, 11, 24, 9, 0, tzinfo=UTC), tick=False) as clock:
        times = timetable(often, lambda: seen.append(1))
        for _ in range(6):
            clock.shift(3600)
            times.run_pending()
    assert len(seen) == 3


def test_times_of_day_are_the_configs_time_zones_once_a_day(config: Config) -> None:
    seen: list[str] = []
    daily = replace(config, watch=Watch(at=("06:30", "12:30")))
    berlin = ZoneInfo("Europe/Berlin")
    with time_machine.travel(datetime(2026, 11, 24, 7, 0, tzinfo=berlin), tick=False) as clock:
        times = timetable(daily, lambda: seen.append(datetime.now(berlin).strftime("%d %H:%M")))
        for _ in range(48 * 4):
            clock.shift(900)
            times.run_pending()
    assert seen == ["24 12:30", "25 06:30", "25 12:30", "26 06:30"]


def test_a_signal_ends_the_watch_after_the_run_in_hand(config: Config) -> None:
    lines: list[str] = []
    runs: list[int] = []

    def told_to_stop(_: Config) -> Plan:
        signal.raise_signal(signal.SIGTERM)
        runs.append(1)
        return Plan((), run="2026-11-24-1")

    assert watch(config, lines.append, told_to_stop) == 0
    assert (len(runs), lines[-1]) == (1, "okrsync stopped watching")
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_an_interrupt_leaves_with_130() -> None:
    stop = Stop()
    stop.ask(signal.SIGINT)
    assert (stop.is_asked(), stop.exit_code) == (True, 130)
