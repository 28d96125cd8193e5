"""One Excel workbook: read with calamine, written by patching only the cells that change."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from okrsync.connector import (
    Ability,
    Batch,
    CellValue,
    ColumnRef,
    Finding,
    FormulaReach,
    HistoryWrite,
    Looks,
    ManagedPage,
    ReviewPage,
    Row,
    SourceChanged,
    SummaryWrite,
    Table,
    TrendLine,
    UnreadableSource,
    cell_verdict,
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
from okrsync_workbook.xlsx.extent import LONGEST_TEXT
from okrsync_workbook.xlsx.grids import grids
from okrsync_workbook.xlsx.package import Package
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.zip import Zip

# What only a write, a summary, a history or a trend uses is imported where it is used: a plan of a
# plain workbook has no use for it, and it is half of the connector.
if TYPE_CHECKING:
    from okrsync_workbook.workbook_edits import WorkbookEdits

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
        self._package_read: Package | None = None
        self._tables_read: dict[str, Table] = {}
        self._is_written = False
        """Whether okrsync wrote the file since, and has not read it again."""

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
        self._tables_read = {table.key: table for table in tables}
        self._is_written = False
        return FileTables(tables, notes, content.digest)

    def _read_tables(self, content: FileContent) -> tuple[tuple[Table, ...], tuple[str, ...]]:
        package = Package.open(content.data)
        self._package_read = package
        workbook = open_workbook(self.path, package.archive.for_readers)
        shown, hidden = visible_sheets(workbook)
        own = _own_tabs(package)
        wanted = chosen(self.path, self._tabs, shown, hidden, self._people)
        names = [name for name in wanted if name not in own]
        unread = [name for name in hidden if name not in names and name not in own]
        notes = (
            (f"hidden tabs are not read: {', '.join(unread)}",)
            if unread and self._tabs is None
            else ()
        )
        with no_collecting():
            lines = grids(self.path, package, names)
            tables = tuple(
                self._table(package, name, lines.pop(name), may_have_trends=bool(own))
                for name in [*lines]
            )
        # Only a few of the parts are looked at again before something is written.
        package.archive.let_go()
        return tables, notes

    def _table(
        self,
        package: Package,
        name: str,
        lines: list[tuple[int, list[CellValue]]],
        *,
        may_have_trends: bool,
    ) -> Table:
        """The table of these lines. They are let go one by one: what a row needs no more makes room
        for the next.
        """
        marks, errors, merges, lock = package.scan(
            name, may_lift_protection=self._may_lift_protection
        )
        width = max((len(line) for _, line in lines), default=0)
        trends = _trends_by_row(package, name) if may_have_trends else {}
        rows = []
        above: tuple[CellValue, ...] = ()
        lines.reverse()
        while lines:
            number, line = lines.pop()
            row = above = plain(line, above)
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
        from okrsync_workbook.xlsx.edits import SummaryEdit
        from okrsync_workbook.xlsx.summary_sheet import summary_is_current

        is_review = isinstance(summary, ReviewPage)
        edit = SummaryEdit(place, summary, self._source, cycle=cycle, is_review=is_review)
        return self._package is not None and summary_is_current(self._package, edit)

    def obstacle(self, summary: SummaryWrite) -> str | None:
        if self._package is None:
            return None
        from okrsync_workbook.xlsx.edits import SummaryEdit
        from okrsync_workbook.xlsx.own_tabs import summary_lock

        edit = SummaryEdit.of(summary, self._source)
        return summary_lock(self._package, edit, may_lift_protection=self._may_lift_protection)

    def decisions(self) -> tuple[str, ...]:
        from okrsync_workbook.xlsx.summary_places import review_decisions

        return () if self._package is None else review_decisions(self._package)

    @property
    def has_history(self) -> bool:
        """Whether the workbook had a sheet with the history at the last read."""
        from okrsync_workbook.xlsx.history_sheet import find_history

        return self._package is not None and find_history(self._package) is not None

    def history(self) -> list[tuple[CellValue, ...]]:
        """The rows of the sheet with the history, as they are now."""
        from okrsync_workbook.xlsx.history_sheet import history_rows

        package = Package.open(read_file(self.path).data)
        return [values for _, values in history_rows(package)]

    def write(self, batch: Batch) -> FileOutcome:
        content, edits, data = self._prepared(batch)
        if data == content.data:
            return FileOutcome(edits.settled(wrote=False), wrote=False)
        self._originals.keep(Zip.open(content.data).pieces, Zip.open(data).pieces)
        replace_file(self.path, content, data)
        # Most files are written once in a run, so they are read again only if somebody asks. The
        # tables of a large one would be held twice.
        self._read = FileContent(self.path, b"", sha256(data).hexdigest())
        self._package_read, self._tables_read, self._is_written = None, {}, True
        return FileOutcome(edits.settled(wrote=True), wrote=True)

    @property
    def _package(self) -> Package | None:
        self._read_again()
        return self._package_read

    @property
    def _tables(self) -> dict[str, Table]:
        self._read_again()
        return self._tables_read

    def _read_again(self) -> None:
        """Read what okrsync has written. If somebody has changed it since, the next write finds
        out.
        """
        if self._is_written:
            written = self._read
            self.read()
            self._read = written if written is not None else self._read

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

    def _prepared(self, batch: Batch) -> tuple[FileContent, WorkbookEdits, bytes]:
        """The file as it is, the batch as edits of it, and the content after these edits."""
        from okrsync_workbook.workbook_edits import WorkbookEdits
        from okrsync_workbook.xlsx.edits import SummaryEdit
        from okrsync_workbook.xlsx.history_sheet import history_rows

        content = read_file(self.path)
        if self._read is None or self._package is None or content.digest != self._read.digest:
            raise SourceChanged(f"{self.path}: changed by somebody while okrsync was at work")
        edits = WorkbookEdits(self._tables, self._source)
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
        edits.forget_rows()
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


def _own_tabs(package: Package) -> frozenset[str]:
    """The names of the tabs that are okrsync's: summaries, review, history, numbers of trends."""
    # Hidden names of the workbook refer to them.
    if b"_okrsync_" not in package.read(package.workbook_part):
        return frozenset()
    from okrsync_workbook.xlsx.history_sheet import find_history
    from okrsync_workbook.xlsx.sparklines import find_trends
    from okrsync_workbook.xlsx.summary_places import own_sheets

    kept = (find_history(package), find_trends(package))
    return own_sheets(package) | {sheet.name for sheet in kept if sheet is not None}


def _trends_by_row(package: Package, name: str) -> dict[int, dict[int, TrendLine]]:
    """The trends that are drawn in a tab, by row and column."""
    from okrsync_workbook.xlsx.sparklines import trends_in

    trends: dict[int, dict[int, TrendLine]] = {}
    for (number, column), trend in trends_in(package, name).items():
        trends.setdefault(number, {})[column] = trend
    return trends


def _members(data: bytes) -> dict[str, tuple[int, int]]:
    """The parts of a workbook by name, each with the checksum and the size of its content."""
    with ZipFile(BytesIO(data)) as package:
        return {member.filename: (member.CRC, member.file_size) for member in package.infolist()}
