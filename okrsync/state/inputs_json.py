"""The columns that a source was read from, as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from okrsync.mapping.inputs import InputTable

__all__ = ["tables_from_json", "tables_to_json"]


def tables_to_json(tables: Mapping[str, InputTable]) -> dict[str, Any]:
    """The columns by table key. Contents are one text: checksum and count of each value."""
    return {
        key: {
            "header_row": table.header_row,
            "headers": table.headers,
            "columns": [
                [
                    column.role,
                    column.header,
                    column.column,
                    column.column_id,
                    column.held,
                    " ".join(
                        f"{sum_:x}:{count}" for sum_, count in (column.contents or {}).items()
                    ),
                    column.called,
                ]
                for column in table.columns
            ],
        }
        for key, table in tables.items()
    }


def tables_from_json(data: Mapping[str, Any]) -> dict[str, InputTable]:
    """The columns that `tables_to_json` wrote."""
    from okrsync.mapping.inputs import InputColumn, InputTable

    return {
        key: InputTable(
            table["header_row"],
            tuple(table["headers"]),
            tuple(
                InputColumn(role, header, column, id_, held, _contents(contents), called)
                for role, header, column, id_, held, contents, called in table["columns"]
            ),
        )
        for key, table in data.items()
    }


def _contents(text: str) -> dict[int, int]:
    pairs = (pair.split(":") for pair in text.split())
    return {int(sum_, 16): int(count) for sum_, count in pairs}
