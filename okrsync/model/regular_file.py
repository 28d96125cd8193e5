"""Reads files that people name: only regular ones, whole, and of a sensible size.

Opening a named pipe would wait for ever, with the run's lock held; a device such as `/dev/zero` has
no end.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

__all__ = ["LARGEST_TEXT", "read_regular"]

# A thousand times what such files hold; more is a mistake, or an attempt to fill the memory.
LARGEST_TEXT = 4 << 20
"""The largest size of a configuration, a mapping or a secret, in bytes."""

_CHUNK = 1 << 20
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read_regular(path: Path, largest: int = LARGEST_TEXT) -> bytes:
    """The bytes of a file.

    Raises `IsADirectoryError` for a folder, `OSError` with a readable `strerror` for any other file
    that is not regular or is larger than `largest` bytes, and otherwise the errors of `open`.
    """
    _refuse_others(os.stat(path), largest)  # noqa: PTH116 - looked at before it is opened
    # The file may be replaced by a pipe between `stat` and here: without O_NONBLOCK `open` waits.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as file:
        _refuse_others(os.fstat(handle), largest)
        # `read(largest)` would allocate all of them at once, whatever the file holds.
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
        kind_name = _KINDS.get(kind, "something else")
        raise OSError(errno.EINVAL, f"{kind_name}, where a file is expected")
    if facts.st_size > largest:
        raise _too_large(largest)


def _too_large(largest: int) -> OSError:
    return OSError(errno.EFBIG, f"larger than {largest >> 20} MB")
