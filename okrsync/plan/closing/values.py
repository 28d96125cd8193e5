"""The values of a carried row, role by role: what is kept, what becomes of its numbers, and what is
empty until somebody works on it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from okrsync.model.okrs import KeyResult, Kind, Objective
from okrsync.model.table import PERCENT, CellValue, Row, Table, is_blank, text_of

__all__ = ["KEPT", "KeptValue", "NewValues", "copied_name", "is_title", "without_part"]


class KeptValue:
    """Says that a cell keeps its content."""


KEPT = KeptValue()

_KEPT_ROLES = frozenset(
    {
        "objective",
        "key_result",
        "parent",
        "owner",
        "team",
        "level",
        "unit",
        "direction",
        "kind",
        "weight",
        "commitment",
        "target_high",
        "stretch",
    }
)
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_COUNT = re.compile(r"\d+")
_OF = re.compile(r"\d\s*(?:/|of|von|sur|de|di|van|из)\s*\d", re.IGNORECASE)


def copied_name(name: str, label: str, spelled: str) -> str:
    """The name of a tab's copy: with the next cycle in place of the one that it names, or behind
    it, without the signs that Excel allows in no name (`Q1/27`).
    """
    if label in name:
        return name.replace(label, spelled)
    return f"{name} {_NOT_IN_NAMES.sub('-', spelled)}"


def is_title(role: str) -> bool:
    """Whether a column of this role holds titles."""
    return role in ("objective", "key_result") or role.startswith("title ")


@dataclass(frozen=True, slots=True)
class NewValues:
    """The values of carried rows of one table."""

    table: Table
    rows: Mapping[int, Row]
    targets: Literal["keep", "clear"]

    def is_kept(self, role: str) -> bool:
        """Whether an item takes what stands under a role into the next cycle."""
        return role in _KEPT_ROLES or is_title(role)

    def of(
        self, role: str, column: int, item: KeyResult | Objective, row: Row
    ) -> CellValue | KeptValue:
        """What stands under a role in the carried row: the same, another value, or nothing."""
        if self.is_kept(role):
            return KEPT
        numbers = item if isinstance(item, KeyResult) else item.numbers
        value = row.value(column)
        if role == "target":
            is_limit = numbers is not None and numbers.kind is Kind.GUARD_RAIL
            return KEPT if self.targets == "keep" or is_limit else None
        if role == "baseline":
            return self._baseline(column, numbers, row)
        if role == "current" and numbers is not None:
            counts = isinstance(value, str) and _OF.search(value) is not None
            if counts or numbers.kind is Kind.MILESTONES:
                return _restarted(value)
        if isinstance(value, bool):
            return False
        return None

    def _baseline(self, column: int, numbers: KeyResult | None, row: Row) -> CellValue | KeptValue:
        """The last value, as it stands in the row where it is a plain number there."""
        if numbers is None or numbers.kind is not Kind.METRIC or numbers.current is None:
            return KEPT
        current = numbers.origin.columns.get("current")
        if current is not None and not is_blank(value := row.value(current)):
            is_plain = not isinstance(value, str) or _OF.search(value) is None
            if not isinstance(value, bool) and is_plain:
                return value
        return self._written_like(numbers.current, column, numbers, row)

    def _written_like(self, value: Decimal, column: int, numbers: KeyResult, row: Row) -> CellValue:
        """A value of the item as its row writes such numbers: 48 % is 0.48 under a percent
        format.
        """
        target = numbers.origin.columns.get("target", column)
        for like in (column, target):
            held = row.value(like)
            if isinstance(held, str) and "%" in held:
                return f"{text_of(value)}%"
            if row.mark(like) & PERCENT and numbers.unit == "%":
                return value / 100
        return value


_BETWEEN_PARTS = re.compile(r"(\s*(?:\n|\||;)\s*)")


def without_part(text: str, title: str) -> str | None:
    """A list in one cell without one of its parts: `Sign-ups | Revenue` without Revenue. None where
    the title is no part of its own.
    """
    parts = _BETWEEN_PARTS.split(text)
    for index in range(0, len(parts), 2):
        if len(parts) > 1 and parts[index].strip().endswith(title):
            # The sign before it goes as well; before the first part, the one behind it.
            first = max(index - 1, 0)
            return "".join((*parts[:first], *parts[first + 2 :]))
    return None


def _restarted(value: CellValue) -> CellValue:
    """Milestones before the first is done: `2 of 5` becomes `0 of 5`."""
    if isinstance(value, str):
        return _COUNT.sub("0", value, count=1)
    return False if isinstance(value, bool) else None if value is None else 0
