"""Drive's feeds of changes: one call says which of all spreadsheets changed since a moment.

Every user has a log of changes, and so has each shared drive. For the members of a shared drive,
changes on it appear in the drive's log alone.
https://developers.google.com/workspace/drive/api/guides/about-changes
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from okrsync.connector import AccessError, Calls, SourceError
from okrsync_google_sheets.tab import COMPACT

__all__ = ["ChangeLog", "Feed", "FileChange", "Kind"]

Kind = Literal["read", "write", "drive"]
"""The rate limit that a request counts against."""

_FILES = "https://www.googleapis.com/drive/v3/files"
_CHANGES = "https://www.googleapis.com/drive/v3/changes"
_FILE = "driveId,trashed"
_FIELDS = (
    "kind,nextPageToken,newStartPageToken,"
    f"changes(fileId,removed,file({_FILE},lastModifyingUser(me)))"
)
_ALL_DRIVES = {"supportsAllDrives": "true", "includeItemsFromAllDrives": "true", **COMPACT}
"""Without the first two, lists silently leave out what is on shared drives."""
_SPREADSHEETS = "mimeType = 'application/vnd.google-apps.spreadsheet'"


@dataclass(frozen=True, slots=True)
class FileChange:
    """A change of a file, and its present state. `only_by_us` is None if unknown. `drive` is the
    shared drive the file is on, None for a user's own files; `is_trashed` is None for a file that
    is gone.
    """

    only_by_us: bool | None
    drive: str | None = None
    is_trashed: bool | None = None


class FeedClient(Protocol):
    """What can send requests to Drive; see `Account.ask`."""

    def ask(
        self,
        kind: Kind,
        calls: Calls,
        method: str,
        url: str,
        location: str,
        answer_key: str,
        **kwargs: Any,
    ) -> Any: ...


class Feed:
    """The logs that one account sees, and the files in them.

    `opened` is when the requesting source was opened (`time.monotonic`). An answer from before that
    moment is too old for it.
    """

    def __init__(self, account: FeedClient) -> None:
        self._account = account
        self._logs: dict[str | None, ChangeLog] = {}
        self._files: dict[str, FileChange] | None = None
        self._asked = float("-inf")
        self._lock = threading.Lock()

    def log(self, drive: str | None) -> ChangeLog:
        """The log of a shared drive, or for None the account's own."""
        with self._lock:
            if drive not in self._logs:
                self._logs[drive] = ChangeLog(self._account, drive)
            return self._logs[drive]

    def listed(self, file_id: str, opened: float, calls: Calls, location: str) -> FileChange | None:
        """Where a spreadsheet is, from one list of all spreadsheets the account sees; None if the
        list does not contain it.
        """
        with self._lock:
            if self._files is None or self._asked < opened:
                self._asked = time.monotonic()
                try:
                    self._files = self._listed_files(calls, location)
                except SourceError:
                    self._files = {}
            return self._files.get(file_id)

    def _listed_files(self, calls: Calls, location: str) -> dict[str, FileChange]:
        files: dict[str, FileChange] = {}
        query = {
            **_ALL_DRIVES,
            "corpora": "allDrives",
            "q": _SPREADSHEETS,
            "pageSize": "1000",
            "fields": f"nextPageToken,files(id,{_FILE})",
        }
        while True:
            answer: dict[str, Any] = self._account.ask(
                "drive", calls, "get", _FILES, location, "files", params=query
            )
            for file in answer.get("files", ()):
                files[file["id"]] = FileChange(None, file.get("driveId"), file.get("trashed"))
            if not answer.get("nextPageToken"):
                return files
            query["pageToken"] = answer["nextPageToken"]


class ChangeLog:
    """One log of changes. Sources with the same token share one call."""

    def __init__(self, account: FeedClient, drive: str | None) -> None:
        self._account = account
        self._query = {**_ALL_DRIVES, **({} if drive is None else {"driveId": drive})}
        self._known: dict[str, tuple[dict[str, FileChange], str]] = {}
        self._asked = float("-inf")
        self._start: str | None = None
        self._lock = threading.Lock()
        self.is_refused = False
        """Whether Drive refuses this log. Without the account's own log, every source is read. The
        log of a shared drive is for members only; others find its changes in their own log.
        """

    def since(
        self, token: str, opened: float, calls: Calls, location: str
    ) -> tuple[dict[str, FileChange], str] | None:
        """The changes since a token, by file id, and a new token; None if the log is not
        available.
        """
        with self._lock:
            self._forget_before(opened)
            if token in self._known:
                return self._known[token]
            if self.is_refused:
                return None
            try:
                changes = self._pages(token, calls, location)
            except AccessError:
                self.is_refused = True
                return None
            except SourceError:
                return None
            self._known[token] = changes
            self._known.setdefault(changes[1], ({}, changes[1]))
            self._start = changes[1]
            return changes

    def now(self, opened: float, calls: Calls, location: str) -> str | None:
        """A token for this moment or a little earlier; None if the log is not available."""
        with self._lock:
            self._forget_before(opened)
            if self.is_refused:
                return None
            if self._start is None:
                # `getStartPageToken` has no `includeItemsFromAllDrives`, unlike `changes.list`.
                query = {
                    name: value
                    for name, value in self._query.items()
                    if name != "includeItemsFromAllDrives"
                }
                try:
                    answer = self._account.ask(
                        "drive",
                        calls,
                        "get",
                        f"{_CHANGES}/startPageToken",
                        location,
                        "startPageToken",
                        params=query,
                    )
                except SourceError:
                    self.is_refused = True
                    return None
                self._start = str(answer["startPageToken"])
                self._known[self._start] = ({}, self._start)
            return self._start

    def _forget_before(self, opened: float) -> None:
        if self._asked < opened:
            self._known.clear()
            self._start, self._asked = None, time.monotonic()

    def _pages(self, token: str, calls: Calls, location: str) -> tuple[dict[str, FileChange], str]:
        changed: dict[str, FileChange] = {}
        page: str | None = token
        while page is not None:
            query = {**self._query, "pageToken": page, "pageSize": "1000", "fields": _FIELDS}
            answer: dict[str, Any] = self._account.ask(
                "drive", calls, "get", _CHANGES, location, "kind", params=query
            )
            for change in answer.get("changes", ()):
                if "fileId" in change:  # a change may be about a shared drive itself
                    changed[change["fileId"]] = _change_of(change)
            # Only the last page has it. A page without either token would lose changes silently.
            if "newStartPageToken" in answer:
                return changed, str(answer["newStartPageToken"])
            page = answer.get("nextPageToken")
        raise SourceError("the feed of changes ended without a new token")


def _change_of(change: dict[str, Any]) -> FileChange:
    file = change.get("file", {})
    if change.get("removed"):
        return FileChange(None)
    by_us = file.get("lastModifyingUser", {}).get("me")
    return FileChange(by_us, file.get("driveId"), bool(file.get("trashed")))
