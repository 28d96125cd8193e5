"""One run at a time: a lock for this machine, and a lease for all machines, on the state.

The operating system holds the lock beside a state file and releases it when a process is killed.
The lease (`state.lease`) names the process that is working, and separates machines that share a
drive on which locks do not work between machines, or a database.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from okrsync.model.errors import LockHeld, StateError
from okrsync.model.state_address import StateAddress
from okrsync.state.lease import Lease, LeaseRecord, LeaseStanding, take
from okrsync.state.lease_file import LeaseFile

__all__ = ["lease_standing", "run_lock", "unlock"]


@contextmanager
def run_lock(address: StateAddress, command: str) -> Iterator[Lease]:
    """Hold the lock and the lease of a state while the block runs.

    Raises `LockHeld`, naming the holder, when another run has it, and `StateError` when the lock or
    the lease cannot be created.
    """
    with _locked(address) if isinstance(address, Path) else nullcontext():
        record = _record(address)
        try:
            lease = take(record, command)
        except OSError as error:
            raise _unwritable(record.name, error) from error
        except BaseException:
            record.close()
            raise
        try:
            yield lease
        finally:
            lease.release()


def lease_standing(address: StateAddress) -> LeaseStanding | None:
    """Who holds a state; None when nobody does. Raises `StateError` when the database does not
    answer.
    """
    record = _record(address, readonly=True)
    try:
        return record.look()
    finally:
        record.close()


def unlock(address: StateAddress) -> str | None:
    """Release the lease of a dead run, whichever machine it was on. Returns a description of its
    holder, or None when nobody held it.

    Raises `LockHeld` for a run on this machine that is still running.
    """
    with _locked(address) if isinstance(address, Path) else nullcontext():
        record = _record(address)
        try:
            return _unlocked(record)
        except OSError as error:
            raise _unwritable(record.name, error) from error
        finally:
            record.close()


def _unlocked(record: LeaseRecord) -> str | None:
    standing = record.look()
    if standing is None:
        return None
    if standing.is_alive_here:
        raise LockHeld(
            f"the run that holds {record.subject} is alive: {standing.description}",
            hint="Stop it, or wait until it is done.",
        )
    record.clear()
    return standing.description


def _record(address: StateAddress, *, readonly: bool = False) -> LeaseRecord:
    if isinstance(address, Path):
        return LeaseFile(address)
    # Imported here: few have a database, and its library is an extra.
    from okrsync.state.postgresql_lease import LeaseRow

    record: LeaseRecord = LeaseRow(address, readonly=readonly)
    return record


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
        standing = lease_standing(state)
        holder_text = "it did not say who it is" if standing is None else standing.description
        raise LockHeld(
            f"another run holds {path}: {holder_text}",
            hint=(
                "Wait until it is done, or stop it. Give jobs that may overlap their own `state`."
            ),
        ) from error
    except OSError as error:
        raise _unwritable(str(path), error) from error
    except NotImplementedError as error:
        raise StateError(
            f"{path}: its disk does not support locks",
            hint="Name a place on a local disk under `state`.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _unwritable(name: str, error: OSError) -> StateError:
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return StateError(
        f"{name}: the lock cannot be made ({error.strerror})",
        hint="Make room; nothing was begun." if is_full else "Name a writable place under `state`.",
    )
