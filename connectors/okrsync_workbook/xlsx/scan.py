"""What the values of a sheet do not show: formulas, formats, merges, locks and errors.

A sheet may have a million cells. They are first searched as bytes in the form in which Excel,
LibreOffice and others write them. A count shows whether that form covers all of them; if not, every
cell is examined one by one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from okrsync.connector import (
    COVERED,
    FORMULA,
    LOCKED,
    PERCENT,
    STRUCK,
    UNCALCULATED,
    CellError,
    Merge,
    column_letters,
    column_number,
)
from okrsync_workbook.xlsx.markup import (
    attributes,
    children,
    descendants,
    holds,
    masked,
    tag_attributes,
    text_in,
)
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.styles import Styles
from okrsync_workbook.xlsx.tables import Range, parse_range

__all__ = [
    "Marks",
    "Scan",
    "formula_blocks",
    "has_formulas",
    "iter_cells",
    "merged_blocks",
    "scan_cells",
]

_LARGE = 20_000
"""Blocks of more cells than this are kept as blocks: a merge may span a million rows."""
_FORMULA = re.compile(rb"<(?:[\w.\-]+:)?f[\s/>]")
_FORMULA_AND_VALUE = re.compile(
    rb"\s*<(?:[\w.\-]+:)?f(?:\s[^<>]*?)?(?:/>|>[^<]*</(?:[\w.\-]+:)?f\s*>)\s*"
    rb"(?P<element><(?:[\w.\-]+:)?v(?:\s[^<>]*?)?(?:/>|>(?P<value>[^<]*)<))?"
)
_ROW_OR_CELL = re.compile(rb"<(?:[\w.\-]+:)?(row|c)(?=[\s/>])([^<>]*)>")
_ERROR = re.compile(rb'<(?:[\w.\-]+:)?c r="([A-Z]+)([0-9]+)"[^<>]*\st="e"[^<>]*>')
_VALUE = re.compile(rb"<(?:[\w.\-]+:)?v>([^<]*)<")
_PLACE = re.compile(r"([A-Z]+)([0-9]+)")
_BEYOND = 32
"""The number of columns to mark to the right of the content of a protected sheet: new ones would go
there.
"""
_LOCKED_PLAINLY = (
    "the tab is protected in Excel: remove the protection (Review > Unprotect Sheet), allow"
    " editing in these cells, or set `write.protected = true`"
)
_LOCKED_FOR_GOOD = (
    "the tab is protected with a password, which okrsync always respects: remove the protection"
    " in Excel (Review > Unprotect Sheet), or allow editing in these cells"
)


class Marks:
    """The marks of the cells of a sheet (such as `okrsync.model.table.FORMULA`), by row.

    `is_protected` says whether the sheet is protected; then missing cells are locked as well.
    """

    def __init__(
        self,
        rows: Mapping[int, bytes],
        blocks: tuple[tuple[Range, int], ...],
        defaults: bytes | None,
        free: Sequence[Range] = (),
    ) -> None:
        self._rows = rows
        self._blocks = blocks
        self._defaults = defaults
        self._free = free
        self._alike: dict[bytes, bytes] = {}

    @property
    def is_protected(self) -> bool:
        return self._defaults is not None

    def row(self, number: int, width: int = 0) -> bytes:
        """The marks of a row, one byte for each cell from column A on. A protected sheet has at
        least `width` of them and some more, for columns that do not exist yet.

        The marks may be shorter than the row: cells beyond their end have none.
        """
        line = self._rows.get(number, b"")
        width += _BEYOND if self._defaults is not None else 0
        if self._defaults is not None and len(line) < width:
            line = _filled(line, width, self._defaults)
            for block in self._free:
                if block.first_row <= number <= block.last_row:
                    line = _freed(line, block)
            line = self._alike.setdefault(line, line)
        for block, bit in self._blocks:
            if block.first_row <= number <= block.last_row:
                end = min(block.last_column + 1, max(width, len(line), 256))
                grown = bytearray(_filled(line, end, self._defaults))
                own = bit == COVERED and number == block.first_row
                for column in range(block.first_column + own, end):
                    grown[column] |= bit
                line = bytes(grown)
        return line

    def get(self, number: int, default: bytes = b"") -> bytes:
        """`row` under the name a dict has."""
        return self.row(number) or default


class Scan(NamedTuple):
    """The result for a sheet: the marks of its cells, its error values by row number (from 1) and
    column (from 0), its merged blocks, and a sentence on what locks its cells.
    """

    marks: Marks
    errors: dict[int, dict[int, CellError]]
    merges: tuple[Merge, ...]
    lock: str | None


def scan_cells(content: bytes, styles: Styles, *, may_lift_protection: bool = False) -> Scan:
    """Everything about the cells of a sheet besides their values.

    With `may_lift_protection` a protection without a password locks nothing.
    """
    sheet = SheetXml.parse(content)
    merges = tuple(
        Merge(block.first_row - 1, block.first_column, block.last_row - 1, block.last_column)
        for block in merged_blocks(sheet)
    )
    lock = _lock(sheet, may_lift_protection=may_lift_protection)
    marks = _marks(sheet, styles) if lock is None else _protected_marks(sheet, styles)
    return Scan(marks, _errors(sheet.masked_body), merges, lock)


def _lock(sheet: SheetXml, *, may_lift_protection: bool) -> str | None:
    """A sentence on what locks the cells of a sheet; None where nothing does."""
    protection = sheet.tail_part("sheetProtection")
    facts = attributes(protection, sheet.tail) if protection is not None else {}
    if facts.get("sheet") not in ("1", "true"):
        return None
    # `password` is the hash of Excel 2010 and before, `hashValue` the one since (ECMA-376 part 1,
    # 18.3.1.85).
    if facts.get("password") or facts.get("hashValue"):
        return _LOCKED_FOR_GOOD
    return None if may_lift_protection else _LOCKED_PLAINLY


def _marks(sheet: SheetXml, styles: Styles) -> Marks:
    rows: dict[int, bytearray] = {}
    body = sheet.masked_body
    for letters, number in _styled_cells(body, sheet.prefix, styles.percent_styles()):
        _put(rows, int(number), _column(letters), PERCENT)
    for letters, number in _styled_cells(body, sheet.prefix, styles.struck_styles()):
        _put(rows, int(number), _column(letters), STRUCK)
    for letters, number, bits in _formula_cells(body, sheet.prefix):
        _put(rows, int(number), _column(letters), bits)
    large = _put_blocks(rows, sheet, None)
    return Marks(_each_kind_once(rows), large, None)


def _errors(body: bytes) -> dict[int, dict[int, CellError]]:
    errors: dict[int, dict[int, CellError]] = {}
    if b't="e"' not in body and not holds(body, b"'", b"t='e'"):
        return errors
    count = len(re.findall(rb"\bt\s*=\s*[\"']e[\"']", body))
    plain = [(int(cell[2]), _column(cell[1]), cell.end()) for cell in _ERROR.finditer(body)]
    cells = plain if len(plain) == count else _error_cells(body)
    for row, column, tag_end in cells:
        code = _VALUE.search(body, tag_end)
        errors.setdefault(row, {})[column] = CellError(
            text_in(code[1]) if code is not None else "#ERROR!"
        )
    return errors


def _error_cells(body: bytes) -> Iterator[tuple[int, int, int]]:
    """Row, column and end of the tag of every cell with an error, however it is written."""
    for row, column, tag, tag_end in iter_cells(body):
        if tag_attributes(tag).get("t") == "e":
            yield row, column, tag_end


def has_formulas(content: bytes) -> bool:
    """Whether any cell of a sheet has a formula."""
    return b"f" in content and _FORMULA.search(masked(content)) is not None


def formula_blocks(body: bytes) -> tuple[Range, ...]:
    """The blocks that one formula fills: array formulas and data tables. `body` is masked."""
    blocks = []
    if holds(body, b"f", b"ref="):
        for tag in re.finditer(rb"<(?:[\w.\-]+:)?f\s([^<>]*\bref=[^<>]*)>", body):
            facts = tag_attributes(tag[1])
            if facts.get("t") in ("array", "dataTable"):
                blocks.append(parse_range(facts["ref"]))
    return tuple(blocks)


def iter_cells(body: bytes) -> Iterator[tuple[int, int, bytes, int]]:
    """All cells of a sheet: row number from 1, column from 0, the inside of the tag, and the
    position where the tag ends.

    Rows and cells may leave out their address; they then follow the one before. `body` is masked.
    """
    row, column = 0, -1
    for tag in _ROW_OR_CELL.finditer(body):
        facts = tag[2]
        if tag[1] == b"row":
            stated = tag_attributes(facts).get("r")
            row, column = int(stated) if stated else row + 1, -1
            continue
        match = _PLACE.fullmatch(tag_attributes(facts).get("r", "").upper())
        column = column_number(match[1]) if match is not None else column + 1
        yield row, column, facts, tag.end()


def _styled_cells(body: bytes, prefix: bytes, styles: Collection[int]) -> list[tuple[bytes, bytes]]:
    """Column letters and row number of every cell in one of these formats."""
    if not styles:
        return []
    styled = rb' s="(?:' + b"|".join(b"%d" % style for style in styles) + rb')"'
    plain = re.findall(rb"<" + prefix + rb'c r="([A-Z]+)([0-9]+)"' + styled, body)
    others = len(re.findall(rb"<" + prefix + rb"row\s[^<>]*" + styled, body))
    if b"='" not in body and len(re.findall(styled, body)) == len(plain) + others:
        return plain
    return [
        (column_letters(column).encode(), b"%d" % row)
        for row, column, tag, _ in iter_cells(body)
        if (style := tag_attributes(tag).get("s", "0")).isdigit() and int(style) in styles
    ]


def _formula_cells(body: bytes, prefix: bytes) -> list[tuple[bytes, bytes, int]]:
    """Column letters, row number and marks of every cell with a formula of its own."""
    opening = b"<" + prefix + b"f"
    count = len(re.findall(opening + rb"[\s/>]", body)) if holds(body, b"f", opening) else 0
    if not count:
        return []
    plain = re.compile(
        rb"<" + prefix + rb'c r="([A-Z]+)([0-9]+)"([^<>]*)>(?=' + opening + rb"[\s/>])"
    )
    marked = [
        (cell[1], cell[2], _formula_marks(body, cell.end(), cell[3]))
        for cell in plain.finditer(body)
    ]
    if len(marked) == count:
        return marked
    return [
        (column_letters(column).encode(), b"%d" % row, marks)
        for row, column, tag, tag_end in iter_cells(body)
        if (marks := _formula_marks(body, tag_end, tag))
    ]


def _formula_marks(body: bytes, tag_end: int, tag: bytes) -> int:
    """The marks of a cell whose tag ends at `tag_end`; 0 where it has no formula.

    An empty text is a value, of a formula that shows nothing. Any other formula without a value was
    written by a program that does not calculate.
    """
    formula = None if tag.endswith(b"/") else _FORMULA_AND_VALUE.match(body, tag_end)
    if formula is None:
        return 0
    has_value = bool(formula["value"]) or (
        formula["element"] is not None and tag_attributes(tag).get("t") == "str"
    )
    return FORMULA if has_value else FORMULA | UNCALCULATED


def _protected_marks(sheet: SheetXml, styles: Styles) -> Marks:
    """All marks of a protected sheet: what is not unlocked is locked."""
    percents, unlocked = styles.percent_styles(), styles.unlocked_styles()
    struck = styles.struck_styles()
    defaults = _column_locks(sheet, unlocked)
    free = _free_blocks(sheet)
    rows: dict[int, bytearray] = {}
    body = sheet.masked_body
    for row, column, tag, tag_end in iter_cells(body):
        stated = tag_attributes(tag).get("s", "0")
        style = int(stated) if stated.isdigit() else 0
        bits = 0 if style in unlocked else LOCKED
        bits |= PERCENT if style in percents else 0
        bits |= STRUCK if style in struck else 0
        bits |= _formula_marks(body, tag_end, tag)
        _put(rows, row, column, 0, defaults)
        rows[row][column] = bits
    for row, line in rows.items():
        for block in free:
            if block.first_row <= row <= block.last_row:
                line[:] = _freed(line, block)
    large = _put_blocks(rows, sheet, defaults)
    return Marks(_each_kind_once(rows), large, defaults, free)


def _freed(line: bytes | bytearray, block: Range) -> bytes:
    """The marks of a row, with the columns of a block unlocked."""
    first, end = block.first_column, min(block.last_column + 1, len(line))
    return (
        bytes(line[:first])
        + bytes(mark & ~LOCKED for mark in line[first:end])
        + bytes(line[max(end, first) :])
    )


def _column_locks(sheet: SheetXml, unlocked: Collection[int]) -> bytes:
    """`LOCKED` or 0 for each column that has a format of its own."""
    locks = bytearray()
    for column in sheet.columns():
        if column.style in unlocked:
            last = min(column.last, 16383)
            locks.extend(bytes([LOCKED]) * (last + 1 - len(locks)))
            locks[column.first : last + 1] = bytes(last + 1 - column.first)
    return bytes(locks)


def _free_blocks(sheet: SheetXml) -> list[Range]:
    """The blocks of a protected sheet that everybody may edit without a password."""
    secrets = {"password", "hashValue", "securityDescriptor"}
    blocks = []
    for holder in sheet.tail_parts():
        if holder.name == "protectedRanges":
            for part in children(sheet.tail, holder.open_end, holder.inner_end):
                facts = attributes(part, sheet.tail)
                if not secrets & facts.keys():
                    blocks += [parse_range(text) for text in facts.get("sqref", "").split()]
    return blocks


def _put_blocks(
    rows: dict[int, bytearray], sheet: SheetXml, defaults: bytes | None
) -> tuple[tuple[Range, int], ...]:
    """Mark the cells that merges cover and array formulas fill. Returns the blocks that are too
    large to be marked cell by cell.
    """
    large = []
    blocks = [(block, COVERED) for block in merged_blocks(sheet)]
    blocks += [(block, FORMULA) for block in formula_blocks(sheet.masked_body)]
    for block, bit in blocks:
        cells = (block.last_row - block.first_row + 1) * (
            block.last_column - block.first_column + 1
        )
        if cells > _LARGE:
            large.append((block, bit))
            continue
        for row in range(block.first_row, block.last_row + 1):
            for column in range(block.first_column, block.last_column + 1):
                if bit != COVERED or (row, column) != (block.first_row, block.first_column):
                    _put(rows, row, column, bit, defaults)
    return tuple(large)


def merged_blocks(sheet: SheetXml) -> list[Range]:
    """The merged blocks of a sheet."""
    holder = sheet.tail_part("mergeCells")
    if holder is None:
        return []
    cells = descendants(sheet.tail, holder.open_end, holder.inner_end, "mergeCell")
    return [parse_range(attributes(cell, sheet.tail).get("ref", "A1")) for cell in cells]


def _put(
    rows: dict[int, bytearray], row: int, column: int, bit: int, defaults: bytes | None = None
) -> None:
    line = rows.get(row)
    if line is None:
        line = rows[row] = bytearray(_filled(b"", column + 1, defaults))
    elif len(line) <= column:
        line[:] = _filled(line, column + 1, defaults)
    line[column] |= bit


def _filled(line: bytes | bytearray, width: int, defaults: bytes | None) -> bytes:
    """A row of marks extended to a width: unmarked, or, with `defaults`, locked as its columns."""
    if defaults is None:
        return bytes(line).ljust(width, b"\0")
    known = bytes(line) + defaults[len(line) : width]
    return known.ljust(width, bytes([LOCKED]))


def _each_kind_once(rows: Mapping[int, bytearray]) -> dict[int, bytes]:
    """The rows as bytes, which equal rows share."""
    shared: dict[bytes, bytes] = {}
    frozen = {row: bytes(line) for row, line in rows.items()}
    return {row: shared.setdefault(line, line) for row, line in frozen.items()}


@lru_cache(maxsize=20_000)
def _column(letters: bytes) -> int:
    return column_number(letters.decode())
