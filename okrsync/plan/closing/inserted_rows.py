"""Carries items over as rows behind the last item of their table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from okrsync.connector import Ability, CellWrite, InsertedRow, Looks, Misfit
from okrsync.model.okrs import KeyResult, Objective
from okrsync.model.period_names import period_in_heading
from okrsync.model.table import (
    FORMULA,
    CellRef,
    CellValue,
    Row,
    RowRef,
    column_letters,
    is_blank,
    text_of,
)
from okrsync.plan.closing.carried import CarriedTable, CarryOver
from okrsync.plan.closing.links import holds_links, targets_first
from okrsync.plan.closing.new_ids import goes_along, next_numbers
from okrsync.plan.closing.rows import speaks
from okrsync.plan.plan import Change

__all__ = ["inserted_rows"]


def inserted_rows(carried: CarriedTable) -> CarryOver:
    """The rows that take the carried items, in the layout of their table; the headings above them
    as well, where those name the cycle.
    """
    return _RowInsertion(carried).run()


class _RowInsertion:
    """The rows that one table gets."""

    def __init__(self, carried: CarriedTable) -> None:
        self.carried, self.content = carried, carried.content
        self.table = carried.content.table
        rows = (item.origin.row for item in self.content.all_items)
        self.behind = max(rows, key=lambda row: row.number)
        self.entries: list[InsertedRow] = []
        self.changes: list[Change] = []

    def run(self) -> CarryOver:
        if Ability.INSERT_ROWS not in self.content.connector.abilities:
            return self.carried.left("rows cannot be inserted here")
        order = list(self.content.carried)
        if self.content.outline_column is not None:
            column = self.content.outline_column
            self.content.outline_numbers = next_numbers(self.content.rows, column, order)
        heading: int | None = None
        # A row that stays below its objective comes before those that begin a new block.
        by_place = sorted(
            self.content.carried.items(), key=lambda each: self._last_row(each[1]) is None
        )
        for number, items in by_place:
            above = self.content.heading_of(items)
            reason = None
            if above is not None and above != heading:
                reason = self._add_heading(above, number, items)
            heading = above
            reason = reason or self._add_row(number, items, order)
            if reason is not None:
                return self.carried.left(reason)
        return CarryOver(
            self.carried.items(self.table.name),
            tuple(targets_first(self.entries)),
            (),
            tuple(self.changes),
            tuple(self.content.skips),
        )

    def _add_heading(
        self, above: int, number: int, items: Sequence[KeyResult | Objective]
    ) -> str | None:
        """Add the heading that names the next cycle above a row; the reason where it cannot."""
        entry = self._heading_entry(above)
        if entry is None:
            return self.carried.unspelled(number, items)
        self.entries.append(entry)
        (cell,) = entry.cells
        letters = column_letters(cell.column.index or 0)
        address = CellRef(self.table.name, f"{letters}{self._last_number}")
        self._add_change(entry, address, cell.after)
        return None

    def _add_row(
        self, number: int, items: Sequence[KeyResult | Objective], order: Sequence[int]
    ) -> str | None:
        """Add the row of some carried items; the reason where it cannot be made."""
        content = self.content.of(number, items, order)
        if content is None:
            return self.carried.unspelled(number, items)
        kept, values = content
        misfit = self._cycle_misfit(items, values)
        if misfit is not None:
            return misfit
        entry = self._row_entry(number, items, kept, values)
        self.entries.append(entry)
        title = " / ".join(item.title for item in items if speaks(item, items))
        self._add_change(entry, self._new_address(items[0]), title, items[0].key)
        return None

    def _add_change(
        self, entry: InsertedRow, address: CellRef, words: CellValue, key: str = ""
    ) -> None:
        reason = f"carried over from {self.content.cycle.name}"
        self.changes.append(Change(entry.id, address, "inserted-row", None, words, reason, key))

    @property
    def _last_number(self) -> int:
        """The number that the row added last will have."""
        return self.behind.number + len(self.entries)

    def _last_row(self, items: Sequence[KeyResult | Objective]) -> RowRef | None:
        """The last row below the objective that a key result stays under; None where its objective
        is carried as well.
        """
        for objective in self.content.okrs.objectives:
            results = {result.key: result for result in objective.key_results}
            is_here = objective.origin.table_key == self.table.key and not objective.implied
            if (
                is_here
                and items[0].key in results
                and not goes_along(objective, self.content.cycle)
            ):
                below = (each.origin for each in results.values())
                rows = [each.row for each in below if each.table_key == self.table.key]
                return max(rows, key=lambda row: row.number)
        return None

    def _new_address(self, item: KeyResult | Objective) -> CellRef:
        cell = item.origin.title_cell
        if self.table.header is not None:
            return cell
        column = item.origin.columns.get("key_result", item.origin.columns.get("objective", 0))
        return CellRef(self.table.name, f"{column_letters(column)}{self._last_number}")

    def _cycle_misfit(
        self, items: Sequence[KeyResult | Objective], values: Mapping[int, CellValue]
    ) -> str | None:
        """Why the column of the cycle cannot hold the next one; None where it can."""
        for item in items:
            column = item.origin.columns.get("cycle", -1)
            value = values.get(column)
            if not is_blank(value):
                fitted = self.content.connector.fit(self.table, column, Looks.CHOICE, value)
                if isinstance(fitted, Misfit):
                    return fitted.reason
        return None

    def _row_entry(
        self,
        number: int,
        items: Sequence[KeyResult | Objective],
        kept: Sequence[int],
        values: Mapping[int, CellValue],
    ) -> InsertedRow:
        row = self.content.rows[number]
        links = {
            column: link
            for item in items
            for role, column in item.origin.columns.items()
            if (link := self._link(item, role, column)) is not None
        }
        kept = [column for column in kept if column not in links]
        cells = list(self._cell_writes(number, items, links, values))
        content = {column: row.value(column) for column in kept}
        content |= {cell.column.index or 0: cell.after for cell in cells}
        solid = {
            column: value
            for column, value in content.items()
            if not (row.mark(column) & FORMULA and column in kept)
        }
        return InsertedRow(
            f">{self.table.key}:{number}",
            self.table.key,
            items[0].origin.row,
            self._last_row(items) or self.behind,
            tuple(self.content.identity(self._known_by(row, items, content, solid, links))),
            tuple(self.content.column(column) for column in kept),
            tuple(cells),
            tuple(
                replace(cell, role="link") if cell.column.index in links else cell
                for cell in self.content.identity(solid)
            ),
        )

    def _cell_writes(
        self,
        number: int,
        items: Sequence[KeyResult | Objective],
        links: Mapping[int, str],
        values: Mapping[int, CellValue],
    ) -> Iterator[CellWrite]:
        """The cells of a new row that differ from those of the row it is like."""
        row, like = self.content.rows[number], items[0].origin.row

        def write(column: int, value: CellValue, looks: Looks) -> CellWrite:
            id_ = f">{self.table.key}:{number}:{column}"
            ref = self.content.column(column)
            return CellWrite(id_, self.table.key, like, ref, row.value(column), value, looks)

        for column, link in sorted(links.items()):
            yield write(column, link, Looks.LINK)
        choices = {item.origin.columns.get("cycle", -1) for item in items}
        for column, value in sorted(values.items()):
            if column not in links:
                looks = Looks.CHOICE if column in choices else Looks.TEXT
                fitted = self.content.connector.fit(self.table, column, looks, value)
                if not isinstance(fitted, Misfit):
                    yield write(column, fitted, looks)

    def _known_by(
        self,
        row: Row,
        items: Sequence[KeyResult | Objective],
        content: Mapping[int, CellValue],
        solid: Mapping[int, CellValue],
        links: Collection[int],
    ) -> Mapping[int, CellValue]:
        """What the new row is recognised by, column by column. `content` is all it will hold,
        `solid` the part that no formula works out.
        """
        cycles = {item.origin.columns.get("cycle", -1) for item in items}
        known_by = {column: value for column, value in solid.items() if column not in links}
        if any(not is_blank(content.get(column)) for column in cycles):
            named = self.content.title_columns(items) | cycles
            return {column: value for column, value in known_by.items() if column in named}
        # A row that leaves its cycle to another one is recognised by all it holds, and by what it
        # leaves empty in the row it is like.
        emptied = {
            column: None
            for column, value in enumerate(row.values)
            if not is_blank(value) and column not in content
        }
        return known_by | emptied

    def _link(self, item: KeyResult | Objective, role: str, column: int) -> str | None:
        """The entry of the new row that a carried row leads to by a link; None where the column
        holds no link, or one to a row that is not carried.
        """
        if role not in ("objective", "objective_id", "parent") or not holds_links(
            self.content.connector, self.table, column
        ):
            return None
        text = text_of(self.content.rows[item.origin.row.number].value(column)).strip()
        for objective in self.content.unfinished:
            names = (objective.title.strip(), objective.origin.row.anchor)
            is_above = isinstance(item, KeyResult) and item in objective.key_results
            if objective is not item and not objective.implied and (text in names or is_above):
                if objective.key in self.carried.standing:
                    return self.carried.standing[objective.key].origin.row.anchor if text else None
                origin = objective.origin
                return f">{origin.table_key}:{origin.row.number}" if text else None
        return None

    def _heading_entry(self, number: int) -> InsertedRow | None:
        """The heading that names the next cycle above its rows; None where the name cannot be
        continued in the same spelling.
        """
        row = self.content.rows[number]
        column = next(index for index, value in enumerate(row.values) if not is_blank(value))
        text = text_of(row.value(column))
        named = period_in_heading(text, self.content.parse)
        spelled = None if named is None else self.content.spelled(named[0])
        if named is None or spelled is None:
            return None
        id_, like = f">{self.table.key}:{number}", self.content.ref_of(row)
        ref, after = self.content.column(column), text.replace(named[0], spelled)
        cell = CellWrite(f"{id_}:{column}", self.table.key, like, ref, row.value(column), after)
        key = tuple(self.content.identity({column: after}))
        return InsertedRow(id_, self.table.key, like, self.behind, key, (), (cell,), key)
