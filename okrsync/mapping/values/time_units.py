"""Converts lengths of time, weights and the like to one unit, so that `10 days` can be compared
with `1 week`, and `7500 kg` with `5 t`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time, timedelta
from decimal import Decimal

from okrsync.mapping.values.number import Number
from okrsync.mapping.words import lookup, normal
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue, is_blank

__all__ = ["clock_times", "in_one_unit", "units_that_disagree"]

_SECONDS = {
    "millisecond": Decimal("0.001"),
    "second": Decimal(1),
    "minute": Decimal(60),
    "hour": Decimal(3_600),
    "day": Decimal(86_400),
    "week": Decimal(604_800),
}
_SYMBOLS = (
    {"g": 1, "kg": 1_000, "t": 1_000_000},
    {"ml": 1, "cl": 10, "l": 1_000, "hl": 100_000},
    {"wh": 1, "kwh": 1_000, "mwh": 1_000_000, "gwh": 1_000_000_000},
    {"mm": 1, "cm": 10, "km": 1_000_000},
    {"kb": 1, "mb": 1_000, "gb": 1_000_000, "tb": 1_000_000_000},
)
"""Symbols of one kind each, with how much the others are of the smallest."""
_PLACES = 6
_SIXTY = Decimal(60)
_RATE = lazy_pattern(r"(?:/|\b(?:per|pro|par|por|al|per il)\s)\s*([^\W\d_]+)\s*\Z", re.IGNORECASE)
_SHORT_SPANS = {"mo": "month", "mth": "month", "yr": "year", "y": "year", "q": "quarter"}
_MONEY = {"€": "€", "eur": "€", "$": "$", "usd": "$", "us$": "$", "£": "£", "gbp": "£", "¥": "¥"}


_CLOCK = lazy_pattern(r"\s*(\d{1,4}):([0-5]\d)(?::([0-5]\d))?\s*")


def clock_times(values: Mapping[str, CellValue]) -> Mapping[str, Number]:
    """The times on a clock among the values of a row, by role, if all of its values are: `3:30` is
    3.5 hours, or minutes, which makes no difference to how far the row is. Empty where one of them
    is written otherwise.
    """
    times: dict[str, Number] = {}
    forms: set[int] = set()
    for role, value in values.items():
        if is_blank(value):
            continue
        parts = _parts_of_time(value)
        if parts is None:
            return {}
        forms.add(len(parts))
        total = sum((part / _SIXTY**power for power, part in enumerate(parts)), Decimal(0))
        times[role] = Number(round(total, _PLACES))
    return times if len(forms) == 1 and len(times) > 1 else {}


def _parts_of_time(value: CellValue) -> tuple[Decimal, ...] | None:
    if isinstance(value, time):
        return Decimal(value.hour), Decimal(value.minute), Decimal(value.second)
    if isinstance(value, timedelta):
        return Decimal(0), Decimal(0), Decimal(str(value.total_seconds()))
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    return tuple(Decimal(part) for part in match.groups() if part is not None)


def in_one_unit(by_role: Mapping[str, Number]) -> Mapping[str, Number]:
    """The numbers in the unit of the target, where all units are lengths of time, or weights, and
    so on: beside `1 week`, `10 days` is 1.43. A number without a unit is left as it is.
    """
    units = {role: number.unit for role, number in by_role.items() if number.unit}
    lengths: dict[str, Decimal | None] = {role: _seconds(unit) for role, unit in units.items()}
    if None in lengths.values():
        lengths = _of_one_kind(units)
    if len({*lengths.values()}) < 2 or None in lengths.values():
        return by_role
    main = "target" if "target" in lengths else next(iter(lengths))
    unit, length = by_role[main].unit, lengths[main]
    assert length is not None
    return {
        role: number.scaled(each / length, unit)._replace(
            value=round(number.value * each / length, _PLACES).normalize() + 0
        )
        if (each := lengths.get(role)) is not None and each != length
        else number
        for role, number in by_role.items()
    }


def _of_one_kind(units: Mapping[str, str]) -> dict[str, Decimal | None]:
    """How much each unit is, by role, if all of them are symbols of one kind; otherwise nothing."""
    symbols = {role: unit.casefold() for role, unit in units.items()}
    for sizes in _SYMBOLS:
        if sizes.keys() >= {*symbols.values()}:
            return {role: Decimal(sizes[symbol]) for role, symbol in symbols.items()}
    return {}


def units_that_disagree(by_role: Mapping[str, Number]) -> tuple[str, str] | None:
    """Two units of one row that cannot be compared, such as `$` and `%`; None where there are none.

    Only lengths of time, currencies, percents and rates (`/week`, `/month`) are compared: `users`
    and `people` may be the same.
    """
    kinds: dict[str, str] = {}
    for number in by_role.values():
        if number.unit is not None and (kind := _kind(number.unit)) is not None:
            kinds.setdefault(kind, number.unit)
    rates: dict[str, str] = {}
    for number in by_role.values():
        if number.unit is not None and (span := _RATE.search(number.unit)) is not None:
            word = span[1].casefold()
            rates.setdefault(
                lookup("time_units", word) or _SHORT_SPANS.get(word, word), number.unit
            )
    first, *others = (rates if len(rates) > 1 else kinds).values() or ("",)
    return (first, others[0]) if others else None


def _kind(unit: str) -> str | None:
    if unit == "%":
        return "%"
    return "time" if _seconds(unit) is not None else _MONEY.get(unit.casefold())


def _seconds(unit: str | None) -> Decimal | None:
    name = lookup("time_units", normal(unit or "")) if unit else None
    return None if name is None else _SECONDS[name]
