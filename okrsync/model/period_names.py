"""Periods in longer names: of a tab, a file, a heading (`Sales Q4 2026`, `okrs-2026-Q4`); and those
whose year is left open (`Q4`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from okrsync.model.okrs import Cycle
from okrsync.model.patterns import lazy_pattern
from okrsync.model.period_words import plain

__all__ = ["as_thirds", "earlier_years", "period_in", "period_in_heading"]

_THIRD = lazy_pattern(r"(?<![^\W\d_])[Tt]\s*(?=[1-3](?!\d))")


def as_thirds(text: str) -> str:
    """The text of a period with `T3` as a third of a year, a tertial. Elsewhere it is a quarter."""
    return _THIRD.sub("quad ", text)


def period_in(name: str, parse: Callable[[str], Cycle | None]) -> tuple[str, Cycle] | None:
    """The period that a name contains, and its text: `Sales Q4 2026` names 2026-Q4 by `Q4 2026`.
    None where it contains none, or more than one.

    Next to other words, only a quarter, a third, a half or a span of several weeks counts: a year,
    a month or a week is as likely the day of an export (`okrs 2026-10-05`), and `T4` without
    a year another name. `parse` reads a period as `parse_cycle` does.
    """
    whole = parse(name)
    if whole is not None:
        return name, whole
    # The cheap test first: every name of a tab comes here, and most hold no number.
    if len(name) > 80 or (not any(map(str.isdigit, name)) and "I" not in name):
        return None
    words = list(_NAME_PART.finditer(name))
    periods: list[tuple[str, Cycle]] = []
    index = 0
    while index < len(words):
        for last in range(min(index + _MOST_PARTS, len(words)), index, -1):
            text = name[words[index].start() : words[last - 1].end()]
            cycle = parse(text.replace("_", " "))
            if cycle is not None and _counts_in_names(text, cycle):
                periods.append((text, cycle))
                index = last - 1
                break
        index += 1
    return periods[0] if len({(each.start, each.end) for _, each in periods}) == 1 else None


def period_in_heading(text: str, parse: Callable[[str], Cycle | None]) -> tuple[str, Cycle] | None:
    """The period that a heading names, and its text: `Growth OKRs, Q4 2026`. Beside other words it
    counts only where they say that OKRs follow: `Last updated in Q4 2026` names none.
    """
    named = period_in(text, parse) if len(text) <= 60 else None
    if named is None or named[0] == text or (_OKRS.search(text) and not _OF_OTHERS.search(text)):
        return named
    return None


_OKRS = lazy_pattern(r"okr|objecti|goal|ziele|objetiv|obiettiv|目标|目標|цели|окр", re.IGNORECASE)
_OF_OTHERS = lazy_pattern(
    r"\b(?:from|since|until|before|after|last|previous|next|updated|aus|seit|bis|vor|nach|depuis"
    r"|avant|apr[eè]s|desde|hasta|dal|até)\b",
    re.IGNORECASE,
)


def earlier_years(
    text: str, parse: Callable[[str, Cycle], Cycle | None], within: Cycle
) -> tuple[Cycle, ...]:
    """The period that a text without a year names (`Q4`), in each of the three years before; none
    where the text names a year, or no period. `parse` reads a period within a cycle.
    """
    named = parse(text, within)
    earlier = []
    for years in range(1, 4):
        start = date(within.start.year - years, within.start.month, 1)
        cycle = parse(text, Cycle(start, start, ""))
        if cycle is None or cycle == named:
            return ()
        earlier.append(cycle)
    return tuple(earlier)


_NAME_PART = lazy_pattern(r"[^\W_]+(?:['.][^\W_]+)*")
_MOST_PARTS = 8
_QUARTER = lazy_pattern(
    r"q\s*[1-4]|[1-4]\s*q|[1-4]\s*\.?\s*(?:quart|trim|kwart)|(?:quart|trim|kwart)"
)
_A_YEAR = lazy_pattern(
    r"(?:19|20)\d\d|'\d\d|\d\d'|fy\s*\d\d|[qh][1-4]\s*[-/ ]?\s*\d\d", re.IGNORECASE
)


def _counts_in_names(text: str, cycle: Cycle) -> bool:
    """Whether a period that is part of a name is meant as one."""
    if not 32 < cycle.days < 300:
        return False
    return _A_YEAR.search(text) is not None or _QUARTER.match(plain(text)) is not None
