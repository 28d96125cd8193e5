"""How far the sheets of an OpenDocument file reach. Their reader keeps a block of cells up to the
last filled one in memory, and one cell far out would use up all of it.
"""

from __future__ import annotations

from pathlib import Path
from xml.parsers import expat

from okrsync.connector import UnreadableSource, column_letters
from okrsync_workbook.xlsx.zip import Zip

__all__ = ["refuse_far_cells"]

LARGEST_BLOCK = 5_000_000
"""Cells of a block that may be kept in memory, filled or not."""
_DEEPEST = 1_000
_REPEATED = {
    "table:table-row": "table:number-rows-repeated",
    "table:table-cell": "table:number-columns-repeated",
    "table:covered-table-cell": "table:number-columns-repeated",
}


def refuse_far_cells(path: Path, data: bytes) -> None:
    """Raise `UnreadableSource`, with the address, for a file whose filled cells are so far apart
    that they cannot be read.
    """
    archive = Zip.open(data)
    if "content.xml" not in archive:
        return  # It is not an OpenDocument file, and reading it says so.
    extent = _Extent(path)
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.start
    parser.EndElementHandler = extent.end
    # Entities within entities can grow a small file to gigabytes ("billion laughs").
    parser.EntityDeclHandler = extent.refuse_entities
    try:
        parser.Parse(archive.read("content.xml"), True)
    except expat.ExpatError as error:
        raise UnreadableSource(
            f"{path}: cannot be read as a workbook ({error})",
            hint="Open it in LibreOffice and save it again.",
        ) from error


class _Extent:
    """The position of the parser in a sheet, and how far its filled cells reach."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._depth = 0
        self._begin("")

    def _begin(self, name: str) -> None:
        self._name = name
        self._row = self._column = self._last_row = self._last_column = 0

    def start(self, name: str, facts: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnreadableSource(
                f"{self._path}: its parts are nested more than {_DEEPEST} deep",
                hint="Open it in LibreOffice and save it again.",
            )
        if name == "table:table":
            self._begin(facts.get("table:name", ""))
            return
        if name not in _REPEATED:
            return
        # LibreOffice writes equal rows and cells once, with a count: the empty rest of a sheet is a
        # single row that is repeated a million times.
        stated = facts.get(_REPEATED[name], "1")
        times = int(stated[:12]) if stated.isdigit() else 1
        if name == "table:table-row":
            self._row += times
            self._column = 0
            return
        self._column += times
        if "office:value-type" in facts or "calcext:value-type" in facts:
            self._last_row = max(self._last_row, self._row)
            self._last_column = max(self._last_column, self._column)
            if self._last_row * self._last_column > LARGEST_BLOCK:
                raise UnreadableSource(
                    f"{self._path}: {self._name}!{column_letters(self._column - 1)}{self._row}"
                    " is too far out to be read",
                    hint="Remove it, or save the file as .xlsx.",
                )

    def end(self, _name: str) -> None:
        self._depth -= 1

    def refuse_entities(self, *_: object) -> None:
        raise UnreadableSource(
            f"{self._path}: declares entities, which no workbook needs",
            hint="Open it in LibreOffice and save it again.",
        )
