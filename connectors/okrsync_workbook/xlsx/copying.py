"""Copying a sheet under another name, without some of its rows, and removing it again.

Formats, widths, merges, validation, rules, protection and tables come along. Pictures, charts,
notes and printer settings stay with the sheet that they were made for.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

from okrsync.connector import CellValue
from okrsync_workbook.xlsx.cells import cell_markup
from okrsync_workbook.xlsx.edits import EditRefused, RemovedSheetEdit, SheetCopyEdit
from okrsync_workbook.xlsx.formulas import mapped_rows, without_sharing
from okrsync_workbook.xlsx.markup import (
    attributes,
    children,
    escaped,
    masked,
    root_of,
    spliced,
    tag_attributes,
    text_in,
    unescaped,
    with_attribute,
)
from okrsync_workbook.xlsx.moving import FORMULA, ranges_changed
from okrsync_workbook.xlsx.package import rels_name
from okrsync_workbook.xlsx.parts import Parts
from okrsync_workbook.xlsx.rows import CellXml, Kept, RowXml, renumbered_rows, rewrite_rows
from okrsync_workbook.xlsx.scan import merged_blocks
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.sheet_names import name_trouble
from okrsync_workbook.xlsx.tables import Range, parse_range
from okrsync_workbook.xlsx.workbook import (
    add_sheet,
    is_structure_locked,
    names_of_relations,
    remove_sheet,
)

__all__ = ["copy_sheet", "remove_copied_sheet"]

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TABLE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
_NOT_CARRIED = frozenset(
    {
        "drawing",
        "legacyDrawing",
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "customProperties",
        "webPublishItems",
        "customSheetViews",
        "scenarios",
    }
)
_SELECTED = re.compile(rb"\stabSelected\s*=\s*[\"'][^\"']*[\"']")
_CODE_NAME = re.compile(rb"\scodeName\s*=\s*[\"'][^\"']*[\"']")
_ID = re.compile(rb"\s(?:[\w.\-]+:)?id\s*=\s*[\"']rId[^\"']*[\"']")
_UID = re.compile(rb"\s[\w.\-]+:uid\s*=\s*[\"'][^\"']*[\"']")
_CACHED = re.compile(
    rb"(</(?:[\w.\-]+:)?f\s*>)<(?:[\w.\-]+:)?v\s*(?:/>|>[^<]*</(?:[\w.\-]+:)?v\s*>)"
)


def copy_sheet(parts: Parts, edit: SheetCopyEdit) -> None:
    """Add the copy of a sheet behind the last one. Raises `EditRefused` where that cannot be."""
    package = parts.package
    workbook = package.workbook_part
    _refuse_name(parts, edit)
    part = package.sheet(edit.sheet).part
    sheet = SheetXml.parse(parts.read(part))
    without_sharing(sheet)
    number_of = _numbering(edit.left_out)
    values: dict[int, dict[int, CellValue]] = {}
    for row, column, value in edit.values:
        values.setdefault(row, {})[column] = value
    sheet.set_body(_with_values(sheet, values, date1904=package.date1904))
    left_out = frozenset(edit.left_out)
    sheet.set_body(
        renumbered_rows(
            sheet.body, sheet.prefix, lambda row: None if row in left_out else number_of(row)
        )
    )

    def formulas(content: bytes) -> bytes:
        return _with_formulas(content, number_of, (edit.sheet, edit.name))

    def ranges(blocks: list[str]) -> list[str]:
        return [text for block in blocks if (text := _kept(block, left_out, number_of))]

    sheet.set_body(_CACHED.sub(rb"\1", formulas(sheet.body)))
    sheet.tail = ranges_changed(formulas(sheet.tail), ranges)
    _strip(sheet, ranges)
    new_part = parts.free_name("xl/worksheets/sheet{}.xml")
    relations = _hyperlinks(parts, part)
    if relations is not None:
        parts.write(rels_name(new_part), relations)
    sheet.head = _CODE_NAME.sub(b"", _SELECTED.sub(b"", sheet.head))
    sheet.start = _UID.sub(b"", sheet.start)
    if sheet.dimension is not None and (kept := _kept(str(sheet.dimension), left_out, number_of)):
        sheet.set_dimension(parse_range(kept))
    parts.write(new_part, sheet.render())
    _copy_tables(parts, part, new_part, ranges)
    parts.declare(new_part, _SHEET_TYPE)
    relation = parts.relate(workbook, "worksheet", new_part)
    parts.write(workbook, add_sheet(parts.read(workbook), edit.name, relation, package.is_strict))


def remove_copied_sheet(parts: Parts, edit: RemovedSheetEdit) -> None:
    """Remove a sheet with its tables. Raises `EditRefused` where the workbook does not allow it."""
    package = parts.package
    workbook = package.workbook_part
    if is_structure_locked(parts.read(workbook)):
        raise EditRefused(edit, "the structure of the workbook is protected")
    part = package.sheet(edit.sheet).part
    for relation in parts.relations(part):
        if relation.kind in ("table", "comments", "vmlDrawing") and not relation.is_external:
            parts.remove(relation.target)
    parts.write(workbook, remove_sheet(parts.read(workbook), edit.sheet))
    parts.remove_related(workbook, part)


def _refuse_name(parts: Parts, edit: SheetCopyEdit) -> None:
    package, name = parts.package, edit.name
    if is_structure_locked(parts.read(package.workbook_part)):
        raise EditRefused(edit, "the structure of the workbook is protected: no tab can be added")
    if any(sheet.name.casefold() == name.casefold() for sheet in package.sheets):
        raise EditRefused(edit, f"there is a tab {name!r} already")
    trouble = name_trouble(name)
    if trouble is not None:
        raise EditRefused(edit, trouble)


def _numbering(left_out: Sequence[int]) -> Callable[[int], int]:
    """The number that a row has once some rows are left out; that of the next one for these."""
    gone = sorted(left_out)
    return lambda row: row - bisect_left(gone, row)


def _with_values(
    sheet: SheetXml, values: Mapping[int, Mapping[int, CellValue]], *, date1904: bool
) -> bytes:
    def write(row: RowXml, column: int, cell: CellXml | None) -> bytes | Kept | None:
        value = values[row.number][column]
        style = cell.style if cell is not None else row.style or 0
        if value is None and not style:
            return None
        return cell_markup(sheet.prefix, row.number, column, style, value, date1904)

    targets = {row: sorted(columns) for row, columns in values.items()}
    return rewrite_rows(sheet.body, sheet.masked_body, sheet.prefix, targets, write)


def _with_formulas(
    content: bytes, number_of: Callable[[int], int], renamed: tuple[str, str]
) -> bytes:
    changes = []
    for match in FORMULA.finditer(masked(content)):
        before = unescaped(text_in(match[3]))
        after = mapped_rows(before, number_of, renamed)
        if after != before:
            changes.append((match.start(3), match.end(3), escaped(after)))
    return spliced(content, changes)


def _kept(text: str, left_out: frozenset[int], number_of: Callable[[int], int]) -> str:
    """A block without the rows that are left out; empty where nothing is left of it."""
    if not any(sign.isdigit() for sign in text):
        return text
    block = parse_range(text)
    if block.last_row - block.first_row < len(left_out):
        rows = [row for row in range(block.first_row, block.last_row + 1) if row not in left_out]
        if not rows:
            return ""
    first, last = number_of(block.first_row), number_of(block.last_row + 1) - 1
    return str(Range(first, block.first_column, max(first, last), block.last_column))


def _strip(sheet: SheetXml, ranges: Callable[[list[str]], list[str]]) -> None:
    """Leave out what is not carried, and correct filter and counts."""
    changes = []
    for part in sheet.tail_parts():
        whole = part.whole(sheet.tail)
        if part.name in _NOT_CARRIED or part.name == "tableParts":
            changes.append((part.start, part.end, b""))
        elif part.name == "pageSetup":
            changes.append((part.start, part.end, _ID.sub(b"", whole)))
        elif part.name in ("autoFilter", "sortState"):
            tag = part.open_tag(sheet.tail)
            kept = ranges([tag_attributes(tag).get("ref", "A1")])
            tag = with_attribute(tag, "ref", kept[0]) if kept else tag
            changes.append((part.start, part.open_end, tag))
        elif part.name == "mergeCells" and not merged_blocks(sheet):
            changes.append((part.start, part.end, b""))
        elif part.name == "mergeCells":
            count = str(len(merged_blocks(sheet)))
            tag = with_attribute(part.open_tag(sheet.tail), "count", count)
            changes.append((part.start, part.open_end, tag))
    sheet.tail = spliced(sheet.tail, changes)


def _hyperlinks(parts: Parts, part: str) -> bytes | None:
    """The relationships of a sheet, those of its links only; None where there are none."""
    name = rels_name(part)
    if not parts.has(name):
        return None
    content = parts.read(name)
    data = masked(content)
    root = root_of(data)
    entries = children(data, root.open_end, root.inner_end)
    links = [
        entry for entry in entries if attributes(entry, data).get("Type", "").endswith("/hyperlink")
    ]
    if not links:
        return None
    return spliced(content, [(e.start, e.end, b"") for e in entries if e not in links])


def _copy_tables(
    parts: Parts, part: str, new_part: str, ranges: Callable[[list[str]], list[str]]
) -> None:
    """Give the copy tables of its own, with names and numbers that no other table has."""
    relations = [
        relation
        for relation in parts.relations(part)
        if relation.kind == "table" and not relation.is_external
    ]
    ids = []
    for relation in relations:
        content = parts.read(relation.target)
        data = masked(content)
        root = root_of(data)
        facts = attributes(root, data)
        kept = ranges([facts.get("ref", "A1")])
        if facts.get("tableType") == "queryTable" or not kept:
            continue
        tag = _UID.sub(b"", root.open_tag(content))
        number = 1 + _highest_table(parts)
        name = f"{facts.get('displayName', facts.get('name', 'Table'))}_{number}"
        for key, value in (
            ("id", str(number)),
            ("name", name),
            ("displayName", name),
            ("ref", kept[0]),
        ):
            tag = with_attribute(tag, key, value)
        changes = [(root.start, root.open_end, tag)]
        for element in children(data, root.open_end, root.inner_end):
            if element.name == "autoFilter":
                opening = element.open_tag(content)
                block = ranges([tag_attributes(opening).get("ref", "A1")])
                changed = with_attribute(opening, "ref", block[0]) if block else opening
                changes.append((element.start, element.open_end, changed))
        target = parts.free_name("xl/tables/table{}.xml")
        parts.write(target, spliced(content, changes))
        parts.declare(target, _TABLE_TYPE)
        ids.append(parts.relate(new_part, "table", target))
    if ids:
        sheet = SheetXml.parse(parts.read(new_part))
        prefix, declaration = names_of_relations(sheet.start, parts.package.is_strict)
        entries = b"".join(
            b'<%stablePart %s:id="%s"/>' % (sheet.prefix, prefix, id_.encode()) for id_ in ids
        )
        tag = b'<%stableParts%s count="%d">' % (sheet.prefix, declaration, len(ids))
        sheet.add_to_tail("tableParts", tag + entries + b"</%stableParts>" % sheet.prefix)
        parts.write(new_part, sheet.render())


def _highest_table(parts: Parts) -> int:
    number, taken = 1, [0]
    while parts.has(f"xl/tables/table{number}.xml"):
        content = parts.read(f"xl/tables/table{number}.xml")
        data = masked(content)
        stated = attributes(root_of(data), data).get("id", "0")
        taken.append(int(stated) if stated.isdigit() else number)
        number += 1
    return max(taken)
