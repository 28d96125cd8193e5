"""A batch as edits of a workbook: which cell, column, row, note or tab each entry becomes, and what
became of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from okrsync.connector import (
    NO_ROW,
    Batch,
    CellRef,
    CellValue,
    ColumnRef,
    CopiedTab,
    HistoryWrite,
    Looks,
    Outcome,
    Row,
    RowFinder,
    RowRef,
    State,
    Table,
    column_letters,
    copied_table,
    find_column,
    missing_lines,
    place_rows,
    right_edge,
    tab_verdict,
    taken_verdict,
)
from okrsync_workbook.xlsx.edits import (
    CellEdit,
    ColumnEdit,
    Edit,
    EditRefused,
    Edits,
    HistoryEdit,
    NoteEdit,
    RemovedColumnEdit,
    RemovedSheetEdit,
    RowEdit,
    SheetCopyEdit,
    SummaryEdit,
    TakenRowEdit,
)
from okrsync_workbook.xlsx.package import Package
from okrsync_workbook.xlsx.patch import patch
from okrsync_workbook.xlsx.summary_sheet import summary_remark

__all__ = ["WorkbookEdits"]


@dataclass
class WorkbookEdits:
    """A batch as edits of a workbook, with the outcomes of the entries so far. `ids` are those of
    the entries that became edits, in the order of these.
    """

    tables: dict[str, Table]
    source: str
    edits: list[Edit] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    _remarks: dict[str, str | None] = field(default_factory=dict)
    _finders: dict[str, RowFinder] = field(default_factory=dict)
    _created: dict[tuple[str, str], int] = field(default_factory=dict)
    _next: dict[str, int] = field(default_factory=dict)

    def finder(self, table: Table, batch: Batch) -> RowFinder:
        """The finder of rows in a table; one for all entries of a batch."""
        if table.key not in self._finders:
            self._finders[table.key] = RowFinder(table, batch.rows(table.key))
        return self._finders[table.key]

    def forget_rows(self) -> None:
        """Let go of what rows are found by, once all entries have their cells."""
        self._finders.clear()

    def make_column(
        self, id_: str, key: str, column: ColumnRef, looks: Looks, words: tuple[str, ...]
    ) -> None:
        """Plan a column at the right edge of the header."""
        table = self.tables.get(key)
        header = (
            next((row for row in table.rows if row.number == column.header_row), None)
            if table is not None
            else None
        )
        if table is None or header is None or column.header_row is None:
            self.outcomes[id_] = Outcome(State.CONFLICT, "the header row is no longer there")
            return
        existing = find_column(table, column)
        if existing is not None:
            self._created[key, column.header] = existing
            self.outcomes[id_] = Outcome(State.UNCHANGED)
            return
        new_column = self._next.get(key, right_edge(table))
        self._next[key] = new_column + 1
        self._created[key, column.header] = new_column
        self._add(id_, ColumnEdit(key, new_column, column.header_row, column.header, looks, words))

    def set_cell(
        self,
        id_: str,
        table: Table,
        verdict: Outcome | tuple[Row, int | None],
        column: ColumnRef,
        after: CellValue,
        looks: Looks,
        words: tuple[str, ...],
    ) -> None:
        """Plan a cell, where the verdict allows it."""
        if isinstance(verdict, Outcome):
            self.outcomes[id_] = verdict
            return
        row, column_index = verdict
        column_index = (
            self._created.get((table.key, column.header)) if column_index is None else column_index
        )
        if column_index is None:
            self.outcomes[id_] = Outcome(State.SKIPPED, f"there is no column {column.header!r}")
            return
        self._add(id_, CellEdit(table.key, row.number, column_index, after, looks, words))

    def remove_column(self, id_: str, key: str, column: ColumnRef) -> None:
        """Plan the removal of a column that okrsync created."""
        table = self.tables.get(key)
        column_index = find_column(table, column) if table is not None else None
        if column_index is None or column.header_row is None:
            self.outcomes[id_] = Outcome(State.UNCHANGED, "it is gone already")
            return
        self._add(id_, RemovedColumnEdit(key, column_index, column.header_row, column.header))

    def set_note(self, id_: str, key: str, row: Row | None, column: int, text: str | None) -> None:
        """Plan a note at a cell of a row."""
        if row is None:
            self.outcomes[id_] = Outcome(State.CONFLICT, NO_ROW)
            return
        self._add(id_, NoteEdit(key, row.number, column, text))

    def keep_history(
        self,
        history: HistoryWrite,
        rows: list[tuple[int, tuple[CellValue, ...]]],
        obstacle: str | None,
    ) -> None:
        """Plan lines of the history, unless there is an obstacle."""
        if obstacle is not None:
            self.outcomes[history.id] = Outcome(State.SKIPPED, obstacle)
            return
        lines = history.lines
        if not history.is_removal:
            lines = missing_lines((values for _, values in rows), history)
        self._add(
            history.id, HistoryEdit(history.place, history.columns, lines, history.is_removal)
        )

    def summarise(self, id_: str, edit: SummaryEdit, obstacle: str | None) -> None:
        """Plan a summary, unless there is an obstacle."""
        if obstacle is not None:
            self.outcomes[id_] = Outcome(State.SKIPPED, obstacle)
            return
        self._add(id_, edit)

    def carry(self, batch: Batch) -> None:
        """Plan rows that are inserted or taken out, and tabs that are copied or removed."""
        for key in dict.fromkeys(row.table_key for row in batch.inserted_rows):
            table = self.tables.get(key)
            if table is None:
                continue
            entries = [row for row in batch.inserted_rows if row.table_key == key]
            finder = self.finder(table, batch)
            placed, outcomes = place_rows(entries, table, finder, is_unmoved=True)
            self.outcomes.update(outcomes)
            for row in placed:
                values = tuple(sorted(row.values.items()))
                edit = RowEdit(key, row.behind.number, row.like.number, row.kept, values)
                self._add(row.entry.id, edit)
        for taken in batch.taken_rows:
            table = self.tables.get(taken.table_key)
            if table is None:
                continue
            row_or_outcome = taken_verdict(taken, table, self.finder(table, batch))
            if isinstance(row_or_outcome, Outcome):
                self.outcomes[taken.id] = row_or_outcome
            else:
                self._add(taken.id, TakenRowEdit(taken.table_key, row_or_outcome.number))
        for copied in batch.copied_tabs:
            table = self.tables.get(copied.table_key)
            verdict = tab_verdict(copied, self.tables.get(copied.name))
            if verdict is not None or table is None or copied_table(copied, table) is None:
                gone = Outcome(State.CONFLICT, "a row of it is gone or was changed")
                self.outcomes[copied.id] = verdict or gone
                continue
            self._add(copied.id, self._copy(copied, table, batch))
        for removed in batch.removed_tabs:
            verdict = tab_verdict(removed, self.tables.get(removed.name))
            if verdict is not None:
                self.outcomes[removed.id] = verdict
            else:
                self._add(removed.id, RemovedSheetEdit(removed.name))

    def _copy(self, copied: CopiedTab, table: Table, batch: Batch) -> SheetCopyEdit:
        finder = self.finder(table, batch)

        def number(ref: RowRef) -> int:
            row = finder.find(ref) or finder.in_place(ref)
            return ref.number if row is None else row.number

        values = [
            (
                number(cell.row),
                (finder.column(cell.column) if cell.column.header else None)
                or cell.column.index
                or 0,
                cell.after,
            )
            for cell in copied.cells
        ]
        left_out = tuple(sorted(number(ref) for ref in copied.left_out))
        return SheetCopyEdit(table.key, copied.name, left_out, tuple(values))

    def patched(self, package: Package) -> bytes:
        """The workbook with all edits that are possible. A refused edit gets its outcome and is
        left out.
        """
        # A refusal ends the patch with nothing changed, so that each try starts anew without it.
        while True:
            try:
                return patch(package, self._all())
            except EditRefused as refused:
                self._leave_out(refused)

    def remark(self, package: Package) -> None:
        """Note what becomes of the words that people put among the lines of summaries."""
        for edit, id_ in zip(self.edits, self.ids, strict=True):
            if isinstance(edit, SummaryEdit):
                self._remarks[id_] = summary_remark(package, edit)

    @property
    def is_carried_out(self) -> bool:
        """Whether nothing of the batch had to be left out."""
        return all(
            outcome.state in (State.WRITTEN, State.UNCHANGED) for outcome in self.outcomes.values()
        )

    def settled(self, *, wrote: bool) -> dict[str, Outcome]:
        """The outcomes of all entries."""
        for edit, id_ in zip(self.edits, self.ids, strict=True):
            address = (
                str(CellRef(edit.sheet, f"{column_letters(edit.column)}{edit.row}"))
                if isinstance(edit, CellEdit)
                else None
            )
            self.outcomes.setdefault(
                id_,
                Outcome(
                    State.WRITTEN if wrote else State.UNCHANGED,
                    self._remarks.get(id_) if wrote else None,
                    address,
                ),
            )
        return self.outcomes

    def _add(self, id_: str, edit: Edit) -> None:
        self.edits.append(edit)
        self.ids.append(id_)

    def _all(self) -> Edits:
        return Edits(
            cells=tuple(edit for edit in self.edits if isinstance(edit, CellEdit)),
            new_columns=tuple(edit for edit in self.edits if isinstance(edit, ColumnEdit)),
            removed_columns=tuple(
                edit for edit in self.edits if isinstance(edit, RemovedColumnEdit)
            ),
            notes=tuple(edit for edit in self.edits if isinstance(edit, NoteEdit)),
            summaries=tuple(edit for edit in self.edits if isinstance(edit, SummaryEdit)),
            rows=tuple(edit for edit in self.edits if isinstance(edit, RowEdit)),
            taken_rows=tuple(edit for edit in self.edits if isinstance(edit, TakenRowEdit)),
            copies=tuple(edit for edit in self.edits if isinstance(edit, SheetCopyEdit)),
            removed_sheets=tuple(edit for edit in self.edits if isinstance(edit, RemovedSheetEdit)),
            history=next((edit for edit in self.edits if isinstance(edit, HistoryEdit)), None),
        )

    def _leave_out(self, refused: EditRefused) -> None:
        edit = refused.edit
        formula = isinstance(edit, CellEdit) and (
            "formula" in refused.reason or "merge" in refused.reason
        )
        outcome = Outcome(State.SKIPPED if formula else State.CONFLICT, refused.reason)
        kept = []
        for other, id_ in zip(self.edits, self.ids, strict=True):
            if other == edit:
                self.outcomes[id_] = outcome
            # The cells of a column that cannot be created have nowhere to go.
            elif (
                isinstance(edit, ColumnEdit)
                and isinstance(other, CellEdit)
                and (other.sheet, other.column) == (edit.sheet, edit.column)
            ):
                self.outcomes[id_] = Outcome(State.SKIPPED, refused.reason)
            else:
                kept.append((other, id_))
        self.edits, self.ids = [other for other, _ in kept], [id_ for _, id_ in kept]
