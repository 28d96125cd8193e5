"""The state as a file of SQLite.

It is opened with a write-ahead log and full syncing, so that committed data survives a crash of the
machine. A reader that finds no file gets an empty state in memory: reading creates nothing. An
older file is copied before it is migrated, and the daily copy replaces a damaged one; a warning
says so.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from okrsync.model.errors import StateError
from okrsync.state.backup import back_up, back_up_daily, sweep
from okrsync.state.damage import damage, finish_restore, restore
from okrsync.state.lease import Lease
from okrsync.state.lease_file import refuse_elsewhere
from okrsync.state.schema import SCHEMA_VERSION, bring_up, new_state, version_of

__all__ = ["SqliteDatabase", "empty_database"]

# How long SQLite waits for a lock that a backup program or a reader holds.
_PATIENCE_SECONDS = 30.0
# SQLite needs a few pages for any write; with less than this, a disk error means a full disk.
_NO_ROOM_BYTES = 64 * 1024
_LOG = logging.getLogger("okrsync.state")


class SqliteDatabase:
    """An open file of SQLite; fulfils `okrsync.state.store.StateDatabase`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    @classmethod
    def open(cls, path: Path, *, readonly: bool) -> Self:
        """The database at `path`; see `Store.open`."""
        if path.is_dir():
            raise StateError(
                f"{path}: a folder, where the state file is expected",
                hint="Name a file under `state`.",
            )
        with explained(path):
            if readonly:
                refuse_elsewhere(path)
                return cls(_open_to_look(path), path)
            path.parent.mkdir(parents=True, exist_ok=True)
            sweep(path)
            finish_restore(path)
            if not path.exists():
                path.touch(0o600)
            return cls(_open_to_write(path), path)

    def close(self) -> None:
        self.connection.close()

    def rows(self, sql: str, values: Sequence[object]) -> list[tuple[object, ...]]:
        with explained(self.path):
            return self.connection.execute(sql, _bound(sql, values)).fetchall()

    def run_many(self, sql: str, values: Iterable[tuple[object, ...]]) -> None:
        with explained(self.path):
            self.connection.executemany(sql, (_bound(sql, row) for row in values))

    def begin(self, lease: Lease | None) -> None:
        if lease is not None:
            lease.confirm()
        # IMMEDIATE takes the write lock now; a deferred transaction could fail halfway when it
        # first writes (https://www.sqlite.org/lang_transaction.html).
        with explained(self.path):
            self.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        with explained(self.path):
            self.connection.execute("COMMIT")

    def roll_back(self) -> None:
        # After some errors, such as a full disk, SQLite has rolled back already.
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def columns(self, table: str) -> list[str]:
        return [str(row[1]) for row in self.rows(f"PRAGMA table_info({table})", ())]

    def give_back(self, lease: Lease | None) -> None:
        if lease is not None:
            lease.confirm()
        with explained(self.path):
            self.connection.execute("VACUUM")
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _open_to_write(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(
        path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        finding = damage(database, path)
        if finding is not None:
            database.close()
            restored = restore(path, finding)
            _LOG.warning(
                "%s was damaged (%s). Its daily copy of %s has taken its place; the damaged file is"
                " kept as %s. Later runs are unknown to `okrsync history` and `okrsync undo`, and"
                " what they wrote counts as typed by people: look at `okrsync plan`.",
                path,
                finding,
                f"{restored.copied:%d %b %Y %H:%M} UTC",
                restored.aside.name,
            )
            database = sqlite3.connect(
                path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
            )
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        version = version_of(database, path)
        if 0 < version < SCHEMA_VERSION:
            copy = back_up(database, path, version)
            bring_up(database, path)
            _LOG.warning(
                "%s was brought from state version %d to %d; a copy of it as it was is kept as %s",
                path,
                version,
                SCHEMA_VERSION,
                copy.name,
            )
        else:
            bring_up(database, path)
        _back_up_daily(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _back_up_daily(database: sqlite3.Connection, path: Path) -> None:
    try:
        back_up_daily(database, path)
    except (OSError, sqlite3.OperationalError) as error:
        _LOG.warning("%s: today's copy of it could not be made (%s); the run goes on", path, error)


def _open_to_look(path: Path) -> sqlite3.Connection:
    if not path.exists():
        return empty_database()
    # A reader of a write-ahead log needs to write its index file, so a read-only connection would
    # leave files behind. `immutable` reads without any, but then ignores the log as well:
    # https://www.sqlite.org/wal.html#read_only_databases
    options = (
        "mode=rw"
        if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        else "mode=ro&immutable=1"
    )
    wal = path.with_name(f"{path.name}-wal")
    if options != "mode=rw" and wal.exists() and wal.stat().st_size:
        raise StateError(
            f"{path}: a run that was killed left its log {wal.name}, and nothing can be written"
            " here to read it",
            hint=(
                "Run the command once as a user who can write to that folder, or copy both files"
                " elsewhere."
            ),
        )
    database = sqlite3.connect(
        f"{path.resolve().as_uri()}?{options}",
        timeout=_PATIENCE_SECONDS,
        isolation_level=None,
        uri=True,
        check_same_thread=False,
    )
    try:
        database.execute("PRAGMA query_only = ON")
        version = version_of(database, path)
        if version == SCHEMA_VERSION:
            return database
        if version == 0:
            database.close()
            return empty_database()
        # Reading changes nothing: an older file is migrated in a temporary copy in memory.
        copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        database.backup(copy)
        database.close()
        bring_up(copy, path)
    except BaseException:
        database.close()
        raise
    return copy


def empty_database() -> sqlite3.Connection:
    """A state in memory in which nothing is."""
    database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    database.deserialize(new_state())
    return database


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn errors of the file into a `StateError` that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        # The low byte is the primary code (https://www.sqlite.org/rescode.html); no message here
        # needs the extended one.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(path)):
            raise StateError(
                f"{path}: the disk is full", hint="Make room; nothing was lost."
            ) from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StateError(
                f"{path}: another program holds the state file",
                hint=(
                    f"Close the program that has it open (`fuser {path.name}` names it), perhaps a"
                    " backup, and try again."
                ),
            ) from error
        if code == sqlite3.SQLITE_CORRUPT:
            raise StateError(
                f"{path}: damaged ({error})",
                hint=(
                    "The next sync sets this file aside and restores its daily copy;"
                    " `okrsync state check` shows details."
                ),
            ) from error
        if code == sqlite3.SQLITE_NOTADB:
            raise StateError(
                f"{path}: not a readable state file ({error})",
                hint=(
                    "Put back a copy, or move the file away: okrsync then starts a new one without"
                    " the history."
                ),
            ) from error
        if code == sqlite3.SQLITE_IOERR:
            raise StateError(
                f"{path}: the disk answers with errors ({error})",
                hint="Check its disk or network drive; nothing more was written.",
            ) from error
        if code == sqlite3.SQLITE_READONLY:
            raise StateError(
                f"{path}: can be read but not written",
                hint=(
                    "Let okrsync write to the file and its folder, or name another file under"
                    " `state`."
                ),
            ) from error
        if isinstance(error, sqlite3.OperationalError):
            raise StateError(
                f"{path}: {error}", hint="Check the permissions of the file and its folder."
            ) from error
        raise
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StateError(
            f"{path}: the state file cannot be used ({error.strerror})",
            hint=(
                "Make room; nothing was lost." if is_full else "Name a writable file under `state`."
            ),
        ) from error


def _is_full(path: Path) -> bool:
    """Whether the file's disk is full. SQLite reports some effects of that as a disk error."""
    try:
        return shutil.disk_usage(path.parent).free < _NO_ROOM_BYTES
    except OSError:
        return False


def _bound(sql: str, values: Sequence[object]) -> Sequence[object] | dict[str, object]:
    """The values as SQLite takes them for the placeholders of the statement. From Python 3.14,
    numbered ones take no sequence (https://docs.python.org/3/library/sqlite3.html).
    """
    if "?1" not in sql:
        return values
    return {str(number): value for number, value in enumerate(values, 1)}
