"""When a run is due: pure arithmetic in UTC, so that no daylight-saving change moves, repeats or
loses a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from okrsync.config import Config

__all__ = ["Timetable", "timetable_of"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timetable:
    """At the times of day `at` in `zone`; without any, `every` so often from the first run on."""

    every: timedelta
    at: tuple[time, ...]
    zone: ZoneInfo

    def after(self, moment: datetime, base: datetime) -> datetime:
        """The first time after `moment`. `base` is any time of the table; `every` is counted from
        it.

        A time of day that a clock change skips is read as if the clock had not changed: 02:30 is
        then 03:30 summer time. A time that occurs twice means the first occurrence.
        """
        if not self.at:
            return base + self.every * max(1, (moment - base) // self.every + 1)
        today = moment.astimezone(self.zone).date()
        # Yesterday's times too: one that was skipped may fall on the next day.
        days = (today + timedelta(days=number) for number in (-1, 0, 1, 2))
        return min(
            moment_due for day in days for moment_due in self._times(day) if moment_due > moment
        )

    def first(self, now: datetime, last_run: datetime | None) -> datetime:
        """The first time to run: now, when there are no times of day or one was missed since the
        last run; otherwise the next time.
        """
        if not self.at:
            return now
        if (
            last_run is not None
            and last_run < now
            and (missed := self.after(last_run, last_run)) <= now
        ):
            return missed
        return self.after(now, now)

    def passed(self, base: datetime, moment: datetime, most: int = 99) -> int:
        """How many times lie from `base`, itself one of them, to `moment`; no more than `most` are
        counted.
        """
        if not self.at:
            return min(most, max(0, (moment - base) // self.every + 1))
        count, next_time = 0, base
        while next_time <= moment and count < most:
            count, next_time = count + 1, self.after(next_time, base)
        return count

    @property
    def longest_gap(self) -> timedelta:
        """The longest time from one run to the next, ignoring clock changes."""
        if not self.at:
            return self.every
        minutes = sorted({time_of_day.hour * 60 + time_of_day.minute for time_of_day in self.at})
        gaps = [after - before for before, after in pairwise([*minutes, minutes[0] + 1440])]
        return timedelta(minutes=max(gaps))

    def _times(self, day: date) -> list[datetime]:
        return [
            datetime.combine(day, time_of_day, tzinfo=self.zone).astimezone(UTC)
            for time_of_day in self.at
        ]


def timetable_of(config: Config) -> Timetable:
    """The timetable that `[watch]` asks for."""
    return Timetable(
        timedelta(minutes=config.watch.minutes),
        tuple(map(time.fromisoformat, config.watch.at)),
        config.timezone,
    )
