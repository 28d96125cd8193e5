"""The values of the tabs of a workbook, row by row, however far out they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from okrsync_workbook.sheets import grid, open_workbook
from okrsync_workbook.xlsx.extent import Folded, fold, unfold
from okrsync_workbook.xlsx.package import Package
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.zip import Zip

__all__ = ["grids"]

NumberedRow = tuple[int, list[Any]]


def grids(path: Path, package: Package, names: Sequence[str]) -> dict[str, list[NumberedRow]]:
    """The rows of these tabs with their numbers from 1, and an empty text for an empty cell. Of a
    long run of empty rows only the first are returned. Raises `UnreadableSource`.
    """
    folded: dict[str, Folded] = {}
    changed: dict[str, bytes] = {}
    for name in names:
        part = package.sheet(name).part
        sheet = SheetXml.parse(package.read(part))
        if (small := fold(name, sheet)) is not None:
            folded[name] = small
        if sheet.body:
            content = sheet.cells_only(sheet.body) if small is None else small.content
            changed[package.name_of(part) or ""] = content
    # Not packed, since it is unpacked at once.
    archive = Zip.open(package.archive.rewritten(changed, is_packed=False))
    workbook = open_workbook(path, archive.for_readers)
    return {
        name: (
            unfold(grid(workbook, name, path), folded[name])
            if name in folded
            else list(enumerate(grid(workbook, name, path), start=1))
        )
        for name in names
    }
