"""Changing an Excel workbook (.xlsx, .xlsm) cell by cell, with every other byte of its content as
it was.

    package = Package.open(path.read_bytes())
    path.write_bytes(patch(package, Edits(cells=(CellEdit("KRs", 7, 5, Decimal("0.37"),
    Looks.SHARE),))))

`Package` says what has to be known of a workbook beside its values; `patch.patch` makes the new
file. An `EditRefused` names the edit in the way, so that the rest can be tried without it. What
only a write uses is not imported here: a plan has no use for it.
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
from okrsync_workbook.xlsx.grids import grids
from okrsync_workbook.xlsx.history_sheet import find_history, history_rows
from okrsync_workbook.xlsx.package import Package, SheetInfo
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
    "grids",
    "history_rows",
    "own_sheets",
    "review_decisions",
    "summary_is_current",
    "summary_remark",
    "trends_in",
]
