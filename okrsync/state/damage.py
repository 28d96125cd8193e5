"""A damaged state file is set aside, and the daily copy takes its place.

The process may be killed at any moment; the next run then starts or finishes the same work. The
damaged file stays in place until the copy that replaces it is complete.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from okrsync.model.errors import StateError
from okrsync.state.backup import daily_copy, new_file, put_in_place, stamp
from okrsync.state.schema import version_of

__all__ = ["Restored", "damage", "finish_restore", "restore"]


class Restored(NamedTuple):
    """Where the damaged file lies now, and the moment of the copy that took its place."""

    aside: Path
    copied: datetime


def damage(database: sqlite3.Connection, path: Path) -> str | None:
    """What is wrong with the file, in SQLite's words; None when nothing is.

    Raises `sqlite3.DatabaseError` for a file that is not a database and has no daily copy: it may
    belong to somebody else. Raises what `version_of` raises.
    """
    try:
        version_of(database, path)
        (finding,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        # The low byte is the primary code (https://www.sqlite.org/rescode.html).
        code = error.sqlite_errorcode & 0xFF
        is_ours = code == sqlite3.SQLITE_NOTADB and daily_copy(path).exists()
        if code != sqlite3.SQLITE_CORRUPT and not is_ours:
            raise
        return str(error)
    return None if finding == "ok" else str(finding).splitlines()[-1]


def restore(path: Path, finding: str) -> Restored:
    """Keep the damaged file under another name, and put the daily copy in its place. The caller
    holds the lock.

    Raises `StateError`, and changes nothing, when there is no copy or the copy is damaged too.
    """
    copy = daily_copy(path)
    if not copy.exists() or not _is_sound(copy):
        copy_state = (
            f"{copy.name} is damaged as well" if copy.exists() else "there is no daily copy yet"
        )
        raise StateError(
            f"{path}: damaged ({finding}), and {copy_state}",
            hint=(
                "Put back a copy of your own, or move the file away: okrsync then starts a new one"
                " without the history."
            ),
        )
    aside = path.with_name(f"{path.name}.broken-{stamp()}")
    wal = path.with_name(f"{path.name}-wal")
    if wal.exists() and wal.stat().st_size:
        _duplicate(wal, aside.with_name(f"{aside.name}-wal"))
    _duplicate(path, aside)
    _duplicate(copy, _replacement(path))
    finish_restore(path)
    return Restored(aside, datetime.fromtimestamp(copy.stat().st_mtime, UTC))


def finish_restore(path: Path) -> None:
    """Put a complete replacement in place when a run died before it could do so."""
    replacement = _replacement(path)
    if replacement.exists():
        # SQLite would apply the log of the damaged file to its replacement
        # (https://www.sqlite.org/howtocorrupt.html).
        for end in ("-wal", "-shm"):
            path.with_name(f"{path.name}{end}").unlink(missing_ok=True)
        put_in_place(replacement, path)


def _replacement(path: Path) -> Path:
    return path.with_name(f"{path.name}.restored")


def _is_sound(copy: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as database:
            (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            # SQLite treats an empty file as a sound database, so the version is checked too.
            return verdict == "ok" and version_of(database, copy) > 0
    except (sqlite3.DatabaseError, StateError):
        return False


def _duplicate(path: Path, target: Path) -> None:
    draft = path.with_name(f".{target.name}.part")
    new_file(draft)
    shutil.copyfile(path, draft)
    put_in_place(draft, target)
