"""Whether the tabs that okrsync keeps in a workbook may be written to: somebody may have protected
them.
"""

from __future__ import annotations

from msgspec.structs import replace

from okrsync.connector import LOCKED, lay_out
from okrsync_workbook.xlsx.edits import SummaryEdit
from okrsync_workbook.xlsx.history_sheet import find_history, history_rows
from okrsync_workbook.xlsx.package import Package
from okrsync_workbook.xlsx.summary_places import find_summary
from okrsync_workbook.xlsx.tables import Range

__all__ = ["history_lock", "summary_lock"]


def summary_lock(
    package: Package, edit: SummaryEdit, *, may_lift_protection: bool = False
) -> str | None:
    """What locks cells of the summary, or of the review: those it has, and those it would grow
    into. None where nothing does, or where it is still to be made.
    """
    managed = find_summary(package, edit.cycle, is_review=edit.is_review)
    if managed is None or edit.summary is None:
        return None
    rows = lay_out(edit.summary, edit.source, [sheet.name for sheet in package.sheets])
    last_row = max(managed.range.last_row, managed.range.first_row + len(rows))
    block = replace(managed.range, last_row=last_row)
    return _lock(package, managed.sheet.name, block, may_lift_protection=may_lift_protection)


def history_lock(
    package: Package, columns: int, *, may_lift_protection: bool = False
) -> str | None:
    """What locks the row below the history, of so many columns. None where nothing does, or where
    the history is still to be made.
    """
    sheet = find_history(package)
    if sheet is None:
        return None
    next_row = max((number for number, _ in history_rows(package)), default=0) + 1
    block = Range(next_row, 0, next_row, columns - 1)
    return _lock(package, sheet.name, block, may_lift_protection=may_lift_protection)


def _lock(package: Package, tab: str, block: Range, *, may_lift_protection: bool) -> str | None:
    scan = package.scan(tab, may_lift_protection=may_lift_protection)
    end = block.last_column + 1
    is_locked = scan.lock is not None and any(
        mark & LOCKED
        for row in range(block.first_row, block.last_row + 1)
        for mark in scan.marks.row(row, end)[block.first_column : end]
    )
    return scan.lock if is_locked else None
