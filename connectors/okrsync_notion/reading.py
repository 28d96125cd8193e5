"""Reads data sources completely: all rows, past the silent end of a query at 10,000; relations
past 25, and only what changed where the rest is known.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from okrsync.connector import Calls, SourceError
from okrsync_notion.api import NotionApi, NotionRefused
from okrsync_notion.edit_times import AnswerTime, edits_since
from okrsync_notion.values import Property

__all__ = ["BY_PEOPLE", "LAST_EDIT", "DataSourceReader", "Source"]

Json = dict[str, Any]
_NOTHING: Mapping[str, Json] = {}
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_ONE_ANSWER = 100
"""Rows in one answer at most."""
_FEWEST = 5
"""The smallest number of rows to ask for when Notion reports that a query was too much."""
LAST_EDIT = frozenset({"last_edited_time", "last_edited_by"})
BY_PEOPLE = "okrsync by people"
"""The key under which a row keeps the time and the author of its last edit, without okrsync's own
writes.
"""


@dataclass(slots=True)
class Source:
    """One data source as read: its properties, the title first and the others by name; its pages by
    id, oldest first; the id of its database, empty where it was not requested; from when on edits
    may be unknown, None where no rows were read.
    """

    id: str
    title: str
    properties: tuple[Property, ...]
    pages: dict[str, Json]
    database: str = ""
    edits_since: datetime | None = None


class _Edited(NamedTuple):
    """Rows as they are now, and when the query for them was carried out by Notion's clock; None
    where that cannot be told.
    """

    pages: list[Json]
    asked: AnswerTime | None


@dataclass(slots=True)
class DataSourceReader:
    """Reads the data sources of one source of the config. `memory` keeps them between runs."""

    api: NotionApi
    calls: Calls
    memory: MutableMapping[str, Any]

    def ids(self, databases: tuple[str, ...], named: tuple[str, ...], now: datetime) -> list[str]:
        """The ids of the data sources to read: those in `named`, else all of the databases. A
        database is asked for them once a day, since people add some. Raises `SourceError` for a
        database in the trash.
        """
        if named:
            return list(named)
        known: Json = self.memory.get("data sources", {})
        is_old = not known or now - datetime.fromisoformat(known["at"]) > _DAY
        # Earlier versions kept empty lists. No database is without a data source.
        if is_old or not all(known["of"].get(database) for database in databases):
            known = {
                "of": {database: self._sources_of(database) for database in databases},
                "at": now.isoformat(),
            }
            self.memory["data sources"] = known
        return [source_id for database in databases for source_id in known["of"][database]]

    def _sources_of(self, database: str) -> list[str]:
        answer = self._database(database)
        if answer.get("in_trash") or answer.get("archived"):
            title = (
                "".join(piece.get("plain_text", "") for piece in answer.get("title", ()))
                or database
            )
            raise SourceError(
                f"the database {title!r} is in the trash",
                hint="Restore it in Notion, or remove the source from the config.",
            )
        ids = [source["id"] for source in answer.get("data_sources") or ()]
        if not ids:
            raise SourceError(
                f"database {database}: Notion's answer names no data source",
                hint="Nothing is taken from this answer; the next run asks again.",
            )
        return ids

    def why_gone(self, databases: tuple[str, ...], named: tuple[str, ...], now: datetime) -> None:
        """Look for the reason why a data source was not found. Raises `SourceError` where its
        database is in the trash, or where the id is that of a database.
        """
        self.memory.pop("data sources", None)
        for source_id in named:
            with suppress(NotionRefused):
                data_sources = ", ".join(self._sources_of(source_id))
                raise SourceError(
                    f"data source {source_id}: that is a database, not a data source",
                    hint=f"Name it as `database`, or one of its data sources: {data_sources}.",
                )
        self.ids(databases, (), now)

    @staticmethod
    def look_for_options(memory: MutableMapping[str, Any], source_id: str) -> None:
        """Make the next read request the properties as well: an option was missing, and somebody
        may add it.
        """
        memory[f"options of {source_id}"] = True

    def bot(self, now: datetime) -> str:
        """The user id under which the connection writes; requested once a day."""
        known: Json | None = self.memory.get("bot")
        if known is None or now - datetime.fromisoformat(known["at"]) > _DAY:
            answer = self.api.read(self.calls, "the token", lambda client: client.users.me())
            known = {"id": answer["id"], "at": now.isoformat()}
            self.memory["bot"] = known
        return str(known["id"])

    def _database(self, database_id: str) -> Json:
        answer: Json = self.api.read(
            self.calls,
            f"database {database_id}",
            lambda client: client.databases.retrieve(database_id),
        )
        return answer

    def _query(self, source_id: str, query: Json) -> Json:
        def fewer() -> None:
            query["page_size"] = max(_FEWEST, query["page_size"] // 2)

        answer: Json = self.api.read(
            self.calls,
            f"data source {source_id}",
            lambda client: client.data_sources.query(source_id, **query),
            lighter=fewer,
        )
        return answer

    def _relation(self, page_id: str, property_id: str, more: Json) -> Json:
        answer: Json = self.api.read(
            self.calls,
            f"page {page_id}",
            lambda client: client.pages.properties.retrieve(
                page_id, property_id, page_size=100, **more
            ),
        )
        return answer

    def source(self, source_id: str, now: datetime) -> Source:
        """A data source with all of its rows.

        What is known from the last run is updated with one query: for all rows where one answer
        holds them, else for those edited since. Everything is read again once a day, and once an
        hour where rows can change without being edited.
        """
        known: Json | None = self.memory.get(f"rows {source_id}")
        since: str | None = self.memory.get(f"edits since {source_id}")
        before: dict[str, Json] = {}
        if known is not None and since is not None:
            source = self._unpacked(source_id, known)
            source.edits_since = datetime.fromisoformat(since)
            before = source.pages
            max_age = (
                _HOUR
                if len(before) > _ONE_ANSWER and any(_floats(prop) for prop in source.properties)
                else _DAY
            )
            if now - datetime.fromisoformat(known["full_at"]) <= max_age and self._brought_up(
                source, known, now
            ):
                return source
        schema = self.schema(source_id)
        source = Source(source_id, schema.title, schema.properties, {})
        self._take_edited(source, self._edited(source_id, None, before), now, before)
        self._keep(source, now.isoformat())
        return source

    def _brought_up(self, source: Source, known: Json, now: datetime) -> bool:
        """Update what is known of a source. False where its properties have changed, and everything
        must be read again.
        """
        before = dict(source.pages)
        is_whole = len(before) <= _ONE_ANSWER
        edited = self._edited(source.id, None if is_whole else source.edits_since, before)
        if not all(_fits(page, source.properties) for page in edited.pages):
            return False
        has_new_options = self.memory.pop(f"options of {source.id}", None)
        if has_new_options:
            source.properties = self.schema(source.id).properties
        if is_whole:
            source.pages = {}
        self._take_edited(source, edited, now, before)
        if not is_whole and not self._throw_away(source):
            return False
        if has_new_options or source.pages != before:
            self._keep(source, known["full_at"])
        else:
            self._keep_time(source)
        return True

    def _throw_away(self, source: Source) -> bool:
        """Mark the rows that are in the trash: a query for edits does not return them. False where
        a row came back from the trash, and everything must be read again.
        """
        query: Json = {"in_trash": True, "filter_properties": ["title"]}
        trash = {
            page["id"]
            for answer in self._answers(source.id, None, query)
            for page in answer["results"]
        }
        for page_id, page in source.pages.items():
            if page["in_trash"] and page_id not in trash:
                return False
            if page_id in trash and not page["in_trash"]:
                source.pages[page_id] = {**page, "in_trash": True}
        return True

    def take(
        self,
        source: Source,
        pages: Iterable[Json],
        now: datetime,
        before: Mapping[str, Json] | None = None,
    ) -> None:
        """Put rows as they are now into a source. `before` is how they were; None where the source
        itself holds that.

        Where a property shows the last edit, each row remembers the last edit that was not
        okrsync's: no write of okrsync is a check-in. For a row that nobody else is known to have
        edited, that is its creation.
        """
        shows_last_edit = any(prop.type in LAST_EDIT for prop in source.properties)
        for page in pages:
            if shows_last_edit:
                is_ours = page["last_edited_by"]["id"] == self.bot(now)
                known = (
                    (source.pages if before is None else before).get(page["id"], {}).get(BY_PEOPLE)
                )
                when_created = {
                    "last_edited_time": page["created_time"],
                    "last_edited_by": page["created_by"],
                }
                page[BY_PEOPLE] = (
                    (known or when_created)
                    if is_ours
                    else {name: page[name] for name in when_created}
                )
            source.pages[page["id"]] = page

    def schema(self, source_id: str) -> Source:
        """A data source with its current properties and without its rows."""
        answer = self.api.read(
            self.calls,
            f"data source {source_id}",
            lambda client: client.data_sources.retrieve(source_id),
        )
        title = (
            "".join(piece.get("plain_text", "") for piece in answer.get("title", ())) or "Untitled"
        )
        properties = [
            Property(name, config["id"], config["type"], config.get(config["type"]) or {})
            for name, config in answer["properties"].items()
        ]
        # Notion returns properties by id, not in the order of the columns. A fixed order keeps the
        # columns of a table in place from run to run.
        properties.sort(key=lambda prop: (prop.type != "title", prop.name))
        return Source(
            source_id, title, tuple(properties), {}, answer["parent"].get("database_id") or ""
        )

    def data_source_of(self, database: str) -> str:
        """The id of the first data source of a database."""
        return self._sources_of(database)[0]

    def as_it_is(self, source_id: str) -> Source:
        """A data source with all of its rows, read now and not kept."""
        source = self.schema(source_id)
        source.pages = {page["id"]: page for page in self._pages(source_id, None).pages}
        return source

    def titles(self, source_id: str) -> Iterator[Json]:
        """The pages of a data source with nothing but their titles. Raises `NotionRefused` where
        the connection does not see it.
        """
        for answer in self._answers(source_id, None, {"filter_properties": ["title"]}):
            yield from answer["results"]

    def look_again(
        self, source: Source, since: datetime | None, now: datetime, created_since: str | None
    ) -> datetime:
        """Read the rows that were edited since a moment, None for all, into a source; returns from
        when on edits may be unknown then. `created_since` leaves out older rows, of which nothing
        more is known then.
        """
        edited = self._edited(source.id, since, created_since=created_since)
        return self._take_edited(source, edited, now, is_part=created_since is not None)

    def note_own_edit(self, edited: datetime) -> None:
        """Remember whether the time that Notion gave to the edit of the last request agrees with
        the time of its answer.
        """
        asked = self.api.answer_time
        self.memory["dates agree"] = asked is not None and asked.agrees_with(edited)

    def _edited(
        self,
        source_id: str,
        since: datetime | None,
        before: Mapping[str, Json] = _NOTHING,
        *,
        created_since: str | None = None,
    ) -> _Edited:
        """The rows edited since a moment, None for all; `before` as `_pages` takes it."""
        condition: Json | None = None
        if since is not None:
            condition = {
                "timestamp": "last_edited_time",
                "last_edited_time": {"on_or_after": since.isoformat()},
            }
        pages, asked = self._pages(source_id, _window(condition, created_since), before)
        return _Edited(pages, asked if self.memory.get("dates agree") else None)

    def _take_edited(
        self,
        source: Source,
        edited: _Edited,
        now: datetime,
        before: Mapping[str, Json] | None = None,
        *,
        is_part: bool = False,
    ) -> datetime:
        """Put edited rows into a source, as `take` does; returns from when on edits may be unknown
        then, which the source remembers unless only a part of it was asked for.
        """
        self.take(source, edited.pages, now, before)
        edits = (page["last_edited_time"] for page in source.pages.values())
        since = edits_since(edits, edited.asked)
        if not is_part:
            source.edits_since = since
        return since

    def _pages(
        self, source_id: str, condition: Json | None, before: Mapping[str, Json] = _NOTHING
    ) -> _Edited:
        """All rows, the oldest first. `before` holds the rows known so far, by id. A query ends
        after 10,000 rows, and another asks for those created since the last of them.
        """
        pages: dict[str, Json] = {}
        # What is edited while later answers are awaited is unknown: the first query counts.
        asked: list[AnswerTime | None] = []
        created_since: str | None = None
        while True:
            last_created, is_cut = None, False
            for answer in self._answers(source_id, _window(condition, created_since)):
                asked.append(self.api.answer_time)
                for page in answer["results"]:
                    last_created = page["created_time"]
                    if page["id"] not in pages:
                        pages[page["id"]] = self._whole(page, before.get(page["id"]))
                # The end at 10,000 looks like the last page: `has_more` is false. Any page of the
                # answer may carry the only sign of it
                # (https://developers.notion.com/guides/data-apis/query-large-data-sources).
                is_cut = is_cut or (answer.get("request_status") or {}).get("type") == "incomplete"
            if not is_cut:
                return _Edited(list(pages.values()), asked[0])
            # `on_or_after` starts with the last minute again. Where nothing came after that minute,
            # it alone holds more rows than a query returns.
            if last_created is None or last_created == created_since:
                raise SourceError(
                    f"data source {source_id}: more than 10,000 rows were created within one"
                    " minute, and Notion returns no more of them",
                    hint="Move some of them to another database.",
                )
            created_since = last_created

    def _answers(
        self, source_id: str, condition: Json | None, more: Mapping[str, Any] = _NOTHING
    ) -> Iterator[Json]:
        query: Json = {
            "page_size": 100,
            # Without a sort the order is undefined, and a cursor may skip or repeat rows.
            "sorts": [{"timestamp": "created_time", "direction": "ascending"}],
            **more,
        }
        if condition is not None:
            query["filter"] = condition
        while True:
            answer = self._query(source_id, query)
            if not isinstance(answer.get("results"), list):
                raise SourceError(
                    f"data source {source_id}: Notion's answer holds no list of rows",
                    hint="Nothing is taken from this answer; the next run asks again.",
                )
            yield answer
            query["start_cursor"] = answer.get("next_cursor")
            if not answer.get("has_more") or query["start_cursor"] is None:
                return

    def _whole(self, page: Json, before: Json | None) -> Json:
        """A page with complete relations: a query returns the first 25 pages of each. The others
        are taken from `before` where the row was not edited and the relation begins alike.
        """
        for value in page["properties"].values():
            # Only `has_more` says whether something is missing: an answer may hold more than 25
            # (https://developers.notion.com/reference/property-value-object).
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
            for item in answer.get("results", ()):
                yield item["relation"]
            cursor = answer.get("next_cursor")
            if not answer.get("has_more") or cursor is None:
                return

    def keep(self, source: Source) -> None:
        """Remember rows as they are after a write, where their data source is remembered."""
        known: Json | None = self.memory.get(f"rows {source.id}")
        if known is not None:
            self._keep(source, known["full_at"])

    def _keep(self, source: Source, full_at: str) -> None:
        content = json.dumps(
            [
                list(source.pages.values()),
                source.title,
                [[prop.name, prop.id, prop.type, dict(prop.config)] for prop in source.properties],
            ]
        )
        self.memory[f"rows {source.id}"] = {
            "packed": b64encode(zlib.compress(content.encode(), 6)).decode(),
            "full_at": full_at,
        }
        self._keep_time(source)

    def _keep_time(self, source: Source) -> None:
        if source.edits_since is not None:
            self.memory[f"edits since {source.id}"] = source.edits_since.isoformat()

    @staticmethod
    def _unpacked(source_id: str, known: Json) -> Source:
        pages, title, properties = json.loads(zlib.decompress(b64decode(known["packed"])))
        return Source(
            source_id,
            title,
            tuple(Property(*values) for values in properties),
            {page["id"]: page for page in pages},
        )


def _fits(page: Json, properties: tuple[Property, ...]) -> bool:
    """Whether a page has exactly the known properties, by name, id and type."""
    present = {(name, value["id"], value["type"]) for name, value in page["properties"].items()}
    return present == {(prop.name, prop.id, prop.type) for prop in properties}


def _floats(prop: Property) -> bool:
    """Whether a value can change while its page is not edited: it is computed, or set from the
    other side of a relation.
    """
    return prop.type in ("rollup", "formula") or (
        prop.type == "relation" and bool(prop.config.get("dual_property"))
    )


def _relation_of(page: Json, property_id: str) -> list[Json]:
    value_of_relation: Json = next(
        (value for value in page["properties"].values() if value["id"] == property_id), {}
    )
    return list(value_of_relation.get("relation") or ())


def _window(condition: Json | None, created_since: str | None) -> Json | None:
    if created_since is None:
        return condition
    created: Json = {"timestamp": "created_time", "created_time": {"on_or_after": created_since}}
    return created if condition is None else {"and": [condition, created]}
