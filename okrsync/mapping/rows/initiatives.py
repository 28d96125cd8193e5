"""Cells that say how initiatives stand, where a key result, or an objective without key results,
takes a row for each of its initiatives: what is done of one of them says nothing of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from okrsync.mapping.sheet import Record, Sheet
from okrsync.mapping.words import normal
from okrsync.mapping.words import table as table_of
from okrsync.model.okrs import Warning_
from okrsync.model.table import CellRef, CellValue, Row, column_letters, is_blank, text_of

__all__ = ["without_initiatives"]

_STANDING = ("status", "progress", "current", "score", "confidence")


def without_initiatives(
    records: Sequence[Record], sheet: Sheet, source: str
) -> tuple[list[Record], list[Warning_]]:
    """The records, with each key result, or objective of a list without them, read without the
    columns that differ between its initiatives, and a warning for each of these columns.

    Where initiatives come first, columns have no order, or there are no key results, the rows are
    theirs: a column that differs for one item, or is empty for one of its initiatives, is read for
    none.
    """
    roles = sheet.roles
    kind = "key_result" if "key_result" in roles else "objective"
    title = roles.get(kind)
    words = table_of("initiatives")
    work = [column for column, name in enumerate(sheet.names) if normal(name) in words]
    if not work or title is None or {"id", "target"} & roles.keys():
        return [*records], []
    groups = _groups(sheet, title)
    is_first = not sheet.has_order or work[0] < title or kind == "objective"
    standing = {role: roles[role] for role in _STANDING if role in roles}
    read: list[Record] = []
    cells: dict[int, CellRef] = {}
    of_all = {
        role
        for role, column in standing.items()
        if is_first and any(_differ(rows, column, blanks=True) for rows in groups.values())
    }
    for record in records:
        rows = groups.get(record.row.number, (record.row,))
        dropped = of_all | {
            role for role, column in standing.items() if _differ(rows, column, blanks=False)
        }
        if record.kind == kind and dropped and record.roles is None:
            kept = {role: column for role, column in roles.items() if role not in dropped}
            for role in dropped:
                cells.setdefault(roles[role], sheet.table.ref(record.row, roles[role]))
            record = replace(record, roles=kept)
        read.append(record)
    noun = kind.replace("_", " ")
    return read, [_warning(column, cell, sheet, source, noun) for column, cell in cells.items()]


def _warning(column: int, cell: CellRef, sheet: Sheet, source: str, noun: str) -> Warning_:
    letters = f" ({column_letters(column)})" if sheet.has_order else ""
    what = (
        f"{sheet.names[column]!r}{letters} differs between the initiatives of one {noun}, so it"
        f" says how these stand and is not read there; give the {noun} a row of its own"
    )
    return Warning_("of-initiatives", source, cell, what)


def _groups(sheet: Sheet, key_result: int) -> dict[int, list[Row]]:
    """By the number of the first row of each key result, all its rows; an empty title goes on with
    the one above.
    """
    objective = sheet.roles.get("objective")
    first_rows: dict[tuple[str, str], int] = {}
    groups: dict[int, list[Row]] = {}
    last = ("", "")
    for row in sheet.table.rows:
        if row.number <= (sheet.header_row or 0) or row.is_empty:
            continue
        above = "" if objective is None else text_of(row.value(objective)).strip()
        title = text_of(row.value(key_result)).strip()
        last = (above or last[0], title or last[1])
        first = first_rows.setdefault(last, row.number)
        groups.setdefault(first, []).append(row)
    return groups


def _differ(rows: Sequence[Row], column: int, *, blanks: bool) -> bool:
    """Whether a column holds different values in some rows, or none in one of them."""
    values: list[CellValue] = [row.value(column) for row in rows]
    filled = {text_of(value).strip() for value in values if not is_blank(value)}
    return len(filled) > 1 or (blanks and bool(filled) and any(map(is_blank, values)))
