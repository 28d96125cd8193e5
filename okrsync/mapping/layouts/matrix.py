"""Matrix: objectives are columns, and their key results stand below them, with a label at the left that says which row is what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from okrsync.mapping.sheet import Record, Sheet
from okrsync.mapping.values import is_placeholder
from okrsync.mapping.wide import is_key_result_label
from okrsync.mapping.words import roles_of
from okrsync.table import CellValue, Row, Table, is_blank, text_of

__all__ = ["Matrix", "detect", "fits", "records"]

_DEPTH = 15
_OBJECTIVE = re.compile(
    r"\s*(?:objective|objetivo|objectif|obiettivo|doel|ziel|goal|目标|目標|목표|цель|o)\s*[-_#]?\s*\d+\s*(?:[:.)\-–]\s*|\s+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Where a matrix stands: the row of its objectives, their columns, the column of labels, and the rows with key results."""

    head: Row
    columns: tuple[int, ...]
    label: int
    rows: tuple[Row, ...]
    told: dict[str, Row]
    """By role, rows that tell something of every objective: its owner, its team."""


def detect(table: Table) -> Matrix | None:
    """The matrix of a table, where it is one: two objectives side by side, and below them at least one row labelled as a key result."""
    for at, head in enumerate(table.rows[:_DEPTH]):
        filled = [
            (column, value) for column, value in enumerate(head.values) if isinstance(value, str) and value.strip()
        ]
        numbered = [
            column for column, value in filled if _OBJECTIVE.match(value) and _OBJECTIVE.sub("", value, count=1).strip()
        ]
        label = filled[0][0] if filled else 0
        if (
            len(numbered) < 2
            and len(filled) > 2
            and roles_of(filled[0][1])[:1] == ("objective",)
            and not any(roles_of(value) for _, value in filled[1:])
        ):
            numbered = [column for column, _ in filled[1:]]
        if len(numbered) < 2:
            continue
        label = min(numbered) - 1 if label in numbered else label
        if label < 0:
            continue
        found = _below(table.rows[at + 1 :], label, numbered)
        if found[0]:
            return Matrix(head, tuple(numbered), label, *found)
    return None


def _below(rows: Sequence[Row], label: int, columns: Sequence[int]) -> tuple[tuple[Row, ...], dict[str, Row]]:
    key_results: list[Row] = []
    told: dict[str, Row] = {}
    for row in rows:
        words = text_of(row.value(label)).strip()
        if words and is_key_result_label(words):
            key_results.append(row)
        elif words:
            for role in roles_of(words)[:1]:
                told.setdefault(role, row)
        elif key_results and any(isinstance(row.value(column), str) for column in columns):
            key_results.append(row)
    return tuple(key_results), told


def fits(sheet: Sheet) -> float:
    """Well, where `detect` finds one; no table with a header of columns is."""
    return 2.0 if sheet.matrix is not None else 0.0


def records(sheet: Sheet) -> list[Record]:
    """Each text below an objective is one of its key results."""
    found: list[Record] = []
    matrix = sheet.matrix
    if matrix is None:
        return found
    for column in matrix.columns:
        below = [
            row for row in matrix.rows if not is_blank(row.value(column)) and not is_placeholder(row.value(column))
        ]
        if not below:
            continue
        text = text_of(matrix.head.value(column)).strip()
        values: dict[str, CellValue] = {
            role: row.value(column) for role, row in matrix.told.items() if role in ("owner", "team", "parent", "due")
        }
        roles = {"objective": column}
        at = len(found)
        elsewhere = {"objective": (matrix.head.number, column)}
        title = _OBJECTIVE.sub("", text, count=1) or text
        found.append(
            Record("objective", below[0], column, None, elsewhere, values, states_row=False, roles=roles, title=title)
        )
        found.extend(
            Record(
                "key_result",
                row,
                column,
                at,
                {},
                values,
                roles={"key_result": column},
                title=text_of(row.value(column)).strip(),
            )
            for row in below
        )
    return found
