"""Single cells: how an entry or a raw value changes one, and how answers show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from okrsync_sandbox.google.chips import without_chips
from okrsync_sandbox.google.compute import Computed
from okrsync_sandbox.google.display import shown
from okrsync_sandbox.google.entry import typed
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.formula_values import CellFault, Scalar
from okrsync_sandbox.google.locales import Locale, locale_of
from okrsync_sandbox.google.model import LONGEST_TEXT, Cell, GridSheet, Json, Spreadsheet

__all__ = ["Looker", "entered", "plain", "put_entry"]


def plain(value: Scalar) -> Any:
    """A value as JSON has it: a whole number without its point."""
    # Sheets stores doubles only; answers still write 48, not 48.0.
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return int(value)
    return value


def entered(cell: Cell, value: Any, *, as_typed: bool, locale: Locale) -> Cell:
    """A cell after a value was entered, as typed or raw. None leaves the cell alone, an empty text
    empties it.
    """
    if value is None:
        return cell
    cell = without_chips(cell)
    if isinstance(value, bool):
        return replace(cell, value=value, formula=None)
    if isinstance(value, int | float):
        return replace(cell, value=float(value), formula=None)
    if not isinstance(value, str):
        # Google shows the text form of the protocol buffer in this message.
        raise invalid("Invalid values[0][0]: list_value {\n}\n")
    if len(value) > LONGEST_TEXT:
        raise invalid(
            "Your input contains more than the maximum of 50000 characters in a single cell."
        )
    if not as_typed:
        return replace(cell, value=value or None, formula=None)
    own_format = (cell.format or {}).get("numberFormat", {})
    # In a cell formatted as plain text, even `=1+1` stays a text.
    if own_format.get("type") == "TEXT":
        return replace(cell, value=value or None, formula=None)
    entry = typed(value, locale)
    if entry.is_formula:
        return replace(cell, value=None, formula=str(entry.value))
    number = entry.value
    # In a cell with a percent format, typing 48 means 48 %.
    if (
        own_format.get("type") == "PERCENT"
        and isinstance(number, float)
        and entry.number_format is None
    ):
        number /= 100
    changed = replace(cell, value=number, formula=None)
    # A typed date or percentage formats its cell, unless somebody chose a format before.
    if entry.number_format is not None and not own_format:
        changed = replace(
            changed, format={**(cell.format or {}), "numberFormat": dict(entry.number_format)}
        )
    return changed


def put_entry(
    sheet: GridSheet, row: int, column: int, value: Any, *, as_typed: bool, locale: Locale
) -> None:
    """Put a value into a cell of a sheet, as typed or raw."""
    sheet.put(
        row, column, entered(sheet.cell(row, column), value, as_typed=as_typed, locale=locale)
    )


class Looker:
    """Looks at the cells of one spreadsheet as readers see them."""

    def __init__(self, spreadsheet: Spreadsheet, computed: Computed) -> None:
        self.spreadsheet = spreadsheet
        self.locale = locale_of(spreadsheet.locale)
        self._value: Callable[[GridSheet, int, int], Scalar] = computed.value

    def value(self, sheet: GridSheet, row: int, column: int) -> Scalar:
        """The value of a cell; for a formula, its result."""
        return self._value(sheet, row, column)

    def number_format(self, cell: Cell, value: Scalar) -> dict[str, str] | None:
        """The number format a cell is shown with."""
        own_format = (cell.format or {}).get("numberFormat")
        if own_format:
            return dict(own_format)
        if cell.formula is not None and isinstance(value, float):
            name = cell.formula[1:].split("(")[0].upper()
            # A date function formats its cell by itself, as long as nobody chose a format.
            if name in ("TODAY", "DATE"):
                return {"type": "DATE", "pattern": self.locale.date}
            if name == "NOW":
                return {"type": "DATE_TIME", "pattern": f"{self.locale.date} {self.locale.time}"}
        return None

    def text(self, sheet: GridSheet, row: int, column: int) -> str:
        """The text that a cell shows."""
        value = self.value(sheet, row, column)
        if isinstance(value, CellFault):
            return value.shown
        return shown(value, self.number_format(sheet.cell(row, column), value), self.locale)

    def rendered(self, sheet: GridSheet, row: int, column: int, option: str, dates: str) -> Any:
        """A cell's value under a ValueRenderOption and a DateTimeRenderOption."""
        if option == "FORMATTED_VALUE":
            return self.text(sheet, row, column)
        cell = sheet.cell(row, column)
        if option == "FORMULA" and cell.formula is not None:
            return cell.formula
        value = self.value(sheet, row, column)
        if value is None:
            return ""
        if isinstance(value, CellFault):
            # UNFORMATTED_VALUE appends the explanation that a person sees when pointing at the
            # cell.
            return f"{value.shown} ({value.message})" if value.message else value.shown
        # Dates are serial numbers unless asked otherwise.
        # https://developers.google.com/workspace/sheets/api/reference/rest/v4/DateTimeRenderOption
        if isinstance(value, float) and dates == "FORMATTED_STRING" and option != "FORMULA":
            number = self.number_format(cell, value) or {}
            if number.get("type") in ("DATE", "TIME", "DATE_TIME"):
                return self.text(sheet, row, column)
        return plain(value)

    def extended(self, value: Scalar) -> Json | None:
        """A value as an ExtendedValue; None if there is none."""
        if value is None or value == "":
            return None
        if isinstance(value, CellFault):
            return {
                "errorValue": {"type": value.kind, "message": value.message}
                if value.message
                else {"type": value.kind}
            }
        if isinstance(value, bool):
            return {"boolValue": value}
        return {"stringValue": value} if isinstance(value, str) else {"numberValue": plain(value)}
