"""People at work in their sheets: a method for each thing a person does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from okrsync_sandbox.google.a1 import cell_name, read_a1
from okrsync_sandbox.google.cells import put_entry
from okrsync_sandbox.google.chips import address_of, chip_cell
from okrsync_sandbox.google.drive_service import DriveService
from okrsync_sandbox.google.files import File, Files
from okrsync_sandbox.google.model import Cell, GridSheet, Json, Spreadsheet
from okrsync_sandbox.google.sheets_service import SheetsService

__all__ = ["SheetEditor"]


@dataclass(frozen=True, slots=True)
class SheetEditor:
    """Somebody with an account. Rows and columns count from 1 and A as people say them; tabs are
    named by their titles.
    """

    files: Files
    sheets: SheetsService
    drive: DriveService
    email: str

    def new_spreadsheet(
        self,
        title: str,
        tabs: dict[str, Sequence[Sequence[Any]]],
        *,
        locale: str = "en_US",
        time_zone: str = "Etc/GMT",
    ) -> str:
        """Make a spreadsheet with these tabs, and return its id. Texts stay texts, unless they
        begin with `=`: those are formulas.
        """
        file = self.files.create(title, self.email)
        book = self.sheets.new_book(file, {"locale": locale, "timeZone": time_zone})
        book.sheets = []
        for number, (name, rows) in enumerate(tabs.items()):
            # The first tab of a new spreadsheet has the id 0, later ones large numbers.
            sheet = GridSheet(0 if number == 0 else 1000 + number, name)
            self._fill(sheet, rows)
            book.sheets.append(sheet)
        book.version += 1
        return file.id

    def _fill(self, sheet: GridSheet, rows: Sequence[Sequence[Any]]) -> None:
        # As when people paste: the grid grows with what does not fit into it.
        sheet.row_count = max(sheet.row_count, len(rows))
        sheet.column_count = max(sheet.column_count, *(len(row) for row in rows), 1)
        for row_index, row in enumerate(rows):
            for across, value in enumerate(row):
                sheet.put(row_index, across, _cell(value))

    def file(self, file_id: str) -> File:
        """A file by its id."""
        return self.files.files[file_id]

    def book(self, file_id: str) -> Spreadsheet:
        """The content of a spreadsheet."""
        book = self.file(file_id).book
        assert book is not None
        return book

    def tab(self, file_id: str, title: str) -> GridSheet:
        """A tab by its title."""
        sheet = self.book(file_id).titled(title)
        if sheet is None:
            raise KeyError(title)
        return sheet

    def do(self, file_id: str, **update: Json) -> list[Json]:
        """One update in the service's own words."""
        return self.sheets.update(self.file(file_id), self.email, [update])

    # cells

    def type(self, file_id: str, title: str, cell: str, text: str | float | bool) -> None:
        """Type into a cell and press enter."""
        sheet, (row, column) = self.tab(file_id, title), _indexes(cell)
        locale = self.sheets.looker(self.book(file_id)).locale
        put_entry(sheet, row, column, text, as_typed=True, locale=locale)
        self._changed(file_id)

    def put(self, file_id: str, title: str, cell: str, value: Any) -> None:
        """Put a value into a cell, or a formula if it is a text beginning with `=`; None empties
        the cell.
        """
        sheet, (row, column) = self.tab(file_id, title), _indexes(cell)
        cell_data = _cell(value)
        sheet.change(
            row,
            column,
            lambda before: Cell(
                cell_data.value, cell_data.formula, before.format, before.note, before.validation
            ),
        )
        self._changed(file_id)

    def chip(self, file_id: str, title: str, cell: str, text: str, *chips: tuple[str, str]) -> None:
        """Put smart chips into a cell, one for each `@` of the text: what it shows, and the address
        of the person or of the file.
        """
        sheet, (row, column) = self.tab(file_id, title), _indexes(cell)
        words = {address: shown for shown, address in chips}
        starts = [index for index, sign in enumerate(text) if sign == "@"]
        runs = [
            {"startIndex": start, "chip": _chip(address)}
            for start, (_, address) in zip(starts, chips, strict=True)
        ]
        sheet.change(
            row,
            column,
            lambda before: chip_cell(
                replace(before, value=text), runs, lambda chip: words[address_of(chip)]
            ),
        )
        self._changed(file_id)

    def fill(self, file_id: str, title: str, rows: Sequence[Sequence[Any]]) -> None:
        """Replace the content of a tab with these rows. What is attached to rows and columns
        stays.
        """
        sheet = self.tab(file_id, title)
        sheet.rows = []
        self._fill(sheet, rows)
        self._changed(file_id)

    def note(self, file_id: str, title: str, cell: str, text: str) -> None:
        """Put a note at a cell."""
        sheet, (row, column) = self.tab(file_id, title), _indexes(cell)
        sheet.change(
            row,
            column,
            lambda before: Cell(
                before.value, before.formula, before.format, text or None, before.validation
            ),
        )
        self._changed(file_id)

    def grid(self, file_id: str, title: str) -> list[list[Any]]:
        """The values of a tab's cells, without the empty cells at the ends of rows."""
        book, sheet = self.book(file_id), self.tab(file_id, title)
        looker = self.sheets.looker(book)
        rows, columns = sheet.used
        grid = [
            [looker.value(sheet, row, column) for column in range(columns)] for row in range(rows)
        ]
        for values in grid:
            while values and values[-1] in (None, ""):
                values.pop()
        return grid

    def text(self, file_id: str, title: str, cell: str) -> str:
        """The text that a cell shows."""
        return self.sheets.looker(self.book(file_id)).text(
            self.tab(file_id, title), *_indexes(cell)
        )

    def _changed(self, file_id: str) -> None:
        self.book(file_id).version += 1
        self.files.touch(self.file(file_id), self.email)

    # rows, columns, tabs

    def insert_rows(self, file_id: str, title: str, row: int, count: int = 1) -> None:
        """Insert rows above a row."""
        self._dimension(file_id, title, "insertDimension", "ROWS", row - 1, count)

    def delete_rows(self, file_id: str, title: str, row: int, count: int = 1) -> None:
        """Delete rows from a row on."""
        self._dimension(file_id, title, "deleteDimension", "ROWS", row - 1, count)

    def insert_columns(self, file_id: str, title: str, column: str, count: int = 1) -> None:
        """Insert columns left of a column."""
        self._dimension(
            file_id, title, "insertDimension", "COLUMNS", _indexes(f"{column}1")[1], count
        )

    def delete_columns(self, file_id: str, title: str, column: str, count: int = 1) -> None:
        """Delete columns from a column on."""
        self._dimension(
            file_id, title, "deleteDimension", "COLUMNS", _indexes(f"{column}1")[1], count
        )

    def move_row(self, file_id: str, title: str, row: int, before: int) -> None:
        """Drag a row so that it stands before another."""
        self._move(file_id, title, "ROWS", row - 1, before - 1)

    def move_column(self, file_id: str, title: str, column: str, before: str) -> None:
        """Drag a column so that it stands before another."""
        self._move(file_id, title, "COLUMNS", _indexes(f"{column}1")[1], _indexes(f"{before}1")[1])

    def _dimension(
        self, file_id: str, title: str, kind: str, dimension: str, start: int, count: int
    ) -> None:
        dimension_range = {
            "sheetId": self.tab(file_id, title).id,
            "dimension": dimension,
            "startIndex": start,
            "endIndex": start + count,
        }
        self.do(file_id, **{kind: {"range": dimension_range}})

    def _move(self, file_id: str, title: str, dimension: str, start: int, to: int) -> None:
        dimension_range = {
            "sheetId": self.tab(file_id, title).id,
            "dimension": dimension,
            "startIndex": start,
            "endIndex": start + 1,
        }
        self.do(file_id, moveDimension={"source": dimension_range, "destinationIndex": to})

    def sort(
        self, file_id: str, title: str, cells: str, column: str, *, descending: bool = False
    ) -> None:
        """Sort a range by one of its columns."""
        block = read_a1(cells)
        assert block is not None
        cell_range = {
            "sheetId": self.tab(file_id, title).id,
            "startRowIndex": block.row,
            "startColumnIndex": block.column,
        }
        cell_range.update(
            {"endRowIndex": block.end_row or 0, "endColumnIndex": block.end_column or 0}
        )
        order = "DESCENDING" if descending else "ASCENDING"
        specs = [{"dimensionIndex": _indexes(f"{column}1")[1], "sortOrder": order}]
        self.do(file_id, sortRange={"range": cell_range, "sortSpecs": specs})

    def comment(
        self, file_id: str, title: str, cell: str, text: str, assignee: str | None = None
    ) -> str:
        """Comment on a cell, and return the id of the comment."""
        row, column = _indexes(cell)
        place = {"sheetId": self.tab(file_id, title).id, "rowIndex": row, "columnIndex": column}
        wanted = {"coordinate": place, "content": text, "assigneeEmailAddress": assignee or ""}
        (reply,) = self.do(file_id, insertComment=wanted)
        return str(reply["insertComment"]["commentThread"]["commentId"])

    def answer(self, file_id: str, comment: str, text: str, *, resolves: bool = False) -> None:
        """Answer a comment; the answer can resolve it."""
        post = {"content": text, **({"commentAction": "RESOLVE"} if resolves else {})}
        self.do(file_id, addCommentReply={"commentId": comment, "post": post})

    def comments(self, file_id: str) -> dict[str, list[Json]]:
        """The comments that nobody deleted, by the cell that each is at: `Q4!B2`, or nothing where
        the cell was deleted.
        """
        book = self.book(file_id)
        cells = {
            anchor["anchorId"]: (
                f"{sheet.title}!"
                + cell_name(anchor["range"]["startRowIndex"], anchor["range"]["startColumnIndex"])
            )
            for anchor in book.anchors
            if (sheet := book.sheet(anchor["range"]["sheetId"])) is not None
        }
        by_cell: dict[str, list[Json]] = {}
        for comment in book.comments:
            if not comment["deleted"]:
                by_cell.setdefault(cells.get(comment.get("anchor", ""), ""), []).append(comment)
        return by_cell

    def add_tab(self, file_id: str, title: str, rows: Sequence[Sequence[Any]] = ()) -> None:
        """Add a tab at the end."""
        self.do(file_id, addSheet={"properties": {"title": title}})
        self.fill(file_id, title, rows)

    def delete_tab(self, file_id: str, title: str) -> None:
        """Delete a tab."""
        self.do(file_id, deleteSheet={"sheetId": self.tab(file_id, title).id})

    def rename_tab(self, file_id: str, title: str, new_title: str) -> None:
        """Give a tab another title."""
        properties = {"sheetId": self.tab(file_id, title).id, "title": new_title}
        self.do(file_id, updateSheetProperties={"properties": properties, "fields": "title"})

    def hide_tab(self, file_id: str, title: str) -> None:
        """Hide a tab."""
        properties = {"sheetId": self.tab(file_id, title).id, "hidden": True}
        self.do(file_id, updateSheetProperties={"properties": properties, "fields": "hidden"})

    def merge(self, file_id: str, title: str, cells: str) -> None:
        """Merge a range into one cell."""
        self.do(
            file_id,
            mergeCells={"range": self._range(file_id, title, cells), "mergeType": "MERGE_ALL"},
        )

    def protect(
        self,
        file_id: str,
        title: str,
        cells: str | None = None,
        description: str = "",
        editors: Sequence[str] = (),
    ) -> None:
        """Protect a range or the whole tab, so that only oneself and the named editors may
        edit it.
        """
        cell_range = (
            {"sheetId": self.tab(file_id, title).id}
            if cells is None
            else self._range(file_id, title, cells)
        )
        rule = {
            "range": cell_range,
            "description": description,
            "editors": {"users": list(editors)},
        }
        self.do(file_id, addProtectedRange={"protectedRange": rule})

    def _range(self, file_id: str, title: str, cells: str) -> Json:
        block = read_a1(cells)
        assert block is not None
        cell_range: Json = {
            "sheetId": self.tab(file_id, title).id,
            "startRowIndex": block.row,
            "startColumnIndex": block.column,
        }
        if block.end_row is not None:
            cell_range["endRowIndex"] = block.end_row
        if block.end_column is not None:
            cell_range["endColumnIndex"] = block.end_column
        return cell_range

    # the file

    def new_shared_drive(self, name: str, members: dict[str, str] | None = None) -> str:
        """Make a shared drive with these members (roles by address), and return its id."""
        drive = self.files.create_drive(name, self.email)
        drive.members.update(members or {})
        return drive.id

    def move_to_drive(self, file_id: str, drive_id: str) -> None:
        """Move a file to a shared drive, which owns it from then on."""
        self.files.move_to_drive(self.file(file_id), drive_id, self.email)

    def trash(self, file_id: str) -> None:
        """Put a file into the trash."""
        self.file(file_id).trashed = True
        self.files.touch(self.file(file_id), self.email)

    def share(self, file_id: str, email: str, role: str = "writer") -> None:
        """Share a file with somebody."""
        self.files.share(self.file(file_id), email, role)

    def unshare(self, file_id: str, email: str) -> None:
        """No longer share a file with somebody."""
        file = self.file(file_id)
        file.permissions = [
            permission for permission in file.permissions if permission.get("emailAddress") != email
        ]

    def copy(self, file_id: str, title: str) -> str:
        """Make a copy of a file, and return its id."""
        return self.drive.copy(self.file(file_id), title, self.email).id

    def delete(self, file_id: str) -> None:
        """Delete a file for good."""
        self.files.touch(self.file(file_id), self.email)
        del self.files.files[file_id]


def _indexes(cell: str) -> tuple[int, int]:
    resolved = read_a1(cell)
    if resolved is None or not re.fullmatch(r"\$?[A-Za-z]+\$?[0-9]+", cell):
        raise ValueError(f"not a cell: {cell!r}")
    return resolved.row, resolved.column


def _cell(value: Any) -> Cell:
    if value is None or value == "":
        return Cell()
    if isinstance(value, str) and value.startswith("=") and len(value) > 1:
        return Cell(None, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Cell(float(value))
    return Cell(value)


def _chip(address: str) -> Json:
    if address.startswith("https:"):
        return {"richLinkProperties": {"uri": address}}
    return {"personProperties": {"email": address, "displayFormat": "DEFAULT"}}
