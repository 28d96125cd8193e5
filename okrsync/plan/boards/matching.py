"""Matches the rows of a board with items, whatever was renamed, moved or forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from okrsync.model.frozen import Frozen
from okrsync.model.table import Row
from okrsync.plan.boards.rows import BoardRow

__all__ = ["StandingRow", "match_rows"]


class StandingRow(Frozen, frozen=True):
    """A row of the board as read, with the id, name and kind in its cells."""

    row: Row
    id: str
    name: str
    kind: str

    @property
    def source(self) -> str:
        """The source its id begins with."""
        return self.id.partition("/")[0]


def match_rows(
    items: Sequence[BoardRow], rows: Sequence[StandingRow], remembered: Mapping[str, str]
) -> tuple[dict[str, Row], dict[str, StandingRow]]:
    """The row of each item, by item id, and the rows without an item, by anchor.

    The anchors that okrsync remembers come first (`remembered`, by item key). Without one, an item
    is matched by its id and name, then by its name if that is unique, then by its id alone: ids
    number the rows of a sheet, and shift when somebody inserts one. Of two equal rows the older is
    the item's row, the other a copy.
    """
    matching = _RowMatcher(list(items), list(rows))
    matching.match_by(lambda item: remembered.get(item.key), lambda row: row.row.anchor)
    matching.match_by(
        lambda item: (item.id, item.kind, item.name), lambda row: (row.id, row.kind, row.name)
    )
    # A renamed source changes every id but no name; a name counts only if it is unique on both
    # sides.
    item_counts = Counter((item.source, item.kind, item.name) for item in matching.items)
    row_counts = Counter((row.source, row.kind, row.name) for row in matching.rows)
    unmistakable = {key for key, count in item_counts.items() if count == 1 == row_counts[key]}
    matching.match_by(
        lambda item: key if (key := (item.source, item.kind, item.name)) in unmistakable else None,
        lambda row: (row.source, row.kind, row.name),
    )
    # Last, since an inserted row shifts ids: only what nothing else matched goes by its id alone.
    matching.match_by(lambda item: (item.id, item.kind), lambda row: (row.id, row.kind))
    return matching.matches, {row.row.anchor or "": row for row in matching.rows}


@dataclass
class _RowMatcher:
    """The items and rows that are not matched yet, and the matches so far."""

    items: list[BoardRow]
    rows: list[StandingRow]
    matches: dict[str, Row] = field(default_factory=dict)

    def match_by(
        self, of_item: Callable[[BoardRow], Hashable], of_row: Callable[[StandingRow], Hashable]
    ) -> None:
        """Match items with rows that have the same mark, the first row of each mark."""
        first: dict[Hashable, StandingRow] = {}
        for row in self.rows:
            # Rows come in the order they were made, so that a copy comes after its original.
            first.setdefault(of_row(row), row)
        matched_rows: set[int] = set()
        for item in self.items:
            mark = of_item(item)
            if mark is not None and mark in first:
                row = first.pop(mark)
                self.matches[item.id] = row.row
                matched_rows.add(id(row))
        self.items = [item for item in self.items if item.id not in self.matches]
        self.rows = [row for row in self.rows if id(row) not in matched_rows]
