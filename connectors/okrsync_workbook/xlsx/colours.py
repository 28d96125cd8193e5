"""Colours for the words of a status, as conditional formats: the same as everywhere else.

One rule for each colour, and none where somebody has already set rules for these words in the
column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from okrsync.connector import PALETTE, column_letters
from okrsync_workbook.xlsx.markup import (
    Element,
    attributes,
    descendants,
    escaped,
    masked,
    text_in,
)
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.styles import Styles
from okrsync_workbook.xlsx.tables import Range, parse_range

__all__ = [
    "add_status_colours",
    "next_priority",
    "remove_status_colours",
    "renew_status_colours",
]

LAST_ROW = 1_048_576

_BY_STATUS = tuple(f"{each.fill[1:]} {each.ink[1:]}".upper() for each in PALETTE.values())
"""Fill and ink in the order of `okrsync.connector.Status`."""
# A rule has no author. This shape of formula is what okrsync recognises its own rules by.
_OURS = re.compile(r'OR\(\$?[A-Z]+\$?\d+=".*"\)')
_EARLIER = frozenset(
    frozenset(colours)
    for colours in (
        *((b"D9D9D9", b"404040"), (b"C6EFCE", b"006100")),
        *((b"FFEB9C", b"7F6000"), (b"FFC7CE", b"9C0006")),
    )
)
"""Fill and ink of the rules that okrsync made before all places had one palette."""
_RGB = re.compile(rb'\bRGB\s*=\s*["\'][0-9A-F]{2}([0-9A-F]{6})["\']')


def add_status_colours(
    sheet: SheetXml,
    styles: Styles,
    column: int,
    first_row: int,
    words: Sequence[str],
    last_row: int = LAST_ROW,
) -> bool:
    """Colour the words of a status in a column from `first_row` on. False when the column already
    has rules for them.
    """
    if len(words) != len(_BY_STATUS) or _has_rules(sheet, column, words):
        return False
    block = Range(first_row, column, last_row, column)
    top_left = f"${column_letters(column)}{first_row}"
    priority = next_priority(sheet)
    rules = b""
    for colour in dict.fromkeys(_BY_STATUS):
        fill, ink = colour.split()
        # In a conditional format the colour of a solid fill is its background (`bgColor`); in a
        # cell format it would be `fgColor`.
        style = (
            f'<dxf><font><color rgb="FF{ink}"/></font><fill><patternFill><bgColor'
            f' rgb="FF{fill}"/></patternFill></fill></dxf>'
        )
        tests = ",".join(
            f"{top_left}={_quoted(word)}"
            for word, colour_of_word in zip(words, _BY_STATUS, strict=True)
            if colour_of_word == colour and word
        )
        rules += (
            b'<%scfRule type="expression" dxfId="%d"'
            b' priority="%d"><%sformula>%s</%sformula></%scfRule>'
            % (
                sheet.prefix,
                styles.add("dxfs", style.encode()),
                priority,
                sheet.prefix,
                _formula(f"OR({tests})"),
                sheet.prefix,
                sheet.prefix,
            )
        )
        priority += 1
    name = sheet.prefix + b"conditionalFormatting"
    sheet.add_to_tail(
        "conditionalFormatting",
        b'<%s sqref="%s">%s</%s>' % (name, str(block).encode(), rules, name),
    )
    return True


def renew_status_colours(
    sheet: SheetXml, styles: Styles, column: int, words: Sequence[str]
) -> None:
    """Replace okrsync's rules for a column that have the colours of an earlier version. Rules in
    which somebody chose another colour stay.
    """
    for part in reversed(_formats(sheet)):
        blocks = _blocks(part, sheet)
        if len(blocks) != 1 or not _is_ours(part, sheet, column):
            continue
        data = masked(sheet.tail)
        rules = descendants(data, part.open_end, part.inner_end, "cfRule")
        numbers = [attributes(rule, data).get("dxfId", "") for rule in rules]
        if all(number.isdigit() and _is_earlier(styles.dxf(int(number))) for number in numbers):
            sheet.replace_in_tail(part, b"")
            first, last = blocks[0].first_row, blocks[0].last_row
            add_status_colours(sheet, styles, column, first, words, last)


def _is_earlier(style: bytes) -> bool:
    return frozenset(_RGB.findall(style.upper())) in _EARLIER


def _is_ours(part: Element, sheet: SheetXml, column: int) -> bool:
    """Whether all rules of a conditional format are okrsync's, for this column alone."""
    blocks, formulas = _blocks(part, sheet), _formulas(part, sheet)
    is_confined = all(block.first_column == column == block.last_column for block in blocks)
    are_ours = bool(formulas) and all(_OURS.fullmatch(formula) for formula in formulas)
    return bool(blocks) and is_confined and are_ours


def remove_status_colours(sheet: SheetXml, column: int) -> None:
    """Remove okrsync's rules for a column. Rules of another shape, or for more than that column,
    stay.
    """
    for part in reversed(_formats(sheet)):
        if _is_ours(part, sheet, column):
            sheet.replace_in_tail(part, b"")


def next_priority(sheet: SheetXml) -> int:
    """The priority for a further conditional format, after all existing ones."""
    data = masked(sheet.tail)
    rules = descendants(data, 0, len(data), "cfRule")
    stated = [attributes(rule, data).get("priority", "0") for rule in rules]
    return max((int(number) for number in stated if number.isdigit()), default=0) + 1


def _has_rules(sheet: SheetXml, column: int, words: Sequence[str]) -> bool:
    quoted = [_quoted(word) for word in words if word]
    for part in _formats(sheet):
        if any(block.first_column <= column <= block.last_column for block in _blocks(part, sheet)):
            data = text_in(part.whole(sheet.tail)) + part.whole(sheet.tail).decode(errors="replace")
            if any(word in data for word in quoted) or any(
                f'text="{word}"' in data for word in words if word
            ):
                return True
    return False


def _formats(sheet: SheetXml) -> list[Element]:
    return [part for part in sheet.tail_parts() if part.name == "conditionalFormatting"]


def _blocks(part: Element, sheet: SheetXml) -> list[Range]:
    return [parse_range(text) for text in attributes(part, sheet.tail).get("sqref", "").split()]


def _formulas(part: Element, sheet: SheetXml) -> list[str]:
    data = masked(sheet.tail)
    formulas = descendants(data, part.open_end, part.inner_end, "formula")
    rules = descendants(data, part.open_end, part.inner_end, "cfRule")
    return (
        [text_in(formula.inner(sheet.tail)) for formula in formulas]
        if len(formulas) == len(rules)
        else []
    )


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _formula(text: str) -> bytes:
    return escaped(text)
