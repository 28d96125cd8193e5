"""Finds the columns that a source was read from at its last run, even if they were renamed.

A renamed column is found by the id that the source keeps for it, otherwise by its position with the
same contents (nine in ten values and at least three; all of fewer than ten values), unless its new
name means another role. Columns that are not found are reported, and so are columns whose names
somebody exchanged while their contents stayed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from zlib import crc32

from msgspec.structs import replace

from okrsync.mapping.words import roles_of
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Warning_
from okrsync.model.source_okrs import Okrs
from okrsync.model.table import (
    CellRef,
    ColumnRef,
    Row,
    Snapshot,
    Table,
    column_letters,
    is_blank,
    text_of,
)

__all__ = ["Followed", "InputColumn", "InputTable", "follow", "inputs_of", "similarity"]

_MOST_KEPT = 300
"""The most different values of a column that are kept to recognise it: those with the lowest
checksums, so that the choice does not depend on the order of the rows.
"""
# Judgement: with fewer values, equal contents are too likely a coincidence.
_FEW, _LEAST, _ALIKE = 10, 3, 0.9


class InputColumn(Frozen, frozen=True):
    """A column with a role: the header that the mapping knows, its index from 0, the id that the
    source keeps for it or may mark it with, the number of its filled cells, and a checksum of each
    value with its count. `called` is its present name if it was renamed and followed.
    """

    role: str
    header: str
    column: int
    column_id: str | None = None
    held: int = 0
    contents: Mapping[int, int] | None = None
    called: str | None = None


class InputTable(Frozen, frozen=True):
    """The input columns of one table, the row of its header (None where the source declares names),
    and all names in that header.
    """

    header_row: int | None
    headers: tuple[str, ...]
    columns: tuple[InputColumn, ...]

    def refs(self) -> tuple[ColumnRef, ...]:
        """A reference to each column, once."""
        refs = {
            column.column: ColumnRef(
                column.column, column.called or column.header, self.header_row, column.column_id
            )
            for column in self.columns
        }
        return tuple(refs.values())

    def stands_in(self, names: Sequence[str] | None) -> bool:
        """Whether every column still has its name."""
        present = {_folded(name) for name in names or ()}
        return all(_folded(column.header) in present for column in self.columns)


class Followed(Frozen, frozen=True):
    """A snapshot in which followed columns have their old headers, so that it is read as before;
    their present headers by table key and old header; the warnings about them; and a sentence for
    each column that is gone, and for each set of columns that exchanged their names.
    """

    snapshot: Snapshot
    called: Mapping[tuple[str, str], str]
    warnings: tuple[Warning_, ...] = ()
    vanished: tuple[str, ...] = ()
    exchanged: tuple[str, ...] = ()


def inputs_of(
    okrs: Okrs,
    snapshot: Snapshot,
    called: Mapping[tuple[str, str], str],
    *,
    with_contents: bool = True,
) -> dict[str, InputTable]:
    """By table key, the columns that `okrs` was read from in this snapshot; without their contents
    where nothing is to be remembered.
    """
    inputs: dict[str, InputTable] = {}
    for table, tab in zip(snapshot.tables, okrs.tabs, strict=True):
        names = _names(table, tab.header_row)
        # A table with a single column (a list of titles, a drawn layout) has no header to follow.
        if tab.layout is None or names is None or len(tab.roles) < 2:
            continue
        rows = _below(table, tab.header_row)
        columns = []
        for role, column in tab.roles.items():
            header = names[column] if column < len(names) else ""
            if not header:
                continue
            counts = _contents(rows, column) if with_contents else Counter()
            now = called.get((table.key, header))
            id_ = table.column_ids.get(column, _id_for(header))
            held = sum(counts.values())
            columns.append(InputColumn(role, header, column, id_, held, _kept(counts), now))
        inputs[table.key] = InputTable(
            tab.header_row, tuple(name for name in names if name), tuple(columns)
        )
    return inputs


def follow(okrs: Okrs, snapshot: Snapshot, before: Mapping[str, InputTable]) -> Followed | None:
    """Find the input columns of the last run in a snapshot that was read as `okrs`; None where all
    of them still have their names, and their own contents under them.
    """
    called: dict[tuple[str, str], str] = {}
    warnings: list[Warning_] = []
    vanished: list[str] = []
    exchanged: list[str] = []
    tables = []
    for table, tab in zip(snapshot.tables, okrs.tabs, strict=True):
        known = before.get(table.key)
        names = _names(table, tab.header_row)
        if known is None or known.stands_in(names):
            if known is not None and names is not None:
                search = _Search(table, names, tab.header_row, known, tab.roles)
                exchanged += search.says_exchanged()
            tables.append(table)
            continue
        row = _header_row(table, known, tab.header_row)
        names = _names(table, row)
        if names is None:
            tables.append(table)
            continue
        search = _Search(table, names, row, known, tab.roles)
        exchanged += search.says_exchanged()
        header_by_index: dict[int, str] = {}
        for column in search.missing():
            index = search.find(column)
            if index is None:
                if column.held:
                    vanished.append(search.says_vanished(column))
                continue
            header_by_index[index] = column.header
            called[table.key, column.header] = names[index]
            warnings.append(search.says_followed(column, index, okrs.source))
        tables.append(_with_headers(table, row, header_by_index))
    if not called and not vanished and not exchanged:
        return None
    return Followed(
        replace(snapshot, tables=tuple(tables)),
        called,
        tuple(warnings),
        tuple(vanished),
        tuple(exchanged),
    )


class _Search:
    """Searches the present columns of one table for those of the last run."""

    def __init__(
        self,
        table: Table,
        names: Sequence[str],
        header_row: int | None,
        known: InputTable,
        roles: Mapping[str, int],
    ) -> None:
        self._table, self._names, self._header_row = table, names, header_row
        self._known, self._roles = known, roles
        self._rows = _below(table, header_row)
        self._present = {_folded(name) for name in names if name}
        self._before = {_folded(name) for name in known.headers}

    def missing(self) -> list[InputColumn]:
        """The columns whose name is missing, and whose role no column with a new name has. A column
        with several roles is listed with the first.
        """
        missing: dict[str, InputColumn] = {}
        for column in self._known.columns:
            name = _folded(column.header)
            if name not in self._present and not self._is_renamed_to_its_role(column):
                missing.setdefault(name, column)
        return list(missing.values())

    def _is_renamed_to_its_role(self, column: InputColumn) -> bool:
        index = self._roles.get(column.role)
        name = "" if index is None or index >= len(self._names) else self._names[index]
        return bool(name) and _folded(name) not in self._before

    def find(self, column: InputColumn) -> int | None:
        """The present index of a renamed column; None where no column is certainly it."""
        for index, name in enumerate(self._names):
            if column.called is not None and _folded(name) == _folded(column.called):
                return index
        for index, id_ in self._table.column_ids.items():
            if column.column_id == id_ and self._may_be(column, index):
                # A column without a name and content counts as deleted.
                is_there = bool(self._name(index) or _contents(self._rows, index))
                return index if is_there else None
        index = column.column + self._shift(column.column)
        if not 0 <= index < max(len(self._names), self._table.width):
            return None
        is_it = self._may_be(column, index) and _are_alike(column, _contents(self._rows, index))
        return index if is_it else None

    def _may_be(self, column: InputColumn, index: int) -> bool:
        """Whether a column has a name that is new and means no other role."""
        name = self._name(index)
        if name and _folded(name) in self._before:
            return False
        roles = roles_of(name) if name else ()
        return not roles or column.role in roles

    def _shift(self, index: int) -> int:
        """The number of columns by which the nearest column that kept its name has moved: the one
        to the left, otherwise to the right.
        """
        now = {
            _folded(name): new_index
            for new_index, name in reversed(list(enumerate(self._names)))
            if name
        }
        beside = sorted(
            (
                known_column
                for known_column in self._known.columns
                if _folded(known_column.header) in now
            ),
            key=lambda known_column: (
                known_column.column > index,
                abs(known_column.column - index),
            ),
        )
        return now[_folded(beside[0].header)] - beside[0].column if beside else 0

    def _name(self, index: int) -> str:
        return self._names[index] if index < len(self._names) else ""

    def _ref(self, index: int) -> CellRef:
        if self._table.header is not None:
            return CellRef(self._table.name, self._name(index))
        return CellRef(self._table.name, f"{column_letters(index)}{self._header_row}")

    def says_followed(self, column: InputColumn, index: int, source: str) -> Warning_:
        name = self._name(index)
        repair = (
            f"to confirm this, set `{column.role} = {_toml([column.header, name])}` under [columns]"
            " in its mapping"
            if name
            else "restore its header"
        )
        what = (
            f"the column {column.header!r} ({column.role}) is now called {name!r} and is read as"
            f" before; {repair}"
        )
        return Warning_("renamed-column", source, self._ref(index), what)

    def says_vanished(self, column: InputColumn) -> str:
        listed = ", ".join(repr(name) for name in self._names if name) or "nothing"
        values = f"{column.held} value{'s' * (column.held != 1)}"
        was = (
            f"{self._table.name} no longer has the column {column.header!r}, which had the role"
            f" {column.role} and {values} at the last run; its header now has {listed}"
        )
        guess = self._likeliest(column)
        if guess is None:
            return was
        name = self._name(guess)
        return (
            f"{was}; if it is now {name!r}, set `{column.role} ="
            f" {_toml([column.header, name])}` under [columns] in its mapping"
        )

    def says_exchanged(self) -> Iterator[str]:
        """A sentence for each set of columns that exchanged their names while their contents stayed
        where they were: read by their names, their values would silently change places.
        """
        present = [_folded(name) for name in self._names]
        times = Counter(present)
        indexes = {name: index for index, name in enumerate(present) if name and times[name] == 1}
        columns = {
            _folded(column.header): column
            for column in self._known.columns
            if _folded(column.header) in indexes
        }
        if not self._may_be_exchanged(columns, indexes):
            return
        # By name, the name that had the contents which are below it now.
        sources: dict[str, str] = {}
        for name, column in columns.items():
            index = indexes[name]
            counts = _contents(self._rows, index)
            if self._table.column_ids.get(index) == column.column_id or _is_same(column, counts):
                continue
            for other_name, other in columns.items():
                has_id = self._table.column_ids.get(index, "") == other.column_id
                if other_name != name and (has_id or _is_same(other, counts)):
                    sources[name] = other_name
                    break
        for circle in _circles(sources):
            members = [columns[name] for name in circle]
            names = " and ".join(f"{member.header!r} ({member.role})" for member in members)
            details = ", ".join(
                f"{columns[name].header!r} ({self._ref(indexes[name])}) holds what"
                f" {columns[sources[name]].header!r} held"
                for name in circle
            )
            yield (
                f"the columns {names} of {self._table.name} exchanged their names since the last"
                f" run, and their contents stayed where they were: {details}; if that is not meant,"
                " put the names back"
            )

    def _may_be_exchanged(
        self, columns: Mapping[str, InputColumn], indexes: Mapping[str, int]
    ) -> bool:
        """Whether the names stand in another order than at the last run, or at columns with other
        ids. Only then are contents compared: that takes a look at every cell.
        """
        before = sorted(columns, key=lambda name: columns[name].column)
        ids = self._table.column_ids
        return before != sorted(columns, key=indexes.__getitem__) or any(
            ids.get(indexes[name], column.column_id) != column.column_id
            for name, column in columns.items()
        )

    def _likeliest(self, column: InputColumn) -> int | None:
        """The column it might be: among those with a new name, the one with the most similar
        contents, otherwise the one at its position.
        """
        new = [
            index
            for index, name in enumerate(self._names)
            if name and _folded(name) not in self._before
        ]
        if not new:
            return None
        expected_index = column.column + self._shift(column.column)
        return max(
            new,
            key=lambda index: (
                similarity(column, _contents(self._rows, index)),
                -abs(index - expected_index),
            ),
        )


def similarity(column: InputColumn, now: Mapping[int, int]) -> float:
    """The share of a column's values that another column also holds, counted with repetitions."""
    before = column.contents or {}
    of = sum(before.values())
    return sum(min(count, now.get(sum_, 0)) for sum_, count in before.items()) / of if of else 0.0


def _are_alike(column: InputColumn, now: Mapping[int, int]) -> bool:
    if column.held < _LEAST:
        return False
    return similarity(column, now) >= (1 if column.held < _FEW else _ALIKE)


def _is_same(column: InputColumn, now: Mapping[int, int]) -> bool:
    """Whether a column holds what it held: all of fewer than ten values, nine in ten of more, and
    about as many.
    """
    spared = 0 if column.held < _FEW else column.held * (1 - _ALIKE)
    if abs(sum(now.values()) - column.held) > spared:
        return False
    return not column.held or similarity(column, now) >= (1 if column.held < _FEW else _ALIKE)


def _circles(sources: Mapping[str, str]) -> Iterator[list[str]]:
    """The circles in a mapping of names, each from its first name on."""
    reported: set[str] = set()
    for first in sources:
        circle = [first]
        while (following := sources.get(circle[-1])) is not None and following not in circle:
            circle.append(following)
        if following == first and first not in reported:
            reported.update(circle)
            yield circle


def _contents(rows: Sequence[Row], column: int) -> Counter[int]:
    values = [row.values[column] for row in rows if column < len(row.values)]
    counts = Counter[int]()
    # Most columns repeat their values. 1, 1.0 and TRUE are equal, and do not say the same.
    for (_, value), count in Counter(zip(map(type, values), values, strict=True)).items():
        if not is_blank(value):
            counts[crc32(text_of(value).strip().encode("utf-8", "surrogatepass"))] += count
    return counts


def _kept(counts: Mapping[int, int]) -> dict[int, int]:
    return dict(sorted(counts.items())[:_MOST_KEPT])


def _id_for(header: str) -> str:
    """The id that okrsync marks a column with where the source has none: short, because a source
    may have little room for marks.
    """
    return f"{crc32(_folded(header).encode('utf-8', 'surrogatepass')):08x}"


def _names(table: Table, header_row: int | None) -> tuple[str, ...] | None:
    """The names of a table's columns; None where there is no row of them."""
    if table.header is not None:
        return tuple(name.strip() for name in table.header)
    row = next((row for row in table.rows if row.number == header_row), None)
    return None if row is None else tuple(text_of(value).strip() for value in row.values)


def _header_row(table: Table, known: InputTable, read: int | None) -> int | None:
    """The row with most of the names of the last run; if there is none, the row that was read as
    the header, otherwise that of the last run.
    """
    if table.header is not None:
        return None
    wanted = {_folded(name) for name in known.headers}
    best, most = read if read is not None else known.header_row, 0
    for row in table.rows:
        count = sum(isinstance(value, str) and _folded(value) in wanted for value in row.values)
        if count > most:
            best, most = row.number, count
    return best


def _below(table: Table, header_row: int | None) -> list[Row]:
    return [row for row in table.rows if header_row is None or row.number > header_row]


def _with_headers(
    table: Table, header_row: int | None, header_by_index: Mapping[int, str]
) -> Table:
    """The table with other names for some of its columns."""
    if not header_by_index:
        return table
    if table.header is not None:
        return replace(
            table,
            header=tuple(
                header_by_index.get(index, name) for index, name in enumerate(table.header)
            ),
        )
    width = max(header_by_index) + 1
    rows = tuple(
        replace(
            row,
            values=tuple(
                header_by_index.get(index, value)
                for index, value in enumerate((*row.values, *[None] * (width - len(row.values))))
            ),
        )
        if row.number == header_row
        else row
        for row in table.rows
    )
    return replace(table, rows=rows)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _toml(names: Sequence[str]) -> str:
    return json.dumps(list(names), ensure_ascii=False)
