"""Reads data sources whole: pages of rows, past the service's silent end at 10,000, relations past
25, and only what changed where the rest is known.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from okrsync.connector import Calls, SourceError
from okrsync_notion.api import NotionApi, NotionRefused
from okrsync_notion.values import Property

__all__ = ["BY_PEOPLE", "LAST_EDIT", "DataSourceReader", "Source"]

Json = dict[str, Any]
_NOTHING: Mapping[str, Json] = {}
_OVERLAP = timedelta(minutes=2)
"""Times of edits are cut to the minute, so that two of them may read alike."""
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_ONE_ANSWER = 100
"""Rows that one answer holds."""
_FEWEST = 5
"""Rows in an answer, where Notion cannot give more of them at once."""
LAST_EDIT = frozenset({"last_edited_time", "last_edited_by"})
BY_PEOPLE = "okrsync by people"
"""Where a row keeps when and by whom it was last edited, our own writes left out."""


@dataclass(slots=True)
class Source:
    """One data source as read: its properties by name, the title first, its pages by id, oldest
    first, and the database it is in, where that was asked for.
    """

    id: str
    title: str
    properties: tuple[Property, ...]
    pages: dict[str, Json]
    database: str = ""


@dataclass(slots=True)
class DataSourceReader:
    """Reads for one source of the config; `memory` keeps what is known between runs."""

    api: NotionApi
    calls: Calls
    memory: MutableMapping[str, Any]

    def ids(self, databases: tuple[str, ...], named: tuple[str, ...], now: datetime) -> list[str]:
        """The data sources meant: those named, else all of the databases, which are asked for them
        once a day: people add some.
        """
        if named:
            return list(named)
        known: Json = self.memory.get("data sources", {})
        is_old = not known or now - datetime.fromisoformat(known["at"]) > _DAY
        # Empty lists were kept by earlier versions; a database without a data source is none.
        if is_old or not all(known["of"].get(database) for database in databases):
            known = {
                "of": {database: self._sources_of(database) for database in databases},
                "at": now.isoformat(),
            }
            self.memory["data sources"] = known
        return [one for database in databases for one in known["of"][database]]

    def _sources_of(self, database: str) -> list[str]:
        answer = self._database(database)
        if answer.get("in_trash") or answer.get("archived"):
            title = (
                "".join(piece.get("plain_text", "") for piece in answer.get("title", ()))
                or database
            )
            raise SourceError(
                f"the database {title!r} is in the trash",
                hint="Bring it back in Notion, or take the source out of the config.",
            )
        ids = [one["id"] for one in answer.get("data_sources") or ()]
        if not ids:
            raise SourceError(
                f"database {database}: Notion's answer names no data source of it",
                hint="Nothing is taken from that; the next run asks again.",
            )
        return ids

    def why_gone(self, databases: tuple[str, ...], named: tuple[str, ...], now: datetime) -> None:
        """Asked where a data source is not found: raises where its database tells more about it, or
        where it is a database itself.
        """
        self.memory.pop("data sources", None)
        for one in named:
            with suppress(NotionRefused):
                found = self._sources_of(one)
                raise SourceError(
                    f"data source {one}: that is a database, not a data source",
                    hint=f"Name it as `database`, or one of its data sources: {', '.join(found)}.",
                )
        self.ids(databases, (), now)

    @staticmethod
    def look_for_options(memory: MutableMapping[str, Any], source_id: str) -> None:
        """Have the next reading ask for the properties as well: an option was missing, and somebody
        may add it.
        """
        memory[f"options of {source_id}"] = True

    def bot(self, now: datetime) -> str:
        """The id of the connection itself, as which it writes; asked for once a day."""
        known: Json | None = self.memory.get("bot")
        if known is None or now - datetime.fromisoformat(known["at"]) > _DAY:
            answer = self.api.read(self.calls, "the token", lambda client: client.users.me())
            known = {"id": answer["id"], "at": now.isoformat()}
            self.memory["bot"] = known
        return str(known["id"])

    def _database(self, one: str) -> Json:
        answer: Json = self.api.read(
            self.calls, f"database {one}", lambda client: client.databases.retrieve(one)
        )
        return answer

    def _query(self, one: str, asked: Json) -> Json:
        def fewer() -> None:
            asked["page_size"] = max(_FEWEST, asked["page_size"] // 2)

        answer: Json = self.api.read(
            self.calls,
            f"data source {one}",
            lambda client: client.data_sources.query(one, **asked),
            lighter=fewer,
        )
        return answer

    def _relation(self, page: str, found: str, more: Json) -> Json:
        answer: Json = self.api.read(
            self.calls,
            f"page {page}",
            lambda client: client.pages.properties.retrieve(page, found, page_size=100, **more),
        )
        return answer

    def source(self, source_id: str, now: datetime) -> Source:
        """A data source with all of its rows.

        What is known is brought up to date by one question: for all rows where they go into one
        answer, else for those edited since. Everything is read anew once a day, and once an hour
        where rows can change without being edited.
        """
        known: Json | None = self.memory.get(f"rows {source_id}")
        before: dict[str, Json] = {}
        if known is not None:
            source = self._unpacked(source_id, known)
            before = source.pages
            lasts = (
                _HOUR
                if len(before) > _ONE_ANSWER and any(_floats(one) for one in source.properties)
                else _DAY
            )
            if now - datetime.fromisoformat(known["full_at"]) <= lasts and self._brought_up(
                source, known, now
            ):
                return source
        schema = self.schema(source_id)
        source = Source(source_id, schema.title, schema.properties, {})
        self.take(source, self._pages(source_id, None), now, before)
        self._keep(source, now.isoformat())
        return source

    def _brought_up(self, source: Source, known: Json, now: datetime) -> bool:
        """Bring what is known of a source up to date; False where its properties are no longer
        those that are known.
        """
        before, wanted = source.pages, None
        if len(before) > _ONE_ANSWER:
            since = datetime.fromisoformat(known["edited"]) - _OVERLAP
            wanted = {
                "timestamp": "last_edited_time",
                "last_edited_time": {"on_or_after": since.isoformat()},
            }
        pages = list(self._pages(source.id, wanted, before))
        if not all(_fits(page, source.properties) for page in pages):
            return False
        if self.memory.pop(f"options of {source.id}", None):
            source.properties = self.schema(source.id).properties
        source.pages = {} if wanted is None else before
        self.take(source, pages, now, before)
        if wanted is not None and not self._throw_away(source):
            return False
        self._keep(source, known["full_at"])
        return True

    def _throw_away(self, source: Source) -> bool:
        """Mark the rows that lie in the trash, which no answer about edits tells; False where one
        that lay there is back, and everything has to be read anew.
        """
        asked: Json = {"in_trash": True, "filter_properties": ["title"]}
        trash = {
            page["id"]
            for answer in self._answers(source.id, None, asked)
            for page in answer["results"]
        }
        for page_id, page in source.pages.items():
            if page["in_trash"] and page_id not in trash:
                return False
            page["in_trash"] = page_id in trash
        return True

    def take(
        self,
        source: Source,
        pages: Iterable[Json],
        now: datetime,
        before: Mapping[str, Json] | None = None,
    ) -> None:
        """Take rows as they stand now into a source; `before` is how they stood, where that is not
        in the source itself.

        Where the last edit shows in a property, each row remembers the last one that was not
        okrsync's own: no write of ours is ever a check-in. Of a row that nobody else is known to
        have edited, that is when it was made.
        """
        matters = any(one.type in LAST_EDIT for one in source.properties)
        for page in pages:
            if matters:
                is_ours = page["last_edited_by"]["id"] == self.bot(now)
                known = (
                    (source.pages if before is None else before).get(page["id"], {}).get(BY_PEOPLE)
                )
                made = {
                    "last_edited_time": page["created_time"],
                    "last_edited_by": page["created_by"],
                }
                page[BY_PEOPLE] = (
                    (known or made) if is_ours else {name: page[name] for name in made}
                )
            source.pages[page["id"]] = page

    def schema(self, source_id: str) -> Source:
        """A data source's properties of now, without its rows."""
        answer = self.api.read(
            self.calls,
            f"data source {source_id}",
            lambda client: client.data_sources.retrieve(source_id),
        )
        title = (
            "".join(piece.get("plain_text", "") for piece in answer.get("title", ())) or "Untitled"
        )
        found = [
            Property(name, one["id"], one["type"], one.get(one["type"]) or {})
            for name, one in answer["properties"].items()
        ]
        found.sort(key=lambda one: (one.type != "title", one.name))
        return Source(source_id, title, tuple(found), {}, answer["parent"].get("database_id") or "")

    def changed(self, source: Source) -> dict[str, Json]:
        """The rows edited since a source was read.

        What Notion says of the last edit is what is gone by, never this machine's clock: the two
        may differ by days.
        """
        last = max((page["last_edited_time"] for page in source.pages.values()), default=None)
        wanted: Json | None = None
        if last is not None:
            moment = datetime.fromisoformat(last.replace("Z", "+00:00")) - _OVERLAP
            wanted = {
                "timestamp": "last_edited_time",
                "last_edited_time": {"on_or_after": moment.isoformat()},
            }
        return {page["id"]: page for page in self._pages(source.id, wanted)}

    def _pages(
        self, source_id: str, wanted: Json | None, before: Mapping[str, Json] = _NOTHING
    ) -> Iterator[Json]:
        """Rows oldest first; `before` is how they are known. Where the service stops at 10,000, it
        is asked again for those made since the last of them.
        """
        seen: set[str] = set()
        made_since: str | None = None
        while True:
            last, is_cut = None, False
            for answer in self._answers(source_id, _window(wanted, made_since)):
                for page in answer["results"]:
                    last = page["created_time"]
                    if page["id"] not in seen:
                        seen.add(page["id"])
                        yield self._whole(page, before.get(page["id"]))
                is_cut = is_cut or (answer.get("request_status") or {}).get("type") == "incomplete"
            if not is_cut:
                return
            if last is None or last == made_since:
                raise SourceError(
                    f"data source {source_id}: more than 10,000 rows were made within one minute,"
                    " and Notion shows no more of them",
                    hint="Move some of them to another database.",
                )
            made_since = last

    def _answers(
        self, source_id: str, wanted: Json | None, more: Mapping[str, Any] = _NOTHING
    ) -> Iterator[Json]:
        asked: Json = {
            "page_size": 100,
            "sorts": [{"timestamp": "created_time", "direction": "ascending"}],
            **more,
        }
        if wanted is not None:
            asked["filter"] = wanted
        while True:
            answer = self._query(source_id, asked)
            if not isinstance(answer.get("results"), list):
                raise SourceError(
                    f"data source {source_id}: Notion's answer holds no list of rows",
                    hint="Nothing is taken from that; the next run asks again.",
                )
            yield answer
            asked["start_cursor"] = answer.get("next_cursor")
            if not answer.get("has_more") or asked["start_cursor"] is None:
                return

    def _whole(self, page: Json, before: Json | None) -> Json:
        """A page with its relations complete: a row names 25 of them at most. The others are known
        where the row was not edited and begins the same.
        """
        for value in page["properties"].values():
            if value.get("type") == "relation" and value.get("has_more"):
                known = _relation_of(before, value["id"]) if before is not None else []
                is_same = (
                    before is not None and before["last_edited_time"] == page["last_edited_time"]
                )
                if not is_same or known[: len(value["relation"])] != value["relation"]:
                    known = list(self._related(page["id"], value["id"]))
                value["relation"], value["has_more"] = known, False
        return page

    def _related(self, page_id: str, property_id: str) -> Iterator[Json]:
        cursor: str | None = None
        while True:
            more = {} if cursor is None else {"start_cursor": cursor}
            answer = self._relation(page_id, property_id, more)
            for one in answer.get("results", ()):
                yield one["relation"]
            cursor = answer.get("next_cursor")
            if not answer.get("has_more") or cursor is None:
                return

    def keep(self, source: Source) -> None:
        """Remember rows that were written to as they stand now, where they are remembered at
        all.
        """
        known: Json | None = self.memory.get(f"rows {source.id}")
        if known is not None:
            self._keep(source, known["full_at"])

    def _keep(self, source: Source, full_at: str) -> None:
        content = json.dumps(
            [
                list(source.pages.values()),
                source.title,
                [[one.name, one.id, one.type, dict(one.config)] for one in source.properties],
            ]
        )
        edited = max(
            (page["last_edited_time"] for page in source.pages.values()),
            default="1970-01-01T00:00:00.000Z",
        )
        self.memory[f"rows {source.id}"] = {
            "packed": b64encode(zlib.compress(content.encode(), 6)).decode(),
            "edited": edited.replace("Z", "+00:00"),
            "full_at": full_at,
        }

    @staticmethod
    def _unpacked(source_id: str, known: Json) -> Source:
        pages, title, properties = json.loads(zlib.decompress(b64decode(known["packed"])))
        return Source(
            source_id,
            title,
            tuple(Property(*one) for one in properties),
            {page["id"]: page for page in pages},
        )


def _fits(page: Json, properties: tuple[Property, ...]) -> bool:
    """Whether a page has just the properties that are known, by name, id and type."""
    found = {(name, value["id"], value["type"]) for name, value in page["properties"].items()}
    return found == {(one.name, one.id, one.type) for one in properties}


def _floats(one: Property) -> bool:
    """Whether a value can change while its page is not edited: it is worked out, or written from
    the other side of a relation.
    """
    return one.type in ("rollup", "formula") or (
        one.type == "relation" and bool(one.config.get("dual_property"))
    )


def _relation_of(page: Json, property_id: str) -> list[Json]:
    found: Json = next((one for one in page["properties"].values() if one["id"] == property_id), {})
    return list(found.get("relation") or ())


def _window(wanted: Json | None, made_since: str | None) -> Json | None:
    if made_since is None:
        return wanted
    made: Json = {"timestamp": "created_time", "created_time": {"on_or_after": made_since}}
    return made if wanted is None else {"and": [wanted, made]}
