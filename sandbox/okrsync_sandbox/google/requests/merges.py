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
        if merge.meets(whole) and not whole.contains(merge):
            raise invalid(_ALL_OF_A_MERGE)
    sheet.merges = [merge for merge in sheet.merges if not whole.contains(merge)]
    match args.get("mergeType", "MERGE_ALL"):
        case "MERGE_ROWS":
            made = [CellBlock(at, column, at + 1, end_column) for at in range(row, end_row)]
        case "MERGE_COLUMNS":
            made = [
                CellBlock(row, across, end_row, across + 1) for across in range(column, end_column)
            ]
        case _:
            made = [whole]
    for merge in made:
        if (merge.end_row or 0) - merge.row == 1 and (merge.end_column or 0) - merge.column == 1:
            continue
        sheet.merges.append(merge)
        _keep_first_value(sheet, merge)
    return {}


def _keep_first_value(sheet: GridSheet, merge: CellBlock) -> None:
    """The upper left of what stands in a merge becomes its value; the rest is gone."""
    places = list(cells_in(sheet, merge))
    held = next((place for place in places if not sheet.cell(*place).is_blank), None)
    first = places[0]
    if held is not None and held != first:
        kept = sheet.cell(*held)
        sheet.change(*first, lambda cell: replace(cell, value=kept.value, formula=kept.formula))
    for place in places[1:]:
        sheet.change(*place, Cell.without_value)


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
