"""The report's page as `watch` serves it: made after each run, kept until the next one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from okrsync.plan.review import Overview
from okrsync.report.html import render
from okrsync.report.logs import log

__all__ = ["ServedPage"]


class _Version(NamedTuple):
    """A page and its mark, as `ETag` has it."""

    body: bytes
    etag: str


class ServedPage:
    """The last page. It is written by the run and read by the threads that answer requests."""

    def __init__(self) -> None:
        self._version: _Version | None = None

    def update(self, make_overview: Callable[[], Overview]) -> None:
        """Make the page of a run. One that cannot be made is logged: the run is done, and the last
        page stays.
        """
        try:
            body = render(make_overview()).encode()
        except Exception as error:  # noqa: BLE001 - no page is worth a run that went through
            log.error(
                "page not made",
                message=f"the page at / stays as it was: {type(error).__name__}",
                exc_info=error,
            )
            return
        self._version = _Version(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')

    def answer(self, if_none_match: str) -> tuple[str, list[tuple[str, str]], bytes]:
        """The status, headers and body for a request; `if_none_match` is its header of that name,
        empty where it has none.
        """
        version = self._version
        if version is None:
            words = b"No run has ended yet; the page comes with the first one.\n"
            headers = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "30")]
            return "503 Service Unavailable", headers, words
        headers = [
            ("ETag", version.etag),
            # A browser keeps the page, and asks each time whether there is a newer one.
            ("Cache-Control", "private, no-cache"),
        ]
        # https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
        known = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
        if version.etag in known or "*" in known:
            return "304 Not Modified", headers, b""
        headers += [
            ("Content-Type", "text/html; charset=utf-8"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
        ]
        return "200 OK", headers, version.body
