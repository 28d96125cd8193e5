"""The schema of a state file, and the migrations from older versions: numbered steps, each applied
completely or not at all.

A step is never changed once it is released, because state files have been through it. A new version
adds a step at the end.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path

from okrsync.model.errors import StateError

__all__ = [
    "LATEST_AND_MOVED",
    "SCHEMA_VERSION",
    "STEPS",
    "TABLES",
    "bring_up",
    "new_state",
    "version_of",
]

_VERSION_1 = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, as_of TEXT NOT NULL, started TEXT NOT NULL,
    finished TEXT,
    exit_code INTEGER, undoes TEXT, counts TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE entries (
    number INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs(id), source TEXT NOT NULL,
    id TEXT NOT NULL, kind TEXT NOT NULL,
    field TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL, table_key TEXT, row TEXT,
    col TEXT, looks TEXT, words TEXT,
    before TEXT NOT NULL, after TEXT NOT NULL, state TEXT, why TEXT, UNIQUE (run, source, id)
);
CREATE INDEX entries_open ON entries (number) WHERE state IS NULL;
CREATE INDEX entries_summaries ON entries (source, at, number) WHERE kind = 'summary';
CREATE TABLE written (
    source TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (source, key, field)
) WITHOUT ROWID;
CREATE TABLE headers (
    source TEXT NOT NULL, table_key TEXT NOT NULL, field TEXT NOT NULL, header TEXT NOT NULL,
    PRIMARY KEY (source, table_key, field, header)
) WITHOUT ROWID;
CREATE TABLE seen (
    source TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, day TEXT NOT NULL,
    PRIMARY KEY (source, key)
) WITHOUT ROWID;
CREATE TABLE warned (
    source TEXT NOT NULL, key TEXT NOT NULL, about TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (source, key)
) WITHOUT ROWID;
CREATE TABLE facts (
    source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (source, name)
) WITHOUT ROWID;
"""

_VERSION_2 = """
ALTER TABLE runs ADD COLUMN moved_to INTEGER;
ALTER TABLE runs ADD COLUMN is_pruned INTEGER NOT NULL DEFAULT 0;
CREATE TABLE run_sources (
    run TEXT NOT NULL REFERENCES runs(id), source TEXT NOT NULL, state TEXT NOT NULL,
    seconds REAL NOT NULL, reads INTEGER NOT NULL,
    writes INTEGER NOT NULL, counts TEXT NOT NULL, reason TEXT, PRIMARY KEY (run, source)
) WITHOUT ROWID;
CREATE INDEX run_sources_by_source ON run_sources (source, run);
CREATE TABLE moves (
    number INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
    title TEXT NOT NULL,
    progress REAL, status TEXT
);
CREATE INDEX moves_of_item ON moves (source, key, number);
"""
"""`run_sources` holds the result of each source in a run, and how long okrsync waited for it.
`moves` has a row whenever the progress or status of an item changed (`status` NULL: it vanished);
`runs.moved_to` is the last move that a run had seen, from which the state at that time follows.
"""

_VERSION_3 = """
CREATE TABLE ids (
    source TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (source, key)
) WITHOUT ROWID;
DELETE FROM facts WHERE source = '' AND name = 'standing';
"""
"""`ids` holds the id that okrsync assigned to each item, without the source's name. Vanished items
stay in it, so that no number is assigned twice. Past states follow from `moves` alone.
"""

_VERSION_4 = """
CREATE TABLE ledger_items (
    number INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
    title TEXT NOT NULL, UNIQUE (source, key)
);
CREATE TABLE observations (
    number INTEGER PRIMARY KEY, item INTEGER NOT NULL REFERENCES ledger_items(number),
    day TEXT NOT NULL, baseline TEXT, target TEXT, current TEXT, progress REAL, status TEXT,
    checked_in TEXT, confidence TEXT, owner TEXT, comment TEXT, at TEXT, origin TEXT NOT NULL
);
CREATE INDEX observations_of_item ON observations (item, day, number);
INSERT INTO ledger_items (source, key, id, title)
    SELECT source, key, id, title FROM moves
    WHERE number IN (SELECT max(number) FROM moves GROUP BY source, key) ORDER BY source, key;
CREATE INDEX runs_by_move ON runs (moved_to);
INSERT INTO observations (item, day, progress, status, origin)
    SELECT item, day, progress, status, 'run' FROM (
        SELECT moves.number AS number, ledger_items.number AS item, (
            SELECT as_of FROM runs WHERE moved_to >= moves.number ORDER BY moved_to LIMIT 1
        ) AS day, progress, status
        FROM moves JOIN ledger_items USING (source, key) WHERE status IS NOT NULL
    ) AS dated WHERE day IS NOT NULL ORDER BY number;
DROP INDEX runs_by_move;
"""
"""The ledger: what was seen of each item, a row whenever anything about it changed. Progress and
status from earlier versions are taken over.
"""

_VERSION_5 = """
CREATE TABLE placements (
    source TEXT NOT NULL, key TEXT NOT NULL, cycle TEXT NOT NULL, starts TEXT NOT NULL,
    ends TEXT NOT NULL, how TEXT NOT NULL, since TEXT NOT NULL, plan TEXT NOT NULL,
    news TEXT NOT NULL, PRIMARY KEY (source, key)
) WITHOUT ROWID;
"""
"""`placements` holds the cycle that each item was last placed in, and how that was determined."""

_VERSION_6 = """
ALTER TABLE observations ADD COLUMN seen TEXT;
ALTER TABLE moves ADD COLUMN news INTEGER;
"""
"""`observations.seen` is the day of the run that saw it, NULL if that is its day. `moves.news` says
whether the item had news then, 0 if only the calendar moved its status.
"""

_VERSION_7 = """
ALTER TABLE placements ADD COLUMN final TEXT;
ALTER TABLE placements ADD COLUMN latest TEXT;
ALTER TABLE placements ADD COLUMN corrected TEXT;
ALTER TABLE placements ADD COLUMN is_final INTEGER NOT NULL DEFAULT 0;
"""
"""What an item ended its cycle with, and the day on which a late value corrected it."""

_VERSION_8 = """
CREATE INDEX entries_history ON entries (source, at, number) WHERE kind = 'history';
"""
"""Lines that were appended to a history are looked for in each run."""

_VERSION_9 = """
CREATE TABLE messages (
    digest TEXT NOT NULL, week TEXT NOT NULL, token TEXT NOT NULL, run TEXT NOT NULL,
    kind TEXT NOT NULL, payload TEXT NOT NULL, attempts INTEGER NOT NULL, state TEXT, why TEXT,
    PRIMARY KEY (digest, week)
) WITHOUT ROWID;
"""
"""The message of each digest and week: what was sent, how often its sending was begun, and what
became of it; `state` NULL while that is not known. `token` is what a repeat is recognised by.
"""

LATEST_AND_MOVED = """
UPDATE ledger_items SET
    latest = (
        SELECT max(number) FROM observations WHERE item = ledger_items.number AND origin = 'run'
    ),
    has_moved = (
        SELECT CASE WHEN count(DISTINCT target) > 1 OR count(DISTINCT baseline) > 1
            OR count(DISTINCT owner) > 1 THEN 1 ELSE 0 END
        FROM observations WHERE item = ledger_items.number
    )
"""

_VERSION_10 = f"""
ALTER TABLE ledger_items ADD COLUMN latest INTEGER;
ALTER TABLE ledger_items ADD COLUMN has_moved INTEGER NOT NULL DEFAULT 0;
{LATEST_AND_MOVED};
"""
"""`ledger_items.latest` is the number of the item's last observation by a run, and `has_moved` says
whether its target, baseline or owner ever changed: nobody has to read the whole ledger for these.
"""

_VERSION_11 = """
ALTER TABLE entries ADD COLUMN size INTEGER;
ALTER TABLE entries ADD COLUMN open_size INTEGER;
ALTER TABLE moves ADD COLUMN packed TEXT;
ALTER TABLE moves ADD COLUMN size INTEGER;
CREATE INDEX moves_packed ON moves (number) WHERE packed IS NOT NULL;
"""
"""A row of kind `cells` holds many entries (`state.packed_cells`): how many, and how many are open.
A row of `moves` may hold many as well, those of one run, under `packed`.
"""

_VERSION_12 = "ALTER TABLE moves ADD COLUMN is_whole INTEGER NOT NULL DEFAULT 0;"
"""A packed row of `moves` may say how every item stands, and not only those that moved; its `size`
still counts the items that moved.
"""

_VERSION_13 = """
CREATE TABLE ledger_pages (
    number INTEGER PRIMARY KEY, source TEXT NOT NULL, item INTEGER NOT NULL,
    size INTEGER NOT NULL, newest TEXT NOT NULL, packed TEXT NOT NULL
);
"""
"""A row holds many items of a source that have one observation each (`state.ledger_pages`). The
first has the numbers `item` and `number`, those after it the next ones; `newest` is their last day.
"""

_VERSION_14 = "ALTER TABLE placements ADD COLUMN begins TEXT;"
"""The first day of an item that states only when it is due."""

STEPS = (
    _VERSION_1,
    _VERSION_2,
    _VERSION_3,
    _VERSION_4,
    _VERSION_5,
    _VERSION_6,
    _VERSION_7,
    _VERSION_8,
    _VERSION_9,
    _VERSION_10,
    _VERSION_11,
    _VERSION_12,
    _VERSION_13,
    _VERSION_14,
)
SCHEMA_VERSION = len(STEPS)

TABLES = (
    "runs",
    "entries",
    "run_sources",
    "moves",
    "written",
    "headers",
    "seen",
    "warned",
    "facts",
    "ids",
    "ledger_items",
    "observations",
    "ledger_pages",
    "placements",
    "messages",
)
"""Every table; those that others refer to come first."""


def version_of(database: sqlite3.Connection, path: Path) -> int:
    """The version of a state file; 0 for an empty one. Raises `StateError` for another program's
    database and for a later okrsync's.
    """
    (version,) = database.execute("PRAGMA user_version").fetchone()
    tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise StateError(
            f"{path}: written by a later okrsync (state version {version}, this one knows"
            f" {SCHEMA_VERSION})",
            hint=(
                "Upgrade okrsync, or name another file under `state`. The copy that was made"
                f" before the upgrade, if there is one, is {path.name}.v*.bak."
            ),
        )
    if version == 0 and tables:
        raise StateError(
            f"{path}: a database that is not okrsync's", hint="Name another file under `state`."
        )
    return int(version)


def bring_up(database: sqlite3.Connection, path: Path, *, to: int = SCHEMA_VERSION) -> None:
    """Apply every step that the file has not been through, each in its own transaction: a process
    killed in between leaves the file at the step before. A new file gets what all of them lead to,
    in one transaction.
    """
    while True:
        # Read the version inside the transaction: another process may be migrating the same file.
        database.execute("BEGIN IMMEDIATE")
        try:
            version = reached = version_of(database, path)
            if version == 0 and to == SCHEMA_VERSION:
                for statement in _statements():
                    database.execute(statement)
                reached = to
            elif version < to:
                reached = _step(database, version)
            if reached != version:
                database.execute(f"PRAGMA user_version = {reached}")
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
        if reached >= to:
            return


@cache
def new_state() -> bytes:
    """A state in which nothing is, brought through every step, as SQLite serializes it."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for version in range(SCHEMA_VERSION):
            _step(database, version)
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        return database.serialize()
    finally:
        database.close()


@cache
def _statements() -> tuple[str, ...]:
    """What makes every table and index of the latest version."""
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(new_state())
        # Indexes that SQLite makes by itself, for a primary key say, have no statement.
        rows = database.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY rowid")
        return tuple(sql for (sql,) in rows)
    finally:
        database.close()


def _step(database: sqlite3.Connection, version: int) -> int:
    """Take the step that leads on from a version; the version after it."""
    # Not executescript(): it would commit the transaction first.
    for statement in STEPS[version].split(";"):
        if statement.strip():
            database.execute(statement)
    return version + 1
