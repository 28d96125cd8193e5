"""Drive's content: files with their owners and readers, the feed of changes, comments."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from okrsync_sandbox.google.model import Json, Spreadsheet

__all__ = ["SHEET_TYPE", "File", "Files", "SharedDrive", "stamp"]

SHEET_TYPE = "application/vnd.google-apps.spreadsheet"
FOLDER_TYPE = "application/vnd.google-apps.folder"
# https://developers.google.com/workspace/drive/api/guides/ref-roles
_RANKS = {"reader": 1, "commenter": 2, "writer": 3, "fileOrganizer": 3, "organizer": 4, "owner": 5}


def stamp(moment: float) -> str:
    """A moment as Drive writes it, to the millisecond."""
    return (
        datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.")
        + f"{int(moment * 1000) % 1000:03}Z"
    )


@dataclass(slots=True)
class SharedDrive:
    """A drive that belongs to nobody in particular; its members have a role in all of its files."""

    id: str
    name: str
    members: dict[str, str] = field(default_factory=dict)
    """Roles by address: organizer, fileOrganizer, writer, commenter, reader."""


@dataclass(slots=True)
class File:
    """One file. `book` is its content if it is a spreadsheet; `drive` is its shared drive, None for
    a user's own file.
    """

    id: str
    name: str
    mime: str
    owner: str
    created: float
    modified: float
    modified_by: str
    book: Spreadsheet | None = None
    parents: list[str] = field(default_factory=list)
    permissions: list[Json] = field(default_factory=list)
    comments: list[Json] = field(default_factory=list)
    description: str | None = None
    trashed: bool = False
    version: int = 1
    starred: bool = False
    drive: str | None = None

    def role_of(self, email: str) -> int:
        """How much somebody may do who was given access to the file itself: 0 nothing, 1 read, 2
        comment, 3 write, 5 own.
        """
        ranks = [0]
        for permission in self.permissions:
            is_theirs = (
                permission.get("emailAddress", "").casefold() == email.casefold()
                or permission["type"] == "anyone"
            )
            is_domain = permission["type"] == "domain" and email.rpartition("@")[
                2
            ] == permission.get("domain")
            if is_theirs or is_domain:
                ranks.append(_RANKS.get(permission["role"], 0))
        return max(ranks)


@dataclass(slots=True)
class Files:
    """All files, and the feed of what changed: each entry a file's id and the account that changed
    it.
    """

    clock: Callable[[], float]
    files: dict[str, File] = field(default_factory=dict)
    drives: dict[str, SharedDrive] = field(default_factory=dict)
    changes: list[tuple[str, float]] = field(default_factory=list)
    departures: list[tuple[int, str]] = field(default_factory=list)
    """Files that went to a shared drive, with their place in the feed: they leave the logs of those
    who had them, which say that they were removed.
    """
    refused_tokens: set[str] = field(default_factory=set)

    def role_of(self, file: File, email: str) -> int:
        """How much somebody may do with a file, as a member of its shared drive or by themselves:
        0 nothing, 1 read, 2 comment, 3 write, 5 own.
        """
        drive = self.drives.get(file.drive or "")
        member = drive.members.get(email) if drive is not None else None
        return max(file.role_of(email), _RANKS.get(member or "", 0))

    def is_in_log(self, file: File, email: str, drive: str | None) -> bool:
        """Whether a change log tells of a file: somebody's own of what was shared with them, that
        of a shared drive of its files. A member is told of a drive's files by its log alone.
        https://developers.google.com/workspace/drive/api/guides/about-changes
        """
        if drive is not None:
            return file.drive == drive
        home = self.drives.get(file.drive or "")
        return home is None or email not in home.members

    def move_to_drive(self, file: File, drive_id: str, email: str) -> None:
        """Move a file to a shared drive, which owns it from then on."""
        file.drive, file.parents, file.permissions = drive_id, [drive_id], []
        self.departures.append((len(self.changes), file.id))
        self.touch(file, email)

    def create_drive(self, name: str, organizer: str) -> SharedDrive:
        """A shared drive, with the one who manages it."""
        drive = SharedDrive(
            f"0A{secrets.token_urlsafe(12)[:15]}PVA", name, {organizer: "organizer"}
        )
        self.drives[drive.id] = drive
        return drive

    def create(
        self, name: str, owner: str, mime: str = SHEET_TYPE, parents: list[str] | None = None
    ) -> File:
        """A new file of somebody's, empty."""
        # Ids of spreadsheets have 44 characters of this alphabet.
        file_id = secrets.token_urlsafe(33)[:44]
        now = self.clock()
        file = File(
            file_id, name, mime, owner, now, now, owner, parents=parents or [f"root-{owner}"]
        )
        file.permissions.append(self._permission("user", "owner", owner))
        self.files[file_id] = file
        self._note(file)
        return file

    def _permission(self, kind: str, role: str, address: str | None) -> Json:
        permission: Json = {
            "kind": "drive#permission",
            "id": str(secrets.randbelow(10**20)).zfill(20),
            "type": kind,
            "role": role,
        }
        if kind == "anyone":
            # Access by link has this fixed id, since there is only one of it.
            permission["id"] = "anyoneWithLink"
        elif kind == "domain":
            permission.update({"domain": address, "displayName": address})
        else:
            permission.update(
                {
                    "emailAddress": address,
                    "displayName": str(address).partition("@")[0],
                    "deleted": False,
                }
            )
        return permission

    def share(self, file: File, address: str | None, role: str, kind: str = "user") -> Json:
        """Let somebody see, comment or edit; a second time changes the role."""
        for present in file.permissions:
            if (
                present["type"] == kind
                and present.get("emailAddress", present.get("domain")) == address
            ):
                present["role"] = role
                return present
        permission = self._permission(kind, role, address)
        file.permissions.append(permission)
        return permission

    def touch(self, file: File, email: str) -> None:
        """Somebody changed a file's content or name."""
        # A clock set back in a test must not make a change look older.
        file.modified, file.modified_by = max(self.clock(), file.modified), email
        file.version += 1
        self._note(file)

    def _note(self, file: File) -> None:
        self.changes.append((file.id, self.clock()))

    def changed_since(self, start: int) -> list[str]:
        """The files that changed after a position in the feed, each once, in the order of their
        last change.
        """
        file_ids: dict[str, None] = {}
        for file_id, _ in self.changes[start:]:
            file_ids.pop(file_id, None)
            file_ids[file_id] = None
        return list(file_ids)

    def answer(self, file: File, caller: str) -> Json:
        """A file as Drive gives it with all of its fields."""
        rank = self.role_of(file, caller)
        modified_by: dict[str, Any] = {
            "kind": "drive#user",
            "displayName": file.modified_by.partition("@")[0],
            "me": file.modified_by == caller,
            "emailAddress": file.modified_by,
        }
        resource: Json = {
            "kind": "drive#file",
            "id": file.id,
            "name": file.name,
            "mimeType": file.mime,
            "starred": file.starred,
            "trashed": file.trashed,
            "parents": file.parents,
            "version": str(file.version),
            "createdTime": stamp(file.created),
            "modifiedTime": stamp(file.modified),
            "lastModifyingUser": modified_by,
            "owners": [
                {"kind": "drive#user", "emailAddress": file.owner, "me": file.owner == caller}
            ],
            "ownedByMe": file.owner == caller,
            "capabilities": {
                "canEdit": rank >= 3,
                "canComment": rank >= 2,
                "canCopy": rank >= 1,
                "canShare": rank >= 3,
                "canTrash": rank >= 5,
                "canDelete": rank >= 5,
            },
            "webViewLink": f"https://docs.google.com/spreadsheets/d/{file.id}/edit",
        }
        if file.drive is not None:
            resource["driveId"] = file.drive
            for name in ("owners", "ownedByMe"):  # nobody owns what is on a shared drive
                del resource[name]
        # Readers do not learn with whom else a file is shared.
        if rank >= 3:
            resource["permissions"] = file.permissions
        if file.description is not None:
            resource["description"] = file.description
        return resource
