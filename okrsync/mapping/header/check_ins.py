"""Recognises columns of check-ins: one per week (`W44`, `KW 41`, `Semaine 44`), per day
(`2026-10-05`, `5 Oct`) or per check-in (`Check-in 1`). The last filled one is the row's value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache

from msgspec.structs import replace

from okrsync.mapping.header.content import Content, Contents
from okrsync.mapping.sheet import CheckInColumn
from okrsync.mapping.words import lookup, normal, roles_of, table
from okrsync.model.days import full_year, parse_date_text
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle
from okrsync.model.patterns import lazy_pattern
from okrsync.model.period_words import MONTHS

__all__ = ["InWords", "check_in_columns", "days_in_words", "names_check_in"]

_ROLES = ("current", "target", "progress", "score", "status", "confidence")
# A single column named after a day is more often a due date than a check-in.
_LEAST = 2
_A_DAY, _A_WEEK = timedelta(days=1), timedelta(days=7)
_HALVES = 2
_LINKING = lazy_pattern(
    r"\b(?:by|for|at|on|end of|until|till|bis|zum|fur|ende|au|pour|fin|al|para|ate|per|entro|op"
    r"|voor|до|на|к)\b"
)
"""Words between a target and its day: `Target by 31 Oct`."""
_OF_A_WEEK = lazy_pattern(
    r"\b(?:week (?:of|from|starting|beginning|commencing)|w/?c|wb|woche (?:vom|ab)|semaine du"
    r"|semana (?:del?|do)|settimana del|week van|неделя с)(?=\W|$)"
)
"""Words before the first day of a week: `Week of 5 Oct`."""
_WEEKDAY = lazy_pattern(
    r"\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|rsday|sday|urday)?\b"
    r"|\b(?:mo|di|mi|do|fr|sa|so)\b|\b(?:mon|diens|donners|frei|sams|sonn)tag\b|\bmittwoch\b"
    r"|\b(?:lun|mar|mer|jeu|ven|sam|dim)(?:di|credi|dredi|edi|anche)?\b"
    r"|\b(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo|seg|ter|qua|qui|sex)\b"
    r"|\b(?:lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica)\b"
    r"|\b(?:week ending|w/?e|as of|as at|woche bis|den|le|el|il)(?=\W|$)|[月火水木金土日]曜日?"
)
"""Words beside a day that say nothing more: `Mon 5 Oct`, `Week ending 9 Oct`."""
_OF_A_QUARTER = 14
"""The highest week number that can count from the start of a cycle: a quarter touches at most 14
weeks.
"""


class _Name(Frozen, frozen=True):
    """The parts of a column's name: its style (week, day, month or check-in), its number or day,
    and the other words.
    """

    style: str
    number: int
    day: date | None
    rest: str
    pair: tuple[int, int] | None = None
    """Two numbers that are a day and a month."""
    is_sure: bool = False
    """Whether the first number is certainly the day: the month is a word, or a dot follows."""
    year: int | None = None
    days_before: int = 0
    """How many days before its own it is for as well: 6 in `9-15 Nov`."""
    is_monday: bool = False
    """Whether a number of its week stands beside the day: `Week 46 (9 Nov)`."""

    @property
    def begins_week(self) -> bool:
        """Whether its day means the week that begins with it: `Week of 5 Oct`."""
        return self.is_monday or _OF_A_WEEK.search(self.rest) is not None


def names_check_in(name: str) -> bool:
    """Whether a column's name is that of a week, a day or a check-in."""
    return len(name) <= 40 and any(map(str.isdigit, name)) and _named(name) is not None


def check_in_columns(
    names: Mapping[int, str],
    contents: Contents,
    cycle: Cycle,
    order: str | None,
    *,
    percent: bool,
    has_order: bool = True,
) -> tuple[CheckInColumn, ...]:
    """The columns of check-ins among those without another role, in the order of their days and
    numbers; empty where there are fewer than two.

    `percent` says that the target is a percent, so percents are values, not progress. Without an
    order of columns (`has_order`) nobody can say which of several days without a date is the last:
    such columns are none.
    """
    named_columns = {
        column: named
        for column, name in names.items()
        if len(name) <= 40 and any(map(str.isdigit, name)) and (named := _named(name)) is not None
    }
    columns: list[CheckInColumn] = []
    for style in ("day", "week", "month", "check-in"):
        alike = {column: named for column, named in named_columns.items() if named.style == style}
        spans = _spans(style, alike, cycle, order, has_order=has_order)
        for column, named in alike.items():
            role = _role(named, contents.of(column), percent=percent)
            is_placed = column in spans or style != "day" or has_order
            if role is not None and is_placed:
                columns.append(CheckInColumn(column, role, *spans.get(column, (None, None))))
    counts = {role: sum(each.role == role for each in columns) for role in _ROLES}
    kept = [each for each in columns if counts[each.role] >= _LEAST]
    kept.sort(
        key=lambda each: (each.end or date.min, named_columns[each.column].number, each.column)
    )
    return tuple(kept)


class InWords(Frozen, frozen=True):
    """When check-ins were, as their rows say it: the style of the words (week, day, month or
    check-in), and the number in each, None where a row says none.
    """

    style: str
    numbers: tuple[int | None, ...]
    named: tuple[_Name | None, ...]

    def days(self, cycle: Cycle, order: str | None) -> tuple[date | None, ...]:
        """The last day of each row's week or month; None where no day can be had."""
        by_row = {row: name for row, name in enumerate(self.named) if name is not None}
        spans = _spans(self.style, by_row, cycle, order)
        return tuple(spans[row][1] if row in spans else None for row in range(len(self.named)))


def days_in_words(texts: Sequence[str], header: str) -> InWords | None:
    """When check-ins were, where a column says it in weeks, months or numbers (`KW 44`, `Oct`; or
    `44` under `Week`); None where most of it says nothing of the kind.
    """
    style = lookup("check_in_columns", re.sub(r"\b(?:no|nr|number|nummer|#)\b", " ", header))
    named: list[_Name | None] = []
    for text in texts:
        month = MONTHS.get(normal(text))
        if month is not None:
            named.append(_Name("month name", month, None, ""))
        elif text.strip().isdecimal() and len(text.strip()) < 3:
            number_style = {"week": "week", "month": "month"}.get(style or "", "check-in")
            named.append(_Name(number_style, int(text), None, ""))
        else:
            named.append(_named(text) if len(text) <= 40 and text.strip() else None)
    styles = [name.style for name in named if name is not None]
    filled = sum(bool(text.strip()) for text in texts)
    if not styles or len(styles) * 2 <= filled:
        return None
    main = max(set(styles), key=styles.count)
    kept = tuple(name if name is not None and name.style == main else None for name in named)
    return InWords(main, tuple(None if name is None else name.number for name in kept), kept)


def _role(named: _Name, content: Content, *, percent: bool) -> str | None:
    """The role of a column of check-ins: from the words in its name, or from its content."""
    rest = named.rest
    if named.style == "day":
        rest = _WEEKDAY.sub(" ", _OF_A_WEEK.sub(" ", rest)).strip()
    rest = _LINKING.sub(" ", rest).strip() or rest
    stated_roles = [role for role in roles_of(rest) if role in _ROLES]
    if stated_roles or (rest and lookup("check_in_columns", rest) != "check_in"):
        if not stated_roles and normal(rest) in table("aimed") and content.are_numbers:
            return "target"
        return stated_roles[0] if stated_roles else None
    if not content.filled:
        return "current"
    if content.filled > 1 and all(map(_OF_TEN.fullmatch, content.different)):
        return "confidence"
    if content.are_numbers:
        return "progress" if content.percents * 2 > content.numbers and not percent else "current"
    words = sum(lookup("statuses", text) is not None for text in content.different)
    return "status" if words * 2 > len(content.different) else None


_OF_TEN = lazy_pattern(r"\s*(?:\d(?:[.,]\d)?|10)\s*/\s*10\s*")
"""`7/10` for one key result after the other is how confident people are, and no part of ten."""


@lru_cache(maxsize=2048)
def _named(name: str) -> _Name | None:
    text = " ".join(normal_with_signs(_LONG_DASH.sub(" - ", name)).split())
    days = _named_days(text)
    if days is not None:
        return days
    named = _named_text(text)
    if named is None or named.style != "day" or not named.rest:
        return named
    beside = _named_text(named.rest)
    is_week = beside is not None and beside.style == "week" and not beside.rest
    return replace(named, rest="", is_monday=True) if is_week else named


def _named_days(text: str) -> _Name | None:
    """The last of the days from the first to the last that a name tells: `9-15 Nov`, `Nov 9 - Nov
    15`, `26 Oct to 1 Nov`, `9.11. - 15.11.`; None where it tells no such days.
    """
    match = _FROM_TO.fullmatch(text)
    if match is None:
        return None
    first, last = match["first"].strip(), match["last"].strip()
    month_first = re.match(r"[^\W\d_]+\.? ", first)
    if last.isdecimal() and month_first is not None:
        last = f"{month_first[0]}{last}"
    until = _named_text(last)
    if until is None or until.style != "day" or until.rest:
        return None
    if first.isdecimal():
        number = int(first)
    else:
        since = _named_text(first)
        if since is None or since.style != "day" or since.rest:
            return None
        number = since.day.day if since.day is not None else (since.pair or (0, 0))[0]
    own = until.day.day if until.day is not None else (until.pair or (0, 0))[0]
    before = own - number
    return replace(until, days_before=before if 0 < before < _A_FORTNIGHT else _REST_OF_A_WEEK)


_LONG_DASH = lazy_pattern(r"\s*[–—]\s*")
_FROM_TO = lazy_pattern(
    r"(?P<first>.*?\d.*?)\s*(?:\s-\s|\bto\b|\bbis\b|\bau\b|\bal\b|\bthrough\b"
    r"|(?<=\d)-(?=\d{1,2}\.? ?[^\W\d_])|(?<=[a-z.] \d)-(?=\d)|(?<=[a-z.] \d\d)-(?=\d)"
    r"|(?<=\d\.)-(?=\d))\s*(?P<last>\d.*|[^\W\d_]+\.? ?\d.*)"
)
_A_FORTNIGHT, _REST_OF_A_WEEK = 17, 6


def _named_text(text: str) -> _Name | None:
    day = parse_date_text(text, "ymd") or parse_date_text(text, None)
    if day is not None:
        return _Name("day", 0, day, "")
    for pattern in _days():
        match = pattern.search(text)
        if match is None:
            continue
        groups = match.groupdict()
        rest = _rest(text, match)
        if groups.get("iso"):
            day = parse_date_text(groups["iso"], "ymd")
            return None if day is None else _Name("day", 0, day, rest)
        if groups.get("month"):
            month = MONTHS.get(groups["month"])
            return (
                None
                if month is None
                else _Name("day", 0, None, rest, (int(groups["a"]), month), is_sure=True)
            )
        numbers = sorted((int(groups["a"]), int(groups["b"])))
        if not 1 <= numbers[0] <= 12 or not 1 <= numbers[1] <= 31:
            return None
        if re.fullmatch(r"\d\.\d\d?|\d\d\.\d", match[0]):
            return None  # 5.1 is a number; days are written 5.1. or 05.01.
        is_sure = "." in match[0] or any(sign in match[0] for sign in "月월")
        year = full_year(groups["year"]) if groups.get("year") else None
        return _Name("day", 0, None, rest, (int(groups["a"]), int(groups["b"])), is_sure, year)
    for style, pattern in _numbered():
        match = pattern.search(text)
        if match is None:
            continue
        number = next(int(group) for group in match.groups() if group is not None)
        if style == "week" and number <= _HALVES and re.match(r"s\b|s\d", match[0]):
            return None  # S1 and S2 are halves of a year, not weeks.
        rest = _rest(text, match)
        if style == "check-in" and not rest:
            word = re.sub(r"\d+", " ", match[0]).strip()
            rest = word if {*roles_of(word)} & {*_ROLES} else ""
        return _Name(style, number, None, rest)
    return None


def normal_with_signs(name: str) -> str:
    """A name in lower case and without accents; dots and dashes stay, because days have them."""
    if name.isascii():
        return re.sub(r"(?<=[a-z])-(?=[a-z])", " ", name.strip().casefold().replace("_", " "))
    return " ".join(
        part if part and part[0].isdigit() else (normal(part) or part)
        for part in re.split(r"(\d[\d./-]*)", name.strip().casefold().replace("_", " "))
    )


def _rest(text: str, match: re.Match[str]) -> str:
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    rest = re.sub("[第周週주차]", " ", rest)
    return " ".join(re.sub(r"[()\[\]:|,.–—-]+", " ", rest).split())


@cache
def _days() -> tuple[re.Pattern[str], ...]:
    months = "|".join(sorted(MONTHS, key=len, reverse=True))
    return (
        re.compile(r"(?<!\d)(?P<iso>20\d\d-\d{1,2}-\d{1,2})(?!\d)"),
        re.compile(
            rf"(?<!\d)(?P<a>[0-3]?\d)(?:\.|st|nd|rd|th|er|º|°)?[ -]?(?:de |of |d')?"
            rf"(?P<month>{months})\b\.?"
        ),
        re.compile(rf"\b(?P<month>{months})\b\.?[ -](?P<a>[0-3]?\d)(?:st|nd|rd|th)?(?![\d%])"),
        re.compile(r"(?<!\d)(?P<b>1?\d)\s*[月월]\s*(?P<a>[0-3]?\d)\s*[日일]?"),
        re.compile(
            r"(?<![\d./-])(?P<a>[0-3]?\d)[./-](?P<b>[0-3]?\d)"
            r"(?:[./-](?P<year>20\d\d|\d\d))?\.?(?![\d/%-])"
        ),
    )


@cache
def _numbered() -> tuple[tuple[str, re.Pattern[str]], ...]:
    patterns = []
    for style, name in (("week", "week"), ("month", "month"), ("check-in", "check_in")):
        words = [word for word, of in table("check_in_columns").items() if name in of]
        spaced = "|".join(
            re.escape(word) for word in sorted(words, key=len, reverse=True) if _is_spaced(word)
        )
        glued = "|".join(
            re.escape(word) for word in sorted(words, key=len, reverse=True) if not _is_spaced(word)
        )
        behind = rf"|(?<!\d)(\d{{1,2}})\s?(?:{glued})" if glued else ""
        ahead = rf"|(?:{glued})\s?(\d{{1,2}})(?!\d)" if glued else ""
        patterns.append(
            (
                style,
                re.compile(
                    rf"(?:20\d\d[ -]?)?\b(?:{spaced})\.?\s?(?:nr\.?|no\.?|#|-)?\s?(\d{{1,2}})"
                    rf"(?![\d.%])(?:[ /-]20\d\d|\s?[/'’]\d\d(?!\d))?"
                    rf"|(?<![\d.])(\d{{1,2}})(?:\.|st|nd|rd|th|ª|a|e)?\s(?:{spaced})\b{behind}{ahead}"
                ),
            )
        )
    return tuple(patterns)


def _is_spaced(word: str) -> bool:
    return word.isascii() or re.match(r"[\u0400-\u04ff]", word) is not None


def _spans(
    style: str,
    named: Mapping[int, _Name],
    cycle: Cycle,
    order: str | None,
    *,
    has_order: bool = True,
) -> dict[int, tuple[date, date]]:
    """By column, the first and last day that its name means; a column whose name does not say is
    missing.
    """
    if style == "day":
        return {
            column: (
                day - _A_DAY * named[column].days_before,
                day + (_A_WEEK - _A_DAY) * named[column].begins_week,
            )
            for column, day in _days_of(named, cycle, order, has_order=has_order).items()
        }
    if style == "check-in" or not named:
        return {}
    if style == "month name":
        return {
            column: (day.replace(day=1), day)
            for column, name in named.items()
            if (day := _end_of_month(name.number, cycle)) is not None
        }
    numbers = [name.number for name in named.values()]
    if style == "month":
        return {
            column: span
            for column, name in named.items()
            if (span := _month_of(cycle, name.number)) is not None
        }
    weeks = {name.number: _iso_week(name.number, cycle) for name in named.values()}
    is_of_cycle = any(
        week is not None and week[0] <= cycle.end and cycle.start <= week[1]
        for week in weeks.values()
    )
    # `W1` to `W13` in a fourth quarter are no ISO weeks of that quarter: they count from its start.
    if not is_of_cycle and max(numbers) <= _OF_A_QUARTER:
        monday = cycle.start - timedelta(days=cycle.start.weekday())
        weeks = {
            number: (monday + _A_WEEK * (number - 1), monday + _A_WEEK * number - timedelta(days=1))
            for number in weeks
        }
    return {
        column: week for column, name in named.items() if (week := weeks[name.number]) is not None
    }


def _iso_week(number: int, cycle: Cycle) -> tuple[date, date] | None:
    """The Monday and Sunday of the ISO week with that number that is nearest to the cycle."""
    weeks = []
    for year in (cycle.start.year - 1, cycle.start.year, cycle.end.year, cycle.end.year + 1):
        try:
            monday = date.fromisocalendar(year, number, 1)
        except ValueError:
            continue  # Only some ISO years have a week 53.
        weeks.append((monday, monday + timedelta(days=6)))
    middle = cycle.start + (cycle.end - cycle.start) / 2
    return min(weeks, key=lambda week: abs(week[0] - middle)) if weeks else None


def _month_of(cycle: Cycle, number: int) -> tuple[date, date] | None:
    """The first and last day of the month with that number in the cycle; None beyond its end."""
    months = cycle.start.year * 12 + cycle.start.month - 2 + number
    start = date(months // 12, months % 12 + 1, 1)
    end = date((months + 1) // 12, (months + 1) % 12 + 1, 1) - timedelta(days=1)
    return (start, end) if start <= cycle.end else None


def _end_of_month(month: int, cycle: Cycle) -> date | None:
    """The last day of the month of that name that is nearest to the cycle."""
    first = _nearest(15, month, cycle, None) or _closest(15, month, cycle)
    if first is None:
        return None
    return date(first.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _days_of(
    named: Mapping[int, _Name], cycle: Cycle, order: str | None, *, has_order: bool
) -> dict[int, date]:
    """The day of each column. Two numbers are read in the order of day and month that gives
    consecutive days near the cycle. Where both orders do so, or neither does, no day is read.
    """
    days = {column: each.day for column, each in named.items() if each.day is not None}
    pairs = {column: each for column, each in named.items() if each.pair is not None}
    if not pairs:
        return days
    is_sure = any(each.is_sure for each in pairs.values())
    orders = ("dmy",) if is_sure else (order,) if order in ("dmy", "mdy") else ("dmy", "mdy")
    readings = [
        reading
        for each in orders
        if (reading := _in_order(pairs, each, cycle, has_order=has_order)) is not None
    ]
    is_unambiguous = len(readings) == 1 or (len(readings) > 1 and readings[0] == readings[1])
    return days | readings[0] if is_unambiguous else days


def _in_order(
    pairs: Mapping[int, _Name], order: str, cycle: Cycle, *, has_order: bool
) -> dict[int, date] | None:
    """The days under one order, each in the year nearest to the cycle. None where one is not a day
    or is far from the cycle, or where columns in order have days that do not follow each other.
    """
    days: dict[int, date] = {}
    is_near = False
    for column, named in pairs.items():
        assert named.pair is not None
        day, month = named.pair if order == "dmy" or named.is_sure else named.pair[::-1]
        near = _nearest(day, month, cycle, named.year)
        is_near = is_near or near is not None
        # Columns of the cycles before stand at the left of those of this one.
        if near is None and named.is_sure:
            near = _closest(day, month, cycle)
        if near is None:
            return None
        days[column] = near
    if not is_near:
        return None
    ordered = [days[column] for column in sorted(days)]
    is_in_order = ordered in (sorted(ordered), sorted(ordered, reverse=True))
    return days if is_in_order or not has_order else None


def _nearest(day: int, month: int, cycle: Cycle, year: int | None) -> date | None:
    # Teams check in a few weeks before a cycle begins and after it ends.
    margin = timedelta(days=45)
    if year is not None:
        try:
            return date(year, month, day)
        except ValueError:
            return None
    for year in (cycle.start.year, cycle.end.year, cycle.start.year - 1, cycle.end.year + 1):
        try:
            day_in_year = date(year, month, day)
        except ValueError:
            continue
        if cycle.start - margin <= day_in_year <= cycle.end + margin:
            return day_in_year
    return None


def _closest(day: int, month: int, cycle: Cycle) -> date | None:
    """The day of that month nearest to the cycle, however far; None where no year has it."""
    days = []
    for year in range(cycle.start.year - 1, cycle.end.year + 2):
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    middle = cycle.start + (cycle.end - cycle.start) / 2
    return min(days, key=lambda each: abs(each - middle), default=None)
