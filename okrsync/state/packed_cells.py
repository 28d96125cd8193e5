"""Many cells of a batch as few rows of the journal: a row of kind `cells` holds up to two thousand,
compressed to a thirtieth, with the outcome of each.

They are on disk before anything is sent, like every other entry, and come out of the journal as the
single entries that they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, islice
from typing import NamedTuple, Self, cast

from okrsync.connector import Outcome, State
from okrsync.state.packed import packed, unpacked

__all__ = ["CELLS", "OWN_STATES", "CellRecord", "PackedCells", "with_packed_cells"]

CELLS = "cells"
_LEAST, _MOST = 100, 2_000
"""Fewer cells than this stay rows of their own; one row holds at most so many."""
_AS_BEFORE = 0
"""Stands for a text that is the same as that of the cell before."""
OWN_STATES = (State.WRITTEN.value, State.UNCHANGED.value)
"""The outcomes after which a value is okrsync's own."""

Record = tuple[object, ...]


class CellRecord(NamedTuple):
    """A cell as the columns of the journal's table, from `id` to `after`."""

    id: str
    kind: str
    field: str
    key: str
    at: str
    table_key: str | None
    row: str | None
    col: str | None
    looks: str | None
    words: str | None
    before: str
    after: str


class PackedCells(NamedTuple):
    """The cells of one row, and of each the outcome with its reason: None while it is open."""

    cells: tuple[CellRecord, ...]
    outcomes: tuple[tuple[str | None, str | None], ...]

    @classmethod
    def of(cls, cells: str, outcomes: str | None) -> Self:
        """Unpack what a row holds under `before` and `why`."""
        records = []
        last: list[str | None] = []
        for texts in json.loads(unpacked(cells)):
            last = [
                before if text == _AS_BEFORE else text
                for text, before in zip(texts, last or texts, strict=True)
            ]
            records.append(CellRecord(*cast("list[str]", last)))
        if outcomes is None:
            return cls(tuple(records), ((None, None),) * len(records))
        runs = json.loads(unpacked(outcomes))
        each = chain.from_iterable([(state, why)] * count for count, state, why in runs)
        return cls(tuple(records), tuple(each))

    def settled(self, outcomes: Mapping[str, Outcome]) -> Self:
        """With the outcomes of some cells, by id. What failed stays open: the table shows whether
        it took effect all the same.
        """
        now = []
        for cell, before in zip(self.cells, self.outcomes, strict=True):
            outcome = outcomes.get(cell.id)
            if outcome is None:
                now.append(before)
            else:
                state = None if outcome.state is State.FAILED else outcome.state.value
                now.append((state, outcome.reason))
        return self._replace(outcomes=tuple(now))

    def only(self, is_kept: Sequence[bool]) -> Self:
        """With some of the cells only."""
        kept = [number for number, keep in enumerate(is_kept) if keep]
        return self._replace(
            cells=tuple(self.cells[number] for number in kept),
            outcomes=tuple(self.outcomes[number] for number in kept),
        )

    def own(self, *, or_open: bool = False) -> Iterator[CellRecord]:
        """The cells that hold what okrsync meant them to, or may."""
        for cell, (state, _) in zip(self.cells, self.outcomes, strict=True):
            if state in OWN_STATES or (or_open and state is None):
                yield cell

    @property
    def state(self) -> str | None:
        """The state of the row: None as long as a cell is open, `written` if any was written."""
        states = [state for state, _ in self.outcomes]
        if not states or None in states:
            return None
        return next((state for state in OWN_STATES if state in states), states[0])

    @property
    def open_size(self) -> int:
        """How many cells are open."""
        return sum(state is None for state, _ in self.outcomes)

    def texts(self) -> tuple[str, str | None]:
        """What the row holds under `before` and `why`."""
        records = []
        last: Sequence[str | None] = ()
        for cell in self.cells:
            records.append(
                [
                    _AS_BEFORE if text == before and last else text
                    for text, before in zip(cell, last or cell, strict=True)
                ]
            )
            last = cell
        cells = packed(json.dumps(records, ensure_ascii=False))
        if not any(self.outcomes) or all(outcome == (None, None) for outcome in self.outcomes):
            return cells, None
        runs = [[sum(1 for _ in same), *outcome] for outcome, same in groupby(self.outcomes)]
        return cells, packed(json.dumps(runs, ensure_ascii=False))


def with_packed_cells(records: Iterable[Record]) -> Iterator[Record]:
    """The records of a batch, each with how many cells it holds and how many of these are open:
    None for a single entry.
    """
    for is_cell, group in groupby(records, key=lambda record: record[1] == "cell"):
        while chunk := list(islice(group, _MOST)):
            if is_cell and len(chunk) >= _LEAST:
                yield _row([CellRecord(*cast("tuple[str, ...]", record)) for record in chunk])
            else:
                yield from ((*record, None, None) for record in chunk)


def _row(cells: Sequence[CellRecord]) -> Record:
    text, _ = PackedCells(tuple(cells), ((None, None),) * len(cells)).texts()
    first, size = cells[0], len(cells)
    names = (None, None, None, None, None)
    return (f"{CELLS} from {first.id}", CELLS, "", "", first.at, *names, text, "null", size, size)
