"""What is carried over, and a table it is carried over in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from okrsync.connector import CopiedTab, InsertedRow
from okrsync.model.okrs import KeyResult, Objective, Skip
from okrsync.model.table import CellRef, Snapshot
from okrsync.plan.closing.new_ids import goes_along
from okrsync.plan.closing.rows import RowContents, items_with_objective
from okrsync.plan.plan import Change

__all__ = ["CarriedItem", "CarriedTable", "CarryOver", "merged"]


@dataclass(frozen=True, slots=True)
class CarriedItem:
    """An objective (`title` None) or a key result that is carried over: where it stood, in which
    table, and the name of the table that takes it.
    """

    source: str
    objective: str
    title: str | None
    at: CellRef
    table_key: str
    into: str
    is_implied: bool = False
    """Whether no row states its objective."""


@dataclass(frozen=True, slots=True)
class CarryOver:
    """What is carried over in one source."""

    items: tuple[CarriedItem, ...] = ()
    inserted: tuple[InsertedRow, ...] = ()
    copied: tuple[CopiedTab, ...] = ()
    changes: tuple[Change, ...] = ()
    skips: tuple[Skip, ...] = ()


def merged(parts: Sequence[CarryOver]) -> CarryOver:
    """What several tables carry over, together."""
    return CarryOver(
        tuple(item for part in parts for item in part.items),
        tuple(row for part in parts for row in part.inserted),
        tuple(tab for part in parts for tab in part.copied),
        tuple(change for part in parts for change in part.changes),
        tuple(skip for part in parts for skip in part.skips),
    )


@dataclass(frozen=True, slots=True)
class CarriedTable:
    """A table of which items are carried over, and what its carried rows hold.

    `own_headers` are those of okrsync's columns. `standing` holds, by the keys of objectives to
    carry, those that stand in the next cycle already.
    """

    content: RowContents
    snapshot: Snapshot
    own_headers: Collection[str]
    standing: Mapping[str, Objective]

    def left(self, reason: str) -> CarryOver:
        """Nothing of the table is carried over, for this reason."""
        at = CellRef(self.content.table.name, f"A{self.content.header_row or 1}")
        skip = Skip(
            self.content.okrs.source, at, f"nothing is carried over: {reason}", "not-carried"
        )
        return CarryOver(skips=(skip, *self.content.skips))

    def unspelled(self, number: int, items: Sequence[KeyResult | Objective]) -> str:
        """Why a row cannot name the next cycle."""
        text = self.content.cycle_text(number, items)
        return (
            f"{text!r} cannot be continued in the same spelling for"
            f" {self.content.following.name}: write it as {self.content.cycle.name}, or copy the"
            " rows by hand"
        )

    def items(self, into: str) -> tuple[CarriedItem, ...]:
        """The items that the table or tab `into` takes."""
        rows = {id(item) for items in self.content.carried.values() for item in items}
        # An objective without a row of its own goes with those of its key results.
        rows |= {
            id(objective)
            for objective in self.content.unfinished
            if objective.origin.table_key == self.content.table.key
            and goes_along(objective, self.content.cycle)
            and any(id(result) in rows for result in objective.key_results)
        }
        return tuple(
            CarriedItem(
                self.content.okrs.source,
                objective.title,
                item.title if isinstance(item, KeyResult) else None,
                item.origin.title_cell,
                self.content.table.key,
                into,
                objective.implied,
            )
            for objective in self.content.unfinished
            for item in items_with_objective(objective)
            if id(item) in rows
        )
