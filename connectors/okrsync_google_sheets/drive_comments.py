"""Warnings as comments of Drive, for a service that does not know comments on cells. They mention
the owner; each is made once, and resolved when the check-in has arrived.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any

from okrsync.connector import (
    NO_ROW,
    AccessError,
    Calls,
    NoteWrite,
    Outcome,
    RowFinder,
    RowRef,
    State,
    text_of,
)
from okrsync_google_sheets.account import Account, GoogleRefused
from okrsync_google_sheets.tab import Book

__all__ = ["DriveComments", "row_address"]

_FILES = "https://www.googleapis.com/drive/v3/files"
_LIST = "kind,nextPageToken,comments(id,content,resolved,deleted,author/me)"
_ARRIVED = "The check-in has arrived."
_GONE = {"includeDeleted": "true"}
"""Without it, Drive does not return a comment that somebody deleted."""


@dataclass(frozen=True, slots=True)
class OpenComment:
    """A comment that is neither resolved nor deleted."""

    id: str
    content: str


@dataclass(slots=True)
class DriveComments:
    """The comments of one spreadsheet. `memory` keeps, between runs, which comment is about which
    item; if it does not know, the open comments of the spreadsheet are searched.
    """

    account: Account
    file_id: str
    location: str
    calls: Calls
    memory: MutableMapping[str, Any]
    _open: list[OpenComment] | None = None
    """Our own open comments, as they were listed."""

    def carry_out(
        self, note: NoteWrite, row_address: str | None, *, puts_back: bool = False
    ) -> Outcome:
        """Make a comment, or resolve the one that was made; undo deletes it. `row_address` is None
        if the row is gone.
        """
        try:
            if note.text is None:
                return self._take_back(note, row_address, is_deleted=puts_back)
            if row_address is None:
                return Outcome(State.CONFLICT, NO_ROW)
            return self._comment(note, row_address, note.text)
        except AccessError as error:
            return Outcome(State.SKIPPED, f"a comment could not be made: {error.message}")
        except GoogleRefused as error:
            return Outcome(State.FAILED, f"a comment could not be made: {error.message}")

    @property
    def _remembered(self) -> dict[str, str]:
        known: dict[str, str] = self.memory.get("comments", {})
        return known

    def _comment(self, note: NoteWrite, row_address: str, text: str) -> Outcome:
        url = f"{_FILES}/{self.file_id}/comments"
        content = f"{_call(note)}{row_address}{_quoted_title(note)}: {text}"

        def post_comment(attempt: int) -> Outcome:
            # A comment sends mail to whom it mentions, so open comments are searched first. The run
            # that made one may have died before it could remember, or have had another state file.
            comment_id = self._open_comment_id(note, row_address, text, is_listed_anew=attempt > 1)
            if comment_id is None:
                answer = self._ask(
                    "post", url, "id", params={"fields": "id"}, json={"content": content}
                )
                comment_id, state = str(answer["id"]), State.WRITTEN
            else:
                state = State.WRITTEN if attempt > 1 else State.UNCHANGED
            self.memory["comments"] = {**self._remembered, note.id: comment_id}
            return Outcome(state)

        return self.account.network.repeat_lost(post_comment)

    def _take_back(self, note: NoteWrite, row_address: str | None, *, is_deleted: bool) -> Outcome:
        comment = self._remembered.get(note.id)
        if comment is None and note.before:
            comment = self._open_comment_id(note, row_address or "", note.before)
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
        self.memory["comments"] = {
            name: value for name, value in self._remembered.items() if name != note.id
        }
        return outcome

    def _ask(self, method: str, url: str, answer_key: str, **kwargs: Any) -> Any:
        return self.account.ask(
            "drive", self.calls, method, url, self.location, answer_key, **kwargs
        )

    def _open_comment_id(
        self, note: NoteWrite, row_address: str, text: str, *, is_listed_anew: bool = False
    ) -> str | None:
        """The id of our open comment with this text about the same row, even if it moved."""
        if self._open is None or is_listed_anew:
            self._open = list(self._listed())
        other_ids = {id_ for name, id_ in self._remembered.items() if name != note.id}
        tab = row_address.rpartition("!")[0]
        exact_text = f"{row_address}{_quoted_title(note)}: {text}"
        same_text = [
            comment
            for comment in self._open
            if comment.id not in other_ids
            and f"{tab}!" in comment.content
            and comment.content.endswith(f"{_quoted_title(note)}: {text}")
        ]
        same_row = [comment for comment in same_text if comment.content.endswith(exact_text)]
        return next(
            (comment.id for comment in (*same_row, *(same_text if _quoted_title(note) else ()))),
            None,
        )

    def _listed(self) -> Iterator[OpenComment]:
        # Unlike most of Drive, the methods for comments require `fields`:
        # https://developers.google.com/workspace/drive/api/guides/manage-comments
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


def row_address(table_key: str, ref: RowRef, now: Book) -> str | None:
    """The present address of a row; None if it is gone or cannot be told apart from another."""
    tab = now.tab(table_key)
    row = RowFinder(tab.table, [ref]).find(ref) if tab is not None else None
    return None if tab is None or row is None else f"{tab.title}!{row.number}"


def _quoted_title(note: NoteWrite) -> str:
    """The row's title in quotes: the comment is recognised by it after the row moved."""
    words = {cell.role: cell.value for cell in note.row.identity}
    title = text_of(words.get("key_result") or words.get("objective")).strip()
    return f' "{title}"' if title and not note.is_private else ""


def _call(note: NoteWrite) -> str:
    return "".join(f"@{address} " for address in note.addresses)
