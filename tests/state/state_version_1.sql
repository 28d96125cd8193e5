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
