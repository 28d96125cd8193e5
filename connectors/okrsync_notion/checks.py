"""What can be checked in a workspace without writing: the token, the capabilities of the
connection, what is shared with it, and where relations lead.

No endpoint lists the capabilities of a connection. Each is tried on a page that does not exist:
Notion answers 403 where the capability is missing, and 404 where it is given
(https://developers.notion.com/reference/capabilities).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from okrsync.connector import Ability, Context, Finding, OkrsyncError
from okrsync_notion.api import Forbidden, NotionRefused
from okrsync_notion.own_edits import moved_by_us
from okrsync_notion.reading import DataSourceReader, Source
from okrsync_notion.settings import NotionSettings, notion_id

__all__ = ["Checks"]

_GIVE = "Give the connection the capability to {} (Settings, Connections, its own page)."


@dataclass(frozen=True, slots=True)
class Checks:
    """Checks one source of the config."""

    reader: DataSourceReader
    settings: NotionSettings
    context: Context

    def findings(self, now: datetime) -> Iterator[Finding]:
        """All findings, in reading order. Raises `OkrsyncError` for what ends the check."""
        bot = self._read("the token", lambda client: client.users.me())
        yield Finding(True, f"the token belongs to the connection {bot.get('name')!r}")
        ids = self.reader.ids(self.settings.databases, self.settings.data_sources, now)
        try:
            schemas = [self.reader.schema(source_id) for source_id in ids]
        except NotionRefused as error:
            if error.code == "object_not_found":
                self.reader.why_gone(self.settings.databases, self.settings.data_sources, now)
            raise
        for schema in schemas:
            count = len(schema.properties)
            yield Finding(
                True,
                f"{schema.title}: readable, {count} {'property' if count == 1 else 'properties'}",
            )
            yield from self._relations(schema, ids)
            yield from _times(schema, {schema.id: schema for schema in schemas})
        if len(self.settings.databases) == 1 < len(ids) and not self.settings.data_sources:
            titles = ", ".join(f"{schema.title} ({schema.id})" for schema in schemas)
            consequence = (
                "a board is one table; name it with `data_source`"
                if self.context.keeps_table
                else "all are read"
            )
            yield Finding(
                not self.context.keeps_table and None,
                f"the database has {len(ids)} data sources, and {consequence}: {titles}",
                "`data_source` takes one of these ids, or a list of them.",
            )
        yield from self._capabilities()
        yield from self._pages()

    def _read(self, what: str, ask: Callable[[Any], Any]) -> Any:
        return self.reader.api.read(self.reader.calls, what, ask)

    # capabilities of the connection

    def _capabilities(self) -> Iterator[Finding]:
        wanted, nowhere = self.context.wanted, str(uuid4())
        parent = {"type": "page_id", "page_id": nowhere}
        words = [{"type": "text", "text": {"content": "-"}}]
        if wanted & {Ability.WRITE, Ability.SUMMARY, Ability.REVIEW}:
            yield from self._may(
                "update content", lambda client: client.pages.update(nowhere, properties={})
            )
        if wanted & {Ability.ROWS, Ability.SUMMARY, Ability.REVIEW}:
            yield from self._may(
                "insert content", lambda client: client.pages.create(parent=parent, properties={})
            )
        if Ability.NOTES in wanted:
            yield from self._may(
                "read comments", lambda client: client.comments.list(block_id=nowhere)
            )
            yield from self._may(
                "insert comments",
                lambda client: client.comments.create(parent=parent, rich_text=words),
            )
        if wanted & {Ability.NOTES, Ability.ROWS}:
            yield from self._people()

    def _may(self, capability: str, ask: Callable[[Any], Any]) -> Iterator[Finding]:
        try:
            self.reader.api.put(self.reader.calls, "nothing", ask)
        except Forbidden:
            yield Finding(False, f"the connection may not {capability}", _GIVE.format(capability))
        # Anything but a 403 shows that the capability is not what Notion refused.
        except NotionRefused:
            yield Finding(
                True, f"the connection may {capability}, as far as okrsync can tell without writing"
            )

    def _people(self) -> Iterator[Finding]:
        try:
            answer = self._read(
                "the workspace's people", lambda client: client.users.list(page_size=100)
            )
        except Forbidden:
            yield Finding(
                None,
                "the connection may not see who is in the workspace: owners are not mentioned, and"
                " not named on a board",
                _GIVE.format("read user information"),
            )
            return
        people = [person for person in answer["results"] if person.get("type") == "person"]
        if people and not any((person.get("person") or {}).get("email") for person in people):
            yield Finding(
                None,
                "the connection sees people without their addresses: owners are recognised only by"
                " their full names",
                _GIVE.format("read user information with e-mail addresses"),
            )

    # what is shared with the connection

    def _relations(self, schema: Source, ids: list[str]) -> Iterator[Finding]:
        """Where relations lead. Notion may leave out a relation to a database that is not shared,
        and then nothing is reported.
        """
        for prop in schema.properties:
            target = prop.config.get("data_source_id") if prop.type == "relation" else None
            if target is None or target in ids:
                continue
            try:
                other = self.reader.schema(target)
            except (Forbidden, NotionRefused):
                yield Finding(
                    None,
                    f"{schema.title}: {prop.name!r} leads to a database that is not shared with the"
                    " connection; what it names counts as unknown",
                    "Open that database in Notion, choose ..., Connections, and add the"
                    " connection.",
                )
                continue
            yield Finding(
                None,
                f"{schema.title}: {prop.name!r} leads to {other.title!r}, which this source does"
                " not read, so its pages have no rows here",
                "Add it: `database` may be a list.",
            )

    def _pages(self) -> Iterator[Finding]:
        for noun, address in (("summary", self.context.summary), ("review", self.context.review)):
            if address is not None:
                yield from self._page(noun, address)

    def _page(self, noun: str, address: str) -> Iterator[Finding]:
        page = notion_id(address)
        if page is None:
            yield Finding(
                False,
                f"the place of the {noun}, {address!r}, is not a page in Notion",
                "Copy the page's address from the browser.",
            )
            return
        try:
            answer = self._read(f"the {noun}'s page", lambda client: client.pages.retrieve(page))
        except OkrsyncError as error:
            yield Finding(False, error.message, error.hint)
            return
        if answer.get("in_trash"):
            yield Finding(
                False, f"the {noun}'s page is in the trash", "Restore it, or name another page."
            )
        else:
            yield Finding(True, f"the {noun}'s page is shared with the connection")


def _times(schema: Source, schemas: dict[str, Source]) -> Iterator[Finding]:
    for prop in schema.properties:
        if moved_by_us(prop, schema, schemas):
            yield Finding(
                None,
                f"{schema.title}: {prop.name!r} is computed from when pages were last edited,"
                " okrsync's own edits included, and reads as empty",
                "Map `checked_in` to the last edited time itself, or to a date people fill in.",
            )
