"""The values of cells: formulas are evaluated over a whole spreadsheet, once for each version."""

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
    """The values of one version of a spreadsheet. `now` returns the present as a serial number."""

    def __init__(self, spreadsheet: Spreadsheet, now: Callable[[], float]) -> None:
        self._spreadsheet = spreadsheet
        self._now = now
        self._version = -1
        self._known: dict[tuple[int, int, int], Scalar] = {}
        self._spilled: dict[tuple[int, int, int], Scalar] = {}
        self._open: set[tuple[int, int, int]] = set()

    def value(self, sheet: GridSheet, row: int, column: int) -> Scalar:
        """The value of a cell; for a formula, its result."""
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
            # Formulas evaluated before an array spilled may have read cells that it fills.
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
        # The formula is being evaluated further up the stack: it refers to itself.
        if key in self._open:
            return _CIRCLE
        self._open.add(key)
        try:
            world = _World(self, self._spreadsheet, sheet, self._now, row, column)
            result = evaluate(cell.formula, locale_of(self._spreadsheet.locale), world)
        except RecursionError:
            result = _CIRCLE
        finally:
            self._open.discard(key)
        self._known[key] = self._spread(sheet, row, column, result)
        return self._known[key]

    def _spread(self, sheet: GridSheet, row: int, column: int, result: Value) -> Scalar:
        if not isinstance(result, list):
            return result
        for down, values in enumerate(result):
            for across, _ in enumerate(values):
                # An array never overwrites a cell that somebody filled in.
                if (down or across) and not sheet.cell(row + down, column + across).is_blank:
                    return _NO_ROOM
        for down, values in enumerate(result):
            for across, value in enumerate(values):
                if down or across:
                    self._spilled[sheet.id, row + down, column + across] = value
        return result[0][0] if result and result[0] else None


@dataclass
class _World:
    """The cells and names that one formula can refer to."""

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
        # An open range such as A:A means a thousand rows; only those with content can matter.
        if block.end_row is None:
            end_row = min(end_row, max(len(sheet.rows), row + 1))
        if row >= end_row or column >= end_column:
            return CellFault("REF", "Reference does not exist.")
        return [
            [self.computed._value(sheet, row_index, across) for across in range(column, end_column)]
            for row_index in range(row, end_row)
        ]

    def named(self, name: str) -> Value | None:
        for named_range in self.spreadsheet.named_ranges:
            if named_range.get("name", "").casefold() == name.casefold():
                cell_range = named_range.get("range", {})
                sheet = self.spreadsheet.sheet(cell_range.get("sheetId", 0))
                block = CellBlock(
                    cell_range.get("startRowIndex", 0),
                    cell_range.get("startColumnIndex", 0),
                    cell_range.get("endRowIndex"),
                    cell_range.get("endColumnIndex"),
                )
                values = None if sheet is None else self.look(sheet.title, block)
                return (
                    values[0][0]
                    if isinstance(values, list) and len(values) == 1 and len(values[0]) == 1
                    else values
                )
        return None

    def now(self) -> float:
        return self.moment()
