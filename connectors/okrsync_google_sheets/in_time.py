"""Answers that come whole in time, or not at all: the usual limit of an HTTP library starts anew
with every byte, and a drip would never end.
"""

from __future__ import annotations

import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

__all__ = ["TimedAdapter"]

_PIECE = 1 << 16


class TimedAdapter(HTTPAdapter):
    """Sends requests as ever, over so many connections at most, and reads each answer within
    `seconds` from the sending.

    Raises `requests.ReadTimeout` for one that takes longer.
    """

    def __init__(self, seconds: float, connections: int = 1) -> None:
        self.seconds = seconds
        super().__init__(pool_maxsize=connections)

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        started = time.monotonic()
        response = super().send(request, *args, **{**kwargs, "stream": True})
        pieces = []
        try:
            while piece := response.raw.read1(_PIECE, decode_content=True):
                pieces.append(piece)
                if time.monotonic() - started > self.seconds:
                    raise requests.ReadTimeout(
                        f"the answer was not whole after {self.seconds:g} s", request=request
                    )
        except ReadTimeoutError as error:
            response.close()
            raise requests.ReadTimeout(error, request=request) from error
        except HTTPError as error:
            response.close()
            raise requests.exceptions.ChunkedEncodingError(error, request=request) from error
        except requests.ReadTimeout:
            response.close()
            raise
        response.raw.release_conn()
        # As the library itself keeps what it has read.
        response._content = b"".join(pieces)
        response._content_consumed = True  # type: ignore[attr-defined]
        return response
