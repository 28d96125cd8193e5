"""The people of a workspace, found by the address or the name that stands in a sheet."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from okrsync.connector import Calls
from okrsync_notion.api import Forbidden, NotionApi

__all__ = ["People", "named_in"]

_DAY = timedelta(days=1)
_SEPARATORS = re.compile(r"[,;/&\n]|\b(?:and|und|et)\b")
# It is looked for where a word begins only: the time does not grow with the square of its length.
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")


def named_in(text: str) -> list[str]:
    """The people named in an owner cell, each by an address where there is one: "Mia Lopez
    <mia@acme.example>, Jon" names two.
    """
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    return [found[0] if (found := _ADDRESS.search(part)) else part for part in parts]


@dataclass(slots=True)
class People:
    """The workspace's people, asked for once a day and kept in `memory`. A connection that may not
    see them knows nobody.
    """

    api: NotionApi
    calls: Calls
    memory: MutableMapping[str, Any]
    now: datetime

    def ask(self) -> None:
        """Have the people at hand, so that finding one asks nobody."""
        self._all()

    def find(self, name: str) -> tuple[str, str] | None:
        """Id and name of the one person with this address, or, where only one has it, with this
        name.
        """
        wanted = name.strip().casefold()
        by_address = [one for one in self._all() if one[2].casefold() == wanted]
        found = by_address or [one for one in self._all() if one[1].casefold() == wanted]
        return (found[0][0], found[0][1]) if len(found) == 1 and wanted else None

    def _all(self) -> list[tuple[str, str, str]]:
        known = self.memory.get("people")
        if known is None or self.now - datetime.fromisoformat(known["at"]) > _DAY:
            known = {"at": self.now.isoformat(), "all": self._asked()}
            self.memory["people"] = known
        return [(one[0], one[1], one[2]) for one in known["all"]]

    def _asked(self) -> list[list[str]]:
        found: list[list[str]] = []
        cursor: str | None = None
        while True:
            more: dict[str, Any] = {} if cursor is None else {"start_cursor": cursor}
            try:
                answer = self._page(more)
            except Forbidden:
                return []
            found += [
                [one["id"], one.get("name") or "", (one.get("person") or {}).get("email") or ""]
                for one in answer["results"]
                if one.get("type") == "person"
            ]
            cursor = answer.get("next_cursor")
            if not answer.get("has_more") or cursor is None:
                return found

    def _page(self, more: dict[str, Any]) -> Any:
        return self.api.read(
            self.calls,
            "the workspace's people",
            lambda client: client.users.list(page_size=100, **more),
        )
