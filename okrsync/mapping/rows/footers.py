"""Recognises what is below a table but not part of it: who prepared it, signatures, legends, the
day of the last update.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from okrsync.mapping.header.footer import has_form_of_footer, is_footer_text
from okrsync.mapping.header.header import Header
from okrsync.mapping.values.typed import read_boolean, read_number
from okrsync.mapping.words import status_of
from okrsync.model.table import CellValue, Row, Table, is_blank

__all__ = ["STRAY", "footer_rows", "is_name", "lonely_rows", "stray_rows"]

_TELLING = (
    "baseline",
    "current",
    "target",
    "progress",
    "score",
    "status",
    "confidence",
    "weight",
    "kind",
    "id",
    "parent",
)
"""Roles of which a row of the table has at least one, and a footer has none."""

STRAY = (
    "it stands apart below the table, and nothing there has a value; if it is an OKR, fill in its"
    " target"
)
_FULL_ROWS = 2
"""With fewer rows nothing can be said about what a full row looks like."""


def footer_rows(table: Table, header: Header) -> frozenset[int]:
    """The numbers of the rows that are a footer: a line with words of a footer, and the other rows
    of its block if the block is below the last measured row. A database has no last row.
    """
    blocks: list[tuple[bool, list[Row]]] = [(False, [])]
    first = header.row or 0
    last = first
    for row in table.rows:
        if row.number <= first:
            continue
        is_empty = row.is_empty
        if is_empty or row.number > last + 1:
            blocks.append((True, []))
        last = row.number
        if not is_empty:
            blocks[-1][1].append(row)
    measured = [
        block_index
        for block_index, (_, rows) in enumerate(blocks)
        if any(not _is_bare(row, header) for row in rows)
    ]
    last_measured = measured[-1] if measured else len(blocks)
    last_row = next(
        (
            row.number
            for _, rows in reversed(blocks)
            for row in reversed(rows)
            if not _is_bare(row, header)
        ),
        0,
    )
    footers: set[int] = set()
    for block_index, (is_apart, rows) in enumerate(blocks):
        # In the table, a word such as `Source` may begin a title; below the whole table it does
        # not.
        is_below = is_apart and block_index > last_measured and table.has_order
        footer_lines = {
            row.number
            for row in rows
            if _is_footer_line(
                row, header, weak=is_below, is_last=row.number > last_row and table.has_order
            )
        }
        footers |= footer_lines
        if footer_lines and is_below:
            footers |= {row.number for row in rows}
    return frozenset(footers)


def lonely_rows(table: Table, header: Header) -> frozenset[int]:
    """The numbers of the rows behind the last full one that hold a title and nothing else, where
    every row above is full: names of people who sign, or a title that somebody is just typing. A
    database has no header row and no last row.
    """
    if header.row is None:
        return frozenset()
    last_row = next((row for row in reversed(table.rows) if not row.is_empty), None)
    if last_row is None or last_row.number <= header.row or not _is_lonely(last_row, header):
        return frozenset()
    rows = [row for row in table.rows if row.number > header.row and not row.is_empty]
    titles = [header.roles[role] for role in ("objective", "key_result") if role in header.roles]
    last = next((i for i in reversed(range(len(rows))) if not _is_lonely(rows[i], header)), -1)
    above = rows[: last + 1]
    if len(above) < _FULL_ROWS or not all(_is_full(row, titles) for row in above):
        return frozenset()
    return frozenset(row.number for row in rows[last + 1 :])


def stray_rows(table: Table, header: Header, headings: Collection[int]) -> frozenset[int]:
    """The numbers of the rows that stand apart below the table without a value and do not look like
    its rows. `headings` are the rows that name the part below them.
    """
    if header.row is None or not table.has_order:
        return frozenset()
    tail: list[Row] = []
    for row in reversed(table.rows):
        if row.number <= header.row or _has_value(row, header):
            break
        if not row.is_empty:
            tail.append(row)
    if not tail:
        return frozenset()
    from okrsync.mapping.rows.apart import rows_apart

    rows = [
        row for row in table.rows if header.row < row.number < tail[-1].number and not row.is_empty
    ]
    measured = {row.number for row in rows if _has_value(row, header)}
    return rows_apart(rows, measured, tail[::-1], header, headings)


def _has_value(row: Row, header: Header) -> bool:
    """Whether a row has a value that measures or identifies an item, or a number or a box to tick
    beside its titles.
    """
    if not _is_bare(row, header):
        return True
    return any(
        isinstance(value, int | float)
        or (isinstance(value, str) and read_number(value) is not None)
        for column, value in enumerate(row.values)
        if column not in header.titles
    )


def _is_full(row: Row, titles: Sequence[int]) -> bool:
    """Whether a row has all its titles, in these columns, and something beside them."""
    values, width = row.values, len(row.values)
    for column in titles:
        if column >= width or is_blank(values[column]):
            return False
    return row.fills_more_than(len({*titles}))


def _is_lonely(row: Row, header: Header) -> bool:
    """Whether a row holds one text, or texts below numbers too: two people sign side by side."""
    filled = [(column, value) for column, value in enumerate(row.values) if not is_blank(value)]
    numeric = {
        header.roles[role] for role in ("baseline", "current", "target") if role in header.roles
    }
    return bool(filled) and all(
        isinstance(value, str) and (index == 0 or (column in numeric and is_name(value)))
        for index, (column, value) in enumerate(filled)
    )


def is_name(text: str) -> bool:
    """Whether a text may be a name: no number, and no word for done or for a status."""
    return read_number(text) is None and read_boolean(text) is None and status_of(text) is None


def _is_footer_line(row: Row, header: Header, *, weak: bool, is_last: bool) -> bool:
    """Whether a row begins with words of a footer and holds no measured value. A row of one cell
    behind the last measured one is a footer by its form as well.
    """
    for text in row.values:
        if isinstance(text, str) and text.strip():
            break
    else:
        return False
    if is_footer_text(text, weak=weak):
        return _is_bare(row, header)
    if not is_last:
        return False
    filled = [value for value in row.values if not is_blank(value)]
    if len(filled) > 1 and all(map(_explains_letter, filled)):
        return True
    return len(filled) == 1 and has_form_of_footer(text, is_apart=weak) and _is_bare(row, header)


def _explains_letter(value: CellValue) -> bool:
    """Whether a cell of a legend says what a letter or a sign means: `G = on track`."""
    sign, equals, words = value.partition("=") if isinstance(value, str) else ("", "", "")
    return bool(equals) and 0 < len(sign.strip()) < _LONGEST_SIGN and bool(words.strip())


_LONGEST_SIGN = 4


def _is_bare(row: Row, header: Header) -> bool:
    """Whether a row has no value that measures or identifies an item."""
    for role in _TELLING:
        value = row.value(header.roles[role]) if role in header.roles else None
        if is_blank(value) or _explains_letter(value):
            continue
        # The words of a signature line may be in any column: `Approved by` below `Baseline`.
        is_words = isinstance(value, str) and read_number(value) is None
        if not is_words or role not in ("baseline", "current", "target", "weight", "score"):
            return isinstance(value, str) and is_footer_text(value, weak=True)
    return True
