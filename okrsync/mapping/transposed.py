"""Transposed tables: field names stand below one another in one column, and each other column
is a record. Such a table is turned, and read like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from okrsync.mapping.header.footer import split_footer
from okrsync.mapping.header.wide import is_period, numbered_field
from okrsync.mapping.values.typed import read_number
from okrsync.mapping.words import normal, roles_of
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue, Row, Table, column_letters, is_blank, text_of

__all__ = ["LAYOUT_NAME", "WHY_NO_ANSWERS", "turned"]

LAYOUT_NAME = "transposed"
WHY_NO_ANSWERS = (
    "each column is a record here, so no answer has a place beside it; turn the table (copy it and"
    " paste it transposed), and answers are written beside each row"
)
_DEPTH = 60
_LONGEST = 60
_NUMBER = lazy_pattern(r"[\s#._-]*\d[\d.]*")
_TITLES = frozenset({"objective", "key_result", "title", "metric"})
_MEASURES = frozenset({"baseline", "current", "target", "progress", "score"})
_MOST_HEADS = 0.34
"""Of the cells right of the field names at most this share are field names as well."""


def turned(table: Table, wanted: str) -> Table | None:
    """The table with a row for each record, and the field names as its declared header; None where
    no field names stand below one another. `wanted` is the layout that the mapping names.
    """
    if table.header is not None or wanted not in ("auto", LAYOUT_NAME):
        return None
    above, _ = split_footer(table)
    rows = [row for row in above.rows[: _DEPTH * 4] if not row.is_empty]
    first = _column_of_fields(rows)
    fields = [row for row in rows if _roles(row.value(first))]
    cards = _cards(fields, first)
    if not cards or (wanted == "auto" and not _is_transposed(rows, fields, first)):
        return None
    names = list(dict.fromkeys(_name(row, first) for card in cards for row in card))
    width = max(len(row.values) for row in fields)
    records = tuple(
        record
        for column in range(width)
        if column != first
        for index, card in enumerate(cards)
        if (record := _record(card, first, column, index, names)) is not None
    )
    if not records:
        return None
    return Table(
        table.key,
        table.name,
        records,
        tuple(names),
        locale=table.locale,
        date_order=table.date_order,
        note=table.note,
    )


def _is_transposed(rows: Sequence[Row], fields: Sequence[Row], first: int) -> bool:
    """Whether a column holds field names, most of its texts are some, and no row is a
    header.
    """
    roles = {role for row in fields for role in _roles(row.value(first))[:1]}
    # Here nearly every table has said that it is none, and what follows looks at all of its cells.
    if len(roles) < 3:
        return False
    labelled = [row for row in rows[:_DEPTH] if not is_blank(row.value(first))]
    beside = [
        value
        for row in fields
        if not _is_wordy(row, first)
        for value in _beside(row, first)
        if not is_blank(value) and not isinstance(value, bool)
    ]
    heads = sum(_is_field(value) for value in beside)
    has_okr_word = bool({"objective", "key_result"} & roles) or (
        bool(_TITLES & roles) and len(roles) > 3
    )
    return (
        has_okr_word
        and bool(_MEASURES & roles)
        and len(fields) * 5 >= len(labelled) * 3
        and bool(beside)
        and heads <= len(beside) * _MOST_HEADS
        and not any(_heads(row, first) for row in rows if not _is_wordy(row, first))
        and _holds_numbers(fields, first)
    )


def _holds_numbers(fields: Sequence[Row], first: int) -> bool:
    """Whether a field that is a measure holds numbers."""
    return any(
        read_number(value) is not None
        for row in fields
        if _MEASURES & {*_roles(row.value(first))}
        for value in _beside(row, first)
    )


def _heads(row: Row, first: int) -> bool:
    """Whether a row names several columns itself; `KR1 | KR2 | KR3` only counts them."""
    heads = [value for value in _beside(row, first) if _is_field(value)]
    if is_blank(row.value(first)) and len({_roles(value) for value in heads}) == 1:
        return False
    filled = sum(not is_blank(value) for value in _beside(row, first))
    return len(heads) > 1 and len(heads) * 2 > filled


def _is_wordy(row: Row, first: int) -> bool:
    """Whether a field holds words that could be field names: `Type: Key result`."""
    return bool({"kind", "level", "status", "commitment", "unit"} & {*_roles(row.value(first))})


def _is_field(value: CellValue) -> bool:
    return bool(_roles(value))


def _roles(value: CellValue) -> tuple[str, ...]:
    return _roles_of(value) if isinstance(value, str) and len(value) <= _LONGEST else ()


# A cell is asked several times what it names, and many tables name the same.
@lru_cache(maxsize=4_096)
def _roles_of(field: str) -> tuple[str, ...]:
    text = field.strip().rstrip(":：")
    roles = roles_of(text)
    numbered = None if roles or not any(map(str.isdigit, text)) else numbered_field(text)
    return roles if numbered is None else (numbered,)


def _name(row: Row, first: int) -> str:
    name = " ".join(str(row.value(first)).split()).rstrip(":：").strip()
    # `KR1`, `KR2` below one another name the same field of several records, and so do `KR1 target`
    # and `KR2 target`.
    if _roles(name)[:1] == ("title",) and any(
        is_period(text_of(each)) for each in _beside(row, first)
    ):
        return "Cycle"  # `OKR` above `Objective`, with `Q4 2026` beside it.
    field = numbered_field(name)
    if field == "objective":
        return "Objective"
    is_numbered = field is not None or _roles(name)[:1] == ("key_result",)
    return " ".join(_NUMBER.sub("", name).split()) if is_numbered else name


def _cards(fields: Sequence[Row], first: int) -> list[list[Row]]:
    """The fields of each record that stand below one another: a new one begins where a field comes
    again, or where one that stood above the title of the key result does, such as its objective.
    """
    names = [_name(row, first) for row in fields]
    order = list(dict.fromkeys(map(normal, names)))
    title = next((normal(name) for name in names if _roles(name)[:1] == ("key_result",)), None)
    heads = {*order[: order.index(title) + 1]} if title is not None else set()
    cards: list[list[Row]] = []
    taken: list[str] = []
    for row, name in zip(fields, map(normal, names), strict=True):
        is_above = name in heads and bool(taken) and order.index(taken[-1]) > order.index(name)
        if not cards or name in taken or is_above:
            cards.append([])
            taken = []
        taken.append(name)
        cards[-1].append(row)
    _share_what_follows(cards, first)
    return cards


def _share_what_follows(cards: Sequence[list[Row]], first: int) -> None:
    """Where key results stand directly below one another, what follows the last of them is said of
    all: `KR1`, `KR2`, `Progress`.
    """
    for card, below in reversed([*pairwise(cards)]):
        is_bare = _roles(_name(card[-1], first))[:1] == ("key_result",)
        if is_bare and _roles(_name(below[0], first))[:1] == ("key_result",):
            card.extend(below[1:])


def _record(
    card: Sequence[Row], first: int, column: int, index: int, names: Sequence[str]
) -> Row | None:
    values: list[CellValue] = [None] * len(names)
    marks = bytearray(len(names))
    for row in card:
        field = names.index(_name(row, first))
        values[field], marks[field] = row.value(column), row.mark(column)
    if all(is_blank(value) for value in values):
        return None
    label = f"column {column_letters(column)}"
    if index:
        label = f"{label} from row {card[0].number}"
    return Row(card[0].number * 1000 + column + 1, tuple(values), None, bytes(marks), label)


def _column_of_fields(rows: Sequence[Row]) -> int:
    """The column with the most field names; of several, the first."""
    # Most texts repeat from row to row, and each is looked up once.
    texts = Counter(
        (column, value)
        for row in rows
        for column, value in enumerate(row.values)
        if isinstance(value, str)
    )
    counts: Counter[int] = Counter()
    for (column, value), count in texts.items():
        if _is_field(value):
            counts[column] += count
    return min(counts, key=lambda column: (-counts[column], column), default=0)


def _beside(row: Row, first: int) -> Sequence[CellValue]:
    """The values of a row beside its field name."""
    return (*row.values[:first], *row.values[first + 1 :])
