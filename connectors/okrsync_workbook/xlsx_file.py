"""One Excel workbook: read with calamine, written by patching only the cells that change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from okrsync.connector import (
    Ability,
    Batch,
    CellRef,
    CellValue,
    ColumnRef,
    CopiedTab,
    Finding,
    FormulaReach,
    HistoryWrite,
    Looks,
    ManagedPage,
    Outcome,
    ReviewPage,
    Row,
    RowFinder,
    RowRef,
    SourceChanged,
    State,
    SummaryWrite,
    Table,
    TrendLine,
    UnreadableSource,
    cell_verdict,
    column_letters,
    copied_table,
    find_column,
    missing_lines,
    place_rows,
    right_edge,
    tab_verdict,
    taken_verdict,
)
from okrsync_workbook.file_kind import refuse_stranger
from okrsync_workbook.files import FileContent, read_file, replace_file
from okrsync_workbook.history_file import is_history_file
from okrsync_workbook.originals import Originals
from okrsync_workbook.sheets import (
    chosen,
    no_collecting,
    open_workbook,
    plain,
    visible_sheets,
)
from okrsync_workbook.source_file import FileOutcome, FileTables, Json, SourceFile
from okrsync_workbook.xlsx import (
    LONGEST_TEXT,
    CellEdit,
    ColumnEdit,
    Edit,
    EditRefused,
    Edits,
    HistoryEdit,
    NoteEdit,
    Package,
    RemovedColumnEdit,
    RemovedSheetEdit,
    RowEdit,
    SheetCopyEdit,
    SheetXml,
    SummaryEdit,
    TakenRowEdit,
    Zip,
    find_history,
    find_trends,
    grids,
    history_rows,
    own_sheets,
    review_decisions,
    summary_is_current,
    summary_remark,
    trends_in,
)

__all__ = ["XlsxFile"]


class XlsxFile(SourceFile):
    """An .xlsx or .xlsm file."""

    def __init__(
        self,
        path: Path,
        tabs: tuple[str, ...] | None,
        source: str,
        originals: Originals,
        *,
        may_lift_protection: bool,
        people: str | None = None,
    ) -> None:
        super().__init__(path)
        self._people = people
        self._originals = originals
        self._tabs = tabs
        self._source = source
        self._may_lift_protection = may_lift_protection
        self._read: FileContent | None = None
        self._package: Package | None = None
        self._tables: dict[str, Table] = {}

    @property
    def abilities(self) -> frozenset[Ability]:
        return frozenset(Ability) - {Ability.CALLS}

    def read(self) -> FileTables:
        content = read_file(self.path)
        refuse_stranger(self.path, content.data)
        try:
            tables, notes = self._read_tables(content)
        except UnreadableSource as error:
            message = (
                error.message
                if str(self.path) in error.message
                else f"{self.path}: {error.message}"
            )
            raise UnreadableSource(message, hint=error.hint) from error
        self._read = content
        self._tables = {table.key: table for table in tables}
        return FileTables(tables, notes, content.digest)

    def _read_tables(self, content: FileContent) -> tuple[tuple[Table, ...], tuple[str, ...]]:
        package = Package.open(content.data)
        self._package = package
        workbook = open_workbook(self.path, package.archive.for_readers)
        shown, hidden = visible_sheets(workbook)
        history = find_history(package)
        own = own_sheets(package) | {
            sheet.name for sheet in (history, find_trends(package)) if sheet is not None
        }
        wanted = chosen(self.path, self._tabs, shown, hidden, self._people)
        names = [name for name in wanted if name not in own]
        unread = [name for name in hidden if name not in names and name not in own]
        notes = (
            (f"hidden tabs are not read: {', '.join(unread)}",)
            if unread and self._tabs is None
            else ()
        )
        with no_collecting():
            tables = tuple(
                self._table(package, name, rows)
                for name, rows in grids(self.path, package, names).items()
            )
        # Only a few of the parts are looked at again before something is written.
        package.archive.let_go()
        return tables, notes

    def _table(
        self, package: Package, name: str, lines: list[tuple[int, list[CellValue]]]
    ) -> Table:
        marks, errors, merges, lock = package.scan(
            name, may_lift_protection=self._may_lift_protection
        )
        width = max((len(line) for _, line in lines), default=0)
        trends: dict[int, dict[int, TrendLine]] = {}
        for (number, column), trend in trends_in(package, name).items():
            trends.setdefault(number, {})[column] = trend
        rows = []
        for number, line in lines:
            row = plain(line)
            if number in errors:
                errors_in_row = errors[number]
                row = tuple(errors_in_row.get(column, value) for column, value in enumerate(row))
            if number in trends:
                trends_in_row = trends[number]
                row = tuple(
                    # What somebody typed over a trend is what stands there.
                    trends_in_row[column]
                    if column in trends_in_row and trends_in_row[column] == value
                    else value
                    for column, value in enumerate(row)
                )
            rows.append(Row(number, row, None, marks.row(number, width)))
        return Table(name, name, tuple(rows), merges=merges, lock=lock)

    def fit(self, looks: Looks, value: CellValue) -> CellValue:
        if isinstance(value, Decimal):
            return float(value)
        if isinstance(value, TrendLine):
            return value
        if isinstance(value, str):
            return value[:LONGEST_TEXT] or None
        return value

    def formula_reach(self, table: Table, row: Row, column: int) -> FormulaReach | None:
        """How far a formula looks; a file is not calculated here, so that a formula is carried only
        where it looks at its own row.
        """
        from okrsync_workbook.xlsx.formulas import formula_of, looks_at_own_row

        if self._package is None:
            return None
        sheet = SheetXml.parse(self._package.read(self._package.sheet(table.key).part))
        formula = formula_of(sheet, row.number, column)
        if formula is None or not looks_at_own_row(formula, row.number):
            return None
        return FormulaReach(0, 0)

    def holds(self, table_key: str) -> bool:
        return table_key in self._tables

    def shows(self, place: str, summary: ManagedPage, cycle: str | None = None) -> bool:
        is_review = isinstance(summary, ReviewPage)
        edit = SummaryEdit(place, summary, self._source, cycle=cycle, is_review=is_review)
        return self._package is not None and summary_is_current(self._package, edit)

    def obstacle(self, summary: SummaryWrite) -> str | None:
        if self._package is None:
            return None
        # Imported here: a plan without a summary has no use for it.
        from okrsync_workbook.xlsx.own_tabs import summary_lock

        edit = SummaryEdit.of(summary, self._source)
        return summary_lock(self._package, edit, may_lift_protection=self._may_lift_protection)

    def decisions(self) -> tuple[str, ...]:
        return () if self._package is None else review_decisions(self._package)

    @property
    def has_history(self) -> bool:
        """Whether the workbook had a sheet with the history at the last read."""
        return self._package is not None and find_history(self._package) is not None

    def history(self) -> list[tuple[CellValue, ...]]:
        """The rows of the sheet with the history, as they are now."""
        package = Package.open(read_file(self.path).data)
        return [values for _, values in history_rows(package)]

    def write(self, batch: Batch) -> FileOutcome:
        content, edits, data = self._prepared(batch)
        if data == content.data:
            return FileOutcome(edits.settled(wrote=False), wrote=False)
        self._originals.keep(Zip.open(content.data).pieces, Zip.open(data).pieces)
        replace_file(self.path, content, data)
        self.read()
        return FileOutcome(edits.settled(wrote=True), wrote=True)

    def would_be(self, batch: Batch) -> tuple[bytes, bytes]:
        content, _, data = self._prepared(batch)
        return content.data, data

    def parts(self, before: bytes, after: bytes) -> Json:
        old_members, new_members = (_members(data) for data in (before, after))
        return {
            "changed": sorted(
                name
                for name in old_members.keys() & new_members.keys()
                if old_members[name] != new_members[name]
            ),
            "added": sorted(new_members.keys() - old_members.keys()),
            "removed": sorted(old_members.keys() - new_members.keys()),
        }

    def _prepared(self, batch: Batch) -> tuple[FileContent, _WorkbookEdits, bytes]:
        """The file as it is, the batch as edits of it, and the content after these edits."""
        content = read_file(self.path)
        if self._read is None or self._package is None or content.digest != self._read.digest:
            raise SourceChanged(f"{self.path}: changed by somebody while okrsync was at work")
        edits = _WorkbookEdits(self._tables, self._source)
        for column in batch.new_columns:
            edits.make_column(
                column.id,
                column.table_key,
                ColumnRef(None, column.header, column.header_row),
                column.looks,
                column.words,
            )
        for cell in batch.cells:
            table = self._tables.get(cell.table_key)
            if table is not None:
                edits.set_cell(
                    cell.id,
                    table,
                    cell_verdict(
                        cell, table, edits.finder(table, batch), may_unlock=batch.puts_back
                    ),
                    cell.column,
                    cell.after,
                    cell.looks,
                    cell.words,
                )
        for removed in batch.removed_columns:
            edits.remove_column(removed.id, removed.table_key, removed.column)
        edits.carry(batch)
        for note in batch.notes:
            table = self._tables.get(note.table_key)
            row = None
            if table is not None:
                finder = edits.finder(table, batch)
                row = finder.find(note.row) or finder.in_place(note.row)
            edits.set_note(note.id, note.table_key, row, note.column, note.text)
        for summary in batch.summaries:
            # Undo takes back what a run wrote before the tab was protected, as it does in cells.
            reason = None if batch.puts_back else self.obstacle(summary)
            edit = SummaryEdit.of(summary, self._source, puts_back=batch.puts_back)
            edits.summarise(summary.id, edit, reason)
        if batch.history is not None and not is_history_file(batch.history.place):
            edits.keep_history(
                batch.history,
                history_rows(self._package),
                None if batch.puts_back else self.history_obstacle(batch.history),
            )
        data = edits.patched(self._package)
        edits.remark(self._package)
        if batch.puts_back and edits.is_carried_out:
            from okrsync_workbook.xlsx.sameness import same_content

            # An undo right after a run restores the file byte for byte, not only value by value.
            originals = self._originals.before(content.data)
            data = next((before for before in originals if same_content(before, data)), data)
        return content, edits, data

    def history_obstacle(self, history: HistoryWrite) -> str | None:
        """Why no lines can be appended to the history; None if nothing is in the way."""
        if self._package is None or history.is_removal:
            return None
        from okrsync_workbook.xlsx.own_tabs import history_lock

        return history_lock(
            self._package,
            len(history.columns),
            may_lift_protection=self._may_lift_protection,
        )

    def check(self) -> Iterator[Finding]:
        yield from super().check()
        if self._package is not None and self._package.is_signed:
            yield Finding(
                False,
                f"{self.path}: carries a digital signature, which any change would break",
                "Let okrsync write to a copy without the signature.",
            )
        for table in self._tables.values():
            if table.lock is not None:
                yield Finding(None, f"{self.path}: {table.name}: {table.lock}")


@dataclass
class _WorkbookEdits:
    """A batch as edits of a workbook, with the outcomes of the entries so far."""

    tables: dict[str, Table]
    source: str
    edits: list[Edit] = field(default_factory=list)
    ids: dict[Edit, str] = field(default_factory=dict)
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
            self.outcomes[id_] = Outcome(
                State.CONFLICT, "the row is gone, or can no longer be told from another"
            )
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
        from okrsync_workbook.xlsx.patch import patch

        # A refusal ends the patch with nothing changed, so that each try starts anew without it.
        while True:
            try:
                return patch(package, self._all())
            except EditRefused as refused:
                self._leave_out(refused)

    def remark(self, package: Package) -> None:
        """Note what becomes of the words that people put among the lines of summaries."""
        for edit in self.edits:
            if isinstance(edit, SummaryEdit):
                self._remarks[self.ids[edit]] = summary_remark(package, edit)

    @property
    def is_carried_out(self) -> bool:
        """Whether nothing of the batch had to be left out."""
        return all(
            outcome.state in (State.WRITTEN, State.UNCHANGED) for outcome in self.outcomes.values()
        )

    def settled(self, *, wrote: bool) -> dict[str, Outcome]:
        """The outcomes of all entries."""
        for edit, id_ in self.ids.items():
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
        self.ids[edit] = id_

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
        self.outcomes[self.ids[edit]] = Outcome(
            State.SKIPPED if formula else State.CONFLICT, refused.reason
        )
        self.edits.remove(edit)
        if isinstance(edit, ColumnEdit):
            # The cells of a column that cannot be created have nowhere to go.
            for other in [other for other in self.edits if isinstance(other, CellEdit)]:
                if (other.sheet, other.column) == (edit.sheet, edit.column):
                    self.outcomes[self.ids[other]] = Outcome(State.SKIPPED, refused.reason)
                    self.edits.remove(other)


def _members(data: bytes) -> dict[str, tuple[int, int]]:
    """The parts of a workbook by name, each with the checksum and the size of its content."""
    with ZipFile(BytesIO(data)) as package:
        return {member.filename: (member.CRC, member.file_size) for member in package.infolist()}
