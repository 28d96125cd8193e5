"""Which process uses a state file, visible across machines: a small file beside it that the process
keeps fresh.

The lock of the operating system (`state.lock`) separates processes on one machine. On a shared
drive it may not work between machines, and two machines must not even open the database at once
(https://www.sqlite.org/wal.html). So the lease is a file of its own, not a row in the database.

A lease is taken in one atomic step, so two processes can never both hold it. Its age is measured by
the clock of the drive alone, which also stamps a new file beside it: machines whose clocks disagree
or jump neither lock anybody out nor let anybody in. The lease of a dead process on this machine
expires at once, that of another machine after `LASTS_SECONDS` without renewal.
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
# Six renewals per lease, so that a drive may fail to answer for a minute or two.
_RENEWED_EVERY_SECONDS = 30.0
# A stamp this far in the future means that the drive's clock was set back.
_SLACK_SECONDS = 60.0
_TRIES = 3
# How drives without hard links refuse one: FAT, some FUSE and SMB mounts.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


@dataclass(frozen=True, slots=True)
class Holder:
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


class Lease:
    """A lease this process holds until `release`."""

    def __init__(self, path: Path, holder: Holder) -> None:
        self.path = path
        self.holder = holder
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._keep_fresh, name="okrsync-lease", daemon=True)
        self._thread.start()

    def confirm(self) -> None:
        """Make sure that no other process took over: this one may have been suspended for longer
        than its lease lasts.

        Raises `LockHeld` when one did, and `StateError` when the drive does not answer.
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
        """Renew the lease; False when it no longer belongs to this process. A lease that was
        removed but not taken over is taken again.
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
        """Give the lease up."""
        self._end.set()
        # Wait for the thread first: it could make the file again after it is gone.
        self._thread.join()
        with suppress(OSError):
            holder = _read(self.path)
            if holder is not None and holder.token == self.holder.token:
                self.path.unlink()

    def _keep_fresh(self) -> None:
        while not self._end.wait(_RENEWED_EVERY_SECONDS):
            # The drive may be away for a moment; the next write confirms the lease itself.
            with suppress(OSError):
                self.renew()


def lease_path(state: Path) -> Path:
    """The path of the lease of a state file."""
    return state.with_name(f"{state.name}.lease")


def take(path: Path, command: str) -> Lease:
    """Take the lease, or take over one that has expired. Raises `LockHeld` when another process
    holds it, `OSError` when no file can be created there.
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
                # With a new stamp, a lease dated in the future lasts no longer than any other.
                os.utime(path)
            raise held_by(path, standing)
        _set_aside(path, standing, holder.token)
    raise LockHeld(
        f"{path}: several runs are taking the lease at once", hint="Try again in a moment."
    )


def held_by(path: Path, standing: LeaseStanding) -> LockHeld:
    """The error for a lease that another process holds."""
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
    """Raise `LockHeld` when another machine is using a state file: it is then not safe even to
    read it.
    """
    standing = look_at(lease_path(state))
    if standing is None or standing.is_over or standing.holder is None:
        return
    this_process = _this_process("")
    if standing.holder.boot is not None and standing.holder.boot != this_process.boot:
        raise held_by(lease_path(state), standing)


def look_at(path: Path) -> LeaseStanding | None:
    """The lease as it is on disk; None when there is none."""
    try:
        holder, stamp = _read(path), path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return LeaseStanding(holder, (_drive_time(path) - stamp) / 1e9, stamp)


def _drive_time(beside: Path) -> int:
    """The time in nanoseconds by the clock that stamps files in a folder; by this machine's clock
    when no file can be created there.
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
    """Create the lease if there is none, completely or not at all."""
    draft = path.with_name(f".{path.name}.{holder.token}")
    _write(draft, holder)
    try:
        # The portable way to take a lock file on a network drive; see O_EXCL in
        # https://man7.org/linux/man-pages/man2/open.2.html
        os.link(draft, path)
    except FileExistsError:
        # On a network drive the link may have been made although the reply was lost.
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
        # Not synced: a power cut that loses the lease has ended its run as well.
        json.dump(asdict(holder), file)


def _set_aside(path: Path, standing: LeaseStanding, token: str) -> None:
    """Remove an expired lease. If another process was faster and the file is theirs by now, it is
    put back.
    """
    # A second look right before: a lease that another process has taken meanwhile must not leave
    # its place even for the moment until it is put back, in which a third could take it.
    now = look_at(path)
    if now is None or now.stamp != standing.stamp or now.holder != standing.holder:
        return
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
    """Who holds the lease; None when its content cannot be understood. Raises `FileNotFoundError`
    when there is none, `OSError` when the drive does not answer.
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
