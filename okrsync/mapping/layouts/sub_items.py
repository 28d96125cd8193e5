"""Sub-items: a board as monday.com exports it. Below an item stand its sub-items, under a header of
their own, which begins with the word for them. The header of items is repeated for each group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from okrsync.mapping.header.beside import role_of
from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.wide import is_period
from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Drawn, Record, Sheet
from okrsync.mapping.words import normal
from okrsync.mapping.words import table as words_of
from okrsync.model.table import Row, Table, is_blank, text_of

__all__ = ["LAYOUT", "SubItems", "names_sub_items"]

_TITLES = frozenset({"title", "objective", "key_result"})


class SubItems(Drawn, frozen=True):
    """The columns of each row by role; which rows are items; and, by row number, the heading of its
    group where that is a period: its row number, its column and its text.
    """

    roles: Mapping[int, Mapping[str, int]]
    items: frozenset[int]
    periods: Mapping[int, tuple[int, int, str]]


def names_sub_items(names: Sequence[str]) -> bool:
    """Whether a header is one of a board with sub-items."""
    return any(normal(name) in words_of("sub_items") for name in names if name)


def _detect(table: Table) -> SubItems | None:
    """The items and sub-items of a table; None without a header that begins with the word for
    sub-items, and one of items above it.
    """
    rows = [row for row in table.rows if not row.is_empty]
    inner = next((index for index, row in enumerate(rows) if _heads_sub_items(row)), 0)
    head = next((row for row in rows[:inner] if names_sub_items(_names(row))), None)
    if head is None:
        return None
    title = next(column for column, name in enumerate(_names(head)) if name)
    items: list[Row] = []
    sub_items: dict[Row, list[Row]] = {}
    periods: dict[int, tuple[int, int, str]] = {}
    period: tuple[int, int, str] | None = None
    inner_head = rows[inner]
    for row in rows:
        filled = [column for column, value in enumerate(row.values) if not is_blank(value)]
        if len(filled) == 1:
            text = text_of(row.value(filled[0]))
            period = (row.number, filled[0], text) if is_period(text) else None
        elif _heads_sub_items(row):
            inner_head = row
        elif row.number <= head.number or _names(row) == _names(head):
            continue
        elif filled[0] == title:
            items.append(row)
        else:
            sub_items.setdefault(inner_head, []).append(row)
        if period is not None:
            periods[row.number] = period
    roles = _roles_by_row(head, items, "objective")
    for each, below in sub_items.items():
        roles |= _roles_by_row(each, below, "key_result")
    kept = tuple(row for row in rows if row.number in roles)
    columns = tuple({column for each in roles.values() for column in _title_of(each)})
    item_numbers = frozenset(row.number for row in items)
    return SubItems(head, columns, kept, roles, item_numbers, periods) if sub_items else None


def _heads_sub_items(row: Row) -> bool:
    """Whether a row is the header of sub-items: `Subitems | Name | Owner`."""
    texts = [value for value in row.values if not is_blank(value)]
    return len(texts) > 1 and isinstance(texts[0], str) and names_sub_items([texts[0]])


def _names(row: Row) -> tuple[str, ...]:
    return tuple(" ".join(value.split()) if isinstance(value, str) else "" for value in row.values)


def _roles_by_row(head: Row, rows: Sequence[Row], kind: str) -> dict[int, Mapping[str, int]]:
    """The columns of some rows below a header, whose first name is that of the title."""
    names, contents = _names(head), Contents(rows)
    roles: dict[str, int] = {}
    for column, name in enumerate(names):
        if name and normal(name) not in words_of("sub_items"):
            role = kind if kind not in roles else role_of(name, contents.of(column))
            if role is not None and role not in _TITLES - {kind}:
                roles.setdefault(role, column)
    return {row.number: roles for row in rows if kind in roles}


def _title_of(roles: Mapping[str, int]) -> list[int]:
    return [roles[role] for role in ("objective", "key_result") if role in roles]


def _fits(sheet: Sheet) -> float:
    """2 where `_detect` finds such a table, otherwise 0."""
    return 2.0 if isinstance(sheet.drawn, SubItems) else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """A sub-item is a key result of the item above it."""
    records: list[Record] = []
    drawn = sheet.drawn
    if not isinstance(drawn, SubItems):
        return records
    item: int | None = None
    for row in drawn.rows:
        roles = drawn.roles[row.number]
        if row.number in drawn.items:
            item = len(records)
            record = Record("objective", row, roles["objective"], roles=roles)
        else:
            record = Record("key_result", row, roles["key_result"], item, roles=roles)
        if "cycle" not in roles and row.number in drawn.periods:
            number, column, text = drawn.periods[row.number]
            record.elsewhere, record.values = {"cycle": (number, column)}, {"cycle": text}
        records.append(record)
    return records


LAYOUT = Layout(
    because="sub-items stand below the items of a board, under a header of their own",
    fits=_fits,
    records=_records,
    detect=_detect,
    names_columns=True,
)
