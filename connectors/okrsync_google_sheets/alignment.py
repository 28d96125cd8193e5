"""Which row and column of a tab is which after people moved things: two snapshots of one tab,
compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from okrsync.connector import CellValue, Row, Table, is_blank, text_of
from okrsync_google_sheets.tab import GoogleTab

__all__ = ["ALIKE", "MOST_PAIRS", "Alignment", "share"]

ALIKE = 0.5
"""The share of cells that must be equal for two rows or columns to count as the same one."""
MOST_PAIRS = 1_000_000
"""If more pairs of rows than this would have to be compared, the tab was rewritten, and no row is
matched by likeness.
"""


class Alignment:
    """Where the rows and columns of `before` stand in `after`.

    `header_rows` are the numbers (from 1) of the rows with column names in `before`. `written` are
    the columns of `before`, and `overwritten` those of `after` (both from 0), whose values okrsync
    itself changed: they do not help to recognise a row.

    A row or column that cannot be recognised is left out: nothing is guessed.
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
        """For each recognised column of `before`, from 0, its index in `after`."""
        overwritten_columns = frozenset(overwritten)
        self._written = frozenset(written) | {
            column_before
            for column_before, column_after in self.columns.items()
            if column_after in overwritten_columns
        }
        self.header_rows = {
            number: _header_now(
                after.table, number, _names(before.table, number, before.table.width)
            )
            for number in numbers
        }
        """For each header row of `before`, from 1, its number in `after`; None if it is gone."""
        self._rows: dict[int, int] | None = None

    @property
    def rows(self) -> dict[int, int]:
        """For each recognised row of `before`, from 0, its index in `after`."""
        if self._rows is None:
            self._rows = self._matched_rows()
        return self._rows

    def _matched_rows(self) -> dict[int, int]:
        kept = sorted(column for column in self.columns if column not in self._written)
        kept_after = [self.columns[column] for column in kept]
        before = [_signature(row, kept) for row in self._before.table.rows]
        after = [_signature(row, kept_after) for row in self._after.table.rows]
        matches = _same_signatures(before, after, self._by_equal_anchor(before, after))
        taken = set(matches.values())
        self._by_anchor(matches, taken)
        # A row with the same content as a row of `before` is that row or a copy of it. It is never
        # another row that somebody edited.
        known = set(before)
        _by_likeness(before, after, matches, taken, known)
        _by_neighbours(
            matches,
            len(before),
            len(after),
            lambda index_before, index_after: (
                before[index_before] == after[index_after]
                or (
                    after[index_after] not in known
                    and _may_be(before[index_before], after[index_after])
                )
            ),
        )
        return matches

    def _by_equal_anchor(
        self, before: Sequence[Signature], after: Sequence[Signature]
    ) -> dict[int, int]:
        """Match rows with the same content and the same anchor: copies of a row have other ones."""
        rows_after = self._anchored_rows()
        matches = {}
        for row_before, anchors in self._before.row_anchors.items():
            for anchor in anchors:
                row_after = rows_after.get(anchor.id)
                if row_after is not None and before[row_before] == after[row_after]:
                    matches[row_before] = row_after
        return matches

    def _anchored_rows(self) -> dict[int | str, int]:
        return {
            anchor.id: row_after
            for row_after, anchors in self._after.row_anchors.items()
            for anchor in anchors
        }

    def _by_anchor(self, matches: dict[int, int], taken: set[int]) -> None:
        """Match edited rows by their anchor, which a row keeps unless somebody sorted the tab."""
        rows_after = self._anchored_rows()
        for row_before, anchors in self._before.row_anchors.items():
            row_after = next(
                (rows_after[anchor.id] for anchor in anchors if anchor.id in rows_after), None
            )
            if row_before in matches or row_after is None or row_after in taken:
                continue
            # A sort may leave anchors where they were, so that the content has to agree.
            if self._likeness(row_before, row_after) >= ALIKE:
                matches[row_before] = row_after
                taken.add(row_after)

    def _likeness(self, row_before: int, row_after: int) -> float:
        pairs = [
            (
                self._before.value_at(row_before, column_before),
                self._after.value_at(row_after, column_after),
            )
            for column_before, column_after in self.columns.items()
            if column_before not in self._written
        ]
        filled = [(old, new) for old, new in pairs if not (is_blank(old) and is_blank(new))]
        return (
            sum(text_of(old) == text_of(new) for old, new in filled) / len(filled)
            if filled
            else 0.0
        )


Signature = tuple[str, ...]


def _signature(row: Row, columns: Sequence[int]) -> Signature:
    return tuple(text_of(row.value(column)) for column in columns)


def _same_signatures(
    before: list[Signature], after: list[Signature], anchored: Mapping[int, int]
) -> dict[int, int]:
    """Match rows with the same content; several such rows are matched by their anchors, or without
    those in their order. Of a row and its copies, the one that has the anchor still is that row.
    """
    rows_after: dict[Signature, list[int]] = {}
    for row_after, signature in enumerate(after):
        rows_after.setdefault(signature, []).append(row_after)
    matches: dict[int, int] = {}
    counts_before, counts_after = Counter(before), Counter(after)
    anchored_counts = Counter(before[row_before] for row_before in anchored)
    for row_before, signature in enumerate(before):
        same_rows = rows_after.get(signature)
        if not same_rows:
            continue
        # Once one of several equal rows was added or removed, nobody can say which. Empty rows may
        # be mixed up: they have nothing to lose.
        if (
            counts_before[signature] > 1
            and any(signature)
            and counts_after[signature] != counts_before[signature]
        ):
            continue
        is_copied = counts_after[signature] > counts_before[signature]
        if row_before in anchored and (
            is_copied or anchored_counts[signature] == counts_before[signature]
        ):
            matches[row_before] = anchored[row_before]
            continue
        matches[row_before] = same_rows.pop(0)
    return matches


def _by_likeness(
    before: list[Signature],
    after: list[Signature],
    matches: dict[int, int],
    taken: set[int],
    known: set[Signature],
) -> None:
    """Match rows in which somebody changed a cell: each to the row most like it, if only one is. Of
    two rows that are like the same one, the more alike is that row.
    """
    candidates = [
        row_after
        for row_after in range(len(after))
        if row_after not in taken and any(after[row_after]) and after[row_after] not in known
    ]
    if len(candidates) * (len(before) - len(matches)) > MOST_PAIRS:
        return
    pairs = [
        (share(signature, after[row_after]), row_before, row_after)
        for row_before, signature in enumerate(before)
        if row_before not in matches and any(signature)
        for row_after in candidates
    ]
    best: dict[int, float] = {}
    for likeness, row_before, _ in pairs:
        best[row_before] = max(best.get(row_before, ALIKE), likeness)
    likest = [pair for pair in pairs if pair[0] == best[pair[1]]]
    rivals = Counter(row_before for _, row_before, _ in likest)
    # The most alike first: a row that is gone must not take the place of its neighbour, which is
    # more like what stands there.
    for _, row_before, row_after in sorted(
        likest, key=lambda pair: (-pair[0], abs(pair[1] - pair[2]), pair[1:])
    ):
        if rivals[row_before] == 1 and row_after not in taken:
            matches[row_before] = row_after
            taken.add(row_after)


def _by_neighbours(
    matches: dict[int, int], count_before: int, count_after: int, may_be: Callable[[int, int], bool]
) -> None:
    """Match what stands between two matched neighbours, in order: only if the number is the same as
    before and `may_be` allows each pair.
    """
    taken = set(matches.values())
    known = [(-1, -1), *sorted(matches.items()), (count_before, count_after)]
    for (index_before, index_after), (next_before, next_after) in pairwise(known):
        gap = range(index_before + 1, next_before)
        free = [index for index in range(index_after + 1, next_after) if index not in taken]
        if (
            gap
            and len(gap) == len(free)
            and all(may_be(old, new) for old, new in zip(gap, free, strict=True))
        ):
            matches.update(zip(gap, free, strict=True))


def _may_be(before: Signature, after: Signature) -> bool:
    """Whether two rows have a cell in common, or are both empty."""
    return share(before, after) > 0 or not (any(before) or any(after))


def share(before: Signature, after: Signature) -> float:
    """The share of the cells that two rows have in common, of those that are filled in one."""
    filled = [(a, b) for a, b in zip(before, after, strict=True) if a or b]
    return sum(a == b for a, b in filled) / len(filled) if filled else 0.0


def _columns(before: GoogleTab, after: GoogleTab, header_rows: Sequence[int]) -> dict[int, int]:
    """Match columns by name, then by anchor, then by content."""
    width_before, width_after = before.table.width, after.table.width
    names = [_names(before.table, number, width_before) for number in header_rows]
    header_rows_after = [
        _header_now(after.table, number, names_before)
        for number, names_before in zip(header_rows, names, strict=True)
    ]
    headers = [
        [""] * width_after if number is None else _names(after.table, number, width_after)
        for number in header_rows_after
    ]
    keys_before = [
        tuple(row_names[column] for row_names in names) for column in range(width_before)
    ]
    keys_after = [
        tuple(row_names[column] for row_names in headers) for column in range(width_after)
    ]
    matches: dict[int, int] = {}
    counts_before, counts_after = Counter(keys_before), Counter(keys_after)
    columns_after = {key: column_after for column_after, key in enumerate(keys_after)}
    for column, key in enumerate(keys_before):
        if any(key) and counts_before[key] == 1 and counts_after[key] == 1:
            matches[column] = columns_after[key]
    taken = set(matches.values())
    _columns_by_anchor(before, after, matches, taken)
    _columns_by_content(before.table, after.table, matches, taken, width_before, width_after)
    _by_neighbours(
        matches,
        width_before,
        width_after,
        lambda index_before, index_after: (
            bool(_content(before.table, index_before)) == bool(_content(after.table, index_after))
        ),
    )
    return matches


def _names(table: Table, number: int, width: int) -> list[str]:
    row = table.rows[number - 1] if 0 < number <= len(table.rows) else None
    return [
        text_of(row.value(column)).strip() if row is not None else "" for column in range(width)
    ]


def _header_now(table: Table, number: int, names: list[str]) -> int | None:
    """The number of the row that holds most of the names, preferring the old number if several hold
    equally many; None if no row holds any.
    """
    names_before = {name for name in names if name}
    if names_before and 0 < number <= len(table.rows):
        # As long as nobody moves it, which is nearly always, no other row is looked at.
        row = table.rows[number - 1]
        if row.number == number and names_before <= _words(row):
            return number
    best, score = None, 0
    for row in table.rows:
        count = len(names_before & _words(row))
        if count > score or (count == score and count and row.number == number):
            best, score = row.number, count
    return best


def _words(row: Row) -> set[str]:
    return {value.strip() for value in row.values if isinstance(value, str)}


def _columns_by_anchor(
    before: GoogleTab, after: GoogleTab, matches: dict[int, int], taken: set[int]
) -> None:
    columns_after = {
        anchor.id: column_after
        for column_after, anchors in after.column_anchors.items()
        for anchor in anchors
    }
    for column, anchors in before.column_anchors.items():
        match = next(
            (columns_after[anchor.id] for anchor in anchors if anchor.id in columns_after), None
        )
        if column not in matches and match is not None and match not in taken:
            matches[column] = match
            taken.add(match)


def _columns_by_content(
    before: Table,
    after: Table,
    matches: dict[int, int],
    taken: set[int],
    width_before: int,
    width_after: int,
) -> None:
    candidates = [column_after for column_after in range(width_after) if column_after not in taken]
    for column in range(width_before):
        if column in matches or not candidates:
            continue
        content_before = _content(before, column)
        scored = sorted(
            (
                (
                    _overlap(content_before, _content(after, column_after)),
                    -abs(column_after - column),
                    column_after,
                )
                for column_after in candidates
            ),
            reverse=True,
        )
        if scored[0][0] >= ALIKE and (
            len(scored) == 1 or scored[0][0] > scored[1][0] or not content_before
        ):
            matches[column] = scored[0][2]
            candidates.remove(scored[0][2])


def _content(table: Table, column: int) -> Counter[Any]:
    values: Iterable[CellValue] = (row.value(column) for row in table.rows)
    return Counter(text_of(value) for value in values if not is_blank(value))


def _overlap(before: Counter[Any], after: Counter[Any]) -> float:
    if not before and not after:
        return 1.0
    return (before & after).total() / max(before.total(), after.total())
