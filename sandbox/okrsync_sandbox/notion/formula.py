"""A small evaluator of formulas: numbers, texts, conditions and columns. It refuses what it does
not know, and returns no value for it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from okrsync_sandbox.notion.formula_dates import DATE_FUNCTIONS, Days, as_moment

__all__ = ["FormulaError", "evaluate"]

_TOKEN = re.compile(
    r'\s*(?:(\d+\.?\d*)|"((?:[^"\\]|\\.)*)"|(==|!=|>=|<=|&&|\|\||[-+*/%^<>!?:(),.])|([A-Za-z_]\w*))'
)
_BINDS = {
    "or": 1,
    "||": 1,
    "and": 2,
    "&&": 2,
    "==": 3,
    "!=": 3,
    ">": 4,
    "<": 4,
    ">=": 4,
    "<=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
    "^": 8,
}


class FormulaError(ValueError):
    """A formula that cannot be parsed, or uses what this evaluator does not know."""


def evaluate(expression: str, column: Callable[[str], Any], now: datetime) -> Any:
    """The result of a formula: a text, a number, a boolean, `Days`, a list, or None.

    `column` returns the value of a column by its name. Raises `FormulaError`.
    """
    reader = _FormulaReader(_tokens(expression), column, now)
    value = reader.condition()
    if reader.position != len(reader.tokens):
        raise FormulaError(f"unexpected {reader.tokens[reader.position][1]!r}")
    return value


def _tokens(expression: str) -> list[tuple[str, Any]]:
    tokens: list[tuple[str, Any]] = []
    position, expression = 0, expression.rstrip()
    while position < len(expression):
        match = _TOKEN.match(expression, position)
        if match is None:
            raise FormulaError(f"cannot read {expression[position:]!r}")
        number, text, sign, name = match.groups()
        if number is not None:
            tokens.append(("value", float(number) if "." in number else int(number)))
        elif text is not None:
            tokens.append(("value", re.sub(r"\\(.)", r"\1", text)))
        else:
            tokens.append(
                ("sign", sign or name) if sign or name in ("and", "or", "not") else ("name", name)
            )
        position = match.end()
    return tokens


class _FormulaReader:
    def __init__(
        self, tokens: list[tuple[str, Any]], column: Callable[[str], Any], now: datetime
    ) -> None:
        self.tokens, self.column, self.now, self.position = tokens, column, now, 0
        self.named: dict[str, Any] = {}

    def _next(self) -> tuple[str, Any]:
        if self.position >= len(self.tokens):
            raise FormulaError("unexpected end")
        self.position += 1
        return self.tokens[self.position - 1]

    def _take(self, sign: str) -> bool:
        if self.position < len(self.tokens) and self.tokens[self.position] == ("sign", sign):
            self.position += 1
            return True
        return False

    def _must(self, sign: str) -> None:
        if not self._take(sign):
            raise FormulaError(f"{sign!r} expected")

    def condition(self) -> Any:
        value = self._binary(1)
        if not self._take("?"):
            return value
        yes = self.condition()
        self._must(":")
        no = self.condition()
        return yes if value else no

    def _binary(self, least: int) -> Any:
        left = self._unary()
        while self.position < len(self.tokens) and self.tokens[self.position][0] == "sign":
            sign = self.tokens[self.position][1]
            binds = _BINDS.get(sign, 0)
            if binds < least or not binds:
                break
            self.position += 1
            left = _combine(sign, left, self._binary(binds if sign == "^" else binds + 1))
        return left

    def _unary(self) -> Any:
        if self._take("-"):
            return -_number(self._unary())
        if self._take("!") or self._take("not"):
            return not self._unary()
        value = self._primary()
        while self._take("."):
            kind, name = self._next()
            if kind != "name":
                raise FormulaError("name expected")
            value = self._call(str(name), [value])
        return value

    def _primary(self) -> Any:
        kind, value = self._next()
        if kind == "value":
            return value
        if kind == "name":
            if value in ("true", "false"):
                return value == "true"
            if value in ("pi", "e") and not (
                self.position < len(self.tokens) and self.tokens[self.position][1] == "("
            ):
                return getattr(math, value)
            if value in self.named:
                return self.named[value]
            if value in ("let", "lets"):
                return self._with_names()
            return self._call(str(value), [])
        if value == "(":
            inner = self.condition()
            self._must(")")
            return inner
        raise FormulaError(f"unexpected {value!r}")

    def _with_names(self) -> Any:
        """`let(name, value, …, result)`: names that hold within the result."""
        self._must("(")
        while self.tokens[self.position : self.position + 2][1:] == [("sign", ",")] and (
            self.tokens[self.position][0] == "name"
        ):
            name = str(self._next()[1])
            self._must(",")
            self.named[name] = self.condition()
            self._must(",")
        value = self.condition()
        self._must(")")
        return value

    def _call(self, name: str, arguments: list[Any]) -> Any:
        self._must("(")
        while not self._take(")"):
            arguments.append(self.condition())
            if not self._take(","):
                self._must(")")
                break
        if name == "prop":
            return self.column(str(arguments[0]))
        if name in ("now", "today"):
            return Days(self.now if name == "now" else self.now.date())
        known = _FUNCTIONS.get(name)
        if known is None:
            raise FormulaError(f"unknown function {name}")
        try:
            return known(*arguments)
        except (TypeError, ArithmeticError, re.error) as error:
            raise FormulaError(f"{name}: {error}") from error


def _number(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return int(bool(value))
    if not isinstance(value, int | float):
        raise FormulaError(f"{value!r} is not a number")
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Days):
        return as_moment(value.start).strftime("%B %-d, %Y")
    return "" if value is None else str(value)


def _combine(sign: str, left: Any, right: Any) -> Any:
    if sign in ("and", "&&"):
        return bool(left) and bool(right)
    if sign in ("or", "||"):
        return bool(left) or bool(right)
    if isinstance(left, Days) and isinstance(right, Days):
        left, right = (as_moment(days.start).timestamp() for days in (left, right))
    if sign in ("==", "!="):
        return (left == right) == (sign == "==")
    if sign == "+" and (isinstance(left, str) or isinstance(right, str)):
        return _text(left) + _text(right)
    first, second = _number(left), _number(right)
    # JSON has no infinity: a division by zero has no value here.
    if sign in ("/", "%") and second == 0:
        return None
    ways: dict[str, Callable[[], Any]] = {
        "+": lambda: first + second,
        "-": lambda: first - second,
        "*": lambda: first * second,
        "/": lambda: first / second,
        "%": lambda: math.fmod(first, second),
        "^": lambda: first**second,
        "<": lambda: first < second,
        ">": lambda: first > second,
        "<=": lambda: first <= second,
        ">=": lambda: first >= second,
    }
    return ways[sign]()


def _round(value: Any, places: int = 0) -> Any:
    scale = 10**places
    # Halves are rounded up, as in JavaScript; Python would round 2.5 to 2.
    rounded = math.floor(_number(value) * scale + 0.5) / scale
    return int(rounded) if rounded == int(rounded) else rounded


def _empty(value: Any = None) -> bool:
    return value in (None, "", 0, False, [])


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "if": lambda condition, yes, no=None: yes if condition else no,
    "ifs": lambda *arguments: next(
        (arguments[index + 1] for index in range(0, len(arguments) - 1, 2) if arguments[index]),
        arguments[-1] if len(arguments) % 2 else None,
    ),
    "empty": _empty,
    "not": lambda value: not value,
    "and": lambda *values: all(values),
    "or": lambda *values: any(values),
    "round": _round,
    "floor": lambda value: math.floor(_number(value)),
    "ceil": lambda value: math.ceil(_number(value)),
    "abs": lambda value: abs(_number(value)),
    "min": lambda *values: min(map(_number, values)),
    "max": lambda *values: max(map(_number, values)),
    "sum": lambda *values: sum(
        _number(value)
        for value in (values[0] if len(values) == 1 and isinstance(values[0], list) else values)
    ),
    "sqrt": lambda value: math.sqrt(_number(value)),
    "toNumber": lambda value: (
        float(value)
        if isinstance(value, str) and re.fullmatch(r"-?\d+\.?\d*", value)
        else _number(value)
    ),
    "format": _text,
    "concat": lambda *values: "".join(map(_text, values)),
    "length": lambda value: len(value) if isinstance(value, list) else len(_text(value)),
    "contains": lambda value, part: _text(part) in _text(value),
    "lower": lambda value: _text(value).lower(),
    "upper": lambda value: _text(value).upper(),
    "trim": lambda value: _text(value).strip(),
    "replaceAll": lambda value, old, new: re.sub(_text(old), _text(new), _text(value)),
    "substring": lambda value, start, end=None: _text(value)[int(start) : end],
    "repeat": lambda value, times: _text(value) * int(times),
    "join": lambda value, sign: _text(sign).join(map(_text, value)),
    "split": lambda value, sign: _text(value).split(_text(sign)),
    "at": lambda value, index: value[int(index)] if -len(value) <= index < len(value) else None,
    "first": lambda value: value[0] if value else None,
    "last": lambda value: value[-1] if value else None,
    "test": lambda value, pattern: re.search(_text(pattern), _text(value)) is not None,
    "pow": lambda value, second: _number(value) ** _number(second),
    "sign": lambda value: (_number(value) > 0) - (_number(value) < 0),
    "mean": lambda *values: sum(map(_number, values)) / len(values),
    "add": lambda first, second: _combine("+", first, second),
    "subtract": lambda first, second: _combine("-", first, second),
    "multiply": lambda first, second: _combine("*", first, second),
    "divide": lambda first, second: _combine("/", first, second),
    "mod": lambda first, second: _combine("%", first, second),
    "equal": lambda first, second: _combine("==", first, second),
    "unequal": lambda first, second: _combine("!=", first, second),
    **DATE_FUNCTIONS,
}
