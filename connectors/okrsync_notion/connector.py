"""Notion as a connector: each data source is a table, each page a row that its id keeps for good, one PATCH for a page that changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from typing import Any

from okrsync.connector import (
    Ability,
    Batch,
    CellWrite,
    Connector,
    Context,
    Finding,
    Looks,
    Misfit,
    NewColumn,
    Outcome,
    Receipt,
    RemovedColumn,
    State,
    SummaryWrite,
)
from okrsync.errors import AccessError, LostAnswer, OkrsyncError
from okrsync.summary import Summary
from okrsync.table import FORMULA, PERCENT, CellValue, Row, Snapshot, Table, is_blank, same_value, text_of
from okrsync_notion.api import NotionApi, Refused
from okrsync_notion.comments import Comments
from okrsync_notion.people import People
from okrsync_notion.reading import BY_PEOPLE, Reader, Source
from okrsync_notion.region import REGION, Region
from okrsync_notion.settings import NotionSettings, notion_id
from okrsync_notion.values import COMPUTED, Property, fitted, new_property, sent, shown

__all__ = ["NotionConnector"]

Json = dict[str, Any]
_TRIES = 3


class NotionConnector(Connector[NotionSettings]):
    """The data sources of one or several Notion databases."""

    name = "notion"
    about = "Notion databases, through a connection they are shared with"
    settings_type = NotionSettings

    def __init__(self, settings: NotionSettings, context: Context) -> None:
        super().__init__(settings, context)
        self._api: NotionApi | None = None
        self._sources: dict[str, Source] = {}

    @property
    def abilities(self) -> frozenset[Ability]:
        return frozenset({Ability.WRITE, Ability.CREATE_COLUMNS, Ability.SUMMARY, Ability.NOTES})

    @property
    def place(self) -> str:
        return "\n".join(
            f"https://www.notion.so/{one.replace('-', '')}"
            for one in (*self.settings.databases, *self.settings.data_sources)
        )

    def close(self) -> None:
        if self._api is not None:
            self._api.close()
            self._api = None

    @property
    def _reader(self) -> Reader:
        if self._api is None:
            limits = self.context.limits
            self._api = NotionApi(
                self.settings.token,
                self.settings.api_endpoint,
                pace=limits.get("requests_per_second", 3.0),
                timeout=limits.get("timeout_seconds", 30.0),
                give_up=limits.get("give_up_seconds", 180.0),
            )
        return Reader(self._api, self.calls, self.context.memory)

    # reading

    def read(self) -> Snapshot:
        reader, now = self._reader, self.context.now()
        for name in list(self.context.memory):
            if name.startswith(REGION):
                self._region(name.removeprefix(REGION)).look()
        ids = reader.ids(self.settings.databases, self.settings.data_sources)
        self._sources = {one: reader.source(one, now) for one in ids}
        titles = self._titles()
        tables = tuple(self._table(source, titles) for source in self._sources.values())
        content = repr([(table.key, table.header, [row.values for row in table.rows]) for table in tables])
        return Snapshot(self.context.source, tables, sha256(content.encode()).hexdigest(), now)

    def _titles(self) -> dict[str, str]:
        """The titles of all rows by id: what a relation to them shows."""
        found = {}
        for source in self._sources.values():
            for page_id, page in source.pages.items():
                found[page_id] = _title_of(page) or page_id
        return found

    def _table(self, source: Source, titles: dict[str, str]) -> Table:
        rows = []
        there = [page for page in source.pages.values() if not page.get("in_trash") and not page.get("archived")]
        # No order is promised among rows made in the same minute; the id settles it, the same way each time.
        there.sort(key=lambda page: (page["created_time"], page["id"]))
        for number, page in enumerate(there, start=1):
            values, marks = _values(page, source.properties, titles)
            rows.append(Row(number, values, page["id"], marks, _title_of(page) or f"page {page['id'][:8]}"))
        header = tuple(one.name for one in source.properties)
        return Table(source.id, source.title, tuple(rows), header, owned=self._owned(source))

    def _owned(self, source: Source) -> dict[str, int]:
        """okrsync's properties by their ids, which stay when somebody renames them."""
        known: dict[str, str] = self.context.memory.get("owned", {})
        places = {one.id: place for place, one in enumerate(source.properties)}
        return {
            key.partition(" ")[2]: places[found]
            for key, found in known.items()
            if key.startswith(f"{source.id} ") and found in places
        }

    # deciding

    def fit(self, table: Table, column: int | None, looks: Looks, value: CellValue) -> CellValue | Misfit:
        if looks is Looks.SHARE and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            value = float(Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP))
        if column is None:
            return float(value) if isinstance(value, Decimal) else value
        return fitted(self._sources[table.key].properties[column], looks, value)

    def _region(self, page: str) -> Region:
        reader, now = self._reader, self.context.now()
        return Region(
            reader.api, self.calls, self.context.memory, self.context.source, page, now, lambda: reader.bot(now)
        )

    def shows(self, place: str, summary: Summary) -> bool:
        page = notion_id(place)
        return page is not None and self._region(page).shows(summary)

    # writing

    def write(self, batch: Batch) -> Receipt:
        outcomes: dict[str, Outcome] = {}
        for key in sorted(batch.table_keys):
            if key in self._sources:
                _Writing(self._reader, self.context, batch, self._sources[key], self._titles(), outcomes).run()
        for entry in batch.entries:
            outcomes.setdefault(entry.id, Outcome(State.CONFLICT, "its data source is no longer there"))
        if batch.summary is not None:
            outcomes[batch.summary.id] = self._summarised(batch.summary)
        return Receipt(outcomes)

    def _summarised(self, wanted: SummaryWrite) -> Outcome:
        page = notion_id(wanted.place)
        if page is None:
            return Outcome(State.SKIPPED, f"{wanted.place!r} is not a page in Notion; copy the page's address")
        try:
            return self._region(page).carry_out(wanted)
        except (AccessError, Refused) as error:
            way_out = f" {error.hint}" if error.hint else ""
            return Outcome(State.SKIPPED, f"the summary could not be written: {error.message}.{way_out}")

    # checking

    def check(self) -> Iterator[Finding]:
        try:
            bot = self._reader.api.read(self.calls, "the token", lambda client: client.users.me())
            yield Finding(True, f"the token is that of the connection {bot.get('name')!r}")
            for one in self._reader.ids(self.settings.databases, self.settings.data_sources):
                schema = self._reader.schema(one)
                count = len(schema.properties)
                yield Finding(True, f"{schema.title}: readable, {count} {'property' if count == 1 else 'properties'}")
        except OkrsyncError as error:
            yield Finding(False, error.message, error.hint)


def _title_of(page: Json) -> str:
    for value in page["properties"].values():
        if value.get("type") == "title":
            return text_of(shown(value, {}))
    return ""


def _values(
    page: Json, properties: tuple[Property, ...], titles: dict[str, str]
) -> tuple[tuple[CellValue, ...], bytes]:
    by_id = {value["id"]: value for value in page["properties"].values()}
    by_people = page.get(BY_PEOPLE, page)
    for value in by_id.values():
        if value["type"] in by_people:
            value[value["type"]] = by_people[value["type"]]
    values = tuple(shown(by_id[one.id], titles) if one.id in by_id else None for one in properties)
    marks = bytes((FORMULA if one.type in COMPUTED else 0) | (PERCENT if one.is_percent else 0) for one in properties)
    return values, marks


@dataclass(slots=True)
class _Writing:
    """One data source's part of a batch."""

    reader: Reader
    context: Context
    batch: Batch
    source: Source
    titles: dict[str, str]
    outcomes: dict[str, Outcome]
    read_as: tuple[Property, ...] = ()
    """The properties in the order in which rows were read, which is what their descriptions go by."""

    def run(self) -> None:
        """Make what columns are missing, write each page that changed once, then take columns back."""
        mine, self.read_as = self.source.id, self.source.properties
        columns = [one for one in self.batch.new_columns if one.table_key == mine]
        cells = [one for one in self.batch.cells if one.table_key == mine]
        removed = [one for one in self.batch.removed_columns if one.table_key == mine]
        notes = [one for one in self.batch.notes if one.table_key == mine]
        if columns or removed:
            self.source.properties = self.reader.schema(mine).properties
        self._make(columns)
        if cells or removed or notes:
            changed = self.reader.changed(mine, self.batch.snapshot.read_at)
            self.reader.take(self.source, changed.values(), self.context.now())
        for page_id, entries in _by_page(cells).items():
            self._write_page(page_id, entries)
        for one in removed:
            self.outcomes[one.id] = self._remove(one)
        for note in notes:
            self.outcomes[note.id] = self._comments.carry_out(note, self._standing(note.row.anchor))
        self._remember(cells, columns, removed)

    @property
    def _comments(self) -> Comments:
        reader, now = self.reader, self.context.now()
        return Comments(
            reader.api, reader.calls, People(reader.api, reader.calls, self.context.memory, now), reader.bot(now)
        )

    def _standing(self, page_id: str | None) -> Json | None:
        """A row's page; None where it is gone or in the trash."""
        page = self.source.pages.get(page_id or "")
        return None if page is None or page.get("in_trash") or page.get("archived") else page

    def _make(self, columns: list[NewColumn]) -> None:
        missing: list[NewColumn] = []
        for one in columns:
            if self._named(one.header) is not None:
                self.outcomes[one.id] = Outcome(State.UNCHANGED)
            else:
                missing.append(one)
        if not missing:
            return
        wanted = {one.header: new_property(one.looks, one.words) for one in missing}
        try:
            self._send("the data source", lambda client: client.data_sources.update(self.source.id, properties=wanted))
        except Refused as error:
            for one in missing:
                self.outcomes[one.id] = Outcome(State.CONFLICT, error.message)
            return
        self.source.properties = self.reader.schema(self.source.id).properties
        for one in missing:
            self.outcomes[one.id] = Outcome(State.WRITTEN if self._named(one.header) else State.CONFLICT)

    def _send(self, what: str, ask: Any) -> Json:
        """A write that may be repeated as it is, since it says what shall be and not what to add."""
        for attempt in range(_TRIES):
            try:
                answer: Json = self.reader.api.write(self.reader.calls, what, ask)
                return answer
            except LostAnswer:
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError("the last try answers or raises")

    def _named(self, header: str) -> Property | None:
        return next((one for one in self.source.properties if one.name.strip() == header.strip()), None)

    def _write_page(self, page_id: str, entries: list[CellWrite]) -> None:
        page = self._standing(page_id)
        if page is None:
            for one in entries:
                self.outcomes[one.id] = Outcome(State.CONFLICT, "the page is gone, or in the trash")
            return
        wanted: dict[str, tuple[CellWrite, Property]] = {}
        for one in entries:
            found = self._named(one.column.header)
            verdict = self._verdict(one, page, found)
            if verdict is not None or found is None:
                self.outcomes[one.id] = verdict or Outcome(State.CONFLICT, "its property is gone")
            else:
                wanted[found.id] = (one, found)
        if wanted:
            self._patch(page_id, wanted)

    def _verdict(self, cell: CellWrite, page: Json, found: Property | None) -> Outcome | None:
        """What became of a cell without writing; None where it is to be written."""
        if found is None:
            return Outcome(State.CONFLICT, f"the property {cell.column.header!r} is no longer there")
        values, _ = _values(page, self.source.properties, self.titles)
        now = values[self.source.properties.index(found)]
        if same_value(now, cell.after):
            return Outcome(State.UNCHANGED)
        if found.type in COMPUTED:
            return Outcome(State.SKIPPED, f"{found.name!r} is worked out by Notion and cannot be written")
        described, _ = _values(page, self.read_as, self.titles)
        if any(not same_value(described[at], value) for at, value in cell.row.identity):
            return Outcome(State.CONFLICT, "the row was reworded meanwhile; the next run looks at it anew")
        if not same_value(now, cell.before):
            return Outcome(State.CONFLICT, f"it says {text_of(now)[:60]!r} now")
        return None

    def _patch(self, page_id: str, wanted: dict[str, tuple[CellWrite, Property]]) -> None:
        body = {property_id: sent(found, cell.after) for property_id, (cell, found) in wanted.items()}
        try:
            answer = self._send(f"page {page_id}", lambda client: client.pages.update(page_id, properties=body))
        except Refused as error:
            for cell, _ in wanted.values():
                self.outcomes[cell.id] = Outcome(State.CONFLICT, error.message)
            return
        self.reader.take(self.source, [answer], self.context.now())
        by_id = {value["id"]: value for value in answer["properties"].values()}
        for property_id, (cell, _) in wanted.items():
            holds = property_id in by_id and same_value(shown(by_id[property_id], self.titles), cell.after)
            reason = None if holds else "Notion answered that the page holds something else"
            self.outcomes[cell.id] = Outcome(State.WRITTEN if holds else State.CONFLICT, reason)

    def _remove(self, removed: RemovedColumn) -> Outcome:
        found = self._named(removed.column.header)
        if found is None:
            return Outcome(State.UNCHANGED, "it is gone already")
        for page in self.source.pages.values():
            by_id = {value["id"]: value for value in page["properties"].values()}
            if found.id in by_id and not is_blank(shown(by_id[found.id], self.titles)):
                return Outcome(State.CONFLICT, "the property is in use")
        gone = {found.id: None}
        self._send("the data source", lambda client: client.data_sources.update(self.source.id, properties=gone))
        self.source.properties = tuple(one for one in self.source.properties if one.id != found.id)
        return Outcome(State.WRITTEN)

    def _remember(self, cells: list[CellWrite], columns: list[NewColumn], removed: list[RemovedColumn]) -> None:
        """Which properties are okrsync's, by their ids, and how the rows stand now."""
        known: dict[str, str] = dict(self.context.memory.get("owned", {}))
        headers = {cell.field: cell.column.header for cell in cells if cell.field}
        headers.update({column.field: column.header for column in columns})
        for name, header in headers.items():
            found = self._named(header)
            if found is not None:
                known[f"{self.source.id} {name}"] = found.id
        if headers:
            self.context.memory["owned"] = known
        if cells or columns or removed:
            self.reader.keep(self.source)


def _by_page(cells: list[CellWrite]) -> dict[str, list[CellWrite]]:
    found: dict[str, list[CellWrite]] = {}
    for cell in cells:
        found.setdefault(cell.row.anchor or "", []).append(cell)
    return found
