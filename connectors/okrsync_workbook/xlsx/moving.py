"""Moving the cells below a block down or up within its columns, as Excel's "Shift Cells Down" does.

Whatever refers to a cell that moves refers to it afterwards: formulas, defined names, merges,
links, rules, charts and notes. Where that cannot be told for certain the move is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from msgspec import Struct

from okrsync.connector import column_letters
from okrsync_workbook.xlsx.extent import LAST_COLUMN, LAST_ROW
from okrsync_workbook.xlsx.markup import (
    attributes,
    descendants,
    escaped,
    masked,
    spliced,
    tag_attributes,
    text_in,
    unescaped,
    with_attribute,
)
from okrsync_workbook.xlsx.notes import move_notes
from okrsync_workbook.xlsx.package import Package
from okrsync_workbook.xlsx.parts import Parts
from okrsync_workbook.xlsx.rows import (
    CellXml,
    Kept,
    RowXml,
    renumbered_rows,
    rewrite_rows,
    rows_of_body,
)
from okrsync_workbook.xlsx.scan import formula_blocks, merged_blocks
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.tables import Range, parse_range, read_table

__all__ = [
    "FORMULA",
    "REFERENCE",
    "MoveRefused",
    "Shift",
    "move_cells",
    "parts_with_formulas",
    "ranges_changed",
    "readdressed",
]

REFERENCE = re.compile(
    r"\"[^\"]*\""  # a text
    # A column of a table, or a cell of another workbook, as in [1]Sheet!A1.
    r"|\w*\[[^\]]*\](?:[\w.]*!\$?[A-Za-z]{1,3}\$?[0-9]+)?"
    r"|(?P<sheet>'(?:[^']|'')*'!|[\w.:]+!)?"
    r"(?P<cells>\$?[A-Za-z]{1,3}\$?[0-9]+(?::\$?[A-Za-z]{1,3}\$?[0-9]+)?)(?![\w.(!])"
    r"|[\w.$\\?]+"  # a name, a function, a number
)
FORMULA = re.compile(
    rb"<((?:[\w.\-]+:)?(?:f|formula|formula1|formula2|definedName))(\s[^<>]*)?(?<!/)>([^<]*)</\1\s*>"
)
_WITH_RANGES = {
    "mergeCell": "ref",
    "hyperlink": "ref",
    "conditionalFormatting": "sqref",
    "dataValidation": "sqref",
    "ignoredError": "sqref",
    "protectedRange": "sqref",
}
"""The elements after the cells that say which cells they are about, and the attribute for it."""
_RANGES_OF_EXTENSION = re.compile(rb"(<(?:[\w.\-]+:)?sqref\s*>)([^<]*)(<)")


class MoveRefused(Exception):
    """Cells cannot be moved without harm. `reason` says what stands in the way."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Shift(Struct, frozen=True):
    """The cells of some columns from `first_row` on, and how many rows they move down; up where
    `rows` is negative.
    """

    sheet: str
    first_row: int
    first_column: int
    last_column: int
    rows: int

    @property
    def is_whole_rows(self) -> bool:
        """Whether whole rows move, with their heights and formats, and tables grow with them."""
        return self.first_column == 0 and self.last_column == LAST_COLUMN

    @property
    def cells(self) -> Range:
        """All cells that move."""
        return Range(self.first_row, self.first_column, LAST_ROW, self.last_column)

    def moved(self, block: Range) -> Range:
        """Where a block stands afterwards. A block that reaches beyond these columns stays."""
        if (
            block.last_row < self.first_row
            or block.first_column < self.first_column
            or block.last_column > self.last_column
        ):
            return block
        is_whole = block.first_row >= self.first_row
        first_row = block.first_row + self.rows if is_whole else block.first_row
        last_row = block.last_row if block.last_row == LAST_ROW else block.last_row + self.rows
        return Range(
            first_row,
            block.first_column,
            min(max(first_row, last_row), LAST_ROW),
            block.last_column,
        )

    def moved_text(self, text: str) -> str:
        """`moved` for a block as text, dollar signs kept: `$A$5:A9` for `$A$3:A7`."""
        if not any(character.isdigit() for character in text):
            return text
        before = parse_range(text)
        after = self.moved(before)
        if after == before:
            return text
        rows = (after.first_row, after.last_row)
        ends = re.findall(r"(\$?[A-Za-z]+\$?)[0-9]+", text)
        return ":".join(f"{end}{row}" for end, row in zip(ends, rows, strict=False))


def move_cells(parts: Parts, part: str, sheet: SheetXml, shift: Shift) -> None:
    """Move the cells of a sheet, and have everything else that refers to them follow.

    Raises `MoveRefused` where a table, a merge, or a formula of several cells stands in the way.
    """
    _refuse_obstacles(parts, part, sheet, shift)
    sheet.set_body(_followed(sheet.body, shift, is_own=True))
    sheet.tail = _with_ranges_moved(_followed(sheet.tail, shift, is_own=True), shift)
    _move(sheet, shift)
    move_notes(parts, part, shift.cells, shift.rows)
    for name in parts_with_formulas(parts.package):
        if name != part:
            content = parts.read(name)
            followed = _followed(content, shift, is_own=False)
            if followed is not content:
                parts.write(name, followed)


def _refuse_obstacles(parts: Parts, part: str, sheet: SheetXml, shift: Shift) -> None:
    for relation in parts.relations(part):
        if relation.kind == "table" and not relation.is_external:
            table = read_table(relation.target, parts.read(relation.target))
            if table.range.meets(shift.cells) and not shift.is_whole_rows:
                raise MoveRefused(f"the table {table.name!r} stands below it")
    for block in (*merged_blocks(sheet), *formula_blocks(sheet.masked_body)):
        if block.meets(shift.cells) and shift.moved(block) == block:
            raise MoveRefused(f"the merged or calculated cells {block} reach beyond its columns")
        # Between whole rows there is room in a merge: it grows.
        is_split = block.first_row < shift.first_row and not shift.is_whole_rows
        if block.meets(shift.cells) and is_split:
            raise MoveRefused(f"the merged or calculated cells {block} reach into it")
    if any(block.meets(shift.cells) for block in formula_blocks(sheet.masked_body)):
        raise MoveRefused("a formula that fills several cells stands below it")
    last_row = max(rows_of_body(sheet.body, sheet.prefix), default=0)
    if last_row + shift.rows > LAST_ROW:
        raise MoveRefused("there are no rows left below it")


def parts_with_formulas(package: Package) -> Iterator[str]:
    """The parts that may hold formulas."""
    yield package.workbook_part
    for sheet in package.sheets:
        if sheet.kind == "worksheet":
            yield sheet.part
    yield from (name for name in package.archive.names if name.startswith("xl/charts/chart"))


def _followed(content: bytes, shift: Shift, *, is_own: bool) -> bytes:
    """The content with all formulas adjusted. `is_own` says whether a cell without the name of a
    sheet is one of the sheet whose cells move.
    """
    if not is_own and escaped(shift.sheet.replace("'", "''")) not in content:
        return content
    changes = []
    for formula in FORMULA.finditer(masked(content)):
        before = unescaped(text_in(formula[3]))
        after = REFERENCE.sub(partial(_reference, shift=shift, is_own=is_own), before)
        facts = tag_attributes(formula[2] or b"")
        if facts.get("t") == "shared" and _reaches(before, facts.get("ref"), shift, is_own=is_own):
            raise MoveRefused("a formula that fills several cells refers to what stands below it")
        if after != before:
            changes.append((formula.start(3), formula.end(3), escaped(after)))
    return spliced(content, changes) if changes else content


def _is_meant(match: re.Match[str], shift: Shift, *, is_own: bool) -> bool:
    """Whether a token of a formula is a reference to the sheet whose cells move."""
    if match["cells"] is None:
        return False
    if match["sheet"] is None:
        return is_own
    name = match["sheet"][:-1]
    name = name[1:-1].replace("''", "'") if name.startswith("'") else name
    return name.casefold() == shift.sheet.casefold()


def _reference(match: re.Match[str], shift: Shift, *, is_own: bool) -> str:
    if not _is_meant(match, shift, is_own=is_own):
        return match[0]
    return (match["sheet"] or "") + shift.moved_text(match["cells"])


def _reaches(formula: str, filled: str | None, shift: Shift, *, is_own: bool) -> bool:
    """Whether a formula that is written once for several cells refers to a cell that moves, in any
    of them.
    """
    if filled is None:
        return False
    block = parse_range(filled)
    if is_own and block.meets(shift.cells):
        return True
    down, across = block.last_row - block.first_row, block.last_column - block.first_column
    for match in REFERENCE.finditer(formula):
        if _is_meant(match, shift, is_own=is_own):
            cells = parse_range(match["cells"])
            reached = Range(
                cells.first_row,
                cells.first_column,
                cells.last_row + down,
                cells.last_column + across,
            )
            if reached.meets(shift.cells):
                return True
    return False


def _with_ranges_moved(tail: bytes, shift: Shift) -> bytes:
    """What follows the cells, its merges, links and rules adjusted."""

    def moved(blocks: list[str]) -> list[str]:
        return [shift.moved_text(block) for block in blocks]

    return ranges_changed(tail, moved)


def ranges_changed(tail: bytes, change: Callable[[list[str]], list[str]]) -> bytes:
    """What follows the cells of a sheet, with the blocks of its merges, links and rules changed. An
    element that is about no cells any more is left out.
    """
    data = masked(tail)
    changes = []
    for name, key in _WITH_RANGES.items():
        for element in descendants(data, 0, len(data), name):
            before = attributes(element, data).get(key, "")
            after = " ".join(change(before.split()))
            if not after and before:
                changes.append((element.start, element.end, b""))
            elif after != before:
                tag = with_attribute(element.open_tag(tail), key, after)
                changes.append((element.start, element.open_end, tag))
    tail = spliced(tail, changes)

    def changed(match: re.Match[bytes]) -> bytes:
        return match[1] + " ".join(change(match[2].decode().split())).encode() + match[3]

    return _RANGES_OF_EXTENSION.sub(changed, tail)


def _move(sheet: SheetXml, shift: Shift) -> None:
    """Move the cells themselves, with their formats."""
    if shift.is_whole_rows:
        sheet.set_body(
            renumbered_rows(
                sheet.body,
                sheet.prefix,
                lambda number: number + shift.rows if number >= shift.first_row else number,
            )
        )
        if sheet.dimension is not None:
            sheet.set_dimension(shift.moved(sheet.dimension))
        return
    moving: dict[tuple[int, int], bytes] = {}
    targets: dict[int, set[int]] = {}
    for number, row in rows_of_body(sheet.body, sheet.prefix).items():
        for column, cell in row.cells.items():
            if (number, column) in shift.cells:
                new_row = number + shift.rows
                moving[new_row, column] = readdressed(cell, new_row)
                targets.setdefault(number, set()).add(column)
                targets.setdefault(new_row, set()).add(column)

    def write(row: RowXml, column: int, _cell: CellXml | None) -> bytes | Kept | None:
        return moving.get((row.number, column))

    wanted = {number: sorted(columns) for number, columns in targets.items()}
    sheet.set_body(rewrite_rows(sheet.body, sheet.masked_body, sheet.prefix, wanted, write))
    block = sheet.dimension
    last_row = max((number for number, _ in moving), default=0)
    if block is not None and last_row > block.last_row:
        sheet.set_dimension(Range(block.first_row, block.first_column, last_row, block.last_column))


def readdressed(cell: CellXml, row: int) -> bytes:
    """The markup of a cell in another row."""
    end = cell.markup.index(b">") + 1
    address = f"{column_letters(cell.column)}{row}"
    return with_attribute(cell.markup[:end], "r", address) + cell.markup[end:]
