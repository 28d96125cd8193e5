"""Single cells: the markup of a value, and writing values into the rows of one sheet.

Texts are written into their cell (`inlineStr`), so that the workbook's shared texts keep every
byte. A text stays a text whatever it begins with.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from okrsync.connector import CellError, CellValue, Looks, TrendLine, column_letters
from okrsync_workbook.xlsx.edits import CellEdit, ColumnEdit, EditRefused
from okrsync_workbook.xlsx.extent import LAST_COLUMN, LAST_ROW, LONGEST_TEXT
from okrsync_workbook.xlsx.markup import escaped
from okrsync_workbook.xlsx.rows import KEEP, CellXml, Kept, RowXml, SharedTexts, rewrite_rows
from okrsync_workbook.xlsx.scan import formula_blocks, merged_blocks
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.styles import DATE, GENERAL, PERCENT_WHOLE, TEXT, Styles
from okrsync_workbook.xlsx.tables import Range

__all__ = ["CellWriter", "cell_markup", "holds", "serial"]

_FORMULA = "there is a formula here, and okrsync never replaces formulas"
_COVERED = "the cell is part of a merged cell"
_FORMATS = {Looks.SHARE: PERCENT_WHOLE, Looks.DATE: DATE, Looks.TEXT: TEXT}


def serial(value: date | datetime | time | timedelta, date1904: bool) -> float:
    """The number for a moment, a day or a span of time: days since the first day of the workbook.

    1 March 1900 is 61 in a workbook that counts from 1900. ValueError for a day before the first.
    """
    # Workbooks that count from 1900 have a 29 February 1900, a mistake of Lotus 1-2-3 that Excel
    # keeps
    # (https://learn.microsoft.com/troubleshoot/microsoft-365-apps/excel/wrongly-assumes-1900-is-leap-year).
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    if isinstance(value, time):
        return timedelta(
            hours=value.hour,
            minutes=value.minute,
            seconds=value.second,
            microseconds=value.microsecond,
        ) / timedelta(days=1)
    moment = (
        value.replace(tzinfo=None)
        if isinstance(value, datetime)
        else datetime(value.year, value.month, value.day)
    )
    first = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 31)
    days = (moment - first) / timedelta(days=1)
    if days < (0 if date1904 else 1):
        raise ValueError(f"{value.isoformat()} is before the first day that a workbook knows")
    return days if date1904 or days < 60 else days + 1


def cell_markup(
    prefix: bytes, row: int, column: int, style: int, value: CellValue, date1904: bool
) -> bytes:
    """The markup of a cell. ValueError when no cell can hold the value: NaN, infinity, a day before
    1900, a text that is too long.
    """
    address = f"{column_letters(column)}{row}".encode()
    tag = b'<%sc r="%s"' % (prefix, address) + (b' s="%d"' % style if style else b"")
    if value is None or value == "":
        return tag + b"/>"
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise ValueError(
                f"a cell holds {LONGEST_TEXT:,} characters, and the text has {len(value):,}"
            )
        opening = (
            b"<%st>"
            if value == value.strip() and "\n" not in value
            else b'<%st xml:space="preserve">'
        )
        text = opening % prefix + escaped(value) + b"</%st>" % prefix
        return tag + b' t="inlineStr"><%sis>%s</%sis></%sc>' % (prefix, text, prefix, prefix)
    kind, content = _plain(value, date1904)
    return tag + kind + b"><%sv>%s</%sv></%sc>" % (prefix, content, prefix, prefix)


def _plain(value: CellValue, date1904: bool) -> tuple[bytes, bytes]:
    if isinstance(value, bool):
        return b' t="b"', b"1" if value else b"0"
    if isinstance(value, CellError):
        return b' t="e"', escaped(value.code)
    if isinstance(value, date | time | timedelta):
        value = serial(value, date1904)
        value = int(value) if value.is_integer() else value
    if not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise ValueError(f"a cell cannot hold {value!r}")
    return b"", (repr(value) if isinstance(value, float) else str(value)).encode()


def holds(cell: CellXml, value: CellValue, texts: SharedTexts, date1904: bool) -> bool:
    """Whether a cell already holds this value."""
    current = cell.value(texts)
    if value is None or value == "":
        return current is None
    if isinstance(value, date | time | timedelta):
        value = serial(value, date1904)
    if isinstance(value, bool) or isinstance(current, bool):
        return isinstance(value, bool) and current is value
    if isinstance(value, int | float | Decimal):
        return isinstance(current, float) and current == float(value)
    return type(current) is type(value) and current == value


@dataclass
class CellWriter:
    """Writes values into one sheet. `new_columns` are columns that the same patch creates: their
    cells take their format from the last column before them. With `draws_trends`, trends are drawn
    over their text, which is not shown.
    """

    sheet: SheetXml
    styles: Styles
    texts: SharedTexts
    date1904: bool
    new_columns: Collection[int] = ()
    draws_trends: bool = False
    written: bool = False
    _edits: Mapping[int, Sequence[CellEdit | ColumnEdit]] = field(default_factory=dict)
    _untouchable: dict[int, list[tuple[Range, str]]] = field(default_factory=dict)
    _block: Range | None = None
    """The block in which cells were written."""

    def write(self, edits: Mapping[int, Sequence[CellEdit | ColumnEdit]]) -> None:
        """Write values and headers, by row (from 1). Of several for one cell the last counts.

        Raises `EditRefused` at a formula, under a merge, beyond the edge of a sheet, and for a
        value no cell can hold.
        """
        if not edits:
            return
        self._edits = edits
        data = self.sheet.masked_body
        # Most rows have edits in the same columns, and there may be a million rows.
        alike: dict[frozenset[int], Sequence[int]] = {}
        targets = {
            row: alike.setdefault(columns, tuple(columns))
            for row, of_row in edits.items()
            if (columns := frozenset([edit.column for edit in of_row]))
        }
        self._untouchable = self._obstacles(sorted(targets))
        self._block = None
        body = rewrite_rows(self.sheet.body, data, self.sheet.prefix, targets, self._cell)
        if body is not self.sheet.body:
            self.sheet.set_body(body)
            self.written = True
            # Some programs read no further than the block that a sheet states to use.
            _widen(self.sheet, self._block)

    def _obstacles(self, rows: Sequence[int]) -> dict[int, list[tuple[Range, str]]]:
        """The blocks in which nothing may be written, by row number, each with the reason."""
        blocks = [(block, _FORMULA) for block in formula_blocks(self.sheet.masked_body)]
        blocks += [(block, _COVERED) for block in merged_blocks(self.sheet)]
        obstacles: dict[int, list[tuple[Range, str]]] = {}
        for block, reason in blocks:
            for row in rows[
                bisect_left(rows, block.first_row) : bisect_right(rows, block.last_row)
            ]:
                obstacles.setdefault(row, []).append((block, reason))
        return obstacles

    def _cell(self, row: RowXml, column: int, cell: CellXml | None) -> bytes | Kept | None:
        edit = next(edit for edit in reversed(self._edits[row.number]) if edit.column == column)
        value = edit.header if isinstance(edit, ColumnEdit) else edit.value
        self._refuse(edit, row.number, column, cell)
        try:
            if cell is not None and holds(cell, value, self.texts, self.date1904):
                return KEEP
            if value is None or value == "":
                return self._emptied(row, column, cell)
            if isinstance(edit, ColumnEdit):
                if cell is not None and cell.value(self.texts) is not None:
                    raise EditRefused(
                        edit, f"something else is where the header {value!r} would go"
                    )
                style = self._neighbour(row, column, cell)
            else:
                style = self._style(edit, row, column, cell)
            markup = cell_markup(self.sheet.prefix, row.number, column, style, value, self.date1904)
        except ValueError as error:
            raise EditRefused(edit, str(error)) from error
        self._block = _with_cell(self._block, row.number, column)
        return markup

    def _refuse(
        self, edit: CellEdit | ColumnEdit, row: int, column: int, cell: CellXml | None
    ) -> None:
        if not (1 <= row <= LAST_ROW and 0 <= column <= LAST_COLUMN):
            raise EditRefused(edit, "the place lies beyond the edge of a sheet")
        if cell is not None and cell.has_formula:
            raise EditRefused(edit, _FORMULA)
        for block, reason in self._untouchable.get(row, ()):
            is_first = (row, column) == (block.first_row, block.first_column)
            if (row, column) in block and not (is_first and reason == _COVERED):
                raise EditRefused(edit, reason)

    def _emptied(self, row: RowXml, column: int, cell: CellXml | None) -> bytes | Kept | None:
        if cell is None:
            return KEEP
        # A cell with a format stays without its value: people may have coloured it.
        style = cell.style
        if style and self.styles.is_unseen(style):
            style = self.styles.as_people_left_it(style)
        if not style:
            return None
        return cell_markup(self.sheet.prefix, row.number, column, style, None, self.date1904)

    def _style(self, edit: CellEdit, row: RowXml, column: int, cell: CellXml | None) -> int:
        """The format of a cell: its own, else that of its left neighbour with a number format for
        the value.
        """
        wanted = _FORMATS.get(edit.looks, GENERAL)
        if self.draws_trends and isinstance(edit.value, TrendLine):
            wanted = self.styles.unseen
        if wanted == GENERAL and isinstance(edit.value, date):
            wanted = DATE
        if cell is None and column not in self.new_columns:
            own = self._inherited(row, column)
        else:
            own = cell.style if cell is not None else 0
        if own == 0 and (cell is None or column in self.new_columns):
            return self.styles.with_number_format(self._neighbour(row, column, cell), wanted)
        if self.styles.number_format(own) == GENERAL and wanted != GENERAL:
            return self.styles.with_number_format(own, wanted)
        if wanted == GENERAL and self.styles.is_unseen(own):
            # Where a trend stood, what stands there now is to be seen.
            return self.styles.with_number_format(own, GENERAL)
        return own

    def _neighbour(self, row: RowXml, column: int, cell: CellXml | None) -> int:
        """The format of the cell itself where it has one, else of the next cell to the left that
        existed before.
        """
        if cell is not None and cell.style:
            return cell.style
        left = column - 1
        while left in self.new_columns:
            left -= 1
        return row.cells[left].style if left in row.cells else self._inherited(row, column)

    def _inherited(self, row: RowXml, column: int) -> int:
        """The format of a cell that is missing in the file: that of its row, else of its column."""
        if row.style is not None:
            return row.style
        return next(
            (form.style for form in self.sheet.columns() if form.first <= column <= form.last), 0
        )


def _with_cell(block: Range | None, row: int, column: int) -> Range:
    """The block that holds another one and a cell."""
    if block is None:
        return Range(row, column, row, column)
    if (row, column) in block:
        return block
    return Range(
        min(block.first_row, row),
        min(block.first_column, column),
        max(block.last_row, row),
        max(block.last_column, column),
    )


def _widen(sheet: SheetXml, written: Range | None) -> None:
    """Extend the block that a sheet states to use by that of the cells that were written."""
    block = sheet.dimension
    if block is None or written is None:
        return
    first = _with_cell(block, written.first_row, written.first_column)
    wider = _with_cell(first, written.last_row, written.last_column)
    if wider != block:
        sheet.set_dimension(wider)
