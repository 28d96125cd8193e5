"""Conditional formats: which rule applies to a cell, and how it changes the format."""

from __future__ import annotations

from typing import Any

from okrsync_sandbox.google.a1 import block_of
from okrsync_sandbox.google.cells import Looker
from okrsync_sandbox.google.entry import typed
from okrsync_sandbox.google.formats import merged
from okrsync_sandbox.google.formula_values import CellFault, Scalar
from okrsync_sandbox.google.model import GridSheet, Json

__all__ = ["conditional_format", "holds"]


def conditional_format(looker: Looker, sheet: GridSheet, row: int, column: int) -> Json:
    """The format that the sheet's rules add to a cell: the first rule that applies wins."""
    # In order; later rules are not looked at.
    # https://developers.google.com/workspace/sheets/api/guides/conditional-format
    for rule in sheet.objects.get("conditionalFormats", ()):
        if not any(_covers(cell_range, row, column) for cell_range in rule.get("ranges", ())):
            continue
        value = looker.value(sheet, row, column)
        if "booleanRule" in rule and holds(rule["booleanRule"].get("condition", {}), value, looker):
            return dict(rule["booleanRule"].get("format", {}))
        if "gradientRule" in rule and isinstance(value, float) and not isinstance(value, bool):
            return _gradient(looker, sheet, rule, value)
    return {}


def _covers(cell_range: Json, row: int, column: int) -> bool:
    """Whether a GridRange holds a cell; all cells that are read are asked, for every rule."""
    last_row, last_column = cell_range.get("endRowIndex"), cell_range.get("endColumnIndex")
    return (
        cell_range.get("startRowIndex", 0) <= row
        and (last_row is None or row < last_row)
        and cell_range.get("startColumnIndex", 0) <= column
        and (last_column is None or column < last_column)
    )


def holds(condition: Json, value: Scalar, looker: Looker) -> bool:
    """Whether a BooleanCondition is true for a value; False for conditions that the stand-in does
    not know.
    """
    if isinstance(value, CellFault):
        return False
    wanted = [operand.get("userEnteredValue", "") for operand in condition.get("values", ())]
    kind = condition.get("type", "")
    text = "" if value is None else str(value)
    match kind:
        case "BLANK":
            return value is None or value == ""
        case "NOT_BLANK":
            return not (value is None or value == "")
        case "TEXT_EQ":
            return bool(wanted) and text.casefold() == wanted[0].casefold()
        case "TEXT_CONTAINS":
            return bool(wanted) and wanted[0].casefold() in text.casefold()
        case "TEXT_NOT_CONTAINS":
            return bool(wanted) and wanted[0].casefold() not in text.casefold()
        case "TEXT_STARTS_WITH":
            return bool(wanted) and text.casefold().startswith(wanted[0].casefold())
        case "TEXT_ENDS_WITH":
            return bool(wanted) and text.casefold().endswith(wanted[0].casefold())
    # A text never meets a condition on numbers, even if it looks like one.
    if not isinstance(value, float | int) or isinstance(value, bool):
        return False
    numbers = [
        entry.value
        for operand in wanted
        if isinstance((entry := typed(operand, looker.locale)).value, float)
    ]
    return _compares(
        kind, float(value), [float(operand) for operand in numbers if isinstance(operand, float)]
    )


def _compares(kind: str, value: float, limits: list[float]) -> bool:
    if not limits:
        return False
    low, high = limits[0], limits[-1]
    return {
        "NUMBER_GREATER": value > low,
        "NUMBER_GREATER_THAN_EQ": value >= low,
        "NUMBER_LESS": value < low,
        "NUMBER_LESS_THAN_EQ": value <= low,
        "NUMBER_EQ": value == low,
        "NUMBER_NOT_EQ": value != low,
        "NUMBER_BETWEEN": low <= value <= high,
        "NUMBER_NOT_BETWEEN": not low <= value <= high,
    }.get(kind, False)


def _gradient(looker: Looker, sheet: GridSheet, rule: Json, value: float) -> Json:
    points = rule["gradientRule"]
    low, high = points.get("minpoint", {}), points.get("maxpoint", {})
    numbers = _numbers(looker, sheet, rule)
    least = _point(low, min(numbers, default=0.0))
    most = _point(high, max(numbers, default=1.0))
    # All values equal: there is no gradient to stand on.
    share = 0.0 if most == least else max(0.0, min(1.0, (value - least) / (most - least)))
    mixed = {
        name: (
            low.get("color", {}).get(name, 0) * (1 - share)
            + high.get("color", {}).get(name, 0) * share
        )
        for name in ("red", "green", "blue")
    }
    return merged({}, {"backgroundColor": mixed, "backgroundColorStyle": {"rgbColor": mixed}})


def _point(point: Json, otherwise: float) -> float:
    try:
        return float(point["value"]) if point.get("type") == "NUMBER" else otherwise
    except (KeyError, ValueError):
        return otherwise


def _numbers(looker: Looker, sheet: GridSheet, rule: Json) -> list[float]:
    numbers: list[float] = []
    for cell_range in rule.get("ranges", ()):
        row, column, end_row, end_column = block_of(cell_range).within(
            min(sheet.row_count, len(sheet.rows)), sheet.column_count
        )
        values: list[Any] = [
            looker.value(sheet, row_index, across)
            for row_index in range(row, end_row)
            for across in range(column, end_column)
        ]
        numbers += [value for value in values if isinstance(value, float)]
    return numbers
