"""The pace of a credential over all machines: a row in the database that the states are kept in.

Each turn moves the row on by the time that a request takes at the usual rate. So the turns of all
who share a credential follow one another, whoever asks and whoever dies meanwhile.
"""

from __future__ import annotations

import threading
from typing import cast

from okrsync.model.state_address import PostgresAddress, StateAddress
from okrsync.state.postgresql import PostgresDatabase, connect

__all__ = ["SharedTurns", "TurnTable"]

_SCHEMA = "okrsync"
# No wait is longer; an interval of PostgreSQL cannot be endless.
_LONGEST_SECONDS = 1e6


class TurnTable:
    """The turns of every credential that is used over one database. Threads may share it."""

    def __init__(self, address: StateAddress) -> None:
        assert isinstance(address, PostgresAddress)
        self._address = address
        self._lock = threading.Lock()
        self._database = self._connected()

    def close(self) -> None:
        """Close the connection."""
        self._database.close()

    def turns(self, credential: str, kind: str) -> SharedTurns:
        """The turns of one kind of request with a credential."""
        return SharedTurns(self, f"{credential}/{kind}")

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """Execute one statement, over a new connection where the last one was cut."""
        with self._lock:
            if self._database.connection.closed:
                self._database = self._connected()
            return self._database.rows(sql, values)

    def _connected(self) -> PostgresDatabase:
        database = connect(self._address, readonly=False)
        try:
            self._make(database)
        except BaseException:
            database.close()
            raise
        return database

    def _make(self, database: PostgresDatabase) -> None:
        # A turn that a crash of the server forgets is no harm, and nobody waits for its disk.
        database.rows("SELECT set_config('synchronous_commit', 'off', false)", ())
        database.rows("SELECT set_config('search_path', ?, false)", (_SCHEMA,))
        if database.rows(
            "SELECT 1 FROM pg_tables WHERE schemaname = ? AND tablename = 'turns'", (_SCHEMA,)
        ):
            return
        database.rows("BEGIN", ())
        try:
            # Two that make it at once would both fail.
            database.rows("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (_SCHEMA,))
            database.rows(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}", ())
            database.rows(
                "CREATE TABLE IF NOT EXISTS turns"
                " (key TEXT PRIMARY KEY, next TIMESTAMPTZ NOT NULL)",
                (),
            )
            database.commit()
        except BaseException:
            database.roll_back()
            raise


class SharedTurns:
    """Fulfils `okrsync.connector.network.Turns`, by the clock of the server."""

    def __init__(self, table: TurnTable, key: str) -> None:
        self._table = table
        self._key = key
        table.rows(
            "INSERT INTO turns (key, next) VALUES (?, clock_timestamp()) ON CONFLICT DO NOTHING",
            key,
        )

    def take(self, every: float, most: float) -> float | None:
        rows = self._table.rows(
            "UPDATE turns SET next = greatest(next, clock_timestamp()) + make_interval(secs => ?1)"
            " WHERE key = ?2 AND next <= clock_timestamp() + make_interval(secs => ?3)"
            " RETURNING CAST(extract(epoch FROM next - clock_timestamp()) AS FLOAT8)",
            float(every),
            self._key,
            min(float(most), _LONGEST_SECONDS),
        )
        return max(0.0, cast("float", rows[0][0]) - every) if rows else None

    def hold(self, seconds: float) -> None:
        self._table.rows(
            "UPDATE turns SET next = greatest(next, clock_timestamp() + make_interval(secs => ?1))"
            " WHERE key = ?2",
            float(seconds),
            self._key,
        )
