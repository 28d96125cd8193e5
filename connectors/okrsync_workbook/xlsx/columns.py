"""Whole columns: their width, the table they belong to, and removing one."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from okrsync.connector import Looks, column_letters
from okrsync_workbook.xlsx.cells import cell_markup
from okrsync_workbook.xlsx.edits import ColumnEdit, EditRefused, RemovedColumnEdit
from okrsync_workbook.xlsx.markup import spliced, with_attribute
from okrsync_workbook.xlsx.rows import (
    CellXml,
    Kept,
    RowXml,
    SharedTexts,
    rewrite_rows,
    rows_of_body,
)
from okrsync_workbook.xlsx.scan import iter_cells
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.styles import Styles
from okrsync_workbook.xlsx.tables import Range, TableRange

__all__ = ["fitting_table", "remove_column", "set_width", "take_width_back", "width_for"]

_WIDEST = 60
_TO_THE_END = 1_000
"""A format for columns beyond this one is meant for the whole rest of the sheet (LibreOffice writes
it so), not for a single column.
"""


def width_for(edit: ColumnEdit, texts: Sequence[str]) -> float:
    """A width, in characters, in which the header and the values are readable."""
    least = {Looks.STATUS: 13, Looks.TEXT: 12}.get(edit.looks, 11)
    longest = max((len(text) for text in texts), default=0) + 2
    return float(min(_WIDEST, max(least, len(edit.header) + 3, longest)))


def set_width(sheet: SheetXml, column: int, width: float) -> None:
    """Give a column a width, unless somebody gave it one."""
    number = str(column + 1)
    markup = (
        f'<{sheet.prefix.decode()}col min="{number}" max="{number}" width="{width:g}"'
        ' customWidth="1"/>'.encode()
    )
    holder = sheet.head_part("cols")
    if holder is None:
        name = sheet.prefix + b"cols"
        sheet.add_to_head("cols", b"<%s>%s</%s>" % (name, markup, name))
        return
    formats = sheet.columns()
    covering = next((form for form in formats if form.first <= column <= form.last), None)
    if covering is None:
        later = next((form.element.start for form in formats if form.first > column), None)
        position = (
            later
            if later is not None
            else (formats[-1].element.end if formats else holder.open_end)
        )
        sheet.head = spliced(sheet.head, [(position, position, markup)])
    elif covering.last + 1 > _TO_THE_END and covering.last > column:
        # Ranges of columns must not overlap: the format is cut into the part before, this column
        # and the rest.
        tag = covering.element.whole(sheet.head)
        own_tag = with_attribute(with_attribute(tag, "min", number), "max", number)
        own_tag = with_attribute(with_attribute(own_tag, "width", f"{width:g}"), "customWidth", "1")
        parts = [own_tag, with_attribute(tag, "min", str(column + 2))]
        if covering.first < column:
            parts.insert(0, with_attribute(tag, "max", str(column)))
        sheet.head = spliced(
            sheet.head, [(covering.element.start, covering.element.end, b"".join(parts))]
        )


def take_width_back(sheet: SheetXml, column: int) -> None:
    """Undo `set_width`: remove a format for that column alone, and extend one for the rest of the
    sheet over it again.
    """
    formats = sheet.columns()
    index = next(
        (number for number, form in enumerate(formats) if form.first == column == form.last), None
    )
    holder = sheet.head_part("cols")
    if index is None or holder is None:
        return
    start, end = formats[index].element.start, formats[index].element.end
    markup = b""
    following = formats[index + 1] if index + 1 < len(formats) else None
    if following is not None and following.first == column + 1 and following.last + 1 > _TO_THE_END:
        tag = following.element.whole(sheet.head)
        first, end = column, following.element.end
        if index > 0 and formats[index - 1].last == column - 1:
            merged = with_attribute(
                formats[index - 1].element.whole(sheet.head), "max", str(following.last + 1)
            )
            if merged == with_attribute(tag, "min", str(formats[index - 1].first + 1)):
                first, start = formats[index - 1].first, formats[index - 1].element.start
        markup = with_attribute(tag, "min", str(first + 1))
    elif len(formats) == 1:
        start, end = holder.start, holder.end
    sheet.head = spliced(sheet.head, [(start, end, markup)])


def fitting_table(
    edit: ColumnEdit, tables: Sequence[TableRange], occupied: Collection[int]
) -> TableRange | None:
    """The table that a new column extends: the one whose header row it continues at the right edge.
    None where there is none, or where the table would overlap another one, cover filled cells (in
    the `occupied` rows), or have a column name twice.
    """
    for table in tables:
        block = table.range
        if (
            table.header_row != edit.header_row
            or block.last_column != edit.column - 1
            or table.is_query
        ):
            continue
        strip = Range(block.first_row, edit.column, block.last_row, edit.column)
        meets_another = any(
            strip.meets(other.range) for other in tables if other.part != table.part
        )
        is_occupied = any(block.first_row < row <= block.last_row for row in occupied)
        is_doubled = edit.header.casefold() in (name.casefold() for name in table.columns)
        return None if meets_another or is_occupied or is_doubled else table
    return None


def rows_with_cell(sheet: SheetXml, column: int) -> list[int]:
    """The rows that have a cell in a column, filled or not."""
    data = sheet.masked_body
    # One search finds them where every cell states its address first, as Excel writes it.
    opening = b"<" + sheet.prefix + b"c"
    if data.count(opening + b' r="') == len(re.findall(opening + rb"[\s/>]", data)):
        letters = column_letters(column).encode()
        return [int(row) for row in re.findall(opening + b' r="' + letters + rb'([0-9]+)"', data)]
    return [row for row, cell_column, _, _ in iter_cells(data) if cell_column == column]


def occupied_rows(sheet: SheetXml, column: int, texts: SharedTexts) -> dict[int, CellXml]:
    """The filled cells of a column, by row."""
    rows = rows_of_body(sheet.body, sheet.prefix, rows_with_cell(sheet, column))
    return {
        number: cell
        for number, row in rows.items()
        if (cell := row.cells[column]).has_formula or cell.value(texts) is not None
    }


def remove_column(
    sheet: SheetXml,
    edit: RemovedColumnEdit,
    texts: SharedTexts,
    styles: Styles,
    removed: Collection[int],
) -> None:
    """Remove the cells of a column, header included. `removed` holds all columns that are removed.

    A cell whose format differs from its neighbour was formatted by people and stays, empty. Raises
    `EditRefused` when the column has another header, or anything below it.
    """
    filled = occupied_rows(sheet, edit.column, texts)
    header = filled.pop(edit.header_row, None)
    if header is None or header.has_formula or header.value(texts) != edit.header:
        raise EditRefused(edit, f"the header {edit.header!r} is no longer there")
    if filled:
        first = f"{column_letters(edit.column)}{min(filled)}"
        raise EditRefused(
            edit,
            f"the column is in use: there is something in {first}",
            hint="Empty it to have it removed.",
        )

    def emptied(row: RowXml, column: int, cell: CellXml | None) -> bytes | Kept | None:
        left = column - 1
        while left in removed:
            left -= 1
        beside = row.cells[left].style if left in row.cells else 0
        if cell is None or styles.look(cell.style) in (styles.look(beside), styles.look(0)):
            return None
        style = styles.as_people_left_it(cell.style)
        return cell_markup(sheet.prefix, row.number, column, style, None, date1904=False)

    rows = rows_with_cell(sheet, edit.column)
    targets = {row: [edit.column] for row in rows}
    sheet.set_body(rewrite_rows(sheet.body, sheet.masked_body, sheet.prefix, targets, emptied))
    if rows_with_cell(sheet, edit.column):
        return
    block = sheet.dimension
    if block is not None and block.last_column == edit.column > block.first_column:
        sheet.set_dimension(
            Range(block.first_row, block.first_column, block.last_row, edit.column - 1)
        )
