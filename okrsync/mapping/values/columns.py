"""Reads the cells of one sheet by role, each column once, by the conventions of the sheet (see
`okrsync.mapping.values.conventions`).

A cell that cannot be read becomes a warning with its address; the rest of its row still counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from okrsync.mapping.file import Mapping_
from okrsync.mapping.sheet import Record, Sheet
from okrsync.mapping.values.conventions import Conventions
from okrsync.mapping.values.directions import DirectionDoubt, stated_direction
from okrsync.mapping.values.percents import (
    status_beside_percent,
    why_mixed,
    why_no_percent,
    why_no_scale,
)
from okrsync.mapping.values.periods import Periods
from okrsync.mapping.values.references import references_in
from okrsync.mapping.values.set_aside import set_aside_word
from okrsync.mapping.values.typed import (
    Number,
    day_text,
    is_error,
    is_placeholder,
    read_boolean,
    read_date,
    read_number,
    shown,
    why_no_number,
)
from okrsync.mapping.words import lookup, normal, status_of
from okrsync.model.days import could_be_two_days
from okrsync.model.evidence import Answer, Question
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
_MONTHS = 12
_NO_NUMBER = Number(Decimal("NaN"))
_DIRECTION_ANSWERS = (
    Answer("more is better", Direction.INCREASE.value),
    Answer("less is better", Direction.DECREASE.value),
    Answer("the target is a lower limit: at least this much", Direction.STAY_ABOVE.value),
    Answer("the target is an upper limit: at most this much", Direction.STAY_BELOW.value),
)
_STATUS_ANSWERS = (
    *(
        Answer(status.value.replace("-", " "), status.value)
        for status in (
            Status.ON_TRACK,
            Status.AT_RISK,
            Status.OFF_TRACK,
            Status.NOT_STARTED,
            Status.ACHIEVED,
        )
    ),
    Answer("set aside: the row does not count", "set-aside"),
)
_NUMBER_ROLES = ("baseline", "current", "target", "progress", "score")
_BARE_NUMBERS = frozenset((int, float, Decimal, type(None)))
_NO_FORMULAS: Mapping[str, Literal["failing", "uncalculated"]] = {}
_MOST_WORDS = 10
"""The most unknown status words reported per sheet: more would bury the rest of the report."""


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
        self.periods = Periods(sheet, names, self.conventions, today, fiscal_year_start)
        self.mapping = mapping
        self.marks_weights = True
        """Whether a row without a weight may stand beside one with a weight, in any table."""
        self._values = mapping.values
        self.today = today
        meant = {normal(word): status for word, status in mapping.values.status.items()}
        self.status_words = {
            word: status for word, status in meant.items() if isinstance(status, Status)
        }
        self.set_aside_words = meant.keys() - self.status_words.keys()
        self._confidence_words = {
            normal(word): Decimal(repr(share)) for word, share in mapping.values.confidence.items()
        }
        self._statuses: dict[str, Status | None] = {}
        self._unread_periods: set[str] = set()
        self._directions: dict[tuple[int | None, str], Direction | None] = {}
        self._direction_words = {
            normal(word): direction for word, direction in mapping.values.directions.items()
        }
        self._unknown_statuses = 0
        self._numbers: dict[int, list[Number | None]] = {}
        self._days: dict[tuple[str, int], list[date | None]] = {}

    def look_at(
        self, records: Iterable[Record], within: Cycle | None, *, names_year: bool = True
    ) -> None:
        """Prepare to read records: note the columns that only some of them have, and the cycle of
        their table; `names_year` says whether that gives its periods their year.
        """
        # Many records share one dictionary of roles. It has no hash, so its id() stands for it.
        role_columns = {
            id(record.roles): record.roles for record in records if record.roles is not None
        }
        self.conventions.look_at(role_columns.values())
        self.periods.within, self.periods.names_year = within, names_year

    def roles(self, record: Record) -> Mapping[str, int]:
        """The columns of a record by role."""
        return self.sheet.roles if record.roles is None else record.roles

    def knows(self, record: Record, role: str) -> bool:
        """Whether a role has a column, or a label above the table."""
        return role in self.roles(record) or role in self.sheet.labels

    def value(self, record: Record, role: str) -> CellValue:
        """The value of a role's cell; None where the cell is empty or the role has no column."""
        if record.values and role in record.values:
            return record.values[role]
        column = (self.sheet.roles if record.roles is None else record.roles).get(role)
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

    def texts(self, records: Iterable[Record], role: str) -> list[str | None]:
        """The same for many records: at once where they share one column."""
        sheet = self.sheet
        column, index = sheet.roles.get(role), sheet.index
        texts = [] if column is None else sheet.texts_in(column)
        return [
            self.text(record, role)
            if column is None or record.values or record.roles is not None
            else texts[index[record.row.number]] or None
            for record in records
        ]

    def label(self, role: str) -> str | None:
        """The text of a label above the table, which applies to all rows; None where there is no
        such label.
        """
        value = self.sheet.labels[role][0] if role in self.sheet.labels else None
        return None if value is None or isinstance(value, CellError) else text_of(value).strip()

    def number(self, record: Record, role: str) -> Number | None:
        """The number in a role's cell; None where it holds none. A text that is not a number gives
        a warning; a placeholder does not.
        """
        if record.values and role in record.values:
            stated = record.values[role]
            number = read_number(stated, self.conventions.decimal)
            if number is None and not is_blank(stated) and not is_placeholder(stated):
                self._not_a_number(record, role, stated)
            return number
        column = self.roles(record).get(role)
        if column is None:
            return read_number(self.sheet.labels[role][0]) if role in self.sheet.labels else None
        numbers = self._numbers.get(column)
        if numbers is None:
            numbers = self._numbers[column] = self._read_numbers(column)
        number = numbers[self.sheet.index[record.row.number]]
        if number is _NO_NUMBER:
            self._not_a_number(record, role, self.value(record, role))
            return None
        # openpyxl and other writers store a formula without its value, until Excel saves the file.
        if number is None and record.row.mark(column) & UNCALCULATED:
            what = (
                "the file has no saved result for this formula; open and save the file in Excel"
                " once"
            )
            self.warn("cell-error", record, role, what)
        return number

    def formulas(self, record: Record) -> Mapping[str, Literal["failing", "uncalculated"]]:
        """By role, the cells with numbers whose formula gives no value, and why."""
        formulas: dict[str, Literal["failing", "uncalculated"]] = {}
        roles, row = self.roles(record), record.row
        values, marks = row.values, row.marks
        for role in _NUMBER_ROLES:
            column = roles.get(role)
            if column is None:
                continue
            value = values[column] if column < len(values) else None
            if type(value) in _BARE_NUMBERS and not marks:
                continue
            if isinstance(value, CellError) or (isinstance(value, str) and is_error(value)):
                formulas[role] = "failing"
            elif marks and row.mark(column) & UNCALCULATED:
                formulas[role] = "uncalculated"
        return formulas or _NO_FORMULAS

    def number_in(self, record: Record, column: int) -> Number | None:
        """The number in a column of a row, whatever its role; None where it holds none."""
        if column not in self._numbers:
            self._numbers[column] = self._read_numbers(column)
        number = self._numbers[column][self.sheet.index[record.row.number]]
        return None if number is _NO_NUMBER else number

    def _read_numbers(self, column: int) -> list[Number | None]:
        """The numbers of a whole column, row by row; `_NO_NUMBER` stands for a cell with anything
        else. A text that can be two numbers gives a warning and counts as empty.
        """
        sign = self.conventions.decimal
        numbers: list[Number | None] = []
        doubtful = []
        read: dict[tuple[object, ...], Number | None] = {}
        for row in self.sheet.rows:
            value = row.values[column] if column < len(row.values) else None
            if value is None or value == "":
                numbers.append(None)
                continue
            is_percent = bool(row.marks) and bool(row.mark(column) & PERCENT)
            if (key := (type(value), value, is_percent)) not in read:
                read[key] = read_number(value, sign, percent_format=is_percent)
            if (number := read[key]) is not None and number.is_doubtful:
                doubtful.append(row)
                numbers.append(None)
            else:
                numbers.append(number or _NO_NUMBER)
        if doubtful:
            cell = self.sheet.table.ref(doubtful[0], column)
            self.conventions.doubtful_number(cell, doubtful[0].value(column), len(doubtful) - 1)
        return numbers

    def share(self, record: Record, role: str) -> Decimal | None:
        """A share, such as a progress: 0.48 for `48%`, for 0.48, and for 48 in a column of points.
        None where the cell holds no number, or where its scale is unknown.
        """
        number = self.number(record, role)
        if number is None:
            return None
        if number.unit == "%":
            return number.value / 100
        if number.of is not None and number.of:
            return number.value / number.of
        if role == "progress":
            is_stated = self._values.percent_scale != "auto"
            what = why_no_percent(number, self.value(record, role), is_scale_stated=is_stated)
            if what is not None:
                self.warn("no-share", record, role, what)
                return None
        column = self.roles(record).get(role)
        if column is None and abs(number.value) > 1:
            self.warn("no-share", record, role, why_no_scale(self.value(record, role)))
            return None
        scale = Decimal(1) if column is None else self.conventions.scale(role, column)
        if scale is None:
            return Decimal(0) if number.value == 0 else None  # Zero is zero on every scale.
        is_doubtful = role == "progress" and self._values.percent_scale == "auto"
        if is_doubtful and scale == _HUNDRED and 0 < abs(number.value) <= 1:
            self.warn("mixed-percent", record, role, why_mixed(self.value(record, role), number))
            return None
        return number.value / scale

    def is_rolled_up(self, record: Record, role: str) -> bool:
        """Whether the source itself calculates a value from other rows, as a Notion rollup does:
        https://developers.notion.com/reference/page-property-values#rollup
        """
        column = self.roles(record).get(role)
        return column is not None and bool(record.row.mark(column) & ROLLED)

    def is_private(self, record: Record) -> bool:
        """Whether a column keeps the words of a row out of what others read. A word that is not
        known gives a warning and keeps them out: what was published by mistake stays read.
        """
        value = self.value(record, "private") if self.knows(record, "private") else None
        if value is None or is_placeholder(value):
            return False
        text = text_of(value).strip()
        answer = read_boolean(value)
        meaning = lookup("privacy", text)
        if answer is None and meaning is None and text:
            self.warn(
                "unknown-privacy",
                record,
                "private",
                f"{shown(value)} says neither yes nor no, so the row counts as private; write yes"
                " or no",
            )
            return True
        return answer if answer is not None else meaning == "private"

    def weight(self, record: Record) -> Decimal:
        """The weight of an item; 1 where none is given. A negative one gives a warning and counts
        as 0.
        """
        number = self.number(record, "weight")
        if number is None:
            weight = self._parent_weight(record)
            return _ONE if weight is None else weight
        if number.value < 0:
            self.warn(
                "negative-weight",
                record,
                "weight",
                f"{shown(self.value(record, 'weight'))} is negative; it counts as 0",
            )
            return Decimal(0)
        return number.value / 100 if number.unit == "%" else number.value

    def states_weight(self, record: Record) -> bool:
        """Whether a row states its weight, in a column of weights or beside its parent."""
        if "weight" in self.roles(record) and not is_blank(self.value(record, "weight")):
            return True
        return self._parent_weight(record) is not None

    def _parent_weight(self, record: Record) -> Decimal | None:
        """The weight that a cell names beside the parent: `Grow (weight: 33 %, Id: 12)`."""
        text = self.value(record, "parent")
        parents = references_in(text) if isinstance(text, str) and "(" in text else ()
        return parents[0].weight if parents else None

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
        """The typed status as one of okrsync's own; None where its word is not known."""
        text = self.text(record, "status")
        if text is None:
            return None
        if text not in self._statuses:
            own = self.status_words.get(normal(text))
            is_set_aside = own is None and (
                normal(text) in self.set_aside_words or set_aside_word(text) is not None
            )
            meaning = status_of(text) if own is None and not is_set_aside else None
            if meaning is None and own is None and not is_set_aside:
                meaning = status_beside_percent(text)
            if meaning is None and own is None and self._is_amber(record, text):
                meaning = Status.AT_RISK
            self._statuses[text] = own if meaning is None else Status(meaning)
            if own is None and meaning is None and not is_set_aside and not is_placeholder(text):
                self._name_status(record, text)
        return self._statuses[text]

    def _is_amber(self, record: Record, text: str) -> bool:
        """Whether an A is the amber of red, amber and green. By itself it could be "achieved"."""
        column = self.roles(record).get("status")
        if column is None or normal(text) != "a":
            return False
        header = self.names[column] if column < len(self.names) else ""
        letters = {normal(other) for other in self.sheet.texts_in(column)}
        return "rag" in normal(header).split() or ("r" in letters and "y" not in letters)

    def typed_status(self, record: Record) -> str | None:
        """The status in the words of the person who typed it."""
        text = self.text(record, "status")
        return None if text is None or is_placeholder(text) else text

    def stated_direction(self, record: Record, text: str) -> Direction | None:
        """The direction that a row's cell states; None where its word is not known."""
        column = self.roles(record).get("direction")
        header = self.names[column] if column is not None and column < len(self.names) else ""
        key = (column, text)
        if key not in self._directions:
            signs = frozenset(self.sheet.texts_in(-1 if column is None else column))
            self._directions[key] = stated_direction(text, header, self._direction_words, signs)
        return self._directions[key]

    def name_direction(self, record: Record, text: str) -> None:
        """Warn about an unknown word for a direction, and ask what it means."""
        word = shown(text)
        what = (
            f"{word!r} is not a direction that okrsync knows, so the row is not measured; add it to"
            f' [values.directions] in the mapping: "{word}" = "increase" or "decrease"'
        )
        self.warn("unknown-direction", record, "direction", what)
        self._ask_direction(record, "direction", f"{word!r}: is more or less better?", text)

    def name_doubt(self, record: Record, title: str, doubt: DirectionDoubt) -> None:
        """Warn about a contradiction in the direction of a row; where the row is not measured, ask
        for its direction.
        """
        consequence = "" if doubt.is_measured else ", so it is not measured"
        what = (
            f"{doubt.text}{consequence}; correct the row, or add its direction to"
            f' [values.directions] in the mapping, for example "{shown(title)}" = "{doubt.likely}"'
        )
        self.warn(doubt.code, record, doubt.role, what)
        if doubt.is_asked:
            text = f"{shown(title)!r}: {doubt.text}. Is more or less better?"
            self._ask_direction(record, doubt.role, text, title.strip())

    def _ask_direction(self, record: Record, role: str, text: str, key: str) -> None:
        table, cell = self.sheet.table.name, self.cell_ref(record, role)
        key = f"values.directions.{key}"
        if all(question.key != key for question in self.questions):
            self.questions.append(Question(table, cell, text, key, _DIRECTION_ANSWERS))

    def _name_status(self, record: Record, text: str) -> None:
        """Warn about an unknown word for a status."""
        # A longer text is a remark in the status column, and no mapping needs to know it.
        if len(text) <= 30 and self._unknown_statuses < _MOST_WORDS:
            self._unknown_statuses += 1
            word = shown(text)
            what = (
                f"{word!r} is not a status that okrsync knows, so it is not read; add it to"
                f' [values.status] in the mapping, for example "{word}" = "on-track"'
            )
            self.warn("unknown-status", record, "status", what)
            key, cell = f"values.status.{text}", self.cell_ref(record, "status")
            ask = f"{word!r} is not a status that okrsync knows. What does it mean?"
            self.questions.append(Question(self.sheet.table.name, cell, ask, key, _STATUS_ANSWERS))

    def day(self, record: Record, role: str) -> date | None:
        """The day in a role's cell; None where it holds none. A period counts as its last day, or
        as its first for `start_date`. A text that can be two days, or is none, gives a warning.
        """
        value = self.value(record, role)
        if type(value) is date and value.day > _MONTHS:
            return value  # No month was taken for its day.
        column = self.roles(record).get(role)
        if type(value) is date:
            is_doubtful = column is not None and self.conventions.may_be_swapped(
                column, value, lambda: self.cell_ref(record, role)
            )
            return None if is_doubtful else value
        if value is None or value == "" or is_placeholder(value):
            return None
        if column is not None and not (record.values and role in record.values):
            if (role, column) not in self._days:
                self._days[role, column] = self._read_days(role, column)
            day = self._days[role, column][self.sheet.index[record.row.number]]
        else:
            day = self._read_day(role, value)
        if day is None and not (isinstance(value, str) and self._is_doubtful_day(value)):
            text = shown(value)
            if isinstance(value, CellError) or is_error(value):
                self.warn("cell-error", record, role, f"the cell shows {text}; fix its formula")
            elif isinstance(value, str) and (guess := self.periods.day_without_year(value)):
                what = f"{text!r} has no year; type the whole date, such as {guess.isoformat()}"
                self.warn("not-a-date", record, role, what)
            else:
                what = f"{text!r} is not a date; expected one such as 2026-11-02"
                self.warn("not-a-date", record, role, what)
        elif day is not None and isinstance(value, str) and not self.periods.is_in_cycle(day):
            self._name_assumed_year(record, role, value, day)
        return day

    def _name_assumed_year(self, record: Record, role: str, text: str, day: date) -> None:
        """Warn about a day outside the cycle whose year is a guess."""
        if read_date(text, self.conventions.date_order) != day and (
            self.periods.day_without_year(text) == day
        ):
            what = (
                f"{shown(text)!r} has no year, and is taken for {day.isoformat()}; type the whole"
                " date if another year is meant"
            )
            self.warn("assumed-year", record, role, what)

    def _read_days(self, role: str, column: int) -> list[date | None]:
        """The days of a whole column, row by row. Texts that can be two days give one warning and
        count as empty.
        """
        days: list[date | None] = []
        doubtful = []
        for row in self.sheet.rows:
            value = row.values[column] if column < len(row.values) else None
            days.append(None if value is None else self._read_day(role, value))
            if days[-1] is None and isinstance(value, str) and self._is_doubtful_day(value):
                doubtful.append(row)
        if doubtful:
            cell = self.sheet.table.ref(doubtful[0], column)
            self.conventions.doubtful_day(cell, doubtful[0].value(column), len(doubtful) - 1)
        return days

    def _read_day(self, role: str, value: CellValue) -> date | None:
        if type(value) is date:
            return value
        day = read_date(day_text(value, role), self.conventions.date_order)
        if day is None and role != "checked_in" and isinstance(value, str):
            return self.periods.day(value, is_start=role == "start_date")
        return day

    def _is_doubtful_day(self, value: str) -> bool:
        return (
            self.conventions.date_order not in ("dmy", "mdy")
            and len(value) <= 60
            and could_be_two_days(value)
        )

    def cycle(self, record: Record) -> Cycle | None:
        """The cycle of a row; None where its cell names no period."""
        return self.periods.cycle(record, self.value(record, "cycle"))

    def earlier_cycles(self, record: Record) -> tuple[Cycle, ...]:
        """The cycle of a row in the years before; none where something names its year."""
        return self.periods.earlier(record, self.value(record, "cycle"))

    def is_period_unread(self, record: Record) -> bool:
        """Whether a row names a period that cannot be read. Each such text gives one warning, at
        the first row that has it.
        """
        text = self.periods.unread(record, self.value(record, "cycle"))
        if text is None:
            return False
        if text not in self._unread_periods:
            self._unread_periods.add(text)
            what = (
                f"{shown(text)!r} cannot be read as a period, so its rows are neither shown nor"
                " written; enter a period such as 2026-Q4, or clear the cell"
            )
            self.warn("unread-period", record, "cycle", what)
        return True

    def cell_ref(self, record: Record, role: str) -> CellRef:
        """The address of a role's cell."""
        if role in record.elsewhere:
            number, column_index = record.elsewhere[role]
            return CellRef(self.sheet.table.name, f"{column_letters(column_index)}{number}")
        column = self.roles(record).get(role)
        if column is None and role in self.sheet.labels:
            number, column_index = self.sheet.labels[role][1]
            return CellRef(self.sheet.table.name, f"{column_letters(column_index)}{number}")
        return self.sheet.table.ref(record.row, record.title_column if column is None else column)

    def start(self, record: Record, due: date | None) -> date | None:
        """The first day of an item that is due then. One after the due date does not count, and
        gives a warning.
        """
        start = self.day(record, "start_date")
        if start is None or due is None or start <= due:
            return start
        what = (
            f"{start.isoformat()} is after the due date, {due.isoformat()}: the start does not"
            " count; correct one of the two days"
        )
        self.warn("start-after-due", record, "start_date", what)
        return None

    def warn(self, code: str, record: Record, role: str, what: str) -> None:
        """Add a warning about a role's cell."""
        self.warnings.append(Warning_(code, self.source, self.cell_ref(record, role), what))

    def _not_a_number(self, record: Record, role: str, value: CellValue) -> None:
        told = why_no_number(role, value)
        if told is not None:
            self.warn(told[0], record, role, told[1])
