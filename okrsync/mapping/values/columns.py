"""Reads the cells of one sheet by role, each column once, as the sheet writes its values (see
`okrsync.mapping.values.conventions`).

Trouble is collected with its address; the rest of the row counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from okrsync.mapping.evidence import Answer, Question
from okrsync.mapping.file import Mapping_
from okrsync.mapping.sheet import Record, Sheet
from okrsync.mapping.values.beside import beside_cycle
from okrsync.mapping.values.conventions import Conventions
from okrsync.mapping.values.directions import DirectionDoubt, stated_direction
from okrsync.mapping.values.references import references_in
from okrsync.mapping.values.set_aside import set_aside_mark, set_aside_word
from okrsync.mapping.values.typed import (
    Number,
    is_error,
    is_placeholder,
    read_date,
    read_number,
    shown,
)
from okrsync.mapping.words import lookup, normal, roles_of
from okrsync.mapping.words import table as words_of
from okrsync.model.cycles import parse_cycle
from okrsync.model.days import could_be_two_days
from okrsync.model.okrs import Cycle, Direction, Status, Warning_
from okrsync.model.table import (
    PERCENT,
    ROLLED,
    UNCALCULATED,
    CellError,
    CellRef,
    CellValue,
    column_letters,
    is_blank,
    text_of,
)

__all__ = ["Columns"]

_ONE, _HUNDRED = Decimal(1), Decimal(100)
_NO_NUMBER = Number(Decimal("NaN"))
_SET_ASIDE_ROLES = ("status", "current", "progress", "score", "confidence")
_DIRECTION_ANSWERS = (
    Answer("more is better", Direction.INCREASE.value),
    Answer("less is better", Direction.DECREASE.value),
    Answer("the target is a lower limit: at least so much", Direction.STAY_ABOVE.value),
    Answer("the target is an upper limit: at most so much", Direction.STAY_BELOW.value),
)
_NUMBER_ROLES = ("baseline", "current", "target", "progress", "score")
_NO_FORMULAS: Mapping[str, Literal["failing", "uncalculated"]] = {}
_MOST_WORDS = 10
"""So many unknown words for a status are named in one sheet."""


class Columns:
    """The cells of a sheet, by record and role. `warnings` grows while cells are read."""

    def __init__(
        self,
        sheet: Sheet,
        source: str,
        mapping: Mapping_,
        names: tuple[str, ...],
        today: date,
        fiscal_year_start: int,
    ) -> None:
        self.sheet = sheet
        self.source = source
        self.names = names
        self.conventions = Conventions(sheet, source, mapping.values, names)
        self.warnings: list[Warning_] = self.conventions.warnings
        self.questions: list[Question] = self.conventions.questions
        self.within: Cycle | None = None
        """The cycle in whose year a period without one lies."""
        self._values = mapping.values
        self.today = today
        self._fiscal_year_start = fiscal_year_start
        self._status_words = {
            normal(word): status for word, status in mapping.values.status.items()
        }
        self._confidence_words = {
            normal(word): Decimal(repr(share)) for word, share in mapping.values.confidence.items()
        }
        self._cycles: dict[tuple[str, str], Cycle | None] = {}
        self._statuses: dict[str, Status | None] = {}
        self._unread_periods: set[str] = set()
        self._set_aside: dict[str, str | None] = {}
        self._directions: dict[tuple[int | None, str], Direction | None] = {}
        self._direction_words = {
            normal(word): direction for word, direction in mapping.values.directions.items()
        }
        self._unknown_statuses = 0
        self._numbers: dict[int, list[Number | None]] = {}
        self._days: dict[tuple[str, int], list[date | None]] = {}
        self._beside = beside_cycle(sheet, names)

    def look_at(self, records: Iterable[Record], within: Cycle | None) -> None:
        """Before records are read: which columns they have, and the cycle their table is for."""
        own = {id(record.roles): record.roles for record in records if record.roles is not None}
        self.conventions.look_at(own.values())
        self.within = within

    def roles(self, record: Record) -> Mapping[str, int]:
        """The columns of a record by role."""
        return self.sheet.roles if record.roles is None else record.roles

    def knows(self, record: Record, role: str) -> bool:
        """Whether anything tells of a role at all: a column, or a cell above the table."""
        return role in self.roles(record) or role in self.sheet.labels

    def value(self, record: Record, role: str) -> CellValue:
        """What stands in a role's cell; None where there is no such column or the cell holds
        nothing but a placeholder.
        """
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
            return (
                None
                if value is None or isinstance(value, CellError)
                else text_of(value).strip() or None
            )
        sheet = self.sheet
        column = (sheet.roles if record.roles is None else record.roles).get(role)
        if column is None:
            return text_of(sheet.labels[role][0]).strip() or None if role in sheet.labels else None
        return sheet.texts_in(column)[sheet.index[record.row.number]] or None

    def number(self, record: Record, role: str) -> Number | None:
        """The number in a role's cell. A text that is none is named, a placeholder is nothing."""
        place = self.roles(record).get(role)
        if place is None:
            return read_number(self.sheet.labels[role][0]) if role in self.sheet.labels else None
        column = self._numbers.get(place)
        if column is None:
            column = self._numbers[place] = self._read_numbers(place)
        found = column[self.sheet.index[record.row.number]]
        if found is _NO_NUMBER:
            self._not_a_number(record, role, self.value(record, role))
            return None
        if found is None and record.row.mark(place) & UNCALCULATED:
            what = "the file holds no value of its formula; open and save the file in Excel once"
            self.warn("cell-error", record, role, what)
        return found

    def formulas(self, record: Record) -> Mapping[str, Literal["failing", "uncalculated"]]:
        """The number roles of a row whose cell holds a formula that gives no value."""
        found: dict[str, Literal["failing", "uncalculated"]] = {}
        roles, row = self.roles(record), record.row
        for role in _NUMBER_ROLES:
            place = roles.get(role)
            if place is None:
                continue
            value = row.value(place)
            if isinstance(value, CellError) or (isinstance(value, str) and is_error(value)):
                found[role] = "failing"
            elif row.marks and row.mark(place) & UNCALCULATED:
                found[role] = "uncalculated"
        return found or _NO_FORMULAS

    def number_in(self, record: Record, place: int) -> Number | None:
        """The number in a column of a row, whatever its role; a text is none."""
        if place not in self._numbers:
            self._numbers[place] = self._read_numbers(place)
        found = self._numbers[place][self.sheet.index[record.row.number]]
        return None if found is _NO_NUMBER else found

    def _read_numbers(self, place: int) -> list[Number | None]:
        """The numbers of a whole column, a row each; `_NO_NUMBER` where something else stands. What
        could be two numbers is named, and is none.
        """
        sign = self.conventions.decimal
        found: list[Number | None] = []
        doubtful = []
        for row in self.sheet.rows:
            value = row.values[place] if place < len(row.values) else None
            if value is None or value == "":
                found.append(None)
                continue
            is_percent = bool(row.marks) and bool(row.mark(place) & PERCENT)
            number = read_number(value, sign, percent_format=is_percent)
            if number is not None and number.is_doubtful:
                doubtful.append(row)
                number = None
                found.append(None)
            else:
                found.append(number or _NO_NUMBER)
        if doubtful:
            at = self.sheet.table.ref(doubtful[0], place)
            self.conventions.doubtful_number(at, doubtful[0].value(place), len(doubtful) - 1)
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
        scale = self.conventions.scale(role, self.roles(record)[role])
        if scale is None:
            return Decimal(0) if number.value == 0 else None
        if (
            scale == _HUNDRED
            and role == "progress"
            and 0 < abs(number.value) < 1
            and self._values.percent_scale == "auto"
        ):
            text = shown(self.value(record, role))
            what = (
                f"{text} stands among numbers such as 48 and can be {text} % or"
                f" {text_of(number.value * 100)} %: it is not read; write it with a % sign"
            )
            self.warn("mixed-percent", record, role, what)
            return None
        return number.value / scale

    def is_rolled_up(self, record: Record, role: str) -> bool:
        """Whether the place itself works a value out of other rows."""
        place = self.roles(record).get(role)
        return place is not None and bool(record.row.mark(place) & ROLLED)

    def weight(self, record: Record) -> Decimal:
        """The weight of an item; 1 where none is given, 0 where a negative one is, which is
        named.
        """
        number = self.number(record, "weight")
        if number is None:
            return self._weight_beside_parent(record)
        if number.value < 0:
            self.warn(
                "negative-weight",
                record,
                "weight",
                f"{shown(self.value(record, 'weight'))} is negative; it counts as 0",
            )
            return Decimal(0)
        return number.value / 100 if number.unit == "%" else number.value

    def leaves_weight_empty(self, record: Record) -> bool:
        """Whether there is a column of weights and nothing in it for a row."""
        return "weight" in self.roles(record) and is_blank(self.value(record, "weight"))

    def _weight_beside_parent(self, record: Record) -> Decimal:
        """The weight that a cell names beside the parent: `Grow (weight: 33 %, Id: 12)`; else 1."""
        text = self.value(record, "parent")
        named = references_in(text) if isinstance(text, str) and "(" in text else ()
        weight = named[0].weight if named else None
        return _ONE if weight is None else weight

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
            return {"high": Decimal("0.9"), "medium": Decimal("0.5"), "low": Decimal("0.2")}[
                meaning
            ]
        share = self.share(record, "confidence")
        return None if share is None else min(max(share, Decimal(0)), _ONE)

    def status(self, record: Record) -> Status | None:
        """The status somebody typed, as okrsync's own; None where the word is not known."""
        text = self.text(record, "status")
        if text is None:
            return None
        if text not in self._statuses:
            own = self._status_words.get(normal(text))
            is_set_aside = own is None and set_aside_word(text) is not None
            meaning = lookup("statuses", text) if own is None and not is_set_aside else None
            self._statuses[text] = own if meaning is None else Status(meaning)
            if own is None and meaning is None and not is_set_aside and not is_placeholder(text):
                self._name_status(record, text)
        return self._statuses[text]

    def typed_status(self, record: Record) -> str | None:
        """The status in the words of the person who typed it."""
        text = self.text(record, "status")
        return None if text is None or is_placeholder(text) else text

    def set_aside(self, record: Record, title: str) -> str | None:
        """The word by which a person took an item out of the count (`Cancelled`, `auf Eis`), from
        its status, from the cell of its value, or from a mark at its title; None while it counts.
        A word that the mapping gives a status counts as that status.
        """
        for role in _SET_ASIDE_ROLES:
            if role not in self.roles(record):
                continue
            text = self.text(record, role)
            if text is None or normal(text) in self._status_words:
                continue
            if text not in self._set_aside:
                self._set_aside[text] = set_aside_word(text)
            if (word := self._set_aside[text]) is not None:
                return word
        return set_aside_mark(title)

    def stated_direction(self, record: Record, text: str) -> Direction | None:
        """The direction that the cell of a row states; None where its word is not known."""
        place = self.roles(record).get("direction")
        header = self.names[place] if place is not None and place < len(self.names) else ""
        known = (place, text)
        if known not in self._directions:
            signs = frozenset(self.sheet.texts_in(-1 if place is None else place))
            self._directions[known] = stated_direction(text, header, self._direction_words, signs)
        return self._directions[known]

    def name_direction(self, record: Record, text: str) -> None:
        """Name a word for a direction that nobody knows, and ask what it means."""
        word = shown(text)
        what = (
            f"{word!r} does not say to okrsync which way is good, so the row is not measured; say"
            f' under [values.directions] in the mapping what it means: "{word}" = "decrease"'
        )
        self.warn("unknown-direction", record, "direction", what)
        self._ask_direction(record, "direction", f"{word!r}: which way is good?", text)

    def name_doubt(self, record: Record, title: str, doubt: DirectionDoubt) -> None:
        """Name what speaks against the direction of a row; where it is not measured, ask."""
        left = "" if doubt.is_measured else ", so it is not measured"
        what = (
            f"{doubt.text}{left}; put it right, or say under [values.directions] in the mapping"
            f' which way is good: "{shown(title)}" = "decrease"'
        )
        self.warn(doubt.code, record, doubt.role, what)
        if doubt.is_asked:
            text = f"{shown(title)!r}: {doubt.text}. Which way is good?"
            self._ask_direction(record, doubt.role, text, title.strip())

    def _ask_direction(self, record: Record, role: str, text: str, key: str) -> None:
        table, at = self.sheet.table.name, self.at(record, role)
        key = f"values.directions.{key}"
        if all(question.key != key for question in self.questions):
            self.questions.append(Question(table, at, text, key, _DIRECTION_ANSWERS))

    def _name_status(self, record: Record, text: str) -> None:
        """Name a word for a status that nobody knows, where it looks like one."""
        if len(text) <= 30 and self._unknown_statuses < _MOST_WORDS:
            self._unknown_statuses += 1
            word = shown(text)
            what = (
                f"{word!r} is no status okrsync knows, and is not read; say under [values.status]"
                f' in the mapping what it means: "{word}" = "on-track"'
            )
            self.warn("unknown-status", record, "status", what)

    def day(self, record: Record, role: str) -> date | None:
        """A day; a period stands for its last day, or its first where a start is meant. One that
        could be two days, or is none, is named.
        """
        value = self.value(record, role)
        if type(value) is date:
            return value
        if value is None or value == "" or is_placeholder(value):
            return None
        place = self.roles(record).get(role)
        if place is not None and not (record.values and role in record.values):
            if (role, place) not in self._days:
                self._days[role, place] = self._read_days(role, place)
            found = self._days[role, place][self.sheet.index[record.row.number]]
        else:
            found = self._read_day(role, value)
        if found is None and not (isinstance(value, str) and self._is_doubtful_day(value)):
            text = shown(value)
            if isinstance(value, CellError) or is_error(value):
                self.warn("cell-error", record, role, f"the cell shows {text}; mend its formula")
            else:
                self.warn(
                    "not-a-date",
                    record,
                    role,
                    f"{text!r} is no day; expected one such as 2026-11-02",
                )
        return found

    def _read_days(self, role: str, place: int) -> list[date | None]:
        """The days of a whole column, a row each. What could be two days is named once, and is
        none.
        """
        found: list[date | None] = []
        doubtful = []
        for row in self.sheet.rows:
            value = row.values[place] if place < len(row.values) else None
            found.append(None if value is None else self._read_day(role, value))
            if found[-1] is None and isinstance(value, str) and self._is_doubtful_day(value):
                doubtful.append(row)
        if doubtful:
            at = self.sheet.table.ref(doubtful[0], place)
            self.conventions.doubtful_day(at, doubtful[0].value(place), len(doubtful) - 1)
        return found

    def _read_day(self, role: str, value: CellValue) -> date | None:
        if type(value) is date:
            return value
        found = read_date(value, self.conventions.date_order)
        if found is None and role != "checked_in" and isinstance(value, str):
            period = self._period(value)
            return None if period is None else period.start if role == "start_date" else period.end
        return found

    def _is_doubtful_day(self, value: str) -> bool:
        return (
            self.conventions.date_order not in ("dmy", "mdy")
            and len(value) <= 60
            and could_be_two_days(value)
        )

    def cycle(self, record: Record) -> Cycle | None:
        """The cycle a row is for, or None where it tells none that is a period. A year in a column
        beside a quarter belongs to it.
        """
        value = self.value(record, "cycle")
        if value is None:
            return None
        text, beside = text_of(value), ""
        if self._beside is not None and not (record.values and "cycle" in record.values):
            beside = text_of(record.row.value(self._beside.column)).strip()
        if (text, beside) not in self._cycles:
            found = (
                self._period(self._beside.joined(text, beside))
                if self._beside is not None and beside
                else None
            )
            self._cycles[text, beside] = found or self._period(text)
        return self._cycles[text, beside]

    def is_period_unread(self, record: Record) -> bool:
        """Whether a row names a period that cannot be read; the first row of each is named."""
        value = self.value(record, "cycle")
        if value is None or isinstance(value, date) or self.cycle(record) is not None:
            return False
        text = text_of(value).strip()
        if not text or is_placeholder(text) or lookup("timeless", text) is not None:
            return False
        if read_date(text, self.conventions.date_order or "dmy") is not None:
            return False
        if not self._names_periods:
            return False
        if text not in self._unread_periods:
            self._unread_periods.add(text)
            what = (
                f"{shown(text)!r} is no period that can be read, so its rows are neither shown nor"
                " written; write one such as 2026-Q4, or empty the cell"
            )
            self.warn("unread-period", record, "cycle", what)
        return True

    @cached_property
    def _names_periods(self) -> bool:
        """Whether the column of periods is one: its header says so, or one of its values is."""
        place = self.sheet.roles.get("cycle")
        if place is None:
            return False
        name = self.names[place] if place < len(self.names) else ""
        if roles_of(name)[:1] == ("cycle",) and normal(name) not in words_of("weak"):
            return True
        return any(self._period(text) is not None for text in {*self.sheet.texts("cycle")} if text)

    def _period(self, text: str) -> Cycle | None:
        return parse_cycle(
            text,
            today=self.today,
            fiscal_year_start=self._fiscal_year_start,
            date_order=self.conventions.date_order,
            within=self.within,
        )

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
        if (
            is_placeholder(value)
            or (isinstance(value, str) and not value.strip())
            or isinstance(value, bool)
            or (isinstance(value, str) and set_aside_word(value) is not None)
        ):
            return
        text = shown(value)
        if isinstance(value, CellError) or is_error(value):
            self.warn("cell-error", record, role, f"the cell shows {text}; mend its formula")
        elif role == "target":
            self.warn(
                "text-target",
                record,
                role,
                f"{text!r} is a text and cannot be measured against; put a number there",
            )
        elif role == "current" and (lookup("booleans", text) or lookup("statuses", text)):
            return
        elif isinstance(value, float):
            self.warn(
                "not-a-number",
                record,
                role,
                f"{text} is no number that can be measured; expected one such as 62",
            )
        else:
            self.warn(
                "not-a-number",
                record,
                role,
                f"{text!r} is no number; expected one such as 62, 48% or 1,200 EUR",
            )
