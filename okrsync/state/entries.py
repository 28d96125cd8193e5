"""One journal entry, that is one thing a run meant to write: as a value, as the columns of a
database row, and its position in the source now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from msgspec.structs import replace

from okrsync.connector import (
    Batch,
    CellWrite,
    CopiedTab,
    InsertedRow,
    Looks,
    ManagedPage,
    NewColumn,
    NewRow,
    NewView,
    NoteWrite,
    RemovedColumn,
    RemovedRow,
    RemovedTab,
    RemovedView,
    State,
    TakenRow,
)
from okrsync.connector.review_page import ReviewPage
from okrsync.connector.summary import Summary
from okrsync.model.frozen import Frozen
from okrsync.model.row_finder import RowFinder, column_ref
from okrsync.model.table import (
    FORMULA,
    ROLLED,
    CellValue,
    ColumnRef,
    IdentityCell,
    Row,
    RowRef,
    Snapshot,
    Table,
    same_identity,
    text_of,
)
from okrsync.plan.plan import Change
from okrsync.state.values_json import (
    column_from_json,
    column_to_json,
    row_from_json,
    row_to_json,
    value_from_json,
    value_to_json,
)

__all__ = [
    "EntryFinder",
    "EntryKind",
    "JournalEntry",
    "entry_of",
    "entry_rows",
    "lines_of",
    "summary_of",
]

EntryKind = Literal[
    "cell",
    "column",
    "removed-column",
    "summary",
    "history",
    "note",
    "row",
    "removed-row",
    "inserted-row",
    "taken-row",
    "tab",
    "removed-tab",
    "view",
    "removed-view",
]


class JournalEntry(Frozen, frozen=True):
    """One thing a run meant to write. `state` is None while the outcome is unknown. For a row,
    `cells` are its contents, `column` is the column of its key, and `words` holds the key alone.
    For a row that was inserted or taken out, `row` holds its key and `holds` its content. For a
    copied tab, `words` holds its digest and its name.
    """

    run: str
    source: str
    id: str
    kind: EntryKind
    field: str
    key: str
    at: str
    table_key: str | None
    row: RowRef | None
    column: ColumnRef | None
    looks: Looks | None
    words: tuple[str, ...]
    before: CellValue
    after: CellValue
    before_summary: ManagedPage | None
    after_summary: ManagedPage | None
    cells: tuple[CellWrite, ...]
    state: State | None
    why: str | None
    holds: tuple[IdentityCell, ...] = ()


def lines_of(entry: JournalEntry) -> tuple[tuple[CellValue, ...], ...]:
    """The lines that an entry appended to a history, or took away from it."""
    text = entry.before if entry.after is None else entry.after
    return tuple(tuple(line) for line in json.loads(text)) if isinstance(text, str) else ()


class EntryFinder:
    """Finds the rows and columns of entries in the tables of a source as they are now.

    `inserted` are the entries of rows that okrsync itself inserted. Such a row often reads like the
    one that it was carried over from, and is never taken for it.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        entries: Sequence[JournalEntry],
        inserted: Sequence[JournalEntry] = (),
    ) -> None:
        rows: dict[str | None, list[RowRef]] = {}
        for entry in entries:
            if entry.row is not None:
                rows.setdefault(entry.table_key, []).append(entry.row)
        self._entries = entries
        self._whole: dict[str, RowFinder] = {}
        self._written: dict[str, set[int | None]] = {}
        self._tables: dict[str | None, tuple[Table, RowFinder]] = {}
        for table in snapshot.tables:
            refs = rows.get(table.key, ())
            whole = RowFinder(table, refs)
            ours = {
                row.number
                for entry in inserted
                if entry.table_key == table.key and entry.row is not None
                for row in whole.matching(entry.row)
            }
            peoples = [row for row in table.rows if row.number not in ours]
            self._whole[table.key] = whole
            self._tables[table.key] = (
                table,
                RowFinder(replace(table, rows=tuple(peoples)), refs) if ours else whole,
            )

    def table(self, entry: JournalEntry) -> Table | None:
        """The entry's table, or None when it is no longer there."""
        return self._tables[entry.table_key][0] if entry.table_key in self._tables else None

    def named(self, name: str) -> Table | None:
        """The table of that name, or None when there is none."""
        tables = (table for table, _ in self._tables.values())
        return next((table for table in tables if table.name == name), None)

    def rows(self, table: Table) -> RowFinder:
        """The finder of a table's rows, those that okrsync inserted left out."""
        return self._tables[table.key][1]

    def row(self, entry: JournalEntry, table: Table) -> Row | None:
        """The row of an entry, or None when it is gone or cannot be told apart from another."""
        if entry.row is None:
            return None
        row = self.rows(table).find(entry.row) or self._whole[table.key].find(entry.row)
        if row is None and table.header is not None and entry.row.anchor is not None:
            # The id of a database's row is never given out again. A link reads otherwise as soon as
            # another row takes the title that it shows.
            row = next((each for each in table.rows if each.anchor == entry.row.anchor), None)
        return row

    def inserted_rows(self, table: Table) -> RowFinder:
        """The finder of all rows of a table."""
        return self._whole[table.key]

    def distinguished(self, ref: RowRef, row: Row, table: Table) -> RowRef:
        """The description of a row, with more of its cells if a row of okrsync's reads like
        it.
        """
        if table.header is not None:
            cells = tuple(
                replace(cell, value=row.value(cell.column.index))
                for cell in ref.identity
                if cell.column.index is not None
            )
            return replace(ref, identity=cells)
        whole, peoples = self._whole[table.key], self.rows(table)
        if len(whole.matching(ref)) == len(peoples.matching(ref)):
            return ref
        number = next((cell.column.header_row for cell in ref.identity), None)
        header_row = next((each for each in table.rows if each.number == number), None)
        # What is put back changes while it is put back, and would tell the row no more.
        known = {cell.column.index for cell in ref.identity} | self._written_columns(table)
        more = tuple(
            IdentityCell("", column, value)
            for index, value in enumerate(row.values)
            if index not in known
            and not row.mark(index) & (FORMULA | ROLLED)
            and (column := column_ref(table, index, header_row)).header
        )
        return replace(ref, identity=(*ref.identity, *more))

    def _written_columns(self, table: Table) -> set[int | None]:
        """The columns that the entries hold cells of."""
        if table.key not in self._written:
            self._written[table.key] = {
                self.column(entry, table)
                for entry in self._entries
                if entry.kind == "cell" and entry.table_key == table.key
            }
        return self._written[table.key]

    def column(self, entry: JournalEntry, table: Table) -> int | None:
        """The index of the entry's column now, or None when it is missing."""
        if entry.field in table.owned:
            return table.owned[entry.field]
        return None if entry.column is None else self.rows(table).column_anywhere(entry.column)

    def has_row(self, entry: JournalEntry, table: Table) -> bool:
        """Whether the table holds a row with the key of an inserted row; several count as well."""
        return entry.row is not None and bool(self._whole[table.key].matching(entry.row))

    def rows_of_key(self, entry: JournalEntry, table: Table) -> list[tuple[Row, int]]:
        """The rows that hold the key of a row's entry, each with the key's column."""
        column = None if entry.column is None else self.rows(table).column(entry.column)
        if column is None:
            return []
        key = entry.words[0]
        return [(row, column) for row in table.rows if same_identity(row.value(column), key)]


def entry_rows(batch: Batch, changes: Mapping[str, Change]) -> Iterator[tuple[object, ...]]:
    """Every entry of a batch as the columns of the table, from `id` on. New columns come first,
    because they are created before they are filled.
    """
    for column in batch.new_columns:
        yield _column(column, changes, "column")
    for cell in batch.cells:
        yield _cell(cell, changes[cell.id])
    for removed in batch.removed_columns:
        yield _column(removed, changes, "removed-column")
    for note in batch.notes:
        yield _note(note, changes[note.id])
    rows: tuple[NewRow | RemovedRow, ...] = (*batch.new_rows, *batch.removed_rows)
    for row in rows:
        yield _row(row, changes[row.id])
    yield from _carried_rows(batch, changes)
    views: tuple[NewView | RemovedView, ...] = (*batch.new_views, *batch.removed_views)
    for view in views:
        change = changes[view.id]
        kind = "view" if isinstance(view, NewView) else "removed-view"
        yield (
            view.id,
            kind,
            "view",
            "",
            str(change.at),
            view.table_key,
            None,
            None,
            None,
            None,
            value_to_json(change.before),
            value_to_json(change.after),
        )
    if batch.history is not None:
        lines = json.dumps(batch.history.lines, ensure_ascii=False)
        yield (
            batch.history.id,
            "history",
            "history",
            "",
            batch.history.place,
            None,
            None,
            None,
            None,
            json.dumps(batch.history.columns),
            value_to_json(lines if batch.history.is_removal else None),
            value_to_json(None if batch.history.is_removal else lines),
        )
    for summary in batch.summaries:
        yield (
            summary.id,
            "summary",
            "summary",
            summary.cycle or "",
            summary.full_name,
            None,
            None,
            None,
            None,
            None,
            _summary_text(summary.before),
            _summary_text(summary.summary),
        )


def _cell(cell: CellWrite, change: Change) -> tuple[object, ...]:
    return (
        cell.id,
        "cell",
        change.field,
        change.key,
        str(change.at),
        cell.table_key,
        row_to_json(cell.row),
        column_to_json(cell.column),
        cell.looks.value,
        json.dumps(cell.words),
        value_to_json(cell.before),
        value_to_json(cell.after),
    )


def _column(
    entry: NewColumn | RemovedColumn, changes: Mapping[str, Change], kind: EntryKind
) -> tuple[object, ...]:
    change = changes[entry.id]
    new_column = entry if isinstance(entry, NewColumn) else None
    column = (
        entry.column
        if isinstance(entry, RemovedColumn)
        else ColumnRef(None, entry.header, entry.header_row)
    )
    return (
        entry.id,
        kind,
        new_column.field if new_column else change.field,
        "",
        str(change.at),
        entry.table_key,
        None,
        column_to_json(column),
        new_column.looks.value if new_column else None,
        json.dumps(new_column.words if new_column else ()),
        value_to_json(change.before),
        value_to_json(change.after),
    )


def _row(row: NewRow | RemovedRow, change: Change) -> tuple[object, ...]:
    cells = _cells_text(row.cells)
    is_new = isinstance(row, NewRow)
    return (
        row.id,
        "row" if is_new else "removed-row",
        "row",
        change.key,
        str(change.at),
        row.table_key,
        None,
        column_to_json(ColumnRef(None, row.key_header)),
        None,
        json.dumps((row.key,)),
        value_to_json(None if is_new else cells),
        value_to_json(cells if is_new else None),
    )


def _carried_rows(batch: Batch, changes: Mapping[str, Change]) -> Iterator[tuple[object, ...]]:
    """Rows that are inserted or taken out, with their content, and tabs that are copied or removed,
    with their digest.
    """
    tabs: tuple[CopiedTab | RemovedTab, ...] = (*batch.copied_tabs, *batch.removed_tabs)
    for tab in tabs:
        change = changes[tab.id]
        yield (
            tab.id,
            "tab" if isinstance(tab, CopiedTab) else "removed-tab",
            "tab",
            "",
            str(change.at),
            tab.table_key,
            None,
            None,
            None,
            json.dumps((tab.digest, tab.name), ensure_ascii=False),
            value_to_json(change.before),
            value_to_json(change.after),
        )
    rows: tuple[InsertedRow | TakenRow, ...] = (*batch.inserted_rows, *batch.taken_rows)
    for row in rows:
        change = changes[row.id]
        is_new = isinstance(row, InsertedRow)
        key = row.key if isinstance(row, InsertedRow) else row.row.identity
        content = row_to_json(RowRef(0, None, row.holds))
        title = text_of(change.after if is_new else change.before)
        yield (
            row.id,
            "inserted-row" if is_new else "taken-row",
            "inserted-row",
            change.key,
            str(change.at),
            row.table_key,
            row_to_json(RowRef(0, None, key)),
            None,
            None,
            json.dumps((title,), ensure_ascii=False),
            value_to_json(None if is_new else content),
            value_to_json(content if is_new else None),
        )


def _cells_text(cells: Sequence[CellWrite]) -> str:
    return json.dumps(
        [
            [
                cell.id,
                cell.field,
                cell.column.header,
                cell.looks.value,
                cell.words,
                value_to_json(cell.after),
            ]
            for cell in cells
        ],
        ensure_ascii=False,
    )


def _cells(text: CellValue, table_key: str) -> tuple[CellWrite, ...]:
    """The cells that `_cells_text` wrote; empty when it wrote none."""
    return tuple(
        CellWrite(
            id_,
            table_key,
            RowRef(0, None, ()),
            ColumnRef(None, header),
            None,
            value_from_json(value),
            Looks(looks),
            tuple(words),
            name,
        )
        for id_, name, header, looks, words, value in (
            json.loads(text) if isinstance(text, str) else ()
        )
    )


def _note(note: NoteWrite, change: Change) -> tuple[object, ...]:
    return (
        note.id,
        "note",
        "warning",
        change.key,
        str(change.at),
        note.table_key,
        row_to_json(note.row),
        column_to_json(ColumnRef(note.column, "")),
        None,
        json.dumps((note.kind,)),
        value_to_json(note.before),
        value_to_json(note.text),
    )


def _summary_text(page: ManagedPage | None) -> str:
    return "null" if page is None else json.dumps(page.as_json(), ensure_ascii=False)


def summary_of(text: str) -> ManagedPage | None:
    """The summary or review that the journal holds as this text."""
    data = json.loads(text)
    if data is None:
        return None
    return ReviewPage.from_json(data) if "began" in data else Summary.from_json(data)


def entry_of(row: tuple[Any, ...]) -> JournalEntry:
    (
        run,
        source,
        id_,
        kind,
        field,
        key,
        at,
        table_key,
        row_text,
        column,
        looks,
        words,
        before,
        after,
        state,
        why,
    ) = row
    is_summary = kind == "summary"
    is_carried = kind in ("inserted-row", "taken-row")
    content = value_from_json(before if kind == "taken-row" else after) if is_carried else None
    held = (
        value_from_json(before if kind == "removed-row" else after)
        if kind in ("row", "removed-row")
        else None
    )
    return JournalEntry(
        run=run,
        source=source,
        id=id_,
        kind=kind,
        field=field,
        key=key,
        at=at,
        table_key=table_key,
        row=row_from_json(row_text) if row_text else None,
        column=column_from_json(column) if column else None,
        looks=Looks(looks) if looks else None,
        words=tuple(json.loads(words)) if words else (),
        before=None if is_summary else value_from_json(before),
        after=None if is_summary else value_from_json(after),
        before_summary=summary_of(before) if is_summary else None,
        after_summary=summary_of(after) if is_summary else None,
        cells=_cells(held, str(table_key)),
        state=State(state) if state else None,
        why=why,
        holds=row_from_json(content).identity if isinstance(content, str) else (),
    )
