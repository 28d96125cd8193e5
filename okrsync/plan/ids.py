"""Plans a column of ids for tables that have none, so that okrsync recognises a row even if its
text changes.

An id is short and made from the row's natural key, such as `KR-4821`: the same row gets the same id
in every plan. No cell with a value is replaced, and a table gets ids only if it reads the same with
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b

from msgspec.structs import replace

from okrsync.connector import (
    Ability,
    Batch,
    CellWrite,
    Connector,
    Looks,
    Misfit,
    NewColumn,
    Settings,
)
from okrsync.mapping import Okrs, Reading, TabReading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.errors import MappingError
from okrsync.model.okrs import KeyResult, Objective, Owned, Skip
from okrsync.model.table import (
    CellRef,
    CellValue,
    ColumnRef,
    Row,
    Snapshot,
    Table,
    column_letters,
    is_blank,
    right_edge,
    text_of,
)
from okrsync.plan.plan import Change, SourcePlan
from okrsync.plan.speakers import answering
from okrsync.plan.untouchable import lock_of_new_column

__all__ = ["FIELD", "HEADER", "plan_ids"]

HEADER = "okrsync id"
"""The header of the column; `auto` reads it as the role `id`."""
FIELD = "id"
Item = KeyResult | Objective
# Short enough to say aloud; longer ones are taken only when they collide.
_DIGITS = 4


def plan_ids(
    okrs: Okrs,
    snapshot: Snapshot,
    mapping: Mapping_,
    reading: Reading,
    connector: Connector[Settings],
    *,
    is_asked: bool,
) -> SourcePlan:
    """The ids that one source should get. A place that recognises rows by itself gets ids only if
    the source was named (`is_asked`).
    """
    if not {Ability.WRITE, Ability.CREATE_COLUMNS} <= connector.abilities:
        return _without_ids(okrs, "this kind of file is only read; add a column of ids yourself")
    if connector.knows_rows and not is_asked:
        reason = f"rows are recognised here without ids; `--source {okrs.source}` adds ids anyway"
        return _without_ids(okrs, reason)
    planner = _IdColumnPlanner(okrs, snapshot, mapping, reading, connector)
    for tab in okrs.tabs:
        if tab.layout == "matrix":
            reason = "a row holds several objectives here, so an id beside it would be ambiguous"
            planner.skips.append(Skip(okrs.source, tab.table, reason, "no-ids"))
    for owned in okrs.owned:
        table = snapshot.table(owned.table_key)
        if table is not None:
            planner.add_table(table, owned)
    batch = Batch(snapshot, tuple(planner.cells), tuple(planner.columns))
    return SourcePlan(okrs.source, "ok", batch, tuple(planner.changes), tuple(planner.skips))


def _without_ids(okrs: Okrs, reason: str) -> SourcePlan:
    return SourcePlan(okrs.source, "ok", skips=(Skip(okrs.source, None, reason, "no-ids"),))


class _IdColumnPlanner:
    """Collects the ids for one source."""

    def __init__(
        self,
        okrs: Okrs,
        snapshot: Snapshot,
        mapping: Mapping_,
        reading: Reading,
        connector: Connector[Settings],
    ) -> None:
        self.okrs = okrs
        self.snapshot = snapshot
        self.mapping = mapping
        self.reading = reading
        self.connector = connector
        self.cells: list[CellWrite] = []
        self.columns: list[NewColumn] = []
        self.changes: list[Change] = []
        self.skips: list[Skip] = []
        self._taken_ids = _taken_ids(okrs, snapshot)

    def add_table(self, table: Table, owned: Owned) -> None:
        """Add ids to the rows of one table that have none, unless people gave it their own ids."""
        tab = _reading_of(table, self.okrs, self.snapshot)
        column = _own_column(table, owned)
        if column is None and "id" in tab.roles:
            self._skip(
                table, f"its rows have ids already, in column {_name_of(table, tab.roles['id'])}"
            )
            return
        rows = {row.number: row for row in table.rows}
        without = {
            number: item
            for number, item in answering(self.okrs.objectives, table.key).items()
            if column is None or is_blank(rows[number].value(column))
        }
        column_index = right_edge(table) if column is None else column
        ids = self._ids(table, owned, column_index, without)
        if ids is None:
            self._skip(
                table,
                f"with a column of ids it would be read differently (now: {tab.layout})",
            )
            return
        if not ids:
            return
        if column is None:
            locked = lock_of_new_column(table, owned.header_row, column_index, ids)
            if locked is not None:
                self._skip(table, f"no column {HEADER!r} is made: {locked}")
                return
            self._make_column(table, owned, column_index)
        for number, (item, id_) in ids.items():
            self._fill(
                table,
                rows[number],
                item,
                id_,
                ColumnRef(column, HEADER, owned.header_row),
                column_index,
            )

    def _ids(
        self, table: Table, owned: Owned, column_index: int, items: Mapping[int, Item]
    ) -> dict[int, tuple[Item, str]] | None:
        """The id for each row and the item that it then names, by row number; None if the table
        would be read differently with them.

        In a row that a key result shares with its objective, an id may be read as the objective's.
        """
        objectives = {
            objective.origin.row.number: objective
            for objective in self.okrs.objectives
            if objective.origin.table_key == table.key
        }
        # The second time with ids for objectives, where a row was read as its objective's.
        for _ in range(2):
            taken_ids = set(self._taken_ids)
            ids = {number: _id_for(item, taken_ids) for number, item in items.items()}
            read = (
                self._read(_with_ids(self.snapshot, table, owned, column_index, ids)) if ids else {}
            )
            if read is None:
                return None
            named_items = {number: read.get(id_) for number, id_ in ids.items()}
            if all(named_items[number] == _kind_and_title(item) for number, item in items.items()):
                self._taken_ids = taken_ids
                return {number: (item, ids[number]) for number, item in items.items()}
            items = {
                number: item
                if named_items[number] == _kind_and_title(item)
                else objectives.get(number, item)
                for number, item in items.items()
            }
        return None

    def _make_column(self, table: Table, owned: Owned, column_index: int) -> None:
        cell = CellRef(table.name, f"{HEADER} (new)")
        if table.header is None and owned.header_row is not None:
            cell = CellRef(table.name, f"{column_letters(column_index)}{owned.header_row}")
        entry = NewColumn(
            f"+{table.key}:{FIELD}", table.key, FIELD, HEADER, owned.header_row, Looks.TEXT
        )
        self.columns.append(entry)
        self.changes.append(Change(entry.id, cell, "column", None, HEADER, "a new column for ids"))

    def _fill(
        self, table: Table, row: Row, item: Item, id_: str, column: ColumnRef, column_index: int
    ) -> None:
        cell = CellRef(table.name, f"{column_letters(column_index)}{row.number}")
        if table.header is not None:
            cell = CellRef(table.name, f"{row.label or f'row {row.number}'} · {HEADER}")
        value = self.connector.fit(table, column.index, Looks.TEXT, id_)
        if isinstance(value, Misfit):
            self.skips.append(Skip(self.okrs.source, cell, value.reason, "misfit"))
            return
        entry = f"{table.key}:{row.number}:{FIELD}"
        self.cells.append(
            CellWrite(
                entry, table.key, item.origin.row, column, None, value, Looks.TEXT, field=FIELD
            )
        )
        title = item.title
        self.changes.append(Change(entry, cell, FIELD, None, value, title, item.key, title=title))

    def _read(self, snapshot: Snapshot) -> dict[str, tuple[str, str]] | None:
        """The item that each id would name, once the ids are there; None if anything but ids and
        keys would be read differently.
        """
        try:
            reread = understand(snapshot, self.mapping, self.reading)
        except MappingError:
            return None
        has_news = {warning.code for warning in reread.warnings} - {
            warning.code for warning in self.okrs.warnings
        }
        if has_news or _content_of(reread) != _content_of(self.okrs):
            return None
        named_items: dict[str, tuple[str, str]] = {}
        for objective in reread.objectives:
            named_items[objective.id.rpartition("/")[2]] = _kind_and_title(objective)
            named_items |= {
                item.id.rpartition("/")[2]: _kind_and_title(item) for item in objective.key_results
            }
        return named_items

    def _skip(self, table: Table, reason: str) -> None:
        self.skips.append(Skip(self.okrs.source, table.name, reason, "no-ids"))


def _kind_and_title(item: Item) -> tuple[str, str]:
    return "key result" if isinstance(item, KeyResult) else "objective", item.title


def _name_of(table: Table, column: int) -> str:
    if table.header is not None and column < len(table.header):
        return repr(table.header[column])
    return column_letters(column)


def _reading_of(table: Table, okrs: Okrs, snapshot: Snapshot) -> TabReading:
    return next(
        tab
        for read_table, tab in zip(snapshot.tables, okrs.tabs, strict=True)
        if read_table.key == table.key
    )


def _own_column(table: Table, owned: Owned) -> int | None:
    """The index of the column of okrsync's ids, wherever it was moved; None without one."""
    if FIELD in table.owned:
        return table.owned[FIELD]
    names = table.header
    if names is None:
        row = next((row for row in table.rows if row.number == owned.header_row), None)
        names = tuple(text_of(value) for value in row.values) if row is not None else ()
    columns = [
        column_index for column_index, name in enumerate(names) if name.strip().casefold() == HEADER
    ]
    return columns[0] if columns else None


def _taken_ids(okrs: Okrs, snapshot: Snapshot) -> set[str]:
    """Every id that the source already contains."""
    taken_ids: set[str] = set()
    for table, tab in zip(snapshot.tables, okrs.tabs, strict=True):
        for role in ("id", "objective_id"):
            if role in tab.roles:
                taken_ids |= {text_of(row.value(tab.roles[role])).strip() for row in table.rows}
    return taken_ids


def _id_for(item: Item, taken_ids: set[str]) -> str:
    """A free id for an item: its kind and some digits of its key, more if a shorter id is taken."""
    # Digits of a digest instead of a counter: deleting a row never hands its id to another one.
    # The first digit is dropped, since the leading digit of a number is not evenly spread.
    digits = str(int.from_bytes(blake2b(item.key.encode(), digest_size=16).digest(), "big"))[1:]
    kind = "KR" if isinstance(item, KeyResult) else "O"
    id_ = next(
        candidate
        for length in _lengths(digits)
        if (candidate := f"{kind}-{digits[:length]}") not in taken_ids
    )
    taken_ids.add(id_)
    return id_


def _lengths(digits: str) -> Iterator[int]:
    yield from range(_DIGITS, len(digits) + 1)


def _with_ids(
    snapshot: Snapshot, table: Table, owned: Owned, column_index: int, ids: Mapping[int, str]
) -> Snapshot:
    """The source as it would be with the ids."""

    def put(values: tuple[CellValue, ...], value: CellValue) -> tuple[CellValue, ...]:
        padded = [*values, *[None] * (column_index + 1 - len(values))]
        padded[column_index] = value
        return tuple(padded)

    header = table.header
    if header is not None:
        names = [*header, *[""] * (column_index + 1 - len(header))]
        names[column_index] = HEADER
        header = tuple(names)
    rows = tuple(
        (
            replace(row, values=put(row.values, ids[row.number]))
            if row.number in ids
            else (
                replace(row, values=put(row.values, HEADER))
                if row.number == owned.header_row
                else row
            )
        )
        for row in table.rows
    )
    with_ids = replace(table, rows=rows, header=header)
    return replace(
        snapshot,
        tables=tuple(with_ids if other.key == table.key else other for other in snapshot.tables),
    )


def _content_of(okrs: Okrs) -> list[tuple[object, ...]]:
    content: list[tuple[object, ...]] = []
    for objective in okrs.objectives:
        content.append(
            (objective.title, objective.parent, objective.given_progress, objective.owner)
        )
        content.extend(
            (
                key_result.title,
                key_result.baseline,
                key_result.current,
                key_result.target,
                key_result.given_progress,
                key_result.owner,
            )
            for key_result in objective.key_results
        )
    return content
