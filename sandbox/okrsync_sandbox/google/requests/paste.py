"""Updates that copy, cut, fill and paste."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from okrsync_sandbox.google.a1 import CellBlock, letters, number
from okrsync_sandbox.google.cells import put_entry
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.formula import rewritten
from okrsync_sandbox.google.formula_values import CellFault
from okrsync_sandbox.google.locales import Locale
from okrsync_sandbox.google.model import Cell, GridSheet, Json
from okrsync_sandbox.google.ranges import resolve_grid_range
from okrsync_sandbox.google.requests.context import Update, Work, cells_in, coordinate
from okrsync_sandbox.google.threads import carry_anchors

__all__ = ["UPDATES", "translated"]


def translated(formula: str, down: int, across: int, locale: Locale) -> str:
    """A formula after it was copied so many rows down and columns to the right."""

    def corner(match: re.Match[str]) -> str:
        column, row = match[2], match[4]
        # A dollar sign keeps a column or a row as it is.
        if column and not match[1]:
            new_column = number(column) + across
            if new_column < 0:
                return "#REF!"
            column = letters(new_column)
        if row and not match[3]:
            if int(row) + down < 1:
                return "#REF!"
            row = str(int(row) + down)
        return f"{match[1]}{column}{match[3]}{row}"

    def moved(_title: str | None, cells: str) -> str:
        reference = ":".join(
            re.sub(r"^(\$?)([A-Za-z]*)(\$?)([0-9]*)$", corner, part) for part in cells.split(":")
        )
        return "#REF!" if "#REF!" in reference else reference

    return rewritten(formula, locale, moved)


def _copied(
    work: Work,
    sheet: GridSheet,
    block: CellBlock,
    kind: str,
    target: GridSheet,
    start: tuple[int, int],
    spread: tuple[int, int],
) -> None:
    """Paste a block, repeated over as many rows and columns as the target has where that is a
    multiple.
    """
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    height, width = end_row - row, end_column - column
    cells = [
        [sheet.cell(row + down, column + across) for across in range(width)]
        for down in range(height)
    ]
    values = [
        [work.value(sheet, row + down, column + across) for across in range(width)]
        for down in range(height)
    ]
    for down in range(spread[0]):
        for across in range(spread[1]):
            source, value = (
                cells[down % height][across % width],
                values[down % height][across % width],
            )
            cell_index = (start[0] + down, start[1] + across)
            if cell_index[0] >= target.row_count or cell_index[1] >= target.column_count:
                continue
            moved_by = (
                cell_index[0] - row - down % height,
                cell_index[1] - column - across % width,
            )
            target.put(
                *cell_index,
                _pasted(target.cell(*cell_index), source, value, moved_by, kind, work.locale),
            )


def _pasted(
    cell: Cell, source: Cell, value: Any, by: tuple[int, int], kind: str, locale: Locale
) -> Cell:
    formula = None if source.formula is None else translated(source.formula, *by, locale)
    match kind:
        case "PASTE_VALUES":
            return replace(
                cell, value=None if isinstance(value, CellFault) else value, formula=None
            )
        case "PASTE_FORMAT":
            return replace(cell, format=source.format)
        case "PASTE_FORMULA":
            return replace(cell, value=source.value, formula=formula)
        case "PASTE_DATA_VALIDATION":
            return replace(cell, validation=source.validation)
        case "PASTE_NO_BORDERS":
            formats = {
                name: part for name, part in (source.format or {}).items() if name != "borders"
            }
            return replace(source, formula=formula, format=formats or None)
        case "PASTE_CONDITIONAL_FORMATTING":
            return cell
    return replace(source, formula=formula)


def _copy_paste(work: Work, args: Json) -> Json:
    sheet, block = _source(work, args)
    target, target_block = work.cells_of(args.get("destination", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    height, width = end_row - row, end_column - column
    if args.get("pasteOrientation") == "TRANSPOSE":
        _transpose(
            sheet,
            CellBlock(row, column, end_row, end_column),
            target,
            (target_block.row, target_block.column),
        )
        return {}
    to_row, to_column, to_end_row, to_end_column = target_block.within(
        target.row_count, target.column_count
    )
    tall, wide = to_end_row - to_row, to_end_column - to_column
    # A target that is no multiple of the source gets it once.
    # https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request#CopyPasteRequest
    spread = (tall if tall % height == 0 else height, wide if wide % width == 0 else width)
    kind = args.get("pasteType", "PASTE_NORMAL")
    if kind in ("PASTE_NORMAL", "PASTE_CONDITIONAL_FORMATTING") and sheet is target:
        goal = CellBlock(to_row, to_column, to_row + spread[0], to_column + spread[1])
        _extend_rules(sheet, CellBlock(row, column, end_row, end_column), goal)
    _copied(
        work,
        sheet,
        block,
        args.get("pasteType", "PASTE_NORMAL"),
        target,
        (to_row, to_column),
        spread,
    )
    return {}


def _extend_rules(sheet: GridSheet, source: CellBlock, target: CellBlock) -> None:
    """Have the conditional formats of copied cells hold where they are pasted.

    https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request#PasteType
    """
    if source.end_row is None or target.end_row is None:
        return
    for rule in sheet.list_of("conditionalFormats"):
        added = []
        for cells in rule.get("ranges", ()):
            first = max(cells.get("startColumnIndex", 0), source.column)
            last = min(cells.get("endColumnIndex", sheet.column_count), source.end_column or 0)
            top, bottom = cells.get("startRowIndex", 0), cells.get("endRowIndex", sheet.row_count)
            holds = top <= source.row and source.end_row <= bottom and first < last
            covers = top <= target.row and target.end_row <= bottom
            if holds and not covers:
                added.append(
                    {
                        **cells,
                        "startRowIndex": target.row,
                        "endRowIndex": target.end_row,
                        "startColumnIndex": target.column + first - source.column,
                        "endColumnIndex": target.column + last - source.column,
                    }
                )
        if added:
            rule["ranges"] = [*rule["ranges"], *added]


def _source(work: Work, args: Json) -> tuple[GridSheet, CellBlock]:
    return resolve_grid_range(work.spreadsheet, args.get("source", {}))


def _transpose(
    sheet: GridSheet, block: CellBlock, target: GridSheet, start: tuple[int, int]
) -> None:
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    cells = [
        [sheet.cell(row_index, column_index) for column_index in range(column, end_column)]
        for row_index in range(row, end_row)
    ]
    for down, values in enumerate(cells):
        for across, cell in enumerate(values):
            target.put(start[0] + across, start[1] + down, cell)


def _cut_paste(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("source", {}))
    given = args.get("destination", {})
    target, row, column = coordinate(work, given)
    first_row, first_column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    work.refuse_protected(
        target,
        CellBlock(row, column, row + end_row - first_row, column + end_column - first_column),
    )
    taken = [
        [sheet.cell(row_index, column_index) for column_index in range(first_column, end_column)]
        for row_index in range(first_row, end_row)
    ]
    for cell_index in cells_in(sheet, block):
        sheet.put(*cell_index, Cell())
    for down, values in enumerate(taken):
        for across, cell in enumerate(values):
            if row + down < target.row_count and column + across < target.column_count:
                target.put(row + down, column + across, cell)

    def goal(at_row: int, at_column: int) -> tuple[GridSheet, int, int]:
        if first_row <= at_row < end_row and first_column <= at_column < end_column:
            return target, row + at_row - first_row, column + at_column - first_column
        return sheet, at_row, at_column

    carry_anchors(work.spreadsheet, sheet, goal)
    return {}


def _paste_data(work: Work, args: Json) -> Json:
    sheet, row, column = coordinate(work, args.get("coordinate", {}))
    mark = args.get("delimiter") or "\t"
    lines = args.get("data", "").split("\n")
    parts = [line.split(mark) for line in lines]
    for down, values in enumerate(parts):
        for across, text in enumerate(values):
            cell_index = (row + down, column + across)
            if cell_index[0] < sheet.row_count and cell_index[1] < sheet.column_count:
                work.refuse_protected(
                    sheet, CellBlock(*cell_index, cell_index[0] + 1, cell_index[1] + 1)
                )
                put_entry(sheet, *cell_index, text, as_typed=True, locale=work.locale)
    return {}


def _auto_fill(work: Work, args: Json) -> Json:
    if "sourceAndDestination" not in args:
        raise invalid(
            "autoFill without a source is not kept by this stand-in; give sourceAndDestination."
        )
    spec = args["sourceAndDestination"]
    sheet, block = work.cells_of(spec.get("source", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    length = spec.get("fillLength", 0)
    if spec.get("dimension") == "COLUMNS":
        start, spread = (
            (row, end_column if length > 0 else column + length),
            (end_row - row, abs(length)),
        )
    else:
        start, spread = (
            (end_row if length > 0 else row + length, column),
            (abs(length), end_column - column),
        )
    _copied(work, sheet, block, "PASTE_NORMAL", sheet, start, spread)
    return {}


UPDATES: dict[str, Update] = {
    "copyPaste": _copy_paste,
    "cutPaste": _cut_paste,
    "pasteData": _paste_data,
    "autoFill": _auto_fill,
}
