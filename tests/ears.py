"""Local servers that take messages: a webhook over HTTP and a mail server over SMTP. Both keep what
arrived, and answer as they are told to.
"""

from __future__ import annotations

import base64
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

__all__ = ["Answer", "Hook", "MailHost"]

_TOKEN = "x5NfYJmQxT4gqzLrW8h2kPvd"
"""What a webhook of Slack ends with."""


@dataclass
class Answer:
    """How a webhook answers a message. `drop` breaks the connection, `before` or `after` the
    message took effect; the message counts as arrived where `takes` says so.
    """

    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    takes: bool | None = None

    @property
    def arrives(self) -> bool:
        return self.status < 300 if self.takes is None else self.takes


class Hook:
    """A webhook. `messages` holds the bodies that took effect; `answers` are used up one by one,
    and after the last one everything goes well. A context manager.
    """

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.answers: list[Answer] = []
        self.usual = Answer()
        self.meanwhile: Callable[[], None] = lambda: None
        hook = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                hook.requests.append(("POST", self.path, dict(self.headers)))
                answer = hook.answers.pop(0) if hook.answers else hook.usual
                if answer.arrives:
                    hook.messages.append(body)
                hook.meanwhile()
                if answer.drop:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self._answer(answer)

            def do_HEAD(self) -> None:
                hook.requests.append(("HEAD", self.path, dict(self.headers)))
                self._answer(Answer(405, b""))

            def _answer(self, answer: Answer) -> None:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_: Any) -> None:
                pass

        class HookServer(ThreadingHTTPServer):
            def handle_error(self, *_: Any) -> None:
                """A client that hangs up is no error of the server."""

        self._server = HookServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/services/T0ACME/B0ACME/{_TOKEN}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class MailHost:
    """A mail server (RFC 5321) with AUTH and, with a certificate, STARTTLS. `replies` says what it
    answers to a verb instead of the usual, once each; an empty reply hangs up. `end` is the reply
    to the end of a message. `messages` are those it took: sender, recipients, content.
    """

    def __init__(self, certificate: ssl.SSLContext | None = None, *, is_tls: bool = False) -> None:
        self.messages: list[tuple[str, list[str], bytes]] = []
        self.replies: dict[str, list[str]] = {}
        self.verbs: list[str] = []
        self.logins: list[tuple[str, str]] = []
        self.takes_unanswered = False
        self.password: str | None = None
        host = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                try:
                    self.talk()
                finally:
                    # After STARTTLS it is another one than the server closes.
                    self.request.close()

            def talk(self) -> None:
                sender, recipients = "", list[str]()
                if not self.says("CONNECT", "220 mail.acme.example ESMTP"):
                    return
                while line := self.rfile.readline():
                    verb, _, rest = line.decode().strip().partition(" ")
                    verb = verb.upper()
                    host.verbs.append(verb)
                    if verb == "STARTTLS":
                        if not self.says(verb, "220 go ahead"):
                            return
                        assert certificate is not None
                        self.request = certificate.wrap_socket(self.request, server_side=True)
                        self.rfile = self.request.makefile("rb")
                        self.wfile = self.request.makefile("wb", buffering=0)
                        continue
                    usual = "250 ok"
                    if verb in ("EHLO", "HELO"):
                        usual = "250-mail.acme.example\r\n" + self.extensions()
                    elif verb == "AUTH":
                        usual = self.login(rest)
                    elif verb == "MAIL":
                        sender, recipients = rest.partition("<")[2].partition(">")[0], []
                    elif verb == "DATA":
                        usual = "354 go on"
                    elif verb == "QUIT":
                        usual = "221 bye"
                    reply = self.says(verb, usual)
                    if not reply or verb == "QUIT":
                        return
                    if verb == "RCPT" and reply.startswith("250"):
                        recipients.append(rest.partition("<")[2].partition(">")[0])
                    if (
                        verb == "DATA"
                        and reply.startswith("354")
                        and not self.take(sender, recipients)
                    ):
                        return

            def extensions(self) -> str:
                is_plain = not isinstance(self.request, ssl.SSLSocket)
                offered = ["STARTTLS"] if certificate is not None and is_plain else []
                offered += ["AUTH PLAIN"] if host.password is not None else []
                offered.append("8BITMIME")
                return "\r\n".join(
                    f"250{'-' if number < len(offered) else ' '}{name}"
                    for number, name in enumerate(offered, start=1)
                )

            def login(self, rest: str) -> str:
                _, user, password = base64.b64decode(rest.split()[-1]).decode().split("\0")
                host.logins.append((user, password))
                return "235 welcome" if password == host.password else "535 5.7.8 no"

            def take(self, sender: str, recipients: list[str]) -> bool:
                content = b""
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    content += line[1:] if line.startswith(b".") else line
                reply = (host.replies.get("END") or ["250 taken"])[0]
                if reply.startswith("250") or (not reply and host.takes_unanswered):
                    host.messages.append((sender, recipients, content))
                return bool(self.says("END", "250 taken"))

            def says(self, verb: str, usual: str) -> str:
                waiting = host.replies.get(verb)
                reply = waiting.pop(0) if waiting else usual
                if reply:
                    self.wfile.write(f"{reply}\r\n".encode())
                return reply

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def get_request(self) -> tuple[Any, Any]:
                connection, address = super().get_request()
                if is_tls and certificate is not None:
                    connection = certificate.wrap_socket(connection, server_side=True)
                return connection, address

            def handle_error(self, *_: Any) -> None:
                """A client that hangs up is no error of the server."""

        self._server = Server(("127.0.0.1", 0), Session)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
