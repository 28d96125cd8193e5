"""Saves what can still be read of a damaged state file into a fresh one, and sets the damaged one
aside.

SQLite reads everything but the pages that are damaged. Each table is read from both ends, and what
lies between by halving, so that only rows on damaged pages are lost. Killed at any moment, the next
run begins or ends the same work: the damaged file stays in place until the fresh one is whole.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from okrsync.state.backup import new_file, put_in_place, stamp
from okrsync.state.schema import TABLES, bring_up, version_of

__all__ = ["Salvaged", "damage", "finish_salvage", "salvage"]

Rows = Iterator[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came of it: where the damaged file lies now, and how many rows of each table were
    saved.
    """

    aside: Path
    rows: dict[str, int]


def damage(database: sqlite3.Connection) -> str | None:
    """What is wrong with the file, in SQLite's words; None where nothing is. Raises
    `sqlite3.DatabaseError` for what is no database at all.
    """
    try:
        (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        return str(error)
    return None if found == "ok" else str(found).splitlines()[-1]


def salvage(path: Path) -> Salvaged:
    """Put a fresh file with all that is readable in place of a damaged one. The caller holds the
    lock.

    Raises `sqlite3.DatabaseError` when nothing can be read of it; it is left as it is then.
    """
    with suppress(sqlite3.DatabaseError):
        _fold_log(path)
    draft = path.with_name(f".{path.name}.salvage.part")
    new_file(draft)
    broken, fresh = (
        sqlite3.connect(path, isolation_level=None),
        sqlite3.connect(draft, isolation_level=None),
    )
    try:
        broken.execute("PRAGMA query_only = ON")
        broken.text_factory = lambda content: content.decode("utf-8", "replace")
        bring_up(fresh, draft, to=version_of(broken, path))
        rows = _saved(broken, fresh)
        bring_up(fresh, draft)
    finally:
        broken.close()
        fresh.close()
    aside = path.with_name(f"{path.name}.broken-{stamp()}")
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        _copy(log, aside.with_name(f"{aside.name}-wal"))
    _copy(path, aside)
    put_in_place(draft, _finished(path))
    finish_salvage(path)
    return Salvaged(aside, rows)


def finish_salvage(path: Path) -> None:
    """Put a fresh file that is whole in place, where a run died before it could. The log of the
    damaged one must never meet it.
    """
    fresh = _finished(path)
    if fresh.exists():
        for end in ("-wal", "-shm"):
            path.with_name(f"{path.name}{end}").unlink(missing_ok=True)
        put_in_place(fresh, path)


def _finished(path: Path) -> Path:
    return path.with_name(f"{path.name}.salvaged")


def _fold_log(path: Path) -> None:
    """Bring what stands in the write-ahead log into the file itself, as far as that goes."""
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        database.close()


def _copy(path: Path, target: Path) -> None:
    draft = path.with_name(f".{target.name}.part")
    new_file(draft)
    shutil.copyfile(path, draft)
    put_in_place(draft, target)


def _saved(broken: sqlite3.Connection, fresh: sqlite3.Connection) -> dict[str, int]:
    """How many rows of each table went over."""
    saved: dict[str, int] = {}
    fresh.execute("PRAGMA foreign_keys = OFF")
    fresh.execute("BEGIN IMMEDIATE")
    for table in TABLES:
        columns = [str(row[1]) for row in fresh.execute(f"PRAGMA table_info({table})")]
        if not columns:
            continue
        if table == "runs":
            # The order in which runs were made is that of their numbers.
            columns.insert(0, "rowid")
        marks = ", ".join("?" * len(columns))
        insert = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        fresh.executemany(insert, _readable(broken, table, ", ".join(columns)))
        saved[table] = int(fresh.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    # What was read off a page that is spoilt in part may be nonsense; okrsync remembers nothing it
    # cannot read.
    for table, texts in (
        ("entries", ("before", "after")),
        ("written", ("value",)),
        ("facts", ("value",)),
    ):
        fresh.execute(
            f"DELETE FROM {table} WHERE NOT"
            f" ({' AND '.join(f'json_valid({text})' for text in texts)})"
        )
    _name_lost_runs(fresh)
    fresh.execute("COMMIT")
    return saved


def _name_lost_runs(fresh: sqlite3.Connection) -> None:
    """Entries whose run was lost belong to one that is known by its day only, in its old place
    among the others, so that they can still be put back.
    """
    lost = fresh.execute(
        "SELECT run, min(number) FROM entries WHERE run NOT IN (SELECT id FROM runs) GROUP BY run"
        " ORDER BY 2"
    ).fetchall()
    for run, first in lost:
        (before,) = fresh.execute(
            "SELECT max(runs.rowid) FROM runs JOIN entries ON entries.run = runs.id WHERE"
            " entries.number < ?",
            (first,),
        ).fetchone()
        place = (before or 0) + 1
        is_free = fresh.execute("SELECT 1 FROM runs WHERE rowid = ?", (place,)).fetchone() is None
        day = str(run)[:10]
        fresh.execute(
            "INSERT INTO runs (rowid, id, kind, as_of, started) VALUES (?, ?, 'sync', ?, ?)",
            (place if is_free else None, run, day, f"{day}T00:00:00+00:00"),
        )


def _readable(broken: sqlite3.Connection, table: str, columns: str) -> Rows:
    has_numbers = table in ("runs", "entries", "moves")
    order = "rowid" if has_numbers else columns.split(", ")[0]
    reached: list[int | None] = []
    for direction in ("ASC", "DESC"):
        last: int | None = None
        picked = f"rowid, {columns}" if has_numbers else columns
        try:
            for row in broken.execute(
                f"SELECT {picked} FROM {table} NOT INDEXED ORDER BY {order} {direction}"
            ):
                last = int(row[0]) if has_numbers else None
                yield row[1:] if has_numbers else row
        except sqlite3.DatabaseError:
            reached.append(last)
            continue
        return
    if has_numbers and reached[0] is not None and reached[1] is not None:
        yield from _between(broken, table, columns, reached[0] + 1, reached[1] - 1)


def _between(broken: sqlite3.Connection, table: str, columns: str, first: int, last: int) -> Rows:
    """What can be read of the rows with these numbers, by halving wherever something is damaged."""
    waiting = [(first, last)]
    while waiting:
        low, high = waiting.pop()
        if low > high:
            continue
        try:
            yield from broken.execute(
                f"SELECT {columns} FROM {table} NOT INDEXED WHERE rowid BETWEEN ? AND ?",
                (low, high),
            ).fetchall()
        except sqlite3.DatabaseError:
            if low < high:
                middle = (low + high) // 2
                waiting += [(middle + 1, high), (low, middle)]
