"""Pings a healthchecks-style address when a run starts, succeeds or fails, so that somebody notices
a run that never started.

`URL/start` when it starts, `URL` when it succeeded, `URL/fail` with the exit code and a one-line
reason (https://healthchecks.io/docs/http_api/). The address is a secret: anybody who has it can
ping. A ping that fails is logged and never fails a run.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import requests
import stamina
from stamina.instrumentation import LoggingOnRetryHook, set_on_retry_hooks

from okrsync import __version__
from okrsync.model.plain import clean
from okrsync.model.secret import Secret, masked
from okrsync.report.logs import log

__all__ = ["Heartbeat"]

# To connect, and to read. A monitoring service that is down must not hold up the next run.
_TIMEOUT_SECONDS = (3.0, 5.0)
_ATTEMPTS, _IN_ALL_SECONDS = 3, 12.0
_LONGEST = 2000


class _TransientPingError(Exception):
    """Trouble that may pass."""


class Heartbeat:
    """The pings to one address. `post` is what sends them."""

    def __init__(
        self, address: Secret, post: Callable[..., requests.Response] = requests.post
    ) -> None:
        self._address, self._post = address, post
        # Where structlog is installed, each attempt would be printed on standard output:
        # https://stamina.hynek.me/en/stable/instrumentation.html
        set_on_retry_hooks([LoggingOnRetryHook])

    def started(self, run: str) -> None:
        """A run has begun."""
        self._ping("/start", f"run {run}")

    def went_through(self, reason: str) -> None:
        """The run succeeded."""
        self._ping("", reason)

    def failed(self, exit_code: int, reason: str) -> None:
        """The run failed."""
        self._ping("/fail", f"exit code {exit_code}: {reason}")

    def _ping(self, ending: str, text: str) -> None:
        address = urlsplit(self._address.reveal())
        url = urlunsplit(address._replace(path=address.path.rstrip("/") + ending))
        body = masked(clean(text, _LONGEST)).encode()
        try:
            for attempt in stamina.retry_context(
                on=_TransientPingError,
                attempts=_ATTEMPTS,
                timeout=_IN_ALL_SECONDS,
                wait_initial=0.3,
                wait_max=2.0,
                wait_jitter=0.3,
            ):
                with attempt:
                    self._send(url, body)
        except (_TransientPingError, requests.RequestException) as error:
            # The library's own message contains the address, which is a secret.
            reason = str(error) if isinstance(error, _TransientPingError) else _why(error)
            log.warning(
                "heartbeat failed",
                message=(
                    f"the heartbeat{ending and f' ({ending[1:]})'} could not be sent: {reason};"
                    " the run goes on"
                ),
            )

    def _send(self, url: str, body: bytes) -> None:
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "User-Agent": f"okrsync/{__version__}",
        }
        try:
            # A ping goes to the configured address and nowhere else.
            answer = self._post(
                url, data=body, headers=headers, timeout=_TIMEOUT_SECONDS, allow_redirects=False
            )
        # It is a ConnectionError as well, but trying again does not mend a certificate.
        except requests.exceptions.SSLError:
            raise
        except (requests.ConnectionError, requests.Timeout) as error:
            raise _TransientPingError(_why(error)) from None
        if answer.status_code == 429 or answer.status_code >= 500:
            raise _TransientPingError(f"it answered {answer.status_code}")
        if not answer.ok or answer.is_redirect:
            log.warning(
                "heartbeat failed",
                message=(
                    f"the heartbeat was refused: it answered {answer.status_code}. Check that"
                    " watch.heartbeat names the right address"
                ),
            )


def _why(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate was not accepted"
    if isinstance(error, requests.Timeout):
        return "no answer came in time"
    if isinstance(error, requests.ConnectionError):
        return "it cannot be reached"
    return f"the address cannot be used ({type(error).__name__})"
