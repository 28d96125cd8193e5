"""Reads tables as objectives and key results: as a mapping says, or by their words and content."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from okrsync.mapping.file import Mapping_
from okrsync.mapping.ignored import (
    IGNORED_TAB,
    aside_tabs,
    ignored_readings,
    unknown_ignored,
    without_ignored,
)
from okrsync.mapping.layouts import LAYOUTS
from okrsync.mapping.own_columns import own_columns, owned_by, without_own_columns
from okrsync.mapping.reading import KnownTable, Reading
from okrsync.mapping.rows.identity import apart_by_table
from okrsync.mapping.rows.items import TabPeriod, make_items
from okrsync.mapping.rows.joining import (
    Directory,
    cascaded,
    has_key_results_elsewhere,
    homes_of,
    names_objectives_of,
    unknown_references,
    without_objective,
)
from okrsync.mapping.rows.numbering import Numbering, are_distinct, doubled_ids
from okrsync.mapping.rows.period_headings import fiscal_period
from okrsync.mapping.rows.related import (
    LinkedTables,
    Listable,
    StatedObjectives,
    find_list,
    may_list_key_results,
    odd_references,
    second_parents,
    share_out,
    unknown_key_results,
    untitled_rows,
    with_objectives,
)
from okrsync.mapping.rows.teams import teams_by_table, with_teams
from okrsync.mapping.rows.weights import may_state_weights, with_shared_weights
from okrsync.mapping.sheet import folded
from okrsync.mapping.tabs import (
    OpenTable,
    as_key_results,
    as_list,
    as_log,
    open_tab,
    with_parents_as_objectives,
    without_untitled,
)
from okrsync.mapping.transposed import LAYOUT_NAME, WHY_NO_ANSWERS, turned
from okrsync.mapping.values.typed import shown
from okrsync.mapping.verdicts import because_of, columns_of, score_of
from okrsync.model.evidence import ColumnReading, Question
from okrsync.model.okrs import KeyResult, Objective, Skip, Warning_
from okrsync.model.source_okrs import Okrs, TabReading
from okrsync.model.table import CellRef, Snapshot, Table, column_letters

__all__ = ["KnownTable", "Okrs", "Reading", "TabReading", "understand"]


def understand(snapshot: Snapshot, mapping: Mapping_, reading: Reading) -> Okrs:
    """The objectives and key results of a source.

    A table without any is left out, and a Skip says why.
    """
    mapped = _Mapped(snapshot, mapping, reading)
    # Objectives first: key results of other tables may name them.
    for tab in sorted(mapped.tabs, key=lambda tab: not tab.states_objectives):
        mapped.read(tab)
    mapped.read_logs()
    return mapped.okrs()


class _Mapped:
    """The tables of one source while they are read."""

    def __init__(self, snapshot: Snapshot, mapping: Mapping_, reading: Reading) -> None:
        self.mapping = mapping
        reading = replace(reading, title=snapshot.title)
        self.reading = reading
        self.skips = [Skip(reading.source, None, note, "left-out") for note in snapshot.notes]
        self.warnings: list[Warning_] = unknown_ignored(snapshot, mapping)
        self.questions: list[Question] = []
        self.numbering = Numbering(known_keys=reading.known_keys)
        self.objectives: dict[str, list[Objective]] = {}
        self.adopted: dict[str, list[KeyResult]] = {}
        self.tabs: list[OpenTable] = []
        self.logs: list[OpenTable] = []
        self.refused: dict[str, TabReading] = {}
        self.order = [table.key for table in snapshot.tables]
        self.as_read = {table.key: table for table in snapshot.tables}
        for table in snapshot.tables:
            if mapping.ignores_tab(table.name):
                self._ignore(table)
                continue
            tab = self._open_as_people_fill_it_in(table)
            self.skips.extend(tab.skips)
            self.questions.extend(tab.questions)
            if tab.is_log:
                self.logs.append(tab)
            elif tab.refused is not None:
                self._refuse(tab, tab.refused)
            else:
                self.tabs.append(tab)
        self._take_logs()
        self._leave_out_referring()
        self._settle_typed_rows()
        self._leave_out_untitled()
        if all(record.kind == "key_result" for tab in self.tabs for record in tab.records):
            self.tabs = [
                with_parents_as_objectives(tab, self.mapping, reading) for tab in self.tabs
            ]
        self._take_lists()
        self._share_out()
        tables = [(tab.table.key, tab.records, tab.columns) for tab in self.tabs]
        # A table that is no log after all may have the same ids.
        self.numbering.are_distinct = not self.logs and are_distinct(tables)
        if not self.numbering.are_distinct:
            self.numbering.doubled = doubled_ids(tables)
        self.directory = Directory(self.numbering.doubled)
        # A table that is no log after all may have other columns.
        self.has_weights = bool(self.logs) or any(
            may_state_weights(tab.sheet, tab.records) for tab in self.tabs
        )

    def _take_logs(self) -> None:
        """Read a list with a day and a value in each row as a check-in log, if another table has
        most of its key results.
        """
        if not any(tab.header.may_be_log for tab in self.tabs):
            return
        stated = {
            name
            for tab in self.tabs
            if not tab.header.may_be_log
            for record in tab.records
            if record.kind == "key_result"
            for name in (tab.title_of(record), folded(tab.sheet.text(record.row, "id") or ""))
            if name
        }
        for tab in [tab for tab in self.tabs if tab.header.may_be_log]:
            titles = [tab.title_of(each) for each in tab.records if each.kind == "key_result"]
            if sum(title in stated for title in titles) * 2 > len(titles):
                self.tabs.remove(tab)
                self.logs.append(as_log(tab, self.mapping, self.reading))

    def _leave_out_referring(self) -> None:
        """Leave out tables whose rows refer to the items of others and are none themselves."""
        if len(self.tabs) < 2 or self.mapping.columns:
            return
        from okrsync.mapping.rows.referring import referring_tables

        for tab, reason in [*referring_tables(self.tabs)]:
            self.tabs = [each for each in self.tabs if each is not tab]
            self._refuse(tab, reason)

    def _open_as_people_fill_it_in(self, table: Table) -> OpenTable:
        """A table, opened without okrsync's columns."""
        owned_headers = self.reading.owned_headers
        people = without_own_columns(table, owned_headers)
        tab = self._open(without_ignored(people, self.mapping))
        head = tab.header.row
        if people is table or head in (None, own_columns(table, owned_headers)[0]):
            return tab
        # Another table of the tab may have columns of these names: `Progress` of a summary above.
        whole = self._open(without_ignored(table, self.mapping))
        return whole if len(whole.records) > len(tab.records) else tab

    def _open(self, table: Table) -> OpenTable:
        """A table, opened as it stands or turned, so that records are rows."""
        upright = turned(table, self.mapping.layout)
        if upright is not None:
            tab = open_tab(upright, self.mapping, self.reading)
            if tab.refused is None and not tab.is_log:
                if self.reading.owned_headers:
                    cell = CellRef(table.name, "A1")
                    tab.skips.append(Skip(self.reading.source, cell, WHY_NO_ANSWERS, "no-rows"))
                return replace(tab, is_turned=True)
        return open_tab(table, self.mapping, self.reading)

    def _leave_out_untitled(self) -> None:
        """Leave out rows of key results without a title, so that none of them counts as a new
        objective.
        """
        stated = StatedObjectives()
        for tab in self.tabs:
            stated.take(tab.sheet, tab.records)
        for index, tab in enumerate(self.tabs):
            rows = list(untitled_rows(tab.sheet, tab.layout, stated))
            if rows:
                opened = without_untitled(tab, rows, self.mapping, self.reading)
                self.skips.extend(opened.skips[len(tab.skips) :])
                self.tabs[index] = opened

    def _take_lists(self) -> None:
        """Where rows of objectives list rows of another table, read these as their key results."""
        listable = Listable()
        for tab in self.tabs:
            listable.take(tab.sheet, tab.records)
        self._take_links()
        index_by_table = {tab.table.key: index for index, tab in enumerate(self.tabs)}
        for index, upper in enumerate(self.tabs):
            lists = find_list(upper.sheet, upper.unread, listable)
            if lists is None:
                continue
            lower = as_key_results(
                self.tabs[index_by_table[lists.table_key]], self.mapping, self.reading
            )
            records = with_objectives(lower.records, lists, upper.sheet)
            self.tabs[index_by_table[lists.table_key]] = replace(lower, records=records)
            self.tabs[index] = as_list(upper, lists.column, lower.table.name, self.reading.today)
            self.warnings.extend(
                unknown_key_results(lists, upper.table, lower.table, self.reading.source)
            )

    def _take_links(self) -> None:
        """Where rows of objectives list rows of another table that name them in turn, the list says
        nothing more.
        """
        if len(self.tabs) < 2:
            return
        uppers = [
            index
            for index, tab in enumerate(self.tabs)
            if tab.layout == "flat" and may_list_key_results(tab.sheet)
        ]
        if not uppers:
            return
        linked = LinkedTables((tab.sheet, tab.records) for tab in self.tabs)
        for index in uppers:
            upper = self.tabs[index]
            lower = linked.listed_by(upper.sheet)
            if lower is not None:
                column = upper.sheet.roles["key_result"]
                self.tabs[index] = as_list(upper, column, lower.table.name, self.reading.today)

    def _share_out(self) -> None:
        """Let key results that name several objectives belong to all of them."""
        stated = StatedObjectives()
        for tab in self.tabs:
            stated.take(tab.sheet, tab.records)
        for index, tab in enumerate(self.tabs):
            source = self.reading.source
            self.warnings.extend(second_parents(tab.sheet, tab.records, stated, source))
            self.warnings.extend(odd_references(tab.sheet, tab.records, stated, source))
            self.tabs[index] = replace(tab, records=share_out(tab.sheet, tab.records, stated))

    def _settle_typed_rows(self) -> None:
        """Rows with a parent are key results, unless key results of another table name them: then
        all rows of their table are objectives.
        """
        for tab in self.tabs:
            if (
                tab.layout != "typed-rows"
                or not tab.sheet.shares_a_column
                or "kind" in tab.header.roles
            ):
                continue
            named = names_objectives_of(
                (other.records, other.columns) for other in self.tabs if other is not tab
            )
            if has_key_results_elsewhere(tab.records, tab.columns, named):
                tab.layout = "objectives-only"
                tab.records = LAYOUTS[tab.layout].records(tab.sheet)

    def read(self, tab: OpenTable) -> None:
        """Read the objectives of one table. Key results that belong to objectives of another table
        are kept for those.
        """
        names_year = tab.cycle is not None and not tab.earlier_cycles
        tab.columns.look_at(tab.records, tab.cycle or self.reading.cycle, names_year=names_year)
        tab.columns.marks_weights = self.has_weights
        homes = homes_of(tab.records, tab.columns, self.directory, tab.table.key, tab.cycle)
        objectives, adopted = make_items(
            self.reading.source,
            tab.sheet,
            tab.records,
            tab.columns,
            self.numbering,
            TabPeriod(tab.cycle, tab.earlier_cycles),
            homes,
            self.adopted,
        )
        self.objectives[tab.table.key] = objectives
        self.adopted = adopted
        if tab.states_objectives:
            self.directory.add(objective for objective in objectives if not objective.implied)
        self.warnings.extend(tab.warnings)
        self.warnings.extend(tab.columns.warnings)
        self.questions.extend(tab.columns.questions)
        if self.directory:
            self.warnings.extend(
                unknown_references(tab.records, tab.columns, homes, self.reading.source)
            )
        self.warnings.extend(
            without_objective(tab.records, tab.columns, homes, self.reading.source)
        )
        if homes:
            tab.layout = "joined"

    def read_logs(self) -> None:
        """Read the latest check-ins of log tables; refuse a table that logs something else."""
        if not self.logs:
            return
        from okrsync.mapping.rows.logs import known_by_name, log_of, with_check_ins

        known = known_by_name(self._joined())
        for tab in self.logs:
            check_ins = log_of(tab.sheet, tab.columns, known, self.reading.cycle)
            if check_ins is None and tab.header.roles:
                self._read_after_all(tab)
                continue
            if check_ins is None:
                self._refuse(
                    tab,
                    tab.refused
                    or "its rows log something other than the key results of this source",
                )
                continue
            tab.layout, tab.refused = "joined", None
            self.tabs.append(tab)
            self.warnings.extend((*tab.columns.warnings, *check_ins.warnings))
            self.questions.extend(tab.columns.questions)
            self.adopted = {
                id_: list(with_check_ins(_holding(items), check_ins).key_results)
                for id_, items in self.adopted.items()
            }
            self.objectives = {
                key: [with_check_ins(objective, check_ins) for objective in objectives]
                for key, objectives in self.objectives.items()
            }

    def _read_after_all(self, tab: OpenTable) -> None:
        """Read a table that looked like a check-in log, but holds key results of its own."""
        opened = open_tab(tab.table, self.mapping, self.reading, may_be_log=False)
        self.skips.extend(opened.skips)
        self.questions.extend(opened.questions)
        if opened.refused is not None:
            self._refuse(opened, opened.refused)
            return
        self.tabs.append(opened)
        self.read(opened)

    def _ignore(self, table: Table) -> None:
        cell = CellRef(table.name, "A1")
        self.skips.append(Skip(self.reading.source, cell, IGNORED_TAB, "no-okrs"))
        self.refused[table.key] = TabReading(table.name, None, None, {}, IGNORED_TAB)

    def _refuse(self, tab: OpenTable, reason: str) -> None:
        cell = tab.table.head_ref(0, tab.header.row)
        self.skips.append(Skip(self.reading.source, cell, reason, "no-okrs"))
        self.refused[tab.table.key] = self._tab_reading(tab, reason)

    def _joined(self) -> list[Objective]:
        """All objectives in the order of their tables. Key results from other tables follow an
        objective's own.
        """
        return [
            self._with_all(objective)
            for key in self.order
            for objective in self.objectives.get(key, ())
        ]

    def _with_all(self, objective: Objective) -> Objective:
        """An objective with its key results of all tables, as `_named` has them."""
        adopted = self.adopted.get(objective.id, ())
        if not adopted and not any(each.serves for each in objective.key_results):
            return objective
        items = (*objective.key_results, *adopted)
        return replace(objective, key_results=tuple(self._named(each) for each in items))

    def _named(self, item: KeyResult) -> KeyResult:
        """The key result with the objectives it serves, by title, or by id if titles are equal."""
        if not item.serves:
            return item
        serves = []
        for each in item.serves:
            home = self.directory.find(each.objective)
            if home is not None:
                is_title_unique = self.directory.find(home.title) is home
                each = replace(each, objective=home.title if is_title_unique else home.id)
            serves.append(each)
        return replace(item, serves=tuple(serves))

    def okrs(self) -> Okrs:
        """The result, once all tables are read."""
        reading, tabs = self.reading, {tab.table.key: tab for tab in self.tabs}
        owned = tuple(
            owned_by(
                self.as_read[key],
                tabs[key].header.row,
                tuple(tabs[key].header.names),
                reading.owned_headers,
            )
            for key in self.order
            if key in tabs and tabs[key].has_rows_of_its_own and self._holds_items(key)
        )
        readings = tuple(
            self._tab_reading(tabs[key], None) if key in tabs else self.refused[key]
            for key in self.order
        )
        joined, about_weights = self._joined(), list[Warning_]()
        if self.has_weights:
            joined, about_weights = with_shared_weights(joined)
        remarks = (*about_weights, *self._about_fiscal_years(), *self._about_aside_tabs())
        warnings = tuple(dict.fromkeys((*self.warnings, *self.numbering.warnings, *remarks)))
        held = [self.as_read[key] for key in self.order if self._holds_items(key)]
        teams = teams_by_table(held, reading.today)
        objectives = cascaded(with_teams(apart_by_table(joined), teams))
        skips, questions = tuple(self.skips), tuple(self.questions)
        unclear = dict(self.numbering.unclear)
        return Okrs(
            reading.source, objectives, warnings, skips, owned, readings, questions, unclear
        )

    def _about_fiscal_years(self) -> list[Warning_]:
        """A remark on the first fiscal year that is named, if nobody said when it begins."""
        if self.reading.is_fiscal_year_stated:
            return []
        periods = (fiscal_period(tab.sheet, self.reading.title) for tab in self.tabs)
        period = next(filter(None, periods), None)
        if period is None:
            return []
        at, text = period
        what = (
            f"{shown(text)!r} names a fiscal year, and the config does not say when it begins, so"
            " January is taken for its first month; set `fiscal_year_start` in the config (1 is"
            " January)"
        )
        return [Warning_("fiscal-year", self.reading.source, at, what)]

    def _about_aside_tabs(self) -> list[Warning_]:
        """A warning about tabs that count now, beside others, although their names say that they
        are archives, copies or drafts.
        """
        if self.reading.are_tabs_chosen or "ignore_tabs" in self.mapping.model_fields_set:
            return []
        held = [tab for tab in self.tabs if self._holds_items(tab.table.key)]
        aside = aside_tabs([tab.table.name for tab in held])
        names = [
            tab.table.name
            for tab in held
            if tab.table.name in aside
            and "cycle" not in tab.sheet.roles
            and (tab.cycle is None or tab.cycle.overlaps(self.reading.cycle))
        ]
        if not names:
            return []
        listed = ", ".join(f'"{shown(name)}"' for name in names)
        what = (
            f"the OKRs of {', '.join(map(repr, names))} count; if they should not, add"
            f" ignore_tabs = [{listed}] to the mapping; if they should, ignore_tabs = []"
        )
        return [Warning_("aside-tab", self.reading.source, CellRef(names[0], "A1"), what)]

    def _tab_reading(self, tab: OpenTable, reason: str | None) -> TabReading:
        """How a table was read, or with `reason`, why it was not."""
        return TabReading(
            tab.table.name,
            None if reason is not None else LAYOUT_NAME if tab.is_turned else tab.layout,
            tab.header.row,
            tab.roles,
            reason,
            score_of(tab),
            because_of(tab),
            self._columns(tab) if self.reading.with_evidence else (),
            tab.table.header if tab.is_turned else None,
        )

    def _columns(self, tab: OpenTable) -> tuple[ColumnReading, ...]:
        """How each column was read, including those that the mapping ignores."""
        ignored = ignored_readings(self.as_read[tab.table.key], self.mapping)
        read = columns_of(tab)
        return tuple(sorted((*read, *ignored), key=lambda column: column.column))

    def _holds_items(self, key: str) -> bool:
        return bool(self.objectives.get(key)) or any(
            item.origin.table_key == key for items in self.adopted.values() for item in items
        )


def _holding(items: list[KeyResult]) -> Objective:
    """A placeholder objective that only holds key results."""
    first = items[0]
    return Objective(first.id, first.key, "", first.origin.source, first.origin, tuple(items))


def describe(roles: Mapping[str, int]) -> str:
    """The columns of a table by role, for people: `key_result B, target D`."""
    return ", ".join(f"{role} {column_letters(column)}" for role, column in roles.items())
