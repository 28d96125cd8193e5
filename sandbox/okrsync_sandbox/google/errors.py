"""Refusals in Google's own form."""

from __future__ import annotations

from typing import Any

from okrsync_sandbox.wire import Response, json_response

__all__ = ["ApiError", "drive_error", "forbidden", "invalid", "no_field", "not_found", "too_fast"]

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_MESSAGES = {
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
    504: "Deadline expired before operation could complete.",
}


class ApiError(Exception):
    """A request that is refused. `errors` is Drive's list beside the message."""

    def __init__(
        self,
        code: int,
        message: str,
        status: str | None = None,
        details: list[dict[str, Any]] | None = None,
        errors: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status or _STATUS.get(code, "UNKNOWN")
        self.details = details
        self.errors = errors

    @classmethod
    def of_status(cls, code: int) -> ApiError:
        """Google's error for a status that the request did not cause."""
        return (
            too_fast("Read", 1)
            if code == 429
            else cls(code, _MESSAGES.get(code, "Request failed."))
        )

    def response(self) -> Response:
        """The answer. 502 comes from a machine in front, in HTML."""
        if self.code == 502:
            page = (
                "<!DOCTYPE html>\n<html lang=en><title>Error 502 (Server"
                " Error)!!1</title><p><b>502.</b> That's an error.</html>"
            )
            return Response(502, {"Content-Type": "text/html; charset=UTF-8"}, page.encode())
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        # Drive lists errors with reasons, where Sheets has one status.
        # https://developers.google.com/workspace/drive/api/guides/handle-errors
        if self.errors is not None:
            error["errors"] = self.errors
        else:
            error["status"] = self.status
        if self.details:
            error["details"] = self.details
        headers = (
            {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'}
            if self.code == 401
            else {}
        )
        return json_response(self.code, {"error": error}, headers)


def invalid(message: str) -> ApiError:
    """A request that makes no sense."""
    return ApiError(400, message)


def no_field(message: str, field: str = "") -> ApiError:
    """A request with an unknown field, or with a field of the wrong type."""
    violation = {"description": message} if not field else {"field": field, "description": message}
    return ApiError(
        400,
        message,
        details=[
            {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
        ],
    )


def not_found() -> ApiError:
    """No such spreadsheet, or one that may not be seen."""
    return ApiError(404, "Requested entity was not found.")


def forbidden(
    message: str = "The caller does not have permission", reason: str | None = None
) -> ApiError:
    """A caller who may not."""
    details = None
    if reason is not None:
        details = [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": reason,
                "domain": "googleapis.com",
            }
        ]
    return ApiError(403, message, details=details)


def too_fast(quota: str, limit: int, project: str = "1050000000000") -> ApiError:
    """The quota of this minute is used up. `quota` is `Read` or `Write`."""
    # The wording of a recorded answer; clients read its quota_limit.
    metric = f"sheets.googleapis.com/{quota.lower()}_requests"
    message = (
        f"Quota exceeded for quota metric '{quota} requests' and limit '{quota} requests per minute"
        f" per user' of service 'sheets.googleapis.com' for consumer 'project_number:{project}'."
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "quota_location": "global",
            "quota_metric": metric,
            "quota_limit": f"{quota}RequestsPerMinutePerUser",
            "quota_limit_value": str(limit),
            "consumer": f"projects/{project}",
            "service": "sheets.googleapis.com",
        },
    }
    return ApiError(429, message, details=[info])


def drive_error(
    code: int, message: str, reason: str, domain: str = "global", **where: str
) -> ApiError:
    """A refusal of Drive, which lists its errors. `where` is what it says of the place: `location`,
    `locationType`.
    """
    return ApiError(
        code, message, errors=[{"message": message, "domain": domain, "reason": reason, **where}]
    )
