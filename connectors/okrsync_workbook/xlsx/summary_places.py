"""Where okrsync's summaries and its review are in a workbook, and the cells that are okrsync's
there.

A hidden name of the workbook, `_okrsync_summary`, refers to okrsync's cells; that of a cycle that
ended has a name of its own, such as `_okrsync_summary_2026_Q4`. Excel adjusts it when people rename
or move the sheet or insert rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from okrsync.connector import SummaryCell, column_letters, is_blank
from okrsync_workbook.xlsx.edits import SummaryEdit
from okrsync_workbook.xlsx.markup import (
    attributes,
    children,
    escaped_attribute,
    masked,
    spliced,
)
from okrsync_workbook.xlsx.package import Package, SheetInfo
from okrsync_workbook.xlsx.rows import (
    CellXml,
    Kept,
    RowXml,
    SharedTexts,
    rewrite_rows,
    rows_of_body,
)
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.tables import Range, parse_range
from okrsync_workbook.xlsx.workbook import defined_name, defined_names

__all__ = [
    "Managed",
    "empty_block",
    "find_summary",
    "link_cells",
    "marker_of",
    "own_sheets",
    "quoted",
    "review_decisions",
    "shared_texts",
]

MARKER = "_okrsync_summary"
REVIEW_MARKER = "_okrsync_review"


@dataclass(frozen=True, slots=True)
class Managed:
    """The managed summary of a workbook: its tab, and okrsync's cells in it."""

    sheet: SheetInfo
    range: Range


def own_sheets(package: Package) -> frozenset[str]:
    """The names of all tabs that hold a summary of okrsync's."""
    managed = (
        managed_at(package, defined_name(package.read(package.workbook_part), name))
        for name in defined_names(package.read(package.workbook_part))
        if name.startswith((MARKER, REVIEW_MARKER))
    )
    return frozenset(summary.sheet.name for summary in managed if summary is not None)


def find_summary(
    package: Package, cycle: str | None = None, *, is_review: bool = False
) -> Managed | None:
    """The summary that okrsync keeps in a workbook, of the running cycle or of one that ended, or
    the review, whatever the name of its tab is now; None where there is none.
    """
    marker = _marker(cycle, is_review=is_review)
    return managed_at(package, defined_name(package.read(package.workbook_part), marker))


def review_decisions(package: Package) -> tuple[str, ...]:
    """What people typed below the line that ends the review, a line a row."""
    managed = find_summary(package, is_review=True)
    if managed is None:
        return ()
    sheet = SheetXml.parse(package.read(managed.sheet.part))
    texts = shared_texts(package)
    columns = range(managed.range.first_column, managed.range.last_column + 1)
    lines = []
    for number, row in sorted(rows_of_body(sheet.body, sheet.prefix).items()):
        if number <= managed.range.last_row:
            continue
        values = [row.cells[column].value(texts) for column in columns if column in row.cells]
        lines.append(" ".join(str(value).strip() for value in values if not is_blank(value)))
    return tuple(line for line in lines if line)


def marker_of(edit: SummaryEdit) -> str:
    """The hidden name that refers to the cells of a summary."""
    return _marker(edit.cycle, is_review=edit.is_review)


def _marker(cycle: str | None, *, is_review: bool) -> str:
    if is_review:
        return REVIEW_MARKER
    # A defined name holds letters, digits, underscores and periods only.
    return MARKER if cycle is None else f"{MARKER}_{re.sub(r'[^0-9A-Za-z]', '_', cycle)}"


def managed_at(package: Package, refers_to: str | None) -> Managed | None:
    if refers_to is None:
        return None
    name, _, block = refers_to.rpartition("!")
    name = name[1:-1].replace("''", "'") if name.startswith("'") else name
    sheet = next((sheet for sheet in package.sheets if sheet.name == name), None)
    try:
        return Managed(sheet, parse_range(block)) if sheet is not None else None
    except ValueError:
        return None


def shared_texts(package: Package) -> SharedTexts:
    """The shared texts of a workbook, read when the first one is needed."""

    def load() -> bytes | None:
        part = package.part_of_kind(package.workbook_part, "sharedStrings")
        return None if part is None else package.read(part)

    return SharedTexts(load)


def empty_block(sheet: SheetXml, block: Range) -> None:
    """Remove the cells of a block, with their formats and links."""

    def write(_row: RowXml, _column: int, _cell: CellXml | None) -> bytes | Kept | None:
        return None

    columns = range(block.first_column, block.last_column + 1)
    targets = {
        number: list(columns)
        for number in rows_of_body(sheet.body, sheet.prefix)
        if block.first_row <= number <= block.last_row
    }
    sheet.set_body(rewrite_rows(sheet.body, sheet.masked_body, sheet.prefix, targets, write))
    link_cells(sheet, {}, block)


def link_cells(
    sheet: SheetXml, wanted: Mapping[tuple[int, int], SummaryCell], block: Range
) -> None:
    """Replace the links in the managed cells; links of people elsewhere stay."""
    links = b"".join(
        b'<%shyperlink ref="%s%d" location="%s" display="%s"/>'
        % (
            sheet.prefix,
            column_letters(column).encode(),
            row,
            escaped_attribute(f"{quoted(cell.link[0])}!{cell.link[1]}"),
            escaped_attribute(str(cell.value)),
        )
        for (row, column), cell in sorted(wanted.items())
        if cell.link is not None
    )
    holder = sheet.tail_part("hyperlinks")
    name = sheet.prefix + b"hyperlinks"
    if holder is None:
        if links:
            sheet.add_to_tail("hyperlinks", b"<%s>%s</%s>" % (name, links, name))
        return
    data = masked(sheet.tail)
    kept = b"".join(
        link.whole(sheet.tail)
        for link in children(data, holder.open_end, holder.inner_end)
        if not parse_range(attributes(link, data).get("ref", "A1")).meets(block)
    )
    whole = b"<%s>%s</%s>" % (name, kept + links, name) if kept + links else b""
    sheet.tail = spliced(sheet.tail, [(holder.start, holder.end, whole)])


def quoted(name: str) -> str:
    """The name of a sheet as formulas write it."""
    return "'" + name.replace("'", "''") + "'"
