"""Carries items over as a copy of their tab."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from okrsync.connector import Ability, CellWrite, CopiedTab, Looks, Misfit, copied_table, tab_digest
from okrsync.mapping.header.above import labels_above
from okrsync.mapping.words import roles_of
from okrsync.model.row_finder import columns_named, find_column
from okrsync.model.table import FORMULA, CellRef, CellValue, Row, is_blank, same_value, text_of
from okrsync.plan.closing.carried import CarriedTable, CarryOver
from okrsync.plan.closing.items import same_span
from okrsync.plan.closing.values import copied_name
from okrsync.plan.plan import Change

__all__ = ["tab_copy"]


def tab_copy(carried: CarriedTable, label: str) -> CarryOver:
    """A copy of the tab, without what is not carried. `label` is the text that names the cycle in
    the tab's name or above its table; the copy names the next one in the same spelling.
    """
    return _TabCopy(carried).run(label)


class _TabCopy:
    """The copy of one tab."""

    def __init__(self, carried: CarriedTable) -> None:
        self.carried, self.content = carried, carried.content
        self.table = carried.content.table

    def run(self, label: str) -> CarryOver:
        spelled = self.content.spelled(label)
        if spelled is None:
            return self.carried.left(
                f"{label!r} cannot be continued in the same spelling for"
                f" {self.content.following.name}: write it as {self.content.cycle.name}, or copy"
                " the tab by hand"
            )
        name = copied_name(self.table.name, label, spelled)
        if any(each.name == name for each in self.carried.snapshot.tables):
            return self.carried.left(f"there is a tab {name!r} already, and it is left as it is")
        if Ability.COPY_TABS not in self.content.connector.abilities:
            return self.carried.left(f"tabs cannot be copied here: make {name!r} yourself")
        obstacle = self.content.connector.tab_obstacle(self.table, name)
        if obstacle is not None:
            return self.carried.left(obstacle)
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
                return self.carried.left(
                    self.carried.unspelled(row.number, self.content.carried[row.number])
                )
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
            return self.carried.left("two of its rows cannot be told apart")
        ours = tuple(columns_named(self.table, self.carried.own_headers))
        own_columns = {find_column(copy, column) for column in ours}
        digest = tab_digest(copy, {column for column in own_columns if column is not None})
        entry = replace(draft, digest=digest, ours=ours)
        count = len(self.carried.items(name))
        reason = f"a copy of {self.table.name!r} with what is carried over ({count})"
        change = Change(entry.id, CellRef(name, "A1"), "tab", None, name, reason)
        return CarryOver(
            self.carried.items(name), (), (entry,), (change,), tuple(self.content.skips)
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
            tab.table == self.table.name and tab.layout == "matrix"
            for tab in self.content.okrs.tabs
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
            elif isinstance(value, str) and same_span(
                self.content.parse(value), self.content.cycle
            ):
                after[column] = self.content.spelled(value)
        checked_in = labels_above([row]).get("checked_in")
        if checked_in is not None:
            column = checked_in[1][1]
            text = after[column]
            before, colon, _ = text.partition(":") if isinstance(text, str) else ("", "", "")
            after[column] = f"{before}:" if colon and before.strip() else None

    def _names_cycle(self, text: str) -> bool:
        return same_span(self.content.parse(text), self.content.cycle)

    def _cell_writes(self, row: Row, after: Mapping[int, CellValue]) -> Iterator[CellWrite]:
        ref = self.content.ref_of(row)
        for column, value in sorted(after.items()):
            before = row.value(column)
            is_formula_emptied = bool(row.mark(column) & FORMULA) and is_blank(value)
            if same_value(before, value) and not is_formula_emptied:
                continue
            fitted = self.content.connector.fit(self.table, column, Looks.TEXT, value)
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
