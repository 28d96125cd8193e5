"""Marks that say whether something is done: a checkbox, `x`, `✓`, yes or no, under a header such as
`Shipped`.

What a mark under another header says (`Reviewed: yes`) is not known: it may be anything but done.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from okrsync.mapping.sheet import Record
from okrsync.mapping.values.columns import Columns
from okrsync.mapping.values.mark_columns import are_marks, are_ticks, is_done_header, mark_of
from okrsync.mapping.values.numbers import light_beside
from okrsync.mapping.values.set_aside import is_set_aside_header, set_aside_mark, set_aside_word
from okrsync.mapping.values.typed import read_boolean, read_date
from okrsync.mapping.words import normal, status_of, table
from okrsync.model.okrs import Status
from okrsync.model.table import STRUCK, is_blank

__all__ = ["RowMarks"]

_SET_ASIDE_ROLES = ("status", "current", "progress", "score", "confidence")
_STRUCK = "struck through"
_MEASURING = ("current", "progress", "score", "status", "baseline", "target")
"""The roles whose cells say how a row stands; beside them a mark is only a second word."""


class RowMarks:
    """What words and marks say of the rows of one sheet: done, or set aside."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._set_aside: dict[str, str | None] = {}
        self._yes_and_no: dict[int, frozenset[bool | None]] = {}
        self._done_columns: dict[int, bool] = {}
        self._ticks: dict[int, bool] = {}

    def says_done(self, record: Record) -> bool | None:
        """What a mark says of a row that has nothing else: in the column of the current value,
        where its header is one for marks, or in a column of marks beside columns of numbers. None
        where no mark counts.
        """
        column = self._columns.roles(record).get("current")
        if column is not None and self._is_done_column(column):
            return self._said(record, column)
        if self._beside is None or any(
            self._columns.text(record, role) is not None
            for role in _MEASURING
            if role in self._columns.roles(record)
        ):
            return None
        return self._said(record, self._beside)

    def typed_done(self, record: Record) -> str | None:
        """The header of a column of marks that calls a row done beside its numbers; None where none
        does. It is the status that a person typed.
        """
        if self._beside is None or not self._said(record, self._beside):
            return None
        return None if self.says_done(record) else self._columns.names[self._beside]

    def status(self, record: Record) -> tuple[Status | None, str | None]:
        """The status as typed, else done by a mark beside the row's numbers; and the same in the
        words of the person who typed it.
        """
        if self._has_status(record):
            return self._columns.status(record), self._columns.typed_status(record)
        light, done = self._light(record), self.typed_done(record)
        if light is not None and (status := status_of(light)) is not None:
            return Status(status), light
        return None if done is None else Status.ACHIEVED, light or done

    def _light(self, record: Record) -> str | None:
        """The light beside the current value, such as 🔴 in `🔴 38`; None where there is none."""
        if "current" not in self._columns.roles(record):
            return None
        value = self._columns.value(record, "current")
        if not isinstance(value, str) or value.isascii():
            return None
        text = self._columns.text(record, "current")
        return None if text is None else light_beside(text)

    def _has_status(self, record: Record) -> bool:
        # A label above the table tells of its objectives only.
        may_have = record.kind == "objective" or "status" in self._columns.roles(record)
        return may_have and self._columns.text(record, "status") is not None

    def set_aside(self, record: Record, title: str) -> str | None:
        """The word by which a person set an item aside (`Cancelled`, `auf Eis`), from its status,
        from the cell of a value, or from a mark in its title; None where the item counts. A word
        that the mapping maps to a status is read as that status.
        """
        columns = self._columns
        roles = columns.roles(record)
        for role in _SET_ASIDE_ROLES:
            if role not in roles:
                continue
            text = columns.text(record, role)
            if text is None:
                continue
            if text not in self._set_aside:
                plain = normal(text)
                self._set_aside[text] = (
                    text
                    if plain in columns.set_aside_words
                    else None
                    if plain in columns.status_words
                    else set_aside_word(text)
                )
            word = self._set_aside[text]
            # ❌ is a no beside ✅, and alone it says that the row was dropped.
            if word is not None and not (
                read_boolean(text) is False and self._answers_in(roles[role]) == {True, False}
            ):
                return word
        for column, header in self.set_aside_columns.items():
            if read_boolean(record.row.value(column)):
                return header
        return set_aside_mark(title) or (
            self.struck(record) if record.kind == "objective" else None
        )

    def struck(self, record: Record) -> str | None:
        """The word for a title that is struck through; None for any other. In a row that belongs to
        a key result, the name of its objective may be struck only with the whole row.
        """
        row, column = record.row, record.title_column
        if not row.mark(column) & STRUCK or record.kind in record.elsewhere:
            return None
        key_result = self._columns.sheet.roles.get("key_result", column)
        is_own = record.kind == "key_result" or record.states_row or key_result == column
        return _STRUCK if is_own or not row.mark(key_result) & STRUCK else None

    @property
    def columns_beside(self) -> frozenset[int]:
        """The columns without a role in which marks are looked for."""
        beside = frozenset() if self._beside is None else frozenset({self._beside})
        return beside | self.set_aside_columns.keys()

    @cached_property
    def set_aside_columns(self) -> Mapping[int, str]:
        """The headers of columns of yes or no whose header sets a row aside (`Cancelled`), by
        column.
        """
        return {
            column: name
            for column, name in enumerate(self._columns.names)
            if name
            and column not in self._read
            and is_set_aside_header(name)
            and (answers := self._answers_in(column))
            and None not in answers
        }

    def _answers_in(self, column: int) -> frozenset[bool | None]:
        """What the cells of a column say: yes, no, or neither."""
        if column not in self._yes_and_no:
            values = (row.value(column) for row in self._columns.sheet.rows)
            answers = frozenset(read_boolean(value) for value in values if not is_blank(value))
            self._yes_and_no[column] = answers
        return self._yes_and_no[column]

    @cached_property
    def _read(self) -> frozenset[int]:
        sheet = self._columns.sheet
        return frozenset((*sheet.roles.values(), *sheet.of_objectives.values()))

    @cached_property
    def _beside(self) -> int | None:
        """The column of marks that no role has, under a header that says what they mean; None where
        several disagree, or where the mapping says that none counts.
        """
        if "current" in self._columns.mapping.columns and not self._columns.mapping.names(
            "current"
        ):
            return None
        done = [
            column
            for column in range(len(self._columns.names))
            if column not in self._read
            and self._is_done_column(column)
            and not self._is_of_initiatives(column)
        ]
        readings = {
            tuple(mark_of(row.value(column), True) for row in self._columns.sheet.rows)
            for column in done
        }
        return done[0] if len(readings) == 1 else None

    def _is_of_initiatives(self, column: int) -> bool:
        """Whether a column stands behind one of initiatives, or beside one where columns have no
        order, of which a key result has several, each in a row: what is done then is the
        initiative.
        """
        sheet, names = self._columns.sheet, self._columns.names
        places = range(max(column - 1, 0), column) if sheet.has_order else range(len(names))
        title = sheet.roles.get("key_result", sheet.roles.get("objective", -1))
        return any(
            not is_blank(row.value(work)) and is_blank(row.value(title))
            for work in places
            if normal(names[work]) in table("initiatives")
            for row in sheet.table.rows
        )

    def _is_done_column(self, column: int) -> bool:
        if column not in self._done_columns:
            names, rows = self._columns.names, self._columns.sheet.rows
            name = names[column] if column < len(names) else ""
            values = [row.value(column) for row in rows] if name else []
            self._done_columns[column] = is_done_header(name) and are_marks(values, name)
            self._ticks[column] = are_ticks(values)
        return self._done_columns[column]

    def _said(self, record: Record, column: int) -> bool | None:
        value = record.row.value(column)
        if is_blank(value):
            return False if self._ticks[column] else None
        day = read_date(value, self._columns.conventions.date_order)
        # Nobody has done a thing on a day to come.
        return None if day is not None and day > self._columns.today else mark_of(value, True)
