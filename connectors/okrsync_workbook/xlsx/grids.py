"""The values of the tabs of a workbook, row by row, however far out they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from okrsync_workbook.sheets import grid, open_workbook
from okrsync_workbook.xlsx.extent import fold, unfold
from okrsync_workbook.xlsx.package import Package
from okrsync_workbook.xlsx.zip import Zip

__all__ = ["grids"]

NumberedRow = tuple[int, list[Any]]


def grids(path: Path, package: Package, names: Sequence[str]) -> dict[str, list[NumberedRow]]:
    """The rows of these tabs with their numbers from 1, and an empty text for an empty cell. Of a
    long run of empty rows only the first are returned. Raises `UnreadableSource`.
    """
    parts = {name: package.sheet(name).part for name in names}
    folded = {
        name: small
        for name, part in parts.items()
        if (small := fold(name, package.read(part))) is not None
    }
    changed = {package.name_of(parts[name]) or "": small.content for name, small in folded.items()}
    archive = Zip.open(package.archive.rewritten(changed)) if changed else package.archive
    workbook = open_workbook(path, archive.for_readers)
    return {
        name: (
            unfold(grid(workbook, name, path), folded[name])
            if name in folded
            else list(enumerate(grid(workbook, name, path), start=1))
        )
        for name in names
    }
