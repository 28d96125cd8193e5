"""The state file: one SQLite database with the journal, the history and what okrsync remembers.

It is opened with a write-ahead log and full syncing, so what was committed survives a crash of the machine. A reader that finds no file
gets an empty state in memory: looking creates nothing. Threads may share an open state: one statement, or one transaction, goes after the other.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from okrsync.errors import StateError

__all__ = ["SCHEMA_VERSION", "State"]

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, as_of TEXT NOT NULL, started TEXT NOT NULL, finished TEXT,
    exit_code INTEGER, undoes TEXT, counts TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE entries (
    number INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs(id), source TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL,
    field TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL, table_key TEXT, row TEXT, col TEXT, looks TEXT, words TEXT,
    before TEXT NOT NULL, after TEXT NOT NULL, state TEXT, why TEXT, UNIQUE (run, source, id)
);
CREATE INDEX entries_open ON entries (number) WHERE state IS NULL;
CREATE INDEX entries_summaries ON entries (source, at, number) WHERE kind = 'summary';
CREATE TABLE written (
    source TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (source, key, field)
) WITHOUT ROWID;
CREATE TABLE headers (
    source TEXT NOT NULL, table_key TEXT NOT NULL, field TEXT NOT NULL, header TEXT NOT NULL,
    PRIMARY KEY (source, table_key, field, header)
) WITHOUT ROWID;
CREATE TABLE seen (
    source TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (source, key)
) WITHOUT ROWID;
CREATE TABLE warned (
    source TEXT NOT NULL, key TEXT NOT NULL, about TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (source, key)
) WITHOUT ROWID;
CREATE TABLE facts (
    source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (source, name)
) WITHOUT ROWID;
"""


class State:
    """An open state file. Use `State.open`, and use it as a context manager."""

    def __init__(self, database: sqlite3.Connection, path: Path, *, writable: bool) -> None:
        self._database = database
        self.path = path
        self.is_writable = writable
        self._depth = 0
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path, *, readonly: bool = False) -> Self:
        """The state kept at `path`; created, readable for its owner only, where there is none.

        With `readonly` nothing is created or changed, and a missing file is an empty state. Raises `StateError` when the file is no state file, belongs to
        a later okrsync, or cannot be opened.
        """
        if path.is_dir():
            raise StateError(f"{path}: a folder, where the state file is expected", hint="Name a file under `state`.")
        with _explained(path):
            if readonly:
                return cls(_open_to_look(path), path, writable=False)
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            try:
                database.execute("PRAGMA journal_mode=WAL")
                database.execute("PRAGMA synchronous=FULL")
                _bring_up(database, path)
            except BaseException:
                database.close()
                raise
            return cls(database, path, writable=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._database.close()

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """What a query finds."""
        with self._lock, _explained(self.path):
            return self._database.execute(sql, values).fetchall()

    def run(self, sql: str, *values: object) -> None:
        """Carry out one statement."""
        with self._lock, _explained(self.path):
            self._database.execute(sql, values)

    def run_many(self, sql: str, values: Iterator[tuple[object, ...]]) -> None:
        """Carry out one statement for each tuple of values."""
        with self._lock, _explained(self.path):
            self._database.executemany(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is done inside, synced to disk when it ends. May be nested; the outermost decides. Other threads wait."""
        with self._lock:
            if self._depth:
                yield
                return
            with _explained(self.path):
                self._database.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
                with _explained(self.path):
                    self._database.execute("COMMIT")
            except BaseException:
                # A full disk has ended the transaction already.
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1


def _open_to_look(path: Path) -> sqlite3.Connection:
    if not path.exists():
        database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        database.executescript(_SCHEMA)
        return database
    # Opened for reading alone, SQLite would leave the files of its write-ahead log behind.
    database = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw", timeout=30, isolation_level=None, uri=True, check_same_thread=False
    )
    try:
        database.execute("PRAGMA query_only = ON")
        if _version(database, path) == 0:
            database.close()
            database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            database.executescript(_SCHEMA)
    except BaseException:
        database.close()
        raise
    return database


def _bring_up(database: sqlite3.Connection, path: Path) -> None:
    database.execute("BEGIN IMMEDIATE")
    if _version(database, path) == 0:
        for statement in _SCHEMA.split(";"):
            if statement.strip():
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    database.execute("COMMIT")


def _version(database: sqlite3.Connection, path: Path) -> int:
    (found,) = database.execute("PRAGMA user_version").fetchone()
    tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if found > SCHEMA_VERSION:
        raise StateError(
            f"{path}: written by a later okrsync (state version {found}, this one knows {SCHEMA_VERSION})",
            hint="Upgrade okrsync, or name another file under `state`.",
        )
    if found == 0 and tables:
        raise StateError(f"{path}: a database, and not okrsync's", hint="Name another file under `state`.")
    return int(found)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turns what goes wrong with the file into a sentence with a way out."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_FULL:
            raise StateError(f"{path}: the disk is full", hint="Make room; nothing was lost.") from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StateError(f"{path}: another program holds the state file", hint="Try again later.") from error
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise StateError(
                f"{path}: not a readable state file ({error})",
                hint="Put back a copy, or move it away: okrsync starts a new one, without the history.",
            ) from error
        if isinstance(error, sqlite3.OperationalError):
            raise StateError(f"{path}: {error}", hint="Look at the file's and its folder's permissions.") from error
        raise
    except OSError as error:
        raise StateError(
            f"{path}: the state file cannot be used ({error.strerror})", hint="Name a writable file under `state`."
        ) from error
