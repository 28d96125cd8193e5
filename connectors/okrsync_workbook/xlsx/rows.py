"""The rows of a sheet, and replacing single cells in them.

Only the bytes of a cell that changes are replaced. Rows and cells may leave out their address (they
then follow the one before), have the form `<c/>`, or be missing.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from msgspec import Struct

from okrsync.connector import CellError, CellValue, UnreadableSource, column_letters, column_number
from okrsync_workbook.xlsx.markup import masked, tag_attributes, text_in, unescaped, with_attribute
from okrsync_workbook.xlsx.zip import buffer_of

__all__ = [
    "KEEP",
    "CellXml",
    "Kept",
    "RowXml",
    "SharedTexts",
    "every_row",
    "renumbered_rows",
    "rewrite_rows",
    "rows_of_body",
]

_PLACE = re.compile(r"\$?([A-Za-z]+)\$?[0-9]+")
_QUICK_PLACE = re.compile(rb" r=\"([A-Z]+)[0-9]+\"")
_IS_FORMULA = re.compile(rb"<(?:[\w.\-]+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:[\w.\-]+:)?v(?:\s[^>]*)?>(.*?)</", re.DOTALL)
# Japanese texts may carry their pronunciation, which is no part of what people read.
_PHONETIC = re.compile(rb"<(?:[\w.\-]+:)?rPh[\s>].*?</(?:[\w.\-]+:)?rPh>", re.DOTALL)
_TEXT = re.compile(rb"<(?:[\w.\-]+:)?t(?:\s[^>]*)?>(.*?)</(?:[\w.\-]+:)?t\s*>", re.DOTALL)


class Kept:
    """The answer of a writer for a cell that stays as it is."""


KEEP = Kept()


class SharedTexts:
    """The shared texts of a workbook, loaded when a cell that has one is first compared."""

    def __init__(self, load: Callable[[], bytes | None]) -> None:
        self._load = load
        self._texts: list[str] | None = None

    def __getitem__(self, number: int) -> str:
        if self._texts is None:
            content = self._load() or b""
            data = masked(content)
            texts = re.findall(
                rb"<(?:[\w.\-]+:)?si\s*/>|<((?:[\w.\-]+:)?si)(?:\s[^>]*)?>(.*?)</\1\s*>",
                data,
                re.DOTALL,
            )
            self._texts = [rich_text(inner) for _, inner in texts]
        return self._texts[number] if 0 <= number < len(self._texts) else ""


def rich_text(markup: bytes) -> str:
    """The text of a shared or inline string: its runs joined, its pronunciation left out."""
    return unescaped("".join(text_in(text) for text in _TEXT.findall(_PHONETIC.sub(b"", markup))))


class CellXml(Struct, frozen=True):
    """One cell as it is in the file. `tag` is the inside of its opening tag; `has_place` says
    whether the tag states the address.
    """

    column: int
    start: int
    end: int
    markup: bytes
    has_place: bool
    tag: bytes

    @property
    def facts(self) -> dict[str, str]:
        return tag_attributes(self.tag)

    @property
    def style(self) -> int:
        stated = self.facts.get("s", "0")
        return int(stated) if stated.isdigit() else 0

    @property
    def has_formula(self) -> bool:
        return _IS_FORMULA.search(masked(self.markup)) is not None

    def value(self, texts: SharedTexts) -> CellValue:
        """The value of the cell: a date as its number, None for an empty cell."""
        kind = self.facts.get("t", "n")
        if kind == "inlineStr":
            return rich_text(self.markup) or None
        match = _VALUE.search(self.markup)
        text = text_in(match[1]) if match is not None else ""
        if kind == "s":
            return (texts[int(text)] or None) if text.strip().isdigit() else None
        if kind in ("str", "d"):
            return unescaped(text) or None
        if not text.strip():
            return None
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "e":
            return CellError(text)
        try:
            return float(text)
        except ValueError:
            return text


class RowXml(Struct, frozen=True):
    """One row as it is in the file, its cells in the order of their columns. A missing row has no
    cells.
    """

    number: int
    facts: Mapping[str, str]
    cells: Mapping[int, CellXml]

    @property
    def style(self) -> int | None:
        """The format of missing cells; None where the row does not set one."""
        stated = self.facts.get("s", "")
        return (
            int(stated)
            if stated.isdigit() and self.facts.get("customFormat") in ("1", "true")
            else None
        )


Writer = Callable[[RowXml, int, CellXml | None], bytes | Kept | None]
"""Decides what a cell should be: its markup, None for no cell at all, `KEEP` for the cell as it is.
"""


class _Rows:
    """The positions of the rows of a sheet."""

    def __init__(self, data: bytes, prefix: bytes) -> None:
        self.data = data
        self.prefix = prefix
        self.opening = re.compile(rb"<" + prefix + rb"row(?=[\s/>])([^<>]*)>")
        self.closing = re.compile(rb"</" + prefix + rb"row\s*>")
        self.cell = re.compile(rb"<" + prefix + rb"c(?=[\s/>])([^<>]*)>")
        self.cell_end = re.compile(rb"</" + prefix + rb"c\s*>")
        stated = re.compile(rb"\sr\s*=\s*[\"']([0-9]+)[\"']")
        self.numbers: list[int] = []
        # Their tags would take twenty times the room, and there may be a million.
        self.starts = array("Q")
        self.are_in_order = True
        """Whether the numbers rise, as they should."""
        number = 0
        for tag in self.opening.finditer(data):
            match = stated.search(tag[1])
            number = int(match[1]) if match is not None else number + 1
            self.are_in_order &= not self.numbers or self.numbers[-1] < number
            self.numbers.append(number)
            self.starts.append(tag.start())

    def __len__(self) -> int:
        return len(self.numbers)

    def tag(self, index: int) -> re.Match[bytes]:
        """The opening tag of the row of that index among all rows in the file, from 0."""
        tag = self.opening.match(self.data, self.starts[index])
        assert tag is not None
        return tag

    @cached_property
    def _indexes(self) -> dict[int, int]:
        return {number: index for index, number in reversed([*enumerate(self.numbers)])}

    def index(self, number: int) -> int | None:
        """The index of the first row of that number; None where there is none."""
        if not self.are_in_order:
            return self._indexes.get(number)
        index = bisect_left(self.numbers, number)
        return index if index < len(self) and self.numbers[index] == number else None

    def row_at(self, index: int, body: bytes) -> RowXml:
        """The row of that index."""
        tag = self.tag(index)
        end = self.starts[index + 1] if index + 1 < len(self) else len(self.data)
        return RowXml(self.numbers[index], tag_attributes(tag[1]), self._cells(tag, end, body))

    @property
    def end(self) -> int:
        """The position where the last row ends; 0 where there is none."""
        if not self.numbers:
            return 0
        last = self.tag(len(self) - 1)
        if last[1].endswith(b"/"):
            return last.end()
        closing = self.closing.search(self.data, last.end())
        if closing is None:
            raise UnreadableSource(
                "a sheet of the workbook is cut short", hint="Open it in Excel and save it again."
            )
        return closing.end()

    def _cells(self, row: re.Match[bytes], end_of_row: int, body: bytes) -> dict[int, CellXml]:
        if row[1].endswith(b"/"):
            return {}
        closed = self.closing.search(self.data, row.end(), end_of_row)
        limit = closed.start() if closed is not None else end_of_row
        cells: dict[int, CellXml] = {}
        column = -1
        for tag in self.cell.finditer(self.data, row.end(), limit):
            quick = _QUICK_PLACE.match(tag[1])
            letters = quick[1].decode() if quick is not None else _stated_place(tag[1])
            column = _column(letters) if letters is not None else column + 1
            end = tag.end()
            if not tag[1].endswith(b"/"):
                closing = self.cell_end.search(self.data, end, limit)
                end = closing.end() if closing is not None else end
            cells[column] = CellXml(
                column, tag.start(), end, body[tag.start() : end], letters is not None, tag[1]
            )
        return cells


def _stated_place(tag: bytes) -> str | None:
    match = _PLACE.fullmatch(tag_attributes(tag).get("r", ""))
    return match[1] if match is not None else None


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    return column_number(letters)


def rows_of_body(
    body: bytes, prefix: bytes, numbers: Collection[int] | None = None
) -> dict[int, RowXml]:
    """The rows in the file by number: all of them, or only those with these numbers."""
    rows = _Rows(masked(body), prefix)
    wanted = dict.fromkeys(rows.numbers) if numbers is None else numbers
    return {
        number: rows.row_at(index, body)
        for number in wanted
        if (index := rows.index(number)) is not None
    }


def every_row(body: bytes, prefix: bytes) -> Iterator[RowXml]:
    """The rows in the order of the file; a number comes twice where the file repeats it."""
    rows = _Rows(masked(body), prefix)
    for index in range(len(rows)):
        yield rows.row_at(index, body)


def renumbered_rows(body: bytes, prefix: bytes, number_of: Callable[[int], int | None]) -> bytes:
    """The rows with other numbers, formats and heights included; those without a number are left
    out. The order of the rows must stay the same.
    """
    rows = _Rows(masked(body), prefix)
    if not rows.numbers:
        return body
    pieces = [body[: rows.starts[0]]]
    for index in range(len(rows)):
        tag = rows.tag(index)
        following = rows.starts[index + 1] if index + 1 < len(rows) else rows.end
        row = rows.row_at(index, body)
        number = number_of(row.number)
        if number is None:
            continue
        if number == row.number and tag_attributes(tag[1]).get("r") is not None:
            pieces.append(body[tag.start() : following])
            continue
        pieces.append(with_attribute(body[tag.start() : tag.end()], "r", str(number)))
        position = tag.end()
        for cell in sorted(row.cells.values(), key=lambda cell: cell.start):
            end = cell.markup.index(b">") + 1
            address = f"{column_letters(cell.column)}{number}"
            pieces += [
                body[position : cell.start],
                with_attribute(cell.markup[:end], "r", address) + cell.markup[end:],
            ]
            position = cell.end
        pieces.append(body[position:following])
    pieces.append(body[rows.end :])
    return b"".join(pieces)


def rewrite_rows(
    body: bytes, data: bytes, prefix: bytes, targets: Mapping[int, Sequence[int]], write: Writer
) -> bytes:
    """The rows with these cells (row number, columns) replaced as `write` decides; `data` is the
    masked body. Returns the same object when everything is kept.
    """
    rows = _Rows(data, prefix)
    changes: Iterable[_Change] = _changes(rows, body, targets, write)
    if not rows.are_in_order:
        changes = sorted(changes, key=_place_of)
    # Row by row: the changes of a large sheet would take as much room as the sheet itself.
    out, view, position, is_changed = buffer_of(len(body)), memoryview(body), 0, False
    for start, end, markup in changes:
        out.write(view[position:start])
        out.write(markup)
        position, is_changed = end, True
    if not is_changed:
        return body
    out.write(view[position:])
    out.truncate()
    return out.getvalue()


_Change = tuple[int, int, bytes]
"""Where markup begins and ends, and what it is replaced by."""


def _place_of(change: _Change) -> tuple[int, int]:
    return change[:2]


def _changes(
    rows: _Rows, body: bytes, targets: Mapping[int, Sequence[int]], write: Writer
) -> Iterator[_Change]:
    """The changes of each row, by its number; those of one row in the order of their places."""
    for number in sorted(targets):
        row = rows.index(number)
        if row is not None:
            yield from sorted(_changed_row(rows, body, row, targets[number], write), key=_place_of)
        else:
            new_row = _made_row(rows.prefix, number, targets[number], write)
            if new_row:
                index = bisect_right(rows.numbers, number)
                position = rows.starts[index] if index < len(rows) else rows.end
                yield position, position, new_row


def _made_row(prefix: bytes, number: int, columns: Sequence[int], write: Writer) -> bytes:
    row = RowXml(number, {}, {})
    written = [write(row, column, None) for column in sorted(columns)]
    cells = b"".join(markup for markup in written if isinstance(markup, bytes))
    return b'<%srow r="%d">%s</%srow>' % (prefix, number, cells, prefix) if cells else b""


def _changed_row(
    rows: _Rows, body: bytes, index: int, columns: Sequence[int], write: Writer
) -> list[_Change]:
    row = rows.row_at(index, body)
    order = sorted(row.cells)
    tag = rows.tag(index)
    changes: list[_Change] = []
    added: list[tuple[int, bytes]] = []
    removed: set[int] = set()
    for column in sorted(columns):
        cell = row.cells.get(column)
        markup = write(row, column, cell)
        if isinstance(markup, Kept) or markup == (cell.markup if cell is not None else None):
            continue
        if cell is None:
            added.append((column, markup or b""))
        elif markup is None:
            follower = next((row.cells[other] for other in order if other > column), None)
            if follower is not None and not follower.has_place:
                # The next cell does not state its address and would move without this one.
                markup = b'<%sc r="%s%d"/>' % (
                    rows.prefix,
                    column_letters(column).encode(),
                    row.number,
                )
            else:
                removed.add(column)
            changes.append((cell.start, cell.end, markup or b""))
        else:
            changes.append((cell.start, cell.end, markup))
    if not changes and not added:
        return []
    remaining = sorted((set(order) - removed) | {column for column, _ in added})
    opening = _respanned(tag[0], row, remaining, {column for column, _ in added}, removed)
    if tag[1].endswith(b"/"):
        cells = b"".join(markup for _, markup in added)
        whole = opening[:-2].rstrip() + b">" + cells + b"</" + rows.prefix + b"row>"
        return [(tag.start(), tag.end(), whole)]
    for column, markup in added:
        later = next((row.cells[other] for other in order if other > column), None)
        last = row.cells[order[-1]].end if order else tag.end()
        position = later.start if later is not None else last
        changes.append((position, position, markup))
    if opening != tag[0]:
        changes.append((tag.start(), tag.end(), opening))
    return _merged_changes(changes)


def _merged_changes(changes: list[_Change]) -> list[_Change]:
    """The changes with all insertions at one position joined, in their order."""
    insertions: dict[int, bytes] = {}
    for start, end, markup in changes:
        if start == end:
            insertions[start] = insertions.get(start, b"") + markup
    kept = [change for change in changes if change[0] != change[1]]
    return [*kept, *((position, position, markup) for position, markup in insertions.items())]


def _respanned(
    tag: bytes, row: RowXml, remaining: Sequence[int], added: set[int], removed: set[int]
) -> bytes:
    """The tag of a row with its `spans` (a hint about the used columns) adjusted: as wide as needed
    and no wider.
    """
    first, _, last = row.facts.get("spans", "").partition(":")
    if not (first.isdigit() and last.isdigit()) or not remaining:
        return tag
    low, high = int(first), int(last)
    new_low, new_high = (
        min([low, *(column + 1 for column in added)]),
        max([high, *(column + 1 for column in added)]),
    )
    while new_high - 1 in removed and new_high > remaining[-1] + 1:
        new_high -= 1
    return (
        tag
        if (new_low, new_high) == (low, high)
        else with_attribute(tag, "spans", f"{new_low}:{new_high}")
    )
