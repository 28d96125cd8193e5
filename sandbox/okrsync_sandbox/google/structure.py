"""Inserting, deleting and moving rows and columns, with everything that follows them: merges,
objects, metadata, formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from okrsync_sandbox.google.a1 import CellBlock, read_a1
from okrsync_sandbox.google.formula import reference_text, rewritten
from okrsync_sandbox.google.locales import locale_of
from okrsync_sandbox.google.model import EMPTY, GridSheet, Json, Spreadsheet

__all__ = ["Deleted", "Inserted", "Moved", "Shift", "forget_sheet", "rename_in_formulas", "shift"]

Dimension = Literal["ROWS", "COLUMNS"]


@dataclass(frozen=True, slots=True)
class Inserted:
    """`count` new rows or columns that now stand from `start` on."""

    start: int
    count: int

    def index(self, index: int) -> int | None:
        """Where a row or column stands afterwards."""
        return index if index < self.start else index + self.count

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The new start and end of a run; it grows if the insertion is inside it."""
        if self.start <= start:
            return start + self.count, end + self.count
        return (start, end + self.count) if self.start < end else (start, end)

    def reorder(self, items: list[Any], empty: Callable[[], Any]) -> None:
        """Do the same to a list."""
        if self.start < len(items):
            items[self.start : self.start] = [empty() for _ in range(self.count)]


@dataclass(frozen=True, slots=True)
class Deleted:
    """Rows or columns from `start` to before `end` that are gone."""

    start: int
    end: int

    def index(self, index: int) -> int | None:
        """The new index of a row or column; None if it was deleted."""
        if index < self.start:
            return index
        return None if index < self.end else index - (self.end - self.start)

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The new start and end of a run; None if all of it was deleted."""
        new_start = start - max(0, min(start, self.end) - self.start)
        length = (end - start) - max(0, min(end, self.end) - max(start, self.start))
        return (new_start, new_start + length) if length > 0 else None

    def reorder(self, items: list[Any], empty: Callable[[], Any]) -> None:
        """Do the same to a list."""
        del items[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows or columns from `start` up to `end` (exclusive) that were moved before the one at
    `to`.
    """

    start: int
    end: int
    to: int

    def index(self, index: int) -> int | None:
        """Where a row or column stands afterwards."""
        count = self.end - self.start
        if self.start <= index < self.end:
            return index - self.start + (self.to if self.to <= self.start else self.to - count)
        if self.to <= index < self.start:
            return index + count
        return index - count if self.end <= index < self.to else index

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The new start and end of a run: those of the members that did not move, or of the moved
        ones if all moved.
        """
        ends = [index for index in (start, end - 1) if not self.start <= index < self.end]
        if start >= self.start and end <= self.end:
            ends = [start, end - 1]
        elif len(ends) < 2:
            staying = [index for index in range(start, end) if not self.start <= index < self.end]
            ends = [staying[0], staying[-1]]
        new_ends = [self.index(index) for index in ends]
        spread = [index for index in new_ends if index is not None]
        return min(spread), max(spread) + 1

    def reorder(self, items: list[Any], empty: Callable[[], Any]) -> None:
        """Do the same to a list."""
        items.extend(empty() for _ in range(max(self.end, self.to) - len(items)))
        moved = items[self.start : self.end]
        del items[self.start : self.end]
        target = self.to if self.to <= self.start else self.to - (self.end - self.start)
        items[target:target] = moved


Shift = Inserted | Deleted | Moved
_GONE = object()


def shift(spreadsheet: Spreadsheet, sheet: GridSheet, dimension: Dimension, how: Shift) -> None:
    """Insert, delete or move rows or columns of a sheet, with all that follows them. The caller
    changes the size of the grid.
    """
    if dimension == "ROWS":
        how.reorder(sheet.rows, list)
        sheet.row_info = _shifted_info(sheet.row_info, how)
    else:
        for cells in sheet.rows:
            if isinstance(how, Moved) and len(cells) <= min(how.start, how.to):
                continue
            how.reorder(cells, lambda: EMPTY)
        sheet.column_info = _shifted_info(sheet.column_info, how)
    sheet.merges = [
        shifted
        for merge in sheet.merges
        if (shifted := _shifted_block(merge, dimension, how)) is not None
    ]
    for other_sheet in spreadsheet.sheets:
        for name, objects in other_sheet.objects.items():
            other_sheet.objects[name] = _unless_gone(
                _shifted(objects, sheet.id, dimension, how), []
            )
        other_sheet.basic_filter = _unless_gone(
            _shifted(other_sheet.basic_filter, sheet.id, dimension, how), None
        )
    spreadsheet.named_ranges = _unless_gone(
        _shifted(spreadsheet.named_ranges, sheet.id, dimension, how), []
    )
    spreadsheet.metadata = _unless_gone(
        _shifted(spreadsheet.metadata, sheet.id, dimension, how), []
    )
    spreadsheet.anchors = _unless_gone(_shifted(spreadsheet.anchors, sheet.id, dimension, how), [])
    _rewrite(
        spreadsheet, sheet, lambda block, shape: _moved_reference(block, shape, dimension, how)
    )


def rename_in_formulas(spreadsheet: Spreadsheet, before: str, after: str) -> None:
    """Follow a tab's new title in every formula."""
    from okrsync_sandbox.google.a1 import quoted

    old, new = (f"{name}!" for name in (quoted(before), quoted(after)))
    always = "'" + before.replace("'", "''") + "'!"
    for sheet, row, column, formula in list(spreadsheet.formulas()):
        changed = formula.replace(always, new).replace(old, new)
        if changed != formula:
            sheet.put(row, column, replace(sheet.cell(row, column), formula=changed))


def forget_sheet(spreadsheet: Spreadsheet, sheet: GridSheet) -> None:
    """Remove what refers to a deleted sheet."""
    spreadsheet.named_ranges = [
        named_range
        for named_range in spreadsheet.named_ranges
        if named_range.get("range", {}).get("sheetId", 0) != sheet.id
    ]
    spreadsheet.metadata = [
        named_range for named_range in spreadsheet.metadata if _sheet_of(named_range) != sheet.id
    ]
    spreadsheet.anchors = [
        anchor for anchor in spreadsheet.anchors if anchor["range"]["sheetId"] != sheet.id
    ]
    _rewrite(spreadsheet, sheet, lambda _block, _shape: "#REF!")


def _sheet_of(entry: Json) -> int | None:
    location = entry.get("location", {})
    if "dimensionRange" in location:
        return int(location["dimensionRange"].get("sheetId", 0))
    sheet_id: int | None = location.get("sheetId")
    return sheet_id


def _shifted_info(info: dict[int, Json], how: Shift) -> dict[int, Json]:
    return {
        new_index: value
        for old_index, value in info.items()
        if (new_index := how.index(old_index)) is not None
    }


def _shifted_block(block: CellBlock, dimension: Dimension, how: Shift) -> CellBlock | None:
    start, end = (
        (block.row, block.end_row) if dimension == "ROWS" else (block.column, block.end_column)
    )
    if end is None:
        return block
    new_span = how.span(start, end)
    if new_span is None:
        return None
    if dimension == "ROWS":
        return CellBlock(new_span[0], block.column, new_span[1], block.end_column)
    return CellBlock(block.row, new_span[0], block.end_row, new_span[1])


def _unless_gone(value: Any, otherwise: Any) -> Any:
    return otherwise if value is _GONE else value


def _shifted(item: Any, sheet_id: int, dimension: Dimension, how: Shift) -> Any:
    """A stored value, in which every range on the sheet is shifted."""
    if isinstance(item, list):
        return [
            element
            for element in (_shifted(element, sheet_id, dimension, how) for element in item)
            if element is not _GONE
        ]
    if not isinstance(item, dict):
        return item
    if _is_grid_range(item):
        return _shifted_ends(
            item,
            ("startRowIndex", "endRowIndex")
            if dimension == "ROWS"
            else ("startColumnIndex", "endColumnIndex"),
            sheet_id,
            how,
        )
    if "dimension" in item and ("startIndex" in item or "endIndex" in item):
        return (
            _shifted_ends(item, ("startIndex", "endIndex"), sheet_id, how)
            if item["dimension"] == dimension
            else item
        )
    if item.keys() <= {"sheetId", "rowIndex", "columnIndex"} and len(item) > 1:
        return _shifted_anchor(item, dimension, how) if item.get("sheetId", 0) == sheet_id else item
    shifted = {name: _shifted(value, sheet_id, dimension, how) for name, value in item.items()}
    if (
        shifted.get("range") is _GONE
        or shifted.get("dimensionRange") is _GONE
        or shifted.get("location") is _GONE
    ):
        return _GONE
    if item.get("ranges") and not shifted["ranges"]:
        return _GONE
    return {name: value for name, value in shifted.items() if value is not _GONE}


def _is_grid_range(item: Json) -> bool:
    return any(
        name in item
        for name in ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    )


def _shifted_ends(item: Json, names: tuple[str, str], sheet_id: int, how: Shift) -> Any:
    if item.get("sheetId", 0) != sheet_id or names[1] not in item:
        return item
    new_span = how.span(item.get(names[0], 0), item[names[1]])
    return _GONE if new_span is None else {**item, names[0]: new_span[0], names[1]: new_span[1]}


def _shifted_anchor(item: Json, dimension: Dimension, how: Shift) -> Json:
    name = "rowIndex" if dimension == "ROWS" else "columnIndex"
    new_index = how.index(item.get(name, 0))
    if new_index is None:
        new_index = how.start if isinstance(how, Deleted) else 0
    return {**item, name: new_index}


def _rewrite(
    spreadsheet: Spreadsheet, sheet: GridSheet, how: Callable[[CellBlock, str], str]
) -> None:
    """Rewrite every reference into a sheet, in all formulas."""
    locale = locale_of(spreadsheet.locale)
    for home, row, column, formula in list(spreadsheet.formulas()):

        def moved(title: str | None, cells: str, home: GridSheet = home) -> str:
            target = home if title is None else spreadsheet.titled(title)
            block = read_a1(cells.replace("$", ""))
            if block is None or target is None or target.id != sheet.id:
                return cells
            return how(block, cells)

        changed = rewritten(formula, locale, moved)
        if changed != formula:
            home.put(row, column, replace(home.cell(row, column), formula=changed))


def _moved_reference(block: CellBlock, shape: str, dimension: Dimension, how: Shift) -> str:
    shifted = _shifted_block(block, dimension, how)
    return "#REF!" if shifted is None else reference_text(shifted, shape)
