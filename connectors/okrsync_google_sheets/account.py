"""One credential's way to Google: gspread's client with okrsync's retries, limits and words for
what goes wrong.
"""

from __future__ import annotations

import gzip
import json
import secrets
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode
from weakref import WeakSet, WeakValueDictionary

import gspread
import requests
from google.auth.exceptions import RefreshError, TransportError
from gspread.http_client import HTTPClient

from okrsync.connector import AccessError, Calls, LostAnswer, Secret, SourceError, UnreadableSource
from okrsync.connector.network import (
    Network,
    Rate,
    TransientError,
    network_for,
    retry_after,
    unreached,
)
from okrsync_google_sheets.credentials import (
    COMMENT_SCOPE,
    SCOPES,
    Bearer,
    address_of,
    credentials_from,
    token_refusal,
)
from okrsync_google_sheets.feed import Feed, Kind
from okrsync_google_sheets.session import timed_session

__all__ = ["Account", "GoogleRefused", "account_for", "google_network", "users_of"]

SHEETS, DRIVE = "https://sheets.googleapis.com", "https://www.googleapis.com"
_CONNECTIONS = 32
"""How many connections stay open for sources that send requests at the same time."""
_RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
_RATES = {
    # https://developers.google.com/workspace/sheets/api/limits: 60 of each a minute and user
    "read": Rate(60, limit="reads_per_minute"),
    "write": Rate(60, limit="writes_per_minute"),
    "drive": Rate(600),
}
_accounts: WeakValueDictionary[tuple[str, ...], Account] = WeakValueDictionary()
_opening = threading.Lock()
_users: dict[str, WeakSet[object]] = {}


_JSON = {"Content-Type": "application/json"}
_WORTH_COMPRESSING = 20_000
"""Bytes of a request from which on it is compressed, as Google's own clients do:
https://github.com/googleapis/google-api-dotnet-client/issues/41. Smaller ones stay readable to what
stands between.
"""


class GoogleRefused(SourceError):
    """Google understood the request and refused it, for example because a range is missing or a
    cell of the batch is protected. Nothing took effect.
    """


class _Client(HTTPClient):
    """gspread's HTTP client, sending to the endpoint that the config names."""

    def __init__(self, session: requests.Session, endpoint: str | None) -> None:
        super().__init__(auth=None, session=session)  # type: ignore[arg-type]
        # Google compresses answers only for clients whose name says that they can read them:
        # https://developers.google.com/workspace/sheets/api/guides/performance
        session.headers["User-Agent"] = "okrsync (gzip)"
        self._endpoint = endpoint
        self._compresses = True

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> requests.Response:
        url, body = sent_to(endpoint, self._endpoint), kwargs.pop("json", None)
        if kwargs.get("params"):
            kwargs["params"] = _query(kwargs["params"])
        if body is None:
            return super().request(method, url, *args, **kwargs)
        # `requests` would put a blank behind every sign: an eighth of a batch.
        content = json.dumps(body, separators=(",", ":")).encode()
        kwargs["headers"] = {**(kwargs.get("headers") or {}), **_JSON}
        if self._compresses and len(content) >= _WORTH_COMPRESSING:
            try:
                return super().request(method, url, *args, **_packed(content, kwargs))
            except gspread.exceptions.APIError as error:
                # Google reads compressed requests. A gateway that does not says so with 415, and
                # nothing took effect.
                if error.response.status_code != requests.codes.unsupported_media_type:
                    raise
                self._compresses = False
        return super().request(method, url, *args, **{**kwargs, "data": content})


def _query(params: Mapping[str, Any]) -> str:
    """The query of an address. The signs of a field mask may stand in one as they are (RFC 3986,
    section 3.4). `requests` and urllib3 would escape each of them and look at each escape again:
    for our longest mask that takes longer than sending the request.
    """
    return urlencode(params, doseq=True, safe="(),/")


def _packed(content: bytes, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a request with this content, compressed."""
    headers = {**kwargs["headers"], "Content-Encoding": "gzip"}
    return {**kwargs, "data": gzip.compress(content, mtime=0), "headers": headers}


def sent_to(url: str, endpoint: str | None) -> str:
    """The address a request for Google is sent to: Google's own, or that of the gateway the config
    names.
    """
    for host in (SHEETS, DRIVE):
        if endpoint is not None and url.startswith(host):
            return endpoint + url.removeprefix(host)
    return url


class Account:
    """What all sources with the same credentials share: the connections, the network floor and the
    feed of changes.
    """

    def __init__(
        self, secret: Secret | None, endpoint: str | None, network: Network, *, comments: bool
    ) -> None:
        scopes = (*SCOPES, COMMENT_SCOPE) if comments else SCOPES
        self._bearer = Bearer(credentials_from(secret, scopes))
        self._session = timed_session(_CONNECTIONS)
        self._session.auth = self._bearer
        self._client = _Client(self._session, endpoint)
        self.network = network
        self.feed = Feed(self)

    def close(self) -> None:
        """Close the connections that are open. A later request opens new ones."""
        self._session.close()
        self._bearer.close()

    @property
    def address(self) -> str | None:
        """The address to share spreadsheets with, where it is known."""
        return address_of(self._bearer.credentials)

    def ask(
        self,
        kind: Kind,
        calls: Calls,
        method: str,
        url: str,
        location: str,
        answer_key: str,
        **kwargs: Any,
    ) -> Any:
        """Send one request and return the JSON of its answer. Messages call the spreadsheet
        `location`. Every valid answer has the field `answer_key`: an answer without it comes from a
        proxy or a login page, and the outcome of the request is unknown.

        Reads are repeated while the failure may be temporary. A write is repeated only if it cannot
        have taken effect; otherwise `LostAnswer` is raised. Raises `GoogleRefused` when Google
        refuses the request, and `AccessError` when the account has no access.
        """
        is_write = kind == "write" or method != "get"
        send = partial(self._once, method, url, location, answer_key, is_write=is_write, **kwargs)
        return self.network.request(kind, calls, location, send, is_write=method != "get")

    def new_mark_id(self) -> int | str:
        """An id for a mark, which no other has."""
        # Ids of marks are positive 32-bit integers.
        return secrets.randbelow(2**31 - 1) + 1

    def _once(
        self,
        method: str,
        url: str,
        location: str,
        answer_key: str,
        *,
        is_write: bool,
        is_renewed: bool = False,
        **kwargs: Any,
    ) -> Any:
        try:
            response = self._client.request(method, url, **kwargs)
            if response.status_code == requests.codes.no_content and not answer_key:
                return {}  # Drive answers a deletion with 204 and no body
            answer = response.json()
            if not isinstance(answer, dict) or answer_key not in answer:
                raise self._cut("the answer was not one of Google's", location, is_write=is_write)
            return answer
        except gspread.exceptions.APIError as error:
            if error.response.status_code == 401 and not is_renewed:
                # The token was revoked before it expired. Nothing took effect, so that even a write
                # may be sent again, once, with a new token.
                self._bearer.forget(error.response.request)
                return self._once(
                    method, url, location, answer_key, is_write=is_write, is_renewed=True, **kwargs
                )
            raise self._refusal(error, location, is_write=is_write) from None
        except RefreshError as error:
            # google-auth marks only some temporary failures as retryable. A real refusal names an
            # OAuth error code such as `invalid_grant` (RFC 6749, section 5.2).
            if error.retryable or "invalid_" not in str(error.args):
                raise TransientError("Google's token service is in trouble") from None
            raise token_refusal(error, self.address) from None
        except (requests.exceptions.ConnectTimeout, TransportError) as error:
            raise TransientError(unreached("Google", error)) from None
        except (requests.exceptions.JSONDecodeError, RecursionError):
            # `json` raises RecursionError for brackets nested too deeply: no answer of Google's.
            raise self._cut("the answer was cut short", location, is_write=is_write) from None
        except requests.exceptions.ConnectionError as error:
            # requests wraps both failures in one class. Only without any connection is it certain
            # that a write did not reach Google.
            if "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error):
                raise TransientError(unreached("Google", error)) from None
            raise self._cut("the connection broke", location, is_write=is_write) from None
        except requests.exceptions.RequestException as error:
            trouble = (
                "no answer came in time"
                if isinstance(error, requests.exceptions.Timeout)
                else "the connection broke"
            )
            raise self._cut(trouble, location, is_write=is_write) from None

    @staticmethod
    def _cut(trouble: str, location: str, *, is_write: bool) -> Exception:
        if is_write:
            return LostAnswer(
                f"{location}: {trouble} while writing",
                hint="The next run looks at what took effect.",
            )
        return TransientError(trouble)

    def _refusal(
        self, error: gspread.exceptions.APIError, location: str, *, is_write: bool
    ) -> Exception:
        response = error.response
        wait = retry_after(response.headers.get("Retry-After"))
        status, message, reason = response.status_code, *_message_and_reason(response)
        # Sheets reports an exceeded quota as 429, Drive as 403 with one of these reasons:
        # https://developers.google.com/workspace/drive/api/guides/handle-errors
        if status == 429 or (
            status == 403 and reason in ("rateLimitExceeded", "userRateLimitExceeded")
        ):
            return TransientError(
                f"Google says that requests come too fast ({status})", wait, is_too_fast=True
            )
        if status in _RETRIED_STATUSES:
            if is_write:
                return LostAnswer(
                    f"{location}: Google answered {status} to a write",
                    hint="The next run looks at what took effect.",
                )
            return TransientError(f"Google answered {status}", wait)
        if status == 401:
            return AccessError(
                f"{location}: Google no longer accepts the credentials", hint="Run `okrsync check`."
            )
        if status == 404 and message.startswith(("Comment", "Reply")):
            return GoogleRefused(f"{location}: {message}")
        if status == 404:
            return AccessError(
                f"{location}: there is no such spreadsheet: deleted, or the id is mistyped",
                hint="Copy the address from the browser once more, and share the spreadsheet"
                + (f" with {self.address}." if self.address else " with the account okrsync uses."),
            )
        if status == 403:
            return self._forbidden(message, reason, location, is_write=is_write)
        # An uploaded .xlsx has an address like a spreadsheet's. The Sheets API answers 400 for it,
        # and this sentence is the only sign.
        if "not supported for this document" in message:
            return UnreadableSource(
                f"{location}: this is an uploaded file (such as .xlsx), not a Google spreadsheet",
                hint=(
                    "Open it in Google Sheets and choose File, Save as Google Sheets; then use the"
                    " new address."
                ),
            )
        return GoogleRefused(f"{location}: {message}")

    def _forbidden(
        self, message: str, reason: str | None, location: str, *, is_write: bool
    ) -> AccessError:
        account_name = self.address or "the account okrsync uses"
        if (
            reason in ("SERVICE_DISABLED", "accessNotConfigured")
            or "has not been used in project" in message
        ):
            api = "Google Drive API" if "Drive" in message else "Google Sheets API"
            link = next(
                (word for word in message.split() if word.startswith("https://")),
                "the Google Cloud console",
            )
            return AccessError(
                f"{location}: the {api} is not enabled in the project of {account_name}",
                hint=f"Enable it at {link}",
            )
        if reason in ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"):
            return AccessError(
                f"{location}: the credentials do not cover {'editing' if is_write else 'reading'}"
                " spreadsheets",
                hint=f"They need the scopes {' and '.join(SCOPES)}.",
            )
        if is_write:
            return AccessError(
                f"{location}: {account_name} may look but not edit",
                hint=f"Share the spreadsheet with {account_name} as Editor.",
            )
        return AccessError(
            f"{location}: {account_name} may not see this spreadsheet",
            hint=f"Share it with {account_name} as Editor.",
        )


def _message_and_reason(response: requests.Response) -> tuple[str, str | None]:
    """Google's error message and its reason; the reason is None if the answer names none."""
    try:
        error = response.json()["error"]
        details = [
            detail.get("reason") for detail in (*error.get("details", ()), *error.get("errors", ()))
        ]
        return str(error.get("message", "")), next((reason for reason in details if reason), None)
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"Google answered {response.status_code}", None


def google_network(
    secret: Secret | None, endpoint: str | None, limits: dict[str, float]
) -> Network:
    """The network floor for a credential. The credential need not be valid: it only serves as a
    key here.
    """
    return network_for("google", secret, endpoint, limits, _RATES)


def users_of(network: Network) -> WeakSet[object]:
    """The open sources that use a credential. A source adds itself when it is opened and removes
    itself when it is closed.
    """
    with _opening:
        return _users.setdefault(network.credential, WeakSet())


def account_for(
    secret: Secret | None, endpoint: str | None, network: Network, *, comments: bool
) -> Account:
    """The account of a credential. All sources that are open with the credential share the
    account and its connections.
    """
    # An account keeps its token, and the wider scope for comments needs a token of its own.
    key = (network.credential, f"{network.timeout} {network.give_up} {comments}")
    with _opening:
        account = _accounts.get(key)
        if account is None:
            account = _accounts[key] = Account(secret, endpoint, network, comments=comments)
        return account
