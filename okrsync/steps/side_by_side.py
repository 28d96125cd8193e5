"""Runs tasks in parallel through a `concurrent.futures.Executor` whose workers are threads of this
process, and returns each answer to the calling thread.

Only requests to sources are made this way. Decisions and the state file stay with the calling
thread, so that they do not depend on which thread is faster.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

__all__ = ["AtOnce", "Workers", "in_fair_turns", "side_by_side"]

_Key = TypeVar("_Key")
_Answer = TypeVar("_Answer")
_Asked = ParamSpec("_Asked")


def side_by_side(
    executor: Executor,
    tasks: Iterable[tuple[_Key, Callable[[], _Answer]]],
    at_once: int,
    patience_seconds: float = 0.0,
) -> Iterator[tuple[_Key, _Answer]]:
    """The answer of each task, as soon as it is there, with the task's key; at most `at_once` are
    under way.

    A task is taken from `tasks` only when its turn has come. What a task raises is raised here,
    once those that ended before it were handed out. On Ctrl-C nothing more is begun; what is under
    way may still end within `patience_seconds` and is handed out before the interrupt goes on.
    """
    return in_fair_turns(executor, [tasks], at_once, patience_seconds)


def in_fair_turns(
    executor: Executor,
    queues: Sequence[Iterable[tuple[_Key, Callable[[], _Answer]]]],
    at_once: int,
    patience_seconds: float = 0.0,
) -> Iterator[tuple[_Key, _Answer]]:
    """As `side_by_side`, with tasks from several queues: the next one comes from the queue that has
    the fewest under way, so that a queue whose tasks wait for long holds up no other.
    """
    under_way: dict[Future[_Answer], tuple[_Key, int]] = {}
    waiting = {number: iter(queue) for number, queue in enumerate(queues)}
    try:
        while True:
            while waiting and len(under_way) < at_once:
                counts = Counter(number for _, number in under_way.values())
                number = min(waiting, key=lambda queue: (counts[queue], queue))
                task = next(waiting[number], None)
                if task is None:
                    del waiting[number]
                else:
                    under_way[executor.submit(task[1])] = task[0], number
            if not under_way:
                return
            wait(under_way, return_when=FIRST_COMPLETED)
            yield from _ended(under_way)
    except KeyboardInterrupt:
        wait(under_way, timeout=patience_seconds)
        yield from _ended(under_way)
        raise
    finally:
        for future in under_way:
            future.cancel()


def _ended(
    under_way: dict[Future[_Answer], tuple[_Key, int]],
) -> Iterator[tuple[_Key, _Answer]]:
    """Take out what has ended, in the order in which it was begun."""
    for future in [future for future in under_way if future.done()]:
        yield under_way.pop(future)[0], future.result()


class AtOnce(Executor):
    """An executor without threads: each call runs at once in the thread that submits it."""

    def submit(
        self, fn: Callable[_Asked, _Answer], /, *args: _Asked.args, **kwargs: _Asked.kwargs
    ) -> Future[_Answer]:
        """Call it now. What it raises is kept in the future; an interrupt goes through."""
        future: Future[_Answer] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever it is
            future.set_exception(error)
        return future


class Workers(Executor):
    """A pool of daemon threads, which do not keep the process from ending.

    The library's own pool joins its threads when the process ends: Ctrl-C would have to wait for an
    answer that may take a minute.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._is_closed = False

    def submit(
        self, fn: Callable[_Asked, _Answer], /, *args: _Asked.args, **kwargs: _Asked.kwargs
    ) -> Future[_Answer]:
        """Have it called by one of the threads. RuntimeError after `shutdown`."""
        future: Future[_Answer] = Future()
        with self._lock:
            if self._is_closed:
                raise RuntimeError("these workers are shut down")
            self._calls.put((future, partial(fn, *args, **kwargs)))
            if len(self._threads) < self._most:
                thread = threading.Thread(
                    target=self._work, name=f"okrsync-{len(self._threads) + 1}", daemon=True
                )
                self._threads.append(thread)
                thread.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls, and let the threads end; with `wait` after they have done what is
        waiting.
        """
        with self._lock:
            self._is_closed = True
            while cancel_futures and not self._calls.empty():
                call = self._calls.get()
                if call is not None:
                    call[0].cancel()
            for _ in self._threads:
                self._calls.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            future, function = call
            # The protocol for executors.
            # https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Future.set_running_or_notify_cancel
            if not future.set_running_or_notify_cancel():
                continue
            try:
                answer = function()
            except BaseException as error:  # noqa: BLE001 - whoever asked is told, whatever it is
                future.set_exception(error)
            else:
                future.set_result(answer)
            # Otherwise an idle thread would keep the last answer, a whole snapshot, in memory.
            del call, future, function
