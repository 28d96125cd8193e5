"""The values of one row that belong to other days: earlier ones, and those that it plans."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from okrsync.mapping.rows.latest import filled_check_ins
from okrsync.mapping.sheet import Record, Sheet
from okrsync.mapping.values.check_in_texts import check_in_text, text_columns
from okrsync.mapping.values.columns import Columns
from okrsync.mapping.values.numbers import Number
from okrsync.model.okrs import Observation, Warning_
from okrsync.model.table import CellRef

__all__ = ["DatedValues"]

_ONE = Decimal(1)


class DatedValues:
    """The values of a sheet's rows by day."""

    def __init__(self, sheet: Sheet, columns: Columns) -> None:
        self._sheet = sheet
        self._columns = columns
        self._text_columns = text_columns(sheet)
        self.are_none = not sheet.check_ins and not self._text_columns
        """Whether no row has any."""

    def observations(self, record: Record, current: Decimal | None) -> tuple[Observation, ...]:
        """The dated values of a row's columns of check-ins, on the scale of its current value."""
        today, sheet = self._columns.today, self._sheet
        dated = [
            (each, day)
            for each in filled_check_ins(record.row, sheet, today)
            if each.role in ("current", "progress") and (day := each.day(today)) is not None
        ]
        if not dated:
            return self._written_out(record)
        column = self._columns.roles(record).get("current")
        scale = self._scale(record, column, current)
        latest = None if column is None else self._columns.number_in(record, column)
        observations = []
        for each, day in dated:
            cell = sheet.table.ref(record.row, each.column)
            number = self._columns.number_in(record, each.column)
            if number is not None and latest is not None and not _are_alike(number, latest):
                continue  # Such as a confidence of 7/10 each week, beside a value.
            if number is not None and each.role == "current":
                observations.append(Observation(day, cell, number.value * scale))
            elif number is not None:
                share = number.value / 100 if number.unit == "%" else number.value
                observations.append(Observation(day, cell, None, share))
        return tuple(observations)

    def _written_out(self, record: Record) -> tuple[Observation, ...]:
        """The check-ins that stand in the row as texts, oldest first."""
        observations = []
        for column in self._text_columns:
            text = record.row.value(column)
            check_in = check_in_text(text) if isinstance(text, str) else None
            if check_in is None or check_in.value is None:
                continue
            cell = self._sheet.table.ref(record.row, column)
            if check_in.day is not None:
                observations.append(Observation(check_in.day, cell, check_in.value.value))
            else:
                what = "the day of this check-in cannot be read, so it is not in the history"
                warning = Warning_("undated-check-ins", self._columns.source, cell, what)
                self._columns.warnings.append(warning)
        return tuple(sorted(observations, key=lambda each: each.day))

    def plan(
        self, record: Record, target: Decimal | None
    ) -> tuple[tuple[tuple[date, Decimal], ...], tuple[CellRef, ...]]:
        """The targets of a row by the day they are for, and their cells; nothing where its target
        is the only one.
        """
        sheet, columns = self._sheet, self._columns
        target_column = columns.roles(record).get("target")
        scale = self._scale(record, target_column, target)
        plan: list[tuple[date, Decimal]] = []
        cells: list[CellRef] = []
        for each in filled_check_ins(record.row, sheet, columns.today):
            number = columns.number_in(record, each.column) if each.role == "target" else None
            if number is not None and each.end is not None:
                plan.append((each.end, number.value * scale))
                cells.append(sheet.table.ref(record.row, each.column))
        is_one = len(plan) == 1 and cells[0] == columns.cell_ref(record, "target")
        return ((), ()) if is_one else (tuple(plan), tuple(cells))

    def _scale(self, record: Record, column: int | None, value: Decimal | None) -> Decimal:
        """What a bare number of a cell is multiplied by to be a value of the item: 100 where a
        share stands for percent.
        """
        number = None if column is None else self._columns.number_in(record, column)
        if number is None or value is None or not number.value or not value:
            return _ONE
        return value / number.value


def _are_alike(first: Number, second: Number) -> bool:
    """Whether two numbers can be values of one item: parts of the same whole, or of none, and both
    percents or neither, if a sign says so. 0.48 and 48 % are alike.
    """
    is_share = any(each.unit is None and abs(each.value) <= 1 for each in (first, second))
    return first.of == second.of and (is_share or (first.unit == "%") is (second.unit == "%"))
