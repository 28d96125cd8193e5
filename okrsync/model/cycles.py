"""Periods as people write them, and the days they stand for.

A fiscal year that starts in January carries the calendar's number. Any other is named after the
calendar year it ends in: with a year that starts in April, `2026-Q1` is April to June 2025. Only a
Japanese `年度` is named after the year it starts in, as it always is.

A period without a year (`Q1`, `W52`, `Nov`) lies in the year of what stands around it: of the cycle
its tab, or else the config, is for. Where nothing stands around it (`cycle = "Q1"` in the config),
it is the one nearest to today.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from okrsync.model.days import full_year, parse_date_text
from okrsync.model.errors import ConfigError
from okrsync.model.okrs import Cycle
from okrsync.model.period_words import MONTHS, plain

__all__ = [
    "MONTHS",
    "cycle_around",
    "cycle_of_months",
    "order_in_span",
    "parse_cycle",
    "resolve_cycle",
]

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_FISCAL = (
    r"(?:fy|fiscal(?:"
    r" year)?|gj|geschaftsjahr|ej|exercice|ejercicio|boekjaar|ay)\s*'?(?P<fiscal>(?:20)?\d\d)"
    r"(?:\s*[/-]\s*'?(?P<fiscal_end>(?:20)?\d\d)(?!\d))?"
)
_SHORT = r"'?(?P<short>\d\d)(?!\d|\s*[-/.]\s*\d)"
_PART = (
    r"(?:(?P<kind>kw|cw|wk|sem|[qthcsw])\s*\.?\s*(?P<number>\d\d?)"
    r"|(?P<number_first>[1-4])\s*(?:o|°)?\s*(?P<kind_after>[qhst])(?![a-z]))"
)
_WHOLE_YEAR = re.compile(
    rf"(?:(?:annual|year|jahr|annee|ano|anno|jaar|год)\s+)?(?:{_YEAR}|{_FISCAL})(?:\s+annual)?\Z"
)
_TWO_YEARS = re.compile(r"(?P<first>20\d\d)\s*[/-]\s*(?P<last>(?:20)?\d\d)\Z")
_PART_FIRST = re.compile(
    rf"{_PART}(?:\s*[-/,.]?\s*(?:de|del|of|in|du|dell?)?\s*'?(?:{_YEAR}|{_FISCAL}|{_SHORT}))?(?P<rest>\b.*)?\Z"
)
_YEAR_FIRST = re.compile(
    rf"(?:{_YEAR}|{_FISCAL}|'?(?P<short>\d\d)(?=['\s]*[a-z]))\s*[-/,.]?\s*{_PART}(?P<rest>\b.*)?\Z"
)
_WORD = r"[^\W\d_]{3,}"
_MONTH_FIRST = re.compile(
    rf"(?P<month>{_WORD})\.?\s*[-/,]?\s*(?:de\s+|del\s+)?(?:{_YEAR}|'?(?P<short>\d\d))\Z"
)
_BARE_MONTH = re.compile(rf"(?P<month>{_WORD})\.?\Z")
_YEAR_MONTH = re.compile(rf"{_YEAR}\s*[-/.]\s*(?P<number>0?[1-9]|1[0-2])\Z")
_MONTH_YEAR = re.compile(rf"(?P<number>0?[1-9]|1[0-2])\s*[/.]\s*{_YEAR}\Z")
_EAST_ASIAN_MONTH = re.compile(rf"{_YEAR}\s*[年년]\s*(?P<number>0?[1-9]|1[0-2])\s*[月월]\Z")
_YEAR_MONTH_NAME = re.compile(rf"{_YEAR}\s*[-/]?\s*(?P<month>{_WORD})\Z")
_MONTH_SPAN = re.compile(
    rf"(?P<first>{_WORD})\.?\s*'?(?P<first_year>(?:20)?\d\d)?\s*(?:-|to|bis|a|au|al|ate|t/m|tot|по)\s*"
    rf"(?P<last>{_WORD})\.?\s*,?\s*(?:de\s+)?(?:{_YEAR}|'?(?P<short>\d\d))?\Z"
)
_PART_SPAN = re.compile(
    r"(?:(?P<lead>(?:19|20)\d\d)\s*[-/]?\s*)?q(?P<first>[1-4])\s*[-+/&]\s*q(?P<last>[1-4])"
    rf"(?:\s*[-/,]?\s*(?:{_YEAR}|{_FISCAL}|'?(?P<short>\d\d)))?\Z"
)
_DAY_SPAN = re.compile(
    r"(?P<first>\S.*?)\s*(?:-|\bto\b|\bbis\b|\ba\b|\bal\b|\bate\b|\bau\b|\bthrough\b|\bпо\b)\s+(?P<last>\S.*)\Z"
)
_ISO_SPAN = re.compile(r"(?P<first>\d{4}-\d\d-\d\d)/(?P<last>\d{4}-\d\d-\d\d)\Z")
_REST = re.compile(r"\s*[-:,(|/]?\s*[\s\w'.\d()-]{0,40}\Z")
_LETTERS = {
    **dict.fromkeys(("w", "kw", "cw", "wk", "sem"), "W"),
    **dict.fromkeys(("h", "s"), "H"),
    **dict.fromkeys(("q", "t"), "Q"),
    "c": "C",
}
_PARTS = {"H": (2, 6), "Q": (4, 3), "C": (3, 4)}
_TITLE_WORDS = frozenset({"set", "out", "mag", "mar", "gen", "may", "ago", "dic"})
"""Short names of months that are other words as well, and name no month when they stand alone."""


def parse_cycle(
    text: str,
    *,
    today: date,
    fiscal_year_start: int = 1,
    date_order: str | None = None,
    within: Cycle | None = None,
) -> Cycle | None:
    """The period a text names, or None where it names none (`Rolling`, a title, a single day).

    Understood are quarters, thirds, halves, weeks, months and years, fiscal or not, with the year
    on either side, and spans of quarters, months and days. One without a year lies in the fiscal
    year that `within` begins in, or else nearest to `today`. A quarter that names its months beside
    it (`Q1 2026 - Jan-Mar`) means those, whenever the fiscal year starts. `date_order` says how
    days are written in spans; a span of days that can be read in two ways without it is None.
    `2026-Q4`, `Q4 2026`, `Q1 FY26`, `Apr'26`, `H2 2026`, `2026-10`, `W52`, `IV квартал 2026`,
    `2026年第3季度`, `01/07/2025 - 30/09/2025`.
    """
    if len(text) > 80:
        return None
    words = plain(text)
    if not words or len(words) > 60:
        return None
    frame = _Frame(today, fiscal_year_start, within)
    if "年度" in text and fiscal_year_start != 1:
        words = re.sub(r"20\d\d", lambda found: str(int(found[0]) + 1), words, count=1)
    found = _PART_SPAN.match(words)
    if found is not None:
        return _quarters(found.groupdict(), frame)
    found = _TWO_YEARS.match(words)
    if (
        found is not None
        and (full_year(found["last"]) == int(found["first"]) + 1)
        and int(found["last"][-2:]) > 12
    ):
        return frame.part(full_year(found["last"]), 0, 12, f"{full_year(found['last'])}")
    for pattern in (_WHOLE_YEAR, _PART_FIRST, _YEAR_FIRST):
        found = pattern.match(words)
        if found is not None:
            return _part(found.groupdict(), frame)
    return _months(words, frame) or _days(words, date_order)


def resolve_cycle(
    setting: str | tuple[date, date] | Mapping[str, date], today: date, fiscal_year_start: int = 1
) -> Cycle:
    """The configured cycle: `auto` is the quarter `today` falls in, a name is read as `parse_cycle`
    does, two dates stand for themselves.

    Raises `ConfigError` when the name is no period or the dates are the wrong way round.
    """
    if isinstance(setting, str):
        if setting.strip().lower() == "auto":
            return _quarter_around(today, fiscal_year_start)
        found = parse_cycle(setting, today=today, fiscal_year_start=fiscal_year_start)
        if found is None:
            raise ConfigError(
                f"cycle: {setting!r} is no period",
                hint='Write "auto", "2026-Q4", "2026-H2", "2026", or two dates.',
            )
        return found
    start, end = (setting["start"], setting["end"]) if isinstance(setting, Mapping) else setting
    if end < start:
        raise ConfigError(
            f"cycle: it ends on {end} and starts on {start}", hint="Swap the two dates."
        )
    return Cycle(start, end, f"{start.isoformat()} to {end.isoformat()}")


def cycle_around(day: date, running: Cycle, fiscal_year_start: int = 1) -> Cycle:
    """The cycle a day falls in, where `running` is one of them: cycles of whole months follow one
    another by months, quarters by the fiscal year, any other by days. With the quarter of October
    running, 3 September falls in that of July; with six weeks from 5 October, in the six before.
    """
    if running.start <= day <= running.end:
        return running
    months = _whole_months(running)
    if months == 3 and running == _quarter_around(running.start, fiscal_year_start):
        return _quarter_around(day, fiscal_year_start)
    if months:
        apart = (day.year - running.start.year) * 12 + day.month - running.start.month
        start = _add_months(running.start, apart // months * months)
        return cycle_of_months(start, months, _name_of_months(start, months))
    steps = (day - running.start).days // running.days
    start = running.start + timedelta(days=steps * running.days)
    end = start + timedelta(days=running.days - 1)
    return Cycle(start, end, f"{start.isoformat()} to {end.isoformat()}")


def _whole_months(cycle: Cycle) -> int:
    """How many whole months a cycle takes; 0 where it is none of whole months."""
    after = cycle.end + timedelta(days=1)
    if cycle.start.day != 1 or after.day != 1:
        return 0
    return (after.year - cycle.start.year) * 12 + after.month - cycle.start.month


def _name_of_months(start: date, months: int) -> str:
    if months == 12 and start.month == 1:
        return str(start.year)
    if months == 6 and start.month in (1, 7):
        return f"{start.year}-H{1 + (start.month > 6)}"
    if months == 1:
        return f"{start.year}-{start.month:02}"
    end = _add_months(start, months) - timedelta(days=1)
    return f"{start.isoformat()} to {end.isoformat()}"


def cycle_of_months(start: date, months: int, name: str) -> Cycle:
    """The cycle of so many whole months from the first day of a month."""
    return Cycle(start, _add_months(start, months) - timedelta(days=1), name)


def order_in_span(texts: Iterable[str]) -> str | None:
    """The order of day and month that a span of days shows by a number above 12 (`01/07/2025 -
    30/09/2025` is `dmy`); None where none does.
    """
    for text in texts:
        for found in re.finditer(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d\d)(?!\d)", text):
            first, second = int(found[1]), int(found[2])
            if 12 < first <= 31 and second <= 12:
                return "dmy"
            if 12 < second <= 31 and first <= 12:
                return "mdy"
    return None


class _Frame:
    """What a period without a year lies in: the fiscal year of a cycle, or the days around
    today.
    """

    def __init__(self, today: date, start_month: int, within: Cycle | None) -> None:
        self.today = today
        self.start_month = start_month
        self.year = None if within is None else _fiscal_year(within.start, start_month)

    def part(self, year: int, first_month: int, months: int, name: str) -> Cycle:
        """So many months of a fiscal year."""
        begins = date(year if self.start_month == 1 else year - 1, self.start_month, 1)
        return cycle_of_months(_add_months(begins, first_month), months, name)

    def numbered(self, letter: str, number: int, year: int | None) -> Cycle | None:
        """The quarter, third or half with this number, of a year or of the year of the frame."""
        most, months = _PARTS[letter]
        if not 1 <= number <= most:
            return None
        return self._nearest(
            self.part(one, (number - 1) * months, months, f"{one}-{letter}{number}")
            for one in self._years(year)
        )

    def month(self, number: int, year: int | None) -> Cycle | None:
        """A month of a calendar year, or of the fiscal year of the frame."""
        if year is None and self.year is not None:
            begins = self.part(self.year, 0, 12, "").start
            year = begins.year + (number < begins.month)
        return self._nearest(
            cycle_of_months(date(one, number, 1), 1, f"{one}-{number:02}")
            for one in self._years(year)
        )

    def week(self, number: int, year: int | None) -> Cycle | None:
        """A week as ISO 8601 numbers them."""
        found = []
        for one in self._years(year):
            try:
                monday = date.fromisocalendar(one, number, 1)
            except ValueError:
                continue
            found.append(Cycle(monday, monday + timedelta(days=6), f"{one}-W{number:02}"))
        return self._nearest(found)

    def _years(self, year: int | None) -> tuple[int, ...]:
        if year is not None or self.year is not None:
            return (year if year is not None else self.year or 0,)
        return tuple(range(self.today.year - 1, self.today.year + 3))

    def _nearest(self, cycles: Iterable[Cycle]) -> Cycle | None:
        return min(
            cycles,
            key=lambda one: max((one.start - self.today).days, (self.today - one.end).days, 0),
            default=None,
        )


def _part(found: dict[str, str | None], frame: _Frame) -> Cycle | None:
    rest = (found.get("rest") or "").strip()
    if rest and (_REST.match(rest) is None or not _only_months(rest)):
        return None
    word = found.get("kind") or found.get("kind_after") or ""
    number = int(found.get("number") or found.get("number_first") or 0)
    year = _named_year(found)
    if not word:
        return frame.part(year, 0, 12, f"{year}") if year is not None else None
    if year is None and found.get("kind_after") in ("s", "t"):
        return None  # `2 s` and `3 t` alone are as likely seconds and tonnes.
    letter = _LETTERS[word]
    if letter == "W":
        return frame.week(number, year)
    cycle = frame.numbered(letter, number, year)
    named = [MONTHS[month] for month in re.findall(r"[^\W\d_]+", rest)]
    if cycle is not None and named and cycle.start.month != named[0]:
        plain_year = _Frame(frame.today, 1, cycle).numbered(letter, number, year)
        return (
            plain_year if plain_year is not None and plain_year.start.month == named[0] else cycle
        )
    return cycle


def _quarters(found: dict[str, str | None], frame: _Frame) -> Cycle | None:
    """A span of quarters of one year, `Q1-Q2 2026`."""
    first, last = int(found["first"] or 0), int(found["last"] or 0)
    year = int(found["lead"]) if found["lead"] else _named_year(found)
    begin = frame.numbered("Q", first, year) if first < last else None
    return (
        None
        if begin is None
        else cycle_of_months(begin.start, 3 * (last - first + 1), f"{begin.name} to Q{last}")
    )


def _only_months(rest: str) -> bool:
    """Whether what follows a quarter only repeats its months or numbers (` - Jul - Sep`), so that
    it is no other text.
    """
    return all(word in MONTHS for word in re.findall(r"[^\W\d_]+", rest))


def _named_year(found: dict[str, str | None]) -> int | None:
    if found.get("year"):
        return int(found["year"] or 0)
    short = found.get("fiscal_end") or found.get("fiscal") or found.get("short")
    return None if short is None else full_year(short)


def _months(words: str, frame: _Frame) -> Cycle | None:
    for pattern in (
        _YEAR_MONTH,
        _MONTH_YEAR,
        _MONTH_FIRST,
        _YEAR_MONTH_NAME,
        _EAST_ASIAN_MONTH,
        _BARE_MONTH,
    ):
        found = pattern.match(words)
        if found is None:
            continue
        parts = found.groupdict()
        if pattern is _BARE_MONTH and parts["month"] in _TITLE_WORDS:
            return None
        number = (
            int(parts["number"]) if parts.get("number") else MONTHS.get(parts.get("month") or "")
        )
        if number is not None:
            return frame.month(number, _named_year(parts))
    found = _MONTH_SPAN.match(words)
    if found is None or found["first"] not in MONTHS or found["last"] not in MONTHS:
        return None
    first, last = MONTHS[found["first"]], MONTHS[found["last"]]
    ends = frame.month(last, _named_year(found.groupdict()))
    assert ends is not None
    year = ends.start.year
    first_year = full_year(found["first_year"]) if found["first_year"] else year - (first > last)
    months = (year - first_year) * 12 + last - first + 1
    if not 1 <= months <= 36:
        return None
    return cycle_of_months(
        date(first_year, first, 1), months, f"{first_year}-{first:02} to {year}-{last:02}"
    )


def _days(words: str, date_order: str | None) -> Cycle | None:
    found = _ISO_SPAN.match(words) or _DAY_SPAN.match(words)
    if found is None:
        return None
    order = date_order or order_in_span((words,))
    end = parse_date_text(found["last"], order)
    start = parse_date_text(found["first"], order)
    if start is None and end is not None:
        start = parse_date_text(f"{found['first'].rstrip(',')} {end.year}", order)
    if start is None or end is None or end < start:
        return None
    return Cycle(start, end, f"{start.isoformat()} to {end.isoformat()}")


def _fiscal_year(day: date, start_month: int) -> int:
    """The number of the fiscal year a day lies in."""
    return day.year if start_month == 1 or day.month < start_month else day.year + 1


def _quarter_around(today: date, start_month: int) -> Cycle:
    number = (today.month - start_month) % 12 // 3 + 1
    cycle = _Frame(today, start_month, None).numbered("Q", number, _fiscal_year(today, start_month))
    assert cycle is not None
    return cycle


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)
