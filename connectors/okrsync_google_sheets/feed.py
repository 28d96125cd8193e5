"""Drive's feed of changes: one call that tells which of all spreadsheets changed since a moment."""

from __future__ import annotations

import threading
import time
from typing import Any, Literal, Protocol

from okrsync.connector import AccessError, Calls, SourceError

__all__ = ["Feed", "FileChange", "Kind"]

Kind = Literal["read", "write", "drive"]
"""What a request counts as for the limits of an account."""

_CHANGES = "https://www.googleapis.com/drive/v3/changes"
_FIELDS = "kind,nextPageToken,newStartPageToken,changes(fileId,removed,file(lastModifyingUser(me)))"


class FileChange:
    """That a file changed. `only_by_us` is None where nobody can tell."""

    __slots__ = ("only_by_us",)

    def __init__(self, only_by_us: bool | None) -> None:
        self.only_by_us = only_by_us


class FeedClient(Protocol):
    """Whoever can ask Drive; see `Account.ask`."""

    def ask(
        self, kind: Kind, calls: Calls, method: str, url: str, place: str, holds: str, **kwargs: Any
    ) -> Any: ...


class Feed:
    """The feed as one account sees it. Sources that stand at the same moment share one call.

    `opened` is when the asking source was opened (`time.monotonic`): only what was asked after that
    is news to it.
    """

    def __init__(self, account: FeedClient) -> None:
        self._account = account
        self._known: dict[str, tuple[dict[str, FileChange], str]] = {}
        self._asked = float("-inf")
        self._start: str | None = None
        self._lock = threading.Lock()
        self.is_refused = False
        """Drive does not let this account see the feed; every source is read instead."""

    def since(
        self, token: str, opened: float, calls: Calls, place: str
    ) -> tuple[dict[str, FileChange], str] | None:
        """What changed since a token, by file, and the token of now; None where the feed does not
        say.
        """
        with self._lock:
            self._forget_before(opened)
            if token in self._known:
                return self._known[token]
            if self.is_refused:
                return None
            try:
                found = self._pages(token, calls, place)
            except AccessError:
                self.is_refused = True
                return None
            except SourceError:
                return None
            self._known[token] = found
            self._known.setdefault(found[1], ({}, found[1]))
            self._start = found[1]
            return found

    def now(self, opened: float, calls: Calls, place: str) -> str | None:
        """A token for this moment, or one a little before it; None where the feed is not to be
        had.
        """
        with self._lock:
            self._forget_before(opened)
            if self.is_refused:
                return None
            if self._start is None:
                try:
                    answer = self._account.ask(
                        "drive", calls, "get", f"{_CHANGES}/startPageToken", place, "startPageToken"
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

    def _pages(self, token: str, calls: Calls, place: str) -> tuple[dict[str, FileChange], str]:
        changed: dict[str, FileChange] = {}
        page: str | None = token
        while page is not None:
            query = {"pageToken": page, "pageSize": "1000", "fields": _FIELDS}
            answer: dict[str, Any] = self._account.ask(
                "drive", calls, "get", _CHANGES, place, "kind", params=query
            )
            for one in answer.get("changes", ()):
                user = one.get("file", {}).get("lastModifyingUser", {})
                changed[one["fileId"]] = FileChange(None if one.get("removed") else user.get("me"))
            if "newStartPageToken" in answer:
                return changed, str(answer["newStartPageToken"])
            page = answer.get("nextPageToken")
        raise SourceError("the feed of changes ended without a new token")
