"""Turns the records of a sheet into objectives and key results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from okrsync.mapping.rows.dated import DatedValues
from okrsync.mapping.rows.identity import distinguished_by_number, natural_key, references
from okrsync.mapping.rows.numbering import Numbering, ids_restart
from okrsync.mapping.rows.per_period import in_totals, plan_doubt
from okrsync.mapping.rows.row_reader import Formulas, RowReader, commitment_of
from okrsync.mapping.sheet import NO_REFS, Record, Sheet
from okrsync.mapping.values.checkpoints import read_checkpoints
from okrsync.mapping.values.columns import Columns
from okrsync.mapping.values.figures import Figures
from okrsync.mapping.values.typed import is_placeholder, shown
from okrsync.model.okrs import (
    Cycle,
    CycleFrom,
    KeyResult,
    Objective,
    Observation,
    Origin,
    Warning_,
)
from okrsync.model.table import CellRef, RowRef

__all__ = ["TabPeriod", "make_items"]


class TabPeriod(NamedTuple):
    """The cycle of a whole tab, None where it has none; and the same in the years before, where its
    text names no year.
    """

    cycle: Cycle | None = None
    earlier: tuple[Cycle, ...] = ()


def make_items(
    source: str,
    sheet: Sheet,
    records: list[Record],
    columns: Columns,
    numbering: Numbering,
    tab_period: TabPeriod,
    homes: Mapping[int, Objective],
    adopted: Mapping[str, list[KeyResult]],
) -> tuple[list[Objective], dict[str, list[KeyResult]]]:
    """The objectives of one sheet in reading order, each with its key results; key results without
    an objective are placed under an implied one.

    `homes` are the objectives of other sheets that records belong to, by index of the record;
    `adopted` are the key results that such objectives have so far, by the objective's id, and are
    returned together with those of this sheet.
    """
    maker = _Maker(source, sheet, records, columns, numbering, tab_period)
    maker.homes = homes
    maker.adopted = {id_: list(items) for id_, items in adopted.items()}
    return maker.objectives(), maker.adopted


class _Maker:
    def __init__(
        self,
        source: str,
        sheet: Sheet,
        records: list[Record],
        columns: Columns,
        numbering: Numbering,
        tab_period: TabPeriod,
    ) -> None:
        self.source = source
        self.sheet = sheet
        self.records = records
        self.columns = columns
        self.figures = Figures(columns)
        self.titles = [
            record.title or sheet.texts_in(record.title_column)[sheet.index[record.row.number]]
            for record in records
        ]
        self.ids, self.owners = (columns.texts(records, role) for role in ("id", "owner"))
        self.row_reader = RowReader(columns, self.figures)
        self.numbering = numbering
        self.tab_cycle, self.tab_earlier = tab_period
        self.rows = references(sheet, records)
        self.roles = sheet.roles
        self.homes: Mapping[int, Objective] = {}
        self.adopted: dict[str, list[KeyResult]] = {}
        self.dated = DatedValues(sheet, columns)
        self.without = "objective" if sheet.shares_a_column else ""
        self._columns_of_roles: dict[tuple[int, str], Mapping[str, int]] = {}
        self.scoped = not numbering.are_distinct and (
            ids_restart(records, columns) or self._ids_are_objectives()
        )
        self.alike: frozenset[str] = frozenset()
        """Titles that only their numbers distinguish."""
        self.doubled = self._doubled_below_objectives() if self.scoped else frozenset()
        """Ids that two rows have under one objective, each with the objective's index."""

    def objectives(self) -> list[Objective]:
        above = (
            self.homes[index].id if index in self.homes else (record.kind, record.objective)
            for index, record in enumerate(self.records)
        )
        self.alike = distinguished_by_number(zip(above, self.titles, strict=True))
        objectives: dict[int, Objective] = {}
        below: dict[int | None, list[KeyResult]] = {}
        for index, record in enumerate(self.records):
            if record.kind == "objective" and index not in self.homes:
                objectives[index] = self._objective(record, self.titles[index])
        orphans = [
            record
            for index, record in enumerate(self.records)
            if record.kind == "key_result" and record.objective is None and index not in self.homes
        ]
        implied = self._implied(orphans[0]) if orphans else None
        for index, record in enumerate(self.records):
            if index in self.homes:
                if record.kind == "key_result":
                    home = self.homes[index]
                    siblings = self.adopted.setdefault(home.id, [])
                    count = len(home.key_results) + len(siblings) + 1
                    siblings.append(self._key_result(index, home, count))
            elif record.kind == "key_result":
                objective = (
                    objectives[record.objective] if record.objective is not None else implied
                )
                assert objective is not None
                siblings = below.setdefault(record.objective, [])
                count = len(siblings) + 1
                siblings.append(self._key_result(index, objective, count))
        with_key_results = [
            _with(objective, tuple(below.get(index, ())), self.records[index].states_row)
            for index, objective in objectives.items()
        ]
        return (
            with_key_results
            if implied is None
            else [*with_key_results, _with(implied, tuple(below[None]), False)]
        )

    def _objective(self, record: Record, title: str) -> Objective:
        columns, row = self.columns, record.row
        number = self.numbering.next_objective()
        id_ = columns.text(record, "objective_id") or (
            columns.text(record, "id") if record.states_row else None
        )
        if id_ is not None and record.states_row:
            role = "objective_id" if columns.text(record, "objective_id") else "id"
            self.numbering.claim(
                self.source, id_, self.sheet.table, row, columns.roles(record)[role]
            )
            self.numbering.objective_ids.add(id_)
        own, marks = record.states_row, self.figures.marks
        is_double = own and id_ in self.numbering.doubled
        full_id = f"{self.source}/{id_ or number}"

        def applies(role: str) -> bool:
            """Whether the row's cell for a role belongs to the objective, and not to the key result
            beside it.
            """
            return own or role in self.sheet.of_objectives

        cycle = self._cycle(record)
        owner = columns.text(record, "owner") if applies("owner") else None
        team = columns.text(record, "team")
        due = columns.day(record, "due") if applies("due") else None
        origin = self._origin(
            record, self._columns(record, "key_result"), self.columns.formulas(record)
        )
        earlier = self._earlier_cycles(record)
        key, first = self.numbering.keys.distinct(
            self._known_key(
                None if is_double else id_,
                (cycle, *earlier),
                (owner or team) if own else None,
                title,
                id_ if is_double else None,
            ),
            origin,
        )
        if first is not None and is_double:
            self.numbering.leave_unclear(first, origin)
        elif first is not None and own and id_ is None:
            self._name_repeated(title, first, origin)
        objective = Objective(
            id=self.numbering.distinct_id(full_id) if is_double else full_id,
            key=key,
            title=title,
            source=self.source,
            origin=origin,
            parent=self._parent(record),
            level=columns.text(record, "level"),
            given_progress=columns.share(record, "progress") if applies("progress") else None,
            given_score=columns.share(record, "score") if applies("score") else None,
            given_status=marks.status(record)[0] if applies("status") else None,
            confidence=columns.confidence(record) if applies("confidence") else None,
            weight=columns.weight(record) if applies("weight") else Decimal(1),
            commitment=commitment_of(columns, record) if applies("commitment") else None,
            checked_in=columns.day(record, "checked_in") if applies("checked_in") else None,
            checked_in_known=columns.knows(record, "checked_in"),
            checked_in_until=columns.day(record, "checked_in_until") if record.values else None,
            cycle=cycle,
            start=columns.start(record, due) if applies("start_date") else None,
            due=due,
            # The key uses only the owner of the row: a label above the table must not change it.
            owner=owner or columns.label("owner"),
            team=team,
            comment=columns.text(record, "comment") if applies("comment") else None,
            is_rolled_up=own and columns.is_rolled_up(record, "progress"),
            typed_status=marks.status(record)[1] if applies("status") else None,
            set_aside=marks.set_aside(record, title) if applies("status") else marks.struck(record),
            unclear=self._unclear(record, frozenset()) if own else frozenset(),
            own_id=id_,
            private=own and columns.is_private(record),
            cycle_from=_named(cycle),
            is_year_open=bool(earlier),
        )
        numbers = self._own_numbers(record, objective)
        return objective if numbers is None else replace(objective, numbers=numbers)

    def _implied(self, first: Record) -> Objective:
        name = self.sheet.table.name
        origin = Origin(self.source, name, self.sheet.table.key, self._ref(first), {})
        key = natural_key(None, "implied", self.sheet.table.key)
        key, _ = self.numbering.keys.distinct(key, origin)
        return Objective(
            id=f"{self.source}/{self.numbering.next_objective()}",
            key=key,
            title=name,
            source=self.source,
            origin=origin,
            cycle=self.tab_cycle,
            implied=True,
            cycle_from=_named(self.tab_cycle),
            is_year_open=bool(self.tab_earlier),
        )

    def _key_result(self, index: int, objective: Objective, count: int) -> KeyResult:
        record, title, columns = self.records[index], self.titles[index], self.columns
        roles, text, labels = columns.roles(record), columns.text, self.sheet.labels
        id_ = self.ids[index] if "id" in roles else None
        if id_ is None:
            full_id = f"{objective.id}/KR{count}"
        elif self.scoped:
            full_id = f"{objective.id}/{id_}"
        else:
            full_id = f"{self.source}/{id_}"
            self.numbering.claim(self.source, id_, self.sheet.table, record.row, roles["id"])
        is_double = id_ is not None and (
            (record.objective, id_) in self.doubled
            if self.scoped
            else id_ in self.numbering.doubled
        )
        if is_double:
            full_id = self.numbering.distinct_id(full_id)
        has_cycle = "cycle" in roles or "cycle" in labels or "cycle" in record.values
        cycle = self._cycle(record) if has_cycle else self.tab_cycle
        owner = self.owners[index] if "owner" in roles or "owner" in labels else None
        team = text(record, "team") if "team" in roles or "team" in labels else None
        due = columns.day(record, "due") if "due" in roles else None
        checked_in_known = "checked_in" in roles or "checked_in" in labels
        keyed = None if id_ is None else (f"{objective.key}/{id_}" if self.scoped else id_)
        content = self.row_reader.of(record, title, roles)
        origin = self._origin(record, self._columns(record, self.without), content.formulas)
        earlier = self._earlier_cycles(record) if has_cycle else self.tab_earlier
        key, first = self.numbering.keys.distinct(
            self._known_key(
                None if is_double else keyed,
                (cycle, *earlier),
                owner or team,
                None if objective.implied else objective.title,
                title,
                id_ if is_double else None,
            ),
            origin,
        )
        if first is not None and is_double:
            self.numbering.leave_unclear(first, origin)
        elif first is not None and id_ is None:
            self._name_repeated(title, first, origin)
        figures = content.figures
        plan: tuple[tuple[date, Decimal], ...] = ()
        plan_cells: tuple[CellRef, ...] = ()
        observations: tuple[Observation, ...] = ()
        if not self.dated.are_none:
            plan, plan_cells = self.dated.plan(record, figures.target)
            observations = self.dated.observations(record, figures.current)
        key_result = KeyResult(
            full_id,
            key,
            title,
            origin,
            figures.kind,
            figures.baseline,
            figures.target,
            figures.target_high,
            figures.stretch,
            figures.current,
            figures.milestones,
            figures.unit,
            figures.direction,
            given_progress=figures.progress,
            given_score=content.score,
            given_status=content.status,
            confidence=content.confidence,
            weight=content.weight,
            commitment=content.commitment,
            checked_in=columns.day(record, "checked_in") if checked_in_known else None,
            checked_in_known=checked_in_known,
            checked_in_until=columns.day(record, "checked_in_until") if record.values else None,
            cycle=cycle,
            start=columns.start(record, due) if "start_date" in roles else None,
            due=due,
            owner=owner,
            team=team,
            comment=text(record, "comment") if "comment" in roles else None,
            inferred=content.inferred,
            cycle_from=_named(cycle),
            is_year_open=bool(earlier),
            typed_status=content.typed_status,
            set_aside=content.set_aside,
            observations=observations,
            plan=plan,
            plan_cells=plan_cells,
            serves=record.serves,
            unclear=self._unclear(record, figures.unclear) if has_cycle else figures.unclear,
            own_id=id_,
            private=objective.private
            or (("private" in roles or "private" in labels) and columns.is_private(record)),
            checkpoints=self._checkpoints(record) if "checkpoints" in roles else (),
        )
        return self._with_totals(record, key_result) if plan or observations else key_result

    def _with_totals(self, record: Record, key_result: KeyResult) -> KeyResult:
        """The key result with totals where its columns hold what came in each period, and without a
        plan that contradicts its target.
        """
        columns = self.columns
        cycle = key_result.cycle or columns.periods.within
        key_result = in_totals(key_result, columns.mapping.values.periods, cycle)
        doubt = plan_doubt(key_result, cycle)
        if doubt is None:
            return key_result
        columns.warn("plan-differs", record, "target", doubt)
        return replace(key_result, plan=(), plan_cells=())

    def _own_numbers(self, record: Record, objective: Objective) -> KeyResult | None:
        """The numbers in an objective's own row; None where it has neither a current value beside a
        target nor a mark that says if it is done.
        """
        roles = self.columns.roles(record)
        if not record.states_row or "current" not in roles:
            return None
        if not {"target", "stretch"} & roles.keys() and (
            self.figures.marks.says_done(record) is None
        ):
            return None
        figures = self.figures.of(record, objective.title)
        if figures.current is None and figures.target is None:
            return None
        return KeyResult(
            objective.id,
            objective.key,
            objective.title,
            objective.origin,
            figures.kind,
            figures.baseline,
            figures.target,
            figures.target_high,
            figures.stretch,
            figures.current,
            figures.milestones,
            figures.unit,
            figures.direction,
            inferred=figures.inferred,
            unclear=figures.unclear,
        )

    def _unclear(self, record: Record, figures: frozenset[str]) -> frozenset[str]:
        """The roles whose cells okrsync does not understand."""
        return figures | {"cycle"} if self.columns.is_period_unread(record) else figures

    def _cycle(self, record: Record) -> Cycle | None:
        return self.columns.cycle(record) if self.columns.text(record, "cycle") else self.tab_cycle

    def _earlier_cycles(self, record: Record) -> tuple[Cycle, ...]:
        """The cycle of a row in the years before, where nothing names its year."""
        if self.columns.text(record, "cycle"):
            return self.columns.earlier_cycles(record)
        return self.tab_earlier

    def _known_key(
        self, id_: str | None, cycles: Sequence[Cycle | None], *parts: str | None
    ) -> str:
        """The natural key of an item, in the first of the cycles in which okrsync knows it: the
        item of a `Q4` without a year stays the same in the years that follow.
        """
        if id_:
            return natural_key(id_)
        first = ""
        for cycle in cycles:
            key = natural_key(None, cycle.name if cycle else None, *parts, alike=self.alike)
            # In the first run no key is known.
            if len(cycles) == 1 or not (known := self.numbering.known_keys) or key in known:
                return key
            first = first or key
        return first

    def _parent(self, record: Record) -> str | None:
        parent = self.columns.text(record, "parent")
        return None if parent is None or is_placeholder(parent) else parent

    def _checkpoints(self, record: Record) -> tuple[tuple[Decimal, Decimal], ...]:
        text = self.columns.text(record, "checkpoints")
        if text is None or is_placeholder(text):
            return ()
        points = read_checkpoints(text)
        if points is None:
            what = (
                f"{shown(text)!r} are no checkpoints that okrsync understands, so they do not"
                " count; write each value with its progress: 50 = 40 %, 80 = 70 %"
            )
            self.columns.warn("unread-checkpoints", record, "checkpoints", what)
        return points or ()

    def _columns(self, record: Record, without: str) -> Mapping[str, int]:
        """The columns of an item, built once for all items that share them."""
        roles = self.columns.roles(record)
        columns = self._columns_of_roles.get((id(roles), without))
        if columns is None:
            columns = {role: column for role, column in roles.items() if role != without}
            self._columns_of_roles[id(roles), without] = columns
        return columns

    def _origin(
        self,
        record: Record,
        columns: Mapping[str, int],
        formulas: Formulas,
    ) -> Origin:
        table = self.sheet.table
        return Origin(
            self.source,
            table.name,
            table.key,
            self._ref(record),
            columns,
            record.elsewhere,
            table.header,
            NO_REFS,
            formulas,
        )

    def _ref(self, record: Record) -> RowRef:
        return self.rows.get(record.row.number) or RowRef(
            record.row.number, record.row.anchor, (), record.row.label
        )

    def _doubled_below_objectives(self) -> frozenset[tuple[int | None, str]]:
        rows: dict[tuple[int | None, str], set[int]] = {}
        ids = self.columns.texts(self.records, "id")
        for record, id_ in zip(self.records, ids, strict=True):
            if id_ is not None and record.kind == "key_result":
                rows.setdefault((record.objective, id_), set()).add(record.row.number)
        return frozenset(key for key, numbers in rows.items() if len(numbers) > 1)

    def _ids_are_objectives(self) -> bool:
        """Whether key results use the same ids as objectives, so that 1 is an objective and a key
        result.
        """
        taken = self.numbering.objective_ids
        return bool(taken) and any(
            record.kind == "key_result" and self.columns.text(record, "id") in taken
            for record in self.records
        )

    def _name_repeated(self, title: str, first: Origin, again: Origin) -> None:
        what = (
            f"{shown(title)!r} is in {first.title_cell} and in {again.title_cell}, and nothing else"
            " distinguishes the two rows; give each an id, or change one title"
        )
        self.numbering.warnings.append(
            Warning_("duplicate-row", self.source, again.title_cell, what)
        )


def _named(cycle: Cycle | None) -> CycleFrom | None:
    """How the cycle of an item is known, where its sheet names one."""
    return None if cycle is None else "named"


def _with(objective: Objective, key_results: tuple[KeyResult, ...], states_row: bool) -> Objective:
    if not key_results:
        return objective
    # Without a row of its own, its title stands in the rows of its key results.
    is_private = objective.private or (not states_row and all(each.private for each in key_results))
    return replace(objective, key_results=key_results, private=is_private)
