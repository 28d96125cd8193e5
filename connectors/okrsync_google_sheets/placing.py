"""Where each entry of a batch belongs in a spreadsheet as it stands now.

A column is written to only after it got its mark, so that the write can be held in it. A column
without a mark gets one first, in a request that touches no cell.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from okrsync.connector import (
    NO_ROW,
    Batch,
    CellValue,
    CellWrite,
    ColumnRef,
    NewColumn,
    NoteWrite,
    Outcome,
    RemovedColumn,
    RowFinder,
    RowRef,
    State,
    cell_verdict,
    column_letters,
    find_column,
    is_blank,
    right_edge,
)
from okrsync_google_sheets.alignment import Alignment
from okrsync_google_sheets.anchors import ROOM, field_of, row_mark, undressed_mark
from okrsync_google_sheets.edits import FORMATS, Edit, entered_value, serial_of
from okrsync_google_sheets.tab import INPUT, KEY, Anchor, Book, GoogleTab

__all__ = [
    "EmptiedColumn",
    "InsertedColumns",
    "Placed",
    "RemovedAt",
    "header_rows_of",
    "input_column",
    "mark_value",
    "place_batch",
]

_NO_TAB = "its tab is no longer there"


@dataclass(frozen=True, slots=True)
class InsertedColumns:
    """Columns to insert side by side from `start` on, each with the row of its header, from 0."""

    tab: GoogleTab
    start: int
    columns: tuple[tuple[NewColumn, int], ...]


@dataclass(frozen=True, slots=True)
class RemovedAt:
    """A column of okrsync's that is removed, and its mark."""

    tab: GoogleTab
    column: int
    mark: Anchor


@dataclass(frozen=True, slots=True)
class EmptiedColumn:
    """A column in which nothing of okrsync's is left after a run was undone; its header row counts
    from 1.
    """

    tab: GoogleTab
    column: int
    header_row: int
    mark: Anchor


@dataclass(slots=True)
class Placed:
    """What is to be sent for a batch right now, and the outcomes of everything else."""

    edits: list[Edit] = field(default_factory=list)
    inserted: list[InsertedColumns] = field(default_factory=list)
    new_columns: dict[tuple[str, str], int] = field(default_factory=dict)
    """The indexes of new columns, made now or before, by table key and header."""
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    holding_marks: dict[tuple[int, int], Anchor] = field(default_factory=dict)
    """The marks that hold the edits in their columns, by tab and column."""
    marks: dict[tuple[int, int], str] = field(default_factory=dict)
    """The values of the marks to create first, by tab and column."""
    stale_marks: list[Anchor] = field(default_factory=list)
    """Marks of the same fields at other columns, which are deleted."""
    input_marks: dict[tuple[int, int], str] = field(default_factory=dict)
    """The values of the marks to create at columns that are only read, by tab and column."""
    anchors: list[tuple[int, int, str]] = field(default_factory=list)
    """Rows that get an anchor: tab, row from 0, and the anchor's value."""
    removed: list[RemovedAt] = field(default_factory=list)
    emptied: list[EmptiedColumn] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.edits or self.inserted or self.marks or self.removed)


def mark_value(entry: NewColumn | CellWrite) -> str:
    """The value of a column's mark: the column's field, or its header if the field is unknown."""
    if isinstance(entry, NewColumn):
        return entry.field or entry.header
    return entry.field or entry.column.header


def place_batch(batch: Batch, read: Book, now: Book) -> Placed:
    """Decide every entry from the spreadsheet as it was read and as it stands now."""
    placed = Placed()
    for key in sorted(batch.table_keys):
        before, after = read.tab(key), now.tab(key)
        if before is None or after is None:
            for entry in batch.entries:
                if entry.table_key == key:
                    placed.outcomes[entry.id] = Outcome(State.CONFLICT, _NO_TAB)
            continue
        _Placing(batch, before, after, now, placed).run(key)
    return placed


class _Placing:
    """One tab's part of a batch."""

    def __init__(
        self, batch: Batch, before: GoogleTab, after: GoogleTab, now: Book, placed: Placed
    ) -> None:
        self._batch, self._before, self._after, self._placed = batch, before, after, placed
        self._now = now
        self._alignment = Alignment(before, after, header_rows_of(batch, before.table.key))
        self._finder = RowFinder(after.table, batch.rows(before.table.key))
        self._is_unmoved = before.table.rows == after.table.rows
        # Computed once: it walks the rows, and every cell of a new column needs it.
        self._right_edge = right_edge(after.table)
        self._room = ROOM - after.metadata_room
        self._anchored: set[int] = set()

    def run(self, key: str) -> None:
        """Place every entry."""
        self._make_columns(
            [column for column in self._batch.new_columns if column.table_key == key]
        )
        for cell in self._batch.cells:
            if cell.table_key == key:
                self._cell(cell)
        if self._batch.puts_back:
            self._find_emptied(key)
        for note in self._batch.notes:
            if note.table_key == key:
                self._note(note)
        for removed in self._batch.removed_columns:
            if removed.table_key == key:
                self._remove(removed)
        inputs = self._batch.inputs.get(key, ())
        times = Counter(column.id for column in inputs)
        for column in inputs:
            # Columns of one name cannot be told apart by it.
            if times[column.id] == 1:
                self._mark_input(column)

    def _make_columns(self, columns: list[NewColumn]) -> None:
        edge = self._right_edge
        new_columns: list[tuple[NewColumn, int]] = []
        for column in columns:
            header_row = self._alignment.header_rows.get(column.header_row or 0)
            if header_row is None:
                self._placed.outcomes[column.id] = Outcome(
                    State.CONFLICT, "the header row is no longer there"
                )
                continue
            existing = find_column(self._after.table, ColumnRef(None, column.header, header_row))
            if existing is None:
                existing = self._made_column(column)
                if existing is not None and self._is_bare(header_row - 1, existing):
                    self._put_header(column, header_row - 1, existing)
                    continue
            if existing is not None:
                self._placed.new_columns[column.table_key, column.header] = existing
                self._placed.outcomes[column.id] = Outcome(State.UNCHANGED)
                continue
            locks = self._after.locks
            if locks.cover_tab or locks.reach(header_row - 1, edge):
                locked_part = "tab" if locks.cover_tab else "header row"
                self._placed.outcomes[column.id] = Outcome(
                    State.SKIPPED, f"the {locked_part} is protected, and no column can be added"
                )
                continue
            column_index = edge + len(new_columns)
            self._placed.new_columns[column.table_key, column.header] = column_index
            new_columns.append((column, header_row - 1))
            self._placed.edits.append(
                Edit(
                    self._after.id,
                    header_row - 1,
                    column_index,
                    "value",
                    {"stringValue": column.header},
                    column.id,
                    (header_row - 1, column.header),
                )
            )
        if new_columns:
            self._placed.inserted.append(InsertedColumns(self._after, edge, tuple(new_columns)))

    def _made_column(self, column: NewColumn) -> int | None:
        """A column that an earlier attempt made and somebody has renamed since, by its mark."""
        known_ids = {mark.id for marks in self._before.column_anchors.values() for mark in marks}
        columns = [
            index
            for index, marks in self._after.column_anchors.items()
            for mark in marks
            if mark.id not in known_ids and field_of(mark.value) == mark_value(column)
        ]
        return columns[0] if len(columns) == 1 else None

    def _is_bare(self, header: int, column: int) -> bool:
        """Whether a header cell is empty, and no merge hides its words: its words landed in another
        row, because somebody moved the header in that moment.
        """
        return is_blank(self._after.value_at(header, column)) and not any(
            merge.first_row <= header <= merge.last_row
            and merge.first_column <= column <= merge.last_column
            for merge in self._after.table.merges
        )

    def _put_header(self, column: NewColumn, header: int, index: int) -> None:
        """Write the header of a column that an earlier attempt made."""
        mark = self._mark(index, mark_value(column))
        self._placed.new_columns[column.table_key, column.header] = index
        if mark is None or self._after.locks.holds(header, index):
            self._placed.outcomes[column.id] = Outcome(State.UNCHANGED)
            return
        self._placed.holding_marks[self._after.id, index] = mark
        words = {"stringValue": column.header}
        cell_index = (header, index)
        self._placed.edits.append(
            Edit(self._after.id, *cell_index, "value", words, column.id, cell_index)
        )

    def _cell(self, cell: CellWrite) -> None:
        column = self._column(cell.column)
        if column is None:
            reason = f"the column {cell.column.header!r} is no longer there"
            self._placed.outcomes[cell.id] = Outcome(State.CONFLICT, reason)
            return
        moved_cell = cell if column is cell.column else dataclasses.replace(cell, column=column)
        verdict = cell_verdict(
            moved_cell,
            self._after.table,
            self._finder,
            is_unmoved=self._is_unmoved,
            column=None if column.header else column.index,
        )
        if isinstance(verdict, Outcome):
            self._placed.outcomes[cell.id] = verdict
            return
        row, column_index = verdict
        if column_index is None:
            column_index = self._placed.new_columns.get((cell.table_key, cell.column.header))
            if column_index is None:
                reason = f"there is no column {cell.column.header!r}"
                self._placed.outcomes[cell.id] = Outcome(State.SKIPPED, reason)
                return
            if self._is_inserted(column_index):
                self._put_new(moved_cell, row.number - 1, column_index)
                return
            # Somebody, or an earlier attempt, made the column: it is handled like any other,
            # whatever its header says by now. A merge of the header empties it.
            second_verdict = cell_verdict(
                moved_cell,
                self._after.table,
                self._finder,
                is_unmoved=self._is_unmoved,
                column=column_index,
            )
            if isinstance(second_verdict, Outcome):
                self._placed.outcomes[cell.id] = second_verdict
                return
        if _says_already(row.value(column_index), cell.after):
            self._placed.outcomes[cell.id] = Outcome(
                State.UNCHANGED, None, str(self._after.table.ref(row, column_index))
            )
            return
        self._put(moved_cell, row.number - 1, column_index)

    def _is_inserted(self, column: int) -> bool:
        return any(
            inserted.tab is self._after
            and inserted.start <= column < inserted.start + len(inserted.columns)
            for inserted in self._placed.inserted
        )

    def _put_new(self, cell: CellWrite, row: int, column: int) -> None:
        """Add a cell of a column that the same batch makes."""
        if self._after.locks.reach(row, self._right_edge):
            self._placed.outcomes[cell.id] = Outcome(State.SKIPPED, "the cell is protected")
            return
        self._append(cell, row, column, cell.column.header, is_bare=cell.after is not None)

    def _put(self, cell: CellWrite, row: int, column: int) -> None:
        """Add a cell of an existing column; a column without a mark gets its mark first."""
        mark = self._mark(column, cell.field)
        if mark is None:
            self._give_mark(column, mark_value(cell))
            return
        self._placed.holding_marks[self._after.id, column] = mark
        is_bare = cell.after is not None and (row, column) not in self._after.formatted
        self._append(cell, row, column, column, is_bare=is_bare)

    def _append(
        self, cell: CellWrite, row: int, column: int, home: int | str, *, is_bare: bool
    ) -> None:
        looks = cell.looks if is_bare and cell.looks in FORMATS else None
        content = entered_value(cell.after, cell.looks)
        self._placed.edits.append(
            Edit(self._after.id, row, column, "value", content, cell.id, (row, home), looks)
        )
        self._anchor(cell.row, row)

    def _mark(self, column: int, name: str) -> Anchor | None:
        """The mark of a field at a column; with an empty name, any mark of okrsync's."""
        marks = self._after.column_anchors.get(column, ())
        return next((mark for mark in marks if not name or field_of(mark.value) == name), None)

    def _find_emptied(self, key: str) -> None:
        """Note the columns that are as before okrsync first wrote to them: empty, or with nothing
        but people's values.
        """
        rows = {number - 1 for number in header_rows_of(self._batch, key)}
        header_row = max(self._alignment.header_rows.get(row + 1) or 0 for row in rows)
        for (tab_id, column), mark in self._placed.holding_marks.items():
            leaving = {
                edit.row
                for edit in self._placed.edits
                if (edit.tab_id, edit.column, edit.content) == (tab_id, column, None)
            }
            is_empty = all(
                row.number <= header_row or row.number - 1 in leaving or is_blank(row.value(column))
                for row in self._after.table.rows
            )
            is_left = is_empty or (key, field_of(mark.value)) in self._batch.left_columns
            if tab_id == self._after.id and header_row and is_left:
                self._placed.emptied.append(EmptiedColumn(self._after, column, header_row, mark))

    def _give_mark(self, column: int, value: str) -> None:
        self._placed.marks[self._after.id, column] = undressed_mark(value)
        self._placed.stale_marks += [
            mark
            for marked_column, marks in self._after.column_anchors.items()
            if marked_column != column
            for mark in marks
            if field_of(mark.value) == value and mark not in self._placed.stale_marks
        ]

    def _mark_input(self, column: ColumnRef) -> None:
        """Have a column that is only read marked where it stands now, if there is room."""
        index = input_column(self._after, self._column(column))
        if index is None or column.id is None:
            return
        mark_text = INPUT + column.id
        same_marks = [
            (marked_column, mark)
            for marked_column, marks in self._after.input_anchors.items()
            for mark in marks
            if mark.value == mark_text
        ]
        # A copy of a column may carry a copy of its mark.
        self._placed.stale_marks += [mark for place, mark in same_marks if place != index]
        if any(place == index for place, _ in same_marks):
            return
        self._room -= len(KEY) + len(mark_text)
        if self._room >= 0:
            self._placed.input_marks[self._after.id, index] = mark_text

    def _anchor(self, ref: RowRef, row: int) -> None:
        """Give a row without an anchor one, if there is room. Without an anchor, a row is
        recognised by its content.
        """
        if self._batch.puts_back or row in self._anchored or self._after.row_anchors.get(row):
            return
        mark = row_mark(cell.value for cell in ref.identity)
        self._room -= len(KEY) + len(mark)
        if self._room >= 0:
            self._anchored.add(row)
            self._placed.anchors.append((self._after.id, row, mark))

    def _column(self, column: ColumnRef) -> ColumnRef | None:
        """The column as it stands now, even if it was moved or renamed; None if it is gone."""
        if column.index is None or self._is_unmoved:
            return column
        header_row = self._alignment.header_rows.get(column.header_row or 0)
        moved = ColumnRef(self._alignment.columns.get(column.index), column.header, header_row)
        if find_column(self._after.table, replace(moved, index=moved.index)) is not None:
            return moved
        if (
            moved.index is None
            or header_row is None
            or not self._is_anchored(column.index, moved.index)
        ):
            return None
        # Renamed in the meantime: from here on it is found by its new name, or without one by its
        # place. A merge in the header takes the names of all columns but the first.
        name = self._after.table.rows[header_row - 1].value(moved.index)
        return replace(moved, header=name.strip() if isinstance(name, str) else "")

    def _is_anchored(self, before: int, after: int) -> bool:
        ids_before = {anchor.id for anchor in self._before.column_anchors.get(before, ())}
        return bool(
            ids_before & {anchor.id for anchor in self._after.column_anchors.get(after, ())}
        )

    def _note(self, note: NoteWrite) -> None:
        row = self._finder.find(note.row)
        if row is None and self._is_unmoved:
            row = self._finder.in_place(note.row)
        column = note.column if self._is_unmoved else self._alignment.columns.get(note.column)
        if row is None or column is None:
            self._placed.outcomes[note.id] = Outcome(State.CONFLICT, NO_ROW)
            return
        cell_index = (row.number - 1, column)
        present_note = self._after.notes.get(cell_index)
        if present_note == note.text:
            self._placed.outcomes[note.id] = Outcome(State.UNCHANGED)
        elif present_note is not None and present_note != note.before:
            self._placed.outcomes[note.id] = Outcome(State.CONFLICT, "somebody's own note is there")
        elif self._after.locks.holds(*cell_index):
            self._placed.outcomes[note.id] = Outcome(State.SKIPPED, "the cell is protected")
        else:
            self._placed.edits.append(
                Edit(self._after.id, *cell_index, "note", note.text, note.id, cell_index)
            )

    def _remove(self, removed: RemovedColumn) -> None:
        column = self._column(removed.column)
        if column is not None and not column.header:
            self._placed.outcomes[removed.id] = Outcome(
                State.CONFLICT, "somebody took the name of the column away; it stays"
            )
            return
        column_index = find_column(self._after.table, column) if column is not None else None
        if column is None or column_index is None or column.header_row is None:
            self._placed.outcomes[removed.id] = Outcome(State.UNCHANGED, "it is gone already")
            return
        mark = self._mark(column_index, "")
        if mark is None:
            self._give_mark(column_index, removed.column.header)
            return
        if self._is_used(column_index, column.header_row - 1):
            self._placed.outcomes[removed.id] = Outcome(State.CONFLICT, "the column is in use")
            return
        if self._after.locks.cross(column_index):
            self._placed.outcomes[removed.id] = Outcome(
                State.SKIPPED, "the column is protected in part, and stays"
            )
            return
        header_cell = (column.header_row - 1, column_index)
        self._placed.holding_marks[self._after.id, column_index] = mark
        self._placed.edits.append(
            Edit(self._after.id, *header_cell, "value", None, removed.id, header_cell)
        )
        self._placed.removed.append(RemovedAt(self._after, column_index, mark))

    def _is_used(self, column: int, header: int) -> bool:
        """Whether people wrote into a column, or refer to it."""
        leaving = {
            edit.row
            for edit in self._placed.edits
            if (edit.tab_id, edit.column, edit.content) == (self._after.id, column, None)
        }
        return (
            any(
                row.number - 1 not in (header, *leaving) and not is_blank(row.value(column))
                for row in self._after.table.rows
            )
            or any(note_column == column for _, note_column in self._after.notes)
            or any(
                merge.first_column <= column <= merge.last_column
                for merge in self._after.table.merges
            )
            or _is_referred_to(self._now, self._after, column)
        )


def _is_referred_to(book: Book, tab: GoogleTab, column: int) -> bool:
    """Whether a formula refers to a column of a tab: without the column it would show #REF!."""
    column_pattern = re.compile(
        rf"(?<![A-Za-z0-9_]){column_letters(column)}(?=\$?[0-9]|:)", re.IGNORECASE
    )
    for other in book.tabs:
        for row in other.entered:
            for content in row:
                formula = (content or {}).get("formulaValue")
                # A formula on another tab names this tab before the column, such as `KRs!F2`.
                if formula is None or (other.id != tab.id and tab.title not in formula):
                    continue
                if column_pattern.search(formula.replace("$", "")):
                    return True
    return False


def input_column(tab: GoogleTab, column: ColumnRef | None) -> int | None:
    """Where a column that is only read stands; None if its header is elsewhere or in doubt."""
    return None if column is None else find_column(tab.table, replace(column, id=None))


def header_rows_of(batch: Batch, key: str) -> set[int]:
    """The header rows, from 1, of the columns of a batch in one table; row 1 if none is known."""
    columns: list[ColumnRef | None] = [cell.column for cell in batch.cells if cell.table_key == key]
    columns += [removed.column for removed in batch.removed_columns if removed.table_key == key]
    header_rows = {
        column.header_row
        for column in columns
        if column is not None and column.header_row is not None
    }
    header_rows |= {
        column.header_row
        for column in batch.new_columns
        if column.table_key == key and column.header_row is not None
    }
    return header_rows or {1}


def _says_already(now: CellValue, after: CellValue) -> bool:
    """Whether a cell holds the same day without a date format: a person may have removed the format
    on purpose.
    """
    return isinstance(after, date) and isinstance(now, int | float) and now == serial_of(after)
