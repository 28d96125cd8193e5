"""Comments, users, and the search.

After https://developers.notion.com/guides/data-apis/working-with-comments and
https://developers.notion.com/reference/search-optimizations-and-limitations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from mimetypes import guess_type

from okrsync_sandbox.notion.asking import Ask
from okrsync_sandbox.notion.errors import NotionError, an_object, failed, not_found
from okrsync_sandbox.notion.model import Comment, DataSource, Json, Page, Parent, User
from okrsync_sandbox.notion.richtext import checked_text, text
from okrsync_sandbox.notion.uploads import attached
from okrsync_sandbox.notion.users import shown_user
from okrsync_sandbox.notion.workspace import normal_id

__all__ = [
    "SearchIndex",
    "create_comment",
    "delete_comment",
    "list_comments",
    "list_users",
    "me",
    "retrieve_comment",
    "retrieve_user",
    "search",
    "update_comment",
]

LARGEST_FILE = 5242880
MOST_FILES = 3
"""Files that one comment may have."""


def create_comment(ask: Ask) -> Json:
    """POST comments, at a page, a block or in a discussion"""
    ask.may("insert_comments")
    words = _words(ask)
    if "discussion_id" in ask.body:
        discussion_id = normal_id(ask.body["discussion_id"])
        known = next(
            (
                comment
                for comment in ask.space.comments.values()
                if comment.discussion == discussion_id
            ),
            None,
        )
        if discussion_id is None or known is None:
            raise not_found("discussion", str(ask.body["discussion_id"]), ask.caller.name)
        parent, discussion = known.parent, discussion_id
        ask.holder(parent.id or "", editing=True)
    else:
        kind, parent_id = ask.parent_id(ask.body.get("parent"), "page_id", "block_id")
        parent = ask.parent_of(kind, parent_id)
        discussion = _discussion(ask, parent)
    name = an_object(ask.body.get("display_name"), "body.display_name") or {"type": "integration"}
    is_custom = name.get("type") == "custom"
    resolved = (
        an_object(name.get("custom"), "body.display_name.custom").get("name")
        if is_custom
        else ask.caller.name
    )
    comment = Comment(
        ask.space.new_id(), parent, discussion, ask.space.stamps(ask.caller.bot), words
    )
    comment.display_name = {"type": name.get("type"), "resolved_name": resolved}
    comment.attachments = _attachments(ask)
    ask.space.comments[comment.id] = comment
    ask.space.revision += 1
    for item in words:
        if item["type"] == "mention" and item["mention"]["type"] == "user":
            ask.space.notified.append((item["mention"]["user"]["id"], comment.id))
    return ask.answers.comment(comment)


def _attachments(ask: Ask) -> list[Json]:
    sent = ask.body.get("attachments") or []
    if not isinstance(sent, list) or len(sent) > MOST_FILES:
        raise failed("body.attachments.length", f"≤ `{MOST_FILES}`", len(sent))
    attachments = []
    for index, file_sent in enumerate(sent):
        path = f"body.attachments[{index}]"
        id_ = {"id": an_object(file_sent, path).get("file_upload_id")}
        file = attached(id_, f"{path}.file_upload_id", ask.space)
        kind = (guess_type(str(file["name"]))[0] or "").partition("/")[0]
        category = kind if kind in ("audio", "image", "video") else "productivity"
        attachments.append({"category": category, "file": file["file"]})
    return attachments


def _words(ask: Ask) -> list[Json]:
    if "markdown" in ask.body and "rich_text" not in ask.body:
        return text(str(ask.body["markdown"]))
    words = checked_text(ask.body.get("rich_text"), "body.rich_text", ask.space)
    if not words:
        raise failed("body.rich_text.length", "≥ `1`", 0)
    return words


def _discussion(ask: Ask, parent: Parent) -> str:
    own = (
        comment
        for comment in ask.space.comments.values()
        if comment.parent == parent and not comment.is_resolved
    )
    # The recordings show that comments of one bot on a page gather in one discussion.
    same = next((comment for comment in own if comment.stamps.created_by == ask.caller.bot), None)
    return same.discussion if same is not None and parent.kind == "page_id" else ask.space.new_id()


def list_comments(ask: Ask) -> Json:
    """GET comments?block_id=…: the open ones"""
    ask.may("read_comments")
    sent = ask.first("block_id")
    block_id = normal_id(sent)
    if block_id is None:
        raise failed(
            "query.block_id",
            "defined" if sent is None else "a valid uuid",
            ... if sent is None else sent,
        )
    ask.holder(block_id)
    comments = [
        comment
        for comment in ask.space.comments.values()
        if comment.parent.id == block_id and not comment.is_resolved
    ]
    return ask.listed(comments, "comment", ask.answers.comment)


def _comment(ask: Ask) -> Comment:
    comment_id = ask.id(1, "comment_id")
    comment = ask.space.comments.get(comment_id)
    record = ask.space.objects.get(comment.parent.id or "") if comment is not None else None
    if comment is None or record is None or not ask.space.is_shared(ask.caller, record):
        raise not_found("comment", comment_id, ask.caller.name)
    return comment


def _own(ask: Ask) -> Comment:
    comment = _comment(ask)
    if comment.stamps.created_by != ask.caller.bot:
        raise NotionError(403, "restricted_resource", "Insufficient permissions for this endpoint.")
    return comment


def retrieve_comment(ask: Ask) -> Json:
    """GET comments/{id}"""
    ask.may("read_comments")
    return ask.answers.comment(_comment(ask))


def update_comment(ask: Ask) -> Json:
    """PATCH comments/{id}, the integration's own"""
    ask.may("insert_comments")
    comment = _own(ask)
    comment.rich_text = _words(ask)
    ask.space.touch(comment, ask.caller.bot)
    return ask.answers.comment(comment)


def delete_comment(ask: Ask) -> Json:
    """DELETE comments/{id}, the integration's own"""
    ask.may("insert_comments")
    comment = _own(ask)
    del ask.space.comments[comment.id]
    return ask.answers.comment(comment)


def _user(ask: Ask, user: User) -> Json:
    shown = shown_user(user.id, ask.space, None if user.id == ask.caller.bot else ask.caller)
    if user.id == ask.caller.bot:
        shown["bot"] = {
            "owner": {"type": "workspace", "workspace": True},
            "workspace_name": ask.space.name,
            "workspace_id": ask.space.id,
            "workspace_limits": {"max_file_upload_size_in_bytes": LARGEST_FILE},
        }
    return shown


def list_users(ask: Ask) -> Json:
    """GET users"""
    # Without the capability the service answers 403, and users elsewhere are ids only
    # (https://developers.notion.com/reference/capabilities).
    ask.may("users")
    return ask.listed(list(ask.space.users.values()), "user", lambda user: _user(ask, user))


def me(ask: Ask) -> Json:
    """GET users/me"""
    return _user(ask, ask.space.users[ask.caller.bot])


def retrieve_user(ask: Ask) -> Json:
    """GET users/{id}"""
    user_id = ask.id(1, "user_id")
    if user_id != ask.caller.bot:
        ask.may("users")
    if user_id not in ask.space.users:
        raise not_found("user", user_id, ask.caller.name)
    return _user(ask, ask.space.users[user_id])


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """The index of the search. New objects appear in it only after `lag` seconds."""

    lag: float = 20.0


def search(ask: Ask, index: SearchIndex) -> Json:
    """POST search: matches any word, treats a plural like its singular, and lags behind"""
    ask.may("read")
    sent = an_object(ask.body.get("filter"), "body.filter")
    if sent and (
        sent.get("property") != "object" or sent.get("value") not in ("page", "data_source")
    ):
        raise failed("body.filter.value", '`"page"` or `"data_source"`', sent.get("value", ...))
    words, until = _stems(str(ask.body.get("query") or "")), ask.space.clock() - index.lag
    hits: list[Page | DataSource] = []
    for record in ask.space.objects.values():
        kind = "page" if isinstance(record, Page) else "data_source"
        if not isinstance(record, Page | DataSource) or sent.get("value", kind) != kind:
            continue
        # Data sources in the trash are still listed.
        if (record.in_trash and kind == "page") or record.stamps.created > until:
            continue
        if ask.space.is_shared(ask.caller, record) and (
            not words or words & _stems(ask.answers.title(record))
        ):
            hits.append(record)
    sort = an_object(ask.body.get("sort"), "body.sort")
    if sort and sort.get("timestamp") not in ("last_edited_time", "relevance"):
        known = '`"last_edited_time"` or `"relevance"`'
        raise failed("body.sort.timestamp", known, sort.get("timestamp", ...))
    hits.sort(
        key=lambda hit: hit.stamps.edited,
        reverse=sort.get("direction", "descending") == "descending",
    )
    return ask.listed(hits, "page_or_data_source", ask.answers.any, from_body=True)


def _stems(words: str) -> set[str]:
    return {word.removesuffix("s") for word in re.findall(r"\w+", words.casefold())}
