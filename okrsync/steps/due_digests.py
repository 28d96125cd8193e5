"""Tells which digests have a message due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from okrsync.config import DigestConfig, digest_name
from okrsync.model.review_days import last_moment
from okrsync.state.messages import Message, Messages

__all__ = ["DueDigest", "due_digests", "due_moment"]

_SERVICES = {"slack": "Slack", "teams": "Teams"}


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A digest whose message is due since a moment, and what is known of that message."""

    config: DigestConfig
    moment: datetime
    week: str
    known: Message | None

    @property
    def name(self) -> str:
        """What the digest is called outside its section."""
        return digest_name(self.config.name)

    @property
    def kind(self) -> str:
        """`slack`, `teams` or `email`."""
        to = self.config.keys.to
        return "email" if to.email is not None else "slack" if to.slack is not None else "teams"

    @property
    def places(self) -> tuple[str, ...]:
        """Where the message goes, as people call it."""
        return self.config.keys.to.email or (_SERVICES[self.kind],)

    @property
    def lost(self) -> int:
        """How many sendings of this message may have arrived."""
        return 0 if self.known is None else self.known.attempts


def due_digests(
    digests: Iterable[DigestConfig], messages: Messages, now: datetime, timezone: ZoneInfo
) -> Iterator[DueDigest]:
    """Those whose message is due and not over. A digest that lacks a secret is not among them."""
    for config in digests:
        if config.missing_secret is None:
            moment, week = due_moment(config, now, timezone)
            known = messages.find(config.name, week)
            if known is None or not known.is_over:
                yield DueDigest(config, moment, week, known)


def due_moment(config: DigestConfig, now: datetime, timezone: ZoneInfo) -> tuple[datetime, str]:
    """The moment at which a message was last due, and its week: there is one message a week, even
    where `every` is changed meanwhile.
    """
    moment = last_moment(now.astimezone(timezone), config.weekday, config.time_of_day)
    year, week, _ = moment.isocalendar()
    return moment, f"{year}-W{week:02}"
