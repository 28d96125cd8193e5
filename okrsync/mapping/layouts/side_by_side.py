"""Side by side: two or more tables of the same columns beside one another, a block of columns
each.
"""

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
    """The tables of a tab, where a row of headers says the same thing again after a column that is
    empty.
    """
    for at, head in enumerate(table.rows[:_DEPTH]):
        parts = _parts(head)
        if (
            len(parts) > 1
            and all(part.keys() == parts[0].keys() for part in parts)
            and {"objective", "key_result"} <= parts[0].keys()
        ):
            below = tuple(row for row in table.rows[at + 1 :] if not row.is_empty)
            return (
                SideBySide(head, tuple(part["key_result"] for part in parts), below, tuple(parts))
                if below
                else None
            )
    return None


def _parts(head: Row) -> Sequence[dict[str, int]]:
    """The roles of each run of header cells without an empty one between."""
    parts: list[dict[str, int]] = [{}]
    for column, value in enumerate(head.values):
        if is_blank(value):
            parts.append({})
        elif isinstance(value, str) and (roles := roles_of(value)):
            parts[-1].setdefault(roles[0], column)
    return [part for part in parts if part]


def _fits(sheet: Sheet) -> float:
    """Well, where `_detect` finds them."""
    return 2.0 if isinstance(sheet.drawn, SideBySide) else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Each part is read on its own: the objective on each row, or on its first."""
    found: list[Record] = []
    drawn = sheet.drawn
    for roles in drawn.parts if isinstance(drawn, SideBySide) else ():
        at: int | None = None
        before = ""
        for row in drawn.rows if drawn is not None else ():
            objective, title = (
                text_of(row.value(roles[role])).strip() for role in ("objective", "key_result")
            )
            if objective and objective != before:
                before, at = objective, len(found)
                found.append(
                    Record("objective", row, roles["objective"], roles=roles, states_row=not title)
                )
            if title and not is_placeholder(title):
                found.append(Record("key_result", row, roles["key_result"], at, roles=roles))
    return found


LAYOUT = Layout(
    because="tables of the same columns stand beside one another",
    fits=_fits,
    records=_records,
    detect=_detect,
    why_no_answers=(
        "a row holds several objectives here, so nothing is written beside it; a summary can"
        " tell how they stand"
    ),
    names_columns=True,
)
