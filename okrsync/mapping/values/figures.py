"""The figures of one row: its numbers, its kind, its direction, and what is unclear about them."""

from __future__ import annotations

from decimal import Decimal

from okrsync.mapping.sheet import Record
from okrsync.mapping.values.amounts import Amounts
from okrsync.mapping.values.columns import Columns
from okrsync.mapping.values.directions import (
    DirectionDoubt,
    DirectionReading,
    RowNumbers,
    direction_of,
)
from okrsync.mapping.values.kinds import is_measured_plainly
from okrsync.mapping.values.marks import RowMarks
from okrsync.mapping.values.typed import Number, is_placeholder, read_boolean, shown
from okrsync.mapping.words import lookup, status_of
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Direction, Kind, Status
from okrsync.model.table import CellRef, CellValue

__all__ = ["Figures", "RowFigures"]

_DIRECTION = frozenset({"direction"})
_NOTHING: frozenset[str] = frozenset()


class RowFigures(Frozen, frozen=True):
    """The figures of a row, under the names that `okrsync.model.okrs.KeyResult` gives them."""

    kind: Kind
    baseline: Decimal | None
    target: Decimal | None
    target_high: Decimal | None
    stretch: Decimal | None
    current: Decimal | None
    milestones: tuple[int, int] | None
    unit: str | None
    direction: Direction | None
    progress: Decimal | None
    inferred: frozenset[str]
    unclear: frozenset[str]


class Figures:
    """Reads the figures of a sheet's rows."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.amounts = Amounts(columns)
        self.marks = RowMarks(columns)

    def of(self, record: Record, title: str) -> RowFigures:
        """The figures of one row."""
        columns = self.columns
        roles = columns.roles(record)
        done = self.marks.says_done(record)
        if done is not None:
            return self._done_or_not(record, done)
        progress = columns.share(record, "progress") if "progress" in roles else None
        status = columns.status(record) if "status" in roles else None
        # A typed progress or status takes precedence over numbers inferred from a title.
        is_given = progress is not None or (
            status is not None and columns.text(record, "current") is None
        )
        numbers, inferred = self.amounts.numbers(record, title, may_infer=not is_given)
        baseline, target, current = (
            numbers.get("baseline"),
            numbers.get("target"),
            numbers.get("current"),
        )
        high = (
            numbers["target_high"].value
            if "target_high" in numbers
            else (target.high if target is not None else None)
        )
        unit = self._unit(record, title, target, current)
        reading = self._direction(
            record,
            title,
            RowNumbers(
                baseline.value if baseline else None,
                target,
                high,
                current.value if current else None,
                unit is not None and lookup("units", unit) == "time",
                status in (Status.OFF_TRACK, Status.AT_RISK),
            ),
        )
        direction = reading.direction
        kind, value, milestones = self._kind(
            record, target, current, direction, progress is not None or status is not None
        )
        if kind is Kind.BOOLEAN and target is None and "target" in roles:
            self._withdraw_warning("text-target", columns.cell_ref(record, "target"))
        if kind is Kind.BOOLEAN and value is None:
            self._name_neither_done_nor_not(record)
        if kind is Kind.BOOLEAN and target is None:
            aim: Decimal | None = Decimal(1)
        else:
            aim = target.value if target is not None else None
        return RowFigures(
            kind,
            baseline.value if baseline is not None else None,
            aim,
            high,
            numbers["stretch"].value if "stretch" in numbers else None,
            value,
            milestones,
            unit
            if baseline is None or baseline.unit is None
            else self._unit(record, title, target, current, baseline),
            direction,
            progress,
            inferred | _DIRECTION if reading.is_inferred else inferred,
            self.amounts.unclear(record)
            | (_NOTHING if reading.doubt is None or reading.doubt.is_measured else _DIRECTION),
        )

    def _done_or_not(self, record: Record, done: bool) -> RowFigures:
        """The figures of a row that a mark calls done or not: its title tells no numbers."""
        numbers, _ = self.amounts.numbers(record, may_infer=False)
        target = numbers.get("target")
        return RowFigures(
            Kind.BOOLEAN,
            None,
            Decimal(1) if target is None else target.value,
            None,
            None,
            Decimal(int(done)),
            None,
            None,
            None,
            None,
            _NOTHING,
            _NOTHING,
        )

    def _direction(self, record: Record, title: str, numbers: RowNumbers) -> DirectionReading:
        """The direction of a row; a doubt about it gives a warning and a question."""
        columns = self.columns
        text = columns.text(record, "direction")
        if text is not None:
            stated = columns.stated_direction(record, text)
            if stated is not None:
                return DirectionReading(stated)
            if not is_placeholder(text) and not is_measured_plainly(text):
                columns.name_direction(record, text)
                doubt = DirectionDoubt("unknown-direction", "direction", "")
                return DirectionReading(None, False, doubt)
        mapped = columns.conventions.values.directions.get(title.strip())
        if mapped is not None:
            return DirectionReading(mapped)
        reading = direction_of(numbers, title)
        if reading.doubt is not None:
            columns.name_doubt(record, title, reading.doubt)
        return reading

    def _kind(
        self,
        record: Record,
        target: Number | None,
        current: Number | None,
        direction: Direction | None,
        is_given: bool,
    ) -> tuple[Kind, Decimal | None, tuple[int, int] | None]:
        """The kind of a key result, its current value, and its milestones (done, all) if any."""
        stated = lookup("kinds", text) if (text := self.columns.text(record, "kind")) else None
        value = current.value if current is not None else None
        answer = _answer(self.columns.value(record, "current")) if current is None else None
        if (
            current is not None
            and current.of is not None
            and (stated == "milestones" or target is None)
        ):
            done, total = current.value, current.of
            if not done % 1 and not total % 1 and total > 0:
                return Kind.MILESTONES, done, (int(done), int(total))
        if stated == "boolean" or (answer is not None and target is None):
            if answer is not None:
                value = Decimal(int(answer))  # True is 1, which is also the target set by `of`.
            return Kind.BOOLEAN, value, None
        if answer is not None and target is not None:
            value = target.value if answer else None
        if (
            stated == "milestones"
            and target is not None
            and current is not None
            and target.value >= 1
        ):
            return Kind.MILESTONES, value, (int(current.value), int(target.value))
        if stated == "guard_rail" or (direction is not None and direction.is_guard_rail):
            return Kind.GUARD_RAIL, value, None
        if target is None and value is None and is_given:
            return Kind.GIVEN, None, None
        if target is None and value is None and _answer(self.columns.value(record, "target")):
            # "Done" as a target: the row is done or not, whatever else stands for its current.
            begun = status_of(self.columns.text(record, "current") or "")
            is_at_rest = begun is not None and Status(begun) is Status.NOT_STARTED
            return Kind.BOOLEAN, Decimal(0) if is_at_rest else None, None
        return Kind.METRIC, value, None

    def _unit(self, record: Record, title: str, *numbers: Number | None) -> str | None:
        unit = next(
            (number.unit for number in numbers if number is not None and number.unit is not None),
            None,
        )
        if unit is not None and "unit" not in self.columns.sheet.roles:
            return unit
        stated = self.amounts.unit(record, title)
        return unit if stated is None else stated

    def _name_neither_done_nor_not(self, record: Record) -> None:
        """Warn about a current value such as "In progress" of a row that is either done or not."""
        columns = self.columns
        value = columns.value(record, "current")
        if isinstance(value, str) and value.strip() and not is_placeholder(value):
            self._withdraw_warning("not-a-number", columns.cell_ref(record, "current"))
            what = (
                f"{shown(value)!r} says neither that it is done nor that it is not; enter done or"
                " not done, yes or no, \u2713 or \u2717"
            )
            columns.warn("not-a-number", record, "current", what)

    def _withdraw_warning(self, code: str, cell_ref: CellRef) -> None:
        """Remove a warning about a text such as "Done" in place of a number: for a key result that
        is either done or not, the text is its value.
        """
        self.columns.warnings[:] = [
            warning
            for warning in self.columns.warnings
            if (warning.code, warning.at) != (code, cell_ref)
        ]


def _answer(value: CellValue) -> bool | None:
    """Done or not, as a word in place of a number says it. A word for how things go, such as `ok`
    or 👍, does not say that they are done.
    """
    answer = read_boolean(value)
    status = status_of(value) if isinstance(value, str) else None
    if answer and status is not None and Status(status) is not Status.ACHIEVED:
        return None
    return answer
