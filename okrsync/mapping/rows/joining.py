"""Joins tables: key results can name an objective of another tab or file, by its id, its title, or
the anchor of its row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from okrsync.mapping.sheet import Record, folded
from okrsync.mapping.values.columns import Columns
from okrsync.mapping.values.typed import is_placeholder
from okrsync.model.okrs import Cycle, KeyResult, Objective, Warning_

__all__ = [
    "Directory",
    "cascaded",
    "has_key_results_elsewhere",
    "homes_of",
    "names_objectives_of",
    "unknown_references",
    "without_objective",
]

_REFERENCES = ("objective_id", "parent")
_LISTED = 3
"""The most titles that a warning lists."""


class Directory:
    """The objectives of other tables by all their names. A name that two of them share finds the
    one in the same cycle, else none of them; nor does an id in `doubled`, which more than one row
    has.
    """

    def __init__(self, doubled: Collection[str] = ()) -> None:
        self._doubled = frozenset(folded(id_) for id_ in doubled)
        self._named: dict[str, list[Objective]] = {}

    def add(self, objectives: Iterable[Objective]) -> None:
        """Add objectives that have rows of their own."""
        for objective in objectives:
            for name in _names(objective):
                bearers = self._named.setdefault(name, [])
                if all(other.id != objective.id for other in bearers):
                    bearers.append(objective)

    def find(self, name: str | None, cycle: Cycle | None = None) -> Objective | None:
        """The one objective of that name, or the one of `cycle` among several; otherwise None."""
        bearers = self._named.get(folded(name), []) if name else []
        if len(bearers) == 1 and name and folded(name) not in self._doubled:
            return bearers[0]
        of_cycle = [each for each in bearers if cycle is not None and each.cycle == cycle]
        return of_cycle[0] if len(of_cycle) == 1 else None

    def __bool__(self) -> bool:
        return bool(self._named)


def cascaded(objectives: Sequence[Objective]) -> tuple[Objective, ...]:
    """The objectives; one that is a key result of another table is placed under that key result, as
    when a quarter turns the key results of the year into its objectives.
    """
    if len({objective.origin.table_key for objective in objectives}) < 2:
        return tuple(objectives)
    key_results_by_title: dict[str, KeyResult | None] = {}
    for objective in objectives:
        for item in objective.key_results:
            name = folded(item.title)
            key_results_by_title[name] = item if name not in key_results_by_title else None
    return tuple(
        _under(objective, key_results_by_title.get(folded(objective.title)))
        for objective in objectives
    )


def _under(objective: Objective, above: KeyResult | None) -> Objective:
    if (
        above is None
        or objective.parent is not None
        or objective.implied
        or above.origin.table_key == objective.origin.table_key
    ):
        return objective
    return replace(objective, parent=above.id, inferred=objective.inferred | {"parent"})


def _names(objective: Objective) -> Iterator[str]:
    yield folded(objective.title)
    yield folded(objective.id.removeprefix(f"{objective.source}/"))
    if objective.own_id is not None:
        yield folded(objective.own_id)
    if objective.origin.row.anchor is not None:
        yield folded(objective.origin.row.anchor)


def unknown_references(
    records: list[Record], columns: Columns, homes: Mapping[int, Objective], source: str
) -> Iterator[Warning_]:
    """A warning for each key result that names an objective which does not exist."""
    for index, record in enumerate(records):
        if record.kind != "key_result" or record.objective is not None or index in homes:
            continue
        for role in _REFERENCES:
            name = columns.text(record, role)
            if name is not None and not is_placeholder(name):
                what = (
                    f"there is no objective with the id or title {name!r:.60}, so this key result"
                    " is placed under the tab; correct the name, or add the objective"
                )
                yield Warning_("unknown-objective", source, columns.cell_ref(record, role), what)
                break


def without_objective(
    records: Sequence[Record], columns: Columns, homes: Mapping[int, Objective], source: str
) -> Iterator[Warning_]:
    """A warning where only the order of rows could tell the objective of some key results, and the
    table has none.
    """
    sheet = columns.sheet
    lost: list[Record] = []
    are_some_placed = False
    for index, record in enumerate(records):
        if record.kind == "objective":
            are_some_placed |= record.states_row
        elif record.objective is not None or index in homes:
            are_some_placed = True
        elif not any(columns.text(record, role) for role in _REFERENCES):
            lost.append(record)
    if sheet.has_order or not lost or not are_some_placed:
        return
    titles = [each.title or sheet.text_in(each.row, each.title_column) for each in lost]
    listed = ", ".join(f"{title!r:.60}" for title in titles[:_LISTED])
    more = f" and {len(titles) - _LISTED} more" if len(titles) > _LISTED else ""
    what = (
        f"{listed}{more} name{'s' * (len(lost) == 1)} no objective, and the rows of a database have"
        f" no order that would tell it, so {'it is' if len(lost) == 1 else 'they are'} placed under"
        f" {sheet.table.name!r}; name the objective of each in a property, best a relation"
    )
    cell = sheet.table.ref(lost[0].row, lost[0].title_column)
    yield Warning_("no-objective", source, cell, what)


def names_objectives_of(others: Iterable[tuple[list[Record], Columns]]) -> frozenset[str]:
    """All names by which rows of some tables refer to their objectives."""
    names: set[str] = set()
    for records, columns in others:
        for record in records:
            if record.kind == "objective" and record.states_row:
                continue
            roles = ("objective_id", "objective") if record.kind == "objective" else _REFERENCES
            names.update(folded(name) for role in roles if (name := columns.text(record, role)))
    return frozenset(names)


def has_key_results_elsewhere(
    records: list[Record], columns: Columns, named: frozenset[str]
) -> bool:
    """Whether key results of other tables name a row that was read as a key result because it has a
    parent. Such a row is an objective.
    """
    return any(
        record.kind == "key_result"
        and not named.isdisjoint(
            folded(name)
            for name in (
                columns.text(record, "id"),
                columns.text(record, "key_result"),
                record.row.anchor,
            )
            if name
        )
        for record in records
    )


def homes_of(
    records: list[Record],
    columns: Columns,
    directory: Directory,
    table_key: str,
    tab_cycle: Cycle | None,
) -> Mapping[int, Objective]:
    """By index of the record, the objective of another table that a key result belongs to, or that
    the objective beside it refers to.
    """
    homes: dict[int, Objective] = {}
    if not directory:
        return homes
    for index, record in enumerate(records):
        if record.kind == "objective" and not record.states_row:
            names = [
                columns.text(record, "objective_id"),
                record.title or columns.text(record, "objective"),
            ]
        elif record.kind == "key_result" and record.objective is None:
            names = [columns.text(record, role) for role in _REFERENCES]
        else:
            continue
        cycle = columns.cycle(record) if columns.text(record, "cycle") else tab_cycle
        home = next(
            (each for name in names if (each := directory.find(name, cycle)) is not None), None
        )
        if home is not None and home.origin.table_key != table_key:
            homes[index] = home
    for index, record in enumerate(records):
        if record.kind == "key_result" and record.objective in homes:
            homes[index] = homes[record.objective]
    return homes
