"""Updates of cells: values, formats, notes, rules, merges, and what people do with copy and paste."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from okrsync_sandbox.google.a1 import Block, letters, number
from okrsync_sandbox.google.cells import entered, put_entry
from okrsync_sandbox.google.display import shown
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.formats import tidy, tidy_format
from okrsync_sandbox.google.formula import CellFault, rewritten
from okrsync_sandbox.google.locales import Locale
from okrsync_sandbox.google.mask import Mask, updated
from okrsync_sandbox.google.model import LONGEST_TEXT, Cell, Json, Sheet
from okrsync_sandbox.google.ranges import resolve_grid_range
from okrsync_sandbox.google.requests.context import Update, Work, required

__all__ = ["UPDATES", "translated", "with_data"]

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
    """A cell after the masked fields of a CellData were applied to it; what the mask names and the data lack is cleared."""
    names = _PARTS if "*" in mask else mask.keys() & _PARTS
    made = cell
    if "userEnteredValue" in names:
        made = _with_value(made, given.get("userEnteredValue"))
    if "userEnteredFormat" in names:
        below = mask.get("userEnteredFormat", {})
        fresh = tidy_format(given.get("userEnteredFormat", {}), locale)
        kept = updated(made.format or {}, fresh, below) if below else fresh
        made = replace(made, format=_with_twins(kept) or None)
    if "note" in names:
        made = replace(made, note=given.get("note") or None)
    if "dataValidation" in names:
        made = replace(made, validation=tidy(given["dataValidation"]) if given.get("dataValidation") else None)
    rest = names & {"textFormatRuns", "chipRuns", "pivotTable"}
    if rest:
        extra = {name: value for name, value in (made.extra or {}).items() if name not in rest}
        extra.update({name: tidy(given[name]) for name in rest if given.get(name)})
        made = replace(made, extra=extra or None)
    return made


def _with_twins(kept: Json) -> Json:
    """A format whose colours agree with their twins after only one of both was updated."""
    for name in list(kept):
        if name.endswith("Color") and name not in ("rgbColor",) and f"{name}Style" in kept:
            kept[f"{name}Style"] = {"rgbColor": kept[name]}
    return kept


def _with_value(cell: Cell, value: Json | None) -> Cell:
    if not value:
        return replace(cell, value=None, formula=None)
    if len(value) > 1:
        raise invalid("An ExtendedValue may hold only one kind of value.")
    kind, held = next(iter(value.items()))
    if kind == "errorValue":
        raise invalid("errorValue is read-only.")
    if kind == "formulaValue":
        if not held.startswith("="):
            raise invalid(f"Invalid formula: {held}. Formulas must begin with =")
        return replace(cell, value=None, formula=held)
    if kind == "stringValue" and len(held) > LONGEST_TEXT:
        raise invalid(f"Your input contains more than the maximum of {LONGEST_TEXT} characters in a single cell.")
    if kind == "numberValue":
        held = float(held)
    return replace(cell, value=held if held != "" else None, formula=None)


def _update_cells(work: Work, args: Json) -> Json:
    mask = required(args, message="CellData")
    rows = args.get("rows", [])
    if "range" in args:
        sheet, block = work.cells_of(args["range"])
        row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
        if len(rows) > end_row - row:
            raise invalid(
                f"Attempting to write row: {row + len(rows) - 1}, beyond the last requested row of: {end_row - 1}"
            )
        widest = max((len(one.get("values", ())) for one in rows), default=0)
        if widest > end_column - column:
            raise invalid(
                f"Attempting to write column: {column + widest - 1}, beyond the last requested column of: {end_column - 1}"
            )
        for at in range(row, end_row):
            values = rows[at - row].get("values", []) if at - row < len(rows) else []
            for across in range(column, end_column):
                given = values[across - column] if across - column < len(values) else {}
                _apply(work, sheet, at, across, given, mask)
        return {}
    start = args.get("start")
    if start is None:
        raise invalid("One of start or range must be specified.")
    sheet, row, column = _coordinate(work, start)
    for down, one in enumerate(rows):
        for across, given in enumerate(one.get("values", ())):
            if row + down >= sheet.row_count or column + across >= sheet.column_count:
                raise invalid(
                    f"Attempting to write row: {row + down}, beyond the last requested row of: {sheet.row_count - 1}"
                    if row + down >= sheet.row_count
                    else f"Attempting to write column: {column + across}, beyond the last requested column of: {sheet.column_count - 1}"
                )
            work.refuse_protected(sheet, Block(row + down, column + across, row + down + 1, column + across + 1))
            _apply(work, sheet, row + down, column + across, given, mask)
    return {}


def _coordinate(work: Work, spot: Json) -> tuple[Sheet, int, int]:
    sheet = work.sheet(spot.get("sheetId", 0), "grid")
    row, column = spot.get("rowIndex", 0), spot.get("columnIndex", 0)
    if row >= sheet.row_count:
        raise invalid(f"GridCoordinate.rowIndex[{row}] is after last row in grid[{sheet.row_count}]")
    if column >= sheet.column_count:
        raise invalid(f"GridCoordinate.columnIndex[{column}] is after last column in grid[{sheet.column_count}]")
    return sheet, row, column


def _apply(work: Work, sheet: Sheet, row: int, column: int, given: Json, mask: Mask) -> None:
    if sheet.covered_by(row, column) is not None and ("userEnteredValue" in mask or "*" in mask):
        given = {name: value for name, value in given.items() if name != "userEnteredValue"}
    sheet.put(row, column, with_data(sheet.cell(row, column), given, mask, work.locale))


def _repeat_cell(work: Work, args: Json) -> Json:
    mask = required(args, message="CellData")
    sheet, block = work.cells_of(args.get("range", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    given = args.get("cell", {})
    formula = given.get("userEnteredValue", {}).get("formulaValue")
    for at in range(row, end_row):
        for across in range(column, end_column):
            data = given
            if formula is not None:
                data = {
                    **given,
                    "userEnteredValue": {"formulaValue": translated(formula, at - row, across - column, work.locale)},
                }
            _apply(work, sheet, at, across, data, mask)
    return {}


def _append_cells(work: Work, args: Json) -> Json:
    mask = required(args, message="CellData")
    sheet = work.sheet(args.get("sheetId", 0), "grid")
    rows = args.get("rows", [])
    start = max(
        (at + 1 for at, cells in enumerate(sheet.rows) if any(not cell.is_nothing for cell in cells)), default=0
    )
    sheet.row_count = max(sheet.row_count, start + len(rows))
    sheet.column_count = max(sheet.column_count, max((len(one.get("values", ())) for one in rows), default=0))
    for down, one in enumerate(rows):
        for across, given in enumerate(one.get("values", ())):
            _apply(work, sheet, start + down, across, given, mask)
    return {}


def _set_validation(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    rule = tidy(args["rule"]) if args.get("rule") else None
    for row, column in _each(sheet, block):
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
    for at, across in _each(sheet, block):
        edges = {
            "top": sides.get("top") if at == row else sides.get("innerHorizontal"),
            "bottom": sides.get("bottom") if at == end_row - 1 else sides.get("innerHorizontal"),
            "left": sides.get("left") if across == column else sides.get("innerVertical"),
            "right": sides.get("right") if across == end_column - 1 else sides.get("innerVertical"),
        }
        kept = {name: border for name, border in edges.items() if border is not None}

        def bordered(cell: Cell, kept: Json = kept) -> Cell:
            borders = {**(cell.format or {}).get("borders", {}), **kept}
            borders = {name: border for name, border in borders.items() if border.get("style") != "NONE"}
            rest = {name: value for name, value in (cell.format or {}).items() if name != "borders"}
            return replace(cell, format={**rest, "borders": borders} if borders else rest or None)

        sheet.change(at, across, bordered)
    return {}


def _each(sheet: Sheet, block: Block) -> Iterator[tuple[int, int]]:
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    return ((at, across) for at in range(row, end_row) for across in range(column, end_column))


_ALL_OF_A_MERGE = "You must select all cells in a merged range to merge or unmerge them."


def _merge(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    whole = Block(row, column, end_row, end_column)
    for merge in sheet.merges:
        if merge.meets(whole) and not whole.contains(merge):
            raise invalid(_ALL_OF_A_MERGE)
    sheet.merges = [merge for merge in sheet.merges if not whole.contains(merge)]
    match args.get("mergeType", "MERGE_ALL"):
        case "MERGE_ROWS":
            made = [Block(at, column, at + 1, end_column) for at in range(row, end_row)]
        case "MERGE_COLUMNS":
            made = [Block(row, across, end_row, across + 1) for across in range(column, end_column)]
        case _:
            made = [whole]
    for merge in made:
        if (merge.end_row or 0) - merge.row == 1 and (merge.end_column or 0) - merge.column == 1:
            continue
        sheet.merges.append(merge)
        _keep_first_value(sheet, merge)
    return {}


def _keep_first_value(sheet: Sheet, merge: Block) -> None:
    """The upper left of what stands in a merge becomes its value; the rest is gone."""
    places = list(_each(sheet, merge))
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
    whole = Block(row, column, end_row, end_column)
    if any(merge.meets(whole) and not whole.contains(merge) for merge in sheet.merges):
        raise invalid(_ALL_OF_A_MERGE)
    sheet.merges = [merge for merge in sheet.merges if not whole.contains(merge)]
    return {}


def translated(formula: str, down: int, across: int, locale: Locale) -> str:
    """A formula as it reads after being copied so many rows down and columns across."""

    def corner(found: re.Match[str]) -> str:
        column, row = found[2], found[4]
        if column and not found[1]:
            place = number(column) + across
            if place < 0:
                return "#REF!"
            column = letters(place)
        if row and not found[3]:
            if int(row) + down < 1:
                return "#REF!"
            row = str(int(row) + down)
        return f"{found[1]}{column}{found[3]}{row}"

    def moved(_title: str | None, cells: str) -> str:
        made = ":".join(re.sub(r"^(\$?)([A-Za-z]*)(\$?)([0-9]*)$", corner, part) for part in cells.split(":"))
        return "#REF!" if "#REF!" in made else made

    return rewritten(formula, locale, moved)


def _copied(
    work: Work, sheet: Sheet, block: Block, kind: str, target: Sheet, at: tuple[int, int], spread: tuple[int, int]
) -> None:
    """Paste a block, repeated over as many rows and columns as the target has where that is a multiple."""
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    height, width = end_row - row, end_column - column
    cells = [[sheet.cell(row + down, column + across) for across in range(width)] for down in range(height)]
    values = [[work.value(sheet, row + down, column + across) for across in range(width)] for down in range(height)]
    for down in range(spread[0]):
        for across in range(spread[1]):
            source, value = cells[down % height][across % width], values[down % height][across % width]
            place = (at[0] + down, at[1] + across)
            if place[0] >= target.row_count or place[1] >= target.column_count:
                continue
            moved_by = (place[0] - row - down % height, place[1] - column - across % width)
            target.put(*place, _pasted(target.cell(*place), source, value, moved_by, kind, work.locale))


def _pasted(cell: Cell, source: Cell, value: Any, by: tuple[int, int], kind: str, locale: Locale) -> Cell:
    formula = None if source.formula is None else translated(source.formula, *by, locale)
    match kind:
        case "PASTE_VALUES":
            return replace(cell, value=None if isinstance(value, CellFault) else value, formula=None)
        case "PASTE_FORMAT":
            return replace(cell, format=source.format)
        case "PASTE_FORMULA":
            return replace(cell, value=source.value, formula=formula)
        case "PASTE_DATA_VALIDATION":
            return replace(cell, validation=source.validation)
        case "PASTE_NO_BORDERS":
            kept = {name: one for name, one in (source.format or {}).items() if name != "borders"}
            return replace(source, formula=formula, format=kept or None)
        case "PASTE_CONDITIONAL_FORMATTING":
            return cell
    return replace(source, formula=formula)


def _copy_paste(work: Work, args: Json) -> Json:
    sheet, block = _source(work, args)
    target, place = work.cells_of(args.get("destination", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    height, width = end_row - row, end_column - column
    if args.get("pasteOrientation") == "TRANSPOSE":
        _transpose(sheet, Block(row, column, end_row, end_column), target, (place.row, place.column))
        return {}
    to_row, to_column, to_end_row, to_end_column = place.within(target.row_count, target.column_count)
    tall, wide = to_end_row - to_row, to_end_column - to_column
    spread = (tall if tall % height == 0 else height, wide if wide % width == 0 else width)
    _copied(work, sheet, block, args.get("pasteType", "PASTE_NORMAL"), target, (to_row, to_column), spread)
    return {}


def _source(work: Work, args: Json) -> tuple[Sheet, Block]:
    return resolve_grid_range(work.spreadsheet, args.get("source", {}))


def _transpose(sheet: Sheet, block: Block, target: Sheet, at: tuple[int, int]) -> None:
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    cells = [[sheet.cell(one, other) for other in range(column, end_column)] for one in range(row, end_row)]
    for down, values in enumerate(cells):
        for across, cell in enumerate(values):
            target.put(at[0] + across, at[1] + down, cell)


def _cut_paste(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("source", {}))
    spot = args.get("destination", {})
    target, row, column = _coordinate(work, spot)
    first_row, first_column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    work.refuse_protected(target, Block(row, column, row + end_row - first_row, column + end_column - first_column))
    taken = [[sheet.cell(one, other) for other in range(first_column, end_column)] for one in range(first_row, end_row)]
    for place in _each(sheet, block):
        sheet.put(*place, Cell())
    for down, values in enumerate(taken):
        for across, cell in enumerate(values):
            if row + down < target.row_count and column + across < target.column_count:
                target.put(row + down, column + across, cell)
    return {}


def _paste_data(work: Work, args: Json) -> Json:
    sheet, row, column = _coordinate(work, args.get("coordinate", {}))
    mark = args.get("delimiter") or "\t"
    lines = args.get("data", "").split("\n")
    parts = [line.split(mark) for line in lines]
    for down, values in enumerate(parts):
        for across, text in enumerate(values):
            place = (row + down, column + across)
            if place[0] < sheet.row_count and place[1] < sheet.column_count:
                work.refuse_protected(sheet, Block(*place, place[0] + 1, place[1] + 1))
                put_entry(sheet, *place, text, as_typed=True, locale=work.locale)
    return {}


def _find_replace(work: Work, args: Json) -> Json:
    find, by = args.get("find", ""), args.get("replacement", "")
    if not find:
        raise invalid("find must not be empty.")
    flags = 0 if args.get("matchCase") else re.IGNORECASE
    pattern = re.compile(find if args.get("searchByRegex") else re.escape(find), flags)
    changed: dict[str, int] = dict.fromkeys(("valuesChanged", "formulasChanged", "occurrencesChanged"), 0)
    rows, sheets = set(), set()
    for sheet, block in _searched(work, args):
        for place in list(
            _each(
                sheet,
                Block(
                    block.row, block.column, min(block.end_row or len(sheet.rows), len(sheet.rows)), block.end_column
                ),
            )
        ):
            cell = sheet.cell(*place)
            if cell.formula is not None and not args.get("includeFormulas"):
                continue
            text = cell.formula or shown(cell.value, (cell.format or {}).get("numberFormat"), work.locale)
            if not text or (args.get("matchEntireCell") and not pattern.fullmatch(text)):
                continue
            made, count = pattern.subn(by if args.get("searchByRegex") else by.replace("\\", r"\\"), text)
            if count:
                work.refuse_protected(sheet, Block(*place, place[0] + 1, place[1] + 1))
                sheet.put(*place, entered(cell, made, as_typed=True, locale=work.locale))
                changed["formulasChanged" if cell.formula is not None else "valuesChanged"] += 1
                changed["occurrencesChanged"] += count
                rows.add((sheet.id, place[0]))
                sheets.add(sheet.id)
    counts = {**changed, "rowsChanged": len(rows), "sheetsChanged": len(sheets)}
    return {"findReplace": {name: count for name, count in counts.items() if count}}


def _searched(work: Work, args: Json) -> list[tuple[Sheet, Block]]:
    if args.get("allSheets"):
        return [(sheet, Block()) for sheet in work.spreadsheet.sheets]
    if "range" in args:
        return [_source(work, {"source": args["range"]})]
    if "sheetId" in args:
        return [(work.sheet(args["sheetId"]), Block())]
    raise invalid("One of range, sheetId or allSheets must be specified.")


def _text_to_columns(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("source", {}))
    kinds = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}
    mark = args.get("delimiter") or kinds.get(args.get("delimiterType", "COMMA"), ",")
    for row, column in list(_each(sheet, Block(block.row, block.column, block.end_row, block.column + 1))):
        text = sheet.cell(row, column).value
        if isinstance(text, str) and mark in text:
            for across, part in enumerate(text.split(mark)):
                if column + across < sheet.column_count:
                    put_entry(sheet, row, column + across, part.strip(), as_typed=True, locale=work.locale)
    return {}


def _trim(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    count = 0
    for place in _each(sheet, block):
        cell = sheet.cell(*place)
        if isinstance(cell.value, str):
            made = " ".join(cell.value.split())
            if made != cell.value:
                sheet.put(*place, replace(cell, value=made or None))
                count += 1
    return {"trimWhitespace": {"cellsChangedCount": count} if count else {}}


def _delete_duplicates(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    columns = [spot.get("startIndex", 0) for spot in args.get("comparisonColumns", ())] or list(
        range(column, end_column)
    )
    seen: set[tuple[Any, ...]] = set()
    kept: list[list[Cell]] = []
    for at in range(row, min(end_row, len(sheet.rows))):
        key = tuple(work.value(sheet, at, across) for across in columns)
        if key not in seen:
            seen.add(key)
            kept.append([sheet.cell(at, across) for across in range(column, end_column)])
    removed = min(end_row, len(sheet.rows)) - row - len(kept)
    for at in range(row, min(end_row, len(sheet.rows))):
        cells = kept[at - row] if at - row < len(kept) else [Cell()] * (end_column - column)
        for across, cell in enumerate(cells):
            sheet.put(at, column + across, cell)
    return {"deleteDuplicates": {"duplicatesRemovedCount": removed} if removed else {}}


def _randomize(work: Work, args: Json) -> Json:
    sheet, block = work.cells_of(args.get("range", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    rows = [[sheet.cell(at, across) for across in range(column, end_column)] for at in range(row, end_row)]
    work.seed.shuffle(rows)
    for down, cells in enumerate(rows):
        for across, cell in enumerate(cells):
            sheet.put(row + down, column + across, cell)
    return {}


def _auto_fill(work: Work, args: Json) -> Json:
    if "sourceAndDestination" not in args:
        raise invalid("autoFill without a source is not kept by this stand-in; give sourceAndDestination.")
    spec = args["sourceAndDestination"]
    sheet, block = work.cells_of(spec.get("source", {}))
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    length = spec.get("fillLength", 0)
    if spec.get("dimension") == "COLUMNS":
        at, spread = (row, end_column if length > 0 else column + length), (end_row - row, abs(length))
    else:
        at, spread = (end_row if length > 0 else row + length, column), (abs(length), end_column - column)
    _copied(work, sheet, block, "PASTE_NORMAL", sheet, at, spread)
    return {}


UPDATES: dict[str, Update] = {
    "updateCells": _update_cells,
    "repeatCell": _repeat_cell,
    "appendCells": _append_cells,
    "setDataValidation": _set_validation,
    "updateBorders": _update_borders,
    "mergeCells": _merge,
    "unmergeCells": _unmerge,
    "copyPaste": _copy_paste,
    "cutPaste": _cut_paste,
    "pasteData": _paste_data,
    "findReplace": _find_replace,
    "textToColumns": _text_to_columns,
    "trimWhitespace": _trim,
    "deleteDuplicates": _delete_duplicates,
    "randomizeRange": _randomize,
    "autoFill": _auto_fill,
}
