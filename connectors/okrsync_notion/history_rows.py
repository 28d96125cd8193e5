"""The history in a database that is okrsync's to add rows to: a page for each line.

Pages are created one by one, so that a run may end between two of them. The next run looks which
lines are there before it goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from okrsync.connector import (
    CellValue,
    HistoryWrite,
    Outcome,
    State,
    as_text,
    is_blank,
    missing_lines,
    without_lines,
)
from okrsync_notion.reading import DataSourceReader, Source
from okrsync_notion.values import Display, Property, sent, shown

__all__ = ["MOST_LINES", "HistoryRows"]

Json = dict[str, Any]
MOST_LINES = 300
"""Lines that one run adds: at three requests a second they take under two minutes."""
_TITLE = "Title"
"""The column that becomes the title of a page, where the lines have one."""


@dataclass(slots=True)
class HistoryRows:
    """The rows of the database with this id."""

    reader: DataSourceReader
    database: str
    timezone: ZoneInfo

    def rows(self) -> list[tuple[CellValue, ...]]:
        """The header and all rows, each with its values under the header; none where the database
        has no data source.
        """
        source = self._read()
        names = _names(source.properties)
        return [tuple(names), *(values for _, values in self._lines(source))]

    def append(self, write: HistoryWrite) -> Outcome:
        """Create the pages of the lines that are missing, in their order."""
        source = self._with_properties(write)
        rows = [values for _, values in self._in_order(source, write)] if write.retried else ()
        lines = missing_lines(rows, write)
        for line in lines:
            self._add(source, write, line)
        return Outcome(State.WRITTEN if lines else State.UNCHANGED, None, write.place)

    def take_away(self, write: HistoryWrite) -> Outcome:
        """Move the pages of lines that stand exactly so to the trash."""
        source = self._read()
        pages = self._in_order(source, write)
        missing = without_lines([values for _, values in pages], write.lines).missing
        if missing:
            return Outcome(State.CONFLICT, f"{missing} of its lines are no longer there; they stay")
        texts = [as_text(line) for line in write.lines]
        for page_id, values in reversed(pages):
            if as_text(values) in texts:
                texts.remove(as_text(values))
                self._trash(page_id)
        return Outcome(State.WRITTEN)

    def _trash(self, page_id: str) -> None:
        self.reader.api.put(
            self.reader.calls,
            "the history",
            lambda client: client.pages.update(page_id, in_trash=True),
        )

    def _read(self) -> Source:
        """The data source of the database as it is now, with all of its pages."""
        return self.reader.as_it_is(self.reader.data_source_of(self.database))

    def _lines(self, source: Source) -> list[tuple[str, tuple[CellValue, ...]]]:
        display = Display({}, self.timezone)
        lines = []
        for page in source.pages.values():
            if page.get("in_trash") or page.get("archived"):
                continue
            by_id = {value["id"]: value for value in page["properties"].values()}
            values = tuple(
                shown(by_id[prop.id], display) if prop.id in by_id else None
                for prop in source.properties
            )
            lines.append((page["id"], values))
        return lines

    def _in_order(
        self, source: Source, write: HistoryWrite
    ) -> list[tuple[str, tuple[CellValue, ...]]]:
        """The pages with their values in the order of the columns of the lines."""
        names = _names(source.properties, _title_column(write.columns))
        indexes = [names.index(name) if name in names else None for name in write.columns]
        return [
            (page_id, tuple(None if index is None else values[index] for index in indexes))
            for page_id, values in self._lines(source)
        ]

    def _with_properties(self, write: HistoryWrite) -> Source:
        """The data source with a property for each column. Numbers get a property for numbers."""
        source_id = self.reader.data_source_of(self.database)
        source = self.reader.schema(source_id)
        if write.retried:
            source = self.reader.as_it_is(source_id)
        title = _title_column(write.columns)
        names = {prop.name for prop in source.properties}
        wanted: Json = {}
        for index, name in enumerate(write.columns):
            if name == title or name in names:
                continue
            values = [line[index] for line in write.lines if not is_blank(line[index])]
            are_numbers = all(isinstance(value, int | float) for value in values)
            wanted[name] = {"number": {}} if values and are_numbers else {"rich_text": {}}
        if wanted:
            self.reader.api.put(
                self.reader.calls,
                "the history",
                lambda client: client.data_sources.update(source_id, properties=wanted),
            )
            source.properties = self.reader.schema(source_id).properties
        return source

    def _add(self, source: Source, write: HistoryWrite, line: tuple[CellValue, ...]) -> None:
        body = _body(source.properties, write.columns, line)
        parent = {"type": "data_source_id", "data_source_id": source.id}

        def make(attempt: int) -> None:
            if attempt > 1:
                fresh = self.reader.as_it_is(source.id)
                standing = [as_text(values) for _, values in self._in_order(fresh, write)]
                # The same line twice says nothing that one of them does not say.
                if as_text(line) in standing:
                    return
            self.reader.api.add(
                self.reader.calls,
                "the history",
                lambda client: client.pages.create(parent=parent, properties=body),
            )

        self.reader.api.repeat_lost(make)


def _title_column(columns: Sequence[str]) -> str:
    return _TITLE if _TITLE in columns else columns[0]


def _names(properties: Sequence[Property], title: str = _TITLE) -> list[str]:
    """The columns under which the properties are read: the title is the column of titles, whatever
    people call it.
    """
    return [title if prop.type == "title" else prop.name for prop in properties]


def _body(
    properties: Sequence[Property], columns: Sequence[str], line: Sequence[CellValue]
) -> Json:
    """The properties of a new page. What a property of another type cannot hold is left out."""
    by_name = {prop.name: prop for prop in properties}
    title = _title_column(columns)
    title_property = next(prop for prop in properties if prop.type == "title")
    body: Json = {}
    for name, value in zip(columns, line, strict=True):
        prop = title_property if name == title else by_name.get(name)
        if prop is None or is_blank(value):
            continue
        if prop.type == "number" and not isinstance(value, int | float):
            continue
        if prop.type in ("title", "rich_text", "number"):
            body[prop.name] = sent(prop, value)
    return body
