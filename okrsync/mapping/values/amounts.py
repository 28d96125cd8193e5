"""The numbers of one key result: baseline, current and target on one scale. What is missing from
its own cells is taken from its title, its headers or its unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from decimal import Decimal

from okrsync.mapping.sheet import Record
from okrsync.mapping.values.columns import Columns
from okrsync.mapping.values.numbers import names_two_numbers, share_behind
from okrsync.mapping.values.time_units import clock_times, in_one_unit, units_that_disagree
from okrsync.mapping.values.typed import Number, is_placeholder, read_boolean, read_number, shown
from okrsync.mapping.values.wording import (
    Aims,
    aims_in,
    baseline_in,
    unit_in_header,
    unit_in_title,
    unit_power,
)
from okrsync.mapping.words import lookup, normal, table
from okrsync.model.frozen import Frozen
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import MONEY, is_blank, text_of

__all__ = ["MOST_KEPT", "Amounts"]

MOST_KEPT = 16_384
"""The combinations of cells of a sheet whose meaning is kept: it may have a hundred thousand."""

_NUMERIC = ("baseline", "current", "target", "target_high", "stretch")
_MEASURED = ("baseline", "current", "target")
_TIMES = frozenset({"x", "×", "-fold", "fold", "times", "fach", "-fach", "mal", "fois", "veces"})
_SIGNS = ("+", "-", "−", "–")
_POINTS = frozenset({"pp", "p.p.", "pps", "ppt", "percentage points", "prozentpunkte"})
"""Units that only changes of percents have."""
# Possessive quantifiers (`*+`) never backtrack, so that a long text takes no longer for it.
_WAY = lazy_pattern(r"\d(?:(?![→➔➜➡⇒⟶>])[\W_])*+(?:[^\W\d_]|[→➔➜➡⇒⟶>])\D*+\d")
"""Two numbers with a word or an arrow between them."""
_BRACKETED = lazy_pattern(r"[(\[][^()\[\]]*[)\]]")
_HUNDRED = Decimal(100)
_NOT_SAID: frozenset[str] = frozenset()


class Amounts:
    """The numbers of key results, as the columns of a sheet hold them."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._numeric: dict[int, _Numeric] = {}
        self._percent_rows: bool | None = None
        self._odd: dict[tuple[int, int], str] = {}
        self._by_cells: dict[tuple[object, ...], tuple[Mapping[str, Number], frozenset[str]]] = {}

    def unclear(self, record: Record) -> frozenset[str]:
        """The role of a number that `numbers` could not compare with the others of its row."""
        role = self._odd.get((record.row.number, record.title_column))
        return _NOT_SAID if role is None else frozenset({role})

    def numbers(
        self, record: Record, title: str = "", *, may_infer: bool = True
    ) -> tuple[Mapping[str, Number], frozenset[str]]:
        """The numbers of a key result by role, and the roles whose number was inferred from the
        title or from another cell (only if `may_infer`). Percents are points, however typed.
        """
        key = self._key(record, title)
        known = None if key is None else self._by_cells.get(key)
        if known is not None:
            return known
        columns = self._columns
        count = len(columns.warnings) + len(columns.questions)
        read = self._read(record, title, may_infer)
        # A row that gives a warning is read for itself.
        is_quiet = count == len(columns.warnings) + len(columns.questions)
        if key is not None and is_quiet and len(self._by_cells) < MOST_KEPT:
            self._by_cells[key] = read
        return read

    def _key(self, record: Record, title: str) -> tuple[object, ...] | None:
        """What the numbers of a row depend on; None where its title may name one of them."""
        roles = self._columns.roles(record)
        numeric = self._numeric_roles(roles)
        target = roles.get("target")
        if record.values or target is None or is_blank(record.row.value(target)):
            return None
        if _may_name_baseline(title) and is_blank(self._columns.value(record, "baseline")):
            decimal = self._columns.conventions.decimal
            if baseline_in(title, decimal) is not None:
                return None
            if names_two_numbers(title) and aims_in(title, decimal).baseline is not None:
                return None
        cells = tuple(map(record.row.value, numeric.cells))
        # 1, 1.0 and TRUE are equal, and do not say the same.
        types = tuple(map(type, cells))
        of_title = "(" in title or "[" in title, "%" in title, unit_in_title(title)
        return id(roles), cells, types, record.row.marks, *of_title

    def _read(
        self, record: Record, title: str, may_infer: bool
    ) -> tuple[Mapping[str, Number], frozenset[str]]:
        by_role: dict[str, Number] = {}
        numeric = self._numeric_roles(self._columns.roles(record))
        has_unit = False
        money = self._columns.sheet.table.money
        way = self._way_in_target(record)
        clock = self._clock_times(record, numeric)
        for role in numeric.roles:
            number = (
                way.target
                if way is not None and role == "target"
                else clock.get(role) or self._columns.number(record, role)
            )
            if money and number is not None and number.unit is None:
                number = number._replace(unit=self._shown_money(record, role))
            if number is not None:
                value = self._columns.value(record, role) if role == "target" else None
                if isinstance(value, str) and value[:1] == "±":
                    number = number._replace(value=-number.value, high=number.value)
                by_role[role] = number
                has_unit = has_unit or number.unit is not None
        if numeric.says_percent or ("target" in by_role and by_role["target"].unit == "%"):
            current = self._columns.value(record, "current")
            share = share_behind(current, self._columns.conventions.decimal)
            if share is not None:
                by_role["current"] = share  # `40 (50%)` beside 80 %
        from_way = _NOT_SAID
        if way is not None and way.baseline is not None and "baseline" not in by_role:
            by_role["baseline"] = way.baseline
            from_way = frozenset({"baseline"})
        if has_unit and len(by_role) > 1:
            by_role = dict(in_one_unit(by_role))
            units = units_that_disagree(by_role) or _amount_of_percent(by_role)
            if units is not None and "current" in by_role:
                self._name_units(record, units)
                self._odd[record.row.number, record.title_column] = "current"
        if self._is_change(record, by_role, may_be_bare=numeric.says_percent or "%" in title):
            self._name_change(record, by_role.pop("target"), by_role["baseline"])
            self._odd[record.row.number, record.title_column] = "target"
        if (
            "target" in by_role
            and "baseline" not in by_role
            and self._is_unread(record, "baseline")
        ):
            # Counted from 0, a row would seem further than it is.
            self._odd[record.row.number, record.title_column] = "baseline"
        inferred = self._from_title(record, title, by_role) if title and may_infer else _NOT_SAID
        inferred |= from_way
        unit = self.unit(record, title) if by_role and (has_unit or inferred) else None
        is_percent = numeric.says_percent or unit == "%" or "%" in title
        if has_unit and not is_percent and _is_percent_of_the_way(by_role):
            self._name_percent(record, by_role["current"])
            self._odd[record.row.number, record.title_column] = "current"
        if not (
            by_role
            and (
                has_unit
                or inferred
                or numeric.unit
                or numeric.says_percent
                or numeric.has_units
                or "(" in title
                or "[" in title
            )
        ):
            return by_role, inferred
        unit = unit or self.unit(record, title)
        if (
            numeric.says_percent
            or unit == "%"
            or any(number.unit == "%" for number in by_role.values())
        ):
            return self._as_points(by_role, unit, numeric), inferred
        if (
            unit is not None
            and any(number.power for number in by_role.values())
            and (power := unit_power(unit))
        ):
            # In a column that counts in 万元 (ten thousand yuan), the cell "60万元" means 60, not
            # 600,000.
            return {
                role: number.scaled(Decimal(1).scaleb(-power), unit) if number.power else number
                for role, number in by_role.items()
            }, inferred
        return by_role, inferred

    def _clock_times(self, record: Record, numeric: _Numeric) -> Mapping[str, Number]:
        """The numbers of a row whose values are all times on a clock."""
        for column in numeric.cells:
            if type(record.row.value(column)) in (time, timedelta, str):
                return clock_times(
                    {role: self._columns.value(record, role) for role in numeric.roles}
                )
        return {}

    def _shown_money(self, record: Record, role: str) -> str | None:
        """The sign of money that the number of a cell is shown with; None where it has none."""
        column = self._columns.roles(record).get(role, -1)
        is_money = column >= 0 and record.row.mark(column) & MONEY
        return self._columns.sheet.table.money.get(column) if is_money else None

    def _way_in_target(self, record: Record) -> Aims | None:
        """The baseline and the target that stand in one cell: `from 20 to 40`, `20 → 40`. None
        where the cell holds something else.
        """
        value = self._columns.value(record, "target")
        if not isinstance(value, str) or _WAY.search(value) is None:
            return None
        aims = aims_in(value, self._columns.conventions.decimal)
        return None if aims.baseline is None else aims

    def _is_unread(self, record: Record, role: str) -> bool:
        """Whether a cell holds something that should be a number and is none: a failing formula, or
        a text that says neither that there is none yet nor yes or no.
        """
        value = self._columns.value(record, role)
        if is_blank(value) or is_placeholder(value) or isinstance(value, bool):
            return False
        return not isinstance(value, str) or (
            read_boolean(value) is None and lookup("statuses", value) is None
        )

    def _is_change(
        self, record: Record, by_role: Mapping[str, Number], *, may_be_bare: bool
    ) -> bool:
        """Whether the target is a change of the baseline instead of the value to reach: `+20%` of
        100, `2x`. Spreadsheets drop the plus: `20%` beside values above 100 is one, too, unless
        percents may be bare numbers in this row.
        """
        target, baseline = by_role.get("target"), by_role.get("baseline")
        if target is None or baseline is None or not baseline.value:
            return False
        if (target.unit or "").casefold() in _TIMES:
            return (baseline.unit or "").casefold() not in _TIMES
        # A column of numbers need not be made into texts for the first sign of a few.
        value = self._columns.value(record, "target")
        text = value.strip() if isinstance(value, str) else text_of(value)
        if text[:1] in _SIGNS and (target.unit or "").casefold() in _POINTS:
            return True  # `-2 pp` of 5 %
        if target.unit == "%" and baseline.unit != "%" and text[:1] in _SIGNS:
            return abs(baseline.value) > 1
        if target.unit == "%" and baseline.unit is None and not may_be_bare:
            values = (by_role[role] for role in ("baseline", "current") if role in by_role)
            return 0 < target.value <= _HUNDRED < max(each.value for each in values)
        return text[:1] == "+" and target.value < baseline.value

    def _name_units(self, record: Record, units: tuple[str, str]) -> None:
        """Warn about a row whose numbers have units that cannot be compared."""
        first, second = units
        what = (
            f"the numbers of its row are in {first!r} and {second!r}, which cannot be compared, so"
            " the row is not measured; enter all of them in one unit"
        )
        self._columns.warn("mixed-units", record, "current", what)

    def _name_percent(self, record: Record, current: Number) -> None:
        """Warn about a percent beside a target that may be no percent."""
        what = (
            f"{text_of(current.value.normalize() + 0)} % may be the percent that is done, or a"
            " value to compare with the target, so the row is not measured; add a % sign to the"
            " target, or put percents of the way under 'Progress'"
        )
        self._columns.warn("mixed-units", record, "current", what)

    def _name_change(self, record: Record, target: Number, baseline: Number) -> None:
        """Warn about a target that is a change of the baseline, not a value to reach."""
        word = shown(self._columns.text(record, "target") or "")
        share = target.value / 100 if target.unit == "%" else None
        if share is not None:
            reached: Decimal = baseline.value * (1 + share)
        elif word[:1] in _SIGNS:
            reached = baseline.value + target.value
        else:
            reached = baseline.value * target.value
        what = (
            f"{word!r} seems to be a change of the baseline {text_of(baseline.value)}, not a value"
            f" to reach, so the row is not measured; enter the value, for example"
            f" {text_of(reached.normalize() + 0)}"
        )
        self._columns.warn("relative-target", record, "target", what)

    def unit(self, record: Record, title: str) -> str | None:
        """The unit stated for a key result's numbers: in a column of units, in their headers, or in
        brackets in the title; None where none is stated.
        """
        stated = self._columns.text(record, "unit")
        if stated is not None and not is_placeholder(stated):
            return "%" if lookup("units", stated) == "percent" else stated[:40]
        return self._numeric_roles(self._columns.roles(record)).unit or unit_in_title(title)

    def _from_title(self, record: Record, title: str, by_role: dict[str, Number]) -> frozenset[str]:
        """Add the baseline and target that are missing but named in the title or in the cell of
        the current value, and return their roles. Text in their own cell prevents this.
        """
        if "target" in by_role or not is_blank(self._columns.value(record, "target")):
            return self._baseline_from_title(record, title, by_role)
        current = by_role.get("current")
        if (
            current is not None
            and current.of is not None
            and not (current.unit or "").startswith("/")
        ):
            by_role["target"] = Number(current.of, current.unit)  # `62/100 users`
            return frozenset({"target"})
        if current is None and read_boolean(self._columns.value(record, "current")) is not None:
            # The key result is either done or not, so the number in its title is not a target.
            return _NOT_SAID
        aims = aims_in(title, self._columns.conventions.decimal)
        parts = None if current is None else current.of
        if aims.target is None or parts not in (None, aims.target.of):
            return _NOT_SAID
        by_role["target"] = aims.target
        if (
            aims.baseline is None
            or "baseline" in by_role
            or not is_blank(self._columns.value(record, "baseline"))
        ):
            return frozenset({"target"})
        by_role["baseline"] = aims.baseline
        return frozenset({"target", "baseline"})

    def _baseline_from_title(
        self, record: Record, title: str, by_role: dict[str, Number]
    ) -> frozenset[str]:
        """Add the baseline that a title names, where the cells have a target and no baseline: in
        brackets, or before the same target (`Churn from 5% to 3%` beside 3%).
        """
        if "target" not in by_role or not _may_name_baseline(title):
            return _NOT_SAID
        if "baseline" in by_role or not is_blank(self._columns.value(record, "baseline")):
            return _NOT_SAID
        target = by_role["target"]
        baseline = baseline_in(title, self._columns.conventions.decimal)
        if baseline is None and names_two_numbers(title):
            # What stands in brackets may be a change of the plan: `(raised from 100 to 200)`.
            aims = aims_in(_BRACKETED.sub(" ", title), self._columns.conventions.decimal)
            baseline = aims.baseline if _is_same(aims.target, target) else None
        if baseline is None or baseline.value == target.value:
            return _NOT_SAID
        if target.unit is None and baseline.unit == "%" and 0 < abs(target.value) <= 1:
            baseline = baseline.scaled(1 / _HUNDRED, None)  # A target of 0.4 beside `to 40%`.
        by_role["baseline"] = baseline
        return frozenset({"baseline"})

    def _as_points(
        self, by_role: dict[str, Number], unit: str | None, numeric: _Numeric
    ) -> dict[str, Number]:
        """The numbers as percentage points, where one of them, their header, their unit or their
        title says percent.
        """
        is_percent = numeric.says_percent or unit == "%"
        has_stored_share = any(number.is_share for number in by_role.values())
        all_shares = numeric.are_shares if numeric.says_percent else None
        if unit == "%" and not numeric.says_percent:
            bare = [abs(number.value) for number in by_role.values() if number.unit is None]
            all_shares = bool(bare) and max(bare) <= 1 and any(value % 1 for value in bare)
            all_shares = all_shares and self._unit_rows_are_shares()
        points: dict[str, Number] = {}
        for role, number in by_role.items():
            if number.unit is not None:
                points[role] = number
                continue
            # A formatted 48 % is stored as 0.48; a typed 0.48 beside it most likely means the same.
            small = 0 < abs(number.value) <= 1
            if is_percent and numeric.says_percent and all_shares is None:
                if number.value == 0:  # Zero is the same as a share and as points.
                    points[role] = number._replace(unit="%")
                continue
            if (is_percent and all_shares) or (
                small and (has_stored_share or (number.value % 1 and not is_percent))
            ):
                points[role] = number.scaled(_HUNDRED, "%")
            else:
                points[role] = number._replace(unit="%")
        return points

    def _unit_rows_are_shares(self) -> bool:
        """Whether the bare numbers of all rows with the unit % are shares: none is above 1."""
        if self._columns.conventions.values.percent_scale != "auto":
            return self._columns.conventions.values.percent_scale == "share"
        if self._percent_rows is None:
            units = self._columns.sheet.texts("unit")
            columns = [
                self._columns.sheet.roles[role]
                for role in _MEASURED
                if role in self._columns.sheet.roles
            ]
            self._percent_rows = all(
                (number := read_number(row.value(column), self._columns.conventions.decimal))
                is None
                or number.unit is not None
                or abs(number.value) <= 1
                for row, unit in zip(self._columns.sheet.rows, units, strict=True)
                if not units or lookup("units", unit) == "percent"
                for column in columns
            )
        return self._percent_rows

    def _numeric_roles(self, roles: Mapping[str, int]) -> _Numeric:
        """What the columns with numbers to measure have in common."""
        # A dictionary has no hash; `columns` of the kept value keeps it alive, so its id() is safe.
        known = self._numeric.get(id(roles))
        if known is None:
            measured = [roles[role] for role in _MEASURED if role in roles]
            headers = [
                self._columns.names[column]
                for column in reversed(measured)
                if column < len(self._columns.names)
            ]
            says_percent = any(
                self._columns.conventions.says_percent(column) for column in measured
            )
            known = _Numeric(
                tuple(
                    role for role in _NUMERIC if role in roles or role in self._columns.sheet.labels
                ),
                next(
                    (unit for header in headers if (unit := unit_in_header(header)) is not None),
                    None,
                ),
                says_percent,
                self._columns.conventions.are_shares(measured) if says_percent else False,
                "unit" in roles,
                tuple(roles[role] for role in (*_NUMERIC, "unit") if role in roles),
                roles,
            )
            self._numeric[id(roles)] = known
        return known


def _may_name_baseline(title: str) -> bool:
    """Whether a title has brackets, or signs that may be brackets of another script, or two
    numbers.
    """
    return "(" in title or "[" in title or not title.isascii() or names_two_numbers(title)


def _amount_of_percent(by_role: Mapping[str, Number]) -> tuple[str, str] | None:
    """The units of a current value that counts something beside a target in percent: `130 bps` of
    `14%`. None where they are alike.
    """
    current, target = by_role.get("current"), by_role.get("target")
    if current is None or target is None or target.unit != "%" or current.of is not None:
        return None
    if current.unit in (None, "%") or normal(current.unit) in table("points"):
        return None
    return current.unit, "%"


def _is_percent_of_the_way(by_role: Mapping[str, Number]) -> bool:
    """Whether a percent stands for the current value beside a target that no sign calls a percent.
    Beside a target of 100, and beside shares, both readings are the same.
    """
    current, target, baseline = (by_role.get(role) for role in ("current", "target", "baseline"))
    if current is None or target is None or current.unit != "%":
        return False
    if baseline is not None and baseline.unit == "%":
        return False
    if target.unit is None:
        return abs(target.value) > 1 and target.value != _HUNDRED
    return target.unit != "%" and normal(target.unit) not in table("points")


def _is_same(first: Number | None, second: Number) -> bool:
    """Whether two targets are equal; one of them may be a share, such as 0.4 beside 40%."""
    if first is None:
        return False
    is_share = first.unit == "%" and second.unit is None
    return first.value == second.value or (is_share and first.value == second.value * _HUNDRED)


class _Numeric(Frozen, frozen=True):
    """What the columns of a key result's numbers have in common. `are_shares` is None where it
    cannot be known; `cells` are the columns themselves; `columns` keeps the roles alive whose id()
    is the key of this value.
    """

    roles: tuple[str, ...]
    unit: str | None
    says_percent: bool
    are_shares: bool | None
    has_units: bool
    cells: tuple[int, ...]
    columns: Mapping[str, int]
