"""Cell values as JSON and back, type and all, for the journal."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from okrsync.model.table import CellError, CellValue, ColumnRef, RowRef

__all__ = [
    "column_from_json",
    "column_to_json",
    "row_from_json",
    "row_to_json",
    "value_from_json",
    "value_to_json",
]


def value_to_json(value: CellValue) -> str:
    """The value as JSON text. What JSON has no type for becomes a list of the type's name and a
    text.
    """
    return json.dumps(_tagged(value), ensure_ascii=False)


def value_from_json(text: str) -> CellValue:
    """The value `value_to_json` wrote. ValueError when the text is something else."""
    return _untagged(json.loads(text))


def row_to_json(row: RowRef) -> str:
    """A row's reference as JSON text."""
    identity = [[column, _tagged(value)] for column, value in row.identity]
    return json.dumps([row.number, row.anchor, identity, row.label], ensure_ascii=False)


def row_from_json(text: str) -> RowRef:
    """The reference `row_to_json` wrote."""
    number, anchor, identity, label = json.loads(text)
    return RowRef(
        number, anchor, tuple((column, _untagged(value)) for column, value in identity), label
    )


def column_to_json(column: ColumnRef) -> str:
    """A column's reference as JSON text."""
    return json.dumps([column.index, column.header, column.header_row], ensure_ascii=False)


def column_from_json(text: str) -> ColumnRef:
    """The reference `column_to_json` wrote."""
    return ColumnRef(*json.loads(text))


def _tagged(value: CellValue) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return ["float", repr(value)]
        case Decimal():
            return ["decimal", str(value)]
        case datetime():
            return ["datetime", value.isoformat()]
        case date():
            return ["date", value.isoformat()]
        case time():
            return ["time", value.isoformat()]
        case timedelta():
            return ["timedelta", [value.days, value.seconds, value.microseconds]]
        case CellError():
            return ["error", value.code]


def _untagged(data: object) -> CellValue:
    match data:
        case None | bool() | int() | str():
            return data
        case ["float", str(text)]:
            return float(text)
        case ["decimal", str(text)]:
            return Decimal(text)
        case ["datetime", str(text)]:
            return datetime.fromisoformat(text)
        case ["date", str(text)]:
            return date.fromisoformat(text)
        case ["time", str(text)]:
            return time.fromisoformat(text)
        case ["timedelta", [int(days), int(seconds), int(microseconds)]]:
            return timedelta(days, seconds, microseconds)
        case ["error", str(code)]:
            return CellError(code)
    raise ValueError(f"not a cell value: {data!r}")
