"""Rows and columns that come, go and move, and everything that follows them: merges, objects,
metadata, formulas.
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
    """`count` new rows or columns that now stand from `at` on."""

    at: int
    count: int

    def index(self, place: int) -> int | None:
        """Where a row or column stands afterwards."""
        return place if place < self.at else place + self.count

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a run of them stands afterwards; it grows where something was inserted inside."""
        if self.at <= start:
            return start + self.count, end + self.count
        return (start, end + self.count) if self.at < end else (start, end)

    def reorder(self, items: list[Any], empty: Callable[[], Any]) -> None:
        """Do the same to a list."""
        if self.at < len(items):
            items[self.at : self.at] = [empty() for _ in range(self.count)]


@dataclass(frozen=True, slots=True)
class Deleted:
    """Rows or columns from `start` to before `end` that are gone."""

    start: int
    end: int

    def index(self, place: int) -> int | None:
        """Where a row or column stands afterwards; None where it is gone."""
        if place < self.start:
            return place
        return None if place < self.end else place - (self.end - self.start)

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a run of them stands afterwards; None where all of it is gone."""
        left = start - max(0, min(start, self.end) - self.start)
        kept = (end - start) - max(0, min(end, self.end) - max(start, self.start))
        return (left, left + kept) if kept > 0 else None

    def reorder(self, items: list[Any], empty: Callable[[], Any]) -> None:
        """Do the same to a list."""
        del items[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows or columns from `start` to before `end` that now stand before what was at `to`."""

    start: int
    end: int
    to: int

    def index(self, place: int) -> int | None:
        """Where a row or column stands afterwards."""
        count = self.end - self.start
        if self.start <= place < self.end:
            return place - self.start + (self.to if self.to <= self.start else self.to - count)
        if self.to <= place < self.start:
            return place + count
        return place - count if self.end <= place < self.to else place

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a run of them stands afterwards: that of its members which did not move, or of the
        moved ones where it is only those.
        """
        places = [place for place in (start, end - 1) if not self.start <= place < self.end]
        if start >= self.start and end <= self.end:
            places = [start, end - 1]
        elif len(places) < 2:
            rest = [place for place in range(start, end) if not self.start <= place < self.end]
            places = [rest[0], rest[-1]]
        found = [self.index(place) for place in places]
        spread = [place for place in found if place is not None]
        return min(spread), max(spread) + 1

    def reorder(self, items: list[Any], empty: Callable[[], Any]) -> None:
        """Do the same to a list."""
        items.extend(empty() for _ in range(max(self.end, self.to) - len(items)))
        taken = items[self.start : self.end]
        del items[self.start : self.end]
        at = self.to if self.to <= self.start else self.to - (self.end - self.start)
        items[at:at] = taken


Shift = Inserted | Deleted | Moved
_GONE = object()


def shift(spreadsheet: Spreadsheet, sheet: GridSheet, dimension: Dimension, how: Shift) -> None:
    """Insert, delete or move rows or columns of a sheet, with all that follows them. The size of
    the grid is the caller's to change.
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
        made
        for merge in sheet.merges
        if (made := _shifted_block(merge, dimension, how)) is not None
    ]
    for other in spreadsheet.sheets:
        for name, objects in other.objects.items():
            other.objects[name] = _kept(_shifted(objects, sheet.id, dimension, how), [])
        other.basic_filter = _kept(_shifted(other.basic_filter, sheet.id, dimension, how), None)
    spreadsheet.named_ranges = _kept(
        _shifted(spreadsheet.named_ranges, sheet.id, dimension, how), []
    )
    spreadsheet.metadata = _kept(_shifted(spreadsheet.metadata, sheet.id, dimension, how), [])
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
    """Let go of what pointed at a sheet that is deleted."""
    spreadsheet.named_ranges = [
        one
        for one in spreadsheet.named_ranges
        if one.get("range", {}).get("sheetId", 0) != sheet.id
    ]
    spreadsheet.metadata = [one for one in spreadsheet.metadata if _sheet_of(one) != sheet.id]
    _rewrite(spreadsheet, sheet, lambda _block, _shape: "#REF!")


def _sheet_of(entry: Json) -> int | None:
    location = entry.get("location", {})
    if "dimensionRange" in location:
        return int(location["dimensionRange"].get("sheetId", 0))
    sheet_id: int | None = location.get("sheetId")
    return sheet_id


def _shifted_info(info: dict[int, Json], how: Shift) -> dict[int, Json]:
    return {place: value for at, value in info.items() if (place := how.index(at)) is not None}


def _shifted_block(block: CellBlock, dimension: Dimension, how: Shift) -> CellBlock | None:
    start, end = (
        (block.row, block.end_row) if dimension == "ROWS" else (block.column, block.end_column)
    )
    if end is None:
        return block
    found = how.span(start, end)
    if found is None:
        return None
    if dimension == "ROWS":
        return CellBlock(found[0], block.column, found[1], block.end_column)
    return CellBlock(block.row, found[0], block.end_row, found[1])


def _kept(value: Any, otherwise: Any) -> Any:
    return otherwise if value is _GONE else value


def _shifted(item: Any, sheet_id: int, dimension: Dimension, how: Shift) -> Any:
    """Anything stored, with every range in it that lies on the sheet moved along."""
    if isinstance(item, list):
        return [
            one
            for one in (_shifted(one, sheet_id, dimension, how) for one in item)
            if one is not _GONE
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
    made = {name: _shifted(value, sheet_id, dimension, how) for name, value in item.items()}
    if (
        made.get("range") is _GONE
        or made.get("dimensionRange") is _GONE
        or made.get("location") is _GONE
    ):
        return _GONE
    if item.get("ranges") and not made["ranges"]:
        return _GONE
    return {name: value for name, value in made.items() if value is not _GONE}


def _is_grid_range(item: Json) -> bool:
    return any(
        name in item
        for name in ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    )


def _shifted_ends(item: Json, names: tuple[str, str], sheet_id: int, how: Shift) -> Any:
    if item.get("sheetId", 0) != sheet_id or names[1] not in item:
        return item
    found = how.span(item.get(names[0], 0), item[names[1]])
    return _GONE if found is None else {**item, names[0]: found[0], names[1]: found[1]}


def _shifted_anchor(item: Json, dimension: Dimension, how: Shift) -> Json:
    name = "rowIndex" if dimension == "ROWS" else "columnIndex"
    place = how.index(item.get(name, 0))
    if place is None:
        place = how.start if isinstance(how, Deleted) else 0
    return {**item, name: place}


def _rewrite(
    spreadsheet: Spreadsheet, sheet: GridSheet, how: Callable[[CellBlock, str], str]
) -> None:
    """Change every reference that points into a sheet, in all formulas."""
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
    made = _shifted_block(block, dimension, how)
    return "#REF!" if made is None else reference_text(made, shape)
