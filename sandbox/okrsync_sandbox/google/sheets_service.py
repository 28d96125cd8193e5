"""The methods of Sheets v4, as requests name them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import unquote

from okrsync_sandbox.google.a1 import CellBlock
from okrsync_sandbox.google.accounts import Caller
from okrsync_sandbox.google.errors import ApiError, forbidden, invalid, no_field, not_found
from okrsync_sandbox.google.files import SHEET_TYPE, File
from okrsync_sandbox.google.formats import default_properties
from okrsync_sandbox.google.mask import Mask, check_mask, parse_mask, picked, wants
from okrsync_sandbox.google.metadata import answered, matching
from okrsync_sandbox.google.model import GridSheet, Json, Spreadsheet
from okrsync_sandbox.google.ranges import blocks_of_filter, resolve
from okrsync_sandbox.google.requests import COMMENT_UPDATES, UPDATES
from okrsync_sandbox.google.requests.sheets import adopt
from okrsync_sandbox.google.resource import properties_of, spreadsheet_answer
from okrsync_sandbox.google.schema import checked
from okrsync_sandbox.google.sheets_routes import ROUTES, SheetsCall, SheetsRoute
from okrsync_sandbox.google.sheets_values import ValuesMethods
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


@dataclass(slots=True)
class SheetsService(ValuesMethods):
    """Sheets v4 over the files of Drive. `now` gives the present as a serial number."""

    @staticmethod
    def match(request: Request) -> SheetsRoute | None:
        """Which method a request means."""
        path = request.path.rstrip("/")
        return next(
            (
                route
                for route in ROUTES
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
        ask = SheetsCall(
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

    def _check_scopes(self, route: SheetsRoute, caller: Caller) -> None:
        if not caller.scopes & (
            _WRITE_SCOPES if route.needs_write_scope or route.writes else _READ_SCOPES
        ):
            raise forbidden(
                "Request had insufficient authentication scopes.", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
            )

    def _mask(self, request: Request, route: SheetsRoute) -> Mask | None:
        text = request.first("fields")
        if not text:
            return None
        mask = parse_mask(text)
        if route.answer is not None:
            check_mask(mask, route.answer)
        return mask

    def _body(self, request: Request, route: SheetsRoute) -> Json:
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

    def _create(self, ask: SheetsCall) -> Json:
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

    def _get(self, ask: SheetsCall) -> Json:
        wanted = [resolve(ask.book, text) for text in ask.request.every("ranges")] or None
        with_data = (
            wants(ask.mask, "sheets", "data")
            if ask.mask is not None
            else ask.flag("includeGridData")
        )
        view = ask.option("commentsViewMode")
        return self._spreadsheet(ask, wanted, with_data=with_data, view=view)

    def _get_by_filter(self, ask: SheetsCall) -> Json:
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
        ask: SheetsCall,
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

    def _batch_update(self, ask: SheetsCall) -> Json:
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

    def _copy_to(self, ask: SheetsCall) -> Json:
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

    def _get_metadata(self, ask: SheetsCall) -> Json:
        for entry in ask.book.metadata:
            if str(entry["metadataId"]) == ask.parts["entry"]:
                return answered(entry)
        raise ApiError(404, f"No developer metadata with id: {ask.parts['entry']}")

    def _search_metadata(self, ask: SheetsCall) -> Json:
        matches: list[Json] = []
        for data_filter in ask.body.get("dataFilters", []):
            matched = matching(ask.book, data_filter.get("developerMetadataLookup", {}))
            matches += [
                {"developerMetadata": answered(entry), "dataFilters": [data_filter]}
                for entry in matched
            ]
        return {"matchedDeveloperMetadata": matches} if matches else {}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", lambda match: "_" + match[1].lower(), name)


def not_found_page(request: Request) -> ApiError:
    """The answer for an unknown path."""
    return ApiError(404, f"The requested URL {request.path} was not found on this server.")
