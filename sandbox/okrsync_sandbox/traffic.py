"""The calls to a stand-in, and what happens meanwhile: faults, and people's edits at a given
moment.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from okrsync_sandbox.wire import Broken, Request, Response

__all__ = ["Call", "Fault", "Kind", "Traffic"]

Kind = Literal["read", "write", "token", "page"]
_GATHERING_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request and its answer. `number` counts all calls from 1, `of_kind` those of its kind;
    `sent` and `answered` are the bytes of the bodies as they were sent, `said` and `told` before
    they were compressed.
    """

    number: int
    of_kind: int
    service: str
    kind: Kind
    method: str
    path: str
    sent: int
    answered: int = 0
    said: int = 0
    told: int = 0
    status: int | None = None
    """None if the connection broke before an answer."""
    updates: tuple[str, ...] = ()
    """The kinds of update in a `batchUpdate`, in its order: `insertComment`."""


@dataclass(slots=True)
class Fault:
    """Something that goes wrong for the calls it `meets`, `times` times.

    `status` answers with that status instead of carrying out the call, with `body` if it is given,
    else with the service's own error; with `after` the call is carried out all the same. `body`
    alone replaces the answer of a call that was carried out. `drop` breaks the connection
    `"before"` or `"after"` the call took effect. `keep` cuts the body short after that many bytes.
    `delay` waits so many seconds first; `drip` sends the body byte by byte, with so many seconds in
    between. `gather` holds calls back until all its parties have arrived.
    """

    meets: Callable[[Call], bool] = lambda _call: True
    times: int = 1
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    after: bool = False
    drop: Literal["before", "after"] | None = None
    keep: int | None = None
    delay: float = 0.0
    drip: float = 0.0
    gather: threading.Barrier | None = None


@dataclass(slots=True)
class _Moment:
    when: Literal["before", "after"]
    kind: Kind
    number: int
    action: Callable[[], None]


class Traffic:
    """The calls to one stand-in. Handlers go through `pass_through`, one call after the other."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self._moments: list[_Moment] = []
        self._lock = threading.RLock()
        self._counts: dict[Kind, int] = {}

    def count(self, kind: Kind | None = None, service: str | None = None) -> int:
        """How many calls there were, of one kind or all but tokens and pages."""
        kinds = ("read", "write") if kind is None else (kind,)
        return sum(call.kind in kinds and service in (None, call.service) for call in self.calls)

    def sent(self, kind: Kind = "write") -> int:
        """Bytes of the bodies that calls of one kind brought, as they were sent."""
        return sum(call.sent for call in self.calls if call.kind == kind)

    def forget(self) -> None:
        """Start counting again. Faults and moments stay, and count from here on."""
        with self._lock:
            self.calls.clear()
            self._counts.clear()

    def fail(self, fault: Fault) -> None:
        """Let something go wrong."""
        self.faults.append(fault)

    def before(self, kind: Kind, number: int, action: Callable[[], None]) -> None:
        """Run an action right before the nth call of a kind, counted from now and from 1, is
        carried out.
        """
        self._moments.append(_Moment("before", kind, self._counts.get(kind, 0) + number, action))

    def after(self, kind: Kind, number: int, action: Callable[[], None]) -> None:
        """Run an action right after the nth call of a kind was carried out, before its answer is
        sent.
        """
        self._moments.append(_Moment("after", kind, self._counts.get(kind, 0) + number, action))

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Hold all calls back, for changes from outside a call."""
        with self._lock:
            yield

    def pass_through(
        self,
        request: Request,
        service: str,
        kind: Kind,
        carry_out: Callable[[], Response],
        in_own_words: Callable[[Fault], Response],
    ) -> Response:
        """Carry out a call, with its faults and people's edits. One at a time, so that each call is
        atomic.

        Raises `Broken` if the connection is to break.
        """
        with self._lock:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            of_kind = self._counts[kind]
            call = Call(
                len(self.calls) + 1,
                of_kind,
                service,
                kind,
                request.method,
                request.path,
                request.sent,
                said=len(request.body),
                updates=_updates(request),
            )
            fault = self._fault_for(call)
            self.calls.append(call)
        if fault is not None and fault.delay:
            time.sleep(fault.delay)
        if fault is not None and fault.gather is not None:
            fault.gather.wait(timeout=_GATHERING_SECONDS)
        with self._lock:
            response = self._effect(call, fault, carry_out, in_own_words)
            # Among the last ones, unless they were forgotten meanwhile.
            for index in range(len(self.calls) - 1, -1, -1):
                if self.calls[index] is call:
                    self.calls[index] = _answered(call, response)
                    break
        if response is None:
            raise Broken
        return response

    def _effect(
        self,
        call: Call,
        fault: Fault | None,
        carry_out: Callable[[], Response],
        in_own_words: Callable[[Fault], Response],
    ) -> Response | None:
        if fault is not None and fault.drop == "before":
            return None
        if fault is not None and fault.status is not None and not fault.after:
            return in_own_words(fault)
        self._happen("before", call)
        response = carry_out()
        self._happen("after", call)
        if fault is None:
            return response
        if fault.drop == "after":
            return None
        if fault.status is not None:
            return in_own_words(fault)
        if fault.body is not None:
            headers = {
                name: value
                for name, value in response.headers.items()
                if name != "Content-Encoding"
            }
            return Response(response.status, headers, fault.body, fault.keep)
        return replace(response, keep=fault.keep, drip=fault.drip)

    def _fault_for(self, call: Call) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and fault.meets(call):
                fault.times -= 1
                return fault
        return None

    def _happen(self, when: Literal["before", "after"], call: Call) -> None:
        due = [
            moment
            for moment in self._moments
            if (moment.when, moment.kind, moment.number) == (when, call.kind, call.of_kind)
        ]
        for moment in due:
            self._moments.remove(moment)
            moment.action()


def _answered(call: Call, response: Response | None) -> Call:
    if response is None:
        return call
    size, plain_size = len(response.body), response.plain_size
    told = size if plain_size is None else plain_size
    return replace(call, answered=size, told=told, status=response.status)


def _updates(request: Request) -> tuple[str, ...]:
    if not request.path.endswith(":batchUpdate"):
        return ()
    try:
        body = json.loads(request.body)
        return tuple(kind for update in body.get("requests", ()) for kind in update)
    except (ValueError, AttributeError, TypeError):
        return ()  # no batch at all, and the service says so
