"""What stands above a table: cells that say something of all of it (team, owner, last check-in), and periods over blocks of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from okrsync.mapping.words import roles_of
from okrsync.table import CellValue, Row, Table, is_blank, text_of

__all__ = ["labels_above", "spread"]

_LABELLED = ("team", "owner", "checked_in", "cycle", "level")


def labels_above(rows: Sequence[Row]) -> Mapping[str, tuple[CellValue, tuple[int, int]]]:
    """By role, what a label above the header says, with the row number and column of the value: `Team: | Growth`, or `Team: Growth` in one cell."""
    found: dict[str, tuple[CellValue, tuple[int, int]]] = {}
    for row in rows:
        filled = [(column, value) for column, value in enumerate(row.values) if not is_blank(value)]
        for at, (column, value) in enumerate(filled):
            if not isinstance(value, str):
                continue
            label, colon, rest = value.partition(":")
            role = _role(label)
            if role is None:
                continue
            if colon and rest.strip():
                found.setdefault(role, (rest.strip(), (row.number, column)))
            elif at + 1 < len(filled) and (colon or len(filled) <= 4):
                beside, told = filled[at + 1]
                if beside - column <= 3 and not (isinstance(told, str) and roles_of(told)):
                    found.setdefault(role, (told, (row.number, beside)))
    return found


def _role(label: str) -> str | None:
    if len(label) > 40:
        return None
    return next((role for role in roles_of(label.strip()) if role in _LABELLED), None)


def spread(table: Table, row: Row, width: int) -> list[str]:
    """The texts of a row over blocks of columns, each standing for the columns it is merged over, or else for all up to the next."""
    texts = [text_of(row.value(column)).strip() for column in range(width)]
    merged = {
        merge.first_column: merge.last_column
        for merge in table.merges
        if merge.first_row <= row.number - 1 <= merge.last_row
    }
    found, last, until = [""] * width, "", -1
    for column, text in enumerate(texts):
        if text:
            last, until = text, merged.get(column, width - 1)
        found[column] = last if column <= until else ""
    return found
