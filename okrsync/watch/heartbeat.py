"""Tells a healthchecks-style address when a run starts, ends well or fails, so that somebody learns
of a run that never came.

`URL/start` when it starts, `URL` when it went through, `URL/fail` with the exit code and one line
of reason. The address is a secret: whoever has it can ping. A heartbeat that fails is logged and
never fails a run.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import requests
import stamina

from okrsync import __version__
from okrsync.model.plain import clean
from okrsync.model.secret import Secret, masked
from okrsync.report.logs import log

__all__ = ["Heartbeat"]

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

    def started(self, run: str) -> None:
        """A run has begun."""
        self._ping("/start", f"run {run}")

    def went_through(self, reason: str) -> None:
        """It went through."""
        self._ping("", reason)

    def failed(self, exit_code: int, reason: str) -> None:
        """It failed."""
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
            # The library's own words would tell the address.
            reason = str(error) if isinstance(error, _TransientPingError) else _why(error)
            log.warning(
                "heartbeat failed",
                message=(
                    f"the heartbeat{ending and f' ({ending[1:]})'} was not heard: {reason}; the run"
                    " goes on"
                ),
            )

    def _send(self, url: str, body: bytes) -> None:
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "User-Agent": f"okrsync/{__version__}",
        }
        try:
            answer = self._post(
                url, data=body, headers=headers, timeout=_TIMEOUT_SECONDS, allow_redirects=False
            )
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
                    f"the heartbeat was refused: it answered {answer.status_code}. Look whether"
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
