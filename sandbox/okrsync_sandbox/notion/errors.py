"""The errors of the local Notion: a status, a code, and a message in the words of the service.

After https://developers.notion.com/reference/status-codes.
"""

from __future__ import annotations

import json
from typing import Any

from okrsync_sandbox.wire import Response

__all__ = ["NotionError", "an_object", "failed", "not_found", "of_status", "wrong"]

_OF_STATUS = {
    400: ("validation_error", "Unsaved transactions: Unrecognized error."),
    401: ("unauthorized", "API token is invalid."),
    403: ("restricted_resource", "Insufficient permissions for this endpoint."),
    404: ("object_not_found", "Could not find the resource."),
    409: ("conflict_error", "Conflict occurred while saving. Please try again."),
    429: ("rate_limited", "You have been rate limited. Please try again in a few minutes."),
    500: ("internal_server_error", "Unexpected error occurred."),
    502: ("bad_gateway", "Bad gateway."),
    503: ("service_unavailable", "Notion is unavailable. Please try again later."),
    504: ("gateway_timeout", "Gateway timed out."),
    529: ("service_overload", "Notion is temporarily overloaded. Please try again later."),
}


class NotionError(Exception):
    """An answer that is an error. `headers` go with it, `additional_data` stands in its body."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        additional_data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status, self.code, self.message = status, code, message
        self.additional_data, self.headers = additional_data, headers or {}
        super().__init__(message)

    def response(self, request_id: str) -> Response:
        """The answer as it goes over the wire."""
        body: dict[str, Any] = {
            "object": "error",
            "status": self.status,
            "code": self.code,
            "message": self.message,
        }
        if self.additional_data is not None:
            body["additional_data"] = self.additional_data
        body["request_id"] = request_id
        headers = {"Content-Type": "application/json; charset=utf-8", **self.headers}
        return Response(self.status, headers, json.dumps(body, ensure_ascii=False).encode())


def of_status(status: int) -> NotionError:
    """The usual error of a status."""
    # The service states a wait with both (https://developers.notion.com/reference/request-limits).
    code, message = _OF_STATUS.get(status, ("internal_server_error", "Unexpected error occurred."))
    headers = {"Retry-After": "1"} if status in (429, 529) else {}
    return NotionError(status, code, message, headers=headers)


def wrong(message: str, additional_data: dict[str, Any] | None = None) -> NotionError:
    """A validation error with a sentence of its own."""
    return NotionError(400, "validation_error", message, additional_data)


def failed(path: str, should: str, actual: Any = ...) -> NotionError:
    """A validation error about one field of a request: what it should be, and what it was."""
    where = path.split(".", 1)[0].split("[", 1)[0]
    return wrong(
        f"{where} failed validation: {path} should be {should}, instead was {_shown(actual)}."
    )


def an_object(value: Any, path: str) -> dict[str, Any]:
    """The object a request brings at a place; an empty one where there is nothing. Raises
    `NotionError` for anything else.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise failed(path, "an object", value)
    return value


def not_found(kind: str, id_: str, integration: str) -> NotionError:
    """The error for what is missing or not shared: the service answers both alike."""
    return NotionError(
        404,
        "object_not_found",
        f"Could not find {kind} with ID: {id_}. Make sure the relevant pages and databases are"
        " shared with your "
        f'integration "{integration}".',
    )


def _shown(value: Any) -> str:
    if value is ...:
        return "`undefined`"
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"`{text if len(text) <= 53 else text[:50] + '...'}`"
