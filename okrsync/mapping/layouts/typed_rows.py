"""Typed rows: objectives and key results share one column, and a column of kinds or of parents
distinguishes them.
"""

from __future__ import annotations

import re

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet, folded
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import Row

__all__ = ["LAYOUT"]

_KEY_RESULT = lazy_pattern(
    r"\W*(?:o ?\d{1,2} ?[-_ ./] ?)?(?:k(?:ey)?[ -]?r(?:esult)?s?\b"
    r"|(?:kr|关键结果|成果指標|핵심 ?결과|кр)[-_# ]*\d)",
    re.IGNORECASE,
)
_BETWEEN = lazy_pattern(r"[,;\n]")
_OBJECTIVE = lazy_pattern(
    r"\W*(?:o(?:bj(?:ective)?)?|goal|ziel|objetivo|objectif|obiettivo|doel|objectiu|目标|目標|목표|цель)[-_#"
    r" ]*\d",
    re.IGNORECASE,
)


def _fits(sheet: Sheet) -> float:
    """1 where both share one column, or where a column of kinds distinguishes them, otherwise 0."""
    if sheet.shares_a_column:
        return 1.0
    kinds = [sheet.kind(row) for row in sheet.rows if sheet.text(row, "kind")]
    stated = sum(kind in ("objective", "key_result") for kind in kinds)
    both, _, _ = sheet.filled
    return (
        1.0
        if stated
        and stated * 2 > len(kinds)
        and {"objective", "key_result"} <= set(kinds)
        and not both
        else 0.0
    )


def _records(sheet: Sheet) -> list[Record]:
    """A key result belongs to the row that its parent names by id or title (the first of several);
    without a parent, to the last objective above it, or, where rows have no order, to the only one.

    Rows of other kinds (initiatives, tasks) are left out.
    """
    kinds = [_kind(sheet, row) for row in sheet.rows]
    if None in kinds:
        kinds = _by_parents(sheet, kinds)
    records: list[Record] = []
    directory: dict[str, int] = {}
    bearers: dict[str, list[int]] = {}
    for row, kind in zip(sheet.rows, kinds, strict=True):
        if kind == "objective":
            for name in (
                sheet.text(row, "id"),
                sheet.text(row, "objective_id"),
                folded(_title(sheet, row)),
            ):
                if name:
                    directory.setdefault(name, len(records))
                    bearers.setdefault(name, []).append(len(records))
            records.append(Record("objective", row, _column(sheet, row, "objective")))
    only = 0 if len(records) == 1 and not sheet.has_order else None
    ordered: list[Record] = []
    ordered_indexes: dict[int, int] = {}
    by_row = {record.row.number: number for number, record in enumerate(records)}
    last: int | None = None
    waiting: list[tuple[Record, int | None]] = []
    for row, kind in zip(sheet.rows, kinds, strict=True):
        if kind == "objective":
            last = by_row[row.number]
            _settle_parent(records[last], sheet.text(row, "parent"), directory)
            ordered_indexes[last] = len(ordered)
            ordered.append(records[last])
        elif kind == "key_result":
            parent = sheet.text(row, "parent") or sheet.text(row, "objective_id")
            nearest = last if sheet.has_order else only
            named = (
                next(
                    (
                        index
                        for name in _names(parent)
                        if (index := _find(directory, name)) is not None
                    ),
                    None,
                )
                if parent
                else nearest
            )
            # If several objectives have that name, the nearest one above is meant.
            namesakes = bearers.get(parent, bearers.get(folded(parent), ()))
            if named is not None and nearest in namesakes:
                named = nearest
            record = Record("key_result", row, _column(sheet, row, "key_result"))
            waiting.append((record, named))
            ordered.append(record)
    for record, named in waiting:
        record.objective = None if named is None else ordered_indexes[named]
    return ordered


def _kind(sheet: Sheet, row: Row) -> str | None:
    if sheet.text(row, "kind") and sheet.separates_kinds:
        kind = sheet.kind(row)
        return kind if kind in ("objective", "key_result") else "other"
    if not sheet.shares_a_column:
        return "key_result" if sheet.text(row, "key_result") else "objective"
    for mark in (sheet.text(row, "id"), _title(sheet, row)):
        if _KEY_RESULT.match(mark):
            return "key_result"
        if _OBJECTIVE.match(mark):
            return "objective"
    return None


def _names(parent: str) -> list[str]:
    """The names that a parent's cell may hold: its whole text, or several, separated by commas or
    line breaks.
    """
    return [parent, *(name for part in _BETWEEN.split(parent) if (name := part.strip()))]


def _find(directory: dict[str, int], name: str) -> int | None:
    return directory.get(name, directory.get(folded(name)))


def _settle_parent(record: Record, parent: str, directory: dict[str, int]) -> None:
    """Place an objective with several parents under the first one that exists."""
    whole, *parts = _names(parent)
    if _find(directory, whole) is None:
        first = next((name for name in parts if _find(directory, name) is not None), None)
        if first is not None:
            record.values = {"parent": first}


def _by_parents(sheet: Sheet, kinds: list[str | None]) -> list[str | None]:
    """The kinds of rows without a stated kind: a row with children or without a parent is an
    objective; a row with a parent and no children is a key result.
    """
    parents = {
        folded(name)
        for row in sheet.rows
        if (text := sheet.text(row, "parent"))
        for name in _names(text)
    }
    settled: list[str | None] = []
    for row, kind in zip(sheet.rows, kinds, strict=True):
        names = {folded(sheet.text(row, "id")), folded(_title(sheet, row))} - {""}
        has_children, has_parent = bool(names & parents), bool(sheet.text(row, "parent"))
        settled.append(kind or ("key_result" if has_parent and not has_children else "objective"))
    return settled


def _title(sheet: Sheet, row: Row) -> str:
    return sheet.text(row, "objective") or sheet.text(row, "key_result")


def _column(sheet: Sheet, row: Row, role: str) -> int:
    """The column of the title: that of the role, or the other one if only that one is filled."""
    other = "objective" if role == "key_result" else "key_result"
    is_there = role in sheet.roles and (sheet.text(row, role) or other not in sheet.roles)
    return sheet.roles[role if is_there else other]


LAYOUT = Layout(
    because="objectives and key results share one column, and another says which is which",
    fits=_fits,
    records=_records,
)
