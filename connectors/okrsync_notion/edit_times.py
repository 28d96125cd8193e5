"""From which moment on edits are unknown, by what Notion's answers say about time.

Times of edits are cut to the minute, so that two edits may carry one time
(https://developers.notion.com/changelog/last-edited-time-is-now-rounded-to-the-nearest-minute). The
`Date` header of an answer is exact to the second. It counts only once it agreed with the time that
Notion gave to an edit of our own: a gateway or a stand-in may go by another clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

__all__ = ["AnswerTime", "edits_since", "moment_of"]

_MINUTE = timedelta(minutes=1)
_OVERLAP = timedelta(minutes=2)
"""How far a query for edits reaches back behind the last known one where nothing else is known."""
_LAG = timedelta(minutes=1)
"""How late an edit may appear in the answer to a query. The documents promise nothing here."""
_NEVER = "1970-01-01T00:00:00.000Z"


class AnswerTime(NamedTuple):
    """When a request was carried out, by the clock of the service: between two moments."""

    earliest: datetime
    latest: datetime

    def agrees_with(self, edited: datetime) -> bool:
        """Whether an edit that this request made carries the time that it must: cut to the
        minute.
        """
        return _cut(self.earliest) <= edited <= self.latest


def edits_since(edits: Iterable[str], asked: AnswerTime | None) -> datetime:
    """From when on edits may be unknown, where `edits` are the times of all that are known. `asked`
    is when the query for them was sent; None where Notion's clock cannot be told.

    Known edits until 10:00, asked at 10:30:20: edits from 10:01 on may be unknown. Asked at
    10:00:20: edits from 9:59 on, which may have been late for that answer.
    """
    last_edit = moment_of(max(edits, default=_NEVER))
    if asked is None:
        return last_edit - _OVERLAP
    return min(_cut(asked.earliest - _LAG), last_edit + _MINUTE)


def moment_of(text: str) -> datetime:
    """A time as Notion writes it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _cut(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
