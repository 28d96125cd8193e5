"""The methods of Sheets v4 by the addresses of requests, and a request as a method sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from okrsync_sandbox.google.accounts import Caller
from okrsync_sandbox.google.files import File
from okrsync_sandbox.google.mask import Mask
from okrsync_sandbox.google.model import Json, Spreadsheet
from okrsync_sandbox.wire import Request

__all__ = ["ROUTES", "SheetsCall", "SheetsRoute"]


@dataclass(frozen=True, slots=True)
class SheetsRoute:
    verb: str
    pattern: re.Pattern[str]
    handler: str
    answer: str | None
    """The message the answer is, for its field mask."""
    writes: bool
    needs_write_scope: bool
    parameters: frozenset[str]
    body: str | None = None


def _route(
    verb: str,
    path: str,
    handler: str,
    answer: str | None,
    parameters: str = "",
    body: str | None = None,
    *,
    writes: bool = False,
    scope: bool = True,
) -> SheetsRoute:
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+?)", path)
    return SheetsRoute(
        verb,
        re.compile(pattern),
        handler,
        answer,
        writes,
        scope,
        frozenset(parameters.split()),
        body,
    )


_RENDER = "majorDimension valueRenderOption dateTimeRenderOption"
_RESPOND = (
    "valueInputOption includeValuesInResponse responseValueRenderOption"
    " responseDateTimeRenderOption"
)
_ONE = "/v4/spreadsheets/{book}"
ROUTES = (
    _route("POST", "/v4/spreadsheets", "create", "Spreadsheet", "", "Spreadsheet", writes=True),
    _route(
        "POST",
        f"{_ONE}:batchUpdate",
        "batch_update",
        "BatchUpdateSpreadsheetResponse",
        "",
        "BatchUpdateSpreadsheetRequest",
        writes=True,
    ),
    _route(
        "POST",
        f"{_ONE}:getByDataFilter",
        "get_by_filter",
        "Spreadsheet",
        "",
        "GetSpreadsheetByDataFilterRequest",
    ),
    _route("GET", f"{_ONE}/developerMetadata/{{entry}}", "get_metadata", "DeveloperMetadata"),
    _route(
        "POST",
        f"{_ONE}/developerMetadata:search",
        "search_metadata",
        "SearchDeveloperMetadataResponse",
        "",
        "SearchDeveloperMetadataRequest",
    ),
    _route(
        "POST",
        f"{_ONE}/sheets/{{sheet}}:copyTo",
        "copy_to",
        "SheetProperties",
        "",
        "CopySheetToAnotherSpreadsheetRequest",
        writes=True,
    ),
    _route(
        "GET",
        f"{_ONE}/values:batchGet",
        "batch_get",
        "BatchGetValuesResponse",
        f"ranges {_RENDER}",
        scope=False,
    ),
    _route(
        "POST",
        f"{_ONE}/values:batchGetByDataFilter",
        "batch_get_by_filter",
        "BatchGetValuesByDataFilterResponse",
        "",
        "BatchGetValuesByDataFilterRequest",
    ),
    _route(
        "POST",
        f"{_ONE}/values:batchUpdate",
        "values_batch_update",
        "BatchUpdateValuesResponse",
        "",
        "BatchUpdateValuesRequest",
        writes=True,
    ),
    _route(
        "POST",
        f"{_ONE}/values:batchUpdateByDataFilter",
        "values_batch_update_by_filter",
        "BatchUpdateValuesByDataFilterResponse",
        "",
        "BatchUpdateValuesByDataFilterRequest",
        writes=True,
    ),
    _route(
        "POST",
        f"{_ONE}/values:batchClear",
        "batch_clear",
        "BatchClearValuesResponse",
        "",
        "BatchClearValuesRequest",
        writes=True,
    ),
    _route(
        "POST",
        f"{_ONE}/values:batchClearByDataFilter",
        "batch_clear_by_filter",
        "BatchClearValuesByDataFilterResponse",
        "",
        "BatchClearValuesByDataFilterRequest",
        writes=True,
    ),
    _route(
        "POST",
        f"{_ONE}/values/{{range}}:append",
        "values_append",
        "AppendValuesResponse",
        f"{_RESPOND} insertDataOption",
        "ValueRange",
        writes=True,
    ),
    _route(
        "POST",
        f"{_ONE}/values/{{range}}:clear",
        "values_clear",
        "ClearValuesResponse",
        "",
        "ClearValuesRequest",
        writes=True,
    ),
    _route(
        "PUT",
        f"{_ONE}/values/{{range}}",
        "values_update",
        "UpdateValuesResponse",
        _RESPOND,
        "ValueRange",
        writes=True,
    ),
    _route("GET", f"{_ONE}/values/{{range}}", "values_get", "ValueRange", _RENDER, scope=False),
    _route(
        "GET",
        _ONE,
        "get",
        "Spreadsheet",
        "ranges includeGridData commentsViewMode excludeTablesInBandedRanges",
        scope=False,
    ),
)


@dataclass(slots=True)
class SheetsCall:
    """One request as a method sees it: the parts of its path, its body, the caller, and the
    answer's mask.
    """

    parts: dict[str, str]
    body: Json
    caller: Caller
    request: Request
    mask: Mask | None
    file: File | None = None

    @property
    def book(self) -> Spreadsheet:
        assert self.file is not None
        assert self.file.book is not None
        return self.file.book

    def option(self, name: str, otherwise: str | None = None) -> str | None:
        return self.request.first(name, otherwise)

    def flag(self, name: str) -> bool:
        return (self.request.first(name) or "").lower() == "true"
