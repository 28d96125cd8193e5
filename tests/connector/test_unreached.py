"""Why a service was not reached, in words that say where to look, whichever library asked."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import requests

from okrsync.connector.unreached import unreached
from self_signed import certificate


def ask_httpx(address: str) -> None:
    with httpx.Client(trust_env=False) as client:
        client.get(address, timeout=20)


def ask_requests(address: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.get(address, timeout=20)


@pytest.mark.parametrize("ask", [ask_httpx, ask_requests])
class TestUnreached:
    def told(self, ask: Callable[[str], None], address: str) -> str:
        with pytest.raises((httpx.HTTPError, requests.RequestException)) as caught:
            ask(address)
        words = unreached("Notion", caught.value)
        assert "s3cret" not in words
        return words

    def test_nobody_listens(self, ask: Callable[[str], None]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{free.getsockname()[1]}/s3cret"
        assert self.told(ask, address) == "Notion cannot be reached: the connection was refused"

    def test_the_name_is_unknown(self, ask: Callable[[str], None]) -> None:
        words = self.told(ask, "http://nowhere.invalid/s3cret")
        assert words.startswith("Notion cannot be reached: the name is not found; check the")

    def test_nobody_vouches_for_its_certificate(
        self, ask: Callable[[str], None], tmp_path: Path
    ) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate(tmp_path / "tls", "localhost"))
        with socket.create_server(("127.0.0.1", 0)) as server:

            def greet() -> None:
                connection, _ = server.accept()
                with connection, suppress(OSError):
                    context.wrap_socket(connection, server_side=True).close()

            greeting = threading.Thread(target=greet)
            greeting.start()
            words = self.told(ask, f"https://localhost:{server.getsockname()[1]}/s3cret")
            greeting.join()
        assert words.startswith("Notion cannot be reached: its certificate was not accepted")
