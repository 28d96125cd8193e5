"""Updates of rows and columns: inserted, deleted, moved, appended, sized, hidden, grouped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from okrsync_sandbox.google.a1 import CellBlock
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.mask import updated
from okrsync_sandbox.google.model import EMPTY, Cell, GridSheet, Json
from okrsync_sandbox.google.requests.context import Update, Work, dimension_range, required
from okrsync_sandbox.google.requests.sheets import refuse_too_many_cells
from okrsync_sandbox.google.structure import Deleted, Inserted, Moved, shift
from okrsync_sandbox.google.threads import carry_anchors

__all__ = ["UPDATES"]


def _insert(work: Work, args: Json) -> Json:
    sheet, dimension, start, end = dimension_range(work, args.get("range", {}), open_end=False)
    size = sheet.row_count if dimension == "ROWS" else sheet.column_count
    if start > size:
        raise invalid(f"range.startIndex[{start}] is after last index in grid[{size}]")
    # https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request#InsertDimensionRequest
    if args.get("inheritFromBefore") and start == 0:
        raise invalid("Cannot inherit from before when inserting at the start of the sheet.")
    if start == size and not args.get("inheritFromBefore"):
        raise invalid(
            f"range.startIndex[{start}] must be less than the grid size ({size}) if"
            " inheritFromBefore is false."
        )
    work.refuse_protected_sheet(sheet)
    shift(
        work.spreadsheet,
        sheet,
        "ROWS" if dimension == "ROWS" else "COLUMNS",
        Inserted(start, end - start),
    )
    _grow(work, sheet, dimension, end - start)
    _inherit(sheet, dimension, start, end, after_the_one_before=bool(args.get("inheritFromBefore")))
    return {}


def _inherit(
    sheet: GridSheet, dimension: str, start: int, end: int, *, after_the_one_before: bool
) -> None:
    """Give inserted rows or columns the size, formats and validation of their neighbour.

    The documents mention formats only; in the product, data validation is inherited too.
    """
    source = start - 1 if after_the_one_before else end
    info = sheet.row_info if dimension == "ROWS" else sheet.column_info
    if source in info:
        for index in range(start, end):
            info[index] = {
                name: value for name, value in info[source].items() if name == "pixelSize"
            }
    lines = range(len(sheet.rows)) if dimension == "COLUMNS" else range(sheet.column_count)
    for line in lines:
        source_cell = (source, line) if dimension == "ROWS" else (line, source)
        model = sheet.cell(*source_cell)
        if model.format is None and model.validation is None:
            continue
        for index in range(start, end):
            target_cell = (index, line) if dimension == "ROWS" else (line, index)
            inheriting = replace(
                sheet.cell(*target_cell), format=model.format, validation=model.validation
            )
            sheet.put(*target_cell, inheriting)


def _grow(work: Work, sheet: GridSheet, dimension: str, count: int) -> None:
    if dimension == "ROWS":
        sheet.row_count += count
    else:
        sheet.column_count += count
    refuse_too_many_cells(work.spreadsheet)


def _delete(work: Work, args: Json) -> Json:
    sheet, dimension, start, end = dimension_range(work, args.get("range", {}))
    size = sheet.row_count if dimension == "ROWS" else sheet.column_count
    if end > size:
        raise invalid(f"range.endIndex[{end}] is after last index in grid[{size}]")
    if end - start >= size:
        raise invalid(f"You can't delete all the {dimension.lower()} on the sheet.")
    work.refuse_protected(
        sheet,
        CellBlock(start, 0, end, None) if dimension == "ROWS" else CellBlock(0, start, None, end),
    )
    shift(
        work.spreadsheet, sheet, "ROWS" if dimension == "ROWS" else "COLUMNS", Deleted(start, end)
    )
    _grow(work, sheet, dimension, start - end)
    return {}


def _move(work: Work, args: Json) -> Json:
    sheet, dimension, start, end = dimension_range(work, args.get("source", {}))
    size = sheet.row_count if dimension == "ROWS" else sheet.column_count
    destination = args.get("destinationIndex", 0)
    if end > size or destination > size:
        raise invalid(f"destinationIndex[{destination}] is after last index in grid[{size}]")
    if start < destination < end:
        raise invalid("The destination must not lie inside of what is moved.")
    # Moving rows to where they are already changes nothing.
    if destination not in (start, end):
        shift(
            work.spreadsheet,
            sheet,
            "ROWS" if dimension == "ROWS" else "COLUMNS",
            Moved(start, end, destination),
        )
    return {}


def _append(work: Work, args: Json) -> Json:
    sheet = work.sheet(args.get("sheetId", 0), "grid")
    if args.get("dimension") not in ("ROWS", "COLUMNS"):
        raise invalid("No dimension specified.")
    if args.get("length", 0) <= 0:
        raise invalid("length must be greater than 0")
    _grow(work, sheet, args["dimension"], args["length"])
    return {}


def _update(work: Work, args: Json) -> Json:
    mask = required(args, message="DimensionProperties")
    sheet, dimension, start, end = dimension_range(work, args.get("range", {}))
    info = sheet.row_info if dimension == "ROWS" else sheet.column_info
    for index in range(start, end):
        info[index] = {
            name: value
            for name, value in updated(
                info.get(index, {}), args.get("properties", {}), mask
            ).items()
            if value
        }
    return {}


def _resize_to_fit(work: Work, args: Json) -> Json:
    sheet, dimension, start, end = dimension_range(work, args.get("dimensions", {}))
    if dimension == "COLUMNS":
        for index in range(start, end):
            longest = max(
                (len(str(row[index].value or "")) for row in sheet.rows if index < len(row)),
                default=0,
            )
            sheet.column_info.setdefault(index, {})["pixelSize"] = max(30, longest * 7 + 10)
    return {}


def _groups(sheet: GridSheet, dimension: str) -> list[Json]:
    return sheet.list_of("rowGroups" if dimension == "ROWS" else "columnGroups")


def _group_answer(groups: list[Json]) -> list[Json]:
    return [
        {
            **group,
            "range": {
                name: value
                for name, value in group["range"].items()
                if not (name == "sheetId" and not value)
            },
        }
        for group in groups
    ]


def _add_group(work: Work, args: Json) -> Json:
    sheet, dimension, start, end = dimension_range(work, args.get("range", {}))
    groups = _groups(sheet, dimension)
    # A group inside another one is a level deeper.
    depth = 1 + sum(
        group["range"]["startIndex"] <= start and end <= group["range"]["endIndex"]
        for group in groups
    )
    sheet.grid["rowGroupControlAfter" if dimension == "ROWS" else "columnGroupControlAfter"] = True
    groups.append(
        {
            "range": {
                "sheetId": sheet.id,
                "dimension": dimension,
                "startIndex": start,
                "endIndex": end,
            },
            "depth": depth,
        }
    )
    return {"addDimensionGroup": {"dimensionGroups": _group_answer(groups)}}


def _delete_group(work: Work, args: Json) -> Json:
    sheet, dimension, start, end = dimension_range(work, args.get("range", {}))
    groups = _groups(sheet, dimension)
    inner = [
        group
        for group in groups
        if group["range"]["startIndex"] >= start and group["range"]["endIndex"] <= end
    ]
    if not inner:
        raise invalid("There is no group over the given range.")
    groups.remove(max(inner, key=lambda group: int(group["depth"])))
    return {"deleteDimensionGroup": {"dimensionGroups": _group_answer(groups)} if groups else {}}


def _update_group(work: Work, args: Json) -> Json:
    mask = required(args, message="DimensionGroup")
    given = args.get("dimensionGroup", {})
    sheet, dimension, start, end = dimension_range(work, given.get("range", {}))
    for group in _groups(sheet, dimension):
        if (group["range"]["startIndex"], group["range"]["endIndex"], group["depth"]) == (
            start,
            end,
            given.get("depth"),
        ):
            if "collapsed" in mask or "*" in mask:
                group["collapsed"] = bool(given.get("collapsed"))
            return {}
    raise invalid("There is no group with that range and depth.")


def _insert_range(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    _push(work, sheet, block, args.get("shiftDimension"), outward=True)
    return {}


def _delete_range(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    _push(work, sheet, block, args.get("shiftDimension"), outward=False)
    return {}


def _push(work: Work, sheet: GridSheet, block: CellBlock, dimension: Any, *, outward: bool) -> None:
    """Shift the cells after a block down or right, or back over it. Only cells move; rows and
    columns stay.
    """
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    if dimension not in ("ROWS", "COLUMNS"):
        raise invalid("No shiftDimension specified.")
    lines = range(column, end_column) if dimension == "ROWS" else range(row, end_row)
    start, end = (row, end_row) if dimension == "ROWS" else (column, end_column)
    last = sheet.row_count if dimension == "ROWS" else sheet.column_count
    for line in lines:

        def cell_index(index: int, line: int = line) -> tuple[int, int]:
            return (index, line) if dimension == "ROWS" else (line, index)

        cells: list[Cell] = [sheet.cell(*cell_index(index)) for index in range(last)]
        count = end - start
        moved = (
            [*cells[:start], *[EMPTY] * count, *cells[start:]]
            if outward
            else [*cells[:start], *cells[end:], *[EMPTY] * count]
        )
        # The grid does not grow for insertRange, unlike for insertDimension.
        if outward and any(not cell.is_blank for cell in moved[last:]):
            raise invalid("This operation would push data off the sheet.")
        for index in range(start, last):
            sheet.put(*cell_index(index), moved[index])

    def goal(at_row: int, at_column: int) -> tuple[GridSheet, int, int] | None:
        index, line = (at_row, at_column) if dimension == "ROWS" else (at_column, at_row)
        if line not in lines or index < start:
            return sheet, at_row, at_column
        if not outward and index < end:
            return None
        index += (end - start) * (1 if outward else -1)
        return (sheet, index, line) if dimension == "ROWS" else (sheet, line, index)

    carry_anchors(work.spreadsheet, sheet, goal)


UPDATES: dict[str, Update] = {
    "insertDimension": _insert,
    "deleteDimension": _delete,
    "moveDimension": _move,
    "appendDimension": _append,
    "updateDimensionProperties": _update,
    "autoResizeDimensions": _resize_to_fit,
    "addDimensionGroup": _add_group,
    "deleteDimensionGroup": _delete_group,
    "updateDimensionGroup": _update_group,
    "insertRange": _insert_range,
    "deleteRange": _delete_range,
}
