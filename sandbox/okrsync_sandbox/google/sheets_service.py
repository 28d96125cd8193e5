"""The methods of Sheets v4, as requests name them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from okrsync_sandbox.google.a1 import CellBlock
from okrsync_sandbox.google.accounts import Caller
from okrsync_sandbox.google.cells import Looker
from okrsync_sandbox.google.compute import Computed
from okrsync_sandbox.google.errors import ApiError, forbidden, invalid, no_field, not_found
from okrsync_sandbox.google.files import SHEET_TYPE, File, Files, stamp
from okrsync_sandbox.google.formats import default_properties
from okrsync_sandbox.google.mask import Mask, check_mask, parse_mask, picked, wants
from okrsync_sandbox.google.metadata import answered, matching
from okrsync_sandbox.google.model import GridSheet, Json, Spreadsheet
from okrsync_sandbox.google.ranges import blocks_of_filter, resolve, shown_range
from okrsync_sandbox.google.requests import COMMENT_UPDATES, UPDATES, Switches, Work
from okrsync_sandbox.google.requests.sheets import adopt
from okrsync_sandbox.google.resource import properties_of, spreadsheet_answer
from okrsync_sandbox.google.schema import checked
from okrsync_sandbox.google.values_api import append_at, clear, read, write
from okrsync_sandbox.wire import Request

__all__ = ["SheetsService"]

_WRITE_SCOPES = frozenset({"spreadsheets", "drive", "drive.file"})
_READ_SCOPES = _WRITE_SCOPES | {"spreadsheets.readonly", "drive.readonly"}
_COMMON = frozenset(
    {
        "alt",
        "fields",
        "key",
        "prettyPrint",
        "quotaUser",
        "access_token",
        "oauth_token",
        "callback",
        "$.xgafv",
    }
)
_VALUE_OPTIONS = {
    "valueRenderOption": ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"),
    "responseValueRenderOption": ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"),
    "dateTimeRenderOption": ("SERIAL_NUMBER", "FORMATTED_STRING"),
    "responseDateTimeRenderOption": ("SERIAL_NUMBER", "FORMATTED_STRING"),
    "majorDimension": ("DIMENSION_UNSPECIFIED", "ROWS", "COLUMNS"),
    "valueInputOption": ("INPUT_VALUE_OPTION_UNSPECIFIED", "RAW", "USER_ENTERED"),
    "insertDataOption": ("OVERWRITE", "INSERT_ROWS"),
}


@dataclass(frozen=True, slots=True)
class _Route:
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
) -> _Route:
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+?)", path)
    return _Route(
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
_ROUTES = (
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
class _SheetsCall:
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


@dataclass(slots=True)
class SheetsService:
    """Sheets v4 over the files of Drive. `now` gives the present as a serial number."""

    files: Files
    now: Callable[[], float]
    switches: Switches = field(default_factory=Switches)
    seed: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - ids, no secrets
    _lookers: dict[str, Looker] = field(default_factory=dict)

    @staticmethod
    def match(request: Request) -> _Route | None:
        """Which method a request means."""
        path = request.path.rstrip("/")
        return next(
            (
                route
                for route in _ROUTES
                if route.verb == request.method and route.pattern.fullmatch(path)
            ),
            None,
        )

    def is_write(self, request: Request) -> bool:
        """Whether the quota counts a request as a write."""
        route = self.match(request)
        return route is not None and route.writes

    def answer(self, request: Request, caller: Caller) -> Json:
        """What the service answers. Raises `ApiError`."""
        route = self.match(request)
        if route is None:
            raise not_found_page(request)
        self._check_scopes(route, caller)
        for name, _ in request.query:
            if name not in route.parameters | _COMMON:
                raise no_field(
                    f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query'
                    f" parameter. Field '{name}' could not be found in request message."
                )
        for name, known in _VALUE_OPTIONS.items():
            given = request.first(name)
            if given is not None and given not in known:
                raise no_field(
                    f"Invalid value at '{_snake(name)}'"
                    f" (type.googleapis.com/google.apps.sheets.v4.{name[:1].upper()}{name[1:]}),"
                    f' "{given}"',
                    _snake(name),
                )
        mask = self._mask(request, route)
        match = route.pattern.fullmatch(request.path.rstrip("/"))
        assert match is not None
        ask = _SheetsCall(
            {name: unquote(part) for name, part in match.groupdict().items()},
            self._body(request, route),
            caller,
            request,
            mask,
        )
        if "book" in ask.parts:
            ask.file = self._file(ask.parts["book"], caller, writes=route.writes)
        content: Json = getattr(self, f"_{route.handler}")(ask)
        return picked(content, mask)  # type: ignore[no-any-return]

    def _check_scopes(self, route: _Route, caller: Caller) -> None:
        if not caller.scopes & (
            _WRITE_SCOPES if route.needs_write_scope or route.writes else _READ_SCOPES
        ):
            raise forbidden(
                "Request had insufficient authentication scopes.", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
            )

    def _mask(self, request: Request, route: _Route) -> Mask | None:
        text = request.first("fields")
        if not text:
            return None
        mask = parse_mask(text)
        if route.answer is not None:
            check_mask(mask, route.answer)
        return mask

    def _body(self, request: Request, route: _Route) -> Json:
        if route.body is None:
            return {}
        if not request.body.strip():
            return {}
        try:
            content = json.loads(request.body)
        except ValueError:
            raise no_field(
                "Invalid JSON payload received. Unexpected token.\n"
                + request.body[:40].decode("utf-8", "replace")
                + "\n^"
            ) from None
        return checked(content, route.body)

    def _file(self, file_id: str, caller: Caller, *, writes: bool) -> File:
        file = self.files.files.get(file_id)
        if file is None:
            raise not_found()
        rank = self.files.role_of(file, caller.email)
        if rank == 0 or (writes and rank < 3):
            raise forbidden()
        if file.mime != SHEET_TYPE or file.book is None:
            raise ApiError(
                400, "This operation is not supported for this document", "FAILED_PRECONDITION"
            )
        return file

    def looker(self, book: Spreadsheet) -> Looker:
        """A reader of a spreadsheet's cells; results of formulas are cached while it does not
        change.
        """
        if book.id not in self._lookers or self._lookers[book.id].spreadsheet is not book:
            self._lookers[book.id] = Looker(book, Computed(book, self.now))
        looker = self._lookers[book.id]
        looker.locale = Looker(book, Computed(book, self.now)).locale
        return looker

    def new_book(self, file: File, properties: Json | None = None) -> Spreadsheet:
        """Put an empty spreadsheet into a file."""
        book_properties = default_properties(file.name)
        book_properties.update(
            {
                name: value
                for name, value in (properties or {}).items()
                if name in ("locale", "timeZone", "autoRecalc", "title")
            }
        )
        file.book = Spreadsheet(
            file.id, book_properties, [GridSheet(0, "Sheet1")], comments=file.comments
        )
        return file.book

    # spreadsheets

    def _create(self, ask: _SheetsCall) -> Json:
        properties = ask.body.get("properties", {})
        if ask.caller.is_service_account and not self.switches.service_accounts_create:
            raise forbidden()
        file = self.files.create(properties.get("title", "Untitled spreadsheet"), ask.caller.email)
        book = self.new_book(file, {**properties, "title": file.name})
        if ask.body.get("sheets"):
            work = self._work(book, ask.caller.email, file.owner)
            work.spreadsheet.sheets = []
            for sheet_data in ask.body["sheets"]:
                UPDATES["addSheet"](work, {"properties": sheet_data.get("properties", {})})
            book.take(work.spreadsheet)
        ask.file = file
        return spreadsheet_answer(
            self.looker(book),
            ask.caller.email,
            file.owner,
            None,
            with_data=False,
            with_comments=False,
            mask=ask.mask,
        )

    def _get(self, ask: _SheetsCall) -> Json:
        wanted = [resolve(ask.book, text) for text in ask.request.every("ranges")] or None
        with_data = (
            wants(ask.mask, "sheets", "data")
            if ask.mask is not None
            else ask.flag("includeGridData")
        )
        view = ask.option("commentsViewMode")
        return self._spreadsheet(ask, wanted, with_data=with_data, view=view)

    def _get_by_filter(self, ask: _SheetsCall) -> Json:
        wanted = [
            block
            for data_filter in ask.body.get("dataFilters", [])
            for block in blocks_of_filter(ask.book, data_filter)
        ]
        with_data = (
            wants(ask.mask, "sheets", "data")
            if ask.mask is not None
            else bool(ask.body.get("includeGridData"))
        )
        return self._spreadsheet(
            ask,
            wanted if ask.body.get("dataFilters") else None,
            with_data=with_data,
            view=ask.body.get("commentsViewMode"),
        )

    def _spreadsheet(
        self,
        ask: _SheetsCall,
        wanted: list[tuple[GridSheet, CellBlock]] | None,
        *,
        with_data: bool,
        view: str | None,
        mask: Mask | None = None,
    ) -> Json:
        assert ask.file is not None
        mask = mask or ask.mask
        with_comments = self._shows_comments(ask.file, ask.caller, view)
        names_comments = mask is not None and (
            "comments" in mask or "commentAnchors" in mask.get("sheets", {})
        )
        if names_comments and not with_comments:
            raise invalid(
                "Field mask may not contain comment-specific fields if comments are not requested"
            )
        return spreadsheet_answer(
            self.looker(ask.book),
            ask.caller.email,
            ask.file.owner,
            wanted,
            with_data=with_data,
            with_comments=with_comments,
            mask=mask,
        )

    def _shows_comments(self, file: File, caller: Caller, view: str | None) -> bool:
        """Whether an answer has the comments. Raises `ApiError` 403 when a caller asks for them
        without access to comments.
        """
        may_comment = self.files.role_of(file, caller.email) >= 2
        if view == "COMMENTS_VIEW_MODE_INCLUDED" and not may_comment:
            raise forbidden()
        return may_comment and view in (
            "COMMENTS_VIEW_MODE_INCLUDED",
            "COMMENTS_VIEW_MODE_DEFAULT_FOR_CURRENT_ACCESS",
        )

    def _work(self, book: Spreadsheet, caller: str, owner: str) -> Work:
        copy = book.copied()
        looker = Looker(copy, Computed(copy, self.now))
        file = self.files.files[book.id]
        work = Work(
            copy,
            caller,
            owner,
            self.switches,
            self.seed,
            looker.value,
            looker.text,
            lambda email: self.switches.assigns_strangers or self.files.role_of(file, email) > 0,
            stamp(self.files.clock()),
        )
        work.taken.update(entry["metadataId"] for entry in copy.metadata)
        return work

    def update(self, file: File, email: str, requests: list[Json]) -> list[Json]:
        """Carry out all updates of a batch or none. Raises `ApiError` naming the refused
        request.
        """
        book = file.book
        assert book is not None
        if not requests:
            raise invalid("Must specify at least one request.")
        work = self._work(book, email, file.owner)
        replies: list[Json] = []
        for index, request in enumerate(requests):
            kinds = list(request)
            if len(kinds) != 1:
                raise invalid(
                    f"Invalid requests[{index}]: No request set."
                    if not kinds
                    else (
                        f"Invalid value at 'requests[{index}]' (oneof), oneof field 'kind' is"
                        f" already set. Cannot set '{_snake(kinds[1])}'"
                    )
                )
            kind = kinds[0]
            if kind in COMMENT_UPDATES and not self.switches.knows_comments:
                raise no_field(
                    f'Invalid JSON payload received. Unknown name "{kind}" at'
                    f" 'requests[{index}]': Cannot find field.",
                    f"requests[{index}]",
                )
            if kind in COMMENT_UPDATES and not self.switches.saves_comments:
                replies.append({})
                continue
            if kind not in UPDATES:
                raise ApiError(
                    501,
                    f"Invalid requests[{index}].{kind}: this stand-in does not carry out {kind}.",
                )
            try:
                replies.append(UPDATES[kind](work, request[kind]))
            except ApiError as error:
                if error.code == 404:
                    raise
                error.message = f"Invalid requests[{index}].{kind}: {error.message}"
                raise
            work.changed()
        book.take(work.spreadsheet)
        if file.name != book.title:
            file.name = book.title
        self.files.touch(file, email)
        return replies

    def _batch_update(self, ask: _SheetsCall) -> Json:
        assert ask.file is not None
        replies = self.update(ask.file, ask.caller.email, ask.body.get("requests", []))
        answer: Json = {"spreadsheetId": ask.book.id, "replies": replies}
        if any(kind in COMMENT_UPDATES for update in ask.body["requests"] for kind in update):
            is_saved = self.switches.saves_comments
            answer["commentUpdateState"] = "ALL_SAVED" if is_saved else "ALL_FAILED_UNKNOWN_REASON"
        if ask.body.get("includeSpreadsheetInResponse"):
            wanted = [
                resolve(ask.book, text) for text in ask.body.get("responseRanges", [])
            ] or None
            below = None if ask.mask is None else ask.mask.get("updatedSpreadsheet")
            with_data = (
                wants(below, "sheets", "data")
                if below
                else bool(ask.body.get("responseIncludeGridData"))
            )
            answer["updatedSpreadsheet"] = self._spreadsheet(
                ask,
                wanted,
                with_data=with_data,
                view=ask.body.get("commentsViewMode"),
                mask=below or {},
            )
        return answer

    def _copy_to(self, ask: _SheetsCall) -> Json:
        source = ask.book.sheet(int(ask.parts["sheet"])) if ask.parts["sheet"].isdigit() else None
        if source is None:
            raise invalid(f"No sheet with id: {ask.parts['sheet']}")
        target = self._file(ask.body.get("destinationSpreadsheetId", ""), ask.caller, writes=True)
        assert target.book is not None
        work = self._work(target.book, ask.caller.email, target.owner)
        copy = source.copied()
        copy.id, copy.title = work.new_id(), f"Copy of {source.title}"
        number = 2
        while work.spreadsheet.titled(copy.title) is not None:
            copy.title, number = f"Copy of {source.title} {number}", number + 1
        adopt(work, source, copy)
        work.spreadsheet.sheets.append(copy)
        target.book.take(work.spreadsheet)
        self.files.touch(target, ask.caller.email)
        return properties_of(target.book, copy)

    # developer metadata

    def _get_metadata(self, ask: _SheetsCall) -> Json:
        for entry in ask.book.metadata:
            if str(entry["metadataId"]) == ask.parts["entry"]:
                return answered(entry)
        raise ApiError(404, f"No developer metadata with id: {ask.parts['entry']}")

    def _search_metadata(self, ask: _SheetsCall) -> Json:
        matches: list[Json] = []
        for data_filter in ask.body.get("dataFilters", []):
            matched = matching(ask.book, data_filter.get("developerMetadataLookup", {}))
            matches += [
                {"developerMetadata": answered(entry), "dataFilters": [data_filter]}
                for entry in matched
            ]
        return {"matchedDeveloperMetadata": matches} if matches else {}

    # values

    def _values_get(self, ask: _SheetsCall) -> Json:
        sheet, block = resolve(ask.book, ask.parts["range"])
        return read(self.looker(ask.book), sheet, block, self._options(ask))

    def _options(self, ask: _SheetsCall) -> Json:
        names = ("valueRenderOption", "dateTimeRenderOption", "majorDimension")
        given = {name: ask.option(name) or ask.body.get(name) for name in names}
        if given["majorDimension"] == "DIMENSION_UNSPECIFIED":
            given["majorDimension"] = "ROWS"
        return {name: value for name, value in given.items() if value}

    def _batch_get(self, ask: _SheetsCall) -> Json:
        ranges = [resolve(ask.book, text) for text in ask.request.every("ranges")]
        looker = self.looker(ask.book)
        value_ranges = [read(looker, sheet, block, self._options(ask)) for sheet, block in ranges]
        return {
            "spreadsheetId": ask.book.id,
            **({"valueRanges": value_ranges} if value_ranges else {}),
        }

    def _batch_get_by_filter(self, ask: _SheetsCall) -> Json:
        looker, value_ranges = self.looker(ask.book), []
        for data_filter in ask.body.get("dataFilters", []):
            for sheet, block in blocks_of_filter(ask.book, data_filter):
                value_ranges.append(
                    {
                        "valueRange": read(looker, sheet, block, self._options(ask)),
                        "dataFilters": [data_filter],
                    }
                )
        return {
            "spreadsheetId": ask.book.id,
            **({"valueRanges": value_ranges} if value_ranges else {}),
        }

    def _input_option(self, given: str | None) -> bool:
        if given in (None, "INPUT_VALUE_OPTION_UNSPECIFIED"):
            raise invalid("'valueInputOption' is required but not specified")
        return given == "USER_ENTERED"

    def _put(
        self,
        ask: _SheetsCall,
        sheet_block: tuple[GridSheet, CellBlock],
        text: str,
        value_range: Json,
        *,
        as_typed: bool,
        work: Work,
    ) -> tuple[GridSheet, CellBlock, Json]:
        sheet, block = sheet_block
        values = value_range.get("values", [])
        work.refuse_protected(sheet, _touched(block, values))
        is_typed_range = ":" in text.rpartition("!")[2] or (block.end_row, block.end_column) != (
            block.row + 1,
            block.column + 1,
        )
        response = write(
            work.spreadsheet,
            sheet,
            block,
            values,
            dimension=value_range.get("majorDimension", "ROWS"),
            as_typed=as_typed,
            grows=self.switches.writing_past_grows,
            is_typed_range=is_typed_range,
        )
        return sheet, block, response

    def _commit(self, ask: _SheetsCall, work: Work) -> None:
        assert ask.file is not None
        ask.book.take(work.spreadsheet)
        self.files.touch(ask.file, ask.caller.email)

    def _begin(self, ask: _SheetsCall) -> Work:
        assert ask.file is not None
        return self._work(ask.book, ask.caller.email, ask.file.owner)

    def _values_update(self, ask: _SheetsCall) -> Json:
        as_typed = self._input_option(ask.option("valueInputOption"))
        text = ask.parts["range"]
        named = ask.body.get("range")
        if named is not None and named.replace("'", "") != text.replace("'", ""):
            raise invalid(
                f"Requested writing within range [{text}], but the body names range [{named}]"
            )
        work = self._begin(ask)
        sheet, block, response = self._put(
            ask, resolve(work.spreadsheet, text), text, ask.body, as_typed=as_typed, work=work
        )
        self._commit(ask, work)
        if ask.flag("includeValuesInResponse"):
            response["updatedData"] = self._write_answer(ask, sheet, block, ask.body)
        return response

    def _write_answer(
        self, ask: _SheetsCall, sheet: GridSheet, block: CellBlock, value_range: Json
    ) -> Json:
        values = value_range.get("values", [])
        options = {
            "valueRenderOption": (
                ask.option("responseValueRenderOption")
                or ask.body.get("responseValueRenderOption")
                or "FORMATTED_VALUE"
            ),
            "dateTimeRenderOption": (
                ask.option("responseDateTimeRenderOption")
                or ask.body.get("responseDateTimeRenderOption")
                or "SERIAL_NUMBER"
            ),
        }
        present_sheet = ask.book.sheet(sheet.id)
        assert present_sheet is not None
        return read(self.looker(ask.book), present_sheet, _touched(block, values), options)

    def _values_batch_update(self, ask: _SheetsCall) -> Json:
        as_typed = self._input_option(ask.body.get("valueInputOption"))
        work = self._begin(ask)
        responses, sheets = [], set()
        for value_range in ask.body.get("data", []):
            text = value_range.get("range", "")
            sheet, block, response = self._put(
                ask,
                resolve(work.spreadsheet, text),
                text,
                value_range,
                as_typed=as_typed,
                work=work,
            )
            sheets.add(sheet.id)
            responses.append((sheet, block, value_range, response))
        self._commit(ask, work)
        if ask.body.get("includeValuesInResponse"):
            for sheet, block, value_range, response in responses:
                response["updatedData"] = self._write_answer(ask, sheet, block, value_range)
        return self._totals(ask, [response for _, _, _, response in responses], len(sheets))

    def _totals(self, ask: _SheetsCall, responses: list[Json], sheets: int) -> Json:
        rows: set[int] = set()
        columns: set[int] = set()
        for response in responses:
            _, block = resolve(ask.book, response["updatedRange"])
            rows.update(range(block.row, block.end_row or block.row + 1))
            columns.update(range(block.column, block.end_column or block.column + 1))
        totals = {
            "totalUpdatedRows": len(rows),
            "totalUpdatedColumns": len(columns),
            "totalUpdatedCells": sum(response.get("updatedCells", 0) for response in responses),
            "totalUpdatedSheets": sheets,
        }
        non_zero = {name: count for name, count in totals.items() if count}
        return {
            "spreadsheetId": ask.book.id,
            **non_zero,
            **({"responses": responses} if responses else {}),
        }

    def _values_batch_update_by_filter(self, ask: _SheetsCall) -> Json:
        as_typed = self._input_option(ask.body.get("valueInputOption"))
        work = self._begin(ask)
        responses, sheets = [], set()
        for value_range in ask.body.get("data", []):
            for sheet, block in blocks_of_filter(
                work.spreadsheet, value_range.get("dataFilter", {})
            ):
                _, _, response = self._put(
                    ask,
                    (sheet, block),
                    shown_range(sheet, block),
                    value_range,
                    as_typed=as_typed,
                    work=work,
                )
                response.pop("spreadsheetId", None)
                response["dataFilter"] = value_range.get("dataFilter", {})
                sheets.add(sheet.id)
                responses.append(response)
        self._commit(ask, work)
        return self._totals(ask, responses, len(sheets))

    def _values_append(self, ask: _SheetsCall) -> Json:
        as_typed = self._input_option(ask.option("valueInputOption"))
        work = self._begin(ask)
        sheet, block = resolve(work.spreadsheet, ask.parts["range"])
        values = ask.body.get("values", [])
        start, table = append_at(sheet, block, values)
        if (
            ask.option("insertDataOption") == "INSERT_ROWS"
            and values
            and start.row < len(sheet.rows)
        ):
            UPDATES["insertDimension"](
                work,
                {
                    "range": {
                        "sheetId": sheet.id,
                        "dimension": "ROWS",
                        "startIndex": start.row,
                        "endIndex": start.row + len(values),
                    }
                },
            )
        text = shown_range(sheet, start)
        _, _, response = self._put(
            ask,
            (sheet, start),
            text,
            {**ask.body, "majorDimension": ask.body.get("majorDimension", "ROWS")},
            as_typed=as_typed,
            work=work,
        )
        self._commit(ask, work)
        if ask.flag("includeValuesInResponse"):
            response["updatedData"] = self._write_answer(ask, sheet, start, ask.body)
        answer: Json = {"spreadsheetId": ask.book.id}
        if table is not None:
            answer["tableRange"] = shown_range(sheet, table)
        return {**answer, "updates": response}

    def _values_clear(self, ask: _SheetsCall) -> Json:
        return {
            "spreadsheetId": ask.book.id,
            "clearedRange": self._cleared(ask, [ask.parts["range"]])[0],
        }

    def _batch_clear(self, ask: _SheetsCall) -> Json:
        return {
            "spreadsheetId": ask.book.id,
            "clearedRanges": self._cleared(ask, ask.body.get("ranges", [])),
        }

    def _cleared(self, ask: _SheetsCall, texts: list[str]) -> list[str]:
        work = self._begin(ask)
        ranges = [resolve(work.spreadsheet, text) for text in texts]
        return self._clear_places(ask, work, ranges)

    def _batch_clear_by_filter(self, ask: _SheetsCall) -> Json:
        work = self._begin(ask)
        ranges = [
            block
            for data_filter in ask.body.get("dataFilters", [])
            for block in blocks_of_filter(work.spreadsheet, data_filter)
        ]
        return {
            "spreadsheetId": ask.book.id,
            "clearedRanges": self._clear_places(ask, work, ranges),
        }

    def _clear_places(
        self, ask: _SheetsCall, work: Work, ranges: list[tuple[GridSheet, CellBlock]]
    ) -> list[str]:
        for sheet, block in ranges:
            work.refuse_protected(sheet, block)
            clear(sheet, block)
        self._commit(ask, work)
        return [shown_range(sheet, block) for sheet, block in ranges]


def _touched(block: CellBlock, values: list[list[Any]]) -> CellBlock:
    width = max((len(row) for row in values), default=0)
    return CellBlock(
        block.row, block.column, block.row + max(len(values), 1), block.column + max(width, 1)
    )


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", lambda match: "_" + match[1].lower(), name)


def not_found_page(request: Request) -> ApiError:
    """The answer for an unknown path."""
    return ApiError(404, f"The requested URL {request.path} was not found on this server.")
