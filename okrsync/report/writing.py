"""Writes a report to a file, completely or not at all, and never widens who may read the file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from okrsync.model.errors import ConfigError

__all__ = ["write_bytes", "write_page"]


def write_page(name: str, text: str) -> bool:
    """Write a text to a file, as `write_bytes` does."""
    return write_bytes(name, text.encode("utf-8", "backslashreplace"))


def write_bytes(name: str, data: bytes) -> bool:
    """Write a file; False when it has this content already, and nothing was written.

    A temporary file is written and renamed. A new file has mode 0600, an existing one keeps its
    mode. Raises `ConfigError` when the file cannot be written.
    """
    path = Path(name).expanduser()
    # Beside the file: a rename is atomic only within one file system.
    aside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        mode = path.stat().st_mode & 0o777 if path.is_file() else 0o600
        try:
            with os.fdopen(
                os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb"
            ) as file:
                file.write(data)
                file.flush()
                # Without it, a crash after the rename can leave an empty file.
                # https://lwn.net/Articles/457667/
                os.fsync(file.fileno())
            # Before the rename, so that nobody can read the new file in between.
            aside.chmod(mode)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{path}: the report cannot be written ({error.strerror})",
            hint="Name a file in a folder that is there and writable.",
        ) from error
    return True
