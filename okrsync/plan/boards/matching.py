"""Which row of the board is which item, whatever was renamed, moved or forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from okrsync.model.table import Row
from okrsync.plan.boards.rows import BoardRow

__all__ = ["StandingRow", "matched"]


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A row of the board as read: the row, and what its own cells say it is about."""

    row: Row
    id: str
    name: str
    kind: str

    @property
    def source(self) -> str:
        """The source its id begins with."""
        return self.id.partition("/")[0]


def matched(
    items: Sequence[BoardRow], rows: Sequence[StandingRow], known: Mapping[str, str]
) -> tuple[dict[str, Row], dict[str, StandingRow]]:
    """By item id the row that is its own, and by anchor the rows that are nobody's.

    What is remembered comes first (`known`: anchors by item key). Without it, an item is told by
    its id and name, then by its name where that is unmistakable, then by its id alone: ids number
    the rows of a sheet, and move when somebody inserts one. Of two rows alike the older is the row,
    and the other a copy.
    """
    matching = _RowMatcher(list(items), list(rows))
    matching.by(lambda item: known.get(item.key), lambda row: row.row.anchor)
    matching.by(
        lambda item: (item.id, item.kind, item.name), lambda row: (row.id, row.kind, row.name)
    )
    alike = Counter((item.source, item.kind, item.name) for item in matching.items)
    standing = Counter((row.source, row.kind, row.name) for row in matching.rows)
    unmistakable = {key for key, count in alike.items() if count == 1 == standing[key]}
    matching.by(
        lambda item: key if (key := (item.source, item.kind, item.name)) in unmistakable else None,
        lambda row: (row.source, row.kind, row.name),
    )
    matching.by(lambda item: (item.id, item.kind), lambda row: (row.id, row.kind))
    return matching.found, {row.row.anchor or "": row for row in matching.rows}


@dataclass
class _RowMatcher:
    """Items and rows that have not found each other yet, and those that have."""

    items: list[BoardRow]
    rows: list[StandingRow]
    found: dict[str, Row] = field(default_factory=dict)

    def by(
        self, of_item: Callable[[BoardRow], Hashable], of_row: Callable[[StandingRow], Hashable]
    ) -> None:
        """Let those find each other that have the same mark, the first of each."""
        first: dict[Hashable, StandingRow] = {}
        for row in self.rows:
            first.setdefault(of_row(row), row)
        taken: set[int] = set()
        for item in self.items:
            mark = of_item(item)
            if mark is not None and mark in first:
                row = first.pop(mark)
                self.found[item.id] = row.row
                taken.add(id(row))
        self.items = [item for item in self.items if item.id not in self.found]
        self.rows = [row for row in self.rows if id(row) not in taken]
