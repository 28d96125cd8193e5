"""Check-ins that an export writes as texts, one in a cell: `Checkin Date: 2026-11-25; User: Bo Kim;
Note: late; Current Value: $11,000,000;`, as Viva Goals does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from okrsync.mapping.sheet import Sheet
from okrsync.mapping.values.numbers import Number, read_number
from okrsync.model.days import parse_date_text
from okrsync.model.frozen import Frozen
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import is_blank

__all__ = ["CheckInText", "check_in_text", "text_columns"]

_BEGINS = lazy_pattern(r"\s*check-? ?in date\s*:", re.IGNORECASE)
_DAY = lazy_pattern(r"\s*check-? ?in date\s*:\s*([^;]+);", re.IGNORECASE)
# A note is free text and may hold semicolons; the value is the last field of its name.
_VALUE = lazy_pattern(r".*\bcurrent value\s*:\s*([^;]*)(?:;|\Z)", re.IGNORECASE | re.DOTALL)
_DEPTH = 50


class CheckInText(Frozen, frozen=True):
    """The day of a check-in (None where it cannot be read) and its value."""

    day: date | None
    value: Number | None


def text_columns(sheet: Sheet) -> tuple[int, ...]:
    """The columns without a role whose cells are such texts."""
    read = {*sheet.roles.values(), *sheet.of_objectives.values()}
    rows = sheet.rows[:_DEPTH]
    width = max((len(row.values) for row in rows), default=0)
    return tuple(
        column
        for column in range(width)
        if column not in read and _are_texts([row.value(column) for row in rows])
    )


def _are_texts(values: Sequence[object]) -> bool:
    filled = [value for value in values if isinstance(value, str) and not is_blank(value)]
    return bool(filled) and all(_BEGINS.match(value) for value in filled)


def check_in_text(text: str) -> CheckInText | None:
    """The check-in that a cell holds; None where it holds none."""
    day, value = _DAY.match(text), _VALUE.match(text)
    if day is None:
        return None
    number = read_number(value[1].strip()) if value is not None else None
    return CheckInText(parse_date_text(day[1].strip()[:10], "ymd"), number)
