"""The Notion connector: each data source is a table, and each page a row that keeps its id for
good. A page that changed is written with one PATCH.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar

from okrsync.connector import (
    Ability,
    Batch,
    CellValue,
    Connector,
    Context,
    Finding,
    HistoryWrite,
    InsertedRow,
    Looks,
    ManagedPage,
    Misfit,
    OkrsyncError,
    Outcome,
    PartialWrite,
    Receipt,
    RequestPreview,
    ReviewPage,
    Row,
    RowRef,
    Snapshot,
    State,
    Summary,
    SummaryWrite,
    Table,
    TakenRow,
    names_in,
    text_of,
)
from okrsync.connector.network import Network
from okrsync_notion.api import Forbidden, NotionApi, NotionRefused, notion_network
from okrsync_notion.carrying import PageCarrying
from okrsync_notion.checks import Checks
from okrsync_notion.history_rows import MOST_LINES, HistoryRows
from okrsync_notion.other_titles import OtherTitles
from okrsync_notion.own_edits import moved_by_us
from okrsync_notion.people import People
from okrsync_notion.reading import DataSourceReader, Source
from okrsync_notion.region import REGION, Region
from okrsync_notion.rehearsal import RehearsedApi
from okrsync_notion.relations import list_sides, lists_unread, lists_work
from okrsync_notion.rows import labels_of, title_of, values_of
from okrsync_notion.settings import NotionSettings, notion_id
from okrsync_notion.values import Display, fitted
from okrsync_notion.writing import Writing

__all__ = ["NotionConnector"]

Json = dict[str, Any]


class NotionConnector(Connector[NotionSettings]):
    """The data sources of one or several Notion databases."""

    name = "notion"
    about = "Notion databases, through a connection they are shared with"
    settings_type = NotionSettings
    keeps_tables = True
    knows_rows = True
    most_history_lines = MOST_LINES
    summary_place = "the address of a page, for a callout with the headline numbers"
    guide = (
        "Make a connection in Notion (Settings, Connections), add it to the database (...,"
        " Connections), put its token into an environment variable such as NOTION_TOKEN and name"
        " that with --token-env; docs/notion.md explains each step."
    )
    usual_secrets = ({"env": "NOTION_TOKEN"},)

    @classmethod
    def recognise(cls, text: str) -> Mapping[str, Any] | None:
        page_id = notion_id(text)
        is_id = page_id is not None and text.replace("-", "").lower() == page_id.replace("-", "")
        return {"database": text} if is_id or (page_id is not None and "://" in text) else None

    @classmethod
    def together(cls, settings: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
        return {"database": [str(each["database"]) for each in settings]}

    def __init__(self, settings: NotionSettings, context: Context) -> None:
        super().__init__(settings, context)
        self._network = notion_network(settings.token, settings.api_endpoint, context.limits)
        self._api: NotionApi | None = None
        self._sources: dict[str, Source] = {}
        self._people: People | None = None

    @property
    def abilities(self) -> frozenset[Ability]:
        # Whether the connection has the capability for each only shows when it is used: `check`
        # finds out.
        return frozenset(Ability) - {Ability.COPY_TABS}

    @property
    def place(self) -> str:
        # The title in an address changes with the page, and only the id counts.
        return "\n".join(
            f"https://www.notion.so/{id_.replace('-', '')}"
            for id_ in (*self.settings.databases, *self.settings.data_sources)
        )

    @property
    def network(self) -> Network:
        return self._network

    def let_go(self) -> None:
        self._sources, self._people = {}, None

    def close(self) -> None:
        if self._api is not None:
            self._api.close()
            self._api = None

    @property
    def _reader(self) -> DataSourceReader:
        if self._api is None:
            self._api = NotionApi(self.settings.token, self.settings.api_endpoint, self._network)
        return DataSourceReader(self._api, self.calls, self.context.memory)

    # reading

    def read(self) -> Snapshot:
        reader, now = self._reader, self.context.now()
        for name in list(self.context.memory):
            if name.startswith(REGION):
                page, _, cycle = name.removeprefix(REGION).partition(" ")
                # What is kept of a cycle that ended is looked at when it is next written.
                if not cycle:
                    self._region(page).look()
        ids = reader.ids(self.settings.databases, self.settings.data_sources, now)
        # All sources are read before any is shown: a relation shows the titles of rows in another.
        try:
            self._sources = {source_id: reader.source(source_id, now) for source_id in ids}
        except NotionRefused as error:
            if error.code == "object_not_found":
                reader.why_gone(self.settings.databases, self.settings.data_sources, now)
            raise
        display = self._display()
        if self.context.keeps_table:
            self._people = People(reader.api, self.calls, self.context.memory, now)
            # `fit` decides without a request, and needs the people by then.
            self._people.ask()
        left_out = set() if self.context.keeps_table else list_sides(self._sources)
        tables = tuple(self._table(source, display, left_out) for source in self._sources.values())
        content = repr(
            [(table.key, table.header, [row.values for row in table.rows]) for table in tables]
        )
        title = tables[0].name if len(tables) == 1 else None
        version = sha256(content.encode()).hexdigest()
        notes = () if self.context.keeps_table else tuple(self._unread_lists())
        return Snapshot(self.context.source, tables, version, now, notes, title)

    def _unread_lists(self) -> Iterator[str]:
        """What is said of lists of children in a database that is not read."""
        for source in self._sources.values():
            for prop in source.properties:
                if lists_unread(prop, self._sources) and not lists_work(prop):
                    yield (
                        f"{source.title}: {prop.name!r} lists pages of a database that this source"
                        " does not read, so these do not count; add it: `database` may be a list"
                    )

    def _display(self) -> Display:
        return Display(self._titles(), self.context.timezone)

    def _titles(self) -> dict[str, str]:
        """The titles of all rows by id, which a relation shows. Where two rows have one title, it
        shows their ids. Empty for a table of okrsync's own, where it shows ids: they are unique.
        """
        titles: dict[str, str] = {}
        if self.context.keeps_table:
            return titles
        counts: Counter[str] = Counter()
        for source in self._sources.values():
            for page_id, page in source.pages.items():
                titles[page_id] = title_of(page) or page_id
                counts[titles[page_id]] += 1
        others = OtherTitles(self._reader, self._sources, self.context.now()).by_id()
        titles |= others
        counts.update(others.values())
        # A title that two pages share would not say which of them is meant.
        return {
            page_id: title if counts[title] == 1 else page_id for page_id, title in titles.items()
        }

    def _table(
        self, source: Source, display: Display, left_out: Collection[tuple[str, str]]
    ) -> Table:
        rows = []
        pages = [
            page
            for page in source.pages.values()
            if not page.get("in_trash") and not page.get("archived")
        ]
        # `created_time` is cut to the minute, and Notion promises no order within one. The id makes
        # the order the same each time.
        pages.sort(key=lambda page: (page["created_time"], page["id"]))
        labels = labels_of(pages, source.properties)
        hidden = {prop.id for prop in source.properties if moved_by_us(prop, source, self._sources)}
        for number, page in enumerate(pages, start=1):
            values, marks = values_of(page, source.properties, display, hidden)
            rows.append(Row(number, values, page["id"], marks, labels[page["id"]]))
        header = tuple(
            "" if (source.id, prop.id) in left_out else prop.name for prop in source.properties
        )
        return Table(
            source.id,
            source.title,
            tuple(rows),
            header,
            owned=self._owned(source),
            column_ids={column: prop.id for column, prop in enumerate(source.properties)},
            has_order=False,
            money={
                column: prop.money
                for column, prop in enumerate(source.properties)
                if prop.money is not None
            },
        )

    def _owned(self, source: Source) -> dict[str, int]:
        """okrsync's properties by column. They are recognised by id, which stays when somebody
        renames them.
        """
        known: dict[str, str] = self.context.memory.get("owned", {})
        column_by_id = {prop.id: column for column, prop in enumerate(source.properties)}
        title = {"name": 0} if self.context.keeps_table else {}
        return title | {
            key.partition(" ")[2]: column_by_id[property_id]
            for key, property_id in known.items()
            if key.startswith(f"{source.id} ") and property_id in column_by_id
        }

    # deciding

    def fit(
        self, table: Table, column: int | None, looks: Looks, value: CellValue
    ) -> CellValue | Misfit:
        if (
            looks is Looks.SHARE
            and isinstance(value, int | float | Decimal)
            and not isinstance(value, bool)
        ):
            value = float(Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP))
        prop = None if column is None else self._sources[table.key].properties[column]
        if looks is Looks.PERSON and (prop is None or prop.type == "people"):
            return self._person(text_of(value))
        if prop is None:
            return float(value) if isinstance(value, Decimal) else value
        # A carried row may need an option that is new: its cycle.
        may_add = self.context.keeps_table or looks is Looks.CHOICE
        fits = fitted(prop, looks, value, may_add=may_add)
        if isinstance(fits, Misfit) and prop.options:
            DataSourceReader.look_for_options(self.context.memory, table.key)
        return fits

    def _person(self, text: str) -> CellValue | Misfit:
        """The people whom an owner cell names, under their names in the workspace."""
        if self._people is None:
            return Misfit("people are only named in a table that okrsync keeps")
        matches = [(name, self._people.find(name)) for name in names_in(text)]
        strangers = [name for name, person in matches if person is None]
        if strangers:
            return Misfit(
                f"nobody in the workspace has the address or the name {strangers[0]!r}; the note"
                " names them"
            )
        # A people property is read back as names, and a shared name would not say who was meant.
        names = [person[1] for _, person in matches if person is not None]
        twice = [name for name in names if self._people.find(name) is None]
        if twice:
            return Misfit(
                f"several people in the workspace are called {twice[0]!r}; the note names who is"
                " meant"
            )
        return ", ".join(names)

    def unreachable(self, names: Sequence[str]) -> Sequence[str]:
        people = People(self._reader.api, self.calls, self.context.memory, self.context.now())
        return [name for name in names if people.find(name) is None]

    def link(self, table: Table, row: RowRef, column: int) -> str | None:
        return (
            None if row.anchor is None else f"https://www.notion.so/{row.anchor.replace('-', '')}"
        )

    def _region(self, page: str, cycle: str | None = None, *, is_review: bool = False) -> Region:
        reader, now, source = self._reader, self.context.now(), self.context.source
        below = None if cycle is None else self._region(page).block
        if is_review:
            source, cycle = f"{source}, the review", "review"
        elif cycle is not None:
            source = f"{source} in {cycle}"
        return Region(
            reader.api,
            self.calls,
            self.context.memory,
            source,
            page,
            now,
            lambda: reader.bot(now),
            cycle,
            below,
        )

    def shows(self, place: str, summary: ManagedPage) -> bool:
        page = notion_id(place)
        if page is None:
            return False
        is_review = isinstance(summary, ReviewPage)
        return self._region(page, is_review=is_review).shows(summary)

    def decisions(self, place: str) -> Sequence[str]:
        page = notion_id(place)
        return () if page is None else self._region(page, is_review=True).decisions()

    def shows_closed(self, place: str, cycle: str, summary: Summary) -> bool:
        page = notion_id(place)
        return page is not None and self._region(page, cycle).shows(summary)

    def history(self, place: str) -> Sequence[Sequence[CellValue]]:
        database = notion_id(place)
        return () if database is None else self._history(database).rows()

    def _history(self, database: str) -> HistoryRows:
        return HistoryRows(self._reader, database, self.context.timezone)

    # writing

    def write(self, batch: Batch) -> Receipt:
        doing = PartialWrite(self._network)
        created: dict[str, str] = {}
        # A new page may take the title of another. Relations to both then show ids, and rows would
        # no longer read as they did when the batch was decided.
        display = self._display()
        for taken in batch.taken_rows:
            if taken.table_key in self._sources:
                carrying = self._carrying(batch, taken.table_key, doing, created, display)
                doing.carry_out([taken.id], partial(_outcome_of, taken.id, carrying.take, taken))
        # Rows lead only to rows before them, in whichever data source.
        for inserted in batch.inserted_rows:
            if inserted.table_key in self._sources:
                carrying = self._carrying(batch, inserted.table_key, doing, created, display)
                doing.carry_out(
                    [inserted.id], partial(_outcome_of, inserted.id, carrying.insert, inserted)
                )
        for key in sorted(batch.table_keys):
            if key in self._sources:
                writing = Writing(
                    self._reader, self.context, batch, self._sources[key], display, doing
                )
                ids = [entry.id for entry in batch.entries if entry.table_key == key]
                doing.carry_out(ids, writing.run)
        for entry in batch.entries:
            doing.outcomes.setdefault(
                entry.id, Outcome(State.CONFLICT, "its data source is no longer there")
            )
        if batch.history is not None:
            keep = partial(self._keep_history, batch.history)
            doing.carry_out([batch.history.id], keep, is_extra=True)
        for summary in batch.summaries:
            doing.carry_out([summary.id], partial(self._summarised, summary), is_extra=True)
        return Receipt(doing.settled())

    def _carrying(
        self,
        batch: Batch,
        key: str,
        doing: PartialWrite,
        created: dict[str, str],
        display: Display,
    ) -> PageCarrying:
        source = self._sources[key]
        writing = Writing(self._reader, self.context, batch, source, display, doing)
        writing.created_rows = created

        def table() -> Table:
            return self._table(source, display, list_sides(self._sources))

        return PageCarrying(writing, table)

    def requests(self, batch: Batch) -> Iterator[RequestPreview]:
        previews: list[RequestPreview] = []
        api, sources, memory = self._reader.api, self._sources, self.context.memory
        pages = {
            page_id: page for source in sources.values() for page_id, page in source.pages.items()
        }
        # The preview is `write` itself, with a client that sends no write and on copies of what a
        # write changes. It cannot drift away from what a run does.
        self._api, self.context.memory = RehearsedApi(api, pages, previews), dict(memory)
        self._sources = {
            key: replace(source, pages=dict(source.pages)) for key, source in sources.items()
        }
        try:
            self.write(batch)
        finally:
            self._api, self._sources, self.context.memory = api, sources, memory
        return iter(previews)

    def _keep_history(self, wanted: HistoryWrite) -> dict[str, Outcome]:
        database = notion_id(wanted.place)
        if database is None:
            reason = f"{wanted.place!r} is not a database in Notion; copy the database's address"
            return {wanted.id: Outcome(State.SKIPPED, reason)}
        history = self._history(database)
        try:
            outcome = history.take_away(wanted) if wanted.is_removal else history.append(wanted)
        except (Forbidden, NotionRefused) as error:
            reason = f"the history could not be written: {error.message}"
            outcome = Outcome(State.SKIPPED, reason)
        return {wanted.id: outcome}

    def _summarised(self, wanted: SummaryWrite) -> dict[str, Outcome]:
        page = notion_id(wanted.place)
        if page is None:
            return {
                wanted.id: Outcome(
                    State.SKIPPED,
                    f"{wanted.place!r} is not a page in Notion; copy the page's address",
                )
            }
        try:
            return {
                wanted.id: self._region(page, wanted.cycle, is_review=wanted.is_review).carry_out(
                    wanted
                )
            }
        # A summary that fails must not stop the answers beside the rows.
        except (Forbidden, NotionRefused) as error:
            way_out = f" {error.hint}" if error.hint else ""
            noun = "the review" if wanted.is_review else "the summary"
            reason = f"{noun} could not be written: {error.message}.{way_out}"
            return {wanted.id: Outcome(State.SKIPPED, reason)}

    # checking

    def check(self) -> Iterator[Finding]:
        try:
            yield from Checks(self._reader, self.settings, self.context).findings(
                self.context.now()
            )
        except OkrsyncError as error:
            yield Finding(False, error.message, error.hint)


EntryT = TypeVar("EntryT", InsertedRow, TakenRow)


def _outcome_of(
    id_: str, carry_out: Callable[[EntryT], Outcome], entry: EntryT
) -> dict[str, Outcome]:
    return {id_: carry_out(entry)}
