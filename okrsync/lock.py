"""One run at a time: a lock beside the state file that names who holds it.

The operating system holds the lock, so a killed process lets go of it. Beside it lies a small file that says who came last, for
the message only.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from okrsync.errors import LockHeld, StateError

__all__ = ["run_lock"]


@contextmanager
def run_lock(state: Path, command: str) -> Iterator[None]:
    """Hold the lock of a state file while the block runs.

    Raises `LockHeld`, naming the holder, when another run has it, and `StateError` when the lock file cannot be made.
    """
    path, holder = state.with_name(f"{state.name}.lock"), state.with_name(f"{state.name}.holder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0, mode=0o600)
        lock.acquire()
    except Timeout as error:
        raise LockHeld(
            f"another run holds {path}: {_who(holder)}",
            hint="Wait until it is done, or stop it. Give jobs that may overlap a `state` of their own.",
        ) from error
    except OSError as error:
        raise StateError(
            f"{path}: the lock cannot be made ({error.strerror})", hint="Name a writable place under `state`."
        ) from error
    except NotImplementedError as error:
        raise StateError(
            f"{path}: its disk knows no locks", hint="Name a place on a local disk under `state`."
        ) from error
    try:
        _sign(holder, command)
        try:
            yield
        finally:
            # It serves a message only; one that stays behind is overwritten by the next run.
            with suppress(OSError):
                holder.unlink()
    finally:
        lock.release()


def _sign(holder: Path, command: str) -> None:
    facts = {
        "command": command,
        "pid": os.getpid(),
        "user": _user(),
        "host": socket.gethostname(),
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    try:
        handle = os.open(holder, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(facts, file)
    except OSError as error:
        raise StateError(
            f"{holder}: cannot be written ({error.strerror})", hint="Name a writable place under `state`."
        ) from error


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that has no name.
        return str(os.getuid())


def _who(holder: Path) -> str:
    try:
        facts = json.loads(holder.read_text(encoding="utf-8"))
        return (
            f"`okrsync {facts['command']}`, process {facts['pid']} of {facts['user']} on {facts['host']}, "
            f"since {facts['since']}"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return "it did not say who it is"
