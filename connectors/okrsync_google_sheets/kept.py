"""The last answer about a spreadsheet, kept for later runs in which nobody has changed it."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from okrsync.connector import Calls
from okrsync_google_sheets.feed import Feed, FileChange

__all__ = ["DAY", "KeptAnswer", "version_of"]

Json = dict[str, Any]
DAY = timedelta(days=1)
"""After this time the spreadsheet is read again, whatever the feed says."""


@dataclass(slots=True)
class KeptAnswer:
    """The kept answer of one source. `memory` lasts between runs; `opened` is when this run opened
    the source (`time.monotonic`).

    Changes of a file on a shared drive appear in the drive's log for members of the drive, and in
    the account's own log if only the file was shared. So both logs must show no change.
    """

    file_id: str
    location: str
    calls: Calls
    memory: MutableMapping[str, Any]
    now: Callable[[], datetime]
    opened: float
    is_trashed: bool | None = None
    """Whether the spreadsheet is in the trash; None if Drive has not said so in this run."""
    _start: Json | None = None
    """What is to be remembered of the moment before the last read, beside its answer."""

    def renewed(self, feed: Feed, read: Callable[[], Json]) -> tuple[Json, str | None]:
        """The last answer, if the feed says that nobody but okrsync changed the spreadsheet since;
        otherwise what `read` answers. With its version, where that had to be worked out.
        """
        if self.is_unchanged(feed) and "answer" in self.memory:
            kept: Json = json.loads(zlib.decompress(b64decode(self.memory["answer"])))
            return kept, self.version
        self._begin(feed)
        answer = read()
        if self._start is None:
            return answer, None
        content = _packed(answer)
        self._adopt(self._start, content)
        return answer, content["version"]

    @property
    def version(self) -> str | None:
        """The version of the last answer; None if there is none, or an earlier okrsync kept it."""
        version: str | None = self.memory.get("version") if "answer" in self.memory else None
        return version

    def is_unchanged(self, feed: Feed) -> bool:
        """Whether the feed says that nobody but okrsync changed the spreadsheet since the last
        answer.
        """
        token, read_at = self.memory.get("token"), self.memory.get("read_at")
        if (
            token is None
            or read_at is None
            or "drive" not in self.memory
            or self.now() - datetime.fromisoformat(read_at) > DAY
        ):
            return False
        drive, drive_token = self.memory["drive"], self.memory.get("drive_token")
        own_log = feed.log(None).since(token, self.opened, self.calls, self.location)
        changes = [None if own_log is None else own_log[0].get(self.file_id)]
        drive_log = None
        if drive_token is not None:
            drive_log = feed.log(drive).since(drive_token, self.opened, self.calls, self.location)
            changes.append(None if drive_log is None else drive_log[0].get(self.file_id))
        if own_log is None or (drive_token is not None and drive_log is None):
            return False
        learned: Json = {}
        for change in changes:
            if change is not None:
                is_ours = change.only_by_us and learned.get("wrote", self.memory.get("wrote"))
                learned |= _learned(change)
                if not is_ours:
                    self._learn(learned)
                    return False
        learned["token"] = own_log[1]
        if drive_log is not None:
            learned["drive_token"] = drive_log[1]
        self._learn(learned)
        return True

    def _learn(self, learned: Json) -> None:
        self.memory.update(learned)
        self.is_trashed = self.memory.get("trashed")

    def _begin(self, feed: Feed) -> None:
        """Remember the feed's token of this moment, before the spreadsheet is read."""
        self._start = None
        token = feed.log(None).now(self.opened, self.calls, self.location)
        if token is None:
            return
        if "drive" not in self.memory or self.memory.get("trashed") is None:
            listed = feed.listed(self.file_id, self.opened, self.calls, self.location)
            if listed is None:
                # The feed does not cover a file that is only shared by its link.
                self.memory.pop("drive", None)
                self.memory["uncovered_at"] = self.now().isoformat()
                return
            location_now: Json = {"drive": listed.drive, "trashed": listed.is_trashed}
            self.is_trashed = listed.is_trashed
        else:
            location_now = {"drive": self.memory["drive"]}
        drive, drive_token = location_now["drive"], None
        if drive is not None:
            drive_token = feed.log(drive).now(self.opened, self.calls, self.location)
        self._start = {**location_now, "token": token, "drive_token": drive_token}

    def begin_with_next(self, feed: Feed) -> None:
        """Remember the feed's token of this moment, for an answer that `after_write` hands in."""
        self._begin(feed)
        if self._start is not None:
            self._adopt(self._start, {})
            self.memory.pop("answer", None)

    def _adopt(self, start: Json, content: Json) -> None:
        read_at = self.now().isoformat()
        self.memory.update({**start, "wrote": False, "read_at": read_at, **content})

    def before_write(self) -> None:
        """Remember that the kept answer is older than okrsync's last request: a run that ends
        before `after_write` has the spreadsheet read again.
        """
        if self.memory.get("wrote"):
            self.memory["wrote"] = False

    def after_write(self, answer: Json | None) -> None:
        """Remember the content of the spreadsheet right after okrsync's last request; None if it is
        unknown.
        """
        if self.is_used and answer is not None:
            self.memory.update(**_packed(answer), wrote=True)
        else:
            self.memory.pop("answer", None)

    def measure(self, *, is_large: bool) -> None:
        """Remember whether the spreadsheet is worth asking the feed about for itself."""
        if is_large:
            self.memory["is_large"] = True
        else:
            self.memory.pop("is_large", None)

    @property
    def is_large(self) -> bool:
        """Whether it is large, and the feed covers it as far as is known."""
        at = self.memory.get("uncovered_at")
        is_uncovered = at is not None and self.now() - datetime.fromisoformat(at) <= DAY
        return bool(self.memory.get("is_large")) and not is_uncovered

    @property
    def is_used(self) -> bool:
        """Whether the feed covers this spreadsheet."""
        return self.memory.get("token") is not None and "drive" in self.memory


def _learned(change: FileChange) -> Json:
    """What a change tells of the file, to be remembered. What okrsync wrote in its last run counts
    as its own once.
    """
    if change.is_trashed is None:
        # The file left this log, perhaps for a shared drive. The next read asks where it is.
        return {"trashed": None, "wrote": False}
    return {"trashed": change.is_trashed, "drive": change.drive, "wrote": False}


def version_of(answer: Json) -> str:
    """The version of the content that an answer tells."""
    return sha256(_text(answer)).hexdigest()


def _packed(answer: Json) -> Json:
    """What is remembered of an answer: its version, and all of it, compressed."""
    text = _text(answer)
    packed = b64encode(zlib.compress(text, 6)).decode()
    return {"answer": packed, "version": sha256(text).hexdigest()}


def _text(answer: Json) -> bytes:
    return msgspec.json.encode(answer, order="deterministic")
