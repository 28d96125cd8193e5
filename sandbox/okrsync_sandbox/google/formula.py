"""Formulas: split into tokens, evaluated, and rewritten when the cells they refer to move."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from okrsync_sandbox.google.a1 import CellBlock, letters, read_a1
from okrsync_sandbox.google.formula_values import (
    CellFault,
    Scalar,
    Value,
    World,
    as_number,
    as_text,
)
from okrsync_sandbox.google.functions import call
from okrsync_sandbox.google.locales import Locale

__all__ = ["evaluate", "reference_text", "rewritten", "tokens_of"]


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str


# Not followed by a bracket: LOG10( is a function, LOG10 a cell.
_REFERENCE = (
    r"(?:'(?:[^']|'')+'!|[A-Za-z_][\w.]*!)?"
    r"(?:\$?[A-Za-z]{1,3}\$?[0-9]+(?::\$?[A-Za-z]{1,3}\$?[0-9]*)?"
    r"|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?[0-9]+:\$?[0-9]+)(?![\w(])"
)
_TOKENS = re.compile(
    rf"""(?P<space>\s+)|(?P<string>"(?:[^"]|"")*")|(?P<fault>\#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|ERROR!))
    |(?P<reference>{_REFERENCE})|(?P<number>NUM)|(?P<name>[^\W\d][\w.]*)|(?P<operator><>|<=|>=|[-+*/^&=<>%])
    |(?P<separator>[,;\\])|(?P<open>\()|(?P<close>\))|(?P<brace>[{{}}])""".replace(
        "NUM)", "(?:[0-9]+(?:DECIMAL[0-9]*)?|DECIMAL[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    ),
    re.VERBOSE,
)
# 1,5 is a number in German and two arguments in English.
_BY_DECIMAL = {
    mark: re.compile(_TOKENS.pattern.replace("DECIMAL", re.escape(mark)), re.VERBOSE)
    for mark in (".", ",")
}


class _Broken(Exception):
    """A formula that cannot be read."""


def tokens_of(text: str, locale: Locale) -> list[Token]:
    """The tokens of a formula without its `=`, including spaces. Raises nothing: what is no valid
    token has the kind `odd`.
    """
    tokens: list[Token] = []
    pattern, offset = _BY_DECIMAL[locale.decimal], 0
    while offset < len(text):
        match = pattern.match(text, offset)
        if match is None:
            tokens.append(Token("odd", text[offset]))
            offset += 1
            continue
        tokens.append(Token(match.lastgroup or "odd", match[0]))
        offset = match.end()
    return tokens


def rewritten(formula: str, locale: Locale, move: Callable[[str | None, str], str]) -> str:
    """A formula in which `move(title, cells)` replaced the cells of each reference; `#REF!` for
    cells that are gone.
    """
    parts = []
    for token in tokens_of(formula[1:], locale):
        if token.kind != "reference":
            parts.append(token.text)
            continue
        prefix, mark, cells = token.text.rpartition("!")
        title = prefix[1:-1].replace("''", "'") if prefix.startswith("'") else prefix or None
        changed = move(title, cells)
        parts.append(changed if changed == "#REF!" else prefix + mark + changed)
    return "=" + "".join(parts)


def evaluate(formula: str, locale: Locale, world: World) -> Value:
    """The result of a formula. A formula that cannot be parsed gives the fault `ERROR`."""
    tokens = [token for token in tokens_of(formula[1:], locale) if token.kind != "space"]
    parser = _Parser(tokens, locale, world)
    try:
        value = parser.whole()
    except _Broken:
        return CellFault("ERROR", "Formula parse error.")
    except RecursionError:
        return CellFault("ERROR", "The formula is too deep.")
    if isinstance(value, list) and len(value) == 1 and len(value[0]) == 1:
        return value[0][0]  # type: ignore[no-any-return]
    return value


_BINDING = {
    "=": 1,
    "<>": 1,
    "<": 1,
    ">": 1,
    "<=": 1,
    ">=": 1,
    "&": 2,
    "+": 3,
    "-": 3,
    "*": 4,
    "/": 4,
    "^": 6,
}


class _Parser:
    """Parses and evaluates in one pass; branches that are not taken are evaluated too, and their
    faults dropped.
    """

    def __init__(self, tokens: list[Token], locale: Locale, world: World) -> None:
        self._tokens, self._at = tokens, 0
        self._locale, self._world = locale, world

    def whole(self) -> Value:
        if not self._tokens:
            raise _Broken
        value = self._expression(0)
        if self._at != len(self._tokens):
            raise _Broken
        return value

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self) -> Token:
        token = self._peek()
        if token is None:
            raise _Broken
        self._at += 1
        return token

    def _expression(self, least: int) -> Value:
        value = self._unary()
        while True:
            token = self._peek()
            if token is None or token.kind != "operator":
                return value
            if token.text == "%":
                self._at += 1
                number = as_number(_single(value))
                value = number if isinstance(number, CellFault) else number / 100
                continue
            strength = _BINDING[token.text]
            if strength < max(least, 1):
                return value
            self._at += 1
            value = _applied(token.text, value, self._expression(strength + 1))

    def _unary(self) -> Value:
        token = self._peek()
        if token is not None and token.kind == "operator" and token.text in "+-":
            self._at += 1
            # Unlike in most languages, a sign binds more tightly than a power: -2^2 is 4.
            value = self._expression(7)
            if token.text == "+":
                return value
            number = as_number(_single(value))
            return number if isinstance(number, CellFault) else -number
        return self._atom()

    def _atom(self) -> Value:
        token = self._take()
        match token.kind:
            case "number":
                return float(token.text.replace(self._locale.decimal, "."))
            case "string":
                return token.text[1:-1].replace('""', '"')
            case "fault":
                return CellFault(_KINDS[token.text], "")
            case "reference":
                return self._reference(token.text)
            case "open":
                value = self._expression(0)
                self._close()
                return value
            case "brace" if token.text == "{":
                return self._array()
            case "name":
                return self._name(token.text)
        raise _Broken

    def _close(self) -> None:
        if self._take().kind != "close":
            raise _Broken

    def _reference(self, text: str) -> Value:
        prefix, _, cells = text.rpartition("!")
        title = prefix[1:-1].replace("''", "'") if prefix.startswith("'") else prefix or None
        block = read_a1(cells.replace("$", ""))
        if block is None:
            raise _Broken
        values = self._world.look(title, block)
        if isinstance(values, list) and (block.end_row, block.end_column) == (
            block.row + 1,
            block.column + 1,
        ):
            return values[0][0] if values and values[0] else None
        return values

    def _array(self) -> Value:
        rows: list[list[Any]] = [[]]
        while True:
            rows[-1].append(_single(self._expression(0)))
            token = self._take()
            if token.text == "}":
                return rows
            if token.kind != "separator":
                raise _Broken
            if token.text == ";":
                rows.append([])

    def _name(self, text: str) -> Value:
        following = self._peek()
        if following is not None and following.kind == "open":
            self._at += 1
            return self._call(text.upper())
        if text.upper() in ("TRUE", self._locale.true):
            return True
        if text.upper() in ("FALSE", self._locale.false):
            return False
        named = self._world.named(text)
        return (
            CellFault("NAME", f"Unknown range name: '{text.upper()}'.") if named is None else named
        )

    def _call(self, name: str) -> Value:
        arguments: list[Value] = []
        token = self._peek()
        if token is not None and token.kind == "close":
            self._at += 1
            return call(name, arguments, self._world)
        while True:
            token = self._peek()
            if token is not None and (token.kind in ("separator", "close")):
                arguments.append(None)
            else:
                arguments.append(self._expression(0))
            token = self._take()
            if token.kind == "close":
                return call(name, arguments, self._world)
            # The semicolon separates arguments in every locale.
            if token.kind != "separator" or token.text not in (";", self._locale.separator):
                raise _Broken


_KINDS = {
    "#REF!": "REF",
    "#N/A": "N_A",
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#VALUE!": "VALUE",
    "#NAME?": "NAME",
    "#NUM!": "NUM",
    "#NULL!": "NULL_VALUE",
    "#ERROR!": "ERROR",
}


def _single(value: Value) -> Scalar:
    if isinstance(value, list):
        return value[0][0] if value and value[0] else None
    return value


def _applied(operator: str, left: Value, right: Value) -> Value:
    if isinstance(left, list) and isinstance(right, list):
        return [
            [
                _scalar_applied(operator, left_scalar, right_scalar)
                for left_scalar, right_scalar in zip(row, others, strict=False)
            ]
            for row, others in zip(left, right, strict=False)
        ]
    if isinstance(left, list):
        return [
            [_scalar_applied(operator, left_scalar, _single(right)) for left_scalar in row]
            for row in left
        ]
    if isinstance(right, list):
        return [
            [_scalar_applied(operator, left, left_scalar) for left_scalar in row] for row in right
        ]
    return _scalar_applied(operator, left, right)


def _scalar_applied(operator: str, left: Scalar, right: Scalar) -> Scalar:
    for side in (left, right):
        if isinstance(side, CellFault):
            return side
    if operator == "&":
        return str(as_text(left)) + str(as_text(right))
    if operator in ("=", "<>", "<", ">", "<=", ">="):
        return _compared(operator, left, right)
    left_number, right_number = as_number(left), as_number(right)
    if isinstance(left_number, CellFault):
        return left_number
    if isinstance(right_number, CellFault):
        return right_number
    try:
        match operator:
            case "+":
                return left_number + right_number
            case "-":
                return left_number - right_number
            case "*":
                return left_number * right_number
            case "/":
                if right_number == 0:
                    return CellFault(
                        "DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero."
                    )
                return left_number / right_number
            case _:
                raised = left_number**right_number
                return (
                    raised
                    if isinstance(raised, float)
                    else CellFault("NUM", "The result is no real number.")
                )
    except (OverflowError, ZeroDivisionError):
        return CellFault("NUM", "The result is too large.")


def _compared(operator: str, left: Scalar, right: Scalar) -> bool:
    left_rank, right_rank = _ranked(left, right), _ranked(right, left)
    return {
        "=": left_rank == right_rank,
        "<>": left_rank != right_rank,
        "<": left_rank < right_rank,
        ">": left_rank > right_rank,
        "<=": left_rank <= right_rank,
        ">=": left_rank >= right_rank,
    }[operator]


def _ranked(value: Scalar, beside: Scalar) -> tuple[int, Any]:
    if value is None:
        value = "" if isinstance(beside, str) else False if isinstance(beside, bool) else 0
    if isinstance(value, bool):
        # Sheets orders numbers before texts, and texts before booleans.
        return 2, value
    return (1, value.casefold()) if isinstance(value, str) else (0, value)


def reference_text(block: CellBlock, shape: str) -> str:
    """A block in A1 notation, with the dollar signs and open sides of the original reference."""
    first, colon, last = shape.partition(":")
    text = _corner(block.row, block.column, first)
    if not colon:
        return text
    end_row = block.end_row if block.end_row is not None else block.row + 1
    end_column = block.end_column if block.end_column is not None else block.column + 1
    return f"{text}:{_corner(end_row - 1, end_column - 1, last)}"


def _corner(row: int, column: int, shape: str) -> str:
    parts = re.fullmatch(r"(\$?)([A-Za-z]*)(\$?)([0-9]*)", shape)
    if parts is None:
        return shape
    text = f"{parts[1]}{letters(column)}" if parts[2] else ""
    if parts[4]:
        text += f"{parts[3] if parts[2] else parts[1] or parts[3]}{row + 1}"
    return text
