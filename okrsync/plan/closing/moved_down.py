"""Notes that name a cell of their own row, beside rows that lie further down once others are
inserted above them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from okrsync.connector import InsertedRow
from okrsync.measures.result import Measure
from okrsync.model.okrs import KeyResult, Objective
from okrsync.model.table import CellRef, column_letters

__all__ = ["with_moved_cells"]


def with_moved_cells(
    items: Iterable[KeyResult | Objective],
    measures: Mapping[str, Measure],
    inserted: Sequence[InsertedRow],
) -> dict[str, Measure]:
    """The measures, by item id, whose reasons name the cells of their rows as these are called once
    the rows are inserted. Without that, a second close would write such notes anew.
    """
    moved = dict(measures)
    places: dict[str, list[int]] = {}
    for row in inserted:
        places.setdefault(row.table_key, []).append(row.behind.number)
    for numbers in places.values():
        numbers.sort()
    for item in items:
        measure, origin = moved.get(item.id), item.origin
        number = origin.row.number
        shift = bisect_left(places.get(origin.table_key, []), number)
        if measure is None or not shift:
            continue
        reason = measure.reason
        for column in set(origin.columns.values()):
            letters = column_letters(column)
            before = str(CellRef(origin.title_cell.table, f"{letters}{number}"))
            after = str(CellRef(origin.title_cell.table, f"{letters}{number + shift}"))
            reason = after.join(re.split(rf"{re.escape(before)}(?!\d)", reason))
        moved[item.id] = measure._replace(reason=reason)
    return moved
