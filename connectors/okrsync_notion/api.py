"""One token's way to Notion: the real client with okrsync's retries, pace and words for what goes
wrong.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import stamina
from notion_client import APIResponseError, Client
from notion_client.client import ClientOptions
from notion_client.errors import HTTPResponseError, RequestTimeoutError

from okrsync.connector import AccessError, Calls, LostAnswer, Secret, SourceError
from okrsync_notion.in_time import TimedClient
from okrsync_notion.pace import shared_pace, wait_asked_for

__all__ = ["VERSION", "Forbidden", "NotionApi", "NotionRefused"]

Json = dict[str, Any]
VERSION = "2026-03-11"
"""The version of the service's interface that is spoken."""
_AGAIN = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
_LIGHTER = frozenset({503, 504})
"""Answers after which a smaller question may be answered."""
_A_DAY = 86_400.0
_LONGEST_PAUSE = 32.0
"""Seconds between two tries where Notion does not say how long to wait."""
_log = logging.getLogger("okrsync.notion")
_client_log = logging.getLogger("notion_client")
stamina.instrumentation.set_on_retry_hooks(
    []
)  # what is tried again is told by `_worth_it`, in words


class NotionRefused(SourceError):
    """Notion understood and refused; nothing took effect. `code` is Notion's own."""

    def __init__(self, message: str, code: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class Forbidden(AccessError):
    """The connection may not do this one thing; others it may."""


class _TransientNotionError(Exception):
    """Trouble that may pass; `wait` is how long Notion asked to wait, in seconds, `is_heavy`
    whether it asks for a smaller question.
    """

    def __init__(self, message: str, wait: float | None = None, *, is_heavy: bool = False) -> None:
        super().__init__(message)
        self.wait, self.is_heavy = wait, is_heavy


class NotionApi:
    """Requests to one workspace. `pace` is requests a second, None to find out what goes; `timeout`
    seconds for one answer, `give_up` how long trouble is put up with.
    """

    def __init__(
        self,
        token: Secret,
        endpoint: str | None,
        *,
        pace: float | None,
        timeout: float,
        give_up: float,
    ) -> None:
        options = ClientOptions(
            auth=token.reveal(),
            notion_version=VERSION,
            retry=False,
            timeout_ms=int(timeout * 1000),
            logger=_client_log,
            # what it warns of is told in our own words, or is no trouble at all
            log_level=logging.ERROR,
        )
        if endpoint is not None:
            options.base_url = endpoint
        # Setting up TLS takes long, and there is none where the address has none.
        plain = endpoint is not None and endpoint.startswith("http://")
        self._http = TimedClient(timeout, verify=not plain)
        self.client: Any = Client(options, client=self._http)
        self._pace, self._give_up = shared_pace(token, endpoint, pace), give_up

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
        effect, else `LostAnswer` is raised: look, and try again (`tries`).
        """
        return self._repeated(calls, what, ask, is_write=True, is_adding=True)

    def tries(self) -> Iterator[stamina.Attempt]:
        """Tries of something that adds: in each, look whether it is there already. After
        `LostAnswer` comes another, a while later; the last one raises it.
        """
        return self._patient(LostAnswer, attempts=5)

    def _patient(
        self, on: type[Exception] | Callable[[Exception], bool | float], attempts: int | None = None
    ) -> Iterator[stamina.Attempt]:
        return iter(
            stamina.retry_context(
                on=on,
                attempts=attempts,
                timeout=self._give_up,
                wait_initial=0.5,
                wait_max=_LONGEST_PAUSE,
                wait_jitter=0.5,
            )
        )

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
        try:
            for attempt in self._patient(partial(self._worth_it, what)):
                with attempt:
                    calls.retries += attempt.num > 1
                    try:
                        return self._once(calls, what, ask, is_write=is_write, is_adding=is_adding)
                    except _TransientNotionError as error:
                        if error.is_heavy and lighter is not None:
                            lighter()
                        raise
        except _TransientNotionError as error:
            gave_up = f"gave up after {self._give_up:g} s"
            if error.wait is not None and error.wait > self._give_up:
                gave_up = (
                    f"it asks to wait for {error.wait:g} s, and `give_up_seconds` is"
                    f" {self._give_up:g}"
                )
            raise SourceError(
                f"{what}: {error}; {gave_up}", hint="Nothing is lost: the next run tries again."
            ) from error
        raise AssertionError("a retry ends with an answer or an error")

    def _worth_it(self, what: str, error: Exception) -> bool | float:
        if not isinstance(error, _TransientNotionError) or (
            error.wait is not None and error.wait > self._give_up
        ):
            return False
        _log.info("%s: %s; trying again", what, error)
        # What Notion asked to wait is waited for by all who share the pace.
        return True if error.wait is None else 0.0

    def _once(
        self, calls: Calls, what: str, ask: Callable[[Any], Any], *, is_write: bool, is_adding: bool
    ) -> Any:
        self._wait_for_turn()
        if is_write:
            calls.write += 1
        else:
            calls.read += 1
        try:
            answer = ask(self.client)
        except (APIResponseError, HTTPResponseError) as error:
            raise self._refusal(error, what, is_write=is_write, is_adding=is_adding) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _TransientNotionError(
                f"Notion cannot be reached ({type(error).__name__})"
            ) from None
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
        self._pace.went_well()
        return answer

    @staticmethod
    def _cut(what: str, said: str, *, is_adding: bool) -> Exception:
        if is_adding:
            return LostAnswer(
                f"{what}: {said} while writing", hint="The next run looks at what took effect."
            )
        return _TransientNotionError(said)

    def _wait_for_turn(self) -> None:
        turn = self._pace.take()
        # Somebody else may be told to wait meanwhile, and that is meant for all.
        while (left := self._pace.left(turn)) > 0 and not stamina.is_testing():
            time.sleep(left)

    def _refusal(
        self, error: HTTPResponseError, what: str, *, is_write: bool, is_adding: bool
    ) -> Exception:
        if error.status not in _AGAIN:
            return _said_no(error, what, is_write=is_write)
        wait = wait_asked_for(
            error.headers.get("retry-after") if error.headers is not None else None
        )
        if wait is not None:
            wait = min(wait, _A_DAY)
            self._pace.hold(min(wait, self._give_up), is_too_fast=error.status == 429)
        more = _additional(error)
        if is_adding and error.status != 429:
            return LostAnswer(
                f"{what}: Notion answered {error.status} to a write",
                hint="The next run looks at what took effect.",
            )
        limit = more.get("rate_limit_reason")
        said = f"Notion answered {error.status}{f' ({limit})' if limit else ''}"
        return _TransientNotionError(
            said, wait, is_heavy="retry_guidance" in more or error.status in _LIGHTER
        )


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
        return NotionRefused(
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
