"""Weekly messages with one thing going wrong: a message arrives once, and once more only where its
first sending went without an answer.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from ears import Answer, Hook, MailHost
from killable import CHANGING
from kills import KILLED, Killer
from okrsync.config import load
from okrsync.plan.plan import Plan
from okrsync.sync import sync
from okrsync.testing import fake_time
from team import CONFIG, write_workbook

__all__ = ["ANSWERS", "Digests", "killed_at_a_message", "killed_at_a_statement", "one_answer"]

_HOOK = '\n[digest.chat]\nto = {slack = {file = "webhook"}}\n'
_MAIL = """
[digest.mail]
to = {email = ["lead@acme.example"]}
[digest.mail.smtp]
host = "127.0.0.1"
port = PORT
tls = "none"
sender = "okrsync@acme.example"
"""
ANSWERS: dict[str, Answer] = {
    **{
        f"status {status}": Answer(status, b"no")
        for status in (302, 400, 401, 403, 404, 408, 410, 413, 429, 500, 501, 502, 503, 504)
    },
    "status 429 with a second to wait": Answer(429, b"", {"Retry-After": "1"}),
    "status 503 with a second to wait": Answer(503, b"", {"Retry-After": "1"}),
    "connection broken before the effect": Answer(drop=True, takes=False),
    "connection broken after the effect": Answer(drop=True, takes=True),
    "status 502 after the effect": Answer(502, b"", takes=True),
    "status 504 after the effect": Answer(504, b"", takes=True),
    "a page instead of an answer": Answer(
        200, b"<!doctype html><title>Sign in</title>", takes=False
    ),
    "a body of nothing": Answer(200, b""),
}
"""What goes wrong at a message to a webhook, by the name that figures have for it."""


@dataclass
class Digests:
    """A team with a digest for a chat and one for mail. `folder` is where its config is."""

    folder: Path
    hook: Hook
    post: MailHost

    @classmethod
    @contextmanager
    def made(cls) -> Iterator[Digests]:
        with tempfile.TemporaryDirectory() as name, Hook() as hook, MailHost() as post:
            folder = Path(name)
            write_workbook(folder / "growth.xlsx")
            (folder / "webhook").write_text(hook.url, encoding="utf-8")
            sections = _HOOK + _MAIL.replace("PORT", str(post.port))
            (folder / "okrsync.toml").write_text(CONFIG + sections, encoding="utf-8")
            with fake_time():
                yield cls(folder, hook, post)

    def sync(self) -> Plan:
        """A run that nothing disturbs."""
        return sync(load(self.folder / "okrsync.toml"))

    @property
    def arrived(self) -> dict[str, list[bytes]]:
        """The messages that arrived, by digest."""
        return {
            "chat": list(self.hook.messages),
            "mail": [content for _, _, content in self.post.messages],
        }

    def check(self, may_repeat: frozenset[str]) -> None:
        """The next run makes up for whatever happened, and the one behind it has nothing to say.
        Only the digests of `may_repeat` may have arrived twice, and then with the same words.
        """
        before = self.arrived
        done = self.sync()
        assert done.exit_code == 0, [(part.name, part.error) for part in done.parts]
        for name, messages in self.arrived.items():
            most = 2 if name in may_repeat else 1
            assert 1 <= len(messages) <= most, f"{name}: {len(messages)} messages"
            assert len(messages) == 1 or before[name], f"{name}: two in one run"
            assert len(set(messages)) == 1, f"{name}: a repeat with other words"
        after = self.arrived
        assert self.sync().digests == ()
        assert self.arrived == after


def one_answer(name: str, *, lasting: bool) -> None:
    """Let a webhook answer the first message in some way, or every message of the first run."""
    answer = ANSWERS[name]
    with Digests.made() as digests:
        if lasting:
            digests.hook.usual = answer
        else:
            digests.hook.answers = [answer]
        digests.sync()
        digests.hook.usual, digests.hook.answers = Answer(), []
        # Made up for by pauses alone, an hour from now.
        is_unknown = answer.drop or answer.status in (502, 504) or answer.body.startswith(b"<")
        digests.check(frozenset({"chat"}) if is_unknown else frozenset())


def killed_at_a_statement(killer: Killer, number: int, *, when: str) -> bool:
    """Kill a first run at its nth statement that changes the state. False where there are fewer."""
    with Digests.made() as digests:
        code = killer.run(digests, as_of=None, statement=number, when=when)
        if code == 0:
            return False
        assert code == KILLED, code
        digests.check(frozenset(name for name, each in digests.arrived.items() if each))
        return True


@cache
def first_statement_of(digest: str) -> int:
    """The number of the first statement of a first run that concerns the message of a digest."""
    seen: list[str] = []

    class Counting(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if sql.lstrip().upper().startswith(CHANGING):
                seen.append(f"{sql} {values}")
            return super().execute(sql, *values)

        def executemany(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if sql.lstrip().upper().startswith(CHANGING):
                seen.append(sql)
            return super().executemany(sql, *values)

    connect = sqlite3.connect
    with Digests.made() as digests, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", partial(connect, factory=Counting))
        digests.sync()
    return 1 + next(
        number for number, sql in enumerate(seen) if "INTO messages" in sql and digest in sql
    )


def killed_at_a_message(killer: Killer, *, takes: bool, runs: int) -> None:
    """Kill so many runs in a row while the webhook has their message in hand. Where it took both,
    no third is sent.
    """
    with Digests.made() as digests:

        def kill() -> None:
            with suppress(ProcessLookupError):
                os.kill(killer.child, signal.SIGKILL)

        digests.hook.meanwhile = kill
        digests.hook.usual = Answer(drop=True, takes=takes)
        for _ in range(runs):
            assert killer.run(digests, as_of=None) == KILLED
        digests.hook.meanwhile, digests.hook.usual = (lambda: None), Answer()
        if runs == 1:
            digests.check(frozenset({"chat"}))
            return
        done = digests.sync()
        assert [part.hint for part in done.digests if part.error] == [
            "It may have arrived, and is not sent a third time."
        ]
        assert len(digests.hook.messages) == (2 if takes else 0)
        assert digests.sync().digests == ()


def cases(seed: int, count: int) -> list[tuple[str, bool]]:
    """Some of the answers, once or lasting: the same ones for a seed."""
    chance = random.Random(seed)
    return [(name, chance.random() < 0.5) for name in chance.sample(list(ANSWERS), count)]
