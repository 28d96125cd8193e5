"""Pages of a data source that is not read: rows name their objectives, periods, teams and owners by
relations, which hold only ids. The titles are requested, and remembered for a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from okrsync_notion.api import Forbidden, NotionRefused
from okrsync_notion.reading import DataSourceReader, Source
from okrsync_notion.relations import is_read_by_title
from okrsync_notion.rows import title_of

__all__ = ["OtherTitles"]

Json = dict[str, Any]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OtherTitles:
    """The titles of pages that rows name, in data sources that are not among `sources`."""

    reader: DataSourceReader
    sources: Mapping[str, Source]
    now: datetime

    def by_id(self) -> Mapping[str, str]:
        """The titles by id, without those of a data source that the connection may not see."""
        titles: dict[str, str] = {}
        for target, pages in self._named().items():
            titles |= self._titles(target, pages)
        return titles

    def _named(self) -> Mapping[str, set[str]]:
        """By data source, the ids of the pages that rows name there."""
        named: dict[str, set[str]] = {}
        for source, name, target in self._relations():
            for page in source.pages.values():
                value = page["properties"].get(name) or {}
                named.setdefault(target, set()).update(
                    each["id"] for each in value.get("relation") or ()
                )
        return {target: pages for target, pages in named.items() if pages}

    def _relations(self) -> Iterator[tuple[Source, str, str]]:
        for source in self.sources.values():
            for prop in source.properties:
                target = prop.config.get("data_source_id") if prop.type == "relation" else None
                if target is not None and target not in self.sources and is_read_by_title(prop):
                    yield source, prop.name, str(target)

    def _titles(self, target: str, pages: set[str]) -> Mapping[str, str]:
        name = f"titles of {target}"
        known: Json | None = self.reader.memory.get(name)
        is_old = known is None or self.now - datetime.fromisoformat(known["at"]) > _DAY
        if known is None or is_old or not pages <= known["titles"].keys():
            try:
                titles = {page["id"]: title_of(page) for page in self.reader.titles(target)}
            except (Forbidden, NotionRefused):
                titles = {}
            # A page that is not there is not asked for again before the day is over.
            kept = {page: titles.get(page, "") for page in pages}
            known = {"at": self.now.isoformat(), "titles": kept}
            self.reader.memory[name] = known
        return {page: title for page, title in known["titles"].items() if title and page in pages}
