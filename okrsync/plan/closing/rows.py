"""What carried rows hold: which cells stay, which are filled anew, and which formulas go along."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from okrsync.connector.insertion import FormulaReach
from okrsync.mapping.values.outline_numbers import number_at
from okrsync.model.next_cycle import spelled_like
from okrsync.model.okrs import Cycle, KeyResult, Objective, Skip
from okrsync.model.period_names import as_thirds
from okrsync.model.row_finder import column_ref
from okrsync.model.source_okrs import Okrs
from okrsync.model.table import (
    FORMULA,
    CellValue,
    ColumnRef,
    IdentityCell,
    Row,
    RowRef,
    Table,
    is_blank,
    text_of,
)
from okrsync.plan.closing.afterwards import carried_note
from okrsync.plan.closing.items import same_span
from okrsync.plan.closing.new_ids import REFERENCES, goes_along
from okrsync.plan.closing.values import KEPT, KeptValue, NewValues, is_title, without_part
from okrsync.plan.target import Writable

__all__ = ["RowContents", "Tables", "Targets", "items_with_objective", "speaks"]

Targets = Literal["keep", "clear"]


class Tables(Writable, Protocol):
    """What carrying over asks a connector: beside what can be written, how far a formula looks."""

    def formula_reach(self, table: Table, row: Row, column: int) -> FormulaReach | None: ...

    def tab_obstacle(self, table: Table, name: str) -> str | None: ...


def items_with_objective(objective: Objective) -> Iterator[KeyResult | Objective]:
    if not objective.implied:
        yield objective
    yield from objective.key_results


def speaks(item: KeyResult | Objective, items: Sequence[KeyResult | Objective]) -> bool:
    """Whether a row is called after this item: key results go before their objective."""
    return isinstance(item, KeyResult) or not any(isinstance(each, KeyResult) for each in items)


@dataclass
class RowContents:
    """What the carried rows of one table hold. `carried` are the items to carry, by their row; what
    has to be left out is in `skips`.
    """

    okrs: Okrs
    table: Table
    cycle: Cycle
    following: Cycle
    unfinished: Sequence[Objective]
    parse: Callable[[str], Cycle | None]
    connector: Tables
    targets: Targets
    new_ids: Mapping[str, str] = field(default_factory=dict)
    """By the id of a carried objective, the id of its new row."""
    skips: list[Skip] = field(default_factory=list)

    def __post_init__(self) -> None:
        owned = next((each for each in self.okrs.owned if each.table_key == self.table.key), None)
        self.header_row = None if owned is None else owned.header_row
        self.own_columns = {
            column: name
            for name, column in (owned.columns if owned is not None else {}).items()
            if column is not None
        }
        self.rows = {row.number: row for row in self.table.rows}
        self.values = NewValues(self.table, self.rows, self.targets)
        self.all_items = [
            item
            for objective in self.okrs.objectives
            for item in items_with_objective(objective)
            if item.origin.table_key == self.table.key
        ]
        of_items = {item.origin.row.number for item in self.all_items}
        named_in = {item.origin.elsewhere.get("cycle", (0, 0))[0] for item in self.all_items}
        self.heading_rows = {
            number for number in named_in - of_items if number > (self.header_row or 0)
        }
        self.carried = self._carried_by_row()
        self._rows_that_stay = {
            objective.origin.row.number
            for objective in self.okrs.objectives
            if objective.origin.table_key == self.table.key
            and not objective.implied
            and not goes_along(objective, self.cycle)
        }
        self.outline_column = self._outline_column()
        self.outline_numbers: Mapping[int, CellValue] = {}
        """By row, the outline numbers of the rows that are inserted."""

    def _carried_by_row(self) -> dict[int, list[KeyResult | Objective]]:
        """The items to carry, by their row; an objective that has no row of its own goes with the
        rows of its key results.
        """
        of_results = {
            item.origin.row.number for item in self.all_items if isinstance(item, KeyResult)
        }
        by_row: dict[int, list[KeyResult | Objective]] = {}
        for objective in self.unfinished:
            for item in items_with_objective(objective):
                if item is objective and not goes_along(objective, self.cycle):
                    continue
                number = item.origin.row.number
                is_told_beside = isinstance(item, Objective) and number in of_results
                if item.origin.table_key == self.table.key and not is_told_beside:
                    by_row.setdefault(number, []).append(item)
        for objective in self.unfinished:
            number = objective.origin.row.number
            is_here = objective.origin.table_key == self.table.key and number in by_row
            is_here = is_here and goes_along(objective, self.cycle)
            if is_here and objective not in by_row[number] and not objective.implied:
                by_row[number].append(objective)
        return dict(sorted(by_row.items()))

    def names_cycle(self, item: KeyResult | Objective) -> bool:
        return "cycle" in item.origin.columns or "cycle" in item.origin.elsewhere

    def heading_of(self, items: Sequence[KeyResult | Objective]) -> int | None:
        """The row of the heading that names the cycle of a row's items; None where there is
        none.
        """
        for item in items:
            above, _ = item.origin.elsewhere.get("cycle", (0, 0))
            if above in self.heading_rows:
                return above
        return None

    def cycle_text(self, number: int, items: Sequence[KeyResult | Objective]) -> str:
        for item in items:
            row_number, column = item.origin.elsewhere.get(
                "cycle", (number, item.origin.columns.get("cycle", -1))
            )
            if column >= 0:
                return text_of(self.rows[row_number].value(column))
        return ""

    def of(
        self, number: int, items: Sequence[KeyResult | Objective], order: Sequence[int]
    ) -> tuple[list[int], dict[int, CellValue]] | None:
        """The columns that a carried row keeps, and what stands in its others; None where the next
        cycle has no name in the spelling of this one.
        """
        row = self.rows[number]
        kept: set[int] = set()
        values: dict[int, CellValue] = {}
        decided: set[int] = set()
        left = self._columns_left(number, items)
        # Key results come first: beside them, an objective only says whose they are.
        for item in items:
            own = {column for column in item.origin.columns.values() if column not in decided}
            decided |= own
            for role, column in item.origin.columns.items():
                if column not in own:
                    continue
                if role == "cycle":
                    # An empty cell leaves the cycle to the objective above.
                    text = row.value(column)
                    spelled = None if is_blank(text) else self.spelled(text)
                    if spelled is None and not is_blank(text):
                        return None
                    values[column] = spelled
                    continue
                value = self._reference(role, column, item, row)
                if value is None:
                    value = self.values.of(role, column, item, row)
                if isinstance(value, KeptValue):
                    kept.add(column)
                elif column not in values:
                    values[column] = value
            for cell in item.origin.row.identity:
                column = cell.column.index if cell.column.index is not None else -1
                if column >= 0 and is_title(cell.role) and column not in left:
                    kept.add(column)
            if not self._fill_down(number, item, order, values):
                return None
        outline = self.outline_column
        if outline is not None and outline not in decided:
            numbered = self.outline_numbers.get(number)
            kept |= {outline} if numbered is None else set()
            values |= {} if numbered is None else {outline: numbered}
        self._take_out_finished(number, items, values, kept)
        self._state_objectives(number, items, order, values)
        for column, name in self.own_columns.items():
            values[column] = carried_note(self.cycle.name) if name == "note" else None
            kept.discard(column)
        self.formulas(row, kept, values, order)
        kept -= {column for column, value in values.items() if not is_blank(value)}
        kept_columns = sorted(kept)
        filled = {
            column: value
            for column, value in values.items()
            if column not in kept and not is_blank(value)
        }
        return kept_columns, filled

    def _reference(
        self, role: str, column: int, item: KeyResult | Objective, row: Row
    ) -> CellValue | KeptValue:
        """What stands in a cell with an id that rows are joined by; None for all other cells."""
        if column == self.outline_column:
            number = self.outline_numbers.get(row.number)
            return KEPT if number is None else number
        if role not in ("id", *REFERENCES) or is_blank(row.value(column)):
            return None
        value = row.value(column)
        new = self.new_ids.get(text_of(value).strip())
        if new is not None and (role != "id" or isinstance(item, Objective)):
            return int(new) if not isinstance(value, str) and new.isdigit() else new
        # The objective of another cycle stays the one above.
        stays = isinstance(item, KeyResult) and not any(
            item in objective.key_results and goes_along(objective, self.cycle)
            for objective in self.unfinished
        )
        return KEPT if role == "objective_id" and stays else None

    def _outline_column(self) -> int | None:
        """The column of outline numbers, None where the table has none."""
        layouts = {tab.table: tab.layout for tab in self.okrs.tabs}
        if layouts.get(self.table.name) != "outline":
            return None
        numbers = [item.origin.row.number for item in self.all_items]
        titles = self.title_columns(self.all_items)
        for column in range(self.table.width):
            filled = [number_at(self.rows[number].value(column)) for number in numbers]
            depths = {len(number) for number in filled if number is not None}
            if column not in titles and len(depths) > 1 and filled.count(None) * 3 < len(filled):
                return column
        return None

    def _columns_left(self, number: int, items: Sequence[KeyResult | Objective]) -> set[int]:
        """The columns in a row that speak of its other items only, which are not carried."""
        carried = {item.key for item in items}
        others = [
            item
            for item in self.all_items
            if item.origin.row.number == number and item.key not in carried
        ]
        used = {column for item in items for column in item.origin.columns.values()}
        return {column for item in others for column in item.origin.columns.values()} - used

    def _fill_down(
        self,
        number: int,
        item: KeyResult | Objective,
        order: Sequence[int],
        values: dict[int, CellValue],
    ) -> bool:
        """Fill in what the row leaves to a row above, where that row is not carried as well."""
        row = self.rows[number]
        for role, (above, column) in item.origin.elsewhere.items():
            is_above_table = self.header_row is not None and above <= self.header_row
            if is_above_table or above in order or not is_blank(row.value(column)):
                continue
            if above in self._rows_that_stay and role != "cycle":
                continue  # the new row stands below it, too
            if role == "cycle" and above in self.heading_rows:
                continue  # its heading is carried above it
            # Only the first of several rows says it again; those below leave it to that one.
            first = next((n for n in order if self._leaves_to(n, role, above)), number)
            if first != number:
                continue
            value = self.rows[above].value(column) if above in self.rows else None
            if role == "cycle":
                value = self.spelled(value)
                if value is None:
                    return False
            if role == "cycle" or self.values.is_kept(role):
                values[column] = value
        return True

    def _take_out_finished(
        self,
        number: int,
        items: Sequence[KeyResult | Objective],
        values: dict[int, CellValue],
        kept: set[int],
    ) -> None:
        """Take the key results that are not carried out of a cell that lists several."""
        row = self.rows[number]
        carried = {item.key for item in items}
        for item in self.all_items:
            column = _title_column(item)
            is_left = item.origin.row.number == number and item.key not in carried
            if not is_left or not isinstance(item, KeyResult) or column not in kept:
                continue
            text = without_part(text_of(values.get(column) or row.value(column)), item.title)
            if text is not None:
                values[column] = text

    def _state_objectives(
        self,
        number: int,
        items: Sequence[KeyResult | Objective],
        order: Sequence[int],
        values: dict[int, CellValue],
    ) -> None:
        """State an objective in the first of its carried rows, where it was stated beside a key
        result that is not carried.
        """
        for objective in self.unfinished:
            column = objective.origin.columns.get("objective")
            rows = [result.origin.row.number for result in objective.key_results]
            own_row = objective.origin.row.number
            is_stated = objective.implied or own_row in order or own_row in self._rows_that_stay
            is_here = objective.origin.table_key == self.table.key and column is not None
            if is_stated or not is_here or number != min(rows, default=0):
                continue
            is_its = any(item in objective.key_results for item in items)
            if is_its and column is not None and is_blank(self.rows[number].value(column)):
                values[column] = self.rows[objective.origin.row.number].value(column)

    def _leaves_to(self, number: int, role: str, above: int) -> bool:
        return any(
            item.origin.elsewhere.get(role, (0, 0))[0] == above for item in self.carried[number]
        )

    def formulas(
        self,
        row: Row,
        kept: set[int],
        values: dict[int, CellValue],
        order: Sequence[int] | None,
    ) -> None:
        """Carry the formulas of a row that can be carried; say so of those that cannot."""
        if self.table.header is not None:
            # A database works out the formulas of a new page by itself.
            kept -= {column for column in kept if row.mark(column) & FORMULA}
            return
        width = max(len(row.values), len(row.marks))
        for column in range(width):
            if not row.mark(column) & FORMULA or column in self.own_columns:
                continue
            if not is_blank(values.get(column)):
                continue  # the new value is known: the formula is not needed
            reach = self.connector.formula_reach(self.table, row, column)
            if reach is not None and (order is None or _stays_inside(reach, row.number, order)):
                kept.add(column)
                values.pop(column, None)
                continue
            kept.discard(column)
            reason = (
                f"the formula is not carried over to {self.following.name}: it looks at other rows"
            )
            self.skips.append(
                Skip(self.okrs.source, self.table.ref(row, column), reason, "formula-left")
            )

    def identity(self, content: Mapping[int, CellValue]) -> Iterator[IdentityCell]:
        for column, value in sorted(content.items()):
            yield IdentityCell("", self.column(column), value)

    def title_columns(self, items: Sequence[KeyResult | Objective]) -> set[int]:
        return {
            column
            for item in items
            for role, column in (
                *item.origin.columns.items(),
                *((cell.role, cell.column.index or 0) for cell in item.origin.row.identity),
            )
            if is_title(role)
        }

    def column(self, column: int) -> ColumnRef:
        header = self.rows.get(self.header_row) if self.header_row is not None else None
        return column_ref(self.table, column, header)

    def spelled(self, value: CellValue) -> str | None:
        """The name of the next cycle in the spelling of `value`, None where that cannot be done."""
        text = text_of(value).strip()

        def parse_thirds(name: str) -> Cycle | None:
            return self.parse(as_thirds(name))

        # `T3` stands for this cycle only where the column says that it holds thirds of a year.
        thirds = parse_thirds(text)
        is_third = thirds is not None and same_span(thirds, self.cycle)
        return spelled_like(text, self.following, parse_thirds if is_third else self.parse)

    def ref_of(self, row: Row) -> RowRef:
        """How a row is found again: an item as ever, another row by what stands in it."""
        for item in self.carried.get(row.number, ()):
            return item.origin.row
        cells = tuple(
            IdentityCell("", ColumnRef(column, ""), value)
            for column, value in enumerate(row.values)
            if not is_blank(value)
        )
        return RowRef(row.number, row.anchor, cells, row.label)


def _title_column(item: KeyResult | Objective) -> int | None:
    columns = item.origin.columns
    return columns.get("key_result", columns.get("objective"))


def _stays_inside(reach: FormulaReach, number: int, order: Sequence[int]) -> bool:
    """Whether all rows that a formula looks at are carried with its own, at the same distance."""
    if reach.is_own_row:
        return True
    index = order.index(number)
    return all(
        0 <= index + offset < len(order) and order[index + offset] == number + offset
        for offset in range(reach.first, reach.last + 1)
    )
