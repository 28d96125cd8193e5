"""The accounts that may send requests: service accounts and people, their keys, and the tokens they
get for signed claims.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from okrsync_sandbox.wire import Request, Response, json_response

__all__ = ["Accounts", "Caller"]

_LIFETIME = 3600
_AUDIENCE = "https://oauth2.googleapis.com/token"
"""What claims are addressed to whatever the key file's token_uri is: the client library has it
built in.
"""
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SCOPES = "https://www.googleapis.com/auth/"
_KNOWN_SCOPES = {
    **{
        _SCOPES + name: name
        for name in (
            "spreadsheets",
            "spreadsheets.readonly",
            "drive",
            "drive.appdata",
            "drive.file",
            "drive.metadata",
            "drive.metadata.readonly",
            "drive.readonly",
            "drive.scripts",
            "cloud-platform",
        )
    },
    # Older names of scopes, which Google still grants with the same meaning.
    "https://spreadsheets.google.com/feeds": "spreadsheets",
    "https://docs.google.com/feeds": "drive",
}
"""What may be asked for, and what it is called here.
https://developers.google.com/workspace/sheets/api/scopes
"""


@dataclass(frozen=True, slots=True)
class Caller:
    """An account that sends requests, with its scopes (the last part of each) and the end of its
    token (seconds since the epoch).
    """

    email: str
    scopes: frozenset[str]
    expires: float

    @property
    def is_service_account(self) -> bool:
        return self.email.endswith(".iam.gserviceaccount.com")


@dataclass(slots=True)
class _Key:
    email: str
    public: str
    enabled: bool = True


@cache
def _private_key(number: int) -> rsa.RSAPrivateKey:  # noqa: ARG001 - keys are cached by it
    """The key with this number, the same for each local Google of the process."""
    # Google hands out 2,048 bits. This key protects nothing, and half of them are made, loaded and
    # used six times as fast.
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505


@dataclass(slots=True)
class Accounts:
    """All accounts of the stand-in. `clock` returns seconds since the epoch; `token_uri` is the
    audience that claims must name.
    """

    clock: Callable[[], float]
    token_uri: str = ""
    keys: dict[str, _Key] = field(default_factory=dict)
    refresh_tokens: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """By refresh token: whose it is, and the client's id and secret."""
    tokens: dict[str, Caller] = field(default_factory=dict)

    def service_account(self, name: str = "okrsync", project: str = "acme-okrs") -> dict[str, str]:
        """A key file's content for a new key of a service account, as the console hands it out."""
        private = _private_key(len(self.keys))
        email, key_id = f"{name}@{project}.iam.gserviceaccount.com", secrets.token_hex(20)
        public = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.keys[key_id] = _Key(email, public.decode())
        pem = private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return {
            "type": "service_account",
            "project_id": project,
            "private_key_id": key_id,
            "private_key": pem.decode(),
            "client_email": email,
            "client_id": str(secrets.randbelow(10**20)),
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": self.token_uri,
            "universe_domain": "googleapis.com",
        }

    def key_file(self, path: Path, name: str = "okrsync", project: str = "acme-okrs") -> str:
        """Write a new key to a file only its owner may read, and return the account's address."""
        content = self.service_account(name, project)
        # Before the key is written, so that nobody can read it in between.
        path.touch(mode=0o600)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")
        return content["client_email"]

    def authorised_user(self, email: str) -> dict[str, str]:
        """The content of an authorised-user file: a person's consent for a client to act for
        them.
        """
        refresh, client = (
            f"1//{secrets.token_urlsafe(40)}",
            f"{secrets.token_hex(8)}.apps.googleusercontent.com",
        )
        secret = secrets.token_urlsafe(16)
        self.refresh_tokens[refresh] = (email, client, secret)
        return {
            "type": "authorized_user",
            "client_id": client,
            "client_secret": secret,
            "refresh_token": refresh,
            "token_uri": self.token_uri,
        }

    def revoke_keys(self) -> None:
        """Revoke all keys and refresh tokens; access tokens work until they expire."""
        for key in self.keys.values():
            key.enabled = False
        self.refresh_tokens.clear()

    def expire_tokens(self) -> None:
        """Let every access token expire at once."""
        self.tokens.clear()

    def caller(self, request: Request) -> Caller | None:
        """The account of a request's bearer token; None if the token is unknown or expired."""
        header = request.header("authorization") or ""
        caller = (
            self.tokens.get(header.removeprefix("Bearer ").strip())
            if header.startswith("Bearer ")
            else None
        )
        return caller if caller is not None and caller.expires > self.clock() else None

    def exchange(self, request: Request) -> Response:
        """The token endpoint: it exchanges a signed claim or a refresh token for an access
        token.
        """
        form = {
            name: values[0]
            for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()
        }
        grant = form.get("grant_type")
        if grant == _GRANT:
            return self._for_claim(form.get("assertion", ""))
        if grant == "refresh_token":
            return self._for_refresh(form)
        return _refused("unsupported_grant_type", f"Invalid grant_type: {grant or ''}")

    def _for_claim(self, assertion: str) -> Response:
        try:
            header, claims, _, _ = jwt._unverified_decode(assertion)  # type: ignore[no-untyped-call]
        except ValueError:
            return _refused("invalid_grant", "Invalid JWT: Token must be a valid JWT.")
        key = self.keys.get(header.get("kid", ""))
        # In this order: an unknown account is named, a wrong key of a known one is only a bad
        # signature.
        if not any(known.email == claims.get("iss") for known in self.keys.values()):
            return _refused("invalid_grant", "Invalid grant: account not found")
        if key is None or not key.enabled or key.email != claims.get("iss"):
            return _refused("invalid_grant", "Invalid JWT Signature.")
        # Claims last an hour at most; five minutes allow for clocks that differ.
        # https://developers.google.com/identity/protocols/oauth2/service-account
        issued, expires, now = claims.get("iat", 0), claims.get("exp", 0), self.clock()
        if not (now - 3600 - 300 <= issued <= now + 300 and now - 300 < expires <= issued + 3600):
            return _refused(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable"
                " timeframe. Check your iat and exp values in the JWT claim.",
            )
        if claims.get("aud") not in (_AUDIENCE, self.token_uri):
            return _refused(
                "invalid_grant",
                f"Invalid JWT: Failed audience check. The right audience is {_AUDIENCE}",
            )
        if not _is_signed(assertion, key.public):
            return _refused("invalid_grant", "Invalid JWT Signature.")
        scopes = str(claims.get("scope", "")).split()
        if not scopes or not _KNOWN_SCOPES.keys() >= set(scopes):
            return _refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return self._token_answer(key.email, scopes)

    def _for_refresh(self, form: dict[str, str]) -> Response:
        grant = self.refresh_tokens.get(form.get("refresh_token", ""))
        if grant is None:
            return _refused("invalid_grant", "Token has been expired or revoked.")
        email, client, secret = grant
        if (form.get("client_id"), form.get("client_secret")) != (client, secret):
            return _refused("invalid_client", "Unauthorized", 401)
        # A refresh token keeps the scopes of the consent; people of the sandbox consent to both.
        return self._token_answer(email, [_SCOPES + "spreadsheets", _SCOPES + "drive"])

    def _token_answer(self, email: str, scopes: list[str]) -> Response:
        token = f"ya29.{secrets.token_urlsafe(48)}"
        self.tokens[token] = Caller(
            email,
            frozenset(_KNOWN_SCOPES[scope] for scope in scopes),
            self.clock() + _LIFETIME,
        )
        answer: dict[str, Any] = {
            "access_token": token,
            "expires_in": _LIFETIME - 1,  # Google answers 3599 for a lifetime of an hour
            "token_type": "Bearer",
        }
        return json_response(200, answer)


def _is_signed(assertion: str, public: str) -> bool:
    from google.auth import crypt

    message, _, signature = assertion.rpartition(".")
    # JWTs leave out the padding of base64 (RFC 7515, section 2).
    padded = signature + "=" * (-len(signature) % 4)
    import base64
    import binascii

    try:
        verifier = crypt.RSAVerifier.from_string(public)  # type: ignore[no-untyped-call]
        return bool(verifier.verify(message.encode(), base64.urlsafe_b64decode(padded)))
    except (ValueError, binascii.Error):
        return False


def _refused(error: str, description: str, status: int = 400) -> Response:
    return json_response(status, {"error": error, "error_description": description})
