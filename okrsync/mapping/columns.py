"""Reads the cells of one sheet by role: each column once looked at as a whole, then cell by cell.

What a cell means can hang on its column: whether bare numbers are shares or points, which sign is the decimal one, in which order day and month
stand. Trouble is collected with its address; the rest of the row counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from okrsync.cycles import parse_cycle
from okrsync.mapping.file import Mapping_
from okrsync.mapping.sheet import Record, Sheet
from okrsync.mapping.values import (
    Number,
    decimal_sign,
    is_placeholder,
    order_of_days,
    plain_numbers,
    read_date,
    read_number,
    shown,
)
from okrsync.mapping.words import lookup, normal
from okrsync.model import Cycle, Status, Warning_
from okrsync.table import PERCENT, CellError, CellRef, CellValue, column_letters, text_of

__all__ = ["Columns"]

_NUMERIC = ("baseline", "current", "target", "target_high", "stretch")
_ONE = Decimal(1)
_NO_NUMBER = Number(Decimal("NaN"))


class Columns:
    """The cells of a sheet, by record and role. `warnings` grows while cells are read."""

    def __init__(
        self, sheet: Sheet, source: str, mapping: Mapping_, names: tuple[str, ...], today: date, fiscal_year_start: int
    ) -> None:
        self.sheet = sheet
        self.source = source
        self.names = names
        self.warnings: list[Warning_] = []
        self._values = mapping.values
        self._today = today
        self._fiscal_year_start = fiscal_year_start
        self._status_words = {normal(word): status for word, status in mapping.values.status.items()}
        self._confidence_words = {
            normal(word): Decimal(repr(share)) for word, share in mapping.values.confidence.items()
        }
        self._cycles: dict[str, Cycle | None] = {}
        self._statuses: dict[str, Status | None] = {}
        self._signs: dict[int, Literal[",", "."] | None] = {}
        self._numbers: dict[tuple[str, int], list[Number | None]] = {}
        self._orders: dict[int, str | None] = {}
        self._scales: dict[tuple[str, int], Decimal] = {}
        self._numeric: dict[int, tuple[tuple[str, ...], bool]] = {}
        for role in (*_NUMERIC, "progress", "score", "confidence", "weight"):
            if role in sheet.roles:
                self._sign(sheet.roles[role])

    def roles(self, record: Record) -> Mapping[str, int]:
        """The columns of a record by role."""
        return self.sheet.roles if record.roles is None else record.roles

    def knows(self, record: Record, role: str) -> bool:
        """Whether anything tells of a role at all: a column, or a cell above the table."""
        return role in self.roles(record) or role in self.sheet.labels

    def value(self, record: Record, role: str) -> CellValue:
        """What stands in a role's cell; None where there is no such column or the cell holds nothing but a placeholder."""
        if record.values and role in record.values:
            return record.values[role]
        column = self.roles(record).get(role)
        if column is None:
            return self.sheet.labels[role][0] if role in self.sheet.labels else None
        values = record.row.values
        return values[column] if column < len(values) else None

    def text(self, record: Record, role: str) -> str | None:
        """The text of a role's cell, or None where there is none."""
        if record.values and role in record.values:
            value = record.values[role]
            return None if value is None or isinstance(value, CellError) else text_of(value).strip() or None
        column = self.roles(record).get(role)
        if column is None:
            return text_of(self.sheet.labels[role][0]).strip() or None if role in self.sheet.labels else None
        return self.sheet.texts_in(column)[self.sheet.index[record.row.number]] or None

    def number(self, record: Record, role: str) -> Number | None:
        """The number in a role's cell. A text that is none is named, a placeholder is nothing."""
        place = self.roles(record).get(role)
        if place is None:
            return None
        column = self._numbers.get((role, place))
        if column is None:
            column = self._numbers[role, place] = self._read_numbers(place)
        found = column[self.sheet.index[record.row.number]]
        if found is _NO_NUMBER:
            self._not_a_number(record, role, self.value(record, role))
            return None
        return found

    def numbers(self, record: Record) -> dict[str, Number]:
        """The numbers of a key result by role. Where one of them is a percent, so are those beside it that can only be shares."""
        found: dict[str, Number] = {}
        has_percent = False
        numeric, are_shares = self._numeric_roles(self.roles(record))
        for role in numeric:
            number = self.number(record, role)
            if number is not None:
                found[role] = number
                has_percent = has_percent or number.unit == "%"
        if has_percent:
            stored = any(number.is_share for number in found.values())
            for role, number in found.items():
                small = abs(number.value) <= 1 and number.value != 0
                if number.unit is None and small and (stored or number.value % 1):
                    found[role] = number._replace(value=number.value * 100, unit="%")
        elif are_shares and found:
            return {
                role: number._replace(value=number.value * 100, unit="%") if number.unit is None else number
                for role, number in found.items()
            }
        return found

    def _numeric_roles(self, roles: Mapping[str, int]) -> tuple[tuple[str, ...], bool]:
        """The roles with numbers to measure, and whether those are bare shares."""
        known = self._numeric.get(id(roles))
        if known is None:
            known = tuple(role for role in _NUMERIC if role in roles), self._plain_shares(roles)
            self._numeric[id(roles)] = known
        return known

    def _read_numbers(self, place: int) -> list[Number | None]:
        """The numbers of a whole column, a row each; `_NO_NUMBER` where something else stands."""
        sign = self._sign(place)
        found: list[Number | None] = []
        for row in self.sheet.rows:
            value = row.values[place] if place < len(row.values) else None
            if value is None or value == "":
                found.append(None)
            else:
                is_percent = bool(row.marks) and bool(row.mark(place) & PERCENT)
                found.append(read_number(value, sign, percent_format=is_percent) or _NO_NUMBER)
        return found

    def share(self, record: Record, role: str) -> Decimal | None:
        """A share such as a progress: `48%`, 48 under a column of points and 0.48 are all 0.48."""
        number = self.number(record, role)
        if number is None:
            return None
        if number.unit == "%":
            return number.value / 100
        if number.of is not None and number.of:
            return number.value / number.of
        place = self.roles(record)[role]
        if (role, place) not in self._scales:
            self._scales[role, place] = self._scale(role, place)
        return number.value / self._scales[role, place]

    def weight(self, record: Record) -> Decimal:
        """The weight of an item; 1 where none is given, 0 where a negative one is, which is named."""
        number = self.number(record, "weight")
        if number is None:
            return _ONE
        if number.value < 0:
            self.warn(
                "negative-weight",
                record,
                "weight",
                f"{shown(self.value(record, 'weight'))} is negative; it counts as 0",
            )
            return Decimal(0)
        return number.value / 100 if number.unit == "%" else number.value

    def confidence(self, record: Record) -> Decimal | None:
        """A confidence as a share, from a number or a word."""
        text = self.text(record, "confidence")
        if text is None or is_placeholder(text):
            return None
        word = self._confidence_words.get(normal(text))
        if word is not None:
            return word
        meaning = lookup("confidences", text)
        if meaning is not None:
            return {"high": Decimal("0.9"), "medium": Decimal("0.5"), "low": Decimal("0.2")}[meaning]
        share = self.share(record, "confidence")
        return None if share is None else min(max(share, Decimal(0)), _ONE)

    def status(self, record: Record) -> Status | None:
        """The status somebody typed, as okrsync's own; None where the word is not known."""
        text = self.text(record, "status")
        if text is None:
            return None
        if text not in self._statuses:
            own = self._status_words.get(normal(text))
            meaning = lookup("statuses", text) if own is None and lookup("inactive", text) is None else None
            self._statuses[text] = own if meaning is None else Status(meaning)
        return self._statuses[text]

    def day(self, record: Record, role: str) -> date | None:
        """A day. One that could be two days, or is none, is named."""
        value = self.value(record, role)
        if type(value) is date:
            return value
        if value is None or value == "" or is_placeholder(value):
            return None
        found = read_date(value, self._order(record, role))
        if found is None:
            text = shown(value)
            if isinstance(value, str) and read_date(value, "dmy") is not None:
                what = f'{text!r} can be two days; say under [values] in the mapping which it is: date_order = "dmy" or "mdy"'
                self.warn("ambiguous-date", record, role, what)
            elif isinstance(value, CellError):
                self.warn("cell-error", record, role, f"the cell shows {text}; mend its formula")
            else:
                self.warn("not-a-date", record, role, f"{text!r} is no day; expected one such as 2026-11-02")
        return found

    def _order(self, record: Record, role: str) -> str | None:
        place = self.roles(record).get(role)
        if place is None:
            return self._values.date_order or self.sheet.table.date_order
        if place not in self._orders:
            locale = self._values.locale or self.sheet.table.locale
            found = order_of_days(self._column(place), self._values.date_order, locale)
            self._orders[place] = found or self.sheet.table.date_order
        return self._orders[place]

    def cycle(self, record: Record) -> Cycle | None:
        """The cycle a row is for, or None where it tells none that is a period."""
        value = self.value(record, "cycle")
        if value is None:
            return None
        text = text_of(value)
        if text not in self._cycles:
            order = self._values.date_order or "dmy"
            self._cycles[text] = parse_cycle(
                text, today=self._today, fiscal_year_start=self._fiscal_year_start, date_order=order
            )
        return self._cycles[text]

    def at(self, record: Record, role: str) -> CellRef:
        """The address of a role's cell."""
        if role in record.elsewhere:
            number, column = record.elsewhere[role]
            return CellRef(self.sheet.table.name, f"{column_letters(column)}{number}")
        place = self.roles(record).get(role)
        if place is None and role in self.sheet.labels:
            number, column = self.sheet.labels[role][1]
            return CellRef(self.sheet.table.name, f"{column_letters(column)}{number}")
        return self.sheet.table.ref(record.row, record.title_column if place is None else place)

    def warn(self, code: str, record: Record, role: str, what: str) -> None:
        """Name something odd in a role's cell."""
        self.warnings.append(Warning_(code, self.source, self.at(record, role), what))

    def _not_a_number(self, record: Record, role: str, value: CellValue) -> None:
        if is_placeholder(value) or (isinstance(value, str) and not value.strip()) or isinstance(value, bool):
            return
        text = shown(value)
        if isinstance(value, CellError):
            self.warn("cell-error", record, role, f"the cell shows {text}; mend its formula")
        elif role == "target":
            self.warn(
                "text-target", record, role, f"{text!r} is a text and cannot be measured against; put a number there"
            )
        elif role == "current" and lookup("booleans", text) is not None:
            return
        elif isinstance(value, float):
            self.warn(
                "not-a-number", record, role, f"{text} is no number that can be measured; expected one such as 62"
            )
        else:
            self.warn("not-a-number", record, role, f"{text!r} is no number; expected one such as 62, 48% or 1,200 EUR")

    def _column(self, column: int) -> list[CellValue]:
        return [row.values[column] for row in self.sheet.rows if column < len(row.values)]

    def _sign(self, place: int) -> Literal[",", "."] | None:
        """Which sign is the decimal one in a column; what is in doubt is named once."""
        if place not in self._signs:
            self._signs[place] = self._found_sign(place)
        return self._signs[place]

    def _found_sign(self, place: int) -> Literal[",", "."] | None:
        values = [value for value in self._column(place) if type(value) is str]
        stated = self._values.decimal
        sign, doubtful = decimal_sign(values, stated, self._values.locale or self.sheet.table.locale)
        if doubtful:
            at = CellRef(self.sheet.table.name, column_letters(place))
            what = 'numbers such as 1,234 are read as thousands; if the comma is the decimal sign, say decimal = "," under [values] in the mapping'
            self.warnings.append(Warning_("ambiguous-number", self.source, at, what))
        return sign

    def _scale(self, role: str, column: int) -> Decimal:
        """What stands for the whole in a column of bare numbers: 1 for shares, 100 for points, 10 for marks."""
        if role == "confidence" and self._values.confidence_scale is not None:
            return Decimal(repr(self._values.confidence_scale))
        if role == "progress" and self._values.percent_scale != "auto":
            return _ONE if self._values.percent_scale == "share" else Decimal(100)
        if any(row.mark(column) & PERCENT for row in self.sheet.rows[:200]):
            return _ONE
        most = max((abs(value) for value in plain_numbers(self._column(column))), default=_ONE)
        if role == "progress":
            return _ONE if most <= Decimal("1.5") else Decimal(100)
        if most <= 1:
            return _ONE
        header = normal(self.names[column]) if column < len(self.names) else ""
        if role == "confidence" and most <= 5 and ("1 5" in header or "0 5" in header):
            return Decimal(5)
        return Decimal(10) if most <= 10 else Decimal(100)

    def _plain_shares(self, roles: Mapping[str, int]) -> bool:
        """Whether the bare numbers of baseline, current and target are shares: their headers say percent, and none is above 1."""
        columns = [roles[role] for role in ("baseline", "current", "target") if role in roles]
        if not columns or self._values.percent_scale == "points":
            return False
        says_percent = any("%" in self.names[column] for column in columns if column < len(self.names))
        if not says_percent:
            return False
        if self._values.percent_scale == "share":
            return True
        numbers = [value for column in columns for value in plain_numbers(self._column(column))]
        return bool(numbers) and max(abs(value) for value in numbers) <= 1 and any(value % 1 for value in numbers)
