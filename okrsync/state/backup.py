"""Complete copies of a state file: made by SQLite itself, synced to disk, and renamed last."""

from __future__ import annotations

import os
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["back_up", "back_up_daily", "daily_copy", "new_file", "put_in_place", "stamp", "sweep"]

# A lease draft lives for milliseconds; one that is an hour old belongs to a process that is gone.
_OLD_SECONDS = 3600.0
# Less than 24 hours: a daily job starts a little earlier on some days.
_DAILY_SECONDS = 20 * 3600.0


def back_up(database: sqlite3.Connection, path: Path, version: int) -> Path:
    """Copy an open state file to `okrsync.db.v1-2026-11-28T101500Z.bak` beside it, readable by its
    owner only. Returns the path of the copy.
    """
    target = path.with_name(f"{path.name}.v{version}-{stamp()}.bak")
    _copy(database, path, target)
    return target


def back_up_daily(database: sqlite3.Connection, path: Path) -> None:
    """Renew the daily copy of a sound, open state file, unless it is less than a day old. A file
    without runs is not copied.

    Raises `OSError` and `sqlite3.OperationalError` when there is no room for it.
    """
    target = daily_copy(path)
    # abs(): a copy dated in the future was made while the clock was wrong, and is renewed.
    if target.exists() and abs(time.time() - target.stat().st_mtime) < _DAILY_SECONDS:
        return
    if database.execute("SELECT 1 FROM runs LIMIT 1").fetchone() is not None:
        _copy(database, path, target)


def daily_copy(path: Path) -> Path:
    """The path of the daily copy of a state file: `okrsync.db.daily.bak`."""
    return path.with_name(f"{path.name}.daily.bak")


def _copy(database: sqlite3.Connection, path: Path, target: Path) -> None:
    draft = path.with_name(f".{target.name}.part")
    new_file(draft)
    copy = sqlite3.connect(draft, isolation_level=None)
    try:
        # Copying the file itself would miss what is still in the write-ahead log
        # (https://www.sqlite.org/backup.html).
        database.backup(copy)
        # Without a write-ahead log the copy is a single file, safe to move.
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
    put_in_place(draft, target)


def new_file(path: Path) -> None:
    """Create an empty file that only its owner may read, replacing any file or link."""
    path.unlink(missing_ok=True)
    # O_EXCL: if somebody creates a file or a link at this moment, it is not written to.
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def put_in_place(draft: Path, target: Path) -> None:
    """Give a finished file its name, in one step that a power cut cannot interrupt halfway."""
    _sync(draft)
    draft.replace(target)
    # A rename is durable only once its folder is synced as well
    # (https://man7.org/linux/man-pages/man2/fsync.2.html).
    _sync(target.parent)


def stamp() -> str:
    """The current time in the form used in file names."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")


def sweep(path: Path) -> None:
    """Remove unfinished files that killed runs left beside a state file. The caller holds the
    lock.
    """
    for leftover in path.parent.glob(f".{path.name}.*"):
        is_draft = leftover.name.endswith((".part", ".part-journal", ".part-wal", ".part-shm"))
        if is_draft or time.time() - leftover.stat().st_mtime > _OLD_SECONDS:
            leftover.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
