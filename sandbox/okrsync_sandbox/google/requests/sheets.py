"""Updates of the spreadsheet itself and of its tabs."""

from __future__ import annotations

from copy import deepcopy

from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.formats import tidy
from okrsync_sandbox.google.mask import Mask, updated
from okrsync_sandbox.google.model import MOST_CELLS, MOST_COLUMNS, GridSheet, Json, Spreadsheet
from okrsync_sandbox.google.requests.context import Update, Work, required
from okrsync_sandbox.google.resource import properties_of
from okrsync_sandbox.google.structure import forget_sheet, rename_in_formulas

__all__ = ["UPDATES", "refuse_too_many_cells"]


def _update_spreadsheet(work: Work, args: Json) -> Json:
    mask = required(args, message="SpreadsheetProperties")
    if "title" in mask and not args.get("properties", {}).get("title"):
        raise invalid("A spreadsheet title cannot be empty.")
    work.spreadsheet.properties = updated(
        work.spreadsheet.properties, tidy(args.get("properties", {})), mask
    )
    return {}


def _update_sheet(work: Work, args: Json) -> Json:
    mask = required(args, message="SheetProperties")
    given = tidy(args.get("properties", {}))
    sheet = work.sheet(given.get("sheetId", 0))
    if "title" in mask or "*" in mask:
        _retitle(work, sheet, given.get("title", sheet.title))
    if "index" in mask:
        _reorder(work.spreadsheet, sheet, given.get("index", 0))
    if "gridProperties" in mask:
        _update_grid(work, sheet, given.get("gridProperties", {}), mask["gridProperties"])
    if mask.get("hidden", None) is not None or "hidden" in mask:
        _hide(work, sheet, bool(given.get("hidden")))
    rest = {
        name: below
        for name, below in mask.items()
        if name not in ("title", "index", "gridProperties", "hidden", "sheetId")
    }
    if rest:
        sheet.properties = updated(
            sheet.properties, {name: value for name, value in given.items() if name in rest}, rest
        )
    return {}


def _retitle(work: Work, sheet: GridSheet, title: str) -> None:
    if not title:
        raise invalid("A sheet must have a title.")
    namesake = next(
        (
            candidate
            for candidate in work.spreadsheet.sheets
            if candidate is not sheet and candidate.title.casefold() == title.casefold()
        ),
        None,
    )
    if namesake is not None:
        raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
    before, sheet.title = sheet.title, title
    # Formulas follow a renamed tab.
    if before != title:
        rename_in_formulas(work.spreadsheet, before, title)


def _reorder(spreadsheet: Spreadsheet, sheet: GridSheet, index: int) -> None:
    before = spreadsheet.sheets.index(sheet)
    if not 0 <= index <= len(spreadsheet.sheets):
        raise invalid(f"Index {index} is out of bounds.")
    spreadsheet.sheets.remove(sheet)
    # The index counts the tabs as they stand before the move.
    spreadsheet.sheets.insert(index - 1 if index > before + 1 else index, sheet)


def _hide(work: Work, sheet: GridSheet, hidden: bool) -> None:
    if hidden and all(
        candidate.is_hidden or candidate is sheet for candidate in work.spreadsheet.sheets
    ):
        raise invalid("You can't hide all the sheets in a document.")
    sheet.properties["hidden"] = hidden


def _update_grid(work: Work, sheet: GridSheet, given: Json, mask: Mask) -> None:
    names = mask or {name: {} for name in given}
    rows = (
        given.get("rowCount", sheet.row_count)
        if "rowCount" in names or "*" in names
        else sheet.row_count
    )
    columns = (
        given.get("columnCount", sheet.column_count)
        if "columnCount" in names or "*" in names
        else sheet.column_count
    )
    if (rows, columns) != (sheet.row_count, sheet.column_count):
        # The number of rows is applied, and checked, before that of columns.
        sheet.resize(rows, sheet.column_count)
        refuse_too_many_cells(work.spreadsheet)
        sheet.resize(rows, columns)
        refuse_too_many_cells(work.spreadsheet)
    for name, size, unit in (
        ("frozenRowCount", sheet.row_count, "rows"),
        ("frozenColumnCount", sheet.column_count, "columns"),
    ):
        if name in names and given.get(name, 0) >= size:
            raise invalid(f"You can't freeze all visible {unit} on the sheet.")
    rest: Mask = {name: {} for name in names if name not in ("rowCount", "columnCount", "*")}
    if rest:
        sheet.grid = {
            name: value for name, value in updated(sheet.grid, given, rest).items() if value
        }


def refuse_too_many_cells(spreadsheet: Spreadsheet) -> None:
    """Raise `ApiError` 400 if a grid is too wide, or all grids together are too large."""
    if spreadsheet.cells() > MOST_CELLS:
        raise invalid(
            "This action would increase the number of cells in the workbook above the limit of"
            f" {MOST_CELLS} cells."
        )
    if any(sheet.column_count > MOST_COLUMNS for sheet in spreadsheet.sheets):
        raise invalid(
            f"This action would increase the number of columns above the limit of {MOST_COLUMNS}"
            " columns."
        )


def _add_sheet(work: Work, args: Json) -> Json:
    given = tidy(args.get("properties", {}))
    sheet_id = given.get("sheetId")
    if sheet_id is not None and (sheet_id < 0 or work.spreadsheet.sheet(sheet_id) is not None):
        raise invalid(
            f"A sheet with the id {sheet_id} already exists."
            if sheet_id >= 0
            else "sheetId must not be negative."
        )
    title = given.get("title") or _free_title(work.spreadsheet, "GridSheet")
    if any(present.title.casefold() == title.casefold() for present in work.spreadsheet.sheets):
        raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
    # The limit of the product; the API documents name none.
    if len(title) > 100:
        raise invalid("A sheet name cannot be longer than 100 characters.")
    grid = given.get("gridProperties", {})
    sheet = GridSheet(
        work.new_id() if sheet_id is None else sheet_id,
        title,
        grid.get("rowCount", 1000),
        grid.get("columnCount", 26),
        properties={
            name: value
            for name, value in given.items()
            if name not in ("sheetId", "title", "index", "gridProperties")
        },
        grid={
            name: value
            for name, value in grid.items()
            if name not in ("rowCount", "columnCount") and value
        },
    )
    if sheet.row_count < 1 or sheet.column_count < 1:
        raise invalid("A sheet must have at least one row and one column.")
    index = given.get("index", len(work.spreadsheet.sheets))
    if not 0 <= index <= len(work.spreadsheet.sheets):
        raise invalid(f"Index {index} is out of bounds.")
    work.spreadsheet.sheets.insert(index, sheet)
    refuse_too_many_cells(work.spreadsheet)
    return {"addSheet": {"properties": properties_of(work.spreadsheet, sheet)}}


def _free_title(spreadsheet: Spreadsheet, start: str) -> str:
    taken = {sheet.title.casefold() for sheet in spreadsheet.sheets}
    number = len(spreadsheet.sheets) + 1
    while f"{start}{number}".casefold() in taken:
        number += 1
    return f"{start}{number}"


def _delete_sheet(work: Work, args: Json) -> Json:
    sheet = work.sheet(args.get("sheetId", 0))
    visible = [
        candidate
        for candidate in work.spreadsheet.sheets
        if not candidate.is_hidden and candidate is not sheet
    ]
    if not visible:
        raise invalid("You can't remove all the visible sheets in a document.")
    for protection in sheet.objects.get("protectedRanges", ()):
        work.refuse_protected(sheet, work.protected_block(protection))
    forget_sheet(work.spreadsheet, sheet)
    work.spreadsheet.sheets.remove(sheet)
    return {}


def _duplicate(work: Work, args: Json) -> Json:
    source = work.sheet(args.get("sourceSheetId", 0))
    copy = source.copied()
    new_id = args.get("newSheetId")
    if new_id is not None and work.spreadsheet.sheet(new_id) is not None:
        raise invalid(f"A sheet with the id {new_id} already exists.")
    copy.id = work.new_id() if new_id is None else new_id
    copy.title = args.get("newSheetName") or _copy_title(work.spreadsheet, source.title)
    if any(
        present.title.casefold() == copy.title.casefold() for present in work.spreadsheet.sheets
    ):
        raise invalid(
            f'A sheet with the name "{copy.title}" already exists. Please enter another name.'
        )
    adopt(work, source, copy)
    work.spreadsheet.sheets.insert(args.get("insertSheetIndex", len(work.spreadsheet.sheets)), copy)
    refuse_too_many_cells(work.spreadsheet)
    return {"duplicateSheet": {"properties": properties_of(work.spreadsheet, copy)}}


def _copy_title(spreadsheet: Spreadsheet, title: str) -> str:
    new_title, number = f"Copy of {title}", 2
    while spreadsheet.titled(new_title) is not None:
        new_title, number = f"Copy of {title} {number}", number + 1
    return new_title


def adopt(work: Work, source: GridSheet, copy: GridSheet) -> None:
    """Give a copied sheet its own objects: new ids, ranges on the copy, and its metadata if copies
    keep it.
    """
    for name, objects in copy.objects.items():
        copy.objects[name] = [_own(work, embedded, source.id, copy.id) for embedded in objects]
    if copy.basic_filter is not None:
        copy.basic_filter = _own(work, copy.basic_filter, source.id, copy.id)
    if not work.switches.metadata_copied:
        return
    for entry in list(work.spreadsheet.metadata):
        location = entry["location"]
        if location.get("dimensionRange", {}).get("sheetId", location.get("sheetId")) == source.id:
            twin = _own(work, deepcopy(entry), source.id, copy.id)
            twin["metadataId"] = work.new_id()
            work.spreadsheet.metadata.append(twin)


_IDS = ("chartId", "protectedRangeId", "filterViewId", "bandedRangeId", "tableId", "slicerId")


def _own(work: Work, item: Json, before: int, after: int) -> Json:
    own: Json = {}
    for name, value in item.items():
        if name in _IDS:
            own[name] = str(work.new_id()) if isinstance(value, str) else work.new_id()
        elif name == "sheetId" and value == before:
            own[name] = after
        elif isinstance(value, dict):
            own[name] = _own(work, value, before, after)
        elif isinstance(value, list):
            own[name] = [
                _own(work, element, before, after) if isinstance(element, dict) else element
                for element in value
            ]
        else:
            own[name] = value
    # A range on the first tab leaves out its sheet id of 0.
    if before == 0 and "sheetId" not in own and any(name.endswith("Index") for name in own):
        own["sheetId"] = after
    return own


UPDATES: dict[str, Update] = {
    "updateSpreadsheetProperties": _update_spreadsheet,
    "updateSheetProperties": _update_sheet,
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "duplicateSheet": _duplicate,
}
