"""Answers that come whole in time, or not at all: the usual limit of an HTTP library starts anew
with every byte, and a drip would never end.
"""

from __future__ import annotations

import time
from typing import Any

import httpx

__all__ = ["TimedClient"]

_OF_THE_BODY = ("content-encoding", "content-length", "transfer-encoding")


class TimedClient(httpx.Client):
    """A client as ever that reads each answer within `seconds` from the sending.

    Sending raises `httpx.ReadTimeout` where an answer takes longer.
    """

    def __init__(self, seconds: float, **options: Any) -> None:
        self._seconds = seconds
        super().__init__(**options)

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        ends = time.monotonic() + self._seconds
        response = super().send(request, **{**options, "stream": True})
        pieces = []
        try:
            for piece in response.iter_bytes():
                pieces.append(piece)
                if time.monotonic() > ends:
                    raise httpx.ReadTimeout(
                        f"the answer was not whole after {self._seconds:g} s", request=request
                    )
        finally:
            response.close()
        headers = [
            (name, value)
            for name, value in response.headers.multi_items()
            if name not in _OF_THE_BODY
        ]
        return httpx.Response(
            response.status_code, headers=headers, content=b"".join(pieces), request=request
        )
