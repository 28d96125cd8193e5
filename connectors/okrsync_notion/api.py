"""One token's way to Notion: the real client with okrsync's retries, pace and words for what goes wrong."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import stamina
from notion_client import APIResponseError, Client
from notion_client.client import ClientOptions
from notion_client.errors import HTTPResponseError, RequestTimeoutError

from okrsync.connector import Calls, Secret
from okrsync.errors import AccessError, LostAnswer, SourceError

__all__ = ["VERSION", "NotionApi", "Refused"]

Json = dict[str, Any]
VERSION = "2026-03-11"
"""The version of the service's interface that is spoken."""
_AGAIN = frozenset({409, 429, 500, 502, 503, 504, 529})
_NOT_DONE = frozenset({409, 429, 529})
"""Answers after which nothing took effect."""
_log = logging.getLogger("okrsync.notion")
_client_log = logging.getLogger("notion_client")
stamina.instrumentation.set_on_retry_hooks([])  # what is tried again is told by `_worth_it`, in words


class Refused(SourceError):
    """Notion understood and refused; nothing took effect. `code` is Notion's own."""

    def __init__(self, message: str, code: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class _Passing(Exception):
    """Trouble that may pass; `wait` is how long Notion asked to wait, in seconds."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class NotionApi:
    """Requests to one workspace. `pace` is requests a second, `timeout` seconds for one answer, `give_up` how long trouble is put up with."""

    def __init__(self, token: Secret, endpoint: str | None, *, pace: float, timeout: float, give_up: float) -> None:
        options = ClientOptions(
            auth=token.reveal(),
            notion_version=VERSION,
            retry=False,
            timeout_ms=int(timeout * 1000),
            logger=_client_log,
        )
        if endpoint is not None:
            options.base_url = endpoint
        # Setting up TLS takes long, and there is none where the address has none.
        plain = endpoint is not None and endpoint.startswith("http://")
        self._http = httpx.Client(verify=not plain)
        self.client: Any = Client(options, client=self._http)
        self._gap, self._next, self._give_up = 1.0 / pace, 0.0, give_up
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def read(self, calls: Calls, what: str, ask: Callable[[Any], Any]) -> Any:
        """An answer to a reading request, repeated while trouble may pass. `what` is what messages call the thing asked for."""
        return self._repeated(calls, what, ask, is_write=False)

    def write(self, calls: Calls, what: str, ask: Callable[[Any], Any]) -> Any:
        """An answer to a writing request; repeated only where it cannot have taken effect, else `LostAnswer` is raised."""
        return self._repeated(calls, what, ask, is_write=True)

    def _repeated(self, calls: Calls, what: str, ask: Callable[[Any], Any], *, is_write: bool) -> Any:
        try:
            for attempt in stamina.retry_context(
                on=partial(_worth_it, what),
                attempts=None,
                timeout=self._give_up,
                wait_initial=0.5,
                wait_max=32.0,
                wait_jitter=0.5,
            ):
                with attempt:
                    calls.retries += attempt.num > 1
                    return self._once(calls, what, ask, is_write=is_write)
        except _Passing as error:
            raise SourceError(
                f"{what}: {error}; gave up after {self._give_up:g} s", hint="Nothing is lost: the next run tries again."
            ) from error
        raise AssertionError("a retry ends with an answer or an error")

    def _once(self, calls: Calls, what: str, ask: Callable[[Any], Any], *, is_write: bool) -> Any:
        self._wait_for_turn()
        if is_write:
            calls.write += 1
        else:
            calls.read += 1
        try:
            return ask(self.client)
        except (APIResponseError, HTTPResponseError) as error:
            raise _refusal(error, what, is_write=is_write) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _Passing(f"Notion cannot be reached ({type(error).__name__})") from None
        except (RequestTimeoutError, httpx.HTTPError, json.JSONDecodeError) as error:
            said = "no answer came in time" if isinstance(error, RequestTimeoutError) else "the answer was cut short"
            if is_write:
                raise LostAnswer(
                    f"{what}: {said} while writing", hint="The next run looks at what took effect."
                ) from None
            raise _Passing(said) from None

    def _wait_for_turn(self) -> None:
        with self._lock:
            now = time.monotonic()
            wait = self._next - now
            self._next = max(now, self._next) + self._gap
        if wait > 0:
            time.sleep(wait)


def _worth_it(what: str, error: Exception) -> bool | float:
    if not isinstance(error, _Passing):
        return False
    _log.info("%s: %s; trying again", what, error)
    return True if error.wait is None else error.wait


def _refusal(error: HTTPResponseError, what: str, *, is_write: bool) -> Exception:
    status = error.status
    if status in _AGAIN:
        wait = str(error.headers.get("retry-after", "")) if error.headers is not None else ""
        if is_write and status not in _NOT_DONE:
            return LostAnswer(
                f"{what}: Notion answered {status} to a write", hint="The next run looks at what took effect."
            )
        return _Passing(f"Notion answered {status}", float(wait) if wait.isdigit() else None)
    code = str(getattr(getattr(error, "code", ""), "value", getattr(error, "code", "")))
    if status == 401:
        return AccessError(f"{what}: Notion does not accept the token", hint="Copy the connection's token anew.")
    if status == 403:
        return AccessError(
            f"{what}: the connection may not {'edit' if is_write else 'read'} this",
            hint="Give it that capability under Settings, Connections.",
        )
    if status == 404:
        return Refused(
            f"{what}: deleted, or not shared with the connection",
            code,
            hint="Open it in Notion, choose ..., Connections, and add the connection; a database inherits it from its page.",
        )
    said = _said(error)
    if "is a page, not a database" in said:
        return Refused(
            f"{what}: that is a page, not a database",
            code,
            hint="Open the database on it as a full page, and copy that address.",
        )
    return Refused(f"{what}: {said}", code)


def _said(error: HTTPResponseError) -> str:
    try:
        return str(json.loads(error.body)["message"])
    except (ValueError, KeyError, TypeError):
        return f"Notion answered {error.status}"
