"""What the cells of a key result's row say beside its texts and days: its figures, status, weight.

Rows whose cells hold the same say the same, so that each combination is worked out once. A row that
gives a warning, or whose title may say something too, is worked out for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
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
from okrsync.model.table import is_blank

__all__ = ["Formulas", "RowContent", "RowReader", "commitment_of"]

Formulas = Mapping[str, Literal["failing", "uncalculated"]]

_NOTHING: frozenset[str] = frozenset()
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
        self._read_columns: dict[int, tuple[tuple[int, ...], int | None]] = {}

    def of(self, record: Record, title: str, roles: Mapping[str, int]) -> RowContent:
        """What a row says; `roles` are its columns."""
        columns = self._columns
        if record.values or columns.mapping.values.directions or not is_silent(title):
            return self._anew(record, title, roles)
        read, target = self._columns_read(roles)
        values = record.row.values
        cells = tuple([values[each] if each < len(values) else None for each in read])
        if (target is None or is_blank(cells[target])) and _DIGIT.search(title):
            return self._anew(record, title, roles)  # The title may name the target.
        # 1, 1.0 and TRUE are equal, and do not say the same.
        key = (id(roles), cells, tuple(map(type, cells)), record.row.marks)
        content = self._by_cells.get(key)
        if content is None:
            count = len(columns.warnings) + len(columns.questions)
            content = self._anew(record, title, roles)
            is_quiet = count == len(columns.warnings) + len(columns.questions)
            if is_quiet and len(self._by_cells) < MOST_KEPT:
                self._by_cells[key] = content
        return content

    def _columns_read(self, roles: Mapping[str, int]) -> tuple[tuple[int, ...], int | None]:
        """The columns that `_anew` may look at, and which of them holds the target."""
        read = self._read_columns.get(id(roles))
        if read is None:
            own = {column for role, column in roles.items() if role not in _OF_THE_ROW}
            columns = tuple(sorted({*own, *self._figures.marks.columns_beside}))
            target = columns.index(roles["target"]) if "target" in roles else None
            read = self._read_columns[id(roles)] = columns, target
        return read

    def _anew(self, record: Record, title: str, roles: Mapping[str, int]) -> RowContent:
        columns, marks = self._columns, self._figures.marks
        figures = self._figures.of(record, title)
        weight_stated = columns.states_weight(record)
        status = marks.status(record)
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
            figures.inferred | (_NOTHING if weight_stated else _EMPTY_WEIGHT),
            marks.typed_status(record),
            set_aside,
            columns.formulas(record),
        )


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
