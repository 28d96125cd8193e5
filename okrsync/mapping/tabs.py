"""One table of a source, opened: its header, the rows that may be OKRs, its layout and its records,
or why it has none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from msgspec import Struct
from msgspec import field as struct_field
from msgspec.structs import replace

from okrsync.mapping.file import Mapping_
from okrsync.mapping.header.footer import split_footer
from okrsync.mapping.header.headed_lists import headed_lists, why_bare
from okrsync.mapping.header.header import Header
from okrsync.mapping.header.judgement import Doubt, Judged
from okrsync.mapping.header.measure_rows import rows_of_measures
from okrsync.mapping.header.others import sounds_like, what_else
from okrsync.mapping.layouts import LAYOUTS, choose, draw
from okrsync.mapping.layouts.sub_items import names_sub_items
from okrsync.mapping.reading import Reading
from okrsync.mapping.rows.candidates import (
    BELOW_THE_TABLE,
    UNTITLED,
    headings_of_parts,
    okr_rows,
)
from okrsync.mapping.rows.latest import with_latest
from okrsync.mapping.rows.noise import NO_WORDS
from okrsync.mapping.rows.period_headings import period_headings, records_by_section
from okrsync.mapping.rows.unread_kinds import unread_kinds
from okrsync.mapping.sheet import Drawn, Record, Section, Sheet, folded
from okrsync.mapping.table_cycle import cycle_of_table, header_in_its_cycle
from okrsync.mapping.values.columns import Columns
from okrsync.mapping.words import normal
from okrsync.mapping.words import table as table_of
from okrsync.model.cycles import parse_cycle
from okrsync.model.evidence import Question
from okrsync.model.okrs import Cycle, Skip, Warning_
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellRef, Row, Table, column_letters, is_blank, text_of

__all__ = [
    "OpenTable",
    "Reading",
    "as_key_results",
    "as_list",
    "as_log",
    "open_tab",
    "with_parents_as_objectives",
    "without_untitled",
]


class OpenTable(Struct):
    """One table, opened. `refused` says why it holds no OKRs (None: it holds some); `layout` is the
    name of its layout.
    """

    table: Table
    header: Header
    sheet: Sheet
    columns: Columns
    records: list[Record]
    layout: str
    cycle: Cycle | None = None
    earlier_cycles: tuple[Cycle, ...] = ()
    """The cycle in the years before, where its text names no year."""
    refused: str | None = None
    is_log: bool = False
    lists: str | None = None
    """The name of the table whose rows a column of this one lists as key results."""
    is_turned: bool = False
    """Whether its columns were records, and it was turned to be read."""
    has_head: bool = True
    """Whether there is a row for the names of columns."""
    skips: list[Skip] = struct_field(default_factory=list)
    warnings: list[Warning_] = struct_field(default_factory=list)
    questions: list[Question] = struct_field(default_factory=list)

    @property
    def roles(self) -> Mapping[str, int]:
        """The columns that are read, by role."""
        return self.header.loose if self.is_log and self.layout else self.header.roles

    @property
    def unread(self) -> tuple[int, ...]:
        """The columns with a header that have no role."""
        read = {*self.header.roles.values(), *self.header.of_objectives.values()}
        names = self.header.names
        return tuple(column for column, name in enumerate(names) if name and column not in read)

    def title_of(self, record: Record) -> str:
        """The title of a record in the form in which titles are compared."""
        return folded(record.title or self.sheet.text_in(record.row, record.title_column))

    @property
    def states_objectives(self) -> bool:
        """Whether objectives have rows of their own, which key results of other tables may name."""
        return any(record.kind == "objective" and record.states_row for record in self.records)

    @property
    def has_rows_of_its_own(self) -> bool:
        """Whether each row belongs to one item, so that answers can be written beside it."""
        return (
            not self.is_log
            and not self.is_turned
            and self.has_head
            and (self.layout not in LAYOUTS or LAYOUTS[self.layout].why_no_answers is None)
        )


def open_tab(
    table: Table, mapping: Mapping_, reading: Reading, *, may_be_log: bool = True
) -> OpenTable:
    """Open a table as the mapping says, or by its words and content. With `may_be_log` false, it is
    not read as a check-in log.
    """
    header = header_in_its_cycle(table, mapping, reading)
    if (drawn := _opened_as_drawn(table, header, mapping, reading)) is not None:
        return drawn
    if header.is_log and may_be_log:
        return _opened_log(table, header, mapping, reading)
    below = _below_header(table, header, reading)
    sheet = Sheet(
        table,
        header.roles,
        below.rows,
        header.own_names,
        header.labels,
        kinds=mapping.values.kinds,
        of_objectives=header.of_objectives,
        check_ins=header.check_ins,
        header_row=header.row,
        sections=below.sections,
    )
    doubts = [doubt for doubt in header.doubts if below.rows or doubt.is_about_titles]
    tab = OpenTable(
        table,
        header,
        sheet,
        _columns_of(sheet, mapping, header, reading),
        [],
        "",
        refused=below.refused,
        skips=below.skips,
        questions=[_question(table, header, doubt) for doubt in doubts],
    )
    if tab.refused is None:
        _read_records(tab, mapping, reading)
    if tab.refused is None:
        _add_warnings(tab, below.rows, reading)
    return tab


def _opened_as_drawn(
    table: Table, header: Header, mapping: Mapping_, reading: Reading
) -> OpenTable | None:
    """The table as one that is drawn rather than listed; None where it is a list."""
    # Lines that stand below one another say nothing where rows have no order.
    may_be_drawn = mapping.layout != "auto" or (
        table.has_order
        and (
            not _is_list(header)
            or _repeats(header)
            or bool(header.beside)
            or names_sub_items(header.names)
        )
    )
    if mapping.columns or not may_be_drawn:
        return None
    above, footer = split_footer(table)
    drawn = draw(above, mapping.layout, reading.owned_headers.values())
    if drawn is None:
        return None
    opened = _opened_drawn(above, *drawn, mapping, reading)
    opened.skips.extend(_below_the_table(row, table, reading.source) for row in footer)
    return opened


class _BelowHeader(NamedTuple):
    """The rows that hold OKRs, those that are left out, the sections they stand in, and why the
    table is refused (None: it is not).
    """

    rows: list[Row]
    skips: list[Skip]
    sections: Mapping[int, Section]
    refused: str | None


def _below_header(table: Table, header: Header, reading: Reading) -> _BelowHeader:
    """What stands below the header of a table."""
    refused = _why_not(table, header)
    if refused is not None:
        return _BelowHeader([], [], {}, refused)
    sections: Mapping[int, Section] = {}
    headings: Collection[int] = ()
    # A heading is alone in its row, and most tables have no such row.
    if any(row.number > (header.row or 0) and row.is_lone for row in table.rows):
        from okrsync.mapping.rows.group_headings import group_headings

        headings = headings_of_parts(table, header)
        parse = partial(
            parse_cycle,
            today=reading.today,
            fiscal_year_start=reading.fiscal_year_start,
            within=reading.cycle,
        )
        sections = {
            **group_headings(table, header),
            **period_headings(table, header.row, parse, headings),
        }
    rows, skips = okr_rows(table, header, reading.source, sections.keys() | headings)
    if not rows:
        refused = "there are no objectives or key results below its header"
    if not rows and skips and all(skip.reason == NO_WORDS for skip in skips):
        refused, skips = "it counts objectives and key results but lists none", []
    if (
        not rows
        and skips
        and all(re.search("placeholder|template|example", skip.reason) for skip in skips)
    ):
        refused = (
            "it is a template that is not filled in yet: below its header are only placeholders"
            " and examples"
        )
    return _BelowHeader(rows, skips, sections, refused)


def _columns_of(sheet: Sheet, mapping: Mapping_, header: Header, reading: Reading) -> Columns:
    return Columns(
        sheet, reading.source, mapping, header.names, reading.today, reading.fiscal_year_start
    )


def _read_records(tab: OpenTable, mapping: Mapping_, reading: Reading) -> None:
    """Find the layout of an opened table and the records in it, or why there are none."""
    header, layout = tab.header, choose(tab.sheet, mapping.layout)
    unread = unread_kinds(tab.sheet, layout, reading.source)
    if unread.rows:
        tab.sheet = tab.sheet.without(unread.rows)
        tab.columns = _columns_of(tab.sheet, mapping, header, reading)
        tab.skips = [*tab.skips, *unread.skips]
    tab.warnings.extend(unread.warnings)
    lacking = [role for role in LAYOUTS[layout].needs if role not in tab.sheet.roles]
    if lacking:
        tab.refused = (
            f"the layout {layout!r} needs a column for {lacking[0].replace('_', ' ')}s, but the"
            " header has none; name the column under [columns] in the mapping"
        )
        return
    records = _records(layout, tab.sheet, reading.today)
    if not records and mapping.layout != "auto":
        tab.refused = (
            f"the layout {layout!r} finds no objective or key result in its rows; set another"
            ' `layout` in the mapping, or `layout = "auto"`'
        )
        return
    if any(normal(name) in table_of("initiatives") for name in tab.sheet.names):
        from okrsync.mapping.rows.initiatives import without_initiatives

        records, of_initiatives = without_initiatives(records, tab.sheet, reading.source)
        tab.warnings.extend(of_initiatives)
    tab.records = records
    tab.layout = "period-blocks" if header.periods else layout
    tab.cycle, tab.earlier_cycles = cycle_of_table(tab.table, header, reading)
    if header.cycle is not None:
        tab.cycle, tab.earlier_cycles = header.cycle, ()
    tab.questions.extend(unread.questions)


def _add_warnings(tab: OpenTable, rows: Sequence[Row], reading: Reading) -> None:
    """Say of an opened table what is not read in it, and why."""
    table, header, source = tab.table, tab.header, reading.source
    tab.skips.extend(_beside(table, header, columns, source) for columns in header.beside)
    tab.warnings.extend(_missing_columns(table, header, source))
    tab.warnings.extend(_undated_check_ins(table, header, source))
    named = {column for column, name in enumerate(header.own_names) if name}
    if named - {*header.roles.values()}:
        from okrsync.mapping.header.unread import unread_columns

        tab.warnings.extend(unread_columns(table, header, rows, source))
    for doubt, question in zip(header.doubts, tab.questions, strict=False):
        what = f"{doubt.text}; it is not read until the mapping has {_settings_for(doubt)}"
        tab.warnings.append(Warning_("unclear-column", source, question.at, what))
    if header.periods and (header.cycle is None or not header.cycle.overlaps(reading.cycle)):
        tab.warnings.append(_other_periods(table, header, reading))


def _other_periods(table: Table, header: Header, reading: Reading) -> Warning_:
    what = f"its columns are for {', '.join(header.periods)}, not for {reading.cycle.name}"
    what += (
        ", so none of them is read; to read another period, change `cycle` in the config"
        if header.cycle is None
        else f": they count for {header.cycle.name} until one of {reading.cycle.name} is filled"
    )
    at = CellRef(table.name, f"A{header.row or 1}")
    return Warning_("no-such-period", reading.source, at, what)


def _as_layout(tab: OpenTable, layout: str, today: date) -> OpenTable:
    """The same table read in another layout."""
    return replace(tab, layout=layout, records=_records(layout, tab.sheet, today))


def _records(layout: str, sheet: Sheet, today: date) -> list[Record]:
    """The records of a sheet in a layout, each with the columns it is read from."""
    records = with_latest(records_by_section(sheet, LAYOUTS[layout].records), sheet, today)
    return _with_their_own(records, sheet)


def as_key_results(tab: OpenTable, mapping: Mapping_, reading: Reading) -> OpenTable:
    """The same table with its titles read as key results."""
    if all(record.kind == "key_result" for record in tab.records):
        return tab
    title = tab.header.roles["objective"]
    roles = {role: column for role, column in tab.header.roles.items() if role != "objective"}
    opened = _with_sheet(
        tab, tab.sheet.with_roles({**roles, "key_result": title}), mapping, reading
    )
    header = replace(tab.header, roles=opened.sheet.roles)
    return _as_layout(replace(opened, header=header), "key-results-only", reading.today)


def with_parents_as_objectives(tab: OpenTable, mapping: Mapping_, reading: Reading) -> OpenTable:
    """The same list of key results under the objectives that its column of parents names; the same
    object where it has no such column, or where parents are key results of the list, numbers, or
    ids of pages that nobody can see.
    """
    names = {*tab.sheet.texts("key_result"), *tab.sheet.texts("id")} - {""}
    parents = {*tab.sheet.texts("parent")} - {""}
    if tab.layout != "key-results-only" or not parents or parents & names:
        return tab
    if any(_BARE_ID.fullmatch(parent) for parent in parents):
        return tab
    roles = {"objective" if role == "parent" else role: at for role, at in tab.roles.items()}
    opened = _with_sheet(tab, tab.sheet.with_roles(roles), mapping, reading)
    header = replace(tab.header, roles=roles)
    return _as_layout(replace(opened, header=header), "flat", reading.today)


_BARE_ID = lazy_pattern(r"[\d.]+|[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)


def as_log(tab: OpenTable, mapping: Mapping_, reading: Reading) -> OpenTable:
    """The same table read as check-ins of key results that another table states."""
    opened = _opened_log(tab.table, tab.header, mapping, reading)
    return replace(opened, refused=None)


def as_list(tab: OpenTable, column: int, other: str, today: date) -> OpenTable:
    """The same table read as objectives, a column of which lists their key results in another
    table.
    """
    header = tab.header
    because = f"it lists the key results of {other!r}"
    judged = Judged("key_result", 1.0, because)
    header = replace(
        header,
        roles={**header.roles, "key_result": column},
        judged={**header.judged, column: judged},
    )
    return _as_layout(replace(tab, header=header, lists=other), "objectives-only", today)


def without_untitled(
    tab: OpenTable, rows: Collection[Row], mapping: Mapping_, reading: Reading
) -> OpenTable:
    """The same table without rows that have no title yet, and with a Skip for each of them."""
    column = tab.header.roles["key_result"]
    skips = [Skip(reading.source, tab.table.ref(row, column), UNTITLED, "no-okr") for row in rows]
    sheet = tab.sheet.without({row.number for row in rows})
    opened = replace(_with_sheet(tab, sheet, mapping, reading), skips=[*tab.skips, *skips])
    if not sheet.rows:
        return replace(opened, records=[])
    opened = _as_layout(opened, choose(sheet, mapping.layout), reading.today)
    return opened if tab.layout in LAYOUTS else replace(opened, layout=tab.layout)


def _with_sheet(tab: OpenTable, sheet: Sheet, mapping: Mapping_, reading: Reading) -> OpenTable:
    first_month = reading.fiscal_year_start
    columns = Columns(sheet, reading.source, mapping, tab.header.names, reading.today, first_month)
    return replace(tab, sheet=sheet, columns=columns)


def _with_their_own(records: list[Record], sheet: Sheet) -> list[Record]:
    """The records, with objectives read from the columns that belong to objectives."""
    if sheet.of_objectives:
        for record in records:
            if record.kind == "objective":
                record.roles = {
                    **(sheet.roles if record.roles is None else record.roles),
                    **sheet.of_objectives,
                }
    return records


def _is_list(header: Header) -> bool:
    """Whether a header names the columns of objectives and of key results, or of objectives beside
    targets and check-ins.
    """
    roles = header.roles
    has_check_ins = "target" in roles and bool(header.check_ins)
    return "objective" in roles and ("key_result" in roles or len(roles) > 3 or has_check_ins)


def _repeats(header: Header) -> bool:
    """Whether a header names a column of key results twice under one name."""
    names = [
        normal(header.names[column])
        for role, column in header.roles.items()
        if role == "key_result"
    ]
    return any(sum(normal(name) == each for name in header.names) > 1 for each in names)


def _below_the_table(row: Row, table: Table, source: str) -> Skip:
    column = next(index for index, value in enumerate(row.values) if not is_blank(value))
    return Skip(source, table.ref(row, column), BELOW_THE_TABLE, "no-okr")


def _beside(table: Table, header: Header, columns: range, source: str) -> Skip:
    first, last = column_letters(columns.start), column_letters(columns.stop - 1)
    names = ", ".join(repr(header.names[column]) for column in columns if header.names[column])
    why = (
        f"the table in columns {first} to {last} ({names}) stands beside the one that is read; if"
        " it holds OKRs, give it a tab of its own"
    )
    return Skip(source, CellRef(table.name, f"{first}{header.row or 1}"), why, "no-okrs")


def _opened_drawn(
    table: Table, layout: str, drawn: Drawn, mapping: Mapping_, reading: Reading
) -> OpenTable:
    """A table without a header of columns, as its layout found it."""
    # If the first line is an objective, the row above it takes the column names; the first row of
    # the sheet has no row above.
    is_headless = drawn.head in drawn.rows
    number = drawn.head.number - is_headless
    head = (
        next((row for row in table.rows if row.number == number), None)
        if is_headless
        else drawn.head
    )
    names = tuple(text_of(value) for value in head.values) if head is not None else ()
    header = Header(number or 1, {"objective": drawn.columns[0]}, names)
    rows = sorted(
        {row.number: row for row in (drawn.head, *drawn.rows)}.values(), key=lambda row: row.number
    )
    sheet = Sheet(
        table, header.roles, rows, names, getattr(drawn, "labels", {}), drawn, header_row=header.row
    )
    columns = Columns(
        sheet, reading.source, mapping, names, reading.today, reading.fiscal_year_start
    )
    tab = OpenTable(
        table, header, sheet, columns, LAYOUTS[layout].records(sheet), layout, has_head=number > 0
    )
    if not getattr(drawn, "name_periods", False):
        tab.cycle, tab.earlier_cycles = cycle_of_table(table, header, reading)
    if reading.owned_headers and not tab.has_head:
        headless = (
            "its first row is an objective, so there is no row for column names; insert an empty"
            " row above it to have answers written beside the rows"
        )
        tab.skips.append(Skip(reading.source, CellRef(table.name, "A1"), headless, "no-rows"))
    reason = LAYOUTS[layout].why_no_answers
    if reading.owned_headers and reason is not None:
        cell = CellRef(table.name, f"A{drawn.head.number}")
        tab.skips.append(Skip(reading.source, cell, reason, "no-rows"))
    return tab


def _opened_log(table: Table, header: Header, mapping: Mapping_, reading: Reading) -> OpenTable:
    rows = [
        row
        for row in table.rows
        if (header.row is None or row.number > header.row) and not row.is_empty
    ]
    sheet = Sheet(table, header.loose, rows, header.names, header_row=header.row)
    columns = Columns(
        sheet, reading.source, mapping, header.names, reading.today, reading.fiscal_year_start
    )
    refused = None if header.roles else _why_not(table, header)
    return OpenTable(table, header, sheet, columns, [], "", refused=refused, is_log=True)


def _why_not(table: Table, header: Header) -> str | None:
    """Why a table holds no OKRs that can be read, or None."""
    if all(row.is_empty for row in table.rows) and header.row is None:
        return "the tab is empty"
    if not header.roles:
        if header.missing:
            return sounds_like(table) or _missing_text(header)
        lists = headed_lists(table)
        return (
            sounds_like(table)
            or (None if lists is None else lists.why_unsure)
            or why_bare(table)
            or rows_of_measures(table.rows[1:])
            or header.reason
            or "its header names neither objectives nor key results"
        )
    for role in ("objective", "key_result"):
        if role in header.missing:
            return _missing_text(header)
    other = what_else(table, header) or rows_of_measures(
        [row for row in table.rows if header.row is not None and row.number > header.row]
    )
    if other is not None:
        return other
    doubt = next((doubt for doubt in header.doubts if doubt.is_about_titles), None)
    return None if doubt is None else f"{doubt.text}; add to the mapping {_settings_for(doubt)}"


def _question(table: Table, header: Header, doubt: Doubt) -> Question:
    return Question(
        table.name,
        table.head_ref(doubt.column, header.row),
        f"{doubt.text}. Which is it?",
        doubt.key,
        doubt.answers,
    )


def _settings_for(doubt: Doubt) -> str:
    """The settings that answer a doubt, for people: `columns.target = "End"` (it is the target)."""
    settings = " or ".join(
        f"`{doubt.key} = {json.dumps(answer.value, ensure_ascii=False)}` ({answer.words})"
        for answer in doubt.answers
    )
    return settings or f"`{doubt.key}`"


def _missing_text(header: Header) -> str:
    role, wanted = next(iter(header.missing.items()))
    present = ", ".join(repr(name) for name in header.names if name) or "nothing"
    return (
        f"the mapping expects the {role} under {' or '.join(repr(name) for name in wanted)}, but"
        f" row {header.row or 1} has {present}"
    )


def _missing_columns(table: Table, header: Header, source: str) -> list[Warning_]:
    present = ", ".join(repr(name) for name in header.names if name)
    cell = CellRef(table.name, f"A{header.row or 1}")
    return [
        Warning_(
            "no-such-column",
            source,
            cell,
            f"the mapping expects the {role} under {' or '.join(repr(name) for name in wanted)},"
            f" but the header has {present}",
        )
        for role, wanted in header.missing.items()
    ]


def _undated_check_ins(table: Table, header: Header, source: str) -> list[Warning_]:
    """What becomes of columns of check-ins whose headers name no day."""
    undated = sorted(each.column for each in header.check_ins if each.end is None)
    if not undated:
        return []
    names = ", ".join(repr(header.names[column]) for column in undated[:4])
    names += f" and {len(undated) - 4} more" if len(undated) > 4 else ""
    cell = table.head_ref(undated[0], header.row)
    what = (
        f"{names} name no day: the last one that is filled is the current value, and none of them"
        " is kept in the history; put the day of each in its header"
    )
    return [Warning_("undated-check-ins", source, cell, what)]
