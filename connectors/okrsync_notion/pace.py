"""How fast one token may ask: a pace shared by everything that asks with it, learned from what
Notion answers.

Notion gives every connection a budget for each minute and every workspace another that all of its
connections share; it tells neither how large they are nor what is left, only, once one is used up,
how long to wait (https://developers.notion.com/reference/request-limits). An average of three
requests a second is what it has always allowed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from weakref import WeakValueDictionary

from okrsync.connector import Secret

__all__ = ["USUAL", "Pace", "shared_pace", "wait_asked_for"]

USUAL = 3.0
"""Requests a second to begin with."""
_FASTEST = 10.0
_SLOWEST = 0.5
_MINUTE = 60.0


class Pace:
    """Turns for requests, so many a second. Any number of threads may ask for one.

    A minute's worth of requests in a row that were not refused makes it a fifth faster, as long as
    that stays below what was last refused; a refusal halves it. `fixed` is a pace the config names:
    it is never passed. `clock` gives seconds.
    """

    def __init__(
        self, fixed: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock, self._lock, self._fixed = clock, threading.Lock(), fixed
        self._most = _FASTEST if fixed is None else fixed
        self._rate = USUAL if fixed is None else fixed
        self._next = self._held_until = 0.0
        self._undisturbed = 0

    @property
    def per_second(self) -> float:
        """Requests a second just now."""
        return self._rate

    def keep_to(self, fixed: float) -> None:
        """Keep to a pace the config names; of several that it names the slowest counts."""
        with self._lock:
            if self._fixed is None or fixed < self._fixed:
                self._fixed = self._most = self._rate = fixed

    def take(self) -> float:
        """The next turn: the moment, by the clock, at which a request may go."""
        with self._lock:
            turn = max(self._clock(), self._next, self._held_until)
            self._next = turn + 1.0 / self._rate
            return turn

    def left(self, turn: float) -> float:
        """Seconds until a turn has come; more than before where Notion has asked everybody to wait
        meanwhile.
        """
        return max(turn, self._held_until) - self._clock()

    def went_well(self) -> None:
        """A request was not refused."""
        with self._lock:
            self._undisturbed += 1
            if self._undisturbed >= self._rate * _MINUTE and self._rate < self._most:
                self._rate, self._undisturbed = min(self._rate * 1.2, self._most), 0

    def hold(self, wait: float | None, *, is_too_fast: bool) -> None:
        """Notion asked to wait so many seconds. `is_too_fast` says that this was a limit on
        requests, and not trouble of Notion's own.
        """
        with self._lock:
            now = self._clock()
            if is_too_fast and now >= self._held_until:
                # Those that were on their way together are refused together: that is one lesson,
                # not several.
                self._most = max(_SLOWEST, min(self._most, self._rate * 0.9))
                self._rate = max(min(_SLOWEST, self._most), self._rate / 2)
            if is_too_fast:
                self._undisturbed = 0
            self._held_until = max(self._held_until, now + (wait or 0.0))


_paces: WeakValueDictionary[str, Pace] = WeakValueDictionary()
_guard = threading.Lock()


def shared_pace(token: Secret, endpoint: str | None, fixed: float | None) -> Pace:
    """The one pace of a token, whoever asks for it. Of several paces the config names for it the
    slowest counts.
    """
    key = sha256(f"{endpoint or ''}\n{token.reveal()}".encode()).hexdigest()
    with _guard:
        pace = _paces.get(key)
        if pace is None:
            pace = _paces[key] = Pace(fixed)
        elif fixed is not None:
            pace.keep_to(fixed)
        return pace


def wait_asked_for(header: str | None) -> float | None:
    """The seconds a Retry-After header asks to wait, told as such or as a moment; None where it
    tells neither.
    """
    text = (header or "").strip()
    if not text:
        return None
    if text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
