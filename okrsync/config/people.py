"""Who is behind the names in owner cells, and on which days they are called: the section `[people]`
and the key `holidays`.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated, Any, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from okrsync.model.errors import ConfigError
from okrsync.model.frozen import Frozen
from okrsync.model.people import address_in

__all__ = [
    "HolidayCalendar",
    "HolidayName",
    "PeopleSettings",
    "PersonKeys",
    "WorkingDays",
    "calendar_of",
]

_Text = Annotated[str, Field(min_length=1)]


def _known_address(text: str) -> str:
    if address_in(text) != text.strip():
        raise ValueError(f'{text!r} is not an e-mail address; write "mia@acme.example"')
    return text.strip()


class PersonKeys(BaseModel):
    """One person: their address, and the name or the address of who is above them."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    email: Annotated[str, AfterValidator(_known_address)] | None = None
    lead: _Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_a_person(cls, keys: Any) -> Any:
        if not isinstance(keys, dict | PersonKeys):
            raise ValueError(
                'expected a person, such as {email = "mia@acme.example", lead = "Ada Ferro"}; the'
                " only keys that are no names are tab and source"
            )
        return keys


class PeopleSettings(BaseModel):
    """Every person by the name that stands in owner cells; or, and beside them, those of a `tab` of
    a source. Without `source`, the tab is that of the first source that has one of this name.
    """

    # Every other key is a name.
    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)
    __pydantic_extra__: dict[str, PersonKeys] = Field(init=False)

    tab: _Text | None = None
    source: _Text | None = None

    @property
    def people(self) -> dict[str, PersonKeys]:
        """The people that stand in the file, by name."""
        return dict(self.__pydantic_extra__)


_SATURDAY = 5


class WorkingDays(Frozen, frozen=True):
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


def _known_calendar(name: str) -> str:
    try:
        calendar_of(name)
    except ConfigError as error:
        raise ValueError(f"{error.message}. {error.hint}") from error
    return name


HolidayName = Annotated[str, AfterValidator(_known_calendar)]
"""The public holidays of a country or of a part of one: `DE`, `DE-BE`."""
