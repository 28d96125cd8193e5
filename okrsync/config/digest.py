"""The sections `[digest.NAME]` of the configuration: one message a week to those who lead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from okrsync.model.frozen import Frozen
from okrsync.model.patterns import lazy_pattern
from okrsync.model.people import address_in
from okrsync.model.review_days import WEEKDAYS
from okrsync.model.secret import Secret

__all__ = [
    "DigestAddress",
    "DigestConfig",
    "DigestKeys",
    "SmtpKeys",
    "digest_name",
    "with_digest_secrets",
]

_MOMENT = lazy_pattern(
    rf"\s*({'|'.join(WEEKDAYS)})\s+(([01]\d|2[0-3]):([0-5]\d))\s*", re.IGNORECASE
)
_LOOPBACK = r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])"
_WEBHOOK = lazy_pattern(
    rf"https://[^/\s]+(?:/\S*)?|http://{_LOOPBACK}(?::\d+)?(?:/\S*)?", re.IGNORECASE
)


class _DigestSection(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )


def _known_moment(text: str) -> str:
    if _MOMENT.fullmatch(text) is None:
        raise ValueError(f'{text!r} is not a weekday and a time of day; write "monday 08:00"')
    return text


def _a_mailbox(text: str) -> str:
    # An address in other letters needs servers that know SMTPUTF8 all the way (RFC 6531).
    if not text.isascii() or address_in(text) != text:
        raise ValueError(f'{text!r} is not an e-mail address; write "lead@acme.example"')
    return text


def _a_webhook(value: Any) -> Secret:
    # The address is a secret, and no message may repeat it.
    if not isinstance(value, Secret):
        raise ValueError(
            'whoever knows this address can post to it: name it, such as {env = "SLACK_WEBHOOK"}'
        )
    # A missing secret is reported by name already.
    if value.named != "missing" and _WEBHOOK.fullmatch(value.reveal()) is None:
        raise ValueError(f"{value.named} does not hold an address that begins with https://")
    return value


Mailbox = Annotated[str, AfterValidator(_a_mailbox)]
Webhook_ = Annotated[Secret | None, BeforeValidator(_a_webhook)]


class DigestAddress(_DigestSection):
    """Where a digest goes: exactly one of a Slack webhook, a Teams webhook, e-mail addresses."""

    slack: Webhook_ = None
    teams: Webhook_ = None
    email: Annotated[tuple[Mailbox, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(each is not None for each in (self.slack, self.teams, self.email)) != 1:
            raise ValueError(
                "expected one of `slack`, `teams` and `email`; a second address is a digest of"
                " its own"
            )
        return self


class SmtpKeys(_DigestSection):
    """The mail server that takes the message. Without `port` it is the usual one of `tls`."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    user: Annotated[str, Field(min_length=1)] | None = None
    password: Secret | None = None
    sender: Mailbox
    tls: Literal["starttls", "tls", "none"] = "starttls"

    @model_validator(mode="after")
    def _has_both(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("`user` and `password` belong together")
        return self

    @property
    def used_port(self) -> int:
        """The port to connect to."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.tls]


class DigestKeys(_DigestSection):
    """One message a week: when, where to, and whom it is about."""

    every: Annotated[str, AfterValidator(_known_moment)] = "monday 08:00"
    to: DigestAddress
    sources: tuple[str, ...] = ()
    team: Annotated[str, Field(min_length=1)] | None = None
    escalate: bool = True
    smtp: SmtpKeys | None = None

    @model_validator(mode="after")
    def _has_a_server(self) -> Self:
        if self.to.email is not None and self.smtp is None:
            raise ValueError("e-mail needs a section `smtp` with `host` and `sender`")
        return self


class DigestConfig(Frozen, frozen=True):
    """One configured digest."""

    name: str
    keys: DigestKeys
    missing_secret: str | None = None
    """Where a secret is named that cannot be had, and why not; None where none is missing."""

    @property
    def weekday(self) -> int:
        """The weekday on which it is due, Monday is 0."""
        return WEEKDAYS.index(self.keys.every.split()[0].lower())

    @property
    def time_of_day(self) -> time:
        """The time of that day from which on it is due."""
        return time.fromisoformat(self.keys.every.split()[1])


def digest_name(name: str) -> str:
    """What a digest is called everywhere outside its section: no source has a name with a dot."""
    return f"digest.{name}"


def with_digest_secrets(
    data: Mapping[str, Any], look_up: Any, key_path: tuple[str | int, ...]
) -> dict[str, Any]:
    """The section with its secrets looked up: `look_up` takes a value and its key."""
    whole = dict(data)
    for section, keys in (("to", ("slack", "teams")), ("smtp", ("password",))):
        inner = whole.get(section)
        if isinstance(inner, dict):
            whole[section] = inner | {
                key: look_up(inner[key], (*key_path, section, key)) for key in keys if key in inner
            }
    return whole
