"""The credentials okrsync uses with Google: a service account, a person's consent, or the default
credentials of the machine.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

import google.auth
import requests
from google.auth.credentials import Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, RefreshError
from google.auth.transport import DEFAULT_RETRYABLE_STATUS_CODES
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials as UserCredentials
from google.oauth2.service_account import Credentials as ServiceAccountCredentials
from requests.auth import AuthBase

from okrsync.connector import AccessError, Secret, keep_out_of_sight
from okrsync.connector.network import TransientError, answer_seconds, retry_after
from okrsync_google_sheets.session import timed_session

__all__ = ["SCOPES", "Bearer", "address_of", "credentials_from", "token_refusal"]

_SCOPE_PREFIX = "https://www.googleapis.com/auth/"
SCOPES = (_SCOPE_PREFIX + "spreadsheets", _SCOPE_PREFIX + "drive.metadata.readonly")
"""The scopes okrsync requests: to edit spreadsheets, and to see in Drive which of them changed.
Comments need `COMMENT_SCOPE` as well.
"""
_TOKENS = "https://oauth2.googleapis.com/token"
COMMENT_SCOPE = _SCOPE_PREFIX + "drive"


def credentials_from(secret: Secret | None, scopes: Sequence[str] = SCOPES) -> Credentials:
    """The credentials that the config names. Raises `AccessError` if they cannot be used; it says
    what was found and what to do.
    """
    if secret is None:
        return _default(scopes)
    try:
        info = json.loads(secret.reveal())
    except ValueError:
        raise AccessError(
            f"the credentials ({secret.named}) are not JSON",
            hint=(
                "Give the key file of a service account, as the Google Cloud console downloads it."
            ),
        ) from None
    kind = info.get("type") if isinstance(info, dict) else None
    if kind == "service_account":
        return _service_account(info, secret, scopes)
    if kind == "authorized_user":
        return _user(info, secret, scopes)
    if isinstance(info, dict) and ("installed" in info or "web" in info):
        raise AccessError(
            f"the credentials ({secret.named}) are those of an OAuth client, not of an account",
            hint=(
                "Create a service account and download a key of it, or run `gcloud auth"
                " application-default login`."
            ),
        )
    actual_type = "no `type`" if kind is None else f"the type {kind!r}"
    raise AccessError(
        f"the credentials ({secret.named}) have {actual_type}; `service_account` or"
        " `authorized_user` is expected",
        hint=(
            "Download a new key of the service account: Google Cloud console, IAM, Service"
            " accounts, Keys."
        ),
    )


def _service_account(info: dict[str, Any], secret: Secret, scopes: Sequence[str]) -> Credentials:
    try:
        credentials: Credentials = ServiceAccountCredentials.from_service_account_info(
            info, scopes=list(scopes)
        )  # type: ignore[no-untyped-call]
    except (ValueError, GoogleAuthError) as error:
        missing = [
            name for name in ("client_email", "private_key", "token_uri") if not info.get(name)
        ]
        problem = (
            f"lacks {', '.join(missing)}" if missing else "holds a private key that cannot be read"
        )
        raise AccessError(
            f"the key file ({secret.named}) {problem}",
            hint="Download a new key of the service account and use it as it is.",
        ) from error
    return credentials


def _user(info: dict[str, Any], secret: Secret, scopes: Sequence[str]) -> Credentials:
    if not all(info.get(name) for name in ("client_id", "client_secret", "refresh_token")):
        raise AccessError(
            f"the authorised-user file ({secret.named}) cannot be used: it needs client_id,"
            " client_secret and refresh_token",
            hint="Allow access once more, and use the file that is written then.",
        )
    credentials: Credentials = UserCredentials(
        None,
        refresh_token=info["refresh_token"],
        token_uri=info.get("token_uri", _TOKENS),
        client_id=info["client_id"],
        client_secret=info["client_secret"],
        scopes=list(scopes),
    )  # type: ignore[no-untyped-call]
    return credentials


def _default(scopes: Sequence[str]) -> Credentials:
    try:
        credentials, _ = google.auth.default(scopes=list(scopes))
    except DefaultCredentialsError as error:
        raise AccessError(
            "no credentials are configured, and this machine has no application default"
            " credentials",
            hint=(
                'Name a key file, `credentials = {file = "service-account.json"}`, or run `gcloud'
                " auth application-default login`."
            ),
        ) from error
    return credentials


def address_of(credentials: Credentials) -> str | None:
    """The address to share spreadsheets with; None if the credentials do not contain it."""
    address = getattr(credentials, "service_account_email", None) or getattr(
        credentials, "account", None
    )
    return address if isinstance(address, str) and "@" in address else None


class Bearer(AuthBase):
    """Adds a valid token to each request. It refreshes an expired token and does nothing else:
    okrsync's network floor does the retries.

    Threads may share it: while one thread gets a new token, the others wait for it.
    """

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self._session = timed_session()
        self._lock = threading.Lock()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if not self._lock.acquire(timeout=answer_seconds()):
            raise TransientError("a new token for Google did not come in time")
        try:
            if not self.credentials.valid:
                self.credentials.refresh(self._transport)  # type: ignore[no-untyped-call]
                # Error pages may repeat the token, and behind a gateway it need not look like one.
                keep_out_of_sight(Secret(str(self.credentials.token), "Google's token service"))
            request.headers["Authorization"] = f"Bearer {self.credentials.token}"
        finally:
            self._lock.release()
        return request

    def close(self) -> None:
        """Close the connection to the token service. A later request opens a new one."""
        self._session.close()

    def forget(self, request: requests.PreparedRequest) -> None:
        """Drop the token that a request carried, since Google no longer accepts it. A newer token,
        which another thread may have got, is kept.
        """
        with self._lock:
            if request.headers.get("Authorization") == f"Bearer {self.credentials.token}":
                self.credentials.token = None

    def _transport(self, *args: Any, **kwargs: Any) -> Any:
        answer = Request(self._session)(*args, **kwargs)
        # google-auth retries these by itself, and its sleeps would exceed okrsync's time limit.
        if answer.status in DEFAULT_RETRYABLE_STATUS_CODES:
            wait = retry_after(answer.headers.get("Retry-After"))
            raise TransientError(f"Google's token service answered {answer.status}", wait)
        if answer.status == 200 and not _is_object(answer.data):
            # google-auth takes the answer for a mapping whatever it is. A network that asks people
            # to sign in answers with a page of its own.
            raise TransientError("the answer was not one of Google's token service")
        return answer


def _is_object(body: bytes) -> bool:
    """Whether it is an object of JSON."""
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def token_refusal(error: RefreshError, address: str | None) -> AccessError:
    """The error for a refused token: what the refusal means, and what to do."""
    text = " ".join(str(part) for part in error.args)
    account_name = address or "the account"
    # Google answers most of these with the code `invalid_grant`: only the description tells them
    # apart. https://developers.google.com/identity/protocols/oauth2/service-account#error-codes
    for phrase, message, hint in (
        (
            "reasonable timeframe",
            "Google refuses the credentials because this machine's clock is wrong",
            "Set the clock (for example with NTP) and try again.",
        ),
        (
            "Invalid JWT Signature",
            (
                f"Google does not accept the key of {account_name}: it was deleted, disabled or"
                " belongs to another account"
            ),
            "Create a new key for the service account and put it in the old one's place.",
        ),
        (
            "account not found",
            f"there is no service account {account_name} any more",
            "Create one, share the spreadsheets with it, and use its key.",
        ),
        (
            "expired or revoked",
            f"the permission that {account_name} once gave was taken back or has expired",
            "Allow access once more.",
        ),
        ("invalid_scope", "Google does not know what access is asked for", "Update okrsync."),
        (
            "invalid_client",
            "the client id or secret in the credentials is wrong",
            "Allow access once more.",
        ),
    ):
        if phrase.casefold() in text.casefold():
            return AccessError(message, hint=hint)
    return AccessError(
        f"Google refuses the credentials of {account_name}",
        hint="Run `okrsync check` with a newly made key.",
    )
