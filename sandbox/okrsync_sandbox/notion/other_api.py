"""Answers for what this workspace does not have: custom emojis, meeting notes, and public
connections with OAuth.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from okrsync_sandbox.notion.asking import Ask
from okrsync_sandbox.notion.errors import failed
from okrsync_sandbox.notion.model import Json
from okrsync_sandbox.wire import Response

__all__ = ["emojis", "meeting_notes", "no_public_connection"]

_MOST_NOTES = 50
_NOTHING: Sequence[Any] = ()


def emojis(ask: Ask) -> Json:
    """GET custom_emojis"""
    ask.may("read")
    return ask.listed(_NOTHING, "custom_emoji", lambda emoji: {"id": emoji.id})


def meeting_notes(ask: Ask) -> Json:
    """POST blocks/meeting_notes/query: no cursor, and 50 of them at most"""
    ask.may("read")
    limit = ask.body.get("limit", _MOST_NOTES)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= _MOST_NOTES:
        raise failed("body.limit", f"a number from `1` to `{_MOST_NOTES}`", limit)
    return {"results": [], "has_more": False}


def no_public_connection() -> Response:
    """POST oauth/token, introspect and revoke: they are for public connections, by their client's
    id and secret, and there is none here.
    """
    body = json.dumps({"error": "invalid_client"}).encode()
    return Response(401, {"Content-Type": "application/json; charset=utf-8"}, body)
