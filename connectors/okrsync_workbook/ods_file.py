"""OpenDocument sheets. They are only read, never written."""

from __future__ import annotations

from pathlib import Path

from okrsync.connector import Ability, Batch, CellValue, Entry, Looks, Outcome, Row, State, Table
from okrsync_workbook.file_kind import refuse_stranger
from okrsync_workbook.files import read_file
from okrsync_workbook.ods_extent import refuse_far_cells
from okrsync_workbook.sheets import chosen, grid, open_workbook, plain, visible_sheets
from okrsync_workbook.source_file import FileOutcome, FileTables, Json, SourceFile

__all__ = ["OdsFile"]


class OdsFile(SourceFile):
    """An .ods file."""

    def __init__(self, path: Path, tabs: tuple[str, ...] | None, people: str | None = None) -> None:
        super().__init__(path)
        self._tabs = tabs
        self._people = people
        self._keys: frozenset[str] = frozenset()

    @property
    def abilities(self) -> frozenset[Ability]:
        return frozenset()

    def read(self) -> FileTables:
        content = read_file(self.path)
        refuse_stranger(self.path, content.data)
        refuse_far_cells(self.path, content.data)
        workbook = open_workbook(self.path, content.data)
        shown, hidden = visible_sheets(workbook)
        tables = []
        for name in chosen(self.path, self._tabs, shown, hidden, self._people):
            rows = tuple(
                Row(number, plain(values, ()))
                for number, values in enumerate(grid(workbook, name, self.path), start=1)
            )
            tables.append(Table(name, name, rows))
        self._keys = frozenset(table.key for table in tables)
        return FileTables(
            tuple(tables),
            ("an .ods file is only read; save it as .xlsx to have answers written back",),
            content.digest,
        )

    def fit(self, looks: Looks, value: CellValue) -> CellValue:
        return value

    def holds(self, table_key: str) -> bool:
        return table_key in self._keys

    def would_be(self, batch: Batch) -> tuple[bytes, bytes]:
        content = read_file(self.path).data
        return content, content

    def parts(self, before: bytes, after: bytes) -> Json:
        return {}

    def write(self, batch: Batch) -> FileOutcome:
        skipped = Outcome(State.SKIPPED, "an .ods file is only read")
        entries: tuple[Entry, ...] = (
            *batch.cells,
            *batch.new_columns,
            *batch.removed_columns,
            *batch.notes,
        )
        return FileOutcome({entry.id: skipped for entry in entries}, wrote=False)
