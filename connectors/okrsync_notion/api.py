"""Requests to Notion with one token: the official client, with okrsync's retries, rate limit and
error messages.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx
from notion_client import APIResponseError, Client
from notion_client.client import ClientOptions
from notion_client.errors import HTTPResponseError, RequestTimeoutError

from okrsync.connector import AccessError, Calls, LostAnswer, Secret, SourceError
from okrsync.connector.network import (
    Network,
    Rate,
    TransientError,
    network_for,
    retry_after,
    unreached,
)
from okrsync_notion.edit_times import AnswerTime
from okrsync_notion.session import TimedClient

__all__ = ["VERSION", "Forbidden", "NotFound", "NotionApi", "NotionRefused", "notion_network"]

T = TypeVar("T")
Json = dict[str, Any]
VERSION = "2026-03-11"
"""The version of the Notion API that every request names."""
# 409 means that two edits met while Notion saved, and 529 that Notion is overloaded. Both pass by
# themselves (https://developers.notion.com/reference/status-codes).
_AGAIN = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
# A query that Notion cannot finish within 60 seconds ends with one of these.
_LIGHTER = frozenset({503, 504})
"""Status codes after which a smaller request may succeed."""
_RATE = Rate(3, seconds=1, limit="requests_per_second", fastest=10)
"""Notion gives each connection a budget per minute, and each workspace another that its connections
share. It states neither their size nor what is left; once one is used up, it states how long to
wait (https://developers.notion.com/reference/request-limits). It has always allowed an average of
three requests a second.
"""
_client_log = logging.getLogger("notion_client")


class NotionRefused(SourceError):
    """Notion understood the request and refused it; nothing took effect. `code` is Notion's error
    code.
    """

    def __init__(self, message: str, code: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class Forbidden(AccessError):
    """The connection lacks the capability for this request; other requests may be allowed."""


class NotFound(NotionRefused, AccessError):
    """The object is deleted, or not shared with the connection: Notion answers both alike."""


class _TooHeavyError(TransientError):
    """A failure after which a smaller request is more likely to succeed."""


def notion_network(token: Secret, endpoint: str | None, limits: Mapping[str, float]) -> Network:
    """The rate limit and the retries that all sources with this token share."""
    return network_for("notion", token, endpoint, limits, {"request": _RATE})


class NotionApi:
    """Requests to one workspace, through the shared network layer."""

    def __init__(self, token: Secret, endpoint: str | None, network: Network) -> None:
        options = ClientOptions(
            auth=token.reveal(),
            notion_version=VERSION,
            # The client retries neither 409, 502, 504 and 529 nor a query that failed, and waits 60
            # seconds at most. `Network` retries instead.
            retry=False,
            logger=_client_log,
            # Each warning of the client is also an error that okrsync reports, or a retry.
            log_level=logging.ERROR,
        )
        if endpoint is not None:
            options.base_url = endpoint
        # Loading the certificates takes a noticeable time, and plain HTTP needs none.
        plain = endpoint is not None and endpoint.startswith("http://")
        self._http = TimedClient(verify=not plain)
        self.client: Any = Client(options, client=self._http)
        self.network = network

    @property
    def answer_time(self) -> AnswerTime | None:
        """When Notion carried out the last request; None where its answer did not say."""
        return self._http.answer_time

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def read(
        self,
        calls: Calls,
        what: str,
        ask: Callable[[Any], Any],
        *,
        lighter: Callable[[], None] | None = None,
    ) -> Any:
        """The answer to a request that only reads, repeated while the failure may pass. `what`
        names the requested object in messages. `lighter` makes the request smaller and is called
        when Notion reports that it was too much.
        """
        return self._repeated(calls, what, ask, lighter=lighter)

    def put(self, calls: Calls, what: str, ask: Callable[[Any], Any]) -> Any:
        """The answer to a request that sets a state. Sending it twice does no harm, so that it is
        repeated like a request that reads.
        """
        return self._repeated(calls, what, ask, is_write=True)

    def add(self, calls: Calls, what: str, ask: Callable[[Any], Any]) -> Any:
        """The answer to a request that adds something. It is repeated only where it cannot have
        taken effect. Otherwise `LostAnswer` is raised: check, and try again (`repeat_lost`).
        """
        return self._repeated(calls, what, ask, is_write=True, is_adding=True)

    def repeat_lost(self, add: Callable[[int], T]) -> T:
        """The result of `add`, which first checks whether what it adds is already there; see
        `Network.repeat_lost`.
        """
        return self.network.repeat_lost(add)

    def _repeated(
        self,
        calls: Calls,
        what: str,
        ask: Callable[[Any], Any],
        *,
        is_write: bool = False,
        is_adding: bool = False,
        lighter: Callable[[], None] | None = None,
    ) -> Any:
        def send() -> Any:
            try:
                return self._once(what, ask, is_write=is_write, is_adding=is_adding)
            except _TooHeavyError:
                if lighter is not None:
                    lighter()
                raise

        return self.network.request("request", calls, what, send, is_write=is_write)

    def _once(
        self, what: str, ask: Callable[[Any], Any], *, is_write: bool, is_adding: bool
    ) -> Any:
        try:
            answer = ask(self.client)
        except (APIResponseError, HTTPResponseError) as error:
            raise self._refusal(error, what, is_write=is_write, is_adding=is_adding) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise TransientError(unreached("Notion", error)) from None
        # The client turns timeouts into `RequestTimeoutError` and passes every other error of
        # httpx on as it is. A body that is cut short fails while it is parsed.
        except (
            RequestTimeoutError,
            httpx.HTTPError,
            json.JSONDecodeError,
            RecursionError,
        ) as error:
            trouble = (
                "no answer came in time"
                if isinstance(error, RequestTimeoutError)
                else "the answer was cut short"
            )
            raise self._cut(what, trouble, is_adding=is_adding) from None
        # A proxy in between may answer 200 with a page of its own. All answers of Notion name what
        # they are in `object`.
        if not isinstance(answer, dict) or "object" not in answer:
            raise self._cut(what, "the answer was not one of Notion's", is_adding=is_adding)
        return answer

    @staticmethod
    def _cut(what: str, trouble: str, *, is_adding: bool) -> Exception:
        if is_adding:
            return LostAnswer(
                f"{what}: {trouble} while writing", hint="The next run checks what took effect."
            )
        return TransientError(trouble)

    def _refusal(
        self, error: HTTPResponseError, what: str, *, is_write: bool, is_adding: bool
    ) -> Exception:
        if error.status not in _AGAIN:
            return _refused(error, what, is_write=is_write)
        additional = _additional(error)
        # There are no idempotency keys. After anything but a 429 the addition may have taken
        # effect.
        if is_adding and error.status != 429:
            return LostAnswer(
                f"{what}: Notion answered {error.status} to a write",
                hint="The next run checks what took effect.",
            )
        limit = additional.get("rate_limit_reason")
        trouble = f"Notion answered {error.status}{f' ({limit})' if limit else ''}"
        wait = retry_after(error.headers.get("retry-after") if error.headers is not None else None)
        is_heavy = "retry_guidance" in additional or error.status in _LIGHTER
        kind = _TooHeavyError if is_heavy else TransientError
        return kind(trouble, wait, is_too_fast=error.status == 429)


def _refused(error: HTTPResponseError, what: str, *, is_write: bool) -> Exception:
    """The error for a request that Notion refuses for good, with what to do about it."""
    code = str(getattr(getattr(error, "code", ""), "value", getattr(error, "code", "")))
    if error.status == 401:
        return AccessError(
            f"{what}: Notion does not accept the token", hint="Copy the connection's token again."
        )
    if error.status == 403:
        return Forbidden(
            f"{what}: the connection may not {'edit' if is_write else 'read'} this",
            hint="Give it that capability under Settings, Connections.",
        )
    if error.status == 404:
        return NotFound(
            f"{what}: deleted, or not shared with the connection",
            code,
            hint=(
                "Open it in Notion, choose ..., Connections, and add the connection; a database"
                " inherits it from its page."
            ),
        )
    message = _message(error)
    # Both carry the code `validation_error`, so that only the words of the message tell them apart
    # from other refusals.
    if "is archived" in message:
        return NotionRefused(f"{what}: it is in the trash, where nothing is written", code)
    if "is a page, not a database" in message:
        return NotionRefused(
            f"{what}: that is a page, not a database",
            code,
            hint="Open the database on that page as a full page, and copy its address.",
        )
    return NotionRefused(f"{what}: {message}", code)


def _additional(error: HTTPResponseError) -> Json:
    """The `additional_data` of an error; empty where Notion sends none."""
    try:
        more = json.loads(error.body).get("additional_data")
    except (ValueError, AttributeError):
        return {}
    return more if isinstance(more, dict) else {}


def _message(error: HTTPResponseError) -> str:
    try:
        return str(json.loads(error.body)["message"])
    except (ValueError, KeyError, TypeError):
        return f"Notion answered {error.status}"
