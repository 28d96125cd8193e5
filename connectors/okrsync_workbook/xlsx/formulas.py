"""Formulas of single cells: their text, also where one is written for several cells, and carrying
one into another row.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from okrsync.connector import cell_number, column_letters
from okrsync_workbook.xlsx.markup import (
    escaped,
    masked,
    spliced,
    tag_attributes,
    text_in,
    unescaped,
)
from okrsync_workbook.xlsx.moving import REFERENCE
from okrsync_workbook.xlsx.rows import CellXml, every_row
from okrsync_workbook.xlsx.sheet import SheetXml

__all__ = ["formula_of", "looks_at_own_row", "mapped_rows", "moved_formula", "without_sharing"]

_F = re.compile(rb"<((?:[\w.\-]+:)?f)(?=[\s/>])([^<>]*?)(?:/>|>([^<]*)</\1\s*>)")
_ELSEWHERE = re.compile(r"\b(?:INDIRECT|OFFSET|ROW|INDEX)\s*\(", re.IGNORECASE)


def formula_of(sheet: SheetXml, row: int, column: int) -> str | None:
    """The formula of a cell, None where it has none that is its own."""
    shared = _shared(sheet)
    for each in every_row(sheet.body, sheet.prefix):
        if each.number == row and column in each.cells:
            return _text(each.cells[column], row, shared)
    return None


def looks_at_own_row(formula: str, row: int) -> bool:
    """Whether a formula looks at cells of its own row and sheet only, or at whole columns."""
    if _ELSEWHERE.search(formula) is not None:
        return False
    for match in REFERENCE.finditer(formula):
        if match["cells"] is None:
            continue
        if match["sheet"] is not None:
            return False
        for cell in match["cells"].split(":"):
            if "$" in cell[1:] or cell_number(cell)[0] != row:
                return False
    return True


def moved_formula(formula: str, down: int, across: int = 0) -> str:
    """A formula as it reads in a cell further down and to the right."""

    def moved_cell(cell: str) -> str:
        match = re.fullmatch(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]+)", cell)
        assert match is not None
        row, column = cell_number(cell)
        letters = match[2] if match[1] else column_letters(max(0, column + across))
        number = row if match[3] else max(1, row + down)
        return f"{match[1]}{letters}{match[3]}{number}"

    def moved(match: re.Match[str]) -> str:
        if match["cells"] is None:
            return match[0]
        cells = ":".join(map(moved_cell, match["cells"].split(":")))
        return (match["sheet"] or "") + cells

    return REFERENCE.sub(moved, formula)


def mapped_rows(formula: str, number_of: Callable[[int], int], renamed: tuple[str, str]) -> str:
    """A formula of a copied sheet: rows have other numbers there, and the sheet another name."""
    before, after = renamed

    def mapped(match: re.Match[str]) -> str:
        if match["cells"] is None:
            return match[0]
        sheet = match["sheet"]
        if sheet is not None:
            name = sheet[:-1]
            name = name[1:-1].replace("''", "'") if name.startswith("'") else name
            if name.casefold() != before.casefold():
                return match[0]
            quoted = after.replace("'", "''")
            sheet = f"'{quoted}'!"
        cells = [
            f"{re.sub(r'[0-9]+$', '', cell)}{number_of(cell_number(cell)[0])}"
            for cell in match["cells"].split(":")
        ]
        return (sheet or "") + ":".join(cells)

    return REFERENCE.sub(mapped, formula)


def without_sharing(sheet: SheetXml) -> None:
    """Write out each formula that is written once for several cells, so that rows can move."""
    if b"shared" not in sheet.body:
        return
    shared = _shared(sheet)
    changes: list[tuple[int, int, bytes]] = []
    for row in every_row(sheet.body, sheet.prefix):
        for cell in row.cells.values():
            match = _F.search(masked(cell.markup))
            if match is None or tag_attributes(match[2]).get("t") != "shared":
                continue
            text = _text(cell, row.number, shared) or ""
            markup = b"<%s>%s</%s>" % (match[1], escaped(text), match[1])
            changes.append((cell.start + match.start(), cell.start + match.end(), markup))
    sheet.set_body(spliced(sheet.body, changes))


Shared = dict[str, tuple[str, int, int]]
"""By the number of a formula that several cells share: its text, and the row and column of its
first cell.
"""


def _shared(sheet: SheetXml) -> Shared:
    shared: Shared = {}
    if b"shared" not in sheet.body:
        return shared
    for row in every_row(sheet.body, sheet.prefix):
        for cell in row.cells.values():
            match = _F.search(masked(cell.markup))
            facts = tag_attributes(match[2]) if match is not None else {}
            if match is not None and facts.get("t") == "shared" and match[3]:
                text = unescaped(text_in(match[3]))
                shared.setdefault(facts.get("si", ""), (text, row.number, cell.column))
    return shared


def _text(cell: CellXml, row: int, shared: Shared) -> str | None:
    match = _F.search(masked(cell.markup))
    if match is None:
        return None
    facts = tag_attributes(match[2])
    if facts.get("t") in ("array", "dataTable"):
        return None
    if match[3]:
        return unescaped(text_in(match[3]))
    first = shared.get(facts.get("si", ""))
    if first is None:
        return None
    text, first_row, first_column = first
    return moved_formula(text, row - first_row, cell.column - first_column)
