"""The sections `[watch]` and `[logs]` of the configuration."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from okrsync.model.secret import Secret

__all__ = ["Logs", "WatchSettings", "interval", "seconds_in"]


class _WatchSection(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )


def _known_interval(text: str) -> str:
    if interval(text) is None:
        raise ValueError(f'{text!r} is not an interval; write "30 minutes", "2 hours" or "1 day"')
    return text


def _known_time(text: str) -> str:
    if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) is None:
        raise ValueError(f'{text!r} is not a time of day; write "06:30"')
    return text


def interval(text: str) -> int | None:
    """The minutes of an interval such as `30 minutes`, or None where it is none."""
    match = re.fullmatch(r"\s*(\d{1,4})?\s*(minute|hour|day|week)s?\s*", text, re.IGNORECASE)
    if match is None or match[1] == "0":
        return None
    return (
        int(match[1] or 1) * {"minute": 1, "hour": 60, "day": 1440, "week": 10080}[match[2].lower()]
    )


def seconds_in(text: str) -> int | None:
    """The seconds of a length of time such as `30 seconds` or `2 hours`, or None where it is
    none.
    """
    match = re.fullmatch(r"\s*(\d{1,5})?\s*seconds?\s*", text, re.IGNORECASE)
    if match is not None:
        return int(match[1] or 1)
    if re.fullmatch(r"\s*0\s*(minute|hour|day)s?\s*", text, re.IGNORECASE):
        return 0
    minutes = interval(text)
    return None if minutes is None else minutes * 60


def _known_length(text: str) -> str:
    if seconds_in(text) is None:
        raise ValueError(f'{text!r} is not a length of time; write "30 seconds" or "2 minutes"')
    return text


def _an_address_to_ping(value: Any) -> Secret:
    # The address is a secret, and no message may repeat it.
    if not isinstance(value, Secret):
        raise ValueError(
            'whoever knows this address can ping it: name it, such as {env = "HEALTHCHECK_URL"}'
        )
    # A missing secret is reported by name already; a second problem about its address would
    # mislead.
    if value.named != "missing" and not re.match(r"https?://[^/\s]+", value.reveal()):
        raise ValueError(f"{value.named} does not hold an address that begins with https://")
    return value


class WatchSettings(_WatchSection):
    """When `watch` syncs: every so often, or at times of day in the config's time zone; how it
    stops; and where it reports its health.
    """

    every: Annotated[str, AfterValidator(_known_interval)] = "30 minutes"
    at: tuple[Annotated[str, AfterValidator(_known_time)], ...] = ()
    jitter: Annotated[str, AfterValidator(_known_length)] = "0 seconds"
    stop_within: Annotated[str, AfterValidator(_known_length)] = "30 seconds"
    heartbeat: Annotated[Secret | None, BeforeValidator(_an_address_to_ping)] = None
    metrics_file: Annotated[str, Field(min_length=1)] | None = None
    listen_anywhere: bool = False
    listen: str | None = None
    unhealthy_after: Annotated[int, Field(ge=1)] = 3

    @property
    def minutes(self) -> int:
        """The minutes of `every`."""
        return interval(self.every) or 30

    @property
    def jitter_seconds(self) -> int:
        """How many seconds a run may begin after its time."""
        return seconds_in(self.jitter) or 0

    @property
    def stop_seconds(self) -> int:
        """How many seconds the run in hand has to come to an end once `watch` is asked to stop."""
        return seconds_in(self.stop_within) or 0

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port of `listen`; None where nothing listens."""
        if self.listen is None:
            return None
        host, _, port = self.listen.rpartition(":")
        # An IPv6 address is written in brackets, because it has colons itself: [::1]:9464.
        return host.strip("[]"), int(port)

    @field_validator("jitter")
    @classmethod
    def _short_jitter(cls, jitter: str, info: ValidationInfo) -> str:
        every = interval(info.data.get("every", "")) or 0
        # With fixed times of day there is no interval that a late start could reach into.
        if not info.data.get("at") and every and (seconds_in(jitter) or 0) >= every * 60:
            raise ValueError(f"{jitter!r} is not shorter than every = {info.data['every']!r}")
        return jitter

    @field_validator("listen")
    @classmethod
    def _known_address(cls, listen: str | None, info: ValidationInfo) -> str | None:
        if listen is None:
            return None
        host, _, port = listen.rpartition(":")
        if not host or re.fullmatch(r"\d{1,5}", port) is None or int(port) > 65535:
            raise ValueError(f'{listen!r} is not an address to listen on; write "127.0.0.1:9464"')
        # The metrics name sources and how they fare, and no password protects them.
        if not info.data.get("listen_anywhere") and not _is_loopback(host.strip("[]")):
            raise ValueError(
                f'{listen!r} can be reached from other machines; write "127.0.0.1:{port}", or say'
                " that it is meant with listen_anywhere = true"
            )
        return listen


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Logs(_WatchSection):
    """How `watch` and `sync` log: as text, as JSON, or as text on a terminal only; from which level
    on; and whether log lines may hold the contents of cells.
    """

    format: Literal["auto", "text", "json"] = "auto"
    level: Literal["debug", "info", "warning", "error"] = "info"
    contents: bool = False
