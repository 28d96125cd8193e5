"""What makes a row this row: for okrsync's memory a short key, for finding it again at the moment
of writing a few of its cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b

from okrsync.mapping.sheet import folded
from okrsync.model.okrs import Origin
from okrsync.model.table import CellValue, Row, RowRef, text_of

__all__ = ["Keys", "natural_key", "references", "without_number"]

_WORD = (
    "(?:kr|key result|obj|objective|o|goal|ziel|关键结果|目标|目標|成果|핵심 ?결과|목표|кр|цель)"
)
_COUNT = r"\d+(?:\.\d+)*"
_NUMBERING = re.compile(
    rf"\s*(?:[(\[]\s*{_WORD}?\s*[-_#]?{_COUNT}\s*[)\]]\s*[.:、–-]?\s*"
    rf"|{_WORD}\s*[-_#]?{_COUNT}\s*(?:[.:)：、–—-]\s*|\s+)"
    rf"|{_COUNT}\s*(?:[):：、](?!\d)|\.(?!\d)|[–—-](?=\s))\s*"
    r"|\d+(?:\.\d+)+\.?\s+(?-i:(?=[A-ZÀ-Þ\u0400-\u042f\u3040-\ud7af])))+",
    re.IGNORECASE,
)
_HAS_NUMBER = re.compile(rf"\s*[(\[]?\s*{_WORD}?\s*[-_#]?\d", re.IGNORECASE)
_MORE = ("cycle", "owner", "team")


def natural_key(id_: str | None, *parts: str | None) -> str:
    """A short key from an item's id, or else from its texts (cycle, owner or team, objective, key
    result), numbering at their start left aside.

    It stays the same when the row moves, and when its numbers change.
    """
    text = (
        f"id\x1f{id_.strip()}"
        if id_
        else "\x1f".join([_in_key(part) if part else "" for part in parts])
    )
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


@lru_cache(maxsize=4096)
def _in_key(text: str) -> str:
    """A text as keys hold it: titles that differ in numbering, case and signs only are one. An
    objective's comes again with each of its key results.
    """
    return folded(without_number(text))


def without_number(title: str) -> str:
    """A title without the number it begins with: `KR1: Sign-ups`, `1.2 Sign-ups` and `O1 -
    Sign-ups` are all `Sign-ups`.
    """
    if _HAS_NUMBER.match(title) is None:
        return title
    return _NUMBERING.sub("", title, count=1) or title


class Keys:
    """Hands out keys of which no two are the same: what comes again gets a number, in reading
    order.
    """

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._first: dict[str, Origin | None] = {}

    def distinct(self, key: str, at: Origin | None = None) -> tuple[str, Origin | None]:
        """The key, or the key with a number where it was handed out before, and then where it
        was.
        """
        count = self._seen[key] = self._seen.get(key, 0) + 1
        if count == 1:
            self._first[key] = at
            return key, None
        return f"{key}#{count}", self._first[key]


def references(rows: Sequence[Row], roles: Mapping[str, int]) -> dict[int, RowRef]:
    """For each row number, how the row is found again: the fewest cells that no other row of the
    table has alike.

    The id cell where there is one, else the titles; where these are not unique, cycle, owner and
    team with them.
    """
    titles = [
        column for role in ("objective", "key_result") if (column := roles.get(role)) is not None
    ]
    ids = [column for role in ("id", "objective_id") if (column := roles.get(role)) is not None]
    more = [column for role in _MORE if (column := roles.get(role)) is not None]
    attempts = [
        tuple(dict.fromkeys(columns))
        for columns in (ids[:1], titles, [*ids, *titles], [*ids, *titles, *more])
        if columns
    ]
    found: dict[int, RowRef] = {}
    waiting = list(rows)
    for number, columns in enumerate(attempts):
        is_last = number == len(attempts) - 1
        cells = [(row, tuple([row.value(at) for at in columns])) for row in rows]
        marks = [_comparable(values) for _, values in cells]
        counts = Counter(marks)
        is_id = columns == tuple(ids[:1])
        for (row, values), mark in zip(cells, marks, strict=True):
            if row.number in found:
                continue
            told = mark[0] != "" if is_id else any(mark)
            if told and (is_last or counts[mark] == 1):
                found[row.number] = RowRef(
                    row.number, row.anchor, tuple(zip(columns, values, strict=True)), row.label
                )
        if len(found) == len(waiting):
            break
    return found


def _comparable(values: Iterable[CellValue]) -> tuple[str, ...]:
    return tuple([value.strip() if type(value) is str else text_of(value) for value in values])
