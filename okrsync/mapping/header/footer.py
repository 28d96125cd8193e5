"""Recognises the lines below a table, apart from it: who prepared it, legends, signatures. They say
nothing about its columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from okrsync.mapping.words import lookup, normal, table
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import Row, Table, is_blank

__all__ = ["has_form_of_footer", "is_footer_text", "split_footer"]

_FIRST_WORD = lazy_pattern(r"[^\W_]+")
_ASIDE = lazy_pattern(r"\s*[(\[（【*].*[)\]）】*]?\s*\Z", re.DOTALL)
# A line of underscores or dots to sign on.
_LINE = lazy_pattern(r"[_.\s…-]{4,}")
_LONGEST_WORD = 4
# Python 3.11 compiles a set of letters far apart slowly: 20 ms for these in a set of their own.
_SIGNED = lazy_pattern(
    r"\s*(?:[©*]|[†‡]|copyright\s|\(c\)\s|page\s+\d|seite\s+\d|página\s+\d|version\s+\d|v\d+\.\d|gez\.|i\.\s?a\.|i\.\s?v\.)",
    re.IGNORECASE,
)
_ENDS_WITH_DAY = lazy_pattern(
    r"\D{2,40}?(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
    r"|\d{1,2}\.? \w+ \d{4})\s*\Z"
)
_ADDRESS = lazy_pattern(r"(?:https?://|www\.)\S+|[^\s@]+@[^\s@]+\.\w+", re.IGNORECASE)
"""A web or mail address and nothing else."""
_LIGHTS = "🟢🟡🟠🔴⚪🟩🟨🟥"
_EQUALS = lazy_pattern(r"[=:]")


def split_footer(table: Table) -> tuple[Table, tuple[Row, ...]]:
    """The table without the lines below it, and those lines: the last blocks of rows, each apart
    from what is above, of one cell a row, and with words of a footer in one of them.
    """
    if not table.has_order:
        return table, ()
    footer: list[Row] = []
    block: list[Row] = []
    is_apart = False
    # From below: a large table ends at its last row nearly always.
    for row in reversed(table.rows):
        if row.is_empty:
            is_apart = True
            continue
        if block and (is_apart or block[-1].number > row.number + 1):
            if not _is_footer_block(block):
                break
            footer += block
            block = []
        is_apart = False
        if row.fills_more_than(1):
            break
        block.append(row)
    if not footer:
        return table, ()
    numbers = {row.number for row in footer}
    kept = tuple(row for row in table.rows if row.number not in numbers)
    return replace(table, rows=kept), tuple(reversed(footer))


def _is_footer_block(rows: Sequence[Row]) -> bool:
    """Whether one of several rows, each of one cell, has words of a footer."""
    cells = (next(value for value in row.values if not is_blank(value)) for row in rows)
    return any(isinstance(value, str) and is_footer_text(value, weak=True) for value in cells)


def is_footer_text(text: str, *, weak: bool = False) -> bool:
    """Whether a text belongs to a footer: `Prepared by`, `Legend: ...`, `Last updated: 24 Nov`, a
    line for a signature; with `weak`, also if it begins with a word that may begin a title.
    """
    start = _FIRST_WORD.search(text)
    if start is None or len(text) > 300:
        return _LINE.fullmatch(text.strip()) is not None and len(text.strip()) > 3
    first, first_words = start[0], _first_words()
    # Without accents to take off, the compared form of one word says no more than its case.
    if first.casefold() not in first_words and (
        first.isascii() or normal(first) not in first_words
    ):
        return False
    words = table("footers")
    head, colon, _ = text.partition(":") if ":" in text else text.partition("：")
    plain = normal(head.strip("()[]（）【】* "))
    meanings = words.get(plain, ())
    if meanings and (weak or "lines" in meanings or ("words" in meanings and colon)):
        return True
    parts = plain.split()
    for size in range(min(len(parts), _LONGEST_WORD), 0, -1):
        meanings = words.get(" ".join(parts[:size]), ())
        if "lines" in meanings and (colon or size > 1 or _ASIDE.match(text)):
            return True
    return False


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    return frozenset(word.split()[0] for word in table("footers") if word.split())


def has_form_of_footer(text: str, *, is_apart: bool) -> bool:
    """Whether a text has the form of a footer: a legend, a page number, a signature, a remark, or,
    below an empty row, a status alone or words before a day.
    """
    if sum(text.count(light) for light in _LIGHTS) > 1 or _SIGNED.match(text):
        return True
    if _ADDRESS.fullmatch(text.strip()):
        return True
    parts = [part for part in re.split(r"[,;|/•·]+", text) if part.strip()]
    if len(parts) > 1 and all(
        _EQUALS.search(part) or any(map(_is_colour, part.split())) for part in parts
    ):
        return True
    head, colon, _ = text.partition(":") if ":" in text else text.partition("：")
    if colon and is_footer_text(f"{head}:", weak=True):
        return True
    return is_apart and (
        lookup("statuses", text) is not None or _ENDS_WITH_DAY.fullmatch(text.strip()) is not None
    )


def _is_colour(word: str) -> bool:
    return len(word) > 2 and lookup("statuses", word) is not None
