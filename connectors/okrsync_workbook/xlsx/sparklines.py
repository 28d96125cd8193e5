"""Trends as sparklines of Excel: drawn in the cell itself, from numbers in a sheet of their own.

A sparkline draws cells, and nothing else, so the numbers need some: they stand in a hidden sheet
that okrsync makes with the first trend and removes with the last. A hidden name of the workbook,
`_okrsync_trends`, refers to it. The cell keeps the line of blocks as its text, in a number format
that shows none, so that every program reads what it says.

The markup is that of [MS-XLSX] 2.6.24, CT_SparklineGroup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from okrsync.connector import TrendLine, column_letters
from okrsync_workbook.xlsx.cells import cell_markup
from okrsync_workbook.xlsx.edits import CellEdit, RemovedColumnEdit
from okrsync_workbook.xlsx.history_sheet import marked_sheet
from okrsync_workbook.xlsx.markup import (
    Element,
    attributes,
    children,
    descendants,
    escaped,
    masked,
    spliced,
    text_in,
)
from okrsync_workbook.xlsx.package import Package, SheetInfo
from okrsync_workbook.xlsx.parts import Parts
from okrsync_workbook.xlsx.rows import CellXml, Kept, RowXml, rewrite_rows, rows_of_body
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.summary_places import shared_texts
from okrsync_workbook.xlsx.workbook import (
    add_sheet,
    is_structure_locked,
    remove_sheet,
    set_defined_name,
)

__all__ = ["can_draw", "draw_trends", "find_trends", "trends_in"]

MARKER = "_okrsync_trends"
TITLE = "okrsync trends"
_ABOUT = "okrsync draws the trends of this workbook from these numbers: percents, week by week."
_EXTENSION = "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"
_COLOUR = b"FF3B6FB6"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_NEW_SHEET = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="%s"><sheetFormatPr'
    b' defaultRowHeight="15"/><sheetData></sheetData></worksheet>'
)
_OPENING = (
    b'<x14:sparklineGroup manualMax="100" manualMin="0" displayEmptyCellsAs="gap"'
    b' displayHidden="1" minAxisType="custom" maxAxisType="custom"><x14:colorSeries rgb="%s"/>'
    b"<x14:sparklines>" % _COLOUR
)
_CLOSING = b"</x14:sparklines></x14:sparklineGroup>"
_NAMES = (
    b' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
    b' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
)

Cell = tuple[int, int]
"""A row, from 1, and a column, from 0."""


def find_trends(package: Package) -> SheetInfo | None:
    """The sheet with the numbers behind the trends, whatever its name is now; None for none."""
    return marked_sheet(package, MARKER)


def can_draw(package: Package) -> bool:
    """Whether there is a sheet for the numbers, or may be one."""
    if find_trends(package) is not None:
        return True
    names = {sheet.name.casefold() for sheet in package.sheets}
    return TITLE not in names and not is_structure_locked(package.read(package.workbook_part))


def trends_in(package: Package, name: str) -> dict[Cell, TrendLine]:
    """The trends that are drawn in a tab, by their cells."""
    info = find_trends(package)
    if info is None or name == info.name:
        return {}
    drawn = _drawn(SheetXml.parse(package.read(package.sheet(name).part)), info.name)
    if not drawn:
        return {}
    numbers = SheetXml.parse(package.read(info.part))
    rows = rows_of_body(numbers.body, numbers.prefix, set(drawn.values()))
    texts = shared_texts(package)
    trends = {}
    for cell, row in drawn.items():
        cells = rows[row].cells if row in rows else {}
        points = [cells[column].value(texts) for column in sorted(cells)]
        trends[cell] = TrendLine([int(point) for point in points if isinstance(point, float)])
    return trends


def draw_trends(
    parts: Parts, edits: Iterable[CellEdit], removed: Iterable[RemovedColumnEdit]
) -> None:
    """Draw the trends among the edits, and take away what stood in cells that hold none now, and in
    columns that are gone.
    """
    edits, removed = tuple(edits), tuple(removed)
    is_kept = find_trends(parts.package) is not None
    has_new = any(isinstance(edit.value, TrendLine) for edit in edits)
    if not is_kept and not (has_new and can_draw(parts.package)):
        return
    numbers = _TrendNumbers(parts)
    names = [*(edit.sheet for edit in edits), *(edit.sheet for edit in removed)]
    for name in dict.fromkeys(names):
        part = parts.package.sheet(name).part
        sheet = SheetXml.parse(parts.read(part))
        before = _drawn(sheet, numbers.title)
        written = {(edit.row, edit.column): edit.value for edit in edits if edit.sheet == name}
        columns = {edit.column for edit in removed if edit.sheet == name}
        lines = {cell: value for cell, value in written.items() if isinstance(value, TrendLine)}
        drawn = {
            cell: row
            for cell, row in before.items()
            if cell not in written and cell[1] not in columns
        }
        for cell, row in before.items():
            if cell not in drawn and cell not in lines:
                numbers.clear(row)
        for cell, line in sorted(lines.items()):
            drawn[cell] = numbers.keep(before.get(cell), line.points)
        if lines or drawn != before:
            areas = {cell: numbers.range_of(row) for cell, row in drawn.items()}
            _redraw(sheet, numbers.title, areas)
            parts.write(part, sheet.render())
    numbers.write()


class _TrendNumbers:
    """The sheet with the numbers: a row for each trend."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._info = find_trends(parts.package)
        self.title = TITLE if self._info is None else self._info.name
        self._left: dict[int, int] = {}
        self._rows: dict[int, int] = {}
        """How many numbers stand in each row that a sparkline draws."""
        if self._info is not None:
            self._sheet = SheetXml.parse(parts.read(self._info.part))
            rows = rows_of_body(self._sheet.body, self._sheet.prefix)
            # Other programs drop sparklines, and people delete them: their rows are free again.
            drawn = _drawn_anywhere(parts, self.title)
            self._rows = {number: len(row.cells) for number, row in rows.items() if number in drawn}
            self._left = {
                number: len(row.cells)
                for number, row in rows.items()
                if number > 1 and number not in drawn
            }
        else:
            self._sheet = SheetXml.parse(_NEW_SHEET % parts.package.namespace)
        self._new: dict[int, tuple[int, ...]] = dict.fromkeys(self._left, ())

    def keep(self, row: int | None, points: Sequence[int]) -> int:
        """Put the points of a trend into its row, or into the first that is free."""
        taken = {number for number, width in self._rows.items() if width} | {
            number for number, numbers in self._new.items() if numbers
        }
        if row is None:
            row = next(number for number in range(2, len(taken) + 3) if number not in taken)
        self._new[row] = tuple(points)
        return row

    def clear(self, row: int) -> None:
        self._new[row] = ()

    def range_of(self, row: int) -> str:
        width = len(self._new[row]) if row in self._new else self._rows.get(row, 1)
        return f"$A${row}:${column_letters(max(width, 1) - 1)}${row}"

    def write(self) -> None:
        """Write what changed; the sheet goes with the last trend."""
        widths = {**self._rows, **{row: len(points) for row, points in self._new.items()}}
        parts, package = self._parts, self._parts.package
        workbook = parts.read(package.workbook_part)
        if not any(widths.values()):
            if self._info is not None and not is_structure_locked(workbook):
                workbook = remove_sheet(set_defined_name(workbook, MARKER, None), self._info.name)
                parts.write(package.workbook_part, workbook)
                parts.remove_related(package.workbook_part, self._info.part)
            return
        values: dict[Cell, int | str] = {
            (row, column): point
            for row, points in self._new.items()
            for column, point in enumerate(points)
        }
        if self._info is None:
            values[1, 0] = _ABOUT
        targets = {
            row: list(range(max(len(points), self._rows.get(row, 0), self._left.get(row, 0))))
            for row, points in self._new.items()
        }
        targets |= {1: [0]} if self._info is None else {}

        def write(row: RowXml, column: int, _cell: CellXml | None) -> bytes | Kept | None:
            value = values.get((row.number, column))
            if value is None:
                return None
            return cell_markup(self._sheet.prefix, row.number, column, 0, value, date1904=False)

        sheet = self._sheet
        sheet.set_body(rewrite_rows(sheet.body, sheet.masked_body, sheet.prefix, targets, write))
        if self._info is not None:
            parts.write(self._info.part, sheet.render())
            return
        part = parts.free_name("xl/worksheets/sheet{}.xml")
        parts.write(part, sheet.render())
        parts.declare(part, _SHEET_TYPE)
        new = parts.relate(package.workbook_part, "worksheet", part)
        workbook = add_sheet(workbook, TITLE, new, package.is_strict, is_hidden=True)
        parts.write(package.workbook_part, set_defined_name(workbook, MARKER, f"'{TITLE}'!$A$1"))


def _drawn_anywhere(parts: Parts, title: str) -> set[int]:
    """The rows of numbers that any tab draws."""
    drawn: set[int] = set()
    for info in parts.package.sheets:
        content = parts.read(info.part) if info.kind == "worksheet" else b""
        if b"sparkline>" in content:
            drawn.update(_drawn(SheetXml.parse(content), title).values())
    return drawn


def _drawn(sheet: SheetXml, title: str) -> dict[Cell, int]:
    """The cells with a trend of ours, and the row of its numbers."""
    data = masked(sheet.tail)
    drawn: dict[Cell, int] = {}
    for line in descendants(data, 0, len(data), "sparkline"):
        found = _ours(line, data, title)
        if found is not None:
            drawn[found[0]] = found[1]
    return drawn


def _ours(line: Element, data: bytes, title: str) -> tuple[Cell, int] | None:
    """The cell of a sparkline of ours, and the row of its numbers; None for one of other people."""
    texts = {
        part.name: text_in(part.inner(data))
        for part in children(data, line.open_end, line.inner_end)
    }
    name, _, area = texts.get("f", "").rpartition("!")
    place = re.fullmatch(r"([A-Z]+)(\d+)", texts.get("sqref", ""))
    row = re.match(r"\$?[A-Z]+\$?(\d+)", area)
    if name.strip("'").replace("''", "'") != title or place is None or row is None:
        return None
    column = 0
    for letter in place[1]:
        column = column * 26 + ord(letter) - 64
    return (int(place[2]), column - 1), int(row[1])


def _redraw(sheet: SheetXml, title: str, lines: Mapping[Cell, str]) -> None:
    """Put one group with these sparklines in the place of all of ours."""
    _take_away(sheet, title)
    if not lines:
        return
    quoted = "'" + title.replace("'", "''") + "'"
    group = _OPENING.replace(b"<x14:sparklineGroup", b"<x14:sparklineGroup" + _NAMES, 1)
    group += b"".join(
        b"<x14:sparkline><xm:f>%s</xm:f><xm:sqref>%s</xm:sqref></x14:sparkline>"
        % (escaped(f"{quoted}!{area}"), f"{column_letters(column)}{row}".encode())
        for (row, column), area in sorted(lines.items())
    )
    group += _CLOSING
    data = masked(sheet.tail)
    holder = sheet.tail_part("extLst")
    groups = next(iter(descendants(data, 0, len(data), "sparklineGroups")), None)
    if groups is not None and not groups.is_closed:
        sheet.tail = spliced(sheet.tail, [(groups.inner_end, groups.inner_end, group)])
        return
    prefix = sheet.prefix
    extension = b'<%sext%s uri="%s"><x14:sparklineGroups>%s</x14:sparklineGroups></%sext>' % (
        prefix,
        _NAMES,
        _EXTENSION.encode(),
        group,
        prefix,
    )
    if holder is None:
        sheet.add_to_tail("extLst", b"<%sextLst>%s</%sextLst>" % (prefix, extension, prefix))
    elif holder.is_closed:
        whole = b"<%sextLst>%s</%sextLst>" % (prefix, extension, prefix)
        sheet.replace_in_tail(holder, whole)
    else:
        sheet.tail = spliced(sheet.tail, [(holder.inner_end, holder.inner_end, extension)])


def _take_away(sheet: SheetXml, title: str) -> None:
    """Remove every sparkline of ours, and what it leaves empty around it."""
    data = masked(sheet.tail)
    changes = [
        (line.start, line.end, b"")
        for line in descendants(data, 0, len(data), "sparkline")
        if _ours(line, data, title) is not None
    ]
    sheet.tail = spliced(sheet.tail, changes)
    for name in ("sparklineGroup", "sparklineGroups", "ext", "extLst"):
        data = masked(sheet.tail)
        empty = [
            (part.start, part.end, b"")
            for part in descendants(data, 0, len(data), name)
            if _is_empty(part, data)
        ]
        if changes and empty:
            sheet.tail = spliced(sheet.tail, empty)


def _is_empty(part: Element, data: bytes) -> bool:
    if part.name == "sparklineGroup":
        return not descendants(data, part.open_end, part.inner_end, "sparkline")
    if (
        part.name == "ext"
        and attributes(part, data).get("uri", "").casefold() != _EXTENSION.casefold()
    ):
        return False
    return not children(data, part.open_end, part.inner_end)
