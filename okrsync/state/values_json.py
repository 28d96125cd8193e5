"""Cell values as JSON and back, including their types, for the journal."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from okrsync.connector import TrendLine
from okrsync.model.table import CellError, CellValue, ColumnRef, IdentityCell, RowRef, Twins

__all__ = [
    "column_from_json",
    "column_to_json",
    "row_from_json",
    "row_to_json",
    "value_from_json",
    "value_to_json",
]


_encode = json.JSONEncoder(ensure_ascii=False).encode
"""The same as `json.dumps`, which makes such an encoder for every value."""


def value_to_json(value: CellValue) -> str:
    """The value as JSON text. A type that JSON lacks becomes a list of its name and a text."""
    return _encode(_tagged(value))


def value_from_json(text: str) -> CellValue:
    """The value that `value_to_json` wrote. Raises `ValueError` for any other text."""
    return _untagged(json.loads(text))


def row_to_json(row: RowRef) -> str:
    """A row's reference as JSON text."""
    identity = [[cell.role, _column(cell.column), _tagged(cell.value)] for cell in row.identity]
    record: list[object] = [row.number, row.anchor, identity, row.label]
    if (twins := row.twins) is not None:
        columns = [_column(column) for column in twins.columns]
        record.append([columns, twins.own, twins.others, twins.is_alone])
    return _encode(record)


def row_from_json(text: str) -> RowRef:
    """The reference `row_to_json` wrote, or an earlier okrsync that knew columns by number only."""
    number, anchor, identity, label, *twins = json.loads(text)
    cells = tuple(
        IdentityCell("", ColumnRef(cell[0], ""), _untagged(cell[1]))
        if len(cell) == 2
        else IdentityCell(cell[0], ColumnRef(*cell[1]), _untagged(cell[2]))
        for cell in identity
    )
    return RowRef(number, anchor, cells, label, _twins(*twins[0]) if twins else None)


@lru_cache(maxsize=256)  # The cells of a column share its reference.
def column_to_json(column: ColumnRef) -> str:
    """A column's reference as JSON text."""
    return _encode(_column(column))


def column_from_json(text: str) -> ColumnRef:
    """The reference `column_to_json` wrote."""
    return ColumnRef(*json.loads(text))


def _column(column: ColumnRef) -> list[object]:
    record: list[object] = [column.index, column.header, column.header_row]
    return record if column.id is None else [*record, column.id]


def _twins(columns: list[list[Any]], own: str, others: str, is_alone: bool) -> Twins:
    return Twins(tuple(ColumnRef(*column) for column in columns), own, others, is_alone)


def _tagged(value: CellValue) -> object:
    match value:
        case TrendLine():
            return ["trend", list(value.points)]
        case None | bool() | int() | str():
            return value
        case float():
            # As text, because JSON has no infinity and no NaN.
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
        case ["trend", list(points)]:
            return TrendLine(points)
    raise ValueError(f"not a cell value: {data!r}")
