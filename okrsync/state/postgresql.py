"""The state in a PostgreSQL database: a schema for each configuration, with the tables that a state
file has.

The statements and the migrations are those of SQLite: what they write otherwise is translated here.
Each transaction that writes first locks the row of the lease, so transactions run one after
another, and none is committed once another process has taken the lease over.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from okrsync.model.errors import ConfigError, LockHeld, StateDenied, StateError
from okrsync.model.state_address import PostgresAddress
from okrsync.state.lease import LASTS_SECONDS, Lease
from okrsync.state.schema import SCHEMA_VERSION, STEPS, TABLES, bring_up
from okrsync.state.sqlite import SqliteDatabase, empty_database

try:
    import psycopg
    from psycopg import errors, sql
    from psycopg.abc import Buffer
    from psycopg.adapt import Dumper
    from psycopg.conninfo import conninfo_to_dict
    from psycopg.pq import TransactionStatus
    from psycopg.types.string import StrDumperUnknown, TextLoader
except ImportError as error:
    raise ConfigError(
        f"a state in PostgreSQL needs psycopg, which is not installed ({error})",
        hint="pip install 'okrsync[postgres]'",
    ) from error

__all__ = [
    "PostgresDatabase",
    "bring_up_schema",
    "connect",
    "has_schema",
    "make_schema",
    "open_database",
    "options_of",
    "stored_version",
]

_LOG = logging.getLogger("okrsync.state")
# The server tells a connection that is gone from one that is idle by asking from time to time.
_DEFAULTS: Mapping[str, Any] = {
    "application_name": "okrsync",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 6,
}
_THIS_MACHINE = ("", "localhost", "127.0.0.1", "::1")
_LOCK_PATIENCE = "30s"
# A text of PostgreSQL holds every character but NUL. This one is none that anybody types: Unicode
# sets it aside for the inside of programs (https://www.unicode.org/faq/private_use.html#nonchar1).
_NUL, _FOR_NUL = "\0", "\U0010ffff"
_SIGN_INS = re.compile(r"(?i)authentication|password|pg_hba|role .* does not exist|permission")


class _Text(StrDumperUnknown):
    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace(_NUL, _FOR_NUL))


class _LoadedText(TextLoader):
    def load(self, data: Buffer) -> bytes | str:
        text = super().load(data)
        assert isinstance(text, str)
        return text.replace(_FOR_NUL, _NUL)


class _Truth(Dumper):
    """SQLite keeps truth values as 0 and 1."""

    oid = 21  # smallint

    def dump(self, obj: bool) -> Buffer | None:
        return b"1" if obj else b"0"


class PostgresDatabase:
    """A connection to a schema of PostgreSQL; fulfils `okrsync.state.store.StateDatabase`."""

    def __init__(
        self, connection: psycopg.Connection[tuple[Any, ...]], address: PostgresAddress
    ) -> None:
        self.connection = connection
        self.address = address

    def close(self) -> None:
        self.connection.close()

    def rows(self, sql: str, values: Sequence[object]) -> list[tuple[object, ...]]:
        with _explained(self.address):
            cursor = self.connection.execute(_numbered(sql), values)
            return [] if cursor.description is None else cursor.fetchall()

    def run_many(self, sql: str, values: Iterable[tuple[object, ...]]) -> None:
        # As a list: the values may come out of a query over this connection.
        rows = list(values)
        with _explained(self.address), self.connection.cursor() as cursor:
            cursor.executemany(_numbered(sql), rows)

    def begin(self, lease: Lease | None) -> None:
        self.rows("BEGIN", ())
        try:
            if self._locks_row(lease):
                return
            # Removed, but perhaps not taken over: then it is taken again.
            self.rows("ROLLBACK", ())
            assert lease is not None
            lease.confirm()
            self.rows("BEGIN", ())
            if not self._locks_row(lease):
                raise LockHeld(
                    f"{self.address}: another run took over at this moment",
                    hint="What this run had started is in the journal, and the next run checks it.",
                )
        except BaseException:
            self.roll_back()
            raise

    def _locks_row(self, lease: Lease | None) -> bool:
        """Lock the row of the lease until the end of the transaction; False when the lease is not
        held any more.
        """
        if lease is None:
            return bool(self.rows("SELECT 1 FROM meta FOR UPDATE", ()))
        token = lease.holder.token
        return bool(self.rows("SELECT 1 FROM meta WHERE token = ? FOR UPDATE", (token,)))

    def commit(self) -> None:
        self.rows("COMMIT", ())

    def roll_back(self) -> None:
        # With a lost connection the server has rolled back already.
        with suppress(psycopg.Error):
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                self.connection.execute("ROLLBACK")

    def columns(self, table: str) -> list[str]:
        rows = self.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_schema ="
            " current_schema() AND table_name = ? AND column_name <> 'rowid'"
            " ORDER BY ordinal_position",
            (table,),
        )
        return [str(row[0]) for row in rows]

    def give_back(self, lease: Lease | None) -> None:
        """The server does this by itself: https://www.postgresql.org/docs/current/routine-vacuuming.html"""


def open_database(address: PostgresAddress, *, readonly: bool) -> PostgresDatabase | SqliteDatabase:
    """The state at an address; see `Store.open`. A reader of a state that is missing or older gets
    one in memory.
    """
    database = connect(address, readonly=readonly)
    try:
        if not readonly:
            make_schema(database)
            bring_up_schema(database)
            return database
        version = version_of(database) if has_schema(database) else 0
        if version == SCHEMA_VERSION:
            return database
        copy = _copied(database, version)
    except BaseException:
        database.close()
        raise
    database.close()
    return copy


def connect(address: PostgresAddress, *, readonly: bool) -> PostgresDatabase:
    """A connection that commits each statement. Raises `StateError` when there is no way in, a
    `StateDenied` for lack of credentials.
    """
    if address.secret is None:
        raise StateDenied(
            f"{address}: its address cannot be had ({address.missing})",
            hint="`okrsync check` names every secret that is missing.",
        )
    try:
        options = options_of(address.secret.reveal())
    except psycopg.ProgrammingError as error:
        # Its own words may repeat a part of the address.
        raise StateError(
            f"the address of the state of {address.name} ({address.secret.named}) cannot be read",
            hint="Write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with % before signs.",
        ) from error
    with _explained(address):
        connection = psycopg.connect(
            **options, autocommit=True, cursor_factory=psycopg.RawCursor[tuple[Any, ...]]
        )
    database = PostgresDatabase(connection, address)
    try:
        _set_up(database, readonly=readonly)
    except BaseException:
        database.close()
        raise
    return database


def options_of(address: str) -> dict[str, Any]:
    """How to connect to an address. A server elsewhere must prove who it is, unless the address
    says otherwise: https://www.postgresql.org/docs/current/libpq-ssl.html
    """
    options = {**_DEFAULTS, **conninfo_to_dict(address)}
    hosts = str(options.get("host") or options.get("hostaddr") or "").split(",")
    is_here = all(host in _THIS_MACHINE or host.startswith(("/", "@")) for host in hosts)
    if not (is_here or "sslmode" in options or "PGSSLMODE" in os.environ):
        options["sslmode"] = "verify-full"
        own_authorities = Path.home() / ".postgresql" / "root.crt"
        if "sslrootcert" not in options and not own_authorities.exists():
            authorities = ssl.get_default_verify_paths().cafile
            if authorities is not None:
                options["sslrootcert"] = authorities
    return options


def _set_up(database: PostgresDatabase, *, readonly: bool) -> None:
    adapters = database.connection.adapters
    adapters.register_dumper(str, _Text)
    adapters.register_dumper(bool, _Truth)
    adapters.register_loader("text", _LoadedText)
    settings = {
        "search_path": sql.Identifier(database.address.schema).as_string(database.connection),
        "default_transaction_read_only": "on" if readonly else "off",
        "lock_timeout": _LOCK_PATIENCE,
        # A machine that was suspended inside a transaction must not hold the next run up.
        "idle_in_transaction_session_timeout": f"{LASTS_SECONDS:.0f}s",
    }
    calls = ", ".join("set_config(?, ?, false)" for _ in settings)
    pairs = tuple(text for pair in settings.items() for text in pair)
    encoding, durability = database.rows(
        "SELECT current_setting('server_encoding'), current_setting('synchronous_commit'),"
        f" {calls}",
        pairs,
    )[0][:2]
    if encoding != "UTF8":
        raise StateError(
            f"{database.address}: a database in {encoding} cannot hold every text",
            hint="Create one with ENCODING 'UTF8' TEMPLATE template0.",
        )
    if durability == "off":
        # What is in the journal must be on disk before anything is sent.
        database.rows("SELECT set_config('synchronous_commit', 'on', false)", ())


def has_schema(database: PostgresDatabase) -> bool:
    """Whether there is a state. Raises `StateError` for a schema that is not okrsync's."""
    # Out of the tables themselves: `to_regclass` may answer from before another made them.
    is_schema, is_ours = database.rows(
        "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = ?1), EXISTS"
        " (SELECT 1 FROM pg_tables WHERE schemaname = ?1 AND tablename = 'meta')",
        (database.address.schema,),
    )[0]
    if is_ours or not is_schema:
        return bool(is_ours)
    tables = database.rows(
        "SELECT 1 FROM pg_tables WHERE schemaname = ? LIMIT 1", (database.address.schema,)
    )
    if tables:
        raise StateError(
            f"{database.address}: the schema {database.address.schema} is not okrsync's",
            hint="Choose another `name`.",
        )
    return False


def make_schema(database: PostgresDatabase) -> None:
    """Make the schema with the row of its version and lease, unless they are there."""
    if has_schema(database):
        return
    schema = database.address.schema
    name = sql.Identifier(schema).as_string(database.connection)
    database.rows("BEGIN", ())
    try:
        # Two that make it at once would both fail over the names of the system's own tables.
        database.rows("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (schema,))
        if not has_schema(database):
            # A schema that somebody made for us needs no right to make one.
            if not database.rows("SELECT 1 FROM pg_namespace WHERE nspname = ?", (schema,)):
                database.rows(f"CREATE SCHEMA {name}", ())
            database.rows(
                "CREATE TABLE meta (version BIGINT NOT NULL, token TEXT, holder TEXT,"
                " renewed TIMESTAMPTZ)",
                (),
            )
            database.rows("INSERT INTO meta (version) VALUES (0)", ())
            # SQLite has this function: a day, moved by so many days.
            database.rows(
                "CREATE FUNCTION date(day TEXT, shift TEXT) RETURNS TEXT LANGUAGE SQL IMMUTABLE"
                " RETURN CAST(CAST(CAST(day AS DATE) + CAST(shift AS INTERVAL) AS DATE) AS TEXT)",
                (),
            )
        database.commit()
    except BaseException:
        database.roll_back()
        raise


def version_of(database: PostgresDatabase) -> int:
    """The version of the schema. Raises `StateError` for a later okrsync's."""
    ((version,),) = database.rows("SELECT version FROM meta", ())
    assert isinstance(version, int)
    if version > SCHEMA_VERSION:
        raise StateError(
            f"{database.address}: written by a later okrsync (state version {version}, this one"
            f" knows {SCHEMA_VERSION})",
            hint="Upgrade okrsync here as well, or choose another `name`.",
        )
    return version


def stored_version(address: PostgresAddress) -> int | None:
    """The version of the state at an address; None when there is none yet."""
    database = connect(address, readonly=True)
    try:
        return version_of(database) or None if has_schema(database) else None
    finally:
        database.close()


def bring_up_schema(database: PostgresDatabase, *, to: int | None = None) -> None:
    """Apply every step that the schema has not been through, all of them or none."""
    to = SCHEMA_VERSION if to is None else to
    if version_of(database) == to:
        return
    database.begin(None)
    try:
        # Again, inside the transaction: another process may have been faster.
        version = version_of(database)
        for step in STEPS[version:to]:
            for statement in step.split(";"):
                if statement.strip():
                    database.rows(translated(statement), ())
        database.rows("UPDATE meta SET version = ?", (to,))
        database.commit()
    except BaseException:
        database.roll_back()
        raise
    if 0 < version < to:
        _LOG.warning("%s was brought from state version %d to %d", database.address, version, to)


def _copied(database: PostgresDatabase, version: int) -> SqliteDatabase:
    """A state of an older version in memory, where it is migrated: reading changes nothing."""
    path = Path(":memory:")
    if version == 0:
        return SqliteDatabase(empty_database(), path)
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    bring_up(copy, path, to=version)
    known = {str(row[0]) for row in copy.execute("SELECT name FROM sqlite_master")}
    for table in TABLES:
        if table in known:
            columns = ", ".join(database.columns(table))
            rows = database.rows(f"SELECT {columns} FROM {table}", ())
            holes = ", ".join("?" * len(database.columns(table)))
            copy.executemany(f"INSERT INTO {table} ({columns}) VALUES ({holes})", rows)
    bring_up(copy, path)
    return SqliteDatabase(copy, path)


_TYPES = (
    (re.compile(r"\bINTEGER PRIMARY KEY\b"), "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"),
    (re.compile(r"\bINTEGER\b"), "BIGINT"),
    (re.compile(r"\bREAL\b"), "DOUBLE PRECISION"),
    (re.compile(r"\bBLOB\b"), "BYTEA"),
    # Compared byte by byte, as SQLite does, whatever the language of the server.
    (re.compile(r"\bTEXT\b"), 'TEXT COLLATE "C"'),
    (re.compile(r"\bWITHOUT ROWID\b"), ""),
    # SQLite numbers the rows of every table; only those of the runs are asked for.
    (
        re.compile(r"\bCREATE TABLE runs \("),
        "CREATE TABLE runs (rowid BIGINT GENERATED ALWAYS AS IDENTITY, ",
    ),
)


def translated(statement: str) -> str:
    """A statement of a migration, as PostgreSQL writes it."""
    for pattern, replacement in _TYPES:
        statement = pattern.sub(replacement, statement)
    return statement


@lru_cache(maxsize=512)
def _numbered(statement: str) -> str:
    """A statement with `$1` for each placeholder."""
    numbers = count(1)
    return re.sub(r"\?(\d*)", lambda match: f"${match[1] or next(numbers)}", statement)


@contextmanager
def _explained(address: PostgresAddress) -> Iterator[None]:
    """Turn errors of the server into a `StateError` that says what to do."""
    try:
        yield
    except psycopg.Error as error:
        explained = _explanation(address, error)
        if explained is None:
            raise
        raise explained from error


def _explanation(address: PostgresAddress, error: psycopg.Error) -> StateError | None:
    lines = str(error).strip().splitlines()
    words = lines[0].removeprefix("connection failed: ") if lines else type(error).__name__
    match error:
        case errors.DiskFull():
            return StateError(
                f"{address}: the server's disk is full", hint="Make room; nothing was lost."
            )
        case errors.TooManyConnections() | errors.CannotConnectNow():
            return StateError(
                f"{address}: the server takes no more connections ({words})",
                hint="Try again in a moment, or raise max_connections.",
            )
        case errors.LockNotAvailable():
            return StateError(
                f"{address}: another program holds a lock on the state",
                hint="Look for it in pg_stat_activity; nothing more was written.",
            )
        case errors.InsufficientPrivilege():
            return StateDenied(
                f"{address}: {words}",
                hint=(
                    "Grant okrsync's role CREATE on the database, or create the schema"
                    f" {address.schema} with AUTHORIZATION for it."
                ),
            )
        case errors.ReadOnlySqlTransaction():
            return StateError(
                f"{address}: can be read but not written ({words})",
                hint="Name the primary server, not a standby.",
            )
        case psycopg.OperationalError():
            if error.sqlstate is None and _SIGN_INS.search(str(error)):
                return StateDenied(
                    f"{address}: the server lets nobody in with this address ({words})",
                    hint="Check its user and password, and pg_hba.conf on the server.",
                )
            return StateError(
                f"{address}: the database does not answer ({words})",
                hint=(
                    "Start the server, or correct the address. What a run had started is in the"
                    " journal, and the next run checks it."
                ),
            )
    return None
