"""A small reader of formulas: numbers, texts, conditions and columns. What it does not know it
says, and gives nothing.
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
    """A formula that cannot be read, or goes beyond what is known here."""


def evaluate(expression: str, column: Callable[[str], Any], now: datetime) -> Any:
    """What a formula comes to: a text, a number, a boolean, `Days`, a list, or None for nothing.

    `column` gives the value of a column by its name. Raises `FormulaError`.
    """
    reader = _FormulaReader(_tokens(expression), column, now)
    value = reader.condition()
    if reader.at != len(reader.tokens):
        raise FormulaError(f"unexpected {reader.tokens[reader.at][1]!r}")
    return value


def _tokens(expression: str) -> list[tuple[str, Any]]:
    made: list[tuple[str, Any]] = []
    at, expression = 0, expression.rstrip()
    while at < len(expression):
        found = _TOKEN.match(expression, at)
        if found is None:
            raise FormulaError(f"cannot read {expression[at:]!r}")
        number, text, sign, name = found.groups()
        if number is not None:
            made.append(("value", float(number) if "." in number else int(number)))
        elif text is not None:
            made.append(("value", re.sub(r"\\(.)", r"\1", text)))
        else:
            made.append(
                ("sign", sign or name) if sign or name in ("and", "or", "not") else ("name", name)
            )
        at = found.end()
    return made


class _FormulaReader:
    def __init__(
        self, tokens: list[tuple[str, Any]], column: Callable[[str], Any], now: datetime
    ) -> None:
        self.tokens, self.column, self.now, self.at = tokens, column, now, 0
        self.named: dict[str, Any] = {}

    def _next(self) -> tuple[str, Any]:
        if self.at >= len(self.tokens):
            raise FormulaError("unexpected end")
        self.at += 1
        return self.tokens[self.at - 1]

    def _take(self, sign: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == ("sign", sign):
            self.at += 1
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
        while self.at < len(self.tokens) and self.tokens[self.at][0] == "sign":
            sign = self.tokens[self.at][1]
            binds = _BINDS.get(sign, 0)
            if binds < least or not binds:
                break
            self.at += 1
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
                self.at < len(self.tokens) and self.tokens[self.at][1] == "("
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
        while self.tokens[self.at : self.at + 2][1:] == [("sign", ",")] and (
            self.tokens[self.at][0] == "name"
        ):
            name = str(self._next()[1])
            self._must(",")
            self.named[name] = self.condition()
            self._must(",")
        value = self.condition()
        self._must(")")
        return value

    def _call(self, name: str, given: list[Any]) -> Any:
        self._must("(")
        while not self._take(")"):
            given.append(self.condition())
            if not self._take(","):
                self._must(")")
                break
        if name == "prop":
            return self.column(str(given[0]))
        if name in ("now", "today"):
            return Days(self.now if name == "now" else self.now.date())
        known = _FUNCTIONS.get(name)
        if known is None:
            raise FormulaError(f"unknown function {name}")
        try:
            return known(*given)
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
        left, right = (as_moment(one.start).timestamp() for one in (left, right))
    if sign in ("==", "!="):
        return (left == right) == (sign == "==")
    if sign == "+" and (isinstance(left, str) or isinstance(right, str)):
        return _text(left) + _text(right)
    one, other = _number(left), _number(right)
    if sign in ("/", "%") and other == 0:
        return None
    ways: dict[str, Callable[[], Any]] = {
        "+": lambda: one + other,
        "-": lambda: one - other,
        "*": lambda: one * other,
        "/": lambda: one / other,
        "%": lambda: math.fmod(one, other),
        "^": lambda: one**other,
        "<": lambda: one < other,
        ">": lambda: one > other,
        "<=": lambda: one <= other,
        ">=": lambda: one >= other,
    }
    return ways[sign]()


def _round(value: Any, places: int = 0) -> Any:
    scale = 10**places
    made = math.floor(_number(value) * scale + 0.5) / scale
    return int(made) if made == int(made) else made


def _empty(value: Any = None) -> bool:
    return value in (None, "", 0, False, [])


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "if": lambda one, yes, no=None: yes if one else no,
    "ifs": lambda *given: next(
        (given[at + 1] for at in range(0, len(given) - 1, 2) if given[at]),
        given[-1] if len(given) % 2 else None,
    ),
    "empty": _empty,
    "not": lambda one: not one,
    "and": lambda *given: all(given),
    "or": lambda *given: any(given),
    "round": _round,
    "floor": lambda one: math.floor(_number(one)),
    "ceil": lambda one: math.ceil(_number(one)),
    "abs": lambda one: abs(_number(one)),
    "min": lambda *given: min(map(_number, given)),
    "max": lambda *given: max(map(_number, given)),
    "sum": lambda *given: sum(
        _number(one)
        for one in (given[0] if len(given) == 1 and isinstance(given[0], list) else given)
    ),
    "sqrt": lambda one: math.sqrt(_number(one)),
    "toNumber": lambda one: (
        float(one) if isinstance(one, str) and re.fullmatch(r"-?\d+\.?\d*", one) else _number(one)
    ),
    "format": _text,
    "concat": lambda *given: "".join(map(_text, given)),
    "length": lambda one: len(one) if isinstance(one, list) else len(_text(one)),
    "contains": lambda one, part: _text(part) in _text(one),
    "lower": lambda one: _text(one).lower(),
    "upper": lambda one: _text(one).upper(),
    "trim": lambda one: _text(one).strip(),
    "replaceAll": lambda one, old, new: re.sub(_text(old), _text(new), _text(one)),
    "substring": lambda one, start, end=None: _text(one)[int(start) : end],
    "repeat": lambda one, times: _text(one) * int(times),
    "join": lambda one, sign: _text(sign).join(map(_text, one)),
    "split": lambda one, sign: _text(one).split(_text(sign)),
    "at": lambda one, place: one[int(place)] if -len(one) <= place < len(one) else None,
    "first": lambda one: one[0] if one else None,
    "last": lambda one: one[-1] if one else None,
    "test": lambda one, pattern: re.search(_text(pattern), _text(one)) is not None,
    "pow": lambda one, other: _number(one) ** _number(other),
    "sign": lambda one: (_number(one) > 0) - (_number(one) < 0),
    "mean": lambda *given: sum(map(_number, given)) / len(given),
    "add": lambda one, other: _combine("+", one, other),
    "subtract": lambda one, other: _combine("-", one, other),
    "multiply": lambda one, other: _combine("*", one, other),
    "divide": lambda one, other: _combine("/", one, other),
    "mod": lambda one, other: _combine("%", one, other),
    "equal": lambda one, other: _combine("==", one, other),
    "unequal": lambda one, other: _combine("!=", one, other),
    **DATE_FUNCTIONS,
}
