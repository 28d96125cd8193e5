"""One run at a time: a lock for this machine, and a lease for all machines, beside the state file.

The operating system holds the lock and releases it when a process is killed. The lease
(`state.lease`) names the process that is working, and separates machines that share a drive on
which locks do not work between machines.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from okrsync.model.errors import LockHeld, StateError
from okrsync.state.lease import Lease, lease_path, look_at, take

__all__ = ["run_lock", "unlock"]


@contextmanager
def run_lock(state: Path, command: str) -> Iterator[Lease]:
    """Hold the lock and the lease of a state file while the block runs.

    Raises `LockHeld`, naming the holder, when another run has it, and `StateError` when the lock or
    the lease cannot be created.
    """
    with _locked(state):
        try:
            lease = take(lease_path(state), command)
        except OSError as error:
            raise _unwritable(lease_path(state), error) from error
        try:
            yield lease
        finally:
            lease.release()


def unlock(state: Path) -> str | None:
    """Release the lease of a dead run, whichever machine it was on. Returns a description of its
    holder, or None when nobody held it.

    Raises `LockHeld` for a run on this machine that is still running.
    """
    with _locked(state):
        path = lease_path(state)
        standing = look_at(path)
        if standing is None:
            return None
        if standing.is_alive_here:
            raise LockHeld(
                f"the run that holds {state.name} is alive: {standing.description}",
                hint="Stop it, or wait until it is done.",
            )
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(path, error) from error
        return standing.description


@contextmanager
def _locked(state: Path) -> Iterator[None]:
    # Imported here: what only reads takes no lock.
    from filelock import FileLock, Timeout

    path = state.with_name(f"{state.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0, mode=0o600)
        lock.acquire()
    except Timeout as error:
        standing = look_at(lease_path(state))
        holder_text = "it did not say who it is" if standing is None else standing.description
        raise LockHeld(
            f"another run holds {path}: {holder_text}",
            hint=(
                "Wait until it is done, or stop it. Give jobs that may overlap their own `state`."
            ),
        ) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    except NotImplementedError as error:
        raise StateError(
            f"{path}: its disk does not support locks",
            hint="Name a place on a local disk under `state`.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _unwritable(path: Path, error: OSError) -> StateError:
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return StateError(
        f"{path}: the lock cannot be made ({error.strerror})",
        hint="Make room; nothing was begun." if is_full else "Name a writable place under `state`.",
    )
