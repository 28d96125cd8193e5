"""From edits to a new file: only what an edit names changes, and everything else stays byte for
byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from okrsync.connector import Looks, SourceError, text_of
from okrsync_workbook.xlsx.cells import CellWriter
from okrsync_workbook.xlsx.colours import (
    add_status_colours,
    remove_status_colours,
    renew_status_colours,
)
from okrsync_workbook.xlsx.columns import (
    fitting_table,
    occupied_rows,
    remove_column,
    set_width,
    take_width_back,
    width_for,
)
from okrsync_workbook.xlsx.copying import copy_sheet, remove_copied_sheet
from okrsync_workbook.xlsx.edits import (
    CellEdit,
    ColumnEdit,
    Edit,
    EditRefused,
    Edits,
    NoteEdit,
    RemovedColumnEdit,
    RowEdit,
    TakenRowEdit,
)
from okrsync_workbook.xlsx.history_sheet import write_history
from okrsync_workbook.xlsx.insertion import forget_calculation_order, insert_rows, take_row
from okrsync_workbook.xlsx.notes import write_note
from okrsync_workbook.xlsx.package import Package, SheetInfo
from okrsync_workbook.xlsx.parts import Parts
from okrsync_workbook.xlsx.rows import rows_of_body
from okrsync_workbook.xlsx.scan import has_formulas
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.sparklines import can_draw, draw_trends
from okrsync_workbook.xlsx.styles import Styles
from okrsync_workbook.xlsx.summary_places import shared_texts
from okrsync_workbook.xlsx.summary_sheet import remove_summary, write_summary
from okrsync_workbook.xlsx.tables import TableRange, grown, read_table, shrunk
from okrsync_workbook.xlsx.workbook import asks_for_calculation, with_calculation

__all__ = ["patch"]

_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


def patch(package: Package, edits: Edits) -> bytes:
    """The workbook after these edits, as a whole file. The same bytes as before where nothing
    changes.

    The same edits on the same bytes always give the same bytes. Raises `EditRefused` for an edit
    that is not possible without harm (a formula, a merge, somebody's own note, column or tab), and
    `SourceError` for a signed workbook.
    """
    parts = Parts(package)
    styles = Styles(package.styles_content, package.namespace)
    # Sheets are copied as they are in the file, before anything is written into them.
    for copy in edits.copies:
        copy_sheet(parts, copy)
    for name, sheet_edits in _by_sheet(edits).items():
        _SheetPatch(parts, styles, name, sheet_edits).run()
    draw_trends(parts, edits.cells, edits.removed_columns)
    for summary in edits.summaries:
        if summary.summary is None:
            remove_summary(parts, summary)
        else:
            write_summary(parts, styles, summary)
    for removed_sheet in edits.removed_sheets:
        remove_copied_sheet(parts, removed_sheet)
    if edits.rows or edits.taken_rows or edits.copies or edits.removed_sheets:
        forget_calculation_order(parts)
    if edits.history is not None:
        write_history(parts, edits.history)
    _write_styles(parts, styles)
    if not any(parts.changes()):
        return package.data
    if package.is_signed:
        raise SourceError(
            "the workbook carries a digital signature, which any change would break",
            hint=(
                "Let okrsync write to a copy without the signature (File > Info > View Signatures)."
            ),
        )
    is_changed = edits.cells or edits.new_columns or edits.removed_columns or edits.summaries
    if is_changed or edits.rows or edits.taken_rows or edits.copies:
        _ask_for_calculation(parts)
    return package.archive.rewritten(*parts.changes())


def _by_sheet(edits: Edits) -> dict[str, Edits]:
    """The edits of each tab, in the order in which the tabs are first named."""
    cells, columns = _grouped(edits.cells), _grouped(edits.new_columns)
    removed, notes = _grouped(edits.removed_columns), _grouped(edits.notes)
    rows, taken = _grouped(edits.rows), _grouped(edits.taken_rows)
    sheets = dict.fromkeys((*cells, *columns, *removed, *notes, *rows, *taken))
    return {
        sheet: Edits(
            cells=tuple(cells.get(sheet, ())),
            new_columns=tuple(columns.get(sheet, ())),
            removed_columns=tuple(removed.get(sheet, ())),
            notes=tuple(notes.get(sheet, ())),
            rows=tuple(rows.get(sheet, ())),
            taken_rows=tuple(taken.get(sheet, ())),
        )
        for sheet in sheets
    }


_EditT = TypeVar("_EditT", CellEdit, ColumnEdit, RemovedColumnEdit, NoteEdit, RowEdit, TakenRowEdit)


def _grouped(edits: Iterable[_EditT]) -> dict[str, list[_EditT]]:
    groups: dict[str, list[_EditT]] = {}
    for edit in edits:
        groups.setdefault(edit.sheet, []).append(edit)
    return groups


@dataclass
class _SheetPatch:
    """All edits of one tab."""

    parts: Parts
    styles: Styles
    name: str
    edits: Edits

    def run(self) -> None:
        info = self._info()
        self.part = info.part
        self.sheet = SheetXml.parse(self.parts.read(info.part))
        # From here on the sheet holds its rows; of a large one they are not kept twice.
        self.parts.package.archive.let_go()
        self.texts = shared_texts(self.parts.package)
        new = self._new_columns()
        self._grow_tables(new)
        self._write_cells(new)
        self._dress_columns(new)
        self._colour_statuses()
        layer = self.parts.package.sheets.index(info) + 1
        for note in self.edits.notes:
            write_note(self.parts, self.part, self.sheet, layer, note)
        # From the bottom up: the rows above keep their numbers.
        for taken in sorted(self.edits.taken_rows, key=lambda edit: -edit.row):
            take_row(self.parts, self.part, self.sheet, taken)
        # From right to left: a table loses only its last column.
        for removed in sorted(self.edits.removed_columns, key=lambda edit: -edit.column):
            self._remove_column(removed)
        if self.edits.rows:
            date1904 = self.parts.package.date1904
            insert_rows(self.parts, self.part, self.sheet, self.edits.rows, date1904)
        self.parts.write(self.part, *self.sheet.pieces)

    def _info(self) -> SheetInfo:
        try:
            info = self.parts.package.sheet(self.name)
        except KeyError:
            info = None
        if info is None or info.kind != "worksheet":
            edits = self.edits
            wanted: tuple[Edit, ...] = (
                *edits.cells,
                *edits.new_columns,
                *edits.removed_columns,
                *edits.notes,
                *edits.rows,
                *edits.taken_rows,
            )
            first = wanted[0]
            raise EditRefused(first, "there is no tab of that name with cells in it")
        return info

    def _new_columns(self) -> list[ColumnEdit]:
        """The columns that do not exist yet, from left to right."""
        rows = (
            rows_of_body(
                self.sheet.body,
                self.sheet.prefix,
                {edit.header_row for edit in self.edits.new_columns},
            )
            if self.edits.new_columns
            else {}
        )
        new = []
        for edit in sorted(self.edits.new_columns, key=lambda edit: edit.column):
            row = rows.get(edit.header_row)
            cell = row.cells.get(edit.column) if row is not None else None
            if cell is None or cell.has_formula or cell.value(self.texts) != edit.header:
                new.append(edit)
        return new

    def _tables(self) -> list[TableRange]:
        return [
            read_table(relation.target, self.parts.read(relation.target))
            for relation in self.parts.relations(self.part)
            if relation.kind == "table" and not relation.is_external
        ]

    def _grow_tables(self, new: list[ColumnEdit]) -> None:
        """Extend tables by the new columns that continue them, one after the other: the next column
        may continue the same table.
        """
        for edit in new:
            tables = self._tables()
            occupied = occupied_rows(self.sheet, edit.column, self.texts) if tables else {}
            table = fitting_table(edit, tables, occupied)
            if table is not None:
                self.parts.write(table.part, grown(self.parts.read(table.part), edit.header))

    def _write_cells(self, new: list[ColumnEdit]) -> None:
        # Tuples, which take half the room of lists: a large sheet has one for each of its rows.
        writes: dict[int, tuple[CellEdit | ColumnEdit, ...]] = {}
        for cell in self.edits.cells:
            writes[cell.row] = (*writes.get(cell.row, ()), cell)
        for column in new:
            writes[column.header_row] = (*writes.get(column.header_row, ()), column)
        new_columns = {edit.column for edit in new}
        CellWriter(
            self.sheet,
            self.styles,
            self.texts,
            self.parts.package.date1904,
            new_columns,
            draws_trends=can_draw(self.parts.package),
        ).write(writes)

    def _dress_columns(self, new: list[ColumnEdit]) -> None:
        """Set widths in which new columns are readable, and colours for the words of a status."""
        for edit in new:
            values = [
                text_of(cell.value) for cell in self.edits.cells if cell.column == edit.column
            ]
            set_width(self.sheet, edit.column, width_for(edit, values))
            if edit.looks is Looks.STATUS:
                add_status_colours(
                    self.sheet, self.styles, edit.column, edit.header_row + 1, edit.words
                )

    def _colour_statuses(self) -> None:
        """Set colours for the words of a status in columns that existed before."""
        columns = {
            cell.column: cell.words
            for cell in self.edits.cells
            if cell.looks is Looks.STATUS and cell.words and cell.value in cell.words
        }
        for column, words in sorted(columns.items()):
            renew_status_colours(self.sheet, self.styles, column, words)
            add_status_colours(self.sheet, self.styles, column, 1, words)

    def _remove_column(self, edit: RemovedColumnEdit) -> None:
        table = next(
            (
                table
                for table in self._tables()
                if table.header_row == edit.header_row
                and (edit.header_row, edit.column) in table.range
            ),
            None,
        )
        if table is not None and (table.range.last_column != edit.column or len(table.columns) < 2):
            raise EditRefused(
                edit,
                f"it is in the middle of the table {table.name!r}, with columns of others to"
                " its right",
                hint="Delete the table column in Excel.",
            )
        columns = {other.column for other in self.edits.removed_columns}
        remove_column(self.sheet, edit, self.texts, self.styles, columns)
        take_width_back(self.sheet, edit.column)
        remove_status_colours(self.sheet, edit.column)
        if table is not None:
            self.parts.write(table.part, shrunk(self.parts.read(table.part)))


def _write_styles(parts: Parts, styles: Styles) -> None:
    content = styles.render()
    if content is None or content is styles.before:
        return
    workbook = parts.package.workbook_part
    present = parts.part_of_kind(workbook, "styles")
    if present is not None:
        parts.write(present, content)
        return
    part = parts.free_name("xl/styles{}.xml")
    parts.write(part, content)
    parts.declare(part, _STYLES_TYPE)
    parts.relate(workbook, "styles", part)


def _ask_for_calculation(parts: Parts) -> None:
    """Have all formulas calculated when the workbook is next opened: some may depend on what was
    written, and the values in the file are from before.
    """
    package = parts.package
    content = parts.read(package.workbook_part)
    if asks_for_calculation(content):
        return
    if any(
        has_formulas(package.read(sheet.part))
        for sheet in package.sheets
        if sheet.kind == "worksheet"
    ):
        parts.write(package.workbook_part, with_calculation(content))
