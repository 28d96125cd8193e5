"""The requests that comments need of the Sheets API, and of Drive where that does not know comments
on cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from gspread.urls import SPREADSHEET_URL

from okrsync.connector import Calls, NoteWrite, Outcome, PartialWrite
from okrsync_google_sheets.account import Account, GoogleRefused
from okrsync_google_sheets.batches import Batches
from okrsync_google_sheets.cell_comments import (
    CellComments,
    CommentsUnknown,
    Discussion,
    discussion_from,
)
from okrsync_google_sheets.drive_comments import DriveComments
from okrsync_google_sheets.tab import COMPACT, FIELDS, book_from, shown_title

__all__ = ["CommentService", "say"]

Json = dict[str, Any]
_POST = "postId,content,deleted,assigneeEmail,author(me)"
_COMMENTS = (
    f"{FIELDS},comments(commentId,anchorId,status,headPost({_POST}),replies({_POST})),"
    "sheets(commentAnchors)"
)
_VIEW = {"commentsViewMode": "COMMENTS_VIEW_MODE_INCLUDED"}
"""Without it, a spreadsheet comes without its comments."""


def say(
    service: CommentService,
    notes: Sequence[NoteWrite],
    partial_write: PartialWrite,
    drive_comments: Callable[[], DriveComments],
    row_address: Callable[[NoteWrite], str | None],
    *,
    puts_back: bool,
) -> None:
    """Carry out the warnings that are comments: on cells, or where the service does not know those,
    as comments of Drive.
    """
    on_cells = CellComments(service, service.account.network, puts_back)
    unknown: list[NoteWrite] = []

    def say_on_cells() -> dict[str, Outcome]:
        try:
            return on_cells.carry_out(notes)
        except CommentsUnknown:
            unknown.extend(notes)
            return {}

    partial_write.carry_out([note.id for note in notes], say_on_cells, is_extra=True)
    if not unknown:
        return
    of_drive = drive_comments()

    def say_in_drive(note: NoteWrite) -> dict[str, Outcome]:
        return {note.id: of_drive.carry_out(note, row_address(note), puts_back=puts_back)}

    for note in unknown:
        partial_write.carry_out([note.id], partial(say_in_drive, note), is_extra=True)


@dataclass(slots=True)
class CommentService:
    """The comments of one spreadsheet. `titles` are the tabs to look at, None for all; what
    messages call the spreadsheet is `location`. `see` takes the spreadsheet as it stands right
    after comments were sent, None if that is unknown.
    """

    account: Account
    file_id: str
    location: str
    calls: Calls
    titles: Sequence[str] | None
    batches: Batches
    see: Callable[[Json | None], None]

    def discussion(self) -> Discussion:
        """The spreadsheet and its comments as they stand now."""
        query: Json = {"fields": _COMMENTS, **_VIEW, **COMPACT}
        if self.titles:
            query["ranges"] = [shown_title(title) for title in self.titles]
        url = SPREADSHEET_URL % self.file_id
        try:
            answer = self.account.ask(
                "read", self.calls, "get", url, self.location, "sheets", params=query
            )
        except GoogleRefused as error:
            raise _unknown_or(error) from error
        return discussion_from(book_from(answer), answer)

    def send_comments(self, requests: list[Json]) -> tuple[list[Json], Discussion | None]:
        """Carry out all requests or none: the replies, and what stands there right after; None in a
        preview. Raises `GoogleRefused`, and `CommentsUnknown`.
        """
        options: Json = {
            "includeSpreadsheetInResponse": True,
            "responseIncludeGridData": True,
            **_VIEW,
        }
        if self.titles:
            options["responseRanges"] = [shown_title(title) for title in self.titles]
        self.see(None)
        fields = f"spreadsheetId,replies,commentUpdateState,updatedSpreadsheet({_COMMENTS})"
        try:
            query = {"fields": fields, **COMPACT}
            answer = self.batches.send(requests, options, query, "spreadsheetId")
        except GoogleRefused as error:
            raise _unknown_or(error) from error
        if answer.get("commentUpdateState", "ALL_SAVED") != "ALL_SAVED":
            # The batch succeeds although its comments were not saved; only this field says so.
            raise GoogleRefused(f"{self.location}: Google did not save it")
        updated = answer.get("updatedSpreadsheet")
        if updated is None:
            return answer.get("replies", []), None
        if not self.titles:
            self.see(_without_comments(updated))
        return answer.get("replies", []), discussion_from(book_from(updated), updated)


def _without_comments(answer: Json) -> Json:
    """An answer to `_COMMENTS` as one to `FIELDS`."""
    sheets = [
        {name: value for name, value in sheet.items() if name != "commentAnchors"}
        for sheet in answer.get("sheets", ())
    ]
    return {name: value for name, value in answer.items() if name != "comments"} | {
        "sheets": sheets
    }


def _unknown_or(error: GoogleRefused) -> GoogleRefused:
    """The refusal as one of comments altogether, where the service does not know them."""
    is_unknown = "Unknown name" in error.message or "Cannot find field" in error.message
    return CommentsUnknown(error.message) if is_unknown else error
