"""The local Google: Sheets, Drive and the token endpoint."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from okrsync_sandbox.google.accounts import Accounts
from okrsync_sandbox.google.compression import packed
from okrsync_sandbox.google.drive_service import DriveService
from okrsync_sandbox.google.errors import ApiError
from okrsync_sandbox.google.files import Files
from okrsync_sandbox.google.person import SheetEditor
from okrsync_sandbox.google.quota import MinuteQuota
from okrsync_sandbox.google.serial import serial_of
from okrsync_sandbox.google.sheets_service import SheetsService
from okrsync_sandbox.traffic import Fault, Kind, Traffic
from okrsync_sandbox.wire import Request, Response, json_response

__all__ = ["Google"]

_NOBODY = (
    "Request is missing required authentication credential. Expected OAuth 2 access token, login"
    " cookie or other valid authentication credential. See"
    " https://developers.google.com/identity/sign-in/web/devconsole-project."
)
_STRANGER = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or"
    " other valid authentication credential. See"
    " https://developers.google.com/identity/sign-in/web/devconsole-project."
)


class Google:
    """A local Google, in memory. `clock` returns seconds since the epoch; tests may set it.

    `traffic` counts the calls and takes faults and moments; `quota` can limit the calls; `switches`
    choose between behaviours that Google does not document; `person(email)` edits as people do.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.traffic = Traffic()
        self.accounts = Accounts(lambda: self.clock())
        self.files = Files(lambda: self.clock())
        self.sheets = SheetsService(self.files, self._now)
        self.drive = DriveService(self.files, self.sheets)
        self.quota = MinuteQuota(lambda: self.clock())
        self.switches = self.sheets.switches
        self.disabled: set[str] = set()
        """Which APIs are not enabled in the caller's project: `sheets`, `drive`."""

    def _now(self) -> float:
        return serial_of(datetime.fromtimestamp(self.clock(), UTC))

    def moment(self, time_zone: str) -> datetime:
        """The present in a spreadsheet's time zone."""
        try:
            zone = ZoneInfo(time_zone)
        except ZoneInfoNotFoundError:
            zone = ZoneInfo("UTC")
        return datetime.fromtimestamp(self.clock(), zone)

    def person(self, email: str) -> SheetEditor:
        """Somebody who works in the sheets by hand."""
        return SheetEditor(self.files, self.sheets, self.drive, email)

    def handles(self, path: str) -> bool:
        """Whether a path is one of the services' here."""
        return path.startswith(("/v4/", "/drive/", "/upload/drive/", "/token"))

    def handle(self, request: Request) -> Response:
        """Answer one request. Raises `Broken` if the connection is to break."""
        if request.path == "/token":
            return self.traffic.pass_through(
                request, "token", "token", lambda: self.accounts.exchange(request), _in_own_words
            )
        service = "sheets" if request.path.startswith("/v4/") else "drive"
        is_write = (
            self.sheets.is_write(request) if service == "sheets" else self.drive.is_write(request)
        )
        kind: Kind = "write" if is_write else "read"
        return self.traffic.pass_through(
            request,
            service,
            kind,
            lambda: packed(request, self._carried_out(request, service, is_write=is_write)),
            _in_own_words,
        )

    def _carried_out(self, request: Request, service: str, *, is_write: bool) -> Response:
        try:
            caller = self.accounts.caller(request)
            if caller is None:
                raise ApiError(401, _STRANGER if request.header("authorization") else _NOBODY)
            if service in self.disabled:
                raise _not_enabled(service)
            if service == "sheets":
                self.quota.take(caller.email, is_write=is_write)
                # https://cloud.google.com/apis/docs/system-parameters
                is_pretty = request.first("prettyPrint") != "false"
                answer = self.sheets.answer(request, caller)
                return json_response(200, answer, is_pretty=is_pretty)
            return self.drive.answer(request, caller)
        except ApiError as error:
            return error.response()


def _not_enabled(service: str) -> ApiError:
    name, api = {
        "sheets": ("Google Sheets API", "sheets.googleapis.com"),
        "drive": ("Google Drive API", "drive.googleapis.com"),
    }[service]
    link = f"https://console.developers.google.com/apis/api/{api}/overview?project=1050000000000"
    message = (
        f"{name} has not been used in project 1050000000000 before or it is disabled. Enable it by"
        f" visiting {link} then retry. If you enabled this API recently, wait a few minutes for the"
        " action to propagate to our systems and retry."
    )
    details = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "SERVICE_DISABLED",
            "domain": "googleapis.com",
            "metadata": {"service": api, "consumer": "projects/1050000000000"},
        }
    ]
    return ApiError(403, message, details=details)


def _in_own_words(fault: Fault) -> Response:
    """The answer for a fault with a status."""
    own = ApiError.of_status(fault.status or 500).response()
    body = own.body if fault.body is None else fault.body
    return Response(own.status, {**own.headers, **fault.headers}, body, fault.keep)
