"""The lease of a state file: a small file beside it.

On a shared drive the lock of the operating system may not work between machines, and two machines
must not even open the database at once (https://www.sqlite.org/wal.html). So the lease is a file of
its own, not a row in the database.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from okrsync.state.lease import Holder, LeaseStanding, held_by, holder_from, this_process

__all__ = ["LeaseFile", "refuse_elsewhere"]

# How drives without hard links refuse one: FAT, some FUSE and SMB mounts.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


class LeaseFile:
    """The lease of a state file; fulfils `LeaseRecord`."""

    advice = " Two machines should not share one state: give each a `state` of its own."

    def __init__(self, state: Path) -> None:
        self.path = state.with_name(f"{state.name}.lease")
        self.name = str(self.path)
        self.subject = state.name

    def put(self, holder: Holder) -> bool:
        path = self.path
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
            return self._put_without_links(holder)
        finally:
            draft.unlink(missing_ok=True)
        return True

    def look(self) -> LeaseStanding | None:
        try:
            holder, stamp = _read(self.path), self.path.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        return LeaseStanding(holder, (_drive_time(self.path) - stamp) / 1e9, stamp)

    def renew(self, holder: Holder) -> bool:
        try:
            current_holder = _read(self.path)
        except FileNotFoundError:
            return self.put(holder)
        if current_holder is None or current_holder.token != holder.token:
            return False
        self.restamp()
        return True

    def restamp(self) -> None:
        os.utime(self.path)

    def remove(self, holder: Holder) -> None:
        current_holder = _read(self.path)
        if current_holder is not None and current_holder.token == holder.token:
            self.path.unlink()

    def set_aside(self, standing: LeaseStanding, holder: Holder) -> None:
        # A second look right before: a lease that another process has taken meanwhile must not
        # leave its place even for the moment until it is put back, in which a third could take it.
        now = self.look()
        if now is None or now.stamp != standing.stamp or now.holder != standing.holder:
            return
        aside = self.path.with_name(f".{self.path.name}.{holder.token}.over")
        try:
            self.path.rename(aside)
        except FileNotFoundError:
            return
        # If another process was faster and the file is theirs by now, it is put back.
        if aside.stat().st_mtime_ns != standing.stamp or _read(aside) != standing.holder:
            with suppress(OSError):
                os.link(aside, self.path)
        aside.unlink()

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is kept open."""

    def _put_without_links(self, holder: Holder) -> bool:
        try:
            _write(self.path, holder)
        except FileExistsError:
            return False
        return True


def refuse_elsewhere(state: Path) -> None:
    """Raise `LockHeld` when another machine is using a state file: it is then not safe even to
    read it.
    """
    record = LeaseFile(state)
    standing = record.look()
    if standing is None or standing.is_over or standing.holder is None:
        return
    if standing.holder.boot is not None and standing.holder.boot != this_process("").boot:
        raise held_by(record, standing)


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


def _write(path: Path, holder: Holder) -> None:
    with os.fdopen(
        os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8"
    ) as file:
        # Not synced: a power cut that loses the lease has ended its run as well.
        json.dump(asdict(holder), file)


def _read(path: Path) -> Holder | None:
    """Who holds the lease; None when its content cannot be understood. Raises `FileNotFoundError`
    when there is none, `OSError` when the drive does not answer.
    """
    try:
        return holder_from(path.read_text(encoding="utf-8"))
    except (IsADirectoryError, PermissionError, ValueError):
        return None
