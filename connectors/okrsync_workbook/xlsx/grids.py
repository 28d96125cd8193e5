"""The values of the tabs of a workbook, row by row, however far out they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

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
    workbook, folded = _opened(path, package, names)
    return {
        name: (
            unfold(grid(workbook, name, path), folded[name])
            if name in folded
            else list(enumerate(grid(workbook, name, path), start=1))
        )
        for name in names
    }


def _opened(
    path: Path, package: Package, names: Sequence[str]
) -> tuple[CalamineWorkbook, dict[str, Folded]]:
    """The workbook with the cells of these tabs alone, and the tabs of it that are folded."""
    data, folded = _cells_alone(package, names)
    return open_workbook(path, Zip.open(data).for_readers), folded


def _cells_alone(package: Package, names: Sequence[str]) -> tuple[bytes, dict[str, Folded]]:
    folded: dict[str, Folded] = {}
    changed: dict[str, tuple[bytes, ...]] = {}
    for name in names:
        part = package.sheet(name).part
        content, small = _cells_of(name, package.read(part))
        if small is not None:
            folded[name] = small
        if content:
            changed[package.name_of(part) or ""] = content
    # Not packed, since it is unpacked at once.
    return package.archive.rewritten(changed, is_packed=False), folded


def _cells_of(name: str, content: bytes) -> tuple[tuple[bytes, ...], Folded | None]:
    """A sheet with its cells alone, in pieces, and none where it has no cells; and folded, if it
    has to be.
    """
    sheet = SheetXml.parse(content)
    small = fold(name, sheet)
    if small is not None:
        return small.content, small
    return sheet.cells_only(sheet.body) if sheet.body else (), None
