"""Who is at work with a state file, told across machines: a small file beside it that whoever works
keeps fresh.

The lock of the operating system (`state.lock`) keeps apart what runs on one machine. On a drive
that several machines share it may not reach from one to the other, and the database must not even
be opened by two of them; that is why the lease is a file of its own and no row in it.

A lease is taken by one atomic step, so two can never both have it. How old it is goes by the clock
of the drive alone (a fresh file beside it is stamped by the same clock): clocks of machines that
disagree, or jump, lock nobody out and let nobody in. A lease of a dead process of this machine is
over at once, another machine's once it has not been kept fresh for `LASTS_SECONDS`.
"""

from __future__ import annotations

import errno
import getpass
import json
import os
import secrets
import socket
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path

from okrsync.model.errors import LockHeld, StateError

__all__ = [
    "LASTS_SECONDS",
    "Holder",
    "Lease",
    "LeaseStanding",
    "lease_path",
    "look_at",
    "refuse_elsewhere",
    "take",
]

LASTS_SECONDS = 180.0
_RENEWED_EVERY_SECONDS = 30.0
_SLACK_SECONDS = 60.0
_TRIES = 3
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a lease. `boot` tells one start of a machine from another, `space` one container's
    processes from another's, `born` a process from a later one with its number; each is None where
    the system does not say.
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
        """The holder in words."""
        return (
            f"`okrsync {self.command}`, process {self.pid} of {self.user} on {self.host}, since"
            f" {self.since}"
        )

    @property
    def is_here(self) -> bool:
        """Whether it is a process of this machine, so that this machine knows whether it lives."""
        this_process = _this_process("")
        return self.boot is not None and (self.host, self.boot, self.space) == (
            this_process.host,
            this_process.boot,
            this_process.space,
        )

    @property
    def is_dead(self) -> bool:
        """Whether it is a process of this machine that has ended."""
        return self.is_here and self.born is not None and _born(self.pid) != self.born


@dataclass(frozen=True, slots=True)
class LeaseStanding:
    """A lease as it is found. `holder` is None where nobody can read who it is; `age_seconds` is
    how long ago it was kept fresh, below zero where the drive's clock has jumped back since.
    """

    holder: Holder | None
    age_seconds: float
    stamp: int

    @property
    def is_over(self) -> bool:
        """Whether anybody may take over."""
        if self.holder is not None and self.holder.is_here and self.holder.born is not None:
            return self.holder.is_dead
        return self.age_seconds > LASTS_SECONDS

    @property
    def is_alive_here(self) -> bool:
        """Whether it is a process of this machine that is still at work."""
        return self.holder is not None and self.holder.is_here and not self.is_over

    @property
    def description(self) -> str:
        """Who has it, in words."""
        return "it did not say who it is" if self.holder is None else self.holder.description


class Lease:
    """A lease this process holds until `release`."""

    def __init__(self, path: Path, holder: Holder) -> None:
        self.path = path
        self.holder = holder
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._keep_fresh, name="okrsync-lease", daemon=True)
        self._thread.start()

    def confirm(self) -> None:
        """Make sure that nobody took over: a process may have been asleep for longer than its lease
        lasts.

        Raises `LockHeld` when somebody did, and `StateError` when the drive does not answer.
        """
        try:
            is_mine = self.renew()
        except OSError as error:
            raise StateError(
                f"{self.path}: cannot be kept fresh ({error.strerror})",
                hint=(
                    "Nothing more was written. What this run had started is in the journal, and the"
                    " next run checks it."
                ),
            ) from error
        if not is_mine:
            standing = look_at(self.path)
            holder_text = "somebody" if standing is None else standing.description
            raise LockHeld(
                f"{self.path}: taken over by {holder_text}, because this run gave no sign for"
                f" {LASTS_SECONDS / 60:g} minutes",
                hint=(
                    "This run stops here. What it had started is in the journal, and the next run"
                    " checks it."
                ),
            )

    def renew(self) -> bool:
        """Keep the lease fresh; False when it is no longer this process's. One that was taken away
        and not taken over is taken again.
        """
        try:
            holder = _read(self.path)
        except FileNotFoundError:
            return _put(self.path, self.holder)
        if holder is None or holder.token != self.holder.token:
            return False
        os.utime(self.path)
        return True

    def release(self) -> None:
        """Let go."""
        self._end.set()
        self._thread.join()
        with suppress(OSError):
            holder = _read(self.path)
            if holder is not None and holder.token == self.holder.token:
                self.path.unlink()

    def _keep_fresh(self) -> None:
        while not self._end.wait(_RENEWED_EVERY_SECONDS):
            # A drive that is away for a moment: whoever writes next confirms the lease by itself.
            with suppress(OSError):
                self.renew()


def lease_path(state: Path) -> Path:
    """Where the lease of a state file lies."""
    return state.with_name(f"{state.name}.lease")


def take(path: Path, command: str) -> Lease:
    """Take the lease, over one that is over. Raises `LockHeld` when somebody has it, `OSError` when
    no file can be made there.
    """
    holder = _this_process(command)
    for _ in range(_TRIES):
        if _put(path, holder):
            return Lease(path, holder)
        standing = look_at(path)
        if standing is None:
            continue
        if not standing.is_over:
            if standing.age_seconds < -_SLACK_SECONDS:
                # Stamped anew, a lease from the future lasts no longer than any other.
                os.utime(path)
            raise held_by(path, standing)
        _set_aside(path, standing, holder.token)
    raise LockHeld(f"{path}: several are taking the lease at once", hint="Try again in a moment.")


def held_by(path: Path, standing: LeaseStanding) -> LockHeld:
    """The refusal for a lease that somebody else has."""
    hint = "Wait until it is done, or stop it."
    if standing.holder is None or not standing.holder.is_here:
        seconds_left = max(LASTS_SECONDS - max(standing.age_seconds, 0.0), 0.0)
        hint += (
            f" Should it be dead, its hold ends by itself in {seconds_left / 60:.0f} min; "
            "once you are sure, `okrsync state unlock` ends it at once."
        )
        hint += " Two machines should not share one state: give each a `state` of its own."
    return LockHeld(
        f"another run holds {path.name.removesuffix('.lease')}: {standing.description}", hint=hint
    )


def refuse_elsewhere(state: Path) -> None:
    """Raise `LockHeld` when another machine is at work with a state file, which then cannot even be
    looked at safely.
    """
    standing = look_at(lease_path(state))
    if standing is None or standing.is_over or standing.holder is None:
        return
    this_process = _this_process("")
    if standing.holder.boot is not None and standing.holder.boot != this_process.boot:
        raise held_by(lease_path(state), standing)


def look_at(path: Path) -> LeaseStanding | None:
    """The lease as it stands; None where there is none."""
    try:
        holder, stamp = _read(path), path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return LeaseStanding(holder, (_drive_time(path) - stamp) / 1e9, stamp)


def _drive_time(beside: Path) -> int:
    """The time by the clock that stamps files in a folder, in nanoseconds; this machine's where
    nothing can be made there.
    """
    probe = beside.with_name(f".{beside.name}.{secrets.token_hex(8)}.now")
    try:
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            return probe.stat().st_mtime_ns
        finally:
            probe.unlink()
    except OSError:
        return time.time_ns()


def _put(path: Path, holder: Holder) -> bool:
    """Make the lease, if there is none: whole, or not at all."""
    draft = path.with_name(f".{path.name}.{holder.token}")
    _write(draft, holder)
    try:
        os.link(draft, path)
    except FileExistsError:
        # Over a network the step may have been done although its answer was lost.
        with suppress(FileNotFoundError):
            return draft.samefile(path)
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return _put_without_links(path, holder)
    finally:
        draft.unlink(missing_ok=True)
    return True


def _put_without_links(path: Path, holder: Holder) -> bool:
    try:
        _write(path, holder)
    except FileExistsError:
        return False
    return True


def _write(path: Path, holder: Holder) -> None:
    with os.fdopen(
        os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8"
    ) as file:
        # Not synced: a lease that a power cut wipes out belonged to a run that it ended.
        json.dump(asdict(holder), file)


def _set_aside(path: Path, standing: LeaseStanding, token: str) -> None:
    """Take away a lease that is over. If somebody else was faster and what was taken is theirs,
    they get it back.
    """
    aside = path.with_name(f".{path.name}.{token}.over")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return
    if aside.stat().st_mtime_ns != standing.stamp or _read(aside) != standing.holder:
        with suppress(OSError):
            os.link(aside, path)
    aside.unlink()


def _read(path: Path) -> Holder | None:
    """Who has the lease; None where it does not say. Raises `FileNotFoundError` where there is
    none, `OSError` where the drive does not answer.
    """
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return Holder(**{field.name: facts[field.name] for field in fields(Holder)})
    except (IsADirectoryError, PermissionError, ValueError, KeyError, TypeError):
        return None


def _this_process(command: str) -> Holder:
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
        # A container may run under a number that has no name.
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
    """When a process began, in ticks since the machine did; None where it is not there, or has
    ended and not been buried.
    """
    line = _text_of(Path(f"/proc/{pid}/stat"))
    if line is None:
        return None
    # The name in brackets may hold anything, brackets included.
    rest = line.rpartition(")")[2].split()
    return None if rest[0] in ("Z", "X") else rest[19]
