"""What is kept of each item of a source: most of it packed, and what changed since then as rows.

A row for each item of a sheet of 100,000 takes a hundred bytes and more, packed it takes ten. A run
that changes a few items must not write all of them anew, so their rows stay beside the packed ones
until they are many. The packed ones are a fact: what is kept under a name, as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from okrsync.state.packed import (
    packed,
    packed_columns,
    packed_string,
    stamp_of,
    stamp_of_string,
    unpacked,
    unpacked_columns,
)
from okrsync.state.store import Store

__all__ = ["PackedMap", "facts", "remember_fact", "remember_text", "store_facts"]

_MOST_ROWS = 1_000
"""More rows of a source than this are packed with the others."""
_AT_ONCE = 100
"""So many changes at once are packed at once."""

Key = tuple[str, ...]


class PackedMap:
    """A table whose rows have the columns `keys` and `values` beside the source."""

    def __init__(
        self, state: Store, table: str, keys: Sequence[str], values: Sequence[str]
    ) -> None:
        self._state, self._table = state, table
        self._keys, self._values = tuple(keys), tuple(values)
        self._fact = f"packed {table}"

    def of(self, source: str) -> dict[Key, tuple[Any, ...]]:
        """By key, the values of a source."""
        known = self._packed(source)
        columns = ", ".join((*self._keys, *self._values))
        rows = self._state.rows(f"SELECT {columns} FROM {self._table} WHERE source = ?", source)
        width = len(self._keys)
        known.update((tuple(str(part) for part in row[:width]), tuple(row[width:])) for row in rows)
        return known

    def note(self, source: str, changed: Mapping[Key, Sequence[object]]) -> None:
        """Store the values of some keys."""
        if not changed:
            return
        with self._state.transaction():
            if len(changed) < _AT_ONCE:
                self._upsert(source, changed)
                ((count,),) = self._state.rows(
                    f"SELECT count(*) FROM {self._table} WHERE source = ?", source
                )
                if isinstance(count, int) and count > _MOST_ROWS:
                    self._pack(source, self.of(source))
            else:
                known = self.of(source)
                self._pack(source, {**known, **changed} if known else changed)

    def forget(self, source: str, keys: Iterable[Key]) -> None:
        """Remove some keys."""
        gone = set(keys)
        if not gone:
            return
        with self._state.transaction():
            condition = " AND ".join(f"{name} = ?" for name in ("source", *self._keys))
            self._state.run_many(
                f"DELETE FROM {self._table} WHERE {condition}", ((source, *key) for key in gone)
            )
            if not gone.isdisjoint(self._packed(source)):
                left = {key: row for key, row in self.of(source).items() if key not in gone}
                self._pack(source, left)

    def _packed(self, source: str) -> dict[Key, tuple[Any, ...]]:
        for text in _texts(self._state, source, self._fact):
            columns = unpacked_columns(text)
            width = len(self._keys)
            # Packed by an okrsync that knew fewer values.
            missing = width + len(self._values) - len(columns)
            columns += [[None] * len(columns[0])] * missing
            keys = zip(*columns[:width], strict=True)
            return dict(zip(keys, zip(*columns[width:], strict=True), strict=True))
        return {}

    def _pack(self, source: str, known: Mapping[Key, Sequence[object]]) -> None:
        # By column, and what belongs to one item side by side: what is alike then stands together,
        # and compresses to next to nothing.
        order = {item: number for number, item in enumerate(dict.fromkeys(key[0] for key in known))}
        keys = sorted(known, key=lambda key: order[key[0]])
        columns: list[Sequence[object]] = [
            [key[number] for key in keys] for number in range(len(self._keys))
        ]
        columns += [[known[key][number] for key in keys] for number in range(len(self._values))]
        store_facts(self._state, source, {self._fact: packed_columns(columns)})
        self._state.run(f"DELETE FROM {self._table} WHERE source = ?", source)

    def _upsert(self, source: str, changed: Mapping[Key, Sequence[object]]) -> None:
        names = ("source", *self._keys, *self._values)
        holes = ", ".join("?" * len(names))
        updates = ", ".join(f"{name} = excluded.{name}" for name in self._values)
        self._state.run_many(
            f"INSERT INTO {self._table} ({', '.join(names)}) VALUES ({holes})"
            f" ON CONFLICT (source, {', '.join(self._keys)}) DO UPDATE SET {updates}",
            ((source, *key, *values) for key, values in changed.items()),
        )


def facts(state: Store, source: str, name: str) -> list[Any]:
    """What is stored under a name: empty when nothing is, since a stored value may be None."""
    return [json.loads(unpacked(text)) for text in _texts(state, source, name)]


def _texts(state: Store, source: str, name: str) -> list[str]:
    rows = state.rows("SELECT value FROM facts WHERE source = ? AND name = ?", source, name)
    return [str(text) for (text,) in rows]


def remember_fact(state: Store, source: str, name: str, value: object) -> None:
    """Store a value under a name, in place of the one before."""
    text = json.dumps(value, ensure_ascii=False)
    stamp = stamp_of(text)
    # Reading is cheap, while every write waits for the disk.
    if not _begins(state, source, name, text if stamp is None else stamp, is_whole=stamp is None):
        store_facts(state, source, {name: packed(text)})


def remember_text(
    state: Store, source: str, name: str, pieces: Callable[[], Iterable[str]]
) -> None:
    """Store a text that may be long under a name, in place of the one before. Its pieces are asked
    for as often as they are needed.
    """
    stamp = stamp_of_string(pieces())
    if stamp is None:
        remember_fact(state, source, name, "".join(pieces()))
    elif not _begins(state, source, name, stamp):
        store_facts(state, source, {name: packed_string(pieces())})


def _begins(state: Store, source: str, name: str, begin: str, *, is_whole: bool = False) -> bool:
    """Whether what is stored under a name begins with a text, or is it."""
    stored = "value" if is_whole else f"substr(value, 1, {len(begin)})"
    condition = f"source = ? AND name = ? AND {stored} = ?"
    return bool(state.rows(f"SELECT 1 FROM facts WHERE {condition}", source, name, begin))


def store_facts(state: Store, source: str, stored: Mapping[str, str]) -> None:
    """Store texts, packed where they are long, under their names."""
    state.run_many(
        "INSERT INTO facts (source, name, value) VALUES (?, ?, ?)"
        " ON CONFLICT (source, name) DO UPDATE SET value = excluded.value",
        ((source, name, text) for name, text in stored.items()),
    )
