"""Where each entry of a batch belongs in a spreadsheet as it stands now, and what landed beside the
wrong row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from okrsync.connector import (
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
    Table,
    cell_verdict,
    find_column,
    is_blank,
)
from okrsync_google_sheets.alignment import Alignment
from okrsync_google_sheets.anchors import ROOM, row_mark
from okrsync_google_sheets.edits import FORMATS, Edit, Part, entered_value, serial_of
from okrsync_google_sheets.tab import KEY, Book, GoogleTab

__all__ = ["Placed", "place", "right_edge", "strays"]

_NO_ROW = "the row is gone, or can no longer be told from another"
_NO_TAB = "its tab is no longer there"


@dataclass(slots=True)
class Placed:
    """What is to be sent for a batch right now: cells, columns to be made (tab, where, how many),
    and what became of everything else.
    """

    edits: list[Edit] = field(default_factory=list)
    columns: list[tuple[GoogleTab, int, int]] = field(default_factory=list)
    made: dict[tuple[str, str], int] = field(default_factory=dict)
    """Columns that are made or were found, by table key and header."""
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    anchors: list[tuple[int, int, str]] = field(default_factory=list)
    """Rows that get an anchor: tab, row from 0, and what it says."""
    cleared: list[tuple[GoogleTab, int, int]] = field(default_factory=list)
    """Columns that are taken back: tab, column, header row (from 0)."""

    @property
    def is_empty(self) -> bool:
        return not self.edits and not self.columns


def place(batch: Batch, read: Book, now: Book) -> Placed:
    """Decide for every entry, looking at the spreadsheet as it was read and as it stands now."""
    placed = Placed()
    for key in sorted(batch.table_keys):
        before, after = read.tab(key), now.tab(key)
        if before is None or after is None:
            for entry in batch.entries:
                if entry.table_key == key:
                    placed.outcomes[entry.id] = Outcome(State.CONFLICT, _NO_TAB)
            continue
        _Placing(batch, before, after, placed).run(key)
    return placed


class _Placing:
    """One tab's part of a batch."""

    def __init__(self, batch: Batch, before: GoogleTab, after: GoogleTab, placed: Placed) -> None:
        self._batch, self._before, self._after, self._placed = batch, before, after, placed
        self._alignment = Alignment(before, after, _header_rows(batch, before.table.key))
        self._finder = RowFinder(after.table, batch.rows(before.table.key))
        self._is_unmoved = before.table.rows == after.table.rows
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
        for note in self._batch.notes:
            if note.table_key == key:
                self._note(note)
        for removed in self._batch.removed_columns:
            if removed.table_key == key:
                self._remove(removed)

    def _make_columns(self, columns: list[NewColumn]) -> None:
        edge = right_edge(self._after.table)
        fresh: list[tuple[NewColumn, int]] = []
        for column in columns:
            header_row = self._alignment.header_rows.get(column.header_row or 0)
            if header_row is None:
                self._placed.outcomes[column.id] = Outcome(
                    State.CONFLICT, "the header row is no longer there"
                )
                continue
            there = find_column(self._after.table, ColumnRef(None, column.header, header_row))
            if there is not None:
                self._placed.made[column.table_key, column.header] = there
                self._placed.outcomes[column.id] = Outcome(State.UNCHANGED)
                continue
            if self._after.locks.holds(header_row - 1, edge + len(fresh)):
                self._placed.outcomes[column.id] = Outcome(
                    State.SKIPPED, "the tab is protected, and no column can be added"
                )
                continue
            at = edge + len(fresh)
            self._placed.made[column.table_key, column.header] = at
            fresh.append((column, header_row))
            self._placed.edits.append(
                Edit(
                    self._after.id,
                    header_row - 1,
                    at,
                    "value",
                    {"stringValue": column.header},
                    column.id,
                    (header_row - 1, column.header),
                )
            )
        if fresh:
            self._placed.columns.append((self._after, edge, len(fresh)))

    def _cell(self, cell: CellWrite) -> None:
        column = self._column(cell.column)
        if column is None:
            reason = f"the column {cell.column.header!r} is no longer there"
            self._placed.outcomes[cell.id] = Outcome(State.CONFLICT, reason)
            return
        meant = replace(cell, column=column)
        verdict = cell_verdict(meant, self._after.table, self._finder, is_unmoved=self._is_unmoved)
        if isinstance(verdict, Outcome):
            self._placed.outcomes[cell.id] = verdict
            return
        row, at = verdict
        home: int | str = cell.column.header if at is None else at
        if at is None:
            at = self._placed.made.get((cell.table_key, cell.column.header))
            if at is None:
                reason = f"there is no column {cell.column.header!r}"
                self._placed.outcomes[cell.id] = Outcome(State.SKIPPED, reason)
                return
            if any(
                tab is self._after and start <= at < start + count
                for tab, start, count in self._placed.columns
            ):
                self._put(meant, row.number - 1, at, home)
                return
            # Somebody, or an earlier try, made the column: it is one like any other.
            known = ColumnRef(
                at, cell.column.header, self._alignment.header_rows.get(cell.column.header_row or 0)
            )
            again = cell_verdict(
                replace(meant, column=known),
                self._after.table,
                self._finder,
                is_unmoved=self._is_unmoved,
            )
            if isinstance(again, Outcome):
                self._placed.outcomes[cell.id] = again
                return
            home = at
        if _says_already(row.value(at), cell.after):
            self._placed.outcomes[cell.id] = Outcome(
                State.UNCHANGED, None, str(self._after.table.ref(row, at))
            )
            return
        self._put(meant, row.number - 1, at, home)

    def _put(self, cell: CellWrite, row: int, column: int, home: int | str) -> None:
        is_bare = cell.after is not None and (row, column) not in self._after.formatted
        if isinstance(home, str):
            is_bare = cell.after is not None
        looks = cell.looks if is_bare and cell.looks in FORMATS else None
        self._placed.edits.append(
            Edit(
                self._after.id,
                row,
                column,
                "value",
                entered_value(cell.after),
                cell.id,
                (row, home),
                looks,
            )
        )
        self._anchor(cell.row, row)

    def _anchor(self, ref: RowRef, row: int) -> None:
        """An anchor for a row that has none, as long as there is room: without one it is known by
        what stands in it.
        """
        if row in self._anchored or self._after.row_anchors.get(row):
            return
        mark = row_mark(cell.value for cell in ref.identity)
        self._room -= len(KEY) + len(mark)
        if self._room >= 0:
            self._anchored.add(row)
            self._placed.anchors.append((self._after.id, row, mark))

    def _column(self, column: ColumnRef) -> ColumnRef | None:
        """The column as it stands now: by its name, or where it moved to under another."""
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
        # Renamed in the meantime: the name of now is what it is found by.
        name = self._after.table.rows[header_row - 1].value(moved.index)
        return replace(moved, header=name) if isinstance(name, str) and name.strip() else None

    def _is_anchored(self, before: int, after: int) -> bool:
        mine = {anchor.id for anchor in self._before.column_anchors.get(before, ())}
        return bool(mine & {anchor.id for anchor in self._after.column_anchors.get(after, ())})

    def _note(self, note: NoteWrite) -> None:
        row = self._finder.find(note.row)
        if row is None and self._is_unmoved:
            row = self._finder.in_place(note.row)
        column = note.column if self._is_unmoved else self._alignment.columns.get(note.column)
        if row is None or column is None:
            self._placed.outcomes[note.id] = Outcome(State.CONFLICT, _NO_ROW)
            return
        at = (row.number - 1, column)
        there = self._after.notes.get(at)
        if there == note.text:
            self._placed.outcomes[note.id] = Outcome(State.UNCHANGED)
        elif there is not None and there != note.before:
            self._placed.outcomes[note.id] = Outcome(State.CONFLICT, "somebody's own note is there")
        elif self._after.locks.holds(*at):
            self._placed.outcomes[note.id] = Outcome(State.SKIPPED, "the cell is protected")
        else:
            self._placed.edits.append(Edit(self._after.id, *at, "note", note.text, note.id, at))

    def _remove(self, removed: RemovedColumn) -> None:
        column = self._column(removed.column)
        at = find_column(self._after.table, column) if column is not None else None
        if column is None or at is None or column.header_row is None:
            self._placed.outcomes[removed.id] = Outcome(State.UNCHANGED, "it is gone already")
            return
        leaving = {
            (edit.row, edit.column)
            for edit in self._placed.edits
            if edit.tab_id == self._after.id and edit.content is None
        }
        header = column.header_row - 1
        for row in self._after.table.rows:
            place = (row.number - 1, at)
            if row.number - 1 != header and not is_blank(row.value(at)) and place not in leaving:
                self._placed.outcomes[removed.id] = Outcome(State.CONFLICT, "the column is in use")
                return
        self._placed.edits.append(
            Edit(self._after.id, header, at, "value", None, removed.id, (header, at))
        )
        self._placed.cleared.append((self._after, at, header))


def _header_rows(batch: Batch, key: str) -> set[int]:
    columns: list[ColumnRef | None] = [cell.column for cell in batch.cells if cell.table_key == key]
    columns += [removed.column for removed in batch.removed_columns if removed.table_key == key]
    found = {
        column.header_row
        for column in columns
        if column is not None and column.header_row is not None
    }
    found |= {
        column.header_row
        for column in batch.new_columns
        if column.table_key == key and column.header_row is not None
    }
    return found or {1}


def _says_already(now: CellValue, after: CellValue) -> bool:
    """Whether a cell holds the same day without a date format, which is how a person may like
    it.
    """
    return isinstance(after, date) and isinstance(now, int | float) and now == serial_of(after)


def right_edge(table: Table) -> int:
    """The first column to the right of everything a table holds, merges included."""
    widest = max((len(row.values) for row in table.rows), default=0)
    while widest and all(is_blank(row.value(widest - 1)) for row in table.rows):
        widest -= 1
    return max(widest, max((merge.last_column + 1 for merge in table.merges), default=0))


def strays(
    batch: Batch, sent: Iterable[Edit], before: Book, after: Book, *, is_lost: bool
) -> list[Edit]:
    """What puts right the cells that were hit by mistake because somebody moved things just then.

    `before` is the look the edits were decided on, `after` the one that shows where they landed.
    With `is_lost` the answer to the write never came, so that things may have moved after it too:
    what was sent is then looked for everywhere.
    """
    restoring: list[Edit] = []
    by_tab: dict[int, list[Edit]] = {}
    for edit in sent:
        by_tab.setdefault(edit.tab_id, []).append(edit)
    for tab_id, edits in by_tab.items():
        one, other = before.tab(str(tab_id)), after.tab(str(tab_id))
        if one is not None and other is not None:
            restoring += _Landing(batch, edits, one, other).restoring(is_lost=is_lost)
    return restoring


class _Landing:
    """Where the edits of one tab landed."""

    def __init__(
        self, batch: Batch, edits: list[Edit], before: GoogleTab, after: GoogleTab
    ) -> None:
        self._edits, self._before, self._after = edits, before, after
        self._owned = {
            edit.home[1] for edit in edits if isinstance(edit.home[1], int) and edit.part == "value"
        }
        hit = {edit.column for edit in edits if edit.part == "value"}
        self._alignment = Alignment(
            before, after, _header_rows(batch, before.table.key), self._owned, hit
        )
        self._rows = {to: at for at, to in self._alignment.rows.items()}
        self._columns: dict[int, int | str] = {to: at for at, to in self._alignment.columns.items()}
        self._columns.update(self._made())
        self._wanted = {(edit.home, edit.part): edit.content for edit in edits}

    def _made(self) -> Iterator[tuple[int, str]]:
        """The columns that were made with these edits, where they stand now."""
        headers = {edit.home[1] for edit in self._edits if isinstance(edit.home[1], str)}
        for number in self._alignment.header_rows.values():
            row = self._after.table.rows[number - 1] if number is not None else None
            for column, value in enumerate(row.values if row is not None else ()):
                if isinstance(value, str) and value in headers and column not in self._columns:
                    yield column, value

    def restoring(self, *, is_lost: bool) -> Iterator[Edit]:
        """Edits that give each cell hit by mistake what it should hold, and repeat what was to be
        put right and moved away.
        """
        contents = {_comparable(edit.content) for edit in self._edits}
        hit = {(edit.row, edit.column, edit.part) for edit in self._edits}
        for row, column, part in self._candidates(is_lost=is_lost):
            now = _content(self._after, (row, column), part)
            if _comparable(now) not in contents or (now is None and (row, column, part) not in hit):
                continue
            at, across = self._rows.get(row), self._columns.get(column)
            held = _content(self._before, (at, across), part)
            content = held
            if at is not None and across is not None:
                content = self._wanted.get(((at, across), part), held)
            if _comparable(now) in (_comparable(content), _comparable(held)):
                continue
            yield Edit(self._after.id, row, column, part, content, None, (row, column))
        yield from self._missed()

    def _candidates(self, *, is_lost: bool) -> Iterator[tuple[int, int, Part]]:
        """The cells that were hit, those of okrsync's columns, and where nobody knows when things
        moved, all.
        """
        seen: set[tuple[int, int, Part]] = set()
        rows = range(len(self._after.table.rows))
        wide = max((len(row.values) for row in self._after.table.rows), default=0)
        ours = [column for column in range(wide) if is_lost or self._is_ours(column)]
        for cell in (
            *((edit.row, edit.column, edit.part) for edit in self._edits),
            *((row, column, _VALUE) for column in ours for row in rows),
        ):
            if cell not in seen:
                seen.add(cell)
                yield cell

    def _is_ours(self, column: int) -> bool:
        home = self._columns.get(column)
        return home is None or isinstance(home, str) or home in self._owned

    def _missed(self) -> Iterator[Edit]:
        for edit in self._edits:
            column = edit.home[1]
            row = self._alignment.rows.get(edit.home[0])
            across = self._alignment.columns.get(column) if isinstance(column, int) else None
            if (
                edit.entry is not None
                or row is None
                or across is None
                or (row, across) == (edit.row, edit.column)
            ):
                continue
            now = _content(self._after, (row, across), edit.part)
            if now == _content(self._before, edit.home, edit.part) and now != edit.content:
                yield replace(edit, row=row, column=across, home=(row, across))


_VALUE: Part = "value"


def _comparable(content: dict[str, object] | str | None) -> object:
    """Something that is equal for contents that are the same to the service, which keeps numbers to
    fifteen digits.
    """
    if isinstance(content, dict):
        kind, value = next(iter(content.items()), ("", None))
        return kind, (
            float(f"{value:.12g}")
            if isinstance(value, int | float) and not isinstance(value, bool)
            else value
        )
    return content


def _content(
    tab: GoogleTab, home: tuple[int | None, int | str | None], part: Part
) -> dict[str, object] | str | None:
    row, column = home
    if row is None or not isinstance(column, int):
        return None
    return tab.notes.get((row, column)) if part == "note" else tab.entered_at(row, column)
