"""The history of a workbook: a sheet of its own, to which lines are appended.

A hidden name of the workbook, `_okrsync_history`, refers to its first cell. Excel adjusts it when
people rename or move the sheet. Lines are never written again, wherever people move them.
"""

from __future__ import annotations

from collections.abc import Sequence

from okrsync.connector import CellValue, as_text, is_blank, without_lines
from okrsync_workbook.xlsx.cells import cell_markup
from okrsync_workbook.xlsx.edits import EditRefused, HistoryEdit
from okrsync_workbook.xlsx.package import Package, SheetInfo
from okrsync_workbook.xlsx.parts import Parts
from okrsync_workbook.xlsx.rows import CellXml, Kept, RowXml, rewrite_rows, rows_of_body
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.sheet_names import name_trouble
from okrsync_workbook.xlsx.summary_places import shared_texts
from okrsync_workbook.xlsx.workbook import (
    add_sheet,
    defined_name,
    is_structure_locked,
    remove_sheet,
    set_defined_name,
)

__all__ = ["find_history", "history_rows", "marked_sheet", "write_history"]

MARKER = "_okrsync_history"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_NEW_SHEET = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="%s"><sheetViews>'
    b'<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
    b' state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><sheetData>'
    b"</sheetData></worksheet>"
)


def find_history(package: Package) -> SheetInfo | None:
    """The sheet that holds the history, whatever its name is now; None where there is none."""
    return marked_sheet(package, MARKER)


def marked_sheet(package: Package, marker: str) -> SheetInfo | None:
    """The sheet that a hidden name of okrsync's refers to; None where there is none."""
    refers_to = defined_name(package.read(package.workbook_part), marker)
    if refers_to is None:
        return None
    name = refers_to.rpartition("!")[0]
    name = name[1:-1].replace("''", "'") if name.startswith("'") else name
    return next((sheet for sheet in package.sheets if sheet.name == name), None)


def history_rows(package: Package) -> list[tuple[int, tuple[CellValue, ...]]]:
    """The number and the values of each row of the history."""
    sheet_info = find_history(package)
    if sheet_info is None:
        return []
    sheet, texts = SheetXml.parse(package.read(sheet_info.part)), shared_texts(package)
    rows = []
    for number, row in sorted(rows_of_body(sheet.body, sheet.prefix).items()):
        width = max(row.cells, default=-1) + 1
        values = tuple(
            row.cells[column].value(texts) if column in row.cells else None
            for column in range(width)
        )
        rows.append((number, values))
    return rows


def write_history(parts: Parts, edit: HistoryEdit) -> None:
    """Append lines to the sheet, which is made where there is none; or take lines away again.

    Raises `EditRefused` when a sheet of that name belongs to people, when the structure of the
    workbook is protected, or when lines that should go are no longer there.
    """
    package = parts.package
    sheet_info = find_history(package)
    if edit.is_removal:
        if sheet_info is not None:
            _take_away(parts, sheet_info, edit)
        return
    if not edit.lines:
        return
    if sheet_info is None:
        _make(parts, edit)
        return
    sheet = SheetXml.parse(parts.read(sheet_info.part))
    last = max(rows_of_body(sheet.body, sheet.prefix), default=0)
    _put(sheet, last + 1, edit.lines, package.date1904)
    parts.write(sheet_info.part, sheet.render())


def _make(parts: Parts, edit: HistoryEdit) -> None:
    package = parts.package
    _refuse_locked(package, edit)
    if any(sheet.name.casefold() == edit.title.casefold() for sheet in package.sheets):
        reason = "a tab of that name is there already, and okrsync did not make it"
        raise EditRefused(edit, reason, hint="Rename that tab, or name another under `history`.")
    trouble = name_trouble(edit.title)
    if trouble is not None:
        raise EditRefused(edit, trouble, hint="Choose another name under `history`.")
    sheet = SheetXml.parse(_NEW_SHEET % package.namespace)
    _put(sheet, 1, (edit.columns, *edit.lines), package.date1904)
    part = parts.free_name("xl/worksheets/sheet{}.xml")
    parts.write(part, sheet.render())
    parts.declare(part, _SHEET_TYPE)
    relation = parts.relate(package.workbook_part, "worksheet", part)
    workbook = add_sheet(parts.read(package.workbook_part), edit.title, relation, package.is_strict)
    quoted = edit.title.replace("'", "''")
    workbook = set_defined_name(workbook, MARKER, f"'{quoted}'!$A$1")
    parts.write(package.workbook_part, workbook)


def _put(sheet: SheetXml, first: int, lines: Sequence[Sequence[CellValue]], date1904: bool) -> None:
    """Write lines into new rows, from the row `first` on."""

    def write(row: RowXml, column: int, _cell: CellXml | None) -> bytes | Kept | None:
        line = lines[row.number - first]
        value = line[column] if column < len(line) else None
        if is_blank(value):
            return None
        return cell_markup(sheet.prefix, row.number, column, 0, value, date1904)

    targets = {first + index: list(range(len(line))) for index, line in enumerate(lines)}
    sheet.set_body(rewrite_rows(sheet.body, sheet.masked_body, sheet.prefix, targets, write))


def _take_away(parts: Parts, sheet_info: SheetInfo, edit: HistoryEdit) -> None:
    """Empty the rows of some lines, or remove the sheet with the last of them."""
    rows = [(number, values) for number, values in history_rows(parts.package) if as_text(values)]
    kept, missing = without_lines([values for _, values in rows], edit.lines)
    if missing:
        raise EditRefused(edit, f"{missing} of its lines are no longer there; they stay")
    if [as_text(values) for values in kept] in ([], [as_text(edit.columns)]):
        _refuse_locked(parts.package, edit)
        part = parts.package.workbook_part
        workbook = set_defined_name(parts.read(part), MARKER, None)
        parts.write(part, remove_sheet(workbook, sheet_info.name))
        parts.remove_related(part, sheet_info.part)
        return
    sheet = SheetXml.parse(parts.read(sheet_info.part))
    texts = [as_text(line) for line in edit.lines]
    targets: dict[int, list[int]] = {}
    for number, values in reversed(rows):
        if as_text(values) in texts:
            texts.remove(as_text(values))
            targets[number] = list(range(len(values)))
    sheet.set_body(
        rewrite_rows(
            sheet.body, sheet.masked_body, sheet.prefix, targets, lambda _row, _column, _cell: None
        )
    )
    parts.write(sheet_info.part, sheet.render())


def _refuse_locked(package: Package, edit: HistoryEdit) -> None:
    if is_structure_locked(package.read(package.workbook_part)):
        hint = "Take the protection away (Review > Protect Workbook), or leave `history` out."
        reason = "the workbook's structure is protected, so tabs can neither be added nor removed"
        raise EditRefused(edit, reason, hint=hint)
