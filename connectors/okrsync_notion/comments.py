"""Stale warnings as comments on the page of a row. Each is made once and mentions the owner where
the workspace knows them.

A mention sends a notification that cannot be recalled: before a comment is made, the comments on
the page are searched for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from okrsync.connector import Calls, NoteWrite, Outcome, State, names_in
from okrsync_notion.api import Forbidden, NotionApi, NotionRefused
from okrsync_notion.content import normal
from okrsync_notion.people import People
from okrsync_notion.values import pieces_of, plain_text

__all__ = ["PageComments"]

Json = dict[str, Any]
_NOT_PERMITTED = (
    "the connection may not comment; give it the capability to read and insert comments, "
    "or name a `note` column under write.columns, where the warning stands as well"
)


@dataclass(slots=True)
class PageComments:
    """The comments on the pages of one source. `bot` is the id of the connection, which is their
    author.
    """

    api: NotionApi
    calls: Calls
    people: People
    bot: str

    def carry_out(self, note: NoteWrite, page: Json | None) -> Outcome:
        """Make a comment, or delete the one that was made. `page` is the page of the row, None
        where it is gone.
        """
        if page is None:
            return Outcome(State.CONFLICT, "the page is gone, or in the trash")
        try:
            if note.text is None:
                return self._take_back(page["id"], note.before)
            return self._say(note, page)
        # Comments have two capabilities of their own, both off in a new connection
        # (https://developers.notion.com/guides/data-apis/working-with-comments).
        except Forbidden:
            return Outcome(State.SKIPPED, _NOT_PERMITTED)
        except NotionRefused as error:
            return Outcome(State.SKIPPED, f"a comment could not be made: {error.message}")

    def _say(self, note: NoteWrite, page: Json) -> Outcome:
        text = note.text or ""
        people = self._called(note, page) if note.kind == "comment" else []
        words: list[Json] = []
        for user_id in people:
            words += [
                {"type": "mention", "mention": {"type": "user", "user": {"id": user_id}}},
                _piece(" "),
            ]
        words += [_piece(piece) for piece in pieces_of(text)]

        def say(attempt: int) -> Outcome:
            if self._find(page["id"], text) is not None:
                return Outcome(State.WRITTEN if attempt > 1 else State.UNCHANGED)
            self._make(page["id"], words)
            return Outcome(State.WRITTEN)

        return self.api.repeat_lost(say)

    def _make(self, page: str, words: list[Json]) -> None:
        parent = {"type": "page_id", "page_id": page}
        self.api.add(
            self.calls,
            f"page {page}",
            lambda client: client.comments.create(parent=parent, rich_text=words),
        )

    def _called(self, note: NoteWrite, page: Json) -> list[str]:
        """The ids of the people to mention: those in the people property that reads like the owner,
        else those whom the workspace knows by that name.
        """
        for value in page["properties"].values():
            owners = value.get("people") if value.get("type") == "people" else None
            if (
                owners
                and note.mention
                and ", ".join(owner.get("name") or owner["id"] for owner in owners) == note.mention
            ):
                return [owner["id"] for owner in owners]
        matches = [self.people.find(name) for name in names_in(note.mention or "")]
        return [match[0] for match in matches if match is not None]

    def _take_back(self, page: str, text: str | None) -> Outcome:
        comment_id = None if text is None else self._find(page, text)
        if comment_id is None:
            return Outcome(State.UNCHANGED, "there is no comment of okrsync's about it")
        try:
            self.api.put(
                self.calls, f"page {page}", lambda client: client.comments.delete(comment_id)
            )
        except NotionRefused as error:
            if error.code != "object_not_found":
                raise
        return Outcome(State.WRITTEN)

    def _find(self, page: str, text: str) -> str | None:
        """The id of okrsync's comment that ends with this text, whomever it mentions; None where
        there is none. Comments of people that quote the text do not count.
        """
        cursor: str | None = None
        while True:
            answer = self._listed(page, {} if cursor is None else {"start_cursor": cursor})
            for comment in answer["results"]:
                is_ours = comment["created_by"]["id"] == self.bot
                if is_ours and normal(plain_text(comment["rich_text"])).endswith(normal(text)):
                    return str(comment["id"])
            cursor = answer.get("next_cursor")
            if not answer.get("has_more") or cursor is None:
                return None

    def _listed(self, page: str, more: Json) -> Any:
        return self.api.read(
            self.calls,
            f"page {page}",
            lambda client: client.comments.list(block_id=page, page_size=100, **more),
        )


def _piece(words: str) -> Json:
    return {"type": "text", "text": {"content": words}}
