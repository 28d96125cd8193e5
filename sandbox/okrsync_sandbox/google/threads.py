"""Comments on cells, which Drive and Sheets show each in its own way: Drive as a list of a file's
comments, Sheets as threads with the cells that they are anchored at.

After https://developers.google.com/workspace/sheets/api/guides/comments and the messages of the
discovery document. A comment is stored as Drive answers it; `by` is its author's address.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from okrsync_sandbox.google.a1 import CellBlock, block_of
from okrsync_sandbox.google.model import GridSheet, Json, Spreadsheet

__all__ = [
    "MOST_UNITS",
    "anchor_at",
    "anchors_of",
    "as_drive_shows",
    "carry_anchors",
    "post_of",
    "remark",
    "thread_of",
    "threads_of",
]

MOST_UNITS = 2048
"""A comment's text and an assignee's address may have this many UTF-8 code units."""
_ACTIONS = {"resolve": "RESOLVE", "reopen": "REOPEN"}


def remark(kind: str, content: str, author: str, moment: str, assignee: str | None = None) -> Json:
    """A new comment or reply; `kind` as Drive calls it, such as `drive#comment`."""
    written: Json = {
        "kind": kind,
        "id": f"AAAB{secrets.token_urlsafe(6)}",
        "createdTime": moment,
        "modifiedTime": moment,
        "by": author,
        "content": content,
        "deleted": False,
    }
    if assignee:
        written["assigneeEmailAddress"] = assignee
    # An address with a plus or an at sign in front calls that person.
    called = re.findall(r"[+@]([\w.+-]+@[\w-]+(?:\.[\w-]+)+)", content)
    if called:
        written["mentionedEmailAddresses"] = list(dict.fromkeys(called))
    return written


def as_drive_shows(comment: Json, caller: str) -> Json:
    """A comment or reply as Drive answers it to a caller."""
    shown = {name: value for name, value in comment.items() if name != "by"}
    shown["author"] = {
        "kind": "drive#user",
        "displayName": comment["by"].partition("@")[0],
        "me": comment["by"] == caller,
    }
    if "replies" in comment:
        shown["replies"] = [as_drive_shows(reply, caller) for reply in comment["replies"]]
    return shown


def thread_of(comment: Json, caller: str) -> Json:
    """A comment as Sheets answers it to a caller."""
    thread: Json = {"commentId": comment["id"]}
    if "anchor" in comment:
        thread["anchorId"] = comment["anchor"]
    thread["headPost"] = post_of(comment, caller)
    replies = [post_of(reply, caller) for reply in comment["replies"] if not reply["deleted"]]
    if replies:
        thread["replies"] = replies
    if quote := comment.get("quotedFileContent", {}).get("value"):
        thread["plainTextQuote"] = quote
    thread["status"] = "RESOLVED" if comment["resolved"] else "OPEN"
    return thread


def post_of(comment: Json, caller: str) -> Json:
    """A comment or reply as Sheets answers it within its thread."""
    author = comment["by"]
    post: Json = {"postId": comment["id"]}
    if comment["content"]:
        post["content"] = comment["content"]
        post["contentHtml"] = escape(comment["content"], quote=False)
    post["author"] = {"displayName": author.partition("@")[0], "user": f"users/{_number(author)}"}
    if author == caller:
        post["author"]["me"] = True
    post["createTime"], post["updateTime"] = comment["createdTime"], comment["modifiedTime"]
    post["commentAction"] = _ACTIONS.get(comment.get("action", ""), "NO_COMMENT_ACTION_CHANGE")
    if "assigneeEmailAddress" in comment:
        post["assigneeEmail"] = comment["assigneeEmailAddress"]
    return post


def _number(address: str) -> int:
    return 10**20 + int.from_bytes(address.encode()[:8].ljust(8), "big")


def anchor_at(spreadsheet: Spreadsheet, sheet: GridSheet, row: int, column: int) -> str:
    """Anchor something new at a cell, and return the anchor's id."""
    anchor_id = f"AAAC{secrets.token_urlsafe(6)}"
    cells = {
        "sheetId": sheet.id,
        "startRowIndex": row,
        "endRowIndex": row + 1,
        "startColumnIndex": column,
        "endColumnIndex": column + 1,
    }
    spreadsheet.anchors.append({"anchorId": anchor_id, "range": cells})
    return anchor_id


def anchors_of(
    spreadsheet: Spreadsheet, sheet: GridSheet, blocks: Iterable[CellBlock]
) -> list[Json]:
    """The anchors in some blocks of a sheet. A comment whose cell was deleted has none."""
    wanted = list(blocks)
    return [
        anchor
        for anchor in spreadsheet.anchors
        if anchor["range"]["sheetId"] == sheet.id
        and any(block.meets(block_of(anchor["range"])) for block in wanted)
    ]


def threads_of(spreadsheet: Spreadsheet, caller: str, anchors: Iterable[Json] | None) -> list[Json]:
    """The threads at some anchors; None for all of the spreadsheet, those without an anchor
    included. Deleted ones are gone.
    """
    ids = None if anchors is None else {anchor["anchorId"] for anchor in anchors}
    return [
        thread_of(comment, caller)
        for comment in spreadsheet.comments
        if not comment["deleted"] and (ids is None or comment.get("anchor") in ids)
    ]


def carry_anchors(
    spreadsheet: Spreadsheet,
    sheet: GridSheet,
    goal: Callable[[int, int], tuple[GridSheet, int, int] | None],
) -> None:
    """Have anchors follow cells that moved one by one: `goal` says where the cell in a row and
    column went, None where it is gone.
    """
    kept: list[Json] = []
    for anchor in spreadsheet.anchors:
        cells: Any = anchor["range"]
        if cells["sheetId"] != sheet.id:
            kept.append(anchor)
            continue
        place = goal(cells["startRowIndex"], cells["startColumnIndex"])
        if place is not None:
            target, row, column = place
            moved = {
                "sheetId": target.id,
                "startRowIndex": row,
                "endRowIndex": row + 1,
                "startColumnIndex": column,
                "endColumnIndex": column + 1,
            }
            kept.append({**anchor, "range": moved})
    spreadsheet.anchors = kept
