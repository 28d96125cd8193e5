"""The functions of formulas, as far as sheets of OKRs use them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from okrsync_sandbox.google.display import shown
from okrsync_sandbox.google.formula_values import (
    CellFault,
    Scalar,
    Value,
    World,
    as_number,
    as_text,
)
from okrsync_sandbox.google.locales import KNOWN
from okrsync_sandbox.google.serial import moment_of, serial_of

__all__ = ["call"]


def call(name: str, arguments: list[Value], world: World) -> Value:
    """The result of a function; the fault `NAME` if there is no such function."""
    if name in _LAZY:
        return _LAZY[name](arguments)
    if name in ("TODAY", "NOW"):
        return world.now() if name == "NOW" else float(int(world.now()))
    if name in ("ROW", "COLUMN") and not arguments:
        return float((world.row if name == "ROW" else world.column) + 1)
    if name not in _PLAIN:
        return CellFault("NAME", f"Unknown function: '{name}'.")
    fault = next(
        (argument for argument in _flat(arguments) if isinstance(argument, CellFault)), None
    )
    # Most functions pass the first error of their arguments on.
    if fault is not None and name not in _TAKES_FAULTS:
        return fault
    try:
        return _PLAIN[name](*arguments)
    except TypeError:
        return CellFault("N_A", f"Wrong number of arguments to {name}.")
    except (ValueError, OverflowError):
        return CellFault("NUM", f"Function {name} parameter is out of range.")
    except ZeroDivisionError:
        return CellFault("DIVIDE_BY_ZERO", f"Function {name} cannot divide by zero.")


def _flat(values: Iterable[Value]) -> Iterator[Scalar]:
    for value in values:
        if isinstance(value, list):
            for row in value:
                yield from row
        else:
            yield value


def _scalar(value: Value) -> Scalar:
    return next(iter(_flat([value])), None)


def _number(value: Value) -> float:
    number = as_number(_scalar(value))
    if isinstance(number, CellFault):
        raise ValueError(number.message)
    return number


def _text(value: Value) -> str:
    return str(as_text(_scalar(value)))


def _numbers(values: Iterable[Value]) -> list[float]:
    """The numbers among arguments; in blocks, texts and booleans are ignored."""
    numbers: list[float] = []
    for value in values:
        if isinstance(value, list):
            numbers += [
                float(item)
                for row in value
                for item in row
                if isinstance(item, int | float) and not isinstance(item, bool)
            ]
        elif value is not None:
            numbers.append(_number(value))
    return numbers


def _truth(value: Scalar) -> bool:
    if isinstance(value, str):
        if value.upper() in ("TRUE", "FALSE"):
            return value.upper() == "TRUE"
        raise ValueError(value)
    return bool(value)


def _if(arguments: list[Value]) -> Value:
    condition = _scalar(arguments[0]) if arguments else None
    if isinstance(condition, CellFault):
        return condition
    try:
        chosen = 1 if _truth(condition) else 2
    except ValueError:
        return CellFault("VALUE", "Function IF parameter 1 expects boolean values.")
    return arguments[chosen] if chosen < len(arguments) else chosen == 1


def _iferror(arguments: list[Value]) -> Value:
    if not isinstance(_scalar(arguments[0]), CellFault):
        return arguments[0]
    return arguments[1] if len(arguments) > 1 else None


def _ifna(arguments: list[Value]) -> Value:
    value = _scalar(arguments[0])
    return arguments[1] if isinstance(value, CellFault) and value.kind == "N_A" else arguments[0]


def _ifs(arguments: list[Value]) -> Value:
    for condition, value in zip(arguments[::2], arguments[1::2], strict=False):
        if _truth(_scalar(condition)):
            return value
    return CellFault("N_A", "No match.")


def _criterion(wanted: Scalar) -> Callable[[Scalar], bool]:
    if isinstance(wanted, str):
        match = re.fullmatch(r"(<>|<=|>=|=|<|>)(.*)", wanted, re.DOTALL)
        operator, operand = (match[1], match[2]) if match else ("=", wanted)
        try:
            number: float | None = float(operand)
        except ValueError:
            number = None
        if number is not None:
            return lambda value: (
                (
                    isinstance(value, int | float)
                    and not isinstance(value, bool)
                    and _holds(operator, float(value), number)
                )
                or (operator == "<>" and not isinstance(value, int | float))
            )
        pattern = re.compile(
            # Criteria know the wildcards * and ?, and compare without case.
            re.escape(operand).replace(r"\*", ".*").replace(r"\?", "."),
            re.IGNORECASE | re.DOTALL,
        )
        if operator == "<>":
            return lambda value: pattern.fullmatch(_text(value)) is None
        return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None
    return lambda value: value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _holds(operator: str, left: float, right: float) -> bool:
    return {
        "=": left == right,
        "<>": left != right,
        "<": left < right,
        ">": left > right,
        "<=": left <= right,
        ">=": left >= right,
    }[operator]


def _chosen(block: Value, criterion: Value, values: Value | None) -> list[Scalar]:
    fits = _criterion(_scalar(criterion))
    looked = list(_flat([block]))
    given = list(_flat([values])) if values is not None else looked
    return [value for seen, value in zip(looked, given, strict=False) if fits(seen)]


def _countif(block: Value, criterion: Value) -> Value:
    return float(len(_chosen(block, criterion, None)))


def _sumif(block: Value, criterion: Value, values: Value = None) -> Value:
    return sum(_numbers([[_chosen(block, criterion, values)]]))


def _averageif(block: Value, criterion: Value, values: Value = None) -> Value:
    return _mean(_numbers([[_chosen(block, criterion, values)]]))


def _mean(numbers: list[float]) -> Value:
    if not numbers:
        return CellFault(
            "DIVIDE_BY_ZERO", "Evaluation of function AVERAGE caused a divide by zero error."
        )
    return sum(numbers) / len(numbers)


def _round(value: Value, decimals: Value = 0.0) -> Value:
    number, digits = _number(value), int(_number(decimals))
    factor = 10.0**digits
    # Half away from zero; Python's own round goes to the even neighbour.
    return math.copysign(math.floor(abs(number) * factor + 0.5) / factor, number)


def _roundup(value: Value, decimals: Value = 0.0) -> Value:
    number, factor = _number(value), 10.0 ** int(_number(decimals))
    return math.copysign(math.ceil(abs(number) * factor) / factor, number)


def _rounddown(value: Value, decimals: Value = 0.0) -> Value:
    number, factor = _number(value), 10.0 ** int(_number(decimals))
    return math.copysign(math.floor(abs(number) * factor) / factor, number)


def _mod(value: Value, divisor: Value) -> Value:
    # The result has the sign of the divisor, as in Python.
    return _number(value) % _number(divisor)


def _rows(value: Value) -> list[list[Any]]:
    return value if isinstance(value, list) else [[value]]


def _same(left: Scalar, right: Scalar) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    return isinstance(left, bool) == isinstance(right, bool) and left == right and left is not None


def _reaches(value: Scalar, limit: Scalar) -> bool:
    if isinstance(value, str) and isinstance(limit, str):
        return value.casefold() <= limit.casefold()
    return isinstance(value, float) and isinstance(limit, float) and value <= limit


def _vlookup(key: Value, block: Value, index: Value, is_sorted: Value = True) -> Value:
    wanted, column = _scalar(key), int(_number(index)) - 1
    best: list[Any] | None = None
    for row in _rows(block):
        if _same(row[0], wanted):
            best = row
            break
        if _truth(_scalar(is_sorted)) and _reaches(row[0], wanted):
            best = row
    if best is None:
        return CellFault("N_A", f"Did not find value '{_text(wanted)}' in VLOOKUP evaluation.")
    if not 0 <= column < len(best):
        return CellFault("REF", "VLOOKUP evaluates to an out of bounds range.")
    return best[column]  # type: ignore[no-any-return]


def _match(key: Value, block: Value, _kind: Value = 1.0) -> Value:
    wanted = _scalar(key)
    for position, value in enumerate(_flat([block]), start=1):
        if _same(value, wanted):
            return float(position)
    return CellFault("N_A", f"Did not find value '{_text(wanted)}' in MATCH evaluation.")


def _index(block: Value, row: Value = 1.0, column: Value = 1.0) -> Value:
    rows, row_index, column_index = _rows(block), int(_number(row)) - 1, int(_number(column)) - 1
    if not (0 <= row_index < len(rows) and 0 <= column_index < len(rows[row_index])):
        return CellFault("REF", "Function INDEX parameter is out of range.")
    return rows[row_index][column_index]  # type: ignore[no-any-return]


def _sumproduct(*blocks: Value) -> Value:
    total = 0.0
    columns = [list(_flat([block])) for block in blocks]
    for values in zip(*columns, strict=False):
        product = 1.0
        for value in values:
            product *= float(value) if isinstance(value, int | float) else 0.0
        total += product
    return total


def _date(year: Value, month: Value, day: Value) -> Value:
    months = int(_number(month)) - 1
    first = datetime(int(_number(year)) + months // 12, months % 12 + 1, 1)
    return serial_of(first) + int(_number(day)) - 1


def _text_of(value: Value, pattern: Value) -> Value:
    form = _text(pattern)
    kind = (
        "DATE"
        if re.search("[ymdhs]", form, re.IGNORECASE) and not re.search("[0#]", form)
        else "NUMBER"
    )
    return shown(_number(value), {"type": kind, "pattern": form}, KNOWN["en_US"])


def _join(mark: Value, *values: Value) -> Value:
    return _text(mark).join(_text(value) for value in _flat(values))


def _percentile(values: Value, share: Value) -> Value:
    numbers = sorted(_numbers([values]))
    position = _number(share) * (len(numbers) - 1)
    low = int(position)
    return numbers[low] + (numbers[min(low + 1, len(numbers) - 1)] - numbers[low]) * (
        position - low
    )


def _is_number(value: Value) -> bool:
    scalar = _scalar(value)
    return isinstance(scalar, int | float) and not isinstance(scalar, bool)


_LAZY: dict[str, Callable[[list[Value]], Value]] = {
    "IF": _if,
    "IFERROR": _iferror,
    "IFNA": _ifna,
    "IFS": _ifs,
    "ISERROR": lambda arguments: isinstance(_scalar(arguments[0]), CellFault),
    "ISNA": lambda arguments: (lambda value: isinstance(value, CellFault) and value.kind == "N_A")(
        _scalar(arguments[0])
    ),
    "NA": lambda _: CellFault("N_A", "Error"),
}
_TAKES_FAULTS = frozenset(
    {
        "ARRAYFORMULA",
        "AVERAGEIF",
        "COUNT",
        "COUNTA",
        "COUNTBLANK",
        "COUNTIF",
        "INDEX",
        "MATCH",
        "SUMIF",
        "VLOOKUP",
    }
)
_PLAIN: dict[str, Callable[..., Value]] = {
    "ABS": lambda value: abs(_number(value)),
    "AND": lambda *values: all(_truth(value) for value in _flat(values) if value is not None),
    "ARRAYFORMULA": lambda value: value,
    "AVERAGE": lambda *values: _mean(_numbers(values)),
    "AVERAGEIF": _averageif,
    "CEILING": lambda value, step=1.0: math.ceil(_number(value) / _number(step)) * _number(step),
    "CONCAT": lambda first, second: _text(first) + _text(second),
    "CONCATENATE": lambda *values: "".join(_text(value) for value in _flat(values)),
    "COUNT": lambda *values: float(len(_numbers([[list(_flat(values))]]))),
    "COUNTA": lambda *values: float(
        sum(value is not None and value != "" for value in _flat(values))
    ),
    "COUNTBLANK": lambda block: float(
        sum(value is None or value == "" for value in _flat([block]))
    ),
    "COUNTIF": _countif,
    "DATE": _date,
    "DAY": lambda value: float(moment_of(_number(value)).day),
    "EXACT": lambda first, second: _text(first) == _text(second),
    "FALSE": lambda: False,
    "FLOOR": lambda value, step=1.0: math.floor(_number(value) / _number(step)) * _number(step),
    "HYPERLINK": lambda link, label=None: _text(link) if label is None else _scalar(label),
    "INDEX": _index,
    "INT": lambda value: float(math.floor(_number(value))),
    "ISBLANK": lambda value: _scalar(value) is None,
    "ISNUMBER": _is_number,
    "ISTEXT": lambda value: isinstance(_scalar(value), str),
    "JOIN": _join,
    "LEFT": lambda text, count=1.0: _text(text)[: int(_number(count))],
    "LEN": lambda text: float(len(_text(text))),
    "LOWER": lambda text: _text(text).lower(),
    "MATCH": _match,
    "MAX": lambda *values: max(_numbers(values), default=0.0),
    "MEDIAN": lambda *values: _percentile([list(_numbers(values))], 0.5),
    "MID": lambda text, start, count: _text(text)[
        int(_number(start)) - 1 : int(_number(start)) - 1 + int(_number(count))
    ],
    "MIN": lambda *values: min(_numbers(values), default=0.0),
    "MOD": _mod,
    "MONTH": lambda value: float(moment_of(_number(value)).month),
    "NOT": lambda value: not _truth(_scalar(value)),
    "OR": lambda *values: any(_truth(value) for value in _flat(values) if value is not None),
    "PERCENTILE": _percentile,
    "POWER": lambda base, power: _number(base) ** _number(power),
    "PRODUCT": lambda *values: math.prod(_numbers(values)),
    "REPT": lambda text, count: _text(text) * int(_number(count)),
    "RIGHT": lambda text, count=1.0: (
        _text(text)[-int(_number(count)) :] if int(_number(count)) else ""
    ),
    "ROUND": _round,
    "ROUNDDOWN": _rounddown,
    "ROUNDUP": _roundup,
    # It draws, and has no value: https://support.google.com/docs/answer/3093289
    "SPARKLINE": lambda *_values: None,
    "SQRT": lambda value: math.sqrt(_number(value)),
    "SUBSTITUTE": lambda text, old, new: _text(text).replace(_text(old), _text(new)),
    "SUM": lambda *values: sum(_numbers(values)),
    "SUMIF": _sumif,
    "SUMPRODUCT": _sumproduct,
    "TEXT": _text_of,
    "TRIM": lambda text: " ".join(_text(text).split()),
    "TRUE": lambda: True,
    "UPPER": lambda text: _text(text).upper(),
    "VALUE": lambda text: _number(text),
    "VLOOKUP": _vlookup,
    "YEAR": lambda value: float(moment_of(_number(value)).year),
}
