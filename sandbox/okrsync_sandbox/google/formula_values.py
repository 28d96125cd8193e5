"""The values of formulas, their error values, and the view of the spreadsheet that a formula
has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from okrsync_sandbox.google.a1 import CellBlock

__all__ = ["CellFault", "Scalar", "Value", "World", "as_number", "as_text"]


@dataclass(frozen=True, slots=True)
class CellFault:
    """An error value: `kind` as answers name it, the message beside it."""

    kind: str
    message: str

    @property
    def shown(self) -> str:
        """The text that the cell shows."""
        return {
            "DIVIDE_BY_ZERO": "#DIV/0!",
            "VALUE": "#VALUE!",
            "REF": "#REF!",
            "NAME": "#NAME?",
            "NUM": "#NUM!",
            "N_A": "#N/A",
            "NULL_VALUE": "#NULL!",
            "LOADING": "Loading...",
        }.get(self.kind, "#ERROR!")


Scalar = str | float | bool | CellFault | None
Value = Scalar | list[list[Any]]
"""A single value, or rows of them where a formula points at a block."""


class World(Protocol):
    """The view of a spreadsheet that a formula has."""

    def look(self, title: str | None, block: CellBlock) -> list[list[Scalar]] | CellFault:
        """The values of a block; without a title, on the formula's own tab."""

    def named(self, name: str) -> Value | None:
        """The values of a named range; None if there is no such range."""

    def now(self) -> float:
        """The present moment as a serial number."""

    @property
    def row(self) -> int:
        """The row of the formula's own cell, from 0."""

    @property
    def column(self) -> int:
        """Its column, from 0."""


def as_number(value: Scalar) -> float | CellFault:
    """A value as a number, as arithmetic takes it: nothing is 0, True is 1, and a text that is a
    number counts as one.
    """
    if isinstance(value, CellFault):
        return value
    if value is None:
        return 0.0
    if isinstance(value, str):
        try:
            return float(value.strip().removesuffix("%")) / (
                100 if value.strip().endswith("%") else 1
            )
        except ValueError:
            return CellFault(
                "VALUE",
                f"Function parameter expects number values. But '{value}' is a text and cannot be"
                " coerced to a number.",
            )
    return float(value)


def as_text(value: Scalar) -> str | CellFault:
    """A value as text, as `&` takes it."""
    if isinstance(value, CellFault):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    return value
