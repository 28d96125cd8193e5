"""Stale warnings as comments on a row's page, each made once, calling the owner where the workspace
knows them.

A mention notifies for good: before a comment is made, the page is asked whether it has it already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from okrsync.connector import Calls, NoteWrite, Outcome, State
from okrsync_notion.api import Forbidden, NotionApi, NotionRefused
from okrsync_notion.content import normal
from okrsync_notion.people import People, named_in
from okrsync_notion.values import pieces_of, plain_text

__all__ = ["PageComments"]

Json = dict[str, Any]
_NOT_PERMITTED = (
    "the connection may not comment; give it the capability to read and insert comments, "
    "or name a `note` column under write.columns, where the warning stands as well"
)


@dataclass(slots=True)
class PageComments:
    """The comments on the pages of one source; `bot` is who makes them."""

    api: NotionApi
    calls: Calls
    people: People
    bot: str

    def carry_out(self, note: NoteWrite, page: Json | None) -> Outcome:
        """Make a comment, or take back the one that was made. `page` is the row's, None where it is
        gone.
        """
        if page is None:
            return Outcome(State.CONFLICT, "the page is gone, or in the trash")
        try:
            if note.text is None:
                return self._take_back(page["id"], note.before)
            return self._say(note, page)
        except Forbidden:
            return Outcome(State.SKIPPED, _NOT_PERMITTED)
        except NotionRefused as error:
            return Outcome(State.SKIPPED, f"a comment could not be made: {error.message}")

    def _say(self, note: NoteWrite, page: Json) -> Outcome:
        text = note.text or ""
        people = self._called(note, page) if note.kind == "comment" else []
        words: list[Json] = []
        for one in people:
            words += [
                {"type": "mention", "mention": {"type": "user", "user": {"id": one}}},
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
        """Whom a comment calls: the people who stand in the row as the owner, else those the
        workspace knows by that name.
        """
        for value in page["properties"].values():
            held = value.get("people") if value.get("type") == "people" else None
            if (
                held
                and note.mention
                and ", ".join(one.get("name") or one["id"] for one in held) == note.mention
            ):
                return [one["id"] for one in held]
        found = [self.people.find(one) for one in named_in(note.mention or "")]
        return [one[0] for one in found if one is not None]

    def _take_back(self, page: str, text: str | None) -> Outcome:
        made = None if text is None else self._find(page, text)
        if made is None:
            return Outcome(State.UNCHANGED, "there is no comment of okrsync's about it")
        try:
            self.api.put(self.calls, f"page {page}", lambda client: client.comments.delete(made))
        except NotionRefused as error:
            if error.code != "object_not_found":
                raise
        return Outcome(State.WRITTEN)

    def _find(self, page: str, text: str) -> str | None:
        """okrsync's comment that ends with just this text, whoever it calls; what people quote
        stays theirs.
        """
        cursor: str | None = None
        while True:
            answer = self._listed(page, {} if cursor is None else {"start_cursor": cursor})
            for one in answer["results"]:
                is_ours = one["created_by"]["id"] == self.bot
                if is_ours and normal(plain_text(one["rich_text"])).endswith(normal(text)):
                    return str(one["id"])
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
