"""What the cells of a key result's row say beside its texts and days: its figures, status, weight.

Rows whose cells hold the same say the same, so that each combination is worked out once. A row that
gives a warning, or whose title may say something too, is worked out for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Literal

from okrsync.mapping.sheet import Record
from okrsync.mapping.values.amounts import MOST_KEPT
from okrsync.mapping.values.columns import Columns
from okrsync.mapping.values.directions import is_silent
from okrsync.mapping.values.figures import Figures, RowFigures
from okrsync.mapping.values.typed import read_boolean
from okrsync.mapping.words import lookup
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Commitment, Direction, Status
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue, is_blank

__all__ = ["Formulas", "RowContent", "RowReader", "commitment_of"]

Formulas = Mapping[str, Literal["failing", "uncalculated"]]

_CellsOf = Callable[[tuple[CellValue, ...]], tuple[CellValue, ...]]
_EMPTY_WEIGHT = frozenset({"weight"})
_DIGIT = lazy_pattern(r"\d")
_OF_THE_ROW = frozenset(
    {
        "objective",
        "key_result",
        "id",
        "objective_id",
        "owner",
        "team",
        "level",
        "cycle",
        "checked_in",
        "start_date",
        "due",
        "comment",
    }
)
"""The roles that are read row by row."""


class RowContent(Frozen, frozen=True):
    """What a row says, under the names of `KeyResult`."""

    figures: RowFigures
    score: Decimal | None
    status: Status | None
    confidence: Decimal | None
    weight: Decimal
    commitment: Commitment | None
    inferred: frozenset[str]
    typed_status: str | None
    set_aside: str | None
    formulas: Formulas


class RowReader:
    """Reads the rows of one sheet."""

    def __init__(self, columns: Columns, figures: Figures) -> None:
        self._columns = columns
        self._figures = figures
        self._by_cells: dict[tuple[object, ...], RowContent] = {}
        self._read_columns: dict[int, tuple[int | None, _CellsOf]] = {}

    def of(self, record: Record, title: str, roles: Mapping[str, int]) -> RowContent:
        """What a row says; `roles` are its columns."""
        columns = self._columns
        if record.values or columns.mapping.values.directions or not is_silent(title):
            return self._anew(record, title, roles)
        target, cells_of = self._columns_read(roles)
        row = record.row
        if (target is None or is_blank(row.value(target))) and _DIGIT.search(title):
            return self._anew(record, title, roles)  # The title may name the target.
        cells = cells_of(row.values)
        # 1, 1.0 and TRUE are equal, and do not say the same.
        key = (id(roles), cells, tuple(map(type, cells)), row.marks)
        content = self._by_cells.get(key)
        if content is None:
            count = len(columns.warnings) + len(columns.questions)
            content = self._anew(record, title, roles)
            is_quiet = count == len(columns.warnings) + len(columns.questions)
            if is_quiet and len(self._by_cells) < MOST_KEPT:
                self._by_cells[key] = content
        return content

    def _columns_read(self, roles: Mapping[str, int]) -> tuple[int | None, _CellsOf]:
        """The column of the target, and what picks the cells of a row that `_anew` may look at."""
        read = self._read_columns.get(id(roles))
        if read is None:
            own = {column for role, column in roles.items() if role not in _OF_THE_ROW}
            columns = sorted({*own, *self._figures.marks.columns_beside})
            read = self._read_columns[id(roles)] = roles.get("target"), _cells_of(columns)
        return read

    def _anew(self, record: Record, title: str, roles: Mapping[str, int]) -> RowContent:
        columns, marks = self._columns, self._figures.marks
        figures = self._figures.of(record, title)
        is_unweighted = columns.marks_weights and not columns.states_weight(record)
        status, typed_status = marks.status(record)
        set_aside = marks.set_aside(record, title)
        if set_aside is None and not (status is Status.ACHIEVED or _is_reached(figures)):
            set_aside = marks.struck(record)
        return RowContent(
            figures,
            columns.share(record, "score") if "score" in roles else None,
            status,
            columns.confidence(record) if "confidence" in roles else None,
            columns.weight(record),
            commitment_of(columns, record) if "commitment" in roles else None,
            figures.inferred | _EMPTY_WEIGHT if is_unweighted else figures.inferred,
            typed_status,
            set_aside,
            columns.formulas(record),
        )


def _cells_of(columns: Sequence[int]) -> _CellsOf:
    if len(columns) < 2:
        return lambda values: values[columns[0] : columns[0] + 1] if columns else ()
    pick: _CellsOf = itemgetter(*columns)
    last = columns[-1]

    def cells_of(values: tuple[CellValue, ...]) -> tuple[CellValue, ...]:
        if len(values) > last:
            return pick(values)
        return tuple([values[each] if each < len(values) else None for each in columns])

    return cells_of


def _is_reached(figures: RowFigures) -> bool:
    """Whether a row is done by its own numbers: people also strike through what is finished."""
    target, current = figures.target, figures.current
    if figures.progress is not None:
        return figures.progress >= 1
    if target is None or current is None:
        return False
    falls = figures.direction in (Direction.DECREASE, Direction.STAY_BELOW)
    return current <= target if falls else current >= target


def commitment_of(columns: Columns, record: Record) -> Commitment | None:
    """Whether an item is committed or aspirational, as its cell says; None where it does not."""
    text = columns.text(record, "commitment")
    meaning = lookup("commitments", text) if text else None
    if meaning is None and text and read_boolean(text):
        column = columns.roles(record).get("commitment", -1)
        meaning = lookup("commitments", columns.names[column]) if column >= 0 else None
    return None if meaning is None else Commitment(meaning)
