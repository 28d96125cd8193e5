"""Recognises columns of marks: a checkbox, `x`, `✓`, yes or no, and headers such as `Shipped` that
say what a mark means.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from okrsync.mapping.values.typed import is_placeholder, read_boolean, read_date
from okrsync.mapping.words import lookup, normal, status_of, table
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue, is_blank, text_of

__all__ = ["are_marks", "are_ticks", "is_done_header", "mark_of"]

_AROUND = lazy_pattern(
    r"\A(?:is|was|has been|already|fully|ist|wurde|bereits|schon|est|deja|ya|ja|gia|e|al|kr|krs|okr"
    r"|key result|kpi)\s+|\s+(?:yet|yes no|y n|ja nein|oui non|si no|sim nao|ja nee|да нет)\Z"
)
_BRACKETS = lazy_pattern(r"[(\[].*?[)\]]")


def is_done_header(header: str) -> bool:
    """Whether a mark under a header says that its row is done: `Shipped`, `Live?`, `Erledigt`, or
    a header that only says what its cells look like (`Yes/No`, `✓`).
    """
    if len(header) > 40:
        return False
    plain = normal(header).replace(" / ", "/")
    bare = normal(_BRACKETS.sub(" ", header))
    texts = (header, plain, bare, _AROUND.sub("", plain), _AROUND.sub("", bare))
    return any(lookup("done_columns", text) is not None for text in texts if text)


def are_marks(values: Iterable[CellValue], header: str) -> bool:
    """Whether the cells of a column hold yes or no and nothing else. Under a header that says what
    they mean, 1 and 0 are marks, too, and a few cells may say that a row is neither yet.
    """
    filled = [value for value in values if not is_blank(value)]
    says_done = is_done_header(header)
    if any(map(_is_day, filled)) and "days" not in table("done_columns").get(normal(header), ()):
        return False
    others = [value for value in filled if mark_of(value, says_done) is None]
    if says_done and len(others) * 2 < len(filled):
        others = [value for value in others if not _is_open(value)]
    return bool(filled) and not others


def _is_open(value: CellValue) -> bool:
    return isinstance(value, str) and (is_placeholder(value) or status_of(value) is not None)


def are_ticks(values: Iterable[CellValue]) -> bool:
    """Whether a column holds only words and signs for yes, so that an empty cell says no."""
    return all(mark_of(value, True) for value in values if not is_blank(value))


def mark_of(value: CellValue, says_done: bool) -> bool | None:
    """What one cell says, None where it is no mark. Under a header that says what a mark means, 1
    is one, and so is the day on which a row was done.
    """
    if says_done and text_of(value).strip() in ("0", "1"):
        return text_of(value).strip() == "1"
    return True if says_done and _is_day(value) else read_boolean(value)


def _is_day(value: CellValue) -> bool:
    return isinstance(value, str | date) and read_date(value, "dmy") is not None
