"""Reading files that people name: regular ones, whole, and no larger than is sensible.

A named pipe would be waited for without end, with the run's lock held; a device such as
`/dev/zero` has no end.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

__all__ = ["LARGEST_TEXT", "read_regular"]

LARGEST_TEXT = 4 << 20
"""Bytes that a configuration, a mapping or a secret may have."""

_CHUNK = 1 << 20
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read_regular(path: Path, largest: int = LARGEST_TEXT) -> bytes:
    """A file's bytes.

    Raises `IsADirectoryError` for a folder, and `OSError` with a `strerror` in plain words for
    anything else that is no regular file or has more than `largest` bytes; else as `open` does.
    """
    _refuse_others(os.stat(path), largest)  # noqa: PTH116 - looked at before it is opened
    # A pipe that takes the file's place just now is not waited for either.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as file:
        _refuse_others(os.fstat(handle), largest)
        # Asked for `largest` bytes at once, Python would set aside as many.
        data = bytearray()
        while chunk := file.read(_CHUNK):
            data += chunk
            if len(data) > largest:
                raise _too_large(largest)
    return bytes(data)


def _refuse_others(facts: os.stat_result, largest: int) -> None:
    kind = stat.S_IFMT(facts.st_mode)
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, "a folder, where a file is expected")
    if kind != stat.S_IFREG:
        what = _KINDS.get(kind, "something else")
        raise OSError(errno.EINVAL, f"{what}, where a file is expected")
    if facts.st_size > largest:
        raise _too_large(largest)


def _too_large(largest: int) -> OSError:
    return OSError(errno.EFBIG, f"larger than {largest >> 20} MB")
