"""Updates that merge cells, and take them apart."""

from __future__ import annotations

from dataclasses import replace

from okrsync_sandbox.google.a1 import CellBlock
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.model import Cell, GridSheet, Json
from okrsync_sandbox.google.requests.context import Update, Work, cells_in

__all__ = ["UPDATES"]

_ALL_OF_A_MERGE = "You must select all cells in a merged range to merge or unmerge them."


def _merge(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    whole = CellBlock(row, column, end_row, end_column)
    for merge in sheet.merges:
        # Merges never overlap in part.
        if merge.meets(whole) and not whole.contains(merge):
            raise invalid(_ALL_OF_A_MERGE)
    sheet.merges = [merge for merge in sheet.merges if not whole.contains(merge)]
    match args.get("mergeType", "MERGE_ALL"):
        case "MERGE_ROWS":
            merges = [
                CellBlock(row_index, column, row_index + 1, end_column)
                for row_index in range(row, end_row)
            ]
        case "MERGE_COLUMNS":
            merges = [
                CellBlock(row, across, end_row, across + 1) for across in range(column, end_column)
            ]
        case _:
            merges = [whole]
    for merge in merges:
        # A merge of a single cell is none.
        if (merge.end_row or 0) - merge.row == 1 and (merge.end_column or 0) - merge.column == 1:
            continue
        sheet.merges.append(merge)
        _keep_first_value(sheet, merge)
    return {}


def _keep_first_value(sheet: GridSheet, merge: CellBlock) -> None:
    """The first filled cell of a merge becomes its value; the others are emptied."""
    cell_indexes = list(cells_in(sheet, merge))
    first_filled = next(
        (cell_index for cell_index in cell_indexes if not sheet.cell(*cell_index).is_blank), None
    )
    first = cell_indexes[0]
    if first_filled is not None and first_filled != first:
        first_cell = sheet.cell(*first_filled)
        sheet.change(
            *first, lambda cell: replace(cell, value=first_cell.value, formula=first_cell.formula)
        )
    for cell_index in cell_indexes[1:]:
        sheet.change(*cell_index, Cell.without_value)


def _unmerge(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    whole = CellBlock(row, column, end_row, end_column)
    if any(merge.meets(whole) and not whole.contains(merge) for merge in sheet.merges):
        raise invalid(_ALL_OF_A_MERGE)
    sheet.merges = [merge for merge in sheet.merges if not whole.contains(merge)]
    return {}


UPDATES: dict[str, Update] = {
    "mergeCells": _merge,
    "unmergeCells": _unmerge,
}
