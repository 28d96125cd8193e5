"""The cells that a request names: by A1 notation, named range, GridRange or data filter."""

from __future__ import annotations

from okrsync_sandbox.google.a1 import (
    CellBlock,
    block_of,
    cell_name,
    grid_range,
    quoted,
    read_a1,
    split_a1,
)
from okrsync_sandbox.google.errors import ApiError, invalid
from okrsync_sandbox.google.model import GridSheet, Json, Spreadsheet

__all__ = [
    "blocks_of_filter",
    "closed_range",
    "named_block",
    "refuse_beyond",
    "resolve",
    "resolve_grid_range",
    "shown_range",
]


def resolve(spreadsheet: Spreadsheet, text: str) -> tuple[GridSheet, CellBlock]:
    """The sheet and block of a range. Raises `ApiError` 400 if there is none, or it starts outside
    the grid.
    """
    title, cells = split_a1(text)
    if title is not None:
        sheet = spreadsheet.titled(title)
        block = CellBlock() if cells is None else read_a1(cells)
        if sheet is not None and block is None:
            return _named_on(spreadsheet, sheet, cells or "", text)
        if sheet is None or block is None:
            raise invalid(f"Unable to parse range: {text}")
        return sheet, refuse_beyond(sheet, block, text)
    block = read_a1(text)
    if block is not None and spreadsheet.sheets:
        # Without a tab, a range means the first one.
        first = spreadsheet.sheets[0]
        return first, refuse_beyond(first, block, f"{quoted(first.title)}!{text.upper()}")
    sheet = spreadsheet.titled(text)
    if sheet is not None:
        return sheet, CellBlock()
    for named_range in spreadsheet.named_ranges:
        if named_range.get("name", "").casefold() == text.casefold():
            return named_block(spreadsheet, named_range)
    raise invalid(f"Unable to parse range: {text}")


def _named_on(
    spreadsheet: Spreadsheet, sheet: GridSheet, name: str, text: str
) -> tuple[GridSheet, CellBlock]:
    for named_range in spreadsheet.named_ranges:
        if (
            named_range.get("name", "").casefold() == name.casefold()
            and named_range.get("range", {}).get("sheetId", 0) == sheet.id
        ):
            return named_block(spreadsheet, named_range)
    raise invalid(f"Unable to parse range: {text}")


def named_block(spreadsheet: Spreadsheet, named: Json) -> tuple[GridSheet, CellBlock]:
    """The sheet and block of a named range."""
    cell_range = named.get("range", {})
    sheet = spreadsheet.sheet(cell_range.get("sheetId", 0))
    if sheet is None:
        raise invalid(f"Unable to parse range: {named.get('name')}")
    return sheet, block_of(cell_range)


def refuse_beyond(sheet: GridSheet, block: CellBlock, text: str) -> CellBlock:
    """The block, where it starts inside the grid. Raises `ApiError` 400 elsewhere."""
    if block.row >= sheet.row_count or block.column >= sheet.column_count:
        raise invalid(
            f"Range ({text}) exceeds grid limits. Max rows: {sheet.row_count}, max columns:"
            f" {sheet.column_count}"
        )
    return block


def resolve_grid_range(
    spreadsheet: Spreadsheet, cell_range: Json, kind: str = "grid"
) -> tuple[GridSheet, CellBlock]:
    """The sheet and block of a GridRange. Raises `ApiError` 400 if there is no such sheet, or the
    range ends outside the grid.
    """
    sheet_id = cell_range.get("sheetId", 0)
    sheet = spreadsheet.sheet(sheet_id)
    if sheet is None:
        raise invalid(f"No {kind} with id: {sheet_id}")
    block = block_of(cell_range)
    for name, value, size, unit in (
        ("startRowIndex", cell_range.get("startRowIndex"), sheet.row_count, "row"),
        # Ends are exclusive, so that one past the last row is allowed.
        ("endRowIndex", cell_range.get("endRowIndex"), sheet.row_count + 1, "row"),
        ("startColumnIndex", cell_range.get("startColumnIndex"), sheet.column_count, "column"),
        ("endColumnIndex", cell_range.get("endColumnIndex"), sheet.column_count + 1, "column"),
    ):
        if value is not None and value < 0:
            raise invalid(f"GridRange.{name}[{value}] must be at least 0")
        if value is not None and value >= size:
            limit = sheet.row_count if unit == "row" else sheet.column_count
            raise invalid(f"GridRange.{name}[{value}] is after last {unit} in grid[{limit}]")
    if block.end_row is not None and block.end_row < block.row:
        raise invalid(
            f"GridRange.endRowIndex[{block.end_row}] must be after startRowIndex[{block.row}]"
        )
    if block.end_column is not None and block.end_column < block.column:
        raise invalid(
            f"GridRange.endColumnIndex[{block.end_column}] must be after"
            f" startColumnIndex[{block.column}]"
        )
    return sheet, block


def closed_range(spreadsheet: Spreadsheet, cell_range: Json) -> Json:
    """A GridRange with all four sides, as answers show the range of a filter. Raises as
    `resolve_grid_range` does.
    """
    sheet, block = resolve_grid_range(spreadsheet, cell_range)
    return grid_range(sheet.id, CellBlock(*block.within(sheet.row_count, sheet.column_count)))


def blocks_of_filter(
    spreadsheet: Spreadsheet, data_filter: Json
) -> list[tuple[GridSheet, CellBlock]]:
    """The blocks of a data filter: one for a range, or one for each entry of developer metadata
    that it matches.
    """
    from okrsync_sandbox.google.metadata import matching, place_of

    if "a1Range" in data_filter:
        return [resolve(spreadsheet, data_filter["a1Range"])]
    if "gridRange" in data_filter:
        return [resolve_grid_range(spreadsheet, data_filter["gridRange"])]
    if "developerMetadataLookup" in data_filter:
        matches = matching(spreadsheet, data_filter["developerMetadataLookup"])
        blocks = [place_of(spreadsheet, entry) for entry in matches]
        return [block for block in blocks if block is not None]
    raise ApiError(
        400,
        "DataFilter must specify exactly one of the following: developerMetadataLookup, a1Range,"
        " gridRange.",
    )


def shown_range(sheet: GridSheet, block: CellBlock) -> str:
    """A block as answers write it, cut to the grid."""
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    first, last = cell_name(row, column), cell_name(end_row - 1, end_column - 1)
    return (
        f"{quoted(sheet.title)}!{first}"
        if first == last
        else f"{quoted(sheet.title)}!{first}:{last}"
    )
