"""HTTP on loopback: requests in, responses out, and connections that break on demand."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

__all__ = ["Broken", "Handler", "Request", "Response", "Server", "json_response"]

LARGEST_BODY = 64 << 20
"""The most bytes of a request body."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `path` is as sent, still percent-encoded; `query` keeps the order and
    duplicates.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    packed_size: int | None = None
    """How many bytes of the body were sent, if it was compressed."""

    @property
    def sent(self) -> int:
        """How many bytes of the body were sent."""
        return len(self.body) if self.packed_size is None else self.packed_size

    def header(self, name: str) -> str | None:
        """A header by its name, whatever its case."""
        return self.headers.get(name.lower())

    def first(self, name: str, default: str | None = None) -> str | None:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)

    def every(self, name: str) -> list[str]:
        """All values of a query parameter."""
        return [value for key, value in self.query if key == name]


@dataclass(frozen=True, slots=True)
class Response:
    """One answer. `keep` is how many bytes of the body are sent before the connection breaks; None
    sends all. `drip` is the pause between the bytes, in seconds. `plain_size` is the size of the
    body before it was compressed; None if it was not.
    """

    status: int
    headers: dict[str, str]
    body: bytes = b""
    keep: int | None = None
    drip: float = 0.0
    plain_size: int | None = None


class Broken(Exception):
    """The connection ends here, without an answer."""


Handler = Callable[[Request], Response]


def json_response(
    status: int,
    content: Any,
    headers: dict[str, str] | None = None,
    *,
    is_pretty: bool = True,
) -> Response:
    """An answer in JSON, indented as the services do unless `is_pretty` is false; None gives an
    empty body.
    """
    indent, separators = (2, None) if is_pretty else (None, (",", ":"))
    body = (
        b""
        if content is None
        else (
            json.dumps(content, ensure_ascii=False, indent=indent, separators=separators) + "\n"
        ).encode()
    )
    return Response(
        status, {"Content-Type": "application/json; charset=UTF-8", **(headers or {})}, body
    )


class _Listener(ThreadingHTTPServer):
    """Listens on loopback, and answers only requests for the names in `hosts`."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, port: int, handler: Handler) -> None:
        self.answer = handler
        super().__init__(("127.0.0.1", port), _Talk)
        self.hosts = frozenset({f"127.0.0.1:{self.server_address[1]}"})

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore that a client closed the connection. Anything else is a bug of the sandbox, and is
        shown.
        """
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Talk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener
    server_version = "okrsync-sandbox"
    wbufsize = -1
    disable_nagle_algorithm = True
    """Without it each answer would wait for the other side to acknowledge its first part."""
    sys_version = ""

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            self.send_error(413)
            return
        request = Request(
            self.command,
            parts.path,
            tuple(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length) if length else b"",
        )
        # A web page may point its own host name at this address (DNS rebinding) and then read the
        # sandbox through its visitor's browser.
        if request.header("host") not in self.server.hosts:
            self.send_error(421, "Misdirected Request", "This is not a name of the sandbox.")
            return
        try:
            response = self.server.answer(request)
        except Broken:
            self._break()
            return
        with suppress(
            BrokenPipeError, ConnectionResetError
        ):  # who asked may have gone away meanwhile
            self._send(response)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815 - the names the library calls

    def _send(self, response: Response) -> None:
        self.send_response_only(response.status)
        self.send_header("Server", self.version_string())
        if "Date" not in response.headers:
            self.send_header("Date", self.date_time_string())
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        body = response.body if response.keep is None else response.body[: response.keep]
        for start in range(len(body) if response.drip else 0):
            self.wfile.write(body[start : start + 1])
            self.wfile.flush()
            time.sleep(response.drip)
        if not response.drip:
            self.wfile.write(body)
        self.wfile.flush()
        if response.keep is not None:
            self._break()

    def _break(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Log nothing: the traffic records all calls."""


class Server:
    """A handler behind a port of the loopback address. Starts at once; `stop` ends it."""

    def __init__(self, handler: Handler, port: int = 0) -> None:
        self._listener = _Listener(port, handler)
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.server_address[1]}"

    def stop(self) -> None:
        """Stop listening. Answers in hand are not waited for."""
        self._is_stopping.set()
        # A connection ends the wait for one; `shutdown` is seen only at the end of an interval.
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self._listener.server_port)).close()
        self._thread.join()
        self._listener.server_close()

    def _serve(self) -> None:
        while not self._is_stopping.is_set():
            self._listener.handle_request()
