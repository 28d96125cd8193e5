"""Warnings as comments on cells, by the Sheets API: each is made once, assigned to the first of the
people it calls, and answered and resolved when the check-in has arrived.

A comment sends mail, so the threads of the spreadsheet are looked at before anything is said: a run
that made one may have died before it could remember, or have had another state file. See
https://developers.google.com/workspace/sheets/api/guides/comments
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from okrsync.connector import NO_ROW, IdentityCell, NoteWrite, Outcome, RowFinder, State, text_of
from okrsync.connector.network import Network
from okrsync_google_sheets.account import GoogleRefused
from okrsync_google_sheets.tab import Book

__all__ = ["CellComments", "CommentsUnknown", "Discussion", "Thread", "discussion_from"]

Json = dict[str, Any]
_ARRIVED = "The check-in has arrived."
_LONGEST_TITLE = 200
_CALL = re.compile(r"[+@](?=[\w.+-]+@[\w-]+\.)")
"""What makes an address in a comment call somebody."""
_MOST_PLACINGS = 3
"""How often comments are put where they belong, while people move rows."""


class CommentsUnknown(GoogleRefused):
    """The service does not know comments on cells; Google's own did not before autumn 2026."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment of okrsync's own with its answers. `cell` are the tab, the row and the column that
    it is at, counted from 0; None where its cell was deleted, or it never had one.
    """

    id: str
    content: str
    cell: tuple[int, int, int] | None
    is_open: bool
    is_assigned: bool
    replies: tuple[tuple[str, str, bool], ...] = ()
    """The id and text of each answer, and whether it is okrsync's own."""

    @property
    def is_answered(self) -> bool:
        """Whether people have answered it."""
        return any(not is_own for _, _, is_own in self.replies)


@dataclass(frozen=True, slots=True)
class Discussion:
    """The spreadsheet as it stands, with the comments in it that are okrsync's own."""

    book: Book
    threads: tuple[Thread, ...]


class Spoken(Protocol):
    """What comments need of the connector."""

    def discussion(self) -> Discussion:
        """The spreadsheet and its comments as they stand now."""

    def send_comments(self, requests: list[Json]) -> tuple[list[Json], Discussion | None]:
        """Carry out all requests or none: the replies, and what stands there right after; None in a
        preview. Raises `GoogleRefused`, and `CommentsUnknown`.
        """


def discussion_from(book: Book, answer: Mapping[str, Any]) -> Discussion:
    """The comments in an answer that has them, with `book` made of the same answer."""
    cells = {
        anchor["anchorId"]: cell
        for sheet in answer.get("sheets", ())
        for anchor in sheet.get("commentAnchors", ())
        if (cell := _cell_of(anchor.get("range", {}))) is not None
    }
    return Discussion(
        book,
        tuple(
            Thread(
                str(thread["commentId"]),
                thread.get("headPost", {}).get("content", ""),
                cells.get(thread.get("anchorId", "")),
                thread.get("status") != "RESOLVED",
                bool(thread.get("headPost", {}).get("assigneeEmail")),
                tuple(
                    (str(post["postId"]), post.get("content", ""), _is_own(post))
                    for post in thread.get("replies", ())
                    if not post.get("deleted")
                ),
            )
            for thread in answer.get("comments", ())
            if _is_own(thread.get("headPost", {}))
        ),
    )


def _cell_of(cells: Mapping[str, int]) -> tuple[int, int, int] | None:
    """Where an anchor is; Google may leave zeros out, and empties the range of a deleted cell."""
    row, end = cells.get("startRowIndex", 0), cells.get("endRowIndex", 0)
    return (cells.get("sheetId", 0), row, cells.get("startColumnIndex", 0)) if end > row else None


def _is_own(post: Mapping[str, Any]) -> bool:
    return bool(post.get("author", {}).get("me"))


@dataclass(frozen=True, slots=True)
class PlannedComment:
    """What is to be done about one warning: the requests, and what its outcome is once they are
    carried out.
    """

    note: NoteWrite
    requests: tuple[Json, ...] = ()
    outcome: Outcome = field(default_factory=lambda: Outcome(State.WRITTEN))
    cell: tuple[int, int, int] | None = None
    """Where a new comment belongs."""


@dataclass(slots=True)
class CellComments:
    """The warnings of one spreadsheet. `puts_back` undoes what an earlier run did."""

    sheet: Spoken
    network: Network
    puts_back: bool = False

    def carry_out(self, notes: Sequence[NoteWrite]) -> dict[str, Outcome]:
        """Say or take back every warning. Raises `CommentsUnknown`, and what the network raises."""
        outcomes: dict[str, Outcome] = {}

        def speak(attempt: int) -> dict[str, Outcome]:
            discussion = self.sheet.discussion()
            planned = [decide(note, discussion, puts_back=self.puts_back) for note in notes]
            for comment in planned:
                # What an attempt did whose answer was lost is found done, and was written.
                is_lost = attempt > 1 and comment.outcome.state is State.UNCHANGED
                outcome = Outcome(State.WRITTEN) if is_lost else comment.outcome
                if not comment.requests:
                    outcomes[comment.note.id] = outcome
            pending = [comment for comment in planned if comment.requests]
            if pending:
                outcomes.update(self._send(pending))
            return outcomes

        return self.network.repeat_lost(speak)

    def _send(self, planned: Sequence[PlannedComment]) -> dict[str, Outcome]:
        """Send all requests together; one that Google refuses spoils itself only."""
        try:
            replies, after = self.sheet.send_comments(
                [request for comment in planned for request in comment.requests]
            )
        except CommentsUnknown:
            raise
        except GoogleRefused as error:
            if len(planned) > 1:
                alone = [self._send([comment]) for comment in planned]
                return {id_: outcome for each in alone for id_, outcome in each.items()}
            if planned[0].note.text is None and "does not exist" in error.message:
                gone = Outcome(State.UNCHANGED, "somebody deleted the comment")
                return {planned[0].note.id: gone}
            unassigned = _unassigned(planned[0])
            if unassigned is not None:
                return self._send([unassigned])
            reason = f"the comment was refused: {error.message.rpartition(': ')[2]}"
            return {planned[0].note.id: Outcome(State.FAILED, reason)}
        outcomes = {comment.note.id: comment.outcome for comment in planned}
        if after is not None:
            self._put_right(_by_new_id(planned, replies), after)
        return outcomes

    def _put_right(self, new: Mapping[str, PlannedComment], after: Discussion) -> None:
        """Move comments to the rows they are about: where people moved rows in the very moment, one
        landed beside another row. Google moves no comments, so it is made again.
        """
        for _ in range(_MOST_PLACINGS):
            threads = {thread.id: thread for thread in after.threads}
            strayed = {}
            for id_, comment in new.items():
                cell = _cell_for(comment.note, after.book)
                if id_ in threads and cell is not None and threads[id_].cell != cell:
                    strayed[id_] = _at(comment, cell)
            if not strayed:
                return
            requests = [{"deleteComment": {"commentId": id_}} for id_ in strayed]
            again = [request for comment in strayed.values() for request in comment.requests]
            replies, now = self.sheet.send_comments([*requests, *again])
            if now is None:
                return
            new, after = _by_new_id(list(strayed.values()), replies[len(requests) :]), now


def _by_new_id(
    planned: Sequence[PlannedComment], replies: Sequence[Json]
) -> dict[str, PlannedComment]:
    """By the id of each new comment, the warning that it is."""
    new: dict[str, PlannedComment] = {}
    following = iter(replies)
    for comment in planned:
        for _ in comment.requests:
            thread = next(following, {}).get("insertComment", {}).get("commentThread", {})
            if "commentId" in thread:
                new[str(thread["commentId"])] = comment
    return new


def decide(note: NoteWrite, discussion: Discussion, *, puts_back: bool) -> PlannedComment:
    """What has to be done about a warning, as the spreadsheet stands."""
    cell = _cell_for(note, discussion.book)
    if note.text is None:
        return _take_back(note, discussion, cell, puts_back=puts_back)
    if cell is None:
        return PlannedComment(note, outcome=Outcome(State.CONFLICT, NO_ROW))
    standing = _thread(note.known_by, note, discussion, cell)
    if standing is not None and (standing.is_open or not puts_back):
        why = None if standing.is_open else "it was said already, and somebody resolved it"
        return PlannedComment(note, outcome=Outcome(State.UNCHANGED, why))
    if standing is not None:
        return PlannedComment(note, (_reply(standing, {"commentAction": "REOPEN"}),))
    if note.answers is not None:
        return _continue(note, discussion, cell)
    # A check-in that came and went between two runs: the older warning is over.
    older = None if note.before is None else _thread(note.before, note, discussion, cell)
    over = [_resolved(older)] if older is not None and older.is_open else []
    return PlannedComment(note, (*over, _insert(note, cell)), cell=cell)


def _continue(
    note: NoteWrite, discussion: Discussion, cell: tuple[int, int, int]
) -> PlannedComment:
    """Call somebody else about a warning: in its thread, if that can be handed on."""
    thread = _thread(note.answers or "", note, discussion, cell)
    if thread is not None and any(
        is_own and note.known_by in content for _, content, is_own in thread.replies
    ):
        return PlannedComment(note, outcome=Outcome(State.UNCHANGED))
    # Google hands a thread on only if its first post was assigned. Whether an answer opens a
    # resolved one again is documented nowhere.
    if thread is None or not thread.is_open or not thread.is_assigned or not note.addresses:
        return PlannedComment(note, (_insert(note, cell),), cell=cell)
    post = {"content": _plain(note.text or ""), "assigneeEmail": note.addresses[0]}
    return PlannedComment(note, (_reply(thread, post),))


def _take_back(
    note: NoteWrite, discussion: Discussion, cell: tuple[int, int, int] | None, *, puts_back: bool
) -> PlannedComment:
    thread = _thread(note.known_by, note, discussion, cell)
    if thread is None:
        return _withdraw_reply(note, discussion, cell, puts_back=puts_back)
    if not puts_back:
        if not thread.is_open:
            return PlannedComment(note, outcome=Outcome(State.UNCHANGED, "it is resolved"))
        return PlannedComment(note, (_resolved(thread),))
    if thread.is_answered:
        reason = "people have answered the comment, so it stays"
        return PlannedComment(note, outcome=Outcome(State.CONFLICT, reason))
    return PlannedComment(note, ({"deleteComment": {"commentId": thread.id}},))


def _withdraw_reply(
    note: NoteWrite, discussion: Discussion, cell: tuple[int, int, int] | None, *, puts_back: bool
) -> PlannedComment:
    """Take back what was said in the thread of another warning."""
    for thread in discussion.threads:
        if any(is_own and note.known_by in content for _, content, is_own in thread.replies) and (
            cell is None or thread.cell in (None, cell)
        ):
            if puts_back:
                # https://developers.google.com/workspace/sheets/api/guides/comments
                reason = "Google deletes no answer that assigned a comment to somebody"
                return PlannedComment(note, outcome=Outcome(State.SKIPPED, reason))
            # Resolving the thread is the other warning's part.
            return PlannedComment(
                note, outcome=Outcome(State.UNCHANGED, "it is resolved with its thread")
            )
    reason = "there is no comment of okrsync's about it"
    return PlannedComment(note, outcome=Outcome(State.UNCHANGED, reason))


def _thread(
    mark: str, note: NoteWrite, discussion: Discussion, cell: tuple[int, int, int] | None
) -> Thread | None:
    """The comment with these words about the same row: at its cell, or, where the place does not
    tell, with its title.
    """
    marked = [thread for thread in discussion.threads if mark and mark in thread.content]
    title = _title(note)
    here = [thread for thread in marked if thread.cell is not None and thread.cell == cell]
    named = [thread for thread in marked if title and f'"{title}"' in thread.content]
    # Open ones first: the same words may have been said and resolved before.
    for threads in (here, named):
        if threads:
            return min(threads, key=lambda thread: not thread.is_open)
    return None


def _cell_for(note: NoteWrite, book: Book) -> tuple[int, int, int] | None:
    """The cell a warning belongs to as the spreadsheet stands; None where its row is gone."""
    tab = book.tab(note.table_key)
    if tab is None:
        return None
    finder = RowFinder(tab.table, [note.row])
    row, title = finder.find(note.row), _title_cell(note)
    if row is None:
        return None
    column = None if title is None else finder.column(title.column)
    return tab.id, row.number - 1, note.column if column is None else column


def _title_cell(note: NoteWrite) -> IdentityCell | None:
    """The cell of the row that says what the warning is about; None where nothing tells it."""
    by_column = {cell.column.index: cell for cell in note.row.identity}
    by_role = {cell.role: cell for cell in note.row.identity}
    return by_column.get(note.column) or by_role.get("key_result") or by_role.get("objective")


def _insert(note: NoteWrite, cell: tuple[int, int, int]) -> Json:
    title = "" if note.is_private else _title(note)
    called = "".join(f"@{address} " for address in note.addresses[1:])
    content = f"{called}{_quoted(title)}{_plain(note.text or '')}"
    inserted: Json = {"coordinate": _coordinate(cell), "content": content}
    if note.addresses:
        inserted["assigneeEmailAddress"] = note.addresses[0]
    return {"insertComment": inserted}


def _coordinate(cell: tuple[int, int, int]) -> Json:
    return {"sheetId": cell[0], "rowIndex": cell[1], "columnIndex": cell[2]}


def _at(comment: PlannedComment, cell: tuple[int, int, int]) -> PlannedComment:
    """The new comment of a warning at another cell."""
    (inserted,) = (each["insertComment"] for each in comment.requests if "insertComment" in each)
    request = {"insertComment": {**inserted, "coordinate": _coordinate(cell)}}
    return PlannedComment(comment.note, (request,), comment.outcome, cell)


def _unassigned(comment: PlannedComment) -> PlannedComment | None:
    """The same without an assignee, whom the words call instead; None where it has none. Google
    does not document whom it refuses to assign.
    """
    requests, refused = [], None
    for request in comment.requests:
        inserted = request.get("insertComment", {})
        refused = inserted.get("assigneeEmailAddress", refused)
        if "assigneeEmailAddress" in inserted:
            content = f"@{inserted['assigneeEmailAddress']} {inserted['content']}"
            inserted = {"coordinate": inserted["coordinate"], "content": content}
            request = {"insertComment": inserted}
        requests.append(request)
    if refused is None:
        return None
    outcome = Outcome(State.WRITTEN, f"Google does not assign it to {refused}; it mentions them")
    return PlannedComment(comment.note, tuple(requests), outcome, comment.cell)


def _resolved(thread: Thread) -> Json:
    return _reply(thread, {"content": _ARRIVED, "commentAction": "RESOLVE"})


def _reply(thread: Thread, post: Json) -> Json:
    return {"addCommentReply": {"commentId": thread.id, "post": post}}


def _title(note: NoteWrite) -> str:
    cell = _title_cell(note)
    title = "" if cell is None else text_of(cell.value)
    return _plain(" ".join(title.split()))[:_LONGEST_TITLE]


def _quoted(title: str) -> str:
    return f'"{title}": ' if title else ""


def _plain(text: str) -> str:
    """Words that people typed, so that no address in them calls anybody."""
    return _CALL.sub("", text)
