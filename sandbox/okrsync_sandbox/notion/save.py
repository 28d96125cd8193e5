"""The whole content of the local Notion as JSON: saved to a file and loaded again."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from okrsync_sandbox.notion.model import (
    Block,
    Comment,
    Database,
    DataSource,
    Integration,
    Json,
    Page,
    Parent,
    SchemaProperty,
    Stamps,
    Upload,
    User,
    View,
)
from okrsync_sandbox.notion.service import Notion

__all__ = ["load", "save"]

_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in (Block, Database, DataSource, Page)}


def save(notion: Notion, path: Path) -> None:
    """Save everything except the traffic, the issued cursors, and the results of view queries."""
    space = notion.space
    content = {
        "users": [asdict(user) for user in space.users.values()],
        "integrations": [
            {
                **asdict(integration),
                "capabilities": sorted(integration.capabilities),
                "shared": sorted(integration.shared),
            }
            for integration in space.integrations.values()
        ],
        "things": [
            {"is": type(record).__name__, **asdict(record)} for record in space.objects.values()
        ],
        "children": space.children,
        "rows": space.rows,
        "comments": [asdict(comment) for comment in space.comments.values()],
        "views": [asdict(view) for view in space.views.values()],
        "uploads": [asdict(upload) for upload in space.uploads.values()],
    }
    aside = path.with_name(path.name + ".new")
    # The file holds tokens.
    aside.touch(mode=0o600)
    aside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    aside.replace(path)


def load(notion: Notion, path: Path) -> None:
    """Load what `save` wrote. ValueError where the file holds anything else."""
    content, space = json.loads(path.read_text(encoding="utf-8")), notion.space
    try:
        space.users = {user["id"]: User(**user) for user in content["users"]}
        for integration in content["integrations"]:
            sets = {name: set(integration[name]) for name in ("capabilities", "shared")}
            space.integrations[integration["bot"]] = Integration(**{**integration, **sets})
        for record in content["things"]:
            space.objects[record["id"]] = _KINDS[record.pop("is")](**_whole(record))
        space.children, space.rows = content["children"], content["rows"]
        space.comments = {
            comment["id"]: Comment(**_whole(comment)) for comment in content["comments"]
        }
        space.views = {view["id"]: View(**_whole(view)) for view in content["views"]}
        space.uploads = {upload["id"]: Upload(**_whole(upload)) for upload in content["uploads"]}
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: not a saved sandbox ({error})") from error
    space.revision += 1


def _whole(stored: Json) -> Json:
    fields = {**stored, "stamps": Stamps(**stored["stamps"])}
    if "parent" in stored:
        fields["parent"] = Parent(**stored["parent"])
    if "properties" in stored:
        fields["properties"] = {
            key: SchemaProperty(**column) for key, column in stored["properties"].items()
        }
    return fields
