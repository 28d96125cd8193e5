"""The managed summary: a sheet of its own, created once and refreshed in place.

Everything outside okrsync's cells belongs to people, and so does a row that they inserted among
these. The block grows and shrinks by cells, never by rows of the whole tab: cells beside it keep
their address, and cells below it move down when it grows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from okrsync.connector import (
    BY_OBJECTIVE,
    DECISIONS,
    STATUS_TEXTS,
    WIDTH,
    WIDTHS,
    CellValue,
    Look,
    ManagedPage,
    ReviewPage,
    SummaryCell,
    SummaryRow,
    TypedLines,
    closing_line,
    column_letters,
    lay_out,
    typed_lines,
)
from okrsync_workbook.xlsx.cells import cell_markup, holds
from okrsync_workbook.xlsx.colours import add_status_colours, renew_status_colours
from okrsync_workbook.xlsx.edits import EditRefused, SummaryEdit
from okrsync_workbook.xlsx.markup import escaped, masked
from okrsync_workbook.xlsx.moving import MoveRefused, Shift, move_cells, readdressed
from okrsync_workbook.xlsx.package import Package
from okrsync_workbook.xlsx.parts import Parts
from okrsync_workbook.xlsx.row_heights import fit_rows
from okrsync_workbook.xlsx.rows import (
    CellXml,
    Kept,
    RowXml,
    SharedTexts,
    rewrite_rows,
    rows_of_body,
)
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.sheet_names import LONGEST_NAME, name_trouble
from okrsync_workbook.xlsx.status_chart import (
    StatusChart,
    chart_is_current,
    has_guests,
    remove_chart,
    row_of,
    write_chart,
)
from okrsync_workbook.xlsx.styles import Styles
from okrsync_workbook.xlsx.summary_looks import SummaryLooks
from okrsync_workbook.xlsx.summary_places import (
    Managed,
    empty_block,
    find_summary,
    link_cells,
    marker_of,
    quoted,
    shared_texts,
)
from okrsync_workbook.xlsx.tables import Range, parse_range
from okrsync_workbook.xlsx.workbook import (
    add_sheet,
    is_structure_locked,
    remove_sheet,
    set_defined_name,
)

__all__ = ["remove_summary", "summary_is_current", "summary_remark", "write_summary"]

# A formula that is written once for several cells: an array, a data table, a shared one.
_FILLING = re.compile(rb"<(?:[\w.\-]+:)?f\s[^<>]*\bt\s*=")
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BAR_ID = b"{6F2B1A54-0C6E-4F0B-9B53-6A1D0C7E5A01}"
_BAR_COLOUR = b"FF8FB8DE"
_NEW_SHEET = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet'
    b' xmlns="%s"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView'
    b' showGridLines="0" workbookViewId="0"><pane ySplit="2" topLeftCell="A3"'
    b' activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="A3"'
    b' sqref="A3"/></sheetView></sheetViews><sheetFormatPr'
    b' defaultRowHeight="15"/><cols>%s</cols><sheetData></sheetData><pageMargins left="0.5"'
    b' right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/><pageSetup'
    b' orientation="landscape" fitToHeight="0"/></worksheet>'
)
_X14 = b"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_BAR = (
    b'<conditionalFormatting sqref="%s"><cfRule type="dataBar" priority="%d"><dataBar><cfvo'
    b' type="num" val="0"/><cfvo type="num" val="1"/><color rgb="'
    + _BAR_COLOUR
    + b'"/></dataBar><extLst><ext xmlns:x14="'
    + _X14
    + b'" uri="{B025F937-C7B1-47D3-B67F-A62EFF666E3E}"><x14:id>'
    + _BAR_ID
    + b"</x14:id></ext></extLst></cfRule></conditionalFormatting>"
)
_BAR_DETAILS = (
    b'<extLst><ext xmlns:x14="'
    + _X14
    + b'" uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:conditionalFormattings>'
    + b"<x14:conditionalFormatting"
    b' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:cfRule type="dataBar"'
    b' id="' + _BAR_ID + b'"><x14:dataBar minLength="0" maxLength="100" gradient="0"><x14:cfvo'
    b' type="num"><xm:f>0</xm:f>'
    b'</x14:cfvo><x14:cfvo type="num"><xm:f>1</xm:f></x14:cfvo><x14:negativeFillColor'
    b' rgb="FFFF7C80"/>'
    b"<x14:axisColor"
    b' rgb="FF000000"/></x14:dataBar></x14:cfRule><xm:sqref>%s</xm:sqref>'
    b"</x14:conditionalFormatting>"
    b"</x14:conditionalFormattings></ext></extLst>"
)


def summary_is_current(package: Package, edit: SummaryEdit) -> bool:
    """Whether the managed summary already shows this; for a `summary` of None, whether there is
    none.
    """
    managed = find_summary(package, edit.cycle, is_review=edit.is_review)
    if edit.summary is None or managed is None:
        return edit.summary is None and managed is None
    rows = lay_out(edit.summary, edit.source, [sheet.name for sheet in package.sheets])
    if _block(managed.range, rows) != managed.range:
        return False
    sheet = SheetXml.parse(package.read(managed.sheet.part))
    texts = shared_texts(package)
    present = rows_of_body(sheet.body, sheet.prefix)
    wanted = _placed(rows, managed.range, edit.summary)
    for number in range(managed.range.first_row, managed.range.last_row + 1):
        row = present.get(number, RowXml(number, {}, {}))
        for column in range(managed.range.first_column, managed.range.first_column + WIDTH):
            cell, value = row.cells.get(column), wanted.get((number, column))
            expected = value.value if value is not None else None
            if cell is None and expected is not None:
                return False
            if cell is not None and not holds(cell, expected, texts, package.date1904):
                return False
    chart = StatusChart.of(edit.summary, rows, managed.range, managed.sheet.name)
    return chart_is_current(Parts(package), managed.sheet.part, chart)


def write_summary(parts: Parts, styles: Styles, edit: SummaryEdit) -> None:
    """Create the summary sheet, or refresh it where it is.

    Raises `EditRefused` when a sheet of that name belongs to people, the structure of the workbook
    is protected, or cells of people are in the way.
    """
    package = parts.package
    if edit.summary is None or summary_is_current(package, edit):
        return
    rows = lay_out(edit.summary, edit.source, [sheet.name for sheet in package.sheets])
    managed = find_summary(package, edit.cycle, is_review=edit.is_review)
    if managed is None:
        _make(parts, styles, edit, rows)
        return
    before = managed.range
    if before.last_column - before.first_column + 1 != WIDTH:
        raise EditRefused(
            edit,
            f"columns were inserted into it or deleted from it in {managed.sheet.name!r}",
            hint="Put that back, or delete the tab.",
        )
    sheet = SheetXml.parse(parts.read(managed.sheet.part))
    typed = _typed(package, sheet, managed, edit)
    if typed.rows:
        managed = _with_rows_below(parts, managed, sheet, edit, typed)
        before = managed.range
    after = _block(before, rows)
    _make_room(parts, managed, sheet, edit, after.last_row - before.last_row)
    if after.last_row < before.last_row and not edit.puts_back:
        empty_block(sheet, replace(before, first_row=after.last_row + 1))
    _fill(sheet, styles, rows, after, edit.summary, package.date1904)
    both = replace(after, last_row=max(after.last_row, before.last_row))
    fit_rows(sheet, _placed(rows, after, edit.summary), both)
    if after != before:
        _reach(sheet, rows, after)
        workbook = set_defined_name(
            parts.read(package.workbook_part),
            marker_of(edit),
            _reference(managed.sheet.name, after),
        )
        parts.write(package.workbook_part, workbook)
    renew_status_colours(sheet, styles, after.first_column + 4, list(STATUS_TEXTS))
    chart = StatusChart.of(edit.summary, rows, after, managed.sheet.name)
    write_chart(parts, managed.sheet.part, sheet, chart)
    parts.write(managed.sheet.part, sheet.render())


def summary_remark(package: Package, edit: SummaryEdit) -> str | None:
    """What becomes of the words that people put among okrsync's lines when this is written; None
    without any.
    """
    managed = find_summary(package, edit.cycle, is_review=edit.is_review)
    if managed is None or edit.summary is None:
        return None
    sheet = SheetXml.parse(package.read(managed.sheet.part))
    below = repr(DECISIONS) if edit.is_review else "the line that ends the summary"
    typed = _typed(package, sheet, managed, edit)
    return typed.remark(managed.range.first_row, managed.range.first_column, below)


def _typed(package: Package, sheet: SheetXml, managed: Managed, edit: SummaryEdit) -> TypedLines:
    """What people put among okrsync's lines."""
    block, texts = managed.range, shared_texts(package)
    cells = rows_of_body(sheet.body, sheet.prefix)
    columns = range(block.first_column, block.last_column + 1)
    present = [
        [
            cells[row].cells[column].value(texts)
            if row in cells and column in cells[row].cells
            else None
            for column in columns
        ]
        for row in range(block.first_row, block.last_row + 1)
    ]
    names = [sheet.name for sheet in package.sheets]
    written: list[list[list[CellValue]]] = [
        [
            *(
                [None if cell is None else cell.value for cell in row]
                for row in lay_out(page, edit.source, names)
            ),
            [closing_line(page)[0]],
        ]
        for page in edit.pages
    ]
    return typed_lines(present, *written)


def _with_rows_below(
    parts: Parts, managed: Managed, sheet: SheetXml, edit: SummaryEdit, typed: TypedLines
) -> Managed:
    """The block without the rows that people inserted into it: they go right below it, into room
    made for them.
    """
    block = managed.range
    rows = [block.first_row + index for index in typed.rows]
    present = rows_of_body(sheet.body, sheet.prefix, rows)
    moving: dict[tuple[int, int], bytes] = {}
    for index, row in enumerate(rows, start=1):
        for column, cell in present[row].cells.items():
            if block.first_column <= column <= block.last_column:
                if _FILLING.search(masked(cell.markup)) is not None:
                    raise EditRefused(
                        edit,
                        f"row {row} holds a formula of somebody's that fills several cells",
                        hint=f"Move it below row {block.last_row}.",
                    )
                moving[block.last_row + index, column] = readdressed(cell, block.last_row + index)
    shift = Shift(
        managed.sheet.name, block.last_row + 1, block.first_column, block.last_column, len(rows)
    )
    try:
        move_cells(parts, managed.sheet.part, sheet, shift)
        for row in rows:
            empty_block(sheet, replace(block, first_row=row, last_row=row))
        targets = {row: sorted(c for r, c in moving if r == row) for row, _ in moving}
        sheet.set_body(
            rewrite_rows(
                sheet.body,
                sheet.masked_body,
                sheet.prefix,
                targets,
                lambda row, column, _cell: moving[row.number, column],
            )
        )
        for row in reversed(rows):
            move_cells(parts, managed.sheet.part, sheet, replace(shift, first_row=row + 1, rows=-1))
    except MoveRefused as refused:
        raise EditRefused(
            edit,
            f"people typed into row {_listed(rows)} among okrsync's lines, and {refused.reason} in"
            f" {managed.sheet.name!r}",
            hint=f"Move it below row {block.last_row}.",
        ) from refused
    return Managed(managed.sheet, replace(block, last_row=block.last_row - len(rows)))


def _listed(rows: list[int]) -> str:
    return ", ".join(map(str, rows))


def _reach(sheet: SheetXml, rows: list[SummaryRow], block: Range) -> None:
    """Let the colours and bars of the columns Progress and Status reach as far as their cells."""
    for column in (2, 4):
        wanted = _column_block(block, column, rows)
        start = wanted[: wanted.rfind(b":") + 1]
        letters = column_letters(block.first_column + column).encode()
        present = re.compile(rb"([\">])" + re.escape(start + letters) + rb"[0-9]+([\"<])")
        # Neither letters nor digits of an address mean anything in a replacement.
        sheet.tail = present.sub(rb"\g<1>" + wanted + rb"\g<2>", sheet.tail)


def _block(block: Range, rows: list[SummaryRow]) -> Range:
    """The managed cells of a block once it shows these rows, with the line that ends it."""
    return replace(block, last_row=block.first_row + len(rows))


def _make_room(
    parts: Parts, managed: Managed, sheet: SheetXml, edit: SummaryEdit, missing: int
) -> None:
    """Move what stands below the block down by the rows that it lacks. Undo uses empty rows below
    first, and closes the gap that it leaves.
    """
    block = managed.range
    if edit.puts_back and missing > 0:
        missing -= _empty_rows(sheet, shared_texts(parts.package), block, missing)
    if missing == 0 or (missing < 0 and not edit.puts_back):
        return
    below = Shift(
        managed.sheet.name, block.last_row + 1, block.first_column, block.last_column, missing
    )
    if missing < 0:
        empty_block(sheet, replace(block, first_row=block.last_row + missing + 1))
    try:
        move_cells(parts, managed.sheet.part, sheet, below)
    except MoveRefused as refused:
        raise EditRefused(
            edit,
            f"the summary has grown, and {refused.reason} in {managed.sheet.name!r}",
            hint="Move that to column J, or further down.",
        ) from refused


def _empty_rows(sheet: SheetXml, texts: SharedTexts, block: Range, most: int) -> int:
    """How many rows right below the block are empty in its columns, at most `most`."""
    below = Range(block.last_row + 1, block.first_column, block.last_row + most, block.last_column)
    filled = _filled(sheet, texts, inside=below)
    return next((row - block.last_row - 1 for row, _ in filled), most)


def remove_summary(parts: Parts, edit: SummaryEdit) -> None:
    """Remove the summary sheet. Raises `EditRefused` when people put something into it or refer to
    it.
    """
    package = parts.package
    managed = find_summary(package, edit.cycle, is_review=edit.is_review)
    if managed is None:
        return
    _refuse_locked(package, edit)
    name = managed.sheet.name
    sheet = SheetXml.parse(parts.read(managed.sheet.part))
    if _typed(package, sheet, managed, edit):
        raise EditRefused(edit, "people typed among its lines")
    filled = next(_filled(sheet, shared_texts(package), outside=managed.range), None)
    if filled is not None:
        address = f"{column_letters(filled[1])}{filled[0]}"
        raise EditRefused(edit, f"people's own cells are in it, such as {address}")
    guests = {"legacyDrawing", "tableParts", "oleObjects", "controls", "picture"}
    if any(part.name in guests for part in sheet.tail_parts()) or has_guests(
        parts, managed.sheet.part, sheet
    ):
        raise EditRefused(edit, "people have put a chart, picture, note or table on it")
    dependant = _user_of(package, managed)
    if dependant is not None:
        raise EditRefused(edit, f"a formula in {dependant} refers to it")
    if (
        sum(
            other.kind == "worksheet" and not other.hidden
            for other in package.sheets
            if other != managed.sheet
        )
        == 0
    ):
        raise EditRefused(edit, "it is the only tab left to be seen")
    workbook = set_defined_name(parts.read(package.workbook_part), marker_of(edit), None)
    parts.write(package.workbook_part, remove_sheet(workbook, name))
    remove_chart(parts, managed.sheet.part, sheet)
    parts.remove_related(package.workbook_part, managed.sheet.part)


def _make(parts: Parts, styles: Styles, edit: SummaryEdit, rows: list[SummaryRow]) -> None:
    package = parts.package
    _refuse_locked(package, edit)
    title = edit.title if edit.cycle is None else _free_title(package, edit.title, edit.cycle)
    taken = next(
        (sheet.name for sheet in package.sheets if sheet.name.casefold() == title.casefold()), None
    )
    if taken is not None:
        hint = "Rename that tab, or name another one under `summary`."
        raise EditRefused(
            edit, "a tab of that name is there already, and okrsync did not make it", hint=hint
        )
    trouble = name_trouble(title)
    if trouble is not None:
        raise EditRefused(edit, trouble, hint="Choose another name under `summary`.")
    cols = b"".join(
        b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (n, n, width)
        for n, width in enumerate(WIDTHS, start=1)
    )
    sheet = SheetXml.parse(_NEW_SHEET % (package.namespace, cols))
    block = _block(Range(1, 0, 1, WIDTH - 1), rows)
    assert edit.summary is not None
    _fill(sheet, styles, rows, block, edit.summary, package.date1904)
    fit_rows(sheet, _placed(rows, block, edit.summary), block)
    words = list(STATUS_TEXTS)
    sheet.add_to_tail("conditionalFormatting", _BAR % (_column_block(block, 2, rows), 1))
    reach = parse_range(_column_block(block, 4, rows).decode())
    add_status_colours(sheet, styles, 4, 1, words, last_row=reach.last_row)
    sheet.add_to_tail("extLst", _BAR_DETAILS % _column_block(block, 2, rows))
    part = parts.free_name("xl/worksheets/sheet{}.xml")
    write_chart(parts, part, sheet, StatusChart.of(edit.summary, rows, block, title))
    parts.write(part, sheet.render())
    parts.declare(part, _SHEET_TYPE)
    relation = parts.relate(package.workbook_part, "worksheet", part)
    workbook = add_sheet(parts.read(package.workbook_part), title, relation, package.is_strict)
    parts.write(
        package.workbook_part,
        set_defined_name(workbook, marker_of(edit), _reference(title, block)),
    )


def _free_title(package: Package, title: str, cycle: str) -> str:
    """The name of the tab for the summary of a cycle that ended, with a number where people have
    taken it. Of a cycle of two days only the first fits.
    """
    taken = {sheet.name.casefold() for sheet in package.sheets}
    if len(title) + 1 + len(cycle) > LONGEST_NAME:
        cycle = cycle.partition(" to ")[0]
    number = 1
    while True:
        ending = f" {cycle}" if number == 1 else f" {cycle} ({number})"
        name = f"{title[: LONGEST_NAME - len(ending)].rstrip()}{ending}"
        if name.casefold() not in taken:
            return name
        number += 1


def _fill(
    sheet: SheetXml,
    styles: Styles,
    rows: list[SummaryRow],
    block: Range,
    page: ManagedPage,
    date1904: bool,
) -> None:
    """Write the managed cells and their links, and nothing else."""
    looks = SummaryLooks(styles)
    wanted = _placed(rows, block, page)

    def write(row: RowXml, column: int, _cell: CellXml | None) -> bytes | Kept | None:
        content = wanted.get((row.number, column))
        if content is None:
            return None
        return cell_markup(
            sheet.prefix, row.number, column, looks[content.look], content.value, date1904
        )

    columns = range(block.first_column, block.first_column + WIDTH)
    present = rows_of_body(sheet.body, sheet.prefix)
    targets = {
        number: list(columns)
        for number in range(block.first_row, block.last_row + 1)
        if number in present or any((number, column) in wanted for column in columns)
    }
    sheet.set_body(rewrite_rows(sheet.body, sheet.masked_body, sheet.prefix, targets, write))
    link_cells(sheet, wanted, block)


def _placed(
    rows: list[SummaryRow], block: Range, page: ManagedPage
) -> dict[tuple[int, int], SummaryCell]:
    """The managed cells by row and column, the line that ends them included."""
    placed = {
        (block.first_row + down, block.first_column + across): cell
        for down, row in enumerate(rows)
        for across, cell in enumerate(row)
        if cell is not None
    }
    look: Look = "heading" if isinstance(page, ReviewPage) else "end"
    placed[block.last_row, block.first_column] = SummaryCell(closing_line(page)[0], look)
    return placed


def _filled(
    sheet: SheetXml,
    texts: SharedTexts,
    *,
    inside: Range | None = None,
    outside: Range | None = None,
) -> Iterator[tuple[int, int]]:
    """The row and column of each filled cell inside or outside a block, from top to bottom."""
    for number, row in sorted(rows_of_body(sheet.body, sheet.prefix).items()):
        for column, cell in sorted(row.cells.items()):
            if (inside is not None and (number, column) not in inside) or (
                outside is not None and (number, column) in outside
            ):
                continue
            if cell.has_formula or cell.value(texts) is not None:
                yield number, column


def _user_of(package: Package, managed: Managed) -> str | None:
    """The name of a tab with a formula that refers to the summary, or the words for a defined name
    that does; None where nothing does.
    """
    reference = re.escape(escaped(quoted(managed.sheet.name) + "!"))
    bare = re.escape(escaped(managed.sheet.name + "!"))
    formula = re.compile(rb"<(?:[\w.\-]+:)?f[\s>][^<]*(?:" + reference + rb"|" + bare + rb")")
    for sheet in package.sheets:
        if sheet != managed.sheet and formula.search(package.read(sheet.part)):
            return sheet.name
    name = re.compile(
        rb"<(?:[\w.\-]+:)?definedName\s([^>]*)>[^<]*(?:" + reference + rb"|" + bare + rb")"
    )
    for match in name.finditer(package.read(package.workbook_part)):
        if b"_okrsync_" not in match[1] and b"localSheetId" not in match[1]:
            return "a defined name"
    return None


def _refuse_locked(package: Package, edit: SummaryEdit) -> None:
    if is_structure_locked(package.read(package.workbook_part)):
        hint = "Take the protection away (Review > Protect Workbook), or leave `summary` out."
        raise EditRefused(
            edit,
            "the workbook's structure is protected, so tabs can neither be added nor removed",
            hint=hint,
        )


def _column_block(block: Range, offset: int, rows: list[SummaryRow]) -> bytes:
    """A column of the block, without the numbers behind the chart."""
    column, counts = block.first_column + offset, row_of(rows, BY_OBJECTIVE)
    last = block.last_row if counts is None else block.first_row + counts - 1
    return str(Range(block.first_row, column, last, column)).encode()


def _reference(name: str, block: Range) -> str:
    first = f"${column_letters(block.first_column)}${block.first_row}"
    return f"{quoted(name)}!{first}:${column_letters(block.last_column)}${block.last_row}"
