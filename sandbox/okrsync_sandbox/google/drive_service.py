"""The methods of Drive v3 that concern spreadsheets: files, copies, changes, comments,
permissions.
"""

from __future__ import annotations

import csv
import io
import json
import re
from copy import deepcopy
from dataclasses import dataclass
from urllib.parse import unquote

from okrsync_sandbox.google.accounts import Caller
from okrsync_sandbox.google.cells import entered
from okrsync_sandbox.google.drive_search import search_of
from okrsync_sandbox.google.errors import ApiError, drive_error
from okrsync_sandbox.google.files import SHEET_TYPE, File, Files, stamp
from okrsync_sandbox.google.mask import Mask, parse_mask, picked
from okrsync_sandbox.google.model import Cell, GridSheet, Json
from okrsync_sandbox.google.sheets_service import SheetsService
from okrsync_sandbox.google.threads import as_drive_shows, remark
from okrsync_sandbox.wire import Request, Response, json_response

__all__ = ["DriveService"]

# The scopes each method accepts are listed on its page, such as
# https://developers.google.com/workspace/drive/api/reference/rest/v3/files/get
_READ = frozenset({"drive", "drive.readonly", "drive.file"})
_CHANGE = frozenset({"drive", "drive.file"})
_METADATA = _READ | {"drive.metadata", "drive.metadata.readonly"}
# Without `fields`, Drive answers with these four only.
_FOUR = ("kind", "id", "name", "mimeType")
_ROUTES: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("GET", r"/drive/v3/files", "list", _METADATA),
    ("POST", r"/drive/v3/files", "create", _CHANGE),
    ("GET", r"/drive/v3/files/(?P<file>[^/]+)", "get", _METADATA),
    (
        "PATCH",
        r"/drive/v3/files/(?P<file>[^/]+)",
        "update",
        frozenset({"drive", "drive.file", "drive.metadata"}),
    ),
    ("DELETE", r"/drive/v3/files/(?P<file>[^/]+)", "delete", _CHANGE),
    ("POST", r"/drive/v3/files/(?P<file>[^/]+)/copy", "copy", _CHANGE),
    ("GET", r"/drive/v3/files/(?P<file>[^/]+)/export", "export", _READ),
    ("GET", r"/drive/v3/files/(?P<file>[^/]+)/permissions", "permissions", _METADATA),
    (
        "POST",
        r"/drive/v3/files/(?P<file>[^/]+)/permissions",
        "share",
        _CHANGE,
    ),
    (
        "PATCH",
        r"/drive/v3/files/(?P<file>[^/]+)/permissions/(?P<one>[^/]+)",
        "reshare",
        _CHANGE,
    ),
    (
        "DELETE",
        r"/drive/v3/files/(?P<file>[^/]+)/permissions/(?P<one>[^/]+)",
        "unshare",
        _CHANGE,
    ),
    ("GET", r"/drive/v3/files/(?P<file>[^/]+)/comments", "comments", _READ),
    (
        "POST",
        r"/drive/v3/files/(?P<file>[^/]+)/comments",
        "comment",
        _CHANGE,
    ),
    ("GET", r"/drive/v3/files/(?P<file>[^/]+)/comments/(?P<one>[^/]+)", "get_comment", _READ),
    (
        "DELETE",
        r"/drive/v3/files/(?P<file>[^/]+)/comments/(?P<one>[^/]+)",
        "delete_comment",
        _CHANGE,
    ),
    (
        "POST",
        r"/drive/v3/files/(?P<file>[^/]+)/comments/(?P<one>[^/]+)/replies",
        "reply",
        _CHANGE,
    ),
    ("GET", r"/drive/v3/changes/startPageToken", "start_token", _METADATA),
    ("GET", r"/drive/v3/changes", "changes", _METADATA),
    ("GET", r"/drive/v3/about", "about", _METADATA),
    (
        "PUT",
        r"/upload/drive/v[23]/files/(?P<file>[^/]+)",
        "upload",
        _CHANGE,
    ),
)
_FIRST_CHANGE = 100
"""Page tokens of the feed count from here, so that none looks like an index."""


@dataclass(slots=True)
class _DriveCall:
    request: Request
    caller: Caller
    parts: dict[str, str]
    mask: Mask | None

    def flag(self, name: str) -> bool:
        return (self.request.first(name) or "").lower() == "true"

    @property
    def knows_drives(self) -> bool:
        """Whether the caller supports shared drives. Methods without the parameter always do."""
        # Methods of comments and exports have no such parameter, and find every file.
        has_parameter = not re.search(r"/(comments|export)\b", self.request.path)
        return not has_parameter or self.flag("supportsAllDrives")

    @property
    def wants_drives(self) -> bool:
        """Whether a list includes items of shared drives. Raises `ApiError` 403 if the caller asks
        for them without supporting them.
        """
        wanted = self.flag("includeItemsFromAllDrives")
        if (wanted or self.request.first("driveId")) and not self.flag("supportsAllDrives"):
            message = "The supportsAllDrives parameter must be set to true."
            raise drive_error(403, message, "teamDrivesNotSupported")
        return wanted

    @property
    def body(self) -> Json:
        if not self.request.body.strip():
            return {}
        try:
            content = json.loads(self.request.body)
        except ValueError:
            raise drive_error(400, "Parse Error", "parseError") from None
        if not isinstance(content, dict):
            raise drive_error(400, "Bad Request", "badRequest")
        return content


@dataclass(slots=True)
class DriveService:
    """Drive v3. Files without access are reported as not found."""

    files: Files
    sheets: SheetsService

    @staticmethod
    def is_write(request: Request) -> bool:
        """Whether a request changes something."""
        return request.method != "GET"

    def answer(self, request: Request, caller: Caller) -> Response:
        """What the service answers. Raises `ApiError`."""
        for verb, pattern, name, scopes in _ROUTES:
            match = re.fullmatch(pattern, request.path.rstrip("/"))
            if verb == request.method and match is not None:
                if not caller.scopes & scopes:
                    raise ApiError(
                        403,
                        "Request had insufficient authentication scopes.",
                        errors=[
                            {
                                "message": "Insufficient Permission",
                                "domain": "global",
                                "reason": "insufficientPermissions",
                            }
                        ],
                    )
                text = request.first("fields")
                parts = {key: unquote(value) for key, value in match.groupdict().items()}
                ask = _DriveCall(request, caller, parts, parse_mask(text) if text else None)
                answer: Response | Json | None = getattr(self, f"_{name}")(ask)
                if isinstance(answer, Response):
                    return answer
                if answer is None:
                    return Response(204, {}, b"")
                is_pretty = request.first("prettyPrint") != "false"
                return json_response(200, answer, is_pretty=is_pretty)
        raise ApiError(404, f"The requested URL {request.path} was not found on this server.")

    def _file(self, ask: _DriveCall, least: int = 1) -> File:
        file = self.files.files.get(ask.parts["file"])
        rank = 0 if file is None else self.files.role_of(file, ask.caller.email)
        # Without supportsAllDrives, a file on a shared drive does not exist.
        # https://developers.google.com/workspace/drive/api/guides/enable-shareddrives
        if file is not None and file.drive is not None and not ask.knows_drives:
            rank = 0
        if file is None or rank == 0:
            raise drive_error(
                404,
                f"File not found: {ask.parts['file']}.",
                "notFound",
                location="fileId",
                locationType="parameter",
            )
        if rank < least:
            raise drive_error(
                403,
                "The user does not have sufficient permissions for this file.",
                "insufficientFilePermissions",
            )
        return file

    def _masked(self, ask: _DriveCall, file: File) -> Json:
        whole = self.files.answer(file, ask.caller.email)
        if ask.mask is None:
            return {name: whole[name] for name in _FOUR}
        return picked(whole, ask.mask)  # type: ignore[no-any-return]

    # files

    def _get(self, ask: _DriveCall) -> Json:
        return self._masked(ask, self._file(ask))

    def _list(self, ask: _DriveCall) -> Json:
        wanted = search_of(ask.request.first("q") or "")
        size = min(int(ask.request.first("pageSize") or 100), 1000)
        is_wide = ask.wants_drives
        seen = [
            file
            for file in self.files.files.values()
            if self.files.role_of(file, ask.caller.email)
            and (file.drive is None or is_wide)
            and wanted(file)
        ]
        seen.sort(key=lambda file: file.modified, reverse=True)
        start = int(ask.request.first("pageToken") or 0)
        page = seen[start : start + size]
        mask = ask.mask
        below = mask.get("files") if mask else None
        files = [self.files.answer(file, ask.caller.email) for file in page]
        short = [
            {name: resource[name] for name in _FOUR} if mask is None else picked(resource, below)
            for resource in files
        ]
        answer: Json = {"kind": "drive#fileList", "incompleteSearch": False, "files": short}
        if start + size < len(seen):
            answer["nextPageToken"] = str(start + size)
        return (
            answer
            if mask is None
            else {name: value for name, value in answer.items() if name in mask or "*" in mask}
        )

    def _create(self, ask: _DriveCall) -> Json:
        body = ask.body
        # Service accounts have no storage of their own, so that new files need a shared drive.
        if ask.caller.is_service_account and not self.sheets.switches.service_accounts_create:
            raise drive_error(
                403,
                "The user's Drive storage quota has been exceeded.",
                "storageQuotaExceeded",
                "usageLimits",
            )
        mime = body.get("mimeType", "application/octet-stream")
        file = self.files.create(
            body.get("name") or "Untitled", ask.caller.email, mime, body.get("parents")
        )
        if mime == SHEET_TYPE:
            self.sheets.new_book(file)
        return self._masked(ask, file)

    def _update(self, ask: _DriveCall) -> Json:
        file = self._file(ask, 3)
        body = ask.body
        if "name" in body:
            file.name = body["name"]
            if file.book is not None:
                file.book.properties["title"] = body["name"]
                file.book.version += 1
        if "trashed" in body:
            file.trashed = bool(body["trashed"])
        for parent in (ask.request.first("addParents") or "").split(","):
            if parent:
                file.parents = [parent]
        self.files.touch(file, ask.caller.email)
        return self._masked(ask, file)

    def _delete(self, ask: _DriveCall) -> None:
        file = self._file(ask, 5)
        self.files.touch(file, ask.caller.email)
        del self.files.files[file.id]

    def _copy(self, ask: _DriveCall) -> Json:
        source = self._file(ask)
        if ask.caller.is_service_account and not self.sheets.switches.service_accounts_create:
            raise drive_error(
                403,
                "The user's Drive storage quota has been exceeded.",
                "storageQuotaExceeded",
                "usageLimits",
            )
        body = ask.body
        name = body.get("name") or f"Copy of {source.name}"
        return self._masked(ask, self.copy(source, name, ask.caller.email, body.get("parents")))

    def copy(self, source: File, name: str, email: str, parents: list[str] | None = None) -> File:
        """Copy a file: its content and, if copies keep it, developer metadata, but neither sharing
        nor comments.
        """
        file = self.files.create(name, email, source.mime, parents)
        if source.book is not None:
            file.book = source.book.copied()
            file.book.id = file.id
            file.book.comments, file.book.anchors = file.comments, []
            file.book.properties["title"] = name
            # The documents do not say whether a copy keeps developer metadata; tests try both.
            if not self.sheets.switches.metadata_copied:
                file.book.metadata = []
        return file

    def _export(self, ask: _DriveCall) -> Response:
        file = self._file(ask)
        kind = ask.request.first("mimeType") or ""
        if file.book is None:
            raise drive_error(403, "Export only supports Docs Editors files.", "fileNotExportable")
        # Both formats hold the first tab only.
        # https://developers.google.com/workspace/drive/api/guides/ref-export-formats
        if kind not in ("text/csv", "text/tab-separated-values"):
            raise drive_error(400, "The requested conversion is not supported.", "badRequest")
        looker, sheet = self.sheets.looker(file.book), file.book.sheets[0]
        rows, columns = sheet.used
        lines = io.StringIO()
        writer = csv.writer(lines, delimiter="," if kind == "text/csv" else "\t")
        for row in range(rows):
            writer.writerow([looker.text(sheet, row, column) for column in range(columns)])
        return Response(200, {"Content-Type": kind}, lines.getvalue().rstrip("\r\n").encode())

    def _upload(self, ask: _DriveCall) -> Json:
        file = self._file(ask, 3)
        rows = list(csv.reader(io.StringIO(ask.request.body.decode("utf-8"))))
        book = file.book or self.sheets.new_book(file)
        width = max((len(row) for row in rows), default=1)
        sheet = GridSheet(0, "Sheet1", max(len(rows), 1), max(width, 1))
        locale = self.sheets.looker(book).locale
        for row_index, row in enumerate(rows):
            for across, text in enumerate(row):
                sheet.put(row_index, across, entered(Cell(), text, as_typed=True, locale=locale))
        book.sheets = [sheet]
        book.version += 1
        self.files.touch(file, ask.caller.email)
        return {"kind": "drive#file", "id": file.id, "title": file.name, "mimeType": file.mime}

    # permissions

    def _permissions(self, ask: _DriveCall) -> Json:
        file = self._file(ask, 3)
        mask = ask.mask.get("permissions") if ask.mask else None
        short = ("id", "type", "kind", "role")
        return {
            "kind": "drive#permissionList",
            "permissions": [
                picked(permission, mask)
                if ask.mask is not None
                else {name: permission[name] for name in short}
                for permission in file.permissions
            ],
        }

    def _share(self, ask: _DriveCall) -> Json:
        file, body = self._file(ask, 3), ask.body
        kind, role = body.get("type"), body.get("role")
        if kind not in ("user", "group", "domain", "anyone") or role not in (
            "owner",
            "organizer",
            "writer",
            "commenter",
            "reader",
        ):
            raise drive_error(400, "The specified permission is invalid.", "invalid")
        address = body.get("domain") if kind == "domain" else body.get("emailAddress")
        if kind in ("user", "group") and "@" not in (address or ""):
            raise drive_error(
                400,
                'Bad Request. User message: "You are trying to invite an invalid address."',
                "invalidSharingRequest",
            )
        return self.files.share(file, address, role, kind)

    def _permission(self, file: File, permission_id: str) -> Json:
        for permission in file.permissions:
            if permission["id"] == permission_id:
                return permission
        raise drive_error(404, f"Permission not found: {permission_id}.", "notFound")

    def _reshare(self, ask: _DriveCall) -> Json:
        permission = self._permission(self._file(ask, 3), ask.parts["one"])
        permission["role"] = ask.body.get("role", permission["role"])
        return permission

    def _unshare(self, ask: _DriveCall) -> None:
        file = self._file(ask, 3)
        permission = self._permission(file, ask.parts["one"])
        if permission["role"] == "owner":
            raise drive_error(403, "The owner of a file cannot be removed.", "cannotRemoveOwner")
        file.permissions.remove(permission)

    # comments

    def _comments(self, ask: _DriveCall) -> Json:
        file = self._file(ask)
        _needs_fields(ask)
        includes_deleted = (ask.request.first("includeDeleted") or "").lower() == "true"
        comments = [
            as_drive_shows(comment, ask.caller.email)
            for comment in file.comments
            if includes_deleted or not comment["deleted"]
        ]
        size, start = (
            min(int(ask.request.first("pageSize") or 20), 100),
            int(ask.request.first("pageToken") or 0),
        )
        answer: Json = {"kind": "drive#commentList", "comments": comments[start : start + size]}
        if start + size < len(comments):
            answer["nextPageToken"] = str(start + size)
        return picked(answer, ask.mask)  # type: ignore[no-any-return]

    def _comment(self, ask: _DriveCall) -> Json:
        file, body = self._file(ask, 2), ask.body
        _needs_fields(ask)
        if not body.get("content"):
            raise drive_error(400, "Comment content is required.", "required")
        moment = stamp(self.files.clock())
        comment = remark("drive#comment", body["content"], ask.caller.email, moment)
        comment.update({"resolved": False, "replies": []})
        for name in ("anchor", "quotedFileContent"):
            if name in body:
                comment[name] = deepcopy(body[name])
        file.comments.append(comment)
        return picked(as_drive_shows(comment, ask.caller.email), ask.mask)  # type: ignore[no-any-return]

    def _one_comment(self, ask: _DriveCall) -> Json:
        for comment in self._file(ask).comments:
            if comment["id"] == ask.parts["one"]:
                return comment
        raise drive_error(404, f"Comment not found: {ask.parts['one']}.", "notFound")

    def _get_comment(self, ask: _DriveCall) -> Json:
        _needs_fields(ask)
        comment = as_drive_shows(self._one_comment(ask), ask.caller.email)
        return picked(comment, ask.mask)  # type: ignore[no-any-return]

    def _delete_comment(self, ask: _DriveCall) -> None:
        comment = self._one_comment(ask)
        # A deleted comment stays in the list without content, for those who ask for deleted ones.
        comment.update({"deleted": True, "content": ""})
        book = self._file(ask).book
        if book is not None:
            book.anchors = [
                anchor for anchor in book.anchors if anchor["anchorId"] != comment.get("anchor")
            ]

    def _reply(self, ask: _DriveCall) -> Json:
        self._file(ask, 2)
        comment, body = self._one_comment(ask), ask.body
        _needs_fields(ask)
        if not body.get("content") and not body.get("action"):
            raise drive_error(400, "A reply needs content or an action.", "required")
        moment, content = stamp(self.files.clock()), body.get("content", "")
        reply = remark("drive#reply", content, ask.caller.email, moment)
        if body.get("action") in ("resolve", "reopen"):
            reply["action"] = body["action"]
            # Comments are resolved by a reply only.
            # https://developers.google.com/workspace/drive/api/guides/manage-comments
            comment["resolved"] = body["action"] == "resolve"
        comment["replies"].append(reply)
        comment["modifiedTime"] = reply["createdTime"]
        return picked(as_drive_shows(reply, ask.caller.email), ask.mask)  # type: ignore[no-any-return]

    # the feed of changes

    def _first_change(self, ask: _DriveCall) -> tuple[str | None, int]:
        """The shared drive of the requested log (None for the caller's own log), and the first of
        its page tokens. Raises `ApiError` 404 if the caller is no member of the drive.
        """
        drive_id = ask.request.first("driveId")
        is_wide = ask.wants_drives
        if drive_id is None:
            return None, _FIRST_CHANGE
        drive = self.files.drives.get(drive_id)
        if drive is None or ask.caller.email not in drive.members:
            raise drive_error(404, f"Shared drive not found: {drive_id}", "notFound")
        if "startPageToken" not in ask.request.path and not is_wide:
            message = "The includeItemsFromAllDrives parameter must be set to true."
            raise drive_error(403, message, "teamDrivesParentLimit")
        # Tokens of one log are not valid in another, so that each log counts from its own start.
        return drive_id, _FIRST_CHANGE + 1_000_000 * (1 + list(self.files.drives).index(drive_id))

    def _start_token(self, ask: _DriveCall) -> Json:
        _, first = self._first_change(ask)
        return {
            "kind": "drive#startPageToken",
            "startPageToken": str(first + len(self.files.changes)),
        }

    def _changes(self, ask: _DriveCall) -> Json:
        token = ask.request.first("pageToken")
        if token is None:
            raise drive_error(
                400,
                "Required parameter: pageToken",
                "required",
                location="pageToken",
                locationType="parameter",
            )
        drive_id, first = self._first_change(ask)
        if (
            not token.isdigit()
            or token in self.files.refused_tokens
            or not 0 <= int(token) - first <= len(self.files.changes)
        ):
            raise drive_error(
                400, "Invalid Value", "invalid", location="pageToken", locationType="parameter"
            )
        start = int(token) - first
        size = min(int(ask.request.first("pageSize") or 100), 1000)
        end = min(start + size, len(self.files.changes))
        # Each file appears once in a page, with its last change.
        seen: dict[str, float] = {}
        for file_id, moment in self.files.changes[start:end]:
            seen.pop(file_id, None)
            seen[file_id] = moment
        changes = [
            change
            for file_id, moment in seen.items()
            if (change := self._change(ask, file_id, moment, drive_id)) is not None
        ]
        if drive_id is None:
            departed = {
                file_id for position, file_id in self.files.departures if start <= position < end
            }
            changed_ids = {change["fileId"] for change in changes}
            changes += [
                _removal(file_id, seen[file_id]) for file_id in sorted(departed - changed_ids)
            ]
        answer: Json = {"kind": "drive#changeList", "changes": changes}
        # The last page has no next one, but the token to begin with later.
        answer["nextPageToken" if end < len(self.files.changes) else "newStartPageToken"] = str(
            first + end
        )
        if ask.mask is not None:
            return picked(answer, ask.mask)  # type: ignore[no-any-return]
        for change in changes:
            if "file" in change:
                change["file"] = {name: change["file"][name] for name in _FOUR}
        return answer

    def _change(
        self, ask: _DriveCall, file_id: str, moment: float, drive_id: str | None
    ) -> Json | None:
        file = self.files.files.get(file_id)
        change = _removal(file_id, moment)
        if file is None:
            return change
        if not self.files.role_of(file, ask.caller.email):
            return None
        if not self.files.is_in_log(file, ask.caller.email, drive_id):
            return None
        if file.drive is not None and not ask.wants_drives:
            return None
        return {**change, "removed": False, "file": self.files.answer(file, ask.caller.email)}

    def _about(self, ask: _DriveCall) -> Json:
        _needs_fields(ask)
        user = {
            "kind": "drive#user",
            "displayName": ask.caller.email.partition("@")[0],
            "me": True,
            "emailAddress": ask.caller.email,
        }
        return picked({"kind": "drive#about", "user": user}, ask.mask)  # type: ignore[no-any-return]


def _removal(file_id: str, moment: float) -> Json:
    """The log entry of a file that the reader of the log can no longer see."""
    return {
        "kind": "drive#change",
        "type": "file",
        "changeType": "file",
        "time": stamp(moment),
        "fileId": file_id,
        "removed": True,
    }


# About and comments are the exceptions:
# https://developers.google.com/workspace/drive/api/guides/fields-parameter
def _needs_fields(ask: _DriveCall) -> None:
    """Raise `ApiError` 400 without `fields`, which some methods require."""
    if ask.mask is None:
        message = "The 'fields' parameter is required for this method."
        raise drive_error(400, message, "required", location="fields", locationType="parameter")
