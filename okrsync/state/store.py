"""The state: what outlives a run, in one database with the journal, the history and what okrsync
remembers.

The database is a file of SQLite (`state.sqlite`) or a schema of PostgreSQL (`state.postgresql`).
Everything above asks both with the same statements, in the SQL that both speak.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, Self

from okrsync.model.state_address import StateAddress
from okrsync.state.lease import Lease
from okrsync.state.schema import SCHEMA_VERSION
from okrsync.state.sqlite import SqliteDatabase

__all__ = ["EVERYTHING", "SCHEMA_VERSION", "StateDatabase", "Store", "placeholders"]

EVERYTHING = 1 << 62
"""No limit, for `LIMIT` and for numbers."""


class StateDatabase(Protocol):
    """An open database. Statements have `?` for each value, or `?1`, `?2` where one stands several
    times; outside a transaction each takes effect at once. Every method raises `StateError` when
    the database cannot be used.
    """

    def close(self) -> None:
        """Close it; a transaction that was not committed is rolled back."""

    def rows(self, sql: str, values: Sequence[object]) -> list[tuple[object, ...]]:
        """Execute one statement: the rows that it returns."""

    def run_many(self, sql: str, values: Iterable[tuple[object, ...]]) -> None:
        """Execute one statement for each tuple of values."""

    def begin(self, lease: Lease | None) -> None:
        """Begin a transaction, the only one until its end, if the lease is still held. Raises
        `LockHeld` if it is not.
        """

    def commit(self) -> None:
        """Commit the transaction, on disk when this returns."""

    def roll_back(self) -> None:
        """Undo what the transaction did, if there is one."""

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns, in their order."""

    def give_back(self, lease: Lease | None) -> None:
        """Return the space of deleted rows to the disk, where the database does not by itself."""


def placeholders(values: Sized) -> str:
    """The placeholders of a list of values, as `IN (...)` takes them; NULL for none."""
    return ", ".join("?" * len(values)) or "NULL"


class Store:
    """An open state. Create it with `Store.open`, as a context manager. Threads may share it; their
    statements and transactions run one after another.
    """

    def __init__(
        self,
        database: StateDatabase,
        address: StateAddress,
        *,
        writable: bool,
        lease: Lease | None = None,
    ) -> None:
        self._database = database
        self.address = address
        self.is_writable = writable
        self._lease = lease
        self._depth = 0
        self._lock = threading.RLock()

    @classmethod
    def open(
        cls, address: StateAddress, *, readonly: bool = False, lease: Lease | None = None
    ) -> Self:
        """The state at `address`; a missing file is created, readable by its owner only.

        With `readonly` nothing is created or changed, and a missing state is an empty one. With a
        `lease`, nothing is written once another process has taken it over. Raises `StateError` when
        the state is none of okrsync's, belongs to a later okrsync or cannot be opened, and
        `LockHeld` when another machine is using a file that is opened for reading.
        """
        database: StateDatabase
        if isinstance(address, Path):
            database = SqliteDatabase.open(address, readonly=readonly)
        else:
            # Imported here: few have one, and its library is an extra.
            from okrsync.state.postgresql import open_database

            database = open_database(address, readonly=readonly)
        return cls(database, address, writable=not readonly, lease=lease)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._database.close()

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """The rows that a query returns."""
        with self._lock:
            return self._database.rows(sql, values)

    def run(self, sql: str, *values: object) -> None:
        """Execute one statement."""
        with self._lock:
            self._database.rows(sql, values)

    def run_many(self, sql: str, values: Iterator[tuple[object, ...]]) -> None:
        """Execute one statement for each tuple of values."""
        with self._lock:
            self._database.run_many(sql, values)

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns, in their order."""
        with self._lock:
            return self._database.columns(table)

    def give_back(self) -> None:
        """Return the space of forgotten runs to the disk. A file needs as much free space again
        while this works, and without it nothing changes.
        """
        with self._lock:
            self._database.give_back(self._lease)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything that is done inside the block, or nothing; synced to disk at its end.
        Transactions may be nested, and the outermost decides. Other threads wait.
        """
        with self._lock:
            if self._depth:
                yield
                return
            self._database.begin(self._lease)
            self._depth += 1
            try:
                yield
                self._database.commit()
            except BaseException:
                self._database.roll_back()
                raise
            finally:
                self._depth -= 1
