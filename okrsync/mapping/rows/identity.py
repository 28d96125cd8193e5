"""Identifies rows: by a short key in okrsync's state, and by a few of their cells when a row is
looked up again for writing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import (
    Callable,
    Collection,
    Container,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from functools import lru_cache
from hashlib import blake2b
from operator import is_

from msgspec.structs import replace

from okrsync.mapping.sheet import Record, Sheet, folded
from okrsync.model.okrs import KeyResult, Objective, Origin
from okrsync.model.patterns import lazy_pattern
from okrsync.model.row_finder import column_ref, row_ref, twins_of
from okrsync.model.table import ColumnRef, Row, RowRef, identity_text

__all__ = [
    "Keys",
    "apart_by_table",
    "bare_title",
    "distinguished_by_number",
    "natural_key",
    "references",
    "with_keys",
    "without_number",
]

Item = Objective | KeyResult

_WORD = (
    "(?:kr|key result|obj|objective|o|goal|ziel|关键结果|目标|目標|成果|핵심 ?결과|목표|кр|цель)"
)
_INITIALS = "kogzKOGZ"
"""The ASCII letters that these words begin with."""
# Possessive quantifiers (`++`) never backtrack, so matching stays linear in the title's length:
# https://docs.python.org/3/library/re.html#regular-expression-syntax
_COUNT = r"\d++(?:\.\d++)*+"
_NUMBERING = lazy_pattern(
    rf"\s*+(?:[(\[]\s*+(?:{_WORD}\s*+)?[-_#]?{_COUNT}\s*+[)\]]\s*+(?:[.:、–-]\s*+)?"
    rf"|{_WORD}\s*+[-_#]?{_COUNT}(?:\s*+[.:)：、–—-]\s*+|\s++)"
    rf"|{_COUNT}\s*+(?:[):：、](?!\d)|\.(?!\d)|[–—-](?=\s))\s*+"
    r"|\d++(?:\.\d++)++\.?\s++(?-i:(?=[A-ZÀ-Þ\u0400-\u042f\u3040-\ud7af])))+",
    re.IGNORECASE,
)
# The order matters: the first attempt uses only the first of these columns.
_IDS = ("id", "objective_id")
_TITLES = ("objective", "key_result")
_MORE = ("cycle", "owner", "team")


def natural_key(id_: str | None, *parts: str | None, alike: Collection[str] = ()) -> str:
    """A short key from an item's id, otherwise from its texts (cycle, owner or team, objective, key
    result) without the numbering at their start. Texts in `alike` keep their numbering, because
    nothing else distinguishes them.

    The key stays the same when the row moves and when its numbers change.
    """
    text = (
        f"id\x1f{id_.strip()}"
        if id_
        else "\x1f".join([_in_key(part, alike) if part else "" for part in parts])
    )
    return _digest(text)


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _in_key(text: str, alike: Collection[str]) -> str:
    """A text as keys use it: titles that differ only in numbering, case and signs are equal."""
    plain = bare_title(text)
    return folded(text) if plain in alike else plain


@lru_cache(maxsize=16_384)
def bare_title(title: str) -> str:
    """A title without its number, as titles are compared."""
    return folded(without_number(title))


def distinguished_by_number(titles: Iterable[tuple[Hashable, str]]) -> frozenset[str]:
    """The bare titles (see `bare_title`) that belong to two different titles under one objective:
    "KR1: Launch" and "KR2: Launch". Each title is passed with the key of what it belongs to.
    """
    bares = [(above, title, without_number(title)) for above, title in titles]
    # Titles without numbers differ in more than those, and folding is what takes time.
    if all(title is bare for _, title, bare in bares):
        return frozenset()
    wholes: dict[tuple[Hashable, str], str] = {}
    alike = set()
    for above, title, bare in bares:
        plain = folded(bare)
        whole = plain if bare == title else folded(title)
        if wholes.setdefault((above, plain), whole) != whole:
            alike.add(plain)
    return frozenset(alike)


def without_number(title: str) -> str:
    """A title without the number it begins with: `KR1: Sign-ups`, `1.2 Sign-ups` and `O1 -
    Sign-ups` are all `Sign-ups`. A number that is part of the words stays: `5 webinars in Q1`.
    """
    first = title[:1]
    # Most titles begin with a letter that no numbering begins with.
    if first.isascii() and first.isalpha() and first not in _INITIALS:
        return title
    numbering = _NUMBERING.match(title)
    return title if numbering is None else title[numbering.end() :] or title


class Keys:
    """Hands out keys that are unique within a table: a repeated key gets a number, in reading
    order.
    """

    def __init__(self) -> None:
        self._first: dict[str, dict[str, Origin]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def distinct(self, key: str, origin: Origin) -> tuple[str, Origin | None]:
        """The key, with a number if the same table already has it; in that case also the origin of
        its first use.
        """
        within = self._first.setdefault(origin.table_key, {})
        if key not in within:
            within[key] = origin
            return key, None
        self._counts[origin.table_key, key] += 1
        return f"{key}#{self._counts[origin.table_key, key] + 1}", within[key]


def apart_by_table(objectives: Sequence[Objective]) -> list[Objective]:
    """The objectives with unique keys: where items of several tables share a key, the table becomes
    part of it, so the order of the tables does not matter.
    """
    items: list[Item] = []
    for objective in objectives:
        items += [objective, *objective.key_results]
    if len({item.origin.table_key for item in items}) < 2:
        return [*objectives]
    tables: dict[str, set[str]] = {}
    for item in items:
        tables.setdefault(item.key, set()).add(item.origin.table_key)
    shared = {key for key, table_keys in tables.items() if len(table_keys) > 1}
    return [with_keys(objective, _with_table, shared) for objective in objectives]


def with_keys(
    objective: Objective, rename: Callable[[Item], str], keys: Container[str]
) -> Objective:
    """The objective with new keys, from `rename`, for it and its key results that are in `keys`."""
    items = tuple(
        replace(item, key=rename(item)) if item.key in keys else item
        for item in objective.key_results
    )
    key = rename(objective) if objective.key in keys else objective.key
    if key == objective.key and all(map(is_, items, objective.key_results)):
        return objective
    numbers = None if objective.numbers is None else replace(objective.numbers, key=key)
    return replace(objective, key=key, key_results=items, numbers=numbers)


def _with_table(item: Item) -> str:
    key, mark, number = item.key.partition("#")
    text = "\x1f".join(("table", item.origin.table_key, key))
    return f"{_digest(text)}{mark}{number}"


def references(sheet: Sheet, records: Iterable[Record]) -> dict[int, RowRef]:
    """For each row number, how the row is looked up again: by the fewest cells whose values no
    other row of the table has.

    These are the id, otherwise the titles; if they are not unique, also cycle, owner and team. Rows
    that are still equal are distinguished by their position.
    """
    records = list(records)
    rows = {record.row.number: record.row for record in records}
    references_by_row: dict[int, RowRef] = {}
    alike: dict[tuple[str, ...], list[Row]] = {}
    columns: dict[str, ColumnRef] = {}
    for columns in _attempts(sheet, records):
        indexes = [column.index or 0 for column in columns.values()]
        first_rows: dict[tuple[str, ...], Row] = {}
        alike = {}
        for row in sheet.table.rows:
            texts = tuple([identity_text(row.value(index)) for index in indexes])
            if any(texts) and (first := first_rows.setdefault(texts, row)) is not row:
                alike.setdefault(texts, [first]).append(row)
        for texts, row in first_rows.items():
            number = row.number
            if texts not in alike and number in rows and number not in references_by_row:
                references_by_row[number] = row_ref(row, columns)
        if len(references_by_row) == len(rows):
            return references_by_row
    for group in alike.values():
        left = [row for row in group if row.number in rows and row.number not in references_by_row]
        if left:
            twins = twins_of(group, _filled_in(sheet))
            for row in left:
                references_by_row[row.number] = replace(
                    row_ref(row, columns), twins=twins[row.number]
                )
    return references_by_row


def _attempts(sheet: Sheet, records: Sequence[Record]) -> Iterator[dict[str, ColumnRef]]:
    """The columns that may identify the rows of a table, by role, the fewest first."""
    columns = _columns(sheet)
    ids = _subset(columns, _IDS)
    titles = _subset(columns, _TITLES)
    more = _subset(columns, _MORE)
    known = {column.index for column in titles.values()}
    others = {
        f"title {column}": _column(sheet, column)
        for column in sorted({record.title_column for record in records} - known)
    }
    last: dict[str, ColumnRef] = {}
    for attempt in (
        dict(list(ids.items())[:1]),
        titles,
        ids | titles,
        ids | titles | more,
        ids | titles | others | more,
    ):
        if attempt and attempt != last:
            yield attempt
            last = attempt


def _subset(columns: Mapping[str, ColumnRef], roles: Iterable[str]) -> dict[str, ColumnRef]:
    return {role: columns[role] for role in roles if role in columns}


def _columns(sheet: Sheet) -> dict[str, ColumnRef]:
    """The columns that are read, by role, each once."""
    columns: dict[str, ColumnRef] = {}
    taken: set[int] = set()
    for role, index in sheet.roles.items():
        if index not in taken:
            taken.add(index)
            columns[role] = _column(sheet, index)
    return columns


def _filled_in(sheet: Sheet) -> list[ColumnRef]:
    """The columns that people fill in, without those that okrsync writes."""
    ours = set(sheet.table.owned.values())
    return [column for column in _columns(sheet).values() if column.index not in ours]


def _column(sheet: Sheet, index: int) -> ColumnRef:
    number = sheet.header_row
    header_row = next((row for row in sheet.table.rows if row.number == number), None)
    return column_ref(sheet.table, index, header_row)
