"""People and bots as answers tell them."""

from __future__ import annotations

from okrsync_sandbox.notion.model import Integration, Json
from okrsync_sandbox.notion.workspace import Workspace

__all__ = ["shown_user"]


def shown_user(one: str, space: Workspace, caller: Integration | None) -> Json:
    """A user as far as the caller may see."""
    user = space.users.get(one)
    if user is None or (caller is not None and "users" not in caller.capabilities):
        return {"object": "user", "id": one}
    made: Json = {
        "object": "user",
        "id": one,
        "name": user.name,
        "avatar_url": None,
        "type": "bot" if user.is_bot else "person",
    }
    if user.is_bot:
        return {**made, "bot": {}}
    may = caller is None or "emails" in caller.capabilities
    return {**made, "person": {"email": user.email} if may else {}}
