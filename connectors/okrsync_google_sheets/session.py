"""A session of `requests` that keeps to the time limit of the network floor and follows no
redirects.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

from okrsync.connector.network import answer_seconds, read_whole

__all__ = ["timed_session"]

_CONNECT_SECONDS = 10.0
_PIECE = 1 << 16
"""Bytes read at a time; the time limit is checked after each piece."""


def timed_session(connections: int = 1) -> requests.Session:
    """A session with at most this many connections. A request that takes longer than the network
    floor allows raises `requests.Timeout`.
    """
    session = requests.Session()
    # A redirect could lead requests, with their token, to another host.
    session.max_redirects = 0
    for scheme in ("https://", "http://"):
        session.mount(scheme, _TimedAdapter(pool_maxsize=connections))
    return session


class _TimedAdapter(HTTPAdapter):
    """Sends requests as usual, and reads each answer within the remaining time."""

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        seconds = answer_seconds()
        ends = time.monotonic() + seconds
        # The timeout of `requests` restarts with every byte that arrives. Only a streamed answer,
        # read in pieces, can be held to a limit for the whole:
        # https://requests.readthedocs.io/en/latest/user/advanced/#timeouts
        timeout = (min(_CONNECT_SECONDS, seconds), seconds)
        response = super().send(request, *args, **{**kwargs, "stream": True, "timeout": timeout})
        try:
            body = read_whole(_pieces(response), ends)
        except (ReadTimeoutError, TimeoutError) as error:
            response.close()
            raise requests.ReadTimeout(error, request=request) from error
        except HTTPError as error:
            response.close()
            raise requests.exceptions.ChunkedEncodingError(error, request=request) from error
        response.raw.release_conn()
        # `requests` has no public way to set a body that was read already.
        response._content = body
        response._content_consumed = True  # type: ignore[attr-defined]
        return response


def _pieces(response: requests.Response) -> Iterator[bytes]:
    while piece := response.raw.read1(_PIECE, decode_content=True):
        yield piece
