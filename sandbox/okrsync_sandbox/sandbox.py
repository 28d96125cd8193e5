"""The sandbox: the stand-ins behind one port, with a page that shows what people would see."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

from okrsync_sandbox.google import Google
from okrsync_sandbox.google.compression import unpacked
from okrsync_sandbox.google.errors import ApiError
from okrsync_sandbox.google.page import list_page, spreadsheet_page
from okrsync_sandbox.google.save import load, save
from okrsync_sandbox.notion import Notion
from okrsync_sandbox.notion.page import list_page as notion_list
from okrsync_sandbox.notion.page import thing_page
from okrsync_sandbox.notion.save import load as load_notion
from okrsync_sandbox.notion.save import save as save_notion
from okrsync_sandbox.notion.workspace import normal_id
from okrsync_sandbox.wire import Request, Response, Server, json_response

__all__ = ["Sandbox"]


class Sandbox:
    """A local Google and a local Notion on a loopback port. The state is loaded from the file
    `kept` at the start and saved there at the end.

    Works as a context manager; without one, call `stop`.
    """

    def __init__(self, port: int = 0, kept: Path | None = None) -> None:
        self.google = Google()
        self.notion = Notion()
        self._kept = kept
        if kept is not None and kept.exists():
            load(self.google, kept)
        if kept is not None and _beside(kept).exists():
            load_notion(self.notion, _beside(kept))
        self._server = Server(self._received, port)
        self.google.accounts.token_uri = f"{self.endpoint}/token"

    @property
    def endpoint(self) -> str:
        """The value for `api_endpoint` in the config."""
        return self._server.url

    def spreadsheet_url(self, file_id: str) -> str:
        """The address of a spreadsheet, for the browser and for the config."""
        return f"{self.endpoint}/spreadsheets/d/{file_id}/edit"

    def notion_url(self, page_id: str) -> str:
        """The address of a page or database of the local Notion, as people see it."""
        return f"{self.endpoint}/p/{page_id}"

    def key_file(self, path: Path, name: str = "okrsync") -> str:
        """Write a service account's key file, and return the account's address to share sheets
        with.
        """
        return self.google.accounts.key_file(path, name)

    def stop(self) -> None:
        """Stop answering, and save the state to its file."""
        self._server.stop()
        if self._kept is not None:
            save(self.google, self._kept)
            save_notion(self.notion, _beside(self._kept))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _received(self, request: Request) -> Response:
        if not self.google.handles(request.path):
            return self._handle(request)
        try:
            return self._handle(unpacked(request))
        except ApiError as error:
            return error.response()

    def _handle(self, request: Request) -> Response:
        if self.google.handles(request.path):
            return self.google.handle(request)
        if self.notion.handles(request.path):
            return self.notion.handle(request)
        if request.method == "GET" and request.path == "/":
            return _page(list_page(self.google))
        if request.method == "GET" and request.path == "/notion":
            return _page(notion_list(self.notion.space))
        notion_page = thing_page(self.notion.space, normal_id(request.path[-36:].strip("/")) or "")
        if request.method == "GET" and request.path.startswith("/p/") and notion_page is not None:
            return _page(notion_page)
        match = re.fullmatch(r"/spreadsheets/d/([^/]+)(?:/.*)?", request.path)
        file = self.google.files.files.get(match[1]) if match and request.method == "GET" else None
        if file is not None and file.book is not None:
            tab = request.first("gid")
            return _page(
                spreadsheet_page(self.google, file, int(tab) if tab and tab.isdigit() else None)
            )
        return json_response(
            404, {"error": {"code": 404, "message": f"Nothing answers at {request.path}."}}
        )


def _beside(kept: Path) -> Path:
    """The file for the state of Notion, next to that of Google."""
    return kept.with_name(f"{kept.stem}.notion{kept.suffix}")


def _page(text: str) -> Response:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "Cache-Control": "no-store",
    }
    return Response(200, headers, text.encode())
