"""A workbook that people open, change and save, for the contract suite and the trials."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Protection

from okrsync.connector import CellValue, Connector, Settings
from okrsync.testing import Bench, Grid, context_for, trimmed
from okrsync_workbook import WorkbookConnector, WorkbookSettings

__all__ = ["XlsxBench"]


class XlsxBench(Bench):
    def __init__(self, folder: Path) -> None:
        self.path = folder / "team.xlsx"

    def fill(self, rows: Grid) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = self.tab
        for row in rows:
            sheet.append(list(row))
        book.save(self.path)

    def connector(self) -> Connector[Settings]:
        return WorkbookConnector(
            WorkbookSettings(path=self.path.name), context_for(self.path.parent)
        )

    def grid(self) -> Grid:
        sheet = openpyxl.load_workbook(self.path)[self.tab]
        rows: list[list[Any]] = [list(row) for row in sheet.iter_rows(values_only=True)]
        return trimmed(rows)

    def put_formula(self, row: int, column: int) -> bool:
        book = openpyxl.load_workbook(self.path)
        book[self.tab].cell(row, column + 1, "=1+1")
        book.save(self.path)
        return True

    def protect(self, row: int, column: int) -> bool:
        book = openpyxl.load_workbook(self.path)
        sheet = book[self.tab]
        for line in sheet.iter_rows(max_col=26):
            for cell in line:
                cell.protection = Protection(locked=(cell.row, cell.column) == (row, column + 1))
        sheet.protection.sheet = True
        book.save(self.path)
        return True

    def edit_history(self, edit: str, line: Sequence[CellValue]) -> bool:
        book = openpyxl.load_workbook(self.path)
        tab: Any = book[self.history_place]
        if edit == "cut":
            tab.delete_rows(2)
        elif edit == "insert":
            tab.insert_rows(2)
            for column, value in enumerate(line, start=1):
                tab.cell(2, column, value)
        else:
            tab.append(list(line))
        if edit == "sort":
            rows = sorted(tab.iter_rows(min_row=2, values_only=True), key=lambda row: str(row[0]))
            for number, row in enumerate(rows, start=2):
                for column, value in enumerate(row, start=1):
                    cell = tab.cell(number, column, value)
                    # openpyxl takes a text with an equals sign for a formula; Excel does not.
                    cell.data_type = "s" if isinstance(value, str) else cell.data_type
        book.save(self.path)
        return True

    def type_on_summary(self, row: int, column: int, text: str) -> bool:
        book = openpyxl.load_workbook(self.path)
        book[self.summary_place].cell(row, column + 1, text)
        book.save(self.path)
        return True

    def protect_place(self, place: str) -> bool:
        book = openpyxl.load_workbook(self.path)
        book[place].protection.sheet = True
        book.save(self.path)
        return True

    def type_decision(self, text: str) -> bool:
        book = openpyxl.load_workbook(self.path)
        sheet = book[self.review_place]
        values = [row[0] for row in sheet.iter_rows(max_col=1, values_only=True)]
        end = max(number for number, value in enumerate(values, 1) if value == "Decisions")
        free = end + 1
        while sheet.cell(free, 1).value is not None:
            free += 1
        # What begins with an equals sign is a text, as after an apostrophe.
        sheet.cell(free, 1, text).data_type = "s"
        book.save(self.path)
        return True

    def swap_review_rows(self, first: int, second: int) -> None:
        """Let two lines of the review change places, as a sort does."""
        book = openpyxl.load_workbook(self.path)
        sheet = book[self.review_place]
        for column in range(1, 10):
            one, other = sheet.cell(first, column), sheet.cell(second, column)
            one.value, other.value = other.value, one.value
        book.save(self.path)

    def insert_review_line(self, text: str) -> bool:
        row = self._row_of("Result 2")
        self.insert_review_row(row)
        self.type_on_review(row + 1, 0, text)
        # In the columns of okrsync's it may say what stands in other lines as well.
        self.type_on_review(row + 1, 1, "Mia")
        return True

    def insert_review_row(self, after: int) -> None:
        """Insert a row among okrsync's own of the review, below the row `after`."""
        book = openpyxl.load_workbook(self.path)
        book[self.review_place].insert_rows(after + 1)
        # Excel adjusts names when rows are inserted; openpyxl leaves them.
        name = book.defined_names["_okrsync_review"]
        start, _, last = name.attr_text.rpartition("$")
        name.attr_text = f"{start}${int(last) + 1}"
        book.save(self.path)

    def type_on_review(self, row: int, column: int, text: str) -> None:
        """Type into the tab of the review."""
        book = openpyxl.load_workbook(self.path)
        book[self.review_place].cell(row, column + 1, text)
        book.save(self.path)

    def review_rows(self) -> Grid:
        """What stands in the tab of the review."""
        sheet = openpyxl.load_workbook(self.path)[self.review_place]
        rows: list[list[Any]] = [list(row) for row in sheet.iter_rows(values_only=True)]
        return [*rows]

    def retype_review_line(self, text: str) -> bool:
        book = openpyxl.load_workbook(self.path)
        book[self.review_place].cell(self._row_of("Result 2"), 8, text)
        book.save(self.path)
        return True

    def review_texts(self) -> list[str]:
        sheet = openpyxl.load_workbook(self.path)[self.review_place]
        values = [value for row in sheet.iter_rows(values_only=True) for value in row]
        return [str(value) for value in values if value is not None]

    def _row_of(self, text: str) -> int:
        sheet = openpyxl.load_workbook(self.path)[self.review_place]
        return next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == text)

    def summary_grid(self) -> Grid:
        sheet = openpyxl.load_workbook(self.path)[self.summary_place]
        rows: list[list[Any]] = [list(row) for row in sheet.iter_rows(values_only=True)]
        return trimmed(rows)

    def everything(self) -> object:
        return self.path.read_bytes()
