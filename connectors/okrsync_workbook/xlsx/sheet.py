"""The XML of a worksheet in three pieces: before its cells, the cells, and after them.

The pieces around the cells are small and are changed freely. The cells may have a hundred megabytes
and are changed once.
"""

from __future__ import annotations

import re

from msgspec import Struct

from okrsync.connector import UnreadableSource
from okrsync_workbook.xlsx.markup import (
    Element,
    attributes,
    children,
    masked,
    place_for,
    root_of,
    spliced,
    with_attribute,
)
from okrsync_workbook.xlsx.tables import Range, parse_range

__all__ = ["ColumnFormat", "SheetXml"]

ORDER = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
]
"""The required order of the elements of a worksheet (ECMA-376 part 1, 18.3.1.99)."""


class ColumnFormat(Struct, frozen=True):
    """The width and format of some columns, from `first` to `last`, counted from 0."""

    first: int
    last: int
    style: int
    element: Element


class SheetXml:
    """The pieces of a worksheet part; together they are the part, byte for byte.

    `start` ends with the tag of the outermost element, `head` reaches up to the cells, `body` is
    the rows, `tail` follows them, and `end` closes the document.
    """

    def __init__(
        self,
        start: bytes,
        head: bytes,
        opening: bytes,
        body: bytes,
        closing: bytes,
        tail: bytes,
        end: bytes,
    ):
        self.start, self.head, self.body, self.tail, self.end = start, head, body, tail, end
        self._opening, self._closing = opening, closing
        self._mask: bytes | None = None
        match = re.search(rb"<([\w.\-]+:)?(?:work|chart|dialog|macro)?[sS]heet[\s>/]", start)
        self.prefix = (match[1] or b"") if match is not None else b""

    @classmethod
    def parse(cls, content: bytes) -> SheetXml:
        """Split a worksheet part. Without cells (a chart sheet) everything is in `head`."""
        data = masked(content)
        root = root_of(data)
        opening = re.compile(rb"<" + root.prefix + rb"sheetData(?:\s[^>]*)?>").search(
            data, root.open_end, root.inner_end
        )
        start, end = content[: root.open_end], content[root.inner_end :]
        if opening is None:
            return cls(start, content[root.open_end : root.inner_end], b"", b"", b"", b"", end)
        head = content[root.open_end : opening.start()]
        if opening[0].endswith(b"/>"):
            return cls(
                start, head, opening[0], b"", b"", content[opening.end() : root.inner_end], end
            )
        closing = data.rfind(b"</" + root.prefix + b"sheetData", opening.end(), root.inner_end)
        after = data.find(b">", closing) + 1
        if closing < 0:
            raise UnreadableSource(
                "a sheet of the workbook is cut short", hint="Open it in Excel and save it again."
            )
        body, tail = content[opening.end() : closing], content[after : root.inner_end]
        sheet = cls(start, head, opening[0], body, content[closing:after], tail, end)
        sheet._mask = body if data is content else data[opening.end() : closing]
        return sheet

    @property
    def masked_body(self) -> bytes:
        """The rows with comments and the like blanked; positions are those in `body`."""
        if self._mask is None:
            self._mask = masked(self.body)
        return self._mask

    def set_body(self, body: bytes) -> None:
        self.body, self._mask = body, None

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """The worksheet part, cut between its pieces."""
        opening, closing = self._opening, self._closing
        if self.body and not closing:
            name = b"<" + self.prefix + b"sheetData>"
            opening, closing = name, b"</" + name[1:]
        return self.start, self.head, opening, self.body, closing, self.tail, self.end

    def render(self) -> bytes:
        """The worksheet part."""
        return b"".join(self.pieces)

    def cells_only(self, body: bytes) -> tuple[bytes, ...]:
        """The pieces of a worksheet part with these rows and nothing around them, for a reader of
        values.
        """
        # calamine goes through all cells a second time, up to the first list of merges:
        # https://docs.rs/calamine/latest/calamine/struct.Xlsx.html#method.worksheet_merge_cells
        merges, data = self.prefix + b"mergeCells", self.prefix + b"sheetData"
        opening = b"<%s></%s><%s>" % (merges, merges, data)
        return self.start, opening, body, b"</%s>" % data, self.end

    def head_parts(self) -> list[Element]:
        """The elements before the cells; positions are those in `head`."""
        data = masked(self.head)
        return children(data, 0, len(data))

    def tail_parts(self) -> list[Element]:
        """The elements after the cells; positions are those in `tail`."""
        data = masked(self.tail)
        return children(data, 0, len(data))

    def head_part(self, name: str) -> Element | None:
        return next((part for part in self.head_parts() if part.name == name), None)

    def tail_part(self, name: str) -> Element | None:
        return next((part for part in self.tail_parts() if part.name == name), None)

    def add_to_head(self, name: str, markup: bytes) -> None:
        """Insert an element before the cells, where the schema requires it."""
        parts = self.head_parts()
        position = place_for(name, ORDER, parts, parts[-1].end if parts else 0)
        self.head = self.head[:position] + markup + self.head[position:]

    def add_to_tail(self, name: str, markup: bytes) -> None:
        """Insert an element after the cells, where the schema requires it."""
        parts = self.tail_parts()
        position = place_for(name, ORDER, parts, parts[-1].end if parts else 0)
        self.tail = self.tail[:position] + markup + self.tail[position:]

    def replace_in_tail(self, element: Element, markup: bytes) -> None:
        """Replace one element after the cells; empty markup removes it."""
        self.tail = spliced(self.tail, [(element.start, element.end, markup)])

    def columns(self) -> list[ColumnFormat]:
        """The formats of whole columns."""
        holder = self.head_part("cols")
        if holder is None:
            return []
        data = masked(self.head)
        formats = []
        for element in children(data, holder.open_end, holder.inner_end):
            facts = attributes(element, data)
            first, last = int(facts.get("min", "1")) - 1, int(facts.get("max", "1")) - 1
            formats.append(ColumnFormat(first, last, int(facts.get("style", "0")), element))
        return formats

    @property
    def dimension(self) -> Range | None:
        """The block that the sheet states to use; None where it states none."""
        part = self.head_part("dimension")
        if part is None:
            return None
        try:
            return parse_range(attributes(part, self.head).get("ref", ""))
        except ValueError:
            return None

    def set_dimension(self, block: Range) -> None:
        """Correct the block that the sheet states to use, where it states one."""
        part = self.head_part("dimension")
        if part is not None:
            tag = with_attribute(part.open_tag(self.head), "ref", str(block))
            self.head = spliced(self.head, [(part.start, part.open_end, tag)])
