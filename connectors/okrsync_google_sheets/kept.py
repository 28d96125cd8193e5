"""What a spreadsheet answered last, kept for the runs in which nobody has changed it since."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from okrsync.connector import Calls
from okrsync_google_sheets.feed import Feed, FileChange

__all__ = ["DAY", "KeptAnswer", "merged"]

Json = dict[str, Any]
DAY = timedelta(days=1)
"""After so long the spreadsheet is read anew, whatever the feed says."""


@dataclass(slots=True)
class KeptAnswer:
    """One source's. `memory` lasts between runs; `opened` is when this run opened the source
    (`time.monotonic`).

    A file on a shared drive stands in that drive's log of changes for members of the drive, and in
    one's own log for those who were only given the file: silence counts where both are silent.
    """

    file_id: str
    place: str
    calls: Calls
    memory: MutableMapping[str, Any]
    now: Callable[[], datetime]
    opened: float
    is_trashed: bool | None = None
    """Whether the spreadsheet is in the trash; None where Drive has not said so in this run."""
    _start: tuple[str, str | None, str | None] | None = None

    def unchanged(self, feed: Feed) -> Json | None:
        """The last answer, where the feed says that nobody but okrsync changed the spreadsheet
        since; None where it has to be read.
        """
        token, read_at = self.memory.get("token"), self.memory.get("read_at")
        if (
            token is None
            or read_at is None
            or "drive" not in self.memory
            or self.now() - datetime.fromisoformat(read_at) > DAY
        ):
            return None
        drive, drive_token = self.memory["drive"], self.memory.get("drive_token")
        told = feed.log(None).since(token, self.opened, self.calls, self.place)
        changes = [None if told is None else told[0].get(self.file_id)]
        told_drive = None
        if drive_token is not None:
            told_drive = feed.log(drive).since(drive_token, self.opened, self.calls, self.place)
            changes.append(None if told_drive is None else told_drive[0].get(self.file_id))
        if told is None or (drive_token is not None and told_drive is None):
            return None
        for change in changes:
            if change is not None and not self._is_ours(change):
                return None
        self.memory["token"] = told[1]
        if told_drive is not None:
            self.memory["drive_token"] = told_drive[1]
        self.is_trashed = self.memory.get("trashed")
        return self._answer() if "answer" in self.memory else None

    def _is_ours(self, change: FileChange) -> bool:
        """Whether a change is what okrsync itself wrote in its last run. What it is about is taken
        note of.
        """
        if change.is_trashed is None:
            # It is gone from this log, perhaps to a shared drive: where it is now is asked for.
            self.memory.pop("trashed", None)
        else:
            self.is_trashed = self.memory["trashed"] = change.is_trashed
            self.memory["drive"] = change.drive
        is_ours = bool(change.only_by_us and self.memory.get("wrote"))
        self.memory["wrote"] = False
        return is_ours

    def _answer(self) -> Json:
        answer: Json = json.loads(zlib.decompress(b64decode(self.memory["answer"])))
        return answer

    def begin(self, feed: Feed) -> None:
        """Note this moment in the feed, before the spreadsheet is read."""
        self._start = None
        token = feed.log(None).now(self.opened, self.calls, self.place)
        if token is None:
            return
        if "drive" not in self.memory or self.memory.get("trashed") is None:
            listed = feed.listed(self.file_id, self.opened, self.calls, self.place)
            if listed is None:
                # Nobody tells of a file that is seen by its address alone.
                self.memory.pop("drive", None)
                return
            self.memory["drive"], self.memory["trashed"] = listed.drive, listed.is_trashed
            self.is_trashed = listed.is_trashed
        drive = self.memory["drive"]
        drive_token = None
        if drive is not None:
            drive_token = feed.log(drive).now(self.opened, self.calls, self.place)
        self._start = (token, drive, drive_token)

    def keep(self, answer: Json) -> None:
        """Remember an answer that was read after `begin`."""
        if self._start is None:
            return
        token, drive, drive_token = self._start
        self._store(answer)
        self.memory.update(token=token, drive=drive, drive_token=drive_token, wrote=False)
        self.memory["read_at"] = self.now().isoformat()

    def after_write(self, answer: Json | None) -> None:
        """Remember what the spreadsheet held right after okrsync's last request; None where nobody
        knows.
        """
        if self.is_used and answer is not None:
            self._store(answer)
            self.memory["wrote"] = True
        else:
            self.memory.pop("answer", None)

    @property
    def is_used(self) -> bool:
        """Whether the feed is asked for this spreadsheet."""
        return self.memory.get("token") is not None and "drive" in self.memory

    def _store(self, answer: Json) -> None:
        packed = zlib.compress(json.dumps(answer).encode(), 6)
        self.memory["answer"] = b64encode(packed).decode()


def merged(answer: Json, updated: Json) -> Json:
    """An answer with the tabs that a later one holds in their place; what the later one leaves out
    stays as it was.
    """
    later = {_id(sheet): sheet for sheet in updated.get("sheets", ())}
    sheets = [later.pop(_id(sheet), sheet) for sheet in answer.get("sheets", ())]
    return {**answer, **updated, "sheets": [*sheets, *later.values()]}


def _id(sheet: Json) -> int:
    sheet_id: int = sheet["properties"].get("sheetId", 0)
    return sheet_id
