"""The report at `/`, `/metrics` and `/healthz` over HTTP, on the address that the config names."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Iterable
from socketserver import TCPServer, ThreadingMixIn
from types import TracebackType
from typing import Any, Self
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from okrsync.model.errors import ConfigError
from okrsync.report.logs import log
from okrsync.watch.metrics import Metrics
from okrsync.watch.page import ServedPage

__all__ = ["Health", "Serving"]

Health = Callable[[], tuple[bool, str]]
"""Whether the watch is well, and a line that says so."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Bind without a reverse DNS lookup: the library would look up the host's name, and wait.

        Source: https://github.com/python/cpython/issues/106505
        """
        TCPServer.server_bind(self)
        self.server_name, self.server_port = (
            str(self.server_address[0]),
            int(self.server_address[1]),
        )
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that disconnected, or sent something that is not a request, is not an error."""
        log.debug(
            "request failed",
            message="a request broke off",
            exc_info=sys.exc_info(),
        )


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Quiet(WSGIRequestHandler):
    # Seconds. A client that connects and sends nothing would keep its thread forever.
    timeout = 10

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
        """Requests are not logged."""


class Serving:
    """Answers requests on its own thread until closed. Raises `ConfigError` when the address is
    not available.
    """

    def __init__(
        self, address: tuple[str, int], metrics: Metrics, health: Health, page: ServedPage
    ) -> None:
        host, port = address
        server_class = _Server6 if ":" in host else _Server
        try:
            self._server = make_server(
                host,
                port,
                _app(metrics, health, page),
                server_class=server_class,
                handler_class=_Quiet,
            )
        except OSError as error:
            raise ConfigError(
                f"watch.listen: {host}:{port} cannot be listened on ({error.strerror})",
                hint="Choose another port, or stop the program that uses it.",
            ) from error
        self.port = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="okrsync-metrics", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _app(metrics: Metrics, health: Health, page: ServedPage) -> Any:
    metrics_app = make_wsgi_app(metrics.registry)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return plain(start_response, "405 Method Not Allowed", "only GET\n")
        if path == "/":
            status, headers, data = page.answer(environ.get("HTTP_IF_NONE_MATCH", ""))
            start_response(status, [*headers, ("Content-Length", str(len(data)))])
            return [] if environ.get("REQUEST_METHOD") == "HEAD" else [data]
        if path == "/metrics":
            metrics.refresh()
            body: Iterable[bytes] = metrics_app(environ, start_response)
            return body
        if path == "/healthz":
            is_well, line = health()
            return plain(
                start_response, "200 OK" if is_well else "503 Service Unavailable", f"{line}\n"
            )
        return plain(start_response, "404 Not Found", "there are /, /metrics and /healthz\n")

    return answer


def plain(start_response: Callable[..., Any], status: str, text: str) -> list[bytes]:
    """A short answer in plain text."""
    start_response(
        status, [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
    )
    return [text.encode()]
