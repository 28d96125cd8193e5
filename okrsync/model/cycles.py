"""Parses periods as people write them into their first and last day.

A fiscal year that starts in January carries the calendar's number. Any other is named after the
calendar year it ends in: with a year that starts in April, `2026-Q1` is April to June 2025. Only a
Japanese `年度` is named after the year it starts in, as it always is.

A period without a year (`Q1`, `W52`, `Nov`) lies in the year of its context: of the cycle of its
tab, else of the config. Without a context (`cycle = "Q1"` in the config) it is the one nearest to
today.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from okrsync.model.days import full_year, parse_date_text
from okrsync.model.errors import ConfigError
from okrsync.model.okrs import Cycle
from okrsync.model.patterns import lazy_pattern
from okrsync.model.period_words import MONTHS, plain

__all__ = [
    "MONTHS",
    "cycle_around",
    "cycle_of_months",
    "names_fiscal_year",
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
_FISCAL_YEAR = lazy_pattern(rf"\b{_FISCAL}(?!\d)")
_SHORT = r"'?(?P<short>\d\d)(?!\d|\s*[-/.]\s*\d)"
_PART = (
    r"(?:(?P<kind>kw|cw|wk|sem|quad|[qthcsw])\s*\.?\s*(?P<number>\d\d?)"
    r"|(?P<number_first>[1-4])\s*(?:o|°)?\s*(?P<kind_after>[qhst])(?![a-z]))"
)
_WHOLE_YEAR = lazy_pattern(
    rf"(?:(?:annual|year|jahr|annee|ano|anno|jaar|год)\s+)?(?:{_YEAR}|{_FISCAL})(?:\s+annual)?\Z"
)
_TWO_YEARS = lazy_pattern(r"(?P<first>20\d\d)\s*[/-]\s*(?P<last>(?:20)?\d\d)\Z")
_PART_FIRST = lazy_pattern(
    rf"{_PART}(?:\s*[-/,.]?\s*(?:de|del|of|in|du|dell?)?\s*'?(?:{_YEAR}|{_FISCAL}|{_SHORT}))?(?P<rest>\b.*)?\Z"
)
_YEAR_FIRST = lazy_pattern(
    rf"(?:{_YEAR}|{_FISCAL}|'?(?P<short>\d\d)(?=['\s]*[a-z]))\s*[-/,.]?\s*{_PART}(?P<rest>\b.*)?\Z"
)
_WORD = r"[^\W\d_]{3,}"
_MONTH_FIRST = lazy_pattern(
    rf"(?P<month>{_WORD})\.?\s*[-/,]?\s*(?:de\s+|del\s+)?(?:{_YEAR}|'?(?P<short>\d\d))\Z"
)
_BARE_MONTH = lazy_pattern(rf"(?P<month>{_WORD})\.?\Z")
_YEAR_MONTH = lazy_pattern(rf"{_YEAR}\s*[-/.]\s*(?P<number>0?[1-9]|1[0-2])\Z")
_MONTH_YEAR = lazy_pattern(rf"(?P<number>0?[1-9]|1[0-2])\s*[/.]\s*{_YEAR}\Z")
_EAST_ASIAN_MONTH = lazy_pattern(rf"{_YEAR}\s*[年년]\s*(?P<number>0?[1-9]|1[0-2])\s*[月월]\Z")
_YEAR_MONTH_NAME = lazy_pattern(rf"{_YEAR}\s*[-/]?\s*(?P<month>{_WORD})\Z")
_MONTH_SPAN = lazy_pattern(
    rf"(?P<first>{_WORD})\.?\s*'?(?P<first_year>(?:20)?\d\d)?(?P<between>(?:\s*[-/,]\s*{_WORD}\.?){{0,10}}?)"
    r"\s*(?:-|/|to|bis|a|au|al|ate|t/m|tot|по)\s*"
    rf"(?P<last>{_WORD})\.?\s*,?\s*(?:de\s+)?(?:{_YEAR}|'?(?P<short>\d\d))?\Z"
)
_PART_SPAN = lazy_pattern(
    r"(?:(?P<lead>(?:19|20)\d\d)\s*[-/]?\s*)?q(?P<first>[1-4])\s*[-+/&]\s*q(?P<last>[1-4])"
    rf"(?:\s*[-/,]?\s*(?:{_YEAR}|{_FISCAL}|'?(?P<short>\d\d)))?\Z"
)
_WEEK_SPAN = lazy_pattern(
    r"(?:kw|cw|wk|w)\s*\.?\s*(?P<first>\d\d?)\s*-\s*(?:kw|cw|wk|w)?\s*\.?\s*(?P<last>\d\d?)"
    rf"(?:\s*[-/,.]\s*|\s+){_YEAR}\Z"
)
_JOINED_DAYS = lazy_pattern(
    r"(?P<first>(?:\d{4}-)?\d{1,2}[./-]\d{1,2}(?:[./]|[./]\d{2,4})?)\s*(?:-|\.{2,3}|…)\s*"
    r"(?P<last>\d{1,4}(?P<sign>[./-])\d{1,2}(?P=sign)\d{1,4})\Z"
)
_DAY_SPAN = lazy_pattern(
    r"(?P<first>\S.*?)\s*(?:-|\bto\b|\bbis\b|\ba\b|\bal\b|\bate\b|\bau\b|\bthrough\b|\bпо\b)\s+(?P<last>\S.*)\Z"
)
_ISO_SPAN = lazy_pattern(r"(?P<first>\d{4}-\d\d-\d\d)/(?P<last>\d{4}-\d\d-\d\d)\Z")
_REST = lazy_pattern(r"\s*[-:,(|/]?\s*[\s\w'.,/\d()-]{0,40}\Z")
_CALENDAR = lazy_pattern(r"\bcy\s*(?='?(?:20)?\d\d\b)")
_LETTERS = {
    **dict.fromkeys(("w", "kw", "cw", "wk", "sem"), "W"),
    **dict.fromkeys(("h", "s"), "H"),
    **dict.fromkeys(("q", "t"), "Q"),
    **dict.fromkeys(("c", "quad"), "C"),
}
# By letter: how many a year has, and of how many months.
_PARTS = {"H": (2, 6), "Q": (4, 3), "C": (3, 4)}
# "Set", "out", "may" and "mar" begin many titles and headers.
_TITLE_WORDS = frozenset({"set", "out", "mag", "mar", "gen", "may", "ago", "dic"})
"""Short names of months that are other words as well, and name no month when they stand alone."""


def names_fiscal_year(text: str) -> bool:
    """Whether a text names a fiscal year: `FY27 Q1`, `Q1 GJ 2027`. What that is depends on the
    month in which the year begins.
    """
    return len(text) <= 80 and _FISCAL_YEAR.search(plain(text)) is not None


def parse_cycle(
    text: str,
    *,
    today: date,
    fiscal_year_start: int = 1,
    date_order: str | None = None,
    within: Cycle | None = None,
) -> Cycle | None:
    """The period that a text names, None if it names none (`Rolling`, a title, a single day).

    It can be a quarter, third, half, week, month or year, fiscal or not, with the year on either
    side, or a span of quarters, months or days. A period without a year lies in the fiscal year in
    which `within` begins, else nearest to `today`. A quarter with its months beside it (`Q1 2026 -
    Jan-Mar`) means these months, whenever the fiscal year starts. `date_order` is the order of days
    in spans; without it, an ambiguous span of days is None.
    `2026-Q4`, `Q4 2026`, `Q1 FY26`, `Apr'26`, `H2 2026`, `2026-10`, `W52`, `IV квартал 2026`,
    `2026年第3季度`, `01/07/2025 - 30/09/2025`.
    """
    # Titles and notes are tried as well: no period is this long, and some patterns backtrack.
    if len(text) > 80:
        return None
    words = plain(text)
    if not words or len(words) > 60:
        return None
    frame = _Frame(today, fiscal_year_start, within)
    if "cy" in words and _CALENDAR.search(words):
        frame, words = _Frame(today, 1, within), _CALENDAR.sub("", words)
    # `年度` is named after the year it starts in; everything below uses the year it ends in.
    if "年度" in text and fiscal_year_start != 1:
        words = re.sub(r"20\d\d", lambda match: str(int(match[0]) + 1), words, count=1)
    match = _PART_SPAN.match(words)
    if match is not None:
        return _quarters(match.groupdict(), frame)
    match = _WEEK_SPAN.match(words)
    if match is not None:
        return _weeks(match.groupdict(), frame)
    match = _TWO_YEARS.match(words)
    if (
        match is not None
        and (full_year(match["last"]) == int(match["first"]) + 1)
        and int(match["last"][-2:]) > 12
    ):
        return frame.part(full_year(match["last"]), 0, 12, f"{full_year(match['last'])}")
    for pattern in (_WHOLE_YEAR, _PART_FIRST, _YEAR_FIRST):
        match = pattern.match(words)
        if match is not None:
            return _part(match.groupdict(), frame)
    return _months(words, frame) or _days(words, date_order)


def resolve_cycle(
    setting: str | tuple[date, date] | Mapping[str, date], today: date, fiscal_year_start: int = 1
) -> Cycle:
    """The configured cycle: `auto` is the quarter that contains `today`, a name is parsed by
    `parse_cycle`, two dates are the first and the last day.

    Raises `ConfigError` if the name is not a period, or the cycle ends before it starts.
    """
    if isinstance(setting, str):
        if setting.strip().lower() == "auto":
            return _quarter_around(today, fiscal_year_start)
        cycle = parse_cycle(setting, today=today, fiscal_year_start=fiscal_year_start)
        if cycle is None:
            raise ConfigError(
                f"cycle: {setting!r} is not a period",
                hint='Write "auto", "2026-Q4", "2026-H2", "2026", or two dates.',
            )
        return cycle
    start, end = (setting["start"], setting["end"]) if isinstance(setting, Mapping) else setting
    if end < start:
        raise ConfigError(
            f"cycle: it ends on {end} and starts on {start}", hint="Swap the two dates."
        )
    return Cycle(start, end, f"{start.isoformat()} to {end.isoformat()}")


def cycle_around(day: date, running: Cycle, fiscal_year_start: int = 1) -> Cycle:
    """The cycle that contains `day`, in the series of cycles to which `running` belongs.

    Cycles of whole months follow each other by months, quarters by the fiscal year, all others by
    days. While the quarter of October is running, 3 September lies in that of July; while six weeks
    from 5 October are running, in the six weeks before.
    """
    if running.start <= day <= running.end:
        return running
    months = _whole_months(running)
    if months == 3 and running == _quarter_around(running.start, fiscal_year_start):
        return _quarter_around(day, fiscal_year_start)
    if months:
        # Floor division also steps back for days before the running cycle.
        apart = (day.year - running.start.year) * 12 + day.month - running.start.month
        start = _add_months(running.start, apart // months * months)
        return cycle_of_months(start, months, _name_of_months(start, months))
    steps = (day - running.start).days // running.days
    start = running.start + timedelta(days=steps * running.days)
    end = start + timedelta(days=running.days - 1)
    return Cycle(start, end, f"{start.isoformat()} to {end.isoformat()}")


def _whole_months(cycle: Cycle) -> int:
    """The length of a cycle in months; 0 if it is not made of whole months."""
    after = cycle.end + timedelta(days=1)
    if cycle.start.day != 1 or after.day != 1:
        return 0
    return (after.year - cycle.start.year) * 12 + after.month - cycle.start.month


def _name_of_months(start: date, months: int) -> str:
    if months == 12 and start.month == 1:
        return str(start.year)
    if months == 6 and start.month in (1, 7):
        return f"{start.year}-H{1 + (start.month > 6)}"
    if months == 4 and start.month in (1, 5, 9):
        return f"{start.year}-C{1 + start.month // 4}"
    if months == 1:
        return f"{start.year}-{start.month:02}"
    end = _add_months(start, months) - timedelta(days=1)
    return f"{start.isoformat()} to {end.isoformat()}"


def cycle_of_months(start: date, months: int, name: str) -> Cycle:
    """The cycle of `months` whole months from the first day of a month."""
    return Cycle(start, _add_months(start, months) - timedelta(days=1), name)


def order_in_span(texts: Iterable[str]) -> str | None:
    """The order of day and month, as shown by a number above 12 in a span of days (`01/07/2025 -
    30/09/2025` is `dmy`); None if no number settles it.
    """
    for text in texts:
        for match in re.finditer(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d\d)(?!\d)", text):
            first, second = int(match[1]), int(match[2])
            if 12 < first <= 31 and second <= 12:
                return "dmy"
            if 12 < second <= 31 and first <= 12:
                return "mdy"
    return None


class _Frame:
    """The context of a period without a year: the fiscal year of a cycle, or the days around
    today.
    """

    def __init__(self, today: date, start_month: int, within: Cycle | None) -> None:
        self.today = today
        self.start_month = start_month
        self.year = None if within is None else _fiscal_year(within.start, start_month)

    def part(self, year: int, first_month: int, months: int, name: str) -> Cycle:
        """The part of a fiscal year that begins after `first_month` months."""
        # FY26 of a year that starts in April begins in April 2025.
        begins = date(year if self.start_month == 1 else year - 1, self.start_month, 1)
        return cycle_of_months(_add_months(begins, first_month), months, name)

    def numbered(self, letter: str, number: int, year: int | None) -> Cycle | None:
        """The quarter, third or half with this number; None if a year has fewer."""
        most, months = _PARTS[letter]
        if not 1 <= number <= most:
            return None
        return self._nearest(
            self.part(
                candidate_year, (number - 1) * months, months, f"{candidate_year}-{letter}{number}"
            )
            for candidate_year in self._years(year)
        )

    def month(self, number: int, year: int | None) -> Cycle | None:
        """The month of a calendar year, or of the fiscal year of the context."""
        if year is None and self.year is not None:
            begins = self.part(self.year, 0, 12, "").start
            year = begins.year + (number < begins.month)
        return self._nearest(
            cycle_of_months(date(candidate_year, number, 1), 1, f"{candidate_year}-{number:02}")
            for candidate_year in self._years(year)
        )

    def week(self, number: int, year: int | None) -> Cycle | None:
        """The week with this ISO 8601 number; None if no year in question has it."""
        weeks = []
        for candidate_year in self._years(year):
            try:
                monday = date.fromisocalendar(candidate_year, number, 1)
            except ValueError:  # Only some years have a week 53.
                continue
            weeks.append(
                Cycle(monday, monday + timedelta(days=6), f"{candidate_year}-W{number:02}")
            )
        return self._nearest(weeks)

    def _years(self, year: int | None) -> tuple[int, ...]:
        if year is not None or self.year is not None:
            return (year if year is not None else self.year or 0,)
        # A fiscal year may carry the number of the next calendar year.
        return tuple(range(self.today.year - 1, self.today.year + 3))

    def _nearest(self, cycles: Iterable[Cycle]) -> Cycle | None:
        return min(
            cycles,
            key=lambda cycle: max(
                (cycle.start - self.today).days, (self.today - cycle.end).days, 0
            ),
            default=None,
        )


def _part(groups: dict[str, str | None], frame: _Frame) -> Cycle | None:
    rest = (groups.get("rest") or "").strip()
    if rest and (_REST.match(rest) is None or not _only_months(rest)):
        return None
    word = groups.get("kind") or groups.get("kind_after") or ""
    number = int(groups.get("number") or groups.get("number_first") or 0)
    if _is_broken_year(groups):
        return None
    year = _named_year(groups)
    if not word:
        return frame.part(year, 0, 12, f"{year}") if year is not None else None
    if year is None and groups.get("kind_after") in ("s", "t"):
        return None  # `2 s` and `3 t` alone are as likely seconds and tonnes.
    if year is None and word == "c":
        return None  # `C1` alone is as likely the name of a company or a sheet.
    letter = _LETTERS[word]
    years_behind = _years_in(rest)
    if year is None and years_behind:
        year = years_behind[-1]
    elif groups.get("short") and years_behind not in ((), (year,)):
        return None  # `W45-50 2026` is no week of 2050.
    if letter == "W":
        return frame.week(number, year)
    cycle = frame.numbered(letter, number, year)
    named_months = [MONTHS[month] for month in re.findall(r"[^\W\d_]+", rest)]
    if cycle is not None and named_months and _named_year(groups) is None and year is not None:
        # A year beside months is the calendar's: `Q1 (Apr-Jun 2025)`.
        following = frame.numbered(letter, number, year + 1)
        return next(
            (
                each
                for each in (
                    cycle,
                    following,
                    _Frame(frame.today, 1, cycle).numbered(letter, number, year),
                )
                if each is not None
                and each.start.month == named_months[0]
                and year in (each.start.year, each.end.year)
            ),
            None,
        )
    if cycle is not None and named_months and cycle.start.month != named_months[0]:
        plain_year = _Frame(frame.today, 1, cycle).numbered(letter, number, year)
        return (
            plain_year
            if plain_year is not None and plain_year.start.month == named_months[0]
            else cycle
        )
    return cycle


def _quarters(groups: dict[str, str | None], frame: _Frame) -> Cycle | None:
    """A span of quarters of one year, `Q1-Q2 2026`."""
    first, last = int(groups["first"] or 0), int(groups["last"] or 0)
    year = int(groups["lead"]) if groups["lead"] else _named_year(groups)
    begin = frame.numbered("Q", first, year) if first < last else None
    return (
        None
        if begin is None
        else cycle_of_months(begin.start, 3 * (last - first + 1), f"{begin.name} to Q{last}")
    )


def _years_in(rest: str) -> tuple[int, ...]:
    """The years in the text behind a quarter: ` (Oct-Dec) 2026`, ` (Oct-Dec '26)`."""
    numbers = re.findall(r"\d+", rest)
    if re.search(r"'\d\d\b", rest) or (len(numbers) == 1 and len(numbers[0]) == 2):
        return (full_year(numbers[-1]),)
    return tuple(int(number) for number in numbers if re.fullmatch(r"(?:19|20)\d\d", number))


def _is_broken_year(groups: dict[str, str | None]) -> bool:
    """Whether a year is written as two that do not follow each other: `FY26/28`."""
    first, last = groups.get("fiscal"), groups.get("fiscal_end")
    return bool(first and last) and full_year(last or "") != full_year(first or "") + 1


def _weeks(groups: dict[str, str | None], frame: _Frame) -> Cycle | None:
    """A span of weeks of one year, `W45-W50 2026`."""
    first, last, year = (int(groups[name] or 0) for name in ("first", "last", "year"))
    begins, ends = frame.week(first, year), frame.week(last, year)
    if begins is None or ends is None or first >= last:
        return None
    return Cycle(begins.start, ends.end, f"{begins.name} to W{last:02}")


def _only_months(rest: str) -> bool:
    """Whether the text behind a quarter consists only of months or numbers (` - Jul - Sep`)."""
    return all(word in MONTHS for word in re.findall(r"[^\W\d_]+", rest))


def _named_year(groups: dict[str, str | None]) -> int | None:
    if groups.get("year"):
        return int(groups["year"] or 0)
    short = groups.get("fiscal_end") or groups.get("fiscal") or groups.get("short")
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
        match = pattern.match(words)
        if match is None:
            continue
        parts = match.groupdict()
        if pattern is _BARE_MONTH and parts["month"] in _TITLE_WORDS:
            return None
        number = (
            int(parts["number"]) if parts.get("number") else MONTHS.get(parts.get("month") or "")
        )
        if number is not None:
            return frame.month(number, _named_year(parts))
    match = _MONTH_SPAN.match(words)
    if match is None or match["first"] not in MONTHS or match["last"] not in MONTHS:
        return None
    first, last = MONTHS[match["first"]], MONTHS[match["last"]]
    ends = frame.month(last, _named_year(match.groupdict()))
    assert ends is not None
    year = ends.start.year
    between = [MONTHS.get(month) for month in re.findall(r"[^\W\d_]+", match["between"] or "")]
    if between != [(first + step) % 12 + 1 for step in range(len(between))]:
        return None
    if between and (last - first) % 12 != len(between) + 1:
        return None
    first_year = full_year(match["first_year"]) if match["first_year"] else year - (first > last)
    months = (year - first_year) * 12 + last - first + 1
    # More than three years are a mistyped year, or a text that only looks like a span.
    if not 1 <= months <= 36:
        return None
    return cycle_of_months(
        date(first_year, first, 1), months, f"{first_year}-{first:02} to {year}-{last:02}"
    )


def _days(words: str, date_order: str | None) -> Cycle | None:
    match = _ISO_SPAN.match(words) or _DAY_SPAN.match(words) or _JOINED_DAYS.match(words)
    if match is None:
        return None
    order = order_in_span((words,)) or date_order
    end = parse_date_text(match["last"], order)
    start = parse_date_text(match["first"], order)
    if start is None and end is not None:
        start = parse_date_text(f"{match['first'].rstrip(',')} {end.year}", order)
        start = start or parse_date_text(f"{match['first'].rstrip(',./')}.{end.year}", order)
    if start is None or end is None or end < start:
        return None
    return Cycle(start, end, f"{start.isoformat()} to {end.isoformat()}")


def _fiscal_year(day: date, start_month: int) -> int:
    """The number of the fiscal year that contains a day."""
    return day.year if start_month == 1 or day.month < start_month else day.year + 1


def _quarter_around(today: date, start_month: int) -> Cycle:
    number = (today.month - start_month) % 12 // 3 + 1
    cycle = _Frame(today, start_month, None).numbered("Q", number, _fiscal_year(today, start_month))
    assert cycle is not None
    return cycle


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)
