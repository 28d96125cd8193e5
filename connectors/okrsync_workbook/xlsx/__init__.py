"""Changing an Excel workbook (.xlsx, .xlsm) cell by cell, with every other byte of its content as
it was.

    package = Package.open(path.read_bytes())
    path.write_bytes(patch(package, Edits(cells=(CellEdit("KRs", 7, 5, Decimal("0.37"),
    Looks.SHARE),))))

`Package` says what has to be known of a workbook beside its values; `patch` makes the new file. An
`EditRefused` names the edit in the way, so that the rest can be tried without it.
"""

from okrsync_workbook.xlsx.cells import LONGEST_TEXT
from okrsync_workbook.xlsx.edits import (
    CellEdit,
    ColumnEdit,
    Edit,
    EditRefused,
    Edits,
    HistoryEdit,
    NoteEdit,
    RemovedColumnEdit,
    RemovedSheetEdit,
    RowEdit,
    SheetCopyEdit,
    SummaryEdit,
    TakenRowEdit,
)
from okrsync_workbook.xlsx.formulas import formula_of, looks_at_own_row
from okrsync_workbook.xlsx.grids import grids
from okrsync_workbook.xlsx.history_sheet import find_history, history_rows
from okrsync_workbook.xlsx.package import Package, SheetInfo
from okrsync_workbook.xlsx.patch import patch
from okrsync_workbook.xlsx.sameness import same_content
from okrsync_workbook.xlsx.scan import Marks
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.sparklines import find_trends, trends_in
from okrsync_workbook.xlsx.summary_places import own_sheets, review_decisions
from okrsync_workbook.xlsx.summary_sheet import summary_is_current, summary_remark
from okrsync_workbook.xlsx.tables import Range, TableRange
from okrsync_workbook.xlsx.zip import Zip

__all__ = [
    "LONGEST_TEXT",
    "CellEdit",
    "ColumnEdit",
    "Edit",
    "EditRefused",
    "Edits",
    "HistoryEdit",
    "Marks",
    "NoteEdit",
    "Package",
    "Range",
    "RemovedColumnEdit",
    "RemovedSheetEdit",
    "RowEdit",
    "SheetCopyEdit",
    "SheetInfo",
    "SheetXml",
    "SummaryEdit",
    "TableRange",
    "TakenRowEdit",
    "Zip",
    "find_history",
    "find_trends",
    "formula_of",
    "grids",
    "history_rows",
    "looks_at_own_row",
    "own_sheets",
    "patch",
    "review_decisions",
    "same_content",
    "summary_is_current",
    "summary_remark",
    "trends_in",
]
