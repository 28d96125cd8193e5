"""What all connectors send through: one pace, one limit on total time and one retry loop.

A connector keeps its client session and translates errors. Everything else is here:

    self._network = network_for(
        "my-service", settings.token, settings.api_endpoint, context.limits,
        {"read": Rate(60, limit="reads_per_minute")},
    )
    answer = self._network.request("read", self.calls, self.place, send)

`send` talks to the service once. It returns the answer, or raises `TransientError` where nothing
took effect, or where asking twice does no harm: the request is then sent again. Any other error
goes through at once: `AccessError`, `LostAnswer` and the rest of okrsync's. `send` asks
`answer_seconds` how long the answer may take, and `read_whole` reads a body within that time.

- **Pace.** All sources with one credential share it. Refusals teach it to slow down; quiet minutes
  let it recover.
- **Time.** Everything a request costs counts against `give_up_seconds`: waiting for its turn,
  waiting between attempts, and the answers themselves. A wait that would go beyond it is not
  begun.
- **Retries.** A request that adds something is repeated only after a look: `repeat_lost`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from itertools import count
from typing import Any, Protocol, TypeVar
from weakref import WeakValueDictionary

from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential_jitter

from okrsync.connector.entries import Calls
from okrsync.connector.unreached import unreached
from okrsync.connector.waiting import Wait, waiting
from okrsync.model.errors import LostAnswer, SourceError
from okrsync.model.frozen import Frozen
from okrsync.model.secret import Secret

__all__ = [
    "Clock",
    "LossBudget",
    "Network",
    "Pace",
    "Rate",
    "TransientError",
    "answer_seconds",
    "network_for",
    "read_whole",
    "retry_after",
    "unreached",
    "use_clock",
]

T = TypeVar("T")
MINUTE = 60.0
GIVE_UP_SECONDS, TIMEOUT_SECONDS = 180.0, 30.0
"""What holds where the config says nothing: for a request in all, and for one answer."""
_SLOWEST_SHARE = 1 / 6
"""Refusals slow a pace down to this share of its usual rate, and no further."""
# Down by half, up by a fifth: a pace that rose as fast as it fell would be refused every minute.
_FASTER = 1.2
# Google's advice for backoff is a maximum of 32 or 64 s.
# https://developers.google.com/workspace/sheets/api/limits#exponential
_LONGEST_PAUSE = 32.0
# With pauses of 1, 2, 4 and 8 s: longer outages are for the next run.
_ATTEMPTS_OF_ADDING = 5
_backoff = wait_exponential_jitter(initial=1.0, max=_LONGEST_PAUSE, jitter=1.0)


class Clock(Protocol):
    """Where time comes from; tests put one in its place that only moves when somebody sleeps."""

    def now(self) -> float:
        """Seconds since some moment; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Come back after so many seconds."""


class _SystemClock:
    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


_clock: Clock = _SystemClock()


@contextmanager
def use_clock(clock: Clock) -> Iterator[None]:
    """Let all of the network floor go by another clock, on every thread. For tests."""
    global _clock, _paces
    # A pace counts by its clock, so one that was begun by another clock is not taken up.
    before, _clock, _paces = (_clock, _paces), clock, WeakValueDictionary()
    try:
        yield
    finally:
        _clock, _paces = before


class TransientError(Exception):
    """Trouble that may pass, in a request that may be sent again.

    `retry_after` is how many seconds the service asked to wait, None where it did not say.
    `is_too_fast` says that a limit on requests was hit (429), and not trouble of the service's own.
    """

    def __init__(
        self, message: str, retry_after: float | None = None, *, is_too_fast: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after, self.is_too_fast = retry_after, is_too_fast


class Rate(Frozen, frozen=True):
    """How many requests of one kind may begin within any `seconds`.

    `limit` is the key under `limits` by which the config sets it. `fastest` is how far the pace may
    rise where the config does not: to `requests`, unless the service is known to take more.
    """

    requests: float
    seconds: float = MINUTE
    limit: str | None = None
    fastest: float | None = None


class _NoTurnError(Exception):
    """No turn comes before the time is up. `seconds` is how long the wait would be, `asked_to_wait`
    whether the service itself wants it.
    """

    def __init__(self, seconds: float, *, asked_to_wait: bool) -> None:
        super().__init__(f"no turn within {seconds:g} s")
        self.seconds, self.asked_to_wait = seconds, asked_to_wait


class Turns(Protocol):
    """The turns of one kind of request with one credential, over several processes or machines."""

    def take(self, every: float, most: float) -> float | None:
        """Take the next turn, `every` seconds after the one before it: how many seconds until it
        comes. None, and no turn is taken, where that is more than `most`.
        """

    def hold(self, seconds: float) -> None:
        """No later turn comes before so many seconds have passed."""


class Pace:
    """Turns for one kind of request with one credential; any number of threads may ask for them.

    The first refusal halves the pace. Those that follow within a minute teach nothing new: services
    count by the minute, so they come of what was sent before. After each quiet minute the pace
    is a fifth faster, up to the usual rate; beyond that, up to `fastest`, only where the minute was
    used in full.
    """

    def __init__(self, rate: Rate) -> None:
        self._lock = threading.Lock()
        self._usual, self._seconds = rate.requests, rate.seconds
        self._fastest = max(1.0, (rate.fastest or 0.0) / rate.requests)
        self._share = 1.0
        self._is_named = False
        self._turns: deque[float] = deque()
        self._held_until = self._lesson_at = float("-inf")
        self._quiet_since = _clock.now()
        self._answered = 0
        self._holds = 0
        self._shared: Turns | None = None

    @property
    def share(self) -> float:
        """The pace just now as a share of the usual rate: 0.5 is half as fast."""
        with self._lock:
            self._recover(_clock.now())
            return self._share

    @property
    def per_minute(self) -> float:
        """Requests a minute just now."""
        return self.share * self._usual * MINUTE / self._seconds

    def keep_to(self, requests: float) -> None:
        """Keep to a rate that the config names; of several the slowest counts."""
        with self._lock:
            if not self._is_named or requests < self._usual:
                self._usual, self._is_named, self._fastest = requests, True, 1.0
                self._share = min(self._share, 1.0)

    def take(self, ends: float) -> float:
        """Wait for a turn; the moment it came. Raises, without waiting, where none comes before
        `ends`.
        """
        while True:
            with self._lock:
                now = _clock.now()
                turn, holds = self._next_turn(now), self._holds
                if turn > ends:
                    raise _NoTurnError(turn - now, asked_to_wait=self._held_until >= turn)
                self._turns.append(turn)
            if turn > now:
                _clock.sleep(turn - now)
            # A hold that came while this thread slept made its turn void.
            if holds == self._holds:
                return turn if self._shared is None else self._shared_turn(self._shared, ends)

    def share_turns(self, turns: Turns) -> None:
        """Take a turn of all who share the credential as well, each time."""
        self._shared = turns

    def _shared_turn(self, turns: Turns, ends: float) -> float:
        most = ends - _clock.now()
        seconds = turns.take(MINUTE / self.per_minute, most)
        if seconds is None:
            raise _NoTurnError(most, asked_to_wait=False)
        if seconds:
            _clock.sleep(seconds)
        return _clock.now()

    def hold(self, seconds: float) -> None:
        """Nobody begins before so many seconds have passed: the service asked for it. Who has a
        turn later than now takes a new one.
        """
        if self._shared is not None:
            self._shared.hold(seconds)
        with self._lock:
            now = _clock.now()
            if now + seconds <= self._held_until:
                return
            self._held_until = now + seconds
            self._holds += 1
            while self._turns and self._turns[-1] > now:
                self._turns.pop()

    def refused(self, turn: float) -> None:
        """The request that began at `turn` was one too many."""
        with self._lock:
            self._recover(turn)
            self._quiet_since, self._answered = _clock.now(), 0
            if turn > self._lesson_at + MINUTE:
                self._lesson_at = self._quiet_since
                self._share = max(_SLOWEST_SHARE, self._share / 2)

    def went_well(self) -> None:
        """A request was answered."""
        with self._lock:
            self._answered += 1

    def _next_turn(self, now: float) -> float:
        self._recover(now)
        rate = self._usual * self._share
        count = max(1, int(rate))
        # So long that a rate of 3.6 is kept by whole requests: 3 in five sixths of the time.
        window = self._seconds * count / rate
        while self._turns and self._turns[0] <= now - window:
            self._turns.popleft()
        earliest = self._turns[-count] + window if len(self._turns) >= count else now
        return max(now, earliest, self._held_until)

    def _recover(self, now: float) -> None:
        minutes = int((now - self._quiet_since) // MINUTE)
        if minutes < 1:
            return
        in_a_minute = self._usual * self._share * MINUTE / self._seconds
        most = self._fastest if self._answered >= in_a_minute * minutes else 1.0
        if self._share < most:
            # Sixty minutes recover anything, and a larger power would be too large a number.
            self._share = min(most, self._share * _FASTER ** min(minutes, 60))
        self._quiet_since += minutes * MINUTE
        self._answered = 0


class Network(Frozen, frozen=True):
    """One source's way out. `paces` are those of its credential, by kind of request, and shared
    with every source that has the same one; `credential` is the same text for these and for no
    others, and tells nothing. `timeout` and `give_up` are seconds, for one answer and for one
    request in all.
    """

    service: str
    credential: str
    paces: Mapping[str, Pace]
    timeout: float = TIMEOUT_SECONDS
    give_up: float = GIVE_UP_SECONDS

    def request(
        self,
        kind: str,
        calls: Calls,
        location: str,
        send: Callable[[], T],
        *,
        is_write: bool = False,
    ) -> T:
        """The answer of `send`, which is called again while trouble may pass. `kind` is one of
        `paces`; `location` is what messages call the thing that is asked for.

        Raises `SourceError` where the trouble lasted; what `send` raises apart from
        `TransientError` goes through.
        """
        begun = _clock.now()
        ends = self._ends(begun)
        pace = self.paces[kind]
        turns: list[float] = []

        # By the real clock: a person waits in real time, whatever clock tests put in place.
        real = time.monotonic()
        wait = Wait(location, "a turn", real, real + ends - begun, time.monotonic)

        def once() -> T:
            wait.what = "a turn, to keep to the limit on requests"
            turns.append(pace.take(ends))
            wait.what = f"{self.service} to answer"
            if is_write:
                calls.write += 1
            else:
                calls.read += 1
            calls.retries += len(turns) > 1
            with _set(_answer_ends, min(_clock.now() + self.timeout, ends)):
                answer = send()
            pace.went_well()
            return answer

        def pause(state: RetryCallState) -> float:
            error = _error_of(state)
            wait.what = f"{self.service}, to try again ({error})"
            if error.is_too_fast:
                pace.refused(turns[-1])
            seconds = _backoff(state) if error.retry_after is None else error.retry_after
            if not error.is_too_fast and error.retry_after is None:
                return seconds
            # All who share the pace wait, so the next turn brings the pause with it.
            pace.hold(seconds)
            return seconds if _clock.now() + seconds > ends else 0.0

        def tell(state: RetryCallState) -> None:
            logging.getLogger(f"okrsync.{self.service}").info(
                "%s: %s; trying again", location, _error_of(state)
            )

        retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            wait=pause,
            stop=lambda state: _clock.now() + state.upcoming_sleep > ends,
            sleep=_clock.sleep,
            before_sleep=tell,
            reraise=True,
        )
        try:
            with waiting(wait):
                return retrying(once)
        except TransientError as error:
            raise _gave_up(location, error, ends - begun) from error
        except _NoTurnError as error:
            raise self._no_turn(location, pace, error, ends - begun) from error

    def share_turns(self, turns: Callable[[str], Turns]) -> None:
        """Keep one pace with other processes: `turns` gives the turns of a kind of request."""
        for kind, pace in self.paces.items():
            pace.share_turns(turns(kind))

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """Each request inside has the time of one answer, and no more."""
        with _set(_most_seconds, self.timeout):
            yield

    def losses(self) -> LossBudget:
        """The time limit of one piece of work that checks what became of each lost answer."""
        return LossBudget(self._ends(_clock.now()))

    def repeat_lost(self, add: Callable[[int], T]) -> T:
        """What `add` returns, which is called again, a while later, after `LostAnswer`: it is given
        the number of the attempt, from 1, and looks first whether an earlier one took effect.

        All attempts together, the first one too, have the time of one request. The last
        `LostAnswer` is raised.
        """
        losses = self.losses()
        for attempt in count(1):
            try:
                with losses.within():
                    return add(attempt)
            except LostAnswer as error:
                if attempt >= _ATTEMPTS_OF_ADDING:
                    raise
                losses.wait(error)
        raise AssertionError("counting does not end")

    def _ends(self, begun: float) -> float:
        return min(begun + min(self.give_up, _most_seconds.get()), _ends.get())

    def _no_turn(
        self, location: str, pace: Pace, error: _NoTurnError, allowed: float
    ) -> SourceError:
        wait = f"{error.seconds:.0f} s"
        within = (
            f"`give_up_seconds` is {_number(allowed)}"
            if allowed > 0
            else "nothing is left of `give_up_seconds`"
        )
        if error.asked_to_wait:
            return SourceError(
                f"{location}: {self.service} asked to wait for {wait} more, and {within}",
                hint="Nothing is lost: the next run tries again.",
            )
        return SourceError(
            f"{location}: at {pace.per_minute:.0f} requests a minute the next turn comes in {wait},"
            f" and {within}",
            hint="Raise `give_up_seconds` under `limits`, or the limit itself.",
        )


class LossBudget:
    """The time limit that the requests of one piece of work share: looks, additions and repeats."""

    def __init__(self, ends: float) -> None:
        self._moment, self._count = ends, 0

    def wait(self, error: LostAnswer) -> None:
        """Wait a while, longer each time, before looking what became of the request; raises
        `error` where no time is left for that.
        """
        self._count += 1
        seconds = min(0.5 * 2.0**self._count, _LONGEST_PAUSE)
        if _clock.now() + seconds > self._moment:
            raise error
        _clock.sleep(seconds)

    @contextmanager
    def within(self) -> Iterator[None]:
        """Every request inside ends with the time for all of them, the first look included."""
        with _set(_ends, min(self._moment, _ends.get())):
            yield


def _gave_up(location: str, error: TransientError, allowed: float) -> SourceError:
    reason = f"gave up after {_number(allowed)} s"
    if error.retry_after is not None and error.retry_after > allowed:
        wait = f"{error.retry_after:.0f} s"
        reason = f"it asks to wait for {wait}, and `give_up_seconds` is {_number(allowed)}"
    return SourceError(
        f"{location}: {error}; {reason}", hint="Nothing is lost: the next run tries again."
    )


def _number(seconds: float) -> str:
    return f"{round(seconds, 2):g}"


_ends: ContextVar[float] = ContextVar("_ends", default=float("inf"))
"""When the time of what surrounds a request is up, by the clock."""
_most_seconds: ContextVar[float] = ContextVar("_most_seconds", default=float("inf"))
"""What a request may take at most, whatever its network puts up with."""
_answer_ends: ContextVar[float | None] = ContextVar("_answer_ends", default=None)


@contextmanager
def _set(variable: ContextVar[Any], value: float) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


def answer_seconds() -> float:
    """How long the answer to the request under way may still take, to its last byte: all that the
    request needs (a token first, say) counts.
    """
    ends = _answer_ends.get()
    # Clients take 0 for "no limit at all".
    return TIMEOUT_SECONDS if ends is None else max(ends - _clock.now(), 0.001)


def read_whole(pieces: Iterable[bytes], ends: float) -> bytes:
    """A body, piece by piece. `ends` is when the time is up by `time.monotonic`; a body that is not
    whole by then raises `TimeoutError`.

    The time limit of an HTTP library starts anew with every byte: an answer that drips would never
    end.
    """
    # Neither requests nor httpx limits the total time of an answer.
    # https://requests.readthedocs.io/en/latest/user/quickstart/#timeouts
    body = []
    for piece in pieces:
        body.append(piece)
        if time.monotonic() > ends:
            raise TimeoutError("the answer was not whole in time")
    return b"".join(body)


def retry_after(header: str | None) -> float | None:
    """The seconds a Retry-After header asks to wait, given as such or as a date; None where it
    says neither.
    """
    text = (header or "").strip()
    # The standard has whole seconds or a date (RFC 9110, 10.2.3), but some gateways send fractions.
    if text.replace(".", "", 1).isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _error_of(state: RetryCallState) -> TransientError:
    error = state.outcome.exception() if state.outcome is not None else None
    assert isinstance(error, TransientError)
    return error


# Weak: a pace lives as long as a connector uses it, so that `watch` keeps none of a removed source.
_paces: WeakValueDictionary[tuple[str, str], Pace] = WeakValueDictionary()
_opening = threading.Lock()


def network_for(
    service: str,
    secret: Secret | None,
    endpoint: str | None,
    limits: Mapping[str, float],
    rates: Mapping[str, Rate],
) -> Network:
    """The way to a service with a credential, None for one that the machine has by itself. Whoever
    asks with the same credential and endpoint gets the same paces; where several sources set their
    limit, the slowest counts.
    """
    revealed = "" if secret is None else secret.reveal()
    # Hashed, so that a secret is no key of a dict that a debugger or a log might print.
    credential = sha256(f"{service}\n{endpoint or ''}\n{revealed}".encode()).hexdigest()
    paces: dict[str, Pace] = {}
    with _opening:
        for kind, rate in rates.items():
            pace = _paces.get((credential, kind))
            if pace is None:
                pace = _paces[credential, kind] = Pace(rate)
            configured = limits.get(rate.limit) if rate.limit is not None else None
            if configured is not None:
                pace.keep_to(configured)
            paces[kind] = pace
    return Network(
        service,
        credential,
        paces,
        limits.get("timeout_seconds", TIMEOUT_SECONDS),
        limits.get("give_up_seconds", GIVE_UP_SECONDS),
    )
