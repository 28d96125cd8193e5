"""Updates that put rows in order, and the filters that do so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from okrsync_sandbox.google.a1 import CellBlock, block_of
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.formula_values import CellFault
from okrsync_sandbox.google.model import Cell, GridSheet, Json
from okrsync_sandbox.google.ranges import closed_range
from okrsync_sandbox.google.requests.context import Update, Work
from okrsync_sandbox.google.requests.paste import translated
from okrsync_sandbox.google.threads import carry_anchors

__all__ = ["UPDATES"]


def _sort(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    _ordered(work, sheet, block, args.get("sortSpecs", []))
    return {}


def _ordered(work: Work, sheet: GridSheet, block: CellBlock, specs: list[Json]) -> None:
    """Sort the rows of a block by the values of their cells. Contents, formats and notes move; the
    rows themselves stay.
    """
    if not specs:
        return
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    if any(merge.meets(block) for merge in sheet.merges):
        raise invalid("You can't sort a range that contains merged cells.")
    row_order = list(range(row, end_row))
    # Sorting is stable: the most important column goes last.
    for spec in reversed(specs):
        across = spec.get("dimensionIndex", 0)
        if not column <= across < end_column:
            raise invalid(f"sortSpecs.dimensionIndex[{across}] is outside of the range.")
        values = {old_row: _rank(work.value(sheet, old_row, across)) for old_row in row_order}
        filled = [old_row for old_row in row_order if values[old_row][0] < 9]
        # Empty cells stay at the end in a descending sort as well.
        blank = [old_row for old_row in row_order if values[old_row][0] == 9]
        filled.sort(
            key=lambda old_row: values[old_row], reverse=spec.get("sortOrder") == "DESCENDING"
        )
        row_order = filled + blank
    cells = {
        old_row: [sheet.cell(old_row, across) for across in range(column, end_column)]
        for old_row in row_order
    }
    for new_row, old_row in zip(range(row, end_row), row_order, strict=True):
        for across, cell in enumerate(cells[old_row]):
            sheet.put(new_row, column + across, _carried(cell, new_row - old_row, work))
    moved = dict(zip(row_order, range(row, end_row), strict=True))
    carry_anchors(
        work.spreadsheet,
        sheet,
        lambda at_row, at_column: (
            sheet,
            moved.get(at_row, at_row) if column <= at_column < end_column else at_row,
            at_column,
        ),
    )
    if work.switches.metadata_follows_sort:
        _carry_metadata(work, sheet, moved)


def _carried(cell: Cell, down: int, work: Work) -> Cell:
    return (
        cell
        if cell.formula is None or not down
        else replace(cell, formula=translated(cell.formula, down, 0, work.locale))
    )


def _carry_metadata(work: Work, sheet: GridSheet, moved: dict[int, int]) -> None:
    for entry in work.spreadsheet.metadata:
        dimension_range = entry["location"].get("dimensionRange")
        if (
            dimension_range is not None
            and dimension_range.get("sheetId", 0) == sheet.id
            and dimension_range["dimension"] == "ROWS"
        ):
            new_index = moved.get(dimension_range["startIndex"])
            if new_index is not None:
                entry["location"] = {
                    "dimensionRange": {
                        **dimension_range,
                        "startIndex": new_index,
                        "endIndex": new_index + 1,
                    }
                }


def _rank(value: Any) -> tuple[int, Any]:
    """The sort key of a value, ascending: numbers, texts, booleans, faults; empty cells are last in
    both directions.
    """
    if value is None or value == "":
        return 9, 0
    if isinstance(value, CellFault):
        return 4, 0
    if isinstance(value, bool):
        return 3, value
    return (2, value.casefold()) if isinstance(value, str) else (1, value)


def _set_basic_filter(work: Work, args: Json) -> Json:
    given = args.get("filter", {})
    cell_range = given.get("range", {})
    sheet = work.sheet(cell_range.get("sheetId", 0), "grid")
    sheet.basic_filter = {**given, "range": closed_range(work.spreadsheet, cell_range)}
    if given.get("sortSpecs"):
        block = block_of(cell_range)
        used = sheet.used
        _ordered(
            work,
            sheet,
            CellBlock(
                # The first row of a filter holds the column names.
                block.row + 1,
                block.column,
                min(block.end_row or used[0], used[0]),
                block.end_column,
            ),
            given["sortSpecs"],
        )
    return {}


def _clear_basic_filter(work: Work, args: Json) -> Json:
    work.sheet(args.get("sheetId", 0), "grid").basic_filter = None
    return {}


UPDATES: dict[str, Update] = {
    "sortRange": _sort,
    "setBasicFilter": _set_basic_filter,
    "clearBasicFilter": _clear_basic_filter,
}
