"""Periods as people write them, and the days they stand for.

A fiscal year that starts in January carries the calendar's number. Any other is named after the calendar year it ends in: with
a year that starts in April, `2026-Q1` is April to June 2025.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

from okrsync.errors import ConfigError
from okrsync.model import Cycle

__all__ = ["MONTHS", "cycle_of_months", "parse_cycle", "parse_date_text", "resolve_cycle"]

_MONTH_NAMES = {
    1: "january jan januar januari janvier janv enero ene janeiro gennaio gen janner",
    2: "february feb februar februari fevrier fevr febrero fevereiro fev febbraio",
    3: "march mar marz maart mars mrz marzo marco mrt",
    4: "april apr avril avr abril abr aprile",
    5: "may mai mei mayo maio maggio mag",
    6: "june jun juni juin junio junho giugno giu",
    7: "july jul juli juillet juil julio julho luglio lug",
    8: "august aug aout agosto ago augustus",
    9: "september sep sept septembre septiembre setiembre setembro set settembre",
    10: "october oct oktober okt octobre octubre outubro out ottobre ott",
    11: "november nov novembre noviembre novembro",
    12: "december dec dezember dez decembre diciembre dic dezembro dicembre",
}
MONTHS = {name: number for number, names in _MONTH_NAMES.items() for name in names.split()}
"""Month names and their short forms, without accents, in the languages okrsync knows."""

_CHINESE_NUMBERS = {"一": "1", "二": "2", "三": "3", "四": "4"}
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_FISCAL = r"(?:fy|fiscal(?: year)?|gj|ej|exercice|ejercicio)\s*'?(?P<fiscal>(?:20)?\d\d)(?:\s*[/-]\s*(?P<fiscal_end>(?:20)?\d\d))?"
_PART = (
    r"(?:(?P<kind>q|quarter|quartal|trimestre|trim|t|h|half|halbjahr|hj|semestre|s|w|kw|cw|wk|week|sem)\s*\.?\s*(?P<number>\d\d?)"
    r"|(?P<number_first>[1-4])\s*\.?\s*(?:o|º|°|er|st|nd|rd|th|e|eme)?\s*(?P<kind_after>quarter|quartal|trimestre|trim|half|halbjahr|semestre|[qhst](?![a-z])))"
)
_WHOLE_YEAR = re.compile(rf"(?:(?:annual|year|jahr|annee|ano)\s+)?(?:{_YEAR}|{_FISCAL})(?:\s+annual)?\Z")
_PART_FIRST = re.compile(
    rf"{_PART}(?:\s*[-/,.]?\s*(?:de|of|in|du)?\s*(?:{_YEAR}|{_FISCAL}|'?(?P<short>\d\d)(?!\d|\s*[-/.]\s*\d)))?(?P<rest>\b.*)?\Z"
)
_YEAR_FIRST = re.compile(
    rf"(?:{_YEAR}|{_FISCAL}|'?(?P<short>\d\d)(?=['\s]*[a-z]))\s*[-/,.]?\s*{_PART}(?P<rest>\b.*)?\Z"
)
_MONTH_FIRST = re.compile(rf"(?P<month>[a-z]{{3,}})\.?\s*[-/,]?\s*(?:de\s+)?(?:{_YEAR}|'?(?P<short>\d\d))\Z")
_YEAR_MONTH = re.compile(rf"{_YEAR}\s*[-/.]\s*(?P<number>0?[1-9]|1[0-2])\Z")
_MONTH_YEAR = re.compile(rf"(?P<number>0?[1-9]|1[0-2])\s*[/.]\s*{_YEAR}\Z")
_EAST_ASIAN_MONTH = re.compile(rf"{_YEAR}\s*[年년]\s*(?P<number>0?[1-9]|1[0-2])\s*[月월]\Z")
_YEAR_MONTH_NAME = re.compile(rf"{_YEAR}\s*[-/]?\s*(?P<month>[a-z]{{3,}})\Z")
_MONTH_SPAN = re.compile(
    r"(?P<first>[a-z]{3,})\.?\s*'?(?P<first_year>(?:20)?\d\d)?\s*(?:-|to|bis|a|au)\s*"
    rf"(?P<last>[a-z]{{3,}})\.?\s*,?\s*(?:{_YEAR}|'?(?P<short>\d\d))\Z"
)
_PART_SPAN = re.compile(
    r"(?:(?P<lead>(?:19|20)\d\d)\s*[-/]?\s*)?q(?P<first>[1-4])\s*[-+/&]\s*q(?P<last>[1-4])"
    rf"(?:\s*[-/,]?\s*(?:{_YEAR}|{_FISCAL}|'?(?P<short>\d\d)))?\Z"
)
_DAY_SPAN = re.compile(r"(?P<first>\S.*?)\s*(?:-|–|—|to|bis|a|até|au|through)\s+(?P<last>\S.*)\Z")
_ISO_SPAN = re.compile(r"(?P<first>\d{4}-\d\d-\d\d)/(?P<last>\d{4}-\d\d-\d\d)\Z")
_REST = re.compile(r"\s*[-–:,(|/]?\s*[\sa-z'.\d–()-]{0,40}\Z")
_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ].*)?\Z")
_PLAIN_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})\Z")
_NAMED_DAY = re.compile(
    r"(?:[a-z]{2,10}\.?,\s*)?(\d{1,2})(?:\.|st|nd|rd|th|º)?[\s/-]*(?:de\s+)?([a-z]{3,})\.?,?[\s/-]*(?:de\s+)?(\d{4}|\d\d)\Z"
)
_AMERICAN_DAY = re.compile(r"(?:[a-z]{2,10}\.?,\s*)?([a-z]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}|\d\d)\Z")
_EAST_ASIAN_DAY = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?\Z")


def parse_cycle(text: str, *, today: date, fiscal_year_start: int = 1, date_order: str = "dmy") -> Cycle | None:
    """The period a text names, or None where it names none (`Rolling`, a title, a single day).

    Understood are quarters, halves, weeks, months and years, fiscal or not, with the year on either side or left out (then it is the one nearest to
    `today`), spans of quarters, months and days. A quarter that names its months beside it (`Q1 2026 - Jan-Mar`) means those, whenever the fiscal year starts. `date_order` says how days are written in such spans. `2026-Q4`, `Q4 2026`, `Q1 FY26`, `Apr'26`,
    `H2 2026`, `2026-10`, `W52`, `Q1 2023 - Jan-Mar`, `01/07/2025 - 30/09/2025`.
    """
    plain = _plain(text)
    if not plain or len(plain) > 60:
        return None
    found = _PART_SPAN.match(plain)
    if found is not None:
        return _quarters(found.groupdict(), today, fiscal_year_start)
    for pattern in (_WHOLE_YEAR, _PART_FIRST, _YEAR_FIRST):
        found = pattern.match(plain)
        if found is not None:
            return _part(found.groupdict(), today, fiscal_year_start)
    return _months(plain) or _days(plain, date_order)


def resolve_cycle(
    setting: str | tuple[date, date] | Mapping[str, date], today: date, fiscal_year_start: int = 1
) -> Cycle:
    """The configured cycle: `auto` is the quarter `today` falls in, a name is read as `parse_cycle` does, two dates stand for themselves.

    Raises `ConfigError` when the name is no period or the dates are the wrong way round.
    """
    if isinstance(setting, str):
        if setting.strip().lower() == "auto":
            return _quarter_around(today, fiscal_year_start)
        found = parse_cycle(setting, today=today, fiscal_year_start=fiscal_year_start)
        if found is None:
            raise ConfigError(
                f"cycle: {setting!r} is no period", hint='Write "auto", "2026-Q4", "2026-H2", "2026", or two dates.'
            )
        return found
    start, end = (setting["start"], setting["end"]) if isinstance(setting, Mapping) else setting
    if end < start:
        raise ConfigError(f"cycle: it ends on {end} and starts on {start}", hint="Swap the two dates.")
    return Cycle(start, end, f"{start.isoformat()} to {end.isoformat()}")


def cycle_of_months(start: date, months: int, name: str) -> Cycle:
    """The cycle of so many whole months from the first day of a month."""
    return Cycle(start, _add_months(start, months) - timedelta(days=1), name)


def parse_date_text(text: str, date_order: str | None) -> date | None:
    """A day written as text, or None where it is none or where its day and month could be either and `date_order` does not say.

    `date_order` is `dmy`, `mdy` or `ymd`. A number above 12 settles the order by itself.
    """
    plain = _plain(text)
    for pattern, order in ((_ISO_DAY, "ymd"), (_EAST_ASIAN_DAY, "ymd")):
        found = pattern.match(plain)
        if found is not None:
            return _day(int(found[1]), int(found[2]), int(found[3])) if order == "ymd" else None
    found = _NAMED_DAY.match(plain)
    if found is not None and found[2] in MONTHS:
        return _day(_full_year(found[3]), MONTHS[found[2]], int(found[1]))
    found = _AMERICAN_DAY.match(plain)
    if found is not None and found[1] in MONTHS:
        return _day(_full_year(found[3]), MONTHS[found[1]], int(found[2]))
    found = _PLAIN_DAY.match(plain)
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[2]), _full_year(found[3])
    if first > 12 or (date_order == "dmy" and second <= 12) or first == second:
        return _day(year, second, first)
    if second > 12 or date_order == "mdy":
        return _day(year, first, second)
    return None


def _plain(text: str) -> str:
    """Lower case, without accents, with plain digits, dashes and single spaces."""
    folded = unicodedata.normalize("NFKD", text.strip().lower().replace("º", "o"))
    # Composed again at once: Hangul comes apart into letters that no pattern here is written in.
    folded = unicodedata.normalize("NFC", "".join(c for c in folded if not unicodedata.combining(c)))
    for word, number in _ORDINALS.items():
        folded = re.sub(rf"\b{word}(?= (?:quarter|half)\b)", number, folded)
    for sign, number in _CHINESE_NUMBERS.items():
        folded = re.sub(rf"第?{sign}季度?", f" q{number} ", folded)
    folded = re.sub(
        r"(\d{4})\s*[年년](?!\s*\d{1,2}\s*[月월])\s*(?:第?([1-4])(?:季度?|분기))?", _east_asian_quarter, folded
    )
    folded = re.sub(r"\by(?=(?:19|20)\d\d\b)", "", folded)  # Q3 Y2025
    folded = re.sub(r"[\u2010-\u2015\u2212]", "-", folded).replace("\u2019", "'").replace("_", " ")
    return re.sub(r"\s+", " ", folded).strip()


def _east_asian_quarter(found: re.Match[str]) -> str:
    return f"{found[1]} q{found[2]} " if found[2] else f"{found[1]} "


def _part(found: dict[str, str | None], today: date, fiscal_year_start: int) -> Cycle | None:
    rest = (found.get("rest") or "").strip()
    if rest and (_REST.match(rest) is None or not _only_months(rest)):
        return None
    kind = (found.get("kind") or found.get("kind_after") or "")[:1]
    number = int(found.get("number") or found.get("number_first") or 0)
    year = _named_year(found)
    start_month = fiscal_year_start
    if not kind:
        return _fiscal_part(year, 0, 12, start_month, f"{year}") if year is not None else None
    word = found.get("kind") or found.get("kind_after") or ""
    if year is None and found.get("kind_after") in ("s", "t"):
        return None  # `2 s` and `3 t` alone are as likely seconds and tonnes.
    if word in ("w", "kw", "cw", "wk", "week", "sem"):
        return _week(number, year, today)
    if word in ("h", "half", "halbjahr", "hj", "semestre", "s"):
        most, months, letter = 2, 6, "H"
    else:
        most, months, letter = 4, 3, "Q"
    cycle = _nearest(number, most, months, letter, year, today, start_month)
    named = [MONTHS[month] for month in re.findall(r"[a-z]+", rest)]
    if cycle is not None and named and cycle.start.month != named[0]:
        plain_year = _nearest(number, most, months, letter, year, today, 1)
        return plain_year if plain_year is not None and plain_year.start.month == named[0] else cycle
    return cycle


def _quarters(found: dict[str, str | None], today: date, start_month: int) -> Cycle | None:
    """A span of quarters of one year, `Q1-Q2 2026`."""
    first, last = int(found["first"] or 0), int(found["last"] or 0)
    year = int(found["lead"]) if found["lead"] else _named_year(found)
    if first >= last:
        return None
    begin = _nearest(first, 4, 3, "Q", year, today, start_month)
    if begin is None:
        return None
    return cycle_of_months(begin.start, 3 * (last - first + 1), f"{begin.name} to Q{last}")


def _only_months(rest: str) -> bool:
    """Whether what follows a quarter only repeats its months or numbers (` - Jul - Sep`), so that it is no other text."""
    words = re.findall(r"[a-z]+", rest)
    return all(word in MONTHS for word in words)


def _named_year(found: dict[str, str | None]) -> int | None:
    if found.get("year"):
        return int(found["year"] or 0)
    short = found.get("fiscal_end") or found.get("fiscal") or found.get("short")
    return None if short is None else _full_year(short)


def _full_year(text: str) -> int:
    number = int(text)
    return number if number > 99 else 2000 + number if number < 80 else 1900 + number


def _fiscal_part(year: int, first_month: int, months: int, start_month: int, name: str) -> Cycle:
    begins = date(year if start_month == 1 else year - 1, start_month, 1)
    return cycle_of_months(_add_months(begins, first_month), months, name)


def _nearest(
    number: int, most: int, months: int, letter: str, year: int | None, today: date, start_month: int
) -> Cycle | None:
    if not 1 <= number <= most:
        return None
    years = [year] if year is not None else [today.year - 1, today.year, today.year + 1, today.year + 2]
    cycles = [
        _fiscal_part(candidate, (number - 1) * months, months, start_month, f"{candidate}-{letter}{number}")
        for candidate in years
    ]
    return min(cycles, key=lambda cycle: _distance(cycle, today))


def _week(number: int, year: int | None, today: date) -> Cycle | None:
    if not 1 <= number <= 53:
        return None
    cycles = []
    for candidate in [year] if year is not None else [today.year - 1, today.year, today.year + 1]:
        try:
            monday = date.fromisocalendar(candidate, number, 1)
        except ValueError:
            continue
        cycles.append(Cycle(monday, monday + timedelta(days=6), f"{candidate}-W{number:02}"))
    return min(cycles, key=lambda cycle: _distance(cycle, today), default=None)


def _distance(cycle: Cycle, today: date) -> int:
    """How many days lie between a day and a cycle; 0 inside it."""
    return max((cycle.start - today).days, (today - cycle.end).days, 0)


def _months(plain: str) -> Cycle | None:
    for pattern in (_YEAR_MONTH, _MONTH_YEAR, _MONTH_FIRST, _YEAR_MONTH_NAME, _EAST_ASIAN_MONTH):
        found = pattern.match(plain)
        if found is None:
            continue
        parts = found.groupdict()
        number = int(parts["number"]) if parts.get("number") else MONTHS.get(parts.get("month") or "")
        year = _named_year(parts)
        if number is not None and year is not None:
            return cycle_of_months(date(year, number, 1), 1, f"{year}-{number:02}")
    found = _MONTH_SPAN.match(plain)
    if found is None or found["first"] not in MONTHS or found["last"] not in MONTHS:
        return None
    year, first, last = _named_year(found.groupdict()), MONTHS[found["first"]], MONTHS[found["last"]]
    if year is None:
        return None
    first_year = _full_year(found["first_year"]) if found["first_year"] else year - (first > last)
    months = (year - first_year) * 12 + last - first + 1
    if not 1 <= months <= 36:
        return None
    return cycle_of_months(date(first_year, first, 1), months, f"{first_year}-{first:02} to {year}-{last:02}")


def _days(plain: str, date_order: str) -> Cycle | None:
    found = _ISO_SPAN.match(plain) or _DAY_SPAN.match(plain)
    if found is None:
        return None
    start, end = parse_date_text(found["first"], date_order), parse_date_text(found["last"], date_order)
    if start is None or end is None or end < start:
        return None
    return Cycle(start, end, f"{start.isoformat()} to {end.isoformat()}")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _quarter_around(today: date, start_month: int) -> Cycle:
    months_in = (today.month - start_month) % 12
    number = months_in // 3 + 1
    begins = _add_months(date(today.year, today.month, 1), -months_in)
    year = begins.year if start_month == 1 else begins.year + 1
    return _fiscal_part(year, (number - 1) * 3, 3, start_month, f"{year}-Q{number}")


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)
