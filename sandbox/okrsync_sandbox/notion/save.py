"""Everything the local Notion holds, as JSON: written to a file and read back."""

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

_KINDS: dict[str, type[Any]] = {one.__name__: one for one in (Block, Database, DataSource, Page)}


def save(notion: Notion, path: Path) -> None:
    """Write all there is but the traffic, the cursors given out, and the rows of views that were
    asked for.
    """
    space = notion.space
    content = {
        "users": [asdict(one) for one in space.users.values()],
        "integrations": [
            {**asdict(one), "capabilities": sorted(one.capabilities), "shared": sorted(one.shared)}
            for one in space.integrations.values()
        ],
        "things": [{"is": type(one).__name__, **asdict(one)} for one in space.things.values()],
        "children": space.children,
        "rows": space.rows,
        "comments": [asdict(one) for one in space.comments.values()],
        "views": [asdict(one) for one in space.views.values()],
        "uploads": [asdict(one) for one in space.uploads.values()],
    }
    aside = path.with_name(path.name + ".new")
    aside.touch(mode=0o600)
    aside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    aside.replace(path)


def load(notion: Notion, path: Path) -> None:
    """Take over what `save` wrote. ValueError where that is not what the file holds."""
    content, space = json.loads(path.read_text(encoding="utf-8")), notion.space
    try:
        space.users = {one["id"]: User(**one) for one in content["users"]}
        for one in content["integrations"]:
            sets = {name: set(one[name]) for name in ("capabilities", "shared")}
            space.integrations[one["bot"]] = Integration(**{**one, **sets})
        for one in content["things"]:
            space.things[one["id"]] = _KINDS[one.pop("is")](**_whole(one))
        space.children, space.rows = content["children"], content["rows"]
        space.comments = {one["id"]: Comment(**_whole(one)) for one in content["comments"]}
        space.views = {one["id"]: View(**_whole(one)) for one in content["views"]}
        space.uploads = {one["id"]: Upload(**_whole(one)) for one in content["uploads"]}
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: not a saved sandbox ({error})") from error
    space.revision += 1


def _whole(one: Json) -> Json:
    made = {**one, "stamps": Stamps(**one["stamps"])}
    if "parent" in one:
        made["parent"] = Parent(**one["parent"])
    if "properties" in one:
        made["properties"] = {
            key: SchemaProperty(**column) for key, column in one["properties"].items()
        }
    return made
