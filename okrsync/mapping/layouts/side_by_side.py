"""Side by side: two or more tables with the same columns beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Drawn, Record, Sheet
from okrsync.mapping.values.typed import is_placeholder
from okrsync.mapping.words import roles_of
from okrsync.model.table import Row, Table, is_blank, text_of

__all__ = ["LAYOUT", "SideBySide"]

_DEPTH = 15


@dataclass(frozen=True, slots=True)
class SideBySide(Drawn):
    """The columns of each of the tables by role."""

    parts: tuple[Mapping[str, int], ...]


def _detect(table: Table) -> SideBySide | None:
    """The tables of a tab in which a row repeats the same headers after an empty column; None for
    any other tab.
    """
    for index, head in enumerate(table.rows[:_DEPTH]):
        parts = _parts(head)
        if (
            len(parts) > 1
            and all(part.keys() == parts[0].keys() for part in parts)
            and {"objective", "key_result"} <= parts[0].keys()
        ):
            below = tuple(row for row in table.rows[index + 1 :] if not row.is_empty)
            return (
                SideBySide(head, tuple(part["key_result"] for part in parts), below, tuple(parts))
                if below
                else None
            )
    return None


def _parts(head: Row) -> Sequence[dict[str, int]]:
    """The roles of each group of header cells, separated by empty cells."""
    parts: list[dict[str, int]] = [{}]
    for column, value in enumerate(head.values):
        if is_blank(value):
            parts.append({})
        elif isinstance(value, str) and (roles := roles_of(value)):
            parts[-1].setdefault(roles[0], column)
    return [part for part in parts if part]


def _fits(sheet: Sheet) -> float:
    """2 where `_detect` finds such a table, otherwise 0."""
    return 2.0 if isinstance(sheet.drawn, SideBySide) else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Each part is read separately; its objective is in each row, or only in the first."""
    records: list[Record] = []
    drawn = sheet.drawn
    for roles in drawn.parts if isinstance(drawn, SideBySide) else ():
        objective_index: int | None = None
        before = ""
        for row in drawn.rows if drawn is not None else ():
            objective, title = (
                text_of(row.value(roles[role])).strip() for role in ("objective", "key_result")
            )
            if objective and objective != before:
                before, objective_index = objective, len(records)
                records.append(
                    Record("objective", row, roles["objective"], roles=roles, states_row=not title)
                )
            if title and not is_placeholder(title):
                records.append(
                    Record("key_result", row, roles["key_result"], objective_index, roles=roles)
                )
    return records


LAYOUT = Layout(
    because="tables with the same columns are side by side",
    fits=_fits,
    records=_records,
    detect=_detect,
    why_no_answers=(
        "each row belongs to several objectives, so nothing is written beside it; a summary can"
        " show their progress"
    ),
    names_columns=True,
)
