"""Carries out a batch in one data source: properties first, then rows and cells, one PATCH for a
page that changed; last what is taken back.
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
    same_identity,
    same_value,
    text_of,
)
from okrsync_notion.api import NotionRefused
from okrsync_notion.columns import PropertyColumns
from okrsync_notion.comments import PageComments
from okrsync_notion.people import People, named_in
from okrsync_notion.reading import DataSourceReader, Source
from okrsync_notion.rows import values_of
from okrsync_notion.values import COMPUTED, Display, Property, fitted, sent, shown
from okrsync_notion.views import Views

__all__ = ["Writing"]

Json = dict[str, Any]
EntryT = TypeVar("EntryT", NewRow, RemovedRow, RemovedColumn, NoteWrite, NewView, RemovedView)
_LONG_AGO = timedelta(minutes=1)
"""After this time rows are looked at again before they are written to."""
_NEVER = datetime.min.replace(tzinfo=UTC)
_JUDGED = frozenset({"checkbox", "date", "number", "select", "status"})
"""Types that a value can turn out not to fit between deciding and writing."""


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
    """The properties in the order in which rows were read, which is what their descriptions go by.
    """
    made: dict[str, str] = field(default_factory=dict)
    """The pages of rows made in this batch, by the entries that made them."""
    looked_at: datetime | None = None
    """When the rows were looked at last."""
    first_write: datetime = _NEVER
    last_write: datetime = _NEVER
    """The minutes that Notion tells of the writes since then."""

    def run(self) -> dict[str, Outcome]:
        """Make what columns are missing, write each page that changed once, then take columns
        back. The answer is what became of all that was tried so far.
        """
        mine, self.read_as = self.source.id, self.source.properties
        columns = [one for one in self.batch.new_columns if one.table_key == mine]
        cells = [one for one in self.batch.cells if one.table_key == mine]
        removed = [one for one in self.batch.removed_columns if one.table_key == mine]
        notes = [one for one in self.batch.notes if one.table_key == mine]
        new_rows = [one for one in self.batch.new_rows if one.table_key == mine]
        removed_rows = [one for one in self.batch.removed_rows if one.table_key == mine]
        if columns or removed:
            self.source.properties = self.reader.schema(mine).properties
        self.outcomes.update(self._columns.make(columns))
        if cells or removed or notes or new_rows or removed_rows:
            self._look_again()
        for row in new_rows:
            self._carry_out(row, self._make_row)
        for page_id, entries in _by_page(cells).items():
            ids = [one.id for one in entries]
            self.doing.carry_out(ids, partial(self._write_page, page_id, entries))
        self._make_views()
        for gone in removed_rows:
            self._carry_out(gone, self._remove_row)
        for one in removed:
            self._carry_out(one, self._columns.remove)
        for note in notes:
            self._carry_out(note, self._note, is_extra=True)
        self._remember(cells, columns, bool(removed or new_rows or removed_rows))
        return self.outcomes

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """What became of the entries so far."""
        return self.doing.outcomes

    def _carry_out(
        self, entry: EntryT, do: Callable[[EntryT], Outcome], *, is_extra: bool = False
    ) -> None:
        id_ = entry.id
        self.doing.carry_out([id_], lambda: {id_: do(entry)}, is_extra=is_extra)

    def _note(self, note: NoteWrite) -> Outcome:
        return self._comments.carry_out(note, self._standing(note.row.anchor))

    @property
    def _is_long_ago(self) -> bool:
        """Whether people had time to edit rows since they were looked at: by this machine's clock,
        or by the minutes in Notion's answers to writes.
        """
        now = self.context.now()
        return (
            not timedelta(0) <= now - (self.looked_at or now) < _LONG_AGO
            or self.last_write - self.first_write >= _LONG_AGO * 2
        )

    def _look_again(self) -> None:
        """The rows as they stand at this moment."""
        self.looked_at = self.context.now()
        self.first_write = self.last_write = _NEVER
        changed = self.reader.changed(self.source)
        self.reader.take(self.source, changed.values(), self.context.now())

    def _make_views(self) -> None:
        new = [one for one in self.batch.new_views if one.table_key == self.source.id]
        old = [one for one in self.batch.removed_views if one.table_key == self.source.id]
        if not new and not old:
            return
        ids = [*(one.id for one in new), *(one.id for one in old)]
        self.doing.carry_out(ids, partial(self._change_views, new, old), is_extra=True)

    def _change_views(self, new: list[NewView], old: list[RemovedView]) -> dict[str, Outcome]:
        views = Views(self.reader, self.reader.schema(self.source.id))
        for made in new:
            self._carry_out(made, views.make, is_extra=True)
        for gone in old:
            self._carry_out(gone, views.remove, is_extra=True)
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
        """A row's page; None where it is gone or in the trash."""
        page = self.source.pages.get(page_id or "")
        return None if page is None or page.get("in_trash") or page.get("archived") else page

    def _send(self, what: str, ask: Any) -> Json:
        """A write that says what shall be."""
        answer: Json = self.reader.api.put(self.reader.calls, what, ask)
        return answer

    @property
    def _columns(self) -> PropertyColumns:
        return PropertyColumns(self.reader, self.source, self.display)

    def _named(self, header: str) -> Property | None:
        return self._columns.named(header)

    def _make_row(self, row: NewRow) -> Outcome:
        """A row, unless one with its key has appeared; looked for after each answer that was
        lost.
        """
        body: Json = {}
        for cell in row.cells:
            found = self._named(cell.column.header)
            value = (
                self._linked(cell.after)
                if found is not None and found.type == "relation"
                else cell.after
            )
            if found is not None and value is not None:
                body[found.id] = self._sent(found, value)
        parent = {"type": "data_source_id", "data_source_id": self.source.id}

        def make(attempt: int) -> Outcome:
            if attempt > 1:
                self._look_again()
            there = self._with_key(row.key_header, row.key)
            if there is not None:
                self.made[row.id] = there
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
            self.made[row.id] = answer["id"]
            return Outcome(State.WRITTEN)

        return self.reader.api.repeat_lost(make)

    def _with_key(self, header: str, key: str) -> str | None:
        """The row that holds a key, among those that were not there when the batch was decided:
        keys move from row to row.
        """
        found, table = self._named(header), self.batch.snapshot.table(self.source.id)
        before = {row.anchor for row in table.rows} if table is not None else set()
        for page_id in self.source.pages if found is not None else ():
            page = self._standing(page_id)
            if (
                page_id not in before
                and page is not None
                and found is not None
                and self._holds(page, found, key)
            ):
                return page_id
        return None

    def _holds(self, page: Json, found: Property, value: CellValue) -> bool:
        by_id = {one["id"]: one for one in page["properties"].values()}
        return found.id in by_id and same_value(shown(by_id[found.id], self.display), value)

    def _linked(self, value: CellValue) -> CellValue:
        """The row that a link leads to: one that is there, or one made in this very batch."""
        text = text_of(value)
        found = self.made.get(text, text)
        return found if self._standing(found) is not None else None

    def _remove_row(self, removed: RemovedRow) -> Outcome:
        """A row that okrsync made goes into the trash, unless people have put anything of theirs
        into it.
        """
        page = self._standing(removed.row.anchor)
        if page is None:
            return Outcome(State.UNCHANGED, "it is gone already")
        ours = {cell.column.header for cell in removed.cells} | {removed.key_header}
        for name, value in page["properties"].items():
            held = shown(value, self.display)
            if name in ours or self._is_worked_out(name, ours) or is_blank(held) or held is False:
                continue
            return Outcome(State.CONFLICT, f"somebody put something into {name!r}; the row stays")
        page_id = page["id"]
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

    def _is_worked_out(self, name: str, ours: set[str]) -> bool:
        """Whether a property fills itself: a formula, or the other side of one of our relations."""
        found = self._named(name)
        if found is None or found.type in COMPUTED:
            return True
        synced = (found.config.get("dual_property") or {}).get("synced_property_name")
        return found.type == "relation" and synced in ours

    def _write_page(self, page_id: str, entries: list[CellWrite]) -> dict[str, Outcome]:
        if self._is_long_ago:
            self._look_again()
        page = self._standing(page_id)
        if page is None:
            for one in entries:
                self.outcomes[one.id] = Outcome(State.CONFLICT, "the page is gone, or in the trash")
            return self.outcomes
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
        return self.outcomes

    def _verdict(self, cell: CellWrite, page: Json, found: Property | None) -> Outcome | None:
        """What became of a cell without writing; None where it is to be written."""
        if found is None:
            return Outcome(
                State.CONFLICT, f"the property {cell.column.header!r} is no longer there"
            )
        values, _ = values_of(page, self.source.properties, self.display)
        now = values[self.source.properties.index(found)]
        if same_value(now, self._meant(found, cell)):
            return Outcome(State.UNCHANGED)
        if found.type in COMPUTED:
            return Outcome(
                State.SKIPPED, f"{found.name!r} is worked out by Notion and cannot be written"
            )
        if (misfit := self._misfit(found, cell)) is not None:
            return Outcome(State.SKIPPED, misfit.reason)
        described, _ = values_of(page, self.read_as, self.display)
        names = {one.name: place for place, one in enumerate(self.read_as)}
        if any(
            (place := names.get(told.column.header)) is None
            or not same_identity(described[place], told.value)
            for told in cell.row.identity
        ):
            return Outcome(
                State.CONFLICT, "the row was reworded meanwhile; the next run looks at it anew"
            )
        if not is_blank(cell.before) and all(
            value["id"] != found.id for value in page["properties"].values()
        ):
            return Outcome(State.CONFLICT, f"the property {found.name!r} is no longer there")
        if not same_value(now, cell.before):
            return Outcome(State.CONFLICT, f"it says {text_of(now)[:60]!r} now")
        return None

    def _meant(self, found: Property, cell: CellWrite) -> CellValue:
        """What a cell shall hold; where it leads to a row made in this batch, that row."""
        return self._linked(cell.after) if found.type == "relation" else cell.after

    def _sent(self, found: Property, value: CellValue) -> Json:
        if found.type == "people":
            people = [self.people.find(one) for one in named_in(text_of(value))]
            return {"people": [{"id": one[0]} for one in people if one is not None]}
        return sent(found, value)

    def _patch(self, page_id: str, wanted: dict[str, tuple[CellWrite, Property]]) -> None:
        body = {
            property_id: self._sent(found, self._meant(found, cell))
            for property_id, (cell, found) in wanted.items()
        }
        try:
            answer = self._send(
                f"page {page_id}", lambda client: client.pages.update(page_id, properties=body)
            )
        except NotionRefused as error:
            left = self._still_fitting(wanted)
            if 0 < len(left) < len(wanted):
                self._patch(page_id, left)
            for cell, _ in left.values() if len(left) == len(wanted) else ():
                self.outcomes[cell.id] = Outcome(
                    State.CONFLICT, error.message.removeprefix(f"page {page_id}: ")
                )
            return
        self.last_write = datetime.fromisoformat(answer["last_edited_time"])
        self.first_write = self.last_write if self.first_write == _NEVER else self.first_write
        self.reader.take(self.source, [answer], self.context.now())
        by_id = {value["id"]: value for value in answer["properties"].values()}
        for property_id, (cell, found) in wanted.items():
            meant = self._meant(found, cell)
            holds = property_id in by_id and same_value(
                shown(by_id[property_id], self.display), meant
            )
            reason = None if holds else "Notion answered that the page holds something else"
            self.outcomes[cell.id] = Outcome(State.WRITTEN if holds else State.CONFLICT, reason)

    def _still_fitting(
        self, wanted: dict[str, tuple[CellWrite, Property]]
    ) -> dict[str, tuple[CellWrite, Property]]:
        """After a refusal: the cells whose properties are what they were. Of the others is told
        what somebody has done meanwhile.
        """
        self.source.properties = self.reader.schema(self.source.id).properties
        now = {one.id: one for one in self.source.properties}
        left = {}
        for property_id, (cell, was) in wanted.items():
            found = now.get(property_id)
            if found is None:
                self.outcomes[cell.id] = Outcome(
                    State.CONFLICT, f"the property {was.name!r} is no longer there"
                )
                continue
            misfit = self._misfit(found, cell)
            if found.type != was.type:
                misfit = Misfit(f"{found.name!r} is a {found.type.replace('_', ' ')} property now")
            if misfit is None:
                left[property_id] = (cell, found)
            else:
                self.outcomes[cell.id] = Outcome(State.SKIPPED, misfit.reason)
        return left

    def _misfit(self, found: Property, cell: CellWrite) -> Misfit | None:
        """Why a property cannot hold what it is to hold, as far as its type and options tell."""
        if found.type not in _JUDGED or cell.after is None:
            return None
        fits = fitted(found, cell.looks, cell.after, may_add=self.context.keeps_table)
        return fits if isinstance(fits, Misfit) else None

    def _remember(self, cells: list[CellWrite], columns: list[NewColumn], more: bool) -> None:
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
        if cells or columns or more:
            self.reader.keep(self.source)


def _by_page(cells: list[CellWrite]) -> dict[str, list[CellWrite]]:
    found: dict[str, list[CellWrite]] = {}
    for cell in cells:
        found.setdefault(cell.row.anchor or "", []).append(cell)
    return found
