"""Finds described rows and columns again in a table as it is now.

A row is recognised by its identity cells, which are compared exactly, and each of these by its
column: by the service's own id of the column, else by its header, else by the column that holds the
value now. A column number alone is never trusted. Rows that read alike are distinguished by their
position, as long as nothing moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b

from msgspec.structs import replace

from okrsync.model.table import (
    FORMULA,
    ROLLED,
    ColumnRef,
    IdentityCell,
    Row,
    RowRef,
    Table,
    Twins,
    identity_text,
    is_blank,
    text_of,
)

__all__ = ["RowFinder", "column_ref", "columns_named", "find_column", "row_ref", "twins_of"]

_SUMS = 1 << 64
"""Sums of what rows hold are kept to 64 bits."""


class RowFinder:
    """Finds rows and columns of one table, many of them in one go.

    An anchored row must match its identity as well: an anchor alone is never trusted. A row is the
    one row that matches; of several that match in a database, the one the anchor names. Where the
    row had twins (`Twins`), it is the one in its old place while the others are in theirs, or the
    one that holds what no other held. Two that cannot be told apart are nobody's.

    `refs` are rows that will be looked for: their columns show where a header row went.
    """

    def __init__(self, table: Table, refs: Iterable[RowRef] = ()) -> None:
        self._table = table
        self._names: dict[int, set[str]] = {}
        for ref in refs:
            for cell in ref.identity:
                if cell.column.header_row is not None and cell.column.header:
                    self._names.setdefault(cell.column.header_row, set()).add(cell.column.header)
        self._header_rows: dict[int, int | None] = {}
        self._columns: dict[ColumnRef, int | None] = {}
        self._by_identity: dict[tuple[int, ...], dict[tuple[str, ...], list[Row]]] = {}
        self._alike: dict[tuple[int, tuple[int | None, ...]], _Alike] = {}
        self._standing: dict[str, set[int]] | None = None
        self._numbered: dict[int, Row] | None = None
        self._found: dict[int, tuple[RowRef, Row | None]] = {}

    def find(self, ref: RowRef) -> Row | None:
        """The described row, or None if it is gone or cannot be distinguished from another."""
        # The cells of a row share its description.
        found = self._found.get(ref.number)
        if found is None or found[0] is not ref:
            found = self._found[ref.number] = (ref, self._find(ref))
        return found[1]

    def _find(self, ref: RowRef) -> Row | None:
        matching = self._matching(ref)
        anchored = [row for row in matching if ref.anchor is not None and row.anchor == ref.anchor]
        # Rows of a database have ids of their own; marks at the rows of a sheet may stay behind
        # when it is sorted, or be copied.
        is_known = self._table.header is not None and len(anchored) == 1
        if ref.twins is not None and not is_known:
            return self._among_twins(ref, ref.twins, matching)
        if len(matching) == 1:
            return matching[0]
        # A row that read like no other and does now has been copied: the mark may be at the copy.
        return anchored[0] if is_known else None

    def matching(self, ref: RowRef) -> Sequence[Row]:
        """All rows that hold the identity cells of the meant one."""
        return self._matching(ref)

    def in_place(self, ref: RowRef) -> Row | None:
        """The row with the number of the described one, if it still has the same identity. Only for
        a table in which nothing moved since it was read, and a row that is described without twins.
        """
        row, columns = self._row(ref.number), self._identity_columns(ref)
        if row is None or columns is None or not ref.identity or ref.twins is not None:
            return None
        return row if _texts(row, columns) == _identity_texts(ref) else None

    def column(self, column: ColumnRef) -> int | None:
        """Where a column stands now, from 0; None when it is gone or stands there twice."""
        if column not in self._columns:
            moved = column
            if column.header_row is not None:
                number = self._header_row(column.header_row)
                moved = column if number is None else replace(column, header_row=number)
            self._columns[column] = find_column(self._table, moved)
        return self._columns[column]

    def column_anywhere(self, column: ColumnRef) -> int | None:
        """The same, and where its header row is not known again, the only column that the header
        stands in: for whoever looks at the value as well.
        """
        now = self.column(column)
        if now is not None or self._table.header is not None or not column.header:
            return now
        columns = self._columns_of(column.header)
        return next(iter(columns)) if len(columns) == 1 else None

    def as_of_now(self, ref: RowRef, row: Row) -> RowRef:
        """The description of a row that was found, in terms of the table as it is now."""
        columns = self._identity_columns(ref)
        assert columns is not None
        cells = tuple(
            replace(
                cell,
                column=column_ref(self._table, column, self._header(cell.column.header_row)),
            )
            for cell, column in zip(ref.identity, columns, strict=True)
        )
        return replace(ref, number=row.number, anchor=row.anchor, identity=cells)

    def column_as_of_now(self, column: ColumnRef, index: int | None) -> ColumnRef:
        """The description of a column that was found at an index, or is yet to be made (None), in
        terms of the table as it is now.
        """
        header_row = self._header(column.header_row)
        if index is None:
            number = column.header_row if header_row is None else header_row.number
            return replace(column, index=None, header_row=number)
        if header_row is None or not _says(header_row.value(index), column.header):
            header_rows = [
                row for row in self._table.rows if _says(row.value(index), column.header)
            ]
            header_row = header_rows[0] if len(header_rows) == 1 else header_row
        now = column_ref(self._table, index, header_row)
        return now if now.header else replace(column, index=index)

    def _matching(self, ref: RowRef) -> Sequence[Row]:
        """The rows whose identity cells hold the values of the meant one."""
        columns = self._identity_columns(ref) if ref.identity else None
        if columns is None:
            return ()
        if columns not in self._by_identity:
            index: dict[tuple[str, ...], list[Row]] = {}
            for row in self._table.rows:
                index.setdefault(_texts(row, columns), []).append(row)
            self._by_identity[columns] = index
        return self._by_identity[columns].get(_identity_texts(ref), ())

    def _among_twins(self, ref: RowRef, twins: Twins, matching: Sequence[Row]) -> Row | None:
        if not matching:
            return None
        shift = self._shift(ref)
        columns = tuple([self._people_column(column, shift) for column in twins.columns])
        # The list itself stays in the index, so that its id stays valid as long as this finder.
        key = (id(matching), columns)
        if key not in self._alike:
            self._alike[key] = _Alike(matching, columns)
        return self._alike[key].find(ref.number, twins)

    def _people_column(self, column: ColumnRef, shift: int) -> int | None:
        """Where a column of people stands; without a header, as far off as the columns that tell
        the row moved.
        """
        now = self.column(column) if column.header or column.id else None
        if now is not None or column.index is None:
            return now
        return column.index + shift

    def _shift(self, ref: RowRef) -> int:
        """How far the columns that tell a row moved; 0 where they moved differently."""
        columns = self._identity_columns(ref) or ()
        shifts = {
            now - cell.column.index
            for cell, now in zip(ref.identity, columns, strict=False)
            if cell.column.index is not None
        }
        return shifts.pop() if len(shifts) == 1 else 0

    def _identity_columns(self, ref: RowRef) -> tuple[int, ...] | None:
        """Where the identity cells of a row stand now: by id or header, else where their values
        stand. None where one of them has no place.
        """
        columns = [
            self.column(cell.column) if cell.column.header or cell.column.id else None
            for cell in ref.identity
        ]
        shifts = {
            self._value_column(cell) - (cell.column.index or 0)
            for cell, column in zip(ref.identity, columns, strict=True)
            if column is None and not is_blank(cell.value)
        }
        if len(shifts) > 1:
            return None
        shift = next(iter(shifts), 0)
        return tuple(
            [
                (cell.column.index or 0) + shift if column is None else column
                for cell, column in zip(ref.identity, columns, strict=True)
            ]
        )

    def _value_column(self, cell: IdentityCell) -> int:
        """The column a value stands in: the old one, or the only other one that holds it."""
        value_columns = self._columns_of(identity_text(cell.value))
        index = cell.column.index or 0
        return (
            next(iter(value_columns))
            if len(value_columns) == 1 and index not in value_columns
            else index
        )

    def _columns_of(self, text: str) -> set[int]:
        """The columns in which a text stands."""
        if self._standing is None:
            self._standing = {}
            for row in self._table.rows:
                for column, value in enumerate(row.values):
                    if not is_blank(value):
                        self._standing.setdefault(identity_text(value), set()).add(column)
        return self._standing.get(text, set())

    def _header_row(self, number: int) -> int | None:
        """Where a row of column names stands now, by the names that rows were described with."""
        if number not in self._header_rows:
            names = self._names.get(number, set())
            row = self._row(number)
            if not names or (row is not None and names <= _words(row)):
                self._header_rows[number] = number
            else:
                # Where a header is repeated over each part of a table, the nearest is meant.
                moved = [row.number for row in self._table.rows if names <= _words(row)]
                self._header_rows[number] = min(
                    moved, key=lambda row_number: abs(row_number - number), default=None
                )
        return self._header_rows[number]

    def _header(self, number: int | None) -> Row | None:
        """The row of column names that had this number, as it stands now."""
        now = None if number is None else self._header_row(number)
        return None if now is None else self._row(now)

    def _row(self, number: int) -> Row | None:
        if self._numbered is None:
            self._numbered = {row.number: row for row in self._table.rows}
        return self._numbered.get(number)


class _Alike:
    """Rows that read alike now, and what people have in them."""

    def __init__(self, rows: Sequence[Row], columns: Sequence[int | None]) -> None:
        self._digests = {row.number: _digest(row, columns) for row in rows}
        self._numbered = {row.number: row for row in rows}
        self._counts = Counter(self._digests.values())
        self._last = {self._digests[row.number]: row for row in rows}
        self._total = sum(
            _position_mark(number, digest) for number, digest in self._digests.items()
        )

    def find(self, number: int, twins: Twins) -> Row | None:
        """The row that had this number and these twins, or None when it cannot be told."""
        row_there = self._numbered.get(number)
        if row_there is not None:
            others = self._total - _position_mark(number, self._digests[number])
            if _hex(others) == twins.others:
                return row_there
        is_known = twins.is_alone and self._counts[twins.own] == 1
        return self._last[twins.own] if is_known else None


def find_column(table: Table, column: ColumnRef) -> int | None:
    """Where an owned column stands now, from 0, or None when it is gone or stands there twice.

    It is found by the id its place has for it; else by its header in its header row, wherever in
    that row; when rows were inserted above, by its header in its old column. A text like the header
    somewhere else is not taken for it.
    """
    header = column.header.strip()
    if column.id is not None:
        columns_with_id = [
            column_index for column_index, id_ in table.column_ids.items() if id_ == column.id
        ]
        if len(columns_with_id) == 1:
            return columns_with_id[0]
    if table.header is not None or column.header_row is None:
        names = [name.strip() for name in table.header or ()]
        return names.index(header) if header and names.count(header) == 1 else None
    for row in table.rows:
        if row.number == column.header_row:
            header_columns = [
                column_index
                for column_index, value in enumerate(row.values)
                if _says(value, header)
            ]
            if column.index in header_columns:
                return column.index
            if len(header_columns) == 1:
                return header_columns[0]
    if column.index is not None and any(
        _says(row.value(column.index), header) for row in table.rows
    ):
        return column.index
    return None


def columns_named(table: Table, headers: Collection[str]) -> Iterator[ColumnRef]:
    """The columns of a table that have one of these headers, each once."""
    for index, name in enumerate(table.header or ()):
        if name.strip() in headers:
            yield ColumnRef(index, name.strip())
    seen: set[int] = set()
    for row in table.rows if table.header is None else ():
        for index, value in enumerate(row.values):
            text = value.strip() if isinstance(value, str) else ""
            if text in headers and index not in seen:
                seen.add(index)
                yield ColumnRef(index, text, row.number)


def column_ref(table: Table, index: int, header_row: Row | None) -> ColumnRef:
    """How a column of a table is found again: by the name it has in a row of names, or by the one
    the place declares.
    """
    id_ = table.column_ids.get(index)
    if table.header is not None:
        return ColumnRef(index, table.header[index] if index < len(table.header) else "", None, id_)
    if header_row is None:
        return ColumnRef(index, "", None, id_)
    header = text_of(header_row.value(index)).strip()
    return ColumnRef(index, header, header_row.number, id_)


def row_ref(row: Row, columns: Mapping[str, ColumnRef]) -> RowRef:
    """How a row is found again by its cells in these columns, which are given by role."""
    cells = tuple(
        [
            IdentityCell(role, column, row.value(column.index))
            for role, column in columns.items()
            if column.index is not None
        ]
    )
    return RowRef(row.number, row.anchor, cells, row.label)


def twins_of(rows: Sequence[Row], columns: Sequence[ColumnRef]) -> dict[int, Twins]:
    """By row number, what tells each of these rows, which all read alike, from the others.
    `columns` are those that people fill in.
    """
    indexes = tuple([column.index for column in columns])
    digests = {row.number: _digest(row, indexes) for row in rows}
    counts = Counter(digests.values())
    total = sum(_position_mark(number, digest) for number, digest in digests.items())
    people = tuple(columns)
    return {
        number: Twins(
            people, digest, _hex(total - _position_mark(number, digest)), counts[digest] == 1
        )
        for number, digest in digests.items()
    }


def _says(value: object, text: str) -> bool:
    return bool(text) and isinstance(value, str) and value.strip() == text


def _words(row: Row) -> set[str]:
    return {text_of(value).strip() for value in row.values if not is_blank(value)}


def _identity_texts(ref: RowRef) -> tuple[str, ...]:
    return tuple([identity_text(cell.value) for cell in ref.identity])


def _texts(row: Row, columns: Iterable[int]) -> tuple[str, ...]:
    return tuple([identity_text(row.value(column)) for column in columns])


def _digest(row: Row, columns: Iterable[int | None]) -> str:
    """A digest of what people typed into a row. Calculated values change by themselves, and are
    left out.
    """
    cell_texts = [
        ""
        if column is None or row.mark(column) & (FORMULA | ROLLED)
        else identity_text(row.value(column))
        for column in columns
    ]
    return blake2b(
        # Half a surrogate pair can come out of a damaged file, and would raise here.
        "\x1f".join(cell_texts).encode("utf-8", "surrogatepass"),
        digest_size=8,
    ).hexdigest()


def _position_mark(number: int, digest: str) -> int:
    """A number for the position and content of a row; the numbers of several rows are added up."""
    mark = blake2b(f"{number}\x1f{digest}".encode(), digest_size=8).digest()
    return int.from_bytes(mark)


def _hex(total: int) -> str:
    return f"{total % _SUMS:016x}"
