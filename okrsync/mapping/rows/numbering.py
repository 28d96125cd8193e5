"""The ids and keys of the items of a source, and which ids more than one row has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct
from msgspec import field as struct_field

from okrsync.mapping.rows.identity import Keys
from okrsync.mapping.sheet import Record
from okrsync.mapping.values.columns import Columns
from okrsync.mapping.values.typed import shown
from okrsync.model.okrs import Origin, Warning_
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import Row, Table

__all__ = ["Numbering", "are_distinct", "doubled_ids", "ids_restart"]

_KR_ID = lazy_pattern(r"\s*k(?:ey)?[ -]?r(?:esult)?[-_ ]?\d+\s*", re.IGNORECASE)


class Numbering(Struct):
    """The state shared by all tables of a source: the number of objectives, and the keys and ids in
    use. `doubled` are ids of more than one row; such rows are identified by their texts instead.
    `unclear` are rows, by table and number, that have the same id and the same texts, each with a
    message that says what to do.
    """

    doubled: frozenset[str] = frozenset()
    are_distinct: bool = False
    """Whether no two items state the same id, so that none needs to be compared with others."""
    known_keys: Collection[str] = frozenset()
    """The keys of the items that the source held before."""

    objectives: int = 0
    keys: Keys = struct_field(default_factory=Keys)
    ids: dict[str, tuple[Table, Row, int]] = struct_field(default_factory=dict)
    objective_ids: set[str] = struct_field(default_factory=set)
    warnings: list[Warning_] = struct_field(default_factory=list)
    unclear: dict[tuple[str, int], str] = struct_field(default_factory=dict)
    full_ids: Counter[str] = struct_field(default_factory=Counter)

    def next_objective(self) -> str:
        """The next id in reading order: O1, O2, ..."""
        self.objectives += 1
        return f"O{self.objectives}"

    def claim(self, source: str, id_: str, table: Table, row: Row, column: int) -> None:
        """Register the id of a cell; warn if another cell has the same id."""
        if self.are_distinct:
            return
        first = self.ids.setdefault(id_, (table, row, column))
        if first[1] is not row or first[0] is not table:
            cell, first_cell = table.ref(row, column), first[0].ref(first[1], first[2])
            what = (
                f"the id {shown(id_)!r} is used in {first_cell} and in {cell}; change one of them"
            )
            self.warnings.append(Warning_("duplicate-id", source, cell, what))

    def distinct_id(self, full_id: str) -> str:
        """The id, followed by a number if it was handed out before."""
        self.full_ids[full_id] += 1
        count = self.full_ids[full_id]
        return full_id if count == 1 else f"{full_id}#{count}"

    def leave_unclear(self, first: Origin, other: Origin) -> None:
        """Register two rows that nothing distinguishes."""
        for origin, twin in ((first, other), (other, first)):
            self.unclear[origin.table_key, origin.row.number] = (
                f"the row at {twin.title_cell} has the same id and the same texts; change the id of"
                " one of them"
            )


def are_distinct(tables: Iterable[tuple[str, list[Record], Columns]]) -> bool:
    """Whether no two items of these tables state the same id."""
    ids: list[str] = []
    for _, records, columns in tables:
        texts = zip(records, columns.texts(records, "id"), strict=True)
        ids += [id_ for record, id_ in texts if id_ and record.kind == "key_result"]
        ids += [id_ for id_, rows in _objective_ids(records, columns).items() for _ in rows]
    return len(set(ids)) == len(ids)


def doubled_ids(tables: Sequence[tuple[str, list[Record], Columns]]) -> frozenset[str]:
    """The ids that more than one row of these tables has; each table is passed with its key. Ids
    that restart under each objective, or use the same numbers as objectives, are not compared.
    """
    stated = [_objective_ids(records, columns) for _, records, columns in tables]
    first_rows: dict[str, tuple[str, int]] = {}
    doubled: set[str] = set()
    for index, (key, records, columns) in enumerate(tables):
        others = {
            id_ for table_index, ids in enumerate(stated) for id_ in ids if table_index != index
        }
        items = {
            record.row.number: id_
            for record, id_ in zip(records, columns.texts(records, "id"), strict=True)
            if id_ and record.kind == "key_result"
        }
        if ids_restart(records, columns) or not others.isdisjoint(items.values()):
            items = {}
        rows = [(number, id_) for id_, numbers in stated[index].items() for number in numbers]
        rows += items.items()
        for row_number, id_ in rows:
            row = (key, row_number)
            if first_rows.setdefault(id_, row) != row:
                doubled.add(id_)
    return frozenset(doubled)


def _objective_ids(records: list[Record], columns: Columns) -> dict[str, list[int]]:
    """The ids of objectives with a row of their own, and the numbers of these rows."""
    rows_by_id: dict[str, list[int]] = {}
    for record in records:
        if record.kind == "objective" and record.states_row:
            id_ = columns.text(record, "objective_id") or columns.text(record, "id")
            if id_ is not None:
                rows_by_id.setdefault(id_, []).append(record.row.number)
    return rows_by_id


def ids_restart(records: list[Record], columns: Columns) -> bool:
    """Whether ids such as KR1 restart under each objective, so that they identify key results only
    within one objective.
    """
    seen: dict[str, int | None] = {}
    for record, id_ in zip(records, columns.texts(records, "id"), strict=True):
        if id_ is None or record.kind != "key_result":
            continue
        if seen.setdefault(id_, record.objective) != record.objective and _KR_ID.fullmatch(id_):
            return True
    return False
