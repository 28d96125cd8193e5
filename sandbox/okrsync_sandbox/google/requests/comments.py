"""Updates of comments on cells.

After https://developers.google.com/workspace/sheets/api/guides/comments and the messages of the
discovery document. The documents do not give the wording of errors.
"""

from __future__ import annotations

import re

from okrsync_sandbox.google.errors import ApiError, invalid
from okrsync_sandbox.google.model import Json
from okrsync_sandbox.google.requests.context import Update, Work, coordinate
from okrsync_sandbox.google.threads import MOST_UNITS, anchor_at, remark, thread_of

__all__ = ["UPDATES"]

_ACTIONS = {"RESOLVE": "resolve", "REOPEN": "reopen"}


def _insert(work: Work, args: Json) -> Json:
    if "coordinate" not in args:
        raise invalid("Insert comment requests must specify a coordinate to anchor to.")
    sheet, row, column = coordinate(work, args["coordinate"])
    content = _content(args, "Insert comment requests must specify non-empty post text.")
    assignee = _assignee(work, args.get("assigneeEmailAddress"))
    comment = remark("drive#comment", content, work.caller, work.moment, assignee)
    comment |= {"resolved": False, "replies": []}
    comment["anchor"] = anchor_at(work.spreadsheet, sheet, row, column)
    quote = work.text(sheet, row, column)
    if quote:
        comment["quotedFileContent"] = {"mimeType": "text/plain", "value": quote}
    work.spreadsheet.comments.append(comment)
    return {"insertComment": {"commentThread": thread_of(comment, work.caller)}}


def _reply(work: Work, args: Json) -> Json:
    comment = _comment(work, args)
    post = args.get("post", {})
    action = _ACTIONS.get(post.get("commentAction", ""))
    content = post.get("content", "")
    if not content and action is None:
        raise invalid("Replies must have content unless they resolve or reopen the comment.")
    _check_length(content)
    assignee = post.get("assigneeEmail")
    if assignee and action is not None:
        raise invalid("A reply that resolves or reopens a comment cannot assign it.")
    if assignee and "assigneeEmailAddress" not in comment:
        raise invalid(
            f"Cannot reassign comment thread with ID {comment['id']} whose head post does not have"
            " an assignment."
        )
    reply = remark("drive#reply", content, work.caller, work.moment, _assignee(work, assignee))
    if action is not None:
        reply["action"] = action
        comment["resolved"] = action == "resolve"
    comment["replies"].append(reply)
    comment["modifiedTime"] = work.moment
    return {
        "addCommentReply": {
            "post": thread_of({**comment, "replies": [reply]}, work.caller)["replies"][0]
        }
    }


def _update(work: Work, args: Json) -> Json:
    comment = _comment(work, args)
    post = comment if args.get("postId") == comment["id"] else _reply_of(comment, args)
    _refuse_others(work, post, "post")
    post["content"] = _content(args, "The new text of a post cannot be empty.")
    post["modifiedTime"] = work.moment
    return {}


def _delete(work: Work, args: Json) -> Json:
    comment = _comment(work, args)
    _refuse_others(work, comment, "head post")
    # Drive keeps a deleted comment in its list, without content.
    comment |= {"deleted": True, "content": ""}
    work.spreadsheet.anchors = [
        anchor for anchor in work.spreadsheet.anchors if anchor["anchorId"] != comment.get("anchor")
    ]
    return {}


def _delete_reply(work: Work, args: Json) -> Json:
    reply = _reply_of(_comment(work, args), args)
    _refuse_others(work, reply, "post")
    if "action" in reply:
        raise invalid("The reply post contains a comment action.")
    if "assigneeEmailAddress" in reply:
        raise invalid("The reply post contains an assignee.")
    reply |= {"deleted": True, "content": ""}
    return {}


def _comment(work: Work, args: Json) -> Json:
    for comment in work.spreadsheet.comments:
        if comment["id"] == args.get("commentId") and not comment["deleted"]:
            return comment
    raise ApiError(404, f"Comment with ID {args.get('commentId', '')} does not exist.")


def _reply_of(comment: Json, args: Json) -> Json:
    for reply in comment["replies"]:
        if reply["id"] == args.get("postId") and not reply["deleted"]:
            found: Json = reply
            return found
    raise ApiError(404, f"Reply with ID {args.get('postId', '')} does not exist.")


def _content(args: Json, refusal: str) -> str:
    content = str(args.get("content", ""))
    if not content:
        raise invalid(refusal)
    _check_length(content)
    return content


def _check_length(content: str) -> None:
    if len(content.encode()) > MOST_UNITS:
        raise invalid(f"The content may not exceed {MOST_UNITS} UTF-8 code units.")


def _assignee(work: Work, address: str | None) -> str | None:
    """An assignee's address. What the documents do not say, and tests try both: whether Google
    refuses somebody who has no access to the file.
    """
    if not address:
        return None
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address) is None or len(address) > MOST_UNITS:
        raise invalid(f"Invalid email address: {address}")
    if not work.may_be_assigned(address):
        raise invalid(f"The assignee {address} does not have access to this spreadsheet.")
    return address


def _refuse_others(work: Work, post: Json, noun: str) -> None:
    if post["by"] != work.caller:
        raise invalid(f"The requesting user is not the author of the {noun}.")


UPDATES: dict[str, Update] = {
    "insertComment": _insert,
    "addCommentReply": _reply,
    "updateCommentPost": _update,
    "deleteComment": _delete,
    "deleteCommentReply": _delete_reply,
}
