"""Files that people may have open: read completely, and replaced in one step, so that no file is
ever half written.
"""

from __future__ import annotations

import errno
import fcntl
import glob
import os
import stat
import tempfile
from contextlib import suppress
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from okrsync.connector import (
    AccessError,
    SourceBusy,
    SourceChanged,
    SourceError,
    UnreadableSource,
    read_regular,
)
from okrsync_workbook.owner_files import holder_of

__all__ = [
    "FileContent",
    "create_file",
    "obstacle_of",
    "read_file",
    "remove_file",
    "replace_file",
]

_LARGEST = 256 << 20


class FileContent(Struct, frozen=True):
    """The bytes of a file, and their digest."""

    path: Path
    data: bytes
    digest: str


def read_file(path: Path) -> FileContent:
    """The content of a file.

    Raises `SourceError` when there is no such file (the hint names the most similar one),
    `UnreadableSource` for what is not a regular file, for an empty file and for one that is far too
    large, and `AccessError` when it may not be read.
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
    """Why a file cannot be replaced without harm, known before any write: it has several names, or
    another owner, whom the new file would not have. None where it can be replaced.
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
    """Replace a file that is still as it was read: the new content is written beside it, synced and
    renamed.

    Raises `SourceBusy` while somebody has the file open, `SourceChanged` when it is no longer as it
    was read, `AccessError` when the file or its folder may not be written or the new file could not
    be given the rights of the old one, and `SourceError` when the disk is full. The file is then as
    it was.
    """
    # A link stays a link: the file that it leads to is replaced.
    target = Path(os.path.realpath(path))
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
    # The superuser may write anything. A file that nobody has the right to write is meant to stay
    # as it is all the same.
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
            # The comparison stands right before the rename: what somebody saves in between is lost,
            # and no file system offers to compare and rename in one step.
            if _digest(target) != before.digest:
                raise SourceChanged(f"{path}: changed by somebody while okrsync was at work")
            aside.replace(target)
            aside = None
        # Without this a power failure may undo the rename, though the content is on the disk.
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


def create_file(path: Path, like: Path, data: bytes) -> None:
    """Make a new file with the rights of another one, complete from its first moment on.

    Raises `SourceChanged` when there is a file of that name, `AccessError` when the folder may not
    be written, and `SourceError` when the disk is full. No file is there then that was not before.
    """
    aside: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".okrsync", dir=path.parent)
        aside = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            _copy_rights(path, Path(os.path.realpath(like)), file.fileno())
            os.fsync(file.fileno())
        # A link is refused where the name is taken: nobody's file is ever replaced.
        os.link(aside, path)
        _sync_folder(path.parent)
    except FileExistsError as error:
        raise SourceChanged(f"{path}: somebody made this file while okrsync was at work") from error
    except PermissionError as error:
        raise AccessError(
            f"{path.parent}: the folder is read-only; {path.name} was not made",
            hint="Allow writing to the folder.",
        ) from error
    except OSError as error:
        raise SourceError(
            f"{path}: could not be made ({error.strerror})", hint="Make room, then run again."
        ) from error
    finally:
        if aside is not None:
            with suppress(OSError):
                aside.unlink()


def remove_file(content: FileContent) -> None:
    """Remove a file that is still as it was read. Raises `SourceChanged` when it is not."""
    if _digest(content.path) != content.digest:
        raise SourceChanged(f"{content.path}: changed by somebody while okrsync was at work")
    try:
        content.path.unlink()
    except OSError as error:
        raise AccessError(
            f"{content.path}: could not be removed ({error.strerror})",
            hint="Allow writing to the folder, or remove the file by hand.",
        ) from error
    _sync_folder(content.path.parent)


def _sweep(target: Path) -> None:
    """Delete the new files that killed runs left behind. One that another run is writing is locked
    by it, and stays.
    """
    for leftover in target.parent.glob(f".{glob.escape(target.name)}.*.okrsync"):
        if not leftover.is_file():
            continue
        with suppress(OSError), leftover.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            leftover.unlink()


def _digest(path: Path) -> str:
    try:
        return sha256(read_regular(path, _LARGEST)).hexdigest()
    except FileNotFoundError:
        return ""


def _copy_rights(path: Path, target: Path, handle: int) -> None:
    """Give the new file the owner, group, mode, access list and other attributes of the old one.
    Raises `AccessError` where that is not allowed: whoever may open the file now must still be able
    to.
    """
    old = target.stat()
    wanted = _attributes(target)
    try:
        new = os.fstat(handle)
        if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
            os.fchown(handle, old.st_uid, old.st_gid)
        # The folder may have given the new file an access list that the old one does not have.
        for name in _attributes(handle).keys() - wanted.keys():
            os.removexattr(handle, name)
        # A change of owner clears the set-id bits, so that the mode comes after it.
        os.fchmod(handle, stat.S_IMODE(old.st_mode))
        for name, value in wanted.items():
            if _attributes(handle).get(name) != value:
                os.setxattr(handle, name, value)
    except OSError as error:
        lost = "owner, group, mode and attributes"
        raise _rights_lost(path, lost) from error
    new = os.fstat(handle)
    if (new.st_uid, new.st_gid, new.st_mode) != (old.st_uid, old.st_gid, old.st_mode):
        raise _rights_lost(path, "owner, group and mode")
    if _attributes(handle) != wanted:
        raise _rights_lost(path, "access list and attributes")


def _attributes(file: Path | int) -> dict[str, bytes]:
    """The extended attributes of a file, its access list among them; empty where the system or the
    disk has none.
    """
    if not hasattr(os, "listxattr"):
        return {}
    try:
        return {name: os.getxattr(file, name) for name in os.listxattr(file)}
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):
            return {}
        raise


def _rights_lost(path: Path, lost: str) -> AccessError:
    return AccessError(
        f"{path}: a new file in its place could not be given the {lost} of the old one, and people"
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
    return "Check `path` in the config; it is relative to the folder of the config."
