"""okrsync's own properties in a data source: created where they are missing, recognised by name,
and removed where nobody uses them.
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
    """The properties of one data source. `source` is updated with what is created and removed."""

    reader: DataSourceReader
    source: Source
    display: Display

    def named(self, header: str) -> Property | None:
        """The property of that name, blanks around it ignored; None where there is none."""
        return next(
            (prop for prop in self.source.properties if prop.name.strip() == header.strip()), None
        )

    def make(self, columns: list[NewColumn]) -> dict[str, Outcome]:
        """Create the columns that are missing. A relation sent twice would get a second property on
        its other side, so that the schema is read again after a lost answer.
        """
        outcomes: dict[str, Outcome] = {}

        def make(attempt: int) -> None:
            if attempt > 1:
                self.source.properties = self.reader.schema(self.source.id).properties
            missing = [column for column in columns if self.named(column.header) is None]
            for column in columns:
                if column not in missing:
                    state = State.WRITTEN if attempt > 1 else State.UNCHANGED
                    outcomes.setdefault(column.id, Outcome(state))
            if missing:
                self._create(missing, outcomes)

        self.reader.api.repeat_lost(make)
        return outcomes

    def _create(self, missing: list[NewColumn], outcomes: dict[str, Outcome]) -> None:
        wanted = {
            column.header: new_property(column.looks, column.words, self.source.id)
            for column in missing
        }
        try:
            self.reader.api.add(
                self.reader.calls,
                "the data source",
                lambda client: client.data_sources.update(self.source.id, properties=wanted),
            )
        except NotionRefused as error:
            for column in missing:
                outcomes[column.id] = Outcome(State.CONFLICT, error.message)
            return
        # A 200 does not prove that every property was made: Notion may leave out what it does not
        # know. Only the schema does.
        self.source.properties = self.reader.schema(self.source.id).properties
        for column in missing:
            outcomes[column.id] = Outcome(
                State.WRITTEN if self.named(column.header) else State.CONFLICT
            )

    def remove(self, removed: RemovedColumn) -> Outcome:
        """Remove a property that is empty on every page, and with it the other side of its
        relation.
        """
        prop = self.named(removed.column.header)
        if prop is None:
            return Outcome(State.UNCHANGED, "it is gone already")
        for page in self.source.pages.values():
            if page.get("in_trash"):
                continue
            by_id = {value["id"]: value for value in page["properties"].values()}
            if prop.id in by_id and not is_blank(shown(by_id[prop.id], self.display)):
                return Outcome(State.CONFLICT, "the property is in use")
        self._drop(prop.id)
        other = (prop.config.get("dual_property") or {}).get("synced_property_id")
        if other is not None and prop.config.get("data_source_id") == self.source.id:
            # Notion created the other side together with the property, and may keep it.
            self.source.properties = self.reader.schema(self.source.id).properties
            # Notion percent-encodes the ids of properties, but not those within a configuration.
            for other_id in [
                prop.id for prop in self.source.properties if unquote(prop.id) == unquote(other)
            ]:
                self._drop(other_id)
        return Outcome(State.WRITTEN)

    def _drop(self, property_id: str) -> None:
        removal = {property_id: None}
        try:
            self.reader.api.put(
                self.reader.calls,
                "the data source",
                lambda client: client.data_sources.update(self.source.id, properties=removal),
            )
        except NotionRefused:
            if any(
                prop.id == property_id for prop in self.reader.schema(self.source.id).properties
            ):
                raise
            # An earlier request removed it, and its answer was lost.
        self.source.properties = tuple(
            prop for prop in self.source.properties if prop.id != property_id
        )
