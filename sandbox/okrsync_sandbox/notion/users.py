"""People and bots in the form of answers."""

from __future__ import annotations

from okrsync_sandbox.notion.model import Integration, Json
from okrsync_sandbox.notion.workspace import Workspace

__all__ = ["shown_user"]


def shown_user(user_id: str, space: Workspace, caller: Integration | None) -> Json:
    """A user, as far as the caller may see one
    (https://developers.notion.com/reference/capabilities).
    """
    user = space.users.get(user_id)
    if user is None or (caller is not None and "users" not in caller.capabilities):
        return {"object": "user", "id": user_id}
    shown: Json = {
        "object": "user",
        "id": user_id,
        "name": user.name,
        "avatar_url": None,
        "type": "bot" if user.is_bot else "person",
    }
    if user.is_bot:
        return {**shown, "bot": {}}
    may = caller is None or "emails" in caller.capabilities
    return {**shown, "person": {"email": user.email} if may else {}}
