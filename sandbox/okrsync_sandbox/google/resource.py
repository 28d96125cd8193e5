"""A spreadsheet as `spreadsheets.get` answers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from okrsync_sandbox.google.a1 import CellBlock, grid_range
from okrsync_sandbox.google.cells import Looker
from okrsync_sandbox.google.conditions import conditional_format
from okrsync_sandbox.google.formats import DEFAULT_FORMAT, merged
from okrsync_sandbox.google.mask import Mask, wants
from okrsync_sandbox.google.metadata import answered, location_kind
from okrsync_sandbox.google.model import EMPTY, Cell, GridSheet, Json, Spreadsheet

__all__ = ["bare_ranges", "may_edit", "properties_of", "spreadsheet_answer"]

Wanted = Sequence[tuple[GridSheet, CellBlock]]


def spreadsheet_answer(
    looker: Looker,
    caller: str,
    owner: str,
    wanted: Wanted | None,
    *,
    with_data: bool,
    mask: Mask | None,
) -> Json:
    """The whole answer. `wanted` are the ranges asked for, None where all sheets are; `caller` and
    `owner` decide about protections.
    """
    spreadsheet = looker.spreadsheet
    made: Json = {"spreadsheetId": spreadsheet.id, "properties": spreadsheet.properties}
    asked = [
        sheet
        for sheet in spreadsheet.sheets
        if wanted is None or any(sheet is one for one, _ in wanted)
    ]
    made["sheets"] = [
        _sheet_answer(
            looker, sheet, caller, owner, _blocks(sheet, wanted), with_data=with_data, mask=mask
        )
        for sheet in asked
    ]
    if spreadsheet.named_ranges:
        made["namedRanges"] = bare_ranges(spreadsheet.named_ranges)
    made["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{spreadsheet.id}/edit"
    whole = [
        entry for entry in spreadsheet.metadata if location_kind(entry["location"]) == "SPREADSHEET"
    ]
    if whole:
        made["developerMetadata"] = [answered(entry) for entry in whole]
    return made


def _blocks(sheet: GridSheet, wanted: Wanted | None) -> list[CellBlock]:
    return [CellBlock()] if wanted is None else [block for one, block in wanted if one is sheet]


def properties_of(spreadsheet: Spreadsheet, sheet: GridSheet) -> Json:
    """A sheet's properties."""
    made: Json = {
        "sheetId": sheet.id,
        "title": sheet.title,
        "index": spreadsheet.sheets.index(sheet),
        "sheetType": sheet.properties.get("sheetType", "GRID"),
    }
    if made["sheetType"] == "GRID":
        made["gridProperties"] = {
            "rowCount": sheet.row_count,
            "columnCount": sheet.column_count,
            **sheet.grid,
        }
    made.update(
        {name: value for name, value in sheet.properties.items() if value and name != "sheetType"}
    )
    return made


def _sheet_answer(
    looker: Looker,
    sheet: GridSheet,
    caller: str,
    owner: str,
    blocks: list[CellBlock],
    *,
    with_data: bool,
    mask: Mask | None,
) -> Json:
    spreadsheet = looker.spreadsheet
    made: Json = {"properties": properties_of(spreadsheet, sheet)}
    if with_data and wants(mask, "sheets", "data"):
        made["data"] = [_grid_data(looker, sheet, block, mask) for block in blocks]
    if sheet.merges:
        made["merges"] = [bare_ranges(grid_range(sheet.id, merge)) for merge in sheet.merges]
    for name, objects in sheet.objects.items():
        if objects:
            made[name] = [bare_ranges(one) for one in objects]
    if made.get("protectedRanges"):
        made["protectedRanges"] = [
            _protection(one, caller, owner) for one in made["protectedRanges"]
        ]
    if sheet.basic_filter is not None:
        made["basicFilter"] = bare_ranges(sheet.basic_filter)
    own = [
        entry for entry in spreadsheet.metadata if entry["location"].get("sheetId", -1) == sheet.id
    ]
    if own:
        made["developerMetadata"] = [answered(entry) for entry in own]
    return made


def may_edit(protection: Json, caller: str, owner: str) -> bool:
    """Whether a caller may write to a protected range."""
    editors = protection.get("editors", {}).get("users", ())
    return bool(protection.get("warningOnly")) or caller == owner or caller in editors


def _protection(protection: Json, caller: str, owner: str) -> Json:
    allowed = may_edit(protection, caller, owner)
    made = {
        name: value
        for name, value in protection.items()
        if name not in ("requestingUserCanEdit", "editors")
    }
    if allowed:
        made["requestingUserCanEdit"] = True
        made["editors"] = protection.get("editors", {})
    return made


def bare_ranges(item: Any) -> Any:
    """Anything that holds ranges, as answers write it: the first sheet's id of 0 is left out."""
    if isinstance(item, list):
        return [bare_ranges(one) for one in item]
    if not isinstance(item, dict):
        return item
    is_range = item.get("sheetId") == 0 and "title" not in item and "sheetType" not in item
    return {
        name: bare_ranges(value)
        for name, value in item.items()
        if not (is_range and name == "sheetId")
    }


def _grid_data(looker: Looker, sheet: GridSheet, block: CellBlock, mask: Mask | None) -> Json:
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    made: Json = {}
    if row:
        made["startRow"] = row
    if column:
        made["startColumn"] = column
    if wants(mask, "sheets", "data", "rowData"):
        shape = _Shape(mask)
        rows = [
            _row_answer(looker, sheet, at, column, end_column, shape)
            for at in range(row, min(end_row, len(sheet.rows)))
        ]
        while rows and not rows[-1]:
            rows.pop()
        if rows:
            made["rowData"] = rows
    for name, dimension, first, last in (
        ("rowMetadata", "ROWS", row, end_row),
        ("columnMetadata", "COLUMNS", column, end_column),
    ):
        if wants(mask, "sheets", "data", name):
            made[name] = _dimension_answer(looker.spreadsheet, sheet, dimension, first, last)
    return made


def _dimension_answer(
    spreadsheet: Spreadsheet, sheet: GridSheet, dimension: str, first: int, last: int
) -> list[Json]:
    by_place: dict[int, list[Json]] = {}
    for entry in spreadsheet.metadata:
        spot = entry["location"].get("dimensionRange")
        if (
            spot is not None
            and spot.get("sheetId", 0) == sheet.id
            and spot["dimension"] == dimension
        ):
            by_place.setdefault(spot.get("startIndex", 0), []).append(answered(entry))
    info, size = (sheet.row_info, 21) if dimension == "ROWS" else (sheet.column_info, 100)
    made: list[Json] = []
    for place in range(first, last):
        one: Json = {"pixelSize": size, **info.get(place, {})}
        if place in by_place:
            one["developerMetadata"] = by_place[place]
        made.append({name: value for name, value in one.items() if value})
    return made


class _Shape:
    """What of each cell is wanted, looked up once and not for every cell."""

    __slots__ = ("effective_format", "effective_value", "formatted", "hyperlink")

    def __init__(self, mask: Mask | None) -> None:
        below = ("sheets", "data", "rowData", "values")
        self.effective_format = wants(mask, *below, "effectiveFormat")
        self.effective_value = wants(mask, *below, "effectiveValue")
        self.formatted = wants(mask, *below, "formattedValue")
        self.hyperlink = wants(mask, *below, "hyperlink")


def _row_answer(
    looker: Looker, sheet: GridSheet, row: int, column: int, end_column: int, shape: _Shape
) -> Json:
    cells = sheet.rows[row]
    values = [
        _cell_answer(
            looker, sheet, row, across, cells[across] if across < len(cells) else EMPTY, shape
        )
        for across in range(
            column, min(end_column, max(len(cells), _spilled_end(looker, sheet, row, len(cells))))
        )
    ]
    while values and not values[-1]:
        values.pop()
    return {"values": values} if values else {}


def _spilled_end(looker: Looker, sheet: GridSheet, row: int, start: int) -> int:
    while start < sheet.column_count and looker.value(sheet, row, start) is not None:
        start += 1
    return start


def _cell_answer(
    looker: Looker, sheet: GridSheet, row: int, column: int, cell: Cell, shape: _Shape
) -> Json:
    value = looker.value(sheet, row, column)
    made: Json = {}
    if cell.formula is not None:
        made["userEnteredValue"] = {"formulaValue": cell.formula}
    else:
        held = looker.extended(cell.value)
        if held is not None:
            made["userEnteredValue"] = held
    come_to = looker.extended(value)
    if come_to is not None:
        if shape.effective_value:
            made["effectiveValue"] = come_to
        if shape.formatted:
            made["formattedValue"] = looker.text(sheet, row, column)
    if cell.format:
        made["userEnteredFormat"] = cell.format
    if shape.effective_format and (made or cell.format or cell.note or cell.validation):
        made["effectiveFormat"] = _effective_format(looker, sheet, row, column, cell)
    if shape.hyperlink and isinstance(value, str) and (link := _link(cell, value)):
        made["hyperlink"] = link
    if cell.note:
        made["note"] = cell.note
    if cell.validation:
        made["dataValidation"] = cell.validation
    if cell.extra:
        made.update(cell.extra)
    return made


def _effective_format(looker: Looker, sheet: GridSheet, row: int, column: int, cell: Cell) -> Json:
    made = merged(DEFAULT_FORMAT, cell.format or {})
    number = looker.number_format(cell, looker.value(sheet, row, column))
    if number:
        made["numberFormat"] = number
    value = looker.value(sheet, row, column)
    made.setdefault(
        "horizontalAlignment",
        "RIGHT" if isinstance(value, float) and not isinstance(value, bool) else "LEFT",
    )
    return merged(made, conditional_format(looker, sheet, row, column))


def _link(cell: Cell, value: str) -> str | None:
    if cell.formula is not None and cell.formula.upper().startswith("=HYPERLINK("):
        parts = cell.formula.split('"')
        return parts[1] if len(parts) > 1 else None
    linked = (cell.format or {}).get("textFormat", {}).get("link", {}).get("uri")
    if linked:
        return str(linked)
    return value if value.startswith(("http://", "https://")) and " " not in value else None
