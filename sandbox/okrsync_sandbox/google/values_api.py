"""The `values` methods: blocks of plain values, read and written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from okrsync_sandbox.google.a1 import CellBlock, cell_name, letters, quoted
from okrsync_sandbox.google.cells import Looker, put_entry
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.model import GridSheet, Json, Spreadsheet
from okrsync_sandbox.google.ranges import shown_range

__all__ = ["append_at", "clear", "read", "table_around", "write"]


def read(looker: Looker, sheet: GridSheet, block: CellBlock, options: Json) -> Json:
    """A ValueRange without trailing empty cells and rows; an empty block has no `values`."""
    option = options.get("valueRenderOption", "FORMATTED_VALUE")
    dates = options.get("dateTimeRenderOption", "SERIAL_NUMBER")
    dimension = options.get("majorDimension", "ROWS")
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    rows = [
        [
            looker.rendered(sheet, row_index, across, option, dates)
            for across in range(column, end_column)
        ]
        for row_index in range(row, min(end_row, _last_row(looker, sheet)))
    ]
    if dimension == "COLUMNS":
        rows = [list(values) for values in zip(*rows, strict=True)]
    values = _trimmed(rows)
    value_range: Json = {"range": shown_range(sheet, block), "majorDimension": dimension}
    if values:
        value_range["values"] = values
    return value_range


def _last_row(looker: Looker, sheet: GridSheet) -> int:
    """The last row that can show a value, including values that array formulas spill below the last
    entry.
    """
    last = len(sheet.rows)
    while last < sheet.row_count and any(
        looker.value(sheet, last, column) is not None for column in range(sheet.column_count)
    ):
        last += 1
    return last


def _trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    for values in rows:
        while values and values[-1] == "":
            values.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def write(
    spreadsheet: Spreadsheet,
    sheet: GridSheet,
    block: CellBlock,
    values: list[list[Any]],
    *,
    dimension: str,
    as_typed: bool,
    grows: bool,
    is_typed_range: bool,
) -> Json:
    """Write values into a block and return how many cells changed. Nulls are skipped and not
    counted.

    `is_typed_range` says whether the range names an end, past which nothing may be written.
    """
    from okrsync_sandbox.google.locales import locale_of

    locale = locale_of(spreadsheet.locale)
    if dimension == "COLUMNS":
        values = _turned(values)
    rows, columns = len(values), max((len(row) for row in values), default=0)
    _refuse_past(sheet, block, rows, columns, is_typed_range=is_typed_range)
    end_row, end_column = block.row + rows, block.column + columns
    if end_row > sheet.row_count or end_column > sheet.column_count:
        if not grows:
            last = cell_name(end_row - 1, end_column - 1)
            past = f"{quoted(sheet.title)}!{cell_name(block.row, block.column)}:{last}"
            raise invalid(
                f"Range ({past}) exceeds grid limits. Max rows: {sheet.row_count}, max columns:"
                f" {sheet.column_count}"
            )
        sheet.row_count, sheet.column_count = (
            max(sheet.row_count, end_row),
            max(sheet.column_count, end_column),
        )
    cells, touched_rows, touched_columns = 0, set(), set()
    for down, row in enumerate(values):
        for across, value in enumerate(row):
            # `null` keeps a cell as it is; an empty text clears it:
            # https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values
            if value is None:
                continue
            cell_index = (block.row + down, block.column + across)
            if sheet.covered_by(*cell_index) is None:
                put_entry(sheet, *cell_index, value, as_typed=as_typed, locale=locale)
            cells += 1
            touched_rows.add(cell_index[0])
            touched_columns.add(cell_index[1])
    response: Json = {
        "spreadsheetId": spreadsheet.id,
        "updatedRange": shown_range(sheet, _wrote(block, rows, columns, is_typed_range)),
    }
    counts = {
        "updatedRows": len(touched_rows),
        "updatedColumns": len(touched_columns),
        "updatedCells": cells,
    }
    return {**response, **{name: count for name, count in counts.items() if count}}


def _wrote(block: CellBlock, rows: int, columns: int, is_typed_range: bool) -> CellBlock:
    if is_typed_range and not rows:
        return block
    return CellBlock(
        block.row, block.column, block.row + max(rows, 1), block.column + max(columns, 1)
    )


def _turned(values: list[list[Any]]) -> list[list[Any]]:
    length = max((len(column) for column in values), default=0)
    return [
        [column[index] if index < len(column) else None for column in values]
        for index in range(length)
    ]


def _refuse_past(
    sheet: GridSheet, block: CellBlock, rows: int, columns: int, *, is_typed_range: bool
) -> None:
    if not is_typed_range:
        return
    asked = shown_range(sheet, block)
    if block.end_row is not None and block.row + rows > block.end_row:
        raise invalid(
            f"Requested writing within range [{asked}], but tried writing to row"
            f" [{block.end_row + 1}]"
        )
    if block.end_column is not None and block.column + columns > block.end_column:
        raise invalid(
            f"Requested writing within range [{asked}], but tried writing to column"
            f" [{letters(block.end_column)}]"
        )


def clear(sheet: GridSheet, block: CellBlock) -> None:
    """Empty the cells of a block; formats, notes and rules stay."""
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    for row_index in range(row, min(end_row, len(sheet.rows))):
        cells = sheet.rows[row_index]
        for across in range(column, min(end_column, len(cells))):
            if not cells[across].is_blank:
                cells[across] = cells[across].without_value()


def table_around(sheet: GridSheet, block: CellBlock) -> CellBlock | None:
    """The table an append finds in a range: the connected block of filled cells that reaches
    furthest down, the last of them where a row holds several.
    """
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    start = _lowest(sheet, row, column, end_row, end_column)
    if start is None:
        return None
    top, left, bottom, right = start[0], start[1], start[0] + 1, start[1] + 1
    while True:
        around = (max(0, top - 1), max(0, left - 1), bottom + 1, right + 1)
        filled = [
            (row_index, across)
            for row_index in range(around[0], min(around[2], sheet.row_count))
            for across in range(around[1], min(around[3], sheet.column_count))
            if not sheet.cell(row_index, across).is_blank
        ]
        grown = (
            min(row_index for row_index, _ in filled),
            min(across for _, across in filled),
            max(row_index for row_index, _ in filled) + 1,
            max(across for _, across in filled) + 1,
        )
        grown = (
            min(top, grown[0]),
            min(left, grown[1]),
            max(bottom, grown[2]),
            max(right, grown[3]),
        )
        if grown == (top, left, bottom, right):
            return CellBlock(top, left, bottom, right)
        top, left, bottom, right = grown


def _lowest(
    sheet: GridSheet, row: int, column: int, end_row: int, end_column: int
) -> tuple[int, int] | None:
    for row_index in range(min(end_row, len(sheet.rows)) - 1, row - 1, -1):
        for across in range(min(end_column, len(sheet.rows[row_index])) - 1, column - 1, -1):
            if not sheet.rows[row_index][across].is_blank:
                return row_index, across
    return None


def append_at(
    sheet: GridSheet, block: CellBlock, values: Iterable[list[Any]]
) -> tuple[CellBlock, CellBlock | None]:
    """The index of appended rows, and the table they are appended to; the grid grows to hold
    them.
    """
    table = table_around(sheet, block)
    row, column = (block.row, block.column) if table is None else (table.end_row or 0, table.column)
    rows = list(values)
    sheet.row_count = max(sheet.row_count, row + len(rows))
    sheet.column_count = max(
        sheet.column_count, column + max((len(row_values) for row_values in rows), default=0)
    )
    return CellBlock(row, column, row + 1, column + 1), table
