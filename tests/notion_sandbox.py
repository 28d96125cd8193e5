"""What the tests of the local Notion share: a sandbox with somebody at work in it, and the real
client in front of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from notion_client import APIResponseError, Client
from notion_client.client import ClientOptions

from okrsync_sandbox import Sandbox
from okrsync_sandbox.notion import Notion
from okrsync_sandbox.notion.model import Integration
from okrsync_sandbox.notion.person import NotionEditor

NOON = 1780315230.0
"""2026-06-01 12:00:30 UTC."""


_LOG = logging.getLogger("notion-under-test")
"""The client hangs a handler of its own onto its usual logger each time it is made."""


@dataclass
class Desk:
    """A workspace with one page that is shared with an integration. `api` speaks 2025-09-03, `new`
    2026-03-11.
    """

    sandbox: Sandbox
    notion: Notion
    ada: NotionEditor
    bot: Integration
    home: str
    api: Any
    new: Any


@contextmanager
def desk() -> Iterator[Desk]:
    """A fresh desk; its clock stands at NOON until told otherwise."""
    with Sandbox() as sandbox:
        notion = sandbox.notion
        notion.clock = lambda: NOON
        ada, bot = notion.person("ada@acme.test", "Ada"), notion.connect("okrsync")
        home = ada.new_page("Home")
        ada.share(home, bot)
        with (
            # On entering, the client of Notion would make a connection of its own, with TLS.
            closing(_client(sandbox.endpoint, bot.token, "2025-09-03")) as api,
            closing(_client(sandbox.endpoint, bot.token, "2026-03-11")) as new,
        ):
            yield Desk(sandbox, notion, ada, bot, home, api, new)


def _client(endpoint: str, token: str, version: str) -> Any:
    options = ClientOptions(
        auth=token, base_url=endpoint, logger=_LOG, retry=False, notion_version=version
    )
    return Client(
        options, client=httpx.Client(verify=False)
    )  # there is no TLS on loopback, and setting it up takes long


@contextmanager
def refused(status: int, code: str, *words: str) -> Iterator[None]:
    """What happens inside is refused with this status and code, in a message that holds these
    words.
    """
    with pytest.raises(APIResponseError) as caught:
        yield
    error = caught.value
    assert (error.status, str(getattr(error.code, "value", error.code))) == (status, code), error
    for one in words:
        assert one in str(error), error


def rich(content: str, **more: Any) -> list[dict[str, Any]]:
    """A rich text as it is sent."""
    return [{"type": "text", "text": {"content": content}, **more}]


def paragraph(content: str) -> dict[str, Any]:
    """A paragraph as it is sent."""
    return {"type": "paragraph", "paragraph": {"rich_text": rich(content)}}
