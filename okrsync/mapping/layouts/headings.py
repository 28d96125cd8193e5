"""Headings: objectives and key results share one column, and only key results have numbers. A row
without numbers is the heading of the rows below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from okrsync.mapping.layouts.blocks import stated_objective
from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet

__all__ = ["LAYOUT"]

_NUMBERS = ("baseline", "current", "target")
_OTHERS = ("owner", "progress", "score", "status", "confidence", "due", "checked_in", "comment")


def _fits(sheet: Sheet) -> float:
    """1.05 where both share one column, no other column distinguishes them, and the first row has
    no numbers while others have some; otherwise, or without an order of rows, 0.
    """
    if (
        not sheet.has_order
        or not sheet.shares_a_column
        or any(
            any(sheet.texts(role)) and (role != "kind" or sheet.separates_kinds)
            for role in ("kind", "parent", "objective_id")
        )
    ):
        return 0.0
    measured = _measured(sheet)
    if not measured or measured[0] or not any(measured):
        return 0.0
    return 1.05 if _has_numbers(sheet) or _are_headings(measured) else 0.0


def _are_headings(measured: Sequence[bool]) -> bool:
    """Whether several rows have nothing but a title, and none of them stands above another such
    row or below all others: where nothing has numbers, one may be a key result not begun yet.
    """
    above = [is_measured for each, is_measured in pairwise(measured) if not each]
    return len(above) > 1 and all(above) and measured[-1]


def _records(sheet: Sheet) -> list[Record]:
    """A row without numbers is an objective if a row with numbers follows; otherwise it is a key
    result that has no numbers yet.
    """
    measured = _measured(sheet)
    records: list[Record] = []
    objective_index: int | None = None
    column = sheet.roles.get("objective", sheet.roles.get("key_result", 0))
    for index, row in enumerate(sheet.rows):
        is_heading = not measured[index] and (
            objective_index is None or (index + 1 < len(measured) and measured[index + 1])
        )
        if is_heading:
            objective_index = len(records)
            text = sheet.text_in(row, column)
            stated = stated_objective([(column, text)])
            title = stated[1] if stated is not None and stated[1] != text else None
            records.append(Record("objective", row, column, title=title))
        else:
            records.append(Record("key_result", row, column, objective_index))
    return records


def _measured(sheet: Sheet) -> list[bool]:
    """The rows that have a number; where no row has any, those that say anything of their title."""
    roles = _NUMBERS if _has_numbers(sheet) else _OTHERS
    columns = [sheet.texts(role) for role in roles if role in sheet.roles]
    if not columns:
        return [False] * len(sheet.rows)
    return [any(texts) for texts in zip(*columns, strict=True)]


def _has_numbers(sheet: Sheet) -> bool:
    return any(any(sheet.texts(role)) for role in _NUMBERS if role in sheet.roles)


LAYOUT = Layout(
    because="rows without numbers are headings of the rows below them",
    fits=_fits,
    records=_records,
)
