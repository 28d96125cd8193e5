"""Small JSON values that a connector keeps between runs: facts of its source, under a prefix.

All of them are read at once, by the first that is asked for. A run over a thousand sources would
otherwise send the database tens of thousands of queries.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, MutableMapping
from typing import Any

from okrsync.state.packed import packed, stamp_of, unpacked
from okrsync.state.packed_map import facts, store_facts
from okrsync.state.store import Store

__all__ = ["ConnectorMemory"]

_PREFIX = "connector:"
_LONGEST = 20_000
"""What takes more characters is read whenever it is asked for, and not held meanwhile."""


class ConnectorMemory(MutableMapping[str, Any]):
    """The memory of one source's connector. When the state is read-only, what it is given lasts for
    the run. Nobody else writes it while the source is open.
    """

    def __init__(self, state: Store, source: str) -> None:
        self._state = state
        self._source = source
        self._fleeting: dict[str, Any] = {}
        self._stored: dict[str, str | None] | None = None

    def __getitem__(self, name: str) -> Any:
        if name in self._fleeting:
            return self._fleeting[name]
        text = self._texts()[name]
        if text is None:
            return facts(self._state, self._source, _PREFIX + name)[0]
        # Decoded for each who asks: what they do to it must not show elsewhere.
        return json.loads(unpacked(text))

    def __setitem__(self, name: str, value: Any) -> None:
        if not self._state.is_writable:
            self._fleeting[name] = value
            return
        stored = self._stored_if_new(name, value)
        if stored is not None:
            store_facts(self._state, self._source, {_PREFIX + name: stored})
            self._note(name, stored)

    def update(self, *others: Any, **values: Any) -> None:
        """Set several values at once: the disk is waited for once, and not at all if they are known
        already.
        """
        if not self._state.is_writable:
            super().update(*others, **values)
            return
        new = {
            name: stored
            for name, value in dict(*others, **values).items()
            if (stored := self._stored_if_new(name, value)) is not None
        }
        if not new:
            return
        try:
            with self._state.transaction():
                facts_now = {_PREFIX + name: stored for name, stored in new.items()}
                store_facts(self._state, self._source, facts_now)
        except BaseException:
            # Perhaps none of it was stored.
            self._stored = None
            raise
        for name, stored in new.items():
            self._note(name, stored)

    def _stored_if_new(self, name: str, value: Any) -> str | None:
        """A value as it is to be stored; None if it is stored already: every write waits for the
        disk.
        """
        known = self._texts()
        text = json.dumps(value, ensure_ascii=False)
        return None if name in known and self._holds(name, known[name], text) else packed(text)

    def _note(self, name: str, stored: str) -> None:
        self._texts()[name] = stored if len(stored) <= _LONGEST else None

    def __delitem__(self, name: str) -> None:
        known = self._texts()
        if name not in known and name not in self._fleeting:
            raise KeyError(name)
        self._fleeting.pop(name, None)
        if self._state.is_writable and name in known:
            self._state.run(
                "DELETE FROM facts WHERE source = ? AND name = ?", self._source, _PREFIX + name
            )
            del known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._fleeting or name in self._texts()

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._texts(), *self._fleeting]))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _texts(self) -> dict[str, str | None]:
        """By name, each value as it is stored; None for a long one."""
        if self._stored is None:
            rows = self._state.rows(
                f"SELECT name, CASE WHEN length(value) <= {_LONGEST} THEN value END FROM facts"
                " WHERE source = ? AND name LIKE ?",
                self._source,
                f"{_PREFIX}%",
            )
            self._stored = {
                str(name).removeprefix(_PREFIX): None if text is None else str(text)
                for name, text in rows
            }
        return self._stored

    def _holds(self, name: str, stored: str | None, text: str) -> bool:
        """Whether what is stored under a name is this text; a packed one begins with its digest."""
        stamp = stamp_of(text)
        if stored is None:
            begin = f"substr(value, 1, {len(stamp or '')})"
            rows = self._state.rows(
                f"SELECT {begin} FROM facts WHERE source = ? AND name = ?",
                self._source,
                _PREFIX + name,
            )
            stored = str(rows[0][0])
        return stored == text if stamp is None else stored.startswith(stamp)
