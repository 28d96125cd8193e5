"""The views of a board: created once where there is none of that name, and removed again."""

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
    """The views of one data source. Their names are read once, and kept current by what is made and
    removed here. Where it is unknown what became of a request, they are read again.
    """

    reader: DataSourceReader
    source: Source
    _names: dict[str, str] | None = None
    """The name of each view, by its id; None where they are to be read."""

    def make(self, wanted: NewView) -> Outcome:
        """Create a view, unless there is one of that name. Where Notion refuses it, the board is
        kept without it.
        """

        def make(attempt: int) -> Outcome:
            if attempt > 1:
                self._names = None
            if self._named(wanted.name) is not None:
                return Outcome(State.WRITTEN if attempt > 1 else State.UNCHANGED)
            self._create(wanted)
            return Outcome(State.WRITTEN)

        try:
            return self.reader.api.repeat_lost(make)
        except (Forbidden, NotionRefused) as error:
            return Outcome(State.SKIPPED, f"Notion did not make the view: {error.message}")

    def remove(self, removed: RemovedView) -> Outcome:
        """Delete a view that okrsync created. A deleted or renamed one counts as gone."""
        try:
            view_id = self._named(removed.name)
            # Somebody may have renamed it since the names were read, and it is theirs then.
            if view_id is not None and self._view(view_id).get("name") != removed.name:
                self._names = None
                view_id = self._named(removed.name)
            if view_id is None:
                return Outcome(State.UNCHANGED, "it is gone already")
            names, self._names = self._names, None
            self.reader.api.put(
                self.reader.calls, "the view", lambda client: client.views.delete(view_id)
            )
            self._names = {id_: name for id_, name in (names or {}).items() if id_ != view_id}
        except (Forbidden, NotionRefused) as error:
            self._names = None
            return Outcome(State.CONFLICT, error.message)
        return Outcome(State.WRITTEN)

    def _named(self, name: str) -> str | None:
        if self._names is None:
            # A list of views holds ids only; the name of each takes a request of its own
            # (https://developers.notion.com/guides/data-apis/working-with-views).
            self._names = {view_id: self._view(view_id).get("name", "") for view_id in self._all()}
        return next((id_ for id_, known in self._names.items() if known == name), None)

    def _all(self) -> Iterator[str]:
        cursor: str | None = None
        while True:
            answer = self._listed({} if cursor is None else {"start_cursor": cursor})
            yield from (view["id"] for view in answer["results"])
            cursor = answer.get("next_cursor")
            if not answer.get("has_more") or cursor is None:
                return

    def _listed(self, more: Json) -> Any:
        return self.reader.api.read(
            self.reader.calls,
            "the board's views",
            lambda client: client.views.list(data_source_id=self.source.id, page_size=100, **more),
        )

    def _view(self, view_id: str) -> Any:
        return self.reader.api.read(
            self.reader.calls, "a view", lambda client: client.views.retrieve(view_id)
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
        if visible := list(self._visible_properties(wanted)):
            configuration["properties"] = visible
        if len(configuration) > 1:
            body["configuration"] = configuration
        if conditions := list(self._conditions(wanted)):
            body["filter"] = conditions[0] if len(conditions) == 1 else {"and": conditions}
        if (prop := self._property(wanted.rising)) is not None:
            body["sorts"] = [{"property": prop.id, "direction": "ascending"}]
        names, self._names = self._names, None
        view = self.reader.api.add(
            self.reader.calls, "the board's views", lambda client: client.views.create(**body)
        )
        # If the answer does not name the view, the names are read again.
        if names is not None and "id" in view and "name" in view:
            self._names = {**names, view["id"]: view["name"]}

    def _conditions(self, wanted: NewView) -> Iterator[Json]:
        """What the rows of a view must fulfil, in the form of a query's filter."""
        if wanted.only is not None and (prop := self._property(wanted.only[0])) is not None:
            words = wanted.only[1]
            # Conditions may stand within others two levels deep
            # (https://developers.notion.com/reference/filter-data-source-entries).
            yield {"or": [{"property": prop.id, prop.type: {"equals": word}} for word in words]}
        if (prop := self._property(wanted.filled)) is not None:
            yield {"property": prop.id, prop.type: {"is_not_empty": True}}
        if (prop := self._property(wanted.empty)) is not None:
            yield {"property": prop.id, prop.type: {"is_empty": True}}

    def _visible_properties(self, wanted: NewView) -> Iterator[Json]:
        """Which of okrsync's properties are visible. The other side of its relation is hidden:
        nested rows already show it.
        """
        headers = {**dict.fromkeys(wanted.shown, True), **dict.fromkeys(wanted.hidden, False)}
        sides: list[str] = []
        for header, is_seen in headers.items():
            prop = self._property(header)
            if prop is not None:
                yield {"property_id": prop.id, "visible": is_seen}
                sides += [
                    str(side)
                    for side in [(prop.config.get("dual_property") or {}).get("synced_property_id")]
                    if side
                ]
        for prop in self.source.properties:
            # Notion percent-encodes the ids of properties, but not those within a configuration.
            if unquote(prop.id) in {unquote(side) for side in sides}:
                yield {"property_id": prop.id, "visible": False}

    def _property(self, header: str | None) -> Property | None:
        return next((prop for prop in self.source.properties if prop.name == header), None)


def _grouped(prop: Property) -> Json:
    """How a view is grouped by a property."""
    # Options of a status stand in three fixed groups, and Notion refuses a grouping of a status
    # that does not say whether it goes by option or by group.
    more = {"group_by": "option"} if prop.type == "status" else {}
    return {"type": prop.type, "property_id": prop.id, "sort": {"type": "manual"}, **more}
