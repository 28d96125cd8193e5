"""Ways to look at a board: made once, where none of that name is there, and taken back again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from okrsync.connector import NewView, Outcome, RemovedView, State
from okrsync_notion.api import Forbidden, NotionRefused
from okrsync_notion.reading import DataSourceReader, Source
from okrsync_notion.values import Property

__all__ = ["Views"]

Json = dict[str, Any]


@dataclass(slots=True)
class Views:
    """The views of one data source."""

    reader: DataSourceReader
    source: Source

    def make(self, wanted: NewView) -> Outcome:
        """A view, unless one of that name is there. A workspace whose views cannot be made keeps
        its board without.
        """

        def make(attempt: int) -> Outcome:
            if self._named(wanted.name) is not None:
                return Outcome(State.WRITTEN if attempt > 1 else State.UNCHANGED)
            self._create(wanted)
            return Outcome(State.WRITTEN)

        try:
            return self.reader.api.repeat_lost(make)
        except (Forbidden, NotionRefused) as error:
            return Outcome(State.SKIPPED, f"Notion did not make the view: {error.message}")

    def remove(self, removed: RemovedView) -> Outcome:
        """A view that was made; it is gone already where somebody deleted or renamed it."""
        try:
            found = self._named(removed.name)
            if found is None:
                return Outcome(State.UNCHANGED, "it is gone already")
            self.reader.api.put(
                self.reader.calls, "the view", lambda client: client.views.delete(found)
            )
        except (Forbidden, NotionRefused) as error:
            return Outcome(State.CONFLICT, error.message)
        return Outcome(State.WRITTEN)

    def _named(self, name: str) -> str | None:
        for one in self._all():
            if self._view(one).get("name") == name:
                return one
        return None

    def _all(self) -> Iterator[str]:
        cursor: str | None = None
        while True:
            answer = self._listed({} if cursor is None else {"start_cursor": cursor})
            yield from (one["id"] for one in answer["results"])
            cursor = answer.get("next_cursor")
            if not answer.get("has_more") or cursor is None:
                return

    def _listed(self, more: Json) -> Any:
        return self.reader.api.read(
            self.reader.calls,
            "the board's views",
            lambda client: client.views.list(data_source_id=self.source.id, page_size=100, **more),
        )

    def _view(self, one: str) -> Any:
        return self.reader.api.read(
            self.reader.calls, "a view", lambda client: client.views.retrieve(one)
        )

    def _create(self, wanted: NewView) -> None:
        body: Json = {
            "database_id": self.source.database,
            "data_source_id": self.source.id,
            "name": wanted.name,
            "type": wanted.form,
        }
        configuration: Json = {"type": wanted.form}
        if (group := self._property(wanted.group_by)) is not None:
            configuration["group_by"] = _grouped(group)
        if (nested := self._property(wanted.nested)) is not None:
            configuration["subtasks"] = {"property_id": nested.id, "display_mode": "show"}
        if seen := list(self._seen(wanted)):
            configuration["properties"] = seen
        if len(configuration) > 1:
            body["configuration"] = configuration
        if wanted.only is not None and (found := self._property(wanted.only[0])) is not None:
            body["filter"] = {
                "or": [
                    {"property": found.id, found.type: {"equals": word}} for word in wanted.only[1]
                ]
            }
        self.reader.api.add(
            self.reader.calls, "the board's views", lambda client: client.views.create(**body)
        )

    def _seen(self, wanted: NewView) -> Iterator[Json]:
        """Which of okrsync's properties are to be seen. The other side of its relation goes unseen:
        rows under rows tell the same.
        """
        headers = {**dict.fromkeys(wanted.shown, True), **dict.fromkeys(wanted.hidden, False)}
        sides: list[str] = []
        for header, is_seen in headers.items():
            found = self._property(header)
            if found is not None:
                yield {"property_id": found.id, "visible": is_seen}
                sides += [
                    str(one)
                    for one in [(found.config.get("dual_property") or {}).get("synced_property_id")]
                    if one
                ]
        for one in self.source.properties:
            # Ids of properties are encoded where they stand by themselves, and those in what goes
            # with a property are not.
            if unquote(one.id) in {unquote(side) for side in sides}:
                yield {"property_id": one.id, "visible": False}

    def _property(self, header: str | None) -> Property | None:
        return next((one for one in self.source.properties if one.name == header), None)


def _grouped(found: Property) -> Json:
    """How a view is grouped by a property."""
    more = {"group_by": "option"} if found.type == "status" else {}
    return {"type": found.type, "property_id": found.id, "sort": {"type": "manual"}, **more}
