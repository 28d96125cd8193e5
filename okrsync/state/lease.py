"""Which process uses a state, visible across machines: a record that the process keeps fresh.

Beside a state file the record is a small file (`state.lease_file`): the lock of the operating
system (`state.lock`) separates processes on one machine only. In PostgreSQL it is a row
(`state.postgresql_lease`).

A lease is taken in one atomic step, so two processes can never both hold it. Its age is measured by
the clock of the drive or the server alone: machines whose clocks disagree or jump neither lock
anybody out nor let anybody in. The lease of a dead process on this machine expires at once, that of
another machine after `LASTS_SECONDS` without renewal.
"""

from __future__ import annotations

import getpass
import json
import os
import secrets
import socket
import threading
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Protocol

from okrsync.model.errors import LockHeld, StateError
from okrsync.model.frozen import Frozen

__all__ = [
    "LASTS_SECONDS",
    "Holder",
    "Lease",
    "LeaseRecord",
    "LeaseStanding",
    "held_by",
    "holder_from",
    "take",
    "this_process",
]

LASTS_SECONDS = 180.0
# Six renewals per lease, so that a drive may fail to answer for a minute or two.
_RENEWED_EVERY_SECONDS = 30.0
# A stamp this far in the future means that the drive's clock was set back.
_SLACK_SECONDS = 60.0
_TRIES = 3


class Holder(Frozen, frozen=True):
    """Who holds a lease. `boot` identifies one boot of a machine, `space` a container's process
    namespace, and `born` distinguishes a process from a later one with the same number; each is
    None when the system does not provide it.
    """

    token: str
    command: str
    user: str
    host: str
    pid: int
    since: str
    boot: str | None = None
    space: str | None = None
    born: str | None = None

    @property
    def description(self) -> str:
        """The holder as a phrase for messages."""
        return (
            f"`okrsync {self.command}`, process {self.pid} of {self.user} on {self.host}, since"
            f" {self.since}"
        )

    @property
    def is_here(self) -> bool:
        """Whether it is a process that this machine can see, and so knows to be alive or dead."""
        current = this_process("")
        return self.boot is not None and (self.host, self.boot, self.space) == (
            current.host,
            current.boot,
            current.space,
        )

    @property
    def is_dead(self) -> bool:
        """Whether it is a process of this machine that has ended."""
        return self.is_here and self.born is not None and _born(self.pid) != self.born


class LeaseStanding(Frozen, frozen=True):
    """A lease as it is on disk. `holder` is None when it cannot be read; `age_seconds` is the time
    since the last renewal, negative when the drive's clock has been set back since.
    """

    holder: Holder | None
    age_seconds: float
    stamp: int

    @property
    def is_over(self) -> bool:
        """Whether another process may take the lease over."""
        if self.holder is not None and self.holder.is_here and self.holder.born is not None:
            return self.holder.is_dead
        return self.age_seconds > LASTS_SECONDS

    @property
    def is_alive_here(self) -> bool:
        """Whether the holder is a process of this machine that is still running."""
        return self.holder is not None and self.holder.is_here and not self.is_over

    @property
    def description(self) -> str:
        """The holder as a phrase for messages."""
        return "it did not say who it is" if self.holder is None else self.holder.description


class LeaseRecord(Protocol):
    """Where a lease stands. Its methods raise `OSError` or `StateError` when the drive or the
    server does not answer.
    """

    name: str
    """What messages call the lease."""
    subject: str
    """What messages call that which is held."""
    advice: str
    """What else to say to whoever finds another machine at work."""

    def put(self, holder: Holder) -> bool:
        """Write the lease if there is none, completely or not at all; False if there is one."""

    def look(self) -> LeaseStanding | None:
        """The lease as it stands; None when there is none."""

    def renew(self, holder: Holder) -> bool:
        """Renew the lease of a holder, or write it again if it was removed. False when another has
        it.
        """

    def restamp(self) -> None:
        """Give the lease a new stamp, whoever has it."""

    def remove(self, holder: Holder) -> None:
        """Remove the lease of a holder; another's stays."""

    def set_aside(self, standing: LeaseStanding, holder: Holder) -> None:
        """Remove an expired lease for `holder`, unless it has changed since it was looked at."""

    def clear(self) -> None:
        """Remove the lease, whoever has it."""

    def close(self) -> None:
        """Release what the record keeps open."""


class Lease:
    """A lease this process holds until `release`."""

    def __init__(self, record: LeaseRecord, holder: Holder) -> None:
        self.record = record
        self.holder = holder
        self._end = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._keep_fresh, name="okrsync-lease", daemon=True)
        self._thread.start()

    def confirm(self) -> None:
        """Make sure that no other process took over: this one may have been suspended for longer
        than its lease lasts.

        Raises `LockHeld` when one did, or when the run has ended meanwhile, and `StateError` when
        the drive or the server does not answer.
        """
        try:
            is_mine = self.renew()
        except OSError as error:
            raise StateError(
                f"{self.record.name}: cannot be kept fresh ({error.strerror})",
                hint=(
                    "Nothing more was written. What this run had started is in the journal, and the"
                    " next run checks it."
                ),
            ) from error
        if self._end.is_set():
            raise LockHeld(f"{self.record.name}: this run has ended", hint="Start another one.")
        if not is_mine:
            standing = self.record.look()
            holder_text = "somebody" if standing is None else standing.description
            raise LockHeld(
                f"{self.record.name}: taken over by {holder_text}, because this run gave no sign"
                f" for {LASTS_SECONDS / 60:g} minutes",
                hint=(
                    "This run stops here. What it had started is in the journal, and the next run"
                    " checks it."
                ),
            )

    def renew(self) -> bool:
        """Renew the lease; False when it no longer belongs to this process. A lease that was
        removed but not taken over is taken again, but not after the end of the run: a thread that
        the run left at work would hold up the next one.
        """
        with self._lock:
            return not self._end.is_set() and self.record.renew(self.holder)

    def release(self) -> None:
        """Give the lease up."""
        self._end.set()
        # Wait for the thread first: it could write the lease again after it is gone.
        self._thread.join()
        with self._lock:
            with suppress(OSError, StateError):
                self.record.remove(self.holder)
            self.record.close()

    def _keep_fresh(self) -> None:
        while not self._end.wait(_RENEWED_EVERY_SECONDS):
            # The drive may be away for a moment; the next write confirms the lease itself.
            with suppress(OSError, StateError):
                self.renew()


def take(record: LeaseRecord, command: str) -> Lease:
    """Take the lease, or take over one that has expired. Raises `LockHeld` when another process
    holds it, and what the record raises when it cannot be written.
    """
    holder = this_process(command)
    for _ in range(_TRIES):
        if record.put(holder):
            return Lease(record, holder)
        standing = record.look()
        if standing is None:
            continue
        if not standing.is_over:
            if standing.age_seconds < -_SLACK_SECONDS:
                # With a new stamp, a lease dated in the future lasts no longer than any other.
                record.restamp()
            raise held_by(record, standing)
        record.set_aside(standing, holder)
    raise LockHeld(
        f"{record.name}: several runs are taking the lease at once", hint="Try again in a moment."
    )


def held_by(record: LeaseRecord, standing: LeaseStanding) -> LockHeld:
    """The error for a lease that another process holds."""
    hint = "Wait until it is done, or stop it."
    if standing.holder is None or not standing.holder.is_here:
        seconds_left = max(LASTS_SECONDS - max(standing.age_seconds, 0.0), 0.0)
        hint += (
            f" If it is dead, its hold ends by itself in {seconds_left / 60:.0f} min; "
            "once you are sure, `okrsync state unlock` ends it at once."
        )
        hint += record.advice
    return LockHeld(f"another run holds {record.subject}: {standing.description}", hint=hint)


def holder_from(text: str) -> Holder | None:
    """The holder that a record names; None when its text cannot be understood."""
    try:
        facts = json.loads(text)
        return Holder(**{field.name: facts[field.name] for field in fields(Holder)})
    except (ValueError, KeyError, TypeError):
        return None


def this_process(command: str) -> Holder:
    """This process as the holder of a lease."""
    return Holder(
        token=secrets.token_hex(16),
        command=command,
        user=_user(),
        host=socket.gethostname(),
        pid=os.getpid(),
        since=datetime.now().astimezone().isoformat(timespec="seconds"),
        boot=_text_of(Path("/proc/sys/kernel/random/boot_id")),
        space=_space(),
        born=_born(os.getpid()),
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a user id that has no name.
        return str(os.getuid())


def _text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii").strip() or None
    except OSError:
        return None


def _space() -> str | None:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return None


def _born(pid: int) -> str | None:
    """When a process began, in clock ticks since boot; None when there is no such process, or it
    is a zombie.
    """
    line = _text_of(Path(f"/proc/{pid}/stat"))
    if line is None:
        return None
    # The name in brackets may contain anything, even brackets. After it come the state, and as the
    # 20th field the start time (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html).
    rest = line.rpartition(")")[2].split()
    return None if rest[0] in ("Z", "X") else rest[19]
