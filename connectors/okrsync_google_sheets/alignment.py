"""Which row and column of a tab is which after people moved things: two looks at one tab, laid
beside each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from okrsync.connector import CellValue, Row, Table, is_blank, text_of
from okrsync_google_sheets.tab import GoogleTab

__all__ = ["Alignment"]

_ALIKE = 0.5
"""Which share of two rows' or columns' cells must be equal for the one to be taken for the other.
"""
_MOST_PAIRS = 1_000_000
"""Where more pairs of rows would have to be compared, the tab was rewritten, and nothing is taken
for anything.
"""


class Alignment:
    """What of `before` stands where in `after`. `header_rows` are the numbers (from 1) of the rows
    with column names in `before`; `written` the columns of `before`, and `overwritten` those of
    `after`, (from 0) whose values okrsync itself changed: they tell nothing about a row.

    A row or column that cannot be told stands nowhere: nothing is guessed.
    """

    def __init__(
        self,
        before: GoogleTab,
        after: GoogleTab,
        header_rows: Iterable[int],
        written: Iterable[int] = (),
        overwritten: Iterable[int] = (),
    ) -> None:
        self._before, self._after = before, after
        numbers = sorted(set(header_rows))
        self.columns = _columns(before, after, numbers)
        """Columns from 0: before to after."""
        hit = frozenset(overwritten)
        self._written = frozenset(written) | {at for at, to in self.columns.items() if to in hit}
        self.header_rows = {
            number: _header_now(
                after.table, number, _names(before.table, number, before.table.width)
            )
            for number in numbers
        }
        """Rows with column names, from 1: before to after; None where one is gone."""
        self._rows: dict[int, int] | None = None

    @property
    def rows(self) -> dict[int, int]:
        """Rows from 0: before to after."""
        if self._rows is None:
            self._rows = self._matched_rows()
        return self._rows

    def _matched_rows(self) -> dict[int, int]:
        kept = [(at, to) for at, to in sorted(self.columns.items()) if at not in self._written]
        before = [_signature(row, [at for at, _ in kept]) for row in self._before.table.rows]
        after = [_signature(row, [to for _, to in kept]) for row in self._after.table.rows]
        found = _same_signatures(before, after)
        taken = set(found.values())
        self._by_anchor(found, taken)
        # A row that reads just like one of before is that row or a copy of it, and no other one.
        known = set(before)
        _by_likeness(before, after, found, taken, known)
        _by_neighbours(
            found,
            len(before),
            len(after),
            lambda at, to: (
                before[at] == after[to]
                or (after[to] not in known and _may_be(before[at], after[to]))
            ),
        )
        return found

    def _by_anchor(self, found: dict[int, int], taken: set[int]) -> None:
        """Rows that changed in place still carry their anchor, where no sort came between."""
        places = {
            anchor.id: at for at, anchors in self._after.row_anchors.items() for anchor in anchors
        }
        for at, anchors in self._before.row_anchors.items():
            to = next((places[anchor.id] for anchor in anchors if anchor.id in places), None)
            if at in found or to is None or to in taken:
                continue
            if self._likeness(at, to) >= _ALIKE:
                found[at] = to
                taken.add(to)

    def _likeness(self, at: int, to: int) -> float:
        pairs = [
            (self._before.value_at(at, one), self._after.value_at(to, other))
            for one, other in self.columns.items()
            if one not in self._written
        ]
        filled = [(one, other) for one, other in pairs if not (is_blank(one) and is_blank(other))]
        return (
            sum(text_of(one) == text_of(other) for one, other in filled) / len(filled)
            if filled
            else 0.0
        )


Signature = tuple[str, ...]


def _signature(row: Row, columns: Sequence[int]) -> Signature:
    return tuple(text_of(row.value(column)) for column in columns)


def _same_signatures(before: list[Signature], after: list[Signature]) -> dict[int, int]:
    """Rows that read the same; of several alike, the first is the first."""
    places: dict[Signature, list[int]] = {}
    for to, signature in enumerate(after):
        places.setdefault(signature, []).append(to)
    found: dict[int, int] = {}
    counts, counts_after = Counter(before), Counter(after)
    for at, signature in enumerate(before):
        spots = places.get(signature)
        if not spots:
            continue
        # Alike rows of which one came or went cannot be told apart, unless they are empty and hold
        # nothing to lose.
        if (
            counts[signature] > 1
            and any(signature)
            and counts_after[signature] != counts[signature]
        ):
            continue
        found[at] = spots.pop(0)
    return found


def _by_likeness(
    before: list[Signature],
    after: list[Signature],
    found: dict[int, int],
    taken: set[int],
    known: set[Signature],
) -> None:
    """Rows of which somebody changed a cell: each goes to the row most like it, where that is
    clear.
    """
    rest = [
        to
        for to in range(len(after))
        if to not in taken and any(after[to]) and after[to] not in known
    ]
    if len(rest) * (len(before) - len(found)) > _MOST_PAIRS:
        return
    for at, signature in enumerate(before):
        if at in found or not any(signature):
            continue
        scored = sorted(
            ((_share(signature, after[to]), -abs(to - at), to) for to in rest), reverse=True
        )
        if scored and scored[0][0] >= _ALIKE and (len(scored) == 1 or scored[0][0] > scored[1][0]):
            found[at] = scored[0][2]
            rest.remove(scored[0][2])


def _by_neighbours(
    found: dict[int, int], before: int, after: int, may_be: Callable[[int, int], bool]
) -> None:
    """What stands between the same two neighbours as before, as many as before, is the same in the
    same order, where it may be.
    """
    taken = set(found.values())
    known = [(-1, -1), *sorted(found.items()), (before, after)]
    for (at, to), (next_at, next_to) in pairwise(known):
        gap = range(at + 1, next_at)
        room = [place for place in range(to + 1, next_to) if place not in taken]
        if (
            gap
            and len(gap) == len(room)
            and all(may_be(one, other) for one, other in zip(gap, room, strict=True))
        ):
            found.update(zip(gap, room, strict=True))


def _may_be(before: Signature, after: Signature) -> bool:
    """Whether two rows have anything in common, or both hold nothing."""
    return _share(before, after) > 0 or not (any(before) or any(after))


def _share(one: Signature, other: Signature) -> float:
    filled = [(a, b) for a, b in zip(one, other, strict=True) if a or b]
    return sum(a == b for a, b in filled) / len(filled) if filled else 0.0


def _columns(before: GoogleTab, after: GoogleTab, header_rows: Sequence[int]) -> dict[int, int]:
    """Columns by their names, then by their anchors, then by what stands in them."""
    wide_before, wide_after = before.table.width, after.table.width
    names = [_names(before.table, number, wide_before) for number in header_rows]
    now = [
        _header_now(after.table, number, mine)
        for number, mine in zip(header_rows, names, strict=True)
    ]
    headers = [
        [""] * wide_after if number is None else _names(after.table, number, wide_after)
        for number in now
    ]
    keys_before = [tuple(line[column] for line in names) for column in range(wide_before)]
    keys_after = [tuple(line[column] for line in headers) for column in range(wide_after)]
    found: dict[int, int] = {}
    counts_before, counts_after = Counter(keys_before), Counter(keys_after)
    spots = {key: place for place, key in enumerate(keys_after)}
    for column, key in enumerate(keys_before):
        if any(key) and counts_before[key] == 1 and counts_after[key] == 1:
            found[column] = spots[key]
    taken = set(found.values())
    _columns_by_anchor(before, after, found, taken)
    _columns_by_content(before.table, after.table, found, taken, wide_before, wide_after)
    _by_neighbours(
        found,
        wide_before,
        wide_after,
        lambda at, to: bool(_content(before.table, at)) == bool(_content(after.table, to)),
    )
    return found


def _names(table: Table, number: int, width: int) -> list[str]:
    row = table.rows[number - 1] if 0 < number <= len(table.rows) else None
    return [
        text_of(row.value(column)).strip() if row is not None else "" for column in range(width)
    ]


def _header_now(table: Table, number: int, names: list[str]) -> int | None:
    """The number of the row that has most of the names of before, its old place where several have
    as many; None where no row has any.
    """
    wanted = {name for name in names if name}
    best, score = None, 0
    for row in table.rows:
        have = len(wanted & {value.strip() for value in row.values if isinstance(value, str)})
        if have > score or (have == score and have and row.number == number):
            best, score = row.number, have
    return best


def _columns_by_anchor(
    before: GoogleTab, after: GoogleTab, found: dict[int, int], taken: set[int]
) -> None:
    places = {anchor.id: at for at, anchors in after.column_anchors.items() for anchor in anchors}
    for column, anchors in before.column_anchors.items():
        to = next((places[anchor.id] for anchor in anchors if anchor.id in places), None)
        if column not in found and to is not None and to not in taken:
            found[column] = to
            taken.add(to)


def _columns_by_content(
    before: Table,
    after: Table,
    found: dict[int, int],
    taken: set[int],
    wide_before: int,
    wide_after: int,
) -> None:
    rest = [to for to in range(wide_after) if to not in taken]
    for column in range(wide_before):
        if column in found or not rest:
            continue
        mine = _content(before, column)
        scored = sorted(
            ((_overlap(mine, _content(after, to)), -abs(to - column), to) for to in rest),
            reverse=True,
        )
        if scored[0][0] >= _ALIKE and (len(scored) == 1 or scored[0][0] > scored[1][0] or not mine):
            found[column] = scored[0][2]
            rest.remove(scored[0][2])


def _content(table: Table, column: int) -> Counter[Any]:
    values: Iterable[CellValue] = (row.value(column) for row in table.rows)
    return Counter(text_of(value) for value in values if not is_blank(value))


def _overlap(one: Counter[Any], other: Counter[Any]) -> float:
    if not one and not other:
        return 1.0
    return (one & other).total() / max(one.total(), other.total())
