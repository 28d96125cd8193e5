"""Inserting rows into a sheet and taking them out again, as Excel does with whole rows: what stands
below moves, and tables, filters and rules grow with the rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from okrsync.connector import CellValue, column_letters
from okrsync_workbook.xlsx.cells import cell_markup
from okrsync_workbook.xlsx.edits import EditRefused, RowEdit, TakenRowEdit
from okrsync_workbook.xlsx.extent import LAST_COLUMN
from okrsync_workbook.xlsx.formulas import formula_of, moved_formula, without_sharing
from okrsync_workbook.xlsx.markup import (
    children,
    escaped,
    masked,
    root_of,
    spliced,
    with_attribute,
)
from okrsync_workbook.xlsx.moving import MoveRefused, Shift, move_cells, ranges_changed
from okrsync_workbook.xlsx.parts import Parts
from okrsync_workbook.xlsx.rows import RowXml, renumbered_rows, rows_of_body
from okrsync_workbook.xlsx.scan import merged_blocks
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.tables import Range, parse_range

__all__ = ["forget_calculation_order", "insert_rows", "take_row"]

_ANCHOR_ROW = re.compile(rb"(<(?:[\w.\-]+:)?row>)(\d+)(</)")
_CACHED = re.compile(rb"<(?:[\w.\-]+:)?v\s*(?:/>|>[^<]*</(?:[\w.\-]+:)?v\s*>)")
_FORMULA = re.compile(rb"<(?:[\w.\-]+:)?f(?=[\s/>]).*?(?:/>|</(?:[\w.\-]+:)?f\s*>)", re.DOTALL)


def insert_rows(
    parts: Parts, part: str, sheet: SheetXml, edits: Sequence[RowEdit], date1904: bool
) -> None:
    """Insert rows. Raises `EditRefused` where one cannot be inserted without harm."""
    without_sharing(sheet)
    groups: dict[int, list[RowEdit]] = {}
    for edit in edits:
        groups.setdefault(edit.behind, []).append(edit)
    # From the bottom up, so that the rows above keep their numbers.
    for behind in sorted(groups, reverse=True):
        _insert(parts, part, sheet, behind, groups[behind], date1904)


def _insert(
    parts: Parts,
    part: str,
    sheet: SheetXml,
    behind: int,
    edits: Sequence[RowEdit],
    date1904: bool,
) -> None:
    numbers = {edit.like for edit in edits} | {behind}
    before = rows_of_body(sheet.body, sheet.prefix, numbers)
    formulas = {
        (edit.like, column): formula
        for edit in edits
        for column in edit.kept
        if (formula := formula_of(sheet, edit.like, column)) is not None
    }
    shift = Shift(edits[0].sheet, behind + 1, 0, LAST_COLUMN, len(edits))
    try:
        move_cells(parts, part, sheet, shift)
    except MoveRefused as refused:
        raise EditRefused(edits[0], refused.reason) from refused
    _move_drawings(parts, part, shift)
    _grow_tables(parts, part, behind, len(edits))
    markup = b""
    for number, edit in enumerate(edits, start=behind + 1):
        row = before.get(edit.like) or RowXml(edit.like, {}, {})
        markup += _row(sheet, row, edit, number, formulas, date1904)
    sheet.set_body(_with_rows(sheet, behind, markup))
    likes = {number: edit.like for number, edit in enumerate(edits, start=behind + 1)}
    _grow_rules(sheet, likes)
    _repeat_merges(sheet, likes)
    _grow_filter(sheet, behind, len(edits))
    block = sheet.dimension
    if block is not None and block.last_row < behind + len(edits):
        last = behind + len(edits)
        sheet.set_dimension(Range(block.first_row, block.first_column, last, block.last_column))


def _row(
    sheet: SheetXml,
    like: RowXml,
    edit: RowEdit,
    number: int,
    formulas: Mapping[tuple[int, int], str],
    date1904: bool,
) -> bytes:
    """The markup of a new row: formats of the row that it is like, and its own content."""
    values: dict[int, CellValue] = dict(edit.values)
    cells = []
    for column in sorted({*like.cells, *values}):
        cell = like.cells.get(column)
        style = cell.style if cell is not None else like.style or 0
        if column in values:
            content = cell_markup(sheet.prefix, number, column, style, values[column], date1904)
        elif cell is not None and column in edit.kept:
            content = _copied(cell.markup, number, column, formulas.get((edit.like, column)), edit)
        elif style:
            content = cell_markup(sheet.prefix, number, column, style, None, date1904)
        else:
            continue
        cells.append(content)
    tag = b"<%srow" % sheet.prefix
    for name, value in like.facts.items():
        if name not in ("r", "spans"):
            tag += b' %s="%s"' % (name.encode(), value.encode())
    opening = with_attribute(tag + b">", "r", str(number))
    return opening + b"".join(cells) + b"</%srow>" % sheet.prefix


def _copied(markup: bytes, number: int, column: int, formula: str | None, edit: RowEdit) -> bytes:
    end = markup.index(b">") + 1
    tag = with_attribute(markup[:end], "r", f"{column_letters(column)}{number}")
    inner = markup[end:]
    if formula is not None:
        text = escaped(moved_formula(formula, number - edit.like))
        name = re.match(rb"<((?:[\w.\-]+:)?)c", markup)
        prefix = name[1] if name is not None else b""
        # The value is from the other row: it is calculated when the workbook is opened.
        inner = _CACHED.sub(b"", inner)
        inner = _FORMULA.sub(lambda _: b"<%sf>%s</%sf>" % (prefix, text, prefix), inner, count=1)
        tag = re.sub(rb"\st=\"(?:str|s|b|e)\"", b"", tag)
    return tag + inner


def _with_rows(sheet: SheetXml, behind: int, markup: bytes) -> bytes:
    """The rows with new ones behind a row, which may be missing in the file."""
    later = [
        row for number, row in rows_of_body(sheet.body, sheet.prefix).items() if number > behind
    ]
    if not later:
        return sheet.body + markup
    first = min(row.number for row in later)
    tag = re.search(
        rb"<%srow(?=[\s/>])[^<>]*\sr=[\"']%d[\"']" % (sheet.prefix, first), sheet.masked_body
    )
    assert tag is not None
    return sheet.body[: tag.start()] + markup + sheet.body[tag.start() :]


def _grow_rules(sheet: SheetXml, likes: Mapping[int, int]) -> None:
    """Have rules and validation of the row that a new row is like hold for the new row too."""

    def grown(blocks: list[str]) -> list[str]:
        if any(not any(sign.isdigit() for sign in block) for block in blocks):
            return blocks
        ranges = [parse_range(block) for block in blocks]
        texts = list(blocks)
        for number, like in sorted(likes.items()):
            for index, block in enumerate(list(ranges)):
                if not block.first_row <= like <= block.last_row:
                    continue
                if any(
                    other.first_row <= number <= other.last_row
                    and other.first_column <= block.first_column
                    and block.last_column <= other.last_column
                    for other in ranges
                ):
                    continue
                if block.last_row == number - 1:
                    new = Range(block.first_row, block.first_column, number, block.last_column)
                    ranges[index], texts[index] = new, str(new)
                else:
                    new = Range(number, block.first_column, number, block.last_column)
                    ranges.append(new)
                    texts.append(str(new))
        return texts

    changes = []
    for part in sheet.tail_parts():
        if part.name in ("conditionalFormatting", "dataValidations", "extLst"):
            whole = part.whole(sheet.tail)
            changes.append((part.start, part.end, ranges_changed(whole, grown)))
    sheet.tail = spliced(sheet.tail, changes)


def _repeat_merges(sheet: SheetXml, likes: Mapping[int, int]) -> None:
    """Merge cells of new rows as those of the row that each is like, where they lie in one row."""
    holder = sheet.tail_part("mergeCells")
    if holder is None:
        return
    new = [
        Range(number, block.first_column, number, block.last_column)
        for block in merged_blocks(sheet)
        for number, like in likes.items()
        if block.first_row == block.last_row == like
    ]
    markup = b"".join(b'<%smergeCell ref="%s"/>' % (holder.prefix, str(b).encode()) for b in new)
    count = len(merged_blocks(sheet)) + len(new)
    tag = with_attribute(holder.open_tag(sheet.tail), "count", str(count))
    sheet.tail = spliced(
        sheet.tail,
        [(holder.start, holder.open_end, tag), (holder.inner_end, holder.inner_end, markup)],
    )


def _grow_filter(sheet: SheetXml, behind: int, rows: int) -> None:
    part = sheet.tail_part("autoFilter")
    if part is not None:
        tag = _resized(part.open_tag(sheet.tail), behind, rows)
        sheet.tail = spliced(sheet.tail, [(part.start, part.open_end, tag)])


def _resized(tag: bytes, behind: int, rows: int) -> bytes:
    """The tag of a table or filter with the block it has once rows are inserted behind a row."""
    match = re.search(rb"\sref\s*=\s*[\"']([^\"']*)[\"']", tag)
    if match is None:
        return tag
    block = parse_range(match[1].decode())
    first = block.first_row + rows if block.first_row > behind else block.first_row
    last = block.last_row + rows if block.last_row >= behind else block.last_row
    if (first, last) == (block.first_row, block.last_row):
        return tag
    return with_attribute(
        tag, "ref", str(Range(first, block.first_column, last, block.last_column))
    )


def _grow_tables(parts: Parts, part: str, behind: int, rows: int) -> None:
    for relation in parts.relations(part):
        if relation.kind != "table" or relation.is_external:
            continue
        content = parts.read(relation.target)
        data = masked(content)
        root = root_of(data)
        changes = [(root.start, root.open_end, _resized(root.open_tag(content), behind, rows))]
        for element in children(data, root.open_end, root.inner_end):
            if element.name == "autoFilter":
                tag = _resized(element.open_tag(content), behind, rows)
                changes.append((element.start, element.open_end, tag))
        parts.write(relation.target, spliced(content, changes))


def _move_drawings(parts: Parts, part: str, shift: Shift) -> None:
    """Pictures and charts below move with their rows."""

    def moved(match: re.Match[bytes]) -> bytes:
        row = int(match[2])  # counted from 0
        down = shift.rows if row + 1 >= shift.first_row else 0
        return match[1] + b"%d" % (row + down) + match[3]

    for relation in parts.relations(part):
        if relation.kind == "drawing" and not relation.is_external:
            content = parts.read(relation.target)
            parts.write(relation.target, _ANCHOR_ROW.sub(moved, content))


def take_row(parts: Parts, part: str, sheet: SheetXml, edit: TakenRowEdit) -> None:
    """Take a row out: what stands below moves up, and tables, filters and rules shrink."""
    row = edit.row
    without_sharing(sheet)
    sheet.set_body(renumbered_rows(sheet.body, sheet.prefix, lambda n: None if n == row else n))

    def shrunk(blocks: list[str]) -> list[str]:
        kept = []
        for text in blocks:
            if any(sign.isdigit() for sign in text):
                block = parse_range(text)
                if block.first_row == block.last_row == row:
                    continue
                if block.first_row <= row == block.last_row:
                    new = (block.first_row, block.first_column, row - 1, block.last_column)
                    text = str(Range(*new))
            kept.append(text)
        return kept

    sheet.tail = ranges_changed(sheet.tail, shrunk)
    holder = sheet.tail_part("mergeCells")
    if holder is not None:
        count = len(merged_blocks(sheet))
        tag = with_attribute(holder.open_tag(sheet.tail), "count", str(count))
        change = (holder.start, holder.open_end, tag) if count else (holder.start, holder.end, b"")
        sheet.tail = spliced(sheet.tail, [change])
    shift = Shift(edit.sheet, row + 1, 0, LAST_COLUMN, -1)
    try:
        move_cells(parts, part, sheet, shift)
    except MoveRefused as refused:
        raise EditRefused(edit, refused.reason) from refused
    _move_drawings(parts, part, shift)
    _grow_tables(parts, part, row, -1)
    _grow_filter(sheet, row, -1)


def forget_calculation_order(parts: Parts) -> None:
    """Remove the order in which cells are calculated: it names cells that have moved, which Excel
    calls damaged. Excel makes it again.
    """
    workbook = parts.package.workbook_part
    order = parts.part_of_kind(workbook, "calcChain")
    if order is not None:
        parts.remove_related(workbook, order)
