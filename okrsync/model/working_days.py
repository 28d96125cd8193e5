"""The days on which people work: neither weekends nor public holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Protocol

from okrsync.model.errors import ConfigError

__all__ = ["HolidayCalendar", "WorkingDays", "calendar_of"]

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The working days of one or more public calendars, each a country or a part of one as ISO 3166
    writes it: `DE`, `DE-BE`. A day off in any of them is no working day. Without calendars, every
    day from Monday to Friday is one.
    """

    calendars: tuple[str, ...] = ()

    def holds(self, day: date) -> bool:
        """Whether a day is a working day."""
        if not self.calendars:
            return day.weekday() < _SATURDAY
        return all(calendar_of(name).is_working_day(day) for name in self.calendars)


class HolidayCalendar(Protocol):
    """The public holidays of a country or of a part of one."""

    def is_working_day(self, key: date, /) -> bool:
        """Whether a day is neither a holiday nor of the weekend there."""


@cache
def calendar_of(name: str) -> HolidayCalendar:
    """The public calendar of a country or of a part of one. Raises `ConfigError` for a name that is
    no such calendar.
    """
    # Loaded here: only a config with `holidays` needs it, and it takes a tenth of a second.
    import holidays

    country, _, part = name.strip().upper().partition("-")
    known = holidays.list_supported_countries()
    if country not in known:
        hint = "Countries have two letters, as ISO 3166 writes them: DE, DE-BE, US-CA."
        raise ConfigError(f"there is no calendar of holidays for {name!r}", hint=hint)
    parts = {each.upper(): each for each in known[country]}
    if part and part not in parts:
        hint = f"{country} has {', '.join(sorted(parts.values())) or 'no parts'}."
        raise ConfigError(f"{country} has no part {part!r} with holidays of its own", hint=hint)
    calendar: HolidayCalendar = holidays.country_holidays(country, subdiv=parts.get(part))
    return calendar
