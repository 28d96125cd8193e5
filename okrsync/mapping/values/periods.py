"""Reads the periods of rows: which cycle a cell names, and whether it leaves the year open."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from okrsync.mapping.sheet import Record, Sheet, without_pages
from okrsync.mapping.values.beside import beside_cycle
from okrsync.mapping.values.conventions import Conventions
from okrsync.mapping.values.typed import is_placeholder, read_date
from okrsync.mapping.words import lookup, normal, roles_of
from okrsync.mapping.words import table as words_of
from okrsync.model.cycles import parse_cycle
from okrsync.model.days import day_of, parse_day_of_year
from okrsync.model.okrs import Cycle
from okrsync.model.period_names import as_thirds, earlier_years
from okrsync.model.table import CellValue, text_of

__all__ = ["Periods"]

_YEARS_MEANT = 3
"""`Dec 28` is a month only if its year is at most so far away; `Dec 31` is a day until 2028."""


_THIRDS = frozenset({"tertial", "tertials", "trimester", "trimesters", "cuatrimestre"})
_THIRDS |= {"quadrimestre", "quadrimestres", "cuatrimestres"}


class Periods:
    """The periods of a sheet. `within` is the cycle that supplies the year for periods typed
    without one, such as `Q3`; `names_year` says that something in the sheet names that year.
    """

    def __init__(
        self,
        sheet: Sheet,
        names: tuple[str, ...],
        conventions: Conventions,
        today: date,
        fiscal_year_start: int,
    ) -> None:
        self.within: Cycle | None = None
        self.names_year = True
        self._sheet, self._names = sheet, names
        self._conventions = conventions
        self._today, self._fiscal_year_start = today, fiscal_year_start
        self._beside = beside_cycle(sheet, names)
        self._cycles: dict[tuple[str, str], Cycle | None] = {}
        self._earlier: dict[str, tuple[Cycle, ...]] = {}

    def read(self, text: str, within: Cycle | None = None) -> Cycle | None:
        """The period that a text names, None if it names none."""
        text = without_pages(text.strip())
        return parse_cycle(
            as_thirds(text) if self._are_thirds else text,
            today=self._today,
            fiscal_year_start=self._fiscal_year_start,
            date_order=self._conventions.date_order,
            within=within or self.within,
        )

    @cached_property
    def _are_thirds(self) -> bool:
        """Whether the column of cycles is one of thirds of a year: there `T3` is no quarter."""
        column = self._sheet.roles.get("cycle", -1)
        name = self._names[column] if 0 <= column < len(self._names) else ""
        return not _THIRDS.isdisjoint(normal(name).split())

    def day(self, text: str, *, is_start: bool) -> date | None:
        """The day that a text without a year names (`31 Dec`), in the year that lies nearest to the
        cycle; the last day of a period, or its first with `is_start`. None where it names neither,
        or where it can be both (`Dec 27` is a day or a month).
        """
        period = self.read(text)
        day = self.day_without_year(text)
        if day is None:
            return None if period is None else period.start if is_start else period.end
        if period is not None:
            years = abs(period.start.year - day.year)
            if years == 0:
                return period.start if is_start else period.end
            return None if years <= _YEARS_MEANT else day
        return day

    def day_without_year(self, text: str) -> date | None:
        """The day that a text without a year names, in the year nearest to the cycle; None where it
        names none.
        """
        parts = parse_day_of_year(text, self._conventions.date_order, in_numbers=True)
        if parts is None:
            return None
        cycle = self.within or Cycle(self._today, self._today, "")
        days = [
            day
            for year in range(cycle.start.year - 1, cycle.end.year + 2)
            if (day := day_of(year, *parts)) is not None
        ]
        return min(days, key=lambda day: max(cycle.start - day, day - cycle.end), default=None)

    def is_in_cycle(self, day: date) -> bool:
        """Whether a day lies in the cycle that supplies the year."""
        return self.within is None or self.within.start <= day <= self.within.end

    def cycle(self, record: Record, value: CellValue) -> Cycle | None:
        """The cycle of a row; None where its cell names no period. A year in a column of its own
        completes the quarter, half or month.
        """
        if value is None:
            return None
        text, beside = text_of(value), ""
        if self._beside is not None and self._is_in_its_row(record):
            beside = text_of(record.row.value(self._beside.column)).strip()
        if (text, beside) not in self._cycles:
            cycle = (
                self.read(self._beside.joined(text, beside))
                if self._beside is not None and beside
                else None
            )
            self._cycles[text, beside] = cycle or self.read(text)
        return self._cycles[text, beside]

    def earlier(self, record: Record, value: CellValue) -> tuple[Cycle, ...]:
        """The cycle of a row in the years before; none where something names its year."""
        if self.within is None or self.names_year or value is None:
            return ()
        if self._beside is not None and self._is_in_its_row(record):
            return ()
        text = text_of(value)
        if text not in self._earlier:
            self._earlier[text] = earlier_years(text, self.read, self.within)
        return self._earlier[text]

    def unread(self, record: Record, value: CellValue) -> str | None:
        """The text of a row that should name a period and cannot be read; None where there is
        none.
        """
        if value is None or isinstance(value, date) or self.cycle(record, value) is not None:
            return None
        text = text_of(value).strip()
        if not text or is_placeholder(text) or lookup("timeless", text) is not None:
            return None
        if read_date(text, self._conventions.date_order or "dmy") is not None:
            return None
        return text if self._are_meant else None

    @staticmethod
    def _is_in_its_row(record: Record) -> bool:
        return not (record.values and "cycle" in record.values)

    @cached_property
    def _are_meant(self) -> bool:
        """Whether the column read as the cycle holds periods: its header says so, or at least one
        of its values is one.
        """
        column = self._sheet.roles.get("cycle")
        if column is None:
            return False
        name = self._names[column] if column < len(self._names) else ""
        if roles_of(name)[:1] == ("cycle",) and normal(name) not in words_of("weak"):
            return True
        return any(self.read(text) is not None for text in {*self._sheet.texts("cycle")} if text)
