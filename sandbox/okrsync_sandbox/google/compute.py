"""What cells come to: formulas worked out over a whole spreadsheet, once for each of its
versions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from okrsync_sandbox.google.a1 import CellBlock
from okrsync_sandbox.google.formula import evaluate
from okrsync_sandbox.google.formula_values import CellFault, Scalar, Value
from okrsync_sandbox.google.locales import locale_of
from okrsync_sandbox.google.model import GridSheet, Spreadsheet

__all__ = ["Computed"]

_CIRCLE = CellFault(
    "REF",
    "Circular dependency detected. To resolve with iterative calculation, see File > Settings.",
)
_NO_ROOM = CellFault("REF", "Array result was not expanded because it would overwrite data.")


class Computed:
    """The values of one version of a spreadsheet. `now` gives the present as a serial number."""

    def __init__(self, spreadsheet: Spreadsheet, now: Callable[[], float]) -> None:
        self._spreadsheet = spreadsheet
        self._now = now
        self._version = -1
        self._known: dict[tuple[int, int, int], Scalar] = {}
        self._spilled: dict[tuple[int, int, int], Scalar] = {}
        self._open: set[tuple[int, int, int]] = set()

    def value(self, sheet: GridSheet, row: int, column: int) -> Scalar:
        """What a cell comes to."""
        self._refresh()
        return self._value(sheet, row, column)

    def _refresh(self) -> None:
        if self._version == self._spreadsheet.version:
            return
        self._known.clear()
        self._spilled.clear()
        self._version = self._spreadsheet.version
        for sheet, row, column, _ in self._spreadsheet.formulas():
            self._value(sheet, row, column)
        if self._spilled:
            # What was worked out before an array had spread may have looked at cells it fills.
            self._known.clear()
            for sheet, row, column, _ in self._spreadsheet.formulas():
                self._value(sheet, row, column)

    def _value(self, sheet: GridSheet, row: int, column: int) -> Scalar:
        cell = sheet.cell(row, column)
        if cell.formula is None:
            if cell.value is None or cell.value == "":
                return self._spilled.get((sheet.id, row, column))
            return cell.value
        key = (sheet.id, row, column)
        if key in self._known:
            return self._known[key]
        if key in self._open:
            return _CIRCLE
        self._open.add(key)
        try:
            world = _World(self, self._spreadsheet, sheet, self._now, row, column)
            found = evaluate(cell.formula, locale_of(self._spreadsheet.locale), world)
        except RecursionError:
            found = _CIRCLE
        finally:
            self._open.discard(key)
        self._known[key] = self._spread(sheet, row, column, found)
        return self._known[key]

    def _spread(self, sheet: GridSheet, row: int, column: int, found: Value) -> Scalar:
        if not isinstance(found, list):
            return found
        for down, values in enumerate(found):
            for across, _ in enumerate(values):
                if (down or across) and not sheet.cell(row + down, column + across).is_blank:
                    return _NO_ROOM
        for down, values in enumerate(found):
            for across, value in enumerate(values):
                if down or across:
                    self._spilled[sheet.id, row + down, column + across] = value
        return found[0][0] if found and found[0] else None


@dataclass
class _World:
    """What one formula sees."""

    computed: Computed
    spreadsheet: Spreadsheet
    sheet: GridSheet
    moment: Callable[[], float]
    row: int = 0
    column: int = 0
    seen: set[str] = field(default_factory=set)

    def look(self, title: str | None, block: CellBlock) -> list[list[Scalar]] | CellFault:
        sheet = self.sheet if title is None else self.spreadsheet.titled(title)
        if sheet is None:
            return CellFault("REF", f"Unresolved sheet name '{title}'.")
        row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
        if block.end_row is None:
            end_row = min(end_row, max(len(sheet.rows), row + 1))
        if row >= end_row or column >= end_column:
            return CellFault("REF", "Reference does not exist.")
        return [
            [self.computed._value(sheet, at, across) for across in range(column, end_column)]
            for at in range(row, end_row)
        ]

    def named(self, name: str) -> Value | None:
        for one in self.spreadsheet.named_ranges:
            if one.get("name", "").casefold() == name.casefold():
                spot = one.get("range", {})
                sheet = self.spreadsheet.sheet(spot.get("sheetId", 0))
                block = CellBlock(
                    spot.get("startRowIndex", 0),
                    spot.get("startColumnIndex", 0),
                    spot.get("endRowIndex"),
                    spot.get("endColumnIndex"),
                )
                found = None if sheet is None else self.look(sheet.title, block)
                return (
                    found[0][0]
                    if isinstance(found, list) and len(found) == 1 and len(found[0]) == 1
                    else found
                )
        return None

    def now(self) -> float:
        return self.moment()
