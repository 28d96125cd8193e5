"""The cycle of a whole table, and its header read in that cycle.

Columns named `Wk 3`, `Nov` or `5 Oct` mean other days in another cycle. They are read in the cycle
of their table, which may be over, so that the next one moves none of their values.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from okrsync.mapping.file import Mapping_
from okrsync.mapping.header.header import Header, HeaderContext
from okrsync.mapping.header.header_row import find_header
from okrsync.mapping.reading import Reading
from okrsync.mapping.values.typed import is_placeholder
from okrsync.model.cycles import cycle_around, parse_cycle
from okrsync.model.okrs import Cycle
from okrsync.model.period_names import earlier_years, period_in, period_in_heading
from okrsync.model.table import Table, is_blank, text_of

__all__ = ["cycle_of_table", "header_in_its_cycle"]

_A_DAY, _A_WEEK, _YEAR = timedelta(days=1), timedelta(days=7), timedelta(days=366)
_VALUES = frozenset({"current", "progress", "score", "status"})
_FIRST_DAYS, _FAR_AHEAD = timedelta(days=14), timedelta(days=28)
"""In the first two weeks of a cycle, values of a week that would be a month ahead are of the cycle
before.
"""


def cycle_of_table(
    table: Table, header: Header, reading: Reading
) -> tuple[Cycle | None, tuple[Cycle, ...]]:
    """The period of a whole tab, from its name, from a cell above its header, or from the title of
    the place; and the same in the years before, where it names no year. None where nothing names
    one.
    """

    def parse(text: str, within: Cycle) -> Cycle | None:
        return parse_cycle(
            text, today=reading.today, fiscal_year_start=reading.fiscal_year_start, within=within
        )

    def parse_here(text: str) -> Cycle | None:
        return parse(text, reading.cycle)

    named = period_in(table.name, parse_here)
    check_ins = {each.column for each in header.check_ins}
    for row in table.rows:
        if named is not None or header.row is None or row.number >= header.row:
            break
        for column, value in enumerate(row.values):
            text = text_of(value)
            # A month over the columns of its weeks is none of the table.
            is_over = row.number == header.row - 1 and column in check_ins
            if named is None and text and not is_over:
                named = period_in_heading(text, parse_here)
    if named is None and reading.title is not None:
        named = period_in(reading.title, parse_here)
    if named is None:
        return None, ()
    return named[1], earlier_years(named[0].replace("_", " "), parse, reading.cycle)


def header_in_its_cycle(table: Table, mapping: Mapping_, reading: Reading) -> Header:
    """The header of a table, read in the configured cycle, or in the one before that the table or
    what is known of it belongs to.
    """

    def header_in(cycle: Cycle) -> Header:
        context = HeaderContext(
            reading.owned_headers, reading.today, cycle, reading.fiscal_year_start
        )
        return find_header(table, mapping, context)

    header = header_in(reading.cycle)
    if header.cycle is not None or not (header.periods or header.check_ins):
        return header
    named, earlier = cycle_of_table(table, header, reading)
    if named is not None:
        if named.start > reading.today and earlier:
            named = earlier[0]  # `Q4` is that of last year, as long as this year's is to come.
        return header if named.overlaps(reading.cycle) else header_in(named)
    if header.periods:
        earlier_headers = map(header_in, _cycles_before(reading))
        return next((each for each in earlier_headers if _has_more_values(each, header)), header)
    before = _cycle_before(table, header, reading)
    if before is None:
        return header
    earlier_header = header_in(before)
    return header if _goes_on(table, header, earlier_header, reading) else earlier_header


def _has_more_values(earlier: Header, header: Header) -> bool:
    """Whether a header has values in columns of its period that the other has nowhere. Targets of
    earlier years alone are none.
    """
    more = earlier.roles.keys() - header.roles.keys()
    return earlier.cycle is not None and not _VALUES.isdisjoint(more)


def _cycles_before(reading: Reading) -> Iterator[Cycle]:
    """The cycles of the year before the configured one, the latest first."""
    cycle = reading.cycle
    while cycle.start > reading.cycle.start - _YEAR:
        day = cycle.start - _A_DAY
        cycle = cycle_around(day, reading.cycle, reading.fiscal_year_start)
        yield cycle


def _cycle_before(table: Table, header: Header, reading: Reading) -> Cycle | None:
    """The ended cycle in which a table that names none was last known. Of a table that is not known
    yet, the one before a cycle that has just begun, if its weeks would otherwise be ahead. None
    where neither is so.
    """
    known = reading.known_tables().get(table.key)
    if known is not None:
        return known.cycle if known.cycle.end < reading.cycle.start else None
    last = _last_filled(table, header, reading.cycle.end)
    is_new = reading.cycle.start <= reading.today < reading.cycle.start + _FIRST_DAYS
    if not is_new or last is None or last <= reading.today + _FAR_AHEAD:
        return None
    return next(_cycles_before(reading))


def _goes_on(table: Table, header: Header, earlier: Header, reading: Reading) -> bool:
    """Whether a table that was known in an earlier cycle is filled anew: its last value, read in
    that cycle, would be older than the one that is known, and read in the configured one, none is
    of a day to come. It also goes on if it has columns of days that the earlier cycle cannot hold.
    """
    if _dated(earlier) < _dated(header):
        return True
    known = reading.known_tables().get(table.key)
    if known is None or known.checked_in is None:
        return False
    last = _last_filled(table, earlier, reading.today)
    is_older = last is not None and last < known.checked_in
    end = _last_filled(table, header, reading.cycle.end)
    return is_older and end is not None and end < reading.today + _A_WEEK


def _dated(header: Header) -> int:
    return sum(each.end is not None for each in header.check_ins)


def _last_filled(table: Table, header: Header, until: date) -> date | None:
    """The last day, no later than `until`, of the last column of check-ins that any row fills; None
    where none is filled.
    """
    filled = [
        day
        for each in header.check_ins
        if each.role != "target"
        and (day := each.day(until)) is not None
        and any(
            not is_blank(row.value(each.column)) and not is_placeholder(row.value(each.column))
            for row in table.rows
            if header.row is None or row.number > header.row
        )
    ]
    return max(filled, default=None)
