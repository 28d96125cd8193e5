"""Copies of a state file that are whole: made by SQLite itself, synced, and given their name
last.
"""

from __future__ import annotations

import os
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["back_up", "back_up_daily", "daily_copy", "new_file", "put_in_place", "stamp", "sweep"]

_OLD_SECONDS = 3600.0
# A job that runs once a day does so a little earlier on some days.
_DAILY_SECONDS = 20 * 3600.0


def back_up(database: sqlite3.Connection, path: Path, version: int) -> Path:
    """Copy an open state file, for its owner only, to `okrsync.db.v1-2026-11-28T101500Z.bak` beside
    it. Answers with the copy.
    """
    target = path.with_name(f"{path.name}.v{version}-{stamp()}.bak")
    _copy(database, path, target)
    return target


def back_up_daily(database: sqlite3.Connection, path: Path) -> None:
    """Renew the daily copy of an open state file that is sound, where it is not of today; a file
    without runs holds nothing to be kept.

    Raises `OSError` and `sqlite3.OperationalError` where there is no room for it.
    """
    target = daily_copy(path)
    # A copy of the future was made by a clock that was wrong.
    if target.exists() and abs(time.time() - target.stat().st_mtime) < _DAILY_SECONDS:
        return
    if database.execute("SELECT 1 FROM runs LIMIT 1").fetchone() is not None:
        _copy(database, path, target)


def daily_copy(path: Path) -> Path:
    """Where the daily copy of a state file lies: `okrsync.db.daily.bak`."""
    return path.with_name(f"{path.name}.daily.bak")


def _copy(database: sqlite3.Connection, path: Path, target: Path) -> None:
    draft = path.with_name(f".{target.name}.part")
    new_file(draft)
    copy = sqlite3.connect(draft, isolation_level=None)
    try:
        database.backup(copy)
        # One file, with no log beside it, can be moved about without thinking.
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
    put_in_place(draft, target)


def new_file(path: Path) -> None:
    """An empty file that only its owner may read, in place of any file or link that is there."""
    path.unlink(missing_ok=True)
    # Whatever somebody else puts there at this moment, a link above all, is not written to.
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def put_in_place(draft: Path, target: Path) -> None:
    """Give a finished file its name, in one step that a power cut cannot halve."""
    _sync(draft)
    draft.replace(target)
    _sync(target.parent)


def stamp() -> str:
    """This moment, as it stands in file names."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")


def sweep(path: Path) -> None:
    """Remove what killed runs left half made beside a state file. The caller holds the lock."""
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
