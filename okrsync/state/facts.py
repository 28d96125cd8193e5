"""What is kept under a name, of a source or of all of them, as JSON."""

from __future__ import annotations

import json
from typing import Any

from okrsync.state.packed import packed, stamp_of, unpacked
from okrsync.state.store import Store

__all__ = ["facts", "remember_fact"]


def facts(state: Store, source: str, name: str) -> list[Any]:
    """What is stored under a name: empty when nothing is, since a stored value may be None."""
    rows = state.rows("SELECT value FROM facts WHERE source = ? AND name = ?", source, name)
    return [json.loads(unpacked(str(row[0]))) for row in rows]


def remember_fact(state: Store, source: str, name: str, value: object) -> None:
    """Store a value under a name, in place of the one before."""
    text = json.dumps(value, ensure_ascii=False)
    stamp = stamp_of(text)
    begins = text if stamp is None else stamp
    stored = "value" if stamp is None else f"substr(value, 1, {len(stamp)})"
    if state.rows(
        f"SELECT 1 FROM facts WHERE source = ? AND name = ? AND {stored} = ?", source, name, begins
    ):
        return  # reading is cheap, while every write waits for the disk
    state.run(
        "INSERT INTO facts (source, name, value) VALUES (?, ?, ?)"
        " ON CONFLICT (source, name) DO UPDATE SET value = excluded.value",
        source,
        name,
        packed(text),
    )
