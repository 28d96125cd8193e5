"""Recognises headers by several names together: key results numbered side by side, one column per
level, one block of columns per period.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from msgspec import field as struct_field

from okrsync.mapping.header.content import Contents
from okrsync.mapping.words import normal, roles_of, table
from okrsync.model.cycles import parse_cycle
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle
from okrsync.model.patterns import lazy_pattern
from okrsync.model.period_words import MONTHS

__all__ = [
    "NamedPeriod",
    "PeriodBlock",
    "are_numbered",
    "blocks_of",
    "groups_of",
    "is_key_result_label",
    "is_period",
    "levels_of",
    "named_periods",
    "names_period",
    "numbered_field",
]

_NUMBER = lazy_pattern(r"(?<!\d)(\d{1,2})(?!\d)")
_KEY_RESULT = lazy_pattern(
    r"\b(?:k ?r ?s?|key ?results?|kpi ?s?|schlusselergebnis|ergebnis|resultats? cle|resultados?"
    r" claves?|resultados? chaves?|"
    r"risultat[oi] chiave|sleutelresultaat|关键结果|成果指標|主な成果|핵심 ?결과|ключевои?"
    r" результат|ключевой результат)\b"
)
_OBJECTIVE = lazy_pattern(
    r"(?:o|obj|objective|goal|ziel|objectif|objetivo|obiettivo|doel|цель|目标|目標|목표) ?\d{1,2}"
)
_LEVEL = lazy_pattern(
    r"(?:okr |goal |objective"
    r" )?(?:level|lvl|ebene|niveau|nivel|livello|tier|stufe|уровень|层级|レベル|레벨) ?(\d)"
)
_MEASURES = frozenset(
    {
        "baseline",
        "current",
        "target",
        "progress",
        "score",
        "status",
        "confidence",
        "stretch",
        "comment",
    }
)


def groups_of(names: Sequence[str]) -> tuple[Mapping[str, int], ...]:
    """The columns of key results that stand side by side, numbered in their names: `KR1`, `KR1
    Target`, `Current 2`. By role, for each number in turn.
    """
    by_number: dict[int, dict[str, int]] = {}
    for column, name in enumerate(names):
        number, role = _numbered(name)
        if number is not None and role is not None:
            by_number.setdefault(number, {}).setdefault(role, column)
    groups = [
        by_number[number] for number in sorted(by_number) if "key_result" in by_number[number]
    ]
    groups = groups or _named_alike(names)
    if len(groups) > 1 and all(len(group) == 1 for group in groups):
        _take_what_follows(groups, names)
    return (
        tuple(groups)
        if (groups and any(len(group) > 1 for group in groups)) or len(groups) > 1
        else ()
    )


def _named_alike(names: Sequence[str]) -> list[dict[str, int]]:
    """Columns of key results that have one name without numbers, beside one column of objectives:
    `Objective, Key Result, Key Result`.
    """
    columns = [column for column, name in enumerate(names) if roles_of(name)[:1] == ("key_result",)]
    objectives = sum(roles_of(name)[:1] == ("objective",) for name in names)
    are_alike = len({normal(names[column]) for column in columns}) == 1
    return (
        [{"key_result": column} for column in columns]
        if len(columns) > 1 and are_alike and objectives == 1
        else []
    )


def _take_what_follows(groups: Sequence[dict[str, int]], names: Sequence[str]) -> None:
    """Give each key result the columns that follow it under repeated names: `KR1, Target, KR2,
    Target`.
    """
    starts = [*(group["key_result"] for group in groups), len(names)]
    for group, start, end in zip(groups, starts, starts[1:], strict=False):
        for column in range(start + 1, end):
            is_repeated = sum(normal(name) == normal(names[column]) for name in names) > 1
            for role in roles_of(names[column])[:1] if is_repeated else ():
                group.setdefault(role, column)


def is_key_result_label(words: str) -> bool:
    """Whether a label only announces the key results beside it: `KR 1`, `Key Results`."""
    return (
        not _KEY_RESULT.sub("", _NUMBER.sub("", _apart(words))).strip()
        and _KEY_RESULT.search(_apart(words)) is not None
    )


def numbered_field(name: str) -> str | None:
    """The role of a field that names the item it belongs to by number: `O1`, `KR1`, `KR 2 target`.
    None for any other name.
    """
    apart = _apart(name)
    if _OBJECTIVE.fullmatch(apart):
        return "objective"
    return None if _KEY_RESULT.search(apart) is None else _numbered(name)[1]


def _apart(words: str) -> str:
    """Words in normal form, with a space between letters and digits."""
    return normal(re.sub(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])", " ", normal(words)))


@lru_cache(maxsize=2048)
def _numbered(name: str) -> tuple[int | None, str | None]:
    apart = _apart(name)
    numbers = _NUMBER.findall(apart)
    if len(numbers) != 1:
        return None, None
    rest = " ".join(_NUMBER.sub(" ", apart).split())
    is_key_result = _KEY_RESULT.search(rest) is not None
    bare = " ".join(_KEY_RESULT.sub(" ", rest).split())
    if is_key_result and bare in (
        "",
        "title",
        "name",
        "nome",
        "titulo",
        "titel",
        "titre",
        "text",
        "description",
        "名称",
        "desc",
    ):
        return int(numbers[0]), "key_result"
    roles = roles_of(bare) if bare else ()
    if not roles or not (
        is_key_result or roles[0] in _MEASURES or roles[0] in ("unit", "weight", "owner", "due")
    ):
        return None, None
    return int(numbers[0]), roles[0]


def levels_of(names: Sequence[str], taken: Sequence[int] = ()) -> tuple[int, ...]:
    """The columns that hold one level of goals each, from the top down: `level_1`, `level_2`, or
    several headers that all mean an objective.
    """
    numbered = {
        int(match[1]): column
        for column, name in enumerate(names)
        if (match := _LEVEL.fullmatch(normal(name)))
    }
    if len(numbered) > 1:
        return tuple(numbered[number] for number in sorted(numbered))
    several = [
        column
        for column, name in enumerate(names)
        if column not in taken and roles_of(name)[:1] == ("objective",)
    ]
    # A second `Ziel` is no level below the first: above numbers it means their target.
    several = list({normal(names[column]): column for column in reversed(several)}.values())[::-1]
    if len(several) > 1:
        # `Objective description` beside `Objective title` describes it, and `Company objective`
        # beside `Objective` says what it supports.
        several = [
            column
            for column in several
            if not ({"comment", "parent"} & {*roles_of(names[column])[1:]})
        ] or several
    return tuple(several) if len(several) > 1 else ()


def are_numbered(names: Sequence[str]) -> bool:
    """Whether levels are numbered and have no names of their own."""
    return sum(_LEVEL.fullmatch(normal(name)) is not None for name in names) > 1


class PeriodBlock(Frozen, frozen=True):
    """The columns of one period by role."""

    text: str
    cycle: Cycle
    roles: dict[str, int] = struct_field(default_factory=dict)


class NamedPeriod(Frozen, frozen=True):
    """A column whose header names a period: the period in words and as a cycle, and the other words
    of its name, empty where there are none.
    """

    column: int
    text: str
    cycle: Cycle
    word: str


def named_periods(
    names: Sequence[str],
    above: Sequence[str],
    today: date,
    cycle: Cycle,
    fiscal_year_start: int,
) -> tuple[NamedPeriod, ...]:
    """The columns that name a period, in the row above (`above`, already spread over the columns it
    is meant for) or in their own names: `Target Q3`, `Q3 Real`, `2026`.

    Where both do, such as `Q3` below `2026`, the lower one counts, within the upper one; where only
    the lower one does, the words above may say what the column holds: `Q3` below `Targets`.
    """
    named: list[NamedPeriod] = []
    days = _days_of_months(names, cycle)
    for column, name in enumerate(names):
        if column in days:
            continue
        over = above[column] if column < len(above) else ""
        period = _period(over, today, cycle, fiscal_year_start) if over else None
        own, rest = _split(name)
        if period is not None and own and not rest and over != name:
            within = _period(f"{own} {over}", today, cycle, fiscal_year_start)
            if within is not None and within != period:
                named.append(NamedPeriod(column, f"{own} {over}", within, ""))
                continue
        word = name
        if period is None:
            period = _period(own, today, cycle, fiscal_year_start) if own else None
            word = rest or _measure_above(over)
            over = own
        if period is None:
            continue
        word = word.removeprefix("の").removeprefix("的").strip()
        named.append(NamedPeriod(column, over, period, word))
    return tuple(named)


def _measure_above(over: str) -> str:
    """The words above a column, without their period, if they name a measure: `Targets 2026`."""
    word = _split(over)[1].strip() if over else ""
    is_measure = bool({*roles_of(word)[:1]} & _MEASURES) or normal(word) in table("aimed")
    return word if word and is_measure else ""


def blocks_of(
    named: Sequence[NamedPeriod],
    names: Sequence[str],
    above: Sequence[str],
    cycle: Cycle,
    contents: Contents,
    bare_role: str | None,
) -> tuple[PeriodBlock, ...]:
    """The blocks of columns of one period each, in the order of the columns; empty where there are
    fewer than two, unless the only one is of a part of the cycle or of another period.

    `bare_role` is the role of columns that name nothing but their period.
    """
    blocks_by_period: dict[str, PeriodBlock] = {}
    for each in named:
        roles = [role for role in roles_of(each.word) if role in _MEASURES] if each.word else []
        role = roles[0] if roles else None
        is_aim = normal(each.word) in table("aimed") and contents.of(each.column).are_numbers
        if role is None and is_aim:
            role = "target"
        if role is None and not each.word:
            role = bare_role
        if role is not None:
            block = blocks_by_period.setdefault(each.cycle.name, PeriodBlock(each.text, each.cycle))
            block.roles.setdefault(role, each.column)
    # `Baseline (Q3)` beside `Target Q4` is the baseline of Q4, not a block of its own.
    blocks = [
        block
        for block in blocks_by_period.values()
        if block.roles.keys() != {"baseline"} or block.cycle.end >= cycle.start
    ]
    if len(blocks) > 1:
        return tuple(blocks)
    # A label above the titles as well is that of the table: `Q3 2026` over one of several tables.
    of_tables = {
        over
        for over, name in zip(above, names, strict=False)
        if _TITLES.intersection(roles_of(name))
    }
    return tuple(
        each for each in blocks if each.text not in of_tables and _counts_alone(each, cycle)
    )


def _counts_alone(block: PeriodBlock, cycle: Cycle) -> bool:
    """Whether the only block has targets and values of a part of the cycle, or of a period that is
    over or ahead: read for the configured cycle, last quarter's success would be this quarter's.
    """
    is_measured = "target" in block.roles and bool(_VALUES & block.roles.keys())
    is_part = cycle.start <= block.cycle.start and block.cycle.end <= cycle.end
    return is_measured and (not block.cycle.overlaps(cycle) or (is_part and block.cycle != cycle))


_VALUES = frozenset({"current", "progress", "score"})
_TITLES = frozenset({"objective", "key_result"})


def _days_of_months(names: Sequence[str], cycle: Cycle) -> frozenset[int]:
    """The columns named after a month and a number that is a day, not a year: `Oct 5`, `Oct 12`. A
    number is no year if it has one digit, or if one of the years would be far from the cycle.
    """
    numbers = {
        column: match[1]
        for column, name in enumerate(names)
        if len(name) <= 40
        and not (name.isascii() and _DIGIT.search(name) is None)
        and (match := _MONTH_AND_NUMBER.search(_without_accents(name)))
    }
    are_days = any(
        len(number) < 2 or abs(2000 + int(number) - cycle.start.year) > _YEARS_AROUND
        for number in numbers.values()
    )
    if not are_days or any(int(number) > 31 for number in numbers.values()):
        return frozenset()
    return frozenset(numbers)


_YEARS_AROUND = 3
_MONTH = "|".join(re.escape(month) for month in sorted(MONTHS, key=len, reverse=True))
_MONTH_AND_NUMBER = lazy_pattern(rf"\b(?:{_MONTH})\b\.?[ -]?(\d{{1,2}})(?![\d%])", re.IGNORECASE)
_PART = lazy_pattern(
    rf"(?P<period>(?:\b(?:{_MONTH})\b\.?\s*[-–/]\s*\b(?:{_MONTH})\b\.?|"
    r"\b[qt][1-4]\b|\b[1-4]\s*\.?\s*(?:quartal|quarter|trimestre)\b|\bh[12]\b|\bfy\s*'?\d{2,4}\b|\b(?:19|20)\d{2}\b|"
    rf"\b(?:{_MONTH})\b|(?<!\d)(?:1[0-2]|[1-9])\s*[月월](?!\s*\d))"
    r"(?:[\s/_.'-]*(?:(?:19|20)?\d{2}|fy\s*\d{2,4}|[qh][1-4])\b)*)",
    re.IGNORECASE,
)
_DIGIT = lazy_pattern(r"\d")
_WORDS_AND_DIGITS = lazy_pattern(r"[a-z]+|\d")
_MARKS_OF_PERIODS = frozenset({*MONTHS, *"0123456789"})


def names_period(name: str) -> bool:
    """Whether a column's name contains a period: `Target Q3`, `2026`, `Jan`."""
    return len(name) <= 40 and bool(_split(name)[0])


def is_period(name: str) -> bool:
    """Whether a text is the name of a period and nothing else: `Q4 2026`."""
    period, rest = _split(name) if len(name) <= 40 else ("", name)
    return bool(period) and not rest


_YEARS = lazy_pattern(
    r"(?<!\d)(?:y(?:ear)?\s*\d\s+)?(?:fy\s*)?((?:19|20)\d\d)\s*[-/ ]\s*(?:20)?(\d\d)(?!\d)",
    re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def _split(name: str) -> tuple[str, str]:
    """The period in a column's name, and the rest of it: `y1_2026_27` is the fiscal year
    2026-27.
    """
    # Most names have neither a digit nor a month, which is cheap to see.
    if name.isascii() and _MARKS_OF_PERIODS.isdisjoint(_WORDS_AND_DIGITS.findall(name.lower())):
        return "", name
    spaced = re.sub(r"[_]+", " ", _without_accents(name))
    years = _YEARS.search(spaced)
    if years is not None and int(years[2]) == (int(years[1]) + 1) % 100:
        rest = f"{spaced[: years.start()]} {spaced[years.end() :]}"
        return f"FY {years[1]}-{years[2]}", " ".join(re.sub(r"[()\[\]:|–—-]+", " ", rest).split())
    match = _PART.search(spaced)
    if match is None:
        return "", name
    # A dot behind a short name is part of it: `Oct.`
    rest = f"{spaced[: match.start()]} {spaced[match.end() :].removeprefix('.')}"
    return match["period"], " ".join(re.sub(r"[()\[\]:|–—-]+", " ", rest).split())


_EAST_ASIAN_MONTH = lazy_pattern(r"(?<!\d)(1[0-2]|[1-9])\s*[月월]")


def _month_name(match: re.Match[str]) -> str:
    return next(name for name, number in MONTHS.items() if number == int(match[1]))


def _without_accents(name: str) -> str:
    """A name without accents, as the words for months are kept: `déc.` is `dec.`"""
    if name.isascii():
        return name
    parts = unicodedata.normalize("NFKD", name.replace("ı", "i"))
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


def _period(text: str, today: date, cycle: Cycle, fiscal_year_start: int) -> Cycle | None:
    """The period that a text names; None where it names none. Without a year, it is in the year of
    the configured cycle.
    """
    plain = _EAST_ASIAN_MONTH.sub(_month_name, text.strip())
    years = _YEARS.search(plain)
    if years is not None and plain.startswith("FY "):
        # Two years in a name are a fiscal year, named after the year it ends in; where the fiscal
        # year is the calendar year, the first counts.
        plain = f"FY{years[1][:2]}{years[2]}" if fiscal_year_start != 1 else years[1]
    if not re.search(r"\d{4}|'\d{2}|\bfy", plain, re.IGNORECASE):
        with_year = parse_cycle(
            f"{plain} {cycle.start.year}", today=today, fiscal_year_start=fiscal_year_start
        )
        if with_year is not None:
            return with_year
    return parse_cycle(plain, today=today, fiscal_year_start=fiscal_year_start)
