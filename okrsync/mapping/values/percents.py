"""Numbers under a header of progress that are no percents of the way: amounts, and numbers far
above the whole; and percents beside a status.
"""

from __future__ import annotations

from decimal import Decimal

from okrsync.mapping.values.typed import Number, shown
from okrsync.mapping.words import normal, status_of, table
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue, text_of

__all__ = ["status_beside_percent", "why_mixed", "why_no_percent", "why_no_scale"]

_MOST_PERCENT = Decimal(200)
"""A bare number above it is seldom a percent of the way."""


def why_no_percent(number: Number, value: CellValue, *, is_scale_stated: bool) -> str | None:
    """Why the number of a cell, which has no percent sign, is no percent; None where it can be one.
    With `is_scale_stated` the mapping says that the column holds percents, whatever their size.
    """
    if number.unit is not None and normal(number.unit) not in table("points"):
        return (
            f"{shown(value)} is an amount, and a progress is a percent, so it is not read; type a"
            " percent such as 48 %, or a number and its whole such as 12 of 25"
        )
    if abs(number.value) > _MOST_PERCENT and not is_scale_stated:
        return (
            f"{shown(value)} would be {text_of(number.value)} %, so it is not read; add a % sign if"
            " you mean it, or name its column in the mapping if it has current values:"
            ' columns.current = "..."'
        )
    return None


def why_mixed(value: CellValue, number: Number) -> str:
    """Why a number below 1 in a column of points is not read."""
    text = shown(value)
    return (
        f"{text} could be {text} % or {text_of(number.value * 100)} %, because other cells of this"
        " column hold numbers such as 48, so it is not read; add a % sign"
    )


def why_no_scale(value: CellValue) -> str:
    """Why a number above 1 beside a label is not read as a share."""
    return (
        f"{shown(value)} could be of 10 or of 100, so it is not read; write its whole, for example"
        f" {shown(value)}/10, or a percent"
    )


_WITH_PERCENT = lazy_pattern(
    r"\s*(?:(?P<behind>[^\d%]{2,40}?)[\s(:–-]*(?P<last>\d{1,3})\s*%\s*\)?"
    r"|(?P<first>\d{1,3})\s*%[\s:–-]*\(?(?P<ahead>[^\d%()]{2,40})\)?)\s*"
)


def status_beside_percent(text: str) -> str | None:
    """The status in a text that has a percent as well: `On track (60%)`, `60% - at risk`. None
    where the two contradict each other: `Done (80%)`.
    """
    match = _WITH_PERCENT.fullmatch(text) if "%" in text else None
    if match is None:
        return None
    meaning = status_of((match["behind"] or match["ahead"]).strip())
    percent = int(match["last"] or match["first"])
    if (meaning == "achieved" and percent < _WHOLE) or (meaning == "not-started" and percent):
        return None
    return meaning


_WHOLE = 100
