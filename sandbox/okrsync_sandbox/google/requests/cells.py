"""Updates of cells: values, formats, notes, rules, borders."""

from __future__ import annotations

from dataclasses import replace

from okrsync_sandbox.google.a1 import CellBlock
from okrsync_sandbox.google.chips import address_of, chip_cell, without_chips
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.formats import tidy, tidy_format
from okrsync_sandbox.google.locales import Locale
from okrsync_sandbox.google.mask import Mask, updated
from okrsync_sandbox.google.model import LONGEST_TEXT, Cell, GridSheet, Json
from okrsync_sandbox.google.requests.context import Update, Work, cells_in, coordinate, required
from okrsync_sandbox.google.requests.paste import translated

__all__ = ["UPDATES", "with_data"]

_PARTS = {
    "userEnteredValue",
    "userEnteredFormat",
    "note",
    "dataValidation",
    "textFormatRuns",
    "chipRuns",
    "pivotTable",
    "hyperlink",
    "dataSourceTable",
    "dataSourceFormula",
}


def with_data(cell: Cell, given: Json, mask: Mask, locale: Locale) -> Cell:
    """A cell after the masked fields of a CellData were applied to it; what the mask names and the
    data lack is cleared.
    """
    names = _PARTS if "*" in mask else mask.keys() & _PARTS
    changed = cell
    if "userEnteredValue" in names:
        changed = _with_value(changed, given.get("userEnteredValue"))
    if "userEnteredFormat" in names:
        below = mask.get("userEnteredFormat", {})
        fresh = tidy_format(given.get("userEnteredFormat", {}), locale)
        merged_format = updated(changed.format or {}, fresh, below) if below else fresh
        changed = replace(changed, format=merged_format or None)
    if "note" in names:
        changed = replace(changed, note=given.get("note") or None)
    if "dataValidation" in names:
        changed = replace(
            changed,
            validation=tidy(given["dataValidation"]) if given.get("dataValidation") else None,
        )
    unsupported = names & {"textFormatRuns", "pivotTable"}
    if unsupported:
        extra = {
            name: value for name, value in (changed.extra or {}).items() if name not in unsupported
        }
        extra.update({name: tidy(given[name]) for name in unsupported if given.get(name)})
        changed = replace(changed, extra=extra or None)
    # A chip shows an address here: the names of accounts are not known.
    if "chipRuns" in names and given.get("chipRuns"):
        changed = chip_cell(changed, tidy(given["chipRuns"]), address_of)
    return changed


def _with_value(cell: Cell, value: Json | None) -> Cell:
    cell = without_chips(cell)
    if not value:
        return replace(cell, value=None, formula=None)
    if len(value) > 1:
        raise invalid("An ExtendedValue may hold only one kind of value.")
    kind, content = next(iter(value.items()))
    # https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/other#ExtendedValue
    if kind == "errorValue":
        raise invalid("errorValue is read-only.")
    if kind == "formulaValue":
        if not content.startswith("="):
            raise invalid(f"Invalid formula: {content}. Formulas must begin with =")
        return replace(cell, value=None, formula=content)
    if kind == "stringValue" and len(content) > LONGEST_TEXT:
        raise invalid(
            f"Your input contains more than the maximum of {LONGEST_TEXT} characters in a single"
            " cell."
        )
    if kind == "numberValue":
        content = float(content)
    return replace(cell, value=content if content != "" else None, formula=None)


def _update_cells(work: Work, args: Json) -> Json:
    mask = required(args, message="CellData")
    rows = args.get("rows", [])
    if "range" in args:
        sheet, block = work.cells_of(args["range"])
        row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
        if len(rows) > end_row - row:
            raise invalid(
                f"Attempting to write row: {row + len(rows) - 1}, beyond the last requested row of:"
                f" {end_row - 1}"
            )
        widest = max((len(row_data.get("values", ())) for row_data in rows), default=0)
        if widest > end_column - column:
            raise invalid(
                f"Attempting to write column: {column + widest - 1}, beyond the last requested"
                f" column of: {end_column - 1}"
            )
        for row_index in range(row, end_row):
            values = rows[row_index - row].get("values", []) if row_index - row < len(rows) else []
            for across in range(column, end_column):
                given = values[across - column] if across - column < len(values) else {}
                _apply(work, sheet, row_index, across, given, mask)
        return {}
    start = args.get("start")
    if start is None:
        raise invalid("One of start or range must be specified.")
    sheet, row, column = coordinate(work, start)
    for down, row_data in enumerate(rows):
        for across, given in enumerate(row_data.get("values", ())):
            if row + down >= sheet.row_count or column + across >= sheet.column_count:
                raise invalid(
                    f"Attempting to write row: {row + down}, beyond the last requested row of:"
                    f" {sheet.row_count - 1}"
                    if row + down >= sheet.row_count
                    else (
                        f"Attempting to write column: {column + across}, beyond the last requested"
                        f" column of: {sheet.column_count - 1}"
                    )
                )
            work.refuse_protected(
                sheet, CellBlock(row + down, column + across, row + down + 1, column + across + 1)
            )
            _apply(work, sheet, row + down, column + across, given, mask)
    return {}


def _apply(
    work: Work,
    sheet: GridSheet,
    row: int,
    column: int,
    given: Json,
    mask: Mask,
    known: dict[int, tuple[Cell, Cell]] | None = None,
) -> None:
    """Apply data to a cell. `known` is what became of cells to which the same data were applied: a
    thousand empty ones become one.
    """
    cell = sheet.cell(row, column)
    # Google ignores values for the hidden cells of a merge, without an error.
    if sheet.covered_by(row, column) is not None and ("userEnteredValue" in mask or "*" in mask):
        given = {name: value for name, value in given.items() if name != "userEnteredValue"}
        known = None
    if known is None:
        known = {}
    if id(cell) not in known:
        known[id(cell)] = cell, with_data(cell, given, mask, work.locale)
    sheet.put(row, column, known[id(cell)][1])


def _repeat_cell(work: Work, args: Json) -> Json:
    mask = required(args, message="CellData")
    sheet, block = work.cells_of(args.get("range", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    given = args.get("cell", {})
    formula = given.get("userEnteredValue", {}).get("formulaValue")
    known: dict[int, tuple[Cell, Cell]] | None = {} if formula is None else None
    for row_index in range(row, end_row):
        for across in range(column, end_column):
            data = given
            if formula is not None:
                data = {
                    **given,
                    "userEnteredValue": {
                        "formulaValue": translated(
                            formula, row_index - row, across - column, work.locale
                        )
                    },
                }
            _apply(work, sheet, row_index, across, data, mask, known)
    return {}


def _append_cells(work: Work, args: Json) -> Json:
    mask = required(args, message="CellData")
    sheet = work.sheet(args.get("sheetId", 0), "grid")
    rows = args.get("rows", [])
    start = max(
        (
            row_index + 1
            for row_index, cells in enumerate(sheet.rows)
            # Cells with only a format or a note count as content here.
            if any(not cell.is_nothing for cell in cells)
        ),
        default=0,
    )
    sheet.row_count = max(sheet.row_count, start + len(rows))
    sheet.column_count = max(
        sheet.column_count, max((len(row_data.get("values", ())) for row_data in rows), default=0)
    )
    for down, row_data in enumerate(rows):
        for across, given in enumerate(row_data.get("values", ())):
            _apply(work, sheet, start + down, across, given, mask)
    return {}


def _set_validation(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    rule = tidy(args["rule"]) if args.get("rule") else None
    for row, column in cells_in(sheet, block):
        sheet.change(row, column, lambda cell: replace(cell, validation=rule))
    return {}


def _update_borders(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    sides = {
        name: tidy(args[name])
        for name in ("top", "bottom", "left", "right", "innerHorizontal", "innerVertical")
        if name in args
    }
    for row_index, across in cells_in(sheet, block):
        edges = {
            "top": sides.get("top") if row_index == row else sides.get("innerHorizontal"),
            "bottom": sides.get("bottom")
            if row_index == end_row - 1
            else sides.get("innerHorizontal"),
            "left": sides.get("left") if across == column else sides.get("innerVertical"),
            "right": sides.get("right") if across == end_column - 1 else sides.get("innerVertical"),
        }
        kept = {name: border for name, border in edges.items() if border is not None}

        def bordered(cell: Cell, kept: Json = kept) -> Cell:
            borders = {**(cell.format or {}).get("borders", {}), **kept}
            borders = {
                name: border for name, border in borders.items() if border.get("style") != "NONE"
            }
            rest = {name: value for name, value in (cell.format or {}).items() if name != "borders"}
            return replace(cell, format={**rest, "borders": borders} if borders else rest or None)

        sheet.change(row_index, across, bordered)
    return {}


UPDATES: dict[str, Update] = {
    "updateCells": _update_cells,
    "repeatCell": _repeat_cell,
    "appendCells": _append_cells,
    "setDataValidation": _set_validation,
    "updateBorders": _update_borders,
}
