"""Updates of cell contents: find and replace, split, trim, delete duplicates, shuffle."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from okrsync_sandbox.google.a1 import CellBlock
from okrsync_sandbox.google.cells import entered, put_entry
from okrsync_sandbox.google.display import shown
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.model import Cell, GridSheet, Json
from okrsync_sandbox.google.ranges import resolve_grid_range
from okrsync_sandbox.google.requests.context import Update, Work, cells_in

__all__ = ["UPDATES"]


def _find_replace(work: Work, args: Json) -> Json:
    find, by = args.get("find", ""), args.get("replacement", "")
    if not find:
        raise invalid("find must not be empty.")
    flags = 0 if args.get("matchCase") else re.IGNORECASE
    pattern = re.compile(find if args.get("searchByRegex") else re.escape(find), flags)
    changed: dict[str, int] = dict.fromkeys(
        ("valuesChanged", "formulasChanged", "occurrencesChanged"), 0
    )
    rows, sheets = set(), set()
    for sheet, block in _searched(work, args):
        for cell_index in list(
            cells_in(
                sheet,
                CellBlock(
                    block.row,
                    block.column,
                    min(block.end_row or len(sheet.rows), len(sheet.rows)),
                    block.end_column,
                ),
            )
        ):
            cell = sheet.cell(*cell_index)
            if cell.formula is not None and not args.get("includeFormulas"):
                continue
            text = cell.formula or shown(
                cell.value, (cell.format or {}).get("numberFormat"), work.locale
            )
            if not text or (args.get("matchEntireCell") and not pattern.fullmatch(text)):
                continue
            replaced, count = pattern.subn(
                # A plain replacement must not be read as a template of groups.
                by if args.get("searchByRegex") else by.replace("\\", r"\\"),
                text,
            )
            if count:
                work.refuse_protected(
                    sheet, CellBlock(*cell_index, cell_index[0] + 1, cell_index[1] + 1)
                )
                sheet.put(*cell_index, entered(cell, replaced, as_typed=True, locale=work.locale))
                changed["formulasChanged" if cell.formula is not None else "valuesChanged"] += 1
                changed["occurrencesChanged"] += count
                rows.add((sheet.id, cell_index[0]))
                sheets.add(sheet.id)
    counts = {**changed, "rowsChanged": len(rows), "sheetsChanged": len(sheets)}
    # Counts of 0 are left out of answers.
    return {"findReplace": {name: count for name, count in counts.items() if count}}


def _searched(work: Work, args: Json) -> list[tuple[GridSheet, CellBlock]]:
    if args.get("allSheets"):
        return [(sheet, CellBlock()) for sheet in work.spreadsheet.sheets]
    if "range" in args:
        return [resolve_grid_range(work.spreadsheet, args["range"])]
    if "sheetId" in args:
        return [(work.sheet(args["sheetId"]), CellBlock())]
    raise invalid("One of range, sheetId or allSheets must be specified.")


def _text_to_columns(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("source", {}))
    kinds = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}
    mark = args.get("delimiter") or kinds.get(args.get("delimiterType", "COMMA"), ",")
    for row, column in list(
        cells_in(sheet, CellBlock(block.row, block.column, block.end_row, block.column + 1))
    ):
        text = sheet.cell(row, column).value
        if isinstance(text, str) and mark in text:
            for across, part in enumerate(text.split(mark)):
                if column + across < sheet.column_count:
                    put_entry(
                        sheet, row, column + across, part.strip(), as_typed=True, locale=work.locale
                    )
    return {}


def _trim(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    count = 0
    for cell_index in cells_in(sheet, block):
        cell = sheet.cell(*cell_index)
        if isinstance(cell.value, str):
            trimmed = " ".join(cell.value.split())
            if trimmed != cell.value:
                sheet.put(*cell_index, replace(cell, value=trimmed or None))
                count += 1
    return {"trimWhitespace": {"cellsChangedCount": count} if count else {}}


def _delete_duplicates(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    columns = [
        dimension_range.get("startIndex", 0)
        for dimension_range in args.get("comparisonColumns", ())
    ] or list(range(column, end_column))
    seen: set[tuple[Any, ...]] = set()
    distinct: list[list[Cell]] = []
    for row_index in range(row, min(end_row, len(sheet.rows))):
        key = tuple(work.value(sheet, row_index, across) for across in columns)
        if key not in seen:
            seen.add(key)
            distinct.append([sheet.cell(row_index, across) for across in range(column, end_column)])
    removed = min(end_row, len(sheet.rows)) - row - len(distinct)
    for row_index in range(row, min(end_row, len(sheet.rows))):
        cells = (
            distinct[row_index - row]
            if row_index - row < len(distinct)
            else [Cell()] * (end_column - column)
        )
        for across, cell in enumerate(cells):
            sheet.put(row_index, column + across, cell)
    return {"deleteDuplicates": {"duplicatesRemovedCount": removed} if removed else {}}


def _randomize(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    rows = [
        [sheet.cell(row_index, across) for across in range(column, end_column)]
        for row_index in range(row, end_row)
    ]
    work.seed.shuffle(rows)
    for down, cells in enumerate(rows):
        for across, cell in enumerate(cells):
            sheet.put(row + down, column + across, cell)
    return {}


UPDATES: dict[str, Update] = {
    "findReplace": _find_replace,
    "textToColumns": _text_to_columns,
    "trimWhitespace": _trim,
    "deleteDuplicates": _delete_duplicates,
    "randomizeRange": _randomize,
}
