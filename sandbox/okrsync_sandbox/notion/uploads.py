"""Uploaded files, attached to a property, block or icon."""

from __future__ import annotations

from typing import Any

from okrsync_sandbox.notion.errors import an_object, failed, wrong
from okrsync_sandbox.notion.model import Json
from okrsync_sandbox.notion.workspace import Workspace, normal_id, whole_minute

__all__ = ["attached", "shown_looks"]


def attached(sent: Any, path: str, space: Workspace) -> Json:
    """An uploaded file as it stands in a property, block or icon, with its name. Raises
    `NotionError` where it cannot be put there.
    """
    upload_id = normal_id(an_object(sent, path).get("id"))
    upload = space.uploads.get(upload_id or "")
    if upload is None:
        raise failed(f"{path}.id", "the id of a file upload", an_object(sent, path).get("id", ...))
    if upload.status != "uploaded":
        raise wrong(
            f"File upload {upload.id} has a status of `{upload.status}`; it must be `uploaded`."
        )
    upload.is_attached = True
    url = f"https://prod-files-secure.s3.us-west-2.amazonaws.com/{upload.id}/{upload.filename}"
    file = {"url": url, "expiry_time": whole_minute(upload.stamps.created + 3600)}
    return {"name": upload.filename, "type": "file", "file": file}


def shown_looks(sent: Json, path: str, space: Workspace) -> Json:
    """An icon or cover as it is kept."""
    if "file_upload" in sent:
        file = attached(sent["file_upload"], f"{path}.file_upload", space)
        return {"type": "file", "file": file["file"]}
    return {"type": next(iter(sent), "emoji"), **sent}
