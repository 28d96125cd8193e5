"""Stale warnings as Drive comments that call the owner, each made once and resolved when the
check-in has arrived.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from okrsync.connector import AccessError, Calls, LostAnswer, NoteWrite, Outcome, State
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
        if note.id in known and self._find(content) == known[note.id]:
            return Outcome(State.UNCHANGED)
        url, query = f"{_FILES}/{self.file_id}/comments", {"fields": "id"}
        try:
            answer = self.account.ask(
                "drive",
                self.calls,
                "post",
                url,
                self.place,
                "id",
                params=query,
                json={"content": content},
            )
            comment = str(answer["id"])
        except LostAnswer:
            found = self._find(content)
            if found is None:
                raise
            comment = found
        self.made["comments"] = {**known, note.id: comment}
        return Outcome(State.WRITTEN)

    def _resolve(self, note: NoteWrite, known: dict[str, str]) -> Outcome:
        comment = known.get(note.id)
        if comment is None:
            return Outcome(State.UNCHANGED, "there is no comment of okrsync's about it")
        url = f"{_FILES}/{self.file_id}/comments/{comment}/replies"
        body = {"action": "resolve", "content": "The check-in has arrived."}
        self.account.ask(
            "drive", self.calls, "post", url, self.place, "id", params={"fields": "id"}, json=body
        )
        self.made["comments"] = {name: value for name, value in known.items() if name != note.id}
        return Outcome(State.WRITTEN)

    def _find(self, content: str) -> str | None:
        """Our own open comment that says just this."""
        url, page = f"{_FILES}/{self.file_id}/comments", ""
        while True:
            query = {"fields": _LIST, "pageSize": "100", **({"pageToken": page} if page else {})}
            answer = self.account.ask(
                "drive", self.calls, "get", url, self.place, "kind", params=query
            )
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
