"""One CSV or TSV file as a table, read and written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path

from okrsync.connector import (
    Ability,
    Batch,
    CellValue,
    CellWrite,
    ColumnRef,
    CopiedTab,
    InsertedRow,
    Looks,
    NewColumn,
    Outcome,
    RemovedColumn,
    Row,
    RowFinder,
    RowRef,
    SourceChanged,
    State,
    Table,
    TakenRow,
    cell_verdict,
    copied_table,
    find_column,
    is_blank,
    place_rows,
    tab_verdict,
    taken_verdict,
    text_of,
)
from okrsync_workbook.csv_text import CsvText, NewLine
from okrsync_workbook.encodings import fitted
from okrsync_workbook.file_kind import refuse_stranger
from okrsync_workbook.files import (
    FileContent,
    create_file,
    read_file,
    remove_file,
    replace_file,
)
from okrsync_workbook.originals import Originals
from okrsync_workbook.sheets import trimmed_rows
from okrsync_workbook.source_file import FileOutcome, FileTables, Json, SourceFile

__all__ = ["CsvFile"]


class CsvFile(SourceFile):
    """A CSV file. It holds only text; okrsync writes values as people would type them."""

    def __init__(
        self,
        path: Path,
        tab: str,
        delimiter: str | None,
        encoding: str | None,
        originals: Originals,
    ) -> None:
        super().__init__(path)
        self._originals = originals
        self._tab = tab
        self._key = str(path)
        self._delimiter = delimiter
        self._encoding = encoding
        self._read: FileContent | None = None
        self._comma = False
        self._encoding_held = "utf-8"

    @property
    def abilities(self) -> frozenset[Ability]:
        return frozenset(
            {
                Ability.WRITE,
                Ability.CREATE_COLUMNS,
                Ability.INSERT_ROWS,
                Ability.COPY_TABS,
                Ability.HISTORY,
            }
        )

    def read(self) -> FileTables:
        content = read_file(self.path)
        self._read = content
        text = self._text(content)
        # Spreadsheets separate fields by semicolons where the comma is the decimal sign.
        self._comma = text.delimiter == ";"
        self._encoding_held = text.encoding
        notes = (text.note,) if text.note is not None else ()
        return FileTables((self._table(text),), notes, content.digest)

    def fit(self, looks: Looks, value: CellValue) -> CellValue:
        if value is None or value == "":
            return None
        if looks is Looks.SHARE and isinstance(value, Decimal):
            return f"{int(value * 100)}%"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int | float | Decimal):
            text = text_of(value)
            return text.replace(".", ",") if self._comma else text
        if isinstance(value, date | datetime):
            return value.isoformat()
        text = fitted(str(value), self._encoding_held)
        # Spreadsheets take a text that begins so for a formula and run it
        # (https://owasp.org/www-community/attacks/CSV_Injection).
        return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text

    def holds(self, table_key: str) -> bool:
        return table_key == self._key

    def write(self, batch: Batch) -> FileOutcome:
        if not any(key == self._key for key in batch.table_keys):
            return FileOutcome({}, wrote=False)
        content, edit, data = self._prepared(batch)
        has_made = self._copy_tabs(batch, content, edit)
        if self._is_removed(batch, content, edit):
            return FileOutcome(edit.outcomes, wrote=True)
        if data == content.data:
            return FileOutcome(edit.outcomes, wrote=has_made)
        self._originals.keep(content.data.splitlines(keepends=True), data.splitlines(keepends=True))
        replace_file(self.path, content, data)
        # Should the reading below fail, the empty digest makes the next write refuse this content.
        self._read = FileContent(self.path, data, "")
        self._read = read_file(self.path)
        return FileOutcome(edit.outcomes, wrote=True)

    def would_be(self, batch: Batch) -> tuple[bytes, bytes]:
        content, _, data = self._prepared(batch)
        return content.data, data

    def parts(self, before: bytes, after: bytes) -> Json:
        old_lines, new_lines = before.splitlines(), after.splitlines()
        return {
            "changed": [
                number
                for number, (was, now) in enumerate(zip_longest(old_lines, new_lines), 1)
                if was != now
            ]
        }

    def _prepared(self, batch: Batch) -> tuple[FileContent, _Edit, bytes]:
        """The file as it is, the batch as edits of it, and the content after these edits."""
        content = read_file(self.path)
        if self._read is not None and content.digest != self._read.digest:
            raise SourceChanged(f"{self.path}: changed by somebody while okrsync was at work")
        text = self._text(content)
        edit = _Edit(self._table(text), text.encoding, batch.rows(self._key))
        for entry in batch.new_columns:
            if entry.table_key == self._key:
                edit.make_column(entry)
        for cell in batch.cells:
            if cell.table_key == self._key:
                edit.set_cell(cell)
        for taken in batch.taken_rows:
            if taken.table_key == self._key:
                edit.take_row(taken)
        for removed in batch.removed_columns:
            if removed.table_key == self._key:
                edit.remove_column(removed)
        edit.insert_rows([row for row in batch.inserted_rows if row.table_key == self._key])
        data = text.with_changes(
            edit.changes,
            removed=frozenset(edit.removed),
            inserted=edit.inserted,
            removed_rows=frozenset(edit.removed_rows),
        )
        if batch.puts_back and edit.is_carried_out:
            # An undo right after a run restores the file byte for byte, not only value by value.
            originals = self._originals.before(content.data)
            data = next((before for before in originals if self._same_content(before, data)), data)
        return content, edit, data

    def _copy_tabs(self, batch: Batch, content: FileContent, edit: _Edit) -> bool:
        """Make the copies of this file beside it; whether there was one to make."""
        has_made = False
        for entry in batch.copied_tabs:
            if entry.table_key != self._key:
                continue
            path = self.path.with_name(f"{entry.name}{self.path.suffix}")
            standing = self._table_at(path, entry.name) if path.exists() else None
            outcome = tab_verdict(entry, standing)
            text = self._text(content)
            if outcome is None and copied_table(entry, self._table(text)) is None:
                outcome = Outcome(State.CONFLICT, "a row of it is gone or was changed")
            if outcome is None:
                copy = _Edit(self._table(text), text.encoding, batch.rows(self._key))
                create_file(path, self.path, copy.copied(entry, text))
                outcome, has_made = Outcome(State.WRITTEN), True
            edit.outcomes[entry.id] = outcome
        return has_made

    def _is_removed(self, batch: Batch, content: FileContent, edit: _Edit) -> bool:
        """Remove this file, if it is a copy that nobody has used since."""
        for entry in batch.removed_tabs:
            if entry.table_key != self._key:
                continue
            verdict = tab_verdict(entry, self._table(self._text(content)))
            edit.outcomes[entry.id] = verdict or Outcome(State.WRITTEN)
            if verdict is None:
                remove_file(content)
                return True
        return False

    def _table_at(self, path: Path, tab: str) -> Table:
        other = CsvFile(path, tab, self._delimiter, self._encoding, self._originals)
        return other.read().tables[0]

    def _same_content(self, first: bytes, second: bytes) -> bool:
        return trimmed_rows(self._text_of(first).rows()) == trimmed_rows(
            self._text_of(second).rows()
        )

    def _text(self, content: FileContent) -> CsvText:
        refuse_stranger(self.path, content.data)
        return self._text_of(content.data)

    def _text_of(self, data: bytes) -> CsvText:
        return CsvText(data, str(self.path), delimiter=self._delimiter, encoding=self._encoding)

    def _table(self, text: CsvText) -> Table:
        rows = tuple(
            Row(number, tuple([value or None for value in values]))
            for number, values in enumerate(text.rows(), start=1)
        )
        return Table(self._key, self._tab, rows)


class _Edit:
    """The changes to one file, decided entry by entry against the file as it is."""

    def __init__(self, table: Table, encoding: str, refs: Iterable[RowRef]) -> None:
        self._table = table
        self._encoding = encoding
        self._finder = RowFinder(table, refs)
        self._width = table.width
        self._created: dict[str, int] = {}
        self.changes: dict[tuple[int, int], str] = {}
        self.removed: set[int] = set()
        self.inserted: dict[int, list[NewLine]] = {}
        self.removed_rows: set[int] = set()
        self.outcomes: dict[str, Outcome] = {}

    @property
    def is_carried_out(self) -> bool:
        """Whether nothing of the batch had to be left out."""
        return all(
            outcome.state in (State.WRITTEN, State.UNCHANGED) for outcome in self.outcomes.values()
        )

    def make_column(self, entry: NewColumn) -> None:
        existing = find_column(self._table, ColumnRef(None, entry.header, entry.header_row))
        if existing is not None:
            self._created[entry.header] = existing
            self.outcomes[entry.id] = Outcome(State.UNCHANGED)
            return
        if entry.header_row is None:
            self.outcomes[entry.id] = Outcome(State.SKIPPED, "the file has no header row")
            return
        if fitted(entry.header, self._encoding) != entry.header:
            reason = (
                f"the file is not UTF-8 and cannot hold the header {entry.header!r}: save it as CSV"
                " UTF-8, or choose another header"
            )
            self.outcomes[entry.id] = Outcome(State.SKIPPED, reason)
            return
        column = self._width
        self._width += 1
        self._created[entry.header] = column
        header = next((row for row in self._table.rows if row.number == entry.header_row), None)
        if header is None:
            self.outcomes[entry.id] = Outcome(State.CONFLICT, "the header row is no longer there")
            return
        self.changes[entry.header_row, column] = entry.header
        for row in self._table.rows:
            if row.number > entry.header_row and len(row.values) == len(header.values):
                self.changes.setdefault((row.number, column), "")
        # Lines may end in empty fields, and then the new column is further to the right than the
        # plan states.
        self.outcomes[entry.id] = Outcome(State.WRITTEN, None, str(self._table.ref(header, column)))

    def set_cell(self, cell: CellWrite) -> None:
        verdict = cell_verdict(cell, self._table, self._finder)
        if isinstance(verdict, Outcome):
            self.outcomes[cell.id] = verdict
            return
        row, column = verdict
        if column is None:
            column = self._created.get(cell.column.header)
        if column is None:
            self.outcomes[cell.id] = Outcome(
                State.SKIPPED, f"there is no column {cell.column.header!r}"
            )
            return
        self.changes[row.number, column] = fitted(text_of(cell.after), self._encoding)
        self.outcomes[cell.id] = Outcome(State.WRITTEN, None, str(self._table.ref(row, column)))

    def insert_rows(self, entries: Sequence[InsertedRow]) -> None:
        placed, outcomes = place_rows(entries, self._table, self._finder, is_unmoved=True)
        self.outcomes.update(outcomes)
        for row in placed:
            content = row.content
            # Rows that reach to the right edge reach over new columns as well.
            is_full = len(row.like.values) == self._table.width
            width = max(self._width if is_full else 0, *(column + 1 for column in content))
            width = max(width, len(row.like.values))
            texts = tuple(
                fitted(text_of(content.get(column)), self._encoding) for column in range(width)
            )
            self.inserted.setdefault(row.behind.number, []).append(NewLine(texts, row.like.number))
            self.outcomes[row.entry.id] = Outcome(State.WRITTEN)

    def copied(self, entry: CopiedTab, text: CsvText) -> bytes:
        """The content of a copy, in the dialect and encoding of the file. `copied_table` has found
        all its rows.
        """
        for cell in entry.cells:
            row = self._finder.find(cell.row) or self._finder.in_place(cell.row)
            column = find_column(self._table, cell.column)
            if row is not None and column is not None:
                value = fitted(text_of(cell.after), self._encoding)
                self.changes[row.number, column] = value
        for ref in entry.left_out:
            row = self._finder.find(ref) or self._finder.in_place(ref)
            if row is not None:
                self.removed_rows.add(row.number)
        return text.with_changes(self.changes, removed_rows=frozenset(self.removed_rows))

    def take_row(self, entry: TakenRow) -> None:
        verdict = taken_verdict(entry, self._table, self._finder)
        if isinstance(verdict, Outcome):
            self.outcomes[entry.id] = verdict
            return
        self.removed_rows.add(verdict.number)
        self.outcomes[entry.id] = Outcome(State.WRITTEN)

    def remove_column(self, entry: RemovedColumn) -> None:
        column = find_column(self._table, entry.column)
        if column is None:
            self.outcomes[entry.id] = Outcome(State.UNCHANGED, "it is gone already")
            return
        header_row = entry.column.header_row or 1
        rows_in_use = [
            row.number
            for row in self._table.rows
            if row.number != header_row
            and row.number not in self.removed_rows
            and not is_blank(self.changes.get((row.number, column), row.value(column)))
        ]
        if rows_in_use:
            address = self._table.address(
                next(row for row in self._table.rows if row.number == rows_in_use[0]), column
            )
            self.outcomes[entry.id] = Outcome(
                State.CONFLICT, f"the column is in use: there is something in {address}"
            )
            return
        self.removed.add(column)
        self.outcomes[entry.id] = Outcome(State.WRITTEN)
