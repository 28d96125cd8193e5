"""Headings inside a table that name a team or a part of the company (`SALES`, `Team Marketing`):
a row with nothing else, above the objectives of that part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from okrsync.mapping.header.header import Header
from okrsync.mapping.rows.teams import names_team
from okrsync.mapping.sheet import Section
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue, Row, Table, is_blank

__all__ = ["group_headings"]

_LIST = lazy_pattern(r"[,;\n]")
_LONGEST, _MOST_WORDS = 40, 3
_LEAST = 2
"""One heading alone may as well be an objective that nobody has broken down yet."""


def group_headings(table: Table, header: Header) -> Mapping[int, Section]:
    """By row number, the headings below a header that name a part of the company.

    Such a row holds one short text and stands directly above a row that states an objective. It
    names a team, is written in capitals among titles that are not, or is one of several short texts
    of which the first opens the table; otherwise it is an objective.
    """
    objective, key_result = (header.roles.get(role) for role in ("objective", "key_result"))
    if header.row is None or objective is None or "kind" in header.roles:
        return {}
    rows = [row for row in table.rows if row.number > header.row and not row.is_empty]
    parent = header.roles.get("parent", objective)
    parents = _named_in(row.value(parent) for row in rows) if parent != objective else set()
    single: dict[int, tuple[Row, int, str]] = {}
    for index, (row, below) in enumerate(pairwise(rows)):
        heading = _heading(row)
        if heading is not None and heading[1] in parents:
            continue  # Others name it as their parent: it is an objective.
        if heading is not None and _states_objective(below, objective, key_result):
            single[index] = (row, *heading)
    if not single:
        return {}
    others = "".join(
        str(row.value(objective) or "") for index, row in enumerate(rows) if index not in single
    )
    in_capitals = {
        index for index, (_, _, text) in single.items() if text.isupper() and not others.isupper()
    }
    teams = {index for index, (_, _, text) in single.items() if names_team(text)}
    kept = teams | in_capitals
    above = [row for row in table.rows if row.number < header.row and not row.is_empty]
    opens = bool(above) and (heading := _heading(above[-1])) is not None and names_team(heading[1])
    if len(kept) + (opens and bool(teams)) < _LEAST:
        # `Sales` above the first row, and `Marketing` further down, where all else is a full row.
        is_flat = key_result not in (None, objective) and all(
            index in single or not is_blank(row.value(key_result or 0))
            for index, row in enumerate(rows)
        )
        if is_flat and 0 in single and len(single) >= _LEAST:
            kept = {*single}
        elif not is_flat or not teams:
            return {}
    return {
        row.number: Section(row.number, column, text, "team" if index in teams else None)
        for index, (row, column, text) in single.items()
        if index in kept
    }


def _named_in(values: Iterable[CellValue]) -> set[str]:
    """The texts of cells, and the parts of those that are lists."""
    texts = {str(value) for value in values if not is_blank(value)}
    return texts | {part.strip() for text in texts for part in _LIST.split(text)}


def _heading(row: Row) -> tuple[int, str] | None:
    """The column and text of the only cell of a row, if it is short and has no number."""
    if row.fills_more_than(1):
        return None
    for column, value in enumerate(row.values):
        if is_blank(value):
            continue
        if not isinstance(value, str) or any(map(str.isdigit, value)):
            return None
        text = value.strip().rstrip(":").strip()
        return (
            (column, text)
            if 1 < len(text) <= _LONGEST and len(text.split()) <= _MOST_WORDS
            else None
        )
    return None


def _states_objective(row: Row, objective: int, key_result: int | None) -> bool:
    """Whether a row states an objective; where key results share its column, it holds nothing
    else.
    """
    if is_blank(row.value(objective)):
        return False
    return key_result != objective or not row.fills_more_than(1)
