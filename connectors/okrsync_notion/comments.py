"""Warnings as comments on the page of a row. Each is made once and mentions those it calls, where
the workspace knows them.

A mention sends a notification that cannot be recalled: before a comment is made, the comments on
the page are searched for it.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    "or name a `note` column under write.columns, where the warning appears as well"
)
_ANSWERED = "people have answered the comment, so it stays"


@dataclass(slots=True)
class PageComments:
    """The comments on the pages of one source. `bot` is the id of the connection, which is their
    author.
    """

    api: NotionApi
    calls: Calls
    people: People
    bot: str

    def carry_out(self, note: NoteWrite, page: Json | None, *, puts_back: bool = False) -> Outcome:
        """Make a comment, or delete the one that was made, unless people have answered it. `page`
        is the page of the row, None where it is gone.
        """
        if page is None:
            return Outcome(State.CONFLICT, "the page is gone, or in the trash")
        try:
            if note.text is None:
                outcome = self._take_back(page["id"], note.known_by)
                if outcome.reason == _ANSWERED and puts_back:
                    return Outcome(State.CONFLICT, _ANSWERED)
                return outcome
            outcome = self._say(note, page)
            if outcome.state is State.WRITTEN and note.before is not None and not puts_back:
                # A check-in that came and went between two runs: the older warning is over.
                self._take_back(page["id"], note.before)
            return outcome
        # Comments have two capabilities of their own, both off in a new connection
        # (https://developers.notion.com/guides/data-apis/working-with-comments).
        except Forbidden:
            return Outcome(State.SKIPPED, _NOT_PERMITTED)
        except NotionRefused as error:
            return Outcome(State.FAILED, f"a comment could not be made: {error.message}")

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
            if self._find(page["id"], note.known_by) is not None:
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
        else those whom the workspace knows by their addresses, else by that name.
        """
        for value in page["properties"].values():
            owners = value.get("people") if value.get("type") == "people" else None
            if (
                owners
                and note.mention
                and ", ".join(owner.get("name") or owner["id"] for owner in owners) == note.mention
            ):
                return [owner["id"] for owner in owners]
        matches = [self.people.find(name) for name in note.called or names_in(note.mention or "")]
        return list(dict.fromkeys(match[0] for match in matches if match is not None))

    def _take_back(self, page: str, mark: str) -> Outcome:
        comment = self._find(page, mark)
        if comment is None:
            return Outcome(State.UNCHANGED, "there is no comment of okrsync's about it")
        comment_id, is_answered = comment
        if is_answered:
            return Outcome(State.UNCHANGED, _ANSWERED)
        try:
            self.api.put(
                self.calls, f"page {page}", lambda client: client.comments.delete(comment_id)
            )
        except NotionRefused as error:
            if error.code != "object_not_found":
                raise
        return Outcome(State.WRITTEN)

    def _find(self, page: str, mark: str) -> tuple[str, bool] | None:
        """The id of okrsync's comment with these words, whomever it mentions, and whether people
        have answered it; None where there is none. Comments of people that quote it do not count.
        """
        known: tuple[str, str] | None = None
        for comment in self._all(page):
            is_own = comment["created_by"]["id"] == self.bot
            if known is None:
                if is_own and mark and normal(mark) in normal(plain_text(comment["rich_text"])):
                    known = str(comment["id"]), comment["discussion_id"]
            elif not is_own and comment["discussion_id"] == known[1]:
                return known[0], True
        return None if known is None else (known[0], False)

    def _all(self, page: str) -> Iterator[Json]:
        """The open comments on a page, the oldest first."""
        cursor: str | None = None
        while True:
            answer = self._listed(page, {} if cursor is None else {"start_cursor": cursor})
            yield from answer["results"]
            cursor = answer.get("next_cursor")
            if not answer.get("has_more") or cursor is None:
                return

    def _listed(self, page: str, more: Json) -> Any:
        return self.api.read(
            self.calls,
            f"page {page}",
            lambda client: client.comments.list(block_id=page, page_size=100, **more),
        )


def _piece(words: str) -> Json:
    return {"type": "text", "text": {"content": words}}
