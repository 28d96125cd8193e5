"""Files that people may have open: read whole, replaced in one step, never half written."""

from __future__ import annotations

import errno
import fcntl
import glob
import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

from okrsync.connector import (
    AccessError,
    SourceBusy,
    SourceChanged,
    SourceError,
    UnreadableSource,
    read_regular,
)
from okrsync_workbook.owner_files import holder_of

__all__ = ["FileContent", "obstacle_of", "read_file", "replace_file"]

_LARGEST = 256 << 20


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file's bytes and the mark of this content."""

    path: Path
    data: bytes
    digest: str


def read_file(path: Path) -> FileContent:
    """A file's bytes.

    Raises `SourceError` when there is no such file (naming the nearest), `UnreadableSource` for
    what is no regular file, an empty file or one that is far too large, `AccessError` when it may
    not be read.
    """
    try:
        data = read_regular(path, _LARGEST)
    except IsADirectoryError as error:
        raise UnreadableSource(
            f"{path}: a folder, where a file is expected", hint="Name the workbook in it."
        ) from error
    except FileNotFoundError as error:
        raise SourceError(f"{path}: there is no such file", hint=_nearest(path)) from error
    except PermissionError as error:
        raise AccessError(
            f"{path}: may not be read",
            hint="Give the account okrsync runs under the right to read it.",
        ) from error
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.EFBIG):
            raise UnreadableSource(
                f"{path}: {error.strerror}", hint="Look whether this is the file you mean."
            ) from error
        raise SourceError(
            f"{path}: cannot be read ({error.strerror})",
            hint="Look whether its disk or share is there.",
        ) from error
    if not data:
        raise UnreadableSource(
            f"{path}: the file is empty (0 bytes)", hint="Save it again, or put back a good copy."
        )
    return FileContent(path, data, sha256(data).hexdigest())


def obstacle_of(path: Path) -> SourceError | None:
    """Why a file cannot be replaced without taking something from people, known ahead of any write:
    it has several names, or belongs to somebody whose file a new one would not be. None where it
    can.
    """
    try:
        facts = path.stat()
    except OSError:
        return None  # it is gone, and reading it says so
    if facts.st_nlink > 1:
        return SourceError(
            f"{path}: the file has {facts.st_nlink} names (hard links), and the others would keep"
            " the old content; nothing is written",
            hint="Make it a file of its own (copy it, and put the copy in its place), or link it"
            " with `ln -s`.",
        )
    if facts.st_uid != os.geteuid() and os.geteuid() != 0:
        return _rights_lost(path, "owner")
    return None


def replace_file(path: Path, before: FileContent, data: bytes) -> None:
    """Put new content in the place of a file that still is what it was: written aside, synced,
    renamed.

    Raises `SourceBusy` while somebody has it open, `SourceChanged` when it is no longer what was
    read, `AccessError` when file or folder may not be written, or the new file could not be given
    the rights of the old one, `SourceError` when the disk is full. The file is then as it was.
    """
    target = path.resolve()
    holder = holder_of(target)
    if holder is not None and not holder.is_left_over:
        raise SourceBusy(
            f"{path}: open {holder}; nothing was written",
            hint=(
                "Close it there; the next run writes. If nobody has it open any more, delete"
                f" {holder.owner_file.name}."
            ),
        )
    obstacle = obstacle_of(path)
    if obstacle is not None:
        raise obstacle
    # The superuser may write anything; a file nobody has the right to write is meant to stay as it
    # is all the same.
    if not os.access(target, os.W_OK) or not target.stat().st_mode & 0o222:
        raise AccessError(
            f"{path}: the file is read-only; nothing was written",
            hint="Allow writing to it, or leave `write` out.",
        )
    aside: Path | None = None
    try:
        _sweep(target)
        handle, name = tempfile.mkstemp(
            prefix=f".{target.name}.", suffix=".okrsync", dir=target.parent
        )
        aside = Path(name)
        with os.fdopen(handle, "wb") as file:
            with suppress(
                OSError
            ):  # where a disk knows no locks, nothing that was left behind is swept away either
                fcntl.flock(file, fcntl.LOCK_EX)
            file.write(data)
            file.flush()
            _copy_rights(path, target, file.fileno())
            os.fsync(file.fileno())
            if _digest(target) != before.digest:
                raise SourceChanged(f"{path}: changed by somebody while okrsync was at work")
            aside.replace(target)
            aside = None
        _sync_folder(target.parent)
    except PermissionError as error:
        raise AccessError(
            f"{target.parent}: the folder is read-only; {path.name} was left as it was",
            hint="Allow writing to the folder: files are replaced, never written in place.",
        ) from error
    except OSError as error:
        reason = (
            "the disk is full"
            if error.errno in (errno.ENOSPC, errno.EDQUOT)
            else str(error.strerror)
        )
        raise SourceError(
            f"{path}: could not be written ({reason}); it was left as it was",
            hint="Make room, then run again.",
        ) from error
    finally:
        if aside is not None:
            with suppress(OSError):
                aside.unlink()


def _sweep(target: Path) -> None:
    """Take away what runs that were killed wrote aside. A file that somebody is writing is locked
    by them, and stays.
    """
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.okrsync"):
        if not left.is_file():
            continue
        with suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def _digest(path: Path) -> str:
    try:
        return sha256(read_regular(path, _LARGEST)).hexdigest()
    except FileNotFoundError:
        return ""


def _copy_rights(path: Path, target: Path, handle: int) -> None:
    """Let the new file have the owner, group, mode, access list and other attributes of the old
    one. Raises `AccessError` where that is not allowed: whoever may open the file now shall be able
    to afterwards.
    """
    now = target.stat()
    wanted = _attributes(target)
    try:
        made = os.fstat(handle)
        if (made.st_uid, made.st_gid) != (now.st_uid, now.st_gid):
            os.fchown(handle, now.st_uid, now.st_gid)
        # The folder may have given the new file an access list that the old one does not have.
        for name in _attributes(handle).keys() - wanted.keys():
            os.removexattr(handle, name)
        os.fchmod(handle, stat.S_IMODE(now.st_mode))
        for name, value in wanted.items():
            if _attributes(handle).get(name) != value:
                os.setxattr(handle, name, value)
    except OSError as error:
        what = "owner, group, mode and attributes"
        raise _rights_lost(path, what) from error
    made = os.fstat(handle)
    if (made.st_uid, made.st_gid, made.st_mode) != (now.st_uid, now.st_gid, now.st_mode):
        raise _rights_lost(path, "owner, group and mode")
    if _attributes(handle) != wanted:
        raise _rights_lost(path, "access list and attributes")


def _attributes(file: Path | int) -> dict[str, bytes]:
    """The extended attributes of a file, its access list among them; none where the system or the
    disk knows none.
    """
    if not hasattr(os, "listxattr"):
        return {}
    try:
        return {name: os.getxattr(file, name) for name in os.listxattr(file)}
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):
            return {}
        raise


def _rights_lost(path: Path, what: str) -> AccessError:
    return AccessError(
        f"{path}: a new file in its place could not be given the {what} of the old one, and people"
        " might not be able to open it any more; nothing was written",
        hint="Run okrsync as the owner of the file.",
    )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _nearest(path: Path) -> str:
    with suppress(OSError):
        names = [other.name for other in path.parent.iterdir() if other.is_file()]
        near = get_close_matches(path.name, names, n=1)
        if near:
            return f"Did you mean {near[0]}?"
        if not names:
            return f"The folder {path.parent} has no files."
    if not path.parent.exists():
        return f"There is no folder {path.parent} either."
    return "Look at `path` in the config; it is meant from the config's folder."
