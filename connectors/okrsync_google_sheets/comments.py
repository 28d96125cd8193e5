"""Stale warnings as Drive comments that call the owner, each made once and resolved when the
check-in has arrived.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from okrsync.connector import AccessError, Calls, NoteWrite, Outcome, State
from okrsync_google_sheets.account import Account, GoogleRefused

__all__ = ["SheetComments"]

_FILES = "https://www.googleapis.com/drive/v3/files"
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LIST = "kind,nextPageToken,comments(id,content,resolved,deleted,author/me)"


@dataclass(slots=True)
class SheetComments:
    """The comments of one spreadsheet. `made` remembers, between runs, which comment is about which
    item.
    """

    account: Account
    file_id: str
    place: str
    calls: Calls
    made: MutableMapping[str, Any]

    def carry_out(self, note: NoteWrite, where: str | None) -> Outcome:
        """Make a comment, or resolve the one that was made. `where` is the row's address, None
        where the row is gone.
        """
        known: dict[str, str] = self.made.get("comments", {})
        try:
            if note.text is None:
                return self._resolve(note, known)
            if where is None:
                return Outcome(
                    State.CONFLICT, "the row is gone, or can no longer be told from another"
                )
            return self._say(note, known, f"{_called(note.mention)}{where}: {note.text}")
        except (AccessError, GoogleRefused) as error:
            return Outcome(State.SKIPPED, f"a comment could not be made: {error.message}")

    def _say(self, note: NoteWrite, known: dict[str, str], content: str) -> Outcome:
        url, query = f"{_FILES}/{self.file_id}/comments", {"fields": "id"}

        def say(attempt: int) -> Outcome:
            # A comment sends mail to whom it calls, so the look comes first.
            standing = self._find(content)
            if standing is None:
                answer = self._ask("post", url, "id", params=query, json={"content": content})
                standing, state = str(answer["id"]), State.WRITTEN
            else:
                state = State.WRITTEN if attempt > 1 else State.UNCHANGED
            self.made["comments"] = {**known, note.id: standing}
            return Outcome(state)

        return self.account.network.repeat_lost(say)

    def _resolve(self, note: NoteWrite, known: dict[str, str]) -> Outcome:
        comment = known.get(note.id)
        if comment is None:
            return Outcome(State.UNCHANGED, "there is no comment of okrsync's about it")
        url = f"{_FILES}/{self.file_id}/comments/{comment}"
        body = {"action": "resolve", "content": "The check-in has arrived."}

        def resolve(attempt: int) -> Outcome:
            fields = {"fields": "id,resolved"}
            if attempt == 1 or not self._ask("get", url, "id", params=fields).get("resolved"):
                self._ask("post", f"{url}/replies", "id", params={"fields": "id"}, json=body)
            return Outcome(State.WRITTEN)

        outcome = self.account.network.repeat_lost(resolve)
        self.made["comments"] = {name: value for name, value in known.items() if name != note.id}
        return outcome

    def _ask(self, method: str, url: str, holds: str, **more: Any) -> Any:
        return self.account.ask("drive", self.calls, method, url, self.place, holds, **more)

    def _find(self, content: str) -> str | None:
        """Our own open comment that says just this."""
        url, page = f"{_FILES}/{self.file_id}/comments", ""
        while True:
            query = {"fields": _LIST, "pageSize": "100", **({"pageToken": page} if page else {})}
            answer = self._ask("get", url, "kind", params=query)
            for one in answer.get("comments", ()):
                if (
                    one.get("content") == content
                    and not one.get("resolved")
                    and one.get("author", {}).get("me")
                ):
                    return str(one["id"])
            page = answer.get("nextPageToken", "")
            if not page:
                return None


def _called(mention: str | None) -> str:
    found = _ADDRESS.search(mention or "")
    return f"@{found[0]} " if found is not None else ""
