"""How one sheet writes its values: its decimal sign, the order of day and month, and the number
that stands for the whole in a column of shares.

The mapping decides first, then the locale of the source, then the cells: a cell that can be read in
only one way decides for all. What remains open becomes a Question, and the affected cells are not
read until the mapping answers it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache

from okrsync.mapping.file import Values
from okrsync.mapping.sheet import Sheet
from okrsync.mapping.values.numbers import DecimalSign, Number, decimal_sign, read_number
from okrsync.mapping.values.typed import left_as_text, order_of_days, shown
from okrsync.mapping.words import normal
from okrsync.mapping.words import table as words_of
from okrsync.model.cycles import order_in_span
from okrsync.model.evidence import Answer, Question
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Warning_
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import PERCENT, CellRef, CellValue, column_letters, text_of

__all__ = ["DATE_ROLES", "NUMERIC_ROLES", "Conventions", "Shares"]

NUMERIC_ROLES = (
    "baseline",
    "current",
    "target",
    "target_high",
    "stretch",
    "progress",
    "score",
    "confidence",
    "weight",
)
DATE_ROLES = ("checked_in", "due", "start_date")
_ONE, _HUNDRED = Decimal(1), Decimal(100)
_MONTHS = 12
_SCALE_IN_HEADER = lazy_pattern(
    r"(?:(?<!\d)[01] (?:to |a |bis )?(1|5|10|100)(?!\d)|/ ?(1|5|10|100)(?!\d)|out of"
    r" (5|10|100)(?!\d))"
)


class Shares(Frozen, frozen=True):
    """The bare numbers of a column, without those that have a percent sign or format: the greatest
    absolute value, whether any lies between 0 and 1, and whether all are whole numbers.
    """

    most: Decimal
    has_fraction: bool
    is_whole: bool

    @classmethod
    def of(cls, numbers: Iterable[Decimal]) -> Shares:
        most, has_fraction, is_whole = Decimal(0), False, True
        for number in numbers:
            size = abs(number)
            most = max(most, size)
            has_fraction = has_fraction or 0 < size < 1
            is_whole = is_whole and not number % 1
        return cls(most, has_fraction, is_whole)


class Conventions:
    """The conventions of a sheet. Each is worked out on first use, which may add to `warnings` and
    `questions`.
    """

    def __init__(self, sheet: Sheet, source: str, values: Values, names: Sequence[str]) -> None:
        self.sheet = sheet
        self.source = source
        self.values = values
        self.names = names
        self.numeric: Collection[int] = {
            sheet.roles[role] for role in NUMERIC_ROLES if role in sheet.roles
        }
        """The columns that are searched for the decimal sign."""
        self.warnings: list[Warning_] = []
        self.questions: list[Question] = []
        self._decimal: tuple[DecimalSign | None] | None = None
        self._order: tuple[str | None] | None = None
        self._scales: dict[tuple[str, int], Decimal | None] = {}
        self._left_as_text: dict[int, str | None] = {}

    def look_at(self, roles: Iterable[Mapping[str, int]]) -> None:
        """Search the columns of these records for the decimal sign, too: some records have columns
        of their own.
        """
        self.numeric = {
            *self.numeric,
            *(by_role[role] for by_role in roles for role in NUMERIC_ROLES if role in by_role),
        }

    @property
    def decimal(self) -> DecimalSign | None:
        """The decimal sign in texts; None where it cannot be known."""
        # None is a result, too: the tuple of one keeps it, so that it is not determined twice.
        if self._decimal is None:
            locale = self.values.locale or self.sheet.table.locale
            cells = (
                value
                for column in sorted(self.numeric)
                for value in self.column(column)
                if type(value) is str
            )
            self._decimal = (decimal_sign(cells, self.values.decimal, locale)[0],)
        return self._decimal[0]

    @property
    def date_order(self) -> str | None:
        """The order of day and month, `dmy` or `mdy`; None where it cannot be known."""
        if self._order is None:
            table, values = self.sheet.table, self.values
            order = values.date_order or (table.date_order if values.locale is None else None)
            if order is None:
                columns = [
                    self.sheet.roles[role] for role in DATE_ROLES if role in self.sheet.roles
                ]
                cells = (value for column in columns for value in self.column(column))
                order = order_of_days(cells, None, values.locale or table.locale)
            self._order = (order or order_in_span(self._spans()) or self._order_of_language(),)
        return self._order[0]

    def _order_of_language(self) -> str | None:
        """The order that goes with the language of the header; None where that language is written
        with several orders, as English is.
        """
        # One word is not enough: `Status` or `Team` stands in the headers of many languages.
        day_first_words = {
            plain for name in self.names if (plain := normal(name)) in words_of("day_first")
        }
        return (
            "dmy"
            if len(day_first_words) > 1
            and self.values.locale is None
            and self.sheet.table.locale is None
            else None
        )

    def column(self, column: int) -> list[CellValue]:
        """The values of a column, a row each."""
        return [row.values[column] if column < len(row.values) else None for row in self.sheet.rows]

    def shares(self, column: int) -> Shares:
        """A summary of the bare numbers of a column."""
        return Shares.of(
            number.value
            for row in self.sheet.rows
            if not row.mark(column) & PERCENT
            and (number := self._bare(row.value(column))) is not None
        )

    def says_percent(self, column: int) -> bool:
        """Whether a column's header says that its numbers are percents."""
        name = self.names[column] if column < len(self.names) else ""
        return (
            "%" in name
            or re.search(r"\b(?:percent|percentage|pct|prozent)\b", normal(name)) is not None
        )

    def scale(self, role: str, column: int) -> Decimal | None:
        """The number that stands for the whole in a column of bare numbers: 1 for shares, 100 for
        percentage points, 10 for marks. None where only the owner of the sheet can say.
        """
        if (role, column) not in self._scales:
            self._scales[role, column] = self._read_scale(role, column)
        return self._scales[role, column]

    def are_shares(self, columns: Sequence[int]) -> bool | None:
        """Whether bare numbers under headers that say percent are shares (0.48) and not percentage
        points (48); None where all of them are 0 or 1, so that both are possible.
        """
        if self.values.percent_scale != "auto":
            return self.values.percent_scale == "share"
        shares = [self.shares(column) for column in columns]
        most = max((share.most for share in shares), default=Decimal(0))
        if most == 1 and all(share.is_whole for share in shares):
            self.ask_percent_scale(columns[0])
            return None
        return most <= 1 and any(share.has_fraction for share in shares)

    def ask_percent_scale(self, column: int) -> None:
        """Ask whether 1 means 100 % or 1 %."""
        what = "all its numbers are 0 or 1, so 1 could mean 100 % or 1 %"
        answers = (Answer("1 is 100 %", "share"), Answer("1 is 1 %", "points"))
        self._ask_about_column(column, what, "values.percent_scale", answers, "ambiguous-percent")

    def doubtful_number(self, cell: CellRef, value: CellValue, more: int) -> None:
        """Warn about a number that can be read in two ways, and ask for the decimal separator once
        per sheet. `more` is the number of cells below with the same problem.
        """
        text = shown(value)
        # Both readings are shown, so that people see what is at stake.
        numbers = [read_number(value, sign) for sign in (",", ".")]
        readings = [text_of(number.value) if number is not None else text for number in numbers]
        also = f" (and {more} more below)" if more else ""
        what = (
            f"{text!r}{also} could be {readings[0]} or {readings[1]}, so it is not read; set the"
            ' decimal separator under [values] in the mapping: decimal = "," or decimal = "."'
        )
        self.warnings.append(Warning_("ambiguous-number", self.source, cell, what))
        answers = (
            Answer(f"the comma is the decimal separator: {text} is {readings[0]}", ","),
            Answer(f"the point is the decimal separator: {text} is {readings[1]}", "."),
        )
        self._ask(
            cell,
            f"{text!r} could be two numbers. Which is the decimal separator?",
            "values.decimal",
            answers,
        )

    def doubtful_day(self, cell: CellRef, value: CellValue, more: int) -> None:
        """Warn about a text that could be two dates, and ask for the order of day and month once
        per sheet. `more` is the number of cells below with the same problem.
        """
        text = shown(value)
        also = f" (and {more} more below)" if more else ""
        what = (
            f"{text!r}{also} could be two dates, so it is not read; set the order of day and month"
            ' under [values] in the mapping: date_order = "dmy" or date_order = "mdy"'
        )
        self.warnings.append(Warning_("ambiguous-date", self.source, cell, what))
        answers = (Answer("the day comes first", "dmy"), Answer("the month comes first", "mdy"))
        self._ask(
            cell,
            f"{text!r} could be two dates. Which comes first, the day or the month?",
            "values.date_order",
            answers,
        )

    def may_be_swapped(self, column: int, day: date, cell: Callable[[], CellRef]) -> bool:
        """Whether a spreadsheet may have taken the day for the month when somebody typed a date: in
        the same column it left as texts at least as many dates, of the other order, as it has days
        that can only be right. The first such cell gives a warning.
        """
        if day.day > _MONTHS or day.day == day.month or self.values.date_order is not None:
            return False
        if column not in self._left_as_text:
            self._left_as_text[column] = left_as_text(
                self.column(column), self.sheet.table.date_order
            )
            if (text := self._left_as_text[column]) is not None:
                swapped = day.replace(month=day.day, day=day.month)
                what = (
                    f"{day.isoformat()} may be {swapped.isoformat()}, so it is not read:"
                    f" {shown(text)!r} in the same column has day and month in another order than"
                    " the spreadsheet reads. Type such days as 2026-11-25, or set date_order under"
                    " [values] in the mapping if all are right"
                )
                self.warnings.append(Warning_("ambiguous-date", self.source, cell(), what))
        return self._left_as_text[column] is not None

    def _read_scale(self, role: str, column: int) -> Decimal | None:
        values = self.values
        if role == "confidence" and values.confidence_scale is not None:
            return Decimal(repr(values.confidence_scale))
        if role == "progress" and values.percent_scale != "auto":
            return _ONE if values.percent_scale == "share" else _HUNDRED
        scale = (
            _SCALE_IN_HEADER.search(normal(self.names[column]))
            if column < len(self.names)
            else None
        )
        # `Progress 1/10` may be that of the first of October.
        if scale is not None and (role != "progress" or "0" in scale[0].split() or scale[3]):
            return Decimal(scale[1] or scale[2] or scale[3])
        bare = self.shares(column)
        # Shares may pass 1: a key result at 150 % of its target is typed as 1.5.
        if bare.most == 0 or (bare.has_fraction and bare.most <= Decimal("1.5")):
            return _ONE
        if role == "progress":
            if bare.most <= Decimal("1.5"):
                self.ask_percent_scale(column)
                return None
            # 0.5 beside 3: either half a percent of a few, or half beside a threefold overshoot.
            if bare.has_fraction and bare.most <= 10:
                what = (
                    f"its numbers go up to {text_of(bare.most)}, so {text_of(bare.most)} could mean"
                    f" {text_of(bare.most * 100)} % or {text_of(bare.most)} %"
                )
                answers = (
                    Answer("0.5 is 50 %", "share"),
                    Answer("0.5 is half a percent", "points"),
                )
                self._ask_about_column(
                    column, what, "values.percent_scale", answers, "ambiguous-percent"
                )
                return None
            return _HUNDRED
        if role == "confidence" and bare.most <= 5:
            what = "none of its numbers is above 5, so full confidence could be 1, 5 or 10"
            marks = tuple(
                Answer(f"full confidence is {number}", number)
                for number in (1, 5, 10, 100)
                if number >= bare.most
            )
            self._ask_about_column(
                column, what, "values.confidence_scale", marks, "ambiguous-confidence"
            )
            return None
        if bare.most <= 1:
            return _ONE
        return Decimal(10) if bare.most <= 10 else _HUNDRED

    def _ask_about_column(
        self, column: int, what: str, key: str, answers: tuple[Answer, ...], code: str
    ) -> None:
        name = self.names[column] if column < len(self.names) else column_letters(column)
        setting = key.removeprefix("values.")
        settings = " or ".join(f"{setting} = {_toml(answer.value)}" for answer in answers)
        cell = CellRef(
            self.sheet.table.name,
            column_letters(column) if self.sheet.table.header is None else name,
        )
        named = {(warning.code, warning.at) for warning in self.warnings}
        if (code, cell) not in named:
            message = (
                f"column {shown(name)!r} is not read: {what}; set the scale under [values] in the"
                f" mapping: {settings}"
            )
            self.warnings.append(Warning_(code, self.source, cell, message))
        self._ask(cell, f"Column {shown(name)!r}: {what}. Which is it?", key, answers)

    def _ask(self, cell: CellRef, text: str, key: str, answers: tuple[Answer, ...]) -> None:
        if all(question.key != key for question in self.questions):
            self.questions.append(Question(self.sheet.table.name, cell, text, key, answers))

    def _spans(self) -> Iterable[str]:
        """Texts that may hold a span of days: those above the table, its cycles, and its name."""
        first = self.sheet.rows[0].number if self.sheet.rows else 0
        above = [
            value for row in self.sheet.table.rows if row.number < first for value in row.values
        ]
        column = self.sheet.roles.get("cycle")
        cycles = self.column(column) if column is not None else []
        return [
            value
            for value in (*above, *cycles, self.sheet.table.name)
            if type(value) is str and len(value) <= 80
        ]

    def _bare(self, value: CellValue) -> Number | None:
        if value is None or value == "":
            return None
        number = read_number(value, self.decimal)
        return (
            number if number is not None and number.unit != "%" and not number.is_doubtful else None
        )


@cache
def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
