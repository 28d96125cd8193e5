"""Decides what is carried over into the next cycle, and how each table takes it: as rows behind its
last item, or as a copy of its tab.

Layouts are not told apart here. A carried row is a copy of its row in which some cells differ, and
whatever comes of it is read once more before it counts (`reread`): a table whose copy would not be
understood as meant carries nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from okrsync.connector import (
    Ability,
    CellWrite,
    CopiedTab,
    InsertedRow,
    Looks,
    Misfit,
    copied_table,
    tab_digest,
)
from okrsync.mapping.header.above import labels_above
from okrsync.mapping.words import roles_of
from okrsync.model.okrs import Cycle, KeyResult, Objective, Skip
from okrsync.model.period_names import period_in, period_in_heading
from okrsync.model.row_finder import columns_named, find_column
from okrsync.model.source_okrs import Okrs
from okrsync.model.table import (
    FORMULA,
    CellRef,
    CellValue,
    Row,
    RowRef,
    Snapshot,
    Table,
    column_letters,
    is_blank,
    same_value,
    text_of,
)
from okrsync.plan.closing.items import same_span
from okrsync.plan.closing.links import holds_links, standing_objectives, targets_first
from okrsync.plan.closing.new_ids import goes_along, new_ids, next_numbers
from okrsync.plan.closing.rows import RowContents, Tables, Targets, items_with_objective, speaks
from okrsync.plan.closing.values import copied_name
from okrsync.plan.plan import Change

__all__ = ["CarriedItem", "CarryOver", "carry_over", "merged"]


@dataclass(frozen=True, slots=True)
class CarriedItem:
    """An objective (`title` None) or a key result that is carried over: where it stood, in which
    table, and the name of the table that takes it.
    """

    source: str
    objective: str
    title: str | None
    at: CellRef
    table_key: str
    into: str
    is_implied: bool = False
    """Whether no row states its objective."""


@dataclass(frozen=True, slots=True)
class CarryOver:
    """What is carried over in one source."""

    items: tuple[CarriedItem, ...] = ()
    inserted: tuple[InsertedRow, ...] = ()
    copied: tuple[CopiedTab, ...] = ()
    changes: tuple[Change, ...] = ()
    skips: tuple[Skip, ...] = ()


def carry_over(
    okrs: Okrs,
    snapshot: Snapshot,
    cycle: Cycle,
    following: Cycle,
    unfinished: Sequence[Objective],
    parse: Callable[[str], Cycle | None],
    connector: Tables,
    *,
    targets: Targets = "keep",
    own_headers: Collection[str] = (),
) -> CarryOver:
    """The rows and tabs that take the `unfinished` items of `cycle` into the `following` one.

    `unfinished` holds the objectives with the key results that are to be carried; `parse` reads a
    period as the source's reading does. `own_headers` are those of okrsync's columns: what stands
    there in a copy is no use of it by people.
    """
    parts = []
    standing = standing_objectives(okrs.objectives, unfinished, following)
    unfinished = [
        replace(objective, cycle=following) if objective.key in standing else objective
        for objective in unfinished
    ]
    carried = [objective for objective in unfinished if goes_along(objective, cycle)]
    ids = {
        **new_ids(okrs.objectives, carried, snapshot, following),
        **{
            objective.own_id: standing[objective.key].own_id or ""
            for objective in unfinished
            if objective.own_id and objective.key in standing
        },
    }
    keys = dict.fromkeys(
        item.origin.table_key
        for objective in unfinished
        for item in items_with_objective(objective)
    )
    for key in keys:
        table = snapshot.table(key)
        if table is not None:
            content = RowContents(
                okrs, table, cycle, following, unfinished, parse, connector, targets, ids
            )
            carrying = _TableCarrying(
                okrs,
                snapshot,
                table,
                cycle,
                following,
                unfinished,
                parse,
                connector,
                content,
                own_headers,
                standing,
            )
            parts.append(carrying.run())
    return merged(parts)


def merged(parts: Sequence[CarryOver]) -> CarryOver:
    """What several tables carry over, together."""
    return CarryOver(
        tuple(item for part in parts for item in part.items),
        tuple(row for part in parts for row in part.inserted),
        tuple(tab for part in parts for tab in part.copied),
        tuple(change for part in parts for change in part.changes),
        tuple(skip for part in parts for skip in part.skips),
    )


@dataclass
class _TableCarrying:
    """What one table carries over."""

    okrs: Okrs
    snapshot: Snapshot
    table: Table
    cycle: Cycle
    following: Cycle
    unfinished: Sequence[Objective]
    parse: Callable[[str], Cycle | None]
    connector: Tables
    content: RowContents
    own_headers: Collection[str]
    standing: Mapping[str, Objective]

    def run(self) -> CarryOver:
        """Rows where the items name their cycle in a column, a copy where the tab names it."""
        if not self.content.carried:
            return CarryOver()
        reason = self._obstacle()
        if reason is not None:
            return self._left(reason)
        label = self._tab_label()
        if label is not None:
            return self._copied(label)
        if all(
            self.content.names_cycle(item)
            for items in self.content.carried.values()
            for item in items
        ):
            return self._inserted()
        return self._left(
            "the table names no cycle: its rows go on in the next one once somebody works on them"
            if not any(item.cycle for items in self.content.carried.values() for item in items)
            else f"{self.cycle.name} is named for the whole file or table, and a row cannot say"
            " another: copy the rows by hand to where the next cycle is named"
        )

    def _obstacle(self) -> str | None:
        """Why nothing of this table is carried over, whatever names its cycle."""
        layouts = {tab.table: tab.layout for tab in self.okrs.tabs}
        if Ability.WRITE not in self.connector.abilities:
            return "this kind of file is only read"
        if layouts.get(self.table.name) == "transposed":
            return (
                "each column is a record here: copy the tab by hand, or turn the table (copy it and"
                " paste it transposed), and it is carried over from then on"
            )
        if layouts.get(self.table.name) == "period-blocks":
            return (
                "each cycle has columns of its own here: add those of"
                f" {self.following.name} beside them"
            )
        if any((self.table.key, number) in self.okrs.unclear for number in self.content.carried):
            return "two of its rows cannot be told apart: give each an id or another wording"
        return None

    def _left(self, reason: str) -> CarryOver:
        at = CellRef(self.table.name, f"A{self.content.header_row or 1}")
        skip = Skip(self.okrs.source, at, f"nothing is carried over: {reason}", "not-carried")
        return CarryOver(skips=(skip, *self.content.skips))

    def _inserted(self) -> CarryOver:
        if Ability.INSERT_ROWS not in self.connector.abilities:
            return self._left("rows cannot be inserted here")
        entries: list[InsertedRow] = []
        changes: list[Change] = []
        last = max(item.origin.row.number for item in self.content.all_items)
        behind = next(i.origin.row for i in self.content.all_items if i.origin.row.number == last)
        order = list(self.content.carried)
        if self.content.outline_column is not None:
            column = self.content.outline_column
            self.content.outline_numbers = next_numbers(self.content.rows, column, order)
        heading: int | None = None
        reason = f"carried over from {self.cycle.name}"
        for number, items in self.content.carried.items():
            above = self.content.heading_of(items)
            if above is not None and above != heading:
                entry = self._heading_entry(above, behind)
                if entry is None:
                    return self._left(self._unspelled(number, items))
                entries.append(entry)
                (cell,) = entry.cells
                at = CellRef(
                    self.table.name,
                    f"{column_letters(cell.column.index or 0)}{last + len(entries)}",
                )
                changes.append(Change(entry.id, at, "inserted-row", None, cell.after, reason))
            heading = above
            content = self.content.of(number, items, order)
            if content is None:
                return self._left(self._unspelled(number, items))
            kept, values = content
            misfit = self._cycle_misfit(items, values)
            if misfit is not None:
                return self._left(misfit)
            entry = self._row_entry(number, items, kept, values, self._last_row(items) or behind)
            entries.append(entry)
            title = " / ".join(item.title for item in items if speaks(item, items))
            at = self._new_address(items[0], last + len(entries))
            changes.append(Change(entry.id, at, "inserted-row", None, title, reason, items[0].key))
        return CarryOver(
            self._carried_items(self.table.name),
            tuple(targets_first(entries)),
            (),
            tuple(changes),
            tuple(self.content.skips),
        )

    def _last_row(self, items: Sequence[KeyResult | Objective]) -> RowRef | None:
        """The last row below the objective that a key result stays under; None where its objective
        is carried as well.
        """
        for objective in self.okrs.objectives:
            results = {result.key: result for result in objective.key_results}
            is_here = objective.origin.table_key == self.table.key and not objective.implied
            if is_here and items[0].key in results and not goes_along(objective, self.cycle):
                below = (each.origin for each in results.values())
                rows = [each.row for each in below if each.table_key == self.table.key]
                return max(rows, key=lambda row: row.number)
        return None

    def _new_address(self, item: KeyResult | Objective, number: int) -> CellRef:
        cell = item.origin.title_cell
        if self.table.header is not None:
            return cell
        column = item.origin.columns.get("key_result", item.origin.columns.get("objective", 0))
        return CellRef(self.table.name, f"{column_letters(column)}{number}")

    def _unspelled(self, number: int, items: Sequence[KeyResult | Objective]) -> str:
        text = self.content.cycle_text(number, items)
        return (
            f"{text!r} cannot be continued in the same spelling for {self.following.name}: write"
            " the cycle as 2027-Q1, or copy the rows by hand"
        )

    def _cycle_misfit(
        self, items: Sequence[KeyResult | Objective], values: Mapping[int, CellValue]
    ) -> str | None:
        """Why the column of the cycle cannot hold the next one; None where it can."""
        for item in items:
            column = item.origin.columns.get("cycle", -1)
            value = values.get(column)
            if not is_blank(value):
                fitted = self.connector.fit(self.table, column, Looks.CHOICE, value)
                if isinstance(fitted, Misfit):
                    return fitted.reason
        return None

    def _link(self, item: KeyResult | Objective, role: str, column: int) -> str | None:
        """The entry of the new row that a carried row leads to by a link; None where the column
        holds no link, or one to a row that is not carried.
        """
        if role not in ("objective", "objective_id", "parent") or not holds_links(
            self.connector, self.table, column
        ):
            return None
        text = text_of(self.content.rows[item.origin.row.number].value(column)).strip()
        for objective in self.unfinished:
            names = (objective.title.strip(), objective.origin.row.anchor)
            is_above = isinstance(item, KeyResult) and item in objective.key_results
            if objective is not item and not objective.implied and (text in names or is_above):
                if objective.key in self.standing:
                    return self.standing[objective.key].origin.row.anchor if text else None
                origin = objective.origin
                return f">{origin.table_key}:{origin.row.number}" if text else None
        return None

    def _row_entry(
        self,
        number: int,
        items: Sequence[KeyResult | Objective],
        kept: Sequence[int],
        values: Mapping[int, CellValue],
        behind: RowRef,
    ) -> InsertedRow:
        row, like = self.content.rows[number], items[0].origin.row
        id_ = f">{self.table.key}:{number}"
        links = {
            column: link
            for item in items
            for role, column in item.origin.columns.items()
            if (link := self._link(item, role, column)) is not None
        }
        kept = [column for column in kept if column not in links]
        cells = [
            CellWrite(
                f"{id_}:{column}",
                self.table.key,
                like,
                self.content.column(column),
                row.value(column),
                link,
                Looks.LINK,
            )
            for column, link in sorted(links.items())
        ]
        choices = {item.origin.columns.get("cycle", -1) for item in items}
        for column, value in sorted(values.items()):
            if column in links:
                continue
            looks = Looks.CHOICE if column in choices else Looks.TEXT
            fitted = self.connector.fit(self.table, column, looks, value)
            if not isinstance(fitted, Misfit):
                cells.append(
                    CellWrite(
                        f"{id_}:{column}",
                        self.table.key,
                        like,
                        self.content.column(column),
                        row.value(column),
                        fitted,
                        looks,
                    )
                )
        content = {column: row.value(column) for column in kept}
        content |= {cell.column.index or 0: cell.after for cell in cells}
        solid = {
            column: value
            for column, value in content.items()
            if not (row.mark(column) & FORMULA and column in kept)
        }
        titles = self.content.title_columns(items)
        cycles = {column for item in items for column in [item.origin.columns.get("cycle", -1)]}
        # A row that leaves its cycle to another one is known by all it holds.
        is_told = any(not is_blank(content.get(column)) for column in cycles)
        known_by = {
            column: value
            for column, value in solid.items()
            if (not is_told or column in titles or column in cycles) and column not in links
        }
        if not is_told:
            # What the row leaves empty tells it from the one it is like.
            known_by |= {
                column: None
                for column, value in enumerate(row.values)
                if not is_blank(value) and column not in content
            }
        return InsertedRow(
            id_,
            self.table.key,
            like,
            behind,
            tuple(self.content.identity(known_by)),
            tuple(self.content.column(column) for column in kept),
            tuple(cells),
            tuple(
                replace(cell, role="link") if cell.column.index in links else cell
                for cell in self.content.identity(solid)
            ),
        )

    def _heading_entry(self, number: int, behind: RowRef) -> InsertedRow | None:
        """The heading that names the next cycle above its rows; None where the name cannot be
        continued in the same spelling.
        """
        row = self.content.rows[number]
        column = next(index for index, value in enumerate(row.values) if not is_blank(value))
        text = text_of(row.value(column))
        named = period_in_heading(text, self.parse)
        spelled = None if named is None else self.content.spelled(named[0])
        if named is None or spelled is None:
            return None
        id_, like = f">{self.table.key}:{number}", self.content.ref_of(row)
        ref, after = self.content.column(column), text.replace(named[0], spelled)
        cell = CellWrite(f"{id_}:{column}", self.table.key, like, ref, row.value(column), after)
        key = tuple(self.content.identity({column: after}))
        return InsertedRow(id_, self.table.key, like, behind, key, (), (cell,), key)

    def _tab_label(self) -> str | None:
        """The text that names the cycle for the whole tab: its name or a part of it, or a cell
        above its table.
        """
        named = period_in(self.table.name, self.parse)
        if named is not None:
            return named[0] if same_span(named[1], self.cycle) else None
        for row in self.table.rows:
            if self.content.header_row is None or row.number >= self.content.header_row:
                break
            for value in row.values:
                heading = period_in_heading(text_of(value), self.parse)
                if heading is not None and same_span(heading[1], self.cycle):
                    return heading[0]
        return None

    def _copied(self, label: str) -> CarryOver:
        spelled = self.content.spelled(label)
        if spelled is None:
            return self._left(
                f"{label!r} cannot be continued in the same spelling for {self.following.name}:"
                " name the tab 2027-Q1, or the like, or copy it by hand"
            )
        name = copied_name(self.table.name, label, spelled)
        if any(each.name == name for each in self.snapshot.tables):
            return self._left(f"there is a tab {name!r} already, and it is left as it is")
        if Ability.COPY_TABS not in self.connector.abilities:
            return self._left(f"tabs cannot be copied here: make {name!r} yourself")
        obstacle = self.connector.tab_obstacle(self.table, name)
        if obstacle is not None:
            return self._left(obstacle)
        numbers = {item.origin.row.number for item in self.content.all_items}
        if self._is_matrix:
            numbers = set()  # a row of it holds several items
        left_out = [number for number in sorted(numbers) if number not in self.content.carried]
        order = list(self.content.carried)
        cells: list[CellWrite] = []
        for row in self.table.rows:
            if row.number in left_out:
                continue
            after = self._copied_row(row, order, label, spelled)
            if after is None:
                return self._left(self._unspelled(row.number, self.content.carried[row.number]))
            cells += self._cell_writes(row, after)
        refs = {item.origin.row.number: item.origin.row for item in self.content.all_items}
        draft = CopiedTab(
            f"@{self.table.key}",
            self.table.key,
            name,
            "",
            tuple(refs[number] for number in left_out),
            tuple(cells),
        )
        copy = copied_table(draft, self.table)
        if copy is None:
            return self._left("two of its rows cannot be told apart")
        ours = tuple(columns_named(self.table, self.own_headers))
        own_columns = {find_column(copy, column) for column in ours}
        digest = tab_digest(copy, {column for column in own_columns if column is not None})
        entry = replace(draft, digest=digest, ours=ours)
        count = len(self._carried_items(name))
        reason = f"a copy of {self.table.name!r} with what is carried over ({count})"
        change = Change(entry.id, CellRef(name, "A1"), "tab", None, name, reason)
        return CarryOver(
            self._carried_items(name), (), (entry,), (change,), tuple(self.content.skips)
        )

    def _copied_row(
        self, row: Row, order: Sequence[int], label: str, spelled: str
    ) -> dict[int, CellValue] | None:
        """What the cells of a row hold in the copy of its tab, those left out that stay."""
        width = max(len(row.values), len(row.marks))
        if row.number in self.content.carried and not self._is_matrix:
            content = self.content.of(row.number, self.content.carried[row.number], order)
            if content is None:
                return None
            kept, values = content
            changed = {*range(width), *values} - set(kept)
            return {column: values.get(column) for column in changed}
        after = {column: row.value(column) for column in range(width)}
        kept_formulas: set[int] = set()
        emptied: dict[int, CellValue] = {}
        self.content.formulas(row, kept_formulas, emptied, None)
        for column in range(width):
            if column in kept_formulas:
                del after[column]
            elif row.mark(column) & FORMULA:
                after[column] = None
        if self._is_matrix:
            self._empty_in_matrix(row, after)
        if self.content.header_row is not None and row.number < self.content.header_row:
            self._respell_labels(row, after, label, spelled)
        return after

    @property
    def _is_matrix(self) -> bool:
        return any(
            tab.table == self.table.name and tab.layout == "matrix" for tab in self.okrs.tabs
        )

    def _empty_in_matrix(self, row: Row, after: dict[int, CellValue]) -> None:
        """Empty what is not carried in a row of a matrix: finished key results, the columns of
        finished objectives, and what is typed anew in each cycle.
        """
        carried = {item.key for items in self.content.carried.values() for item in items}
        role = next(iter(roles_of(text_of(row.value(0)).strip(" :"))), None)
        is_typed_anew = role in ("due", "start_date", "checked_in", "status", "confidence", "score")
        for item in self.content.all_items:
            head = item.origin.elsewhere.get("objective")
            column = next(iter(item.origin.columns.values())) if head is None else head[1]
            is_below = head is not None and row.number > head[0]
            is_its_row = head is not None or item.origin.row.number == row.number
            if (is_its_row and item.key not in carried) or (is_typed_anew and is_below):
                after[column] = None

    def _respell_labels(
        self, row: Row, after: dict[int, CellValue], label: str, spelled: str
    ) -> None:
        """Labels above a table say the next cycle, and no check-in yet."""
        for column, value in after.items():
            if isinstance(value, str) and label in value:
                after[column] = value.replace(label, spelled)
            elif isinstance(value, str) and same_span(self.parse(value), self.cycle):
                after[column] = self.content.spelled(value)
        checked_in = labels_above([row]).get("checked_in")
        if checked_in is not None:
            column = checked_in[1][1]
            text = after[column]
            before, colon, _ = text.partition(":") if isinstance(text, str) else ("", "", "")
            after[column] = f"{before}:" if colon and before.strip() else None

    def _cell_writes(self, row: Row, after: Mapping[int, CellValue]) -> Iterator[CellWrite]:
        ref = self.content.ref_of(row)
        for column, value in sorted(after.items()):
            before = row.value(column)
            is_formula_emptied = bool(row.mark(column) & FORMULA) and is_blank(value)
            if same_value(before, value) and not is_formula_emptied:
                continue
            fitted = self.connector.fit(self.table, column, Looks.TEXT, value)
            if isinstance(fitted, Misfit):
                continue
            yield CellWrite(
                f"@{self.table.key}:{row.number}:{column}",
                self.table.key,
                ref,
                self.content.column(column),
                before,
                fitted,
            )

    def _carried_items(self, into: str) -> tuple[CarriedItem, ...]:
        rows = {id(item) for items in self.content.carried.values() for item in items}
        # An objective without a row of its own is told in those of its key results.
        rows |= {
            id(objective)
            for objective in self.unfinished
            if objective.origin.table_key == self.table.key
            and goes_along(objective, self.cycle)
            and any(id(result) in rows for result in objective.key_results)
        }
        return tuple(
            CarriedItem(
                self.okrs.source,
                objective.title,
                item.title if isinstance(item, KeyResult) else None,
                item.origin.title_cell,
                self.table.key,
                into,
                objective.implied,
            )
            for objective in self.unfinished
            for item in items_with_objective(objective)
            if id(item) in rows
        )
