"""Requests that hide rows, columns and tabs before they are deleted.

The API deletes whatever stands there by then, and knows no condition on it. Nobody types into what
is hidden: okrsync hides it, looks at it once more, and shows it again if there is something that
okrsync did not write.
https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request#updatedimensionpropertiesrequest
"""

from __future__ import annotations

from typing import Any, Literal

__all__ = ["line_visibility", "tab_visibility"]

Json = dict[str, Any]


def line_visibility(
    tab_id: int, dimension: Literal["ROWS", "COLUMNS"], index: int, *, hidden: bool
) -> Json:
    """A request that hides a row or a column, or shows it again."""
    span = {
        "sheetId": tab_id,
        "dimension": dimension,
        "startIndex": index,
        "endIndex": index + 1,
    }
    properties = {"hiddenByUser": hidden}
    return {
        "updateDimensionProperties": {
            "range": span,
            "properties": properties,
            "fields": "hiddenByUser",
        }
    }


def tab_visibility(tab_id: int, *, hidden: bool) -> Json:
    """A request that hides a tab, or shows it again."""
    properties = {"sheetId": tab_id, "hidden": hidden}
    return {"updateSheetProperties": {"properties": properties, "fields": "hidden"}}
