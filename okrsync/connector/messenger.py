"""Sends a single message: to a webhook over HTTP, or to a mail server over SMTP.

A message cannot be looked up once it is sent, so what became of a sending has three answers. It
went through. It did not, which raises `SourceError` or `AccessError`. Or nobody knows, because the
answer was lost, which raises `LostAnswer`; the caller decides whether to send once more. Only what
cannot have arrived (no connection, 429, a mail server that asks to come back) is repeated here, by
the one retry loop of `okrsync.connector.network`.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import httpx

from okrsync.connector.entries import Calls, Finding
from okrsync.connector.network import (
    Network,
    Rate,
    TransientError,
    answer_seconds,
    network_for,
    read_whole,
    retry_after,
)
from okrsync.model.errors import AccessError, LostAnswer, OkrsyncError, SourceError
from okrsync.model.plain import clean
from okrsync.model.secret import Secret

__all__ = ["MailServer", "Messenger", "Refused", "Webhook"]

Refused = Mapping[str, str]
"""By recipient, why it was refused while others took the message."""

# Slack takes one message a second from a webhook, and more for a moment.
# https://docs.slack.dev/apis/web-api/rate-limits#posting-messages
_RATE = Rate(1, seconds=1.0)
_LIMITS = {"timeout_seconds": 30.0, "give_up_seconds": 30.0}
"""A message can wait for the next run; the run cannot."""
_LONGEST_BODY = 4096
_LOST = "The message may have arrived. The next run sends it once more."


class Messenger(ABC):
    """Takes a message to where people read it."""

    service: str
    calls: Calls
    _network: Network
    _place: str

    def send(self, payload: str) -> Refused:
        """Send a message; the recipients that were refused while others took it. Raises
        `SourceError` or `AccessError` where it did not arrive, `LostAnswer` where nobody knows.
        """
        with self.calls.timed():
            return self._network.request(
                "message", self.calls, self._place, lambda: self._send(payload), is_write=True
            )

    def check(self) -> Finding:
        """What can be proved without sending a message."""
        try:
            with self._network.impatient():
                return Finding(
                    True,
                    self._network.request("message", self.calls, self._place, self._check),
                )
        except OkrsyncError as error:
            return Finding(False, error.message, error.hint)

    @abstractmethod
    def _send(self, payload: str) -> Refused: ...

    @abstractmethod
    def _check(self) -> str: ...


class Webhook(Messenger):
    """An address that takes JSON. `service` is its name for people; the address is a secret, and
    errors of the client, which repeat it, go no further. `refusals` says, by status, what to do.
    """

    def __init__(self, service: str, place: str, address: Secret) -> None:
        self.service, self._place, self._address = service, place, address
        self.calls = Calls()
        self._network = network_for(service, address, None, _LIMITS, {"message": _RATE})

    def _send(self, payload: str) -> Refused:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        status, body, wait = self._asked("POST", payload.encode(), headers)
        words = clean(body, 120)
        if status == 429 or (status == 503 and wait is not None):
            raise TransientError(
                f"{self.service} answered {status}", wait, is_too_fast=status == 429
            )
        if 200 <= status < 300:
            # A gateway in between may answer with a page of its own.
            if words.lower().startswith(("<!doctype", "<html")):
                raise LostAnswer(
                    f"{self._place}: the answer was not one of {self.service}", hint=_LOST
                )
            return {}
        details = f" ({words})" if words and not words.startswith("<") else ""
        if status in (502, 504):
            # Of a gateway: whether the service behind it took the message is not known.
            raise LostAnswer(
                f"{self._place}: {self.service} answered {status}{details}", hint=_LOST
            )
        raise self._refusal(status, details)

    def _refusal(self, status: int, details: str) -> SourceError:
        message = f"{self._place}: {self.service} answered {status}{details}"
        if status >= 500:
            return SourceError(message, hint="Nothing was sent; the next run tries again.")
        if 300 <= status < 400:
            return SourceError(
                f"{message} and leads elsewhere", hint="Name the webhook's own address."
            )
        new = (
            f"Make a new webhook in {self.service}, and put its address into {self._address.named}."
        )
        if status in (401, 403):
            return AccessError(f"{message}: it does not let this webhook post", hint=new)
        if status in (404, 410):
            return SourceError(f"{message}: the webhook or its channel is gone", hint=new)
        return SourceError(message, hint="Please report this: the message should be one it takes.")

    def _check(self) -> str:
        # HEAD has no effect by its definition (RFC 9110, 9.2.1): any answer proves the way there.
        self._asked("HEAD", None, {})
        return f"{self.service} can be reached; whether it takes a message shows with the first one"

    def _asked(
        self, method: str, content: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, str, float | None]:
        seconds = answer_seconds()
        ends = time.monotonic() + seconds
        url = self._address.reveal()
        # Plain HTTP stays on this machine: no proxy, and no certificates, which take time to load.
        is_encrypted = not url.lower().startswith("http://")
        try:
            with (
                httpx.Client(
                    timeout=seconds, verify=is_encrypted, trust_env=is_encrypted
                ) as client,
                client.stream(method, url, content=content, headers=dict(headers)) as answer,
            ):
                body = read_whole(_first(answer.iter_raw(), _LONGEST_BODY), ends)
                wait = retry_after(answer.headers.get("retry-after"))
                return answer.status_code, body.decode("utf-8", "replace"), wait
        # What never connected has sent nothing. The client's own words hold the address.
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            if "certificate" in str(error).lower():
                raise SourceError(
                    f"{self._place}: the certificate of {self.service} was not accepted",
                    hint="Check the address, and the certificates of this machine.",
                ) from None
            raise TransientError(f"{self.service} cannot be reached") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError):
            raise SourceError(
                f"{self._place}: {self._address.named} does not hold an address that can be used"
            ) from None
        except (httpx.HTTPError, TimeoutError):
            raise LostAnswer(
                f"{self._place}: {self.service} gave no whole answer", hint=_LOST
            ) from None


def _first(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    """The first pieces of a body, up to so many bytes: an answer is a word or a line."""
    read = 0
    for piece in pieces:
        yield piece[: most - read]
        read += len(piece)
        if read >= most:
            return


class MailServer(Messenger):
    """A server that takes mail for some recipients. `tls` is `starttls`, `tls` or `none`; a server
    that does not encrypt as it is set to gets neither password nor message.
    """

    service = "the mail server"

    def __init__(
        self,
        place: str,
        host: str,
        port: int,
        tls: str,
        sender: str,
        recipients: Sequence[str],
        user: str | None = None,
        password: Secret | None = None,
    ) -> None:
        self._place, self._host, self._port, self._tls = place, host, port, tls
        self._sender, self._recipients = sender, tuple(recipients)
        self._user, self._password = user, password
        self.calls = Calls()
        self._network = network_for(
            self.service, password, f"{host}:{port}", _LIMITS, {"message": _RATE}
        )

    def _send(self, payload: str) -> Refused:
        with self._connected() as server:
            refused = self._addressed(server)
            server.putcmd("data")
            code, words = server.getreply()
            if code != 354:
                raise self._refusal(code, words, "the message")
            # From here on the server may take the message without our hearing of it (RFC 1047).
            try:
                # A line that is a dot ends the message, so every first dot is doubled.
                server.send(re.sub(rb"(?m)^\.", b"..", payload.encode("ascii")) + b".\r\n")
                code, words = server.getreply()
            except (OSError, smtplib.SMTPServerDisconnected):
                raise LostAnswer(
                    f"{self._place}: {self.service} gave no answer to the message", hint=_LOST
                ) from None
            if code != 250:
                raise self._refusal(code, words, "the message")
            return refused

    def _check(self) -> str:
        with self._connected() as server:
            refused = self._addressed(server)
            server.rset()
        if refused:
            address, why = next(iter(refused.items()))
            raise SourceError(
                f"{self._place}: {self.service} does not take mail for {address}: {why}",
                hint="Correct the address under `to`.",
            )
        count = len(self._recipients)
        return (
            f"{self._host} takes mail from {self._sender} for"
            f" {'this recipient' if count == 1 else f'these {count} recipients'}"
        )

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A session, encrypted and logged in as the config says."""
        try:
            server = self._opened()
        except ssl.SSLError as error:
            raise self._bad_certificate(error) from None
        except smtplib.SMTPResponseException as error:
            raise self._refusal(error.smtp_code, error.smtp_error, "the connection") from None
        except (OSError, smtplib.SMTPException):
            raise TransientError(f"{self.service} {self._host} cannot be reached") from None
        try:
            self._log_in(server)
            yield server
        except ssl.SSLError as error:
            raise self._bad_certificate(error) from None
        except smtplib.SMTPServerDisconnected:
            raise TransientError(f"{self.service} {self._host} hung up") from None
        except OSError:
            raise TransientError(f"{self.service} {self._host} stopped answering") from None
        finally:
            _hang_up(server)

    def _opened(self) -> smtplib.SMTP:
        seconds, name = answer_seconds(), socket.gethostname()
        # Left to itself, the library asks for the full name of this machine, which may take long.
        greeting = name if "." in name else "[127.0.0.1]"
        if self._tls == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(
                self._host, self._port, greeting, timeout=seconds, context=context
            )
        return smtplib.SMTP(self._host, self._port, greeting, timeout=seconds)

    def _log_in(self, server: smtplib.SMTP) -> None:
        try:
            server.ehlo_or_helo_if_needed()
            if self._tls == "starttls":
                if not server.has_extn("starttls"):
                    raise self._lacks("encryption", 'Set `tls` to "tls" or "none".')
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if self._user is not None and self._password is not None:
                server.login(self._user, self._password.reveal())
        except smtplib.SMTPNotSupportedError:
            raise self._lacks("login", "Leave out `user` and `password`.") from None
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code < 500:
                raise TransientError(f"{self.service} answered {error.smtp_code}") from None
            named = self._password.named if self._password is not None else ""
            raise AccessError(
                f"{self._place}: {self.service} does not accept user and password"
                f" ({error.smtp_code})",
                hint=f"Look at `user`, and at the password in {named}.",
            ) from None
        except smtplib.SMTPResponseException as error:
            raise self._refusal(error.smtp_code, error.smtp_error, "the session") from None

    def _lacks(self, what: str, hint: str) -> SourceError:
        return SourceError(
            f"{self._place}: {self.service} {self._host} offers no {what}; nothing was sent",
            hint=hint,
        )

    def _addressed(self, server: smtplib.SMTP) -> Refused:
        """Name sender and recipients; those that are refused. Raises where nobody is left."""
        code, words = server.mail(self._sender)
        if code != 250:
            raise self._refusal(code, words, f"mail from {self._sender}")
        refused: dict[str, str] = {}
        code, words = 0, b""
        for address in self._recipients:
            code, words = server.rcpt(address)
            if code not in (250, 251):
                # "Come back later" of one is no reason to leave out the others, nor to write to
                # them twice.
                refused[address] = _reply_text(code, words)
        if len(refused) == len(self._recipients):
            raise self._refusal(code, words, f"mail for {', '.join(refused)}")
        return refused

    def _refusal(self, code: int, words: bytes | str, what: str) -> Exception:
        details = _reply_text(code, words)
        # 4yz asks to come back (RFC 5321, 4.2.1): 421 closes the line, 450 may be greylisting.
        if 400 <= code < 500 or code == -1:
            return TransientError(f"{self.service} answered {details}")
        hint = "Nothing was sent; the next run tries again."
        if code in (530, 534, 535, 538):
            return AccessError(f"{self._place}: {self.service} wants a login: {details}", hint=hint)
        return SourceError(f"{self._place}: {self.service} refused {what}: {details}", hint=hint)

    def _bad_certificate(self, error: ssl.SSLError) -> Exception:
        if isinstance(error, ssl.SSLCertVerificationError):
            return SourceError(
                f"{self._place}: the certificate of {self._host} was not accepted"
                f" ({error.verify_message})",
                hint="Check `host`, and the certificates of this machine.",
            )
        return SourceError(
            f"{self._place}: {self._host} does not speak TLS on port {self._port}",
            hint='Set `tls` to what the server speaks: "starttls", "tls" or "none".',
        )


def _reply_text(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return clean(f"{code} {text}", 120)


def _hang_up(server: smtplib.SMTP) -> None:
    # What the server says to the farewell changes nothing: the message was taken before.
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
