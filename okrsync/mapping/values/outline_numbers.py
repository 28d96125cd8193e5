"""The numbers of an outline, such as 1, 1.1, 1.10, in a cell of their own or before a title."""

from __future__ import annotations

import re

from okrsync.model.table import CellValue, text_of

__all__ = ["Number", "number_ahead", "number_at", "without_number"]

_AHEAD = re.compile(
    r"\A\s*(?:(?:kr|o|obj|objective|key result|ziel)[-_"
    r" #]*)?(\d{1,3}(?:\.\d{1,3})*)\.?(?:\s*[):.\-–]\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\s*(?:(?:kr|o|obj)[-_ #]*)?(\d{1,3}(?:\.\d{1,3})*)\.?\s*", re.IGNORECASE)
Number = tuple[int, ...]


def number_at(value: CellValue) -> Number | None:
    """The outline number a cell holds: 1, 1.1, "1.1.10", "2.", 2.0."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        return (int(value),)
    found = _ALONE.fullmatch(text_of(value))
    return None if found is None else _parts(found[1])


def number_ahead(text: CellValue) -> Number | None:
    """The outline number a title begins with."""
    if not isinstance(text, str):
        return None
    found = _AHEAD.match(text)
    return None if found is None else _parts(found[1])


def without_number(text: str) -> str:
    """A title without the outline number it begins with."""
    return _AHEAD.sub("", text, count=1)


def _parts(text: str) -> Number:
    parts = [int(part) for part in text.split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)
