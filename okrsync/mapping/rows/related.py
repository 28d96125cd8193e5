"""Tables of one source that refer to each other. They are compared before any of them is read: rows
of objectives may list key results, and rows of key results may have no title yet.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec.structs import replace

from okrsync.mapping.rows.shares import may_list, objectives_in, share_warning, strangers_in
from okrsync.mapping.sheet import Record, Sheet, folded
from okrsync.mapping.values.typed import is_placeholder
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Serves, Warning_
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import Row, Table, is_blank

__all__ = [
    "KeyResultList",
    "Listable",
    "StatedObjectives",
    "find_list",
    "is_half_typed",
    "names_in",
    "odd_references",
    "second_parents",
    "share_out",
    "unknown_key_results",
    "untitled_rows",
    "with_objectives",
]

_BETWEEN = lazy_pattern(r"[,;\n]")
_LONGEST_LIST = 10_000
"""The most characters of a cell that lists names; a longer cell is prose."""
_MOST_SIGNS = 8
"""The most separators that a single name may contain; it bounds the attempts per name."""
_NUMBERS = ("target", "current")
_REFERENCES = ("objective_id", "parent")
_MOST, _NEARLY_ALL = 0.5, 0.9
"""The share of listed names that must be rows of one other table: in a column with a header for key
results, and in a column whose header says nothing.
"""


def names_in(text: str, known: Container[str], most_signs: int) -> list[str]:
    """The names that a cell lists, separated by commas, semicolons or line ends. A `known` name may
    itself contain up to `most_signs` separators.
    """
    if len(text) > _LONGEST_LIST:
        return []
    most_signs = min(most_signs, _MOST_SIGNS)
    ends = [sign.start() for sign in _BETWEEN.finditer(text)] + [len(text)]
    names: list[str] = []
    start = first = 0
    while first < len(ends):
        furthest = min(first + most_signs, len(ends) - 1)
        last = next(
            (end for end in range(furthest, first, -1) if text[start : ends[end]].strip() in known),
            first,
        )
        name = text[start : ends[last]].strip()
        names += [name] if name else []
        start, first = ends[last] + 1, last + 1
    return names


class Listable:
    """The rows that objectives of other tables may list as their key results: those of all tables
    of a source that name no objectives.
    """

    def __init__(self) -> None:
        self._indexes: dict[str, dict[str, int | None]] = {}
        self._tables_of_objectives: set[str] = set()
        self.most_signs = 0

    def take(self, sheet: Sheet, records: Sequence[Record]) -> None:
        """Add the rows of one table by title, id and anchor. A name that two rows share finds
        neither.
        """
        kinds = {record.kind for record in records}
        if len(kinds) != 1 or any(record.objective is not None for record in records):
            return
        key = sheet.table.key
        if "objective" in kinds:
            self._tables_of_objectives.add(key)
        for index, record in enumerate(records):
            title = record.title or sheet.text_in(record.row, record.title_column)
            names = {title, sheet.text(record.row, "id"), record.row.anchor or ""}
            self.most_signs = max(self.most_signs, *(len(_BETWEEN.findall(name)) for name in names))
            for name in {folded(name) for name in names if name}:
                index_by_table = self._indexes.setdefault(name, {})
                index_by_table[key] = index if index_by_table.get(key, index) == index else None

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and folded(name) in self._indexes

    def indexes(self, name: str, but: str, *, headed: bool) -> Mapping[str, int | None]:
        """By table, the index of the row with that name; `but` is the table that lists it. Only a
        column with a header for key results (`headed`) may list rows of a table of objectives.
        """
        return {
            key: index
            for key, index in self._indexes.get(folded(name), {}).items()
            if key != but and (headed or key not in self._tables_of_objectives)
        }


class KeyResultList(Frozen, frozen=True):
    """A column of a table of objectives that lists the key results of another table, by its key.

    `objectives` are the rows of the objectives that list a key result, by its index among the
    records of the other table; `strangers` are the listed names that do not exist, with their rows.
    """

    column: int
    table_key: str
    objectives: Mapping[int, tuple[Row, ...]]
    strangers: tuple[tuple[Row, str], ...]


def find_list(sheet: Sheet, unread: Iterable[int], listable: Listable) -> KeyResultList | None:
    """The column of a table of objectives that lists the key results of another table; None where
    there is none.

    It is the column with a header for key results if most of its names are rows there, or one of
    the `unread` columns if nearly all are. Each objective must be in one row only.
    """
    objectives = [text for text in sheet.texts("objective") if text]
    if not objectives or len(set(objectives)) < len(objectives) or sheet.shares_a_column:
        return None
    headed = sheet.roles.get("key_result")
    if headed is not None:
        return None if _has_numbers(sheet) else _list_in(sheet, headed, listable, headed=True)
    lists = (_list_in(sheet, column, listable, headed=False) for column in unread)
    return next((each for each in lists if each is not None), None)


class LinkedTables:
    """Tables of key results by the objectives that they name, which may list them in turn."""

    def __init__(self, lowers: Iterable[tuple[Sheet, Sequence[Record]]]) -> None:
        self._lowers = [*lowers]
        self._indexes: dict[str, set[int]] = {}
        for index, (lower, _) in enumerate(self._lowers):
            for text in lower.texts("objective"):
                if text:
                    self._indexes.setdefault(folded(text), set()).add(index)

    def listed_by(self, upper: Sheet) -> Sheet | None:
        """The table of key results that names the objectives of this one, and whose key results
        these list; None where there is none.
        """
        stated = {folded(text) for text in upper.texts("objective") if text}
        if len(stated) < len(upper.rows):
            return None
        counts: dict[int, int] = {}
        for name in stated:
            for index in self._indexes.get(name, ()):
                counts[index] = counts.get(index, 0) + 1
        for index in sorted(counts, key=counts.__getitem__, reverse=True)[:_CLOSEST]:
            lower, records = self._lowers[index]
            if lower is not upper and _is_listed(upper, lower, records, stated):
                return lower
        return None


_CLOSEST = 3


def may_list_key_results(sheet: Sheet) -> bool:
    """Whether a table names key results beside objectives without measuring them."""
    headed, title = (sheet.roles.get(role) for role in ("key_result", "objective"))
    return None not in (headed, title) and headed != title and not _has_numbers(sheet)


def _is_listed(
    upper: Sheet, lower: Sheet, records: Sequence[Record], stated: Collection[str]
) -> bool:
    named = [folded(text) for text in lower.texts("objective") if text]
    if sum(name in stated for name in named) < len(named) * _NEARLY_ALL:
        return False
    known = _Folded(
        folded(record.title or lower.text_in(record.row, record.title_column))
        for record in records
        if record.kind == "key_result"
    )
    most_signs = max((len(_BETWEEN.findall(name)) for name in known), default=0)
    lists = [names_in(text or "", known, most_signs) for text in upper.texts("key_result")]
    listed = [name for names in lists for name in names]
    found = sum(name in known for name in listed)
    # Tabs of two quarters may state the same key results, but one in each cell.
    return any(len(names) > 1 for names in lists) and found >= len(listed) * _NEARLY_ALL


class _Folded(frozenset[str]):
    """Names in the form in which they are compared."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(folded(name))


def _has_numbers(sheet: Sheet) -> bool:
    """Whether most rows that name a key result also measure it: then they are key results, not a
    list of key results of another table.
    """
    named = [row for row in sheet.rows if sheet.text(row, "key_result")]
    measured = [row for row in named if any(sheet.text(row, role) for role in _NUMBERS)]
    return len(measured) * 2 > len(named)


def _list_in(
    sheet: Sheet, column: int, listable: Listable, *, headed: bool
) -> KeyResultList | None:
    listed = [
        (row, name)
        for row, objective, text in zip(
            sheet.rows, sheet.texts("objective"), sheet.texts_in(column), strict=True
        )
        if objective
        for name in names_in(text, listable, listable.most_signs)
    ]
    tables: dict[str, dict[int, list[Row]]] = {}
    for row, name in listed:
        for key, index in listable.indexes(name, sheet.table.key, headed=headed).items():
            if index is not None:
                tables.setdefault(key, {}).setdefault(index, []).append(row)
    if not tables:
        return None
    counts = {key: sum(map(len, rows_by_index.values())) for key, rows_by_index in tables.items()}
    key = max(counts, key=counts.__getitem__)
    if counts[key] < len(listed) * (_MOST if headed else _NEARLY_ALL):
        return None
    strangers = tuple(
        (row, name)
        for row, name in listed
        if listable.indexes(name, sheet.table.key, headed=headed).get(key) is None
    )
    objectives = {index: tuple(dict.fromkeys(rows)) for index, rows in tables[key].items()}
    return KeyResultList(column, key, objectives, strangers)


def with_objectives(records: Sequence[Record], lists: KeyResultList, upper: Sheet) -> list[Record]:
    """The key results with the objectives that list them filled in as their objectives."""
    return [
        replace(record, values={**record.values, "objective_id": _joined(rows, upper)})
        if (rows := lists.objectives.get(index)) is not None
        else record
        for index, record in enumerate(records)
    ]


def _joined(rows: Sequence[Row], upper: Sheet) -> str:
    """The names of the objectives of some rows, each by its most specific name."""
    return ", ".join(
        row.anchor or upper.text(row, "id") or upper.text(row, "objective") for row in rows
    )


def unknown_key_results(
    lists: KeyResultList, upper: Table, lower: Table, source: str
) -> Iterator[Warning_]:
    """A warning for each listed key result that does not exist."""
    for row, name in lists.strangers:
        what = f"{lower.name!r} has no key result {name!r:.60}, so it is not counted here"
        yield Warning_("unknown-key-result", source, upper.ref(row, lists.column), what)


class StatedObjectives:
    """The names of objectives with rows of their own, and their tables: ids and anchors, and titles
    where a table lists only objectives.
    """

    def __init__(self) -> None:
        self._tables: dict[str, set[str]] = {}
        self.most_signs = 0

    def take(self, sheet: Sheet, records: Sequence[Record]) -> None:
        """Add the objectives of one table."""
        is_list = all(record.kind == "objective" for record in records)
        for record in records:
            if record.kind != "objective" or not record.states_row:
                continue
            row = record.row
            title = record.title or sheet.text_in(row, record.title_column) if is_list else ""
            for name in (sheet.text(row, "id"), sheet.text(row, "objective_id"), row.anchor, title):
                if name:
                    self.most_signs = max(self.most_signs, len(_BETWEEN.findall(name)))
                    self._tables.setdefault(folded(name), set()).add(sheet.table.key)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and folded(name) in self._tables

    def has(self, name: str, but: str) -> bool:
        """Whether a table other than `but` has an objective with that (folded) name."""
        return not self._tables.get(name, set()) <= {but}


class _Objectives:
    """The objectives that rows of a table may name: those of the table, by index among its records,
    and those of other tables.
    """

    def __init__(self, sheet: Sheet, records: Sequence[Record], stated: StatedObjectives) -> None:
        self._sheet = sheet
        self._records = records
        self._stated = stated
        self._whole = ""

    @cached_property
    def indexes(self) -> Mapping[str, int]:
        """By folded name, the index of an objective. In most tables no cell needs it."""
        indexes: dict[str, int] = {}
        for index, record in enumerate(self._records):
            if record.kind == "objective":
                for name in _names_of(self._sheet, record):
                    indexes.setdefault(folded(name), index)
        return indexes

    @cached_property
    def _most_signs(self) -> int:
        objectives = (record for record in self._records if record.kind == "objective")
        names = (name for record in objectives for name in _names_of(self._sheet, record))
        return max((len(_BETWEEN.findall(name)) for name in names), default=0)

    def in_cell(self, text: str) -> tuple[Serves, ...]:
        """Several objectives that a cell names, all of them known, with the share of each; empty
        where it names only one, or an unknown one.
        """
        if not may_list(text):
            return ()
        self._whole = folded(text)
        return objectives_in(text, self.__contains__, self._listed)

    def strangers_in(self, text: str) -> list[str]:
        """The names of a cell that nobody has, where others beside them are known."""
        if _BETWEEN.search(text) is None:
            return []
        self._whole = folded(text)
        return strangers_in(self._listed(text), self.__contains__)

    def _listed(self, text: str) -> list[str]:
        return names_in(text, self, max(self._stated.most_signs, self._most_signs))

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str) or folded(name) == self._whole:
            return False
        return folded(name) in self.indexes or name in self._stated


def _names_of(sheet: Sheet, record: Record) -> Iterator[str]:
    title = record.title or sheet.text_in(record.row, record.title_column)
    own = (sheet.text(record.row, "id"), record.row.anchor) if record.states_row else ()
    yield from (name for name in (title, sheet.text(record.row, "objective_id"), *own) if name)


def share_out(sheet: Sheet, records: Sequence[Record], stated: StatedObjectives) -> list[Record]:
    """Place key results that name several objectives in one cell under the first one, and let them
    serve all; the text of the cell is not an objective itself.
    """
    known = _Objectives(sheet, records, stated)
    split = {
        index: names
        for index, record in enumerate(records)
        if record.kind == "objective"
        and (not record.states_row or _has_one_cell(record))
        and (names := known.in_cell(record.title or sheet.text_in(record.row, record.title_column)))
    }
    if (
        not split
        and sheet.roles.keys().isdisjoint((*_REFERENCES, "parent"))
        and not any(record.values for record in records)
    ):
        return list(records)  # No cell names an objective.
    kept = [index for index in range(len(records)) if index not in split]
    moved = {index: new_index for new_index, index in enumerate(kept)}
    shared_out: list[Record] = []
    for index in kept:
        record = records[index]
        if parents := _parents(sheet, record, known):
            record = replace(record, values={**record.values, "parent": parents[0].objective})
        home = record.objective
        if record.kind == "key_result":
            serves = split.get(home, ()) if home is not None else ()
            serves = serves or _named_by(sheet, record, known)
            if serves:
                name = serves[0].objective
                first = known.indexes.get(folded(name))
                home = home if home not in split and home is not None else first
                values = {**record.values, **({} if home is not None else {"objective_id": name})}
                record = replace(record, serves=serves, values=values)
        new_home = None if home is None else moved[home]
        if new_home != record.objective:
            record = replace(record, objective=new_home)
        shared_out.append(record)
    return shared_out


def _has_one_cell(record: Record) -> bool:
    """Whether a row holds nothing but its title, as one above key results that it groups."""
    return sum(not is_blank(value) for value in record.row.values) == 1


def _named_by(sheet: Sheet, record: Record, known: _Objectives) -> tuple[Serves, ...]:
    if not record.values and sheet.roles.keys().isdisjoint(_REFERENCES):
        return ()
    texts = (
        str(record.values.get(role) or "") or sheet.text(record.row, role) for role in _REFERENCES
    )
    return next((names for text in texts if text and (names := known.in_cell(text))), ())


def _parents(sheet: Sheet, record: Record, known: _Objectives) -> tuple[Serves, ...]:
    """The parents of an objective whose row names several."""
    if record.kind != "objective" or not record.states_row:
        return ()
    return known.in_cell(sheet.text(record.row, "parent"))


def second_parents(
    sheet: Sheet, records: Sequence[Record], stated: StatedObjectives, source: str
) -> Iterator[Warning_]:
    """A warning for each objective that names several parents, because only the first is used."""
    if "parent" not in sheet.roles:
        return
    known = _Objectives(sheet, records, stated)
    for record in records:
        if parents := _parents(sheet, record, known):
            names = [each.objective for each in parents]
            cell, text = sheet.table.ref(record.row, sheet.roles["parent"]), ", ".join(names)
            others = ", ".join(repr(name) for name in names[1:])
            what = f"{text!r:.80} names several parents; only {names[0]!r} is used, not {others}"
            yield Warning_("several-parents", source, cell, what)


def odd_references(
    sheet: Sheet, records: Sequence[Record], stated: StatedObjectives, source: str
) -> Iterator[Warning_]:
    """Cells that name a known objective beside one that nobody has, and shares of a key result that
    do not make a whole.
    """
    known = _Objectives(sheet, records, stated)
    references = [role for role in _REFERENCES if role in sheet.roles]
    for record in records:
        if record.kind == "objective" and not record.states_row:
            role = "objective"
            text = record.title or sheet.text_in(record.row, record.title_column)
        elif record.kind == "key_result":
            if not references:
                continue
            role = next((role for role in references if sheet.text(record.row, role)), "")
            text = sheet.text(record.row, role) if role else ""
        else:
            continue
        if not text:
            continue
        served = known.in_cell(text)
        strangers = [] if served else known.strangers_in(text)
        odd = share_warning(served) if served else None
        if odd is None and not strangers:
            continue
        column = record.title_column if role == "objective" else sheet.roles[role]
        cell = sheet.table.ref(record.row, column)
        if odd is not None:
            yield Warning_("odd-shares", source, cell, f"{text!r:.80}: {odd}")
        else:
            what = (
                f"{text!r:.80} names an objective that is known, and {strangers[0]!r:.40}, which is"
                " not: it is taken for one name; correct it, or add the objective"
            )
            yield Warning_("unknown-objective", source, cell, what)


def untitled_rows(sheet: Sheet, layout: str, stated: StatedObjectives) -> Iterator[Row]:
    """The rows of key results that have no title yet: they name an objective of another table, or
    one that rows above name for their key results.
    """
    if sheet.shares_a_column or not {"objective", "key_result"} <= sheet.roles.keys():
        return
    if all(sheet.texts("key_result")):
        return
    named: set[str] = set()
    for row, objective, title in zip(
        sheet.rows, sheet.texts("objective"), sheet.texts("key_result"), strict=True
    ):
        name = folded(objective)
        if title:
            named.add(name)
        elif name and (stated.has(name, sheet.table.key) or (layout == "flat" and name in named)):
            yield row


def is_half_typed(row: Row, roles: Mapping[str, int]) -> bool:
    """Whether somebody is still typing a row: it has no title, but it already names its objective
    or parent.
    """
    return any(
        not is_blank(value := row.value(roles[role])) and not is_placeholder(value)
        for role in _REFERENCES
        if role in roles
    )
