"""An `httpx` client that keeps to the time limit of the shared network layer, and to the clock of
the service.
"""

from __future__ import annotations

import time
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from okrsync.connector.network import answer_seconds, read_whole
from okrsync_notion.edit_times import AnswerTime

__all__ = ["TimedClient"]

_OF_THE_BODY = ("content-encoding", "content-length", "transfer-encoding")


class TimedClient(httpx.Client):
    """A client that reads each answer within the time that is left for it.

    Sending raises `httpx.TimeoutException` where an answer takes longer.
    """

    answer_time: AnswerTime | None = None
    """When the last request was carried out; None where its answer did not say."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        seconds = answer_seconds()
        begun = time.monotonic()
        ends = begun + seconds
        self.answer_time = None
        # The timeout of httpx starts again with every piece of an answer. Only a deadline ends an
        # answer that trickles in.
        request.extensions["timeout"] = httpx.Timeout(seconds).as_dict()
        response = super().send(request, **{**options, "stream": True})
        self.answer_time = _answer_time(response.headers.get("date"), time.monotonic() - begun)
        try:
            body = read_whole(response.iter_bytes(), ends)
        except TimeoutError as error:
            raise httpx.ReadTimeout(str(error), request=request) from error
        finally:
            response.close()
        # The body is decoded already: these headers would have httpx decode it once more.
        headers = [
            (name, value)
            for name, value in response.headers.multi_items()
            if name not in _OF_THE_BODY
        ]
        return httpx.Response(response.status_code, headers=headers, content=body, request=request)


def _answer_time(date: str | None, seconds: float) -> AnswerTime | None:
    """When a request was carried out whose answer has this `Date`, and took so many seconds."""
    try:
        moment = parsedate_to_datetime(date or "").astimezone(UTC)
    except ValueError:
        return None
    # The header is cut to the second.
    return AnswerTime(moment - timedelta(seconds=seconds), moment + timedelta(seconds=1))
