"""Bodies compressed with gzip, in both directions.

Answers are compressed for those who ask for it twice, in `Accept-Encoding` and in `User-Agent`:
https://developers.google.com/workspace/sheets/api/guides/performance. Requests may be compressed as
well, as Google's clients for Java and .NET do unless they are told otherwise:
https://github.com/googleapis/google-api-dotnet-client/issues/41
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace

from okrsync_sandbox.google.errors import ApiError, invalid
from okrsync_sandbox.wire import LARGEST_BODY, Request, Response

__all__ = ["packed", "unpacked"]

_SMALLEST = 1_000
"""Shorter answers are left as they are: compression would hardly save a packet."""


def unpacked(request: Request) -> Request:
    """A request with its body as it was before it was compressed. Raises `ApiError` 415 for a
    compression that is not known, and 400 for a body that is not what its header says.
    """
    encoding = (request.header("content-encoding") or "identity").strip().lower()
    if encoding == "identity":
        return request
    if encoding != "gzip":
        raise ApiError(415, f"Unsupported Content-Encoding: {encoding}")
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        body = stream.decompress(request.body, LARGEST_BODY)
    except zlib.error:
        body = b""
    if not stream.eof:
        raise invalid("The body of the request cannot be decompressed.")
    headers = {name: value for name, value in request.headers.items() if name != "content-encoding"}
    return replace(request, headers=headers, body=body, packed_size=len(request.body))


def packed(request: Request, response: Response) -> Response:
    """An answer, compressed if the request asks for it in both places."""
    accepted = {
        part.partition(";")[0].strip().lower()
        for part in (request.header("accept-encoding") or "").split(",")
    }
    is_wanted = "gzip" in accepted and "gzip" in (request.header("user-agent") or "").lower()
    size = len(response.body)
    if not is_wanted or size < _SMALLEST or "Content-Encoding" in response.headers:
        return response
    headers = {**response.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    body = gzip.compress(response.body, compresslevel=1, mtime=0)
    return replace(response, headers=headers, body=body, plain_size=size)
