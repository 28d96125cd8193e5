"""What people put among okrsync's own lines of a summary or a review on a sheet: rows that they
inserted and typed into, and cells of okrsync's that they typed over.

The rows as they stand are compared with those that okrsync wrote. A row that okrsync did not write
is people's and is moved below the managed part. A cell of okrsync's own gets its words back, and
the words that stood there are named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from okrsync.model.frozen import Frozen
from okrsync.model.table import CellValue, column_letters, is_blank, text_of

__all__ = ["GridRow", "TypedLines", "typed_lines"]

GridRow = Sequence[CellValue]
_Compared = tuple[CellValue, ...]
_MOST_NAMED = 30
"""So many cells are named with their words; the rest are counted."""
_MOST_CANDIDATES = 50
"""So many of okrsync's rows are compared with one that was edited."""


class TypedLines(Frozen, frozen=True):
    """What people put among okrsync's lines, by rows counted from 0: the `rows` that they inserted
    and filled, the `blanks` that they inserted and left empty, and the `cells` of okrsync's rows
    that hold words of theirs.
    """

    rows: tuple[int, ...] = ()
    blanks: tuple[int, ...] = ()
    cells: tuple[tuple[int, int, CellValue], ...] = ()

    def __bool__(self) -> bool:
        """Whether people's words stand there."""
        return bool(self.rows or self.cells)

    def remark(self, first_row: int, first_column: int, below: str) -> str | None:
        """What becomes of these words when the page is written, in a sentence; None without any.
        `first_row` (from 1) and `first_column` (from 0) are those of the managed part, and `below`
        names the line below which people's rows go.
        """
        sentences = []
        if self.rows:
            noun, verb = ("row", "is") if len(self.rows) == 1 else ("rows", "are")
            numbers = _listed(str(first_row + row) for row in self.rows)
            sentences.append(f"{noun} {numbers}, typed by people, {verb} below {below} now")
        if self.cells:
            named = (
                f"{column_letters(first_column + column)}{first_row + row} ({text_of(value)!r})"
                for row, column, value in self.cells
            )
            sentences.append(f"replaced words that are not okrsync's: {_listed(named)}")
        return "; ".join(sentences) or None


def typed_lines(present: Sequence[GridRow], *written: Sequence[GridRow]) -> TypedLines:
    """What people put among the rows that are `present`, where okrsync wrote one of the pages
    `written`. Both include the line that ends the managed part.

    Where less than half of each of these pages is present, okrsync's rows cannot be recognised
    (another version may have laid them out): then only words are named, and no row is people's.
    Where no page is known, nothing is.
    """
    if not written:
        return TypedLines()
    rows = [_compared(row) for row in present]
    pages = [[_compared(row) for row in page] for page in written]
    own = {row for page in pages for row in page}
    strange = [index for index, row in enumerate(rows) if row and row not in own]
    if not any(_is_laid_out_so(page, rows) for page in pages):
        return TypedLines(cells=tuple(cell for index in strange for cell in _cells(rows, index)))
    origins = _origins(rows, strange, (row for page in pages for row in page))
    return TypedLines(
        rows=tuple(index for index in strange if index not in origins),
        blanks=tuple(_inserted_blanks(rows, pages)),
        cells=tuple(
            (index, column, value)
            for index, origin in origins.items()
            for _, column, value in _cells(rows, index)
            if column >= len(origin) or origin[column] != value
        ),
    )


def _compared(row: GridRow) -> _Compared:
    values = [_plain(value) for value in row]
    while values and values[-1] is None:
        values.pop()
    return tuple(values)


def _plain(value: CellValue) -> CellValue:
    """The value as sheets keep it: numbers as floats, to 12 digits."""
    if is_blank(value):
        return None
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return float(f"{float(value):.12g}")
    return value


def _cells(rows: Sequence[_Compared], index: int) -> Iterator[tuple[int, int, CellValue]]:
    for column, value in enumerate(rows[index]):
        if value is not None:
            yield index, column, value


def _is_laid_out_so(page: Sequence[_Compared], rows: Sequence[_Compared]) -> bool:
    lines = Counter(row for row in page if row)
    here = Counter(row for row in rows if row)
    return bool(lines) and 2 * (lines & here).total() >= lines.total()


def _origins(
    rows: Sequence[_Compared], strange: Sequence[int], written: Iterable[_Compared]
) -> dict[int, _Compared]:
    """By its index, which row of okrsync's a row was before somebody edited it: one that is not
    there any more and of which at least half still stands.
    """
    here = set(rows)
    gone = dict.fromkeys(row for row in written if row and row not in here)
    by_cell: dict[tuple[int, CellValue], list[_Compared]] = defaultdict(list)
    for row in gone:
        for column, value in enumerate(row):
            if value is not None:
                by_cell[column, value].append(row)
    origins: dict[int, _Compared] = {}
    used: set[_Compared] = set()
    for index in strange:
        # The rarest of its cells leads to it: a status stands in many rows, an address in one.
        lists = [by_cell[cell] for cell in enumerate(rows[index]) if cell in by_cell]
        candidates = [row for row in min(lists, key=len, default=[]) if row not in used]
        best = max(
            candidates[:_MOST_CANDIDATES], key=lambda row: _shared(row, rows[index]), default=()
        )
        filled = sum(value is not None for value in best)
        if best and 2 * _shared(best, rows[index]) >= filled:
            origins[index] = best
            used.add(best)
    return origins


def _shared(row: _Compared, other: _Compared) -> int:
    return sum(a is not None and a == b for a, b in zip(row, other, strict=False))


def _inserted_blanks(
    rows: Sequence[_Compared], pages: Sequence[Sequence[_Compared]]
) -> Iterator[int]:
    """The blank rows that okrsync did not write. Where people's and okrsync's stand together, or
    more of them between the same lines than okrsync wrote, all of them: it is not known which is
    whose.

    Both neighbours decide. One of them is enough where the other one was edited, and only for what
    okrsync wrote and both did not find: lines may say the same, as two notices do.
    """
    page = max(pages, key=lambda page: _likeness(page, rows))
    written, present = _bounded_runs(page), _bounded_runs(rows)
    counts = Counter(bounds for _, bounds in written)
    here = Counter(bounds for _, bounds in present)
    unknown = [(run, bounds) for run, bounds in present if here[bounds] > counts[bounds]]
    missing = counts - Counter({bounds: n for bounds, n in here.items() if n <= counts[bounds]})
    missing_sides = Counter(side for bounds in missing.elements() for side in _sides(bounds))
    unknown_sides = Counter(side for _, bounds in unknown for side in _sides(bounds))
    for run, bounds in unknown:
        if not any(unknown_sides[side] <= missing_sides[side] for side in _sides(bounds)):
            yield from run


def _likeness(page: Sequence[_Compared], rows: Sequence[_Compared]) -> float:
    """How much of a page and of the rows that are present is in both, from 0 to 1."""
    lines, here = (Counter(row for row in each if row) for each in (page, rows))
    return 2 * (lines & here).total() / max(1, lines.total() + here.total())


_Bounds = tuple[_Compared | None, int, _Compared]
"""A line, the number of the blank rows below it, and the line below these."""


def _bounded_runs(rows: Sequence[_Compared]) -> list[tuple[range, _Bounds]]:
    return [
        (range(start, end), (rows[start - 1] if start else None, end - start, rows[end]))
        for start, end in _blank_runs(rows)
    ]


def _sides(bounds: _Bounds) -> tuple[tuple[_Compared | None, int, str], ...]:
    above, count, below = bounds
    return (above, count, "below"), (below, count, "above")


def _blank_runs(rows: Sequence[_Compared]) -> Iterator[tuple[int, int]]:
    start = None
    for index, row in enumerate(rows):
        if not row and start is None:
            start = index
        elif row and start is not None:
            yield start, index
            start = None


def _listed(words: Iterable[str]) -> str:
    named = list(words)
    more = len(named) - _MOST_NAMED
    if more > 0:
        return f"{', '.join(named[:_MOST_NAMED])} and {more} more"
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
