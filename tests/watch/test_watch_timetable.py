"""When a run is due: whatever a clock does, each time of day runs once, and what was missed is made
up for once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from okrsync.watch.clock import Alarm
from okrsync.watch.timetable import Timetable

BERLIN = ZoneInfo("Europe/Berlin")
HALF_HOUR = timedelta(minutes=30)


def daily(*times: str, zone: ZoneInfo = BERLIN) -> Timetable:
    return Timetable(HALF_HOUR, tuple(map(time.fromisoformat, times)), zone)


EVERY = Timetable(HALF_HOUR, (), BERLIN)


class Bench:
    """An alarm with a clock one can move. The machine's own clock stands in Berlin, too: `schedule`
    goes by it.
    """

    def __init__(self, clock: time_machine.Traveller, table: Timetable, **more: float) -> None:
        self.clock, self.table = clock, table
        self.ran: list[datetime] = []
        self.warnings: list[str] = []
        self.monotonic = 0.0
        self.lasts = timedelta()
        self.alarm = Alarm(
            table,
            self._run,
            table.first(datetime.now(UTC), None),
            warn=self.warnings.append,
            monotonic=lambda: self.monotonic,
            draw=lambda low, high: high,
            **more,
        )

    def _run(self) -> None:
        self.ran.append(datetime.now(UTC))
        self.pass_(self.lasts)

    def pass_(self, length: timedelta) -> None:
        """Time goes by."""
        self.clock.shift(length)
        self.monotonic += length.total_seconds()

    def go_on(self, length: timedelta, step: timedelta = timedelta(seconds=30)) -> None:
        """Time goes by, and the alarm is looked at all the while."""
        end = datetime.now(UTC) + length
        while datetime.now(UTC) <= end:
            self.alarm.look()
            self.pass_(step)

    def times(self, zone: ZoneInfo = BERLIN) -> list[str]:
        return [moment.astimezone(zone).strftime("%d %H:%M") for moment in self.ran]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_times_of_day_run_once_each_day() -> None:
    with time_machine.travel(at("2026-11-24 07:00"), tick=False) as clock:
        bench = Bench(clock, daily("06:30", "12:30"))
        bench.go_on(timedelta(days=2))
    assert bench.times() == ["24 12:30", "25 06:30", "25 12:30", "26 06:30"]


def test_a_time_that_does_not_exist_on_the_day_of_the_change_runs_once() -> None:
    with time_machine.travel(at("2026-03-28 12:00"), tick=False) as clock:
        bench = Bench(clock, daily("02:30"))
        bench.go_on(timedelta(days=2))
    assert bench.times() == ["29 03:30", "30 02:30"]


def test_a_time_that_exists_twice_runs_once() -> None:
    with time_machine.travel(at("2026-10-24 12:00"), tick=False) as clock:
        bench = Bench(clock, daily("02:30"))
        bench.go_on(timedelta(days=2))
    assert bench.times() == ["25 02:30", "26 02:30"]
    assert bench.ran[0] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first of the two


@pytest.mark.parametrize("start", ["2026-03-28 22:00", "2026-10-24 22:00"])
def test_every_so_often_does_not_mind_a_change_of_the_clock(start: str) -> None:
    with time_machine.travel(at(start), tick=False) as clock:
        bench = Bench(clock, EVERY)
        bench.go_on(timedelta(hours=10))
    assert {after - before for before, after in zip(bench.ran, bench.ran[1:], strict=False)} == {
        HALF_HOUR
    }
    assert len(bench.ran) == 21


@pytest.mark.parametrize("day", [(2026, 3, 29), (2026, 10, 25), (2026, 6, 1)])
@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]
)
def test_each_time_comes_once_a_day_in_every_zone(day: tuple[int, int, int], zone: str) -> None:
    table = daily("00:00", "01:45", "02:00", "02:30", "03:15", "23:59", zone=ZoneInfo(zone))
    moment = datetime(*day, 12, tzinfo=UTC) - timedelta(days=4)
    end, found = moment + timedelta(days=8), set()
    while (moment := table.after(moment, moment)) <= end:
        assert moment not in found
        found.add(moment)
    # Two times may fall together on the day that skips one of them.
    assert 8 * 6 - 2 <= len(found) <= 8 * 6


def test_what_was_missed_asleep_is_made_up_for_once() -> None:
    with time_machine.travel(at("2026-11-24 07:00"), tick=False) as clock:
        bench = Bench(clock, daily("06:30", "12:30"))
        bench.go_on(timedelta(minutes=5))
        clock.shift(timedelta(days=3))  # the machine sleeps: its monotonic clock stands still
        bench.go_on(timedelta(hours=12))
    assert bench.times() == ["27 07:05", "27 12:30"]
    assert bench.warnings == [
        "the clock is 3 days ahead: this machine slept, or the clock was set",
        "5 times were missed; this one run makes up for them",
    ]


def test_what_was_missed_every_so_often_is_made_up_for_once() -> None:
    with time_machine.travel(at("2026-11-24 07:00"), tick=False) as clock:
        bench = Bench(clock, EVERY)
        bench.go_on(timedelta(minutes=5))
        clock.shift(timedelta(hours=4))
        bench.go_on(timedelta(minutes=50))
    assert bench.times() == ["24 07:00", "24 11:05", "24 11:30"]
    assert bench.warnings[1] == "7 times were missed; this one run makes up for them"


def test_a_run_longer_than_the_interval_is_followed_by_one_not_many() -> None:
    with time_machine.travel(at("2026-11-24 07:00"), tick=False) as clock:
        bench = Bench(clock, EVERY)
        bench.lasts = timedelta(minutes=70)
        bench.go_on(timedelta(minutes=1))
        bench.lasts = timedelta()
        bench.go_on(timedelta(minutes=60))
    assert bench.times() == ["24 07:00", "24 08:10", "24 08:30", "24 09:00"]


def test_a_clock_set_back_makes_nobody_wait() -> None:
    with time_machine.travel(at("2026-11-24 07:00"), tick=False) as clock:
        bench = Bench(clock, EVERY)
        bench.go_on(timedelta(minutes=5))
        clock.shift(timedelta(days=-400))
        bench.go_on(timedelta(minutes=40))
        assert len(bench.ran) == 2
        assert bench.warnings == ["the clock was set back by 400 days"]
        assert bench.alarm.due - datetime.now(UTC) <= HALF_HOUR


def test_a_clock_that_was_wrong_by_years_does_not_stop_times_of_day() -> None:
    with time_machine.travel(at("2036-11-24 07:00"), tick=False) as clock:
        bench = Bench(clock, daily("06:30"))
        bench.go_on(timedelta(days=1))
        clock.move_to(at("2026-11-26 06:00"))
        bench.go_on(timedelta(hours=1))
    assert bench.times() == ["25 06:30", "26 06:30"]


def test_a_small_step_back_runs_no_time_twice() -> None:
    with time_machine.travel(at("2026-11-24 06:29"), tick=False) as clock:
        bench = Bench(clock, daily("06:30", "07:30"))
        bench.go_on(timedelta(minutes=2))
        clock.shift(timedelta(minutes=-3))
        bench.go_on(timedelta(hours=2))
    assert bench.times() == ["24 06:30", "24 07:30"]


def test_the_hour_that_comes_twice_on_the_machines_clock_stops_nothing() -> None:
    # `schedule` compares with the machine's own clock and would rest for an hour here.
    with time_machine.travel(at("2026-10-25 01:00"), tick=False) as clock:
        bench = Bench(clock, daily("00:15", "00:45", "01:15", "01:45", zone=ZoneInfo("UTC")))
        bench.go_on(timedelta(hours=4))
    assert bench.times(ZoneInfo("UTC")) == ["25 00:15", "25 00:45", "25 01:15", "25 01:45"]


def test_jitter_begins_a_run_later_and_moves_no_other() -> None:
    with time_machine.travel(at("2026-11-24 07:00"), tick=False) as clock:
        bench = Bench(clock, EVERY, jitter_seconds=600)
        bench.go_on(timedelta(minutes=75))
    assert bench.times() == ["24 07:10", "24 07:40", "24 08:10"]
    assert bench.warnings == []


def test_a_time_missed_while_nothing_ran_is_made_up_for_at_the_start() -> None:
    table, now = daily("06:30"), at("2026-11-24 07:00").astimezone(UTC)
    assert table.first(now, at("2026-11-23 06:30")) == at("2026-11-24 06:30")
    assert table.first(now, at("2026-11-24 06:31")) == at("2026-11-25 06:30")
    assert table.first(now, None) == at("2026-11-25 06:30")
    assert EVERY.first(now, at("2026-11-24 06:59")) == now


@pytest.mark.parametrize(
    ("times", "hours"), [(("06:30",), 24.0), (("06:30", "12:30"), 18.0), ((), 0.5)]
)
def test_the_longest_gap(times: Sequence[str], hours: float) -> None:
    assert daily(*times).longest_gap == timedelta(hours=hours)
