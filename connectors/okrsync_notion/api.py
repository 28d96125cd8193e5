"""One token's way to Notion: the real client with okrsync's retries, pace and words for what goes
wrong.
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
from okrsync.connector.network import Network, Rate, TransientError, network_for, retry_after
from okrsync_notion.session import TimedClient

__all__ = ["VERSION", "Forbidden", "NotFound", "NotionApi", "NotionRefused", "notion_network"]

T = TypeVar("T")
Json = dict[str, Any]
VERSION = "2026-03-11"
"""The version of the service's interface that is spoken."""
_AGAIN = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
_LIGHTER = frozenset({503, 504})
"""Answers after which a smaller question may be answered."""
_RATE = Rate(3, seconds=1, limit="requests_per_second", fastest=10)
"""Notion gives every connection a budget for each minute, and every workspace another that all of
its connections share. It tells neither how large they are nor what is left, only, once one is used
up, how long to wait (https://developers.notion.com/reference/request-limits). An average of three
requests a second is what it has always allowed.
"""
_client_log = logging.getLogger("notion_client")


class NotionRefused(SourceError):
    """Notion understood and refused; nothing took effect. `code` is Notion's own."""

    def __init__(self, message: str, code: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class Forbidden(AccessError):
    """The connection may not do this one thing; others it may."""


class NotFound(NotionRefused, AccessError):
    """It is deleted, or not shared with the connection: Notion does not tell the two apart."""


class _TooHeavyError(TransientError):
    """Trouble that may pass sooner with a smaller question."""


def notion_network(token: Secret, endpoint: str | None, limits: Mapping[str, float]) -> Network:
    """The way to Notion with a token."""
    return network_for("notion", token, endpoint, limits, {"request": _RATE})


class NotionApi:
    """Requests to one workspace, by way of the network floor."""

    def __init__(self, token: Secret, endpoint: str | None, network: Network) -> None:
        options = ClientOptions(
            auth=token.reveal(),
            notion_version=VERSION,
            retry=False,
            logger=_client_log,
            # what it warns of is told in our own words, or is no trouble at all
            log_level=logging.ERROR,
        )
        if endpoint is not None:
            options.base_url = endpoint
        # Setting up TLS takes long, and there is none where the address has none.
        plain = endpoint is not None and endpoint.startswith("http://")
        self._http = TimedClient(verify=not plain)
        self.client: Any = Client(options, client=self._http)
        self.network = network

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def read(
        self,
        calls: Calls,
        what: str,
        ask: Callable[[Any], Any],
        *,
        lighter: Callable[[], None] | None = None,
    ) -> Any:
        """An answer to a reading request, repeated while trouble may pass. `what` is what messages
        call the thing asked for; `lighter` makes the question smaller, where Notion says that it
        was too much.
        """
        return self._repeated(calls, what, ask, lighter=lighter)

    def put(self, calls: Calls, what: str, ask: Callable[[Any], Any]) -> Any:
        """An answer to a request that says what shall be, so that it does no harm to say it twice:
        repeated like a question.
        """
        return self._repeated(calls, what, ask, is_write=True)

    def add(self, calls: Calls, what: str, ask: Callable[[Any], Any]) -> Any:
        """An answer to a request that adds something. Repeated only where it cannot have taken
        effect, else `LostAnswer` is raised: look, and try again (`repeat_lost`).
        """
        return self._repeated(calls, what, ask, is_write=True, is_adding=True)

    def repeat_lost(self, add: Callable[[int], T]) -> T:
        """What `add` returns, which looks first whether what it adds is there already; see
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
            raise TransientError(f"Notion cannot be reached ({type(error).__name__})") from None
        except (
            RequestTimeoutError,
            httpx.HTTPError,
            json.JSONDecodeError,
            RecursionError,
        ) as error:
            said = (
                "no answer came in time"
                if isinstance(error, RequestTimeoutError)
                else "the answer was cut short"
            )
            raise self._cut(what, said, is_adding=is_adding) from None
        if not isinstance(answer, dict) or "object" not in answer:
            raise self._cut(what, "the answer was not one of Notion's", is_adding=is_adding)
        return answer

    @staticmethod
    def _cut(what: str, said: str, *, is_adding: bool) -> Exception:
        if is_adding:
            return LostAnswer(
                f"{what}: {said} while writing", hint="The next run looks at what took effect."
            )
        return TransientError(said)

    def _refusal(
        self, error: HTTPResponseError, what: str, *, is_write: bool, is_adding: bool
    ) -> Exception:
        if error.status not in _AGAIN:
            return _said_no(error, what, is_write=is_write)
        more = _additional(error)
        if is_adding and error.status != 429:
            return LostAnswer(
                f"{what}: Notion answered {error.status} to a write",
                hint="The next run looks at what took effect.",
            )
        limit = more.get("rate_limit_reason")
        said = f"Notion answered {error.status}{f' ({limit})' if limit else ''}"
        wait = retry_after(error.headers.get("retry-after") if error.headers is not None else None)
        is_heavy = "retry_guidance" in more or error.status in _LIGHTER
        kind = _TooHeavyError if is_heavy else TransientError
        return kind(said, wait, is_too_fast=error.status == 429)


def _said_no(error: HTTPResponseError, what: str, *, is_write: bool) -> Exception:
    """What Notion refuses for good, in words that say what to do."""
    code = str(getattr(getattr(error, "code", ""), "value", getattr(error, "code", "")))
    if error.status == 401:
        return AccessError(
            f"{what}: Notion does not accept the token", hint="Copy the connection's token anew."
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
    said = _said(error)
    if "is archived" in said:
        return NotionRefused(f"{what}: it is in the trash, and nothing is written there", code)
    if "is a page, not a database" in said:
        return NotionRefused(
            f"{what}: that is a page, not a database",
            code,
            hint="Open the database on it as a full page, and copy that address.",
        )
    return NotionRefused(f"{what}: {said}", code)


def _additional(error: HTTPResponseError) -> Json:
    """What Notion tells beside the message; nothing where it tells nothing."""
    try:
        more = json.loads(error.body).get("additional_data")
    except (ValueError, AttributeError):
        return {}
    return more if isinstance(more, dict) else {}


def _said(error: HTTPResponseError) -> str:
    try:
        return str(json.loads(error.body)["message"])
    except (ValueError, KeyError, TypeError):
        return f"Notion answered {error.status}"
