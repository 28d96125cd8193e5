"""Outline numbers such as 1, 1.1 and 1.10, in cells of their own or before titles."""

from __future__ import annotations

import re

from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue, text_of

__all__ = ["Number", "number_ahead", "number_at", "without_number"]

# At most three digits per part: `2026 targets` begins with a year.
_AHEAD = lazy_pattern(
    r"\A\s*(?:(?:kr|o|obj|objective|key result|ziel)[-_"
    r" #]*)?(\d{1,3}(?:\.\d{1,3})*)\.?(?:\s*[):.\-–]\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_ALONE = lazy_pattern(r"\s*(?:(?:kr|o|obj)[-_ #]*)?(\d{1,3}(?:\.\d{1,3})*)\.?\s*", re.IGNORECASE)
Number = tuple[int, ...]


def number_at(value: CellValue) -> Number | None:
    """The outline number in a cell: 1, 1.1, "1.1.10", "2.", 2.0; None where it holds none."""
    if isinstance(value, bool) or value is None:
        return None
    # Some files store every number as a float, so the outline number 2 can arrive as 2.0.
    if isinstance(value, float) and value.is_integer():
        return (int(value),)
    match = _ALONE.fullmatch(text_of(value))
    return None if match is None else _parts(match[1])


def number_ahead(text: CellValue) -> Number | None:
    """The outline number at the beginning of a title; None where there is none."""
    if not isinstance(text, str):
        return None
    match = _AHEAD.match(text)
    return None if match is None else _parts(match[1])


def without_number(text: str) -> str:
    """A title without the outline number at its beginning."""
    return _AHEAD.sub("", text, count=1)


def _parts(text: str) -> Number:
    parts = [int(part) for part in text.split(".")]
    # `2.0` is 2: a spreadsheet shows whole numbers so where a column has one decimal.
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)
