"""A session of `requests` that keeps to the time limit of the network floor and follows no
redirects.
"""

from __future__ import annotations

import time
import zlib
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
_LARGEST = 1 << 30
"""The most bytes of an answer. The largest spreadsheet that Google allows takes less."""


def timed_session(connections: int = 1) -> requests.Session:
    """A session with at most this many connections. A request that takes longer than the network
    floor allows raises `requests.Timeout`.
    """
    session = _Session()
    session.headers["Accept-Encoding"] = "gzip"
    # A redirect could lead requests, with their token, to another host.
    session.max_redirects = 0
    for scheme in ("https://", "http://"):
        session.mount(scheme, _TimedAdapter(pool_maxsize=connections))
    return session


class _Session(requests.Session):
    """Looks up the proxies and certificates of the environment once for each host. `requests` does
    so for each request, which takes as long as sending it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._environment: dict[str, Any] = {}

    def merge_environment_settings(
        self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> Any:
        host = "/".join(str(url).split("/", 3)[:3])
        if host not in self._environment:
            self._environment[host] = super().merge_environment_settings(
                url, proxies, stream, verify, cert
            )
        return dict(self._environment[host])


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
            body = _plain(read_whole(_pieces(response), ends), response)
        except (ReadTimeoutError, TimeoutError) as error:
            response.close()
            raise requests.ReadTimeout(error, request=request) from error
        except (HTTPError, EOFError, zlib.error) as error:
            response.close()
            raise requests.exceptions.ChunkedEncodingError(error, request=request) from error
        response.raw.release_conn()
        # `requests` has no public way to set a body that was read already.
        response._content = body
        response._content_consumed = True  # type: ignore[attr-defined]
        return response


def _pieces(response: requests.Response) -> Iterator[bytes]:
    # Not decompressed here: urllib3 reads on until something comes out, whatever the time.
    while piece := response.raw.read1(_PIECE, decode_content=False):
        yield piece


def _plain(body: bytes, response: requests.Response) -> bytes:
    """A body as it was before it was compressed. Raises `EOFError` if it is not whole, or endless,
    and `zlib.error` if it is something else.
    """
    if not body or response.headers.get("Content-Encoding", "").lower() != "gzip":
        return body
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    plain = stream.decompress(body, _LARGEST)
    if not stream.eof:
        raise EOFError("the compressed answer has no end")
    return plain
