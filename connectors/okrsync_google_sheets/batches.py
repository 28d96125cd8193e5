"""Sends batches of requests to a spreadsheet, each of which takes effect once at most, and never
after okrsync has looked what became of it.

A request whose answer did not come in time may still be carried out: Google works on one for up to
180 seconds (https://developers.google.com/workspace/sheets/api/limits). A look in between does not
show it, and what okrsync repeats after that look would be there twice, or would meet other rows and
columns. So each batch begins by creating a mark with an id of its own, and ends by deleting it.
When its answer is lost, okrsync creates that very mark: ids are unique in a spreadsheet, so that
the batch is refused if it has not been carried out by then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL

from okrsync.connector import Calls, LostAnswer, SourceError
from okrsync_google_sheets.account import Account
from okrsync_google_sheets.anchors import anchor_request, drop_request

__all__ = ["Batches"]

Json = dict[str, Any]
_KEPT = "void"
"""The name under which the marks of lost batches are remembered."""
_LONG_AGO = timedelta(hours=1)
"""After that nothing of a lost batch is under way any more, and its mark can go."""


@dataclass(slots=True)
class Batches:
    """The batches to one spreadsheet, which messages call `location`."""

    account: Account
    spreadsheet: str
    location: str
    calls: Calls
    memory: MutableMapping[str, Any]
    now: Callable[[], datetime]

    def send(self, requests: list[Json], options: Json, params: Json, answer_key: str) -> Json:
        """Carry out all requests or none, and return Google's answer. Raises as `Account.ask`
        does; after a `LostAnswer` the requests have taken effect already, or never will.
        """
        mark = self.account.new_mark_id()
        creation = anchor_request("batch", {"spreadsheet": True})
        creation["createDeveloperMetadata"]["developerMetadata"]["metadataId"] = mark
        old_marks = self._old_marks()
        drops = [drop_request(old_mark) for old_mark in old_marks]
        guarded = [creation, *requests, drop_request(mark), *drops]
        try:
            answer = self._post({"requests": guarded, **options}, params, answer_key)
        except LostAnswer:
            self._void(creation, mark)
            raise
        if old_marks:
            kept: dict[str, str] = self.memory.get(_KEPT, {})
            self.memory[_KEPT] = {
                key: moment for key, moment in kept.items() if int(key) not in old_marks
            }
        if "replies" in answer:
            answer["replies"] = answer["replies"][1 : len(requests) + 1]
        return answer

    def _void(self, creation: Json, mark: int | str) -> None:
        """Have a batch refused that may be under way still. If that cannot be done, the look that
        follows may come too early.
        """
        kept: dict[str, str] = self.memory.get(_KEPT, {})
        self.memory[_KEPT] = {**kept, str(mark): self.now().isoformat()}
        try:
            self._post({"requests": [creation]}, {"fields": "spreadsheetId"}, "spreadsheetId")
        except SourceError as error:
            logging.getLogger("okrsync.google").info(
                "%s: %s; a request without an answer may still be under way", self.location, error
            )

    def _old_marks(self) -> list[int]:
        kept: dict[str, str] = self.memory.get(_KEPT, {})
        end = self.now() - _LONG_AGO
        return [int(key) for key, moment in kept.items() if datetime.fromisoformat(moment) < end]

    def _post(self, body: Json, params: Json, answer_key: str) -> Json:
        answer: Json = self.account.ask(
            "write",
            self.calls,
            "post",
            SPREADSHEET_BATCH_UPDATE_URL % self.spreadsheet,
            self.location,
            answer_key,
            params=params,
            json=body,
        )
        return answer
