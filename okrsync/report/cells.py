"""What okrsync writes to a cell, in the words of a terminal."""

from __future__ import annotations

from okrsync.connector import Looks
from okrsync.measures.fields import FIELDS
from okrsync.model.plain import clean
from okrsync.model.table import CellValue, text_of

__all__ = ["printed_value"]

_SHARES = frozenset(
    # The outlook is a field of boards only, whose module few plans load.
    ["outlook", *(name for name, field in FIELDS.items() if field.looks is Looks.SHARE)]
)


def printed_value(value: CellValue, field: str) -> str:
    """The value of an owned field as people read it, in at most 60 characters: 0.37 is 37% as
    progress, and 0.37 as a score.
    """
    if value is None:
        return "(empty)"
    # Of what a person typed over a share, text stays text.
    if field in _SHARES and isinstance(value, float):
        return f"{value:.0%}"
    return clean(text_of(value), 60)
