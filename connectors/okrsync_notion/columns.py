"""The properties of a data source that are okrsync's: made where they are missing, found by their
names, and taken back where nobody uses them.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from okrsync.connector import NewColumn, Outcome, RemovedColumn, State, is_blank
from okrsync_notion.api import NotionRefused
from okrsync_notion.reading import DataSourceReader, Source
from okrsync_notion.values import Display, Property, new_property, shown

__all__ = ["PropertyColumns"]


@dataclass(frozen=True, slots=True)
class PropertyColumns:
    """The properties of one data source, which is brought up to date with what is made and
    removed.
    """

    reader: DataSourceReader
    source: Source
    display: Display

    def named(self, header: str) -> Property | None:
        """The property of that name, whatever blanks are around it."""
        return next(
            (one for one in self.source.properties if one.name.strip() == header.strip()), None
        )

    def make(self, columns: list[NewColumn]) -> dict[str, Outcome]:
        """The columns that are not there. Sent twice, a relation would get a second other side:
        after a lost answer it is looked for.
        """
        outcomes: dict[str, Outcome] = {}

        def make(attempt: int) -> None:
            if attempt > 1:
                self.source.properties = self.reader.schema(self.source.id).properties
            missing = [one for one in columns if self.named(one.header) is None]
            for one in columns:
                if one not in missing:
                    state = State.WRITTEN if attempt > 1 else State.UNCHANGED
                    outcomes.setdefault(one.id, Outcome(state))
            if missing:
                self._create(missing, outcomes)

        self.reader.api.repeat_lost(make)
        return outcomes

    def _create(self, missing: list[NewColumn], outcomes: dict[str, Outcome]) -> None:
        wanted = {one.header: new_property(one.looks, one.words, self.source.id) for one in missing}
        try:
            self.reader.api.add(
                self.reader.calls,
                "the data source",
                lambda client: client.data_sources.update(self.source.id, properties=wanted),
            )
        except NotionRefused as error:
            for one in missing:
                outcomes[one.id] = Outcome(State.CONFLICT, error.message)
            return
        self.source.properties = self.reader.schema(self.source.id).properties
        for one in missing:
            outcomes[one.id] = Outcome(State.WRITTEN if self.named(one.header) else State.CONFLICT)

    def remove(self, removed: RemovedColumn) -> Outcome:
        """Take a property away in which nothing stands, and with it the other side of its
        relation.
        """
        found = self.named(removed.column.header)
        if found is None:
            return Outcome(State.UNCHANGED, "it is gone already")
        for page in self.source.pages.values():
            if page.get("in_trash"):
                continue
            by_id = {value["id"]: value for value in page["properties"].values()}
            if found.id in by_id and not is_blank(shown(by_id[found.id], self.display)):
                return Outcome(State.CONFLICT, "the property is in use")
        self._drop(found.id)
        other = (found.config.get("dual_property") or {}).get("synced_property_id")
        if other is not None and found.config.get("data_source_id") == self.source.id:
            # The other side was made with it, and may have been left standing.
            self.source.properties = self.reader.schema(self.source.id).properties
            # Ids of properties are encoded, and those in what goes with a property are not.
            for left in [
                one.id for one in self.source.properties if unquote(one.id) == unquote(other)
            ]:
                self._drop(left)
        return Outcome(State.WRITTEN)

    def _drop(self, property_id: str) -> None:
        gone = {property_id: None}
        try:
            self.reader.api.put(
                self.reader.calls,
                "the data source",
                lambda client: client.data_sources.update(self.source.id, properties=gone),
            )
        except NotionRefused:
            if any(one.id == property_id for one in self.reader.schema(self.source.id).properties):
                raise
            # It went with an answer that was lost.
        self.source.properties = tuple(
            one for one in self.source.properties if one.id != property_id
        )
