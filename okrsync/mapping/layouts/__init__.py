"""Layouts: how a table of OKRs is laid out, each a small module that turns a sheet into the same
records.

Adding a layout is one module with `records(sheet)` and `fits(sheet)`, and one line here. `fits`
says how well the sheet speaks for the layout, from 0 (not at all) up; with `layout = "auto"` the
best one is taken, the earlier one of equals. A layout of tables that have no header of columns
brings `detect(table)` as well, which finds where everything stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from okrsync.mapping.layouts import (
    blocks,
    column_groups,
    filled_down,
    flat,
    headings,
    interleaved,
    key_results_only,
    level_columns,
    matrix,
    objectives_only,
    one_cell,
    outline,
    series,
    side_by_side,
    typed_rows,
)
from okrsync.mapping.sheet import Drawn, Record, Sheet
from okrsync.model.errors import MappingError
from okrsync.model.table import Table, text_of

__all__ = ["LAYOUTS", "Layout", "choose", "draw"]


class Layout(NamedTuple):
    """A layout: how well a sheet fits it, the records it makes of one, where it needs no header how
    it is found, and whether each row of it speaks of one item, so that answers have a place beside
    it.
    """

    fits: Callable[[Sheet], float]
    records: Callable[[Sheet], list[Record]]
    detect: Callable[[Table], Drawn | None] | None = None
    has_rows: bool = True


LAYOUTS: Mapping[str, Layout] = {
    "matrix": Layout(matrix.fits, matrix.records, matrix.detect, has_rows=False),
    "series": Layout(series.fits, series.records, series.detect, has_rows=False),
    "side-by-side": Layout(
        side_by_side.fits, side_by_side.records, side_by_side.detect, has_rows=False
    ),
    "blocks": Layout(blocks.fits, blocks.records, blocks.detect),
    "column-groups": Layout(column_groups.fits, column_groups.records),
    "level-columns": Layout(level_columns.fits, level_columns.records),
    "outline": Layout(outline.fits, outline.records),
    "one-cell": Layout(one_cell.fits, one_cell.records),
    "headings": Layout(headings.fits, headings.records),
    "typed-rows": Layout(typed_rows.fits, typed_rows.records),
    "interleaved": Layout(interleaved.fits, interleaved.records),
    "filled-down": Layout(filled_down.fits, filled_down.records),
    "flat": Layout(flat.fits, flat.records),
    "objectives-only": Layout(objectives_only.fits, objectives_only.records),
    "key-results-only": Layout(key_results_only.fits, key_results_only.records),
}
"""The layouts okrsync reads, by the name a mapping file uses."""


def draw(table: Table, wanted: str, owned: Iterable[str] = ()) -> tuple[str, Drawn] | None:
    """The layout and what it finds in a table that needs no header of columns; None where there is
    none such.

    `owned` are the headers of okrsync's own columns, which hold nothing to be read.
    """
    ours = {header.strip().casefold() for header in owned}
    for name, layout in LAYOUTS.items():
        if (
            layout.detect is not None
            and wanted in ("auto", name)
            and (found := layout.detect(table)) is not None
        ):
            heads = {
                text_of(found.head.value(column)).strip().casefold() for column in found.columns
            }
            if ours.isdisjoint(heads):
                return name, found
    return None


_BY_HEADER = frozenset({"period-blocks", "joined"})
"""Layouts that are told by header or by other tables; what stands in the rows is read as one of the
others.
"""


def choose(sheet: Sheet, wanted: str) -> str:
    """The name of the layout for a sheet. Raises `MappingError` when the mapping wants one that
    cannot be read yet.
    """
    if wanted != "auto" and wanted not in _BY_HEADER:
        if wanted not in LAYOUTS:
            raise MappingError(
                f"{sheet.table.name}: the layout {wanted!r} is not read by this version; it reads"
                f" {', '.join(LAYOUTS)}",
                hint="Choose one of these, or leave the tab out with `tabs`.",
            )
        return wanted
    return max(LAYOUTS, key=lambda name: LAYOUTS[name].fits(sheet))
