"""Carries out a batch in one data source: properties first, then rows and cells with one PATCH for
each page that changed, and removals last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from okrsync.connector import (
    Batch,
    CellValue,
    CellWrite,
    ColumnRef,
    Context,
    Misfit,
    NewColumn,
    NewRow,
    NewView,
    NoteWrite,
    Outcome,
    PartialWrite,
    RemovedColumn,
    RemovedRow,
    RemovedView,
    State,
    is_blank,
    names_in,
    same_identity,
    same_value,
    text_of,
)
from okrsync_notion.api import NotionRefused
from okrsync_notion.columns import PropertyColumns
from okrsync_notion.comments import PageComments
from okrsync_notion.edit_times import moment_of
from okrsync_notion.people import People
from okrsync_notion.reading import DataSourceReader, Source
from okrsync_notion.rows import values_of
from okrsync_notion.values import COMPUTED, Display, Property, fitted, sent, shown
from okrsync_notion.views import Views

__all__ = ["Writing"]

Json = dict[str, Any]
EntryT = TypeVar("EntryT", NewRow, RemovedRow, RemovedColumn, NoteWrite, NewView, RemovedView)
_LONG_AGO = timedelta(minutes=1)
"""After this time rows are read again before they are written to."""
_NEVER = datetime.min.replace(tzinfo=UTC)
_JUDGED = frozenset({"checkbox", "date", "number", "select", "status"})
"""Types whose options or format people may change between deciding and writing."""


@dataclass(slots=True)
class Writing:
    """One data source's part of a batch."""

    reader: DataSourceReader
    context: Context
    batch: Batch
    source: Source
    display: Display
    doing: PartialWrite
    read_as: tuple[Property, ...] = ()
    """The properties in the order in which rows were read: identities of rows refer to it."""
    created_rows: dict[str, str] = field(default_factory=dict)
    """The page ids of rows created in this batch, by the ids of their entries."""
    looked_at: datetime | None = None
    """When the rows were last read."""
    first_write: datetime = _NEVER
    last_write: datetime = _NEVER
    """The times that Notion stated for the first and the last write since then. They are cut to the
    minute.
    """
    edits_since: datetime | None = None
    """From when on edits of the rows that are still to be written may be unknown."""

    def run(self) -> dict[str, Outcome]:
        """Create missing columns, write each page that changed once, then remove columns. Returns
        the outcome of every entry tried so far.
        """
        mine, self.read_as = self.source.id, self.source.properties
        columns = [column for column in self.batch.new_columns if column.table_key == mine]
        cells = [cell for cell in self.batch.cells if cell.table_key == mine]
        removed = [column for column in self.batch.removed_columns if column.table_key == mine]
        notes = [note for note in self.batch.notes if note.table_key == mine]
        new_rows = [row for row in self.batch.new_rows if row.table_key == mine]
        removed_rows = [row for row in self.batch.removed_rows if row.table_key == mine]
        if columns or removed:
            self.source.properties = self.reader.schema(mine).properties
        self.outcomes.update(self._columns.make(columns))
        # People may have typed since the snapshot. No request can state a condition, so that the
        # comparison with the page as it is now has to stand right before the write.
        if cells or removed or notes or new_rows or removed_rows:
            self.look_again()
        for row in new_rows:
            self._carry_out(row, self._make_row)
        for page_id, entries in self._by_page(cells):
            ids = [cell.id for cell in entries]
            self.doing.carry_out(ids, partial(self._write_page, page_id, entries))
        self._make_views()
        if (removed_rows or removed or notes) and self._is_long_ago:
            self.look_again()
        for removed_row in removed_rows:
            self._carry_out(removed_row, self._remove_row)
        for column in removed:
            self._carry_out(column, self._columns.remove)
        for note in notes:
            self._carry_out(note, self._note, is_extra=True)
        self._remember(cells, columns, bool(removed or new_rows or removed_rows))
        return self.outcomes

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """The outcomes of the entries so far, by id."""
        return self.doing.outcomes

    def _carry_out(
        self, entry: EntryT, do: Callable[[EntryT], Outcome], *, is_extra: bool = False
    ) -> None:
        id_ = entry.id
        self.doing.carry_out([id_], lambda: {id_: do(entry)}, is_extra=is_extra)

    def _note(self, note: NoteWrite) -> Outcome:
        return self._comments.carry_out(
            note, self._standing(note.row.anchor), puts_back=self.batch.puts_back
        )

    @property
    def _is_long_ago(self) -> bool:
        """Whether people had time to edit rows since the rows were last read: by the clock of this
        machine, or by the times in Notion's answers to writes.
        """
        now = self.context.now()
        # A clock may stand still or be set back meanwhile; then the times of Notion count. Two
        # of them that are cut to the minute must lie two minutes apart to be sure of one.
        return (
            not timedelta(0) <= now - (self.looked_at or now) < _LONG_AGO
            or self.last_write - self.first_write >= _LONG_AGO * 2
        )

    def look_again(self, created_since: str | None = None) -> None:
        """Read the rows that were edited since; `created_since` leaves out older ones."""
        self.looked_at = self.context.now()
        self.first_write = self.last_write = _NEVER
        since = self.edits_since or self.source.edits_since
        if created_since is None:
            since = self.source.edits_since
        self.edits_since = self.reader.look_again(
            self.source, since, self.context.now(), created_since
        )

    def _make_views(self) -> None:
        new = [view for view in self.batch.new_views if view.table_key == self.source.id]
        old = [view for view in self.batch.removed_views if view.table_key == self.source.id]
        if not new and not old:
            return
        ids = [*(view.id for view in new), *(view.id for view in old)]
        self.doing.carry_out(ids, partial(self._change_views, new, old), is_extra=True)

    def _change_views(self, new: list[NewView], old: list[RemovedView]) -> dict[str, Outcome]:
        views = Views(self.reader, self.reader.schema(self.source.id))
        for new_view in new:
            self._carry_out(new_view, views.make, is_extra=True)
        for old_view in old:
            self._carry_out(old_view, views.remove, is_extra=True)
        return self.outcomes

    @property
    def people(self) -> People:
        """The people of the workspace."""
        return People(self.reader.api, self.reader.calls, self.context.memory, self.context.now())

    @property
    def _comments(self) -> PageComments:
        reader = self.reader
        return PageComments(reader.api, reader.calls, self.people, reader.bot(self.context.now()))

    def _standing(self, page_id: str | None) -> Json | None:
        """The page of a row; None where it is gone or in the trash."""
        page = self.source.pages.get(page_id or "")
        return None if page is None or page.get("in_trash") or page.get("archived") else page

    def _send(self, what: str, ask: Any) -> Json:
        """The answer to a write that sets a state and can be repeated."""
        answer: Json = self.reader.api.put(self.reader.calls, what, ask)
        return answer

    @property
    def _columns(self) -> PropertyColumns:
        return PropertyColumns(self.reader, self.source, self.display)

    def _named(self, header: str) -> Property | None:
        return self._columns.named(header)

    def _make_row(self, row: NewRow) -> Outcome:
        """Create a row, unless one with its key has appeared. The rows are searched for it again
        after each lost answer.
        """
        if self._named(row.key_header) is None:
            # Without its key nobody could tell later that the row is there: it would be made again.
            return Outcome(State.CONFLICT, f"there is no property {row.key_header!r} to know it by")
        body: Json = {}
        for cell in row.cells:
            prop = self._named(cell.column.header)
            value = (
                self._linked(cell.after)
                if prop is not None and prop.type == "relation"
                else cell.after
            )
            if prop is not None and value is not None:
                body[prop.id] = self._payload(prop, value)
        parent = {"type": "data_source_id", "data_source_id": self.source.id}

        def make(attempt: int) -> Outcome:
            if attempt > 1:
                self.look_again()
            page_id = self._with_key(row.key_header, row.key)
            if page_id is not None:
                self.created_rows[row.id] = page_id
                return Outcome(State.WRITTEN if attempt > 1 else State.UNCHANGED)
            try:
                answer = self.reader.api.add(
                    self.reader.calls,
                    f"row {row.key}",
                    lambda client: client.pages.create(parent=parent, properties=body),
                )
            except NotionRefused as error:
                return Outcome(State.CONFLICT, error.message)
            self.reader.take(self.source, [answer], self.context.now())
            self.created_rows[row.id] = answer["id"]
            return Outcome(State.WRITTEN)

        return self.reader.api.repeat_lost(make)

    def _with_key(self, header: str, key: str) -> str | None:
        """The page id of the row that holds a key; None where there is none. Only rows that came
        after the decision count: keys move from row to row.
        """
        prop, table = self._named(header), self.batch.snapshot.table(self.source.id)
        before = {row.anchor for row in table.rows} if table is not None else set()
        for page_id in self.source.pages if prop is not None else ():
            page = self._standing(page_id)
            if (
                page_id not in before
                and page is not None
                and prop is not None
                and self._holds(page, prop, key)
            ):
                return page_id
        return None

    def _holds(self, page: Json, prop: Property, value: CellValue) -> bool:
        by_id = {
            property_value["id"]: property_value for property_value in page["properties"].values()
        }
        return prop.id in by_id and same_value(shown(by_id[prop.id], self.display), value)

    def _linked(self, value: CellValue) -> CellValue:
        """The page id of the row that a link names: an existing row, or one created in this batch.
        None where that is gone.
        """
        text = text_of(value)
        page_id = self.created_rows.get(text, text)
        return page_id if self._standing(page_id) is not None else None

    def _remove_row(self, removed: RemovedRow) -> Outcome:
        """Move a row that okrsync created to the trash, unless people put something into it."""
        page = self._standing(removed.row.anchor)
        if page is None:
            return Outcome(State.UNCHANGED, "it is gone already")
        ours = {cell.column.header for cell in removed.cells} | {removed.key_header}
        for name, value in page["properties"].items():
            shown_value = shown(value, self.display)
            # A checkbox is never empty: nobody has ticked one that is False.
            if (
                name in ours
                or self._is_computed(name, ours)
                or is_blank(shown_value)
                or shown_value is False
            ):
                continue
            return Outcome(State.CONFLICT, f"somebody put something into {name!r}; the row stays")
        return self.trash(page["id"])

    def trash(self, page_id: str) -> Outcome:
        """Move a page that okrsync created to the trash, unless people wrote on it."""
        content = self.reader.api.read(
            self.reader.calls,
            f"page {page_id}",
            lambda client: client.blocks.children.list(page_id, page_size=1),
        )
        if content["results"]:
            return Outcome(State.CONFLICT, "somebody wrote on its page; the row stays")
        answer = self._send(
            f"page {page_id}", lambda client: client.pages.update(page_id, in_trash=True)
        )
        self.reader.take(self.source, [answer], self.context.now())
        return Outcome(State.WRITTEN)

    def _is_computed(self, name: str, ours: set[str]) -> bool:
        """Whether Notion fills a property: a formula, or the other side of one of our relations."""
        prop = self._named(name)
        if prop is None or prop.type in COMPUTED:
            return True
        synced = (prop.config.get("dual_property") or {}).get("synced_property_name")
        return prop.type == "relation" and synced in ours

    def _write_page(self, page_id: str, entries: list[CellWrite]) -> dict[str, Outcome]:
        if self._is_long_ago:
            # Rows are written in the order of their creation, so that those that were just written
            # need not be read again.
            known: Json = self.source.pages.get(page_id, {})
            self.look_again(known.get("created_time"))
        page = self._standing(page_id)
        if page is None:
            for cell in entries:
                self.outcomes[cell.id] = Outcome(
                    State.CONFLICT, "the page is gone, or in the trash"
                )
            return self.outcomes
        wanted: dict[str, tuple[CellWrite, Property]] = {}
        for cell in entries:
            prop = self._named(cell.column.header)
            verdict = self._verdict(cell, page, prop)
            if verdict is not None or prop is None:
                self.outcomes[cell.id] = verdict or Outcome(State.CONFLICT, "its property is gone")
            else:
                wanted[prop.id] = (cell, prop)
        if wanted:
            self._patch(page_id, wanted)
        return self.outcomes

    def _by_page(self, cells: list[CellWrite]) -> list[tuple[str, list[CellWrite]]]:
        """The cells of each page, the oldest page first."""
        by_page: dict[str, list[CellWrite]] = {}
        for cell in cells:
            by_page.setdefault(cell.row.anchor or "", []).append(cell)
        pages = self.source.pages
        return sorted(
            by_page.items(), key=lambda item: pages.get(item[0], {}).get("created_time", "")
        )

    def _index_of(self, column: ColumnRef) -> int | None:
        """Where a property stands among those that rows are read as: by its id, whatever it is
        called now, else by its name; None if it is gone.
        """
        indexes = {prop.id: index for index, prop in enumerate(self.read_as)}
        names = {prop.name: index for index, prop in enumerate(self.read_as)}
        return indexes.get(column.id or "", names.get(column.header))

    def _verdict(self, cell: CellWrite, page: Json, prop: Property | None) -> Outcome | None:
        """The outcome of a cell that is not written; None for one to write."""
        if prop is None:
            return Outcome(
                State.CONFLICT, f"the property {cell.column.header!r} is no longer there"
            )
        values, _ = values_of(page, self.source.properties, self.display)
        now = values[self.source.properties.index(prop)]
        if same_value(now, self._value_for(prop, cell)):
            return Outcome(State.UNCHANGED)
        if prop.type in COMPUTED:
            return Outcome(
                State.SKIPPED, f"{prop.name!r} is computed by Notion and cannot be written"
            )
        if (misfit := self._misfit(prop, cell)) is not None:
            return Outcome(State.SKIPPED, misfit.reason)
        described, _ = values_of(page, self.read_as, self.display)
        if any(
            (index := self._index_of(expected.column)) is None
            or not same_identity(described[index], expected.value)
            for expected in cell.row.identity
        ):
            return Outcome(
                State.CONFLICT, "the row was reworded meanwhile; the next run reads it again"
            )
        if not is_blank(cell.before) and all(
            value["id"] != prop.id for value in page["properties"].values()
        ):
            return Outcome(State.CONFLICT, f"the property {prop.name!r} is no longer there")
        if not same_value(now, cell.before):
            return Outcome(State.CONFLICT, f"it says {text_of(now)[:60]!r} now")
        return None

    def _value_for(self, prop: Property, cell: CellWrite) -> CellValue:
        """The value that a cell should hold; for a link, the row that it names."""
        return self._linked(cell.after) if prop.type == "relation" else cell.after

    def _payload(self, prop: Property, value: CellValue) -> Json:
        if prop.type == "people":
            people = [self.people.find(name) for name in names_in(text_of(value))]
            return {"people": [{"id": person[0]} for person in people if person is not None]}
        return sent(prop, value)

    def _patch(self, page_id: str, wanted: dict[str, tuple[CellWrite, Property]]) -> None:
        body = {
            property_id: self._payload(prop, self._value_for(prop, cell))
            for property_id, (cell, prop) in wanted.items()
        }
        try:
            answer = self._send(
                f"page {page_id}", lambda client: client.pages.update(page_id, properties=body)
            )
        except NotionRefused as error:
            # Notion refuses the whole page for one value that does not fit. The others are sent
            # again without it.
            remaining = self._still_fitting(wanted)
            if 0 < len(remaining) < len(wanted):
                self._patch(page_id, remaining)
            for cell, _ in remaining.values() if len(remaining) == len(wanted) else ():
                self.outcomes[cell.id] = Outcome(
                    State.CONFLICT, error.message.removeprefix(f"page {page_id}: ")
                )
            return
        self.last_write = moment_of(answer["last_edited_time"])
        self.reader.note_own_edit(self.last_write)
        self.first_write = self.last_write if self.first_write == _NEVER else self.first_write
        self.reader.take(self.source, [answer], self.context.now())
        # The answer is the whole page. A 200 alone does not prove that the values are in it.
        by_id = {value["id"]: value for value in answer["properties"].values()}
        for property_id, (cell, prop) in wanted.items():
            intended = self._value_for(prop, cell)
            holds = property_id in by_id and same_value(
                shown(by_id[property_id], self.display), intended
            )
            reason = None if holds else "Notion answered that the page holds something else"
            self.outcomes[cell.id] = Outcome(State.WRITTEN if holds else State.CONFLICT, reason)

    def _still_fitting(
        self, wanted: dict[str, tuple[CellWrite, Property]]
    ) -> dict[str, tuple[CellWrite, Property]]:
        """After a refusal: the cells whose properties have not changed. The outcomes of the others
        say what somebody has changed meanwhile.
        """
        self.source.properties = self.reader.schema(self.source.id).properties
        properties = {prop.id: prop for prop in self.source.properties}
        remaining = {}
        for property_id, (cell, was) in wanted.items():
            prop = properties.get(property_id)
            if prop is None:
                self.outcomes[cell.id] = Outcome(
                    State.CONFLICT, f"the property {was.name!r} is no longer there"
                )
                continue
            misfit = self._misfit(prop, cell)
            if prop.type != was.type:
                misfit = Misfit(f"{prop.name!r} is a {prop.type.replace('_', ' ')} property now")
            if misfit is None:
                remaining[property_id] = (cell, prop)
            else:
                self.outcomes[cell.id] = Outcome(State.SKIPPED, misfit.reason)
        return remaining

    def _misfit(self, prop: Property, cell: CellWrite) -> Misfit | None:
        """Why a property cannot hold the value, judged by its type and options; None if it can."""
        if prop.type not in _JUDGED or cell.after is None:
            return None
        fits = fitted(prop, cell.looks, cell.after, may_add=self.context.keeps_table)
        return fits if isinstance(fits, Misfit) else None

    def _remember(self, cells: list[CellWrite], columns: list[NewColumn], more: bool) -> None:
        """Keep the ids of okrsync's properties, and the rows as they are now."""
        known: dict[str, str] = dict(self.context.memory.get("owned", {}))
        headers = {cell.field: cell.column.header for cell in cells if cell.field}
        headers.update({column.field: column.header for column in columns})
        for name, header in headers.items():
            prop = self._named(header)
            if prop is not None:
                known[f"{self.source.id} {name}"] = prop.id
        if headers:
            self.context.memory["owned"] = known
        if cells or columns or more:
            self.reader.keep(self.source)
