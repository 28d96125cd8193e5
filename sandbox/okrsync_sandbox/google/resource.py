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
from okrsync_sandbox.google.threads import anchors_of, threads_of

__all__ = ["bare_ranges", "may_edit", "properties_of", "spreadsheet_answer"]

Wanted = Sequence[tuple[GridSheet, CellBlock]]


def spreadsheet_answer(
    looker: Looker,
    caller: str,
    owner: str,
    wanted: Wanted | None,
    *,
    with_data: bool,
    with_comments: bool,
    mask: Mask | None,
) -> Json:
    """The whole answer. `wanted` are the requested ranges, None for all sheets; `caller` and
    `owner` decide about protections.
    """
    spreadsheet = looker.spreadsheet
    answer: Json = {"spreadsheetId": spreadsheet.id, "properties": spreadsheet.properties}
    asked = [
        sheet
        for sheet in spreadsheet.sheets
        if wanted is None or any(sheet is wanted_sheet for wanted_sheet, _ in wanted)
    ]
    answer["sheets"] = [
        _sheet_answer(
            looker, sheet, caller, owner, _blocks(sheet, wanted), with_data=with_data, mask=mask
        )
        for sheet in asked
    ]
    if with_comments:
        _add_comments(answer, spreadsheet, caller, asked, wanted)
    if spreadsheet.named_ranges:
        answer["namedRanges"] = bare_ranges(spreadsheet.named_ranges)
    answer["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{spreadsheet.id}/edit"
    whole = [
        entry for entry in spreadsheet.metadata if location_kind(entry["location"]) == "SPREADSHEET"
    ]
    if whole:
        answer["developerMetadata"] = [answered(entry) for entry in whole]
    return answer


def _add_comments(
    answer: Json,
    spreadsheet: Spreadsheet,
    caller: str,
    asked: Sequence[GridSheet],
    wanted: Wanted | None,
) -> None:
    """The threads, and in each sheet where they are anchored. Filtered by range, only threads
    anchored there are in the answer.
    """
    shown: list[Json] = []
    for sheet, sheet_answer in zip(asked, answer["sheets"], strict=True):
        anchors = anchors_of(spreadsheet, sheet, _blocks(sheet, wanted))
        if anchors:
            sheet_answer["commentAnchors"] = [bare_ranges(anchor) for anchor in anchors]
        shown += anchors
    threads = threads_of(spreadsheet, caller, None if wanted is None else shown)
    if threads:
        answer["comments"] = threads


def _blocks(sheet: GridSheet, wanted: Wanted | None) -> list[CellBlock]:
    return (
        [CellBlock()]
        if wanted is None
        else [block for wanted_sheet, block in wanted if wanted_sheet is sheet]
    )


def properties_of(spreadsheet: Spreadsheet, sheet: GridSheet) -> Json:
    """A sheet's properties."""
    properties: Json = {
        "sheetId": sheet.id,
        "title": sheet.title,
        "index": spreadsheet.sheets.index(sheet),
        "sheetType": sheet.properties.get("sheetType", "GRID"),
    }
    if properties["sheetType"] == "GRID":
        properties["gridProperties"] = {
            "rowCount": sheet.row_count,
            "columnCount": sheet.column_count,
            **sheet.grid,
        }
    properties.update(
        {name: value for name, value in sheet.properties.items() if value and name != "sheetType"}
    )
    return properties


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
    answer: Json = {"properties": properties_of(spreadsheet, sheet)}
    if with_data and wants(mask, "sheets", "data"):
        answer["data"] = [_grid_data(looker, sheet, block, mask) for block in blocks]
    if sheet.merges:
        answer["merges"] = [bare_ranges(grid_range(sheet.id, merge)) for merge in sheet.merges]
    for name, objects in sheet.objects.items():
        if objects:
            answer[name] = [bare_ranges(stored) for stored in objects]
    if answer.get("protectedRanges"):
        answer["protectedRanges"] = [
            _protection(protection, caller, owner) for protection in answer["protectedRanges"]
        ]
    if sheet.basic_filter is not None:
        answer["basicFilter"] = bare_ranges(sheet.basic_filter)
    own = [
        entry for entry in spreadsheet.metadata if entry["location"].get("sheetId", -1) == sheet.id
    ]
    if own:
        answer["developerMetadata"] = [answered(entry) for entry in own]
    return answer


def may_edit(protection: Json, caller: str, owner: str) -> bool:
    """Whether a caller may write to a protected range."""
    editors = protection.get("editors", {}).get("users", ())
    # A protection that only warns stops no request.
    return bool(protection.get("warningOnly")) or caller == owner or caller in editors


def _protection(protection: Json, caller: str, owner: str) -> Json:
    allowed = may_edit(protection, caller, owner)
    answer = {
        name: value
        for name, value in protection.items()
        if name not in ("requestingUserCanEdit", "editors")
    }
    # Editors are shown only to those who may edit.
    # https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/sheets#ProtectedRange
    if allowed:
        answer["requestingUserCanEdit"] = True
        answer["editors"] = protection.get("editors", {})
    return answer


def bare_ranges(item: Any) -> Any:
    """A value with ranges as answers write them: a sheet id of 0 is left out."""
    if isinstance(item, list):
        return [bare_ranges(element) for element in item]
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
    data: Json = {}
    if row:
        data["startRow"] = row
    if column:
        data["startColumn"] = column
    if wants(mask, "sheets", "data", "rowData"):
        shape = _Shape(mask)
        rows = [
            _row_answer(looker, sheet, row_index, column, end_column, shape)
            for row_index in range(row, min(end_row, len(sheet.rows)))
        ]
        # Answers end with the last row that has anything.
        while rows and not rows[-1]:
            rows.pop()
        if rows:
            data["rowData"] = rows
    for name, dimension, first, last in (
        ("rowMetadata", "ROWS", row, end_row),
        ("columnMetadata", "COLUMNS", column, end_column),
    ):
        if wants(mask, "sheets", "data", name):
            data[name] = _dimension_answer(looker.spreadsheet, sheet, dimension, first, last)
    return data


def _dimension_answer(
    spreadsheet: Spreadsheet, sheet: GridSheet, dimension: str, first: int, last: int
) -> list[Json]:
    by_place: dict[int, list[Json]] = {}
    for entry in spreadsheet.metadata:
        dimension_range = entry["location"].get("dimensionRange")
        if (
            dimension_range is not None
            and dimension_range.get("sheetId", 0) == sheet.id
            and dimension_range["dimension"] == dimension
        ):
            by_place.setdefault(dimension_range.get("startIndex", 0), []).append(answered(entry))
    # The sizes of rows and columns that nobody changed, in pixels.
    info, size = (sheet.row_info, 21) if dimension == "ROWS" else (sheet.column_info, 100)
    # Most are as they came, and there are a thousand: they share one value.
    dimensions: list[Json] = [{"pixelSize": size}] * max(0, last - first)
    for index in info.keys() | by_place.keys():
        if first <= index < last:
            dimension_data: Json = {"pixelSize": size, **info.get(index, {})}
            if index in by_place:
                dimension_data["developerMetadata"] = by_place[index]
            dimensions[index - first] = {
                name: value for name, value in dimension_data.items() if value
            }
    return dimensions


class _Shape:
    """Which fields of a cell are requested, looked up once instead of for every cell."""

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
    answer: Json = {}
    if cell.formula is not None:
        answer["userEnteredValue"] = {"formulaValue": cell.formula}
    else:
        extended = looker.extended(cell.value)
        if extended is not None:
            answer["userEnteredValue"] = extended
    come_to = looker.extended(value)
    if come_to is not None:
        if shape.effective_value:
            answer["effectiveValue"] = come_to
        if shape.formatted:
            answer["formattedValue"] = looker.text(sheet, row, column)
    if cell.format:
        answer["userEnteredFormat"] = cell.format
    if shape.effective_format and (answer or cell.format or cell.note or cell.validation):
        answer["effectiveFormat"] = _effective_format(looker, sheet, row, column, cell)
    if shape.hyperlink and isinstance(value, str) and (link := _link(cell, value)):
        answer["hyperlink"] = link
    if cell.note:
        answer["note"] = cell.note
    if cell.validation:
        answer["dataValidation"] = cell.validation
    if cell.extra:
        answer.update(cell.extra)
    return answer


def _effective_format(looker: Looker, sheet: GridSheet, row: int, column: int, cell: Cell) -> Json:
    cell_format = merged(DEFAULT_FORMAT, cell.format or {})
    number = looker.number_format(cell, looker.value(sheet, row, column))
    if number:
        cell_format["numberFormat"] = number
    value = looker.value(sheet, row, column)
    cell_format.setdefault(
        "horizontalAlignment",
        # Numbers align right and texts left, unless somebody chose otherwise.
        "RIGHT" if isinstance(value, float) and not isinstance(value, bool) else "LEFT",
    )
    return merged(cell_format, conditional_format(looker, sheet, row, column))


def _link(cell: Cell, value: str) -> str | None:
    if cell.formula is not None and cell.formula.upper().startswith("=HYPERLINK("):
        parts = cell.formula.split('"')
        return parts[1] if len(parts) > 1 else None
    linked = (cell.format or {}).get("textFormat", {}).get("link", {}).get("uri")
    if linked:
        return str(linked)
    return value if value.startswith(("http://", "https://")) and " " not in value else None
