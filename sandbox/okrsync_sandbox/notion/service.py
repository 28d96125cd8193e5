"""The local Notion: routes requests to the handlers, and checks tokens, versions and limits.

After https://developers.notion.com/reference/intro.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any

from okrsync_sandbox.notion import blocks_api, files_api, other_api, pages_api, talk_api
from okrsync_sandbox.notion.asking import Ask
from okrsync_sandbox.notion.data_api import DataApi
from okrsync_sandbox.notion.errors import NotionError, of_status, wrong
from okrsync_sandbox.notion.model import Integration, Json, User
from okrsync_sandbox.notion.person import NotionEditor
from okrsync_sandbox.notion.talk_api import SearchIndex
from okrsync_sandbox.notion.views_api import ViewsApi
from okrsync_sandbox.notion.workspace import Workspace
from okrsync_sandbox.traffic import Fault, Kind, Traffic
from okrsync_sandbox.wire import Request, Response

__all__ = ["Notion", "RateQuota"]

VERSIONS = ("2025-09-03", "2026-03-11")
# https://developers.notion.com/reference/request-limits
LARGEST_BODY = 500_000
"""Bytes of a request body."""
ALL = frozenset({"read", "update", "insert", "read_comments", "insert_comments", "users", "emails"})

_Handler = Callable[[Ask], Json]


@dataclass(slots=True)
class RateQuota:
    """Requests in a window of 60 seconds, for one connection and for the whole workspace; None is
    no limit.
    """

    clock: Callable[[], float]
    per_connection: int | None = None
    per_workspace: int | None = None
    _used: dict[tuple[str, int], int] = field(default_factory=dict)

    def take(self, token: str) -> None:
        """Use one request. Raises `NotionError` 429 where none is left, with the whole seconds
        until the window ends in Retry-After.
        """
        # The service states which limit was hit, and neither its size nor what is left
        # (https://developers.notion.com/reference/request-limits).
        window, seconds = divmod(self.clock(), 60)
        for name, limit, reason in (
            (token, self.per_connection, "public_api_request_rate_limit"),
            ("", self.per_workspace, "public_api_space_request_rate_limit"),
        ):
            if limit is not None and self._used.get((name, int(window)), 0) >= limit:
                usual = of_status(429)
                wait = {"Retry-After": str(max(1, 60 - int(seconds)))}
                raise NotionError(
                    429, usual.code, usual.message, {"rate_limit_reason": reason}, wait
                )
        self._used = {key: count for key, count in self._used.items() if key[1] == int(window)}
        for name in (token, ""):
            self._used[name, int(window)] = self._used.get((name, int(window)), 0) + 1


class Notion:
    """A Notion of one's own. Everything is in memory; `clock` gives seconds since the epoch and may
    be set for tests.

    `traffic` counts the calls and takes faults and moments; `quota` limits them when told to;
    `search` says how far the search is behind; `connect` makes an integration and gives its token;
    `person(email)` works as people do.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.space = Workspace(lambda: self.clock())
        self.traffic = Traffic()
        self.quota = RateQuota(lambda: self.clock())
        self.search = SearchIndex()
        self.data = DataApi()
        self.views = ViewsApi()
        self._routes = self._all_routes()

    def connect(self, name: str = "okrsync", capabilities: frozenset[str] = ALL) -> Integration:
        """A new internal integration with its bot and token. It sees what people share with it, and
        nothing else.
        """
        bot = User(self.space.new_id(), name, None, is_bot=True)
        self.space.users[bot.id] = bot
        integration = Integration(
            name, f"ntn_{self.space.new_id().replace('-', '')}", bot.id, set(capabilities)
        )
        self.space.integrations[bot.id] = integration
        return integration

    def person(self, email: str, name: str | None = None) -> NotionEditor:
        """Somebody who works in the workspace by hand; added where nobody has that address."""
        known = next((user for user in self.space.users.values() if user.email == email), None)
        if known is None:
            known = User(self.space.new_id(), name or email.split("@")[0].title(), email)
            self.space.users[known.id] = known
        return NotionEditor(self.space, known.id)

    def handles(self, path: str) -> bool:
        """Whether a path is one of the service's."""
        return path.startswith("/v1/")

    def handle(self, request: Request) -> Response:
        """Answer one request. Raises `Broken` where the connection is to break."""
        return self.traffic.pass_through(
            request,
            "notion",
            _kind(request),
            lambda: self._carried_out(request),
            self._in_own_words,
        )

    def _carried_out(self, request: Request) -> Response:
        response = self._answered(request)
        return replace(response, headers={**response.headers, **self._date()})

    def _date(self) -> dict[str, str]:
        return {"Date": formatdate(self.clock(), usegmt=True)}

    def _answered(self, request: Request) -> Response:
        if request.path.startswith("/v1/oauth/"):
            return other_api.no_public_connection()
        try:
            return _json(self._answer(request) | {"request_id": self.space.new_id()})
        except NotionError as error:
            return error.response(self.space.new_id())

    def _answer(self, request: Request) -> Json:
        handler, path = self._handler(request)
        token = (request.header("authorization") or "").removeprefix("Bearer ")
        caller = self.space.bot_of(token)
        if caller is None:
            raise of_status(401)
        self.quota.take(token)
        version = request.header("notion-version")
        if version is None:
            raise NotionError(
                400,
                "missing_version",
                "Notion-Version header failed validation: Notion-Version header should be defined,"
                " instead was `undefined`.",
            )
        if version not in VERSIONS:
            known = " or ".join(f'`"{known_version}"`' for known_version in VERSIONS)
            raise wrong(
                f"Notion-Version header failed validation: should be {known}, instead was"
                f' `"{version}"`.'
            )
        return handler(Ask(self.space, caller, version, path, request.query, _body(request)))

    def _handler(self, request: Request) -> tuple[_Handler, list[str]]:
        path = request.path.removeprefix("/v1/").strip("/").split("/")
        for method, pattern, handler in self._routes:
            if method == request.method and re.fullmatch(pattern, "/".join(path)):
                return handler, path
        raise NotionError(400, "invalid_request_url", "Invalid request URL.")

    def _all_routes(self) -> list[tuple[str, str, _Handler]]:
        data, views, id_ = self.data, self.views, "[^/]+"
        return [
            ("POST", "pages", pages_api.create),
            ("GET", f"pages/{id_}", pages_api.retrieve),
            ("PATCH", f"pages/{id_}", pages_api.update),
            ("POST", f"pages/{id_}/move", pages_api.move),
            ("GET", f"pages/{id_}/markdown", pages_api.markdown),
            ("PATCH", f"pages/{id_}/markdown", pages_api.set_markdown),
            ("GET", f"pages/{id_}/properties/{id_}", pages_api.property_of),
            ("POST", "databases", data.create_database),
            ("GET", f"databases/{id_}", data.retrieve_database),
            ("PATCH", f"databases/{id_}", data.update_database),
            ("POST", "data_sources", data.create),
            ("GET", f"data_sources/{id_}", data.retrieve),
            ("PATCH", f"data_sources/{id_}", data.update),
            ("POST", f"data_sources/{id_}/query", data.query),
            ("GET", f"data_sources/{id_}/templates", data.templates),
            ("GET", f"blocks/{id_}", blocks_api.retrieve),
            ("PATCH", f"blocks/{id_}", blocks_api.update),
            ("DELETE", f"blocks/{id_}", blocks_api.delete),
            ("GET", f"blocks/{id_}/children", blocks_api.children),
            ("PATCH", f"blocks/{id_}/children", blocks_api.append),
            ("POST", "comments", talk_api.create_comment),
            ("GET", "comments", talk_api.list_comments),
            ("GET", f"comments/{id_}", talk_api.retrieve_comment),
            ("PATCH", f"comments/{id_}", talk_api.update_comment),
            ("DELETE", f"comments/{id_}", talk_api.delete_comment),
            ("GET", "users", talk_api.list_users),
            ("GET", "users/me", talk_api.me),
            ("GET", f"users/{id_}", talk_api.retrieve_user),
            ("POST", "search", lambda ask: talk_api.search(ask, self.search)),
            ("POST", "file_uploads", files_api.create),
            ("GET", "file_uploads", files_api.list_all),
            ("GET", f"file_uploads/{id_}", files_api.retrieve),
            ("POST", f"file_uploads/{id_}/send", files_api.send),
            ("POST", f"file_uploads/{id_}/complete", files_api.complete),
            ("GET", "custom_emojis", other_api.emojis),
            ("POST", "blocks/meeting_notes/query", other_api.meeting_notes),
            ("POST", "views", views.create),
            ("GET", "views", views.list),
            ("GET", f"views/{id_}", views.retrieve),
            ("PATCH", f"views/{id_}", views.update),
            ("DELETE", f"views/{id_}", views.delete),
            ("POST", f"views/{id_}/queries", views.ask_rows),
            ("GET", f"views/{id_}/queries/{id_}", views.rows),
            ("DELETE", f"views/{id_}/queries/{id_}", views.forget_rows),
        ]

    def _in_own_words(self, fault: Fault) -> Response:
        usual = of_status(fault.status or 500).response(self.space.new_id())
        body = usual.body if fault.body is None else fault.body
        return Response(
            usual.status, {**usual.headers, **self._date(), **fault.headers}, body, fault.keep
        )


def _kind(request: Request) -> Kind:
    asks = request.method == "POST" and re.search(r"/query$|/queries$|/search$", request.path)
    return "read" if request.method == "GET" or asks else "write"


def _body(request: Request) -> Json:
    content_type = request.header("content-type") or ""
    if content_type.startswith("multipart/form-data") and request.path.endswith("/send"):
        return files_api.form_of(request.body, content_type)
    if len(request.body) > LARGEST_BODY:
        raise wrong(
            f"body failed validation: body should be ≤ `{LARGEST_BODY}` bytes, instead was"
            f" `{len(request.body)}`."
        )
    if not request.body:
        return {}
    try:
        content: Any = json.loads(request.body)
    except ValueError:
        raise NotionError(400, "invalid_json", "Error parsing JSON body.") from None
    if not isinstance(content, dict):
        raise wrong("body failed validation: body should be an object.")
    return content


def _json(content: Json) -> Response:
    # The list of templates is the one answer that the recordings show without a `request_id`.
    if "templates" in content:
        del content["request_id"]
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(200, {"Content-Type": "application/json; charset=utf-8"}, body)
