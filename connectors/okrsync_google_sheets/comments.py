"""Stale warnings as Drive comments that call the owner, each made once and resolved when the
check-in has arrived.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any

from okrsync.connector import AccessError, Calls, NoteWrite, Outcome, State, text_of
from okrsync_google_sheets.account import Account, GoogleRefused

__all__ = ["SheetComments"]

_FILES = "https://www.googleapis.com/drive/v3/files"
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LIST = "kind,nextPageToken,comments(id,content,resolved,deleted,author/me)"
_ARRIVED = "The check-in has arrived."


_GONE = {"includeDeleted": "true"}


@dataclass(frozen=True, slots=True)
class OpenComment:
    """A comment that is neither resolved nor deleted."""

    id: str
    content: str


@dataclass(slots=True)
class SheetComments:
    """The comments of one spreadsheet. `made` remembers, between runs, which comment is about which
    item; where it does not, what stands in the spreadsheet is looked at.
    """

    account: Account
    file_id: str
    place: str
    calls: Calls
    made: MutableMapping[str, Any]
    _open: list[OpenComment] | None = None
    """Our own open comments, as they were listed."""

    def carry_out(self, note: NoteWrite, where: str | None, *, puts_back: bool = False) -> Outcome:
        """Make a comment, or resolve the one that was made; where a run is put back it is deleted
        again. `where` is the row's address, None where the row is gone.
        """
        try:
            if note.text is None:
                return self._take_back(note, where, is_deleted=puts_back)
            if where is None:
                return Outcome(
                    State.CONFLICT, "the row is gone, or can no longer be told from another"
                )
            return self._say(note, where, note.text)
        except (AccessError, GoogleRefused) as error:
            return Outcome(State.SKIPPED, f"a comment could not be made: {error.message}")

    @property
    def _known(self) -> dict[str, str]:
        known: dict[str, str] = self.made.get("comments", {})
        return known

    def _say(self, note: NoteWrite, where: str, text: str) -> Outcome:
        url = f"{_FILES}/{self.file_id}/comments"
        content = f"{_called(note.mention)}{where}{_named(note)}: {text}"

        def say(attempt: int) -> Outcome:
            # A comment sends mail to whom it calls, so the look comes first: the run that made it
            # may have died before it could remember, or the state may be another one.
            standing = self._standing(note, where, text, anew=attempt > 1)
            if standing is None:
                answer = self._ask(
                    "post", url, "id", params={"fields": "id"}, json={"content": content}
                )
                standing, state = str(answer["id"]), State.WRITTEN
            else:
                state = State.WRITTEN if attempt > 1 else State.UNCHANGED
            self.made["comments"] = {**self._known, note.id: standing}
            return Outcome(state)

        return self.account.network.repeat_lost(say)

    def _take_back(self, note: NoteWrite, where: str | None, *, is_deleted: bool) -> Outcome:
        comment = self._known.get(note.id)
        if comment is None and note.before:
            comment = self._standing(note, where or "", note.before)
        if comment is None:
            return Outcome(State.UNCHANGED, "there is no comment of okrsync's about it")
        url = f"{_FILES}/{self.file_id}/comments/{comment}"

        def take_back(attempt: int) -> Outcome:
            state = self._ask("get", url, "id", params={"fields": "id,resolved,deleted", **_GONE})
            is_done = state.get("deleted") if is_deleted else state.get("resolved")
            if is_done:
                return Outcome(State.WRITTEN if attempt > 1 else State.UNCHANGED)
            if is_deleted:
                self._ask("delete", url, "")
            else:
                body = {"action": "resolve", "content": _ARRIVED}
                self._ask("post", f"{url}/replies", "id", params={"fields": "id"}, json=body)
            return Outcome(State.WRITTEN)

        outcome = self.account.network.repeat_lost(take_back)
        self.made["comments"] = {
            name: value for name, value in self._known.items() if name != note.id
        }
        return outcome

    def _ask(self, method: str, url: str, holds: str, **more: Any) -> Any:
        return self.account.ask("drive", self.calls, method, url, self.place, holds, **more)

    def _standing(
        self, note: NoteWrite, where: str, text: str, *, anew: bool = False
    ) -> str | None:
        """Our own open comment that says this of the same row, wherever the row is by now."""
        if self._open is None or anew:
            self._open = list(self._listed())
        others = {id_ for name, id_ in self._known.items() if name != note.id}
        tab, exact = where.rpartition("!")[0], f"{where}{_named(note)}: {text}"
        said = [
            comment
            for comment in self._open
            if comment.id not in others
            and f"{tab}!" in comment.content
            and comment.content.endswith(f"{_named(note)}: {text}")
        ]
        same = [comment for comment in said if comment.content.endswith(exact)]
        return next((comment.id for comment in (*same, *(said if _named(note) else ()))), None)

    def _listed(self) -> Iterator[OpenComment]:
        url, page = f"{_FILES}/{self.file_id}/comments", ""
        while True:
            query = {"fields": _LIST, "pageSize": "100", **({"pageToken": page} if page else {})}
            answer = self._ask("get", url, "kind", params=query)
            for comment in answer.get("comments", ()):
                if not comment.get("resolved") and comment.get("author", {}).get("me"):
                    yield OpenComment(str(comment["id"]), comment.get("content", ""))
            page = answer.get("nextPageToken", "")
            if not page:
                return


def _named(note: NoteWrite) -> str:
    """The words of the row, by which the comment is known after the row has moved."""
    words = {cell.role: cell.value for cell in note.row.identity}
    title = text_of(words.get("key_result") or words.get("objective")).strip()
    return f' "{title}"' if title else ""


def _called(mention: str | None) -> str:
    found = _ADDRESS.search(mention or "")
    return f"@{found[0]} " if found is not None else ""
