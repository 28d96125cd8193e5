"""Reads the cells above a table: labels for the whole table (team, owner, last check-in), and
periods over blocks of columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from okrsync.mapping.values.typed import read_date
from okrsync.mapping.words import roles_of
from okrsync.model.table import CellValue, Row, Table, is_blank, text_of

__all__ = ["labels_above", "spread"]

_LABELLED = ("team", "owner", "checked_in", "cycle", "level")


def labels_above(rows: Sequence[Row]) -> Mapping[str, tuple[CellValue, tuple[int, int]]]:
    """The labels above the header by role: each value with its row number and column. Labels are
    written `Team: | Growth`, or `Team: Growth` in one cell.
    """
    labels: dict[str, tuple[CellValue, tuple[int, int]]] = {}
    for row in rows:
        filled = [(column, value) for column, value in enumerate(row.values) if not is_blank(value)]
        for index, (column, value) in enumerate(filled):
            if not isinstance(value, str):
                continue
            label, colon, rest = value.partition(":")
            role = _role(label)
            if role is None:
                continue
            if colon and rest.strip():
                _add_label(labels, role, rest.strip(), (row.number, column))
            # Without a colon, a row of many cells is data or a header, not a label and its value.
            elif index + 1 < len(filled) and (colon or len(filled) <= 4):
                beside, value_beside = filled[index + 1]
                if beside - column <= 3 and not (
                    isinstance(value_beside, str) and roles_of(value_beside)
                ):
                    _add_label(labels, role, value_beside, (row.number, beside))
    return labels


def _add_label(
    labels: dict[str, tuple[CellValue, tuple[int, int]]],
    role: str,
    value: CellValue,
    position: tuple[int, int],
) -> None:
    """Add the value of a label. From a check-in only the day is used: `12 Nov 2026 by Marta` has
    one; `every second Monday` has none and is ignored.
    """
    if role == "checked_in" and isinstance(value, str):
        words = value.split()
        begun = (
            " ".join(words[:count]).rstrip(",;.") for count in range(min(len(words), 5), 0, -1)
        )
        value = next((text for text in begun if read_date(text, "dmy") is not None), None)
    if value is not None:
        labels.setdefault(role, (value, position))


def _role(label: str) -> str | None:
    if len(label) > 40:
        return None
    return next((role for role in roles_of(label.strip()) if role in _LABELLED), None)


def spread(table: Table, row: Row, width: int) -> list[str]:
    """The texts of a row above blocks of columns, repeated for each column they apply to: the
    columns they are merged across, otherwise all columns up to the next text.
    """
    # Only the first cell of merged cells has a value, in Google Sheets and in Excel alike.
    texts = [text_of(row.value(column)).strip() for column in range(width)]
    merged = {
        merge.first_column: merge.last_column
        for merge in table.merges
        if merge.first_row <= row.number - 1 <= merge.last_row
    }
    spread_texts, last, until = [""] * width, "", -1
    for column, text in enumerate(texts):
        if text:
            last, until = text, merged.get(column, width - 1)
        spread_texts[column] = last if column <= until else ""
    return spread_texts
