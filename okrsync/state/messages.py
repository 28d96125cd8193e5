"""The messages of digests: each is recorded before it is sent, and its outcome after.

A message whose outcome is not known (the process died, the connection broke after the sending) may
have arrived. It is sent once more, with the same content and the same token, and never a third
time.
"""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex
from typing import Literal, cast

from okrsync.model.secret import masked
from okrsync.state.store import Store

__all__ = ["Message", "MessageState", "Messages"]

MessageState = Literal["sent", "empty", "failed", "lost"]
"""`sent` arrived; `empty` means that there was nothing to say; `failed` did not arrive and is tried
again; `lost` is not known to have arrived, and is not sent a third time.
"""


@dataclass(frozen=True, slots=True)
class Message:
    """The message of one digest for one week. `kind` is where it goes (`slack`, `teams`, `email`),
    `payload` what is sent. `attempts` is how many sendings were begun whose outcome is not known.
    `state` is None while the last one is not settled.
    """

    digest: str
    week: str
    token: str
    kind: str
    payload: str
    attempts: int
    state: MessageState | None
    why: str | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is sent for this week."""
        return self.state in ("sent", "empty", "lost")


class Messages:
    """The messages in a state file."""

    def __init__(self, state: Store) -> None:
        self._state = state

    def find(self, digest: str, week: str) -> Message | None:
        """The message of a digest for a week such as `2026-W49`; None before the first try."""
        rows = self._state.rows(
            "SELECT digest, week, token, kind, payload, attempts, state, why FROM messages"
            " WHERE digest = ? AND week = ?",
            digest,
            week,
        )
        return (
            Message(*cast("tuple[str, str, str, str, str, int, MessageState, str]", rows[0]))
            if rows
            else None
        )

    def sent_by(self, run: str) -> tuple[str, ...]:
        """The digests whose message was sent by a run, or may have been."""
        rows = self._state.rows(
            "SELECT digest FROM messages WHERE run = ? AND state IN ('sent', 'lost')"
            " ORDER BY digest",
            run,
        )
        return tuple(str(row[0]) for row in rows)

    @staticmethod
    def new_token() -> str:
        """What a message and its repeat are recognised by."""
        return token_hex(8)

    def intend(
        self, run: str, digest: str, week: str, token: str, kind: str, payload: str, attempts: int
    ) -> None:
        """Record that a message is about to be sent. The record is on disk when this returns, and
        nothing is recorded once another process has taken over the state.
        """
        with self._state.transaction():
            self._state.run(
                "INSERT INTO messages (digest, week, token, run, kind, payload, attempts, state,"
                " why) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL) ON CONFLICT (digest, week)"
                " DO UPDATE SET token = excluded.token, run = excluded.run,"
                " kind = excluded.kind, payload = excluded.payload,"
                " attempts = excluded.attempts, state = NULL, why = NULL",
                digest,
                week,
                token,
                run,
                kind,
                payload,
                attempts,
            )

    def note_empty(self, run: str, digest: str, week: str, kind: str) -> None:
        """Record that there is nothing to say this week."""
        with self._state.transaction():
            self.intend(run, digest, week, "", kind, "", 0)
            self.settle(digest, week, "empty", None, 0)

    def settle(
        self, digest: str, week: str, state: MessageState, why: str | None, attempts: int
    ) -> None:
        """Record what became of a message. `attempts` is how many of its sendings may have arrived
        all the same.
        """
        with self._state.transaction():
            self._state.run(
                "UPDATE messages SET state = ?, why = ?, attempts = ?"
                " WHERE digest = ? AND week = ?",
                state,
                None if why is None else masked(why),
                attempts,
                digest,
                week,
            )
