"""Tables ("Format as Table") of a sheet: their ranges, and adding or removing a last column."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from okrsync.connector import cell_number, column_letters
from okrsync_workbook.xlsx.markup import (
    Element,
    attributes,
    children,
    escaped_attribute,
    masked,
    root_of,
    spliced,
    with_attribute,
)

__all__ = ["Range", "TableRange", "grown", "parse_range", "read_table", "shrunk"]


class Range(Struct, frozen=True):
    """A block of cells; rows count from 1, columns from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def __contains__(self, cell: tuple[int, int]) -> bool:
        row, column = cell
        return (
            self.first_row <= row <= self.last_row
            and self.first_column <= column <= self.last_column
        )

    def meets(self, other: Range) -> bool:
        return (
            self.first_row <= other.last_row
            and other.first_row <= self.last_row
            and self.first_column <= other.last_column
            and other.first_column <= self.last_column
        )

    def __str__(self) -> str:
        first = f"{column_letters(self.first_column)}{self.first_row}"
        last = f"{column_letters(self.last_column)}{self.last_row}"
        return first if first == last else f"{first}:{last}"


class TableRange(Struct, frozen=True):
    """One table: its name, its range, the row of its header (None where it shows none), its part
    and its columns.
    """

    name: str
    range: Range
    header_row: int | None
    part: str
    columns: tuple[str, ...]
    is_query: bool


def parse_range(text: str) -> Range:
    """A block such as `A1:D20`, `$A$1` or `C:C`. ValueError when it is none."""
    first, _, last = text.partition(":")
    last = last or first
    if first.replace("$", "").isalpha():
        first, last = f"{first}1", f"{last}1048576"
    elif first.replace("$", "").isdigit():
        first, last = f"A{first}", f"XFD{last}"
    (row, column), (last_row, last_column) = cell_number(first), cell_number(last)
    return Range(
        min(row, last_row), min(column, last_column), max(row, last_row), max(column, last_column)
    )


def read_table(part: str, content: bytes) -> TableRange:
    """A table, read from the content of its part."""
    data = masked(content)
    root = root_of(data)
    facts = attributes(root, data)
    block = parse_range(facts.get("ref", "A1"))
    names = tuple(attributes(column, data).get("name", "") for column in _columns(data)[1])
    header = None if facts.get("headerRowCount") == "0" else block.first_row
    name = facts.get("displayName", facts.get("name", ""))
    return TableRange(name, block, header, part, names, facts.get("tableType") == "queryTable")


def grown(content: bytes, header: str) -> bytes:
    """The part of a table with one more column at its right edge."""
    data = masked(content)
    block = read_table("", content).range
    holder, columns = _columns(data)
    ids = [int(attributes(column, data).get("id", "0")) for column in columns]
    new = b'<%stableColumn id="%d" name="%s"/>' % (
        holder.prefix,
        max(ids, default=0) + 1,
        # Excel repairs a table whose column name differs from its header cell. It writes a line
        # break in that name as `_x000a_`.
        escaped_attribute(header).replace(b"&#10;", b"_x000a_"),
    )
    wider = Range(block.first_row, block.first_column, block.last_row, block.last_column + 1)
    return _resized(
        content, data, block, wider, (holder.inner_end, holder.inner_end, new), len(columns) + 1
    )


def shrunk(content: bytes) -> bytes:
    """The part of a table without its last column."""
    data = masked(content)
    block = read_table("", content).range
    last = _columns(data)[1][-1]
    smaller = Range(block.first_row, block.first_column, block.last_row, block.last_column - 1)
    return _resized(
        content, data, block, smaller, (last.start, last.end, b""), len(_columns(data)[1]) - 1
    )


def _columns(data: bytes) -> tuple[Element, Sequence[Element]]:
    root = root_of(data)
    holder = next(
        part
        for part in children(data, root.open_end, root.inner_end)
        if part.name == "tableColumns"
    )
    return holder, [
        part
        for part in children(data, holder.open_end, holder.inner_end)
        if part.name == "tableColumn"
    ]


def _resized(
    content: bytes,
    data: bytes,
    before: Range,
    after: Range,
    change: tuple[int, int, bytes],
    count: int,
) -> bytes:
    root = root_of(data)
    holder = _columns(data)[0]
    changes = [
        change,
        _retagged(root, content, "ref", str(after)),
        _retagged(holder, content, "count", str(count)),
    ]
    for part in children(data, root.open_end, root.inner_end):
        if part.name == "autoFilter":
            filtered = parse_range(attributes(part, data).get("ref", "A1"))
            if filtered.last_column == before.last_column:
                resized = Range(
                    filtered.first_row, filtered.first_column, filtered.last_row, after.last_column
                )
                changes.append(_retagged(part, content, "ref", str(resized)))
    return spliced(content, changes)


def _retagged(element: Element, content: bytes, name: str, value: str) -> tuple[int, int, bytes]:
    return element.start, element.open_end, with_attribute(element.open_tag(content), name, value)
