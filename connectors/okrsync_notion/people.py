"""The people of a workspace, looked up by the address or the name in an owner cell."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from okrsync.connector import Calls
from okrsync_notion.api import Forbidden, NotionApi

__all__ = ["People"]

_DAY = timedelta(days=1)


@dataclass(slots=True)
class People:
    """The people of the workspace, requested once a day and kept in `memory`. Nobody where the
    connection may not see them.
    """

    api: NotionApi
    calls: Calls
    memory: MutableMapping[str, Any]
    now: datetime

    def ask(self) -> None:
        """Load the people, so that `find` sends no request."""
        self._all()

    def find(self, name: str) -> tuple[str, str] | None:
        """Id and name of the person with this address, else of the only person with this name. None
        where there is nobody, or more than one.
        """
        wanted = name.strip().casefold()
        by_address = [person for person in self._all() if person[2].casefold() == wanted]
        matches = by_address or [person for person in self._all() if person[1].casefold() == wanted]
        return (matches[0][0], matches[0][1]) if len(matches) == 1 and wanted else None

    def _all(self) -> list[tuple[str, str, str]]:
        known = self.memory.get("people")
        if known is None or self.now - datetime.fromisoformat(known["at"]) > _DAY:
            known = {"at": self.now.isoformat(), "all": self._directory()}
            self.memory["people"] = known
        return [(person[0], person[1], person[2]) for person in known["all"]]

    def _directory(self) -> list[list[str]]:
        people: list[list[str]] = []
        cursor: str | None = None
        while True:
            more: dict[str, Any] = {} if cursor is None else {"start_cursor": cursor}
            try:
                answer = self._page(more)
            except Forbidden:
                return []
            people += [
                [user["id"], user.get("name") or "", (user.get("person") or {}).get("email") or ""]
                for user in answer["results"]
                # The others are bots: every connection is a user as well.
                if user.get("type") == "person"
            ]
            cursor = answer.get("next_cursor")
            if not answer.get("has_more") or cursor is None:
                return people

    def _page(self, more: dict[str, Any]) -> Any:
        return self.api.read(
            self.calls,
            "the workspace's people",
            lambda client: client.users.list(page_size=100, **more),
        )
