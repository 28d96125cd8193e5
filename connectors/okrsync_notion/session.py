"""An `httpx` client that keeps to the time limit of the shared network layer."""

from __future__ import annotations

import time
from typing import Any

import httpx

from okrsync.connector.network import answer_seconds, read_whole

__all__ = ["TimedClient"]

_OF_THE_BODY = ("content-encoding", "content-length", "transfer-encoding")


class TimedClient(httpx.Client):
    """A client that reads each answer within the time that is left for it.

    Sending raises `httpx.TimeoutException` where an answer takes longer.
    """

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        seconds = answer_seconds()
        ends = time.monotonic() + seconds
        # The timeout of httpx starts again with every piece of an answer. Only a deadline ends an
        # answer that trickles in.
        request.extensions["timeout"] = httpx.Timeout(seconds).as_dict()
        response = super().send(request, **{**options, "stream": True})
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
