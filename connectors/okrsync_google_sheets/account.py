"""One credential's way to Google: gspread's client with okrsync's retries, limits and words for
what goes wrong.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import Any
from weakref import WeakSet, WeakValueDictionary

import gspread
import requests
from google.auth.exceptions import RefreshError, TransportError
from gspread.http_client import HTTPClient

from okrsync.connector import AccessError, Calls, LostAnswer, Secret, SourceError, UnreadableSource
from okrsync.connector.network import Network, Rate, TransientError, network_for, retry_after
from okrsync_google_sheets.credentials import (
    COMMENT_SCOPE,
    SCOPES,
    Bearer,
    address_of,
    credentials_from,
    told,
)
from okrsync_google_sheets.feed import Feed, Kind
from okrsync_google_sheets.session import timed_session

__all__ = ["Account", "GoogleRefused", "account_for", "google_network", "users_of"]

SHEETS, DRIVE = "https://sheets.googleapis.com", "https://www.googleapis.com"
_CONNECTIONS = 32
"""So many connections are kept open for the sources that ask at the same time."""
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_RATES = {
    # https://developers.google.com/workspace/sheets/api/limits: 60 of each a minute and user
    "read": Rate(60, limit="reads_per_minute"),
    "write": Rate(60, limit="writes_per_minute"),
    "drive": Rate(600),
}
_accounts: WeakValueDictionary[tuple[str, ...], Account] = WeakValueDictionary()
_opening = threading.Lock()
_users: dict[str, WeakSet[object]] = {}


class GoogleRefused(SourceError):
    """Google understood and refused: a range that is not there, a batch with a protected cell.
    Nothing took effect.
    """


class _Client(HTTPClient):
    """gspread's HTTP client with its addresses sent to where the config says."""

    def __init__(self, session: requests.Session, endpoint: str | None) -> None:
        super().__init__(auth=None, session=session)  # type: ignore[arg-type]
        self._endpoint = endpoint

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(method, sent_to(endpoint, self._endpoint), *args, **kwargs)


def sent_to(url: str, endpoint: str | None) -> str:
    """Where a request to one of Google's addresses really goes: there, or to the gateway that the
    config names.
    """
    for host in (SHEETS, DRIVE):
        if endpoint is not None and url.startswith(host):
            return endpoint + url.removeprefix(host)
    return url


class Account:
    """What all sources with one credential share: the connection, the way out, the feed of
    changes.
    """

    def __init__(
        self, secret: Secret | None, endpoint: str | None, network: Network, *, comments: bool
    ) -> None:
        scopes = (*SCOPES, COMMENT_SCOPE) if comments else SCOPES
        self._bearer = Bearer(credentials_from(secret, scopes))
        session = timed_session(_CONNECTIONS)
        session.auth = self._bearer
        self._client = _Client(session, endpoint)
        self.network = network
        self.feed = Feed(self)

    @property
    def address(self) -> str | None:
        """The address to share spreadsheets with, where it is known."""
        return address_of(self._bearer.credentials)

    def ask(
        self, kind: Kind, calls: Calls, method: str, url: str, place: str, holds: str, **kwargs: Any
    ) -> Any:
        """One request, with its answer's JSON. `place` is what messages call the spreadsheet,
        `holds` what every right answer has in it: one without it comes from something that stands
        in between, and nobody knows what became of the request.

        Reads are repeated while trouble may pass. A write is repeated only where it cannot have
        taken effect; otherwise `LostAnswer` is raised. `GoogleRefused` says what Google refused,
        `AccessError` what it will not show.
        """
        is_write = kind == "write" or method != "get"
        send = partial(self._once, method, url, place, holds, is_write=is_write, **kwargs)
        return self.network.request(kind, calls, place, send, is_write=method != "get")

    def _once(
        self,
        method: str,
        url: str,
        place: str,
        holds: str,
        *,
        is_write: bool,
        is_renewed: bool = False,
        **kwargs: Any,
    ) -> Any:
        try:
            response = self._client.request(method, url, **kwargs)
            if response.status_code == requests.codes.no_content and not holds:
                return {}  # Drive has nothing to say of what it deleted
            answer = response.json()
            if not isinstance(answer, dict) or holds not in answer:
                raise self._cut("the answer was not one of Google's", place, is_write=is_write)
            return answer
        except gspread.exceptions.APIError as error:
            if error.response.status_code == 401 and not is_renewed:
                # The token was taken back before its time: nothing took effect, and a new one is
                # asked for.
                self._bearer.forget(error.response.request)
                return self._once(
                    method, url, place, holds, is_write=is_write, is_renewed=True, **kwargs
                )
            raise self._refusal(error, place, is_write=is_write) from None
        except RefreshError as error:
            if error.retryable or "invalid_" not in str(error.args):
                raise TransientError("Google's token service is in trouble") from None
            raise told(error, self.address) from None
        except (requests.exceptions.ConnectTimeout, TransportError) as error:
            raise TransientError(_unreached(error)) from None
        except (requests.exceptions.JSONDecodeError, RecursionError):
            raise self._cut("the answer was cut short", place, is_write=is_write) from None
        except requests.exceptions.ConnectionError as error:
            if "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error):
                raise TransientError(_unreached(error)) from None
            raise self._cut("the connection broke", place, is_write=is_write) from None
        except requests.exceptions.RequestException as error:
            what = (
                "no answer came in time"
                if isinstance(error, requests.exceptions.Timeout)
                else "the connection broke"
            )
            raise self._cut(what, place, is_write=is_write) from None

    @staticmethod
    def _cut(what: str, place: str, *, is_write: bool) -> Exception:
        if is_write:
            return LostAnswer(
                f"{place}: {what} while writing", hint="The next run looks at what took effect."
            )
        return TransientError(what)

    def _refusal(
        self, error: gspread.exceptions.APIError, place: str, *, is_write: bool
    ) -> Exception:
        response = error.response
        wait = retry_after(response.headers.get("Retry-After"))
        status, message, reason = response.status_code, *_said(response)
        if status == 429 or (
            status == 403 and reason in ("rateLimitExceeded", "userRateLimitExceeded")
        ):
            return TransientError(
                f"Google says that requests come too fast ({status})", wait, is_too_fast=True
            )
        if status in _AGAIN:
            if is_write:
                return LostAnswer(
                    f"{place}: Google answered {status} to a write",
                    hint="The next run looks at what took effect.",
                )
            return TransientError(f"Google answered {status}", wait)
        if status == 401:
            return AccessError(
                f"{place}: Google no longer accepts the credentials", hint="Run `okrsync check`."
            )
        if status == 404:
            return AccessError(
                f"{place}: there is no such spreadsheet: deleted, or the id is mistyped",
                hint="Copy the address from the browser once more, and share the spreadsheet"
                + (f" with {self.address}." if self.address else " with the account okrsync uses."),
            )
        if status == 403:
            return self._forbidden(message, reason, place, is_write=is_write)
        if "not supported for this document" in message:
            return UnreadableSource(
                f"{place}: this is an uploaded file (such as .xlsx), not a Google spreadsheet",
                hint=(
                    "Open it in Google Sheets and choose File, Save as Google Sheets; then use the"
                    " new address."
                ),
            )
        return GoogleRefused(f"{place}: {message}")

    def _forbidden(
        self, message: str, reason: str | None, place: str, *, is_write: bool
    ) -> AccessError:
        who = self.address or "the account okrsync uses"
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
                f"{place}: the {api} is not enabled in the project of {who}",
                hint=f"Enable it at {link}",
            )
        if reason in ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"):
            return AccessError(
                f"{place}: the credentials do not cover {'editing' if is_write else 'reading'}"
                " spreadsheets",
                hint=f"They need the scopes {' and '.join(SCOPES)}.",
            )
        if is_write:
            return AccessError(
                f"{place}: {who} may look but not edit",
                hint=f"Share the spreadsheet with {who} as Editor.",
            )
        return AccessError(
            f"{place}: {who} may not see this spreadsheet", hint=f"Share it with {who} as Editor."
        )


def _said(response: requests.Response) -> tuple[str, str | None]:
    """Google's message and its reason; both are missing where the answer is a page."""
    try:
        error = response.json()["error"]
        details = [
            one.get("reason") for one in (*error.get("details", ()), *error.get("errors", ()))
        ]
        return str(error.get("message", "")), next((reason for reason in details if reason), None)
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"Google answered {response.status_code}", None


def _unreached(error: Exception) -> str:
    return "Google cannot be reached: " + (
        "the name is not found" if "NameResolution" in repr(error) else "no connection"
    )


def google_network(
    secret: Secret | None, endpoint: str | None, limits: dict[str, float]
) -> Network:
    """The way to Google with a credential, which need not be one that can be used."""
    return network_for("google", secret, endpoint, limits, _RATES)


def users_of(network: Network) -> WeakSet[object]:
    """The open sources that use a credential; a source adds itself when it is opened and leaves
    when it is closed.
    """
    with _opening:
        return _users.setdefault(network.credential, WeakSet())


def account_for(
    secret: Secret | None, endpoint: str | None, network: Network, *, comments: bool
) -> Account:
    """The account of a credential: the same one for every source that is open with it, so that all
    share one connection.
    """
    key = (network.credential, f"{network.timeout} {network.give_up} {comments}")
    with _opening:
        account = _accounts.get(key)
        if account is None:
            account = _accounts[key] = Account(secret, endpoint, network, comments=comments)
        return account
