"""Looks after a state file: proves that it is sound, each trouble with its repair, and writes all
of it down as one document.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from okrsync.config import Config, board_name, digest_name
from okrsync.connector import Finding
from okrsync.model.errors import OkrsyncError, StateError
from okrsync.model.plain import plural
from okrsync.model.secret import masked
from okrsync.model.state_address import PostgresAddress, StateAddress
from okrsync.state.backup import daily_copy, new_file, put_in_place
from okrsync.state.lock import lease_standing
from okrsync.state.packed import unpacked
from okrsync.state.schema import SCHEMA_VERSION, TABLES, version_of
from okrsync.state.store import Store

__all__ = ["examine", "export", "write_down"]

_Rows = Callable[[str], list[tuple[Any, ...]]]
"""Asks a state: the rows that a query returns."""
_ROOM_BYTES = 50_000_000
_PATIENCE_SECONDS = 5.0
_JSON_COLUMNS = frozenset({"counts", "row", "col", "words", "before", "after", "value", "packed"})


def examine(config: Config) -> tuple[Finding, ...]:
    """Everything that can be proved about a config's state file without changing it."""
    if isinstance(config.state, PostgresAddress):
        return tuple(_database(config, config.state))
    path = config.state
    findings = [*_surroundings(path)]
    if not path.exists():
        return (Finding(None, f"{path}: not there yet; the first sync makes it"), *findings)
    findings += _file(path)
    try:
        with closing(
            sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
        ) as database:
            database.execute("PRAGMA query_only = ON")
            findings += _content(database, path, config)
    except StateError as error:
        findings.append(Finding(False, error.message, error.hint))
    except sqlite3.DatabaseError as error:
        findings.append(_unreadable(path, error))
    return tuple(findings)


def _surroundings(path: Path) -> Iterator[Finding]:
    """The folder, the lease, and what lies about."""
    folder = path.parent if path.parent.exists() else Path.cwd()
    free = shutil.disk_usage(folder).free
    size = path.stat().st_size if path.exists() else 0
    needed = max(_ROOM_BYTES, 2 * size)
    yield Finding(
        free >= needed,
        f"{_bytes(free)} free on its disk",
        (
            None
            if free >= needed
            else (
                f"Make room: {_bytes(needed)} let it grow, be copied before an upgrade and be"
                " repaired."
            )
        ),
    )
    yield from _lease(path)
    copy = daily_copy(path)
    if copy.exists():
        copied_at = datetime.fromtimestamp(copy.stat().st_mtime, UTC)
        yield Finding(
            None,
            f"{copy.name}, {_bytes(copy.stat().st_size)}: the daily copy, of {copied_at:%d %b %Y}",
        )
    copies = sorted([*folder.glob(f"{path.name}.v*.bak"), *folder.glob(f"{path.name}.broken-*")])
    for copy in copies:
        yield Finding(
            None,
            f"{copy.name}, {_bytes(copy.stat().st_size)}: kept from an upgrade or a repair; delete"
            " it when you need it no more",
        )


def _database(config: Config, address: PostgresAddress) -> Iterator[Finding]:
    """What can be proved about a state in PostgreSQL."""
    # Imported here: few have one, and its library is an extra.
    from okrsync.state.postgresql import stored_version

    try:
        version = stored_version(address)
        yield Finding(True, f"{address}: the server answers")
        if version is None:
            yield Finding(None, f"no state of {address.name} yet; the first sync makes it")
            return
        yield from _version(version, "the next sync brings it to")
        yield from _lease(address)
        with Store.open(address, readonly=True) as state:
            yield from _runs(state.rows)
            yield from _unknown_sources(state.rows, config)
    except OkrsyncError as error:
        yield Finding(False, error.message, error.hint)


def _lease(address: StateAddress) -> Iterator[Finding]:
    lease = lease_standing(address)
    if lease is not None and not lease.is_over:
        yield Finding(None, f"a run is at work: {lease.description}")
    elif lease is not None:
        yield Finding(
            None, f"a run that died left its lease: {lease.description}; the next run takes it over"
        )


def _version(version: int, upgrade: str) -> Iterator[Finding]:
    is_current = version == SCHEMA_VERSION
    note = "" if is_current else f"; {upgrade} {SCHEMA_VERSION}"
    yield Finding(True if is_current else None, f"state version {version}{note}")


def _file(path: Path) -> Iterator[Finding]:
    mode = stat.S_IMODE(path.stat().st_mode)
    is_private = mode & 0o077 == 0
    yield Finding(
        is_private,
        (
            f"{path}: readable for its owner only"
            if is_private
            else f"{path}: others may read it (mode {mode:04o})"
        ),
        None if is_private else f"chmod 600 {path}",
    )
    try:
        with path.open("r+b"):
            yield Finding(True, "it can be written")
    except OSError as error:
        yield Finding(
            False,
            f"it cannot be written ({error.strerror})",
            "Let okrsync write to it and to its folder.",
        )


def _content(database: sqlite3.Connection, path: Path, config: Config) -> Iterator[Finding]:
    version = version_of(database, path)
    if version == 0:
        yield Finding(None, "it is empty; the first sync fills it")
        return
    yield from _version(version, "the next sync copies it and brings it to")
    problems = [str(row[0]) for row in database.execute("PRAGMA integrity_check(20)")]
    yield (
        Finding(True, "SQLite finds it sound")
        if problems == ["ok"]
        else Finding(False, f"it is damaged: {'; '.join(problems)[:300]}", _way_out(path))
    )
    orphans = database.execute("PRAGMA foreign_key_check").fetchall()
    yield (
        Finding(True, "every entry belongs to a run")
        if not orphans
        else Finding(
            False,
            f"{plural(len(orphans), 'entry', 'entries')} of runs that are not there",
            f"Put back a copy of {path.name}; else they are shown nowhere and harm nothing.",
        )
    )

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return database.execute(sql).fetchall()

    yield from _runs(rows)
    yield from _unknown_sources(rows, config)
    log = path.with_name(f"{path.name}-wal")
    size = path.stat().st_size + (log.stat().st_size if log.exists() else 0)
    free, page = (
        int(database.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("freelist_count", "page_size")
    )
    yield Finding(None, f"{_bytes(size)}, {_bytes(free * page)} of it free for what comes")


def _runs(rows: _Rows) -> Iterator[Finding]:
    ((count, first, last),) = rows("SELECT count(*), min(started), max(started) FROM runs")
    if count:
        yield Finding(None, f"{plural(count, 'run')}, from {first[:10]} to {last[:10]}")
    if last is not None and last > datetime.now(UTC).isoformat():
        yield Finding(
            None,
            f"the last run began in the future ({last[:16]}): this machine's clock was, or is,"
            " wrong",
        )
    unfinished = rows(
        "SELECT source, sum(coalesce(open_size, 1)) FROM entries WHERE state IS NULL"
        " GROUP BY source"
    )
    for source, number in unfinished:
        yield Finding(
            None,
            f"{source}: {plural(number, 'entry', 'entries')} of a run that did not finish; the next"
            f" sync that reads {source} sees what became of them",
        )
    if not unfinished:
        yield Finding(True, "no run left anything open")


def _unknown_sources(rows: _Rows, config: Config) -> Iterator[Finding]:
    """What is remembered of sources that the config has no longer."""
    known_names = {
        "",
        *config.sources,
        *(board_name(name) for name in config.publish),
        *(digest_name(name) for name in config.digests),
    }
    tables = ("written", "headers", "seen", "warned", "facts", "ids")
    remembered_names = {
        str(row[0]) for table in tables for row in rows(f"SELECT DISTINCT source FROM {table}")
    }
    for name in sorted(remembered_names - known_names):
        yield Finding(
            None, f"{name}: remembered, and no longer in the config; kept in case it comes back"
        )


def _unreadable(path: Path, error: sqlite3.DatabaseError) -> Finding:
    code = error.sqlite_errorcode & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Finding(
            False, "another program holds it", f"`fuser {path.name}` names it; close it there."
        )
    if code == sqlite3.SQLITE_NOTADB:
        return Finding(
            False,
            f"it is no database ({error})",
            _way_out(path),
        )
    return Finding(False, f"it cannot be read through ({error})", _way_out(path))


def _way_out(path: Path) -> str:
    copy = daily_copy(path)
    if not copy.exists():
        return (
            "Put back a copy of your own, or move it away: okrsync starts a new one, without the"
            " history."
        )
    return (
        f"The next sync sets it aside and puts {copy.name} in its place; or put back a later copy"
        " of your own."
    )


def export(address: StateAddress) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table of a state. It contains no secrets: okrsync stores none."""
    tables: dict[str, list[dict[str, Any]]] = {}
    with Store.open(address, readonly=True) as state:
        for table in TABLES:
            columns = state.columns(table)
            rows = state.rows(f"SELECT {', '.join(columns)} FROM {table}")
            tables[table] = [
                {
                    name: _readable(name, table, value)
                    for name, value in zip(columns, row, strict=True)
                }
                for row in rows
            ]
    # If a service ever put a secret into something that is remembered, it goes no further.
    cleaned: dict[str, list[dict[str, Any]]] = json.loads(
        masked(json.dumps(tables, ensure_ascii=False))
    )
    return cleaned


def write_down(text: str, path: Path) -> None:
    """Write a text to a file that only its owner may read, completely or not at all. Raises
    `StateError`.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        new_file(draft)
        try:
            draft.write_text(text, encoding="utf-8")
            put_in_place(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise StateError(
            f"{path}: cannot be written ({error.strerror})",
            hint="Name a place with room that okrsync may write to.",
        ) from error


def _readable(name: str, table: str, value: object) -> object:
    """A value as the document shows it: what is stored as JSON text is shown as JSON."""
    if name not in _JSON_COLUMNS or table == "seen" or not isinstance(value, str):
        return value
    try:
        return json.loads(unpacked(value))
    except ValueError:
        return value


def _bytes(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
